/*
 * Long conversations on the screen: one answer of 1 MiB, 2 000 turns, and a block of code
 * of 300 KiB that is still open. What a key, a page, another width and a frame cost may
 * not depend on what lies above; memory is compared with the text itself.
 */
#include <stdio.h>
#include <string.h>

#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "tests/bench/bench_cases.h"
#include "tests/bench/bench_echo.h"
#include "tests/bench/bench_process.h"
#include "tests/bench/bench_screen.h"
#include "tests/bench/bench_table.h"
#include "tests/support/markdown_samples.h"

#define WIDTH  100
#define HEIGHT 40

#define ANSWER_BYTES ((size_t)1 << 20)

/* 200 000 tokens. */
#define TURNS      2000
#define TURN_MODEL "sage?rate=0&tokens=100&ttft=0&seed=5"

#define FENCE_BYTES ((size_t)300 << 10)
#define FENCE_PIECE 16
#define FENCE_RATE  2000

#define STREAMS      64
#define STREAM_MODEL "sage?rate=0&tokens=10000&ttft=0&seed="

#define KEYS    200
#define PAGES   100
#define RESIZES 20

#define MIB ((double)(1 << 20))

static void add(const char *name, const char *what, const char *unit, double value,
                double budget)
{
    char *text = strbuf_format("%s%s", name, what);
    bench_table_add(
        &(struct bench_row){.what = text,
                            .unit = unit,
                            .value = value,
                            .limit = budget > 0 ? BENCH_LIMIT_VALUE : BENCH_NO_LIMIT,
                            .budget = budget});
    mem_free(text);
}

/* Measures a screen with a whole conversation of that many bytes; ends the program. */
static void measure(struct pty_program *program, const char *name, double text_bytes)
{
    double keys[KEYS];
    double pages[PAGES];
    double sizes[RESIZES];
    const double peak_mib = bench_memory_of(pty_program_get_pid(program)).peak_mib;
    bench_echo_letters(program, keys, KEYS);
    pty_program_press(program, "Ctrl-U");
    bench_screen_pump(program, 100000);
    for (size_t i = 0; i < RESIZES / 2; i++)
        sizes[i] = bench_echo_resize(program, WIDTH - 1 - (int)i, HEIGHT);
    for (size_t i = 0; i < PAGES; i++)
        pages[i] = bench_echo_frame(program, "PgUp");
    for (size_t i = RESIZES / 2; i < RESIZES; i++)
        sizes[i] = bench_echo_resize(program, WIDTH - 1 - (int)i, HEIGHT);
    add(name, ": key to echo p95", "ms", bench_percentile(keys, KEYS, 0.95), 3);
    add("...", " page up p95", "ms", bench_percentile(pages, PAGES, 0.95), 5);
    add("...", " first paint at another width, at worst", "ms",
        bench_percentile(sizes, RESIZES, 1), 50);
    add("...", " the text itself", "MiB", text_bytes / MIB, 0);
    add("...", " memory at its peak (RSS)", "MiB", peak_mib, 4 * text_bytes / MIB + 12);
    bench_screen_close(program);
}

/* --- One answer ------------------------------------------------------------------- */

static void bench_answer(const struct bench *bench)
{
    struct strbuf text;
    struct text_server server;
    strbuf_init(&text, STRBUF_OWN_MAX);
    while (text.len < ANSWER_BYTES) {
        for (size_t i = 0; i < markdown_document_count; i++)
            strbuf_append_format(&text, "%s\n\n", markdown_documents[i]);
    }
    text_server_start(&server, &text, 64, 0);
    const struct bench_screen_options options = {.motet = bench->motet,
                                                 .url = server.url,
                                                 .model = "text",
                                                 .panes = 1,
                                                 .width = WIDTH,
                                                 .height = HEIGHT};
    struct pty_program *program = bench_screen_open(&options);
    bench_screen_send(program);
    bench_screen_wait_done(program, 1);
    measure(program, "an answer of 1 MiB", (double)text.len);
    text_server_stop(&server);
    strbuf_clear(&text);
}

/* --- Many turns ------------------------------------------------------------------- */

/* The frame that shows what Enter did has come, and the answer to it. */
static bool is_answered(struct pty_program *program, void *user)
{
    const size_t *before = user;
    if (bench_screen_output_len(program) <= *before ||
        vt_screen_get_modes(pty_program_get_screen(program))->is_updating)
        return false;
    return pty_program_has_text(program, "\xe2\x9c\x93 done") &&
           !pty_program_has_text(program, " running");
}

/* The size of the program's own text: what the same model writes without a screen. */
static double measure_turn(const struct bench *bench)
{
    char *path = strbuf_format("%s/turn.txt", bench->folder);
    const char *const argv[] = {bench->motet, "ask",      "--url", bench->server.url,
                                "-m",         TURN_MODEL, "go",    NULL};
    const struct bench_command command = bench_command_start(argv, path);
    bench_command_wait(&command);
    FILE *file = fopen(path, "r");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0)
        bench_die("cannot read a file");
    const double bytes = (double)ftell(file);
    fclose(file);
    mem_free(path);
    return bytes;
}

static void bench_turns(const struct bench *bench)
{
    const struct bench_screen_options options = {.motet = bench->motet,
                                                 .url = bench->server.url,
                                                 .model = TURN_MODEL,
                                                 .panes = 1,
                                                 .width = WIDTH,
                                                 .height = HEIGHT};
    const double bytes = measure_turn(bench) + 2;
    struct pty_program *program = bench_screen_open(&options);
    for (int i = 0; i < TURNS; i++) {
        bench_echo_frame(program, "g");
        bench_echo_frame(program, "o");
        size_t before = bench_screen_output_len(program);
        pty_program_press(program, "Enter");
        if (!pty_program_wait_until(program, is_answered, &before))
            bench_die("a turn did not end");
    }
    measure(program, "2000 turns, 200000 tokens", bytes * TURNS);
}

/* --- Code that does not end ------------------------------------------------------- */

struct sent_wait {
    const struct text_server *server;
    size_t bytes;
};

static bool is_sent(struct pty_program *program, void *user)
{
    const struct sent_wait *wait = user;
    (void)program;
    return *wait->server->sent >= wait->bytes;
}

static size_t count_frames(const struct pty_program *program)
{
    static const char mark[] = "\033[?2026h";
    size_t len;
    size_t count = 0;
    const char *output = pty_program_get_output(program, &len);
    for (size_t i = 0; i + sizeof(mark) - 1 <= len; i++)
        count += memcmp(output + i, mark, sizeof(mark) - 1) == 0;
    return count;
}

/* The processor time of a frame while the text grows from one length to another. */
static double time_frames(struct pty_program *program, const struct text_server *server,
                          size_t first, size_t last)
{
    struct sent_wait wait = {server, first};
    if (!pty_program_wait_until(program, is_sent, &wait))
        bench_die("the text did not come");
    const double begin_us = bench_cpu_us_of(pty_program_get_pid(program));
    const size_t before = count_frames(program);
    wait.bytes = last;
    if (!pty_program_wait_until(program, is_sent, &wait))
        bench_die("the text did not come");
    const double end_us = bench_cpu_us_of(pty_program_get_pid(program));
    return (end_us - begin_us) / (double)(count_frames(program) - before);
}

static void bench_fence(const struct bench *bench)
{
    double keys[KEYS];
    struct strbuf text;
    struct text_server server;
    strbuf_init(&text, STRBUF_OWN_MAX);
    strbuf_append_text(&text, "```\n");
    for (int i = 0; text.len < FENCE_BYTES; i++)
        strbuf_append_format(&text, "    value[%d] = read(%d); // one more\n", i, i);
    text_server_start(&server, &text, FENCE_PIECE, FENCE_RATE);
    const struct bench_screen_options options = {.motet = bench->motet,
                                                 .url = server.url,
                                                 .model = "code",
                                                 .panes = 1,
                                                 .width = WIDTH,
                                                 .height = HEIGHT};
    struct pty_program *program = bench_screen_open(&options);
    bench_screen_send(program);
    const double early_us = time_frames(program, &server, 10000, 80000);
    const double late_us = time_frames(program, &server, 160000, 230000);
    bench_echo_letters(program, keys, KEYS / 2);
    if (*server.sent >= text.len)
        bench_die("the text ended before the keys were typed");
    bench_table_add(&(struct bench_row){
        .what = "an open fence of 300 KiB streaming: CPU of a frame, late",
        .unit = "us",
        .value = late_us,
        .floor_name = "early",
        .floor = early_us,
        .limit = BENCH_LIMIT_RATIO,
        .budget = 1.2});
    add("...", " key to echo p95", "ms", bench_percentile(keys, KEYS / 2, 0.95), 3);
    pty_program_free(program);
    text_server_stop(&server);
    strbuf_clear(&text);
}

/* --- Many streams ----------------------------------------------------------------- */

static void bench_many_streams(const struct bench *bench)
{
    const char *argv[6 + 2 * STREAMS] = {bench->motet, "ask", "--url", bench->server.url};
    char *path = strbuf_format("%s/streams.txt", bench->folder);
    char *models[STREAMS];
    size_t count = 4;
    for (int i = 0; i < STREAMS; i++) {
        models[i] = strbuf_format(STREAM_MODEL "%d", i);
        argv[count++] = "-m";
        argv[count++] = models[i];
    }
    argv[count] = "go on";
    const struct bench_command command = bench_command_start(argv, path);
    const struct bench_cost cost = bench_command_wait(&command);
    FILE *file = fopen(path, "r");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0)
        bench_die("cannot read a file");
    const double bytes = (double)ftell(file);
    fclose(file);
    add("", "64 streams of 10000 tokens, motet ask: memory at its peak (RSS)", "MiB",
        cost.peak_mib, 4 * bytes / MIB + 20);
    add("...", " the text itself", "MiB", bytes / MIB, 0);
    for (int i = 0; i < STREAMS; i++)
        mem_free(models[i]);
    mem_free(path);
}

void bench_long(const struct bench *bench)
{
    bench_answer(bench);
    bench_turns(bench);
    bench_fence(bench);
    bench_many_streams(bench);
}

/*
 * Start, and a program that has nothing to do. The floor of the start is cat, which
 * brings the same words to the same terminal.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "src/base/clock.h"
#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "tests/bench/bench_cases.h"
#include "tests/bench/bench_process.h"
#include "tests/bench/bench_screen.h"
#include "tests/bench/bench_table.h"

#define STARTS 20
#define WIDTH  100
#define HEIGHT 30

/* Time for what still ends after an answer, then the time that is looked at. */
#define SETTLE_SECONDS 3
#define REST_SECONDS   5

#define URL_MODEL "sage?rate=1000&tokens=400&ttft=0&seed=5"

static struct bench_screen_options demo_options(const struct bench *bench)
{
    return (struct bench_screen_options){
        .motet = bench->motet, .width = WIDTH, .height = HEIGHT};
}

static struct bench_screen_options url_options(const struct bench *bench)
{
    return (struct bench_screen_options){.motet = bench->motet,
                                         .url = bench->server.url,
                                         .model = URL_MODEL,
                                         .panes = 1,
                                         .width = WIDTH,
                                         .height = HEIGHT};
}

/* --- Start
 * ------------------------------------------------------------------------------ */

static bool has_output(struct pty_program *program, void *user)
{
    (void)user;
    return bench_screen_output_len(program) > 0;
}

static void time_start(const struct bench_screen_options *options, double *first_ms,
                       double *whole_ms)
{
    const int64_t begin_us = clock_now_us();
    struct pty_program *program = bench_screen_start(options);
    pty_program_wait_until(program, has_output, NULL);
    *first_ms = (double)(clock_now_us() - begin_us) / 1e3;
    bench_screen_wait_frame(program);
    *whole_ms = (double)(clock_now_us() - begin_us) / 1e3;
    bench_screen_close(program);
}

static double time_cat(const char *path)
{
    const char *const argv[] = {"cat", path, NULL};
    const int64_t begin_us = clock_now_us();
    struct pty_program *program = pty_program_start(
        &(struct pty_options){.argv = argv, .width = WIDTH, .height = HEIGHT});
    bench_screen_wait_frame(program);
    const double time_ms = (double)(clock_now_us() - begin_us) / 1e3;
    pty_program_free(program);
    return time_ms;
}

/* Writes what the first screen shows to a file. */
static void save_screen(const struct bench_screen_options *options, const char *path)
{
    struct pty_program *program = bench_screen_open(options);
    FILE *file = fopen(path, "w");
    if (file == NULL || fputs(pty_program_get_text(program), file) < 0)
        bench_die("cannot write a file");
    fclose(file);
    bench_screen_close(program);
}

static void bench_start(const struct bench *bench, const char *name,
                        const struct bench_screen_options *options)
{
    double first_ms[STARTS];
    double whole_ms[STARTS];
    double cat_ms[STARTS];
    char *path = strbuf_format("%s/screen.txt", bench->folder);
    char *what = strbuf_format("start to first paint, %s", name);
    save_screen(options, path);
    for (size_t i = 0; i < STARTS; i++) {
        time_start(options, &first_ms[i], &whole_ms[i]);
        cat_ms[i] = time_cat(path);
    }
    bench_table_add(&(struct bench_row){.what = what,
                                        .unit = "ms",
                                        .value = bench_percentile(whole_ms, STARTS, 0.5),
                                        .floor_name = "cat",
                                        .floor = bench_percentile(cat_ms, STARTS, 0.5),
                                        .limit = BENCH_LIMIT_VALUE,
                                        .budget = 20});
    bench_table_add(
        &(struct bench_row){.what = "... to its first byte",
                            .unit = "ms",
                            .value = bench_percentile(first_ms, STARTS, 0.5)});
    mem_free(what);
    mem_free(path);
}

/* --- At rest
 * ------------------------------------------------------------------------------ */

struct rest_case {
    const char *name;
    bool is_demo;
    bool is_used; /* a prompt was answered before */
};

static const struct rest_case rest_cases[] = {
    {"motet demo", true, false},
    {"motet --url", false, false},
    {"motet demo after 4 answers", true, true},
    {"motet --url after an answer", false, true},
};

static void rest_for(time_t seconds)
{
    const struct timespec time = {.tv_sec = seconds};
    nanosleep(&time, NULL);
}

/* Brings the screen to where it has nothing more to do. */
static struct pty_program *bring_to_rest(const struct bench *bench,
                                         const struct rest_case *rest)
{
    struct bench_screen_options options =
        rest->is_demo ? demo_options(bench) : url_options(bench);
    options.has_no_tools = rest->is_demo && rest->is_used;
    struct pty_program *program = bench_screen_open(&options);
    if (rest->is_used && rest->is_demo)
        pty_program_press(program, "Enter"); /* its prompt is typed already */
    else if (rest->is_used)
        bench_screen_send(program);
    if (rest->is_used)
        bench_screen_wait_done(program, rest->is_demo ? 4 : 1);
    return program;
}

/* One at a time, because programs that run together share their pages. */
static void bench_memory(const struct bench *bench, const struct rest_case *rest)
{
    struct pty_program *program = bring_to_rest(bench, rest);
    const struct bench_memory memory = bench_memory_of(pty_program_get_pid(program));
    bench_screen_close(program);
    char *what = strbuf_format("memory at rest, %s: RSS", rest->name);
    bench_table_add(&(struct bench_row){.what = what,
                                        .unit = "MiB",
                                        .value = memory.rss_mib,
                                        .limit = BENCH_LIMIT_VALUE,
                                        .budget = 12});
    mem_free(what);
    bench_table_add(
        &(struct bench_row){.what = "... PSS", .unit = "MiB", .value = memory.pss_mib});
}

/* All at once, because each takes its time. */
static void bench_wakeups(const struct bench *bench)
{
    struct pty_program *programs[COUNT_OF(rest_cases)];
    long wakeups[COUNT_OF(rest_cases)];
    for (size_t i = 0; i < COUNT_OF(rest_cases); i++)
        programs[i] = bring_to_rest(bench, &rest_cases[i]);
    rest_for(SETTLE_SECONDS);
    for (size_t i = 0; i < COUNT_OF(rest_cases); i++)
        wakeups[i] = bench_wakeups_of(pty_program_get_pid(programs[i]));
    rest_for(REST_SECONDS);
    for (size_t i = 0; i < COUNT_OF(rest_cases); i++)
        wakeups[i] = bench_wakeups_of(pty_program_get_pid(programs[i])) - wakeups[i];
    for (size_t i = 0; i < COUNT_OF(rest_cases); i++) {
        char *what =
            strbuf_format("wake-ups in %d s, %s", REST_SECONDS, rest_cases[i].name);
        bench_table_add(&(struct bench_row){.what = what,
                                            .unit = "",
                                            .value = (double)wakeups[i],
                                            .limit = BENCH_LIMIT_VALUE,
                                            .budget = 0});
        mem_free(what);
        bench_screen_close(programs[i]);
    }
}

void bench_rest(const struct bench *bench)
{
    const struct bench_screen_options demo = demo_options(bench);
    const struct bench_screen_options url = url_options(bench);
    bench_start(bench, "motet demo", &demo);
    bench_start(bench, "motet --url", &url);
    for (size_t i = 0; i < COUNT_OF(rest_cases); i++)
        bench_memory(bench, &rest_cases[i]);
    bench_wakeups(bench);
}

/* What a person feels: how long a key takes to show, and a token. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/clock.h"
#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "tests/bench/bench_cases.h"
#include "tests/bench/bench_echo.h"
#include "tests/bench/bench_process.h"
#include "tests/bench/bench_screen.h"
#include "tests/bench/bench_table.h"

/* --- Keys
 * ------------------------------------------------------------------------------- */

#define KEY_COUNT 500
/* Long enough to stream until all keys are typed. */
#define KEY_MODEL "sage?rate=100&tokens=100000&ttft=0&seed=5"

static void add_key_rows(double times_ms[KEY_COUNT], int streaming)
{
    static const double parts[] = {0.5, 0.95, 0.99};
    static const double budgets_8[] = {1, 3, 0};
    static const double budgets_16[] = {0, 0, 5};
    for (size_t i = 0; i < 3; i++) {
        const double budget = streaming == 8    ? budgets_8[i]
                              : streaming == 16 ? budgets_16[i]
                                                : 0;
        char *what = strbuf_format("key to echo, %d panes streaming at 100/s: p%.0f",
                                   streaming, parts[i] * 100);
        bench_table_add(
            &(struct bench_row){.what = what,
                                .unit = "ms",
                                .value = bench_percentile(times_ms, KEY_COUNT, parts[i]),
                                .limit = budget > 0 ? BENCH_LIMIT_VALUE : BENCH_NO_LIMIT,
                                .budget = budget});
        mem_free(what);
    }
}

void bench_keys(const struct bench *bench)
{
    static const int loads[] = {0, 8, 16};
    double times_ms[KEY_COUNT];
    for (size_t i = 0; i < 3; i++) {
        const struct bench_screen_options options = {.motet = bench->motet,
                                                     .url = bench->server.url,
                                                     .model = KEY_MODEL,
                                                     .panes = loads[i] > 0 ? loads[i] : 8,
                                                     .width = 200,
                                                     .height = 60};
        struct pty_program *program = bench_screen_open(&options);
        if (loads[i] > 0) {
            bench_screen_send(program);
            /* Until the panes are full and scroll, which is their usual state. */
            bench_screen_pump(program, 2000000);
        }
        bench_echo_letters(program, times_ms, KEY_COUNT);
        pty_program_free(program);
        add_key_rows(times_ms, loads[i]);
    }
}

/* --- Tokens
 * ----------------------------------------------------------------------------- */

#define TOKEN_COUNT 400

struct token_wait {
    size_t next; /* the token looked for */
    bool is_raw; /* look at the bytes (curl), not at the screen */
    size_t raw_at;
    double *times_ms;
    const struct token_server *server;
};

/* Finds token number `next`, as what was written or as what the screen shows. */
static bool has_token(struct pty_program *program, struct token_wait *wait)
{
    char name[16];
    const int len = snprintf(name, sizeof(name), "t%04zu", wait->next);
    if (!wait->is_raw)
        return pty_program_has_text(program, name);
    size_t output_len;
    const char *output = pty_program_get_output(program, &output_len);
    for (; wait->raw_at + (size_t)len <= output_len; wait->raw_at++) {
        if (memcmp(output + wait->raw_at, name, (size_t)len) == 0)
            return true;
    }
    return false;
}

static bool have_all_come(struct pty_program *program, void *user)
{
    struct token_wait *wait = user;
    const int64_t now_us = clock_now_us();
    while (wait->next < wait->server->count && has_token(program, wait)) {
        wait->times_ms[wait->next] =
            (double)(now_us - wait->server->written_us[wait->next]) / 1e3;
        wait->next++;
    }
    return wait->next == wait->server->count;
}

static void wait_for_tokens(struct pty_program *program, struct token_wait *wait)
{
    if (!pty_program_wait_until(program, have_all_come, wait))
        bench_die("a token did not come");
}

static void time_screen_tokens(const struct bench *bench, double times_ms[TOKEN_COUNT])
{
    struct token_server server;
    token_server_start(&server, TOKEN_COUNT);
    struct token_wait wait = {.times_ms = times_ms, .server = &server};
    const struct bench_screen_options options = {.motet = bench->motet,
                                                 .url = server.url,
                                                 .model = "tokens",
                                                 .panes = 1,
                                                 .width = 100,
                                                 .height = 30};
    struct pty_program *program = bench_screen_open(&options);
    bench_screen_send(program);
    wait_for_tokens(program, &wait);
    pty_program_free(program);
    token_server_stop(&server);
}

static void time_curl_tokens(double times_ms[TOKEN_COUNT])
{
    struct token_server server;
    token_server_start(&server, TOKEN_COUNT);
    struct token_wait wait = {.is_raw = true, .times_ms = times_ms, .server = &server};
    const char *const argv[] = {"curl", "-q", "-sN", "-d", "{}", server.url, NULL};
    struct pty_program *program = pty_program_start(
        &(struct pty_options){.argv = argv, .width = 100, .height = 30});
    wait_for_tokens(program, &wait);
    pty_program_free(program);
    token_server_stop(&server);
}

void bench_tokens(const struct bench *bench)
{
    static const double parts[] = {0.5, 0.95};
    static const double budgets[] = {4, 17};
    double screen_ms[TOKEN_COUNT];
    double curl_ms[TOKEN_COUNT];
    time_screen_tokens(bench, screen_ms);
    time_curl_tokens(curl_ms);
    for (size_t i = 0; i < 2; i++) {
        char *what = strbuf_format(
            "token written by the server to token on screen: p%.0f", parts[i] * 100);
        bench_table_add(&(struct bench_row){
            .what = what,
            .unit = "ms",
            .value = bench_percentile(screen_ms, TOKEN_COUNT, parts[i]),
            .floor_name = "curl",
            .floor = bench_percentile(curl_ms, TOKEN_COUNT, parts[i]),
            .limit = BENCH_LIMIT_VALUE,
            .budget = budgets[i]});
        mem_free(what);
    }
}

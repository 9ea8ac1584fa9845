/*
 * The floor is curl -N reading the same streams and throwing them away. Screen and curl
 * take turns; the three programs that read one stream each run side by side, because
 * they are asleep most of the time.
 */
#include "tests/bench/bench_cases.h"
#include "tests/bench/bench_process.h"
#include "tests/bench/bench_request.h"
#include "tests/bench/bench_screen.h"
#include "tests/bench/bench_table.h"

#define RUNS        3
#define PANES       8
#define ONE_MODEL   "sage?rate=50&tokens=500&ttft=0&seed=5"
#define PANE_MODEL  "sage?rate=100&tokens=600&ttft=0&seed=5"
#define PANE_TOKENS 600

/* --- One stream ------------------------------------------------------------------------
 */

static void bench_one_stream(const struct bench *bench)
{
    double screen[RUNS];
    double ask[RUNS];
    double curl[RUNS];
    const struct bench_screen_options options = {.motet = bench->motet,
                                                 .url = bench->server.url,
                                                 .model = ONE_MODEL,
                                                 .panes = 1,
                                                 .width = 100,
                                                 .height = 30};
    struct bench_request request;
    bench_request_init(&request, bench, ONE_MODEL);
    for (size_t run = 0; run < RUNS; run++) {
        const double before_ms = bench_ended_cpu_ms();
        struct pty_program *program = bench_screen_open(&options);
        const struct bench_command asking = bench_command_start(request.ask, NULL);
        const struct bench_command curling = bench_command_start(request.curl, NULL);
        bench_screen_send(program);
        bench_screen_wait_done(program, 1);
        bench_screen_close(program);
        ask[run] = bench_command_wait(&asking).cpu_ms;
        curl[run] = bench_command_wait(&curling).cpu_ms;
        screen[run] = bench_ended_cpu_ms() - before_ms - ask[run] - curl[run];
    }
    bench_request_clear(&request);
    struct bench_row row = {.what = "one stream, 500 tokens at 50/s: CPU, screen",
                            .unit = "ms",
                            .value = bench_percentile(screen, RUNS, 0.5),
                            .floor_name = "curl",
                            .floor = bench_percentile(curl, RUNS, 0.5),
                            .limit = BENCH_LIMIT_RATIO,
                            .budget = 2};
    bench_table_add(&row);
    row.what = "one stream, 500 tokens at 50/s: CPU, motet ask";
    row.value = bench_percentile(ask, RUNS, 0.5);
    bench_table_add(&row);
}

/* --- Eight panes
 * ------------------------------------------------------------------------ */

struct panes_cost {
    double cpu_ms[RUNS];
    double curl_ms[RUNS];
    double curl_peak_mib[RUNS];
    double peak_mib[RUNS];
    double pss_mib[RUNS];
    double bytes[RUNS]; /* to the terminal, a token */
};

static void run_panes(const struct bench *bench, struct panes_cost *cost, size_t run)
{
    const struct bench_screen_options options = {.motet = bench->motet,
                                                 .url = bench->server.url,
                                                 .model = PANE_MODEL,
                                                 .panes = PANES,
                                                 .width = 200,
                                                 .height = 60};
    const double before_ms = bench_ended_cpu_ms();
    struct pty_program *program = bench_screen_open(&options);
    bench_screen_send(program);
    const size_t before_bytes = bench_screen_output_len(program);
    bench_screen_wait_done(program, PANES);
    const size_t bytes = bench_screen_output_len(program) - before_bytes;
    const struct bench_memory memory = bench_memory_of(pty_program_get_pid(program));
    bench_screen_close(program);
    cost->cpu_ms[run] = bench_ended_cpu_ms() - before_ms;
    cost->peak_mib[run] = memory.peak_mib;
    cost->pss_mib[run] = memory.pss_mib;
    cost->bytes[run] = (double)bytes / (PANES * PANE_TOKENS);
}

static void run_curls(const struct bench *bench, struct panes_cost *cost, size_t run)
{
    struct bench_request request;
    struct bench_command commands[PANES];
    bench_request_init(&request, bench, PANE_MODEL);
    for (size_t i = 0; i < PANES; i++)
        commands[i] = bench_command_start(request.curl, NULL);
    cost->curl_ms[run] = 0;
    cost->curl_peak_mib[run] = 0;
    for (size_t i = 0; i < PANES; i++) {
        const struct bench_cost one = bench_command_wait(&commands[i]);
        cost->curl_ms[run] += one.cpu_ms;
        cost->curl_peak_mib[run] += one.peak_mib;
    }
    bench_request_clear(&request);
}

static void bench_panes(const struct bench *bench)
{
    struct panes_cost cost;
    for (size_t run = 0; run < RUNS; run++) {
        run_panes(bench, &cost, run);
        run_curls(bench, &cost, run);
    }
    bench_table_add(
        &(struct bench_row){.what = "8 panes, 600 tokens at 100/s each: CPU",
                            .unit = "ms",
                            .value = bench_percentile(cost.cpu_ms, RUNS, 0.5),
                            .floor_name = "8 curl",
                            .floor = bench_percentile(cost.curl_ms, RUNS, 0.5),
                            .limit = BENCH_LIMIT_RATIO,
                            .budget = 2});
    bench_table_add(
        &(struct bench_row){.what = "... memory at its peak (RSS)",
                            .unit = "MiB",
                            .value = bench_percentile(cost.peak_mib, RUNS, 0.5),
                            .floor_name = "8 curl",
                            .floor = bench_percentile(cost.curl_peak_mib, RUNS, 0.5),
                            .limit = BENCH_LIMIT_VALUE,
                            .budget = 20});
    bench_table_add(
        &(struct bench_row){.what = "... memory at the end (PSS)",
                            .unit = "MiB",
                            .value = bench_percentile(cost.pss_mib, RUNS, 0.5)});
    bench_table_add(&(struct bench_row){.what = "... bytes to the terminal, a token",
                                        .unit = "",
                                        .value = bench_percentile(cost.bytes, RUNS, 0.5),
                                        .limit = BENCH_LIMIT_VALUE,
                                        .budget = 40});
}

void bench_streams(const struct bench *bench)
{
    bench_one_stream(bench);
    bench_panes(bench);
}

/*
 * One answer as fast as the server writes it: read by curl, by motet ask and by the
 * screen. The same text is then sent to the same terminal by cat, which is what putting
 * text on a terminal costs at least.
 */
#include <stdio.h>

#include "src/base/clock.h"
#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "tests/bench/bench_cases.h"
#include "tests/bench/bench_process.h"
#include "tests/bench/bench_request.h"
#include "tests/bench/bench_screen.h"
#include "tests/bench/bench_table.h"

#define RUNS   7
#define WIDTH  100
#define HEIGHT 30

/* Times in ms, a run each. */
struct hose_cost {
    double curl_cpu[RUNS];
    double curl_wall[RUNS];
    double ask_cpu[RUNS];
    double ask_wall[RUNS];
    double screen_cpu[RUNS];
    double screen_wall[RUNS];
    double cat_cpu[RUNS];
    double cat_wall[RUNS];
};

static void run_screen(const struct bench *bench, const char *model,
                       struct hose_cost *cost, size_t run)
{
    const struct bench_screen_options options = {.motet = bench->motet,
                                                 .url = bench->server.url,
                                                 .model = model,
                                                 .panes = 1,
                                                 .width = WIDTH,
                                                 .height = HEIGHT};
    const double before_ms = bench_ended_cpu_ms();
    struct pty_program *program = bench_screen_open(&options);
    const int64_t sent_us = bench_screen_send(program);
    bench_screen_wait_done(program, 1);
    cost->screen_wall[run] = (double)(clock_now_us() - sent_us) / 1e3;
    bench_screen_close(program);
    cost->screen_cpu[run] = bench_ended_cpu_ms() - before_ms;
}

static void run_cat(const char *path, struct hose_cost *cost, size_t run)
{
    const char *const argv[] = {"cat", path, NULL};
    int status;
    const double before_ms = bench_ended_cpu_ms();
    const int64_t begin_us = clock_now_us();
    struct pty_program *program = pty_program_start(
        &(struct pty_options){.argv = argv, .width = WIDTH, .height = HEIGHT});
    if (!pty_program_wait_exit(program, &status) || status != 0)
        bench_die("cat failed");
    cost->cat_wall[run] = (double)(clock_now_us() - begin_us) / 1e3;
    pty_program_free(program);
    cost->cat_cpu[run] = bench_ended_cpu_ms() - before_ms;
}

static void run_hose(const struct bench *bench, const char *model, struct hose_cost *cost)
{
    struct bench_request request;
    bench_request_init(&request, bench, model);
    char *path = strbuf_format("%s/answer.txt", bench->folder);
    const struct bench_command writing = bench_command_start(request.ask, path);
    bench_command_wait(&writing);
    for (size_t run = 0; run < RUNS; run++) {
        const struct bench_command curling = bench_command_start(request.curl, NULL);
        const struct bench_cost curl = bench_command_wait(&curling);
        const struct bench_command asking = bench_command_start(request.ask, NULL);
        const struct bench_cost ask = bench_command_wait(&asking);
        cost->curl_cpu[run] = curl.cpu_ms;
        cost->curl_wall[run] = curl.wall_ms;
        cost->ask_cpu[run] = ask.cpu_ms;
        cost->ask_wall[run] = ask.wall_ms;
        run_screen(bench, model, cost, run);
        run_cat(path, cost, run);
    }
    mem_free(path);
    bench_request_clear(&request);
}

static void add_row(const char *format, int tokens, double *values, double *floors,
                    const char *floor_name, double budget)
{
    const bool is_budget_a_time = budget > 10;
    char *what = strbuf_format("firehose, %d tokens: %s", tokens, format);
    bench_table_add(&(struct bench_row){.what = what,
                                        .unit = "ms",
                                        .value = bench_percentile(values, RUNS, 0.5),
                                        .floor_name = floor_name,
                                        .floor = bench_percentile(floors, RUNS, 0.5),
                                        .limit = budget <= 0        ? BENCH_NO_LIMIT
                                                 : is_budget_a_time ? BENCH_LIMIT_VALUE
                                                                    : BENCH_LIMIT_RATIO,
                                        .budget = budget});
    mem_free(what);
}

/* The budgets are for 5 000 tokens. */
static void bench_hose(const struct bench *bench, int tokens, double cpu_budget,
                       double wall_budget_ms)
{
    struct hose_cost cost;
    char *model = strbuf_format("firehose?tokens=%d&seed=5", tokens);
    run_hose(bench, model, &cost);
    add_row("CPU, screen", tokens, cost.screen_cpu, cost.curl_cpu, "curl", cpu_budget);
    add_row("CPU, motet ask", tokens, cost.ask_cpu, cost.curl_cpu, "curl", cpu_budget);
    add_row("CPU, screen against cat", tokens, cost.screen_cpu, cost.cat_cpu, "cat", 0);
    add_row("Enter to end on screen", tokens, cost.screen_wall, cost.curl_wall, "curl",
            wall_budget_ms);
    add_row("time, motet ask", tokens, cost.ask_wall, cost.curl_wall, "curl", 0);
    add_row("Enter to end on screen", tokens, cost.screen_wall, cost.cat_wall, "cat", 0);
    mem_free(model);
}

void bench_firehose(const struct bench *bench)
{
    bench_hose(bench, 5000, 3, 30);
    bench_hose(bench, 20000, 0, 0);
}

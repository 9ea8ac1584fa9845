/*
 * Ten thousand rows of a table, 256 at once, against curl --parallel with the very same
 * requests: written to a file of curl's own kind before anything is measured. In turns,
 * medians. The server shares the processors with both.
 */
#include <stdio.h>
#include <string.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "tests/bench/bench_cases.h"
#include "tests/bench/bench_process.h"
#include "tests/bench/bench_table.h"

#define ROWS      10000
#define FEW_ROWS  1000
#define RUNS      5
#define ROW_MODEL "echo?rate=0&ttft=20"

struct rows_files {
    char *template;
    char *table;
    char *few;
    char *requests;
};

static FILE *open_file(const char *path)
{
    FILE *file = fopen(path, "w");
    if (file == NULL)
        bench_die("cannot write a file");
    return file;
}

static void write_table(const char *path, int rows)
{
    FILE *file = open_file(path);
    fputs("genre,id\n", file);
    for (int i = 0; i < rows; i++)
        fprintf(file, "kind %d,%d\n", i, i);
    fclose(file);
}

/* One block of options a request. */
static void write_requests(const char *path, const struct bench *bench)
{
    FILE *file = open_file(path);
    for (int i = 0; i < ROWS; i++)
        fprintf(file,
                "%surl = \"%s/v1/chat/completions\"\n"
                "header = \"Content-Type: application/json\"\n"
                "data = \"{\\\"model\\\":\\\"" ROW_MODEL "\\\",\\\"messages\\\":[{"
                "\\\"role\\\":\\\"user\\\",\\\"content\\\":\\\"Summarize the plot of a "
                "kind %d movie\\\"}],\\\"stream\\\":true,\\\"stream_options\\\":{"
                "\\\"include_usage\\\":true}}\"\n"
                "output = \"/dev/null\"\nsilent\n",
                i > 0 ? "next\n" : "", bench->server.url, i);
    fclose(file);
}

static void rows_files_init(struct rows_files *files, const struct bench *bench)
{
    files->template = strbuf_format("%s/plot.md", bench->folder);
    files->table = strbuf_format("%s/rows.csv", bench->folder);
    files->few = strbuf_format("%s/few.csv", bench->folder);
    files->requests = strbuf_format("%s/requests", bench->folder);
    FILE *file = open_file(files->template);
    fputs("Summarize the plot of a {genre} movie\n", file);
    fclose(file);
    write_table(files->table, ROWS);
    write_table(files->few, FEW_ROWS);
    write_requests(files->requests, bench);
}

static void rows_files_clear(struct rows_files *files)
{
    mem_free(files->template);
    mem_free(files->table);
    mem_free(files->few);
    mem_free(files->requests);
}

static struct bench_cost run_rows(const struct bench *bench,
                                  const struct rows_files *files, const char *table)
{
    char *out = strbuf_format("%s/out.jsonl", bench->folder);
    const char *const argv[] = {
        bench->motet, "run",   files->template,   "--no-config", "--csv",
        table,        "--url", bench->server.url, "-m",          ROW_MODEL,
        "-j",         "256",   "--out",           out,           NULL};
    remove(out);
    const struct bench_command command = bench_command_start(argv, NULL);
    const struct bench_cost cost = bench_command_wait(&command);
    mem_free(out);
    return cost;
}

static struct bench_cost run_curl(const struct rows_files *files)
{
    const char *const argv[] = {
        "curl",           "-q",  "--parallel",          "--parallel-immediate",
        "--parallel-max", "256", "--no-progress-meter", "-K",
        files->requests,  NULL};
    const struct bench_command command = bench_command_start(argv, NULL);
    return bench_command_wait(&command);
}

void bench_rows(const struct bench *bench)
{
    struct rows_files files;
    double wall_ms[RUNS];
    double cpu_ms[RUNS];
    double peak_mib[RUNS];
    double few_mib[RUNS];
    double curl_ms[RUNS];
    double curl_cpu_ms[RUNS];
    rows_files_init(&files, bench);
    for (size_t i = 0; i < RUNS; i++) {
        const struct bench_cost motet = run_rows(bench, &files, files.table);
        const struct bench_cost few = run_rows(bench, &files, files.few);
        const struct bench_cost curl = run_curl(&files);
        wall_ms[i] = motet.wall_ms;
        cpu_ms[i] = motet.cpu_ms;
        peak_mib[i] = motet.peak_mib;
        few_mib[i] = few.peak_mib;
        curl_ms[i] = curl.wall_ms;
        curl_cpu_ms[i] = curl.cpu_ms;
    }
    bench_table_add(&(struct bench_row){.what = "motet run, 10000 rows, -j 256: time",
                                        .unit = "ms",
                                        .value = bench_percentile(wall_ms, RUNS, 0.5),
                                        .floor_name = "curl -Z",
                                        .floor = bench_percentile(curl_ms, RUNS, 0.5),
                                        .limit = BENCH_LIMIT_RATIO,
                                        .budget = 1.3});
    bench_table_add(
        &(struct bench_row){.what = "... CPU",
                            .unit = "ms",
                            .value = bench_percentile(cpu_ms, RUNS, 0.5),
                            .floor_name = "curl -Z",
                            .floor = bench_percentile(curl_cpu_ms, RUNS, 0.5)});
    bench_table_add(
        &(struct bench_row){.what = "... memory at its peak, against 1000 rows",
                            .unit = "MiB",
                            .value = bench_percentile(peak_mib, RUNS, 0.5),
                            .floor_name = "1000 rows",
                            .floor = bench_percentile(few_mib, RUNS, 0.5),
                            .limit = BENCH_LIMIT_RATIO,
                            .budget = 1.2});
    rows_files_clear(&files);
}

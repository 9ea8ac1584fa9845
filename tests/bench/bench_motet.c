/*
 * The bench's program: prints one table. Arguments: the path of motet, a folder for
 * files, and the subjects wanted (none: all). Started by run-bench.
 */
#include <stdio.h>
#include <string.h>

#include "src/base/compiler.h"
#include "tests/bench/bench_cases.h"
#include "tests/bench/bench_process.h"
#include "tests/bench/bench_table.h"

struct subject {
    const char *name;
    void (*run)(const struct bench *bench);
};

static const struct subject subjects[] = {
    {"streams", bench_streams}, {"firehose", bench_firehose}, {"keys", bench_keys},
    {"tokens", bench_tokens},   {"rows", bench_rows},         {"rest", bench_rest},
    {"layout", bench_layout},   {"long", bench_long},         {"store", bench_store},
};

static bool is_wanted(const char *name, int argc, char **argv)
{
    for (int i = 3; i < argc; i++) {
        if (strcmp(argv[i], name) == 0)
            return true;
    }
    return argc <= 3;
}

static bool is_subject(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(subjects); i++) {
        if (strcmp(subjects[i].name, name) == 0)
            return true;
    }
    return false;
}

int main(int argc, char **argv)
{
    if (argc < 3)
        bench_die("usage: bench_motet MOTET FOLDER [SUBJECT]...");
    for (int i = 3; i < argc; i++) {
        if (!is_subject(argv[i]))
            bench_die("the subjects are streams, firehose, keys, tokens, rows, rest, "
                      "layout, long and store");
    }
    struct bench bench = {.motet = argv[1], .folder = argv[2]};
    demo_process_start(&bench.server, bench.motet);
    bench_table_begin();
    for (size_t i = 0; i < COUNT_OF(subjects); i++) {
        if (is_wanted(subjects[i].name, argc, argv))
            subjects[i].run(&bench);
    }
    demo_process_stop(&bench.server);
    return 0;
}

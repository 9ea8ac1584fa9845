/*
 * What is measured, one function a subject; each adds its rows to the table. `server` is
 * the scripted model server, which runs all the time.
 */
#ifndef BENCH_BENCH_CASES_H
#define BENCH_BENCH_CASES_H

#include "tests/bench/bench_server.h"

struct bench {
    const char *motet;  /* the path of the program */
    const char *folder; /* for files; removed by the caller */
    struct demo_process server;
};

/* Processor time of one stream and of eight, memory and bytes of the eight. */
void bench_streams(const struct bench *bench);

/* One answer as fast as it can be written. */
void bench_firehose(const struct bench *bench);

/* From a key to its echo while nothing, 8 and 16 panes stream. */
void bench_keys(const struct bench *bench);

/* From the server's write to the screen. */
void bench_tokens(const struct bench *bench);

/* motet run over a long table. */
void bench_rows(const struct bench *bench);

/* Laying out long answers as Markdown. */
void bench_layout(const struct bench *bench);

/* Long conversations on the screen: keys, moves, another width, memory. */
void bench_long(const struct bench *bench);

/* The database of sessions: storing, searching, reading, listing. */
void bench_store(const struct bench *bench);

/* Start, memory at rest, wake-ups at rest. */
void bench_rest(const struct bench *bench);

#endif

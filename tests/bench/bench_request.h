/* The same request to the scripted server, as command lines of curl and of motet ask. */
#ifndef BENCH_BENCH_REQUEST_H
#define BENCH_BENCH_REQUEST_H

#include "tests/bench/bench_cases.h"

struct bench_request {
    char *body;
    char *url;
    const char *curl[16]; /* NULL-terminated */
    const char *ask[16];
};

/* `bench` and `model` outlive the request. */
void bench_request_init(struct bench_request *request, const struct bench *bench,
                        const char *model);
void bench_request_clear(struct bench_request *request);

#endif

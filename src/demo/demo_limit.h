/*
 * Limits that the demo server may set on its clients, as services do: so many requests at
 * once, and so many a minute as a bucket that fills up steadily. Counts what it has let
 * in and what it has refused. Pure: the time is an argument.
 */
#ifndef DEMO_LIMIT_H
#define DEMO_LIMIT_H

#include <stdbool.h>
#include <stdint.h>

#include "src/demo/demo_protocol.h"

struct demo_limit_options {
    int64_t concurrent; /* most requests at once; 0 = no limit */
    int64_t requests;   /* most requests in a window; 0 = no limit */
    int64_t window_ms;  /* 0 = a minute */
};

struct demo_limit {
    struct demo_limit_options options;
    double level; /* requests that may come at once */
    int64_t updated_us;
    int64_t in_flight;
    int64_t in_flight_max;
    int64_t accepted;
    int64_t refused;
};

void demo_limit_init(struct demo_limit *limit, const struct demo_limit_options *options,
                     int64_t now_us);

/* Lets a request in; false if it is one too many, with the seconds it should wait. */
bool demo_limit_take(struct demo_limit *limit, int64_t now_us, double *wait_s);

/* A request that was let in has ended. */
void demo_limit_give_back(struct demo_limit *limit);

/* Hands out the header fields that tell the state of the limit on requests; `now_s` is
 * the time of day. Nothing if there is no limit or the protocol has no such fields. */
void demo_limit_list_headers(const struct demo_limit *limit,
                             const struct demo_limit_names *names, int64_t now_s,
                             void (*add)(void *user, const char *name, const char *value),
                             void *user);

#endif

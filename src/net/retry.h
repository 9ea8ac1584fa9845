/*
 * When to try again: what a server asks for, and our own back-off where it says nothing.
 * Pure functions; times are arguments.
 */
#ifndef NET_RETRY_H
#define NET_RETRY_H

#include <stdbool.h>
#include <stdint.h>

#include "src/base/error.h"
#include "src/base/rng.h"
#include "src/net/header.h"

/* A server may allow or forbid another try whatever the status (x-should-retry). */
enum retry_hint { RETRY_HINT_NONE, RETRY_HINT_YES, RETRY_HINT_NO };

/* Above this a server's wait is not waited out silently: the request fails with words. */
#define RETRY_WAIT_MAX_MS 60000

/*
 * The wait a response asks for in milliseconds, rounded up, or -1. The first place that
 * gives a positive one counts: retry-after-ms; Retry-After (seconds or a date, measured
 * against the response's Date header, else `now_seconds`); the larger of the
 * x-ratelimit-reset-* durations whose remaining count is 0 or missing; the latest of the
 * anthropic-ratelimit-*-reset times whose remaining count is 0; words in `message` (may
 * be NULL) such as "try again in 6.57s".
 */
int64_t retry_wait_from_headers(const struct header_list *headers, const char *message,
                                int64_t now_seconds);

/* Reads a duration in Go's style ("12ms", "6m0s", "1h2m3.5s"; bare number: seconds). */
bool retry_parse_duration_ms(const char *text, int64_t *value_ms);

/* What the x-should-retry header says. */
enum retry_hint retry_hint_from_headers(const struct header_list *headers);

/* How many tries after the first a class is worth: 4, 2, 1 or 0. */
int retry_limit(enum error_class class);

/*
 * The wait before try number `attempt` (0: the first repetition): exponential from 0.5 s
 * (overloaded: 1 s) up to 16 s, times a factor in [0.75, 1]; a server's wait
 * (`server_wait_ms` > 0) takes the place of all that, as a minimum with up to 10 % on
 * top.
 */
int64_t retry_backoff_ms(enum error_class class, int attempt, int64_t server_wait_ms,
                         struct rng *rng);

#endif

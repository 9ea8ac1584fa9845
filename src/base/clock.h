/*
 * Time. Limits, back-off and pacing elsewhere are pure functions that take `now`; this
 * is the only place that asks the system.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/* Milliseconds of a clock that never jumps; only differences mean something. */
int64_t clock_now_ms(void);

/* The same clock in microseconds. */
int64_t clock_now_us(void);

/* Milliseconds since 1970-01-01 UTC. */
int64_t clock_wall_ms(void);

/* Seconds since 1970-01-01 UTC. */
int64_t clock_wall_seconds(void);

#endif

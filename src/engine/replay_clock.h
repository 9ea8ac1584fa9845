/*
 * When what was recorded is due, as pure functions of the time: microseconds of the
 * recording become microseconds of now, divided by a speed.
 */
#ifndef ENGINE_REPLAY_CLOCK_H
#define ENGINE_REPLAY_CLOCK_H

#include <stdint.h>

struct replay_clock {
    double speed;     /* 1: as it was; 0: at once */
    int64_t begin_us; /* of now, when the recording's 0 was */
};

/* How long it takes yet until `at_us` of the recording; 0: it is due. */
int64_t replay_clock_wait_us(const struct replay_clock *clock, int64_t at_us,
                             int64_t now_us);

/* How long a stretch of the recording takes; 0 at once. */
int64_t replay_clock_scale_us(const struct replay_clock *clock, int64_t length_us);

#endif

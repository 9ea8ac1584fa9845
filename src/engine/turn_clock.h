/*
 * The four clocks of a turn, as pure functions of the time: which of them runs next out
 * and which has run out. Waiting in our own queue and waiting before a retry stop all of
 * them but the total one, which starts when the turn first leaves the queue.
 */
#ifndef ENGINE_TURN_CLOCK_H
#define ENGINE_TURN_CLOCK_H

#include <stdint.h>

#include "src/base/error.h"
#include "src/config/setting.h"

/* Limits in milliseconds; 0 = none. */
struct turn_limits {
    int64_t connect_ms;
    int64_t first_token_ms;
    int64_t idle_ms;
    int64_t total_ms;
};

/* When things happened, in milliseconds of one clock; -1 = not yet (in this try). */
struct turn_clock {
    int64_t begin_ms;       /* the turn left the queue */
    int64_t try_ms;         /* the connection of this try was begun */
    int64_t connected_ms;   /* … and was there */
    int64_t first_token_ms; /* the first output of this try */
    int64_t last_byte_ms;   /* bytes came last */
};

/* No time is known yet. */
void turn_clock_init(struct turn_clock *clock);

/* Forgets the try, keeps the turn's begin. */
void turn_clock_end_try(struct turn_clock *clock);

/* Leaves out time in which the program did not run: no clock counts it. */
void turn_clock_shift(struct turn_clock *clock, int64_t by_ms);

/* The limits in force: the endpoint's own (`own_ms`, in the order of the settings), a
 * setting, or the default for a loopback or remote endpoint. */
struct turn_limits turn_limits_from_settings(const struct settings *settings,
                                             const int64_t *own_ms, bool is_loopback);

/*
 * The next moment at which a clock runs out, -1 if none is running, and in `class` which
 * timeout that will be.
 */
int64_t turn_clock_deadline(const struct turn_clock *clock,
                            const struct turn_limits *limits, enum error_class *class);

#endif

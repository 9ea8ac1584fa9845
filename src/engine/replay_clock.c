/* A time too far away to be counted is as good as never, not in the past. */
#include "src/engine/replay_clock.h"

/* A year: nobody waits longer. */
#define WAIT_MAX_US (INT64_C(365) * 24 * 3600 * 1000000)

int64_t replay_clock_scale_us(const struct replay_clock *clock, int64_t length_us)
{
    if (!(clock->speed > 0) || length_us <= 0)
        return 0;
    const double scaled = (double)length_us / clock->speed;
    return scaled < (double)WAIT_MAX_US ? (int64_t)scaled : WAIT_MAX_US;
}

int64_t replay_clock_wait_us(const struct replay_clock *clock, int64_t at_us,
                             int64_t now_us)
{
    if (!(clock->speed > 0))
        return 0;
    const int64_t due_us = replay_clock_scale_us(clock, at_us);
    const int64_t past_us = now_us - clock->begin_us;
    return due_us > past_us ? due_us - past_us : 0;
}

/*
 * One sample a wait: the bytes that waited, over the time it took. A terminal that was
 * stopped for a while (Ctrl-S, a lid that was closed) gives one bad sample, so the better
 * of two in a row counts.
 */
#include "ui/term/pace.h"

#define SECOND_US 1000000.

/* A terminal that takes this many bytes a second needs no care. */
#define FAST_RATE 400000.

/* What streamed frames may use of it. */
#define SHARE 0.6

/* So long after a wait the estimate stands; then it grows so much a second, until the
 * terminal is fast or makes us wait again. Growing is the one thing that fills buffers.
 */
#define HOLD_US ((int64_t)30000000)
#define GROWTH  0.5

/* A wait longer ago says nothing about the next one. */
#define SAMPLE_AGE_US ((int64_t)10000000)

/* No frame waits longer: even a huge screen moves. */
#define MAX_WAIT_US ((int64_t)1500000)

static void grow(struct pace *pace, int64_t now_us)
{
    double seconds = (double)(now_us - pace->added_us) / SECOND_US;
    if (seconds > 1)
        seconds = 1;
    if (pace->blocked_us == 0 && seconds > 0 && now_us - pace->sampled_us > HOLD_US)
        pace->rate *= 1 + GROWTH * seconds;
    if (pace->rate >= FAST_RATE)
        pace->rate = 0;
}

void pace_add(struct pace *pace, size_t len, int64_t now_us)
{
    if (pace->rate > 0)
        grow(pace, now_us);
    pace->added_us = now_us;
    if (pace->rate <= 0) {
        pace->free_us = now_us;
        return;
    }
    if (pace->free_us < now_us)
        pace->free_us = now_us;
    pace->free_us += (int64_t)((double)len / (pace->rate * SHARE) * SECOND_US);
    if (pace->free_us > now_us + MAX_WAIT_US)
        pace->free_us = now_us + MAX_WAIT_US;
}

void pace_block(struct pace *pace, size_t len, int64_t now_us)
{
    if (pace->blocked_us != 0)
        return;
    pace->blocked_us = now_us > 0 ? now_us : 1;
    pace->blocked_len = len;
}

void pace_drain(struct pace *pace, int64_t now_us)
{
    if (pace->blocked_us == 0)
        return;
    const int64_t waited_us = now_us - pace->blocked_us;
    const double sample =
        (double)pace->blocked_len / (double)(waited_us > 0 ? waited_us : 1) * SECOND_US;
    const bool has_last =
        pace->last_sample > 0 && now_us - pace->sampled_us <= SAMPLE_AGE_US;
    const double better = sample > pace->last_sample ? sample : pace->last_sample;
    if (has_last)
        pace->rate = better < FAST_RATE ? better : 0;
    pace->last_sample = sample;
    pace->sampled_us = now_us;
    pace->blocked_us = 0;
}

void pace_drop(struct pace *pace)
{
    pace->blocked_us = 0;
}

int pace_get_wait_ms(const struct pace *pace, int64_t now_us)
{
    if (pace->rate <= 0 || pace->free_us <= now_us)
        return 0;
    return (int)((pace->free_us - now_us + 999) / 1000);
}

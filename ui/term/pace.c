/*
 * When the terminal begins to make us wait, the buffers on the way are full. So what was
 * taken between two such moments is what the terminal has shown meanwhile, however the
 * system hands out room in between. It counts as a measure of the terminal if much of the
 * time was spent waiting (else it might have shown more) and the two are neither too near
 * nor too far apart: a terminal that was stopped for a while (Ctrl-S, a closed lid) says
 * nothing.
 */
#include "ui/term/pace.h"

#define SECOND_US 1000000.

/* A terminal that takes this many bytes a second needs no care. */
#define FAST_RATE 400000.

/* What streamed frames may use of it. */
#define SHARE 0.6

/* So long after a measure it stands; then the rate grows so much a second, until the
 * terminal is fast or makes us wait again. Growing is the one thing that fills buffers.
 */
#define HOLD_US ((int64_t)30000000)
#define GROWTH  0.5

/* How far apart the two ends of a measure are, and the share of waiting in it. */
#define MEASURE_MIN_US ((int64_t)300000)
#define MEASURE_MAX_US ((int64_t)5000000)
#define WAITING_SHARE  0.15

/* No frame waits longer: even a huge screen moves. */
#define MAX_WAIT_US ((int64_t)1500000)

static void grow(struct pace *pace, int64_t now_us)
{
    double seconds = (double)(now_us - pace->added_us) / SECOND_US;
    if (seconds > 1)
        seconds = 1;
    if (!pace->is_blocked && seconds > 0 && now_us - pace->sampled_us > HOLD_US)
        pace->rate *= 1 + GROWTH * seconds;
    if (pace->rate >= FAST_RATE)
        pace->rate = 0;
}

void pace_add(struct pace *pace, size_t len, int64_t now_us)
{
    if (pace->rate > 0)
        grow(pace, now_us);
    pace->added += len;
    pace->added_us = now_us;
    if (pace->free_us < now_us)
        pace->free_us = now_us;
    if (pace->rate <= 0)
        return;
    pace->free_us += (int64_t)((double)len / (pace->rate * SHARE) * SECOND_US);
    if (pace->free_us > now_us + MAX_WAIT_US)
        pace->free_us = now_us + MAX_WAIT_US;
}

static void begin_measure(struct pace *pace, uint64_t done, int64_t now_us)
{
    pace->begin_us = now_us;
    pace->begin_done = done;
    pace->waited_us = 0;
}

void pace_block(struct pace *pace, size_t len, int64_t now_us)
{
    const uint64_t done = pace->added - len;
    const int64_t since_us = now_us - pace->begin_us;
    if (pace->is_blocked)
        return;
    pace->is_blocked = true;
    pace->blocked_us = now_us;
    if (pace->begin_us == 0 || since_us > MEASURE_MAX_US) {
        begin_measure(pace, done, now_us);
        return;
    }
    if (since_us < MEASURE_MIN_US)
        return;
    if ((double)pace->waited_us >= WAITING_SHARE * (double)since_us) {
        const double rate =
            (double)(done - pace->begin_done) / (double)since_us * SECOND_US;
        pace->rate = rate < FAST_RATE ? rate : 0;
        pace->sampled_us = now_us;
    }
    begin_measure(pace, done, now_us);
}

void pace_drain(struct pace *pace, int64_t now_us)
{
    if (pace->is_blocked)
        pace->waited_us += now_us - pace->blocked_us;
    pace->is_blocked = false;
}

void pace_drop(struct pace *pace)
{
    pace->is_blocked = false;
    pace->begin_us = 0;
}

int pace_get_wait_ms(const struct pace *pace, int64_t now_us)
{
    if (pace->rate <= 0 || pace->free_us <= now_us)
        return 0;
    return (int)((pace->free_us - now_us + 999) / 1000);
}

/* The pace of frames against a made-up terminal: a buffer that takes 8 kB at once and is
 * emptied at a rate. The clock is a number. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ui/term/pace.h"

#define BUFFER ((double)8192)

struct line {
    struct pace pace;
    double rate;   /* bytes a second */
    double queued; /* wait in our queue */
    double on_way; /* in the terminal's buffer */
    double taken;  /* since the start */
    int64_t now_us;
    size_t frames;
    double worst_wait; /* bytes before a new frame, in the second half */
};

/* One millisecond goes by; a frame of `len` bytes is due all the time. */
static void step(struct line *line, size_t len)
{
    line->now_us += 1000;
    const double room = line->rate / 1000;
    const double gone = line->on_way < room ? line->on_way : room;
    line->on_way -= gone;
    line->taken += gone;
    const double moved =
        line->queued < BUFFER - line->on_way ? line->queued : BUFFER - line->on_way;
    const double queued = line->queued;
    line->queued -= moved;
    line->on_way += moved;
    if (queued > 0 && line->queued <= 0)
        pace_drain(&line->pace, line->now_us);
    if (line->queued > 0 || pace_get_wait_ms(&line->pace, line->now_us) > 0)
        return;
    line->frames++;
    line->worst_wait = line->on_way > line->worst_wait ? line->on_way : line->worst_wait;
    pace_add(&line->pace, len, line->now_us);
    const double taken_now =
        (double)len < BUFFER - line->on_way ? (double)len : BUFFER - line->on_way;
    line->on_way += taken_now;
    line->queued = (double)len - taken_now;
    if (line->queued > 0)
        pace_block(&line->pace, (size_t)line->queued, line->now_us);
}

static void run(struct line *line, int seconds, size_t len)
{
    for (int i = 0; i < seconds * 1000; i++)
        step(line, len);
}

static void pace__fast_terminal__is_never_held_back(void **state)
{
    (void)state;
    struct line line = {.rate = 5e6};
    run(&line, 5, 3000);
    assert_int_equal(line.frames, 5000);
}

static void pace__slow_terminal__gets_frames_that_it_can_show_soon(void **state)
{
    (void)state;
    struct line line = {.rate = 10000};
    run(&line, 10, 2000);
    line.worst_wait = 0;
    line.frames = 0;
    line.taken = 0;
    run(&line, 20, 2000);
    /* Nothing of the last frame is on its way when the next one is made; without pacing
     * there are 8 kB, most of a second. */
    assert_true(line.worst_wait < 1000);
    assert_true(line.frames > 20 * 2);
    assert_true(line.taken > 20 * 10000 * 0.5);
}

static void pace__one_long_stop__is_not_taken_for_slowness(void **state)
{
    (void)state;
    struct line line = {.rate = 5e6};
    run(&line, 1, 3000);
    line.rate = 0;
    run(&line, 60, 3000);
    line.rate = 5e6;
    line.frames = 0;
    run(&line, 1, 3000);
    assert_true(line.frames > 900);
}

static void pace__terminal_that_has_become_fast__is_used_again(void **state)
{
    (void)state;
    struct line line = {.rate = 10000};
    run(&line, 10, 2000);
    line.rate = 5e6;
    run(&line, 45, 2000);
    line.frames = 0;
    run(&line, 1, 2000);
    assert_int_equal(line.frames, 1000);
}

static void pace__huge_frame__waits_for_a_bounded_time(void **state)
{
    (void)state;
    struct pace pace = {.rate = 100, .sampled_us = 5000000};
    pace_add(&pace, 1000000, 5000000);
    assert_in_range(pace_get_wait_ms(&pace, 5000000), 1, 1500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pace__fast_terminal__is_never_held_back),
        cmocka_unit_test(pace__slow_terminal__gets_frames_that_it_can_show_soon),
        cmocka_unit_test(pace__one_long_stop__is_not_taken_for_slowness),
        cmocka_unit_test(pace__terminal_that_has_become_fast__is_used_again),
        cmocka_unit_test(pace__huge_frame__waits_for_a_bounded_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

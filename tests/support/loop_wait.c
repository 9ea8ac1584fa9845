/*
 * The guard timer does not count as work of the loop (ev_unref), so that a loop without
 * watchers returns at once instead of waiting the guard time out.
 */
#include "tests/support/loop_wait.h"

static void on_guard(struct ev_loop *loop, struct ev_timer *timer, int revents)
{
    (void)revents;
    bool *is_over = timer->data;
    *is_over = true;
    ev_ref(loop);
    ev_timer_stop(loop, timer);
}

bool loop_wait(struct ev_loop *loop, bool (*is_met)(void *user), void *user)
{
    bool is_over = false;
    bool is_alive = true;
    struct ev_timer guard;
    ev_now_update(loop);
    ev_timer_init(&guard, on_guard, LOOP_WAIT_GUARD, 0.);
    guard.data = &is_over;
    ev_timer_start(loop, &guard);
    ev_unref(loop);
    while (!is_met(user) && !is_over && is_alive)
        is_alive = ev_run(loop, EVRUN_ONCE) != 0;
    if (!is_over) {
        ev_ref(loop);
        ev_timer_stop(loop, &guard);
    }
    return is_met(user);
}

bool loop_is_idle(struct ev_loop *loop)
{
    return ev_run(loop, EVRUN_NOWAIT) == 0;
}

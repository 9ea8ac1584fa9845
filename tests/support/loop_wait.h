/*
 * Waiting in tests: runs the loop until a condition holds, never for a fixed time. A
 * condition that does not come true within the guard time fails the test.
 */
#ifndef SUPPORT_LOOP_WAIT_H
#define SUPPORT_LOOP_WAIT_H

#include <stdbool.h>

#include <ev.h>

/* Seconds after which waiting is given up. */
#define LOOP_WAIT_GUARD 30.0

/* Runs `loop` until is_met(user); false when the guard time is over. */
bool loop_wait(struct ev_loop *loop, bool (*is_met)(void *user), void *user);

/* True if no active watcher keeps the loop running: with nothing to do nothing wakes. */
bool loop_is_idle(struct ev_loop *loop);

#endif

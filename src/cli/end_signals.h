/*
 * The signals that ask a command in lines to end: SIGINT, SIGTERM, and SIGHUP (the
 * terminal is gone), so that what it has started is ended with it. A SIGHUP that was
 * ignored from the start ("nohup") stays ignored.
 */
#ifndef CLI_END_SIGNALS_H
#define CLI_END_SIGNALS_H

#include <ev.h>

struct end_signals {
    struct ev_loop *loop;
    struct ev_signal watchers[3];
};

typedef void end_signals_fn(struct ev_loop *loop, struct ev_signal *watcher, int events);

/* Calls the function from the loop for each that comes; watcher->data is `user`. */
void end_signals_start(struct end_signals *signals, struct ev_loop *loop,
                       end_signals_fn *on_signal, void *user);
void end_signals_stop(struct end_signals *signals);

/* The exit code of a command that this signal has ended. */
int end_signals_code(const struct ev_signal *watcher);

#endif

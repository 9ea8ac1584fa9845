/* Three watchers; one that was not started may be stopped all the same. */
#include "src/cli/end_signals.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

#include "src/base/compiler.h"

static bool is_ignored(int signum)
{
    struct sigaction action;
    return sigaction(signum, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

void end_signals_start(struct end_signals *signals, struct ev_loop *loop,
                       end_signals_fn *on_signal, void *user)
{
    static const int signums[] = {SIGINT, SIGTERM, SIGHUP};
    signals->loop = loop;
    for (size_t i = 0; i < COUNT_OF(signums); i++) {
        ev_signal_init(&signals->watchers[i], on_signal, signums[i]);
        signals->watchers[i].data = user;
        if (signums[i] != SIGHUP || !is_ignored(SIGHUP))
            ev_signal_start(loop, &signals->watchers[i]);
    }
}

void end_signals_stop(struct end_signals *signals)
{
    for (size_t i = 0; i < COUNT_OF(signals->watchers); i++)
        ev_signal_stop(signals->loop, &signals->watchers[i]);
}

int end_signals_code(const struct ev_signal *watcher)
{
    return 128 + watcher->signum;
}

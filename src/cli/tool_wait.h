/*
 * Waiting on the loop for what the tools of a setup do, in commands without a chat: for
 * the servers to have answered or failed, for one call to end. A signal ends the wait.
 */
#ifndef CLI_TOOL_WAIT_H
#define CLI_TOOL_WAIT_H

#include <ev.h>

#include "src/cli/end_signals.h"
#include "src/cli/setup.h"

struct tool_wait {
    struct setup *setup;
    struct end_signals signals;
    int signal_code; /* the exit code of the signal that came; 0: none */
    call_key key;    /* the call that is made; 0: servers are waited for */
    bool is_ok;      /* how the last call ended */
    struct strbuf result;
};

/* Listens to the engine and waits for its servers. */
void tool_wait_init(struct tool_wait *wait, struct setup *setup);
void tool_wait_clear(struct tool_wait *wait);

/* Makes a call and waits for its end. */
void tool_wait_call(struct tool_wait *wait, const char *tool, const char *arguments);

#endif

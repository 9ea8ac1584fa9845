/*
 * One answer being given: which bytes come next, and when.
 *
 * Pure: time is handed in as microseconds since the request, bytes are handed out;
 * sockets and clocks are the server's. Token k is due at a moment that follows from k
 * alone, so a late reader catches up and lateness never adds up. The same chat gives the
 * same bytes and the same plan.
 */
#ifndef DEMO_REPLY_H
#define DEMO_REPLY_H

#include <stddef.h>
#include <stdint.h>

#include "src/base/strbuf.h"
#include "src/demo/demo_chat.h"

struct demo_reply;

/* What follows the bytes that demo_reply_read gave. */
enum demo_reply_state {
    DEMO_REPLY_MORE,  /* the buffer was too small; call again */
    DEMO_REPLY_WAIT,  /* nothing is due before demo_reply_due_us */
    DEMO_REPLY_STALL, /* nothing will ever come */
    DEMO_REPLY_END,   /* the body ends here, cleanly */
    DEMO_REPLY_ABORT  /* the connection is to be broken here */
};

/*
 * Makes the answer to `chat`, which must outlive it. All rates are multiplied and all
 * waits divided by `speed` (> 0). Caller frees.
 */
struct demo_reply *demo_reply_new(const struct demo_chat *chat, double speed);

void demo_reply_free(struct demo_reply *reply);

/* Writes the bytes that are due `elapsed_us` after the request; returns how many. */
size_t demo_reply_read(struct demo_reply *reply, int64_t elapsed_us, char *buf,
                       size_t max, enum demo_reply_state *state);

/*
 * When the next bytes are due, in microseconds since the request. An answer that is not
 * streamed is due as a whole when its last token would have been.
 */
int64_t demo_reply_due_us(const struct demo_reply *reply);

#endif

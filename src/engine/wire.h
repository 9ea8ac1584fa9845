/*
 * What goes over the wire for an answer, told byte for byte while it happens: the request
 * as it is sent, with its key masked, the head and the body of the response as they come,
 * and how the exchange went. For recordings, the wire view and the race strip.
 *
 * A tap hears each try of each turn, with a number of its own. Nothing it is told holds a
 * key: header fields and URL parts that carry one have WIRE_MASK in the key's place, and
 * where it stands in a body, be it that the server repeats it, each byte of it is a star.
 */
#ifndef ENGINE_WIRE_H
#define ENGINE_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/engine/event.h"
#include "src/net/http.h"

#define WIRE_MASK "***"

enum wire_kind {
    WIRE_REQUEST,   /* request */
    WIRE_CONNECTED, /* the connection is there, the request is being sent; result */
    WIRE_HEAD,      /* head, result */
    WIRE_BODY,      /* bytes, len */
    WIRE_DONE,      /* result: the exchange is over */
    WIRE_CUT        /* we have ended it: stopped, timed out, or the answer was complete;
                       result */
};

/* Borrowed for the call. */
struct wire_event {
    enum wire_kind kind;
    uint64_t exchange; /* never reused in an engine, from 1 */
    chat_id chat;
    uint64_t message_id; /* the answer */
    int attempt;         /* from 1 */
    int64_t at_us;       /* of clock_now_us */
    const struct endpoint *endpoint;
    const char *model;
    const struct http_request *request; /* its header fields and URL with masks */
    const struct http_head *head;
    const char *bytes;
    size_t len;
    const struct http_result *result; /* how far it has come; with the error when DONE */
};

typedef void (*wire_fn)(void *user, const struct wire_event *event);

/* So many taps may listen at once. */
#define WIRE_TAP_MAX 4

struct engine;

/* Adds a tap, or takes it away. It may hear the rest of an exchange that began before. A
 * tap may not call the engine's functions that change
 * anything. */
void engine_tap(struct engine *engine, wire_fn fn, void *user);
void engine_untap(struct engine *engine, wire_fn fn, void *user);

#endif

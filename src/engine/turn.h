/*
 * One turn: a prompt that is on its way to becoming an answer. A state machine over one
 * request, its retries and its clocks:
 *
 *   QUEUED ─► CONNECTING ─► WAITING ─► STREAMING ─► settled
 *      ▲          └────────┴──► RETRYING (nothing shown, error worth another try)
 *      └──────────────────────────────┘
 *
 * It writes what comes into the answer's message and reports through its owner's
 * callbacks, always from the loop except for state changes, which may come from inside
 * turn_start and, for the turn that is next in line, from inside turn_detach. on_settled
 * is the last call. The owner frees the turn later, from outside of its callbacks.
 */
#ifndef ENGINE_TURN_H
#define ENGINE_TURN_H

#include <ev.h>

#include "src/base/log.h"
#include "src/base/rng.h"
#include "src/chat/message.h"
#include "src/config/catalog.h"
#include "src/config/endpoint.h"
#include "src/engine/adaptation.h"
#include "src/engine/connection_list.h"
#include "src/engine/event.h"
#include "src/engine/gate.h"
#include "src/engine/key_source.h"
#include "src/engine/spending.h"
#include "src/engine/turn_clock.h"
#include "src/net/http.h"
#include "src/provider/provider.h"

struct turn;
struct wire;
struct replay;

/* What all turns of an engine share. Borrowed. */
struct turn_context {
    struct ev_loop *loop;
    struct http *http;
    struct gate *gate;
    struct rng *rng;
    struct log *log;
    const struct settings *settings;
    const struct catalog *catalog; /* has the prices; may be NULL */
    struct key_source *keys;
    struct adaptation_list *adaptations;
    struct connection_list *connections;
    struct wire *wire;     /* who listens to what is sent and comes; may be NULL */
    struct replay *replay; /* answers come from a recording; or NULL */
};

/* Answer, tools and endpoints are borrowed until the turn is settled, the rest for the
 * call of turn_new. */
struct turn_request {
    chat_id chat;
    const struct endpoint *endpoint;
    const char *model;
    const char *system;
    const struct param_list *params;
    const struct model_ref *fallbacks; /* asked in this order when the model fails */
    size_t fallback_count;
    const struct tool_list *tools; /* or NULL */
    bool is_streaming;
    struct spending *spending; /* whose caps hold for it; NULL: none do */
    bool is_forced;            /* a person insists: a server's refusal does not hold it */
    struct message *answer;    /* empty; what is sent is all before it */
};

struct turn_owner {
    void (*on_event)(void *user, const struct engine_event *event);
    void (*on_settled)(void *user);
    void *user;
};

/* Makes a turn and writes its request; nothing is sent or told before turn_start. */
struct turn *turn_new(const struct turn_context *context,
                      const struct turn_request *request, const struct turn_owner *owner);

/* Starts it; what goes wrong is reported from the loop. If it was stopped before it only
 * settles, if it was detached nothing happens. */
void turn_start(struct turn *turn);

/* Stops it: what had come is kept, and it settles (from the loop) as stopped. */
void turn_stop(struct turn *turn);

/* Ends everything at once without a word: no callback comes any more. */
void turn_detach(struct turn *turn);

/* Detaches and frees. NULL is allowed. */
void turn_free(struct turn *turn);

struct turn_status turn_get_status(const struct turn *turn);

#endif

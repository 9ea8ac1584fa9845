/*
 * The keys of the endpoints an engine talks to. A key that a command prints is asked for
 * before the first request and once: whoever else needs it meanwhile waits for the same
 * answer. Where a key may be sent is decided in endpoint_request.c.
 */
#ifndef ENGINE_KEY_SOURCE_H
#define ENGINE_KEY_SOURCE_H

#include <stdbool.h>

#include <ev.h>

#include "src/base/error.h"
#include "src/base/log.h"
#include "src/config/catalog.h"

struct key_source;

/* Somebody who waits for a key. It belongs to whoever waits. */
struct key_waiter {
    /* The key is there, or `err` says why not. From the loop. */
    void (*on_key)(void *user, const struct error *err);
    void *user;
    struct key_waiter *next;
    bool is_waiting;
};

/* The catalog (NULL: none) knows which variables hold keys; it outlives the source. */
struct key_source *key_source_new(struct ev_loop *loop, struct log *log,
                                  const struct catalog *catalog);

/* Ends commands that still run; no callback comes. NULL is allowed. */
void key_source_free(struct key_source *source);

/* True if the endpoint's key is there, or it has none; otherwise its command runs and
 * the waiter is told. */
bool key_source_ask(struct key_source *source, const struct endpoint *endpoint,
                    struct key_waiter *waiter);

/* Stops waiting; nothing happens if it does not. */
void key_source_give_up(struct key_source *source, struct key_waiter *waiter);

/* The endpoint's key, NULL for none. False with class ERROR_AUTH if there should be one
 * and is not. */
bool key_source_get(struct key_source *source, const struct endpoint *endpoint,
                    const char **key, struct error *err);

/* Stars out the endpoint's key in somebody's words (NULL is allowed): some services
 * repeat it when they refuse it. A text that was cut to a length may end inside the key,
 * so its beginning counts as well. */
void key_source_hide(struct key_source *source, const struct endpoint *endpoint,
                     char *words);

/* The service has refused the key: one that came from a command is asked for anew. */
void key_source_forget(struct key_source *source, const struct endpoint *endpoint);

#endif

/*
 * The models an endpoint says it has: asked for once, kept, asked again on demand. Never
 * waits; whoever asked is told when the list has come or could not be had.
 */
#ifndef ENGINE_MODEL_LIST_H
#define ENGINE_MODEL_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ev.h>

#include "src/base/error.h"
#include "src/config/endpoint.h"
#include "src/engine/key_source.h"
#include "src/net/http.h"

struct model_list;

/* The list has come, or model_list_get_error says why not. */
typedef void (*model_list_fn)(void *user, struct model_list *list);

struct model_list_owner {
    model_list_fn on_done;
    void *user;
    int64_t timeout_ms; /* for a question, its key included; 0: as long as a list gets */
};

/* An empty list for an endpoint, which outlives it. */
struct model_list *model_list_new(struct ev_loop *loop, struct http *http,
                                  struct key_source *keys,
                                  const struct endpoint *endpoint,
                                  const struct model_list_owner *owner);

/* Ends a running question without a word. NULL is allowed. */
void model_list_free(struct model_list *list);

/* Asks the service; nothing happens while a question is under way. The answer comes from
 * the loop. */
void model_list_ask(struct model_list *list);

const struct endpoint *model_list_get_endpoint(const struct model_list *list);

/* The names as the service calls them, sorted; valid until the next answer. */
size_t model_list_get_count(const struct model_list *list);
const char *model_list_get_name(const struct model_list *list, size_t index);

/* The HTTP status of the last answer; 0 if the last question was not answered. */
int model_list_get_status(const struct model_list *list);

/* Why the last question failed; class ERROR_NONE if it did not. */
const struct error *model_list_get_error(const struct model_list *list);

#endif

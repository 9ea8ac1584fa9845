/*
 * What MCP servers have beside tools, fetched for a prompt: resources that words of it
 * name (@SERVER:ADDRESS) as attachments, and the servers' own prompts as messages.
 *
 * A fetch ends with one callback, from the loop, after which its handle is gone.
 */
#ifndef ENGINE_SERVER_FETCH_H
#define ENGINE_SERVER_FETCH_H

#include <stdbool.h>
#include <stddef.h>

#include "src/base/error.h"
#include "src/chat/attachment.h"

struct engine;
struct server_fetch;

struct fetch_handler {
    /* Resources: all of them, or err says which one could not be had. */
    void (*on_resources)(void *user, const struct attachment_list *list,
                         const struct error *err);
    void *user;
};

/* True if the text has a word that names a resource of a server that there is. */
bool server_fetch_is_needed(struct engine *engine, const char *text);

/* Fetches the resources that words of `text` name. */
struct server_fetch *server_fetch_resources(struct engine *engine, const char *text,
                                            const struct fetch_handler *handler);

/* Stops it; no callback comes. NULL is allowed. */
void server_fetch_free(struct server_fetch *fetch);

#endif

/*
 * The prompts of MCP servers as templates: one is fetched with a mark in the place of
 * each argument, and what comes back is written as a template's file whose fields are the
 * arguments. So a server's prompt has forms, rows and checks like one of a person's own.
 */
#ifndef ENGINE_SERVER_PROMPT_H
#define ENGINE_SERVER_PROMPT_H

#include <stdbool.h>

#include "src/base/error.h"

struct engine;
struct server_prompt;

/* The template's text, or err says why there is none. Valid during the call, which comes
 * from the loop; the handle is gone then. */
typedef void (*server_prompt_fn)(void *user, const char *text, const struct error *err);

/* True if the name is SERVER.PROMPT of a server that there is; `server` (may be NULL)
 * gets the server's name, to be freed. */
bool server_prompt_is_one(struct engine *engine, const char *name, char **server);

/* Fetches "SERVER.PROMPT" of a server that is ready. NULL with err filled where there is
 * no such prompt. */
struct server_prompt *server_prompt_fetch(struct engine *engine, const char *name,
                                          server_prompt_fn on_text, void *user,
                                          struct error *err);

/* Stops it; no callback comes. NULL is allowed. */
void server_prompt_free(struct server_prompt *fetch);

#endif

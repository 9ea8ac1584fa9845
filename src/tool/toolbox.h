/*
 * All tools there are, whatever runs them: those of files, those of MCP servers, and
 * those that are only defined. One name leads to one tool: a later folder's file stands
 * in for an earlier one's; servers have their own name before the dot.
 *
 * Tools of servers come and go: what toolbox_get and toolbox_find give is valid until
 * the loop runs.
 */
#ifndef TOOL_TOOLBOX_H
#define TOOL_TOOLBOX_H

#include <stdbool.h>
#include <stddef.h>

#include <ev.h>

#include "src/base/error.h"
#include "src/base/log.h"
#include "src/base/strbuf.h"
#include "src/net/http.h"
#include "src/tool/mcp_server.h"
#include "src/tool/tool.h"
#include "src/tool/tool_file.h"
#include "src/tool/tool_result.h"

struct toolbox;
struct tool_run;

struct toolbox_options {
    struct ev_loop *loop;
    struct http *http;
    struct log *log; /* or NULL */
    struct mcp_owner server_owner;
    void (*on_prepared)(void *user);  /* with the servers' owner's user; or NULL */
    const char *const *key_variables; /* never passed on to a tool; borrowed, or NULL */
};

struct toolbox *toolbox_new(const struct toolbox_options *options);

/* Ends every server and call at once, without a word. NULL is allowed. */
void toolbox_free(struct toolbox *box);

/* Reads all files of a folder of the person's; one that is not there has none. */
void toolbox_add_folder(struct toolbox *box, const char *path,
                        struct tool_problems *problems);

/* Reads the tools that come with Motet; the person's own go before them. */
void toolbox_add_shipped(struct toolbox *box, struct tool_problems *problems);

/* Reads definitions from a JSON file: one, or a list of them, in the form of any of the
 * services ({name, description, parameters}, {type, function}, {name, input_schema}). */
bool toolbox_add_definitions(struct toolbox *box, const char *path, struct error *err);

/* Adds a server, not started yet. Its name is free of dots and used once. */
struct mcp_server *toolbox_add_server(struct toolbox *box,
                                      const struct mcp_options *options);

/* Finds out, in the background, what can hold commands; on_prepared
 * tells when. */
void toolbox_prepare(struct toolbox *box);

/* True once that is known, and while nobody has asked. */
bool toolbox_is_prepared(const struct toolbox *box);

size_t toolbox_count(const struct toolbox *box);
const struct tool *toolbox_get(const struct toolbox *box, size_t index);

/* The tool called `name`, or NULL. */
const struct tool *toolbox_find(const struct toolbox *box, const char *name);

/* True for a tool of the person's own files and servers, or definitions. */
bool toolbox_is_own(const struct toolbox *box, const struct tool *tool);

size_t toolbox_server_count(const struct toolbox *box);
struct mcp_server *toolbox_get_server(const struct toolbox *box, size_t index);

/* Appends what a call runs, as a person reads it, and how it is held (nothing: not). */
void toolbox_describe(const struct tool *tool, struct strbuf *out);
void toolbox_describe_sandbox(const struct tool *tool, struct strbuf *out);

/* Runs a tool that is not only defined. NULL with err filled where it cannot be started;
 * otherwise the handler hears how it ends, and the run is gone then. */
struct tool_run *toolbox_run(struct toolbox *box, const struct tool *tool,
                             const char *arguments, const struct tool_handler *handler,
                             struct error *err);

/* Ends a run as stopped; on_done follows from the loop. */
void tool_run_stop(struct tool_run *run);

/* The handler is called with this user from now on. */
void tool_run_set_user(struct tool_run *run, void *user);

/* Ends it at once; no callback comes. NULL is allowed. */
void tool_run_free(struct tool_run *run);

#endif

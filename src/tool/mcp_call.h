/*
 * Asking an MCP server for something: a tool's call, the text of a resource, a prompt.
 * Each ends with one on_done, from the loop, after which its handle is gone: at the
 * latest when its time is over. Progress and a person's answer that the server waits for
 * give it more time.
 */
#ifndef TOOL_MCP_CALL_H
#define TOOL_MCP_CALL_H

#include <stdbool.h>
#include <stddef.h>

#include "src/base/error.h"
#include "src/tool/mcp_server.h"
#include "src/tool/tool.h"
#include "src/tool/tool_result.h"

struct mcp_call;

/* Calls a tool of this server. `arguments` is JSON, sent as it stands; NULL or "": none.
 * NULL with err filled if the server is not ready or the arguments are no object. */
struct mcp_call *mcp_call_start(struct mcp_server *server, const struct tool *tool,
                                const char *arguments, const struct tool_handler *handler,
                                struct error *err);

/* Reads a resource; on_done has its text. */
struct mcp_call *mcp_call_read(struct mcp_server *server, const char *uri,
                               const struct tool_handler *handler, struct error *err);

/* One message of a prompt. */
struct mcp_prompt_message {
    bool is_assistant; /* otherwise the user's */
    const char *text;
    size_t len;
};

/* Valid during on_done. Without success `text` is a sentence and there is no message. */
struct mcp_prompt_result {
    enum tool_end end;
    const char *text;
    const struct mcp_prompt_message *messages;
    size_t message_count;
};

struct mcp_prompt_handler {
    void (*on_done)(void *user, const struct mcp_prompt_result *result);
    void *user;
};

/* Fills in a prompt; `arguments` is an object of strings as JSON, or NULL. */
struct mcp_call *mcp_call_get_prompt(struct mcp_server *server, const char *name,
                                     const char *arguments,
                                     const struct mcp_prompt_handler *handler,
                                     struct error *err);

/* Tells the server that the result is not wanted; on_done follows (TOOL_END_STOPPED). */
void mcp_call_stop(struct mcp_call *call);

/* The same, and no on_done follows. NULL is allowed. */
void mcp_call_free(struct mcp_call *call);

#endif

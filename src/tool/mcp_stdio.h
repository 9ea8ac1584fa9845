/*
 * A server as a child process: one JSON text a line in both directions. Lines that are
 * empty are skipped, any other is handed on; what is no message is for the owner to
 * count. Its standard error is read always and its last lines are kept.
 */
#ifndef TOOL_MCP_STDIO_H
#define TOOL_MCP_STDIO_H

#include "src/tool/mcp_link.h"

struct mcp_stdio;

struct mcp_stdio *mcp_stdio_new(const struct mcp_link_options *options,
                                const struct mcp_link_handler *handler,
                                struct error *err);

bool mcp_stdio_send(struct mcp_stdio *stdio, const char *text, size_t len,
                    struct error *err);

/* Closes its input; ends its process group if it is still there after its time. */
void mcp_stdio_stop(struct mcp_stdio *stdio);

/* Kills it at once. */
void mcp_stdio_abandon(struct mcp_stdio *stdio);

void mcp_stdio_free(struct mcp_stdio *stdio);

const char *mcp_stdio_get_errors(const struct mcp_stdio *stdio);
int64_t mcp_stdio_get_pid(const struct mcp_stdio *stdio);

#endif

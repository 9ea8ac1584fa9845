/*
 * A server at an HTTP address: each message is a request of its own, and its answer one
 * JSON text or a stream of events that holds several. Knows the session and the header
 * fields, and goes on with a stream that broke where the protocol has a way to.
 */
#ifndef TOOL_MCP_HTTP_H
#define TOOL_MCP_HTTP_H

#include "src/tool/mcp_link.h"

struct mcp_http;

/* The functions are those of mcp_link.h, which says what they do. */
struct mcp_http *mcp_http_new(const struct mcp_link_options *options,
                              const struct mcp_link_handler *handler, struct error *err);
bool mcp_http_send(struct mcp_http *mcp, const struct mcp_outgoing *outgoing,
                   struct error *err);
void mcp_http_cancel(struct mcp_http *mcp, int64_t id);
void mcp_http_set_version(struct mcp_http *mcp, const char *version, bool is_modern);
void mcp_http_listen(struct mcp_http *mcp);
void mcp_http_drop_session(struct mcp_http *mcp);
void mcp_http_stop(struct mcp_http *mcp);
void mcp_http_abandon(struct mcp_http *mcp);
void mcp_http_free(struct mcp_http *mcp);

#endif

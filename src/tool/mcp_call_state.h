/* Calls as the rest of struct mcp_server deals with them; for their owners: mcp_call.h.
 */
#ifndef TOOL_MCP_CALL_STATE_H
#define TOOL_MCP_CALL_STATE_H

#include <stdbool.h>

struct mcp_call;
struct mcp_server;

/* Modern: what the server asked for under `name`, as JSON; NULL: it is refused. */
void mcp_call_take_input(struct mcp_call *call, const char *name, const char *json);

/* Tells the end of those that were stopped. */
void mcp_call_expire(struct mcp_server *server);

/* True if mcp_call_expire has something to do. */
bool mcp_call_is_due(const struct mcp_server *server);

/* Ends all calls, as faults. */
void mcp_call_fail_all(struct mcp_server *server, const char *words);

/* Frees them without a word. */
void mcp_call_clear_all(struct mcp_server *server);

#endif

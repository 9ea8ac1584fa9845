/*
 * What an HTTP answer that is no message means, as a sentence. Pure.
 */
#ifndef TOOL_MCP_REFUSAL_H
#define TOOL_MCP_REFUSAL_H

#include <stdbool.h>
#include <stddef.h>

#include "src/base/error.h"

/* Words for a status that is none of success; `challenge` is WWW-Authenticate or NULL. */
void mcp_refusal_describe(int status, const char *challenge, struct error *error);

/* True if this status and body say that the session is not known (any more). */
bool mcp_refusal_is_session(int status, const char *body, size_t len);

#endif

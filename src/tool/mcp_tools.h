/*
 * Pages of tools/list as tool records. Pure. What a server says is bounded here: the
 * number of tools, the length of words, the size and depth of schemas. A tool that breaks
 * a rule is left out, the others are not affected; why is told in words.
 */
#ifndef TOOL_MCP_TOOLS_H
#define TOOL_MCP_TOOLS_H

#include <stdbool.h>
#include <stddef.h>

#include <cjson/cJSON.h>

#include "src/base/strbuf.h"
#include "src/tool/tool.h"

#define MCP_TOOLS_MAX        512
#define MCP_NAME_MAX         128
#define MCP_DESCRIPTION_MAX  ((size_t)16 << 10)
#define MCP_SCHEMA_MAX       ((size_t)64 << 10)
#define MCP_SCHEMA_DEPTH_MAX 32

/* Where the tools come from; all of it is borrowed. */
struct mcp_origin {
    const char *server_name;
    const char *words; /* for people: the server and its command */
    struct mcp_server *server;
    bool has_headers; /* x-mcp-header is obeyed: what is wrong there counts */
};

struct mcp_tools {
    struct tool **items;
    size_t len;
    size_t cap;
    size_t left_out;
};

/* Appends the tools of one page. What was left out is told to `complaints`, a line each,
 * as far as there is room. False if the result holds no list. */
bool mcp_tools_add_page(struct mcp_tools *tools, const cJSON *result,
                        const struct mcp_origin *origin, struct strbuf *complaints);

/* Frees the records; a zeroed list is allowed. */
void mcp_tools_clear(struct mcp_tools *tools);

/* Text of a parsed document as valid UTF-8, at most `max` bytes; NULL for NULL. Caller
 * frees. */
char *mcp_tools_take_text(const char *text, size_t max);

#endif

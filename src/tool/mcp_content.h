/*
 * What a server gives as a result, as text: for the model, and what is meant for the
 * person alone as a note. Pure. Pictures and sounds become a line that says what they
 * are; links are named and never followed. Whatever came, the text is valid UTF-8 and not
 * longer than asked for; if it was cut it ends with a line that says so.
 */
#ifndef TOOL_MCP_CONTENT_H
#define TOOL_MCP_CONTENT_H

#include <stdbool.h>
#include <stddef.h>

#include <cjson/cJSON.h>

#include "src/base/strbuf.h"

struct mcp_content {
    struct strbuf text;
    struct strbuf note; /* for the person only */
    size_t max;
    size_t total;  /* bytes there would be without a ceiling */
    bool is_error; /* the tool says that it failed */
    bool is_cut;
};

/* The least that `max` may be. */
#define MCP_CONTENT_MAX_LEAST 512

void mcp_content_init(struct mcp_content *content, size_t max);
void mcp_content_clear(struct mcp_content *content);

/* Reads the result of tools/call. */
void mcp_content_read_result(struct mcp_content *content, const cJSON *result);

/* Reads the result of resources/read. */
void mcp_content_read_resource(struct mcp_content *content, const cJSON *result);

/* Reads one block of content, or an array of them, as a message of a prompt has it. */
void mcp_content_read_block(struct mcp_content *content, const cJSON *block);

/* Says at the end of the text what was cut, if anything was. Call once, last. */
void mcp_content_finish(struct mcp_content *content);

#endif

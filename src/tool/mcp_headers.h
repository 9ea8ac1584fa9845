/*
 * Arguments that travel as HTTP header fields too: a schema marks a property with
 * "x-mcp-header": "Region", and the call must then carry "Mcp-Param-Region". Pure.
 */
#ifndef TOOL_MCP_HEADERS_H
#define TOOL_MCP_HEADERS_H

#include <stdbool.h>

#include <cjson/cJSON.h>

#include "src/base/strbuf.h"
#include "src/net/header.h"

/* True if every mark in the schema is one that can be obeyed: a header token, unlike any
 * other, on a string, a whole number or a boolean, reached through `properties` alone. */
bool mcp_headers_check(const cJSON *schema);

/* Adds the fields for these arguments. */
void mcp_headers_add(struct header_list *headers, const cJSON *schema,
                     const cJSON *arguments);

/* Appends the text as a header value: as it is, or in base64 if it could not be one. */
void mcp_headers_append_value(struct strbuf *out, const char *text);

#endif

/*
 * Resources and prompts of a server as plain records, read from the pages of their lists.
 * Pure; bounded as tools are.
 */
#ifndef TOOL_MCP_ENTRIES_H
#define TOOL_MCP_ENTRIES_H

#include <stdbool.h>
#include <stddef.h>

#include <cjson/cJSON.h>

struct mcp_resource {
    char *uri;
    char *name;  /* never NULL */
    char *title; /* or NULL, as the rest */
    char *description;
    char *mime_type;
};

struct mcp_prompt_argument {
    char *name;
    char *description; /* or NULL */
    bool is_required;
};

struct mcp_prompt {
    char *name;
    char *title;       /* or NULL */
    char *description; /* or NULL */
    struct mcp_prompt_argument *arguments;
    size_t argument_count;
};

#define MCP_RESOURCES_MAX 2000
#define MCP_PROMPTS_MAX   500
#define MCP_ARGUMENTS_MAX 50

struct mcp_resources {
    struct mcp_resource *items;
    size_t len;
    size_t cap;
};

struct mcp_prompts {
    struct mcp_prompt *items;
    size_t len;
    size_t cap;
};

/* Append one page of resources/list, of prompts/list. False if the result has no list. */
bool mcp_resources_add_page(struct mcp_resources *resources, const cJSON *result);
bool mcp_prompts_add_page(struct mcp_prompts *prompts, const cJSON *result);

/* Free the records; a zeroed list is allowed. */
void mcp_resources_clear(struct mcp_resources *resources);
void mcp_prompts_clear(struct mcp_prompts *prompts);

#endif

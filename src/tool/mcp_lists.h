/*
 * The lists of a server: fetched page by page, put in place of the old ones only when
 * complete, fetched again a moment after the server said that they have changed. Part of
 * struct mcp_server.
 */
#ifndef TOOL_MCP_LISTS_H
#define TOOL_MCP_LISTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/tool/mcp_entries.h"
#include "src/tool/mcp_tools.h"

struct mcp_server;
struct mcp_pending;

enum mcp_list_kind {
    MCP_LIST_TOOLS,
    MCP_LIST_RESOURCES,
    MCP_LIST_PROMPTS,
    MCP_LIST_COUNT
};

/* The three lists as they are at one time; each of its own age. */
struct mcp_content_lists {
    struct mcp_tools tools;
    struct mcp_resources resources;
    struct mcp_prompts prompts;
};

struct mcp_list {
    struct mcp_pending *pending; /* a page is being fetched */
    char **cursors;              /* of the pages so far */
    size_t cursor_count;
    size_t cursor_cap;
    int64_t started_ms;
    int64_t refetch_ms; /* -1: not planned */
    bool is_complete;   /* the one that is growing can be shown */
    bool is_settled;    /* since the handshake one has been shown, or cannot be had */
};

struct mcp_lists {
    struct mcp_list items[MCP_LIST_COUNT];
    struct mcp_content_lists shown;
    struct mcp_content_lists growing;
    uint64_t version;
};

/* Fetches all lists that the server has, from the beginning. */
void mcp_lists_begin(struct mcp_server *server);

/* The server says that this list is another now. */
void mcp_lists_refetch(struct mcp_server *server, enum mcp_list_kind kind);

/* Modern: asks to be told of changes. */
void mcp_lists_subscribe(struct mcp_server *server);

/* Forgets what is under way; what is shown stays. */
void mcp_lists_stop(struct mcp_server *server);

/* Puts complete lists in place. What was shown before is moved to `old`, to be cleared
 * once the owner has been told. */
void mcp_lists_publish(struct mcp_server *server, struct mcp_content_lists *old);
void mcp_lists_clear_content(struct mcp_content_lists *lists);

void mcp_lists_expire(struct mcp_server *server, int64_t now_ms);
int64_t mcp_lists_get_deadline(const struct mcp_server *server);

bool mcp_lists_is_fetching(const struct mcp_server *server);

/* True once each list has been shown since the handshake, or could not be had. */
bool mcp_lists_are_settled(const struct mcp_server *server);

#endif

/*
 * The inside of struct mcp_server, for the modules that are it: mcp_server.c (life),
 * mcp_handshake.c, mcp_pending.c (requests in flight), mcp_lists.c, mcp_incoming.c (what
 * the server asks and tells), mcp_call.c.
 *
 * Every way in from the loop or from the owner stands between mcp_server_enter and
 * mcp_server_leave: the outermost leave sets the timer, and frees what was to be freed
 * meanwhile. Whoever has called the owner looks at is_dead before going on.
 */
#ifndef TOOL_MCP_STATE_H
#define TOOL_MCP_STATE_H

#include "src/tool/mcp_handshake.h"
#include "src/tool/mcp_incoming.h"
#include "src/tool/mcp_link.h"
#include "src/tool/mcp_lists.h"
#include "src/tool/mcp_pending.h"
#include "src/tool/mcp_server.h"
#include "src/tool/mcp_tools.h"

struct mcp_server {
    struct ev_loop *loop;
    struct http *http;
    struct log *log;
    struct mcp_options options; /* texts owned */
    struct header_list headers;
    struct mcp_owner owner;
    char *where;
    char *origin_words;
    struct ev_timer timer;

    unsigned depth;
    bool is_dead;    /* freed by the owner */
    bool is_changed; /* on_changed is due */
    struct mcp_link *link;
    struct mcp_link *dropped[4]; /* abandoned, to be freed by the outermost leave */
    size_t dropped_count;

    enum mcp_state state;
    int64_t since_ms;
    int64_t start_ms;     /* the link is opened then; -1: no plan */
    bool is_stopping;     /* the link was asked to end */
    const char *leftover; /* why what is in flight ends, told from the loop; or NULL */
    struct error error;
    struct error stuck; /* the server does not take what it is sent */
    char *last_errors;  /* of the last link */

    /* Found out about it. */
    enum mcp_generation generation;
    const char *version;
    bool has_tools;
    bool has_resources;
    bool has_prompts;
    bool has_changes; /* it tells of changes in one of them */
    char *title;
    char *instructions;

    struct mcp_handshake handshake;
    int64_t next_id;
    struct mcp_pending *pending;
    struct mcp_lists lists;
    struct mcp_incoming incoming;
    struct mcp_call *calls;
    uint64_t last_serial;

    int restarts;          /* made by ourselves since it was last well */
    bool was_session_lost; /* … in the connection that is being made */
    size_t junk_count;
};

void mcp_server_enter(struct mcp_server *server);
void mcp_server_leave(struct mcp_server *server);

/* Notes that on_changed is due. */
void mcp_server_change(struct mcp_server *server);

/* The handshake has ended well, the tools are there. */
void mcp_server_be_ready(struct mcp_server *server);

/* It cannot go on with this server: everything in flight ends. */
void mcp_server_fail(struct mcp_server *server, const struct error *error);

/* Sends a text that needs no answer; one that cannot be sent is logged. */
void mcp_server_send(struct mcp_server *server, const struct mcp_outgoing *outgoing);

/* Sends a notification; `params` as JSON or NULL. */
void mcp_server_notify(struct mcp_server *server, const char *method, const char *params,
                       bool is_reported);

#endif

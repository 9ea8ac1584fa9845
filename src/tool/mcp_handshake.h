/*
 * How a connection begins: which generation the server is of, which revision is spoken,
 * what it can do. Part of struct mcp_server.
 */
#ifndef TOOL_MCP_HANDSHAKE_H
#define TOOL_MCP_HANDSHAKE_H

#include <stdbool.h>
#include <stdint.h>

#include "src/base/strbuf.h"
#include "src/tool/mcp_server.h"

struct mcp_pending;

struct mcp_handshake {
    enum mcp_generation known;    /* what it spoke the last time */
    struct mcp_pending *discover; /* in flight, or NULL */
    struct mcp_pending *initialize;
    int64_t initialize_ms;  /* when initialize is sent without an answer; -1: not */
    int64_t deadline_ms;    /* -1: no handshake is going on */
    char *failure;          /* what the first of two ways said */
    bool was_probed;        /* discover was sent */
    bool is_probe_skipped;  /* the child did not survive the probe */
    bool was_version_asked; /* initialize went out a second time */
    bool is_posting;        /* HTTP: "initialized" is on its way */
};

/* Begins; the link is there. */
void mcp_handshake_begin(struct mcp_server *server);

/* Forgets what was under way. */
void mcp_handshake_clear(struct mcp_server *server);

/* True until it is known what is spoken: nothing else is sent before. */
bool mcp_handshake_is_going_on(const struct mcp_server *server);

/* True if the link's end may be due to our probe, and another try without it may help. */
bool mcp_handshake_may_skip_probe(const struct mcp_server *server);

/* What time alone brings. */
void mcp_handshake_expire(struct mcp_server *server, int64_t now_ms);
int64_t mcp_handshake_get_deadline(const struct mcp_server *server);

/* HTTP: "initialized" was taken. */
void mcp_handshake_go_on(struct mcp_server *server);

/* Appends what this client can do, an object. */
void mcp_handshake_append_capabilities(const struct mcp_server *server,
                                       struct strbuf *out);

#endif

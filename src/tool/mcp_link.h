/*
 * The way to a server: a child's pipes (mcp_stdio.h) or HTTP (mcp_http.h) behind one
 * face. Whole JSON texts go in and out; what they mean is not known here.
 *
 * Promises: no callback is made from inside mcp_link_new and mcp_link_send. Each callback
 * comes between one on_enter and one on_leave; the link may be freed in on_leave (it
 * touches nothing afterwards), not before. After mcp_link_abandon there is none but the
 * on_leave that is due.
 */
#ifndef TOOL_MCP_LINK_H
#define TOOL_MCP_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ev.h>

#include "src/base/error.h"
#include "src/base/log.h"
#include "src/base/strbuf.h"
#include "src/net/header.h"
#include "src/net/http.h"

struct mcp_link;

/* The longest message of a server. */
#define MCP_MESSAGE_MAX ((size_t)64 << 20)
/* The most that may wait to be taken by a server. */
#define MCP_QUEUE_MAX ((size_t)64 << 20)

/* Why a request that went over HTTP will get no answer as a message. */
struct mcp_refusal {
    int status;       /* of HTTP; 0: there was none */
    const char *body; /* of the refusal, "" if none */
    size_t body_len;
    const char *challenge; /* WWW-Authenticate, or NULL */
    struct error *error;   /* a sentence */
};

struct mcp_link_handler {
    void (*on_enter)(void *user);
    void (*on_leave)(void *user);
    /* A whole JSON text, or what stands in the place of one. */
    void (*on_message)(void *user, const char *bytes, size_t len);
    /* HTTP: is the request of that id still without an answer? */
    bool (*is_waiting)(void *user, int64_t id);
    /* HTTP: the request of that id will get none. */
    void (*on_refused)(void *user, int64_t id, const struct mcp_refusal *refusal);
    /* HTTP: the notification sent with `is_reported` was taken, or was not. */
    void (*on_posted)(void *user);
    /* HTTP: the server does not know our session; the request of that id was not done. */
    void (*on_session_lost)(void *user, int64_t id);
    /* The server is not to be reached any more, and why. */
    void (*on_gone)(void *user, const struct error *error);
    void *user;
};

struct mcp_link_options {
    struct ev_loop *loop;
    struct http *http;
    struct log *log;
    const char *name;
    const char *const *argv; /* a child, or … */
    const char *url;
    const char *const *variables;
    const struct header_list *headers;
    const char *directory;
    const char *ca_file;
    int64_t stop_timeout_ms; /* how long it may take to end by itself */
};

/* What is sent. */
struct mcp_outgoing {
    const char *text;
    size_t len;
    int64_t id;         /* of a request of ours, otherwise 0 */
    const char *method; /* of a request or notification of ours, otherwise NULL */
    const char *name;   /* what it is about (tool, prompt, address), or NULL */
    const struct header_list *headers; /* fields of its own, or NULL */
    bool is_reported;                  /* on_posted is to follow (HTTP) */
};

/* Opens the way. NULL with err filled if that cannot be tried at all. */
struct mcp_link *mcp_link_new(const struct mcp_link_options *options,
                              const struct mcp_link_handler *handler, struct error *err);

/* Sends a message. False if it cannot be taken: the server is going, or does not read. */
bool mcp_link_send(struct mcp_link *link, const struct mcp_outgoing *outgoing,
                   struct error *err);

/* HTTP: gives up a request and closes its stream. */
void mcp_link_cancel(struct mcp_link *link, int64_t id);

/* HTTP: what later requests say of the protocol: its revision; with `is_modern` the
 * fields of that generation instead of a session. */
void mcp_link_set_version(struct mcp_link *link, const char *version, bool is_modern);

/* HTTP, legacy: opens the stream for what the server says by itself. */
void mcp_link_listen(struct mcp_link *link);

/* HTTP: forgets the session. */
void mcp_link_drop_session(struct mcp_link *link);

/* Asks the server to end, in steps that become less polite; on_gone follows. */
void mcp_link_stop(struct mcp_link *link);

/* Ends everything at once; the link is only good for mcp_link_free then. */
void mcp_link_abandon(struct mcp_link *link);

/* NULL is allowed. */
void mcp_link_free(struct mcp_link *link);

bool mcp_link_is_http(const struct mcp_link *link);

/* The child's process number; 0 for HTTP. */
int64_t mcp_link_get_pid(const struct mcp_link *link);

/* The last lines of the child's standard error; "" for HTTP. */
const char *mcp_link_get_errors(const struct mcp_link *link);

#endif

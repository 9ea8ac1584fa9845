/*
 * HTTP transfers on the event loop: libcurl's multi interface, driven by libev, with one
 * connection cache for all transfers of a pool.
 *
 * Promises: http_start never calls back before it returns. Callbacks are made from the
 * loop, outside of libcurl, so they may start and cancel any transfer, also the one they
 * were made for, and free anything but the pool. After on_done or http_cancel the
 * transfer is gone and no callback comes. The order is on_connected?, on_head, on_body*,
 * on_done; on_head comes once, for the final response. TLS is always verified; redirects
 * are never followed. A pool with no transfer has no timer running. No header or body is
 * ever logged.
 */
#ifndef NET_HTTP_H
#define NET_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ev.h>

#include "src/base/error.h"
#include "src/net/header.h"

struct http;
struct http_transfer;

struct http_request {
    const char *url;
    const struct header_list *headers; /* may be NULL */
    const char *method;                /* NULL: GET without a body, otherwise POST */
    const char *body;                  /* or NULL */
    size_t body_len;
    const char *ca_file;        /* NULL: the system's certificates */
    const char *client_cert;    /* a file with our certificate, or NULL */
    const char *client_key;     /* the file of its key; NULL: the same */
    const char *proxy;          /* its URL; NULL: as the environment says */
    const char *aws_sigv4;      /* "aws:amz:REGION:SERVICE": sign the request; or NULL */
    const char *user_password;  /* what it is signed with: "ACCESS:SECRET" */
    int64_t connect_timeout_ms; /* name look-up, connect and TLS together; 0 = none */
};

struct http_head {
    int status;
    struct header_list headers;
};

/* How the exchange ended as HTTP understands it; a clean end is not a complete answer. */
struct http_result {
    struct error error;       /* class ERROR_NONE for a clean end of the body */
    const char *http_version; /* "1.0", "1.1", "2", "3", or NULL before a connection */
    bool is_reused;           /* the connection came from the cache */
    int64_t dns_us;           /* times since the start; -1 where not reached */
    int64_t connect_us;
    int64_t tls_us;
    int64_t first_byte_us;
};

/* Any of them may be NULL. What they are given is valid during the call only. */
struct http_handler {
    /* The connection is there and the request is being sent. */
    void (*on_connected)(void *user);
    void (*on_head)(void *user, const struct http_head *head);
    void (*on_body)(void *user, const char *bytes, size_t len);
    void (*on_done)(void *user, const struct http_result *result);
    void *user;
};

/* Makes a pool. NULL with err filled when libcurl cannot start. */
struct http *http_new(struct ev_loop *loop, struct error *err);

/* Keeps up to so many connections for later requests, 64 at least. For whoever has more
 * than that in flight: those beyond would be closed after each request. */
void http_keep_connections(struct http *http, size_t count);

/* Cancels every transfer (without callbacks), closes all connections. NULL is allowed.
 * The one thing that a handler may not do. */
void http_free(struct http *http);

/* Starts a request; everything is copied. NULL with err filled if the URL or a header
 * field is no good (ERROR_BAD_REQUEST). */
struct http_transfer *http_start(struct http *http, const struct http_request *request,
                                 const struct http_handler *handler, struct error *err);

/* How far a transfer that is under way has come; without an error. */
void http_describe(struct http_transfer *transfer, struct http_result *result);

/* What every request is sent with unless it names another: "motet/VERSION". */
const char *http_user_agent(void);

/* Ends the transfer at once, closing its stream; no callback follows. NULL is allowed. */
void http_cancel(struct http_transfer *transfer);

/* True if the URL is http or https with a host; otherwise a sentence (ERROR_USAGE) that
 * names it without user name and query. */
bool http_check_url(const char *url, struct error *err);

/* True if the URL's host is this machine (localhost, 127.0.0.0/8, [::1]). */
bool http_is_loopback(const char *url);

#endif

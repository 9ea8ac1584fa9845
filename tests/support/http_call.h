/*
 * One HTTP transfer of a test, with all that its callbacks told, and the world it lives
 * in: a loop, a raw server and a pool. A call's trace has one letter for each callback:
 * c connected, h head, b body (several in a row count once), d done.
 */
#ifndef SUPPORT_HTTP_CALL_H
#define SUPPORT_HTTP_CALL_H

#include <stdbool.h>
#include <stddef.h>

#include <ev.h>

#include "src/base/error.h"
#include "src/base/strbuf.h"
#include "src/net/http.h"
#include "tests/support/raw_server.h"

struct http_world {
    struct ev_loop *loop;
    struct raw_server *server;
    struct http *http;
};

struct http_call {
    struct http_world *world;
    struct http_transfer *transfer;
    char trace[64];
    struct strbuf body;
    size_t body_calls;
    int status;
    char *content_type;
    struct error error;
    struct http_result result; /* without its error */
    bool is_done;
    char cancel_at; /* the callback in which to cancel `victim` */
    struct http_call *victim;
    struct http_call *follower; /* started in on_done, on the world's server */
};

/* Set-up and tear-down of a cmocka test whose state is a struct http_world. */
int http_call_set_up(void **state);
int http_call_tear_down(void **state);

void http_call_init(struct http_call *call, struct http_world *world);
void http_call_clear(struct http_call *call);

/* Starts a GET of `url`, or any request; the test fails if it is refused. */
void http_call_start(struct http_call *call, const char *url);
void http_call_start_request(struct http_call *call, const struct http_request *request);

/* Runs the loop until the call is done. */
void http_call_wait(struct http_call *call);

/* One GET of the world's server, from http_call_init to its end. */
void http_call_get(struct http_call *call, struct http_world *world);

/* The URL of the server with another scheme or host ("https://127.0.0.1"), and a secret
 * in its query that no message may show. The caller frees. */
char *http_call_make_url(const struct http_world *world, const char *before_port);

#endif

/*
 * A TCP server for tests that sends exactly the bytes it is told to, on the loop of the
 * test and a port of its own on 127.0.0.1. It understands of HTTP only where a request
 * ends. Each request takes the next answer: a list of steps, done in order.
 *
 * Pacing needs no clock: a step is done only when the loop has nothing else to do, so
 * what one step sent has been read before the next is done. RAW_HOLD waits for
 * raw_server_release. After the last step the connection waits for its next request. Only
 * RAW_DRIP goes by the clock: it stands for a server that is slow on purpose.
 */
#ifndef SUPPORT_RAW_SERVER_H
#define SUPPORT_RAW_SERVER_H

#include <stddef.h>

#include <ev.h>

enum raw_action {
    RAW_SEND,          /* `bytes` in one piece */
    RAW_SEND_BYTEWISE, /* `bytes` one by one, each a read of its own for the client */
    RAW_REPEAT,        /* `bytes` again and again, until the client goes */
    RAW_DRIP,          /* the same, but a byte at a time, slowly */
    RAW_HOLD,          /* wait for raw_server_release */
    RAW_CLOSE,         /* close in order (FIN) */
    RAW_RESET          /* break the connection (RST) */
};

struct raw_step {
    enum raw_action action;
    const char *bytes;
    size_t len; /* 0: the length of `bytes` as a C string */
};

/* What a client sent; valid as long as the server. */
struct raw_request {
    char *bytes; /* head and body, NUL-terminated */
    size_t len;
    const char *body;
    size_t body_len;
    size_t connection; /* 0 for the first one accepted */
};

struct raw_server;

/* Starts listening. A failure of the system ends the test program. */
struct raw_server *raw_server_new(struct ev_loop *loop);

/* Closes everything. NULL is allowed. */
void raw_server_free(struct raw_server *server);

int raw_server_get_port(const struct raw_server *server);

/* "http://127.0.0.1:PORT"; valid as long as the server. */
const char *raw_server_get_url(const struct raw_server *server);

/* Queues the answer to one request. Steps and bytes are copied. Without an answer a
 * request is left waiting. */
void raw_server_answer(struct raw_server *server, const struct raw_step *steps,
                       size_t count);

/* Queues an answer of one piece. */
void raw_server_answer_text(struct raw_server *server, const char *text);

/* The answer to all requests beyond the queued ones. */
void raw_server_answer_always(struct raw_server *server, const struct raw_step *steps,
                              size_t count);

/* Called with each request, so that the answer can be queued that fits it. */
void raw_server_hear(struct raw_server *server,
                     void (*on_request)(void *user, const struct raw_request *request),
                     void *user);

/* Steps for each connection as soon as it is made, before any request. */
void raw_server_greet(struct raw_server *server, const struct raw_step *steps,
                      size_t count);

/* Lets each connection that stands at a RAW_HOLD now go on. */
void raw_server_release(struct raw_server *server);

/* Connections accepted so far, open now, standing at a RAW_HOLD now. */
size_t raw_server_count_accepted(const struct raw_server *server);
size_t raw_server_count_open(const struct raw_server *server);
size_t raw_server_count_held(const struct raw_server *server);

/* Whole requests received so far. */
size_t raw_server_count_requests(const struct raw_server *server);

/* Request `index`, or NULL. */
const struct raw_request *raw_server_get_request(const struct raw_server *server,
                                                 size_t index);

#endif

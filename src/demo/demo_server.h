/*
 * The built-in model server: HTTP on 127.0.0.1, scripted models (demo_model) in several
 * wire protocols (demo_route has the addresses). It needs no key and no network and runs
 * on the caller's loop without a thread of its own; when no request is in flight it has
 * no timer and wakes nobody.
 *
 *   GET /demo/stats    how many chats were let in and refused by its limits
 */
#ifndef DEMO_SERVER_H
#define DEMO_SERVER_H

#include <stdint.h>

#include "src/base/error.h"
#include "src/demo/demo_limit.h"

struct ev_loop;
struct demo_server;
struct demo_tape;

struct demo_options {
    uint16_t port; /* 0 = one that is free */
    double speed;  /* 1.0 = human speed; multiplies all rates and divides all waits */
    uint64_t seed; /* of answers whose request has none */
    struct demo_limit_options limit; /* zeroed: none */
    struct demo_tape *tape; /* recorded answers in the models' place; NULL: none */
};

/*
 * Starts to listen. The loop must outlive the server. NULL with err filled when the port
 * is taken or the speed is not above 0.
 */
struct demo_server *demo_server_new(struct ev_loop *loop,
                                    const struct demo_options *options,
                                    struct error *err);

/* The port it listens on. */
uint16_t demo_server_get_port(const struct demo_server *server);

/*
 * Closes all connections, also those with an answer under way. May be called at any
 * moment; NULL is allowed.
 */
void demo_server_free(struct demo_server *server);

#endif

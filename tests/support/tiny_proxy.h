/*
 * A proxy for tests, on the test's loop and a port of its own on 127.0.0.1. Whatever host
 * a client asks for, it is connected to one of two local ports: that for tunnels
 * (CONNECT) or that for plain requests. What clients asked for is kept, so that a test
 * can see what a proxy gets to see.
 */
#ifndef SUPPORT_TINY_PROXY_H
#define SUPPORT_TINY_PROXY_H

#include <stdbool.h>
#include <stddef.h>

#include <ev.h>

#include "src/base/strbuf.h"

struct tiny_proxy_link;

struct tiny_proxy {
    struct ev_loop *loop;
    struct ev_io acceptable;
    int fd;
    int port;
    char *url; /* "http://127.0.0.1:PORT" */
    int tunnel_port;
    int plain_port;
    bool wants_password; /* refuses with 407 whoever has none */
    struct tiny_proxy_link *links;
    size_t tunnels;      /* CONNECTs granted */
    size_t forwarded;    /* plain requests passed on */
    size_t refused;      /* 407 answered */
    struct strbuf asked; /* the heads that were for the proxy, of all clients */
};

/* Starts listening. A failure of the system ends the test program. */
void tiny_proxy_init(struct tiny_proxy *proxy, struct ev_loop *loop);

/* Closes everything. A zeroed proxy is allowed. */
void tiny_proxy_clear(struct tiny_proxy *proxy);

#endif

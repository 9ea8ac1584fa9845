/*
 * nginx for tests: on loopback in front of a plain server, with TLS, HTTP/2 and a
 * certificate of an authority of its own, all in a temporary folder. Two ports: one for
 * everybody, one for clients with a certificate of that authority.
 */
#ifndef SUPPORT_NGINX_SERVER_H
#define SUPPORT_NGINX_SERVER_H

#include <stdbool.h>
#include <stddef.h>

#include <ev.h>

#include "src/base/strbuf.h"
#include "src/proc/process.h"

/* The name in its certificate, beside 127.0.0.1. */
#define NGINX_SERVER_NAME "service.invalid"

struct nginx_server {
    struct ev_loop *loop;
    char *folder;
    char *ca_file;       /* the authority that signed its certificate */
    char *other_ca_file; /* one that did not */
    char *client_cert;
    char *client_key;
    int port;
    int client_port; /* wants the client's certificate */
    struct process *process;
    struct strbuf log; /* a line "request CONNECTION PROTOCOL STATUS PATH" for each */
    bool is_over;
};

/* Whether nginx (with HTTP/2) and openssl are there; otherwise a sentence. */
bool nginx_server_is_there(const char **why_not);

/* Makes certificates and starts in front of 127.0.0.1:`port`. A failure fails the test.
 */
void nginx_server_init(struct nginx_server *server, struct ev_loop *loop, int port);

/* Ends it and removes the folder. A zeroed server is allowed. */
void nginx_server_clear(struct nginx_server *server);

/* Waits until the log has `count` requests. */
void nginx_server_wait_requests(struct nginx_server *server, size_t count);

/* How many connections the requests in the log came over. */
size_t nginx_server_count_connections(const struct nginx_server *server);

#endif

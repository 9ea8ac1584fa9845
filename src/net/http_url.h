/*
 * What a transfer needs to know of its URL: whether it is good, and words for messages.
 * `place` never holds user name, path or query, so it may be shown and logged.
 */
#ifndef NET_HTTP_URL_H
#define NET_HTTP_URL_H

#include <stdbool.h>

#include "src/base/error.h"

struct http_url {
    bool is_tls;
    char *host;  /* an IPv6 address stands in brackets */
    char *place; /* "host:port" */
};

/* Takes the URL apart. False with a sentence unless it is http(s) with a host. */
bool http_url_parse(const char *text, struct http_url *url, struct error *err);

/* Frees the parts; a zeroed struct is allowed. */
void http_url_clear(struct http_url *url);

#endif

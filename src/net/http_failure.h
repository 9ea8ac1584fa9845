/*
 * From libcurl's result code to our class of error and one sentence for people. The
 * sentence names host and port, never the path, the query or a header.
 */
#ifndef NET_HTTP_FAILURE_H
#define NET_HTTP_FAILURE_H

#include <stdbool.h>
#include <stdint.h>

#include <curl/curl.h>

#include "src/base/error.h"
#include "src/net/http_url.h"

struct http_failure {
    CURLcode code;
    const struct http_url *url;
    const char *words; /* libcurl's error buffer; may be empty */
    long os_errno;     /* 0 where not known */
    long proxy_status; /* the proxy's answer to CONNECT; 0: none */
    bool is_connected; /* the request was being sent, or more */
    bool has_head;     /* the response's header was complete */
    int64_t connect_timeout_ms;
};

/* Fills `err` with class and sentence; ERROR_NONE for CURLE_OK. */
void http_failure_describe(const struct http_failure *failure, struct error *err);

#endif

/*
 * Everything a transfer asks of libcurl in advance: address, fields, body, how to connect
 * and whom to trust. What to do with the answer is set by src/net/http.c.
 */
#ifndef NET_HTTP_OPTIONS_H
#define NET_HTTP_OPTIONS_H

#include <stdbool.h>

#include <curl/curl.h>

#include "src/base/error.h"
#include "src/net/header.h"
#include "src/net/http.h"
#include "src/net/http_url.h"

/*
 * Turns the request's fields into libcurl's list, which must live as long as the
 * transfer. False with err filled when a field holds a line end.
 */
bool http_options_make_fields(const struct http_request *request,
                              struct curl_slist **fields, struct error *err);

/* Wipes and frees the list (it holds the key); NULL is allowed. */
void http_options_free_fields(struct curl_slist *fields);

/* Sets the request itself; its body is copied. False with err filled when refused. */
bool http_options_set_request(CURL *easy, const struct http_request *request,
                              const struct http_url *url, struct error *err);

/* Sets how to connect; `ca_file` NULL means the system's certificates. */
void http_options_set_connection(CURL *easy, const struct http_request *request,
                                 const struct http_url *url, const char *ca_file);

#endif

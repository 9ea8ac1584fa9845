/*
 * The one way from an endpoint to a transfer: its key, its extra header fields, how it is
 * reached. Here stands the assertion that a key goes to its endpoint's origin only.
 */
#ifndef ENGINE_ENDPOINT_REQUEST_H
#define ENGINE_ENDPOINT_REQUEST_H

#include "src/config/endpoint.h"
#include "src/engine/key_source.h"
#include "src/engine/wire_exchange.h"
#include "src/net/http.h"
#include "src/provider/provider.h"

/* All borrowed for the call. */
struct endpoint_request {
    const struct endpoint *endpoint;
    const struct provider *provider;
    const struct provider_request *what; /* as far as header fields need it */
    const char *url;
    const char *body; /* NULL: a question without a body */
    size_t body_len;
    const char *content_type; /* of the body, in place of the protocol's own; or NULL */
    struct wire_exchange *exchange; /* tells of it once it was sent; or NULL */
};

/* Starts the transfer; the key must have been asked for. NULL with err filled if it may
 * not be sent there or cannot be started. */
struct http_transfer *endpoint_request_start(const struct endpoint_request *request,
                                             struct http *http, struct key_source *keys,
                                             const struct http_handler *handler,
                                             struct error *err);

#endif

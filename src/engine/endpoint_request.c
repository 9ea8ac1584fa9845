/* Collects what is sent and clears what holds the key. */
#include "src/engine/endpoint_request.h"

static bool endpoint_request_fill(const struct endpoint_request *request,
                                  struct key_source *keys, struct header_list *headers,
                                  struct request_signing *signing, struct error *err)
{
    const struct endpoint *endpoint = request->endpoint;
    const struct provider *provider = request->provider;
    const char *key;
    if (!key_source_get(keys, endpoint, &key, err))
        return false;
    const bool has_secrets = key != NULL || endpoint->header_count > 0;
    if (has_secrets && !endpoint_owns_url(endpoint, request->url)) {
        error_set(err, ERROR_AUTH, "the key of %s belongs to %s and is sent nowhere else",
                  endpoint->name,
                  endpoint->origin != NULL ? endpoint->origin : "no known place");
        return false;
    }
    if (key != NULL && provider->sign != NULL &&
        !provider->sign(request->what, key, signing, err))
        return false;
    provider->add_headers(headers, request->what, key);
    if (request->content_type != NULL) {
        header_list_remove(headers, "Content-Type");
        header_list_add(headers, "Content-Type", request->content_type);
    }
    for (size_t i = 0; i < endpoint->header_count; i++) {
        if (!header_list_add_line(headers, endpoint->headers[i], err))
            return false;
    }
    return true;
}

/* Tells the taps what was sent, without the key. */
static void endpoint_request_tell(const struct endpoint_request *request,
                                  struct key_source *keys,
                                  const struct http_request *sent)
{
    const char *key = NULL;
    if (request->exchange != NULL && key_source_get(keys, request->endpoint, &key, NULL))
        wire_tell_request(request->exchange, sent, key, request->endpoint->header_count);
}

struct http_transfer *endpoint_request_start(const struct endpoint_request *request,
                                             struct http *http, struct key_source *keys,
                                             const struct http_handler *handler,
                                             struct error *err)
{
    const struct endpoint *endpoint = request->endpoint;
    struct header_list headers = {0};
    struct request_signing signing = {0};
    struct http_transfer *transfer = NULL;
    if (endpoint_request_fill(request, keys, &headers, &signing, err)) {
        const struct http_request sent = {
            .url = request->url,
            .headers = &headers,
            .body = request->body,
            .body_len = request->body_len,
            .ca_file = endpoint->ca_file,
            .client_cert = endpoint->client_cert,
            .client_key = endpoint->client_key,
            .proxy = endpoint->proxy,
            .aws_sigv4 = signing.aws_sigv4,
            .user_password = signing.user_password,
            .connect_timeout_ms = 0, /* our own clocks can say which it was */
        };
        transfer = http_start(http, &sent, handler, err);
        if (transfer != NULL)
            endpoint_request_tell(request, keys, &sent);
    }
    request_signing_clear(&signing);
    header_list_clear(&headers);
    return transfer;
}

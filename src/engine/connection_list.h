/*
 * What is known of the connections to each endpoint, for a debug view: transfers open,
 * requests made, how many of them found a connection ready, and how the last one went.
 */
#ifndef ENGINE_CONNECTION_LIST_H
#define ENGINE_CONNECTION_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/config/endpoint.h"
#include "src/net/http.h"

struct connection_facts {
    const struct endpoint *endpoint;
    size_t open;              /* transfers under way */
    size_t requests;          /* transfers that have ended */
    size_t reused;            /* of those: over a connection that was there already */
    const char *http_version; /* of the last one; static text, or NULL */
    int64_t dns_us;           /* of the last one that made a connection; -1 not known */
    int64_t connect_us;
    int64_t tls_us;
    int64_t first_byte_us; /* of the last one */
};

/* A zeroed list is empty. */
struct connection_list {
    struct connection_facts *items;
    size_t len;
    size_t cap;
};

void connection_list_clear(struct connection_list *list);

/* A transfer was started. */
void connection_list_note_start(struct connection_list *list,
                                const struct endpoint *endpoint);

/* It has ended; `result` NULL: we ended it ourselves. */
void connection_list_note_end(struct connection_list *list,
                              const struct endpoint *endpoint,
                              const struct http_result *result);

#endif

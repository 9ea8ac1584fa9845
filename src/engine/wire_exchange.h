/*
 * The inside of the taps: what the engine keeps of them, and one exchange while it is
 * told of. Everybody who only listens uses wire.h.
 *
 * An exchange is there only while somebody listens: all functions take NULL and do
 * nothing then. Its secrets are copied from the request and wiped at its end.
 */
#ifndef ENGINE_WIRE_EXCHANGE_H
#define ENGINE_WIRE_EXCHANGE_H

#include "src/engine/wire.h"

struct wire_tap {
    wire_fn fn;
    void *user;
};

/* Of an engine; zeroed: nobody listens. */
struct wire {
    struct wire_tap taps[WIRE_TAP_MAX];
    size_t tap_count;
    uint64_t last_exchange;
};

struct wire_exchange;

/* Begins an exchange for the chat, answer, attempt, endpoint and model of `what`, which
 * outlive it; NULL while nobody listens. */
struct wire_exchange *wire_begin(struct wire *wire, const struct wire_event *what);

/* Tells of the request that has been sent, without its secrets: `key` (or NULL), and what
 * the last `extra_count` header fields, which a person has set, hold. */
void wire_tell_request(struct wire_exchange *exchange, const struct http_request *sent,
                       const char *key, size_t extra_count);

/* `result`: how far it has come. */
void wire_tell_connected(struct wire_exchange *exchange,
                         const struct http_result *result);
void wire_tell_head(struct wire_exchange *exchange, const struct http_head *head,
                    const struct http_result *result);
void wire_tell_body(struct wire_exchange *exchange, const char *bytes, size_t len);

/* Tells the end (WIRE_DONE or WIRE_CUT) of an exchange that was told of, and frees it. */
void wire_end(struct wire_exchange *exchange, enum wire_kind kind,
              const struct http_result *result);

#endif

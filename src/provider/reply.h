/*
 * An HTTP response in, normalised pieces and one outcome out. Decides from status,
 * content type and first bytes what the body is (a stream of events, one document, an
 * error, something that is not the API at all), frames it, feeds the provider's decoder
 * and settles how the reply ended: complete, broken off, refused.
 */
#ifndef PROVIDER_REPLY_H
#define PROVIDER_REPLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/net/http.h"
#include "src/net/retry.h"
#include "src/provider/provider.h"

struct reply;

/* How the reply ended. Cleared with reply_outcome_clear. */
struct reply_outcome {
    struct error error; /* ERROR_NONE: it is complete */
    int status; /* HTTP status, or the one an error in the stream names; 0: none */
    char *provider_code;
    char *request_id;
    int64_t retry_after_ms; /* -1: the server gave no wait */
    enum retry_hint retry_hint;
    enum finish finish;
    char *finish_raw;
    struct usage usage;
};

/* Makes the reader of one response. Pieces come from reply_body and reply_end. */
struct reply *reply_new(const struct provider *provider, piece_fn on_piece, void *user);

/* NULL is allowed. */
void reply_free(struct reply *reply);

/* Status and header fields are known. */
void reply_head(struct reply *reply, const struct http_head *head);

/*
 * Takes the next bytes of the body. False once nothing that follows can matter (the
 * reply has failed): the caller may cancel the transfer and call reply_end.
 */
bool reply_body(struct reply *reply, const char *bytes, size_t len);

/* True once the protocol's end mark was seen: what still comes is of little interest. */
bool reply_is_complete(const struct reply *reply);

/*
 * The transfer ended; `transport` is its error (ERROR_NONE for a clean end). Emits what
 * was held back and fills `outcome`. `now_seconds` is the wall clock, for a date in
 * Retry-After where the response has no Date.
 */
void reply_end(struct reply *reply, const struct error *transport, int64_t now_seconds,
               struct reply_outcome *outcome);

void reply_outcome_clear(struct reply_outcome *outcome);

#endif

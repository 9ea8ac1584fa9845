/*
 * One record a wire protocol: how a conversation is written as a request, and how the
 * frames of its reply become pieces. Pure functions: bytes in, bytes or pieces out; no
 * socket, clock or screen. src/provider/provider_table.c lists the records;
 * src/provider/reply.h drives a decoder from an HTTP response.
 */
#ifndef PROVIDER_PROVIDER_H
#define PROVIDER_PROVIDER_H

#include <stdbool.h>
#include <stddef.h>

#include "src/base/error.h"
#include "src/base/strbuf.h"
#include "src/chat/message.h"
#include "src/chat/param.h"
#include "src/net/header.h"
#include "src/provider/piece.h"

/* A conversation to be sent. All borrowed. */
struct provider_request {
    const char *base_url; /* the API's base, with or without its version segment */
    const char *model;
    const char *system; /* or NULL */
    const struct message *const *messages;
    size_t message_count;
    const struct param_list *params; /* or NULL */
    bool is_streaming;
};

/* What the decoder has understood of the reply so far. Owned by the decoder's owner. */
struct reply_facts {
    struct error error;  /* an error inside the stream */
    char *provider_code; /* of that error, or NULL */
    char *request_id;    /* named by that error, or NULL */
    int status;          /* an HTTP status given inside the stream, or 0 */
    enum finish finish;  /* FINISH_NONE until the end mark */
    char *finish_raw;    /* the provider's own word, or NULL */
    struct usage usage;
    bool is_complete; /* the protocol's own end mark was seen */
};

struct decoder;

/* Where a decoder puts what it finds. */
struct decoder_sink {
    piece_fn on_piece;
    void *user;
    struct reply_facts *facts;
};

struct provider {
    const char *name; /* as --api takes it */
    const char *help;

    /* The URL to send the request to. Caller frees. */
    char *(*make_url)(const struct provider_request *request);

    /* Adds the protocol's own header fields, and the key where one is given. */
    void (*add_headers)(struct header_list *headers, const char *key);

    /* Writes the request's body; false with a sentence if it cannot be said. */
    bool (*encode)(const struct provider_request *request, struct strbuf *body,
                   struct error *err);

    struct decoder *(*decoder_new)(const struct decoder_sink *sink);
    void (*decoder_free)(struct decoder *decoder);

    /*
     * Takes one frame (the data of a server-sent event of that type, NUL-terminated).
     * False when the reply has failed: the sink's facts hold the error. `is_last` marks
     * a frame cut by the end of the body.
     */
    bool (*decode_event)(struct decoder *decoder, const char *type, const char *data,
                         size_t len, bool is_last);

    /* Takes a whole, unstreamed reply document. */
    bool (*decode_document)(struct decoder *decoder, const char *data, size_t len);

    /* The body ended (`is_clean`: as HTTP understands it): emits what was held back and,
     * if the reply is complete, the whole tool calls; settles finish. */
    void (*decode_end)(struct decoder *decoder, bool is_clean);
};

/* The record called `name`, or NULL. */
const struct provider *provider_find(const char *name);

/* The table: record `index`, NULL past the end. */
const struct provider *provider_get(size_t index);

#endif

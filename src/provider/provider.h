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
#include <stdint.h>

#include "src/base/error.h"
#include "src/base/strbuf.h"
#include "src/chat/message.h"
#include "src/chat/param.h"
#include "src/chat/tool_definition.h"
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
    const struct tool_list *tools;   /* offered to the model, or NULL */
    unsigned quirks;                 /* enum quirk, or-ed */
    bool is_streaming;
    bool drops_opaque; /* leave opaque parts out: the service has refused them */
    /* Receives the names of parameters that the service does not take, separated by ", ":
     * they are left out and the person is told. May be NULL. */
    struct strbuf *ignored;
};

/* How the body of a stream is cut into frames. */
enum framing {
    FRAMING_EVENTS,     /* server-sent events */
    FRAMING_LINES,      /* one JSON value a line */
    FRAMING_EVENTSTREAM /* binary messages (Bedrock); the frame's type is the event type,
                           "exception/NAME" or "error/CODE" */
};

/* Told each model of a list. */
typedef void (*model_fn)(void *user, const char *name);

/* What the decoder has understood of the reply so far. Owned by the decoder's owner. */
struct reply_facts {
    struct error error;     /* an error inside the stream */
    char *provider_code;    /* of that error, or NULL */
    char *request_id;       /* named by that error, or NULL */
    int status;             /* an HTTP status given inside the stream, or 0 */
    int64_t retry_after_ms; /* the wait that a body names, or 0 */
    enum finish finish;     /* FINISH_NONE until the end mark */
    char *finish_raw;       /* the provider's own word, or NULL */
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

/* What a request is signed with, for services that are given a signature in place of the
 * key (src/net/http.h). Zeroed: the request is not signed. */
struct request_signing {
    char *aws_sigv4;
    char *user_password;
};

struct provider {
    const char *name; /* as --api takes it */
    const char *help;
    enum framing framing;

    /*
     * True if the model goes on, at its last character, with the text of an answer that
     * stands last, and says nothing of it again. Only base_url, model, params and quirks
     * of the request are set. NULL: no model does.
     */
    bool (*can_prefill)(const struct provider_request *request);

    /* The URL to send the request to. Caller frees. */
    char *(*make_url)(const struct provider_request *request);

    /* Adds the protocol's own header fields, and the key where one is given. */
    void (*add_headers)(struct header_list *headers,
                        const struct provider_request *request, const char *key);

    /*
     * Fills `signing` if the key is one that signs; otherwise leaves it zeroed. False
     * with a sentence if the request cannot be signed. Caller clears it with
     * request_signing_clear. NULL where no key does that.
     */
    bool (*sign)(const struct provider_request *request, const char *key,
                 struct request_signing *signing, struct error *err);

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

    /* The URL that lists the models, and reading the list; false if it is none. Only
     * base_url and quirks of the request are set. NULL where the host has no list. */
    char *(*make_models_url)(const struct provider_request *request);
    bool (*decode_models)(const char *data, size_t len, model_fn on_model, void *user);

    /* What is to be added to the URL's query for the page behind this one, "after_id=x";
     * NULL if this is the last. Caller frees. NULL where lists have one page. */
    char *(*next_models_page)(const char *data, size_t len);
};

/* Wipes and frees what signing uses. */
void request_signing_clear(struct request_signing *signing);

/* The record called `name`, or NULL. */
const struct provider *provider_find(const char *name);

/* The table: record `index`, NULL past the end. */
const struct provider *provider_get(size_t index);

#endif

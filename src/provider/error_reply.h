/*
 * What a provider says about a failure, in whatever shape it says it, as one error:
 * class, sentence, the provider's code, the request's id. The rules are the same for
 * every protocol; the order of the rules decides where a response fits several.
 */
#ifndef PROVIDER_ERROR_REPLY_H
#define PROVIDER_ERROR_REPLY_H

#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#include "src/base/error.h"
#include "src/net/header.h"

/* Cleared with error_reply_clear. */
struct error_reply {
    struct error error;
    int status;       /* of HTTP, or the number an error inside a stream names, or 0 */
    char *code;       /* the provider's code or else its type, or NULL */
    char *request_id; /* named in the body, or NULL */
    int64_t retry_after_ms; /* the wait named in the body's details, or 0 */
};

/* Fills `reply` from the body of a response with an error status; 0 as `status` stands
 * for an error inside a stream. The body may be anything. */
void error_reply_from_body(struct error_reply *reply, int status, const char *bytes,
                           size_t len);

/* The same for a failure that is named outside of the body, by a header field or a frame:
 * `name` stands for the type where the body has none. NULL is no name. */
void error_reply_from_named(struct error_reply *reply, int status, const char *name,
                            const char *bytes, size_t len);

/* The same from a parsed document (json_parse) or the part of it that has the error. */
void error_reply_from_json(struct error_reply *reply, int status, const cJSON *root);

void error_reply_clear(struct error_reply *reply);

/* The request's id in the header fields, or NULL. Caller frees. */
char *error_reply_request_id(const struct header_list *headers);

#endif

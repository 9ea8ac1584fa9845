/*
 * One HTTP response driven through src/provider/reply.h by a test: cut in pieces as
 * wanted, with what came out of it collected.
 */
#ifndef SUPPORT_COLLECTED_REPLY_H
#define SUPPORT_COLLECTED_REPLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/base/strbuf.h"
#include "src/net/header.h"
#include "src/provider/reply.h"

struct collected_call {
    char *id;
    char *name;
    char *arguments;
    bool is_valid;
};

struct collected_reply {
    struct strbuf text;
    struct strbuf reasoning;
    struct strbuf refusal;
    struct strbuf growing; /* the argument deltas of all calls, in the order they came */
    size_t delta_count;
    struct collected_call *calls;
    size_t call_count;
    size_t call_cap;
    char **opaques; /* JSON to go back, in the order it came */
    size_t opaque_count;
    size_t opaque_cap;
    struct reply_outcome outcome;
};

/* A response. `cuts` are ascending offsets into the body; the pieces between them are
 * handed over one by one. All borrowed. */
struct canned_response {
    const char *api; /* the protocol; NULL: openai-chat */
    int status;
    const struct header_list *headers;
    const char *body;
    size_t len;
    const size_t *cuts;
    size_t cut_count;
    const struct error *transport; /* NULL: a clean end */
};

void collected_reply_init(struct collected_reply *collected);

/* Runs the response through a reply of its protocol and collects what it gives. */
void collected_reply_run(struct collected_reply *collected,
                         const struct canned_response *response);

/* Makes a collected reply of a whole body of that content type, with status 200. */
void collected_reply_init_body(struct collected_reply *collected, const char *api,
                               const char *type, const char *body);

/* The same of a stream of events, each given by its data; the last one is NULL. */
void collected_reply_init_events(struct collected_reply *collected, const char *api,
                                 const char *const *events);

/* True if the two are the same but for ids that were made up. */
bool collected_reply_equals(const struct collected_reply *a,
                            const struct collected_reply *b);

void collected_reply_clear(struct collected_reply *collected);

#endif

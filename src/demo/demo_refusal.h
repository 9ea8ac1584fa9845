/*
 * Answers that are not a model's words: error objects in OpenAI's form and web pages
 * where an API was expected. Pure: says what is to be sent, sends nothing.
 */
#ifndef DEMO_REFUSAL_H
#define DEMO_REFUSAL_H

#include <stdbool.h>

#include "src/base/compiler.h"
#include "src/demo/demo_params.h"

struct demo_refusal {
    int status; /* 0 = no refusal */
    bool is_html;
    double retry_after_s; /* negative = no Retry-After header */
    char *body;           /* owned */
};

/* Names of the members `type`, `code` and `param` of an error object; NULL gives null. */
struct demo_error_words {
    const char *type;
    const char *code;
    const char *param;
};

/* Fills an empty refusal with an error object whose message is formatted. */
void demo_refusal_set(struct demo_refusal *refusal, int status,
                      struct demo_error_words words, const char *format, ...)
    LIKE_PRINTF(4, 5);

/*
 * Fills an empty refusal with what the fault makes of a request before any word is
 * streamed. Returns false for the faults that strike in mid-answer. DEMO_FAULT_FLAKY
 * refuses here: whether it is the first request is the caller's knowledge.
 */
bool demo_refusal_set_fault(struct demo_refusal *refusal,
                            const struct demo_params *params);

/* Frees the body and leaves an empty refusal. */
void demo_refusal_clear(struct demo_refusal *refusal);

#endif

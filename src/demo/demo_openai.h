/*
 * What both protocols of OpenAI have in common: error objects and the list of models.
 */
#ifndef DEMO_OPENAI_H
#define DEMO_OPENAI_H

#include "src/demo/demo_protocol.h"

/* By enum demo_problem. */
extern const struct demo_problem_form demo_openai_problems[DEMO_PROBLEM_COUNT];

#define DEMO_OPENAI_LIMIT_NAMES                                                          \
    {                                                                                    \
        "x-ratelimit-limit-requests", "x-ratelimit-remaining-requests",                  \
            "x-ratelimit-reset-requests", false                                          \
    }

/* Appends {"error":{…}}. */
void demo_openai_append_error(struct strbuf *out, const struct demo_problem_note *note);

/* Appends what stands for "error" alone. */
void demo_openai_append_error_object(struct strbuf *out,
                                     const struct demo_problem_note *note);

void demo_openai_append_models(struct strbuf *out);

#endif

/*
 * Answers that are not a model's words: error objects in the protocol's form and web
 * pages where an API was expected. Pure: says what is to be sent, sends nothing.
 */
#ifndef DEMO_REFUSAL_H
#define DEMO_REFUSAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/base/compiler.h"
#include "src/demo/demo_params.h"

struct demo_protocol;

/* What is wrong, in words that all protocols have. */
enum demo_problem {
    DEMO_PROBLEM_REQUEST, /* it cannot be understood, or asks for what there is not */
    DEMO_PROBLEM_KEY,
    DEMO_PROBLEM_BILLING, /* no money left */
    DEMO_PROBLEM_REGION,
    DEMO_PROBLEM_MODEL, /* there is no such model */
    DEMO_PROBLEM_PATH,  /* there is no such address */
    DEMO_PROBLEM_METHOD,
    DEMO_PROBLEM_TIMEOUT,
    DEMO_PROBLEM_LARGE,
    DEMO_PROBLEM_CONTEXT,
    DEMO_PROBLEM_RATE,
    DEMO_PROBLEM_QUOTA, /* the allowance of the day or the month */
    DEMO_PROBLEM_SERVER,
    DEMO_PROBLEM_OVERLOADED,
    DEMO_PROBLEM_COUNT
};

/* How a protocol tells a problem; NULL gives null or nothing. */
struct demo_problem_form {
    int status;
    const char *type;
    const char *code;
    const char *message; /* where there is nothing more to say */
};

/* A problem as it is told to a client. */
struct demo_problem_note {
    enum demo_problem problem;
    int status;
    const char *message;
    const char *param; /* the member at fault, or NULL */
    double wait_s;     /* to be told in the body; negative: none */
};

struct demo_refusal {
    const struct demo_protocol *protocol; /* kept by demo_refusal_clear */
    int status;                           /* 0 = no refusal */
    bool is_html;
    enum demo_wait wait;  /* how the wait is told */
    double retry_after_s; /* negative = no wait is told */
    char *body;           /* owned */
};

/* An empty refusal in the words of the protocol. */
void demo_refusal_init(struct demo_refusal *refusal,
                       const struct demo_protocol *protocol);

/* Fills an empty refusal with an error object whose message is formatted. */
void demo_refusal_set(struct demo_refusal *refusal, enum demo_problem problem,
                      const char *param, const char *format, ...) LIKE_PRINTF(4, 5);

/* Refuses a member of the request: "Invalid value for 'MEMBER': PROBLEM."; or that of an
 * element of a list, "LIST[INDEX].MEMBER". Always false. */
bool demo_refuse(struct demo_refusal *refusal, const char *member, const char *problem);
bool demo_refuse_item(struct demo_refusal *refusal, const char *list, size_t index,
                      const char *member, const char *problem);

/* Refuses for too many requests; the client may come again in `wait_s`. */
void demo_refusal_set_rate(struct demo_refusal *refusal, const char *message,
                           double wait_s);

/*
 * Fills an empty refusal with what the fault makes of a request before any word is
 * streamed. Returns false for the faults that strike in mid-answer. DEMO_FAULT_FLAKY
 * refuses here: whether it is the first request is the caller's knowledge.
 */
bool demo_refusal_set_fault(struct demo_refusal *refusal,
                            const struct demo_params *params);

/* The problem that a status stands for. */
enum demo_problem demo_problem_of_status(int status);

/* Hands out the header fields that tell the wait. `now_s` is the time of day that is sent
 * as Date. */
void demo_refusal_list_headers(const struct demo_refusal *refusal, int64_t now_s,
                               void (*add)(void *user, const char *name,
                                           const char *value),
                               void *user);

/* Frees the body and leaves an empty refusal. */
void demo_refusal_clear(struct demo_refusal *refusal);

#endif

/*
 * What a client may set in a model's name: "sage?rate=80&tokens=400&fault=cut&at=20".
 *
 * Only the words and numbers are known here, not what they do: pacing and faults are
 * carried out by demo_reply, refusals by demo_refusal. A parameter that is unknown or out
 * of its range is an error that names it; nothing is ignored or clamped.
 */
#ifndef DEMO_PARAMS_H
#define DEMO_PARAMS_H

#include <stdbool.h>
#include <stdint.h>

#include "src/base/error.h"

enum demo_fault {
    DEMO_FAULT_NONE,
    DEMO_FAULT_CUT,      /* the connection closes in mid-answer */
    DEMO_FAULT_CUT_UTF8, /* ... inside a UTF-8 sequence */
    DEMO_FAULT_STALL,    /* silence until the client goes away */
    DEMO_FAULT_GARBAGE,  /* odd but legal events, then one that is not JSON */
    DEMO_FAULT_ERROR,    /* an error object as an event in mid-answer */
    DEMO_FAULT_EOF,      /* a clean end of the body before the end of the answer */
    DEMO_FAULT_EMPTY,    /* a complete answer without a word */
    DEMO_FAULT_FILTER,   /* finish_reason "content_filter" in mid-answer */
    DEMO_FAULT_DOWN,     /* 503 as a web page */
    DEMO_FAULT_HTML,     /* 200 as a web page, as a captive portal does */
    DEMO_FAULT_FLAKY,    /* 429 for the first request of a conversation */
    DEMO_FAULT_QUOTA,    /* 429 insufficient_quota */
    DEMO_FAULT_CONTEXT,  /* 400 context_length_exceeded */
    DEMO_FAULT_GATEWAY,  /* 502 as a web page */
    DEMO_FAULT_KEY,      /* the key is refused */
    DEMO_FAULT_TYPE,     /* a good answer with a wrong content type */
    DEMO_FAULT_BARE,     /* an error object announced as a stream */
    DEMO_FAULT_LINE,     /* a line without an end, in mid-answer */
    DEMO_FAULT_FLOOD,    /* a gigabyte of text, in mid-answer */
    DEMO_FAULT_STATUS    /* an error object with the status in `status` */
};

/* How a refusal tells when to come again. */
enum demo_wait {
    DEMO_WAIT_USUAL,   /* as the protocol does */
    DEMO_WAIT_SECONDS, /* Retry-After in seconds */
    DEMO_WAIT_DATE,    /* Retry-After as a date */
    DEMO_WAIT_MS,      /* retry-after-ms */
    DEMO_WAIT_INFO,    /* in the body, as Google does */
    DEMO_WAIT_RESET,   /* by the fields about limits */
    DEMO_WAIT_WORDS    /* in a sentence */
};

/* When a stall, a cut or an end strikes. */
enum demo_phase {
    DEMO_PHASE_TEXT, /* in mid-answer */
    DEMO_PHASE_HEAD, /* before the head of the response */
    DEMO_PHASE_BODY, /* between head and body */
    DEMO_PHASE_END,  /* after the last token, before the end mark */
    DEMO_PHASE_DONE  /* after the end mark */
};

struct demo_params {
    double rate;           /* tokens a second; 0 = as fast as possible */
    double reasoning_rate; /* the same for reasoning */
    double jitter;         /* 0 = even pace, 1 = a token may come a whole step off */
    double retry_after_s;  /* sent with refusals; negative = not sent */
    int64_t ttft_ms;       /* wait before the first token */
    int64_t tokens;        /* length of the text; 0 = as long as the script is */
    int64_t at; /* token before which the fault strikes; -1 = the fault's own */
    uint64_t seed;
    int status; /* 0 = the fault's own */
    enum demo_fault fault;
    enum demo_wait wait;
    enum demo_phase phase;
    bool has_seed;
    bool needs_key; /* a request without Authorization is refused */
};

/*
 * Reads `query` (what follows the '?', may be empty) over the defaults already in
 * `params`. On failure fills `err`, sets `*culprit` to the parameter's name where it is a
 * known one and to "model" otherwise, and returns false.
 */
bool demo_params_parse(struct demo_params *params, const char *query,
                       const char **culprit, struct error *err);

#endif

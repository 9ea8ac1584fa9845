/*
 * A wire protocol as the demo server speaks it: one record each, behind which stands how
 * a request is read and how answers, refusals and lists of models are written. What a
 * model says, when, and what goes wrong with it is the same in all of them and is not
 * known here.
 *
 * An answer is written in this order: start, then for each token a change of the part
 * (where the protocol has parts that open and close) and the token, then the end.
 */
#ifndef DEMO_PROTOCOL_H
#define DEMO_PROTOCOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/base/json.h"
#include "src/base/strbuf.h"
#include "src/demo/demo_refusal.h"

struct demo_chat;
struct demo_event;
struct demo_script;
struct demo_script_call;

/* How the arguments of tool calls are streamed. */
enum demo_call_style {
    DEMO_CALLS_MIXED,   /* in pieces, those of several calls by turns */
    DEMO_CALLS_IN_TURN, /* in pieces, one call after the other */
    DEMO_CALLS_WHOLE    /* each call at once */
};

/* Why an answer ends. */
enum demo_finish {
    DEMO_FINISH_STOP,
    DEMO_FINISH_LENGTH,
    DEMO_FINISH_CALLS,
    DEMO_FINISH_FILTER
};

struct demo_usage {
    int64_t prompt;
    int64_t completion; /* with the reasoning */
    int64_t reasoning;
};

/* The end of an answer, and what was said in it. */
struct demo_ending {
    enum demo_finish finish;
    struct demo_usage usage;
    const struct demo_script *said;
};

/* A piece of a call; len 0: the first, which names the call. */
struct demo_call_piece {
    const struct demo_script_call *call;
    size_t index;
    const char *text;
    size_t len;
};

/* Header fields that tell of a limit on requests; NULL where the service has none. */
struct demo_limit_names {
    const char *limit;
    const char *remaining;
    const char *reset;
    bool is_date; /* reset is a time of day, otherwise a duration */
};

struct demo_protocol {
    const char *name; /* as the command line calls it */
    const char *stream_type;
    const char *version_header; /* a header that every request has to have, or NULL */
    enum demo_call_style call_style;
    bool is_numbered;    /* each event ends with its number: see demo_event */
    enum demo_wait wait; /* the usual way to tell a wait */
    struct demo_limit_names limit_names;
    const char *const *oddities; /* legal events that change nothing; NULL-terminated */
    const char *broken;          /* an event that is not JSON */
    const struct demo_problem_form *problems; /* by enum demo_problem */

    /* Reads options and messages. On failure fills the refusal and returns false. */
    bool (*read)(struct demo_chat *chat, const cJSON *root, struct demo_refusal *refusal);

    /* Appends an error object. */
    void (*append_error)(struct strbuf *out, const struct demo_problem_note *note);

    /* Appends the list of models as one object. */
    void (*append_models)(struct strbuf *out);

    /* Makes head and tail of the events that carry text. */
    void (*prepare)(struct demo_event *event);

    void (*append_start)(struct demo_event *event, struct strbuf *out);

    /* Closes the part that is open and opens the one in event->next; NULL: there are no
     * parts. */
    void (*append_change)(struct demo_event *event, struct strbuf *out);

    void (*append_call)(struct demo_event *event, struct strbuf *out,
                        const struct demo_call_piece *piece);

    void (*append_end)(struct demo_event *event, struct strbuf *out,
                       const struct demo_ending *ending);

    /* Appends an error that is found in mid-answer, as an event. */
    void (*append_stream_error)(struct demo_event *event, struct strbuf *out,
                                const struct demo_problem_note *note);

    /* Appends the whole answer as one object. */
    void (*append_whole)(struct demo_event *event, struct strbuf *out,
                         const struct demo_ending *ending);
};

extern const struct demo_protocol demo_openai_chat;
extern const struct demo_protocol demo_openai_responses;
extern const struct demo_protocol demo_anthropic;
extern const struct demo_protocol demo_gemini;
extern const struct demo_protocol demo_ollama;

#endif

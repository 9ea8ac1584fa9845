/*
 * Tool calls as front ends see them. A call is made when an answer has ended with one;
 * it has a key of its own in the engine, never reused, and everything (what is shown, an
 * answer, what runs) hangs from that key: never from a turn, a pane or a name.
 *
 *   ASKING ─► RUNNING ─► ENDED          (a rule may answer in a person's place,
 *      └──────────────────┘              a denial ends a call at once)
 *
 * A question of a server is shown and answered like a call, once or not at all; what a
 * person agrees to is what the server is told.
 *
 * What runs is the very text that `arguments` showed when the call was answered. Calls
 * that nobody has answered when their chat is closed or the engine is freed never run.
 */
#ifndef ENGINE_CALL_H
#define ENGINE_CALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/engine/event.h"

typedef uint64_t call_key;

enum call_state {
    CALL_NEW,    /* not looked at yet; never shown */
    CALL_ASKING, /* waits for a person */
    CALL_RUNNING,
    CALL_ENDED
};

/* What happens to the calls of a chat. */
enum approval {
    APPROVAL_ASK,   /* rules may answer, a person is asked otherwise */
    APPROVAL_NEVER, /* all are denied */
    APPROVAL_RULES, /* rules may answer, all others are denied */
    APPROVAL_ALL    /* all run but those that a rule forbids */
};

/* How a call was decided. The names are those of the JSON output. */
enum call_decision {
    CALL_UNDECIDED,
    CALL_ONCE,
    CALL_SESSION,
    CALL_ALWAYS,
    CALL_EDITED, /* once, with arguments that the person has changed */
    CALL_DENIED
};

/* "once", "denied", …; static text, always the same pointer for a decision. */
const char *call_decision_name(enum call_decision decision);

/* Borrowed, valid until the next call into the engine or the next round of the loop.
 * Times in ms of clock_now_ms, -1: not yet. Text from models and servers is as it came:
 * whoever shows it makes it harmless. */
struct call_facts {
    call_key key;
    chat_id chat;
    uint64_t message_id; /* the answer that asks */
    size_t part_index;   /* the call's part in it */
    enum call_state state;
    const char *call_id;     /* the provider's */
    const char *model;       /* that asks */
    const char *tool;        /* its name: "get_weather", "files.read_file" */
    const char *title;       /* or NULL */
    const char *description; /* the tool's; "" if none */
    const char *origin;      /* where the tool comes from */
    const char *command;     /* what will run: argv as words, or server and tool */
    const char *sandbox;     /* a sentence on what holds it, or NULL: nothing does */
    const char *claims;      /* what a server or file says of its effects, or NULL */
    const char *arguments;   /* JSON, as the model sent it or as it was edited */
    const char *preview;     /* a unified diff of what it would change, or NULL */
    const char *rule;        /* what the rules say, a sentence */
    const char *proposed;    /* the rule that "always" would write; "": there is none */
    bool is_question; /* not a call: a server asks a person for what `arguments` hold */
    bool is_edited;
    enum call_decision decision;
    bool is_by_rule;
    const char *reason; /* of a denial, or NULL */
    int64_t asked_ms;
    int64_t started_ms;
    int64_t ended_ms;
    double progress;           /* -1: not said */
    double progress_total;     /* -1: not known */
    const char *progress_text; /* or NULL */
    bool is_ok;                /* once ended: */
    const char *result;        /* what the model is told; valid UTF-8 */
    size_t result_len;
    const char *note;  /* for the person only: last words on stderr; or NULL */
    size_t twin_count; /* other calls that wait with the same tool and arguments */
};

/* A person's answer. */
struct call_answer {
    enum call_decision decision; /* ONCE, SESSION, ALWAYS or DENIED */
    const char *reason;          /* of a denial: the model is told; or NULL */
    const char *rule;            /* of ALWAYS: the line to write, as shown and edited */
    bool with_twins; /* also for the calls counted by twin_count: it runs once and each
                        of them gets the same result */
};

#endif

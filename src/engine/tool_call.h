/*
 * One tool call on the desk as a record that owns its texts: what was asked, what is
 * shown of it, how it was decided and how it ended. Knows what is written, not when:
 * src/engine/tool_desk.c moves it from state to state.
 */
#ifndef ENGINE_TOOL_CALL_H
#define ENGINE_TOOL_CALL_H

#include "src/engine/tool_desk.h"

struct tool_call {
    struct tool_desk *desk;
    struct call_facts facts; /* its texts are borrowed from the members below */
    char *call_id;
    char *model;
    char *tool;
    char *title;
    char *description;
    char *origin;
    char *command;
    char *sandbox;
    char *claims;
    char *preview;
    char *rule;
    char *proposed;
    char *reason;
    char *progress_text;
    char *note;
    char *failure;
    char *ask_cause;
    char fingerprint[TOOL_FINGERPRINT_MAX]; /* of the tool as it was shown */
    struct strbuf arguments;
    struct strbuf compact; /* the arguments without blanks: what twins have in common */
    struct strbuf result;
    char *schema;              /* of a question's answer, or NULL */
    struct mcp_server *server; /* that asks a question; otherwise NULL */
    uint64_t server_key;
    enum approval approval;
    struct tool_run *run;     /* while it runs by itself */
    struct tool_call *leader; /* of a twin: the call that runs for it */
    bool is_stopped;          /* one of several twins, stopped by itself */
    bool is_misfit;           /* the arguments do not fit the schema */
    bool is_changed;          /* a decision waits to be carried out by the loop */
};

struct tool_call *tool_call_new(struct tool_desk *desk, call_key key,
                                const struct call_request *request);
void tool_call_free(struct tool_call *call);

/* Takes new arguments. */
void tool_call_set_arguments(struct tool_call *call, const char *arguments, size_t len);

/* Fills what a person is shown of the tool and of what the rules say. */
void tool_call_show(struct tool_call *call, const struct tool *tool);

/* Keeps a copy of `text` in `place` (one of the call's members), or NULL. */
void tool_call_keep(char **place, const char *text);

/* Ends it: with that text for the model, made into valid UTF-8. */
void tool_call_end(struct tool_call *call, bool is_ok, const char *text, size_t len);

/* What is said of a tool's effects, for people; NULL: nothing. Static or owned by the
 * caller's buffer. */
void tool_describe_claims(const struct tool *tool, struct strbuf *out);

#endif

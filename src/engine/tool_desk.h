/*
 * The desk where all tool calls of an engine lie: checked against the schema, put to the
 * rules, shown to a person, run, ended. Knows no conversation: whoever adds a call hears
 * of it by its key, and closes its chat's calls when it has taken the results.
 *
 * Nothing happens inside the functions that add or answer calls: all word of them comes
 * from the loop, but for CALL_CHANGE_DECIDED and CALL_CHANGE_EDITED, which a person's
 * own answer brings at once. The owner may call everything here from inside.
 */
#ifndef ENGINE_TOOL_DESK_H
#define ENGINE_TOOL_DESK_H

#include <ev.h>

#include "src/base/log.h"
#include "src/engine/call.h"
#include "src/tool/tool_rule.h"
#include "src/tool/toolbox.h"

struct tool_desk;

struct tool_desk_owner {
    void (*on_call)(void *user, call_key key, enum call_change change);
    void *user;
};

/* From now on calls are played (tool_desk_play): nobody looks at them, nothing runs. */
void tool_desk_set_played(struct tool_desk *desk);

/* Makes an empty desk; all borrowed. */
struct tool_desk *tool_desk_new(struct ev_loop *loop, struct toolbox *box,
                                struct log *log, const struct tool_desk_owner *owner);

/* Stops everything that runs, without a word. NULL is allowed. */
void tool_desk_free(struct tool_desk *desk);

/* The rules that answer in a person's place. */
struct tool_rules *tool_desk_get_rules(struct tool_desk *desk);

/* The file to which "always" writes; NULL: there is none. */
void tool_desk_set_rule_file(struct tool_desk *desk, const char *path);

/* A call to be made. All borrowed for the call of tool_desk_add. */
struct call_request {
    chat_id chat;
    uint64_t message_id;
    size_t part_index;
    const char *call_id;
    const char *model;
    const char *tool; /* its name; where there is no such tool, as the model called it */
    const char *arguments;
    size_t len;
    enum approval approval;
    const char *failure; /* ends it at once as an error with that sentence; or NULL */
    const char
        *ask_cause; /* a person is asked whatever the rules say, and why; or NULL */
};

call_key tool_desk_add(struct tool_desk *desk, const struct call_request *request);

/* What a server wants to know of a person. All borrowed for the call. */
struct desk_question {
    struct mcp_server *server;
    uint64_t key;         /* to answer it with */
    const char *text;     /* what it asks */
    const char *schema;   /* of the answer, or NULL */
    const char *defaults; /* JSON that fits */
};

/* Puts the question before the person, in the chat of the call that the server works on;
 * declines it where there is none, or nobody is asked there. */
void tool_desk_ask(struct tool_desk *desk, const struct desk_question *question);

/* The server does not wait for that answer any more. */
void tool_desk_drop_question(struct tool_desk *desk, const struct mcp_server *server,
                             uint64_t key);

/* See engine.h. */
size_t tool_desk_list(struct tool_desk *desk, const struct call_facts **facts);
const struct call_facts *tool_desk_find(struct tool_desk *desk, call_key key);
bool tool_desk_answer(struct tool_desk *desk, call_key key,
                      const struct call_answer *answer, struct error *err);
bool tool_desk_edit(struct tool_desk *desk, call_key key, const char *arguments,
                    size_t len, struct error *err);
void tool_desk_stop(struct tool_desk *desk, call_key key);

/* What a chat's calls are doing. */
struct call_counts {
    size_t asking;    /* or not looked at yet */
    size_t questions; /* of servers, that wait for a person */
    size_t running;   /* or about to */
    size_t ended;
    size_t misfits; /* ended for arguments that the schema does not allow */
};
struct call_counts tool_desk_count(const struct tool_desk *desk, chat_id chat);

/* Ends all calls of the chat that have not ended: those that wait as denied, those that
 * run as stopped. */
void tool_desk_stop_chat(struct tool_desk *desk, chat_id chat);

/* Forgets the chat's calls; what still waits never runs, what runs is ended. */
void tool_desk_close_chat(struct tool_desk *desk, chat_id chat);

/* Appends what the rules say of a tool, for a list of tools. */
void tool_desk_describe_rule(const struct tool_desk *desk, const struct tool *tool,
                             struct strbuf *out);

#endif

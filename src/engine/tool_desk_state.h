/*
 * The inside of the desk, for the files that make it up: tool_desk.c (who lies there, a
 * person's answers, chats that end) and tool_desk_run.c (what becomes of one call).
 * Everybody else uses tool_desk.h.
 */
#ifndef ENGINE_TOOL_DESK_STATE_H
#define ENGINE_TOOL_DESK_STATE_H

#include "src/engine/tool_call.h"
#include "src/engine/tool_desk.h"

struct tool_desk {
    struct ev_loop *loop;
    struct toolbox *box;
    struct log *log;
    struct tool_desk_owner owner;
    struct tool_rules rules;
    char *rule_file; /* or NULL */
    struct tool_call **calls;
    size_t call_count;
    size_t call_cap;
    struct call_facts *listed;
    size_t listed_cap;
    call_key last_key;
    struct ev_timer due;
    bool is_played; /* nothing is done but what a recording says */
};

/* tool_desk.c */

/* Lets the loop look at what is new or was decided. */
void desk_plan(struct tool_desk *desk);
void desk_tell(struct tool_desk *desk, call_key key, enum call_change change);

/* The call, or NULL. */
struct tool_call *desk_find(const struct tool_desk *desk, call_key key);

/* tool_desk_run.c */

/* Looks at a new call: it fails, is decided, or waits for a person. */
void call_look_at(struct tool_call *call);

/* Carries a decision out. */
void call_carry_out(struct tool_call *call);
void call_decide(struct tool_call *call, enum call_decision decision, bool by_rule,
                 const char *reason);

/* What the rules say; for people in `call->rule`. */
enum tool_decision call_ask_rules(struct tool_call *call);

/* Finds another one to go on for the calls that wait for `leader`, and hands it the run,
 * if there is one; those of the chat `going` (0: none) are on their way out. */
void desk_free_twins(struct tool_desk *desk, struct tool_call *leader, chat_id going);

/* Answers the server that asked a question; nothing happens for a call. */
void call_reply(struct tool_call *call, enum mcp_reply reply);

/* True if the arguments fit; otherwise the reason. */
bool desk_check(const char *schema, const char *arguments, struct error *err);

#endif

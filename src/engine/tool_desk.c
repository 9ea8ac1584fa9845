/*
 * The desk is an array of calls in the order in which they came, and one timer that goes
 * off at once whenever something waits to be carried out: new calls to be looked at,
 * answers to be acted on. So no owner is ever called from inside its own call.
 */
#include "src/engine/tool_desk.h"

#include <string.h>

#include "src/base/clock.h"
#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/engine/tool_desk_state.h"
#include "src/tool/tool_glob.h"
#include "src/tool/tool_rule_parts.h"

void desk_plan(struct tool_desk *desk)
{
    ev_timer_stop(desk->loop, &desk->due);
    ev_timer_set(&desk->due, 0., 0.);
    ev_timer_start(desk->loop, &desk->due);
}

void desk_tell(struct tool_desk *desk, call_key key, enum call_change change)
{
    if (desk->owner.on_call != NULL)
        desk->owner.on_call(desk->owner.user, key, change);
}

struct tool_call *desk_find(const struct tool_desk *desk, call_key key)
{
    for (size_t i = 0; i < desk->call_count; i++) {
        if (desk->calls[i]->facts.key == key)
            return desk->calls[i];
    }
    return NULL;
}

/* One call a time: the owner may do anything meanwhile. */
static void desk_on_due(struct ev_loop *loop, struct ev_timer *timer, int events)
{
    (void)loop;
    (void)events;
    struct tool_desk *desk = timer->data;
    for (size_t i = 0; i < desk->call_count; i++) {
        struct tool_call *call = desk->calls[i];
        const bool is_new = call->facts.state == CALL_NEW;
        if ((!is_new && !call->is_changed) || desk->is_played)
            continue;
        call->is_changed = false;
        desk_plan(desk);
        if (is_new)
            call_look_at(call);
        else
            call_carry_out(call);
        return;
    }
}

/* The desk. */

struct tool_desk *tool_desk_new(struct ev_loop *loop, struct toolbox *box,
                                struct log *log, const struct tool_desk_owner *owner)
{
    struct tool_desk *desk = mem_alloc(sizeof(*desk));
    desk->loop = loop;
    desk->box = box;
    desk->log = log;
    desk->owner = *owner;
    tool_rules_init(&desk->rules);
    ev_init(&desk->due, desk_on_due);
    desk->due.data = desk;
    return desk;
}

void tool_desk_free(struct tool_desk *desk)
{
    if (desk == NULL)
        return;
    ev_timer_stop(desk->loop, &desk->due);
    for (size_t i = 0; i < desk->call_count; i++)
        tool_call_free(desk->calls[i]);
    tool_rules_clear(&desk->rules);
    mem_free(desk->rule_file);
    mem_free(desk->calls);
    mem_free(desk->listed);
    mem_free(desk);
}

struct tool_rules *tool_desk_get_rules(struct tool_desk *desk)
{
    return &desk->rules;
}

void tool_desk_set_rule_file(struct tool_desk *desk, const char *path)
{
    tool_call_keep(&desk->rule_file, path);
}

void tool_desk_set_played(struct tool_desk *desk)
{
    desk->is_played = true;
}

call_key tool_desk_add(struct tool_desk *desk, const struct call_request *request)
{
    struct tool_call *call = tool_call_new(desk, ++desk->last_key, request);
    desk->calls = mem_grow(desk->calls, &desk->call_cap, desk->call_count + 1,
                           sizeof(desk->calls[0]));
    desk->calls[desk->call_count++] = call;
    desk_plan(desk);
    return call->facts.key;
}

/* True for two calls that wait, of the same tool with the same arguments. */
static bool call_is_twin(const struct tool_call *call, const struct tool_call *other)
{
    return call != other && !call->facts.is_question && !other->facts.is_question &&
           call->facts.state == CALL_ASKING && other->facts.state == CALL_ASKING &&
           call->facts.decision == CALL_UNDECIDED &&
           other->facts.decision == CALL_UNDECIDED &&
           strcmp(call->tool, other->tool) == 0 &&
           call->compact.len == other->compact.len &&
           memcmp(strbuf_text(&call->compact), strbuf_text(&other->compact),
                  call->compact.len) == 0;
}

static struct call_facts *desk_bring_up_to_date(const struct tool_desk *desk,
                                                struct tool_call *call)
{
    call->facts.twin_count = 0;
    for (size_t i = 0; i < desk->call_count; i++)
        call->facts.twin_count += call_is_twin(call, desk->calls[i]);
    return &call->facts;
}

size_t tool_desk_list(struct tool_desk *desk, const struct call_facts **facts)
{
    size_t count = 0;
    for (size_t i = 0; i < desk->call_count; i++) {
        if (desk->calls[i]->facts.state == CALL_NEW)
            continue;
        desk->listed =
            mem_grow(desk->listed, &desk->listed_cap, count + 1, sizeof(desk->listed[0]));
        desk->listed[count++] = *desk_bring_up_to_date(desk, desk->calls[i]);
    }
    *facts = desk->listed;
    return count;
}

const struct call_facts *tool_desk_find(struct tool_desk *desk, call_key key)
{
    struct tool_call *call = desk_find(desk, key);
    return call != NULL ? desk_bring_up_to_date(desk, call) : NULL;
}

/* The call, if it waits for a person; otherwise NULL with err filled. */
static struct tool_call *desk_find_asking(const struct tool_desk *desk, call_key key,
                                          struct error *err)
{
    struct tool_call *call = desk_find(desk, key);
    if (call != NULL && call->facts.state == CALL_ASKING &&
        call->facts.decision == CALL_UNDECIDED)
        return call;
    error_set(err, ERROR_USAGE, "this call does not wait for an answer any more");
    return NULL;
}

/* This very tool, whatever its arguments, as it is now. Caller frees. */
static char *call_session_rule(const struct tool_call *call)
{
    struct strbuf glob;
    struct strbuf rule;
    strbuf_init(&glob, STRBUF_OWN_MAX);
    strbuf_init(&rule, STRBUF_OWN_MAX);
    tool_glob_append_literal(&glob, call->tool);
    strbuf_append_text(&rule, "always ");
    /* A server's name for its tool may hold anything, also what would begin a comment. */
    tool_rule_append_word(&rule, strbuf_text(&glob));
    strbuf_append_format(&rule, " #%s", call->fingerprint);
    strbuf_clear(&glob);
    return strbuf_take(&rule);
}

/* False, with err filled, if the line is no rule, or not one that allows anything: the
 * call would run all the same. */
static bool desk_check_rule(const char *rule, struct error *err)
{
    struct tool_rule_parts parts;
    if (!tool_rule_parts_read(&parts, rule, err))
        return false;
    const bool is_allowing = parts.decision == TOOL_ALWAYS;
    tool_rule_parts_clear(&parts);
    if (!is_allowing)
        error_set(err, ERROR_USAGE,
                  "this call would run: its rule begins with \"always\"");
    return is_allowing;
}

/* Adds the rule that a session or always answer makes. */
static bool desk_add_rule(struct tool_desk *desk, const struct tool_call *call,
                          const struct call_answer *answer, struct error *err)
{
    struct tool_rule_origin origin = {.source = TOOL_RULE_FROM_SESSION};
    if (answer->decision == CALL_SESSION) {
        char *rule = call_session_rule(call);
        const bool ok = tool_rules_add(&desk->rules, rule, &origin, err);
        mem_free(rule);
        return ok;
    }
    if (answer->decision != CALL_ALWAYS)
        return true;
    const char *rule = answer->rule != NULL ? answer->rule : call->proposed;
    if (rule[0] == '\0') {
        error_set(err, ERROR_USAGE, "there is no rule that would allow just this call");
        return false;
    }
    if (desk->rule_file == NULL) {
        error_set(err, ERROR_USAGE,
                  "there is no file for rules here: no home folder, or --no-config");
        return false;
    }
    origin = (struct tool_rule_origin){TOOL_RULE_FROM_FILE, desk->rule_file, 0};
    return desk_check_rule(rule, err) &&
           tool_rules_append_file(desk->rule_file, rule, err) &&
           tool_rules_add(&desk->rules, rule, &origin, err);
}

bool tool_desk_answer(struct tool_desk *desk, call_key key,
                      const struct call_answer *answer, struct error *err)
{
    struct tool_call *call = desk_find_asking(desk, key, err);
    if (call == NULL)
        return false;
    if (call->facts.is_question &&
        (answer->decision == CALL_SESSION || answer->decision == CALL_ALWAYS)) {
        error_set(err, ERROR_USAGE, "a server's question is answered once");
        return false;
    }
    if (!desk_add_rule(desk, call, answer, err))
        return false;
    const bool is_denial = answer->decision == CALL_DENIED;
    const enum call_decision decision =
        !is_denial && call->facts.is_edited ? CALL_EDITED : answer->decision;
    call_key *decided = mem_alloc_array(desk->call_count, sizeof(decided[0]));
    size_t count = 0;
    for (size_t i = 0; i < desk->call_count && answer->with_twins; i++) {
        struct tool_call *twin = desk->calls[i];
        if (!call_is_twin(call, twin))
            continue;
        twin->leader = is_denial ? NULL : call;
        twin->is_changed = true;
        decided[count++] = twin->facts.key;
    }
    /* Only now: a decided call has no twins any more. */
    for (size_t i = 0; i < count; i++)
        call_decide(desk_find(desk, decided[i]), is_denial ? CALL_DENIED : CALL_ONCE,
                    false, answer->reason);
    call_decide(call, decision, false, answer->reason);
    call->is_changed = true;
    decided[count++] = key;
    desk_plan(desk);
    for (size_t i = 0; i < count; i++)
        desk_tell(desk, decided[i], CALL_CHANGE_DECIDED);
    mem_free(decided);
    return true;
}

bool tool_desk_edit(struct tool_desk *desk, call_key key, const char *arguments,
                    size_t len, struct error *err)
{
    struct tool_call *call = desk_find_asking(desk, key, err);
    if (call == NULL)
        return false;
    const struct tool *tool = toolbox_find(desk->box, call->tool);
    const char *schema = call->facts.is_question ? call->schema
                         : tool != NULL          ? tool->schema
                                                 : NULL;
    if (tool == NULL && !call->facts.is_question) {
        error_set(err, ERROR_USAGE, "the tool %s is not there any more", call->tool);
        return false;
    }
    char *text = mem_strndup(arguments, len);
    const bool fits = desk_check(schema != NULL ? schema : "{}", text, err);
    mem_free(text);
    if (!fits)
        return false;
    tool_call_set_arguments(call, arguments, len);
    call->facts.is_edited = true;
    if (!call->facts.is_question) {
        tool_call_show(call, tool);
        call_ask_rules(call);
    }
    desk_tell(desk, key, CALL_CHANGE_EDITED);
    return true;
}

/* True if other calls wait for this one. */
static bool desk_has_twins(const struct tool_desk *desk, const struct tool_call *leader)
{
    for (size_t i = 0; i < desk->call_count; i++) {
        if (desk->calls[i]->leader == leader)
            return true;
    }
    return false;
}

void tool_desk_stop(struct tool_desk *desk, call_key key)
{
    struct tool_call *call = desk_find(desk, key);
    if (call == NULL || call->facts.state != CALL_RUNNING)
        return;
    if (call->leader == NULL && !desk_has_twins(desk, call)) {
        if (call->run != NULL)
            tool_run_stop(call->run);
        return;
    }
    /* It stops being one of several: the others go on. */
    desk_free_twins(desk, call, 0);
    call->leader = NULL;
    call->is_stopped = true;
    call->is_changed = true;
    desk_plan(desk);
}

/* Chats. */

struct call_counts tool_desk_count(const struct tool_desk *desk, chat_id chat)
{
    struct call_counts counts = {0};
    for (size_t i = 0; i < desk->call_count; i++) {
        const struct tool_call *call = desk->calls[i];
        if (call->facts.chat != chat)
            continue;
        const bool is_waiting =
            call->facts.state == CALL_NEW || call->facts.state == CALL_ASKING;
        if (call->facts.is_question) {
            counts.questions += is_waiting;
            continue;
        }
        const bool is_decided = call->facts.decision != CALL_UNDECIDED;
        counts.asking += is_waiting && !is_decided;
        counts.running += (is_waiting && is_decided) || call->facts.state == CALL_RUNNING;
        counts.ended += call->facts.state == CALL_ENDED;
        counts.misfits += call->facts.state == CALL_ENDED && call->is_misfit;
    }
    return counts;
}

void tool_desk_stop_chat(struct tool_desk *desk, chat_id chat)
{
    for (size_t i = 0; i < desk->call_count; i++) {
        struct tool_call *call = desk->calls[i];
        if (call->facts.chat != chat || call->facts.state == CALL_ENDED)
            continue;
        static const char denied[] = "This call was not run: the user stopped the turn.";
        static const char stopped[] = "This call was stopped by the user.";
        const bool was_running = call->facts.state == CALL_RUNNING;
        call_reply(call, MCP_CANCEL);
        desk_free_twins(desk, call, chat);
        tool_run_free(call->run);
        call->run = NULL;
        call->leader = NULL;
        call->is_changed = false;
        if (!was_running)
            call_decide(call, CALL_DENIED, false, "the turn was stopped");
        tool_call_end(call, false, was_running ? stopped : denied,
                      strlen(was_running ? stopped : denied));
    }
}

void tool_desk_close_chat(struct tool_desk *desk, chat_id chat)
{
    size_t kept = 0;
    for (size_t i = 0; i < desk->call_count; i++) {
        if (desk->calls[i]->facts.chat != chat)
            continue;
        call_reply(desk->calls[i], MCP_CANCEL);
        desk_free_twins(desk, desk->calls[i], chat);
    }
    for (size_t i = 0; i < desk->call_count; i++) {
        if (desk->calls[i]->facts.chat == chat)
            tool_call_free(desk->calls[i]);
        else
            desk->calls[kept++] = desk->calls[i];
    }
    desk->call_count = kept;
}

void tool_desk_describe_rule(const struct tool_desk *desk, const struct tool *tool,
                             struct strbuf *out)
{
    char fingerprint[TOOL_FINGERPRINT_MAX];
    tool_fingerprint(tool, fingerprint);
    const struct tool_ruling ruling =
        tool_rules_decide(&desk->rules, tool->name, fingerprint, NULL);
    tool_ruling_describe(&ruling, out);
}

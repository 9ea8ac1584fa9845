/*
 * The desk is an array of calls in the order in which they came, and one timer that goes
 * off at once whenever something waits to be carried out: new calls to be looked at,
 * answers to be acted on. So no owner is ever called from inside its own call.
 *
 * A call is looked at in this order: what fails it from the start, the tool, the schema,
 * the rules, the person. What then runs is the text the record holds, the one shown.
 */
#include "src/engine/tool_desk.h"

#include <string.h>

#include "src/base/clock.h"
#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/engine/tool_call.h"
#include "src/tool/schema_check.h"
#include "src/tool/tool_glob.h"
#include "src/tool/tool_rule_parts.h"

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
};

static void desk_plan(struct tool_desk *desk)
{
    ev_timer_stop(desk->loop, &desk->due);
    ev_timer_set(&desk->due, 0., 0.);
    ev_timer_start(desk->loop, &desk->due);
}

static void desk_tell(struct tool_desk *desk, call_key key, enum call_change change)
{
    if (desk->owner.on_call != NULL)
        desk->owner.on_call(desk->owner.user, key, change);
}

static struct tool_call *desk_find(const struct tool_desk *desk, call_key key)
{
    for (size_t i = 0; i < desk->call_count; i++) {
        if (desk->calls[i]->facts.key == key)
            return desk->calls[i];
    }
    return NULL;
}

/* Decisions. */

static void call_decide(struct tool_call *call, enum call_decision decision, bool by_rule,
                        const char *reason)
{
    call->facts.decision = decision;
    call->facts.is_by_rule = by_rule;
    tool_call_keep(&call->reason, reason);
    call->facts.reason = call->reason;
}

/* Runs. */

static void call_on_progress(void *user, const struct tool_progress *progress)
{
    struct tool_call *call = user;
    call->facts.progress = progress->done;
    call->facts.progress_total = progress->total;
    tool_call_keep(&call->progress_text, progress->text);
    call->facts.progress_text = call->progress_text;
    desk_tell(call->desk, call->facts.key, CALL_CHANGE_PROGRESS);
}

/* Ends a call and, with the same result, those it ran for; only then anybody is told:
 * whoever hears of the first may close its chat. */
static void desk_end_call(struct tool_desk *desk, struct tool_call *call, bool is_ok,
                          const char *text, size_t len)
{
    call_key *ended = mem_alloc_array(desk->call_count, sizeof(ended[0]));
    size_t count = 0;
    ended[count++] = call->facts.key;
    tool_call_end(call, is_ok, text, len);
    for (size_t i = 0; i < desk->call_count; i++) {
        struct tool_call *twin = desk->calls[i];
        if (twin->leader != call)
            continue;
        twin->leader = NULL;
        if (twin->facts.started_ms < 0)
            twin->facts.started_ms = call->facts.started_ms;
        tool_call_end(twin, is_ok, text, len);
        ended[count++] = twin->facts.key;
    }
    for (size_t i = 0; i < count; i++) {
        if (desk_find(desk, ended[i]) != NULL)
            desk_tell(desk, ended[i], CALL_CHANGE_ENDED);
    }
    mem_free(ended);
}

static void call_on_done(void *user, const struct tool_result *result)
{
    struct tool_call *call = user;
    const bool is_ok = result->end == TOOL_END_OK;
    tool_call_keep(&call->note, result->note);
    call->facts.note = call->note;
    log_info(call->desk->log, "tool", "%s %s after %lld ms", call->tool,
             is_ok ? "ended" : "failed",
             (long long)(clock_now_ms() - call->facts.started_ms));
    desk_end_call(call->desk, call, is_ok, result->text, result->len);
}

static void call_fail(struct tool_call *call, const char *text)
{
    desk_end_call(call->desk, call, false, text, strlen(text));
}

/* Ends a call that was denied; the model learns why. */
static void call_end_denied(struct tool_call *call)
{
    const char *by = call->facts.is_by_rule ? "by a rule" : "by the user";
    char *text = call->reason != NULL
                     ? strbuf_format("This call was denied %s: %s", by, call->reason)
                     : strbuf_format("This call was denied %s.", by);
    call_fail(call, text);
    mem_free(text);
}

/* True if the tool is still the one that was shown. */
static bool call_is_same_tool(const struct tool_call *call, const struct tool *tool)
{
    char fingerprint[TOOL_FINGERPRINT_MAX];
    tool_fingerprint(tool, fingerprint);
    return strcmp(fingerprint, call->fingerprint) == 0;
}

static void call_run(struct tool_call *call)
{
    struct tool_desk *desk = call->desk;
    const struct tool_handler handler = {call_on_progress, call_on_done, call};
    const struct tool *tool = toolbox_find(desk->box, call->tool);
    struct error err = {ERROR_NONE, NULL};
    call->facts.state = CALL_RUNNING;
    call->facts.started_ms = clock_now_ms();
    if (tool == NULL)
        error_set(&err, ERROR_USAGE, "the tool %s is not there any more", call->tool);
    else if (!call_is_same_tool(call, tool))
        error_set(&err, ERROR_USAGE,
                  "the tool %s has changed since the call was looked at: it was not run",
                  call->tool);
    else
        call->run =
            toolbox_run(desk->box, tool, strbuf_text(&call->arguments), &handler, &err);
    if (call->run == NULL)
        call_fail(call, error_text(&err));
    else
        desk_tell(desk, call->facts.key, CALL_CHANGE_STARTED);
    error_clear(&err);
}

/* Questions of servers. */

/* The call of a chat that the server works on, or NULL. */
static struct tool_call *desk_find_call_of(const struct tool_desk *desk,
                                           const struct mcp_server *server)
{
    for (size_t i = desk->call_count; i > 0; i--) {
        struct tool_call *call = desk->calls[i - 1];
        const struct tool *tool =
            call->run != NULL ? toolbox_find(desk->box, call->tool) : NULL;
        if (tool != NULL && tool->server == server)
            return call;
    }
    return NULL;
}

void tool_desk_ask(struct tool_desk *desk, const struct desk_question *question)
{
    struct mcp_facts server;
    const struct tool_call *cause = desk_find_call_of(desk, question->server);
    mcp_server_get_facts(question->server, &server);
    if (cause == NULL || cause->approval != APPROVAL_ASK) {
        mcp_server_reply(question->server, question->key, MCP_DECLINE, NULL);
        return;
    }
    const struct call_request request = {.chat = cause->facts.chat,
                                         .message_id = cause->facts.message_id,
                                         .part_index = cause->facts.part_index,
                                         .call_id = cause->call_id,
                                         .model = cause->model,
                                         .tool = server.name,
                                         .arguments = question->defaults,
                                         .len = strlen(question->defaults),
                                         .approval = APPROVAL_ASK};
    struct tool_call *call = desk_find(desk, tool_desk_add(desk, &request));
    call->server = question->server;
    call->server_key = question->key;
    call->schema = mem_strdup(question->schema);
    call->title = strbuf_format("the server %s asks you", server.name);
    call->description = mem_strdup(question->text);
    call->origin = mem_strdup(server.where);
    call->facts.is_question = true;
    call->facts.title = call->title;
    call->facts.description = call->description;
    call->facts.origin = call->origin;
    call->facts.command = "nothing runs: the server is told what you agree to";
    call->facts.rule = "a person is always asked";
}

void tool_desk_drop_question(struct tool_desk *desk, const struct mcp_server *server,
                             uint64_t key)
{
    for (size_t i = 0; i < desk->call_count; i++) {
        struct tool_call *call = desk->calls[i];
        if (call->server == server && call->server_key == key &&
            call->facts.state != CALL_ENDED) {
            call->server = NULL;
            call_fail(call, "the server does not wait for this any more");
            return;
        }
    }
}

/* Tells the server what was decided. */
static void call_reply(struct tool_call *call, enum mcp_reply reply)
{
    if (call->server != NULL)
        mcp_server_reply(call->server, call->server_key, reply,
                         strbuf_text(&call->arguments));
    call->server = NULL;
}

static void call_answer_question(struct tool_call *call)
{
    const bool is_denied = call->facts.decision == CALL_DENIED;
    call_reply(call, is_denied ? MCP_DECLINE : MCP_ACCEPT);
    desk_end_call(call->desk, call, !is_denied, "", 0);
}

/* A call that has a new decision: told, then run, or ended. */
static void call_carry_out(struct tool_call *call)
{
    struct tool_desk *desk = call->desk;
    const call_key key = call->facts.key;
    if (call->leader != NULL) {
        call->facts.state = CALL_RUNNING;
        call->facts.started_ms = clock_now_ms();
        desk_tell(desk, key, CALL_CHANGE_STARTED);
    } else if (call->facts.is_question) {
        call_answer_question(call);
    } else if (call->facts.decision == CALL_DENIED) {
        call_end_denied(call);
    } else {
        call_run(call);
    }
}

/* Looking at a new call. */

/* What the rules say; for people in `call->rule`. */
static enum tool_decision call_ask_rules(struct tool_call *call)
{
    const struct tool_ruling ruling = tool_rules_decide(
        &call->desk->rules, call->tool, call->fingerprint, strbuf_text(&call->arguments));
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    if (call->ask_cause != NULL)
        strbuf_append_format(&text, "%s; otherwise: ", call->ask_cause);
    tool_ruling_describe(&ruling, &text);
    tool_call_keep(&call->rule, strbuf_text(&text));
    call->facts.rule = call->rule;
    strbuf_clear(&text);
    return ruling.decision;
}

/* The decision that is made without a person, CALL_UNDECIDED where one is to be asked. */
static void call_decide_alone(struct tool_call *call)
{
    const enum tool_decision rule = call_ask_rules(call);
    if (call->approval == APPROVAL_NEVER)
        call_decide(call, CALL_DENIED, true,
                    "tools are not run here, and nobody can be asked");
    else if (rule == TOOL_NEVER)
        call_decide(call, CALL_DENIED, true, call->rule);
    else if (call->ask_cause != NULL && call->approval != APPROVAL_ASK)
        call_decide(call, CALL_DENIED, true, call->ask_cause);
    else if (call->ask_cause != NULL)
        return;
    else if (call->approval == APPROVAL_ALL)
        call_decide(call, CALL_ONCE, true, "all tools may run");
    else if (rule == TOOL_ALWAYS)
        call_decide(call, CALL_ALWAYS, true, call->rule);
    else if (call->approval == APPROVAL_RULES)
        call_decide(call, CALL_DENIED, true, "no rule allows it, and nobody is asked");
}

static bool desk_check(const char *schema, const char *arguments, struct error *err)
{
    struct strbuf why;
    strbuf_init(&why, STRBUF_OWN_MAX);
    const bool fits = schema_check(schema, arguments, &why);
    if (!fits)
        error_set(err, ERROR_TOOL, "the arguments do not fit: %s", strbuf_text(&why));
    strbuf_clear(&why);
    return fits;
}

static void call_show_to_person(struct tool_call *call)
{
    call->facts.state = CALL_ASKING;
    call->facts.asked_ms = clock_now_ms();
    desk_tell(call->desk, call->facts.key, CALL_CHANGE_ASKED);
}

static void call_look_at(struct tool_call *call)
{
    struct tool_desk *desk = call->desk;
    const call_key key = call->facts.key;
    const struct tool *tool = toolbox_find(desk->box, call->tool);
    struct error err = {ERROR_NONE, NULL};
    if (call->failure != NULL) {
        call_fail(call, call->failure);
        return;
    }
    if (call->facts.is_question) {
        call_show_to_person(call);
        return;
    }
    if (tool == NULL || tool->source == TOOL_FROM_DEFINITION) {
        error_set(&err, ERROR_USAGE, "there is no tool called %s here", call->tool);
    } else {
        tool_call_show(call, tool);
        call->is_misfit = !desk_check(tool->schema, strbuf_text(&call->arguments), &err);
    }
    if (err.class != ERROR_NONE) {
        call_fail(call, error_text(&err));
        error_clear(&err);
        return;
    }
    call_decide_alone(call);
    if (call->facts.decision == CALL_UNDECIDED) {
        call_show_to_person(call);
        return;
    }
    call->facts.state = CALL_ASKING;
    call->is_changed = true;
    desk_plan(desk);
    desk_tell(desk, key, CALL_CHANGE_DECIDED);
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
        if (!is_new && !call->is_changed)
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

void tool_desk_stop(struct tool_desk *desk, call_key key)
{
    struct tool_call *call = desk_find(desk, key);
    if (call != NULL && call->leader != NULL)
        call = call->leader;
    if (call != NULL && call->run != NULL)
        tool_run_stop(call->run);
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

/* Finds another one to run for the calls that wait for `leader`; those of the leader's
 * own chat are on their way out with it. */
static void desk_free_twins(struct tool_desk *desk, const struct tool_call *leader)
{
    struct tool_call *heir = NULL;
    for (size_t i = 0; i < desk->call_count; i++) {
        struct tool_call *twin = desk->calls[i];
        if (twin->leader != leader)
            continue;
        const bool is_going = twin->facts.chat == leader->facts.chat;
        twin->leader = is_going ? NULL : heir;
        if (heir == NULL && !is_going) {
            heir = twin;
            heir->is_changed = true;
        }
    }
    if (heir != NULL)
        desk_plan(desk);
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
        tool_run_free(call->run);
        call->leader = NULL;
        call->is_changed = false;
        desk_free_twins(desk, call);
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
        desk_free_twins(desk, desk->calls[i]);
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

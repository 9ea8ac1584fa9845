/*
 * What becomes of one call. It is looked at in this order: what fails it from the start,
 * the tool, the schema, the rules, the person. What then runs is the text the record
 * holds, the one that was shown. A question of a server goes the same way, but nothing
 * runs: the server is told what was agreed to.
 */
#include <string.h>

#include "src/base/clock.h"
#include "src/base/mem.h"
#include "src/engine/tool_desk_state.h"
#include "src/tool/schema_check.h"

/* Decisions. */

void call_decide(struct tool_call *call, enum call_decision decision, bool by_rule,
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

/* Twins. */

void desk_free_twins(struct tool_desk *desk, struct tool_call *leader, chat_id going)
{
    struct tool_call *heir = NULL;
    for (size_t i = 0; i < desk->call_count; i++) {
        struct tool_call *twin = desk->calls[i];
        if (twin->leader != leader)
            continue;
        const bool is_going = twin->facts.chat == going;
        twin->leader = is_going ? NULL : heir;
        if (heir == NULL && !is_going)
            heir = twin;
    }
    if (heir == NULL)
        return;
    if (leader->run != NULL) {
        /* It runs once, whoever closes: it only has another owner now. */
        heir->run = leader->run;
        leader->run = NULL;
        tool_run_set_user(heir->run, heir);
        heir->is_changed = false;
        heir->facts.state = CALL_RUNNING;
        heir->facts.started_ms = leader->facts.started_ms;
    } else {
        heir->is_changed = true;
        desk_plan(desk);
    }
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
void call_reply(struct tool_call *call, enum mcp_reply reply)
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
void call_carry_out(struct tool_call *call)
{
    struct tool_desk *desk = call->desk;
    const call_key key = call->facts.key;
    if (call->is_stopped) {
        call_fail(call, "This call was stopped by the user.");
    } else if (call->leader != NULL) {
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
enum tool_decision call_ask_rules(struct tool_call *call)
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

bool desk_check(const char *schema, const char *arguments, struct error *err)
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

void call_look_at(struct tool_call *call)
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

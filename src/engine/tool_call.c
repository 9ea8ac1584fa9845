/* The record and its texts. Every text is copied: tools of servers come and go. */
#include "src/engine/tool_call.h"

#include <string.h>

#include "src/base/clock.h"
#include "src/base/compiler.h"
#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/base/utf8.h"
#include "src/tool/tool_preview.h"

void tool_call_keep(char **place, const char *text)
{
    char *copy = mem_strdup(text);
    mem_free(*place);
    *place = copy;
}

void tool_call_set_arguments(struct tool_call *call, const char *arguments, size_t len)
{
    strbuf_reset(&call->arguments);
    strbuf_append(&call->arguments, arguments, len);
    strbuf_reset(&call->compact);
    json_append_compact(&call->compact, arguments, len);
    call->facts.arguments = strbuf_text(&call->arguments);
}

struct tool_call *tool_call_new(struct tool_desk *desk, call_key key,
                                const struct call_request *request)
{
    struct tool_call *call = mem_alloc(sizeof(*call));
    call->desk = desk;
    call->call_id = mem_strdup(request->call_id);
    call->model = mem_strdup(request->model);
    call->tool = mem_strdup(request->tool);
    call->failure = mem_strdup(request->failure);
    call->ask_cause = mem_strdup(request->ask_cause);
    call->approval = request->approval;
    strbuf_init(&call->arguments, STRBUF_OWN_MAX);
    strbuf_init(&call->compact, STRBUF_OWN_MAX);
    strbuf_init(&call->result, STRBUF_OWN_MAX);
    call->facts = (struct call_facts){
        .key = key,
        .chat = request->chat,
        .message_id = request->message_id,
        .part_index = request->part_index,
        .state = CALL_NEW,
        .call_id = call->call_id,
        .model = call->model,
        .tool = call->tool,
        .description = "",
        .origin = "",
        .command = "",
        .rule = "",
        .proposed = "",
        .result = "",
        .asked_ms = clock_now_ms(),
        .started_ms = -1,
        .ended_ms = -1,
        .progress = -1,
        .progress_total = -1,
    };
    tool_call_set_arguments(call, request->arguments, request->len);
    return call;
}

void tool_call_free(struct tool_call *call)
{
    if (call == NULL)
        return;
    tool_run_free(call->run);
    char *const texts[] = {call->call_id, call->model,         call->tool,
                           call->title,   call->origin,        call->description,
                           call->command, call->sandbox,       call->claims,
                           call->preview, call->rule,          call->proposed,
                           call->reason,  call->progress_text, call->note,
                           call->failure, call->ask_cause,     call->schema};
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        mem_free(texts[i]);
    strbuf_clear(&call->arguments);
    strbuf_clear(&call->compact);
    strbuf_clear(&call->result);
    mem_free(call);
}

static void append_claim(struct strbuf *out, const char *text)
{
    strbuf_append_format(out, "%s%s", out->len > 0 ? ", " : "", text);
}

void tool_describe_claims(const struct tool *tool, struct strbuf *out)
{
    const struct tool_hints *hints = &tool->hints;
    if (!hints->is_given)
        return;
    if (hints->is_read_only)
        append_claim(out, "only reads");
    else if (hints->is_destructive)
        append_claim(out, "may destroy what is there");
    else
        append_claim(out, "changes things");
    if (hints->is_idempotent && !hints->is_read_only)
        append_claim(out, "does no more when repeated");
    if (hints->is_open_world)
        append_claim(out, "reaches beyond this machine");
}

/* The buffer's text, or NULL where it is empty; the buffer is cleared. */
static char *take_text(struct strbuf *text)
{
    char *taken = text->len > 0 ? strbuf_take(text) : NULL;
    strbuf_clear(text);
    return taken;
}

void tool_call_show(struct tool_call *call, const struct tool *tool)
{
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    tool_call_keep(&call->title, tool->title);
    tool_call_keep(&call->description, tool->description);
    tool_call_keep(&call->origin, tool->origin);
    tool_fingerprint(tool, call->fingerprint);
    toolbox_describe(tool, &text);
    tool_call_keep(&call->command, strbuf_text(&text));
    strbuf_reset(&text);
    toolbox_describe_sandbox(tool, &text);
    mem_free(call->sandbox);
    call->sandbox = take_text(&text);
    tool_describe_claims(tool, &text);
    mem_free(call->claims);
    call->claims = take_text(&text);
    tool_preview(tool, strbuf_text(&call->arguments), &text);
    mem_free(call->preview);
    call->preview = take_text(&text);
    tool_rule_propose(tool, strbuf_text(&call->arguments), &text);
    mem_free(call->proposed);
    call->proposed = strbuf_take(&text);
    struct call_facts *facts = &call->facts;
    facts->title = call->title;
    facts->description = call->description;
    facts->origin = call->origin;
    facts->command = call->command;
    facts->sandbox = call->sandbox;
    facts->claims = call->claims;
    facts->preview = call->preview;
    facts->proposed = call->proposed;
}

void tool_call_end(struct tool_call *call, bool is_ok, const char *text, size_t len)
{
    struct call_facts *facts = &call->facts;
    strbuf_reset(&call->result);
    if (facts->is_edited) {
        strbuf_append_text(&call->result,
                           "[The user has changed the arguments of this call to ");
        strbuf_append(&call->result, strbuf_text(&call->arguments), call->arguments.len);
        strbuf_append_text(&call->result, "]\n");
    }
    utf8_append_valid(&call->result, text, len);
    call->run = NULL;
    call->is_changed = false;
    facts->state = CALL_ENDED;
    facts->is_ok = is_ok;
    facts->ended_ms = clock_now_ms();
    facts->result = strbuf_text(&call->result);
    facts->result_len = call->result.len;
}

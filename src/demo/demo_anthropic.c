/*
 * The Messages protocol of Anthropic. An answer is a list of blocks, each opened, filled
 * and closed by events of its own; a thought ends with its signature.
 */
#include <string.h>

#include "src/demo/demo_anthropic_chat.h"
#include "src/demo/demo_chat.h"
#include "src/demo/demo_event.h"
#include "src/demo/demo_model.h"

static const struct demo_problem_form problems[DEMO_PROBLEM_COUNT] = {
    [DEMO_PROBLEM_REQUEST] = {400, "invalid_request_error", NULL,
                              "The request was refused, as the model's name asked"},
    [DEMO_PROBLEM_KEY] = {401, "authentication_error", NULL, "invalid x-api-key"},
    [DEMO_PROBLEM_BILLING] = {402, "billing_error", NULL,
                              "The credit balance of this demo account is used up"},
    [DEMO_PROBLEM_REGION] = {403, "permission_error", NULL,
                             "Access to this model is not allowed from your region"},
    [DEMO_PROBLEM_MODEL] = {404, "not_found_error", NULL, "model: not found"},
    [DEMO_PROBLEM_PATH] = {404, "not_found_error", NULL, "Not Found"},
    [DEMO_PROBLEM_METHOD] = {405, "invalid_request_error", NULL, "Method Not Allowed"},
    [DEMO_PROBLEM_TIMEOUT] = {408, "timeout_error", NULL,
                              "The request took too long to arrive"},
    [DEMO_PROBLEM_LARGE] = {413, "request_too_large", NULL,
                            "Request exceeds the maximum size"},
    [DEMO_PROBLEM_CONTEXT] = {400, "invalid_request_error", NULL,
                              "prompt is too long: 12 tokens > 8 maximum"},
    [DEMO_PROBLEM_RATE] = {429, "rate_limit_error", NULL,
                           "This request would exceed the rate limit of the demo"},
    [DEMO_PROBLEM_QUOTA] = {429, "rate_limit_error", "enforced_spend_limit_reached",
                            "The spend limit of this workspace is reached"},
    [DEMO_PROBLEM_SERVER] = {500, "api_error", NULL, "Internal server error"},
    [DEMO_PROBLEM_OVERLOADED] = {529, "overloaded_error", NULL, "Overloaded"},
};

static void append_error(struct strbuf *out, const struct demo_problem_note *note)
{
    const struct demo_problem_form *form = &problems[note->problem];
    strbuf_append_format(
        out, "{\"type\":\"error\",\"error\":{\"type\":\"%s\",\"message\":", form->type);
    json_append_string(out, note->message, strlen(note->message));
    if (form->code != NULL)
        strbuf_append_format(out, ",\"details\":{\"error_code\":\"%s\"}", form->code);
    strbuf_append_text(out, "},\"request_id\":\"req_demo_011\"}");
}

static void append_models(struct strbuf *out)
{
    strbuf_append_text(out, "{\"data\":[");
    for (size_t i = 0; i < demo_model_count(); i++) {
        const struct demo_model *model = demo_model_get(i);
        strbuf_append_format(out, "%s{\"type\":\"model\",\"id\":\"%s\",\"display_name\":",
                             i > 0 ? "," : "", model->name);
        json_append_string(out, model->help, strlen(model->help));
        strbuf_append_text(out, ",\"created_at\":\"2026-01-01T00:00:00Z\"}");
    }
    strbuf_append_format(
        out, "],\"has_more\":false,\"first_id\":\"%s\",\"last_id\":\"%s\"}",
        demo_model_get(0)->name, demo_model_get(demo_model_count() - 1)->name);
}

/* ---- streams ----------------------------------------------------------------------- */

/* Begins an event; the rest of its object follows. */
static void open_event(struct strbuf *out, const char *type)
{
    strbuf_append_format(out, "event: %s\ndata: {\"type\":\"%s\"", type, type);
}

static void prepare(struct demo_event *event)
{
    const bool thinks = event->script->reasoning.len > 0;
    event->keeps_text = thinks;
    for (size_t i = 0; i < COUNT_OF(event->heads); i++) {
        const bool is_text = i == DEMO_CHANNEL_TEXT;
        open_event(&event->heads[i], "content_block_delta");
        strbuf_append_format(
            &event->heads[i], ",\"index\":%d,\"delta\":{\"type\":\"%s\",\"%s\":\"",
            is_text && thinks ? 1 : 0, is_text ? "text_delta" : "thinking_delta",
            is_text ? "text" : "thinking");
    }
    strbuf_append_text(&event->tail, "\"}}\n\n");
}

/* Appends the members of a message that come before its content. */
static void append_opening(const struct demo_event *event, struct strbuf *out)
{
    const char *model = event->chat->model_text;
    strbuf_append_format(out,
                         "\"id\":\"msg_%s\",\"type\":\"message\",\"role\":\"assistant\","
                         "\"model\":",
                         event->mark);
    json_append_string(out, model, strlen(model));
    strbuf_append_text(out, ",\"content\":[");
}

/* Appends usage; `output` is what was given so far. */
static void append_usage(struct strbuf *out, int64_t input, int64_t output,
                         int64_t thinking)
{
    strbuf_append_format(
        out,
        "\"usage\":{\"input_tokens\":%lld,\"cache_creation_input_tokens\":0,"
        "\"cache_read_input_tokens\":0,\"output_tokens\":%lld,"
        "\"output_tokens_details\":{\"thinking_tokens\":%lld}}",
        (long long)input, (long long)output, (long long)thinking);
}

static void append_start(struct demo_event *event, struct strbuf *out)
{
    open_event(out, "message_start");
    strbuf_append_text(out, ",\"message\":{");
    append_opening(event, out);
    strbuf_append_text(out, "],\"stop_reason\":null,\"stop_sequence\":null,");
    append_usage(out, demo_chat_prompt_tokens(event->chat), 1, 0);
    strbuf_append_text(out, "}}\n\n");
    open_event(out, "ping");
    strbuf_append_text(out, "}\n\n");
}

static void close_block(struct demo_event *event, struct strbuf *out)
{
    const size_t index = event->part_count - 1;
    if (event->open.kind == DEMO_PART_REASONING) {
        const struct strbuf *thought = &event->said[DEMO_CHANNEL_REASONING];
        open_event(out, "content_block_delta");
        strbuf_append_format(
            out,
            ",\"index\":%zu,\"delta\":{\"type\":\"signature_delta\",\"signature\":\"",
            index);
        demo_anthropic_append_signature(out, strbuf_text(thought));
        strbuf_append_text(out, "\"}}\n\n");
    }
    open_event(out, "content_block_stop");
    strbuf_append_format(out, ",\"index\":%zu}\n\n", index);
}

static void append_change(struct demo_event *event, struct strbuf *out)
{
    if (event->open.kind != DEMO_PART_NONE)
        close_block(event, out);
    if (event->next.kind == DEMO_PART_NONE)
        return;
    open_event(out, "content_block_start");
    strbuf_append_format(out, ",\"index\":%zu,\"content_block\":", event->part_count);
    const struct demo_script_call *call = &event->script->calls[event->next.call];
    switch (event->next.kind) {
    case DEMO_PART_REASONING:
        strbuf_append_text(
            out, "{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}");
        break;
    case DEMO_PART_CALL:
        strbuf_append_format(
            out, "{\"type\":\"tool_use\",\"id\":\"%s\",\"name\":\"%s\",\"input\":{}}",
            call->id, call->name);
        break;
    case DEMO_PART_TEXT:
    case DEMO_PART_NONE:
        strbuf_append_text(out, "{\"type\":\"text\",\"text\":\"\"}");
        break;
    }
    strbuf_append_text(out, "}\n\n");
}

static void append_call(struct demo_event *event, struct strbuf *out,
                        const struct demo_call_piece *piece)
{
    open_event(out, "content_block_delta");
    strbuf_append_format(
        out, ",\"index\":%zu,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":",
        event->part_count - 1);
    json_append_string(out, piece->text, piece->len);
    strbuf_append_text(out, "}}\n\n");
}

static const char *finish_word(enum demo_finish finish)
{
    switch (finish) {
    case DEMO_FINISH_STOP: return "end_turn";
    case DEMO_FINISH_LENGTH: return "max_tokens";
    case DEMO_FINISH_CALLS: return "tool_use";
    case DEMO_FINISH_FILTER: break;
    }
    return "refusal";
}

static void append_end(struct demo_event *event, struct strbuf *out,
                       const struct demo_ending *ending)
{
    (void)event;
    const struct demo_usage *usage = &ending->usage;
    open_event(out, "message_delta");
    strbuf_append_format(out,
                         ",\"delta\":{\"stop_reason\":\"%s\",\"stop_sequence\":null},",
                         finish_word(ending->finish));
    append_usage(out, usage->prompt, usage->completion, usage->reasoning);
    strbuf_append_text(out, "}\n\n");
    open_event(out, "message_stop");
    strbuf_append_text(out, "}\n\n");
}

static void append_stream_error(struct demo_event *event, struct strbuf *out,
                                const struct demo_problem_note *note)
{
    (void)event;
    strbuf_append_text(out, "event: error\ndata: ");
    append_error(out, note);
    strbuf_append_text(out, "\n\n");
}

/* ---- whole answers ----------------------------------------------------------------- */

static void append_blocks(struct strbuf *out, const struct demo_script *said)
{
    const char *comma = "";
    if (said->reasoning.len > 0) {
        strbuf_append_text(out, "{\"type\":\"thinking\",\"thinking\":");
        json_append_string(out, said->reasoning.text, said->reasoning.len);
        strbuf_append_text(out, ",\"signature\":\"");
        demo_anthropic_append_signature(out, said->reasoning.text);
        strbuf_append_text(out, "\"}");
        comma = ",";
    }
    if (said->text.len > 0) {
        strbuf_append_format(out, "%s{\"type\":\"text\",\"text\":", comma);
        json_append_string(out, said->text.text, said->text.len);
        strbuf_append_char(out, '}');
        comma = ",";
    }
    for (size_t i = 0; i < said->call_count; i++) {
        const struct demo_script_call *call = &said->calls[i];
        strbuf_append_format(
            out, "%s{\"type\":\"tool_use\",\"id\":\"%s\",\"name\":\"%s\",\"input\":%s}",
            comma, call->id, call->name, call->arguments);
        comma = ",";
    }
}

static void append_whole(struct demo_event *event, struct strbuf *out,
                         const struct demo_ending *ending)
{
    const struct demo_usage *usage = &ending->usage;
    strbuf_append_char(out, '{');
    append_opening(event, out);
    append_blocks(out, ending->said);
    strbuf_append_format(out, "],\"stop_reason\":\"%s\",\"stop_sequence\":null,",
                         finish_word(ending->finish));
    append_usage(out, usage->prompt, usage->completion, usage->reasoning);
    strbuf_append_text(out, "}\n");
}

/* ---- the record -------------------------------------------------------------------- */

static const char *const oddities[] = {
    ": keep-alive\n\n",
    "event: ping\ndata: {\"type\":\"ping\"}\n\n",
    "\n\n\n",
    "event: news_of_the_day\ndata: {\"type\":\"news_of_the_day\",\"index\":99}\n\n",
    "data: {\"type\":\"ping\"}\r\n\r\n",
    "retry: 3000\nid: 42\nflavour: salted\n\n",
    NULL,
};

const struct demo_protocol demo_anthropic = {
    .name = "anthropic",
    .stream_type = "text/event-stream; charset=utf-8",
    .version_header = "anthropic-version",
    .call_style = DEMO_CALLS_IN_TURN,
    .wait = DEMO_WAIT_SECONDS,
    .limit_names = {"anthropic-ratelimit-requests-limit",
                    "anthropic-ratelimit-requests-remaining",
                    "anthropic-ratelimit-requests-reset", true},
    .oddities = oddities,
    .broken = "event: content_block_delta\ndata: {\"type\":\"content_block_delta\","
              " <<< the pigeon ate the rest of this event\n\n",
    .problems = problems,
    .read = demo_anthropic_read,
    .append_error = append_error,
    .append_models = append_models,
    .prepare = prepare,
    .append_start = append_start,
    .append_change = append_change,
    .append_call = append_call,
    .append_end = append_end,
    .append_stream_error = append_stream_error,
    .append_whole = append_whole,
};

/*
 * The Responses protocol of OpenAI. An answer is a list of items (reasoning, a message,
 * calls), each announced, filled by deltas and finished; the last event repeats them all.
 * Every event has a number.
 */
#include <string.h>

#include "src/base/mem.h"
#include "src/demo/demo_chat.h"
#include "src/demo/demo_event.h"
#include "src/demo/demo_openai.h"
#include "src/demo/demo_openai_input.h"

/* ---- items ------------------------------------------------------------------------- */

static void append_summary(struct strbuf *out, const struct strbuf *text)
{
    strbuf_append_text(out, "{\"type\":\"summary_text\",\"text\":");
    json_append_string(out, strbuf_text(text), text->len);
    strbuf_append_char(out, '}');
}

static void append_output_text(struct strbuf *out, const struct strbuf *text)
{
    strbuf_append_text(out,
                       "{\"type\":\"output_text\",\"annotations\":[],\"logprobs\":[],"
                       "\"text\":");
    json_append_string(out, strbuf_text(text), text->len);
    strbuf_append_char(out, '}');
}

/* A finished reasoning item, with the content that has to come back. */
static void append_reasoning_item(const struct demo_event *event, struct strbuf *out,
                                  const struct strbuf *text)
{
    char *id = strbuf_format("rs_%s", event->mark);
    strbuf_append_format(out, "{\"id\":\"%s\",\"type\":\"reasoning\",\"summary\":[", id);
    append_summary(out, text);
    strbuf_append_text(out, "],\"encrypted_content\":\"");
    demo_openai_input_append_secret(out, id);
    strbuf_append_text(out, "\"}");
    mem_free(id);
}

static void append_message_item(const struct demo_event *event, struct strbuf *out,
                                const struct strbuf *text)
{
    strbuf_append_format(
        out,
        "{\"id\":\"msg_%s\",\"type\":\"message\",\"status\":\"completed\","
        "\"role\":\"assistant\",\"content\":[",
        event->mark);
    append_output_text(out, text);
    strbuf_append_text(out, "]}");
}

/* A call of whose arguments `len` bytes were given. */
static void append_call_item(struct strbuf *out, const struct demo_script_call *call,
                             size_t len, const char *status)
{
    strbuf_append_format(out,
                         "{\"id\":\"fc_%s\",\"type\":\"function_call\",\"status\":\"%s\","
                         "\"call_id\":\"%s\",\"name\":\"%s\",\"arguments\":",
                         call->id, status, call->id, call->name);
    json_append_string(out, call->arguments, len);
    strbuf_append_char(out, '}');
}

/* ---- the response object ----------------------------------------------------------- */

/* Appends the object up to the opening of its output. */
static void append_opening(const struct demo_event *event, struct strbuf *out,
                           const char *status)
{
    const char *model = event->chat->model_text;
    strbuf_append_format(
        out,
        "{\"id\":\"resp_%s\",\"object\":\"response\",\"created_at\":%lld,"
        "\"status\":\"%s\",\"model\":",
        event->mark, (long long)event->created, status);
    json_append_string(out, model, strlen(model));
    strbuf_append_text(out, ",\"store\":false,\"output\":[");
}

static void append_closing(struct strbuf *out, const struct demo_ending *ending)
{
    const struct demo_usage *usage = &ending->usage;
    strbuf_append_text(out, "],\"error\":null,\"incomplete_details\":");
    if (ending->finish == DEMO_FINISH_LENGTH)
        strbuf_append_text(out, "{\"reason\":\"max_output_tokens\"}");
    else if (ending->finish == DEMO_FINISH_FILTER)
        strbuf_append_text(out, "{\"reason\":\"content_filter\"}");
    else
        strbuf_append_text(out, "null");
    strbuf_append_format(
        out,
        ",\"usage\":{\"input_tokens\":%lld,\"input_tokens_details\":{\"cached_tokens\":0}"
        ","
        "\"output_tokens\":%lld,\"output_tokens_details\":{\"reasoning_tokens\":%lld},"
        "\"total_tokens\":%lld}}",
        (long long)usage->prompt, (long long)usage->completion,
        (long long)usage->reasoning, (long long)(usage->prompt + usage->completion));
}

static const char *status_word(const struct demo_ending *ending)
{
    const bool is_cut =
        ending->finish == DEMO_FINISH_LENGTH || ending->finish == DEMO_FINISH_FILTER;
    return is_cut ? "incomplete" : "completed";
}

/* ---- streams ----------------------------------------------------------------------- */

/* Begins an event; the rest of its object follows, then its number. */
static void open_event(struct strbuf *out, const char *type)
{
    strbuf_append_format(out, "event: %s\ndata: {\"type\":\"%s\"", type, type);
}

/* Begins an event about the item at `index` of the output. */
static void open_item_event(const struct demo_event *event, struct strbuf *out,
                            const char *type, size_t index)
{
    const struct demo_part *part = &event->open;
    open_event(out, type);
    if (part->kind == DEMO_PART_CALL)
        strbuf_append_format(out, ",\"item_id\":\"fc_%s\"",
                             event->script->calls[part->call].id);
    else
        strbuf_append_format(out, ",\"item_id\":\"%s_%s\"",
                             part->kind == DEMO_PART_REASONING ? "rs" : "msg",
                             event->mark);
    strbuf_append_format(out, ",\"output_index\":%zu", index);
    if (part->kind != DEMO_PART_CALL)
        strbuf_append_format(out, ",\"%s_index\":0",
                             part->kind == DEMO_PART_REASONING ? "summary" : "content");
}

static void prepare(struct demo_event *event)
{
    const bool thinks = event->script->reasoning.len > 0;
    event->keeps_text = true;
    for (size_t i = 0; i < COUNT_OF(event->heads); i++) {
        const bool is_text = i == DEMO_CHANNEL_TEXT;
        event->open.kind = is_text ? DEMO_PART_TEXT : DEMO_PART_REASONING;
        open_item_event(event, &event->heads[i],
                        is_text ? "response.output_text.delta"
                                : "response.reasoning_summary_text.delta",
                        is_text && thinks ? 1 : 0);
        strbuf_append_text(&event->heads[i], ",\"delta\":\"");
    }
    event->open.kind = DEMO_PART_NONE;
    strbuf_append_text(&event->tail, "\",\"obfuscation\":\"aB3x\",\"sequence_number\":");
}

static void append_start(struct demo_event *event, struct strbuf *out)
{
    static const char *const types[] = {"response.created", "response.in_progress"};
    for (size_t i = 0; i < COUNT_OF(types); i++) {
        open_event(out, types[i]);
        strbuf_append_text(out, ",\"response\":");
        append_opening(event, out, "in_progress");
        strbuf_append_text(out, "],\"error\":null,\"usage\":null}");
        demo_event_append_number(event, out);
    }
}

/* The finished item of the part that is open. */
static void append_open_item(const struct demo_event *event, struct strbuf *out)
{
    const struct demo_script_call *call = &event->script->calls[event->open.call];
    const bool is_whole =
        event->open.kind == DEMO_PART_CALL && event->call_len == strlen(call->arguments);
    switch (event->open.kind) {
    case DEMO_PART_REASONING:
        append_reasoning_item(event, out, &event->said[DEMO_CHANNEL_REASONING]);
        break;
    case DEMO_PART_CALL:
        append_call_item(out, call, event->call_len,
                         is_whole ? "completed" : "incomplete");
        break;
    case DEMO_PART_TEXT:
    case DEMO_PART_NONE:
        append_message_item(event, out, &event->said[DEMO_CHANNEL_TEXT]);
        break;
    }
}

/* Appends an event that repeats what the part that is open has given. */
static void append_done(struct demo_event *event, struct strbuf *out, const char *type,
                        const char *member)
{
    const struct demo_script_call *call = &event->script->calls[event->open.call];
    const struct strbuf *said = event->open.kind == DEMO_PART_REASONING
                                    ? &event->said[DEMO_CHANNEL_REASONING]
                                    : &event->said[DEMO_CHANNEL_TEXT];
    open_item_event(event, out, type, event->part_count - 1);
    strbuf_append_format(out, ",\"%s\":", member);
    if (strcmp(member, "arguments") == 0)
        json_append_string(out, call->arguments, event->call_len);
    else if (strcmp(member, "text") == 0)
        json_append_string(out, strbuf_text(said), said->len);
    else if (event->open.kind == DEMO_PART_REASONING)
        append_summary(out, said);
    else
        append_output_text(out, said);
    demo_event_append_number(event, out);
}

static void close_item(struct demo_event *event, struct strbuf *out)
{
    switch (event->open.kind) {
    case DEMO_PART_REASONING:
        append_done(event, out, "response.reasoning_summary_text.done", "text");
        append_done(event, out, "response.reasoning_summary_part.done", "part");
        break;
    case DEMO_PART_CALL:
        append_done(event, out, "response.function_call_arguments.done", "arguments");
        break;
    case DEMO_PART_TEXT:
        append_done(event, out, "response.output_text.done", "text");
        append_done(event, out, "response.content_part.done", "part");
        break;
    case DEMO_PART_NONE: return;
    }
    open_event(out, "response.output_item.done");
    strbuf_append_format(out, ",\"output_index\":%zu,\"item\":", event->part_count - 1);
    append_open_item(event, out);
    demo_event_append_number(event, out);
    strbuf_append_text(&event->output, event->output.len > 0 ? "," : "");
    append_open_item(event, &event->output);
}

/* Announces the item with nothing in it, then its first part. */
static void open_item(struct demo_event *event, struct strbuf *out)
{
    const struct strbuf empty = {.len = 0};
    const bool is_reasoning = event->next.kind == DEMO_PART_REASONING;
    open_event(out, "response.output_item.added");
    strbuf_append_format(out, ",\"output_index\":%zu,\"item\":", event->part_count);
    if (event->next.kind == DEMO_PART_CALL)
        append_call_item(out, &event->script->calls[event->next.call], 0, "in_progress");
    else if (is_reasoning)
        strbuf_append_format(
            out, "{\"id\":\"rs_%s\",\"type\":\"reasoning\",\"summary\":[]}", event->mark);
    else
        strbuf_append_format(out,
                             "{\"id\":\"msg_%s\",\"type\":\"message\",\"status\":"
                             "\"in_progress\",\"role\":\"assistant\",\"content\":[]}",
                             event->mark);
    demo_event_append_number(event, out);
    if (event->next.kind == DEMO_PART_CALL)
        return;
    event->open = event->next;
    open_item_event(event, out,
                    is_reasoning ? "response.reasoning_summary_part.added"
                                 : "response.content_part.added",
                    event->part_count);
    strbuf_append_text(out, ",\"part\":");
    if (is_reasoning)
        append_summary(out, &empty);
    else
        append_output_text(out, &empty);
    demo_event_append_number(event, out);
}

static void append_change(struct demo_event *event, struct strbuf *out)
{
    close_item(event, out);
    if (event->next.kind != DEMO_PART_NONE)
        open_item(event, out);
}

static void append_call(struct demo_event *event, struct strbuf *out,
                        const struct demo_call_piece *piece)
{
    if (piece->len == 0)
        return;
    open_item_event(event, out, "response.function_call_arguments.delta",
                    event->part_count - 1);
    strbuf_append_text(out, ",\"delta\":");
    json_append_string(out, piece->text, piece->len);
    demo_event_append_number(event, out);
}

static void append_end(struct demo_event *event, struct strbuf *out,
                       const struct demo_ending *ending)
{
    const char *status = status_word(ending);
    char *type = strbuf_format("response.%s", status);
    open_event(out, type);
    mem_free(type);
    strbuf_append_text(out, ",\"response\":");
    append_opening(event, out, status);
    strbuf_append(out, strbuf_text(&event->output), event->output.len);
    append_closing(out, ending);
    demo_event_append_number(event, out);
}

/* An error comes in one of three forms, chosen by the seed: as the service sends it, as
 * its reference has it, and as a response that has failed. */
static void append_stream_error(struct demo_event *event, struct strbuf *out,
                                const struct demo_problem_note *note)
{
    const struct demo_problem_form *form = &demo_openai_problems[note->problem];
    const char *code = form->code != NULL ? form->code : form->type;
    switch (event->chat->params.seed % 3) {
    case 0:
        open_event(out, "error");
        strbuf_append_text(out, ",\"error\":");
        demo_openai_append_error_object(out, note);
        break;
    case 1:
        open_event(out, "error");
        strbuf_append_format(out, ",\"code\":\"%s\",\"param\":null,\"message\":", code);
        json_append_string(out, note->message, strlen(note->message));
        break;
    default:
        open_event(out, "response.failed");
        strbuf_append_text(out, ",\"response\":");
        append_opening(event, out, "failed");
        strbuf_append_format(out, "],\"error\":{\"code\":\"%s\",\"message\":", code);
        json_append_string(out, note->message, strlen(note->message));
        strbuf_append_text(out, "}}");
        break;
    }
    demo_event_append_number(event, out);
}

static void append_whole(struct demo_event *event, struct strbuf *out,
                         const struct demo_ending *ending)
{
    const struct demo_script *said = ending->said;
    append_opening(event, out, status_word(ending));
    const size_t start = out->len;
    if (said->reasoning.len > 0)
        append_reasoning_item(event, out, &said->reasoning);
    if (said->text.len > 0) {
        strbuf_append_text(out, out->len > start ? "," : "");
        append_message_item(event, out, &said->text);
    }
    for (size_t i = 0; i < said->call_count; i++) {
        strbuf_append_text(out, out->len > start ? "," : "");
        append_call_item(out, &said->calls[i], strlen(said->calls[i].arguments),
                         "completed");
    }
    append_closing(out, ending);
    strbuf_append_char(out, '\n');
}

/* ---- the record -------------------------------------------------------------------- */

static const char *const oddities[] = {
    ": keep-alive\n\n",
    /* NOLINTNEXTLINE(bugprone-suspicious-missing-comma): one text, too long for a line */
    "event: response.weather.forecast\ndata: {\"type\":\"response.weather.forecast\","
    "\"output_index\":7,\"delta\":\"rain\"}\n\n",
    "\n\n\n",
    "data: {\"type\":\"response.queued\",\"response\":{}}\r\n\r\n",
    "retry: 3000\nid: 42\nflavour: salted\n\n",
    NULL,
};

const struct demo_protocol demo_openai_responses = {
    .name = "openai-responses",
    .stream_type = "text/event-stream; charset=utf-8",
    .call_style = DEMO_CALLS_IN_TURN,
    .is_numbered = true,
    .wait = DEMO_WAIT_SECONDS,
    .limit_names = DEMO_OPENAI_LIMIT_NAMES,
    .oddities = oddities,
    .broken = "event: response.output_text.delta\ndata: {\"type\":\"response.output_text."
              "delta\", <<< the pigeon ate the rest of this event\n\n",
    .problems = demo_openai_problems,
    .read = demo_openai_input_read,
    .append_error = demo_openai_append_error,
    .append_models = demo_openai_append_models,
    .prepare = prepare,
    .append_start = append_start,
    .append_change = append_change,
    .append_call = append_call,
    .append_end = append_end,
    .append_stream_error = append_stream_error,
    .append_whole = append_whole,
};

/* Each function writes one whole line; members come in the order of the documentation. */
#include "src/cli/json_event.h"

#include <string.h>

#include "src/base/json.h"

static void json_event_open(struct strbuf *out, const char *event, size_t chat)
{
    strbuf_append_format(out, "{\"event\":\"%s\",\"chat\":%zu", event, chat);
}

static void json_event_close(struct strbuf *out)
{
    strbuf_append_text(out, "}\n");
}

/* A string member; NULL is written as null. */
static void json_event_member(struct strbuf *out, const char *name, const char *text)
{
    strbuf_append_format(out, ",\"%s\":", name);
    if (text != NULL)
        json_append_string(out, text, strlen(text));
    else
        strbuf_append_text(out, "null");
}

/* A count; below 0 is not known: null. */
static void json_event_count(struct strbuf *out, const char *name, int64_t value)
{
    if (value >= 0)
        strbuf_append_format(out, "%s%lld", name, (long long)value);
    else
        strbuf_append_format(out, "%snull", name);
}

/* An amount of money; below 0 is not known: null. */
static void json_event_cost(struct strbuf *out, double cost)
{
    if (cost >= 0)
        strbuf_append_format(out, ",\"cost\":%.10g", cost);
    else
        strbuf_append_text(out, ",\"cost\":null");
}

/* A time in seconds; below 0 is not known: null. */
static void json_event_seconds(struct strbuf *out, const char *name, int64_t value_ms)
{
    if (value_ms >= 0)
        strbuf_append_format(out, ",\"%s\":%.3f", name, (double)value_ms / 1000);
    else
        strbuf_append_format(out, ",\"%s\":null", name);
}

void json_append_values(struct strbuf *out, const struct field_values *values)
{
    strbuf_append_char(out, '{');
    for (size_t i = 0; values != NULL && i < values->len; i++) {
        const struct field_value *value = &values->items[i];
        if (i > 0)
            strbuf_append_char(out, ',');
        json_append_string(out, value->name, strlen(value->name));
        strbuf_append_char(out, ':');
        if (value->items == NULL) {
            const char *text = value->text != NULL ? value->text : "";
            json_append_string(out, text, strlen(text));
            continue;
        }
        for (size_t j = 0; value->items[j] != NULL; j++) {
            strbuf_append_char(out, j > 0 ? ',' : '[');
            json_append_string(out, value->items[j], strlen(value->items[j]));
        }
        strbuf_append_text(out, value->items[0] != NULL ? "]" : "[]");
    }
    strbuf_append_char(out, '}');
}

void json_event_start(struct strbuf *out, size_t chat, const char *model,
                      const char *provider, const struct field_values *vars)
{
    json_event_open(out, "start", chat);
    json_event_member(out, "model", model);
    json_event_member(out, "provider", provider);
    strbuf_append_text(out, ",\"vars\":");
    json_append_values(out, vars);
    json_event_close(out);
}

void json_event_state(struct strbuf *out, size_t chat, const struct turn_status *status,
                      int64_t now_ms)
{
    json_event_open(out, "state", chat);
    json_event_member(out, "state", turn_state_name(status->state));
    if (status->state == TURN_RETRYING) {
        const int64_t left_ms = status->wait_until_ms - now_ms;
        json_event_member(out, "reason", error_class_get(status->retry_reason)->name);
        json_event_seconds(out, "wait", left_ms > 0 ? left_ms : 0);
    }
    if (status->state == TURN_QUEUED) {
        json_event_member(out, "reason", queue_reason_name(status->queue_reason));
        strbuf_append_format(out, ",\"position\":%zu", status->queue_position);
        json_event_seconds(out, "wait", status->queue_wait_ms);
    }
    if (status->state == TURN_CONNECTING && status->is_waiting_for_key)
        json_event_member(out, "reason", "key");
    strbuf_append_format(out, ",\"attempt\":%d", status->attempt);
    json_event_close(out);
}

void json_event_text(struct strbuf *out, size_t chat, const char *event, const char *text,
                     size_t len)
{
    json_event_open(out, event, chat);
    strbuf_append_text(out, ",\"text\":");
    json_append_string(out, text, len);
    json_event_close(out);
}

static void json_event_call_members(struct strbuf *out, const struct part *call)
{
    strbuf_append_text(out, "\"id\":");
    json_append_string(out, call->call_id, strlen(call->call_id));
    json_event_member(out, "name", call->name != NULL ? call->name : "");
    strbuf_append_text(out, ",\"arguments\":");
    json_append_string(out, strbuf_text(&call->text), call->text.len);
    strbuf_append_format(out, ",\"valid\":%s", call->is_whole ? "true" : "false");
}

void json_event_notice(struct strbuf *out, size_t chat, const char *text, size_t len)
{
    json_event_text(out, chat, "notice", text, len);
}

void json_event_tool_call(struct strbuf *out, size_t chat, const struct part *call)
{
    json_event_open(out, "tool_call", chat);
    strbuf_append_char(out, ',');
    json_event_call_members(out, call);
    json_event_close(out);
}

void json_event_tool_decision(struct strbuf *out, size_t chat,
                              const struct call_facts *call)
{
    json_event_open(out, "tool_decision", chat);
    json_event_member(out, "id", call->call_id);
    json_event_member(out, "name", call->tool);
    json_event_member(out, "decision", call_decision_name(call->decision));
    json_event_member(out, "by", call->is_by_rule ? "rule" : "user");
    json_event_member(out, "reason", call->reason);
    if (call->is_edited)
        json_event_member(out, "arguments", call->arguments);
    json_event_close(out);
}

/* A number that a server gave; below 0 it did not: null. */
static void json_event_number(struct strbuf *out, const char *name, double value)
{
    if (value >= 0)
        strbuf_append_format(out, ",\"%s\":%.15g", name, value);
    else
        strbuf_append_format(out, ",\"%s\":null", name);
}

void json_event_tool_progress(struct strbuf *out, size_t chat,
                              const struct call_facts *call)
{
    json_event_open(out, "tool_progress", chat);
    json_event_member(out, "id", call->call_id);
    json_event_number(out, "progress", call->progress);
    json_event_number(out, "total", call->progress_total);
    json_event_member(out, "text", call->progress_text);
    json_event_close(out);
}

void json_event_tool_result(struct strbuf *out, size_t chat,
                            const struct call_facts *call)
{
    const int64_t run_ms = call->started_ms >= 0 ? call->ended_ms - call->started_ms : -1;
    json_event_open(out, "tool_result", chat);
    json_event_member(out, "id", call->call_id);
    json_event_member(out, "name", call->tool);
    strbuf_append_format(out, ",\"ok\":%s,\"content\":", call->is_ok ? "true" : "false");
    json_append_string(out, call->result, call->result_len);
    json_event_seconds(out, "seconds", run_ms);
    json_event_close(out);
}

void json_event_error(struct strbuf *out, size_t chat, const struct message *answer)
{
    const struct answer_facts *facts = &answer->facts;
    const struct error_class_info *info = error_class_get(facts->error.class);
    json_event_open(out, "error", chat);
    json_event_member(out, "class", info->name);
    if (facts->status > 0)
        strbuf_append_format(out, ",\"status\":%d", facts->status);
    else
        strbuf_append_text(out, ",\"status\":null");
    json_event_member(out, "message", error_text(&facts->error));
    json_event_member(out, "provider_code", facts->provider_code);
    json_event_member(out, "request_id", facts->request_id);
    if (facts->retry_after_ms >= 0)
        strbuf_append_format(out, ",\"retry_after_ms\":%lld",
                             (long long)facts->retry_after_ms);
    strbuf_append_format(out, ",\"retryable\":%s,\"partial\":%s",
                         info->is_retryable ? "true" : "false",
                         message_has_content(answer) ? "true" : "false");
    json_event_close(out);
}

/* Appends the parts of that kind of the turn's answers up to this one. */
static void json_event_join(struct strbuf *text, const struct message *answer,
                            enum part_kind kind)
{
    const struct message *previous = message_previous_answer(answer);
    if (previous != NULL)
        json_event_join(text, previous, kind);
    message_join(answer, kind, text);
}

static void json_event_joined(struct strbuf *out, const char *name,
                              const struct message *answer, enum part_kind kind)
{
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    json_event_join(&text, answer, kind);
    strbuf_append_format(out, ",\"%s\":", name);
    json_append_string(out, strbuf_text(&text), text.len);
    strbuf_clear(&text);
}

static void json_event_calls(struct strbuf *out, const struct message *answer)
{
    bool is_first = true;
    strbuf_append_text(out, ",\"tool_calls\":[");
    for (size_t i = 0; i < answer->part_count; i++) {
        const struct part *part = &answer->parts[i];
        if (part->kind != PART_TOOL_CALL || part->call_id == NULL)
            continue;
        strbuf_append_text(out, is_first ? "{" : ",{");
        json_event_call_members(out, part);
        strbuf_append_char(out, '}');
        is_first = false;
    }
    strbuf_append_char(out, ']');
}

static void json_event_usage(struct strbuf *out, const struct usage *usage)
{
    json_event_count(out, ",\"usage\":{\"input\":", usage->input);
    json_event_count(out, ",\"output\":", usage->output);
    json_event_count(out, ",\"reasoning\":", usage->reasoning);
    json_event_count(out, ",\"cached\":", usage->cached);
    strbuf_append_char(out, '}');
}

/* The models that failed before the one that answered. */
static void json_event_tries(struct strbuf *out, const struct answer_facts *facts)
{
    strbuf_append_text(out, ",\"tries\":[");
    for (size_t i = 0; i < facts->try_count; i++) {
        const struct failed_try *failed = &facts->tries[i];
        strbuf_append_text(out, i > 0 ? ",{\"model\":" : "{\"model\":");
        json_append_string(out, failed->model, strlen(failed->model));
        json_event_member(out, "class", error_class_get(failed->class)->name);
        strbuf_append_char(out, '}');
    }
    strbuf_append_char(out, ']');
}

/* A time in seconds from microseconds; below 0 is not known: null. */
static void json_event_time(struct strbuf *out, const char *name, int64_t value_us)
{
    if (value_us >= 0)
        strbuf_append_format(out, "%s%.6f", name, (double)value_us / 1000000);
    else
        strbuf_append_format(out, "%snull", name);
}

static void json_event_timing(struct strbuf *out, const struct answer_timing *timing)
{
    json_event_time(out, ",\"timing\":{\"dns\":", timing->dns_us);
    json_event_time(out, ",\"connect\":", timing->connect_us);
    json_event_time(out, ",\"tls\":", timing->tls_us);
    json_event_time(out, ",\"first_byte\":", timing->first_byte_us);
    strbuf_append_char(out, '}');
}

void json_event_done_members(struct strbuf *out, size_t chat,
                             const struct message *answer, const struct turn_sum *sum)
{
    const struct answer_facts *facts = &answer->facts;
    json_event_open(out, "done", chat);
    json_event_member(out, "finish", finish_name(facts->finish));
    json_event_member(out, "finish_raw", facts->finish_raw);
    json_event_joined(out, "text", answer, PART_TEXT);
    json_event_joined(out, "reasoning", answer, PART_REASONING);
    json_event_joined(out, "refusal", answer, PART_REFUSAL);
    json_event_calls(out, answer);
    json_event_usage(out, &sum->usage);
    json_event_cost(out, sum->cost);
    json_event_seconds(out, "first_token", sum->first_token_ms);
    json_event_seconds(out, "seconds", sum->total_ms);
    strbuf_append_format(out, ",\"attempts\":%d", sum->attempts);
    json_event_member(out, "connection",
                      facts->http_version == NULL ? NULL
                      : facts->is_reused          ? "reused"
                                                  : "new");
    json_event_member(out, "http", facts->http_version);
    json_event_timing(out, &facts->timing);
    json_event_member(out, "model", facts->model);
    json_event_tries(out, facts);
    strbuf_append_format(out, ",\"rounds\":%zu", sum->rounds);
}

void json_event_done(struct strbuf *out, size_t chat, const struct message *answer)
{
    const struct turn_sum sum = turn_sum_of(answer);
    json_event_done_members(out, chat, answer, &sum);
    json_event_close(out);
}

void json_event_end(struct strbuf *out, size_t chats, size_t failed, int64_t total_ms)
{
    strbuf_append_format(out, "{\"event\":\"end\",\"chats\":%zu,\"failed\":%zu", chats,
                         failed);
    json_event_seconds(out, "seconds", total_ms);
    json_event_close(out);
}

/* The tables, and the two walks over them. */
#include "src/store/recording_member.h"

#include <math.h>
#include <string.h>

#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/store/recording_record.h"

/* Whole numbers are exact up to here, whoever reads them. */
#define WHOLE_MAX 9007199254740991.0

const struct recording_member recording_model_members[] = {
    {"provider", MEMBER_TEXT, offsetof(struct recording_model, provider)},
    {"api", MEMBER_TEXT, offsetof(struct recording_model, api)},
    {"model", MEMBER_TEXT, offsetof(struct recording_model, model)},
    {NULL, MEMBER_TEXT, 0}};

const struct recording_member recording_open_members[] = {
    {"name", MEMBER_TEXT, offsetof(struct recording_open, name)},
    {"system", MEMBER_TEXT, offsetof(struct recording_open, system)},
    {"approval", MEMBER_INT, offsetof(struct recording_open, approval)},
    {"streaming", MEMBER_BOOL, offsetof(struct recording_open, is_streaming)},
    {"hands_out_calls", MEMBER_BOOL, offsetof(struct recording_open, hands_out_calls)},
    {NULL, MEMBER_TEXT, 0}};

const struct recording_member recording_answer_members[] = {
    {"continuation", MEMBER_BOOL, offsetof(struct recording_answer, is_continuation)},
    {NULL, MEMBER_TEXT, 0}};

const struct recording_member recording_state_members[] = {
    {"state", MEMBER_TEXT, offsetof(struct recording_state, name)},
    {"reason", MEMBER_TEXT, offsetof(struct recording_state, reason)},
    {NULL, MEMBER_TEXT, 0}};

const struct recording_member recording_request_members[] = {
    {"attempt", MEMBER_INT, offsetof(struct recording_request, attempt)},
    {"method", MEMBER_TEXT, offsetof(struct recording_request, method)},
    {"url", MEMBER_TEXT, offsetof(struct recording_request, url)},
    {"body_bytes", MEMBER_AMOUNT, offsetof(struct recording_request, body_len)},
    {NULL, MEMBER_TEXT, 0}};

const struct recording_member recording_end_members[] = {
    {"cut", MEMBER_BOOL, offsetof(struct recording_end, is_cut)},
    {"reused", MEMBER_BOOL, offsetof(struct recording_end, is_reused)},
    {"dns_us", MEMBER_AMOUNT, offsetof(struct recording_end, timing.dns_us)},
    {"connect_us", MEMBER_AMOUNT, offsetof(struct recording_end, timing.connect_us)},
    {"tls_us", MEMBER_AMOUNT, offsetof(struct recording_end, timing.tls_us)},
    {"first_byte_us", MEMBER_AMOUNT,
     offsetof(struct recording_end, timing.first_byte_us)},
    {NULL, MEMBER_TEXT, 0}};

const struct recording_member recording_call_members[] = {
    {"change", MEMBER_TEXT, offsetof(struct recording_call, change)},
    {"part", MEMBER_COUNT, offsetof(struct recording_call, part_index)},
    {"id", MEMBER_TEXT, offsetof(struct recording_call, call_id)},
    {"tool", MEMBER_TEXT, offsetof(struct recording_call, tool)},
    {"title", MEMBER_TEXT, offsetof(struct recording_call, title)},
    {"description", MEMBER_TEXT, offsetof(struct recording_call, description)},
    {"origin", MEMBER_TEXT, offsetof(struct recording_call, origin)},
    {"command", MEMBER_TEXT, offsetof(struct recording_call, command)},
    {"sandbox", MEMBER_TEXT, offsetof(struct recording_call, sandbox)},
    {"claims", MEMBER_TEXT, offsetof(struct recording_call, claims)},
    {"arguments", MEMBER_TEXT, offsetof(struct recording_call, arguments)},
    {"preview", MEMBER_TEXT, offsetof(struct recording_call, preview)},
    {"rule", MEMBER_TEXT, offsetof(struct recording_call, rule)},
    {"proposed", MEMBER_TEXT, offsetof(struct recording_call, proposed)},
    {"decision", MEMBER_TEXT, offsetof(struct recording_call, decision)},
    {"reason", MEMBER_TEXT, offsetof(struct recording_call, reason)},
    {"progress", MEMBER_DOUBLE, offsetof(struct recording_call, progress)},
    {"total", MEMBER_DOUBLE, offsetof(struct recording_call, progress_total)},
    {"progress_text", MEMBER_TEXT, offsetof(struct recording_call, progress_text)},
    {"note", MEMBER_TEXT, offsetof(struct recording_call, note)},
    {"elapsed_ms", MEMBER_AMOUNT, offsetof(struct recording_call, elapsed_ms)},
    {"question", MEMBER_BOOL, offsetof(struct recording_call, is_question)},
    {"edited", MEMBER_BOOL, offsetof(struct recording_call, is_edited)},
    {"by_rule", MEMBER_BOOL, offsetof(struct recording_call, is_by_rule)},
    {"ok", MEMBER_BOOL, offsetof(struct recording_call, is_ok)},
    {NULL, MEMBER_TEXT, 0}};

const struct recording_member recording_message_members[] = {
    {"automatic", MEMBER_BOOL, offsetof(struct message, is_automatic)},
    {"continuation", MEMBER_BOOL, offsetof(struct message, is_continuation)},
    {"edited", MEMBER_BOOL, offsetof(struct message, is_edited)},
    {"interrupted", MEMBER_BOOL, offsetof(struct message, is_interrupted)},
    {NULL, MEMBER_TEXT, 0}};

const struct recording_member recording_part_members[] = {
    {"id", MEMBER_TEXT, offsetof(struct part, call_id)},
    {"name", MEMBER_TEXT, offsetof(struct part, name)},
    {"media_type", MEMBER_TEXT, offsetof(struct part, media_type)},
    {"call", MEMBER_AMOUNT, offsetof(struct part, call_index)},
    {"elapsed_ms", MEMBER_AMOUNT, offsetof(struct part, elapsed_ms)},
    {"error", MEMBER_BOOL, offsetof(struct part, is_error)},
    {"whole", MEMBER_BOOL, offsetof(struct part, is_whole)},
    {NULL, MEMBER_TEXT, 0}};

const struct recording_member recording_facts_members[] = {
    {"api", MEMBER_TEXT, offsetof(struct answer_facts, api)},
    {"model", MEMBER_TEXT, offsetof(struct answer_facts, model)},
    {"finish_raw", MEMBER_TEXT, offsetof(struct answer_facts, finish_raw)},
    {"input", MEMBER_AMOUNT, offsetof(struct answer_facts, usage.input)},
    {"output", MEMBER_AMOUNT, offsetof(struct answer_facts, usage.output)},
    {"reasoning", MEMBER_AMOUNT, offsetof(struct answer_facts, usage.reasoning)},
    {"cached", MEMBER_AMOUNT, offsetof(struct answer_facts, usage.cached)},
    {"cost", MEMBER_DOUBLE, offsetof(struct answer_facts, cost)},
    {"provider_code", MEMBER_TEXT, offsetof(struct answer_facts, provider_code)},
    {"request_id", MEMBER_TEXT, offsetof(struct answer_facts, request_id)},
    {"status", MEMBER_INT, offsetof(struct answer_facts, status)},
    {"retry_after_ms", MEMBER_AMOUNT, offsetof(struct answer_facts, retry_after_ms)},
    {"first_token_ms", MEMBER_AMOUNT, offsetof(struct answer_facts, first_token_ms)},
    {"total_ms", MEMBER_AMOUNT, offsetof(struct answer_facts, total_ms)},
    {"attempts", MEMBER_INT, offsetof(struct answer_facts, attempts)},
    {"dns_us", MEMBER_AMOUNT, offsetof(struct answer_facts, timing.dns_us)},
    {"connect_us", MEMBER_AMOUNT, offsetof(struct answer_facts, timing.connect_us)},
    {"tls_us", MEMBER_AMOUNT, offsetof(struct answer_facts, timing.tls_us)},
    {"first_byte_us", MEMBER_AMOUNT, offsetof(struct answer_facts, timing.first_byte_us)},
    {"reused", MEMBER_BOOL, offsetof(struct answer_facts, is_reused)},
    {NULL, MEMBER_TEXT, 0}};

/* By enum message_author, enum message_state, enum part_kind. */
const char *const recording_author_names[] = {"system", "user", "assistant", "tool",
                                              NULL};
const char *const recording_state_names[] = {"whole", "growing", "stopped", "failed",
                                             NULL};
const char *const recording_part_names[] = {"text",      "reasoning",   "refusal",
                                            "tool_call", "tool_result", "file",
                                            "image",     "opaque",      NULL};

int recording_find_name(const char *const *names, const char *name)
{
    for (int i = 0; name != NULL && names[i] != NULL; i++) {
        if (strcmp(names[i], name) == 0)
            return i;
    }
    return -1;
}

static void member_write(const struct recording_member *member, const void *at,
                         struct strbuf *line)
{
    const char *name = member->name;
    switch (member->type) {
    case MEMBER_TEXT: {
        const char *text = *(char *const *)at;
        if (text == NULL)
            return;
        strbuf_append_format(line, ",\"%s\":", name);
        json_append_string(line, text, strlen(text));
        return;
    }
    case MEMBER_BOOL:
        if (*(const bool *)at)
            strbuf_append_format(line, ",\"%s\":true", name);
        return;
    case MEMBER_INT:
        if (*(const int *)at != 0)
            strbuf_append_format(line, ",\"%s\":%d", name, *(const int *)at);
        return;
    case MEMBER_COUNT:
        if (*(const size_t *)at != 0)
            strbuf_append_format(line, ",\"%s\":%zu", name, *(const size_t *)at);
        return;
    case MEMBER_AMOUNT:
        if (*(const int64_t *)at >= 0)
            strbuf_append_format(line, ",\"%s\":%lld", name,
                                 (long long)*(const int64_t *)at);
        return;
    case MEMBER_DOUBLE:
        if (*(const double *)at >= 0 && isfinite(*(const double *)at))
            strbuf_append_format(line, ",\"%s\":%.17g", name, *(const double *)at);
        return;
    }
}

void recording_members_write(const struct recording_member *members, const void *object,
                             struct strbuf *line)
{
    for (const struct recording_member *member = members; member->name != NULL; member++)
        member_write(member, (const char *)object + member->offset, line);
}

/* A whole number from 0 to `max`, exactly. */
static bool is_whole(const cJSON *value, double max)
{
    return cJSON_IsNumber(value) && value->valuedouble >= 0 &&
           value->valuedouble <= max && floor(value->valuedouble) == value->valuedouble;
}

static bool member_read(const struct recording_member *member, const cJSON *value,
                        void *at)
{
    switch (member->type) {
    case MEMBER_TEXT:
        if (!cJSON_IsString(value))
            return false;
        mem_free(*(char **)at);
        *(char **)at = mem_strdup(value->valuestring);
        return true;
    case MEMBER_BOOL: *(bool *)at = cJSON_IsTrue(value); return cJSON_IsBool(value);
    case MEMBER_INT:
        if (!is_whole(value, 1e9))
            return false;
        *(int *)at = (int)value->valuedouble;
        return true;
    case MEMBER_COUNT:
        if (!is_whole(value, 1e9))
            return false;
        *(size_t *)at = (size_t)value->valuedouble;
        return true;
    case MEMBER_AMOUNT:
        if (!is_whole(value, WHOLE_MAX))
            return false;
        *(int64_t *)at = (int64_t)value->valuedouble;
        return true;
    case MEMBER_DOUBLE:
        *(double *)at = cJSON_IsNumber(value) ? value->valuedouble : -1;
        return cJSON_IsNumber(value) && isfinite(value->valuedouble);
    }
    return false;
}

bool recording_members_read(const struct recording_member *members, const cJSON *json,
                            void *object, const char **fault)
{
    for (const struct recording_member *member = members; member->name != NULL;
         member++) {
        void *at = (char *)object + member->offset;
        const cJSON *value = json_get(json, member->name);
        if (member->type == MEMBER_AMOUNT)
            *(int64_t *)at = -1;
        if (member->type == MEMBER_DOUBLE)
            *(double *)at = -1;
        if (value == NULL || cJSON_IsNull(value))
            continue;
        if (!member_read(member, value, at)) {
            *fault = member->name;
            return false;
        }
    }
    return true;
}

/* One table of plain members; what is an enum or a list is written out by hand. */
#include "src/chat/facts_json.h"

#include <string.h>

#include "src/base/compiler.h"
#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/chat/member_json.h"
#include "src/chat/message_words.h"

#define FACT(name, type, member, unknown)                                                \
    {                                                                                    \
        name, type, offsetof(struct answer_facts, member), unknown                       \
    }

static const struct member fact_members[] = {
    FACT("api", MEMBER_TEXT, api, 0),
    FACT("model", MEMBER_TEXT, model, 0),
    FACT("finish_raw", MEMBER_TEXT, finish_raw, 0),
    FACT("input_tokens", MEMBER_INT64, usage.input, -1),
    FACT("output_tokens", MEMBER_INT64, usage.output, -1),
    FACT("reasoning_tokens", MEMBER_INT64, usage.reasoning, -1),
    FACT("cached_tokens", MEMBER_INT64, usage.cached, -1),
    FACT("cost", MEMBER_DOUBLE, cost, -1),
    FACT("provider_code", MEMBER_TEXT, provider_code, 0),
    FACT("request_id", MEMBER_TEXT, request_id, 0),
    FACT("status", MEMBER_INT, status, 0),
    FACT("retry_after_ms", MEMBER_INT64, retry_after_ms, -1),
    FACT("first_token_ms", MEMBER_INT64, first_token_ms, -1),
    FACT("total_ms", MEMBER_INT64, total_ms, -1),
    FACT("attempts", MEMBER_INT, attempts, 0),
    FACT("dns_us", MEMBER_INT64, timing.dns_us, -1),
    FACT("connect_us", MEMBER_INT64, timing.connect_us, -1),
    FACT("tls_us", MEMBER_INT64, timing.tls_us, -1),
    FACT("first_byte_us", MEMBER_INT64, timing.first_byte_us, -1),
    FACT("is_reused", MEMBER_BOOL, is_reused, 0),
};

static void facts_append_tries(struct strbuf *out, const struct answer_facts *facts)
{
    member_json_name(out, "tries");
    strbuf_append_char(out, '[');
    for (size_t i = 0; i < facts->try_count; i++) {
        strbuf_append_text(out, i > 0 ? ",{" : "{");
        member_json_text(out, "model", facts->tries[i].model);
        member_json_text(out, "error", error_class_get(facts->tries[i].class)->name);
        strbuf_append_char(out, '}');
    }
    strbuf_append_char(out, ']');
}

void facts_json_append(struct strbuf *out, const struct answer_facts *facts)
{
    strbuf_append_char(out, '{');
    member_json_append(out, fact_members, COUNT_OF(fact_members), facts);
    if (facts->finish != FINISH_NONE)
        member_json_text(out, "finish", finish_name(facts->finish));
    if (facts->error.class != ERROR_NONE) {
        member_json_text(out, "error", error_class_get(facts->error.class)->name);
        member_json_text(out, "error_message", facts->error.message);
    }
    member_json_text(out, "http_version", facts->http_version);
    if (facts->try_count > 0)
        facts_append_tries(out, facts);
    strbuf_append_char(out, '}');
}

/* The class called `name`; ERROR_INTERNAL if there is none (a newer program's). */
static enum error_class facts_class(const char *name)
{
    for (size_t i = 0; i < ERROR_CLASS_COUNT && name != NULL; i++) {
        if (strcmp(error_class_get((enum error_class)i)->name, name) == 0)
            return (enum error_class)i;
    }
    return ERROR_INTERNAL;
}

static enum finish facts_finish(const char *name)
{
    for (size_t i = 0; i < FINISH_COUNT; i++) {
        if (strcmp(finish_name((enum finish)i), name) == 0)
            return (enum finish)i;
    }
    return FINISH_UNKNOWN;
}

static void facts_read_try(const struct json_item *item, struct answer_facts *facts)
{
    struct failed_try failed = {.class = ERROR_INTERNAL};
    struct json_item member;
    size_t at = 0;
    while (json_next_item(item->value, item->value_len, &at, &member)) {
        char *text = member_json_string(&member);
        if (text != NULL && member_json_is(&member, "model")) {
            mem_free(failed.model);
            failed.model = text;
            text = NULL;
        } else if (text != NULL && member_json_is(&member, "error")) {
            failed.class = facts_class(text);
        }
        mem_free(text);
    }
    if (failed.model == NULL)
        return;
    facts->tries =
        mem_resize_array(facts->tries, facts->try_count + 1, sizeof(facts->tries[0]));
    facts->tries[facts->try_count++] = failed;
}

/* The members that are not in the table. */
static void facts_read_special(const struct json_item *item, struct answer_facts *facts)
{
    struct json_item failed;
    size_t at = 0;
    char *text = member_json_string(item);
    if (member_json_is(item, "tries") && item->value[0] == '[') {
        while (json_next_item(item->value, item->value_len, &at, &failed)) {
            if (failed.value_len > 0 && failed.value[0] == '{')
                facts_read_try(&failed, facts);
        }
    } else if (text == NULL) {
        return;
    } else if (member_json_is(item, "finish")) {
        facts->finish = facts_finish(text);
    } else if (member_json_is(item, "error")) {
        facts->error.class = facts_class(text);
    } else if (member_json_is(item, "error_message")) {
        mem_free(facts->error.message);
        facts->error.message = text;
        text = NULL;
    } else if (member_json_is(item, "http_version")) {
        facts->http_version = message_http_version_word(text);
    }
    mem_free(text);
}

bool facts_json_read(const char *bytes, size_t len, struct answer_facts *facts)
{
    struct json_item item;
    size_t at = 0;
    if (len == 0 || bytes[0] != '{' || !json_is_valid(bytes, len))
        return false;
    while (json_next_item(bytes, len, &at, &item)) {
        if (!member_json_take(&item, fact_members, COUNT_OF(fact_members), facts))
            facts_read_special(&item, facts);
    }
    return true;
}

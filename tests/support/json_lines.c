/* The contract's members as a table of event, name and type. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/json_lines.h"

#include <string.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "src/base/utf8.h"

struct member_rule {
    const char *event;
    const char *name;
    int types; /* of cJSON, or-ed */
};

static const struct member_rule member_rules[] = {
    {"start", "model", cJSON_String},
    {"start", "provider", cJSON_String},
    {"start", "vars", cJSON_Object},
    {"state", "state", cJSON_String},
    {"state", "attempt", cJSON_Number},
    {"text", "text", cJSON_String},
    {"reasoning", "text", cJSON_String},
    {"refusal", "text", cJSON_String},
    {"tool_call", "id", cJSON_String},
    {"tool_call", "name", cJSON_String},
    {"tool_call", "arguments", cJSON_String},
    {"error", "class", cJSON_String},
    {"error", "status", cJSON_Number | cJSON_NULL},
    {"error", "message", cJSON_String},
    {"error", "provider_code", cJSON_String | cJSON_NULL},
    {"error", "request_id", cJSON_String | cJSON_NULL},
    {"error", "retryable", cJSON_True | cJSON_False},
    {"error", "partial", cJSON_True | cJSON_False},
    {"done", "finish", cJSON_String},
    {"done", "finish_raw", cJSON_String | cJSON_NULL},
    {"done", "text", cJSON_String},
    {"done", "reasoning", cJSON_String},
    {"done", "refusal", cJSON_String},
    {"done", "tool_calls", cJSON_Array},
    {"done", "usage", cJSON_Object},
    {"done", "cost", cJSON_Number | cJSON_NULL},
    {"done", "first_token", cJSON_Number | cJSON_NULL},
    {"done", "seconds", cJSON_Number},
    {"done", "attempts", cJSON_Number},
    {"done", "connection", cJSON_String | cJSON_NULL},
    {"done", "http", cJSON_String | cJSON_NULL},
    {"end", "chats", cJSON_Number},
    {"end", "failed", cJSON_Number},
    {"end", "seconds", cJSON_Number},
};

static const char *const state_names[] = {
    "queued", "connecting", "waiting", "streaming", "approval", "tools", "retrying"};

/* The member's type bit; cJSON keeps flags of its own above it. */
static int type_of(const cJSON *item)
{
    return item->type & 0xff;
}

static void check_members(const cJSON *line, const char *text)
{
    const char *event = json_lines_string(line, "event");
    bool is_known = false;
    for (size_t i = 0; i < COUNT_OF(member_rules); i++) {
        const struct member_rule *rule = &member_rules[i];
        if (strcmp(rule->event, event) != 0)
            continue;
        is_known = true;
        const cJSON *item = cJSON_GetObjectItemCaseSensitive(line, rule->name);
        if (item == NULL || (type_of(item) & rule->types) == 0)
            fail_msg("\"%s\" is missing or wrong in %s", rule->name, text);
    }
    if (!is_known)
        fail_msg("an event that nobody knows: %s", text);
    if (strcmp(event, "end") != 0)
        json_lines_number(line, "chat");
}

static void check_usage(const cJSON *line)
{
    static const char *const counts[] = {"input", "output", "reasoning", "cached"};
    const cJSON *usage = cJSON_GetObjectItemCaseSensitive(line, "usage");
    for (size_t i = 0; usage != NULL && i < COUNT_OF(counts); i++) {
        const cJSON *count = cJSON_GetObjectItemCaseSensitive(usage, counts[i]);
        assert_non_null(count);
        assert_true(cJSON_IsNumber(count) || cJSON_IsNull(count));
    }
}

static void check_state(const cJSON *line)
{
    if (strcmp(json_lines_string(line, "event"), "state") != 0)
        return;
    const char *name = json_lines_string(line, "state");
    for (size_t i = 0; i < COUNT_OF(state_names); i++) {
        if (strcmp(state_names[i], name) == 0)
            return;
    }
    fail_msg("a state that nobody knows: %s", name);
}

void json_lines_read(struct json_lines *lines, const char *text)
{
    *lines = (struct json_lines){0};
    assert_true(utf8_is_valid(text, strlen(text)));
    while (*text != '\0') {
        const size_t len = strcspn(text, "\n");
        assert_int_equal(text[len], '\n'); /* each line is whole */
        char *one = mem_strndup(text, len);
        const char *end = NULL;
        cJSON *line = cJSON_ParseWithOpts(one, &end, false);
        if (!cJSON_IsObject(line) || *end != '\0')
            fail_msg("not one JSON object: %s", one);
        check_members(line, one);
        check_usage(line);
        check_state(line);
        mem_free(one);
        lines->items =
            mem_grow(lines->items, &lines->cap, lines->len + 1, sizeof(lines->items[0]));
        lines->items[lines->len++] = line;
        text += len + 1;
    }
}

void json_lines_clear(struct json_lines *lines)
{
    for (size_t i = 0; i < lines->len; i++)
        cJSON_Delete(lines->items[i]);
    mem_free(lines->items);
    *lines = (struct json_lines){0};
}

const char *json_lines_string(const cJSON *line, const char *name)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(line, name);
    assert_non_null(item);
    if (cJSON_IsNull(item))
        return NULL;
    assert_true(cJSON_IsString(item));
    return item->valuestring;
}

double json_lines_number(const cJSON *line, const char *name)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(line, name);
    assert_non_null(item);
    assert_true(cJSON_IsNumber(item));
    return item->valuedouble;
}

bool json_lines_is_null(const cJSON *line, const char *name)
{
    return cJSON_IsNull(cJSON_GetObjectItemCaseSensitive(line, name));
}

static bool is_of_chat(const cJSON *line, int chat)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(line, "chat");
    return chat < 0 || (item != NULL && (int)item->valuedouble == chat);
}

const cJSON *json_lines_find(const struct json_lines *lines, const char *event, int chat,
                             size_t nth)
{
    for (size_t i = 0; i < lines->len; i++) {
        const cJSON *line = lines->items[i];
        if (is_of_chat(line, chat) &&
            strcmp(json_lines_string(line, "event"), event) == 0 && nth-- == 0)
            return line;
    }
    return NULL;
}

char *json_lines_story(const struct json_lines *lines, int chat)
{
    struct strbuf story;
    const char *previous = "";
    strbuf_init(&story, STRBUF_OWN_MAX);
    for (size_t i = 0; i < lines->len; i++) {
        const cJSON *line = lines->items[i];
        if (!is_of_chat(line, chat))
            continue;
        const char *word = json_lines_string(line, "event");
        if (strcmp(word, "state") == 0)
            word = json_lines_string(line, "state");
        if (strcmp(word, previous) != 0)
            strbuf_append_format(&story, "%s%s", story.len > 0 ? " " : "", word);
        previous = word;
    }
    return strbuf_take(&story);
}

/* The pieces of one kind put together are the member of `done`. */
static void check_pieces(const struct json_lines *lines, int chat, const char *event)
{
    struct strbuf joined;
    strbuf_init(&joined, STRBUF_OWN_MAX);
    for (size_t i = 0; i < lines->len; i++) {
        const cJSON *line = lines->items[i];
        if (is_of_chat(line, chat) &&
            strcmp(json_lines_string(line, "event"), event) == 0)
            strbuf_append_text(&joined, json_lines_string(line, "text"));
    }
    assert_string_equal(
        strbuf_text(&joined),
        json_lines_string(json_lines_find(lines, "done", chat, 0), event));
    strbuf_clear(&joined);
}

static void check_chat(const struct json_lines *lines, int chat)
{
    char *story = json_lines_story(lines, chat);
    const size_t len = strlen(story);
    if (strncmp(story, "start", 5) != 0 || len < 5 ||
        strcmp(story + len - 5, " done") != 0)
        fail_msg("chat %d goes: %s", chat, story);
    mem_free(story);
    assert_null(json_lines_find(lines, "start", chat, 1));
    assert_null(json_lines_find(lines, "done", chat, 1));
    check_pieces(lines, chat, "text");
    check_pieces(lines, chat, "reasoning");
    check_pieces(lines, chat, "refusal");
    const cJSON *done = json_lines_find(lines, "done", chat, 0);
    const bool has_failed = strcmp(json_lines_string(done, "finish"), "error") == 0;
    assert_int_equal(json_lines_find(lines, "error", chat, 0) != NULL, has_failed);
    assert_null(json_lines_find(lines, "error", chat, 1));
    if (has_failed)
        assert_int_equal(
            cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(done, "tool_calls")), 0);
}

void json_lines_check_run(const struct json_lines *lines, size_t chats)
{
    assert_true(lines->len > 0);
    const cJSON *end = lines->items[lines->len - 1];
    assert_string_equal(json_lines_string(end, "event"), "end");
    assert_null(json_lines_find(lines, "end", -1, 1));
    assert_int_equal((size_t)json_lines_number(end, "chats"), chats);
    size_t failed = 0;
    for (size_t chat = 0; chat < chats; chat++) {
        check_chat(lines, (int)chat);
        const cJSON *done = json_lines_find(lines, "done", (int)chat, 0);
        const char *finish = json_lines_string(done, "finish");
        failed += strcmp(finish, "error") == 0 || strcmp(finish, "cancelled") == 0;
    }
    assert_int_equal((size_t)json_lines_number(end, "failed"), failed);
    assert_null(json_lines_find(lines, "start", (int)chats, 0));
}

/*
 * Messages hold blocks: results of tools stand in a person's message, ahead of the words.
 * As the service does, thoughts are taken back only with the signature they were sent
 * with.
 */
#include "src/demo/demo_anthropic_chat.h"

#include <string.h>

#include "src/demo/demo_chat.h"

#define TEXT_MAX ((size_t)64 << 20)

void demo_anthropic_append_signature(struct strbuf *out, const char *thought)
{
    strbuf_append_format(
        out, "ZGVtbw%016llx==", (unsigned long long)demo_chat_hash_text(thought));
}

/* Refuses "messages.INDEX: PROBLEM". */
static bool refuse(struct demo_refusal *refusal, size_t index, const char *problem)
{
    demo_refusal_set(refusal, DEMO_PROBLEM_REQUEST, NULL, "messages.%zu: %s", index,
                     problem);
    return false;
}

static bool has_type(const cJSON *block, const char *type)
{
    const char *word = json_get_string(block, "type");
    return word != NULL && strcmp(word, type) == 0;
}

/* True for blocks that are read elsewhere. */
static bool is_apart(const cJSON *block)
{
    return has_type(block, "tool_use") || has_type(block, "tool_result") ||
           has_type(block, "thinking") || has_type(block, "redacted_thinking");
}

/* Joins the text blocks by line ends, names the other ones; false for an empty text. */
static bool join_text(struct strbuf *out, const cJSON *content)
{
    const cJSON *block = NULL;
    if (cJSON_IsString(content))
        demo_chat_append_clean(out, content->valuestring);
    cJSON_ArrayForEach(block, content)
    {
        const char *type = json_get_string(block, "type");
        const char *text = json_get_string(block, "text");
        const bool is_text = has_type(block, "text");
        if (type == NULL ||
            (is_text && (text == NULL || text[strspn(text, " \t\r\n")] == '\0')))
            return false;
        if (is_apart(block))
            continue;
        if (out->len > 0)
            strbuf_append_char(out, '\n');
        if (is_text)
            demo_chat_append_clean(out, text);
        else
            strbuf_append_format(out, "[%.40s]", type);
    }
    return true;
}

/* A thought has to have the signature it was sent with. */
static bool check_thought(const cJSON *block)
{
    const char *thought = json_get_string(block, "thinking");
    const char *signature = json_get_string(block, "signature");
    struct strbuf expected;
    strbuf_init(&expected, STRBUF_OWN_MAX);
    demo_anthropic_append_signature(&expected, thought != NULL ? thought : "");
    const bool is_ours =
        signature != NULL && strcmp(signature, strbuf_text(&expected)) == 0;
    strbuf_clear(&expected);
    return is_ours;
}

static bool read_answer(struct demo_message *message, const cJSON *content, size_t index,
                        struct demo_refusal *refusal)
{
    const cJSON *block = NULL;
    if (!cJSON_IsArray(content))
        return true;
    cJSON_ArrayForEach(block, content)
    {
        const char *id = json_get_string(block, "id");
        const char *name = json_get_string(block, "name");
        if (has_type(block, "thinking") && !check_thought(block))
            return refuse(refusal, index, "Invalid `signature` in `thinking` block");
        if (!has_type(block, "tool_use"))
            continue;
        if (id == NULL || name == NULL || !cJSON_IsObject(json_get(block, "input")))
            return refuse(refusal, index, "tool_use: id, name and input are required");
        demo_message_add_call(message, id, name);
    }
    return true;
}

/* Adds a message for each result; they have to stand ahead of all else. */
static bool read_results(struct demo_chat *chat, const cJSON *content, size_t index,
                         struct demo_refusal *refusal)
{
    const cJSON *block = NULL;
    bool has_other = false;
    if (!cJSON_IsArray(content))
        return true;
    cJSON_ArrayForEach(block, content)
    {
        if (!has_type(block, "tool_result")) {
            has_other = true;
            continue;
        }
        const char *id = json_get_string(block, "tool_use_id");
        if (id == NULL || has_other)
            return refuse(refusal, index,
                          "tool_result: results come first and name their tool_use_id");
        struct demo_message *message = demo_chat_add(chat, DEMO_ROLE_TOOL);
        struct strbuf text;
        strbuf_init(&text, TEXT_MAX);
        join_text(&text, json_get(block, "content"));
        demo_message_take_text(message, &text);
        demo_message_set_result(message, id);
    }
    return true;
}

/* True if the content has anything but results of tools. */
static bool has_words(const cJSON *content)
{
    const cJSON *block = NULL;
    if (!cJSON_IsArray(content))
        return true;
    cJSON_ArrayForEach(block, content)
    {
        if (!has_type(block, "tool_result"))
            return true;
    }
    return cJSON_GetArraySize(content) == 0;
}

static bool read_message(struct demo_chat *chat, const cJSON *object, size_t index,
                         struct demo_refusal *refusal)
{
    const char *role = json_get_string(object, "role");
    const cJSON *content = json_get(object, "content");
    const bool is_answer = role != NULL && strcmp(role, "assistant") == 0;
    if (role == NULL || (!is_answer && strcmp(role, "user") != 0))
        return refuse(refusal, index, "role: expected user or assistant");
    if (!cJSON_IsArray(content) && !cJSON_IsString(content))
        return refuse(refusal, index, "content: expected a string or a list of blocks");
    if (!is_answer && !read_results(chat, content, index, refusal))
        return false;
    if (!is_answer && !has_words(content))
        return true;
    struct strbuf text;
    strbuf_init(&text, TEXT_MAX);
    const bool is_ok = join_text(&text, content);
    struct demo_message *message =
        demo_chat_add(chat, is_answer ? DEMO_ROLE_ASSISTANT : DEMO_ROLE_USER);
    demo_message_take_text(message, &text);
    if (!is_ok)
        return refuse(refusal, index,
                      "text content blocks must contain non-whitespace text");
    return !is_answer || read_answer(message, content, index, refusal);
}

static bool read_messages(struct demo_chat *chat, const cJSON *root,
                          struct demo_refusal *refusal)
{
    const cJSON *item = NULL;
    size_t index = 0;
    cJSON_ArrayForEach(item, json_get(root, "messages"))
    {
        if (!read_message(chat, item, index++, refusal))
            return false;
    }
    const struct demo_message *last = demo_chat_last(chat);
    if (index == 0)
        return refuse(refusal, 0, "at least one message is required");
    return last->role != DEMO_ROLE_ASSISTANT ||
           refuse(refusal, index - 1,
                  "This model does not support assistant message prefill. The "
                  "conversation must end with a user message.");
}

static bool read_system(struct demo_chat *chat, const cJSON *root,
                        struct demo_refusal *refusal)
{
    const cJSON *system = json_get(root, "system");
    if (!json_has(root, "system"))
        return true;
    struct strbuf text;
    strbuf_init(&text, TEXT_MAX);
    const bool is_ok =
        (cJSON_IsArray(system) || cJSON_IsString(system)) && join_text(&text, system);
    demo_message_take_text(demo_chat_add(chat, DEMO_ROLE_SYSTEM), &text);
    if (!is_ok)
        demo_refusal_set(refusal, DEMO_PROBLEM_REQUEST, NULL,
                         "system: text content blocks must be non-empty");
    return is_ok;
}

bool demo_anthropic_read(struct demo_chat *chat, const cJSON *root,
                         struct demo_refusal *refusal)
{
    if (!json_has(root, "max_tokens")) {
        demo_refusal_set(refusal, DEMO_PROBLEM_REQUEST, NULL,
                         "max_tokens: Field required");
        return false;
    }
    chat->is_streaming = cJSON_IsTrue(json_get(root, "stream"));
    chat->allows_tools = !has_type(json_get(root, "tool_choice"), "none");
    return demo_chat_read_limit(chat, root, "max_tokens", refusal) &&
           read_system(chat, root, refusal) && read_messages(chat, root, refusal);
}

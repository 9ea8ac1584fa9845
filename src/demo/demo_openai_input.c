/*
 * The conversation is a flat list of items: an answer is what stands between two of a
 * person's messages or results. As the service does, reasoning is taken back only whole
 * and together with what it led to.
 */
#include "src/demo/demo_openai_input.h"

#include <string.h>

#include "src/demo/demo_chat.h"

#define TEXT_MAX ((size_t)64 << 20)

/* What is known while the items are walked through. */
struct input_walk {
    struct demo_chat *chat;
    struct demo_refusal *refusal;
    size_t index;
    const char *reasoning_id; /* of reasoning whose outcome has not come yet, or NULL */
};

void demo_openai_input_append_secret(struct strbuf *out, const char *id)
{
    strbuf_append_format(out, "gAAAdemo%016llx",
                         (unsigned long long)demo_chat_hash_text(id));
}

static bool refuse(const struct input_walk *walk, const char *member, const char *problem)
{
    return demo_refuse_item(walk->refusal, "input", walk->index, member, problem);
}

/* The answer that the item belongs to: the last message if it is one. */
static struct demo_message *find_answer(struct demo_chat *chat)
{
    struct demo_message *last = demo_chat_last(chat);
    if (last != NULL && last->role == DEMO_ROLE_ASSISTANT)
        return last;
    return demo_chat_add(chat, DEMO_ROLE_ASSISTANT);
}

static bool read_content(struct strbuf *out, const cJSON *content, bool is_answer)
{
    if (cJSON_IsString(content)) {
        demo_chat_append_clean(out, content->valuestring);
        return true;
    }
    return cJSON_IsArray(content) &&
           demo_chat_join_parts(out, content,
                                is_answer ? "output_text refusal" : "input_text");
}

static bool read_message(struct input_walk *walk, const cJSON *item)
{
    const char *role = json_get_string(item, "role");
    const bool is_answer = role != NULL && strcmp(role, "assistant") == 0;
    const bool is_user = role != NULL && strcmp(role, "user") == 0;
    if (role == NULL || (!is_answer && !is_user && strcmp(role, "system") != 0 &&
                         strcmp(role, "developer") != 0))
        return refuse(walk, "role", "expected user, assistant, system or developer");
    struct strbuf text;
    strbuf_init(&text, TEXT_MAX);
    const bool is_ok = read_content(&text, json_get(item, "content"), is_answer);
    struct demo_message *message =
        is_answer
            ? find_answer(walk->chat)
            : demo_chat_add(walk->chat, is_user ? DEMO_ROLE_USER : DEMO_ROLE_SYSTEM);
    demo_message_take_text(message, &text);
    if (is_answer)
        walk->reasoning_id = NULL;
    return is_ok || refuse(walk, "content",
                           "expected a string or parts of type input_text, for an "
                           "assistant output_text");
}

static bool read_reasoning(struct input_walk *walk, const cJSON *item)
{
    const char *id = json_get_string(item, "id");
    const char *content = json_get_string(item, "encrypted_content");
    if (id == NULL || !cJSON_IsArray(json_get(item, "summary")))
        return refuse(walk, "summary", "reasoning needs an id and a summary");
    struct strbuf expected;
    strbuf_init(&expected, STRBUF_OWN_MAX);
    demo_openai_input_append_secret(&expected, id);
    const bool is_ours = content != NULL && strcmp(content, strbuf_text(&expected)) == 0;
    strbuf_clear(&expected);
    walk->reasoning_id = id;
    return is_ours || refuse(walk, "encrypted_content",
                             "it is missing or could not be verified, and items are not "
                             "persisted");
}

static bool read_call(struct input_walk *walk, const cJSON *item)
{
    const char *id = json_get_string(item, "call_id");
    const char *name = json_get_string(item, "name");
    const char *arguments = json_get_string(item, "arguments");
    if (id == NULL || name == NULL || arguments == NULL ||
        !json_is_valid(arguments, strlen(arguments)))
        return refuse(walk, "arguments",
                      "a call needs call_id, name, and arguments that are JSON as a "
                      "string");
    demo_message_add_call(find_answer(walk->chat), id, name);
    walk->reasoning_id = NULL;
    return true;
}

static bool read_output(struct input_walk *walk, const cJSON *item)
{
    const char *id = json_get_string(item, "call_id");
    const char *output = json_get_string(item, "output");
    if (id == NULL || output == NULL)
        return refuse(walk, "output", "a result needs call_id and output");
    struct demo_message *message = demo_chat_add(walk->chat, DEMO_ROLE_TOOL);
    struct strbuf text;
    strbuf_init(&text, TEXT_MAX);
    demo_chat_append_clean(&text, output);
    demo_message_take_text(message, &text);
    demo_message_set_result(message, id);
    return true;
}

static bool read_item(struct input_walk *walk, const cJSON *item)
{
    const char *type = json_get_string(item, "type");
    if (type == NULL || strcmp(type, "message") == 0)
        return read_message(walk, item);
    if (strcmp(type, "reasoning") == 0)
        return read_reasoning(walk, item);
    if (strcmp(type, "function_call") == 0)
        return read_call(walk, item);
    if (strcmp(type, "function_call_output") == 0)
        return read_output(walk, item);
    return refuse(walk, "type", "there is no such item");
}

/* True unless reasoning was left without what it led to, which the item (NULL: the end)
 * is not. */
static bool check_reasoning(const struct input_walk *walk, const cJSON *item)
{
    const char *type = json_get_string(item, "type");
    const char *role = json_get_string(item, "role");
    const bool goes_on = (role != NULL && strcmp(role, "assistant") == 0) ||
                         (type != NULL && (strcmp(type, "function_call") == 0 ||
                                           strcmp(type, "reasoning") == 0));
    if (walk->reasoning_id == NULL || goes_on)
        return true;
    demo_refusal_set(walk->refusal, DEMO_PROBLEM_REQUEST, "input",
                     "Item '%.60s' of type 'reasoning' was provided without its required "
                     "following item.",
                     walk->reasoning_id);
    return false;
}

static bool read_items(struct demo_chat *chat, const cJSON *input,
                       struct demo_refusal *refusal)
{
    struct input_walk walk = {.chat = chat, .refusal = refusal};
    const cJSON *item = NULL;
    cJSON_ArrayForEach(item, input)
    {
        if (!check_reasoning(&walk, item) || !read_item(&walk, item))
            return false;
        walk.index++;
    }
    return check_reasoning(&walk, NULL);
}

static void add_text(struct demo_chat *chat, enum demo_role role, const char *words)
{
    struct strbuf text;
    strbuf_init(&text, TEXT_MAX);
    demo_chat_append_clean(&text, words);
    demo_message_take_text(demo_chat_add(chat, role), &text);
}

bool demo_openai_input_read(struct demo_chat *chat, const cJSON *root,
                            struct demo_refusal *refusal)
{
    const cJSON *input = json_get(root, "input");
    const char *instructions = json_get_string(root, "instructions");
    const char *choice = json_get_string(root, "tool_choice");
    chat->is_streaming = cJSON_IsTrue(json_get(root, "stream"));
    chat->allows_tools = choice == NULL || strcmp(choice, "none") != 0;
    if (!demo_chat_read_limit(chat, root, "max_output_tokens", refusal))
        return false;
    if (instructions != NULL)
        add_text(chat, DEMO_ROLE_SYSTEM, instructions);
    if (cJSON_IsString(input)) {
        add_text(chat, DEMO_ROLE_USER, input->valuestring);
        return true;
    }
    if (!cJSON_IsArray(input) || cJSON_GetArraySize(input) == 0)
        return demo_refuse(refusal, "input", "expected a string or a list of items");
    return read_items(chat, input, refusal);
}

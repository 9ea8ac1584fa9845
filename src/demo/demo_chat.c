/*
 * The reader walks the cJSON tree once. A helper that finds a fault fills the refusal and
 * returns false; the message names the member in OpenAI's way ("messages[2].content").
 */
#include "src/demo/demo_chat.h"

#include <string.h>

#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "src/demo/demo_model.h"
#include "src/demo/demo_token.h"

/* Limits on what strangers send; far above anything sensible. */
#define TEXT_MAX       ((size_t)64 << 20)
#define MODEL_TEXT_MAX 400

struct role_word {
    const char *word;
    enum demo_role role;
};

static const struct role_word role_words[] = {
    {"system", DEMO_ROLE_SYSTEM}, {"developer", DEMO_ROLE_SYSTEM},
    {"user", DEMO_ROLE_USER},     {"assistant", DEMO_ROLE_ASSISTANT},
    {"tool", DEMO_ROLE_TOOL},
};

static bool refuse_member(struct demo_refusal *refusal, const char *member,
                          const char *problem)
{
    const struct demo_error_words words = {"invalid_request_error", "invalid_value",
                                           member};
    demo_refusal_set(refusal, 400, words, "Invalid value for '%s': %s.", member, problem);
    return false;
}

static bool refuse_message(struct demo_refusal *refusal, size_t index, const char *member,
                           const char *problem)
{
    char *name = strbuf_format("messages[%zu].%s", index, member);
    refuse_member(refusal, name, problem);
    mem_free(name);
    return false;
}

/* Appends text from the parser with surrogate halves mended. */
static void append_clean(struct strbuf *out, const char *text)
{
    uint16_t pending = 0;
    json_join_halves(out, text, &pending);
    json_flush_half(out, &pending);
}

static char *clean_copy(const char *text)
{
    struct strbuf out;
    strbuf_init(&out, TEXT_MAX);
    append_clean(&out, text != NULL ? text : "");
    return strbuf_take(&out);
}

/* Joins the text parts of a content array; false if a part has no type. */
static bool read_parts(struct strbuf *out, const cJSON *parts)
{
    const cJSON *part = NULL;
    cJSON_ArrayForEach(part, parts)
    {
        const char *type = json_get_string(part, "type");
        if (type == NULL)
            return false;
        const bool is_text = strcmp(type, "text") == 0;
        const char *text = json_get_string(part, "text");
        if (is_text && text == NULL)
            return false;
        if (out->len > 0)
            strbuf_append_char(out, '\n');
        if (is_text)
            append_clean(out, text);
        else
            strbuf_append_format(out, "[%.40s]", type);
    }
    return true;
}

static bool read_content(struct demo_message *message, const cJSON *object, size_t index,
                         struct demo_refusal *refusal)
{
    const cJSON *content = json_get(object, "content");
    struct strbuf text;
    strbuf_init(&text, TEXT_MAX);
    bool is_ok = true;
    if (cJSON_IsString(content))
        append_clean(&text, content->valuestring);
    else if (cJSON_IsArray(content))
        is_ok = read_parts(&text, content);
    else
        is_ok = message->role == DEMO_ROLE_ASSISTANT && !json_has(object, "content") &&
                message->call_count > 0;
    message->text = strbuf_take(&text);
    return is_ok || refuse_message(refusal, index, "content",
                                   "expected a string or an array of content parts");
}

static bool read_calls(struct demo_message *message, const cJSON *object, size_t index,
                       struct demo_refusal *refusal)
{
    const cJSON *calls = json_get(object, "tool_calls");
    if (!cJSON_IsArray(calls) || message->role != DEMO_ROLE_ASSISTANT)
        return true;
    const size_t count = (size_t)cJSON_GetArraySize(calls);
    message->calls = mem_alloc_array(count, sizeof(message->calls[0]));
    const cJSON *item = NULL;
    cJSON_ArrayForEach(item, calls)
    {
        const cJSON *function = json_get(item, "function");
        const char *arguments = json_get_string(function, "arguments");
        struct demo_past_call *call = &message->calls[message->call_count++];
        call->id = clean_copy(json_get_string(item, "id"));
        call->name = clean_copy(json_get_string(function, "name"));
        if (*call->id == '\0' || *call->name == '\0' || arguments == NULL)
            return refuse_message(refusal, index, "tool_calls",
                                  "each call needs an id, a function name and arguments "
                                  "as a string");
        if (!json_is_valid(arguments, strlen(arguments)))
            return refuse_message(refusal, index, "tool_calls",
                                  "the arguments of a call are not JSON");
    }
    return true;
}

static bool read_role(struct demo_message *message, const cJSON *object, size_t index,
                      struct demo_refusal *refusal)
{
    const char *role = json_get_string(object, "role");
    for (size_t i = 0; role != NULL && i < COUNT_OF(role_words); i++) {
        if (strcmp(role_words[i].word, role) == 0) {
            message->role = role_words[i].role;
            return true;
        }
    }
    return refuse_message(refusal, index, "role",
                          "expected one of system, developer, user, assistant, tool");
}

static bool read_message(struct demo_message *message, const cJSON *object, size_t index,
                         struct demo_refusal *refusal)
{
    if (!read_role(message, object, index, refusal) ||
        !read_calls(message, object, index, refusal) ||
        !read_content(message, object, index, refusal))
        return false;
    if (message->role != DEMO_ROLE_TOOL)
        return true;
    message->tool_call_id = clean_copy(json_get_string(object, "tool_call_id"));
    return *message->tool_call_id != '\0' ||
           refuse_message(refusal, index, "tool_call_id", "expected the id of a call");
}

/* Marks the call that a tool message answers; false if there is none. */
static bool answer_call(struct demo_message *asking, const struct demo_message *result)
{
    for (size_t i = 0; asking != NULL && i < asking->call_count; i++) {
        if (strcmp(asking->calls[i].id, result->tool_call_id) == 0) {
            asking->calls[i].is_answered = true;
            return true;
        }
    }
    return false;
}

static bool has_all_answers(const struct demo_message *asking,
                            struct demo_refusal *refusal)
{
    const struct demo_error_words words = {"invalid_request_error", NULL, "messages"};
    for (size_t i = 0; asking != NULL && i < asking->call_count; i++) {
        if (asking->calls[i].is_answered)
            continue;
        demo_refusal_set(
            refusal, 400, words,
            "An assistant message with 'tool_calls' must be followed by tool "
            "messages responding to each 'tool_call_id'. The following "
            "tool_call_ids did not have response messages: %.100s",
            asking->calls[i].id);
        return false;
    }
    return true;
}

/* Checks that every tool call is followed at once by its result, and nothing else is. */
static bool check_tool_order(struct demo_chat *chat, struct demo_refusal *refusal)
{
    struct demo_message *asking = NULL;
    for (size_t i = 0; i < chat->message_count; i++) {
        struct demo_message *message = &chat->messages[i];
        if (message->role == DEMO_ROLE_TOOL) {
            if (!answer_call(asking, message))
                return refuse_message(refusal, i, "role",
                                      "messages with role 'tool' must be a response to a "
                                      "preceding message with 'tool_calls'");
            continue;
        }
        if (!has_all_answers(asking, refusal))
            return false;
        asking = message->call_count > 0 ? message : NULL;
    }
    return has_all_answers(asking, refusal);
}

static bool read_messages(struct demo_chat *chat, const cJSON *root,
                          struct demo_refusal *refusal)
{
    const cJSON *messages = json_get(root, "messages");
    const int count = cJSON_IsArray(messages) ? cJSON_GetArraySize(messages) : 0;
    if (count == 0)
        return refuse_member(refusal, "messages", "expected an array with a message");
    chat->messages = mem_alloc_array((size_t)count, sizeof(chat->messages[0]));
    const cJSON *item = NULL;
    cJSON_ArrayForEach(item, messages)
    {
        const size_t index = chat->message_count++;
        if (!read_message(&chat->messages[index], item, index, refusal))
            return false;
    }
    return check_tool_order(chat, refusal);
}

/* Reads a limit on the answer; the newer name wins where both are given. */
static bool read_max_tokens(struct demo_chat *chat, const cJSON *root,
                            struct demo_refusal *refusal)
{
    static const char *const names[] = {"max_tokens", "max_completion_tokens"};
    chat->max_tokens = -1;
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        if (!json_has(root, names[i]))
            continue;
        if (!json_get_int(root, names[i], &chat->max_tokens) || chat->max_tokens < 1)
            return refuse_member(refusal, names[i], "expected a whole number from 1");
    }
    return true;
}

static bool read_options(struct demo_chat *chat, const cJSON *root,
                         struct demo_refusal *refusal)
{
    const cJSON *stream = json_get(root, "stream");
    if (json_has(root, "stream") && !cJSON_IsBool(stream))
        return refuse_member(refusal, "stream", "expected true or false");
    chat->is_streaming = cJSON_IsTrue(stream);
    const cJSON *options = json_get(root, "stream_options");
    if (json_has(root, "stream_options") && !chat->is_streaming)
        return refuse_member(refusal, "stream_options",
                             "it is only allowed when 'stream' is true");
    chat->wants_usage = cJSON_IsTrue(json_get(options, "include_usage"));
    const char *choice = json_get_string(root, "tool_choice");
    chat->allows_tools = choice == NULL || strcmp(choice, "none") != 0;
    int64_t seed = 0;
    if (!chat->params.has_seed && json_get_int(root, "seed", &seed)) {
        chat->params.seed = (uint64_t)seed;
        chat->params.has_seed = true;
    }
    return read_max_tokens(chat, root, refusal);
}

/* Finds the model and reads the parameters in its name. */
static bool read_model(struct demo_chat *chat, const cJSON *root,
                       struct demo_refusal *refusal)
{
    const char *text = json_get_string(root, "model");
    if (text == NULL || *text == '\0')
        return refuse_member(refusal, "model", "you must provide a model");
    chat->model_text = clean_copy(text);
    const char *query = NULL;
    chat->model = strlen(chat->model_text) <= MODEL_TEXT_MAX
                      ? demo_model_find(chat->model_text, &query)
                      : NULL;
    if (chat->model == NULL) {
        const struct demo_error_words words = {"invalid_request_error", "model_not_found",
                                               "model"};
        demo_refusal_set(refusal, 404, words,
                         "The model `%.100s` does not exist or you do not have access to "
                         "it.",
                         chat->model_text);
        return false;
    }
    chat->params = chat->model->defaults;
    struct error err = {.class = ERROR_NONE};
    const char *culprit = "model";
    if (demo_params_parse(&chat->params, query, &culprit, &err))
        return true;
    const struct demo_error_words words = {"invalid_request_error", "invalid_value",
                                           culprit};
    demo_refusal_set(refusal, 400, words, "Invalid value: %s.", error_text(&err));
    error_clear(&err);
    return false;
}

/* FNV-1a over the text and a separator that no text holds. */
static uint64_t hash_text(uint64_t hash, const char *text)
{
    for (const char *at = text; *at != '\0'; at++)
        hash = (hash ^ (unsigned char)*at) * 0x100000001b3u;
    return (hash ^ 0xffu) * 0x100000001b3u;
}

static void compute_hash(struct demo_chat *chat, uint64_t server_seed)
{
    uint64_t hash = hash_text(0xcbf29ce484222325u, chat->model_text);
    for (size_t i = 0; i < chat->message_count; i++) {
        const struct demo_message *message = &chat->messages[i];
        hash = (hash ^ (uint64_t)message->role) * 0x100000001b3u;
        hash = hash_text(hash, message->text);
        for (size_t call = 0; call < message->call_count; call++)
            hash = hash_text(hash, message->calls[call].id);
    }
    chat->hash = hash;
    const uint64_t seed = chat->params.has_seed ? chat->params.seed : server_seed;
    chat->seed = hash ^ (seed * 0x9e3779b97f4a7c15u);
}

bool demo_chat_parse(struct demo_chat *chat, const char *body, size_t len,
                     uint64_t server_seed, struct demo_refusal *refusal)
{
    *chat = (struct demo_chat){.max_tokens = -1};
    cJSON *root = json_parse(body, len);
    if (!cJSON_IsObject(root)) {
        const struct demo_error_words words = {"invalid_request_error", NULL, NULL};
        demo_refusal_set(refusal, 400, words,
                         "We could not parse the JSON body of your request.");
        cJSON_Delete(root);
        return false;
    }
    const bool is_ok = read_model(chat, root, refusal) &&
                       read_options(chat, root, refusal) &&
                       read_messages(chat, root, refusal);
    cJSON_Delete(root);
    if (is_ok)
        compute_hash(chat, server_seed);
    return is_ok;
}

const char *demo_chat_prompt(const struct demo_chat *chat)
{
    for (size_t i = chat->message_count; i > 0; i--) {
        if (chat->messages[i - 1].role == DEMO_ROLE_USER)
            return chat->messages[i - 1].text;
    }
    return "";
}

size_t demo_chat_user_count(const struct demo_chat *chat)
{
    size_t count = 0;
    for (size_t i = 0; i < chat->message_count; i++)
        count += chat->messages[i].role == DEMO_ROLE_USER;
    return count;
}

int64_t demo_chat_prompt_tokens(const struct demo_chat *chat)
{
    size_t tokens = 3;
    for (size_t i = 0; i < chat->message_count; i++) {
        const char *text = chat->messages[i].text;
        tokens += 4 + demo_token_count(text, strlen(text));
    }
    return (int64_t)tokens;
}

void demo_chat_clear(struct demo_chat *chat)
{
    for (size_t i = 0; i < chat->message_count; i++) {
        struct demo_message *message = &chat->messages[i];
        for (size_t call = 0; call < message->call_count; call++) {
            mem_free(message->calls[call].id);
            mem_free(message->calls[call].name);
        }
        mem_free(message->calls);
        mem_free(message->text);
        mem_free(message->tool_call_id);
    }
    mem_free(chat->messages);
    mem_free(chat->model_text);
    *chat = (struct demo_chat){.max_tokens = -1};
}

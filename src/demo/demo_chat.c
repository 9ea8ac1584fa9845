/*
 * What is the same in all protocols: finding the model, the order of calls and results,
 * and the hash from which everything random in an answer is made. A helper that finds a
 * fault fills the refusal and returns false.
 */
#include "src/demo/demo_chat.h"

#include <string.h>

#include "src/base/mem.h"
#include "src/demo/demo_model.h"
#include "src/demo/demo_token.h"

/* Limits on what strangers send; far above anything sensible. */
#define TEXT_MAX       ((size_t)64 << 20)
#define MODEL_TEXT_MAX 400

#define HASH_START 0xcbf29ce484222325u
#define HASH_STEP  0x100000001b3u

/* ---- for the readers --------------------------------------------------------------- */

void demo_chat_append_clean(struct strbuf *out, const char *text)
{
    uint16_t pending = 0;
    json_join_halves(out, text, &pending);
    json_flush_half(out, &pending);
}

static char *clean_copy(const char *text)
{
    struct strbuf out;
    strbuf_init(&out, TEXT_MAX);
    demo_chat_append_clean(&out, text != NULL ? text : "");
    return strbuf_take(&out);
}

struct demo_message *demo_chat_add(struct demo_chat *chat, enum demo_role role)
{
    chat->messages = mem_grow(chat->messages, &chat->message_cap, chat->message_count + 1,
                              sizeof(chat->messages[0]));
    struct demo_message *message = &chat->messages[chat->message_count++];
    *message = (struct demo_message){.role = role, .text = mem_strdup("")};
    return message;
}

struct demo_message *demo_chat_last(const struct demo_chat *chat)
{
    return chat->message_count > 0 ? &chat->messages[chat->message_count - 1] : NULL;
}

void demo_message_take_text(struct demo_message *message, struct strbuf *text)
{
    mem_free(message->text);
    message->text = strbuf_take(text);
}

void demo_message_add_call(struct demo_message *message, const char *id, const char *name)
{
    message->calls = mem_grow(message->calls, &message->call_cap, message->call_count + 1,
                              sizeof(message->calls[0]));
    message->calls[message->call_count++] =
        (struct demo_past_call){.id = clean_copy(id), .name = clean_copy(name)};
}

const char *demo_chat_claim_call(struct demo_chat *chat, const char *name)
{
    size_t at = chat->message_count;
    while (at > 0 && chat->messages[at - 1].role == DEMO_ROLE_TOOL)
        at--;
    struct demo_message *asking = at > 0 ? &chat->messages[at - 1] : NULL;
    for (size_t i = 0; asking != NULL && i < asking->call_count; i++) {
        struct demo_past_call *call = &asking->calls[i];
        if (!call->is_answered && strcmp(call->name, name) == 0) {
            call->is_answered = true;
            return call->id;
        }
    }
    return NULL;
}

void demo_message_set_result(struct demo_message *message, const char *call_id)
{
    mem_free(message->tool_call_id);
    message->tool_call_id = clean_copy(call_id);
}

/* True if `word` is one of the words between spaces. */
static bool has_word(const char *words, const char *word)
{
    const size_t len = strlen(word);
    for (const char *at = words; *at != '\0'; at += *at == ' ') {
        const size_t word_len = strcspn(at, " ");
        if (word_len == len && memcmp(at, word, len) == 0)
            return true;
        at += word_len;
    }
    return false;
}

bool demo_chat_join_parts(struct strbuf *out, const cJSON *parts, const char *types)
{
    const cJSON *part = NULL;
    cJSON_ArrayForEach(part, parts)
    {
        const char *type = json_get_string(part, "type");
        if (type == NULL)
            return false;
        const bool is_text = has_word(types, type);
        const char *text = json_get_string(part, "text");
        if (is_text && text == NULL)
            return false;
        if (out->len > 0)
            strbuf_append_char(out, '\n');
        if (is_text)
            demo_chat_append_clean(out, text);
        else
            strbuf_append_format(out, "[%.40s]", type);
    }
    return true;
}

bool demo_chat_read_limit(struct demo_chat *chat, const cJSON *object, const char *name,
                          struct demo_refusal *refusal)
{
    if (!json_has(object, name))
        return true;
    return (json_get_int(object, name, &chat->max_tokens) && chat->max_tokens >= 1) ||
           demo_refuse(refusal, name, "expected a whole number from 1");
}

void demo_chat_read_seed(struct demo_chat *chat, const cJSON *object)
{
    int64_t seed = 0;
    if (chat->params.has_seed || !json_get_int(object, "seed", &seed))
        return;
    chat->params.seed = (uint64_t)seed;
    chat->params.has_seed = true;
}

/* FNV-1a over the text and a separator that no text holds. */
static uint64_t hash_text(uint64_t hash, const char *text)
{
    for (const char *at = text; *at != '\0'; at++)
        hash = (hash ^ (unsigned char)*at) * HASH_STEP;
    return (hash ^ 0xffu) * HASH_STEP;
}

uint64_t demo_chat_hash_text(const char *text)
{
    return hash_text(HASH_START, text);
}

/* ---- calls and results ------------------------------------------------------------- */

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
    for (size_t i = 0; asking != NULL && i < asking->call_count; i++) {
        if (asking->calls[i].is_answered)
            continue;
        demo_refusal_set(
            refusal, DEMO_PROBLEM_REQUEST, "messages",
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
                return demo_refuse_item(
                    refusal, "messages", i, "role",
                    "messages with role 'tool' must be a response to a preceding message "
                    "with 'tool_calls'");
            continue;
        }
        if (!has_all_answers(asking, refusal))
            return false;
        asking = message->call_count > 0 ? message : NULL;
    }
    return has_all_answers(asking, refusal);
}

/* ---- the request ------------------------------------------------------------------- */

/* Finds the model and reads the parameters in its name. */
static bool read_model(struct demo_chat *chat, const char *text,
                       struct demo_refusal *refusal)
{
    if (text == NULL || *text == '\0')
        return demo_refuse(refusal, "model", "you must provide a model");
    chat->model_text = clean_copy(text);
    const char *query = NULL;
    chat->model = strlen(chat->model_text) <= MODEL_TEXT_MAX
                      ? demo_model_find(chat->model_text, &query)
                      : NULL;
    if (chat->model == NULL) {
        demo_refusal_set(refusal, DEMO_PROBLEM_MODEL, "model",
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
    demo_refusal_set(refusal, DEMO_PROBLEM_REQUEST, culprit, "Invalid value: %s.",
                     error_text(&err));
    error_clear(&err);
    return false;
}

static void compute_hash(struct demo_chat *chat, uint64_t server_seed)
{
    uint64_t hash = hash_text(HASH_START, chat->model_text);
    for (size_t i = 0; i < chat->message_count; i++) {
        const struct demo_message *message = &chat->messages[i];
        hash = (hash ^ (uint64_t)message->role) * HASH_STEP;
        hash = hash_text(hash, message->text);
        for (size_t call = 0; call < message->call_count; call++)
            hash = hash_text(hash, message->calls[call].id);
    }
    chat->hash = hash;
    const uint64_t seed = chat->params.has_seed ? chat->params.seed : server_seed;
    chat->seed = hash ^ (seed * 0x9e3779b97f4a7c15u);
}

bool demo_chat_parse(struct demo_chat *chat, const struct demo_source *source,
                     uint64_t server_seed, struct demo_refusal *refusal)
{
    *chat = (struct demo_chat){.protocol = source->protocol,
                               .max_tokens = -1,
                               .is_streaming = source->is_streaming,
                               .is_array = source->is_array,
                               .allows_tools = true};
    cJSON *root = json_parse(source->body, source->len);
    if (!cJSON_IsObject(root)) {
        demo_refusal_set(refusal, DEMO_PROBLEM_REQUEST, NULL,
                         "We could not parse the JSON body of your request.");
        cJSON_Delete(root);
        return false;
    }
    const char *model =
        source->model != NULL ? source->model : json_get_string(root, "model");
    const bool is_ok = read_model(chat, model, refusal) &&
                       source->protocol->read(chat, root, refusal) &&
                       check_tool_order(chat, refusal);
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

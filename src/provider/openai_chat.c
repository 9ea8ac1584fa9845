/*
 * The record of the protocol and the encoder. The body is written straight into a buffer,
 * front to back: it has the shape of the conversation, and arguments of tool calls pass
 * through as the text they came in.
 *
 * Choices made for the many servers that imitate OpenAI rather than for OpenAI itself:
 * the role is "system", not "developer"; content is a string wherever it can be, empty
 * rather than null. Where services differ in what they insist on, quirk.h has a flag.
 *
 * What is opaque here: with a call the value of its "extra_content", otherwise one item
 * of "reasoning_details".
 */
#include "src/provider/openai_chat.h"

#include <stdint.h>
#include <string.h>

#include "src/base/compiler.h"
#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/provider/encode_common.h"
#include "src/provider/openai_service.h"
#include "src/provider/quirk.h"

#define OPENAI_CHAT_ROUTE "/chat/completions"

static char *openai_chat_make_url(const struct provider_request *request)
{
    return openai_service_url(request, OPENAI_CHAT_ROUTE);
}

static char *openai_chat_make_models_url(const struct provider_request *request)
{
    return openai_service_models_url(request, OPENAI_CHAT_ROUTE);
}

static bool has_quirk(const struct provider_request *request, enum quirk quirk)
{
    return (request->quirks & quirk) != 0;
}

/* --- Questions
 * --------------------------------------------------------------------------
 */

/* Opens the next message of the array, up to the value of "content". */
static void encode_open_message(struct strbuf *body, const char *role)
{
    encode_comma(body);
    strbuf_append_format(body, "{\"role\":\"%s\",\"content\":", role);
}

static void encode_text_part(struct strbuf *body, const char *text, size_t len)
{
    encode_comma(body);
    strbuf_append_text(body, "{\"type\":\"text\",\"text\":");
    json_append_string(body, text, len);
    strbuf_append_char(body, '}');
}

static void encode_part(struct strbuf *body, const struct part *part)
{
    if (part->kind == PART_IMAGE) {
        encode_comma(body);
        strbuf_append_text(body, "{\"type\":\"image_url\",\"image_url\":{\"url\":\"");
        encode_data_url(body, part);
        strbuf_append_text(body, "\"}}");
    } else if (part->kind == PART_TEXT || part->kind == PART_FILE) {
        struct strbuf words;
        strbuf_init(&words, STRBUF_OWN_MAX);
        encode_part_words(&words, part);
        encode_text_part(body, strbuf_text(&words), words.len);
        strbuf_clear(&words);
    }
}

/* Content is a list of parts only where a picture makes it one. */
static void encode_words(struct strbuf *body, const char *role,
                         const struct message *message)
{
    encode_open_message(body, role);
    if (encode_has_image(message)) {
        strbuf_append_char(body, '[');
        for (size_t i = 0; i < message->part_count; i++)
            encode_part(body, &message->parts[i]);
        strbuf_append_char(body, ']');
    } else {
        struct strbuf words;
        strbuf_init(&words, STRBUF_OWN_MAX);
        encode_join_words(&words, message);
        json_append_string(body, strbuf_text(&words), words.len);
        strbuf_clear(&words);
    }
    strbuf_append_char(body, '}');
}

/* --- Calls
 * ------------------------------------------------------------------------------
 */

/* The form of ids for services that take no other. */
#define SHORT_ID_LEN 9

static bool is_short_id(const char *id)
{
    size_t len = 0;
    for (; id[len] != '\0'; len++) {
        const char c = id[len];
        const bool is_digit = c >= '0' && c <= '9';
        const bool is_letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        if (len == SHORT_ID_LEN || (!is_digit && !is_letter))
            return false;
    }
    return len == SHORT_ID_LEN;
}

/* Writes the id of a call. For a service that takes short ones only, an id that another
 * service made becomes one by its hash (FNV-1a): the same for the call and its result. */
static void encode_call_id(struct strbuf *body, const struct provider_request *request,
                           const char *id)
{
    static const char digits[] =
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    if (!has_quirk(request, QUIRK_SHORT_CALL_IDS) || is_short_id(id)) {
        encode_text(body, id);
        return;
    }
    uint64_t hash = 14695981039346656037U;
    for (; *id != '\0'; id++)
        hash = (hash ^ (unsigned char)*id) * 1099511628211U;
    char short_id[SHORT_ID_LEN + 1] = "";
    for (size_t i = 0; i < SHORT_ID_LEN; i++) {
        short_id[i] = digits[hash % (sizeof(digits) - 1)];
        hash /= sizeof(digits) - 1;
    }
    encode_text(body, short_id);
}

/* True if the part goes back with call number `index` (-1: with the message). */
static bool is_opaque_of(const struct part *part, int64_t index)
{
    const char *text = strbuf_text(&part->text);
    return part->kind == PART_OPAQUE && part->call_index == index && text[0] == '{' &&
           json_is_valid(text, part->text.len);
}

/* What the service wants back with call number `index`. */
static void encode_extra(struct strbuf *body, const struct message *answer, int64_t index)
{
    for (size_t i = 0; i < answer->part_count; i++) {
        const struct part *part = &answer->parts[i];
        if (!is_opaque_of(part, index))
            continue;
        strbuf_append_text(body, ",\"extra_content\":");
        strbuf_append(body, part->text.text, part->text.len);
        return;
    }
}

/* Arguments go back as the text they came in; broken ones as {}, because several servers
 * parse the history and fail on them. */
static void encode_calls(struct strbuf *body, const struct provider_request *request,
                         const struct message *answer)
{
    const bool may_replay = encode_may_replay(request, answer, openai_chat_provider.name);
    int64_t index = -1;
    strbuf_append_text(body, ",\"tool_calls\":[");
    for (size_t i = 0; i < answer->part_count; i++) {
        const struct part *call = &answer->parts[i];
        index += call->kind == PART_TOOL_CALL;
        if (!encode_is_call(answer, call))
            continue;
        size_t len;
        const char *arguments = encode_arguments(call, &len);
        encode_comma(body);
        strbuf_append_text(body, "{\"id\":");
        encode_call_id(body, request, call->call_id);
        strbuf_append_text(body, ",\"type\":\"function\",\"function\":{\"name\":");
        encode_text(body, call->name);
        strbuf_append_text(body, ",\"arguments\":");
        json_append_string(body, arguments, len);
        strbuf_append_char(body, '}');
        if (may_replay)
            encode_extra(body, answer, index);
        strbuf_append_char(body, '}');
    }
    strbuf_append_char(body, ']');
}

/*
 * Writes one tool message for each call of the answer, in its order: the protocol wants
 * them all, right behind it, and no others. `next` is the first message after the answer.
 */
static void encode_results(struct strbuf *body, const struct provider_request *request,
                           const struct message *answer, size_t next)
{
    for (size_t i = 0; i < answer->part_count; i++) {
        const struct part *call = &answer->parts[i];
        if (!encode_is_call(answer, call))
            continue;
        struct strbuf words;
        strbuf_init(&words, STRBUF_OWN_MAX);
        encode_result_words(&words, encode_find_result(request, next, call->call_id));
        encode_open_message(body, "tool");
        json_append_string(body, strbuf_text(&words), words.len);
        strbuf_append_text(body, ",\"tool_call_id\":");
        encode_call_id(body, request, call->call_id);
        strbuf_append_char(body, '}');
        strbuf_clear(&words);
    }
}

/* --- Answers
 * ----------------------------------------------------------------------------
 */

/* What of an answer goes back: of its reasoning (unless the answer is another model's)
 * only as much as the service insists on. */
struct answer_words {
    struct strbuf text;
    struct strbuf reasoning;
};

static void answer_words_init(struct answer_words *words,
                              const struct provider_request *request,
                              const struct message *answer)
{
    strbuf_init(&words->text, STRBUF_OWN_MAX);
    strbuf_init(&words->reasoning, STRBUF_OWN_MAX);
    message_join(answer, PART_TEXT, &words->text);
    if (words->text.len == 0)
        message_join(answer, PART_REFUSAL, &words->text); /* few know a field for it */
    if (!encode_may_replay(request, answer, openai_chat_provider.name))
        return;
    for (size_t i = 0; i < answer->part_count; i++) {
        const struct part *part = &answer->parts[i];
        if (part->kind == PART_REASONING)
            strbuf_append(&words->reasoning, strbuf_text(&part->text), part->text.len);
    }
}

static void answer_words_clear(struct answer_words *words)
{
    strbuf_clear(&words->text);
    strbuf_clear(&words->reasoning);
}

/* Writes the value of "content". */
static void encode_content(struct strbuf *body, const struct provider_request *request,
                           const struct answer_words *words)
{
    if (!has_quirk(request, QUIRK_THINKING_PARTS) || words->reasoning.len == 0) {
        json_append_string(body, strbuf_text(&words->text), words->text.len);
        return;
    }
    strbuf_append_text(body, "[{\"type\":\"thinking\",\"thinking\":[");
    encode_text_part(body, words->reasoning.text, words->reasoning.len);
    strbuf_append_text(body, "]}");
    if (words->text.len > 0)
        encode_text_part(body, words->text.text, words->text.len);
    strbuf_append_char(body, ']');
}

static void encode_details(struct strbuf *body, const struct provider_request *request,
                           const struct message *answer)
{
    if (!encode_may_replay(request, answer, openai_chat_provider.name))
        return;
    bool is_open = false;
    for (size_t i = 0; i < answer->part_count; i++) {
        const struct part *part = &answer->parts[i];
        if (!is_opaque_of(part, -1))
            continue;
        strbuf_append_text(body, is_open ? "," : ",\"reasoning_details\":[");
        strbuf_append(body, part->text.text, part->text.len);
        is_open = true;
    }
    if (is_open)
        strbuf_append_char(body, ']');
}

/* Writes an answer with its calls; one with nothing at all is left out.
 * `wants_reasoning`: the service refuses an answer without its reasoning, be it empty. */
static void encode_answer(struct strbuf *body, const struct provider_request *request,
                          const struct message *answer, bool wants_reasoning)
{
    struct answer_words words;
    answer_words_init(&words, request, answer);
    const size_t call_count = encode_count_calls(answer);
    if (words.text.len > 0 || call_count > 0) {
        encode_open_message(body, "assistant");
        encode_content(body, request, &words);
        if (wants_reasoning) {
            strbuf_append_text(body, ",\"reasoning_content\":");
            json_append_string(body, strbuf_text(&words.reasoning), words.reasoning.len);
        }
        encode_details(body, request, answer);
        if (call_count > 0)
            encode_calls(body, request, answer);
        strbuf_append_char(body, '}');
    }
    answer_words_clear(&words);
}

/* DeepSeek wants reasoning back in a conversation with tool calls, and ignores it in any
 * other. */
static bool request_wants_reasoning(const struct provider_request *request)
{
    if (!has_quirk(request, QUIRK_ECHO_REASONING))
        return false;
    for (size_t i = 0; i < request->message_count; i++) {
        if (encode_count_calls(request->messages[i]) > 0)
            return true;
    }
    return false;
}

static void encode_messages(struct strbuf *body, const struct provider_request *request)
{
    const bool wants_reasoning = request_wants_reasoning(request);
    strbuf_append_text(body, ",\"messages\":[");
    if (request->system != NULL && request->system[0] != '\0') {
        encode_open_message(body, "system");
        encode_text(body, request->system);
        strbuf_append_char(body, '}');
    }
    for (size_t i = 0; i < request->message_count; i++) {
        const struct message *message = request->messages[i];
        switch (message->author) {
        case MESSAGE_SYSTEM: encode_words(body, "system", message); break;
        case MESSAGE_USER: encode_words(body, "user", message); break;
        case MESSAGE_ASSISTANT:
            encode_answer(body, request, message, wants_reasoning);
            encode_results(body, request, message, i + 1);
            break;
        case MESSAGE_TOOL: break; /* written behind the answer that called */
        }
    }
    strbuf_append_char(body, ']');
}

/* --- The request
 * ------------------------------------------------------------------------
 */

static void encode_tools(struct strbuf *body, const struct tool_list *tools)
{
    if (tools == NULL || tools->len == 0)
        return; /* some servers refuse an empty list */
    strbuf_append_text(body, ",\"tools\":[");
    for (size_t i = 0; i < tools->len; i++) {
        const struct tool_definition *tool = &tools->items[i];
        encode_comma(body);
        strbuf_append_text(body, "{\"type\":\"function\",\"function\":{");
        encode_tool_name(body, tool);
        strbuf_append_text(body, ",\"parameters\":");
        encode_schema(body, tool->schema);
        strbuf_append_text(body, "}}");
    }
    strbuf_append_char(body, ']');
}

static const struct param_member openai_chat_params[] = {
    {"temperature", "temperature"},
    {"top_p", "top_p"},
    {"presence_penalty", "presence_penalty"},
    {"frequency_penalty", "frequency_penalty"},
    /* By encode_odd_params: */
    {"max_tokens", ""},
    {"seed", ""},
    {"reasoning", ""},
};

/* Writes the parameter, if it is set, as that member. */
static void encode_renamed(struct strbuf *body, const struct provider_request *request,
                           const char *name, const char *member)
{
    const struct param *param =
        request->params != NULL ? param_list_get(request->params, name) : NULL;
    if (param != NULL)
        encode_param(body, member, param);
}

/* The effort, in one of the three ways to say it. DeepSeek knows on and off. */
static void encode_effort(struct strbuf *body, const struct provider_request *request)
{
    const char *choice = encode_reasoning(request);
    if (choice == NULL)
        return;
    if (has_quirk(request, QUIRK_REASONING_OBJECT)) {
        strbuf_append_text(body, ",\"reasoning\":{\"effort\":");
        encode_text(body, choice);
        strbuf_append_char(body, '}');
    } else if (has_quirk(request, QUIRK_ECHO_REASONING)) {
        strbuf_append_format(body, ",\"thinking\":{\"type\":\"%s\"}",
                             strcmp(choice, "none") == 0 ? "disabled" : "enabled");
    } else {
        strbuf_append_text(body, ",\"reasoning_effort\":");
        encode_text(body, choice);
    }
}

/* The parameters that services call by different names. Nearly every one but OpenAI knows
 * the limit as max_tokens only. */
static void encode_odd_params(struct strbuf *body, const struct provider_request *request)
{
    encode_renamed(body, request, "max_tokens",
                   has_quirk(request, QUIRK_MAX_COMPLETION_TOKENS)
                       ? "max_completion_tokens"
                       : "max_tokens");
    encode_renamed(body, request, "seed",
                   has_quirk(request, QUIRK_RANDOM_SEED) ? "random_seed" : "seed");
    encode_effort(body, request);
}

static bool openai_chat_encode(const struct provider_request *request,
                               struct strbuf *body, struct error *err)
{
    if (!encode_begin(request, err))
        return false;
    strbuf_append_text(body, "{\"model\":");
    encode_text(body, request->model);
    encode_messages(body, request);
    encode_tools(body, request->tools);
    encode_params(body, request, openai_chat_params, COUNT_OF(openai_chat_params));
    encode_odd_params(body, request);
    strbuf_append_format(body, ",\"stream\":%s",
                         request->is_streaming ? "true" : "false");
    if (request->is_streaming && !has_quirk(request, QUIRK_NO_STREAM_OPTIONS))
        strbuf_append_text(body, ",\"stream_options\":{\"include_usage\":true}");
    strbuf_append_char(body, '}');
    return encode_end(body, err);
}

const struct provider openai_chat_provider = {
    .name = "openai-chat",
    .help = "OpenAI Chat Completions, spoken by OpenAI and most other servers",
    .framing = FRAMING_EVENTS,
    .make_url = openai_chat_make_url,
    .add_headers = openai_service_add_headers,
    .encode = openai_chat_encode,
    .decoder_new = openai_chat_decoder_new,
    .decoder_free = openai_chat_decoder_free,
    .decode_event = openai_chat_decode_event,
    .decode_document = openai_chat_decode_document,
    .decode_end = openai_chat_decode_end,
    .make_models_url = openai_chat_make_models_url,
    .decode_models = openai_service_decode_models,
};

/*
 * The record of the protocol, its URL and header fields, and the encoder. The body is
 * written straight into a buffer, front to back: it has the shape of the conversation,
 * and arguments of tool calls pass through as the text they came in.
 *
 * Choices made for the many servers that imitate OpenAI rather than for OpenAI itself:
 * the role is "system", not "developer"; the limit is "max_tokens", which nearly all of
 * them know; content is always a string, empty rather than null.
 */
#include "src/provider/openai_chat.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "src/base/compiler.h"
#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/base/number.h"

/* --- URL and header fields
 * -------------------------------------------------------------- */

#define OPENAI_CHAT_ROUTE "/chat/completions"

/* The length of the URL without fragment, query and the slashes at its end. */
static size_t openai_chat_base_len(const char *url)
{
    size_t len = strcspn(url, "?#");
    while (len > 0 && url[len - 1] == '/')
        len--;
    return len;
}

static bool openai_chat_ends_with(const char *text, size_t len, const char *ending)
{
    const size_t ending_len = strlen(ending);
    return len >= ending_len && memcmp(text + len - ending_len, ending, ending_len) == 0;
}

/* True if something stands behind the host. */
static bool openai_chat_has_path(const char *url, size_t len)
{
    const char *scheme_end = strstr(url, "://");
    const char *host = scheme_end != NULL ? scheme_end + 3 : url;
    return host < url + len && memchr(host, '/', (size_t)(url + len - host)) != NULL;
}

/* A query (Azure's api-version) stays behind the path. */
static char *openai_chat_make_url(const struct provider_request *request)
{
    const char *base = request->base_url;
    const size_t len = openai_chat_base_len(base);
    const char *query = base + strcspn(base, "?#");
    const size_t query_len = *query == '?' ? strcspn(query, "#") : 0;
    struct strbuf url;
    strbuf_init(&url, STRBUF_OWN_MAX);
    strbuf_append(&url, base, len);
    if (!openai_chat_has_path(base, len))
        strbuf_append_text(&url, "/v1");
    if (!openai_chat_ends_with(base, len, OPENAI_CHAT_ROUTE))
        strbuf_append_text(&url, OPENAI_CHAT_ROUTE);
    strbuf_append(&url, query, query_len);
    return strbuf_take(&url);
}

static void openai_chat_add_headers(struct header_list *headers, const char *key)
{
    header_list_add(headers, "Content-Type", "application/json");
    header_list_add(headers, "Accept", "text/event-stream, application/json");
    if (key == NULL || key[0] == '\0')
        return; /* local servers often need none */
    char *value = strbuf_format("Bearer %s", key);
    header_list_add(headers, "Authorization", value);
    mem_wipe(value, strlen(value));
    mem_free(value);
}

/* --- Messages
 * ------------------------------------------------------------------------------ */

/* What a model is told about a call that has no result. */
#define OPENAI_CHAT_NOT_RUN "This call was not run."

static void encode_text(struct strbuf *body, const char *text)
{
    json_append_string(body, text, strlen(text));
}

/* Opens the next message of the array, up to the value of "content". */
static void encode_open_message(struct strbuf *body, const char *role)
{
    if (body->len > 0 && body->text[body->len - 1] == '}')
        strbuf_append_char(body, ',');
    strbuf_append_format(body, "{\"role\":\"%s\",\"content\":", role);
}

static void encode_message(struct strbuf *body, const char *role, const char *text,
                           size_t len)
{
    encode_open_message(body, role);
    json_append_string(body, text, len);
    strbuf_append_char(body, '}');
}

/* Writes the message's parts of that kind as one message. */
static void encode_parts(struct strbuf *body, const char *role,
                         const struct message *message)
{
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    message_join(message, PART_TEXT, &text);
    encode_message(body, role, strbuf_text(&text), text.len);
    strbuf_clear(&text);
}

/* True for a call that can be sent back: whole as the server's calls go, though perhaps
 * with broken arguments. Calls of an answer that broke off are not. */
static bool encode_is_call(const struct message *message, const struct part *part)
{
    return message->state == MESSAGE_WHOLE && part->kind == PART_TOOL_CALL &&
           part->call_id != NULL && part->name != NULL;
}

/* Arguments go back as the text they came in; broken ones as {}, because several servers
 * parse the history and fail on them. */
static void encode_call(struct strbuf *body, const struct part *part, bool is_first)
{
    const char *arguments = strbuf_text(&part->text);
    const bool is_valid = json_is_valid(arguments, part->text.len);
    strbuf_append_text(body, is_first ? ",\"tool_calls\":[" : ",");
    strbuf_append_text(body, "{\"id\":");
    encode_text(body, part->call_id);
    strbuf_append_text(body, ",\"type\":\"function\",\"function\":{\"name\":");
    encode_text(body, part->name);
    strbuf_append_text(body, ",\"arguments\":");
    json_append_string(body, is_valid ? arguments : "{}", is_valid ? part->text.len : 2);
    strbuf_append_text(body, "}}");
}

static size_t encode_count_calls(const struct message *message)
{
    size_t count = 0;
    for (size_t i = 0; i < message->part_count; i++)
        count += encode_is_call(message, &message->parts[i]);
    return count;
}

/*
 * Writes an answer: its text (or its refusal: few servers know that field) and its calls.
 * Reasoning is not sent back. An answer with nothing at all is left out.
 */
static void encode_answer(struct strbuf *body, const struct message *message)
{
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    message_join(message, PART_TEXT, &text);
    if (text.len == 0)
        message_join(message, PART_REFUSAL, &text);
    const size_t call_count = encode_count_calls(message);
    if (text.len > 0 || call_count > 0) {
        encode_open_message(body, "assistant");
        json_append_string(body, strbuf_text(&text), text.len);
        bool is_first = true;
        for (size_t i = 0; i < message->part_count; i++) {
            if (!encode_is_call(message, &message->parts[i]))
                continue;
            encode_call(body, &message->parts[i], is_first);
            is_first = false;
        }
        strbuf_append_text(body, call_count > 0 ? "]}" : "}");
    }
    strbuf_clear(&text);
}

/* The result for `call_id` in the tool messages from `first` on, or NULL. */
static const struct part *encode_find_result(const struct provider_request *request,
                                             size_t first, const char *call_id)
{
    for (size_t i = first; i < request->message_count; i++) {
        const struct message *message = request->messages[i];
        if (message->author != MESSAGE_TOOL)
            return NULL;
        for (size_t j = 0; j < message->part_count; j++) {
            const struct part *part = &message->parts[j];
            if (part->kind == PART_TOOL_RESULT && part->call_id != NULL &&
                strcmp(part->call_id, call_id) == 0)
                return part;
        }
    }
    return NULL;
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
        const struct part *result = encode_find_result(request, next, call->call_id);
        encode_open_message(body, "tool");
        if (result != NULL)
            json_append_string(body, strbuf_text(&result->text), result->text.len);
        else
            encode_text(body, OPENAI_CHAT_NOT_RUN);
        strbuf_append_text(body, ",\"tool_call_id\":");
        encode_text(body, call->call_id);
        strbuf_append_char(body, '}');
    }
}

static void encode_messages(struct strbuf *body, const struct provider_request *request)
{
    strbuf_append_text(body, ",\"messages\":[");
    if (request->system != NULL && request->system[0] != '\0')
        encode_message(body, "system", request->system, strlen(request->system));
    for (size_t i = 0; i < request->message_count; i++) {
        const struct message *message = request->messages[i];
        switch (message->author) {
        case MESSAGE_SYSTEM: encode_parts(body, "system", message); break;
        case MESSAGE_USER: encode_parts(body, "user", message); break;
        case MESSAGE_ASSISTANT:
            encode_answer(body, message);
            encode_results(body, request, message, i + 1);
            break;
        case MESSAGE_TOOL: break; /* written behind the answer that called */
        }
    }
    strbuf_append_char(body, ']');
}

/* --- Parameters
 * ---------------------------------------------------------------------------- */

/* Our name of a parameter, and the protocol's. */
static const struct {
    const char *name;
    const char *member;
} openai_chat_params[] = {
    {"temperature", "temperature"},
    {"top_p", "top_p"},
    {"max_tokens", "max_tokens"}, /* OpenAI's newest want max_completion_tokens */
    {"seed", "seed"},
    {"presence_penalty", "presence_penalty"},
    {"frequency_penalty", "frequency_penalty"},
    {"reasoning", "reasoning_effort"},
};

/* Writes the number in the fewest digits that read back as the same number. */
static void encode_number(struct strbuf *body, double number)
{
    char text[32];
    for (int digits = 1; digits <= 17; digits++) {
        double back;
        snprintf(text, sizeof(text), "%.*g", digits, number);
        if (number_parse_double(text, &back) && !(back < number) && !(back > number))
            break;
    }
    strbuf_append_text(body, text);
}

static bool encode_param(struct strbuf *body, const struct param *param,
                         struct error *err)
{
    const char *member = NULL;
    for (size_t i = 0; i < COUNT_OF(openai_chat_params); i++) {
        if (strcmp(openai_chat_params[i].name, param->info->name) == 0)
            member = openai_chat_params[i].member;
    }
    if (member == NULL) {
        error_set(err, ERROR_USAGE, "openai-chat cannot say the parameter %s",
                  param->info->name);
        return false;
    }
    strbuf_append_format(body, ",\"%s\":", member);
    switch (param->info->type) {
    case PARAM_NUMBER: encode_number(body, param->number); break;
    case PARAM_INTEGER:
        strbuf_append_format(body, "%" PRId64, (int64_t)param->number);
        break;
    case PARAM_CHOICE: encode_text(body, param->text); break;
    }
    return true;
}

static bool encode_params(struct strbuf *body, const struct param_list *params,
                          struct error *err)
{
    for (size_t i = 0; params != NULL && i < params->len; i++) {
        if (!encode_param(body, &params->items[i], err))
            return false;
    }
    return true;
}

static bool openai_chat_encode(const struct provider_request *request,
                               struct strbuf *body, struct error *err)
{
    if (request->model == NULL || request->model[0] == '\0') {
        error_set(err, ERROR_USAGE, "no model is named");
        return false;
    }
    strbuf_append_text(body, "{\"model\":");
    encode_text(body, request->model);
    encode_messages(body, request);
    if (!encode_params(body, request->params, err))
        return false;
    strbuf_append_text(body, request->is_streaming
                                 ? ",\"stream\":true,"
                                   "\"stream_options\":{\"include_usage\":true}}"
                                 : ",\"stream\":false}");
    if (!body->is_full)
        return true;
    error_set(err, ERROR_USAGE, "the conversation is too long to send: over %zu bytes",
              body->max);
    return false;
}

const struct provider openai_chat_provider = {
    .name = "openai-chat",
    .help = "OpenAI Chat Completions, spoken by OpenAI and most other servers",
    .make_url = openai_chat_make_url,
    .add_headers = openai_chat_add_headers,
    .encode = openai_chat_encode,
    .decoder_new = openai_chat_decoder_new,
    .decoder_free = openai_chat_decoder_free,
    .decode_event = openai_chat_decode_event,
    .decode_document = openai_chat_decode_document,
    .decode_end = openai_chat_decode_end,
};

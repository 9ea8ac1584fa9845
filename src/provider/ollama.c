/*
 * The record of the protocol, its URLs and header fields, and the encoder. Much like
 * OpenAI's form, but arguments are objects both ways, pictures stand beside the text, and
 * parameters have an object of their own.
 */
#include "src/provider/ollama.h"

#include <string.h>

#include "src/base/compiler.h"
#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/provider/decode_common.h"
#include "src/provider/encode_common.h"

/* --- URL and header fields ------------------------------------------------------------
 */

/*
 * The base as a URL: OLLAMA_HOST, where many people have it from, may lack the scheme and
 * may name the address that a server listens on, which is none to connect to. An "/api"
 * at its end is left off. Caller frees.
 */
static char *ollama_make_base(const char *given)
{
    static const char any[] = "0.0.0.0";
    static const char api[] = "/api";
    struct strbuf base;
    strbuf_init(&base, STRBUF_OWN_MAX);
    const char *scheme_end = strstr(given, "://");
    const char *host = scheme_end != NULL ? scheme_end + 3 : given;
    if (scheme_end == NULL)
        strbuf_append_text(&base, "http://");
    strbuf_append(&base, given, (size_t)(host - given));
    if (strncmp(host, any, sizeof(any) - 1) == 0 &&
        strchr(":/?#", host[sizeof(any) - 1]) != NULL) {
        strbuf_append_text(&base, "127.0.0.1");
        host += sizeof(any) - 1;
    }
    strbuf_append_text(&base, host);
    while (base.len > 0 && base.text[base.len - 1] == '/')
        strbuf_truncate(&base, base.len - 1);
    if (base.len >= sizeof(api) - 1 &&
        strcmp(base.text + base.len - (sizeof(api) - 1), api) == 0)
        strbuf_truncate(&base, base.len - (sizeof(api) - 1));
    return strbuf_take(&base);
}

static char *ollama_url(const char *given, const char *route)
{
    char *base = ollama_make_base(given);
    const struct url_rule rule = {
        .version_rule = URL_VERSION_OWN, /* a /v1 would be OpenAI's form */
        .version = "/api",
        .chat_route = "/api/chat",
        .route = route,
    };
    char *url = encode_url(base, &rule);
    mem_free(base);
    return url;
}

static char *ollama_make_url(const struct provider_request *request)
{
    return ollama_url(request->base_url, "/chat");
}

static char *ollama_make_models_url(const struct provider_request *request)
{
    return ollama_url(request->base_url, "/tags");
}

static void ollama_add_headers(struct header_list *headers,
                               const struct provider_request *request, const char *key)
{
    (void)request;
    header_list_add(headers, "Content-Type", "application/json");
    header_list_add(headers, "Accept", "application/x-ndjson, application/json");
    encode_add_key(headers, "Authorization", "Bearer ", key);
}

/* --- Messages
 * ---------------------------------------------------------------------------
 */

/* Opens the next message of the array with its content. */
static void encode_open_message(struct strbuf *body, const char *role, const char *text,
                                size_t len)
{
    encode_comma(body);
    strbuf_append_format(body, "{\"role\":\"%s\",\"content\":", role);
    json_append_string(body, text, len);
}

static void encode_images(struct strbuf *body, const struct message *message)
{
    if (!encode_has_image(message))
        return;
    strbuf_append_text(body, ",\"images\":[");
    for (size_t i = 0; i < message->part_count; i++) {
        const struct part *part = &message->parts[i];
        if (part->kind != PART_IMAGE)
            continue;
        encode_comma(body);
        strbuf_append_char(body, '"');
        encode_base64(body, strbuf_text(&part->text), part->text.len);
        strbuf_append_char(body, '"');
    }
    strbuf_append_char(body, ']');
}

static void encode_words(struct strbuf *body, const char *role,
                         const struct message *message)
{
    struct strbuf words;
    strbuf_init(&words, STRBUF_OWN_MAX);
    encode_join_words(&words, message);
    encode_open_message(body, role, strbuf_text(&words), words.len);
    encode_images(body, message);
    strbuf_append_char(body, '}');
    strbuf_clear(&words);
}

static void encode_call(struct strbuf *body, const struct part *call, size_t index)
{
    encode_comma(body);
    strbuf_append_text(body, "{\"id\":");
    encode_text(body, call->call_id);
    strbuf_append_format(body, ",\"function\":{\"index\":%zu,\"name\":", index);
    encode_text(body, call->name);
    strbuf_append_text(body, ",\"arguments\":");
    encode_object_arguments(body, call);
    strbuf_append_text(body, "}}");
}

static void encode_calls(struct strbuf *body, const struct message *message)
{
    size_t index = 0;
    strbuf_append_text(body, ",\"tool_calls\":[");
    for (size_t i = 0; i < message->part_count; i++) {
        if (encode_is_call(message, &message->parts[i]))
            encode_call(body, &message->parts[i], index++);
    }
    strbuf_append_char(body, ']');
}

/* A model that is still at work with its tools gets its thoughts back. */
static void encode_thoughts(struct strbuf *body, const struct message *message)
{
    struct strbuf thoughts;
    strbuf_init(&thoughts, STRBUF_OWN_MAX);
    message_join(message, PART_REASONING, &thoughts);
    if (thoughts.len > 0) {
        strbuf_append_text(body, ",\"thinking\":");
        json_append_string(body, thoughts.text, thoughts.len);
    }
    strbuf_clear(&thoughts);
}

/* Writes an answer; one with neither text nor calls is left out. */
static void encode_answer(struct strbuf *body, const struct provider_request *request,
                          const struct message *message)
{
    const size_t call_count = encode_count_calls(message);
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    message_join(message, PART_TEXT, &text);
    if (text.len == 0)
        message_join(message, PART_REFUSAL, &text);
    if (text.len > 0 || call_count > 0) {
        encode_open_message(body, "assistant", strbuf_text(&text), text.len);
        if (call_count > 0 && encode_may_replay(request, message, ollama_provider.name))
            encode_thoughts(body, message);
        if (call_count > 0)
            encode_calls(body, message);
        strbuf_append_char(body, '}');
    }
    strbuf_clear(&text);
}

/* Writes one tool message for each call of the answer, in its order. `next` is the first
 * message after the answer. */
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
        encode_open_message(body, "tool", strbuf_text(&words), words.len);
        strbuf_append_text(body, ",\"tool_name\":");
        encode_text(body, call->name);
        strbuf_append_text(body, ",\"tool_call_id\":");
        encode_text(body, call->call_id);
        strbuf_append_char(body, '}');
        strbuf_clear(&words);
    }
}

static void encode_messages(struct strbuf *body, const struct provider_request *request)
{
    strbuf_append_text(body, ",\"messages\":[");
    if (request->system != NULL && request->system[0] != '\0') {
        encode_open_message(body, "system", request->system, strlen(request->system));
        strbuf_append_char(body, '}');
    }
    for (size_t i = 0; i < request->message_count; i++) {
        const struct message *message = request->messages[i];
        switch (message->author) {
        case MESSAGE_SYSTEM: encode_words(body, "system", message); break;
        case MESSAGE_USER: encode_words(body, "user", message); break;
        case MESSAGE_ASSISTANT:
            encode_answer(body, request, message);
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
        return;
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

/* Our words for the effort and the values of "think". Where a model knows only on and
 * off, the server takes every level for on. */
static const struct {
    const char *choice;
    const char *think;
} ollama_efforts[] = {
    {"none", "false"},        {"minimal", "\"low\""}, {"low", "\"low\""},
    {"medium", "\"medium\""}, {"high", "\"high\""},   {"xhigh", "\"high\""},
    {"max", "\"max\""},
};

static void encode_think(struct strbuf *body, const struct provider_request *request)
{
    const char *choice = encode_reasoning(request);
    for (size_t i = 0; choice != NULL && i < COUNT_OF(ollama_efforts); i++) {
        if (strcmp(ollama_efforts[i].choice, choice) == 0)
            strbuf_append_format(body, ",\"think\":%s", ollama_efforts[i].think);
    }
}

static const struct param_member ollama_params[] = {
    {"temperature", "temperature"},
    {"top_p", "top_p"},
    {"max_tokens", "num_predict"},
    {"seed", "seed"},
    {"presence_penalty", "presence_penalty"},
    {"frequency_penalty", "frequency_penalty"},
    {"reasoning", ""}, /* by encode_think */
};

static void encode_options(struct strbuf *body, const struct provider_request *request)
{
    static const char open[] = ",\"options\":{";
    const size_t start = body->len;
    strbuf_append_text(body, open);
    encode_params(body, request, ollama_params, COUNT_OF(ollama_params));
    if (body->len == start + sizeof(open) - 1)
        strbuf_truncate(body, start);
    else
        strbuf_append_char(body, '}');
}

/* "stream" is always said: streaming is the default here. */
static bool ollama_encode(const struct provider_request *request, struct strbuf *body,
                          struct error *err)
{
    if (!encode_begin(request, err))
        return false;
    strbuf_append_text(body, "{\"model\":");
    encode_text(body, request->model);
    strbuf_append_format(body, ",\"stream\":%s",
                         request->is_streaming ? "true" : "false");
    encode_messages(body, request);
    encode_tools(body, request->tools);
    encode_think(body, request);
    encode_options(body, request);
    strbuf_append_char(body, '}');
    return encode_end(body, err);
}

static bool ollama_decode_models(const char *data, size_t len, model_fn on_model,
                                 void *user)
{
    return decode_name_list(data, len, "models", "name", on_model, user);
}

const struct provider ollama_provider = {
    .name = "ollama",
    .help = "Ollama's own API, for models on this machine",
    .framing = FRAMING_LINES,
    .make_url = ollama_make_url,
    .add_headers = ollama_add_headers,
    .encode = ollama_encode,
    .decoder_new = ollama_decoder_new,
    .decoder_free = ollama_decoder_free,
    .decode_event = ollama_decode_line,
    .decode_document = ollama_decode_document,
    .decode_end = ollama_decode_end,
    .make_models_url = ollama_make_models_url,
    .decode_models = ollama_decode_models,
};

/*
 * The record of the protocol, its URLs and header fields, and the encoder. A conversation
 * is a list of contents with parts; there is no role but "user" and "model".
 *
 * Signatures decide whether a request is taken at all: each goes back with the very part
 * it came with, and to the model that made it. An answer of another model has none; where
 * a model insists, its first call carries the word that the service documents for that.
 */
#include "src/provider/gemini.h"

#include <stdint.h>
#include <string.h>

#include "src/base/compiler.h"
#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/provider/decode_common.h"
#include "src/provider/encode_common.h"
#include "src/provider/quirk.h"

/* Stands for the signature of a call that another model made. */
#define GEMINI_NO_SIGNATURE "skip_thought_signature_validator"

/* Stands ahead of a conversation that begins with an answer: it has to begin with a
 * person's words. */
#define GEMINI_START "(The conversation begins with your answer.)"

/* --- URL and header fields ------------------------------------------------------------
 */

/* Appends the model as a path: "models/NAME" unless it says of what kind it is. */
static void gemini_append_model(struct strbuf *route, const char *model)
{
    strbuf_append_text(route, strchr(model, '/') == NULL ? "/models/" : "/");
    while (*model != '\0') {
        const size_t len = strcspn(model, "/");
        char *segment = mem_strndup(model, len);
        encode_segment(route, segment);
        mem_free(segment);
        model += len;
        if (*model == '/') {
            strbuf_append_char(route, '/');
            model++;
        }
    }
}

static char *gemini_make_url(const struct provider_request *request)
{
    struct strbuf route;
    strbuf_init(&route, STRBUF_OWN_MAX);
    gemini_append_model(&route, request->model != NULL ? request->model : "");
    strbuf_append_text(&route, request->is_streaming ? ":streamGenerateContent"
                                                     : ":generateContent");
    const struct url_rule rule = {
        .version_rule = URL_VERSION_IF_MISSING,
        .version = "/v1beta",
        .chat_route = "",
        .route = strbuf_text(&route),
        .query = request->is_streaming ? "alt=sse" : NULL,
    };
    char *url = encode_url(request->base_url, &rule);
    strbuf_clear(&route);
    return url;
}

static char *gemini_make_models_url(const struct provider_request *request)
{
    const struct url_rule rule = {
        .version_rule = URL_VERSION_IF_MISSING,
        .version = "/v1beta",
        .chat_route = "",
        .route = "/models",
        .query = "pageSize=1000",
    };
    return encode_url(request->base_url, &rule);
}

static char *gemini_next_models_page(const char *data, size_t len)
{
    cJSON *root = json_parse(data, len);
    char *query = decode_next_page(root, "nextPageToken", "pageToken");
    cJSON_Delete(root);
    return query;
}

/* The key never goes into the URL, which gets logged. */
static void gemini_add_headers(struct header_list *headers,
                               const struct provider_request *request, const char *key)
{
    const bool is_bearer = (request->quirks & QUIRK_BEARER_KEY) != 0;
    encode_add_types(headers);
    if (is_bearer)
        encode_add_key(headers, "Authorization", "Bearer ", key);
    else
        encode_add_key(headers, "x-goog-api-key", "", key);
}

/* --- Parts
 * ------------------------------------------------------------------------------
 */

/* A part with a text; an empty one is refused, and left out. */
static void encode_text_part(struct strbuf *body, const char *text, size_t len)
{
    if (len == 0)
        return;
    encode_comma(body);
    strbuf_append_text(body, "{\"text\":");
    json_append_string(body, text, len);
    strbuf_append_char(body, '}');
}

static void encode_image_part(struct strbuf *body, const struct part *image)
{
    encode_comma(body);
    strbuf_append_text(body, "{\"inlineData\":{\"mimeType\":");
    encode_text(body, image->media_type != NULL ? image->media_type : "image/png");
    strbuf_append_text(body, ",\"data\":\"");
    encode_base64(body, strbuf_text(&image->text), image->text.len);
    strbuf_append_text(body, "\"}}");
}

/* Opens a content and its parts; returns where, so that an empty one can be taken back.
 */
static size_t encode_open_content(struct strbuf *body, const char *role)
{
    const size_t start = body->len;
    encode_comma(body);
    strbuf_append_format(body, "{\"role\":\"%s\",\"parts\":[", role);
    return start;
}

/* Closes the content; one without parts is taken back. */
static void encode_close_content(struct strbuf *body, size_t start)
{
    if (body->len > 0 && body->text[body->len - 1] == '[')
        strbuf_truncate(body, start);
    else
        strbuf_append_text(body, "]}");
}

static void encode_words_part(struct strbuf *body, const struct part *part)
{
    struct strbuf words;
    strbuf_init(&words, STRBUF_OWN_MAX);
    encode_part_words(&words, part);
    encode_text_part(body, strbuf_text(&words), words.len);
    strbuf_clear(&words);
}

static void encode_user(struct strbuf *body, const struct message *message)
{
    const size_t start = encode_open_content(body, "user");
    for (size_t i = 0; i < message->part_count; i++) {
        const struct part *part = &message->parts[i];
        if (part->kind == PART_IMAGE)
            encode_image_part(body, part);
        else if (part->kind == PART_TEXT || part->kind == PART_FILE)
            encode_words_part(body, part);
    }
    encode_close_content(body, start);
}

/* --- Answers
 * ----------------------------------------------------------------------------
 */

/* One answer being written. */
struct gemini_answer {
    struct strbuf *body;
    const struct message *message;
    struct strbuf text;      /* what has to go into the next text part */
    int64_t part_call_count; /* calls passed, sendable or not */
    size_t sent_call_count;
    bool may_replay;
    bool needs_signature; /* the first call is refused without one */
};

static void answer_flush(struct gemini_answer *answer)
{
    encode_text_part(answer->body, strbuf_text(&answer->text), answer->text.len);
    strbuf_reset(&answer->text);
}

/* Takes the text that the kept part has out of what is to be written: it ends it. False
 * if it does not. */
static bool answer_take_back(struct gemini_answer *answer, const char *text)
{
    struct strbuf clean;
    uint16_t half = 0;
    strbuf_init(&clean, STRBUF_OWN_MAX);
    json_join_halves(&clean, text, &half);
    json_flush_half(&clean, &half);
    const bool ends = clean.len <= answer->text.len &&
                      memcmp(strbuf_text(&answer->text) + answer->text.len - clean.len,
                             strbuf_text(&clean), clean.len) == 0;
    if (ends)
        strbuf_truncate(&answer->text, answer->text.len - clean.len);
    strbuf_clear(&clean);
    return ends;
}

/* A part that was kept as it came, or the signature of an empty one. */
static void answer_replay(struct gemini_answer *answer, const struct part *opaque)
{
    cJSON *root = json_parse(strbuf_text(&opaque->text), opaque->text.len);
    const char *text = json_get_string(root, "text");
    const char *signature = json_get_string(root, "thoughtSignature");
    const bool is_bare = cJSON_GetArraySize(root) == 1 && signature != NULL;
    const bool is_text =
        text != NULL && text[0] != '\0' && !cJSON_IsTrue(json_get(root, "thought"));
    const bool is_lost = is_text && !answer_take_back(answer, text);
    answer_flush(answer);
    if (is_bare || (is_lost && signature != NULL)) {
        encode_comma(answer->body);
        strbuf_append_text(answer->body, "{\"text\":\"\",\"thoughtSignature\":");
        encode_text(answer->body, signature);
        strbuf_append_char(answer->body, '}');
    } else if (!is_lost && cJSON_IsObject(root) &&
               json_is_valid(strbuf_text(&opaque->text), opaque->text.len)) {
        encode_comma(answer->body);
        strbuf_append(answer->body, strbuf_text(&opaque->text), opaque->text.len);
    }
    cJSON_Delete(root);
}

/* What was kept of call number `index` (parsed; NULL: nothing). Caller deletes. */
static cJSON *gemini_call_facts(const struct message *message, int64_t index)
{
    for (size_t i = 0; i < message->part_count; i++) {
        const struct part *part = &message->parts[i];
        if (part->kind == PART_OPAQUE && part->call_index == index)
            return json_parse(strbuf_text(&part->text), part->text.len);
    }
    return NULL;
}

static void answer_call(struct gemini_answer *answer, const struct part *call,
                        int64_t index)
{
    struct strbuf *body = answer->body;
    cJSON *facts = answer->may_replay ? gemini_call_facts(answer->message, index) : NULL;
    const char *id = json_get_string(facts, "id");
    const char *signature = json_get_string(facts, "thoughtSignature");
    if (answer->needs_signature && answer->sent_call_count == 0)
        signature = GEMINI_NO_SIGNATURE;
    answer_flush(answer);
    encode_comma(body);
    strbuf_append_text(body, "{\"functionCall\":{");
    if (id != NULL) {
        strbuf_append_text(body, "\"id\":");
        encode_text(body, id);
    }
    encode_comma(body);
    strbuf_append_text(body, "\"name\":");
    encode_text(body, call->name);
    strbuf_append_text(body, ",\"args\":");
    encode_object_arguments(body, call);
    strbuf_append_char(body, '}');
    if (signature != NULL) {
        strbuf_append_text(body, ",\"thoughtSignature\":");
        encode_text(body, signature);
    }
    strbuf_append_char(body, '}');
    answer->sent_call_count++;
    cJSON_Delete(facts);
}

static void answer_part(struct gemini_answer *answer, const struct part *part)
{
    switch (part->kind) {
    case PART_TEXT:
    case PART_REFUSAL:
        strbuf_append(&answer->text, strbuf_text(&part->text), part->text.len);
        break;
    case PART_TOOL_CALL:
        if (encode_is_call(answer->message, part))
            answer_call(answer, part, answer->part_call_count);
        answer->part_call_count++;
        break;
    case PART_OPAQUE:
        if (answer->may_replay && part->call_index < 0)
            answer_replay(answer, part);
        break;
    case PART_REASONING: /* goes back only where it has a signature, as it came */
    case PART_TOOL_RESULT:
    case PART_FILE:
    case PART_IMAGE: break;
    }
}

/* True for generations that take a budget for thinking and need no signatures. */
static bool gemini_is_early(const char *model)
{
    const char *slash = strrchr(model, '/');
    const char *name = slash != NULL ? slash + 1 : model;
    return strncmp(name, "gemini-1", 8) == 0 || strncmp(name, "gemini-2", 8) == 0;
}

/* Writes an answer; one that says nothing is left out. */
static void encode_answer(struct strbuf *body, const struct provider_request *request,
                          const struct message *message)
{
    if (!message_has_content(message))
        return;
    if (body->len > 0 && body->text[body->len - 1] == '[')
        strbuf_append_text(body, "{\"role\":\"user\",\"parts\":[{\"text\":\"" GEMINI_START
                                 "\"}]}");
    struct gemini_answer answer = {.body = body, .message = message};
    answer.may_replay = encode_may_replay(request, message, gemini_provider.name);
    answer.needs_signature = !answer.may_replay && !gemini_is_early(request->model);
    strbuf_init(&answer.text, STRBUF_OWN_MAX);
    const size_t start = encode_open_content(body, "model");
    for (size_t i = 0; i < message->part_count; i++)
        answer_part(&answer, &message->parts[i]);
    answer_flush(&answer);
    encode_close_content(body, start);
    strbuf_clear(&answer.text);
}

/* One result, with the id if the call had one from the service. */
static void encode_response(struct strbuf *body, const struct part *call, const char *id,
                            const struct part *result)
{
    encode_comma(body);
    strbuf_append_text(body, "{\"functionResponse\":{");
    if (id != NULL) {
        strbuf_append_text(body, "\"id\":");
        encode_text(body, id);
    }
    encode_comma(body);
    strbuf_append_text(body, "\"name\":");
    encode_text(body, call->name);
    const bool is_error = result == NULL || result->is_error;
    strbuf_append_format(body, ",\"response\":{\"%s\":", is_error ? "error" : "output");
    if (result != NULL)
        json_append_string(body, strbuf_text(&result->text), result->text.len);
    else
        encode_text(body, ENCODE_NOT_RUN);
    strbuf_append_text(body, "}}}");
}

/* Writes the results of all calls of the answer as one content, in their order. `next` is
 * the first message after the answer. */
static void encode_responses(struct strbuf *body, const struct provider_request *request,
                             const struct message *message, size_t next)
{
    const bool may_replay = encode_may_replay(request, message, gemini_provider.name);
    const size_t start = encode_open_content(body, "user");
    int64_t index = 0;
    for (size_t i = 0; i < message->part_count; i++) {
        const struct part *call = &message->parts[i];
        if (call->kind != PART_TOOL_CALL)
            continue;
        if (encode_is_call(message, call)) {
            cJSON *facts = may_replay ? gemini_call_facts(message, index) : NULL;
            encode_response(body, call, json_get_string(facts, "id"),
                            encode_find_result(request, next, call->call_id));
            cJSON_Delete(facts);
        }
        index++;
    }
    encode_close_content(body, start);
}

/* --- The request
 * ------------------------------------------------------------------------
 */

/* There is one place for a system prompt: all of them go there. */
static void encode_system(struct strbuf *body, const struct provider_request *request)
{
    static const char open[] = "\"systemInstruction\":{\"parts\":[";
    const size_t start = body->len;
    strbuf_append_text(body, open);
    if (request->system != NULL)
        encode_text_part(body, request->system, strlen(request->system));
    for (size_t i = 0; i < request->message_count; i++) {
        const struct message *message = request->messages[i];
        struct strbuf words;
        strbuf_init(&words, STRBUF_OWN_MAX);
        if (message->author == MESSAGE_SYSTEM)
            encode_join_words(&words, message);
        encode_text_part(body, strbuf_text(&words), words.len);
        strbuf_clear(&words);
    }
    if (body->len == start + sizeof(open) - 1)
        strbuf_truncate(body, start);
    else
        strbuf_append_text(body, "]}");
}

/* False if nothing is left to be sent, which the service refuses. */
static bool encode_contents(struct strbuf *body, const struct provider_request *request,
                            struct error *err)
{
    encode_comma(body);
    strbuf_append_text(body, "\"contents\":[");
    const size_t start = body->len;
    for (size_t i = 0; i < request->message_count; i++) {
        const struct message *message = request->messages[i];
        switch (message->author) {
        case MESSAGE_USER: encode_user(body, message); break;
        case MESSAGE_ASSISTANT:
            encode_answer(body, request, message);
            encode_responses(body, request, message, i + 1);
            break;
        case MESSAGE_SYSTEM: break; /* written ahead of all */
        case MESSAGE_TOOL: break;   /* written behind the answer that called */
        }
    }
    if (body->len == start && !body->is_full) {
        error_set(err, ERROR_USAGE, "there is nothing to send: the message is empty");
        return false;
    }
    strbuf_append_char(body, ']');
    return true;
}

static void encode_tools(struct strbuf *body, const struct tool_list *tools)
{
    if (tools == NULL || tools->len == 0)
        return;
    strbuf_append_text(body, ",\"tools\":[{\"functionDeclarations\":[");
    for (size_t i = 0; i < tools->len; i++) {
        const struct tool_definition *tool = &tools->items[i];
        encode_comma(body);
        strbuf_append_char(body, '{');
        encode_tool_name(body, tool);
        strbuf_append_text(body, ",\"parametersJsonSchema\":");
        encode_schema(body, tool->schema);
        strbuf_append_char(body, '}');
    }
    strbuf_append_text(body, "]}]");
}

static const struct param_member gemini_params[] = {
    {"temperature", "temperature"},
    {"top_p", "topP"},
    {"max_tokens", "maxOutputTokens"},
    {"seed", "seed"},
    {"presence_penalty", "presencePenalty"},
    {"frequency_penalty", "frequencyPenalty"},
    {"reasoning", ""}, /* by encode_thinking */
};

/* Our words for the effort: a budget in tokens for the early generations, a level for
 * those since. The later ones cannot be kept from thinking altogether. */
static const struct {
    const char *choice;
    int budget;
    const char *level;
} gemini_efforts[] = {
    {"none", 0, "MINIMAL"},     {"minimal", 512, "MINIMAL"}, {"low", 1024, "LOW"},
    {"medium", 8192, "MEDIUM"}, {"high", 24576, "HIGH"},     {"xhigh", 24576, "HIGH"},
    {"max", 24576, "HIGH"},
};

static void encode_thinking(struct strbuf *body, const struct provider_request *request)
{
    const char *choice = encode_reasoning(request);
    for (size_t i = 0; choice != NULL && i < COUNT_OF(gemini_efforts); i++) {
        if (strcmp(gemini_efforts[i].choice, choice) != 0)
            continue;
        encode_comma(body);
        strbuf_append_text(body, "\"thinkingConfig\":{");
        if (gemini_is_early(request->model))
            strbuf_append_format(body, "\"thinkingBudget\":%d", gemini_efforts[i].budget);
        else
            strbuf_append_format(body, "\"thinkingLevel\":\"%s\"",
                                 gemini_efforts[i].level);
        strbuf_append_format(body, ",\"includeThoughts\":%s}",
                             strcmp(choice, "none") == 0 ? "false" : "true");
    }
}

static void encode_config(struct strbuf *body, const struct provider_request *request)
{
    static const char open[] = ",\"generationConfig\":{";
    const size_t start = body->len;
    strbuf_append_text(body, open);
    encode_params(body, request, gemini_params, COUNT_OF(gemini_params));
    encode_thinking(body, request);
    if (body->len == start + sizeof(open) - 1)
        strbuf_truncate(body, start);
    else
        strbuf_append_char(body, '}');
}

static bool gemini_encode(const struct provider_request *request, struct strbuf *body,
                          struct error *err)
{
    if (!encode_begin(request, err))
        return false;
    strbuf_append_char(body, '{');
    encode_system(body, request);
    if (!encode_contents(body, request, err))
        return false;
    encode_tools(body, request->tools);
    encode_config(body, request);
    strbuf_append_char(body, '}');
    return encode_end(body, err);
}

const struct provider gemini_provider = {
    .name = "gemini",
    .help = "Google Gemini generateContent",
    .framing = FRAMING_EVENTS,
    .make_url = gemini_make_url,
    .add_headers = gemini_add_headers,
    .encode = gemini_encode,
    .decoder_new = gemini_decoder_new,
    .decoder_free = gemini_decoder_free,
    .decode_event = gemini_decode_event,
    .decode_document = gemini_decode_document,
    .decode_end = gemini_decode_end,
    .make_models_url = gemini_make_models_url,
    .decode_models = gemini_decode_models,
    .next_models_page = gemini_next_models_page,
};

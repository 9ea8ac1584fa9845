/*
 * Each event is a whole response: read the parts of its first candidate in order, then
 * its finish reason, because parts may stand beside it. Every level may be missing.
 * Usage is on every event and replaces what was known.
 *
 * Calls come whole, one part each. A signature stays with its part: gemini.h says in what
 * form, gemini.c puts it back.
 */
#include "src/provider/gemini.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "src/base/compiler.h"
#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/base/utf8.h"
#include "src/provider/decode_common.h"
#include "src/provider/page_text.h"

/* The longest word and message of the service that an error repeats, in bytes. */
#define GEMINI_MESSAGE_MAX 500

struct decoder {
    struct decode_base base;
    struct strbuf opaque;
    int64_t call_count; /* also the next call's index: each is new */
};

/* Where a part is in the bytes it was parsed from, for what must keep every digit. */
struct gemini_source {
    const char *data;
    size_t len;
    int response;  /* position in the array of responses, -1 where there is no array */
    int candidate; /* position of the candidate */
    int part;      /* position of the part */
};

struct decoder *gemini_decoder_new(const struct decoder_sink *sink)
{
    struct decoder *decoder = mem_alloc(sizeof(*decoder));
    decode_base_init(&decoder->base, sink);
    strbuf_init(&decoder->opaque, STRBUF_OWN_MAX);
    return decoder;
}

void gemini_decoder_free(struct decoder *decoder)
{
    if (decoder == NULL)
        return;
    decode_base_clear(&decoder->base);
    strbuf_clear(&decoder->opaque);
    mem_free(decoder);
}

/* --- Parts
 * ------------------------------------------------------------------------------
 */

/* Finds the bytes of the part, or of the member `inner` of its member `outer`. */
static bool gemini_find_raw(const struct gemini_source *source, const char *outer,
                            const char *inner, const char **raw, size_t *len)
{
    char response[16];
    char candidate[16];
    char part[16];
    snprintf(response, sizeof(response), "%d", source->response);
    snprintf(candidate, sizeof(candidate), "%d", source->candidate);
    snprintf(part, sizeof(part), "%d", source->part);
    const char *const path[] = {response, "candidates", candidate, "content", "parts",
                                part,     outer,        inner,     NULL};
    return json_find_raw(source->data, source->len, path + (source->response < 0), raw,
                         len);
}

/* The member if it is a text that says something, otherwise NULL. */
static const char *gemini_words(const cJSON *object, const char *name)
{
    const char *text = json_get_string(object, name);
    return text != NULL && text[0] != '\0' ? text : NULL;
}

/* Adds the member to the object under way in the opaque buffer; NULL is none. */
static void gemini_add_opaque(struct decoder *decoder, const char *name, const char *text)
{
    struct strbuf *opaque = &decoder->opaque;
    if (text == NULL)
        return;
    strbuf_append_format(opaque, "%c\"%s\":", opaque->len == 0 ? '{' : ',', name);
    json_append_string(opaque, text, strlen(text));
}

static void gemini_emit_opaque(struct decoder *decoder, size_t call_index)
{
    struct strbuf *opaque = &decoder->opaque;
    if (opaque->len > 0) {
        strbuf_append_char(opaque, '}');
        decode_opaque(&decoder->base, opaque->text, opaque->len, call_index);
    }
    strbuf_reset(opaque);
}

/* Keeps the part as it came. */
static void gemini_keep_part(struct decoder *decoder, const struct gemini_source *source)
{
    const char *raw;
    size_t len;
    if (gemini_find_raw(source, NULL, NULL, &raw, &len))
        decode_opaque(&decoder->base, raw, len, PIECE_NO_CALL);
}

/* A whole call. One without a name could be neither run nor answered. */
static bool gemini_take_call(struct decoder *decoder, const cJSON *part,
                             const struct gemini_source *source)
{
    const cJSON *function = json_get(part, "functionCall");
    struct call_slots *calls = &decoder->base.calls;
    struct call_delta delta = {
        .has_index = true,
        .index = decoder->call_count,
        .id = gemini_words(function, "id"),
        .name = gemini_words(function, "name"),
    };
    if (delta.name == NULL)
        return true;
    decoder->call_count++;
    if (json_has(function, "args"))
        gemini_find_raw(source, "functionCall", "args", &delta.object, &delta.object_len);
    if (!call_slots_add(calls, &delta, &decoder->base.sink.facts->error))
        return false;
    gemini_add_opaque(decoder, "id", delta.id);
    gemini_add_opaque(decoder, "thoughtSignature",
                      gemini_words(part, "thoughtSignature"));
    gemini_emit_opaque(decoder, calls->last);
    return true;
}

/* A text or a thought. An empty one may be there for its signature only. */
static void gemini_take_text(struct decoder *decoder, const cJSON *part,
                             const struct gemini_source *source)
{
    const char *text = gemini_words(part, "text");
    const char *signature = gemini_words(part, "thoughtSignature");
    const bool is_thought = cJSON_IsTrue(json_get(part, "thought"));
    decode_text(&decoder->base, is_thought ? PIECE_REASONING : PIECE_TEXT, text);
    if (signature == NULL)
        return;
    if (text != NULL) {
        gemini_keep_part(decoder, source);
        return;
    }
    gemini_add_opaque(decoder, "thoughtSignature", signature);
    gemini_emit_opaque(decoder, PIECE_NO_CALL);
}

static bool gemini_take_part(struct decoder *decoder, const cJSON *part,
                             const struct gemini_source *source)
{
    static const char *const kept[] = {"inlineData", "fileData", "executableCode",
                                       "codeExecutionResult"};
    if (cJSON_IsObject(json_get(part, "functionCall")))
        return gemini_take_call(decoder, part, source);
    for (size_t i = 0; i < COUNT_OF(kept); i++) {
        if (json_has(part, kept[i])) {
            gemini_keep_part(decoder, source);
            return true;
        }
    }
    gemini_take_text(decoder, part, source);
    return true;
}

/* --- One response
 * -----------------------------------------------------------------------
 */

/* The sum of what is known of the two. */
static int64_t gemini_sum(int64_t a, int64_t b)
{
    if (a < 0 || b < 0)
        return a < 0 ? b : a;
    return a + b;
}

static void gemini_take_usage(struct decoder *decoder, const cJSON *root)
{
    const cJSON *usage = json_get(root, "usageMetadata");
    struct usage *known = &decoder->base.sink.facts->usage;
    if (!cJSON_IsObject(usage))
        return;
    known->input = gemini_sum(decode_count(usage, "promptTokenCount"),
                              decode_count(usage, "toolUsePromptTokenCount"));
    known->reasoning = decode_count(usage, "thoughtsTokenCount");
    known->output =
        gemini_sum(decode_count(usage, "candidatesTokenCount"), known->reasoning);
    known->cached = decode_count(usage, "cachedContentTokenCount");
}

/* Fails with "WHAT: WORD" or, if the service explains itself, "WHAT: WORD: MESSAGE". */
static bool gemini_fail(struct decoder *decoder, enum error_class class, const char *what,
                        const char *word, const char *message)
{
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    page_text_append_line(&text, word, strlen(word), GEMINI_MESSAGE_MAX);
    if (message != NULL) {
        strbuf_append_text(&text, ": ");
        page_text_append_line(&text, message, strlen(message), GEMINI_MESSAGE_MAX);
    }
    error_set(&decoder->base.sink.facts->error, class, "%s: %s", what,
              strbuf_text(&text));
    strbuf_clear(&text);
    return false;
}

static const struct finish_word gemini_words_of_finish[] = {
    {"STOP", FINISH_STOP},
    {"MAX_TOKENS", FINISH_LENGTH},
    {"SAFETY", FINISH_CONTENT_FILTER},
    {"RECITATION", FINISH_CONTENT_FILTER},
    {"BLOCKLIST", FINISH_CONTENT_FILTER},
    {"PROHIBITED_CONTENT", FINISH_CONTENT_FILTER},
    {"SPII", FINISH_CONTENT_FILTER},
    {"LANGUAGE", FINISH_CONTENT_FILTER},
    {"MALFORMED_FUNCTION_CALL", FINISH_ERROR},
    {"UNEXPECTED_TOOL_CALL", FINISH_ERROR},
    {"TOO_MANY_TOOL_CALLS", FINISH_ERROR},
    {"OTHER", FINISH_ERROR},
};

static enum finish gemini_find_finish(const char *word)
{
    static const char image[] = "IMAGE_"; /* IMAGE_SAFETY and more of the kind */
    if (word != NULL && strncmp(word, image, sizeof(image) - 1) == 0)
        return FINISH_CONTENT_FILTER;
    return decode_find_finish(word, gemini_words_of_finish,
                              COUNT_OF(gemini_words_of_finish));
}

static bool gemini_take_finish(struct decoder *decoder, const cJSON *candidate)
{
    const char *word = gemini_words(candidate, "finishReason");
    if (word == NULL)
        return true;
    decode_set_finish_raw(&decoder->base, word);
    if (gemini_find_finish(word) == FINISH_ERROR)
        return gemini_fail(decoder, ERROR_SERVER, "the model's reply failed", word,
                           gemini_words(candidate, "finishMessage"));
    decoder->base.sink.facts->is_complete = true;
    return true;
}

/* The candidate with index 0 or without an index, and its position. */
static const cJSON *gemini_find_candidate(const cJSON *root, int *position)
{
    const cJSON *candidates = json_get(root, "candidates");
    const cJSON *candidate;
    *position = 0;
    if (!cJSON_IsArray(candidates))
        return NULL;
    cJSON_ArrayForEach(candidate, candidates)
    {
        int64_t index;
        const bool is_first = !json_get_int(candidate, "index", &index) || index == 0;
        if (is_first && cJSON_IsObject(candidate))
            return candidate;
        (*position)++;
    }
    return NULL;
}

static bool gemini_take_response(struct decoder *decoder, const cJSON *root,
                                 struct gemini_source *source)
{
    gemini_take_usage(decoder, root);
    const cJSON *feedback = json_get(root, "promptFeedback");
    const cJSON *candidate = gemini_find_candidate(root, &source->candidate);
    const char *reason = gemini_words(feedback, "blockReason");
    if (candidate == NULL && reason != NULL)
        return gemini_fail(decoder, ERROR_CONTENT_FILTER, "the prompt was blocked",
                           reason, gemini_words(feedback, "blockReasonMessage"));
    const cJSON *parts = json_get(json_get(candidate, "content"), "parts");
    const cJSON *part;
    source->part = 0;
    if (cJSON_IsArray(parts)) {
        cJSON_ArrayForEach(part, parts)
        {
            if (!gemini_take_part(decoder, part, source))
                return false;
            source->part++;
        }
    }
    return gemini_take_finish(decoder, candidate);
}

bool gemini_decode_event(struct decoder *decoder, const char *type, const char *data,
                         size_t len, bool is_last)
{
    const bool is_error = strcmp(type, "error") == 0;
    if (!is_error && strspn(data, " \t\r\n") == len)
        return true;
    cJSON *root = json_parse(data, len);
    struct gemini_source source = {.data = data, .len = len, .response = -1};
    const cJSON *error = decode_find_error(root);
    bool ok;
    if (is_error)
        ok = decode_fail_bytes(&decoder->base, NULL, data, len);
    else if (root == NULL)
        ok = decode_fail_unparsed(&decoder->base, data, len, is_last);
    else if (error != NULL)
        ok = decode_fail_json(&decoder->base, error);
    else if (!cJSON_IsObject(root))
        ok = decode_fail_strange(
            &decoder->base, "an event of the stream is not a JSON object", data, len);
    else
        ok = gemini_take_response(decoder, root, &source);
    cJSON_Delete(root);
    return ok;
}

/* --- Whole documents
 * --------------------------------------------------------------------
 */

static bool gemini_is_response(const cJSON *root)
{
    return cJSON_IsArray(json_get(root, "candidates")) ||
           cJSON_IsObject(json_get(root, "promptFeedback"));
}

/* One response, or an array of them: what a stream is without alt=sse. */
static bool gemini_take_document(struct decoder *decoder, const cJSON *root,
                                 struct gemini_source *source)
{
    if (!cJSON_IsArray(root))
        return gemini_take_response(decoder, root, source);
    const cJSON *response;
    source->response = 0;
    cJSON_ArrayForEach(response, root)
    {
        if (decode_has_error(response))
            return decode_fail_json(&decoder->base, response);
        if (!gemini_take_response(decoder, response, source))
            return false;
        source->response++;
    }
    return true;
}

bool gemini_decode_document(struct decoder *decoder, const char *data, size_t len)
{
    cJSON *root = json_parse(data, len);
    if (root == NULL)
        return decode_fail_strange(&decoder->base, "the reply is not valid JSON", data,
                                   len);
    const cJSON *error = decode_find_error(root);
    struct gemini_source source = {.data = data, .len = len, .response = -1};
    bool ok;
    if (error != NULL)
        ok = decode_fail_json(&decoder->base, error);
    else if (!gemini_is_response(cJSON_IsArray(root) ? root->child : root))
        ok = decode_fail_strange(
            &decoder->base, "the JSON that came is not a generated content", data, len);
    else
        ok = gemini_take_document(decoder, root, &source);
    /* A document is whole when it parses, even without a word about its end. */
    if (ok)
        decoder->base.sink.facts->is_complete = true;
    cJSON_Delete(root);
    return ok;
}

void gemini_decode_end(struct decoder *decoder, bool is_clean)
{
    (void)is_clean; /* behind the end mark a broken connection does not matter */
    struct reply_facts *facts = decoder->base.sink.facts;
    decode_flush(&decoder->base);
    if (facts->error.class != ERROR_NONE || !facts->is_complete)
        return;
    const size_t call_count = call_slots_finish(&decoder->base.calls);
    facts->finish = gemini_find_finish(facts->finish_raw);
    /* There is no word of its own for calls. */
    const bool is_open = facts->finish == FINISH_STOP || facts->finish_raw == NULL;
    if (is_open && call_count > 0)
        facts->finish = FINISH_TOOL_CALLS;
}

/* --- Models
 * -----------------------------------------------------------------------------
 */

static bool gemini_can_generate(const cJSON *model)
{
    const cJSON *methods = json_get(model, "supportedGenerationMethods");
    const cJSON *method;
    if (!cJSON_IsArray(methods))
        return true; /* it does not say */
    cJSON_ArrayForEach(method, methods)
    {
        if (cJSON_IsString(method) && strcmp(method->valuestring, "generateContent") == 0)
            return true;
    }
    return false;
}

bool gemini_decode_models(const char *data, size_t len, model_fn on_model, void *user)
{
    static const char prefix[] = "models/";
    cJSON *root = json_parse(data, len);
    const cJSON *models = json_get(root, "models");
    const cJSON *model;
    const bool is_list = cJSON_IsArray(models);
    if (!is_list)
        models = NULL;
    cJSON_ArrayForEach(model, models)
    {
        const char *name = gemini_words(model, "name");
        if (name == NULL || !gemini_can_generate(model))
            continue;
        if (strncmp(name, prefix, sizeof(prefix) - 1) == 0)
            name += sizeof(prefix) - 1;
        struct strbuf clean;
        strbuf_init(&clean, STRBUF_OWN_MAX);
        utf8_append_valid(&clean, name, strlen(name));
        on_model(user, strbuf_text(&clean));
        strbuf_clear(&clean);
    }
    cJSON_Delete(root);
    return is_list;
}

/*
 * Chunks in, pieces out. One chunk is read in a fixed order: errors first (a failure
 * decodes into an empty chunk otherwise and would pass for a silent answer), then usage,
 * then the one choice with its reasoning, text, refusal, calls and finish word. A whole
 * document is one big chunk whose choice has a "message" in place of the "delta".
 *
 * Any member may be missing, null or of another type: what cannot be read counts as
 * absent.
 */
#include "src/provider/openai_chat.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "src/base/compiler.h"
#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/provider/decode_common.h"
#include "src/provider/reasoning_details.h"

/* The index of the ancient form's only call; no server counts like that. */
#define DECODE_FUNCTION_CALL_INDEX INT64_MIN

struct decoder {
    struct decode_base base;
    struct reasoning_details details;
    bool is_done; /* [DONE] was seen: what follows is ignored */
};

/* The bytes an event was parsed from, for what must keep every digit. */
struct decode_source {
    const char *data;
    size_t len;
    int choice_index; /* position of the choice in its array */
    const char *delta_name;
};

struct decoder *openai_chat_decoder_new(const struct decoder_sink *sink)
{
    struct decoder *decoder = mem_alloc(sizeof(*decoder));
    decode_base_init(&decoder->base, sink);
    return decoder;
}

void openai_chat_decoder_free(struct decoder *decoder)
{
    if (decoder == NULL)
        return;
    decode_base_clear(&decoder->base);
    reasoning_details_clear(&decoder->details);
    mem_free(decoder);
}

/* --- Text ------------------------------------------------------------------------------
 */

/* Mistral: content, and the thinking in it, as an array of typed parts. */
static void decode_parts(struct decoder *decoder, const cJSON *parts,
                         enum piece_kind kind)
{
    const cJSON *part;
    cJSON_ArrayForEach(part, parts)
    {
        const char *type = json_get_string(part, "type");
        if (type == NULL)
            continue;
        if (strcmp(type, "text") == 0)
            decode_text(&decoder->base, kind, json_get_string(part, "text"));
        else if (strcmp(type, "thinking") == 0 && kind == PIECE_TEXT)
            decode_parts(decoder, json_get(part, "thinking"), PIECE_REASONING);
    }
}

/* The reasoning under either of its two names; some gateways send the same text under
 * both. */
static void decode_reasoning(struct decoder *decoder, const cJSON *delta)
{
    const char *text = json_get_string(delta, "reasoning_content");
    if (text == NULL || text[0] == '\0')
        text = json_get_string(delta, "reasoning");
    decode_text(&decoder->base, PIECE_REASONING, text);
}

static void decode_content(struct decoder *decoder, const cJSON *delta)
{
    const cJSON *content = json_get(delta, "content");
    if (cJSON_IsString(content))
        decode_text(&decoder->base, PIECE_TEXT, content->valuestring);
    else if (cJSON_IsArray(content))
        decode_parts(decoder, content, PIECE_TEXT);
}

/* --- Tool calls
 * -------------------------------------------------------------------------- */

/* Finds the bytes of arguments that are no string: printing the parsed value would lose
 * digits of numbers. `call_path` leads from the delta to the arguments. */
static void decode_raw_arguments(const struct decode_source *source,
                                 const char *const call_path[4], struct call_delta *delta)
{
    char choice_index[16];
    snprintf(choice_index, sizeof(choice_index), "%d", source->choice_index);
    const char *const path[] = {
        "choices",    choice_index, source->delta_name, call_path[0],
        call_path[1], call_path[2], call_path[3],       NULL,
    };
    json_find_raw(source->data, source->len, path, &delta->object, &delta->object_len);
}

/* Reads name and arguments from the object called "function" or "function_call". */
static void decode_function(const cJSON *function, const struct decode_source *source,
                            const char *const call_path[4], struct call_delta *delta)
{
    const cJSON *arguments = json_get(function, "arguments");
    delta->name = json_get_string(function, "name");
    if (cJSON_IsString(arguments))
        delta->arguments = arguments->valuestring;
    else if (arguments != NULL && !cJSON_IsNull(arguments))
        decode_raw_arguments(source, call_path, delta);
}

/* Keeps what stands beside a call for its service alone (Gemini's signature). */
static void decode_extra(struct decoder *decoder, const struct decode_source *source,
                         const char *position)
{
    char choice_index[16];
    snprintf(choice_index, sizeof(choice_index), "%d", source->choice_index);
    const char *const path[] = {"choices",    choice_index, source->delta_name,
                                "tool_calls", position,     "extra_content",
                                NULL};
    const char *raw;
    size_t len;
    if (json_find_raw(source->data, source->len, path, &raw, &len))
        decode_opaque(&decoder->base, raw, len, decoder->base.calls.last);
}

static bool decode_calls(struct decoder *decoder, const cJSON *delta,
                         const struct decode_source *source)
{
    const cJSON *calls = json_get(delta, "tool_calls");
    const cJSON *call;
    char position[16];
    int count = 0;
    if (!cJSON_IsArray(calls))
        return true;
    cJSON_ArrayForEach(call, calls)
    {
        struct call_delta call_delta = {.id = json_get_string(call, "id")};
        call_delta.has_index = json_get_int(call, "index", &call_delta.index);
        snprintf(position, sizeof(position), "%d", count++);
        const char *const path[4] = {"tool_calls", position, "function", "arguments"};
        decode_function(json_get(call, "function"), source, path, &call_delta);
        if (!cJSON_IsObject(call))
            continue;
        if (!call_slots_add(&decoder->base.calls, &call_delta,
                            &decoder->base.sink.facts->error))
            return false;
        if (cJSON_IsObject(json_get(call, "extra_content")))
            decode_extra(decoder, source, position);
    }
    return true;
}

/* The ancient form: one call without an id. */
static bool decode_function_call(struct decoder *decoder, const cJSON *delta,
                                 const struct decode_source *source)
{
    static const char *const path[4] = {"function_call", "arguments", NULL, NULL};
    const cJSON *function = json_get(delta, "function_call");
    if (!cJSON_IsObject(function))
        return true;
    struct call_delta call_delta = {.has_index = true,
                                    .index = DECODE_FUNCTION_CALL_INDEX};
    decode_function(function, source, path, &call_delta);
    return call_slots_add(&decoder->base.calls, &call_delta,
                          &decoder->base.sink.facts->error);
}

/* --- Usage
 * --------------------------------------------------------------------------------- */

/* Usage replaces what was known: some servers send a running total with every chunk. */
static void decode_usage(struct decoder *decoder, const cJSON *root)
{
    const cJSON *usage = json_get(root, "usage");
    if (!cJSON_IsObject(usage))
        usage = json_get(json_get(root, "x_groq"), "usage");
    if (!cJSON_IsObject(usage))
        return;
    struct usage *known = &decoder->base.sink.facts->usage;
    known->input = decode_count(usage, "prompt_tokens");
    known->output = decode_count(usage, "completion_tokens");
    known->cached =
        decode_count(json_get(usage, "prompt_tokens_details"), "cached_tokens");
    if (known->cached < 0)
        known->cached = decode_count(usage, "prompt_cache_hit_tokens"); /* DeepSeek */
    known->reasoning =
        decode_count(json_get(usage, "completion_tokens_details"), "reasoning_tokens");
}

/* --- One chunk
 * ------------------------------------------------------------------------------- */

/* The value that holds the error if the parsed event is one, otherwise NULL. */
static const cJSON *decode_find_chunk_error(const cJSON *root)
{
    const cJSON *error = decode_find_error(root);
    if (error != NULL)
        return error;
    const cJSON *choice = cJSON_GetArrayItem(json_get(root, "choices"), 0);
    if (decode_has_error(choice))
        return choice;
    const cJSON *groq = json_get(root, "x_groq");
    return decode_has_error(groq) ? groq : NULL;
}

/* The choice with index 0 or without an index, and its position. */
static const cJSON *decode_find_choice(const cJSON *root, struct decode_source *source)
{
    const cJSON *choices = json_get(root, "choices");
    const cJSON *choice;
    if (!cJSON_IsArray(choices))
        return NULL;
    source->choice_index = 0;
    cJSON_ArrayForEach(choice, choices)
    {
        int64_t index;
        const bool is_first = !json_get_int(choice, "index", &index) || index == 0;
        if (is_first && cJSON_IsObject(choice))
            return choice;
        source->choice_index++;
    }
    return NULL;
}

static bool decode_finish(struct decoder *decoder, const cJSON *choice)
{
    const char *word = json_get_string(choice, "finish_reason");
    if (word == NULL || word[0] == '\0')
        return true;
    struct reply_facts *facts = decoder->base.sink.facts;
    decode_set_finish_raw(&decoder->base, word);
    if (strcmp(word, "error") == 0) {
        error_set(&facts->error, ERROR_SERVER,
                  "the provider ended the reply with an error, without saying more");
        return false;
    }
    facts->is_complete = true;
    return true;
}

/* Reads a chunk or a whole document. */
static bool decode_root(struct decoder *decoder, const cJSON *root,
                        struct decode_source *source)
{
    decode_usage(decoder, root);
    const cJSON *choice = decode_find_choice(root, source);
    if (choice == NULL)
        return true;
    source->delta_name = "delta";
    const cJSON *delta = json_get(choice, "delta");
    if (!cJSON_IsObject(delta)) {
        source->delta_name = "message";
        delta = json_get(choice, "message");
    }
    decode_reasoning(decoder, delta);
    reasoning_details_add(&decoder->details, json_get(delta, "reasoning_details"));
    decode_content(decoder, delta);
    decode_text(&decoder->base, PIECE_REFUSAL, json_get_string(delta, "refusal"));
    return decode_calls(decoder, delta, source) &&
           decode_function_call(decoder, delta, source) && decode_finish(decoder, choice);
}

static void decode_trim(const char **data, size_t *len)
{
    while (*len > 0 && strchr(" \t\r\n", (*data)[0]) != NULL && (*data)[0] != '\0') {
        (*data)++;
        (*len)--;
    }
}

bool openai_chat_decode_event(struct decoder *decoder, const char *type, const char *data,
                              size_t len, bool is_last)
{
    static const char done[] = "[DONE]";
    if (decoder->is_done)
        return true;
    const bool is_error = strcmp(type, "error") == 0;
    decode_trim(&data, &len);
    if (len == 0 && !is_error)
        return true;
    if (len >= sizeof(done) - 1 && memcmp(data, done, sizeof(done) - 1) == 0) {
        decoder->is_done = true;
        decoder->base.sink.facts->is_complete = true;
        return true;
    }
    if (is_error)
        return decode_fail_bytes(&decoder->base, NULL, data, len);
    cJSON *root = json_parse(data, len);
    if (root == NULL)
        return decode_fail_unparsed(&decoder->base, data, len, is_last);
    const cJSON *error = decode_find_chunk_error(root);
    struct decode_source source = {.data = data, .len = len};
    bool ok;
    if (error != NULL)
        ok = decode_fail_json(&decoder->base, error);
    else if (!cJSON_IsObject(root))
        ok = decode_fail_strange(
            &decoder->base, "an event of the stream is not a JSON object", data, len);
    else
        ok = decode_root(decoder, root, &source);
    cJSON_Delete(root);
    return ok;
}

/* True if the document has what an answer is in. */
static bool decode_has_message(const cJSON *root)
{
    struct decode_source ignored;
    const cJSON *choice = decode_find_choice(root, &ignored);
    return cJSON_IsObject(json_get(choice, "message")) ||
           cJSON_IsObject(json_get(choice, "delta"));
}

bool openai_chat_decode_document(struct decoder *decoder, const char *data, size_t len)
{
    cJSON *root = json_parse(data, len);
    if (root == NULL)
        return decode_fail_strange(&decoder->base, "the reply is not valid JSON", data,
                                   len);
    const cJSON *error = decode_find_chunk_error(root);
    struct decode_source source = {.data = data, .len = len};
    bool ok;
    if (error != NULL)
        ok = decode_fail_json(&decoder->base, error);
    else if (!decode_has_message(root))
        ok = decode_fail_strange(
            &decoder->base, "the JSON that came is not a chat completion", data, len);
    else
        ok = decode_root(decoder, root, &source);
    /* A document is whole when it parses, even without a word about its end. */
    if (ok)
        decoder->base.sink.facts->is_complete = true;
    cJSON_Delete(root);
    return ok;
}

/* --- The end
 * ----------------------------------------------------------------------------------- */

static enum finish decode_settle_finish(const struct decoder *decoder, size_t call_count)
{
    static const struct finish_word words[] = {
        {"stop", FINISH_STOP},
        {"eos", FINISH_STOP},
        {"tool_calls", FINISH_TOOL_CALLS},
        {"function_call", FINISH_TOOL_CALLS},
        {"length", FINISH_LENGTH},
        {"model_length", FINISH_LENGTH},
        {"max_tokens", FINISH_LENGTH},
        {"content_filter", FINISH_CONTENT_FILTER},
    };
    const char *word = decoder->base.sink.facts->finish_raw;
    const enum finish finish = decode_find_finish(word, words, COUNT_OF(words));
    const bool is_open = finish == FINISH_STOP || word == NULL;
    if (is_open && call_count > 0)
        return FINISH_TOOL_CALLS; /* many servers say "stop" after calls */
    if (finish == FINISH_STOP && decoder->base.has_refusal)
        return FINISH_REFUSAL;
    return finish;
}

void openai_chat_decode_end(struct decoder *decoder, bool is_clean)
{
    (void)is_clean; /* behind the end mark a broken connection does not matter */
    decode_flush(&decoder->base);
    struct reply_facts *facts = decoder->base.sink.facts;
    if (facts->error.class != ERROR_NONE || !facts->is_complete)
        return;
    reasoning_details_emit(&decoder->details, &decoder->base);
    const size_t call_count = call_slots_finish(&decoder->base.calls);
    facts->finish = decode_settle_finish(decoder, call_count);
}

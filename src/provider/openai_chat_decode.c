/*
 * Chunks in, pieces out. One chunk is read in a fixed order: errors first (a failure
 * decodes into an empty chunk otherwise and would pass for a silent answer), then usage,
 * then the one choice with its reasoning, text, refusal, calls and finish word. A whole
 * document is one big chunk whose choice has a "message" in place of the "delta".
 *
 * Any member may be missing, null or of another type: what cannot be read counts as
 * absent. Text goes through one channel each (text, reasoning, refusal), because servers
 * that cut by UTF-16 units leave half a character at the end of a piece.
 */
#include "src/provider/openai_chat.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "src/base/compiler.h"
#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/base/utf8.h"
#include "src/provider/call_slots.h"
#include "src/provider/error_reply.h"
#include "src/provider/page_text.h"

/* How much of an event that is not JSON its error quotes, in bytes. */
#define DECODE_QUOTE_MAX 80

/* The index of the ancient form's only call; no server counts like that. */
#define DECODE_FUNCTION_CALL_INDEX INT64_MIN

struct decoder {
    struct decoder_sink sink;
    struct call_slots calls;
    struct strbuf scratch;
    uint16_t text_half;
    uint16_t reasoning_half;
    uint16_t refusal_half;
    bool has_refusal;
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
    decoder->sink = *sink;
    call_slots_init(&decoder->calls, sink->on_piece, sink->user);
    strbuf_init(&decoder->scratch, STRBUF_OWN_MAX);
    return decoder;
}

void openai_chat_decoder_free(struct decoder *decoder)
{
    if (decoder == NULL)
        return;
    call_slots_clear(&decoder->calls);
    strbuf_clear(&decoder->scratch);
    mem_free(decoder);
}

/* --- Text ------------------------------------------------------------------------------
 */

static uint16_t *decode_half_of(struct decoder *decoder, enum piece_kind kind)
{
    switch (kind) {
    case PIECE_TEXT: return &decoder->text_half;
    case PIECE_REASONING: return &decoder->reasoning_half;
    case PIECE_REFUSAL: return &decoder->refusal_half;
    case PIECE_CALL_DELTA:
    case PIECE_CALL: break;
    }
    return NULL;
}

/* Emits what the scratch buffer holds, if anything. */
static void decode_emit(struct decoder *decoder, enum piece_kind kind)
{
    if (decoder->scratch.len == 0)
        return;
    if (kind == PIECE_REFUSAL)
        decoder->has_refusal = true;
    const struct piece piece = {
        .kind = kind,
        .text = strbuf_text(&decoder->scratch),
        .len = decoder->scratch.len,
    };
    decoder->sink.on_piece(decoder->sink.user, &piece);
}

/* Takes the next text of a channel; NULL is none. */
static void decode_text(struct decoder *decoder, enum piece_kind kind, const char *text)
{
    if (text == NULL || text[0] == '\0')
        return;
    strbuf_reset(&decoder->scratch);
    json_join_halves(&decoder->scratch, text, decode_half_of(decoder, kind));
    decode_emit(decoder, kind);
}

/* Ends a channel: half a character that was held back becomes U+FFFD. */
static void decode_flush(struct decoder *decoder, enum piece_kind kind)
{
    strbuf_reset(&decoder->scratch);
    json_flush_half(&decoder->scratch, decode_half_of(decoder, kind));
    decode_emit(decoder, kind);
}

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
            decode_text(decoder, kind, json_get_string(part, "text"));
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
    decode_text(decoder, PIECE_REASONING, text);
}

static void decode_content(struct decoder *decoder, const cJSON *delta)
{
    const cJSON *content = json_get(delta, "content");
    if (cJSON_IsString(content))
        decode_text(decoder, PIECE_TEXT, content->valuestring);
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

/* Decides the reply as failed. Always false. */
static bool decode_fail(struct decoder *decoder, struct error_reply *reply)
{
    struct reply_facts *facts = decoder->sink.facts;
    error_move(&facts->error, &reply->error);
    mem_free(facts->provider_code);
    facts->provider_code = reply->code;
    mem_free(facts->request_id);
    facts->request_id = reply->request_id;
    facts->status = reply->status;
    *reply = (struct error_reply){.status = 0};
    return false;
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
        if (!call_slots_add(&decoder->calls, &call_delta, &decoder->sink.facts->error))
            return false;
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
    return call_slots_add(&decoder->calls, &call_delta, &decoder->sink.facts->error);
}

/* --- Usage
 * --------------------------------------------------------------------------------- */

/* A count of tokens, -1 where it is missing or absurd. */
static int64_t decode_count(const cJSON *object, const char *name)
{
    int64_t count;
    return json_get_int(object, name, &count) && count >= 0 ? count : -1;
}

/* Usage replaces what was known: some servers send a running total with every chunk. */
static void decode_usage(struct decoder *decoder, const cJSON *root)
{
    const cJSON *usage = json_get(root, "usage");
    if (!cJSON_IsObject(usage))
        usage = json_get(json_get(root, "x_groq"), "usage");
    if (!cJSON_IsObject(usage))
        return;
    struct usage *known = &decoder->sink.facts->usage;
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

/* True if the object has an "error" that says something. */
static bool decode_has_error(const cJSON *object)
{
    return json_has(object, "error") && !cJSON_IsFalse(json_get(object, "error"));
}

/* True if the parsed event is an error, and the value that holds it. */
static bool decode_find_error(const cJSON *root, const cJSON **error)
{
    *error = root;
    const char *object = json_get_string(root, "object");
    const char *type = json_get_string(root, "type");
    if (decode_has_error(root) || (object != NULL && strcmp(object, "error") == 0) ||
        (type != NULL && strcmp(type, "error") == 0))
        return true;
    /* Gemini's compatible endpoint wraps its errors in an array. */
    if (cJSON_IsArray(root))
        return decode_has_error(cJSON_GetArrayItem(root, 0));
    *error = cJSON_GetArrayItem(json_get(root, "choices"), 0);
    if (decode_has_error(*error))
        return true;
    *error = json_get(root, "x_groq");
    return decode_has_error(*error);
}

static bool decode_fail_with(struct decoder *decoder, const cJSON *error)
{
    struct error_reply reply;
    error_reply_from_json(&reply, 0, error);
    return decode_fail(decoder, &reply);
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
    struct reply_facts *facts = decoder->sink.facts;
    struct strbuf clean;
    strbuf_init(&clean, STRBUF_OWN_MAX);
    utf8_append_valid(&clean, word, strlen(word));
    mem_free(facts->finish_raw);
    facts->finish_raw = strbuf_take(&clean);
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
    decode_content(decoder, delta);
    decode_text(decoder, PIECE_REFUSAL, json_get_string(delta, "refusal"));
    return decode_calls(decoder, delta, source) &&
           decode_function_call(decoder, delta, source) && decode_finish(decoder, choice);
}

/* Fails because of bytes that are no chunk; the error quotes their first words. */
static bool decode_fail_strange(struct decoder *decoder, const char *what,
                                const char *data, size_t len)
{
    struct strbuf quote;
    strbuf_init(&quote, STRBUF_OWN_MAX);
    page_text_append_line(&quote, data, len, DECODE_QUOTE_MAX);
    error_set(&decoder->sink.facts->error, ERROR_PROTOCOL, "%s: %s", what,
              strbuf_text(&quote));
    strbuf_clear(&quote);
    return false;
}

/* Takes an event that is not JSON. */
static bool decode_unparsed(struct decoder *decoder, bool is_error, bool is_last,
                            const char *data, size_t len)
{
    struct reply_facts *facts = decoder->sink.facts;
    if (is_error) {
        struct error_reply reply;
        error_reply_from_body(&reply, 0, data, len);
        return decode_fail(decoder, &reply);
    }
    if (!is_last)
        return decode_fail_strange(decoder, "an event of the stream is not JSON", data,
                                   len);
    if (facts->is_complete)
        return true; /* cut off behind the end mark: nothing of the answer is lost */
    error_set(&facts->error, ERROR_PROTOCOL,
              "the reply broke off: the stream ended inside an event");
    return false;
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
        decoder->sink.facts->is_complete = true;
        return true;
    }
    cJSON *root = json_parse(data, len);
    if (root == NULL)
        return decode_unparsed(decoder, is_error, is_last, data, len);
    const cJSON *error;
    struct decode_source source = {.data = data, .len = len};
    bool ok;
    if (is_error)
        ok = decode_fail_with(decoder, root);
    else if (decode_find_error(root, &error))
        ok = decode_fail_with(decoder, error);
    else if (!cJSON_IsObject(root))
        ok = decode_fail_strange(decoder, "an event of the stream is not a JSON object",
                                 data, len);
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
        return decode_fail_strange(decoder, "the reply is not valid JSON", data, len);
    const cJSON *error;
    struct decode_source source = {.data = data, .len = len};
    bool ok;
    if (decode_find_error(root, &error))
        ok = decode_fail_with(decoder, error);
    else if (!decode_has_message(root))
        ok = decode_fail_strange(decoder, "the JSON that came is not a chat completion",
                                 data, len);
    else
        ok = decode_root(decoder, root, &source);
    /* A document is whole when it parses, even without a word about its end. */
    if (ok)
        decoder->sink.facts->is_complete = true;
    cJSON_Delete(root);
    return ok;
}

/* --- The end
 * ----------------------------------------------------------------------------------- */

/* What the provider's finish word means; unknown words, and none, are FINISH_UNKNOWN. */
static enum finish decode_finish_word(const char *word)
{
    static const struct {
        const char *word;
        enum finish finish;
    } words[] = {
        {"stop", FINISH_STOP},
        {"eos", FINISH_STOP},
        {"tool_calls", FINISH_TOOL_CALLS},
        {"function_call", FINISH_TOOL_CALLS},
        {"length", FINISH_LENGTH},
        {"model_length", FINISH_LENGTH},
        {"max_tokens", FINISH_LENGTH},
        {"content_filter", FINISH_CONTENT_FILTER},
    };
    for (size_t i = 0; word != NULL && i < COUNT_OF(words); i++) {
        if (strcmp(words[i].word, word) == 0)
            return words[i].finish;
    }
    return FINISH_UNKNOWN;
}

static enum finish decode_settle_finish(const struct decoder *decoder, size_t call_count)
{
    const char *word = decoder->sink.facts->finish_raw;
    const enum finish finish = decode_finish_word(word);
    const bool is_open = finish == FINISH_STOP || word == NULL;
    if (is_open && call_count > 0)
        return FINISH_TOOL_CALLS; /* many servers say "stop" after calls */
    if (finish == FINISH_STOP && decoder->has_refusal)
        return FINISH_REFUSAL;
    return finish;
}

void openai_chat_decode_end(struct decoder *decoder, bool is_clean)
{
    (void)is_clean; /* behind the end mark a broken connection does not matter */
    decode_flush(decoder, PIECE_REASONING);
    decode_flush(decoder, PIECE_TEXT);
    decode_flush(decoder, PIECE_REFUSAL);
    struct reply_facts *facts = decoder->sink.facts;
    if (facts->error.class != ERROR_NONE || !facts->is_complete)
        return;
    facts->finish = decode_settle_finish(decoder, call_slots_finish(&decoder->calls));
}

/*
 * Messages in, pieces out. Each message has one kind of event, named by its frame, and a
 * JSON payload. Only calls are opened by an event of their own; other blocks begin with
 * their first delta. Reasoning is put together and emitted as an opaque item when its
 * block closes, because it has to go back with its signature. A whole document is the
 * list of blocks with each of them complete.
 */
#include "src/provider/bedrock.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "src/base/compiler.h"
#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/provider/decode_common.h"

/* The most blocks of reasoning, and the most bytes kept of them for the way back. */
#define THOUGHTS_MAX      10000
#define THOUGHT_BYTES_MAX ((size_t)64 << 20)

/* One block of reasoning: a text with its signature, or something encrypted. */
struct thought {
    int64_t index;
    bool is_closed;
    bool has_signature;
    uint16_t half; /* a surrogate waiting for its partner in the next piece */
    struct strbuf text;
    struct strbuf signature;
    struct strbuf redacted;
};

struct decoder {
    struct decode_base base;
    struct thought *thoughts;
    size_t thought_count;
    size_t thought_cap;
    size_t byte_count; /* of all thoughts, against THOUGHT_BYTES_MAX */
};

struct decoder *bedrock_decoder_new(const struct decoder_sink *sink)
{
    struct decoder *decoder = mem_alloc(sizeof(*decoder));
    decode_base_init(&decoder->base, sink);
    return decoder;
}

void bedrock_decoder_free(struct decoder *decoder)
{
    if (decoder == NULL)
        return;
    for (size_t i = 0; i < decoder->thought_count; i++) {
        strbuf_clear(&decoder->thoughts[i].text);
        strbuf_clear(&decoder->thoughts[i].signature);
        strbuf_clear(&decoder->thoughts[i].redacted);
    }
    mem_free(decoder->thoughts);
    decode_base_clear(&decoder->base);
    mem_free(decoder);
}

static bool fail(struct decoder *decoder, const char *sentence)
{
    error_set(&decoder->base.sink.facts->error, ERROR_PROTOCOL, "%s", sentence);
    return false;
}

/* --- Reasoning -------------------------------------------------------------------------
 */

/* The open block of reasoning with that index, made if there is none; NULL past the
 * ceiling. */
static struct thought *get_thought(struct decoder *decoder, int64_t index)
{
    for (size_t i = 0; i < decoder->thought_count; i++) {
        struct thought *thought = &decoder->thoughts[i];
        if (thought->index == index && !thought->is_closed)
            return thought;
    }
    if (decoder->thought_count == THOUGHTS_MAX) {
        fail(decoder, "the reply has more than 10 000 blocks of reasoning");
        return NULL;
    }
    decoder->thoughts = mem_grow(decoder->thoughts, &decoder->thought_cap,
                                 decoder->thought_count + 1, sizeof(*decoder->thoughts));
    struct thought *thought = &decoder->thoughts[decoder->thought_count++];
    *thought = (struct thought){.index = index};
    strbuf_init(&thought->text, THOUGHT_BYTES_MAX);
    strbuf_init(&thought->signature, THOUGHT_BYTES_MAX);
    strbuf_init(&thought->redacted, THOUGHT_BYTES_MAX);
    return thought;
}

/* Takes what a delta, or a whole block, has of reasoning. */
static bool take_thought(struct decoder *decoder, int64_t index, const cJSON *reasoning)
{
    struct thought *thought = get_thought(decoder, index);
    const char *text = json_get_string(reasoning, "text");
    const char *signature = json_get_string(reasoning, "signature");
    const char *redacted = json_get_string(reasoning, "redactedContent");
    if (thought == NULL)
        return false;
    if (text != NULL) {
        decode_text(&decoder->base, PIECE_REASONING, text);
        json_join_halves(&thought->text, text, &thought->half);
        decoder->byte_count += strlen(text);
    }
    if (signature != NULL) {
        thought->has_signature = true;
        strbuf_append_text(&thought->signature, signature);
        decoder->byte_count += strlen(signature);
    }
    if (redacted != NULL) {
        strbuf_append_text(&thought->redacted, redacted);
        decoder->byte_count += strlen(redacted);
    }
    return decoder->byte_count <= THOUGHT_BYTES_MAX ||
           fail(decoder, "the reasoning of the reply exceeds 64 MiB");
}

/* Emits the thought as it has to go back. */
static void close_thought(struct decoder *decoder, struct thought *thought)
{
    struct strbuf json;
    if (thought->is_closed)
        return;
    thought->is_closed = true;
    strbuf_init(&json, STRBUF_OWN_MAX);
    json_flush_half(&thought->text, &thought->half);
    strbuf_append_text(&json, "{\"reasoningContent\":{");
    if (thought->redacted.len > 0) {
        strbuf_append_text(&json, "\"redactedContent\":");
        json_append_string(&json, thought->redacted.text, thought->redacted.len);
    } else {
        strbuf_append_text(&json, "\"reasoningText\":{\"text\":");
        json_append_string(&json, strbuf_text(&thought->text), thought->text.len);
        if (thought->has_signature) {
            strbuf_append_text(&json, ",\"signature\":");
            json_append_string(&json, strbuf_text(&thought->signature),
                               thought->signature.len);
        }
        strbuf_append_char(&json, '}');
    }
    strbuf_append_text(&json, "}}");
    decode_opaque(&decoder->base, strbuf_text(&json), json.len, PIECE_NO_CALL);
    strbuf_clear(&json);
}

/* Closes the blocks of reasoning with that index, or (NULL) all of them. */
static void close_thoughts(struct decoder *decoder, const int64_t *index)
{
    for (size_t i = 0; i < decoder->thought_count; i++) {
        if (index == NULL || decoder->thoughts[i].index == *index)
            close_thought(decoder, &decoder->thoughts[i]);
    }
}

/* --- Blocks ----------------------------------------------------------------------------
 */

static bool add_call(struct decoder *decoder, int64_t index, struct call_delta delta)
{
    delta.has_index = true;
    delta.index = index;
    return call_slots_add(&decoder->base.calls, &delta, &decoder->base.sink.facts->error);
}

static int64_t index_of(const cJSON *root)
{
    int64_t index = 0;
    json_get_int(root, "contentBlockIndex", &index);
    return index;
}

static bool take_start(struct decoder *decoder, const cJSON *root)
{
    const cJSON *call = json_get(json_get(root, "start"), "toolUse");
    if (!cJSON_IsObject(call))
        return true;
    return add_call(decoder, index_of(root),
                    (struct call_delta){.id = json_get_string(call, "toolUseId"),
                                        .name = json_get_string(call, "name")});
}

static bool take_delta(struct decoder *decoder, const cJSON *root)
{
    const cJSON *delta = json_get(root, "delta");
    const char *input = json_get_string(json_get(delta, "toolUse"), "input");
    const cJSON *reasoning = json_get(delta, "reasoningContent");
    decode_text(&decoder->base, PIECE_TEXT, json_get_string(delta, "text"));
    if (input != NULL &&
        !add_call(decoder, index_of(root), (struct call_delta){.arguments = input}))
        return false;
    return !cJSON_IsObject(reasoning) || take_thought(decoder, index_of(root), reasoning);
}

static void take_usage(struct decoder *decoder, const cJSON *usage)
{
    struct usage *known = &decoder->base.sink.facts->usage;
    const int64_t fresh = decode_count(usage, "inputTokens");
    const int64_t reads = decode_count(usage, "cacheReadInputTokens");
    const int64_t writes = decode_count(usage, "cacheWriteInputTokens");
    if (!cJSON_IsObject(usage))
        return;
    known->output = decode_count(usage, "outputTokens");
    known->cached = reads;
    known->input = fresh;
    if (fresh >= 0) /* the service counts the cache apart */
        known->input += (reads > 0 ? reads : 0) + (writes > 0 ? writes : 0);
}

static void take_stop(struct decoder *decoder, const cJSON *root)
{
    const char *reason = json_get_string(root, "stopReason");
    if (reason != NULL && reason[0] != '\0')
        decode_set_finish_raw(&decoder->base, reason);
    decoder->base.sink.facts->is_complete = true;
}

/* --- Events ----------------------------------------------------------------------------
 */

/* The name of a failure behind "exception/" or "error/"; NULL for an event. */
static const char *failure_name(const char *type)
{
    static const char *const kinds[] = {"exception/", "error/"};
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        if (strncmp(type, kinds[i], strlen(kinds[i])) == 0)
            return type + strlen(kinds[i]);
    }
    return NULL;
}

static bool take_event(struct decoder *decoder, const char *type, const cJSON *root)
{
    if (strcmp(type, "contentBlockDelta") == 0)
        return take_delta(decoder, root);
    if (strcmp(type, "contentBlockStart") == 0)
        return take_start(decoder, root);
    if (strcmp(type, "contentBlockStop") == 0) {
        const int64_t index = index_of(root);
        close_thoughts(decoder, &index);
    } else if (strcmp(type, "messageStop") == 0) {
        take_stop(decoder, root);
    } else if (strcmp(type, "metadata") == 0) {
        take_usage(decoder, json_get(root, "usage"));
    }
    return true; /* messageStart, and what is not known yet */
}

bool bedrock_decode_event(struct decoder *decoder, const char *type, const char *data,
                          size_t len, bool is_last)
{
    struct decode_base *base = &decoder->base;
    const char *failure = failure_name(type);
    if (failure != NULL)
        return decode_fail_bytes(base, failure, data, len);
    if (strspn(data, " \t\r\n") == len)
        return true;
    cJSON *root = json_parse(data, len);
    bool ok;
    if (root == NULL)
        ok = decode_fail_unparsed(base, data, len, is_last);
    else if (strcmp(type, "error") == 0 || decode_has_error(root))
        ok = decode_fail_json(base, root); /* no frame of AWS: some proxy's own words */
    else if (!cJSON_IsObject(root))
        ok = decode_fail_strange(base, "a message of the stream is not a JSON object",
                                 data, len);
    else
        ok = take_event(decoder, type, root);
    cJSON_Delete(root);
    return ok;
}

/* --- Documents and the end -------------------------------------------------------------
 */

/* Takes a whole block, number `index` of the message in the document `data`. */
static bool take_block(struct decoder *decoder, const cJSON *block, int index,
                       const char *data, size_t len)
{
    char position[16];
    snprintf(position, sizeof(position), "%d", index);
    const char *const path[] = {"output",  "message", "content", position,
                                "toolUse", "input",   NULL};
    const cJSON *call = json_get(block, "toolUse");
    const cJSON *reasoning = json_get(block, "reasoningContent");
    decode_text(&decoder->base, PIECE_TEXT, json_get_string(block, "text"));
    if (cJSON_IsObject(reasoning)) {
        const cJSON *text = json_get(reasoning, "reasoningText");
        const int64_t number = index;
        if (!take_thought(decoder, index, cJSON_IsObject(text) ? text : reasoning))
            return false;
        close_thoughts(decoder, &number);
    }
    if (!cJSON_IsObject(call))
        return true;
    struct call_delta delta = {.id = json_get_string(call, "toolUseId"),
                               .name = json_get_string(call, "name")};
    if (json_has(call, "input"))
        json_find_raw(data, len, path, &delta.object, &delta.object_len);
    return add_call(decoder, index, delta);
}

static bool take_message(struct decoder *decoder, const cJSON *root, const char *data,
                         size_t len)
{
    const cJSON *block;
    int index = 0;
    cJSON_ArrayForEach(block,
                       json_get(json_get(json_get(root, "output"), "message"), "content"))
    {
        if (!take_block(decoder, block, index++, data, len))
            return false;
    }
    take_usage(decoder, json_get(root, "usage"));
    take_stop(decoder, root);
    return true;
}

bool bedrock_decode_document(struct decoder *decoder, const char *data, size_t len)
{
    struct decode_base *base = &decoder->base;
    cJSON *root = json_parse(data, len);
    bool ok;
    if (root == NULL)
        ok = decode_fail_strange(base, "the reply is not valid JSON", data, len);
    else if (cJSON_IsObject(json_get(json_get(root, "output"), "message")))
        ok = take_message(decoder, root, data, len);
    else if (decode_has_error(root) || json_has(root, "message") ||
             json_has(root, "Message"))
        ok = decode_fail_json(base, root);
    else
        ok = decode_fail_strange(base, "the JSON that came is not a message", data, len);
    cJSON_Delete(root);
    return ok;
}

static enum finish settle_finish(const struct decoder *decoder, size_t call_count)
{
    static const struct finish_word words[] = {
        {"end_turn", FINISH_STOP},
        {"stop_sequence", FINISH_STOP},
        {"max_tokens", FINISH_LENGTH},
        {"model_context_window_exceeded", FINISH_LENGTH},
        {"tool_use", FINISH_TOOL_CALLS},
        {"guardrail_intervened", FINISH_CONTENT_FILTER},
        {"content_filtered", FINISH_CONTENT_FILTER},
        {"pause_turn", FINISH_PAUSE},
        {"refusal", FINISH_REFUSAL},
    };
    const char *word = decoder->base.sink.facts->finish_raw;
    const enum finish finish = decode_find_finish(word, words, COUNT_OF(words));
    const bool is_open = finish == FINISH_STOP || word == NULL;
    return is_open && call_count > 0 ? FINISH_TOOL_CALLS : finish;
}

void bedrock_decode_end(struct decoder *decoder, bool is_clean)
{
    (void)is_clean; /* behind the end mark a broken connection does not matter */
    struct reply_facts *facts = decoder->base.sink.facts;
    decode_flush(&decoder->base);
    if (facts->error.class != ERROR_NONE || !facts->is_complete)
        return;
    close_thoughts(decoder, NULL);
    facts->finish = settle_finish(decoder, call_slots_finish(&decoder->base.calls));
}

/*
 * Each line is a piece of the message, with its thinking, its text and its calls; the
 * last one says "done" and brings the counts. Calls come whole, as objects, and the order
 * in which they come is their order: ids and indexes are missing or useless in older
 * servers. The line of a reply that was not streamed has the same form.
 */
#include "src/provider/ollama.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "src/base/compiler.h"
#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/provider/decode_common.h"

struct decoder {
    struct decode_base base;
    int64_t call_count; /* also the next call's index: each is new */
    bool is_done;       /* what follows is ignored */
};

struct decoder *ollama_decoder_new(const struct decoder_sink *sink)
{
    struct decoder *decoder = mem_alloc(sizeof(*decoder));
    decode_base_init(&decoder->base, sink);
    return decoder;
}

void ollama_decoder_free(struct decoder *decoder)
{
    if (decoder == NULL)
        return;
    decode_base_clear(&decoder->base);
    mem_free(decoder);
}

/* Takes call number `position` of the line; printing its parsed arguments would lose
 * digits of numbers. */
static bool ollama_take_call(struct decoder *decoder, const cJSON *call, int position,
                             const char *data, size_t len)
{
    const cJSON *function = json_get(call, "function");
    const cJSON *arguments = json_get(function, "arguments");
    struct call_delta delta = {
        .has_index = true,
        .index = decoder->call_count,
        .id = json_get_string(call, "id"),
        .name = json_get_string(function, "name"),
    };
    if (delta.name == NULL || delta.name[0] == '\0')
        return true; /* nothing that could be run or answered */
    decoder->call_count++;
    char number[16];
    snprintf(number, sizeof(number), "%d", position);
    const char *const path[] = {"message",  "tool_calls", number,
                                "function", "arguments",  NULL};
    if (cJSON_IsString(arguments))
        delta.arguments = arguments->valuestring;
    else if (json_has(function, "arguments"))
        json_find_raw(data, len, path, &delta.object, &delta.object_len);
    return call_slots_add(&decoder->base.calls, &delta, &decoder->base.sink.facts->error);
}

static bool ollama_take_message(struct decoder *decoder, const cJSON *message,
                                const char *data, size_t len)
{
    const cJSON *calls = json_get(message, "tool_calls");
    const cJSON *call;
    int position = 0;
    decode_text(&decoder->base, PIECE_REASONING, json_get_string(message, "thinking"));
    decode_text(&decoder->base, PIECE_TEXT, json_get_string(message, "content"));
    if (!cJSON_IsArray(calls))
        return true;
    cJSON_ArrayForEach(call, calls)
    {
        if (!ollama_take_call(decoder, call, position++, data, len))
            return false;
    }
    return true;
}

/* The counts stand in the last line; one that is missing (the prompt was in the cache)
 * stays unknown. */
static void ollama_take_end(struct decoder *decoder, const cJSON *root)
{
    struct reply_facts *facts = decoder->base.sink.facts;
    const char *reason = json_get_string(root, "done_reason");
    if (reason != NULL && reason[0] != '\0')
        decode_set_finish_raw(&decoder->base, reason);
    facts->usage.input = decode_count(root, "prompt_eval_count");
    facts->usage.output = decode_count(root, "eval_count");
    facts->is_complete = true;
    decoder->is_done = true;
}

static bool ollama_take_root(struct decoder *decoder, const cJSON *root, const char *data,
                             size_t len)
{
    const cJSON *error = decode_find_error(root);
    if (error != NULL)
        return decode_fail_json(&decoder->base, error);
    if (!cJSON_IsObject(root))
        return decode_fail_strange(
            &decoder->base, "a line of the stream is not a JSON object", data, len);
    if (!ollama_take_message(decoder, json_get(root, "message"), data, len))
        return false;
    if (cJSON_IsTrue(json_get(root, "done")))
        ollama_take_end(decoder, root);
    return true;
}

bool ollama_decode_line(struct decoder *decoder, const char *type, const char *data,
                        size_t len, bool is_last)
{
    const bool is_error = strcmp(type, "error") == 0; /* a relay made events of lines */
    if (decoder->is_done || (!is_error && strspn(data, " \t\r\n") == len))
        return true;
    if (is_error)
        return decode_fail_bytes(&decoder->base, NULL, data, len);
    cJSON *root = json_parse(data, len);
    const bool ok = root != NULL
                        ? ollama_take_root(decoder, root, data, len)
                        : decode_fail_unparsed(&decoder->base, data, len, is_last);
    cJSON_Delete(root);
    return ok;
}

bool ollama_decode_document(struct decoder *decoder, const char *data, size_t len)
{
    cJSON *root = json_parse(data, len);
    bool ok;
    if (root == NULL)
        ok =
            decode_fail_strange(&decoder->base, "the reply is not valid JSON", data, len);
    else if (decode_find_error(root) == NULL &&
             !cJSON_IsObject(json_get(root, "message")))
        ok = decode_fail_strange(
            &decoder->base, "the JSON that came is not an answer of Ollama", data, len);
    else
        ok = ollama_take_root(decoder, root, data, len);
    /* A document is whole when it parses, even without a word about its end. */
    if (ok)
        decoder->base.sink.facts->is_complete = true;
    cJSON_Delete(root);
    return ok;
}

void ollama_decode_end(struct decoder *decoder, bool is_clean)
{
    static const struct finish_word words[] = {
        {"stop", FINISH_STOP},
        {"length", FINISH_LENGTH},
    };
    (void)is_clean; /* behind the end mark a broken connection does not matter */
    struct reply_facts *facts = decoder->base.sink.facts;
    decode_flush(&decoder->base);
    if (facts->error.class != ERROR_NONE || !facts->is_complete)
        return;
    const size_t call_count = call_slots_finish(&decoder->base.calls);
    /* Old servers give no reason: then it stopped. There is no word of its own for calls.
     */
    facts->finish = facts->finish_raw == NULL
                        ? FINISH_STOP
                        : decode_find_finish(facts->finish_raw, words, COUNT_OF(words));
    if (facts->finish == FINISH_STOP && call_count > 0)
        facts->finish = FINISH_TOOL_CALLS;
}

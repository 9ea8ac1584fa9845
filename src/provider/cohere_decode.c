/*
 * Events in, pieces out. Every event but the last has its news in a message inside a
 * "delta"; a whole document has the same members in its "message". The plan that the
 * model makes ahead of its calls counts as reasoning.
 */
#include "src/provider/cohere.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "src/base/compiler.h"
#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/provider/decode_common.h"

struct decoder {
    struct decode_base base;
    bool is_done; /* message-end was seen: what follows is ignored */
};

/* The bytes a call was parsed from, for arguments that must keep every digit. */
struct call_source {
    const char *data;
    size_t len;
    const char *path[6]; /* to the call's object; ends with NULL */
};

struct decoder *cohere_decoder_new(const struct decoder_sink *sink)
{
    struct decoder *decoder = mem_alloc(sizeof(*decoder));
    decode_base_init(&decoder->base, sink);
    return decoder;
}

void cohere_decoder_free(struct decoder *decoder)
{
    if (decoder == NULL)
        return;
    decode_base_clear(&decoder->base);
    mem_free(decoder);
}

/* --- What a message is made of ---------------------------------------------------------
 */

/* Takes one part of the content. */
static void take_content(struct decoder *decoder, const cJSON *content)
{
    decode_text(&decoder->base, PIECE_REASONING, json_get_string(content, "thinking"));
    decode_text(&decoder->base, PIECE_TEXT, json_get_string(content, "text"));
}

/* Takes what is new of a call. */
static bool take_call(struct decoder *decoder, const cJSON *call, const int64_t *index,
                      const struct call_source *source)
{
    const cJSON *function = json_get(call, "function");
    const cJSON *arguments = json_get(function, "arguments");
    struct call_delta delta = {
        .has_index = index != NULL,
        .index = index != NULL ? *index : 0,
        .id = json_get_string(call, "id"),
        .name = json_get_string(function, "name"),
    };
    if (!cJSON_IsObject(call))
        return true;
    if (cJSON_IsString(arguments)) {
        delta.arguments = arguments->valuestring;
    } else if (arguments != NULL && !cJSON_IsNull(arguments)) {
        const char *path[COUNT_OF(source->path) + 2];
        size_t depth = 0;
        for (; source->path[depth] != NULL; depth++)
            path[depth] = source->path[depth];
        path[depth++] = "function";
        path[depth++] = "arguments";
        path[depth] = NULL;
        json_find_raw(source->data, source->len, path, &delta.object, &delta.object_len);
    }
    return call_slots_add(&decoder->base.calls, &delta, &decoder->base.sink.facts->error);
}

/* Takes the calls of an event: an object here, unlike everywhere else; a list from
 * servers that know better. */
static bool take_event_calls(struct decoder *decoder, const cJSON *root,
                             const cJSON *calls, const char *data, size_t len)
{
    struct call_source source = {
        .data = data, .len = len, .path = {"delta", "message", "tool_calls"}};
    int64_t index;
    const bool has_index = json_get_int(root, "index", &index);
    if (cJSON_IsArray(calls)) {
        calls = calls->child;
        source.path[3] = "0";
    }
    return take_call(decoder, calls, has_index ? &index : NULL, &source);
}

static void take_usage(struct decoder *decoder, const cJSON *usage)
{
    struct usage *known = &decoder->base.sink.facts->usage;
    const cJSON *tokens = json_get(usage, "tokens"); /* not what is billed */
    if (!cJSON_IsObject(usage))
        return;
    known->input = decode_count(tokens, "input_tokens");
    known->output = decode_count(tokens, "output_tokens");
    known->cached = decode_count(usage, "cached_tokens");
}

/* Takes the end, from an event's "delta" or from a whole document. */
static bool take_end(struct decoder *decoder, const cJSON *end)
{
    const char *reason = json_get_string(end, "finish_reason");
    struct reply_facts *facts = decoder->base.sink.facts;
    take_usage(decoder, json_get(end, "usage"));
    if (reason != NULL && reason[0] != '\0')
        decode_set_finish_raw(&decoder->base, reason);
    if (decode_has_error(end))
        return decode_fail_json(&decoder->base, end);
    if (reason != NULL &&
        (strcmp(reason, "ERROR") == 0 || strcmp(reason, "TIMEOUT") == 0)) {
        error_set(&facts->error, ERROR_SERVER,
                  "the provider ended the reply with %s, without saying more", reason);
        return false;
    }
    facts->is_complete = true;
    decoder->is_done = true;
    return true;
}

/* --- Events ----------------------------------------------------------------------------
 */

static bool take_event(struct decoder *decoder, const char *type, const cJSON *root,
                       const char *data, size_t len)
{
    const cJSON *delta = json_get(root, "delta");
    const cJSON *message = json_get(delta, "message");
    if (strcmp(type, "content-delta") == 0 || strcmp(type, "content-start") == 0)
        take_content(decoder, json_get(message, "content"));
    else if (strcmp(type, "tool-plan-delta") == 0)
        decode_text(&decoder->base, PIECE_REASONING,
                    json_get_string(message, "tool_plan"));
    else if (strcmp(type, "tool-call-start") == 0 || strcmp(type, "tool-call-delta") == 0)
        return take_event_calls(decoder, root, json_get(message, "tool_calls"), data,
                                len);
    else if (strcmp(type, "message-end") == 0)
        return take_end(decoder, delta);
    return true; /* citations, debugging, and what is not known yet */
}

static bool is_error_type(const char *type)
{
    return type != NULL && strcmp(type, "error") == 0;
}

bool cohere_decode_event(struct decoder *decoder, const char *type, const char *data,
                         size_t len, bool is_last)
{
    static const char done[] = "[DONE]";
    struct decode_base *base = &decoder->base;
    if (decoder->is_done)
        return true;
    const size_t blank = strspn(data, " \t\r\n");
    if (blank == len && !is_error_type(type))
        return true;
    if (len - blank >= sizeof(done) - 1 &&
        memcmp(data + blank, done, sizeof(done) - 1) == 0)
        return true;
    cJSON *root = json_parse(data, len);
    const char *said = json_get_string(root, "type");
    bool ok;
    if (is_error_type(type) && root == NULL)
        ok = decode_fail_bytes(base, NULL, data, len);
    else if (root == NULL)
        ok = decode_fail_unparsed(base, data, len, is_last);
    else if (is_error_type(type) || is_error_type(said) || decode_has_error(root))
        ok = decode_fail_json(base, root);
    else if (!cJSON_IsObject(root))
        ok = decode_fail_strange(base, "an event of the stream is not a JSON object",
                                 data, len);
    else
        ok = take_event(decoder, said != NULL ? said : type, root, data, len);
    cJSON_Delete(root);
    return ok;
}

/* --- Documents and the end -------------------------------------------------------------
 */

static bool take_calls(struct decoder *decoder, const cJSON *calls, const char *data,
                       size_t len)
{
    const cJSON *call;
    int64_t index = 0;
    cJSON_ArrayForEach(call, calls)
    {
        char position[16];
        snprintf(position, sizeof(position), "%d", (int)index);
        const struct call_source source = {
            .data = data, .len = len, .path = {"message", "tool_calls", position}};
        if (!take_call(decoder, call, &index, &source))
            return false;
        index++;
    }
    return true;
}

static bool take_document(struct decoder *decoder, const cJSON *root, const char *data,
                          size_t len)
{
    const cJSON *message = json_get(root, "message");
    const cJSON *content = json_get(message, "content");
    const cJSON *part;
    decode_text(&decoder->base, PIECE_REASONING, json_get_string(message, "tool_plan"));
    if (cJSON_IsString(content))
        decode_text(&decoder->base, PIECE_TEXT, content->valuestring);
    cJSON_ArrayForEach(part, content)
    {
        take_content(decoder, part);
    }
    return take_calls(decoder, json_get(message, "tool_calls"), data, len) &&
           take_end(decoder, root);
}

bool cohere_decode_document(struct decoder *decoder, const char *data, size_t len)
{
    struct decode_base *base = &decoder->base;
    cJSON *root = json_parse(data, len);
    bool ok;
    if (root == NULL)
        ok = decode_fail_strange(base, "the reply is not valid JSON", data, len);
    else if (cJSON_IsObject(json_get(root, "message")))
        ok = take_document(decoder, root, data, len);
    else if (decode_has_error(root) || json_has(root, "message"))
        ok = decode_fail_json(base, root); /* the message is a failure's words */
    else
        ok = decode_fail_strange(base, "the JSON that came is not a chat reply", data,
                                 len);
    cJSON_Delete(root);
    return ok;
}

static enum finish settle_finish(const struct decoder *decoder, size_t call_count)
{
    static const struct finish_word words[] = {
        {"COMPLETE", FINISH_STOP},
        {"STOP_SEQUENCE", FINISH_STOP},
        {"MAX_TOKENS", FINISH_LENGTH},
        {"TOOL_CALL", FINISH_TOOL_CALLS},
    };
    const char *word = decoder->base.sink.facts->finish_raw;
    const enum finish finish = decode_find_finish(word, words, COUNT_OF(words));
    const bool is_open = finish == FINISH_STOP || word == NULL;
    return is_open && call_count > 0 ? FINISH_TOOL_CALLS : finish;
}

void cohere_decode_end(struct decoder *decoder, bool is_clean)
{
    (void)is_clean; /* behind the end mark a broken connection does not matter */
    struct reply_facts *facts = decoder->base.sink.facts;
    decode_flush(&decoder->base);
    if (facts->error.class != ERROR_NONE || !facts->is_complete)
        return;
    facts->finish = settle_finish(decoder, call_slots_finish(&decoder->base.calls));
}

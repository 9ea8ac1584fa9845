/*
 * A reply is a list of items (reasoning, messages, calls) that are announced, filled by
 * deltas and finished; an event for each, named by its type, of which most need nothing
 * done. What a finished item holds is kept for the next request. The last event repeats
 * the whole output: it counts for usage and status only, unless nothing came before it,
 * as from servers that know few of the events.
 */
#include "src/provider/openai_responses.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "src/base/compiler.h"
#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/provider/decode_common.h"

struct decoder {
    struct decode_base base;
    bool has_text;      /* a delta of text or refusal came */
    bool has_reasoning; /* a delta of reasoning came */
    bool wants_break;   /* a new paragraph of reasoning begins */
    bool is_cut;        /* the reply ended before it was whole */
    bool is_over;       /* the last event was seen: what follows is ignored */
};

/* An event or a document. */
struct response_source {
    const cJSON *root;
    const char *data;
    size_t len;
};

struct decoder *openai_responses_decoder_new(const struct decoder_sink *sink)
{
    struct decoder *decoder = mem_alloc(sizeof(*decoder));
    decode_base_init(&decoder->base, sink);
    return decoder;
}

void openai_responses_decoder_free(struct decoder *decoder)
{
    if (decoder == NULL)
        return;
    decode_base_clear(&decoder->base);
    mem_free(decoder);
}

/* --- Deltas
 * -----------------------------------------------------------------------------
 */

static void response_text(struct decoder *decoder, enum piece_kind kind, const char *text)
{
    if (text == NULL || text[0] == '\0')
        return;
    decoder->has_text = true;
    decode_text(&decoder->base, kind, text);
}

/* Paragraphs are joined with an empty line. */
static void response_reasoning(struct decoder *decoder, const char *text)
{
    if (text == NULL || text[0] == '\0')
        return;
    if (decoder->wants_break && decoder->has_reasoning)
        decode_text(&decoder->base, PIECE_REASONING, "\n\n");
    decoder->wants_break = false;
    decoder->has_reasoning = true;
    decode_text(&decoder->base, PIECE_REASONING, text);
}

static bool on_text(struct decoder *decoder, const struct response_source *source)
{
    response_text(decoder, PIECE_TEXT, json_get_string(source->root, "delta"));
    return true;
}

static bool on_refusal(struct decoder *decoder, const struct response_source *source)
{
    response_text(decoder, PIECE_REFUSAL, json_get_string(source->root, "delta"));
    return true;
}

static bool on_reasoning(struct decoder *decoder, const struct response_source *source)
{
    response_reasoning(decoder, json_get_string(source->root, "delta"));
    return true;
}

static bool on_summary_part(struct decoder *decoder, const struct response_source *source)
{
    (void)source;
    decoder->wants_break = true;
    return true;
}

static bool on_content_part(struct decoder *decoder, const struct response_source *source)
{
    const char *type = json_get_string(json_get(source->root, "part"), "type");
    if (type != NULL && strcmp(type, "reasoning_text") == 0)
        decoder->wants_break = true;
    return true;
}

/* --- Calls
 * ------------------------------------------------------------------------------
 */

static bool response_add_call(struct decoder *decoder, const struct call_delta *delta)
{
    return call_slots_add(&decoder->base.calls, delta, &decoder->base.sink.facts->error);
}

static bool on_arguments(struct decoder *decoder, const struct response_source *source)
{
    struct call_delta delta = {.arguments = json_get_string(source->root, "delta")};
    delta.has_index = json_get_int(source->root, "output_index", &delta.index);
    return response_add_call(decoder, &delta);
}

static bool on_arguments_done(struct decoder *decoder,
                              const struct response_source *source)
{
    struct call_delta delta = {
        .name = json_get_string(source->root, "name"),
        .arguments = json_get_string(source->root, "arguments"),
        .is_all = true,
    };
    delta.has_index = json_get_int(source->root, "output_index", &delta.index);
    return response_add_call(decoder, &delta);
}

/* --- Items
 * ------------------------------------------------------------------------------
 */

static bool item_is(const cJSON *item, const char *type)
{
    const char *given = json_get_string(item, "type");
    return given != NULL && strcmp(given, type) == 0;
}

/* True unless the server says that the item was cut. */
static bool item_is_whole(const cJSON *item)
{
    const char *status = json_get_string(item, "status");
    return status == NULL || strcmp(status, "completed") == 0;
}

/* Takes what an item says of a call. `raw` are the item's bytes: arguments given as an
 * object keep their digits. */
static bool response_take_call(struct decoder *decoder, const cJSON *item,
                               struct call_delta *delta, const char *raw, size_t len)
{
    static const char *const path[] = {"arguments", NULL};
    const cJSON *arguments = json_get(item, "arguments");
    delta->id = json_get_string(item, "call_id");
    delta->name = json_get_string(item, "name");
    if (cJSON_IsString(arguments) && arguments->valuestring[0] != '\0') {
        delta->arguments = arguments->valuestring;
        delta->is_all = true;
    } else if (cJSON_IsObject(arguments)) {
        json_find_raw(raw, len, path, &delta->object, &delta->object_len);
    }
    return response_add_call(decoder, delta);
}

/* The texts of a list of parts, each by its type. */
static void response_take_parts(struct decoder *decoder, const cJSON *parts)
{
    const cJSON *part;
    if (!cJSON_IsArray(parts))
        return;
    cJSON_ArrayForEach(part, parts)
    {
        if (item_is(part, "output_text"))
            response_text(decoder, PIECE_TEXT, json_get_string(part, "text"));
        else if (item_is(part, "refusal"))
            response_text(decoder, PIECE_REFUSAL, json_get_string(part, "refusal"));
        else if (item_is(part, "summary_text") || item_is(part, "reasoning_text")) {
            decoder->wants_break = true;
            response_reasoning(decoder, json_get_string(part, "text"));
        }
    }
}

/* The texts of an item of which no delta came. */
static void response_take_words(struct decoder *decoder, const cJSON *item)
{
    const bool is_reasoning = item_is(item, "reasoning");
    if (is_reasoning && !decoder->has_reasoning) {
        response_take_parts(decoder, json_get(item, "summary"));
        response_take_parts(decoder, json_get(item, "content"));
    } else if (!is_reasoning && !decoder->has_text) {
        response_take_parts(decoder, json_get(item, "content"));
    }
}

/* An item that is finished. A call that was cut does not go back: its arguments are no
 * use to anybody. */
static bool response_take_item(struct decoder *decoder, const cJSON *item,
                               const char *raw, size_t len, int64_t index)
{
    struct call_delta delta = {.has_index = true, .index = index};
    delta.is_done = item_is_whole(item);
    size_t call_index = PIECE_NO_CALL;
    if (item_is(item, "function_call")) {
        if (!response_take_call(decoder, item, &delta, raw, len))
            return false;
        call_index = decoder->base.calls.last;
        if (!delta.is_done)
            return true;
    } else {
        response_take_words(decoder, item);
    }
    decode_opaque(&decoder->base, raw, len, call_index);
    return true;
}

static bool on_item(struct decoder *decoder, const struct response_source *source)
{
    const cJSON *item = json_get(source->root, "item");
    struct call_delta delta = {.id = NULL};
    if (!item_is(item, "function_call"))
        return true;
    delta.has_index = json_get_int(source->root, "output_index", &delta.index);
    return response_take_call(decoder, item, &delta, "", 0);
}

static bool on_item_done(struct decoder *decoder, const struct response_source *source)
{
    static const char *const path[] = {"item", NULL};
    const cJSON *item = json_get(source->root, "item");
    const char *raw;
    size_t len;
    int64_t index;
    if (!cJSON_IsObject(item) ||
        !json_find_raw(source->data, source->len, path, &raw, &len))
        return true;
    if (!json_get_int(source->root, "output_index", &index))
        index = INT64_MAX; /* a server with one item knows no numbers */
    return response_take_item(decoder, item, raw, len, index);
}

/* --- The end
 * ----------------------------------------------------------------------------
 */

static void response_take_usage(struct decoder *decoder, const cJSON *usage)
{
    struct usage *known = &decoder->base.sink.facts->usage;
    if (!cJSON_IsObject(usage))
        return;
    known->input = decode_count(usage, "input_tokens");
    known->output = decode_count(usage, "output_tokens");
    known->cached =
        decode_count(json_get(usage, "input_tokens_details"), "cached_tokens");
    known->reasoning =
        decode_count(json_get(usage, "output_tokens_details"), "reasoning_tokens");
}

/* Takes all items of the response whose bytes are given by `path`. */
static bool response_take_output(struct decoder *decoder, const cJSON *output,
                                 const struct response_source *source,
                                 const char *const *path)
{
    const char *list;
    size_t list_len;
    int position = 0;
    const cJSON *item;
    if (!cJSON_IsArray(output) ||
        !json_find_raw(source->data, source->len, path, &list, &list_len))
        return true;
    cJSON_ArrayForEach(item, output)
    {
        char number[16];
        snprintf(number, sizeof(number), "%d", position);
        const char *const item_path[] = {number, NULL};
        const char *raw;
        size_t len;
        if (cJSON_IsObject(item) &&
            json_find_raw(list, list_len, item_path, &raw, &len) &&
            !response_take_item(decoder, item, raw, len, position))
            return false;
        position++;
        decoder->has_text = false; /* each item speaks for itself */
        decoder->has_reasoning = false;
    }
    return true;
}

/* The end mark: usage, and the word for how it ended. */
static void response_complete(struct decoder *decoder, const cJSON *response,
                              const char *word)
{
    decoder->is_over = true;
    response_take_usage(decoder, json_get(response, "usage"));
    decode_set_finish_raw(&decoder->base, word);
    decoder->base.sink.facts->is_complete = true;
}

/* Servers that send few events say all of it here. */
static bool response_take_late(struct decoder *decoder,
                               const struct response_source *source)
{
    static const char *const path[] = {"response", "output", NULL};
    if (decoder->has_text || decoder->has_reasoning || decoder->base.calls.len > 0)
        return true;
    return response_take_output(
        decoder, json_get(json_get(source->root, "response"), "output"), source, path);
}

static bool on_completed(struct decoder *decoder, const struct response_source *source)
{
    if (!response_take_late(decoder, source))
        return false;
    response_complete(decoder, json_get(source->root, "response"), "completed");
    return true;
}

/* The provider's word for a reply that is not whole. */
static const char *response_cut_word(const cJSON *response)
{
    const char *reason =
        json_get_string(json_get(response, "incomplete_details"), "reason");
    return reason != NULL && reason[0] != '\0' ? reason : "incomplete";
}

static bool on_incomplete(struct decoder *decoder, const struct response_source *source)
{
    const cJSON *response = json_get(source->root, "response");
    decoder->is_cut = true;
    if (!response_take_late(decoder, source))
        return false;
    response_complete(decoder, response, response_cut_word(response));
    return true;
}

static bool response_fail(struct decoder *decoder, const cJSON *response)
{
    if (decode_has_error(response))
        return decode_fail_json(&decoder->base, response);
    error_set(&decoder->base.sink.facts->error, ERROR_SERVER,
              "the provider ended the reply with an error, without saying more");
    return false;
}

static bool on_failed(struct decoder *decoder, const struct response_source *source)
{
    return response_fail(decoder, json_get(source->root, "response"));
}

/* --- Events
 * -----------------------------------------------------------------------------
 */

/* The events that need something done; the most frequent first. */
static const struct {
    const char *type;
    bool (*handle)(struct decoder *decoder, const struct response_source *source);
} response_events[] = {
    {"response.output_text.delta", on_text},
    {"response.function_call_arguments.delta", on_arguments},
    {"response.reasoning_summary_text.delta", on_reasoning},
    {"response.reasoning_text.delta", on_reasoning},
    {"response.refusal.delta", on_refusal},
    {"response.reasoning_summary_part.added", on_summary_part},
    {"response.content_part.added", on_content_part},
    {"response.output_item.added", on_item},
    {"response.function_call_arguments.done", on_arguments_done},
    {"response.output_item.done", on_item_done},
    {"response.completed", on_completed},
    {"response.incomplete", on_incomplete},
    {"response.failed", on_failed},
};

/* The type in the JSON counts: relays drop the names of events. */
static bool response_take_event(struct decoder *decoder, const char *type,
                                const struct response_source *source)
{
    const char *given = json_get_string(source->root, "type");
    if (given != NULL)
        type = given;
    for (size_t i = 0; i < COUNT_OF(response_events); i++) {
        if (strcmp(response_events[i].type, type) == 0)
            return response_events[i].handle(decoder, source);
    }
    return true; /* the list of events grows */
}

bool openai_responses_decode_event(struct decoder *decoder, const char *type,
                                   const char *data, size_t len, bool is_last)
{
    static const char done[] = "[DONE]"; /* only from imitators, and of no use */
    const bool is_error = strcmp(type, "error") == 0;
    const size_t blank = strspn(data, " \t\r\n");
    if (decoder->is_over || (!is_error && blank == len))
        return true;
    if (strncmp(data + blank, done, sizeof(done) - 1) == 0)
        return true;
    if (is_error)
        return decode_fail_bytes(&decoder->base, NULL, data, len);
    cJSON *root = json_parse(data, len);
    const struct response_source source = {root, data, len};
    const cJSON *error = decode_find_error(root);
    bool ok;
    if (root == NULL)
        ok = decode_fail_unparsed(&decoder->base, data, len, is_last);
    else if (error != NULL)
        ok = decode_fail_json(&decoder->base, error);
    else if (!cJSON_IsObject(root))
        ok = decode_fail_strange(
            &decoder->base, "an event of the stream is not a JSON object", data, len);
    else
        ok = response_take_event(decoder, type, &source);
    cJSON_Delete(root);
    return ok;
}

/* --- Whole documents
 * --------------------------------------------------------------------
 */

static bool response_take_document(struct decoder *decoder,
                                   const struct response_source *source)
{
    static const char *const path[] = {"output", NULL};
    const char *status = json_get_string(source->root, "status");
    if (status != NULL && strcmp(status, "failed") == 0)
        return response_fail(decoder, source->root);
    decoder->is_cut = status != NULL && strcmp(status, "incomplete") == 0;
    if (!response_take_output(decoder, json_get(source->root, "output"), source, path))
        return false;
    const char *word = decoder->is_cut  ? response_cut_word(source->root)
                       : status != NULL ? status
                                        : "completed";
    response_complete(decoder, source->root, word);
    return true;
}

bool openai_responses_decode_document(struct decoder *decoder, const char *data,
                                      size_t len)
{
    cJSON *root = json_parse(data, len);
    const struct response_source source = {root, data, len};
    const cJSON *error = decode_find_error(root);
    bool ok;
    if (root == NULL)
        ok =
            decode_fail_strange(&decoder->base, "the reply is not valid JSON", data, len);
    else if (error != NULL)
        ok = decode_fail_json(&decoder->base, error);
    else if (!cJSON_IsArray(json_get(root, "output")))
        ok = decode_fail_strange(&decoder->base, "the JSON that came is not a response",
                                 data, len);
    else
        ok = response_take_document(decoder, &source);
    cJSON_Delete(root);
    return ok;
}

void openai_responses_decode_end(struct decoder *decoder, bool is_clean)
{
    static const struct finish_word words[] = {
        {"completed", FINISH_STOP},
        {"max_output_tokens", FINISH_LENGTH},
        {"content_filter", FINISH_CONTENT_FILTER},
    };
    (void)is_clean; /* behind the end mark a broken connection does not matter */
    struct reply_facts *facts = decoder->base.sink.facts;
    decode_flush(&decoder->base);
    if (facts->error.class != ERROR_NONE || !facts->is_complete)
        return;
    const size_t call_count = decoder->is_cut
                                  ? call_slots_finish_cut(&decoder->base.calls)
                                  : call_slots_finish(&decoder->base.calls);
    facts->finish = decode_find_finish(facts->finish_raw, words, COUNT_OF(words));
    if (facts->finish == FINISH_STOP && call_count > 0)
        facts->finish = FINISH_TOOL_CALLS;
    else if (facts->finish == FINISH_STOP && decoder->base.has_refusal)
        facts->finish = FINISH_REFUSAL;
}

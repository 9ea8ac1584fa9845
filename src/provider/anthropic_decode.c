/*
 * A reply is a list of blocks, each opened, filled by deltas and closed; events name the
 * block by its index. Text and calls are passed on as they come. Thoughts and blocks of
 * kinds that are none of our business (tools that the service runs itself, and whatever
 * is invented next) must go back unchanged with the next request, so they are put
 * together and emitted as opaque items when they close. A whole document is the same list
 * with each block complete at once.
 *
 * What an event means is decided by the "type" inside its JSON; some gateways drop the
 * event's name.
 */
#include "src/provider/anthropic.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "src/base/compiler.h"
#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/base/utf8.h"
#include "src/provider/decode_common.h"

/* The most blocks of one reply, and the most bytes kept of them for the way back. */
#define BLOCKS_MAX      10000
#define BLOCK_BYTES_MAX ((size_t)64 << 20)

enum block_kind {
    BLOCK_TEXT, /* nothing is kept of it */
    BLOCK_THINKING,
    BLOCK_CALL,
    BLOCK_OTHER /* kept as it came */
};

struct block {
    enum block_kind kind;
    int64_t index;
    bool is_closed;
    bool has_pieces;         /* some text of the input has come */
    bool has_signature;      /* of a thought */
    uint16_t half;           /* a surrogate waiting for its partner in the next piece */
    struct strbuf start;     /* calls: the input; others: the block, as it was opened */
    struct strbuf text;      /* the thought, or the input put together */
    struct strbuf signature; /* of a thought */
};

/* Counts that are reported apart; -1 where not known. */
struct input_counts {
    int64_t fresh;
    int64_t cache_writes;
    int64_t cache_reads;
};

struct decoder {
    struct decode_base base;
    struct block *blocks; /* in the order they were opened */
    size_t block_count;
    size_t block_cap;
    size_t byte_count; /* of what is kept, against BLOCK_BYTES_MAX */
    struct input_counts input;
    bool is_done; /* message_stop was seen: what follows is ignored */
};

struct decoder *anthropic_decoder_new(const struct decoder_sink *sink)
{
    struct decoder *decoder = mem_alloc(sizeof(*decoder));
    decode_base_init(&decoder->base, sink);
    decoder->input = (struct input_counts){-1, -1, -1};
    return decoder;
}

void anthropic_decoder_free(struct decoder *decoder)
{
    if (decoder == NULL)
        return;
    for (size_t i = 0; i < decoder->block_count; i++) {
        strbuf_clear(&decoder->blocks[i].start);
        strbuf_clear(&decoder->blocks[i].text);
        strbuf_clear(&decoder->blocks[i].signature);
    }
    mem_free(decoder->blocks);
    decode_base_clear(&decoder->base);
    mem_free(decoder);
}

/* --- Blocks ----------------------------------------------------------------------------
 */

static bool fail(struct decoder *decoder, const char *sentence)
{
    error_set(&decoder->base.sink.facts->error, ERROR_PROTOCOL, "%s", sentence);
    return false;
}

/* Notes how much more is kept; false past the ceiling. */
static bool count_bytes(struct decoder *decoder, size_t len)
{
    decoder->byte_count += len;
    if (decoder->byte_count <= BLOCK_BYTES_MAX)
        return true;
    return fail(decoder, "the blocks of the reply exceed 64 MiB");
}

/* The block that an event is about: the newest with its index, or the newest of all where
 * the event names none. NULL if there is none. */
static struct block *find_block(struct decoder *decoder, const cJSON *root)
{
    int64_t index;
    const bool has_index = json_get_int(root, "index", &index);
    for (size_t i = decoder->block_count; i > 0; i--) {
        struct block *block = &decoder->blocks[i - 1];
        if (!has_index || block->index == index)
            return block;
    }
    return NULL;
}

static enum block_kind kind_of(const cJSON *content)
{
    static const struct {
        const char *type;
        enum block_kind kind;
    } kinds[] = {
        {"text", BLOCK_TEXT}, {"thinking", BLOCK_THINKING}, {"tool_use", BLOCK_CALL}};
    const char *type = json_get_string(content, "type");
    for (size_t i = 0; type != NULL && i < COUNT_OF(kinds); i++) {
        if (strcmp(kinds[i].type, type) == 0)
            return kinds[i].kind;
    }
    return type != NULL ? BLOCK_OTHER : BLOCK_TEXT;
}

/* Adds the next text of a thought, for the way back. */
static bool keep_thought(struct decoder *decoder, struct block *block, const char *text)
{
    if (text == NULL || block->kind != BLOCK_THINKING || block->is_closed)
        return true;
    json_join_halves(&block->text, text, &block->half);
    return count_bytes(decoder, strlen(text));
}

/* A signature replaces an earlier one. */
static bool keep_signature(struct decoder *decoder, struct block *block, const char *text)
{
    if (text == NULL || block->kind != BLOCK_THINKING)
        return true;
    block->has_signature = true;
    strbuf_reset(&block->signature);
    strbuf_append_text(&block->signature, text);
    return count_bytes(decoder, strlen(text));
}

/* Tells the call slots of a call; its number among the blocks serves as the index. */
static bool add_call(struct decoder *decoder, const struct block *block,
                     struct call_delta delta)
{
    delta.has_index = true;
    delta.index = block - decoder->blocks;
    return call_slots_add(&decoder->base.calls, &delta, &decoder->base.sink.facts->error);
}

/* True for an input that says something; most servers open a call with {}. */
static bool has_members(const cJSON *input)
{
    return input != NULL && (cJSON_IsObject(input) || cJSON_IsArray(input)) &&
           input->child != NULL;
}

/* Keeps what the block was opened with as far as it is needed when it closes. */
static bool keep_start(struct decoder *decoder, struct block *block, const cJSON *content,
                       const char *raw, size_t len)
{
    static const char *const input_path[] = {"input", NULL};
    if (block->kind == BLOCK_CALL && (!has_members(json_get(content, "input")) ||
                                      !json_find_raw(raw, len, input_path, &raw, &len)))
        return true;
    if (block->kind != BLOCK_CALL && block->kind != BLOCK_OTHER)
        return true;
    utf8_append_valid(&block->start, raw, len);
    return count_bytes(decoder, len);
}

/* Opens a block; `raw` are the bytes that `content` was parsed from. */
static struct block *open_block(struct decoder *decoder, int64_t index,
                                const cJSON *content)
{
    decoder->blocks = mem_grow(decoder->blocks, &decoder->block_cap,
                               decoder->block_count + 1, sizeof(decoder->blocks[0]));
    struct block *block = &decoder->blocks[decoder->block_count++];
    *block = (struct block){.kind = kind_of(content), .index = index};
    strbuf_init(&block->start, BLOCK_BYTES_MAX);
    strbuf_init(&block->text, BLOCK_BYTES_MAX);
    strbuf_init(&block->signature, BLOCK_BYTES_MAX);
    return block;
}

/* Takes a block as it is opened, or as a document has it whole. */
static bool start_block(struct decoder *decoder, int64_t index, const cJSON *content,
                        const char *raw, size_t len)
{
    if (decoder->block_count == BLOCKS_MAX)
        return fail(decoder, "the reply has more than 10 000 blocks");
    struct block *block = open_block(decoder, index, content);
    if (!keep_start(decoder, block, content, raw, len))
        return false;
    const char *thought = json_get_string(content, "thinking");
    switch (block->kind) {
    case BLOCK_TEXT: /* gateways may open it with text */
        decode_text(&decoder->base, PIECE_TEXT, json_get_string(content, "text"));
        return true;
    case BLOCK_THINKING:
        decode_text(&decoder->base, PIECE_REASONING, thought);
        return keep_thought(decoder, block, thought) &&
               keep_signature(decoder, block, json_get_string(content, "signature"));
    case BLOCK_CALL:
        return add_call(decoder, block,
                        (struct call_delta){.id = json_get_string(content, "id"),
                                            .name = json_get_string(content, "name")});
    case BLOCK_OTHER: break;
    }
    return true;
}

/* Emits the thought as it has to go back. */
static void emit_thought(struct decoder *decoder, struct block *block)
{
    struct strbuf json;
    strbuf_init(&json, STRBUF_OWN_MAX);
    json_flush_half(&block->text, &block->half);
    strbuf_append_text(&json, "{\"type\":\"thinking\",\"thinking\":");
    json_append_string(&json, strbuf_text(&block->text), block->text.len);
    if (block->has_signature) {
        strbuf_append_text(&json, ",\"signature\":");
        json_append_string(&json, strbuf_text(&block->signature), block->signature.len);
    }
    strbuf_append_char(&json, '}');
    decode_opaque(&decoder->base, strbuf_text(&json), json.len, PIECE_NO_CALL);
    strbuf_clear(&json);
}

/* Writes the block with the input that came in pieces in place of the one it was opened
 * with; everything else byte for byte. */
static void write_with_input(struct strbuf *json, const struct block *block)
{
    const char *start = strbuf_text(&block->start);
    cJSON *root = json_parse(start, block->start.len);
    const cJSON *member;
    strbuf_append_char(json, '{');
    cJSON_ArrayForEach(member, root)
    {
        const char *const path[] = {member->string, NULL};
        const char *value;
        size_t len;
        if (strcmp(member->string, "input") == 0 ||
            !json_find_raw(start, block->start.len, path, &value, &len))
            continue;
        json_append_string(json, member->string, strlen(member->string));
        strbuf_append_char(json, ':');
        strbuf_append(json, value, len);
        strbuf_append_char(json, ',');
    }
    cJSON_Delete(root);
    strbuf_append_text(json, "\"input\":");
    strbuf_append(json, strbuf_text(&block->text), block->text.len);
    strbuf_append_char(json, '}');
}

/* Emits a block of no kind of ours as it has to go back. */
static void emit_other(struct decoder *decoder, struct block *block)
{
    struct strbuf json;
    strbuf_init(&json, STRBUF_OWN_MAX);
    json_flush_half(&block->text, &block->half);
    if (block->has_pieces)
        write_with_input(&json, block);
    else
        strbuf_append(&json, strbuf_text(&block->start), block->start.len);
    decode_opaque(&decoder->base, strbuf_text(&json), json.len, PIECE_NO_CALL);
    strbuf_clear(&json);
}

static bool close_block(struct decoder *decoder, struct block *block)
{
    if (block->is_closed)
        return true;
    block->is_closed = true;
    switch (block->kind) {
    case BLOCK_TEXT: break;
    case BLOCK_THINKING: emit_thought(decoder, block); break;
    case BLOCK_CALL:
        /* Gateways may open a call with all of its input. */
        if (!block->has_pieces && block->start.len > 0)
            return add_call(decoder, block,
                            (struct call_delta){.object = block->start.text,
                                                .object_len = block->start.len});
        break;
    case BLOCK_OTHER: emit_other(decoder, block); break;
    }
    return true;
}

static bool close_all(struct decoder *decoder)
{
    for (size_t i = 0; i < decoder->block_count; i++) {
        if (!close_block(decoder, &decoder->blocks[i]))
            return false;
    }
    return true;
}

/* --- Events ----------------------------------------------------------------------------
 */

/* Takes the next piece of an input. */
static bool take_input(struct decoder *decoder, struct block *block, const char *text)
{
    if (text == NULL || text[0] == '\0')
        return true;
    block->has_pieces = true;
    if (block->kind == BLOCK_CALL)
        return add_call(decoder, block, (struct call_delta){.arguments = text});
    if (block->kind == BLOCK_OTHER && !block->is_closed) {
        json_join_halves(&block->text, text, &block->half);
        return count_bytes(decoder, strlen(text));
    }
    return true;
}

static bool take_delta(struct decoder *decoder, const cJSON *root)
{
    struct block *block = find_block(decoder, root);
    const cJSON *delta = json_get(root, "delta");
    const char *type = json_get_string(delta, "type");
    if (block == NULL)
        return fail(decoder, "the stream goes on with a block that was never opened");
    if (type == NULL)
        return true;
    if (strcmp(type, "text_delta") == 0) {
        decode_text(&decoder->base, PIECE_TEXT, json_get_string(delta, "text"));
    } else if (strcmp(type, "input_json_delta") == 0) {
        return take_input(decoder, block, json_get_string(delta, "partial_json"));
    } else if (strcmp(type, "thinking_delta") == 0) {
        const char *text = json_get_string(delta, "thinking");
        decode_text(&decoder->base, PIECE_REASONING, text);
        return keep_thought(decoder, block, text);
    } else if (strcmp(type, "signature_delta") == 0) {
        return keep_signature(decoder, block, json_get_string(delta, "signature"));
    }
    return true;
}

/* Takes over a count that is there. */
static void update_count(int64_t *known, const cJSON *usage, const char *name)
{
    const int64_t count = decode_count(usage, name);
    if (count >= 0)
        *known = count;
}

/* Counts are totals, each event has some of them. What was read from a cache or written
 * to it is not among the input tokens. */
static void take_usage(struct decoder *decoder, const cJSON *usage)
{
    struct input_counts *input = &decoder->input;
    struct usage *known = &decoder->base.sink.facts->usage;
    update_count(&input->fresh, usage, "input_tokens");
    update_count(&input->cache_writes, usage, "cache_creation_input_tokens");
    update_count(&input->cache_reads, usage, "cache_read_input_tokens");
    update_count(&known->output, usage, "output_tokens");
    update_count(&known->reasoning, json_get(usage, "output_tokens_details"),
                 "thinking_tokens");
    known->cached = input->cache_reads;
    if (input->fresh >= 0)
        known->input = input->fresh +
                       (input->cache_writes > 0 ? input->cache_writes : 0) +
                       (input->cache_reads > 0 ? input->cache_reads : 0);
}

/* Takes why the reply ended, from an event's "delta" or from the whole message. */
static void take_stop(struct decoder *decoder, const cJSON *delta)
{
    const char *reason = json_get_string(delta, "stop_reason");
    if (reason == NULL || reason[0] == '\0')
        return;
    decode_set_finish_raw(&decoder->base, reason);
    decoder->base.sink.facts->is_complete = true;
    if (strcmp(reason, "refusal") == 0)
        decode_text(&decoder->base, PIECE_REFUSAL,
                    json_get_string(json_get(delta, "stop_details"), "explanation"));
}

static bool take_start(struct decoder *decoder, const cJSON *root, const char *data,
                       size_t len)
{
    static const char *const path[] = {"content_block", NULL};
    const cJSON *content = json_get(root, "content_block");
    const char *raw = "";
    size_t raw_len = 0;
    int64_t index = (int64_t)decoder->block_count;
    json_get_int(root, "index", &index);
    json_find_raw(data, len, path, &raw, &raw_len);
    return start_block(decoder, index, content, raw, raw_len);
}

static bool take_event(struct decoder *decoder, const char *type, const cJSON *root,
                       const char *data, size_t len)
{
    if (strcmp(type, "content_block_delta") == 0)
        return take_delta(decoder, root);
    if (strcmp(type, "content_block_start") == 0)
        return take_start(decoder, root, data, len);
    if (strcmp(type, "content_block_stop") == 0) {
        struct block *block = find_block(decoder, root);
        return block == NULL || close_block(decoder, block);
    }
    if (strcmp(type, "message_start") == 0) {
        take_usage(decoder, json_get(json_get(root, "message"), "usage"));
    } else if (strcmp(type, "message_delta") == 0) {
        take_usage(decoder, json_get(root, "usage"));
        take_stop(decoder, json_get(root, "delta"));
    } else if (strcmp(type, "message_stop") == 0) {
        decoder->is_done = true;
        decoder->base.sink.facts->is_complete = true;
    }
    return true; /* pings, and what is not known yet */
}

static bool is_error_type(const char *type)
{
    return type != NULL && strcmp(type, "error") == 0;
}

bool anthropic_decode_event(struct decoder *decoder, const char *type, const char *data,
                            size_t len, bool is_last)
{
    static const char done[] = "[DONE]"; /* gateways */
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

static bool take_message(struct decoder *decoder, const cJSON *root, const char *data,
                         size_t len)
{
    const cJSON *content;
    int64_t index = 0;
    cJSON_ArrayForEach(content, json_get(root, "content"))
    {
        char position[24];
        snprintf(position, sizeof(position), "%d", (int)index);
        const char *const path[] = {"content", position, NULL};
        const char *raw = "";
        size_t raw_len = 0;
        json_find_raw(data, len, path, &raw, &raw_len);
        if (!start_block(decoder, index++, content, raw, raw_len) ||
            !close_block(decoder, &decoder->blocks[decoder->block_count - 1]))
            return false;
    }
    take_usage(decoder, json_get(root, "usage"));
    take_stop(decoder, root);
    /* A document is whole when it parses, even without a word about its end. */
    decoder->base.sink.facts->is_complete = true;
    return true;
}

bool anthropic_decode_document(struct decoder *decoder, const char *data, size_t len)
{
    struct decode_base *base = &decoder->base;
    cJSON *root = json_parse(data, len);
    bool ok;
    if (root == NULL)
        ok = decode_fail_strange(base, "the reply is not valid JSON", data, len);
    else if (is_error_type(json_get_string(root, "type")) || decode_has_error(root))
        ok = decode_fail_json(base, root);
    else if (!cJSON_IsArray(json_get(root, "content")))
        ok = decode_fail_strange(base, "the JSON that came is not a message", data, len);
    else
        ok = take_message(decoder, root, data, len);
    cJSON_Delete(root);
    return ok;
}

static enum finish settle_finish(const struct decoder *decoder, size_t call_count)
{
    static const struct finish_word words[] = {
        {"end_turn", FINISH_STOP},       {"stop_sequence", FINISH_STOP},
        {"max_tokens", FINISH_LENGTH},   {"model_context_window_exceeded", FINISH_LENGTH},
        {"tool_use", FINISH_TOOL_CALLS}, {"pause_turn", FINISH_PAUSE},
        {"refusal", FINISH_REFUSAL},
    };
    const char *word = decoder->base.sink.facts->finish_raw;
    const enum finish finish = decode_find_finish(word, words, COUNT_OF(words));
    const bool is_open = finish == FINISH_STOP || word == NULL;
    return is_open && call_count > 0 ? FINISH_TOOL_CALLS : finish;
}

void anthropic_decode_end(struct decoder *decoder, bool is_clean)
{
    (void)is_clean; /* behind the end mark a broken connection does not matter */
    struct reply_facts *facts = decoder->base.sink.facts;
    decode_flush(&decoder->base);
    if (facts->error.class != ERROR_NONE || !facts->is_complete || !close_all(decoder))
        return;
    facts->finish = settle_finish(decoder, call_slots_finish(&decoder->base.calls));
}

/* Channels, failures and counts; see the header. Everything shown or kept leaves here as
 * valid UTF-8. */
#include "src/provider/decode_common.h"

#include <string.h>
#include <strings.h>

#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/base/utf8.h"
#include "src/provider/encode_common.h"
#include "src/provider/error_reply.h"
#include "src/provider/page_text.h"

/* How much of an event that is not JSON its error quotes, in bytes. */
#define DECODE_QUOTE_MAX 80

void decode_base_init(struct decode_base *base, const struct decoder_sink *sink)
{
    *base = (struct decode_base){.sink = *sink};
    call_slots_init(&base->calls, sink->on_piece, sink->user);
    strbuf_init(&base->scratch, STRBUF_OWN_MAX);
}

void decode_base_clear(struct decode_base *base)
{
    call_slots_clear(&base->calls);
    strbuf_clear(&base->scratch);
}

/* --- Pieces
 * -----------------------------------------------------------------------------
 */

static uint16_t *decode_half_of(struct decode_base *base, enum piece_kind kind)
{
    switch (kind) {
    case PIECE_TEXT: return &base->text_half;
    case PIECE_REASONING: return &base->reasoning_half;
    case PIECE_REFUSAL: return &base->refusal_half;
    case PIECE_CALL_DELTA:
    case PIECE_OPAQUE:
    case PIECE_CALL: break;
    }
    return NULL;
}

/* Emits what the scratch buffer holds, if anything. */
static void decode_emit(struct decode_base *base, enum piece_kind kind)
{
    if (base->scratch.len == 0)
        return;
    if (kind == PIECE_REFUSAL)
        base->has_refusal = true;
    const struct piece piece = {
        .kind = kind,
        .text = strbuf_text(&base->scratch),
        .len = base->scratch.len,
    };
    base->sink.on_piece(base->sink.user, &piece);
}

void decode_text(struct decode_base *base, enum piece_kind kind, const char *text)
{
    if (text == NULL || text[0] == '\0')
        return;
    strbuf_reset(&base->scratch);
    json_join_halves(&base->scratch, text, decode_half_of(base, kind));
    decode_emit(base, kind);
}

static void decode_flush_channel(struct decode_base *base, enum piece_kind kind)
{
    strbuf_reset(&base->scratch);
    json_flush_half(&base->scratch, decode_half_of(base, kind));
    decode_emit(base, kind);
}

void decode_flush(struct decode_base *base)
{
    decode_flush_channel(base, PIECE_REASONING);
    decode_flush_channel(base, PIECE_TEXT);
    decode_flush_channel(base, PIECE_REFUSAL);
}

void decode_opaque(struct decode_base *base, const char *json, size_t len,
                   size_t call_index)
{
    if (!json_is_valid(json, len))
        return;
    const struct piece piece = {
        .kind = PIECE_OPAQUE,
        .text = json,
        .len = len,
        .call_index = call_index,
    };
    base->sink.on_piece(base->sink.user, &piece);
}

/* --- Facts
 * ------------------------------------------------------------------------------
 */

void decode_set_finish_raw(struct decode_base *base, const char *word)
{
    struct strbuf clean;
    strbuf_init(&clean, STRBUF_OWN_MAX);
    utf8_append_valid(&clean, word, strlen(word));
    mem_free(base->sink.facts->finish_raw);
    base->sink.facts->finish_raw = strbuf_take(&clean);
}

enum finish decode_find_finish(const char *word, const struct finish_word *words,
                               size_t count)
{
    for (size_t i = 0; word != NULL && i < count; i++) {
        if (strcasecmp(words[i].word, word) == 0)
            return words[i].finish;
    }
    return FINISH_UNKNOWN;
}

int64_t decode_count(const cJSON *object, const char *name)
{
    int64_t count;
    return json_get_int(object, name, &count) && count >= 0 ? count : -1;
}

/* --- Failing
 * ----------------------------------------------------------------------------
 */

bool decode_has_error(const cJSON *object)
{
    return json_has(object, "error") && !cJSON_IsFalse(json_get(object, "error"));
}

const cJSON *decode_find_error(const cJSON *root)
{
    const char *object = json_get_string(root, "object");
    const char *type = json_get_string(root, "type");
    if (decode_has_error(root) || (object != NULL && strcmp(object, "error") == 0) ||
        (type != NULL && strcmp(type, "error") == 0))
        return root;
    const cJSON *first = cJSON_IsArray(root) ? cJSON_GetArrayItem(root, 0) : NULL;
    return decode_has_error(first) ? first : NULL;
}

/* Moves what the provider says into the facts. Always false. */
static bool decode_fail(struct decode_base *base, struct error_reply *reply)
{
    struct reply_facts *facts = base->sink.facts;
    error_move(&facts->error, &reply->error);
    mem_free(facts->provider_code);
    facts->provider_code = reply->code;
    mem_free(facts->request_id);
    facts->request_id = reply->request_id;
    facts->status = reply->status;
    facts->retry_after_ms = reply->retry_after_ms;
    *reply = (struct error_reply){.status = 0};
    return false;
}

bool decode_fail_json(struct decode_base *base, const cJSON *error)
{
    struct error_reply reply;
    error_reply_from_json(&reply, 0, error);
    return decode_fail(base, &reply);
}

bool decode_fail_bytes(struct decode_base *base, const char *name, const char *data,
                       size_t len)
{
    struct error_reply reply;
    error_reply_from_named(&reply, 0, name, data, len);
    return decode_fail(base, &reply);
}

bool decode_fail_strange(struct decode_base *base, const char *what, const char *data,
                         size_t len)
{
    struct strbuf quote;
    strbuf_init(&quote, STRBUF_OWN_MAX);
    page_text_append_line(&quote, data, len, DECODE_QUOTE_MAX);
    error_set(&base->sink.facts->error, ERROR_PROTOCOL, "%s: %s", what,
              strbuf_text(&quote));
    strbuf_clear(&quote);
    return false;
}

bool decode_fail_unparsed(struct decode_base *base, const char *data, size_t len,
                          bool is_last)
{
    struct reply_facts *facts = base->sink.facts;
    if (!is_last)
        return decode_fail_strange(base, "an event of the stream is not JSON", data, len);
    if (facts->is_complete)
        return true; /* cut off behind the end mark: nothing of the answer is lost */
    error_set(&facts->error, ERROR_PROTOCOL,
              "the reply broke off: the stream ended inside an event");
    return false;
}

/* --- Lists of models
 * --------------------------------------------------------------------
 */

bool decode_name_list(const char *data, size_t len, const char *list, const char *member,
                      model_fn on_model, void *user)
{
    cJSON *root = json_parse(data, len);
    const cJSON *items = json_get(root, list);
    const cJSON *item;
    const bool is_list = cJSON_IsArray(items);
    cJSON_ArrayForEach(item, items)
    {
        const char *name = json_get_string(item, member);
        struct strbuf clean;
        strbuf_init(&clean, STRBUF_OWN_MAX);
        if (name != NULL && name[0] != '\0') {
            utf8_append_valid(&clean, name, strlen(name));
            on_model(user, strbuf_text(&clean));
        }
        strbuf_clear(&clean);
    }
    cJSON_Delete(root);
    return is_list;
}

char *decode_next_page(const cJSON *root, const char *member, const char *parameter)
{
    const char *value = json_get_string(root, member);
    if (value == NULL || value[0] == '\0')
        return NULL;
    struct strbuf query;
    strbuf_init(&query, STRBUF_OWN_MAX);
    strbuf_append_format(&query, "%s=", parameter);
    encode_segment(&query, value);
    return strbuf_take(&query);
}

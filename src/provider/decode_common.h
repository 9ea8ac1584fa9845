/*
 * What the decoders of several protocols share: text channels (a server may cut a
 * character in half, so each channel holds back what is not whole), failing with the
 * provider's words or our own, token counts, opaque items. A protocol's struct decoder
 * holds a struct decode_base.
 */
#ifndef PROVIDER_DECODE_COMMON_H
#define PROVIDER_DECODE_COMMON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#include "src/base/strbuf.h"
#include "src/provider/call_slots.h"
#include "src/provider/provider.h"

struct decode_base {
    struct decoder_sink sink;
    struct call_slots calls;
    struct strbuf scratch;
    uint16_t text_half;
    uint16_t reasoning_half;
    uint16_t refusal_half;
    bool has_refusal; /* a piece of a refusal was emitted */
};

void decode_base_init(struct decode_base *base, const struct decoder_sink *sink);
void decode_base_clear(struct decode_base *base);

/* --- Pieces --- */

/* Emits the next text of a channel (text, reasoning or refusal), as json_parse gives it;
 * NULL is none. */
void decode_text(struct decode_base *base, enum piece_kind kind, const char *text);

/* Ends all channels: half a character that was held back becomes U+FFFD. */
void decode_flush(struct decode_base *base);

/* Emits an opaque item if the bytes are valid JSON (what is not cannot go back).
 * `call_index` may be PIECE_NO_CALL. */
void decode_opaque(struct decode_base *base, const char *json, size_t len,
                   size_t call_index);

/* --- Facts --- */

/* Keeps the provider's own finish word. */
void decode_set_finish_raw(struct decode_base *base, const char *word);

/* A provider's finish word and what it means. */
struct finish_word {
    const char *word;
    enum finish finish;
};

/* Looks the word up, ignoring case; unknown words, and none, are FINISH_UNKNOWN. */
enum finish decode_find_finish(const char *word, const struct finish_word *words,
                               size_t count);

/* A count of tokens, -1 where it is missing or absurd. */
int64_t decode_count(const cJSON *object, const char *name);

/* --- Failing: the sink's facts hold the error; always false --- */

/* True if the object has an "error" that says something. */
bool decode_has_error(const cJSON *object);

/* The value that holds the error if the parsed event is one in the ways that all
 * protocols know: an "error" in it, "object" or "type" of "error", an array of one such.
 * Otherwise NULL. */
const cJSON *decode_find_error(const cJSON *root);

bool decode_fail_json(struct decode_base *base, const cJSON *error);

/* An error in any shape, named outside of the bytes (by a frame) or not (NULL). */
bool decode_fail_bytes(struct decode_base *base, const char *name, const char *data,
                       size_t len);

/* Because of bytes that are not what they should be; the error quotes the first words. */
bool decode_fail_strange(struct decode_base *base, const char *what, const char *data,
                         size_t len);

/* An event that is not JSON: fails, unless it was cut off behind the end mark. */
bool decode_fail_unparsed(struct decode_base *base, const char *data, size_t len,
                          bool is_last);

/* --- Lists of models --- */

/* Tells the text `member` of each object in the array `list`; false if it is no such
 * list. */
bool decode_name_list(const char *data, size_t len, const char *list, const char *member,
                      model_fn on_model, void *user);

/* The query "PARAMETER=VALUE" for the next page of a list, the value being the string
 * `member` of the object; NULL if there is none. Caller frees. */
char *decode_next_page(const cJSON *root, const char *member, const char *parameter);

#endif

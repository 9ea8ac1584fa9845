/*
 * Helpers around cJSON for documents from strangers.
 *
 * json_parse repairs what cJSON mishandles before it parses: bytes that are not UTF-8
 * (each ill-formed part becomes U+FFFD), "\u0000" (would cut the string: U+FFFD), and
 * unpaired surrogate escapes. A lone surrogate is kept for joining: it is written as the
 * three bytes that UTF-8 would give it (ED A0..BF xx), which well-formed text never
 * holds, and json_join_halves pairs or replaces it. Only white space may follow the
 * value. All getters are case-sensitive and accept a NULL or wrong-typed parent.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#include "src/base/strbuf.h"

/* Parses a whole document; NULL if it is not JSON. Caller deletes with cJSON_Delete. */
cJSON *json_parse(const char *bytes, size_t len);

/* The member `name` of an object, or NULL. */
const cJSON *json_get(const cJSON *object, const char *name);

/* The member's text if it is a string, otherwise NULL. */
const char *json_get_string(const cJSON *object, const char *name);

/* The member as a whole number; false if it is missing or not a number. */
bool json_get_int(const cJSON *object, const char *name, int64_t *value);

/* True if the member exists and is neither null nor missing. */
bool json_has(const cJSON *object, const char *name);

/*
 * Appends string text from json_parse to `out` as valid UTF-8, one text channel after
 * the other pieces of the same channel: a high half at the end is held in `*pending`
 * (0 = none) and joined with a low half at the start of the next piece; halves that never
 * meet become U+FFFD. Call json_flush_half at the end of the channel.
 */
bool json_join_halves(struct strbuf *out, const char *text, uint16_t *pending);
bool json_flush_half(struct strbuf *out, uint16_t *pending);

/* Appends `text` (any bytes; ill-formed parts become U+FFFD) as a JSON string with
 * quotes. */
bool json_append_string(struct strbuf *out, const char *text, size_t len);

/* Appends JSON text without the white space between its tokens; the rest, the digits of
 * numbers too, stays as it is. What is no JSON is copied as far as that goes. */
bool json_append_compact(struct strbuf *out, const char *bytes, size_t len);

/* True if the bytes are exactly one JSON value with white space around it. */
bool json_is_valid(const char *bytes, size_t len);

/*
 * Finds the raw bytes of the value behind the path of member names (NULL-terminated)
 * in a valid document: numbers keep every digit. An element of an array is named by its
 * index in decimal. Returns false if there is none.
 */
bool json_find_raw(const char *bytes, size_t len, const char *const *path,
                   const char **value, size_t *value_len);

/* A member of an object or an element of an array, as raw bytes. */
struct json_item {
    const char *key; /* with its quotes; NULL in an array */
    size_t key_len;
    const char *value;
    size_t value_len;
};

/* Gives one item after the other of a valid document that is an object or an array: `*at`
 * is 0 for the first one. False behind the last. */
bool json_next_item(const char *bytes, size_t len, size_t *at, struct json_item *item);

/* Appends the text of a raw value: a string's characters as valid UTF-8, anything else as
 * compact JSON. */
bool json_append_value_text(struct strbuf *out, const char *raw, size_t len);

#endif

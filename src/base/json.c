/*
 * Two small scanners beside cJSON: one that repairs string escapes cJSON mishandles
 * (see the header), one that finds the raw text of a value, because cJSON keeps numbers
 * as doubles and printing them again loses digits.
 */
#include "src/base/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/mem.h"
#include "src/base/utf8.h"

/* The value of four hex digits at `text`, or -1. */
static int json_hex4(const char *text, size_t len)
{
    if (len < 4)
        return -1;
    int value = 0;
    for (size_t i = 0; i < 4; i++) {
        const char c = text[i];
        int digit;
        if (c >= '0' && c <= '9')
            digit = c - '0';
        else if (c >= 'a' && c <= 'f')
            digit = c - 'a' + 10;
        else if (c >= 'A' && c <= 'F')
            digit = c - 'A' + 10;
        else
            return -1;
        value = value * 16 + digit;
    }
    return value;
}

static bool json_is_high(int code)
{
    return code >= 0xd800 && code <= 0xdbff;
}

static bool json_is_low(int code)
{
    return code >= 0xdc00 && code <= 0xdfff;
}

/*
 * Copies the escape that starts at `text` (a backslash) to `out`, mended if needed, and
 * returns its length. A lone surrogate becomes its three raw bytes.
 */
static size_t json_copy_escape(struct strbuf *out, const char *text, size_t len)
{
    const int code = len >= 6 && text[1] == 'u' ? json_hex4(text + 2, len - 2) : -1;
    if (code == 0) {
        strbuf_append_text(out, "\xef\xbf\xbd");
        return 6;
    }
    if (json_is_high(code) && len >= 12 && text[6] == '\\' && text[7] == 'u' &&
        json_is_low(json_hex4(text + 8, len - 8))) {
        strbuf_append(out, text, 12);
        return 12;
    }
    if (json_is_high(code) || json_is_low(code)) {
        const char raw[3] = {(char)(0xe0 | code >> 12), (char)(0x80 | (code >> 6 & 0x3f)),
                             (char)(0x80 | (code & 0x3f))};
        strbuf_append(out, raw, 3);
        return 6;
    }
    const size_t used = len < 2 ? len : 2;
    strbuf_append(out, text, used);
    return used;
}

/* True if the document has anything that json_parse must mend first. */
static bool json_needs_repair(const char *bytes, size_t len)
{
    if (memchr(bytes, '\0', len) != NULL || !utf8_is_valid(bytes, len))
        return true;
    const char *at = bytes;
    const char *end = bytes + len;
    while (at < end && (at = memchr(at, '\\', (size_t)(end - at))) != NULL) {
        const int code = end - at >= 6 && at[1] == 'u'
                             ? json_hex4(at + 2, (size_t)(end - at) - 2)
                             : -1;
        if (code == 0 || json_is_high(code) || json_is_low(code))
            return true;
        at += end - at >= 2 ? 2 : 1;
    }
    return false;
}

/* Appends the bytes as valid UTF-8; a NUL, which cJSON takes for white space or for the
 * end of a string, becomes U+FFFD too. */
static void json_append_valid(struct strbuf *out, const char *bytes, size_t len)
{
    const char *end = bytes + len;
    for (;;) {
        const char *nul = memchr(bytes, '\0', (size_t)(end - bytes));
        const char *stop = nul != NULL ? nul : end;
        utf8_append_valid(out, bytes, (size_t)(stop - bytes));
        if (nul == NULL)
            return;
        strbuf_append_text(out, "\xef\xbf\xbd");
        bytes = nul + 1;
    }
}

static void json_repair(struct strbuf *out, const char *bytes, size_t len)
{
    struct strbuf valid;
    strbuf_init(&valid, STRBUF_OWN_MAX);
    json_append_valid(&valid, bytes, len);
    size_t at = 0;
    while (at < valid.len) {
        const char *stop = memchr(valid.text + at, '\\', valid.len - at);
        const size_t run =
            stop != NULL ? (size_t)(stop - valid.text) - at : valid.len - at;
        strbuf_append(out, valid.text + at, run);
        at += run;
        if (at < valid.len)
            at += json_copy_escape(out, valid.text + at, valid.len - at);
    }
    strbuf_clear(&valid);
}

static cJSON *json_parse_strict(const char *bytes, size_t len)
{
    const char *end = NULL;
    cJSON *root = cJSON_ParseWithLengthOpts(bytes, len, &end, false);
    if (root == NULL)
        return NULL;
    while (end < bytes + len && strchr(" \t\r\n", *end) != NULL && *end != '\0')
        end++;
    if (end == bytes + len)
        return root;
    cJSON_Delete(root);
    return NULL;
}

cJSON *json_parse(const char *bytes, size_t len)
{
    if (!json_needs_repair(bytes, len))
        return json_parse_strict(bytes, len);
    struct strbuf mended;
    strbuf_init(&mended, STRBUF_OWN_MAX);
    json_repair(&mended, bytes, len);
    cJSON *root = json_parse_strict(strbuf_text(&mended), mended.len);
    strbuf_clear(&mended);
    return root;
}

const cJSON *json_get(const cJSON *object, const char *name)
{
    return cJSON_IsObject(object) ? cJSON_GetObjectItemCaseSensitive(object, name) : NULL;
}

const char *json_get_string(const cJSON *object, const char *name)
{
    const cJSON *item = json_get(object, name);
    return cJSON_IsString(item) ? item->valuestring : NULL;
}

bool json_get_int(const cJSON *object, const char *name, int64_t *value)
{
    const cJSON *item = json_get(object, name);
    if (!cJSON_IsNumber(item) || !(fabs(item->valuedouble) < 9e18))
        return false;
    *value = (int64_t)item->valuedouble;
    return true;
}

bool json_has(const cJSON *object, const char *name)
{
    const cJSON *item = json_get(object, name);
    return item != NULL && !cJSON_IsNull(item);
}

/* The surrogate half written at `text` by json_parse, or 0. */
static uint16_t json_half_at(const char *text)
{
    const unsigned char *byte = (const unsigned char *)text;
    if (byte[0] != 0xed || byte[1] < 0xa0 || byte[1] > 0xbf || (byte[2] & 0xc0) != 0x80)
        return 0;
    return (uint16_t)(0xd000 | (byte[1] & 0x3f) << 6 | (byte[2] & 0x3f));
}

bool json_flush_half(struct strbuf *out, uint16_t *pending)
{
    if (*pending == 0)
        return true;
    *pending = 0;
    return strbuf_append(out, "\xef\xbf\xbd", 3);
}

/* Takes one half into account: joins it with the pending one, holds it, or replaces it.
 */
static bool json_take_half(struct strbuf *out, uint16_t half, uint16_t *pending)
{
    if (json_is_low(half) && *pending != 0) {
        const uint32_t code =
            0x10000 + (((uint32_t)*pending - 0xd800) << 10) + ((uint32_t)half - 0xdc00);
        char bytes[4];
        const size_t len = utf8_encode(code, bytes);
        *pending = 0;
        return strbuf_append(out, bytes, len);
    }
    bool ok = json_flush_half(out, pending);
    if (json_is_low(half))
        ok = strbuf_append(out, "\xef\xbf\xbd", 3) && ok;
    else
        *pending = half;
    return ok;
}

bool json_join_halves(struct strbuf *out, const char *text, uint16_t *pending)
{
    bool ok = true;
    while (*text != '\0') {
        const char *mark = strchr(text, 0xed);
        while (mark != NULL && json_half_at(mark) == 0)
            mark = strchr(mark + 1, 0xed);
        const size_t run = mark != NULL ? (size_t)(mark - text) : strlen(text);
        if (run > 0) {
            ok = json_flush_half(out, pending) && ok;
            ok = strbuf_append(out, text, run) && ok;
            text += run;
        }
        if (mark != NULL) {
            ok = json_take_half(out, json_half_at(mark), pending) && ok;
            text = mark + 3;
        }
    }
    return ok;
}

static bool json_append_escaped(struct strbuf *out, unsigned char byte)
{
    switch (byte) {
    case '"': return strbuf_append_text(out, "\\\"");
    case '\\': return strbuf_append_text(out, "\\\\");
    case '\n': return strbuf_append_text(out, "\\n");
    case '\r': return strbuf_append_text(out, "\\r");
    case '\t': return strbuf_append_text(out, "\\t");
    default: return strbuf_append_format(out, "\\u%04x", byte);
    }
}

bool json_append_string(struct strbuf *out, const char *text, size_t len)
{
    struct strbuf valid;
    strbuf_init(&valid, STRBUF_OWN_MAX);
    if (!utf8_is_valid(text, len)) {
        utf8_append_valid(&valid, text, len);
        text = strbuf_text(&valid);
        len = valid.len;
    }
    bool ok = strbuf_append_char(out, '"');
    size_t run = 0;
    for (size_t i = 0; i < len; i++) {
        const unsigned char byte = (unsigned char)text[i];
        if (byte >= 0x20 && byte != '"' && byte != '\\' && byte != 0x7f)
            continue;
        ok = strbuf_append(out, text + run, i - run) && ok;
        ok = json_append_escaped(out, byte) && ok;
        run = i + 1;
    }
    ok = strbuf_append(out, text + run, len - run) && ok;
    ok = strbuf_append_char(out, '"') && ok;
    strbuf_clear(&valid);
    return ok;
}

/* A place in a document. */
struct json_cursor {
    const char *at;
    const char *end;
};

static void json_skip_space(struct json_cursor *cursor)
{
    while (cursor->at < cursor->end && (*cursor->at == ' ' || *cursor->at == '\t' ||
                                        *cursor->at == '\n' || *cursor->at == '\r'))
        cursor->at++;
}

/* --- Is it JSON? cJSON takes more than the grammar has (01, raw control characters, a
 * byte order mark), and what is no JSON to others must not pass for it here. --------- */

/* cJSON's own limit. */
#define JSON_DEPTH_MAX 1000

/* Takes the byte if it is next. */
static bool json_scan_byte(struct json_cursor *cursor, char byte)
{
    if (cursor->at == cursor->end || *cursor->at != byte)
        return false;
    cursor->at++;
    return true;
}

static bool json_scan_word(struct json_cursor *cursor, const char *word)
{
    const size_t len = strlen(word);
    if ((size_t)(cursor->end - cursor->at) < len || memcmp(cursor->at, word, len) != 0)
        return false;
    cursor->at += len;
    return true;
}

/* Takes one or more digits. */
static bool json_scan_digits(struct json_cursor *cursor)
{
    const char *start = cursor->at;
    while (cursor->at < cursor->end && *cursor->at >= '0' && *cursor->at <= '9')
        cursor->at++;
    return cursor->at > start;
}

static bool json_scan_number(struct json_cursor *cursor)
{
    json_scan_byte(cursor, '-');
    if (!json_scan_byte(cursor, '0') && !json_scan_digits(cursor))
        return false;
    if (json_scan_byte(cursor, '.') && !json_scan_digits(cursor))
        return false;
    if (!json_scan_byte(cursor, 'e') && !json_scan_byte(cursor, 'E'))
        return true;
    if (!json_scan_byte(cursor, '-'))
        json_scan_byte(cursor, '+');
    return json_scan_digits(cursor);
}

static bool json_scan_string(struct json_cursor *cursor)
{
    if (!json_scan_byte(cursor, '"'))
        return false;
    while (cursor->at < cursor->end && (unsigned char)*cursor->at >= 0x20) {
        const char c = *cursor->at++;
        if (c == '"')
            return true;
        if (c != '\\')
            continue;
        if (cursor->at == cursor->end || *cursor->at == '\0' ||
            strchr("\"\\/bfnrtu", *cursor->at) == NULL)
            return false;
        const bool has_code = *cursor->at++ == 'u';
        if (has_code && json_hex4(cursor->at, (size_t)(cursor->end - cursor->at)) < 0)
            return false;
        cursor->at += has_code ? 4 : 0;
    }
    return false;
}

static bool json_scan_key(struct json_cursor *cursor)
{
    json_skip_space(cursor);
    if (!json_scan_string(cursor))
        return false;
    json_skip_space(cursor);
    return json_scan_byte(cursor, ':');
}

/* Takes a value that is no container. */
static bool json_scan_scalar(struct json_cursor *cursor)
{
    if (cursor->at < cursor->end && *cursor->at == '"')
        return json_scan_string(cursor);
    return json_scan_word(cursor, "true") || json_scan_word(cursor, "false") ||
           json_scan_word(cursor, "null") || json_scan_number(cursor);
}

/*
 * Takes everything up to the end of the next scalar or empty container; `closers` holds
 * the closing bracket of each container that is open.
 */
static bool json_scan_opening(struct json_cursor *cursor, char *closers, size_t *depth)
{
    for (;;) {
        json_skip_space(cursor);
        const bool is_object = json_scan_byte(cursor, '{');
        if (!is_object && !json_scan_byte(cursor, '['))
            return json_scan_scalar(cursor);
        const char closer = is_object ? '}' : ']';
        json_skip_space(cursor);
        if (json_scan_byte(cursor, closer))
            return true;
        if (*depth == JSON_DEPTH_MAX)
            return false;
        closers[(*depth)++] = closer;
        if (is_object && !json_scan_key(cursor))
            return false;
    }
}

bool json_is_valid(const char *bytes, size_t len)
{
    struct json_cursor cursor = {bytes, bytes + len};
    char closers[JSON_DEPTH_MAX];
    size_t depth = 0;
    if (!utf8_is_valid(bytes, len) || !json_scan_opening(&cursor, closers, &depth))
        return false;
    for (;;) {
        json_skip_space(&cursor);
        if (depth == 0)
            return cursor.at == cursor.end;
        if (json_scan_byte(&cursor, closers[depth - 1])) {
            depth--;
            continue;
        }
        if (!json_scan_byte(&cursor, ','))
            return false;
        if (closers[depth - 1] == '}' && !json_scan_key(&cursor))
            return false;
        if (!json_scan_opening(&cursor, closers, &depth))
            return false;
    }
}

/* --- Where is it? The scanner below relies on a valid document.
 * ------------------------- */

static void json_skip_string(struct json_cursor *cursor)
{
    cursor->at++;
    while (cursor->at < cursor->end && *cursor->at != '"')
        cursor->at += *cursor->at == '\\' && cursor->end - cursor->at > 1 ? 2 : 1;
    if (cursor->at < cursor->end)
        cursor->at++;
}

/* Skips one value of any kind; nesting is counted, not recursed into. */
static void json_skip_value(struct json_cursor *cursor)
{
    size_t depth = 0;
    do {
        json_skip_space(cursor);
        if (cursor->at >= cursor->end)
            return;
        const char c = *cursor->at;
        if (c == '"') {
            json_skip_string(cursor);
        } else if (c == '{' || c == '[') {
            depth++;
            cursor->at++;
        } else if (c == '}' || c == ']') {
            depth -= depth > 0;
            cursor->at++;
        } else if (c == ',' || c == ':') {
            cursor->at++;
        } else {
            do
                cursor->at++;
            while (cursor->at < cursor->end &&
                   strchr(" \t\r\n,:]}", *cursor->at) == NULL);
        }
    } while (depth > 0);
}

/* Compares the string at the cursor (escapes decoded) with `name` and skips it. */
static bool json_match_name(struct json_cursor *cursor, const char *name)
{
    const char *start = cursor->at;
    json_skip_string(cursor);
    cJSON *key = json_parse(start, (size_t)(cursor->at - start));
    const bool is_match = cJSON_IsString(key) && strcmp(key->valuestring, name) == 0;
    cJSON_Delete(key);
    return is_match;
}

/* Moves the cursor to the member or element `name` of the value under it. */
static bool json_enter(struct json_cursor *cursor, const char *name)
{
    json_skip_space(cursor);
    if (cursor->at >= cursor->end || (*cursor->at != '{' && *cursor->at != '['))
        return false;
    const bool is_object = *cursor->at++ == '{';
    char index_text[24];
    for (size_t index = 0;; index++) {
        json_skip_space(cursor);
        if (cursor->at >= cursor->end || *cursor->at == '}' || *cursor->at == ']')
            return false;
        bool is_match;
        if (is_object) {
            if (*cursor->at != '"')
                return false;
            is_match = json_match_name(cursor, name);
            json_skip_space(cursor);
            if (cursor->at >= cursor->end || *cursor->at++ != ':')
                return false;
        } else {
            snprintf(index_text, sizeof(index_text), "%zu", index);
            is_match = strcmp(index_text, name) == 0;
        }
        json_skip_space(cursor);
        if (is_match)
            return cursor->at < cursor->end;
        json_skip_value(cursor);
        json_skip_space(cursor);
        if (cursor->at >= cursor->end || *cursor->at++ != ',')
            return false;
    }
}

bool json_find_raw(const char *bytes, size_t len, const char *const *path,
                   const char **value, size_t *value_len)
{
    struct json_cursor cursor = {bytes, bytes + len};
    for (; *path != NULL; path++) {
        if (!json_enter(&cursor, *path))
            return false;
    }
    json_skip_space(&cursor);
    const char *start = cursor.at;
    json_skip_value(&cursor);
    if (cursor.at == start)
        return false;
    *value = start;
    *value_len = (size_t)(cursor.at - start);
    return true;
}

bool json_append_compact(struct strbuf *out, const char *bytes, size_t len)
{
    bool is_string = false;
    for (size_t i = 0; i < len; i++) {
        const char byte = bytes[i];
        const bool is_blank = byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
        if (!is_string && is_blank)
            continue;
        strbuf_append_char(out, byte);
        if (is_string && byte == '\\' && i + 1 < len)
            strbuf_append_char(out, bytes[++i]);
        else if (byte == '"')
            is_string = !is_string;
    }
    return !out->is_full;
}

bool json_next_item(const char *bytes, size_t len, size_t *at, struct json_item *item)
{
    struct json_cursor cursor = {bytes + *at, bytes + len};
    *item = (struct json_item){0};
    json_skip_space(&cursor);
    /* At the opening bracket, or at the comma behind the last item. */
    if (cursor.at >= cursor.end || strchr("[{,", *cursor.at) == NULL)
        return false;
    cursor.at++;
    json_skip_space(&cursor);
    if (cursor.at >= cursor.end || *cursor.at == ']' || *cursor.at == '}')
        return false;
    const char *start = cursor.at;
    json_skip_value(&cursor);
    size_t used = (size_t)(cursor.at - start);
    json_skip_space(&cursor);
    if (cursor.at < cursor.end && *cursor.at == ':') {
        item->key = start;
        item->key_len = used;
        cursor.at++;
        json_skip_space(&cursor);
        start = cursor.at;
        json_skip_value(&cursor);
        used = (size_t)(cursor.at - start);
    }
    item->value = start;
    item->value_len = used;
    *at = (size_t)(cursor.at - bytes);
    return true;
}

bool json_append_value_text(struct strbuf *out, const char *raw, size_t len)
{
    uint16_t half = 0;
    if (len == 0 || raw[0] != '"')
        return json_append_compact(out, raw, len);
    cJSON *value = json_parse(raw, len);
    const bool ok =
        !cJSON_IsString(value) ||
        (json_join_halves(out, value->valuestring, &half) && json_flush_half(out, &half));
    cJSON_Delete(value);
    return ok;
}

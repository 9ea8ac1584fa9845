/*
 * The line is copied string by string. A text is looked through as it was before it was
 * written as JSON, for a key may hold a quote, and may be in bytes that are written in
 * base64; one in which nothing is found is copied as it stands.
 */
#include "src/engine/recorder_hide.h"

#include <string.h>

#include "src/base/base64.h"
#include "src/base/compiler.h"
#include "src/base/json.h"
#include "src/base/mem.h"

struct hiding {
    struct key_source *keys;
    const struct endpoint *endpoint;
};

/* True for a member whose text is one of a few words, or says which model or call it is.
 */
static bool is_fixed(const char *name, size_t len)
{
    static const char *const names[] = {"kind",   "provider", "api",        "model",
                                        "author", "state",    "change",     "decision",
                                        "class",  "finish",   "http",       "id",
                                        "reason", "program",  "media_type", "tool"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        if (strlen(names[i]) == len && memcmp(name, names[i], len) == 0)
            return true;
    }
    return false;
}

/* The length of the JSON string at `text`, with its quotes. */
static size_t string_length(const char *text, size_t len)
{
    size_t at = 1;
    while (at < len && text[at] != '"')
        at += text[at] == '\\' && at + 1 < len ? 2 : 1;
    return at < len ? at + 1 : len;
}

/* Stars out what is found in the bytes; true if anything was. */
static bool hide_in_bytes(const struct hiding *hiding, struct strbuf *bytes)
{
    char *before = mem_strndup(strbuf_text(bytes), bytes->len);
    bool has_changed = false;
    for (size_t at = 0; at < bytes->len;) {
        char *text = bytes->text + at;
        const size_t len = strlen(text);
        key_source_hide(hiding->keys, hiding->endpoint, text);
        has_changed = has_changed || memcmp(text, before + at, len) != 0;
        at += len + 1;
    }
    mem_wipe(before, bytes->len);
    mem_free(before);
    return has_changed;
}

/* Appends the JSON string, of the member "base64" or another. */
static void append_hidden(const struct hiding *hiding, struct strbuf *out,
                          const char *text, size_t len, bool is_base64)
{
    struct strbuf bytes;
    uint16_t half = 0;
    strbuf_init(&bytes, STRBUF_OWN_MAX);
    cJSON *string = is_base64 ? NULL : json_parse(text, len);
    bool ok = true;
    if (is_base64) {
        char *coded = mem_strndup(text + 1, len - 2);
        ok = base64_append_decoded(&bytes, coded, len - 2);
        mem_free(coded);
    } else {
        ok = cJSON_IsString(string) &&
             json_join_halves(&bytes, string->valuestring, &half) &&
             json_flush_half(&bytes, &half);
    }
    if (!ok || bytes.len == 0 || !hide_in_bytes(hiding, &bytes)) {
        strbuf_append(out, text, len);
    } else if (is_base64) {
        strbuf_append_char(out, '"');
        base64_append(out, bytes.text, bytes.len);
        strbuf_append_char(out, '"');
    } else {
        json_append_string(out, bytes.text, bytes.len);
    }
    cJSON_Delete(string);
    strbuf_clear(&bytes);
}

void recorder_hide(struct key_source *keys, const struct endpoint *endpoint,
                   struct strbuf *line)
{
    const struct hiding hiding = {keys, endpoint};
    const char *text = strbuf_text(line);
    const char *name = "";
    size_t name_len = 0;
    struct strbuf out;
    strbuf_init(&out, STRBUF_OWN_MAX);
    for (size_t at = 0; at < line->len;) {
        if (text[at] != '"') {
            strbuf_append_char(&out, text[at++]);
            continue;
        }
        const size_t len = string_length(text + at, line->len - at);
        if (text[at + len] == ':') {
            name = text + at + 1;
            name_len = len - 2;
        }
        if (text[at + len] == ':' || is_fixed(name, name_len))
            strbuf_append(&out, text + at, len);
        else
            append_hidden(&hiding, &out, text + at, len,
                          name_len == 6 && memcmp(name, "base64", 6) == 0);
        at += len;
    }
    strbuf_clear(line);
    *line = out;
}

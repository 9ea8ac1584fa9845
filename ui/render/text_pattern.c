/* Most bytes of a text cannot begin a match: a table of those that can is looked at
 * first, and only there the characters are compared. */
#include "ui/render/text_pattern.h"

#include <string.h>

#include <utf8proc.h>

#include "src/base/mem.h"
#include "src/base/utf8.h"

struct text_pattern {
    uint32_t *codes;
    size_t count;
    bool ignores_case;
    bool is_start[256]; /* a match may begin with that byte */
};

/* Up and down again: "ſ" and "s" meet, as "σ" and "ς" do. */
static uint32_t pattern_fold(uint32_t code)
{
    return (uint32_t)utf8proc_tolower(utf8proc_toupper((utf8proc_int32_t)code));
}

static uint32_t pattern_fold_quick(uint32_t code)
{
    if (code < 0x80)
        return code >= 'A' && code <= 'Z' ? code + ('a' - 'A') : code;
    return pattern_fold(code);
}

static void pattern_mark_starts(struct text_pattern *pattern)
{
    /* Letters elsewhere that fold to one of ASCII begin with these: the i with a dot and
     * without, the long s, the sign of Kelvin. */
    static const unsigned char strangers[] = {0xc4, 0xc5, 0xe2};
    const uint32_t first = pattern->codes[0];
    const uint32_t capital = (uint32_t)utf8proc_toupper((utf8proc_int32_t)first);
    char bytes[4];
    utf8_encode(first, bytes);
    pattern->is_start[(unsigned char)bytes[0]] = true;
    if (!pattern->ignores_case || capital == first)
        return;
    if (first < 0x80) {
        pattern->is_start[capital] = true;
        for (size_t i = 0; i < sizeof(strangers); i++)
            pattern->is_start[strangers[i]] = true;
        return;
    }
    for (int byte = 0xc2; byte < 0xf5; byte++)
        pattern->is_start[byte] = true;
}

struct text_pattern *text_pattern_new(const char *text, size_t len)
{
    if (len == 0)
        return NULL;
    struct text_pattern *pattern = mem_alloc(sizeof(*pattern));
    pattern->codes = mem_alloc(len * sizeof(pattern->codes[0]));
    pattern->ignores_case = true;
    for (size_t at = 0; at < len;) {
        uint32_t *code = &pattern->codes[pattern->count++];
        at += utf8_decode(text + at, len - at, code);
        if (pattern_fold(*code) != *code)
            pattern->ignores_case = false;
    }
    pattern_mark_starts(pattern);
    return pattern;
}

void text_pattern_free(struct text_pattern *pattern)
{
    if (pattern == NULL)
        return;
    mem_free(pattern->codes);
    mem_free(pattern);
}

/* The bytes that match from `text` on; 0 if they do not. */
static size_t pattern_match(const struct text_pattern *pattern, const char *text,
                            size_t len)
{
    size_t at = 0;
    for (size_t i = 0; i < pattern->count; i++) {
        uint32_t code;
        if (at >= len)
            return 0;
        if ((text[at] & 0x80) == 0)
            code = (unsigned char)text[at++];
        else
            at += utf8_decode(text + at, len - at, &code);
        if (pattern->ignores_case)
            code = pattern_fold_quick(code);
        if (code != pattern->codes[i])
            return 0;
    }
    return at;
}

bool text_pattern_find(const struct text_pattern *pattern, const char *text, size_t len,
                       size_t from, size_t *at, size_t *match_len)
{
    for (size_t i = from; i < len; i++) {
        if (!pattern->is_start[(unsigned char)text[i]])
            continue;
        *match_len = pattern_match(pattern, text + i, len - i);
        if (*match_len > 0) {
            *at = i;
            return true;
        }
    }
    return false;
}

size_t text_pattern_reach(const struct text_pattern *pattern)
{
    return pattern->count * 4;
}

/*
 * The break rules read forward only. To go back we look for a place that is certainly a
 * boundary (after a newline, between two ASCII characters, at the start) and read forward
 * from there; a text without such a place nearby is cut at a fixed distance.
 */
#include "ui/edit/grapheme.h"

#include <utf8proc.h>

#include "src/base/utf8.h"

size_t grapheme_next(const char *text, size_t len, size_t at)
{
    if (at >= len)
        return len;
    utf8proc_int32_t state = 0;
    uint32_t before;
    at += utf8_decode(text + at, len - at, &before);
    for (unsigned count = 1; at < len && count < GRAPHEME_MAX_CODES; count++) {
        uint32_t code;
        const size_t used = utf8_decode(text + at, len - at, &code);
        if (utf8proc_grapheme_break_stateful((utf8proc_int32_t)before,
                                             (utf8proc_int32_t)code, &state))
            break;
        before = code;
        at += used;
    }
    return at;
}

/* A boundary before `at` from which reading forward is safe. */
static size_t grapheme_anchor(const char *text, size_t at)
{
    size_t anchor = at;
    for (unsigned count = 0; anchor > 0 && count < GRAPHEME_MAX_CODES; count++) {
        anchor = utf8_previous(text, anchor);
        const bool is_ascii = (unsigned char)text[anchor] < 0x80;
        if (anchor > 0 && is_ascii && (unsigned char)text[anchor - 1] < 0x80)
            break;
        if (anchor > 0 && text[anchor - 1] == '\n')
            break;
    }
    return anchor;
}

size_t grapheme_previous(const char *text, size_t at)
{
    size_t start = grapheme_anchor(text, at);
    size_t next = start;
    while (next < at) {
        start = next;
        next = grapheme_next(text, at, start);
    }
    return start;
}

size_t grapheme_snap(const char *text, size_t len, size_t offset)
{
    if (offset >= len)
        return len;
    size_t at = grapheme_anchor(text, offset);
    while (at < offset)
        at = grapheme_next(text, len, at);
    return at;
}

bool grapheme_is_word(uint32_t code)
{
    if (code < 0x80)
        return (code >= '0' && code <= '9') || (code >= 'A' && code <= 'Z') ||
               (code >= 'a' && code <= 'z') || code == '_';
    const utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)code);
    return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO;
}

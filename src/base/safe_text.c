/* A table of ranges and the loop that applies it. The ranges are Unicode's format and
 * control characters that change how other text is shown or are not seen at all. */
#include "src/base/safe_text.h"

#include <stdio.h>
#include <string.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/utf8.h"

struct code_range {
    uint32_t first;
    uint32_t last;
};

static const struct code_range hidden_ranges[] = {
    {0x00, 0x08},       {0x0b, 0x1f},       {0x7f, 0x9f},       {0xad, 0xad},
    {0x34f, 0x34f},     {0x61c, 0x61c},     {0x115f, 0x1160},   {0x17b4, 0x17b5},
    {0x180b, 0x180f},   {0x200b, 0x200c},   {0x200e, 0x200f},   {0x2028, 0x202e},
    {0x2060, 0x206f},   {0x3164, 0x3164},   {0xfeff, 0xfeff},   {0xffa0, 0xffa0},
    {0xfff0, 0xfffb},   {0x13430, 0x1345f}, {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a},
    {0xe0000, 0xe00ff}, {0xe01f0, 0xe0fff},
};

bool safe_text_is_hidden(uint32_t code)
{
    if (code >= 0x20 && code < 0x7f)
        return false;
    for (size_t i = 0; i < COUNT_OF(hidden_ranges); i++) {
        if (code < hidden_ranges[i].first)
            return false;
        if (code <= hidden_ranges[i].last)
            return true;
    }
    return false;
}

size_t safe_text_mark(uint32_t code, char out[SAFE_TEXT_MARK_MAX])
{
    if (code < 0x20 || code == 0x7f) {
        const size_t len = utf8_encode(code == 0x7f ? 0x2421 : 0x2400 + code, out);
        out[len] = '\0';
        return len;
    }
    const int len = snprintf(out, SAFE_TEXT_MARK_MAX, "\xe2\x80\xb9U+%04X\xe2\x80\xba",
                             (unsigned)code);
    return (size_t)len;
}

static bool safe_text_is_line_end(uint32_t code)
{
    return code == '\n' || code == 0x2028 || code == 0x2029;
}

bool safe_text_append(struct strbuf *out, const char *text, size_t len)
{
    bool ok = true;
    size_t at = 0;
    while (at < len) {
        uint32_t code;
        const size_t used = utf8_decode(text + at, len - at, &code);
        char mark[SAFE_TEXT_MARK_MAX];
        if (code == '\r' && at + 1 < len && text[at + 1] == '\n') {
            at += used;
            continue;
        }
        if (safe_text_is_line_end(code))
            ok = strbuf_append_char(out, '\n') && ok;
        else if (safe_text_is_hidden(code))
            ok = strbuf_append(out, mark, safe_text_mark(code, mark)) && ok;
        else if (code == UTF8_REPLACEMENT)
            ok = strbuf_append(out, "\xef\xbf\xbd", 3) && ok;
        else
            ok = strbuf_append(out, text + at, used) && ok;
        at += used;
    }
    return ok;
}

bool safe_text_append_line(struct strbuf *out, const char *text, size_t len,
                           size_t max_bytes)
{
    struct strbuf safe;
    strbuf_init(&safe, STRBUF_OWN_MAX);
    safe_text_append(&safe, text, len);
    const size_t start = out->len;
    bool ok = true;
    bool had_space = true;
    for (size_t i = 0; i < safe.len; i++) {
        const char byte = safe.text[i];
        const bool is_space = byte == ' ' || byte == '\n' || byte == '\t';
        if (!is_space)
            ok = strbuf_append_char(out, byte) && ok;
        else if (!had_space)
            ok = strbuf_append_char(out, ' ') && ok;
        had_space = is_space;
    }
    strbuf_clear(&safe);
    if (out->len > start && out->text[out->len - 1] == ' ')
        strbuf_truncate(out, out->len - 1);
    if (out->len - start > max_bytes) {
        size_t cut = start + max_bytes;
        while (cut > start && ((unsigned char)out->text[cut] & 0xc0) == 0x80)
            cut--;
        strbuf_truncate(out, cut);
        ok = strbuf_append_text(out, "\xe2\x80\xa6") && ok;
    }
    return ok;
}

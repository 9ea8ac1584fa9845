/*
 * Any bytes through glyph_next: it uses them all up, and no drawn form holds a control,
 * hidden or ill-formed code point, one of uncertain width, or more marks than a cell
 * can hold. The other functions of the header must agree with it.
 */
#ifndef _XOPEN_SOURCE
#define _XOPEN_SOURCE 700
#endif

#include "tests/fuzz/fuzz.h"

#include <assert.h>
#include <locale.h>
#include <stdbool.h>
#include <wchar.h>

#include <utf8proc.h>

#include "src/base/safe_text.h"
#include "src/base/utf8.h"
#include "ui/render/glyph.h"

static void check_form(const struct glyph *glyph)
{
    int width = 0;
    unsigned marks = 0;
    assert(glyph->text_len <= GLYPH_TEXT_SIZE);
    assert(utf8_is_valid(glyph->text, glyph->text_len));
    for (size_t at = 0; at < glyph->text_len;) {
        uint32_t code;
        at += utf8_decode(glyph->text + at, glyph->text_len - at, &code);
        assert(code >= 0x20 && !(code >= 0x7f && code < 0xa0));
        assert(!safe_text_is_hidden(code) && code != 0x200d);
        assert(!(code >= 0xfe00 && code <= 0xfe0f) && code < 0xe0000);
        const int own = wcwidth((wchar_t)code);
        if (utf8proc_category((utf8proc_int32_t)code) != UTF8PROC_CATEGORY_MC || own != 1)
            assert(own == utf8proc_charwidth((utf8proc_int32_t)code));
        assert(own == 1 || own == 2 || (own == 0 && width > 0));
        marks = own == 0 ? marks + 1 : 0;
        assert(marks <= 4);
        width += own;
    }
    assert(width == glyph->width);
}

static void check_parts(const struct glyph *glyph)
{
    unsigned parts = 0;
    int width = 0;
    for (size_t at = 0; at < glyph->text_len;) {
        int own;
        at += glyph_part(glyph->text + at, glyph->text_len - at, &own);
        assert(at <= glyph->text_len);
        width += own;
        parts++;
    }
    assert(parts == glyph->parts && width == glyph->width);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    struct glyph glyph;
    setlocale(LC_ALL, "C.UTF-8");
    size_t at = 0;
    while (at < size) {
        assert(glyph_next(text, size, at, &glyph) == glyph.bytes);
        assert(glyph.bytes > 0 && glyph.bytes <= size - at);
        assert(glyph.is_newline == (glyph.text_len == 0));
        check_form(&glyph);
        check_parts(&glyph);
        at += glyph.bytes;
    }
    const int width = text_width(text, size);
    for (int room = 0; room <= width; room += 1 + width / 7) {
        bool is_cut;
        const size_t fitting = glyph_fit(text, size, room, &is_cut);
        assert(fitting <= size && text_width(text, fitting) <= room);
        assert(is_cut == (width > room));
    }
    return 0;
}

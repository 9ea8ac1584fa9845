/* Greedy filling: each row is decided from its start alone. */
#include "ui/render/row_fill.h"

#include <stdint.h>

#include "src/base/compiler.h"
#include "src/base/utf8.h"

/* Blanks that may hang at the end of one row; more begin a new row, so that no row, and
 * no re-wrapping, grows without bound. */
#define ROW_FILL_HANG_MAX 256

void row_fill_begin(struct row_fill *fill, int width, size_t start)
{
    *fill = (struct row_fill){.width = width, .end = start};
}

/* Sorted by code point; the ASCII signs come first in each. */
static const uint32_t opening_signs[] = {'(',    '[',    '{',    0x2018, 0x201c,
                                         0x3008, 0x300a, 0x300c, 0x300e, 0x3010,
                                         0x3014, 0x3016, 0xff08, 0xff3b, 0xff5b};
static const uint32_t closing_signs[] = {
    '!',    '%',    ')',    ',',    '.',    ':',    ';',    '?',    ']',
    '}',    0x2019, 0x201d, 0x2026, 0x3001, 0x3002, 0x3005, 0x3009, 0x300b,
    0x300d, 0x300f, 0x3011, 0x3015, 0x3017, 0x30fb, 0x30fc, 0xff01, 0xff09,
    0xff0c, 0xff0e, 0xff1a, 0xff1b, 0xff1f, 0xff3d, 0xff5d};

static bool row_fill_is_one_of(const uint32_t *signs, size_t count,
                               const struct glyph *glyph)
{
    uint32_t code;
    utf8_decode(glyph->text, glyph->text_len, &code);
    for (size_t i = 0; i < count; i++) {
        if (signs[i] == code)
            return true;
    }
    return false;
}

/* True if a row may end between the cluster placed last and this one. */
static bool row_fill_can_break(const struct row_fill *fill, const struct glyph *glyph)
{
    const bool is_wide = glyph->width == 2 && glyph->parts == 1;
    return fill->has_word && (is_wide || fill->is_after_wide) &&
           !fill->is_after_opening &&
           !row_fill_is_one_of(closing_signs, COUNT_OF(closing_signs), glyph);
}

/* True if the row ends. */
static bool row_fill_place_blank(struct row_fill *fill, size_t at,
                                 const struct glyph *glyph)
{
    const int cells =
        glyph->is_tab ? GLYPH_TAB_WIDTH - fill->column % GLYPH_TAB_WIDTH : glyph->width;
    if (fill->hanging == 0 && fill->column + cells <= fill->width) {
        fill->column += cells;
        fill->end = at + glyph->bytes;
    } else if (fill->column == 0) {
        /* Wider than the row: it must stand somewhere. */
        fill->column = fill->width;
        fill->end = at + glyph->bytes;
    } else if (fill->hanging == ROW_FILL_HANG_MAX) {
        return true;
    } else {
        fill->hanging++;
    }
    if (fill->has_word)
        fill->break_at = at + glyph->bytes;
    fill->is_after_wide = false;
    fill->is_after_opening = false;
    return false;
}

/* True if the row ends. */
static bool row_fill_place_word(struct row_fill *fill, size_t at,
                                const struct glyph *glyph)
{
    if (fill->hanging > 0) {
        fill->break_at = at;
        return true;
    }
    if (row_fill_can_break(fill, glyph))
        fill->break_at = at;
    if (fill->column > 0 && fill->column + glyph->width > fill->width)
        return true;
    fill->column += glyph->width;
    fill->end = at + glyph->bytes;
    fill->has_word = true;
    fill->is_after_wide = glyph->width == 2 && glyph->parts == 1;
    fill->is_after_opening =
        row_fill_is_one_of(opening_signs, COUNT_OF(opening_signs), glyph);
    return false;
}

bool row_fill_place(struct row_fill *fill, size_t at, const struct glyph *glyph,
                    size_t *next)
{
    if (glyph->is_space) {
        *next = at;
        return row_fill_place_blank(fill, at, glyph);
    }
    const bool is_full = row_fill_place_word(fill, at, glyph);
    *next = fill->break_at > 0 ? fill->break_at : at;
    return is_full;
}

static bool row_fill_is_plain(const char *text, size_t len, size_t at)
{
    const unsigned char byte = (unsigned char)text[at];
    return ((byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
            (byte >= 'a' && byte <= 'z')) &&
           at + 1 < len && (unsigned char)text[at + 1] < 0x80;
}

size_t row_fill_place_plain(struct row_fill *fill, size_t place, const char *text,
                            size_t len, size_t at)
{
    const size_t first = at;
    if (fill->hanging > 0 || fill->is_after_wide)
        return 0;
    while (at < len && fill->column < fill->width && row_fill_is_plain(text, len, at)) {
        fill->column++;
        at++;
    }
    if (at == first)
        return 0;
    fill->end = place + (at - first);
    fill->has_word = true;
    fill->is_after_opening = false;
    return at - first;
}

/* Pieces in an array, sorted by place. Filling a line reads clusters piece by piece. */
#include "ui/render/span_text.h"

#include "src/base/mem.h"
#include "ui/render/glyph.h"
#include "ui/render/row_fill.h"

void span_text_clear(struct span_text *text)
{
    mem_free(text->pieces);
    *text = (struct span_text){0};
}

void span_text_reset(struct span_text *text)
{
    text->count = 0;
    text->end = 0;
    text->is_separated = false;
    text->link = 0;
}

static struct span_piece *span_text_new_piece(struct span_text *text, size_t len)
{
    text->pieces =
        mem_grow(text->pieces, &text->cap, text->count + 1, sizeof(text->pieces[0]));
    struct span_piece *piece = &text->pieces[text->count++];
    *piece =
        (struct span_piece){.len = (uint32_t)len, .place = text->end, .link = text->link};
    text->end += (uint32_t)len;
    text->is_separated = false;
    return piece;
}

void span_text_add(struct span_text *text, enum span_from from, size_t at, size_t len,
                   enum role role)
{
    if (len == 0)
        return;
    if (text->count > 0 && !text->is_separated) {
        struct span_piece *last = &text->pieces[text->count - 1];
        if (last->from == (uint8_t)from && last->role == (uint8_t)role &&
            last->link == text->link && last->at + last->len == at) {
            last->len += (uint32_t)len;
            text->end += (uint32_t)len;
            return;
        }
    }
    struct span_piece *piece = span_text_new_piece(text, len);
    piece->at = (uint32_t)at;
    piece->role = (uint8_t)role;
    piece->from = (uint8_t)from;
}

void span_text_add_break(struct span_text *text)
{
    span_text_new_piece(text, 1)->from = SPAN_BREAK;
}

void span_text_add_all(struct span_text *text, const struct span_text *other,
                       size_t first, size_t count)
{
    for (size_t i = first; i < first + count; i++) {
        const struct span_piece *piece = &other->pieces[i];
        text->link = piece->link;
        if (piece->from == SPAN_BREAK)
            span_text_add_break(text);
        else
            span_text_add(text, (enum span_from)piece->from, piece->at, piece->len,
                          (enum role)piece->role);
    }
    text->link = 0;
}

size_t span_text_find(const struct span_text *text, size_t place)
{
    size_t low = 0;
    size_t high = text->count;
    while (high - low > 1) {
        const size_t middle = low + (high - low) / 2;
        if (text->pieces[middle].place <= place)
            low = middle;
        else
            high = middle;
    }
    return low;
}

const char *span_piece_bytes(const struct span_piece *piece, const struct span_base *base)
{
    return (piece->from == SPAN_OWN ? base->own : base->source) + piece->at;
}

/* Fills the line with a piece from its byte `at` on; true if the line ends in it. */
static bool span_text_fill_piece(struct row_fill *fill, const struct span_piece *piece,
                                 const char *bytes, size_t at, size_t *next)
{
    struct glyph glyph;
    while (at < piece->len) {
        const size_t plain =
            row_fill_place_plain(fill, piece->place + at, bytes, piece->len, at);
        at += plain;
        if (plain > 0)
            continue;
        glyph_next(bytes, piece->len, at, &glyph);
        if (glyph.is_newline) {
            *next = piece->place + at + glyph.bytes;
            return true;
        }
        if (row_fill_place(fill, piece->place + at, &glyph, next))
            return true;
        at += glyph.bytes;
    }
    return false;
}

void span_text_fill(const struct span_text *text, const struct span_base *base, int width,
                    size_t limit, struct span_line *line)
{
    struct row_fill fill;
    bool is_ended = false;
    row_fill_begin(&fill, width < 1 ? 1 : width, line->start);
    line->next = limit;
    for (size_t i = span_text_find(text, line->start);
         i < text->count && text->pieces[i].place < limit && !is_ended; i++) {
        const struct span_piece *piece = &text->pieces[i];
        const size_t at = line->start > piece->place ? line->start - piece->place : 0;
        if (at >= piece->len)
            continue;
        if (piece->from == SPAN_BREAK) {
            line->next = piece->place + 1;
            is_ended = true;
        } else {
            is_ended = span_text_fill_piece(&fill, piece, span_piece_bytes(piece, base),
                                            at, &line->next);
        }
    }
    line->is_last = !is_ended;
    if (!is_ended)
        line->next = limit;
    line->end = fill.end < line->next ? fill.end : line->next;
}

int span_text_width(const struct span_text *text, const struct span_base *base,
                    size_t start, size_t end, int *widest)
{
    struct glyph glyph;
    int width = 0;
    for (size_t i = span_text_find(text, start);
         i < text->count && text->pieces[i].place < end; i++) {
        const struct span_piece *piece = &text->pieces[i];
        const char *bytes = span_piece_bytes(piece, base);
        size_t at = start > piece->place ? start - piece->place : 0;
        for (; at < piece->len && piece->place + at < end && piece->from != SPAN_BREAK;
             at += glyph.bytes) {
            glyph_next(bytes, piece->len, at, &glyph);
            if (glyph.is_tab)
                width += GLYPH_TAB_WIDTH - width % GLYPH_TAB_WIDTH;
            else
                width += glyph.width;
            if (widest != NULL && glyph.width > *widest)
                *widest = glyph.width;
        }
    }
    return width;
}

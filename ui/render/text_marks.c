/* Walks over the clusters as canvas_put does, so that both agree on every cell. */
#include "ui/render/text_marks.h"

#include "ui/render/glyph.h"

/* The first range that ends after a place of the drawn text. */
static size_t marks_find(const struct text_marks *marks, size_t place)
{
    size_t low = 0;
    size_t high = marks->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const struct text_range *range = &marks->ranges[middle];
        if ((size_t)range->at + range->len + marks->shift <= place)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static int marks_glyph_width(const struct glyph *glyph, int used, int limit)
{
    if (glyph->is_newline)
        return 1;
    if (!glyph->is_tab)
        return glyph->width;
    const int width = GLYPH_TAB_WIDTH - used % GLYPH_TAB_WIDTH;
    return width < limit - used ? width : limit - used;
}

int text_marks_put(const struct text_marks *marks, struct canvas *canvas,
                   struct rect where, const char *text, struct text_range bytes)
{
    const size_t end = (size_t)bytes.at + bytes.len;
    const int room = canvas->width - where.x;
    const int limit = where.width < room ? where.width : room;
    size_t index = marks_find(marks, bytes.at);
    struct glyph glyph;
    int used = 0;
    for (size_t at = bytes.at; at < end; at += glyph.bytes) {
        glyph_next(text + bytes.at, bytes.len, at - bytes.at, &glyph);
        const int width = marks_glyph_width(&glyph, used, limit);
        if (used + width > limit || width < 1)
            break;
        while (index < marks->count && marks->ranges[index].at +
                                               (size_t)marks->ranges[index].len +
                                               marks->shift <=
                                           at)
            index++;
        if (index < marks->count &&
            marks->ranges[index].at + marks->shift < at + glyph.bytes)
            canvas_set_role(canvas, (struct rect){where.x + used, where.y, width, 1},
                            index == marks->current ? ROLE_MATCH_CURRENT : ROLE_MATCH);
        used += width;
    }
    return used;
}

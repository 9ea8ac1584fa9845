/*
 * Places of a text that are marked where it is drawn, such as what a search has found.
 * The text is drawn first; then its cells get another role.
 */
#ifndef RENDER_TEXT_MARKS_H
#define RENDER_TEXT_MARKS_H

#include <stddef.h>
#include <stdint.h>

#include "ui/render/canvas.h"

struct text_range {
    uint32_t at;
    uint32_t len;
};

struct text_marks {
    const struct text_range *ranges; /* in order, without overlaps */
    size_t count;
    size_t current; /* the one that stands out; count: none */
    size_t shift;   /* what is drawn has so many bytes before the text of the ranges */
};

/*
 * Marks what canvas_put has drawn at (where.x, where.y), in at most where.width cells, of
 * those bytes of `text`. A cluster that is found in part is marked whole.
 * Returns the cells that canvas_put has used.
 */
int text_marks_put(const struct text_marks *marks, struct canvas *canvas,
                   struct rect where, const char *text, struct text_range bytes);

#endif

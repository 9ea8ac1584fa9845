/*
 * Fills one row with grapheme clusters until the next one does not fit: the rules of
 * where a row may end, for every text that is wrapped. Knows nothing of where the
 * clusters come from; a place in the text is a number that grows.
 *
 * Rows break after blanks; blanks that do not fit hang at the row's end and are not
 * drawn. Between wide characters a row may break as well, except before closing and
 * after opening punctuation. A word longer than the width is broken between clusters.
 */
#ifndef RENDER_ROW_FILL_H
#define RENDER_ROW_FILL_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/render/glyph.h"

struct row_fill {
    int width;
    int column;
    unsigned hanging; /* blanks beyond the width */
    bool has_word;    /* something that is not blank was placed */
    bool is_after_wide;
    bool is_after_opening;
    size_t end;      /* of what is drawn */
    size_t break_at; /* the last place for a break; 0 if there is none */
};

/* Begins a row of `width` cells at the place `start`. */
void row_fill_begin(struct row_fill *fill, int width, size_t start);

/*
 * Places the cluster at `at`, which is not a newline. Returns true if the row ends before
 * it: then the next one begins at `*next`, which may be before `at`.
 */
bool row_fill_place(struct row_fill *fill, size_t at, const struct glyph *glyph,
                    size_t *next);

/*
 * Places the letters and digits of ASCII that stand at `at` of `text`, on which nothing
 * can hang, as far as they fit: most of most texts, in fewer steps. `place` is the place
 * of `at`. Returns how many there were; 0 says nothing of what follows.
 */
size_t row_fill_place_plain(struct row_fill *fill, size_t place, const char *text,
                            size_t len, size_t at);

#endif

/*
 * Cells of which terminals disagree: vowel signs of a dozen scripts, emoji old and new,
 * letters with marks. Curses believes in one width and writes the rest of the row right
 * behind; where the terminal believes in another, everything after it would shift.
 *
 * So curses is given blanks in their place, and their characters are written after its
 * frame, each at a place named in full. Whatever a terminal makes of one of them, the
 * cells around it stay where they belong.
 */
#ifndef TERM_LOOSE_CELLS_H
#define TERM_LOOSE_CELLS_H

#include <stdbool.h>

#include "src/base/strbuf.h"
#include "ui/render/canvas.h"

struct loose_cells {
    const struct style *looks; /* of all roles; borrowed */
    bool use_ascii;
    char *begin; /* the bytes around them */
    char *end;
    struct strbuf bytes; /* what was added since the last take */
};

/* A row, or the part of it that is on the screen. */
struct loose_row {
    const struct cell *cells;
    int width;
    int y;
    bool is_last; /* of the screen */
};

/* For the terminal that curses has open; free with clear. */
void loose_cells_init(struct loose_cells *loose, const struct style *looks,
                      bool use_ascii);
void loose_cells_clear(struct loose_cells *loose);

/* True if cell `x` is one; what touches the last cell of the screen is left to curses. */
bool loose_cells_has(const struct loose_row *row, int x);

/* True if a terminal may draw the cell on the one before it. */
bool loose_cells_leans(const struct cell *cell);

/* The column up to which a loose cell at `x` may be drawn. */
int loose_cells_reach(const struct cell *cell, int x);

/* Appends the characters of one. */
void loose_cells_append_text(const struct cell *cell, bool use_ascii, struct strbuf *out);

/* Adds those that stand from column `first` to `last`, or next to them. */
void loose_cells_add(struct loose_cells *loose, const struct loose_row *row, int first,
                     int last);

/* Moves what was added to `out`, with the way back to the cursor's place. Nothing where
 * nothing was added; false if `out` is full. */
bool loose_cells_take(struct loose_cells *loose, int cursor_x, int cursor_y,
                      struct strbuf *out);

#endif

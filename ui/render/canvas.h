/*
 * The picture of a screen in memory: a grid of cells that views paint and that ui/term
 * copies to the terminal. Knows nothing of curses, so every view is tested as text.
 *
 * Invariants: a cell of width 2 is followed by one of width 0 with the same role; no
 * operation leaves half of a wide cell behind; unused bytes of a cell are zero, so cells
 * and rows compare with memcmp. Everything drawn goes through glyph.h. Coordinates
 * outside the canvas are allowed everywhere and draw nothing.
 */
#ifndef RENDER_CANVAS_H
#define RENDER_CANVAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/base/strbuf.h"
#include "ui/render/link_table.h"
#include "ui/render/rect.h"
#include "ui/theme/role.h"

/* A code point and up to four combining marks. */
#define CELL_TEXT_SIZE 20

/* A canvas has at most so many columns and rows. */
#define CANVAS_SIDE_MAX 2000

struct cell {
    char text[CELL_TEXT_SIZE]; /* UTF-8, zero-filled, not always terminated */
    uint8_t text_len;
    uint8_t width; /* 1, 2, or 0: the second half of the cell before */
    uint8_t role;  /* enum role */
    uint8_t link;  /* in the canvas' table; 0: none */
};

struct canvas {
    int width;
    int height;
    struct cell *cells; /* row by row */
    int cursor_x;
    int cursor_y;
    bool is_cursor_visible;
    struct link_table links; /* where cells lead */
    uint8_t link;            /* what is drawn now belongs to it; 0: to none */
};

/* An erased canvas; sizes are cut to 0 … CANVAS_SIDE_MAX. Caller frees with canvas_free.
 */
struct canvas *canvas_new(int width, int height);
void canvas_free(struct canvas *canvas);

/* Changes the size and erases. */
void canvas_resize(struct canvas *canvas, int width, int height);

/* Makes every cell a blank of ROLE_TEXT and hides the cursor. */
void canvas_erase(struct canvas *canvas);

/* Copies cells and cursor; `to` takes the size of `from`. */
void canvas_copy(struct canvas *to, const struct canvas *from);

/*
 * Draws one row of text, own or a stranger's, from column `x` in at most `max_width`
 * cells; a wide character that would be cut is left out. Tab stops count from `x`, a
 * newline is drawn as a mark. Returns the cells used.
 */
int canvas_put(struct canvas *canvas, int x, int y, int max_width, enum role role,
               const char *text, size_t len);

/* The same, but a text that does not fit ends in "…". */
int canvas_put_fit(struct canvas *canvas, int x, int y, int max_width, enum role role,
                   const char *text, size_t len);

/*
 * What is drawn until canvas_end_link leads to that address, which link_address_append
 * made. With more than LINK_MAX addresses on one screen some lead nowhere.
 */
void canvas_begin_link(struct canvas *canvas, const char *address, size_t len);
void canvas_end_link(struct canvas *canvas);

/* Where the cell leads, or NULL; valid until something is drawn. */
const char *canvas_link_at(const struct canvas *canvas, int x, int y);

/* Fills a rectangle with blanks of a role. */
void canvas_fill(struct canvas *canvas, struct rect rect, enum role role);

/* Draws a frame along the inner edge of a rectangle; the inside stays. */
void canvas_box(struct canvas *canvas, struct rect rect, enum role role);

/* Gives the cells of a rectangle another role; their text stays. */
void canvas_set_role(struct canvas *canvas, struct rect rect, enum role role);

/* Shows the cursor at a cell; outside the canvas hides it. */
void canvas_set_cursor(struct canvas *canvas, int x, int y);

/* The cell or its role; outside the canvas NULL and ROLE_TEXT. */
const struct cell *canvas_cell_at(const struct canvas *canvas, int x, int y);
enum role canvas_role_at(const struct canvas *canvas, int x, int y);

/* The `width` cells of row `y`, which must exist. */
const struct cell *canvas_row(const struct canvas *canvas, int y);

/* Appends the rows as lines of text without trailing blanks; false if `out` is full. */
bool canvas_to_text(const struct canvas *canvas, struct strbuf *out);

#endif

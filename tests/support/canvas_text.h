/*
 * A canvas as a test looks at it: its rows as text, where a text stands, and whether
 * every cell is what canvas.h promises.
 */
#ifndef SUPPORT_CANVAS_TEXT_H
#define SUPPORT_CANVAS_TEXT_H

#include <stdbool.h>

#include "ui/render/canvas.h"

/* The rows as lines without trailing blanks. Caller frees. */
char *canvas_text(const struct canvas *canvas);

/* One row without trailing blanks. Caller frees. */
char *canvas_line(const struct canvas *canvas, int y);

/* True if `text` stands in one row; gives the cell where it begins. `x` and `y` may be
 * NULL. */
bool canvas_find(const struct canvas *canvas, const char *text, int *x, int *y);

/* Fails the test unless the canvas holds exactly these lines. */
void assert_canvas(const struct canvas *canvas, const char *expected);

/* Fails the test unless cells are valid UTF-8 without controls or hidden characters, wide
 * ones whole, roles known and the cursor inside. */
void assert_canvas_is_whole(const struct canvas *canvas);

#endif

/*
 * A text while it is written: wrapped, with a sign before it and the cursor, which is the
 * terminal's own, so that input methods find it. The composer and the small editors of
 * dialogs are drawn by it.
 */
#ifndef VIEW_EDIT_VIEW_H
#define VIEW_EDIT_VIEW_H

#include <stdbool.h>

#include "ui/edit/line_edit.h"
#include "ui/render/canvas.h"

/* The rows that the text takes in that width. */
int edit_view_height(const struct line_edit *edit, int width);

/* Draws the part of it around the cursor into `rect`; an active one shows the cursor. */
void edit_view_draw(const struct line_edit *edit, struct canvas *canvas, struct rect rect,
                    bool is_active);

#endif

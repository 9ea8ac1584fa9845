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

/*
 * A text as it was wrapped last, kept so that frames in which it did not change wrap
 * nothing: what is painted every time has one, for an editor of its own (another one
 * might stand where the first was freed, and be taken for it).
 */
struct edit_picture;

struct edit_picture *edit_picture_new(void);
void edit_picture_free(struct edit_picture *picture);

/* The rows that the text takes in that width. */
int edit_picture_height(struct edit_picture *picture, const struct line_edit *edit,
                        int width);

/* Draws the part of it around the cursor into `rect`; an active one shows the cursor. */
void edit_picture_draw(struct edit_picture *picture, const struct line_edit *edit,
                       struct canvas *canvas, struct rect rect, bool is_active);

/* The same two without a picture that is kept: for short texts, drawn now and then. */
int edit_view_height(const struct line_edit *edit, int width);
void edit_view_draw(const struct line_edit *edit, struct canvas *canvas, struct rect rect,
                    bool is_active);

#endif

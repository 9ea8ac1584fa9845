/*
 * A box over the panes with a heading, an optional line to type in, and rows to scroll
 * or choose from: the help screen and the model picker.
 */
#ifndef VIEW_LIST_VIEW_H
#define VIEW_LIST_VIEW_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/render/canvas.h"

struct list_row {
    char *left;  /* a key; NULL: the row is a heading */
    char *right; /* what it does; where one of the two is "" the other has the row */
    char *key;   /* at the right edge, where there is room; or NULL */
    size_t mark_start; /* the bytes of `right` that are marked, as found */
    size_t mark_len;
};

struct list_view {
    const char *title;
    const char *hint;  /* in the lower edge */
    const char *input; /* what was typed, or NULL: nothing can be typed */
    const struct list_row *rows;
    size_t row_count;
    size_t selected;   /* the chosen row; row_count: none */
    size_t first;      /* the first row that is shown; list_view_draw keeps it in range */
    int left_width;    /* columns for the left texts */
    struct rect drawn; /* where it was drawn last, for the mouse; and its rows */
    struct rect rows_drawn;
};

/* The columns for the text of a row, in a room of that width. */
int list_view_text_width(int room_width);

/* Draws it in the middle of `room`; returns how many rows it could show. */
int list_view_draw(struct list_view *view, struct canvas *canvas, struct rect room);

#endif

/*
 * The list above the composer of what may stand at the cursor: a heading, and rows of
 * name, arguments and help, at most COMPLETE_ROWS_MAX of them at a time.
 */
#ifndef VIEW_COMPLETE_VIEW_H
#define VIEW_COMPLETE_VIEW_H

#include <stddef.h>

#include "ui/render/canvas.h"

#define COMPLETE_ROWS_MAX 8

struct complete_row {
    const char *name;
    const char *args; /* or NULL */
    const char *help; /* or NULL */
};

struct complete_view {
    const char *title;
    const char *hint;
    const struct complete_row *rows; /* those in sight */
    size_t row_count;
    size_t selected; /* of them; row_count: none */
    size_t total;    /* how many there are with those out of sight */
};

/* How many rows there is room for under a room of that height. */
size_t complete_view_rows(int room_height);

/* Draws it at the lower edge of `room`. */
void complete_view_draw(const struct complete_view *view, struct canvas *canvas,
                        struct rect room);

#endif

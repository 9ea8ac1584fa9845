/*
 * Where panes stand: a pure function of their number and the room. Panes tile by the
 * room's shape, are never narrower than 30 columns while there are that many, then
 * stack, and where even that leaves too little, only the focused one is shown (tabs).
 */
#ifndef VIEW_TILING_H
#define VIEW_TILING_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/render/rect.h"

#define TILING_PANE_MAX 16

/* The smallest pane that is worth showing beside others, borders included. */
#define TILING_MIN_WIDTH  30
#define TILING_MIN_HEIGHT 6

struct tiling {
    size_t count;
    struct rect rects[TILING_PANE_MAX]; /* empty for a pane that is not shown */
    bool is_tabs;                       /* only the focused pane is shown */
};

/* Lays out `count` panes (at most TILING_PANE_MAX) in `room`. With `is_zoomed` the
 * focused pane takes it all. */
struct tiling tiling_make(struct rect room, size_t count, size_t focused, bool is_zoomed);

/* The pane at a cell, or `count` if there is none. */
size_t tiling_find(const struct tiling *tiling, int x, int y);

#endif

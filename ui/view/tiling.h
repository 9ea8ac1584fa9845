/*
 * Where panes stand: a pure function of their number, the room, and what the person
 * chose. By itself it makes a grid of the room's shape whose panes are never narrower
 * than 30 columns; where none fits, a stack in which only the focused pane is open and
 * the others are their title line; where even that leaves too little, tabs: only the
 * focused pane is shown, below a row that names all.
 *
 * Weights say how wide the columns and how high the rows of a grid are. They belong to
 * places, not to panes, and to a grid of that many columns and rows: another one is even.
 */
#ifndef VIEW_TILING_H
#define VIEW_TILING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ui/render/rect.h"

#define TILING_PANE_MAX 16

/* The smallest pane that is worth showing beside others, borders included. */
#define TILING_MIN_WIDTH  30
#define TILING_MIN_HEIGHT 6

/* A lower room has no row of tabs: the title of the one pane says how many there are. */
#define TILING_TABS_MIN_HEIGHT 5

enum tiling_mode {
    TILING_AUTO,
    TILING_GRID,
    TILING_COLUMNS, /* side by side */
    TILING_STACK,   /* one below the other, full width */
    TILING_TABS,
    TILING_MODE_COUNT
};

struct tiling_weights {
    uint16_t columns; /* of the grid that they are for; 0: of none */
    uint16_t rows;
    uint16_t widths[TILING_PANE_MAX]; /* cells, as they were when they were set */
    uint16_t heights[TILING_PANE_MAX];
    uint16_t last_widths[TILING_PANE_MAX]; /* of a last row with fewer panes */
};

struct tiling_wish {
    size_t count; /* of panes */
    size_t focused;
    bool is_zoomed; /* the focused one alone, and no row of tabs */
    enum tiling_mode mode;
    const struct tiling_weights *weights; /* NULL: even */
};

struct tiling {
    size_t count;
    struct rect rects[TILING_PANE_MAX]; /* empty for a pane that is not shown */
    bool is_tabs;                       /* only the focused pane is shown */
    struct rect tabs;                   /* the row that names all; empty: there is none */
    int columns;                        /* of a grid; otherwise 0 */
    int rows;
};

/* A border between the panes of a grid, or two that cross. */
struct tiling_border {
    int column; /* the one after that column; -1: none */
    int row;    /* the one below that row; -1: none */
    bool is_in_last_row;
};

/* Lays out at most TILING_PANE_MAX panes. A mode that does not fit gives way as the grid
 * does. */
struct tiling tiling_make(struct rect room, const struct tiling_wish *wish);

/* The pane at a cell, or `count` if there is none. */
size_t tiling_find(const struct tiling *tiling, int x, int y);

/* True if the cell is part of a border between panes. */
bool tiling_find_border(const struct tiling *tiling, int x, int y,
                        struct tiling_border *border);

/* Sets the weights so that the border moves by that many cells, as far as the smallest
 * sizes allow. False if it stays. */
bool tiling_move_border(const struct tiling *tiling, const struct tiling_border *border,
                        int dx, int dy, struct tiling_weights *weights);

/* Makes a pane wider and higher by cells (smaller if negative). False if it stays. */
bool tiling_grow(const struct tiling *tiling, size_t index, int dx, int dy,
                 struct tiling_weights *weights);

/* The name of a mode ("auto", "grid"), and the mode of a name; false if it is none. */
const char *tiling_mode_name(enum tiling_mode mode);
bool tiling_mode_parse(const char *name, enum tiling_mode *mode);

#endif

/*
 * A grid of cells with a fixed row of heads and a fixed column of labels. Where
 * everything stands is worked out once for a size (matrix_layout); after that heads,
 * labels and cells are drawn one by one, so that a frame costs what has changed in it.
 * Knows nothing of runs.
 */
#ifndef VIEW_MATRIX_VIEW_H
#define VIEW_MATRIX_VIEW_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/render/canvas.h"

/* The most columns and rows that are in sight. */
#define MATRIX_COLUMNS_MAX 64
#define MATRIX_ROWS_MAX    512

/* What is to be laid out. */
struct matrix_size {
    size_t row_count;
    size_t column_count;
    int label_width; /* of the longest label in sight */
    size_t row;      /* the chosen cell, by its places in the grid */
    size_t column;
    size_t first_row; /* as it was: changed only as far as it has to */
    size_t first_column;
};

struct matrix_layout {
    struct rect rect;
    size_t first_row;
    size_t first_column;
    size_t rows_shown;
    size_t columns_shown;
    int label_width;
    int cell_width; /* with the blank behind it */
    int row_height; /* 1, or 2: what it took stands below the text */
    int head_y;
    int body_y;
    bool has_title;
};

/* One cell as text; `text` is data of strangers in one line. */
struct matrix_cell {
    const char *sign; /* "✓": one cell */
    enum role sign_role;
    const char *text;
    size_t len;
    bool is_tail;        /* cut at its beginning, not at its end */
    const char *metrics; /* "1.2 s $0.0021" */
    bool is_chosen;
};

/* Works out the places. The chosen cell is in sight. */
struct matrix_layout matrix_lay_out(const struct matrix_size *size, struct rect rect);

/* Draws the title (where there is room for one), a head, a label, a cell. Places are
 * those of the grid; what is not in sight is not drawn. */
void matrix_draw_title(const struct matrix_layout *layout, struct canvas *canvas,
                       const char *title);
void matrix_draw_head(const struct matrix_layout *layout, struct canvas *canvas,
                      size_t column, const char *name);
void matrix_draw_label(const struct matrix_layout *layout, struct canvas *canvas,
                       size_t row, const char *label, bool is_chosen);
void matrix_draw_cell(const struct matrix_layout *layout, struct canvas *canvas,
                      size_t row, size_t column, const struct matrix_cell *cell);

/* Draws signs that there is more to the sides, and below or above. */
void matrix_draw_edges(const struct matrix_layout *layout, struct canvas *canvas,
                       const struct matrix_size *size);

/* True if the place is in sight. */
bool matrix_is_shown(const struct matrix_layout *layout, size_t row, size_t column);

/* The place of the cell at (x, y) of the screen; false if there is none. */
bool matrix_find(const struct matrix_layout *layout, int x, int y, size_t *row,
                 size_t *column);

#endif

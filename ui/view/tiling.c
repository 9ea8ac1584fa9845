/*
 * Tries every number of columns that leaves panes wide and high enough, and takes the
 * one whose panes come closest to the shape that reads well (about 2.6 times as many
 * columns as rows, which on a screen is a little wider than high).
 */
#include "ui/view/tiling.h"

#include <string.h>

#include "src/base/compiler.h"

/* How far a pane of at least one cell is from that shape; 1 is on it. */
static double tiling_badness(int width, int height)
{
    if (width < 1 || height < 1)
        return 1000;
    const double shape = (double)width / (double)height / 2.6;
    return shape > 1 ? shape : 1 / shape;
}

static int tiling_count_rows(int count, int columns)
{
    return 1 + (count - 1) / columns;
}

static bool tiling_fits(struct rect room, int count, int columns)
{
    return room.width / columns >= TILING_MIN_WIDTH &&
           room.height / tiling_count_rows(count, columns) >= TILING_MIN_HEIGHT;
}

/* The best number of columns, 0 if no grid gives every pane enough room. */
static int tiling_columns(struct rect room, int count)
{
    int best = 0;
    double best_badness = 0;
    for (int columns = 1; columns <= count; columns++) {
        const int rows = tiling_count_rows(count, columns);
        if (!tiling_fits(room, count, columns))
            continue;
        /* An incomplete last row wastes nothing here, but looks it. */
        const int missing = rows * columns - count;
        const double badness =
            tiling_badness(room.width / columns, room.height / rows) + 0.5 * missing;
        if (best == 0 || badness < best_badness) {
            best = columns;
            best_badness = badness;
        }
    }
    return best;
}

/* Cuts a length into parts by weights (NULL: even), none smaller than `least`. */
static void tiling_split(int length, int count, int least, const uint16_t *weights,
                         int sizes[TILING_PANE_MAX])
{
    int total = 0;
    int before = 0;
    for (int i = 0; i < count; i++)
        total += weights != NULL ? weights[i] : 1;
    if (total == 0) {
        weights = NULL;
        total = count;
    }
    for (int i = 0; i < count; i++) {
        const int after = before + (weights != NULL ? weights[i] : 1);
        sizes[i] = length * after / total - length * before / total;
        before = after;
    }
    for (int i = 0; i < count; i++) {
        while (sizes[i] < least) {
            int largest = 0;
            for (int j = 1; j < count; j++)
                largest = sizes[j] > sizes[largest] ? j : largest;
            if (sizes[largest] <= least)
                return; /* there is not enough for all */
            sizes[largest]--;
            sizes[i]++;
        }
    }
}

/* How many panes stand in a row of the grid. */
static int tiling_in_row(const struct tiling *tiling, int row)
{
    return row + 1 == tiling->rows ? (int)tiling->count - row * tiling->columns
                                   : tiling->columns;
}

static void tiling_fill(struct tiling *tiling, struct rect room,
                        const struct tiling_weights *weights)
{
    int widths[TILING_PANE_MAX];
    int heights[TILING_PANE_MAX];
    const bool is_weighted = weights != NULL && weights->columns == tiling->columns &&
                             weights->rows == tiling->rows;
    tiling_split(room.height, tiling->rows, TILING_MIN_HEIGHT,
                 is_weighted ? weights->heights : NULL, heights);
    int y = room.y;
    for (int row = 0; row < tiling->rows; row++) {
        const int in_row = tiling_in_row(tiling, row);
        const uint16_t *shares = NULL;
        if (is_weighted)
            shares = in_row < tiling->columns ? weights->last_widths : weights->widths;
        tiling_split(room.width, in_row, TILING_MIN_WIDTH, shares, widths);
        int x = room.x;
        for (int i = 0; i < in_row; i++) {
            tiling->rects[row * tiling->columns + i] =
                (struct rect){x, y, widths[i], heights[row]};
            x += widths[i];
        }
        y += heights[row];
    }
}

/* The focused pane is open, the others are a line each; not if the lines take more than
 * half. */
static bool tiling_fold(struct tiling *tiling, struct rect room, size_t focused)
{
    const int open = room.height - ((int)tiling->count - 1);
    if (open < TILING_MIN_HEIGHT || open < room.height / 2)
        return false;
    int y = room.y;
    for (size_t i = 0; i < tiling->count; i++) {
        const int height = i == focused ? open : 1;
        tiling->rects[i] = (struct rect){room.x, y, room.width, height};
        y += height;
    }
    return true;
}

static void tiling_show_one(struct tiling *tiling, struct rect room, size_t focused,
                            bool has_row)
{
    tiling->is_tabs = tiling->count > 1;
    if (tiling->is_tabs && has_row && room.height >= TILING_TABS_MIN_HEIGHT) {
        tiling->tabs = (struct rect){room.x, room.y, room.width, 1};
        room.y++;
        room.height--;
    }
    tiling->rects[focused] = room;
}

/* The columns of the grid that is wanted, 0 if it does not fit. */
static int tiling_wanted_columns(struct rect room, int count, enum tiling_mode mode)
{
    if (mode == TILING_COLUMNS && tiling_fits(room, count, count))
        return count;
    if (mode == TILING_STACK)
        return tiling_fits(room, count, 1) ? 1 : 0;
    return tiling_columns(room, count);
}

struct tiling tiling_make(struct rect room, const struct tiling_wish *wish)
{
    const size_t count = wish->count < TILING_PANE_MAX ? wish->count : TILING_PANE_MAX;
    const size_t focused = wish->focused < count ? wish->focused : 0;
    struct tiling tiling = {.count = count};
    if (count == 0)
        return tiling;
    if (count == 1 || wish->is_zoomed || wish->mode == TILING_TABS) {
        tiling_show_one(&tiling, room, focused, !wish->is_zoomed);
        return tiling;
    }
    tiling.columns = tiling_wanted_columns(room, (int)count, wish->mode);
    if (tiling.columns > 0) {
        tiling.rows = tiling_count_rows((int)count, tiling.columns);
        tiling_fill(&tiling, room, wish->weights);
    } else if (!tiling_fold(&tiling, room, focused)) {
        tiling_show_one(&tiling, room, focused, true);
    }
    return tiling;
}

size_t tiling_find(const struct tiling *tiling, int x, int y)
{
    size_t i = 0;
    while (i < tiling->count && !rect_has(&tiling->rects[i], x, y))
        i++;
    return i;
}

/* --- Borders ---------------------------------------------------------------------- */

bool tiling_find_border(const struct tiling *tiling, int x, int y,
                        struct tiling_border *border)
{
    *border = (struct tiling_border){-1, -1, false};
    const size_t index = tiling_find(tiling, x, y);
    if (index >= tiling->count || tiling->columns == 0)
        return false;
    const struct rect *rect = &tiling->rects[index];
    const int row = (int)index / tiling->columns;
    const int column = (int)index % tiling->columns;
    border->is_in_last_row = row + 1 == tiling->rows;
    if (x == rect->x + rect->width - 1 && column + 1 < tiling_in_row(tiling, row))
        border->column = column;
    else if (x == rect->x && column > 0)
        border->column = column - 1;
    if (y == rect->y + rect->height - 1 && row + 1 < tiling->rows)
        border->row = row;
    else if (y == rect->y && row > 0)
        border->row = row - 1;
    return border->column >= 0 || border->row >= 0;
}

/* Makes the weights what is seen, so that only what is moved then changes. */
static void tiling_note(const struct tiling *tiling, struct tiling_weights *weights)
{
    const int last = tiling->rows - 1;
    *weights = (struct tiling_weights){.columns = (uint16_t)tiling->columns,
                                       .rows = (uint16_t)tiling->rows};
    for (int i = 0; i < tiling->columns; i++)
        weights->widths[i] = (uint16_t)tiling->rects[i].width;
    for (int i = 0; i < tiling->rows; i++)
        weights->heights[i] = (uint16_t)tiling->rects[i * tiling->columns].height;
    for (int i = 0; i < tiling_in_row(tiling, last); i++)
        weights->last_widths[i] =
            (uint16_t)tiling->rects[last * tiling->columns + i].width;
}

/* Moves cells from the part after `index` to it; true if any moved. */
static bool tiling_shift(uint16_t *sizes, int index, int cells, int least)
{
    const int more = sizes[index + 1] - least;
    const int less = sizes[index] - least;
    int moved = cells;
    if (moved > more)
        moved = more;
    if (moved < -less)
        moved = -less;
    /* What is smaller than the least already is not made smaller, nor is its neighbour
     * moved the other way. */
    if (moved == 0 || (moved > 0) != (cells > 0))
        return false;
    sizes[index] = (uint16_t)(sizes[index] + moved);
    sizes[index + 1] = (uint16_t)(sizes[index + 1] - moved);
    return true;
}

bool tiling_move_border(const struct tiling *tiling, const struct tiling_border *border,
                        int dx, int dy, struct tiling_weights *weights)
{
    if (tiling->columns == 0)
        return false;
    struct tiling_weights moved;
    bool has_moved = false;
    tiling_note(tiling, &moved);
    const bool is_short = border->is_in_last_row &&
                          tiling_in_row(tiling, tiling->rows - 1) < tiling->columns;
    if (border->column >= 0 && dx != 0)
        has_moved = tiling_shift(is_short ? moved.last_widths : moved.widths,
                                 border->column, dx, TILING_MIN_WIDTH);
    if (border->row >= 0 && dy != 0)
        has_moved =
            tiling_shift(moved.heights, border->row, dy, TILING_MIN_HEIGHT) || has_moved;
    if (has_moved)
        *weights = moved;
    return has_moved;
}

bool tiling_grow(const struct tiling *tiling, size_t index, int dx, int dy,
                 struct tiling_weights *weights)
{
    if (tiling->columns == 0 || index >= tiling->count)
        return false;
    const int row = (int)index / tiling->columns;
    const int column = (int)index % tiling->columns;
    /* The border behind the pane moves; the last pane of a row has one before it. */
    const bool is_last = column + 1 == tiling_in_row(tiling, row);
    const bool is_lowest = row + 1 == tiling->rows;
    const struct tiling_border border = {is_last ? column - 1 : column,
                                         is_lowest ? row - 1 : row, is_lowest};
    return tiling_move_border(tiling, &border, is_last ? -dx : dx, is_lowest ? -dy : dy,
                              weights);
}

/* --- Names ------------------------------------------------------------------------ */

static const char *const tiling_mode_names[TILING_MODE_COUNT] = {
    [TILING_AUTO] = "auto",   [TILING_GRID] = "grid", [TILING_COLUMNS] = "columns",
    [TILING_STACK] = "stack", [TILING_TABS] = "tabs",
};

const char *tiling_mode_name(enum tiling_mode mode)
{
    return tiling_mode_names[mode];
}

bool tiling_mode_parse(const char *name, enum tiling_mode *mode)
{
    for (size_t i = 0; i < COUNT_OF(tiling_mode_names); i++) {
        if (strcmp(name, tiling_mode_names[i]) == 0) {
            *mode = (enum tiling_mode)i;
            return true;
        }
    }
    return false;
}

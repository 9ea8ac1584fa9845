/*
 * Tries every number of columns that leaves panes wide and high enough, and takes the
 * one whose panes come closest to the shape that reads well (about 2.6 times as many
 * columns as rows, which on a screen is a little wider than high).
 */
#include "ui/view/tiling.h"

/* How far a pane of at least one cell is from that shape; 1 is on it. */
static double tiling_badness(int width, int height)
{
    if (width < 1 || height < 1)
        return 1000;
    const double shape = (double)width / (double)height / 2.6;
    return shape > 1 ? shape : 1 / shape;
}

/* The best number of columns, 0 if no grid gives every pane enough room. */
static int tiling_columns(struct rect room, int count)
{
    int best = 0;
    double best_badness = 0;
    for (int columns = 1; columns <= count; columns++) {
        const int rows = 1 + (count - 1) / columns;
        const int width = room.width / columns;
        /* cppcheck-suppress zerodiv ; there is at least one row for at least one pane */
        const int height = room.height / rows;
        if (width < TILING_MIN_WIDTH || height < TILING_MIN_HEIGHT)
            continue;
        /* An incomplete last row wastes nothing here, but looks it. */
        const int missing = rows * columns - count;
        const double badness = tiling_badness(width, height) + 0.5 * missing;
        if (best == 0 || badness < best_badness) {
            best = columns;
            best_badness = badness;
        }
    }
    return best;
}

/* The part number `index` of `count` equal parts of a length, with the rest spread. */
static void tiling_share(int length, int count, int index, int *start, int *size)
{
    *start = length * index / count;
    *size = length * (index + 1) / count - *start;
}

static void tiling_fill(struct tiling *tiling, struct rect room, int columns)
{
    const int count = (int)tiling->count;
    const int rows = (count + columns - 1) / columns;
    for (int i = 0; i < count; i++) {
        const int row = i / columns;
        const int in_row = row == rows - 1 ? count - row * columns : columns;
        struct rect *rect = &tiling->rects[i];
        tiling_share(room.width, in_row, i % columns, &rect->x, &rect->width);
        tiling_share(room.height, rows, row, &rect->y, &rect->height);
        rect->x += room.x;
        rect->y += room.y;
    }
}

struct tiling tiling_make(struct rect room, size_t count, size_t focused, bool is_zoomed)
{
    struct tiling tiling = {.count = count < TILING_PANE_MAX ? count : TILING_PANE_MAX};
    if (tiling.count == 0)
        return tiling;
    const int columns =
        is_zoomed || tiling.count == 1 ? 0 : tiling_columns(room, (int)tiling.count);
    if (columns > 0) {
        tiling_fill(&tiling, room, columns);
        return tiling;
    }
    tiling.is_tabs = tiling.count > 1;
    tiling.rects[focused < tiling.count ? focused : 0] = room;
    return tiling;
}

size_t tiling_find(const struct tiling *tiling, int x, int y)
{
    size_t i = 0;
    while (i < tiling->count) {
        const struct rect *rect = &tiling->rects[i];
        const bool is_inside = x >= rect->x && x < rect->x + rect->width &&
                               y >= rect->y && y < rect->y + rect->height;
        if (is_inside)
            break;
        i++;
    }
    return i;
}

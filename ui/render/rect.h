/* A rectangle of cells. Empty when width or height is not positive. */
#ifndef RENDER_RECT_H
#define RENDER_RECT_H

#include <stdbool.h>

struct rect {
    int x;
    int y;
    int width;
    int height;
};

/* True if the cell is one of the rectangle's. */
bool rect_has(const struct rect *rect, int x, int y);

#endif

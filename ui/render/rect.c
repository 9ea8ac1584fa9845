/* Columns and rows count from 0 at the upper left. */
#include "ui/render/rect.h"

bool rect_has(const struct rect *rect, int x, int y)
{
    return x >= rect->x && x < rect->x + rect->width && y >= rect->y &&
           y < rect->y + rect->height;
}

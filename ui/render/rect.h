/* A rectangle of cells. Empty when width or height is not positive. */
#ifndef RENDER_RECT_H
#define RENDER_RECT_H

struct rect {
    int x;
    int y;
    int width;
    int height;
};

#endif

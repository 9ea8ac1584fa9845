/* The last row of the screen: what the program is doing and the keys that help now. */
#ifndef VIEW_STATUS_VIEW_H
#define VIEW_STATUS_VIEW_H

#include <stdbool.h>

#include "ui/render/canvas.h"

struct status_view {
    const char *left;   /* "motet · 2 streaming" */
    const char *notice; /* a sentence that takes the place of the keys; or NULL */
    const char *keys;   /* "F1 help  Esc normal mode" */
    bool keeps_keys;    /* cut where there is no room for all of them, not left out */
};

void status_view_draw(const struct status_view *view, struct canvas *canvas,
                      struct rect rect);

#endif

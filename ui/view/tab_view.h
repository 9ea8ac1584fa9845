/*
 * The row of tabs above the one pane that is shown: number, name and state of each. Names
 * give way where there is no room, then tabs far from the focused one.
 */
#ifndef VIEW_TAB_VIEW_H
#define VIEW_TAB_VIEW_H

#include <stddef.h>

#include "ui/render/canvas.h"

struct tab {
    const char *name;
    char sign[8]; /* of its state, one cluster; "" for none */
    enum role sign_role;
    int x; /* where it was drawn last, for the mouse; width 0: not drawn */
    int width;
};

/* Draws the tabs into a row; sets where they stand. */
void tab_view_draw(struct tab *tabs, size_t count, size_t focused, struct canvas *canvas,
                   struct rect row);

#endif

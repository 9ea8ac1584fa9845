/*
 * The composer at the bottom: who the text goes to, the text, the cursor. The cursor is
 * the terminal's own, so that input methods find it.
 */
#ifndef VIEW_COMPOSER_VIEW_H
#define VIEW_COMPOSER_VIEW_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/edit/line_edit.h"
#include "ui/render/canvas.h"
#include "ui/view/edit_view.h"

/* A target: a pane by number and name. */
struct composer_chip {
    const char *name;
    bool is_on;
    int x; /* where it was drawn last, for the mouse; width 0: not drawn */
    int width;
};

struct composer_view {
    const struct line_edit *edit;
    struct edit_picture *picture; /* of the text; made when it is needed */
    struct composer_chip *chips;
    size_t chip_count;
    const char *label; /* in place of the chips, "editing a sent prompt"; or NULL */
    const char *note;  /* at the right of the chips, where there is room; or NULL */
    bool is_active;    /* typing goes here: the cursor is shown */
    bool has_chip_row;
};

/* Must be called before `edit` becomes another editor; frees what the view has made. */
void composer_view_forget(struct composer_view *view);

/* The rows it wants for a screen of that size: text rows, and one for the chips where
 * there is room. Sets has_chip_row. */
int composer_view_height(struct composer_view *view, int width, int screen_height);

/* Draws it into `rect`, after its height was asked for. */
void composer_view_draw(struct composer_view *view, struct canvas *canvas,
                        struct rect rect);

#endif

/* Two texts in one row; the left one wins where there is no room for both. */
#include "ui/view/status_view.h"

#include <string.h>

#include "ui/render/glyph.h"

void status_view_draw(const struct status_view *view, struct canvas *canvas,
                      struct rect rect)
{
    canvas_fill(canvas, rect, ROLE_STATUS);
    const char *right = view->notice != NULL ? view->notice : view->keys;
    const int right_width = text_width(right, strlen(right));
    if (view->notice != NULL && right_width + 2 >= rect.width) {
        /* A notice is news: it takes the whole row if it must. */
        canvas_put_fit(canvas, rect.x, rect.y, rect.width, ROLE_WARNING, right,
                       strlen(right));
        return;
    }
    const int used = canvas_put_fit(canvas, rect.x, rect.y, rect.width, ROLE_STATUS,
                                    view->left, strlen(view->left));
    const int room = rect.width - used - 1;
    if (right_width <= room)
        canvas_put(canvas, rect.x + rect.width - right_width, rect.y, right_width,
                   view->notice != NULL ? ROLE_WARNING : ROLE_STATUS, right,
                   strlen(right));
    else if (view->notice != NULL)
        canvas_put_fit(canvas, rect.x, rect.y, rect.width, ROLE_WARNING, right,
                       strlen(right));
}

/* Two texts in one row; the left one gives way where there is no room for both and the
 * right one is news. */
#include "ui/view/status_view.h"

#include <string.h>

#include "ui/render/glyph.h"

void status_view_draw(const struct status_view *view, struct canvas *canvas,
                      struct rect rect)
{
    const bool has_notice = view->notice != NULL;
    const char *right = has_notice ? view->notice : view->keys;
    const enum role role = has_notice ? ROLE_WARNING : ROLE_STATUS;
    const int right_width = text_width(right, strlen(right));
    const int left_width = text_width(view->left, strlen(view->left));
    const bool fits = left_width + 1 + right_width <= rect.width;
    canvas_fill(canvas, rect, ROLE_STATUS);
    if (has_notice && !fits) {
        canvas_put_fit(canvas, rect.x, rect.y, rect.width, role, right, strlen(right));
        return;
    }
    canvas_put_fit(canvas, rect.x, rect.y, rect.width, ROLE_STATUS, view->left,
                   strlen(view->left));
    if (fits)
        canvas_put(canvas, rect.x + rect.width - right_width, rect.y, right_width, role,
                   right, strlen(right));
    else if (view->keeps_keys && left_width + 1 < rect.width)
        canvas_put_fit(canvas, rect.x + left_width + 1, rect.y,
                       rect.width - left_width - 1, role, right, strlen(right));
}

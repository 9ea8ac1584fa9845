/* The box takes what it needs and at most the room; the rest is scrolled. */
#include "ui/view/list_view.h"

#include <string.h>

#include "ui/render/glyph.h"

#define LIST_MAX_WIDTH 84

/* The columns of the edges and of the blanks beside them. */
#define LIST_EDGES 4

/* A key at the right edge leaves at least so many columns. */
#define LIST_KEY_ROOM 12

int list_view_text_width(int room_width)
{
    return (room_width < LIST_MAX_WIDTH ? room_width : LIST_MAX_WIDTH) - LIST_EDGES;
}

static struct rect list_view_place(const struct list_view *view, struct rect room)
{
    const int extra = view->input != NULL ? 3 : 2;
    struct rect rect = room;
    if (rect.width > LIST_MAX_WIDTH) {
        rect.x += (rect.width - LIST_MAX_WIDTH) / 2;
        rect.width = LIST_MAX_WIDTH;
    }
    const int wanted = (int)view->row_count + extra;
    if (wanted < rect.height) {
        rect.y += (rect.height - wanted) / 2;
        rect.height = wanted;
    }
    return rect;
}

static void list_view_draw_row(const struct list_view *view, struct canvas *canvas,
                               size_t index, struct rect at)
{
    const struct list_row *row = &view->rows[index];
    if (row->left == NULL) {
        canvas_put_fit(canvas, at.x, at.y, at.width, ROLE_STRONG, row->right,
                       strlen(row->right));
        return;
    }
    const int key_width = row->key != NULL ? text_width(row->key, strlen(row->key)) : 0;
    const bool has_key = key_width > 0 && key_width + LIST_KEY_ROOM <= at.width;
    const struct rect whole = at;
    if (has_key) {
        at.width -= key_width + 1;
        canvas_put(canvas, at.x + at.width + 1, at.y, key_width, ROLE_KEY, row->key,
                   strlen(row->key));
    }
    const bool is_split = row->left[0] != '\0' && row->right[0] != '\0';
    const int left =
        is_split && view->left_width < at.width ? view->left_width : at.width;
    canvas_put_fit(canvas, at.x, at.y, left, ROLE_KEY, row->left, strlen(row->left));
    const int x = is_split ? view->left_width + 1 : 0;
    canvas_put_fit(canvas, at.x + x, at.y, at.width - x, ROLE_TEXT, row->right,
                   strlen(row->right));
    if (index == view->selected)
        canvas_set_role(canvas, whole, ROLE_SELECTED);
    if (row->mark_len == 0)
        return;
    const int mark = x + text_width(row->right, row->mark_start);
    const int width = text_width(row->right, row->mark_start + row->mark_len) + x - mark;
    if (mark + width <= at.width)
        canvas_set_role(canvas, (struct rect){at.x + mark, at.y, width, 1}, ROLE_KEY);
}

/* Keeps the chosen row in sight and the list without a gap at its end. */
static void list_view_settle(struct list_view *view, int height)
{
    const size_t shown = height > 0 ? (size_t)height : 1;
    if (view->selected < view->row_count) {
        if (view->selected < view->first)
            view->first = view->selected;
        if (view->selected >= view->first + shown)
            view->first = view->selected - shown + 1;
    }
    if (view->row_count <= shown)
        view->first = 0;
    else if (view->first > view->row_count - shown)
        view->first = view->row_count - shown;
}

int list_view_draw(struct list_view *view, struct canvas *canvas, struct rect room)
{
    const struct rect rect = list_view_place(view, room);
    canvas_fill(canvas, rect, ROLE_TEXT);
    canvas_box(canvas, rect, ROLE_BORDER_FOCUSED);
    canvas_put_fit(canvas, rect.x + 1, rect.y, rect.width - 2, ROLE_TITLE_FOCUSED,
                   view->title, strlen(view->title));
    canvas_put_fit(canvas, rect.x + 1, rect.y + rect.height - 1, rect.width - 2, ROLE_DIM,
                   view->hint, strlen(view->hint));
    struct rect row = {rect.x + 2, rect.y + 1, rect.width - LIST_EDGES, 1};
    int height = rect.height - 2;
    if (view->input != NULL) {
        canvas_put(canvas, row.x, row.y, 2, ROLE_KEY, "> ", 2);
        const int used = canvas_put(canvas, row.x + 2, row.y, row.width - 3,
                                    ROLE_COMPOSER, view->input, strlen(view->input));
        canvas_set_cursor(canvas, row.x + 2 + used, row.y);
        row.y++;
        height--;
    }
    list_view_settle(view, height);
    view->drawn = rect;
    view->rows_drawn = (struct rect){row.x, row.y, row.width, height};
    for (int i = 0; i < height && view->first + (size_t)i < view->row_count; i++) {
        list_view_draw_row(view, canvas, view->first + (size_t)i, row);
        row.y++;
    }
    return height > 0 ? height : 1;
}

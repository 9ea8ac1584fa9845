/* Names that are long take the room of the help, never the other way round. */
#include "ui/view/complete_view.h"

#include <string.h>

#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "ui/render/glyph.h"

/* The columns left and right of a row's texts. */
#define MARGIN 2

/* Between name and help. */
#define GAP 2

size_t complete_view_rows(int room_height)
{
    const int rows = room_height - 1;
    return rows < 1 ? 0 : rows < COMPLETE_ROWS_MAX ? (size_t)rows : COMPLETE_ROWS_MAX;
}

static int name_width(const struct complete_row *row)
{
    const int args = row->args != NULL ? text_width(row->args, strlen(row->args)) + 1 : 0;
    return text_width(row->name, strlen(row->name)) + args;
}

static void draw_row(const struct complete_row *row, struct canvas *canvas,
                     struct rect at, int column)
{
    int x = canvas_put_fit(canvas, at.x, at.y, at.width, ROLE_KEY, row->name,
                           strlen(row->name));
    if (row->args != NULL && x + 1 < at.width)
        x += 1 + canvas_put_fit(canvas, at.x + x + 1, at.y, at.width - x - 1, ROLE_DIM,
                                row->args, strlen(row->args));
    const int help_x = (x < column ? column : x) + GAP;
    if (row->help != NULL && help_x < at.width)
        canvas_put_fit(canvas, at.x + help_x, at.y, at.width - help_x, ROLE_TEXT,
                       row->help, strlen(row->help));
}

static void draw_heading(const struct complete_view *view, struct canvas *canvas,
                         struct rect at)
{
    char *title = view->total > view->row_count
                      ? strbuf_format(" %s \xc2\xb7 %zu ", view->title, view->total)
                      : strbuf_format(" %s ", view->title);
    for (int x = 0; x < at.width; x++)
        canvas_put(canvas, at.x + x, at.y, 1, ROLE_BORDER_FOCUSED, "\xe2\x94\x80", 3);
    const int used = canvas_put_fit(canvas, at.x + 1, at.y, at.width - 1,
                                    ROLE_TITLE_FOCUSED, title, strlen(title));
    const int hint = text_width(view->hint, strlen(view->hint));
    const int x = at.width - hint - 1;
    if (x > used + 2)
        canvas_put(canvas, at.x + x, at.y, hint, ROLE_DIM, view->hint,
                   strlen(view->hint));
    mem_free(title);
}

void complete_view_draw(const struct complete_view *view, struct canvas *canvas,
                        struct rect room)
{
    const int height = (int)view->row_count + 1;
    struct rect at = {room.x, room.y + room.height - height, room.width, 1};
    int column = 0;
    for (size_t i = 0; i < view->row_count; i++) {
        const int width = name_width(&view->rows[i]);
        column = width > column ? width : column;
    }
    if (column > room.width / 2)
        column = room.width / 2;
    draw_heading(view, canvas, at);
    for (size_t i = 0; i < view->row_count; i++) {
        at.y++;
        canvas_fill(canvas, at, ROLE_TEXT);
        const struct rect text = {at.x + MARGIN, at.y, at.width - 2 * MARGIN, 1};
        draw_row(&view->rows[i], canvas, text, column);
        if (i != view->selected)
            continue;
        canvas_set_role(canvas, at, ROLE_SELECTED);
        canvas_put(canvas, at.x, at.y, 1, ROLE_SELECTED, ">", 1);
    }
}

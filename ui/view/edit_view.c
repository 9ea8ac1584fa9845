/* The text is wrapped anew for each drawing: it is what a person types, and short. */
#include "ui/view/edit_view.h"

#include "ui/render/glyph.h"
#include "ui/render/wrap.h"

/* The columns of the sign before the text. */
#define EDIT_INDENT 2

static void edit_view_wrap(const struct line_edit *edit, struct wrap *wrap, int width)
{
    /* One column stays free at the right for a cursor behind a full row. */
    const int text_columns = width - EDIT_INDENT - 1;
    wrap_init(wrap, text_columns > 0 ? text_columns : 1);
    wrap_extend(wrap, line_edit_text(edit), line_edit_len(edit));
}

int edit_view_height(const struct line_edit *edit, int width)
{
    struct wrap wrap;
    edit_view_wrap(edit, &wrap, width);
    const int rows = (int)wrap.row_count;
    wrap_clear(&wrap);
    return rows;
}

/* The cell of the cursor relative to the text's first cell, in the wrapped text. */
static void edit_view_find_cursor(const struct line_edit *edit, const struct wrap *wrap,
                                  int *x, int *row)
{
    const char *text = line_edit_text(edit);
    const size_t cursor = line_edit_cursor(edit);
    const size_t found = wrap_find_row(wrap, cursor);
    const size_t start = wrap_row(wrap, found)->start;
    *row = (int)found;
    *x = cursor > start ? text_width(text + start, cursor - start) : 0;
    /* Blanks that hang at a row's end stand on one place. */
    if (*x > wrap->width)
        *x = wrap->width;
}

void edit_view_draw(const struct line_edit *edit, struct canvas *canvas, struct rect rect,
                    bool is_active)
{
    struct wrap wrap;
    int cursor_x;
    int cursor_row;
    edit_view_wrap(edit, &wrap, rect.width);
    edit_view_find_cursor(edit, &wrap, &cursor_x, &cursor_row);
    const char *text = line_edit_text(edit);
    const int first = cursor_row >= rect.height ? cursor_row - rect.height + 1 : 0;
    for (int y = 0; y < rect.height; y++) {
        const size_t index = (size_t)(first + y);
        if (index >= wrap.row_count)
            break;
        const struct wrap_row *row = wrap_row(&wrap, index);
        canvas_put(canvas, rect.x + EDIT_INDENT, rect.y + y, rect.width - EDIT_INDENT,
                   ROLE_COMPOSER, text + row->start, row->len);
    }
    canvas_put(canvas, rect.x, rect.y, EDIT_INDENT, is_active ? ROLE_KEY : ROLE_DIM,
               first > 0 ? "\xe2\x80\xa6" : ">", first > 0 ? 3 : 1);
    if (is_active)
        canvas_set_cursor(canvas, rect.x + EDIT_INDENT + cursor_x,
                          rect.y + cursor_row - first);
    wrap_clear(&wrap);
}

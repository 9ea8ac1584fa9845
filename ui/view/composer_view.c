/* The text is wrapped anew for each drawing: it is what a person types, and short. */
#include "ui/view/composer_view.h"

#include <string.h>

#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "ui/render/glyph.h"

/* The columns of the sign before the text. */
#define COMPOSER_INDENT 2

/* Below this height of the screen the chips give their row to the panes. */
#define COMPOSER_CHIPS_MIN_HEIGHT 10

static void composer_wrap(const struct composer_view *view, struct wrap *wrap, int width)
{
    /* One column stays free at the right for a cursor behind a full row. */
    const int text_columns = width - COMPOSER_INDENT - 1;
    wrap_init(wrap, text_columns > 0 ? text_columns : 1);
    wrap_extend(wrap, line_edit_text(view->edit), line_edit_len(view->edit));
}

int composer_view_height(struct composer_view *view, int width, int screen_height)
{
    struct wrap wrap;
    composer_wrap(view, &wrap, width);
    int rows = (int)wrap.row_count;
    wrap_clear(&wrap);
    int max_rows = screen_height / 3;
    if (max_rows < 1)
        max_rows = 1;
    if (rows > max_rows)
        rows = max_rows;
    view->has_chip_row = screen_height >= COMPOSER_CHIPS_MIN_HEIGHT;
    return rows + (view->has_chip_row ? 1 : 0);
}

static int composer_count_on(const struct composer_view *view)
{
    int count = 0;
    for (size_t i = 0; i < view->chip_count; i++)
        count += view->chips[i].is_on;
    return count;
}

static void composer_draw_chips(struct composer_view *view, struct canvas *canvas,
                                struct rect rect)
{
    if (view->label != NULL) {
        canvas_put_fit(canvas, rect.x, rect.y, rect.width, ROLE_WARNING, view->label,
                       strlen(view->label));
        return;
    }
    const int on = composer_count_on(view);
    char *head = on == 0 ? mem_strdup(" to nobody: tick a pane ")
                 : on == (int)view->chip_count && on > 1
                     ? strbuf_format(" to all %d ", on)
                     : mem_strdup(" to ");
    int x = canvas_put(canvas, rect.x, rect.y, rect.width,
                       on == 0 ? ROLE_WARNING : ROLE_DIM, head, strlen(head));
    mem_free(head);
    for (size_t i = 0; i < view->chip_count; i++) {
        struct composer_chip *chip = &view->chips[i];
        /* Ticked or not is a sign, not only a colour. */
        char *text = strbuf_format("%s%zu %s", chip->is_on ? "\xe2\x9c\x93" : " ", i + 1,
                                   chip->name);
        const int room = rect.width - x < 24 ? rect.width - x : 24;
        chip->x = rect.x + x;
        chip->width = canvas_put_fit(canvas, rect.x + x, rect.y, room,
                                     chip->is_on ? ROLE_CHIP_ON : ROLE_CHIP_OFF, text,
                                     strlen(text));
        x += chip->width + 2;
        mem_free(text);
    }
}

/* The cell of the cursor relative to the text's first cell, in the wrapped text. */
static void composer_find_cursor(const struct composer_view *view,
                                 const struct wrap *wrap, int *x, int *row)
{
    const char *text = line_edit_text(view->edit);
    const size_t cursor = line_edit_cursor(view->edit);
    const size_t found = wrap_find_row(wrap, cursor);
    const size_t start = wrap_row(wrap, found)->start;
    *row = (int)found;
    *x = cursor > start ? text_width(text + start, cursor - start) : 0;
    /* Blanks that hang at a row's end stand on one place. */
    if (*x > wrap->width)
        *x = wrap->width;
}

static void composer_draw_text(const struct composer_view *view, struct canvas *canvas,
                               struct rect rect)
{
    struct wrap wrap;
    int cursor_x;
    int cursor_row;
    composer_wrap(view, &wrap, rect.width);
    composer_find_cursor(view, &wrap, &cursor_x, &cursor_row);
    const char *text = line_edit_text(view->edit);
    const int first = cursor_row >= rect.height ? cursor_row - rect.height + 1 : 0;
    for (int y = 0; y < rect.height; y++) {
        const size_t index = (size_t)(first + y);
        if (index >= wrap.row_count)
            break;
        const struct wrap_row *row = wrap_row(&wrap, index);
        canvas_put(canvas, rect.x + COMPOSER_INDENT, rect.y + y,
                   rect.width - COMPOSER_INDENT, ROLE_COMPOSER, text + row->start,
                   row->len);
    }
    canvas_put(canvas, rect.x, rect.y, COMPOSER_INDENT,
               view->is_active ? ROLE_KEY : ROLE_DIM, first > 0 ? "\xe2\x80\xa6" : ">",
               first > 0 ? 3 : 1);
    if (view->is_active)
        canvas_set_cursor(canvas, rect.x + COMPOSER_INDENT + cursor_x,
                          rect.y + cursor_row - first);
    wrap_clear(&wrap);
}

void composer_view_draw(struct composer_view *view, struct canvas *canvas,
                        struct rect rect)
{
    canvas_fill(canvas, rect, ROLE_COMPOSER);
    for (size_t i = 0; i < view->chip_count; i++)
        view->chips[i].width = 0;
    if (view->has_chip_row) {
        composer_draw_chips(view, canvas, (struct rect){rect.x, rect.y, rect.width, 1});
        rect.y++;
        rect.height--;
    }
    composer_draw_text(view, canvas, rect);
}

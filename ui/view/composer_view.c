/* The chips, and below them the text. */
#include "ui/view/composer_view.h"

#include <string.h>

#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "ui/render/glyph.h"

/* Below this height of the screen the chips give their row to the panes. */
#define COMPOSER_CHIPS_MIN_HEIGHT 10

void composer_view_forget(struct composer_view *view)
{
    edit_picture_free(view->picture);
    view->picture = NULL;
}

int composer_view_height(struct composer_view *view, int width, int screen_height)
{
    if (view->picture == NULL)
        view->picture = edit_picture_new();
    int rows = edit_picture_height(view->picture, view->edit, width);
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

/* From `x` on the chips' row is free. */
static void composer_draw_note(const struct composer_view *view, struct canvas *canvas,
                               struct rect rect, int x)
{
    const int width = view->note != NULL ? text_width(view->note, strlen(view->note)) : 0;
    if (width > 0 && x + width + 1 <= rect.width)
        canvas_put(canvas, rect.x + rect.width - width - 1, rect.y, width, ROLE_DIM,
                   view->note, strlen(view->note));
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
    composer_draw_note(view, canvas, rect, x);
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
    edit_picture_draw(view->picture, view->edit, canvas, rect, view->is_active);
}

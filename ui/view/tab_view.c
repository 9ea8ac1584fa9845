/* All names are cut to the same width, the largest with which the tabs fit. */
#include "ui/view/tab_view.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "ui/render/glyph.h"

#define TAB_NAME_MAX 24

/* Less of a name says nothing: the number stands alone. */
#define TAB_NAME_MIN 3

/* What leads to tabs that are not drawn. */
#define TAB_MORE_LEFT  "\xe2\x80\xb9"
#define TAB_MORE_RIGHT "\xe2\x80\xba"

/* " 12 name ● " */
static int tab_width(const struct tab *tab, size_t index, int name_max)
{
    int name = text_width(tab->name, strlen(tab->name));
    if (name > name_max)
        name = name_max;
    return 2 + (index >= 9 ? 2 : 1) + (name > 0 ? 1 + name : 0) +
           (tab->sign[0] != '\0' ? 2 : 0);
}

static int tab_total(const struct tab *tabs, size_t count, int name_max)
{
    int total = 0;
    for (size_t i = 0; i < count; i++)
        total += tab_width(&tabs[i], i, name_max);
    return total;
}

/* The first tab to draw so that the focused one is in sight. */
static size_t tab_first(const struct tab *tabs, size_t focused, int name_max, int room)
{
    size_t first = focused;
    int width = tab_width(&tabs[focused], focused, name_max);
    while (first > 0) {
        width += tab_width(&tabs[first - 1], first - 1, name_max);
        if (width > room)
            break;
        first--;
    }
    return first;
}

/* Draws a tab at its place, as far as the row has room. */
static void tab_draw(struct tab *tab, size_t index, int name_max, bool is_focused,
                     struct canvas *canvas, int y)
{
    const enum role role = is_focused ? ROLE_TITLE_FOCUSED : ROLE_TITLE;
    char number[24];
    snprintf(number, sizeof(number), " %zu ", index + 1);
    canvas_fill(canvas, (struct rect){tab->x, y, tab->width, 1}, role);
    int used = canvas_put(canvas, tab->x, y, tab->width, role, number, strlen(number));
    if (name_max > 0) {
        int room = tab->width - used - 1 - (tab->sign[0] != '\0' ? 2 : 0);
        if (room > name_max)
            room = name_max;
        used += canvas_put_fit(canvas, tab->x + used, y, room, role, tab->name,
                               strlen(tab->name));
        used++;
    }
    canvas_put(canvas, tab->x + used, y, tab->width - used, tab->sign_role, tab->sign,
               strlen(tab->sign));
}

void tab_view_draw(struct tab *tabs, size_t count, size_t focused, struct canvas *canvas,
                   struct rect row)
{
    int name_max = TAB_NAME_MAX;
    canvas_fill(canvas, row, ROLE_TEXT);
    for (size_t i = 0; i < count; i++)
        tabs[i].width = 0;
    if (count == 0 || row.width < 1)
        return;
    while (name_max > 0 && tab_total(tabs, count, name_max) > row.width)
        name_max--;
    if (name_max < TAB_NAME_MIN)
        name_max = 0;
    const bool fits = tab_total(tabs, count, name_max) <= row.width;
    /* A column at each side says that there are more. */
    const int left = fits ? 0 : 1;
    const int end = row.x + row.width - left;
    size_t i = fits ? 0 : tab_first(tabs, focused, name_max, row.width - 2);
    if (i > 0)
        canvas_put(canvas, row.x, row.y, 1, ROLE_DIM, TAB_MORE_LEFT,
                   strlen(TAB_MORE_LEFT));
    for (int x = row.x + left; i < count; i++) {
        const int width = tab_width(&tabs[i], i, name_max);
        if (x + width > end && i != focused)
            break;
        tabs[i].x = x;
        tabs[i].width = x + width > end ? end - x : width;
        tab_draw(&tabs[i], i, name_max, i == focused, canvas, row.y);
        x += width;
    }
    if (i < count)
        canvas_put(canvas, end, row.y, 1, ROLE_DIM, TAB_MORE_RIGHT,
                   strlen(TAB_MORE_RIGHT));
}

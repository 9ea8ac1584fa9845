/*
 * The mouse in a box over the panes: what it does is said in keys, so that every list
 * does what its keys do. A click never answers a tool call, nor switches a tool: it moves
 * to the row, and a key decides.
 */
#include "ui/app_mouse.h"

#include "ui/app_state.h"

static void app_press_in_list(struct app *app, enum key_code code)
{
    const struct key key = {.code = code};
    app_overlay_key(app, &key);
}

/* True if Enter on a row does no more than what a click says: choose it. */
static bool app_chooses_by_click(const struct app *app)
{
    return app->overlay != OVERLAY_APPROVALS && app->overlay != OVERLAY_TOOLS;
}

static void app_click_row(struct app *app, size_t row)
{
    const bool has_choice = app->list.selected < app->list_row_count;
    if (!has_choice || row >= app->list_row_count || app->list_rows[row].left == NULL)
        return;
    /* Step by step, as the keys go, for some lists show what is chosen. */
    while (app->list.selected != row) {
        const size_t before = app->list.selected;
        app_press_in_list(app, row > before ? INPUT_DOWN : INPUT_UP);
        if (app->list.selected == before)
            return;
    }
    if (app_chooses_by_click(app))
        app_press_in_list(app, INPUT_ENTER);
}

void app_list_mouse(struct app *app, const struct key *key)
{
    const bool is_wheel = key->code == INPUT_WHEEL_UP || key->code == INPUT_WHEEL_DOWN;
    const bool is_list =
        app->overlay != OVERLAY_ANSWER &&
        !(app->overlay == OVERLAY_APPROVALS && app->approvals.is_confirming);
    const bool has_choice = is_list && app->list.selected < app->list_row_count;
    if (is_wheel && has_choice)
        app_press_in_list(app, key->code == INPUT_WHEEL_UP ? INPUT_UP : INPUT_DOWN);
    else if (is_wheel)
        app_overlay_key(app, key);
    if (!is_list || key->code != INPUT_MOUSE_PRESS || key->rune != 1)
        return;
    if (!rect_has(&app->list.drawn, key->x, key->y))
        app_press_in_list(app, INPUT_ESC);
    else if (rect_has(&app->list.rows_drawn, key->x, key->y))
        app_click_row(app, app->list.first + (size_t)(key->y - app->list.rows_drawn.y));
}

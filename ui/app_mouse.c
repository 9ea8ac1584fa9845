/* The mouse focuses panes, moves their borders, ticks targets, scrolls, unfolds, and
 * leads to where links lead. */
#include "ui/app_mouse.h"

#include "ui/app_link.h"
#include "ui/app_state.h"

#define APP_WHEEL_ROWS 3

bool app_is_mouse(const struct key *key)
{
    return key->code == INPUT_MOUSE_PRESS || key->code == INPUT_MOUSE_RELEASE ||
           key->code == INPUT_MOUSE_DRAG || key->code == INPUT_WHEEL_UP ||
           key->code == INPUT_WHEEL_DOWN;
}

static void app_click_chip(struct app *app, int x)
{
    for (size_t i = 0; i < app->pane_count; i++) {
        const struct composer_chip *chip = &app->chips[i];
        if (x >= chip->x && x < chip->x + chip->width) {
            app->panes[i].is_ticked = !app->panes[i].is_ticked;
            app_mark_all(app);
        }
    }
}

/* A click on a dialog moves to it, one elsewhere away from it; neither answers. */
static void app_click_dialog(struct app *app, size_t index, const struct key *key)
{
    const struct pane *pane = &app->panes[index];
    const struct call_facts *call = app_pane_call(app, pane->chat);
    const call_key clicked =
        call != NULL && rect_has(&pane->dialog, key->x, key->y) ? call->key : 0;
    if (clicked != app->call.key)
        app_focus_call(app, clicked);
}

static void app_go_end(struct app *app, const struct pane *pane)
{
    transcript_go_end(pane->transcript);
    app_follow_lock(app, pane);
}

static void app_click_pane(struct app *app, size_t index, const struct key *key)
{
    struct transcript *transcript = app->panes[index].transcript;
    app_click_dialog(app, index, key);
    app->focused = index;
    if (rect_has(&app->panes[index].mark, key->x, key->y))
        app_go_end(app, &app->panes[index]);
    else if (!app_link_press(app, key->x, key->y))
        transcript_flip_fold(transcript, key->x, key->y);
    app_mark_all(app);
}

static void app_press(struct app *app, size_t index, const struct key *key)
{
    const bool is_on_chips =
        app->composer.has_chip_row && key->y == app->panes_room.height;
    const bool has_hold = app_layout_press(app, key);
    if (index < app->pane_count) {
        /* The second press would close another pane than the first asked about. */
        app->armed = ACTION_NONE;
        app_click_pane(app, index, key);
    } else if (is_on_chips && !has_hold) {
        app_click_chip(app, key->x);
    }
}

void app_mouse(struct app *app, const struct key *key)
{
    const size_t index = tiling_find(&app->tiling, key->x, key->y);
    const bool is_on_pane = index < app->pane_count;
    const bool is_wheel = key->code == INPUT_WHEEL_UP || key->code == INPUT_WHEEL_DOWN;
    if (app->call.is_full) {
        if (is_wheel)
            app_call_key(app, key);
    } else if (key->code == INPUT_MOUSE_RELEASE) {
        app_layout_release(app);
    } else if (is_wheel && is_on_pane && app->tiling.rects[index].height > 1) {
        transcript_scroll(app->panes[index].transcript,
                          key->code == INPUT_WHEEL_UP ? -APP_WHEEL_ROWS : APP_WHEEL_ROWS);
        app_follow_lock(app, &app->panes[index]);
        app_mark_pane(app, app->panes[index].chat);
    } else if (key->code == INPUT_MOUSE_PRESS && key->rune == 1) {
        app_press(app, index, key);
    }
}

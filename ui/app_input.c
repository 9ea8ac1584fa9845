/*
 * What comes from the terminal: keys go to an open box, then to the dialog that a person
 * has moved to, then to the keymap, then (while typing) into the text. The mouse focuses,
 * ticks and scrolls.
 */
#include "src/base/clock.h"
#include "src/base/mem.h"
#include "src/base/utf8.h"
#include "ui/app_state.h"

/* Two presses of Esc within this time stop all answers. */
#define APP_ESC_ESC_MS 1000

#define APP_WHEEL_ROWS 3

static void app_type(struct app *app, const struct key *key)
{
    char bytes[4];
    const size_t len = utf8_encode(key->rune, bytes);
    if (!line_edit_insert(app->edit, bytes, len))
        app_notify(app, "the text is at its largest: 16 MiB");
}

/* Esc twice, however the two are taken, stops everything. */
static bool app_is_second_esc(struct app *app)
{
    const int64_t now_ms = clock_now_ms();
    const bool is_second = now_ms - app->last_esc_ms <= APP_ESC_ESC_MS;
    app->last_esc_ms = is_second ? 0 : now_ms;
    return is_second;
}

static void app_take_key(struct app *app, const struct key *key)
{
    if (key->code == INPUT_ESC && app_is_second_esc(app)) {
        app_act(app, ACTION_STOP_ALL, key);
        return;
    }
    if (key->code != INPUT_ESC)
        app->last_esc_ms = 0;
    const enum action action = keymap_find(app->keymap, app->mode, key);
    const bool is_tab = key->code == INPUT_TAB && key->mods == 0;
    const bool is_text = key->code == INPUT_RUNE && key->mods == 0;
    if (action == ACTION_NONE)
        app->armed = ACTION_NONE;
    if (app->mode == MODE_TYPING && (action == ACTION_SEND || is_tab) &&
        app_take_command(app, is_tab))
        return;
    if (action != ACTION_NONE)
        app_act(app, action, key);
    else if (is_text && app->mode == MODE_TYPING)
        app_type(app, key);
    else if (is_text)
        app_notify(app, "that key does nothing in normal mode: i goes back to typing, ? "
                        "shows the keys");
}

/* The mouse. */

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

static bool app_is_inside(const struct rect *rect, const struct key *key)
{
    return key->x >= rect->x && key->x < rect->x + rect->width && key->y >= rect->y &&
           key->y < rect->y + rect->height;
}

/* A click on a dialog moves to it, one elsewhere away from it; neither answers. */
static void app_click_dialog(struct app *app, size_t index, const struct key *key)
{
    const struct pane *pane = &app->panes[index];
    const struct call_facts *call = app_pane_call(app, pane->chat);
    const call_key clicked =
        call != NULL && app_is_inside(&pane->dialog, key) ? call->key : 0;
    if (clicked != app->call.key)
        app_focus_call(app, clicked);
}

static void app_click_pane(struct app *app, size_t index, const struct key *key)
{
    const struct rect *mark = &app->panes[index].mark;
    app_click_dialog(app, index, key);
    app->focused = index;
    if (key->y == mark->y && key->x >= mark->x && key->x < mark->x + mark->width)
        transcript_go_end(app->panes[index].transcript);
    else if (transcript_is_fold(app->panes[index].transcript, key->x, key->y))
        app_unfold(app);
    app_mark_all(app);
}

static void app_mouse(struct app *app, const struct key *key)
{
    const size_t index = tiling_find(&app->tiling, key->x, key->y);
    const bool is_on_pane = index < app->pane_count;
    const bool is_wheel = key->code == INPUT_WHEEL_UP || key->code == INPUT_WHEEL_DOWN;
    if (app->call.is_full) {
        if (is_wheel)
            app_call_key(app, key);
    } else if (is_wheel && is_on_pane) {
        transcript_scroll(app->panes[index].transcript,
                          key->code == INPUT_WHEEL_UP ? -APP_WHEEL_ROWS : APP_WHEEL_ROWS);
        app_mark_pane(app, app->panes[index].chat);
    } else if (key->code == INPUT_MOUSE_PRESS && key->rune == 1 && is_on_pane) {
        /* The second press would close another pane than the first asked about. */
        app->armed = ACTION_NONE;
        app_click_pane(app, index, key);
    } else if (key->code == INPUT_MOUSE_PRESS && key->rune == 1 &&
               app->composer.has_chip_row && key->y == app->panes_room.height) {
        app_click_chip(app, key->x);
    }
}

static bool app_is_mouse(const struct key *key)
{
    return key->code == INPUT_MOUSE_PRESS || key->code == INPUT_MOUSE_RELEASE ||
           key->code == INPUT_MOUSE_DRAG || key->code == INPUT_WHEEL_UP ||
           key->code == INPUT_WHEEL_DOWN;
}

/* A notice has been read when the next key is pressed. */
static void app_drop_notice(struct app *app)
{
    if (app->notice == NULL)
        return;
    mem_free(app->notice);
    app->notice = NULL;
    app->is_dirty = true;
}

void app_key(struct app *app, const struct key *key)
{
    if (key->code == INPUT_FOCUS_IN || key->code == INPUT_FOCUS_OUT) {
        app_set_focus(app, key->code == INPUT_FOCUS_OUT);
        return;
    }
    if (app_is_mouse(key) && app->overlay == OVERLAY_NONE && app->page == PAGE_PANES) {
        app_mouse(app, key);
    } else {
        app_drop_notice(app);
        if (app->overlay != OVERLAY_NONE)
            app_overlay_key(app, key);
        else if (app->page == PAGE_FORM)
            app_form_key(app, key);
        else if (app->page == PAGE_MATRIX)
            app_matrix_key(app, key);
        else if (app->call.key != 0)
            app_call_key(app, key);
        else if (clock_now_ms() >= app->call.quiet_until_ms)
            app_take_key(app, key);
    }
    app->is_dirty = true;
    app_draw_now(app);
}

void app_paste(struct app *app, const char *text, size_t len)
{
    app_drop_notice(app);
    if (app->overlay != OVERLAY_NONE) {
        app_overlay_paste(app, text, len);
    } else if (app->page == PAGE_FORM) {
        app_form_paste(app, text, len);
    } else if (app->page == PAGE_MATRIX) {
        app_matrix_paste(app, text, len);
    } else if (app->call.key != 0) {
        app_call_paste(app, text, len);
    } else {
        /* Pasting means writing, whatever mode the keys are in. */
        app->armed = ACTION_NONE;
        app->mode = MODE_TYPING;
        if (!line_edit_insert(app->edit, text, len))
            app_notify(app, "the pasted text is too large: at most 16 MiB");
        app_mark_all(app);
    }
    app->is_dirty = true;
    app_draw_now(app);
}

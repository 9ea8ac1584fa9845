/*
 * What comes from the terminal: keys go to an open box, then to the dialog that a person
 * has moved to, then to the keymap, then (while typing) into the text.
 */
#include "src/base/clock.h"
#include "src/base/mem.h"
#include "src/base/utf8.h"
#include "ui/app_mouse.h"
#include "ui/app_state.h"

/* Two presses of Esc within this time stop all answers. */
#define APP_ESC_ESC_MS 1000

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

/* Carries out what the text says where Enter would send it. */
static bool app_take_typed(struct app *app, enum action action)
{
    const bool is_send = action == ACTION_SEND || action == ACTION_SEND_FOCUSED;
    return is_send && app->mode == MODE_TYPING && app_take_command(app);
}

static void app_take_key(struct app *app, const struct key *key)
{
    const enum action action = keymap_find(app->keymap, app->mode, key);
    if (key->code != INPUT_ESC)
        app->last_esc_ms = 0;
    /* An Esc that closes the list is not the first of two. */
    if (app_complete_key(app, key, action))
        return;
    if (key->code == INPUT_ESC && app_is_second_esc(app)) {
        app_act(app, ACTION_STOP_ALL, key);
        return;
    }
    const bool is_text = key->code == INPUT_RUNE && key->mods == 0;
    if (action == ACTION_NONE)
        app->armed = ACTION_NONE;
    if (app_take_typed(app, action))
        return;
    if (action != ACTION_NONE)
        app_act(app, action, key);
    else if (is_text && app->mode == MODE_TYPING)
        app_type(app, key);
    else if (is_text && !app_show_hints(app))
        app_notify_keys(app, "that key does nothing in normal mode: {type} goes back to "
                             "typing, {help} shows the keys");
    const bool is_typed = is_text && action == ACTION_NONE;
    app_refresh_complete(app, is_typed || action == ACTION_DELETE_BACK);
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

/* True if the key with Alt means nothing here, but may be Esc and then that key: a
 * multiplexer sends the two at once, and so does who types fast. */
static bool app_is_esc_and_key(const struct app *app, const struct key *key)
{
    const bool is_boxed =
        app->overlay != OVERLAY_NONE || app->page == PAGE_FORM || app->call.key != 0;
    return key->may_be_two &&
           keymap_find(app->keymap, app_key_mode(app), key) == ACTION_NONE &&
           (!is_boxed || keymap_find(app->keymap, MODE_TYPING, key) == ACTION_NONE);
}

/* Ctrl-I and Ctrl-M are Tab and Enter on most terminals. On one that tells them apart
 * they are so too, unless the person has given them to something else. */
static bool app_is_other_name(const struct app *app, const struct key *key)
{
    return (key_is_ctrl(key, 'i') || key_is_ctrl(key, 'm')) &&
           keymap_find(app->keymap, app_key_mode(app), key) == ACTION_NONE;
}

void app_key(struct app *app, const struct key *key)
{
    if (app_is_other_name(app, key)) {
        app_key(app, &(struct key){.code = key->rune == 'i' ? INPUT_TAB : INPUT_ENTER});
        return;
    }
    if (app_is_esc_and_key(app, key)) {
        struct key second = *key;
        second.mods &= ~(unsigned)INPUT_MOD_ALT;
        second.may_be_two = false;
        app_key(app, &(struct key){.code = INPUT_ESC});
        app_key(app, &second);
        return;
    }
    if (key->code == INPUT_FOCUS_IN || key->code == INPUT_FOCUS_OUT) {
        app_set_focus(app, key->code == INPUT_FOCUS_OUT);
        return;
    }
    if (key->code == INPUT_MOUSE_DRAG) {
        app_layout_drag(app, key);
        return;
    }
    app_end_hints(app);
    if (app_is_mouse(key) && app->overlay == OVERLAY_NONE && app->page == PAGE_PANES) {
        app_mouse(app, key);
    } else {
        app_drop_notice(app);
        if (app->overlay != OVERLAY_NONE && app_is_mouse(key))
            app_list_mouse(app, key);
        else if (app->overlay != OVERLAY_NONE)
            app_overlay_key(app, key);
        else if (app->page == PAGE_FORM)
            app_form_key(app, key);
        else if (app->page == PAGE_MATRIX)
            app_matrix_key(app, key);
        else if (app->reading.line != LINE_NONE)
            app_line_key(app, key);
        else if (app->call.key != 0)
            app_call_key(app, key);
        else if (app_reading_key(app, key))
            app_mark_all(app);
        else if (clock_now_ms() >= app->call.quiet_until_ms)
            app_take_key(app, key);
    }
    app_aim_draft(app);
    app_refresh_complete(app, false);
    app_plan_keep(app);
    app->is_dirty = true;
    app_draw_now(app);
}

void app_paste(struct app *app, const char *text, size_t len)
{
    app_drop_notice(app);
    app_end_hints(app);
    if (app->overlay != OVERLAY_NONE) {
        app_overlay_paste(app, text, len);
    } else if (app->page == PAGE_FORM) {
        app_form_paste(app, text, len);
    } else if (app->page == PAGE_MATRIX) {
        app_matrix_paste(app, text, len);
    } else if (app->reading.line != LINE_NONE) {
        app_line_paste(app, text, len);
    } else if (app->call.key != 0) {
        app_call_paste(app, text, len);
    } else {
        /* Pasting means writing, whatever mode the keys are in. */
        app->armed = ACTION_NONE;
        app->mode = MODE_TYPING;
        app_paste_text(app, text, len);
        app_mark_all(app);
    }
    app_refresh_complete(app, false);
    app_plan_keep(app);
    app->is_dirty = true;
    app_draw_now(app);
}

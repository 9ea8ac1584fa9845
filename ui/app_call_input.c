/*
 * Keys of the dialog that a person has moved to, and the answers they give. Enter, Space
 * and Tab approve nothing; a key that came too early does nothing at all.
 */
#include <string.h>

#include "src/base/clock.h"
#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/base/utf8.h"
#include "ui/app_state.h"
#include "ui/view/json_sheet.h"

#define APP_CALL_WHEEL_ROWS 3

/* --- Answers --- */

/* Gives the answer to the call that has the keys, and goes on to the next one. */
static void app_answer_call(struct app *app, struct call_answer answer)
{
    struct error err = {ERROR_NONE, NULL};
    if (answer.decision != CALL_DENIED && !app->call.sight.is_whole) {
        app_set_call_error(app, "the call has changed: Esc, and look at it again");
        return;
    }
    answer.with_twins = app->call.with_twins;
    app->call.is_answering = true;
    const bool is_taken = engine_answer_call(app->engine, app->call.key, &answer, &err);
    app->call.is_answering = false;
    if (is_taken)
        app_settle_call(app, true);
    else
        app_set_call_error(app, error_text(&err));
    error_clear(&err);
}

static void app_set_stage(struct app *app, enum call_stage stage)
{
    app->call.stage = stage;
    app_set_call_error(app, NULL);
}

/* Opens one of the small editors with a text. Its Enter rests like other keys. */
static void app_begin_edit(struct app *app, enum call_stage stage, const char *text)
{
    struct app_call *call = &app->call;
    line_edit_reset(call->edit);
    line_edit_insert(call->edit, text, strlen(text));
    mem_free(call->began);
    call->began = mem_strdup(line_edit_text(call->edit));
    app_set_stage(app, stage);
    app_guard_call(app);
}

static void app_begin_rule(struct app *app)
{
    const struct call_facts *call = app_focused_call(app);
    if (call != NULL)
        app_begin_edit(app, CALL_STAGE_RULE,
                       call->proposed != NULL ? call->proposed : "");
}

static void app_begin_arguments(struct app *app)
{
    const struct call_facts *call = app_focused_call(app);
    struct strbuf text;
    if (call == NULL)
        return;
    strbuf_init(&text, STRBUF_OWN_MAX);
    if (!json_indent(&text, call->arguments, strlen(call->arguments)))
        strbuf_append_text(&text, call->arguments);
    app_begin_edit(app, CALL_STAGE_EDIT, strbuf_text(&text));
    line_edit_buffer_start(app->call.edit);
    strbuf_clear(&text);
}

/* Back from an editor to the keys, which rest: what was typed was text. */
static void app_end_edit(struct app *app)
{
    app_set_stage(app, CALL_STAGE_KEYS);
    app_guard_call(app);
}

static void app_take_arguments(struct app *app)
{
    const char *text = line_edit_text(app->call.edit);
    if (strcmp(text, app->call.began) == 0) {
        app_end_edit(app);
        return;
    }
    struct error err = {ERROR_NONE, NULL};
    struct strbuf json;
    strbuf_init(&json, STRBUF_OWN_MAX);
    json_append_compact(&json, text, strlen(text));
    if (engine_edit_call(app->engine, app->call.key, strbuf_text(&json), json.len, &err))
        app_end_edit(app);
    else
        app_set_call_error(app, error_text(&err));
    strbuf_clear(&json);
    error_clear(&err);
}

static void app_take_edit(struct app *app)
{
    const char *text = line_edit_text(app->call.edit);
    if (app_is_call_guarded(app))
        return;
    if (app->call.stage == CALL_STAGE_RULE)
        app_answer_call(app, (struct call_answer){.decision = CALL_ALWAYS, .rule = text});
    else if (app->call.stage == CALL_STAGE_REASON)
        app_answer_call(app,
                        (struct call_answer){.decision = CALL_DENIED,
                                             .reason = text[0] != '\0' ? text : NULL});
    else
        app_take_arguments(app);
}

static void app_deny(struct app *app)
{
    app_answer_call(app, (struct call_answer){.decision = CALL_DENIED});
}

bool app_deny_pane_call(struct app *app)
{
    if (app->pane_count == 0)
        return false;
    const struct call_facts *call = app_pane_call(app, app->panes[app->focused].chat);
    if (call == NULL)
        return false;
    struct error err = {ERROR_NONE, NULL};
    const struct call_answer answer = {.decision = CALL_DENIED};
    const bool is_denied = engine_answer_call(app->engine, call->key, &answer, &err);
    app_notify(app, is_denied ? "the tool call is denied" : error_text(&err));
    error_clear(&err);
    return true;
}

/* --- Editing --- */

static void app_insert(struct app *app, const char *text, size_t len)
{
    if (!line_edit_insert(app->call.edit, text, len))
        app_set_call_error(app, "the text is at its largest: 4 MiB");
    app->is_all_dirty = true;
}

static void app_edit_key(struct app *app, const struct key *key)
{
    const bool has_lines = app->call.stage == CALL_STAGE_EDIT;
    const enum action action = keymap_find(app->keymap, MODE_TYPING, key);
    char bytes[4];
    app_mark_all(app);
    if (key->code == INPUT_ESC || action == ACTION_INTERRUPT)
        app_end_edit(app);
    else if (action == ACTION_SEND)
        app_take_edit(app);
    else if (action == ACTION_EDITOR && has_lines)
        app_open_editor(app);
    else if (action == ACTION_NEWLINE && !has_lines)
        return;
    else if (action == ACTION_CURSOR_UP)
        line_edit_up(app->call.edit);
    else if (action == ACTION_CURSOR_DOWN)
        line_edit_down(app->call.edit);
    else if (!app_edit_text(app->call.edit, action) && key->code == INPUT_RUNE &&
             key->mods == 0)
        app_insert(app, bytes, utf8_encode(key->rune, bytes));
}

void app_call_paste(struct app *app, const char *text, size_t len)
{
    if (app->call.stage == CALL_STAGE_KEYS) {
        app_notify(app, "pasted text answers nothing: Esc goes back to writing");
        return;
    }
    size_t taken = 0;
    while (taken < len && (app->call.stage == CALL_STAGE_EDIT ||
                           (text[taken] != '\n' && text[taken] != '\r')))
        taken++;
    app_insert(app, text, taken);
    app_mark_all(app);
}

/* --- Keys --- */

static void app_scroll_rows(size_t *first, int rows)
{
    if (rows < 0)
        *first -= *first < (size_t)-rows ? *first : (size_t)-rows;
    else
        *first += (size_t)rows;
}

bool app_scroll_by_key(struct app *app, const struct key *key, size_t *first, int shown,
                       size_t row_count)
{
    const int page = shown > 2 ? shown - 1 : 1;
    const bool is_rune = key->code == INPUT_RUNE && key->mods == 0;
    if (key->code == INPUT_UP || (is_rune && key->rune == 'k'))
        app_scroll_rows(first, -1);
    else if (key->code == INPUT_DOWN || (is_rune && key->rune == 'j'))
        app_scroll_rows(first, 1);
    else if (key->code == INPUT_WHEEL_UP)
        app_scroll_rows(first, -APP_CALL_WHEEL_ROWS);
    else if (key->code == INPUT_WHEEL_DOWN)
        app_scroll_rows(first, APP_CALL_WHEEL_ROWS);
    else if (key->code == INPUT_PGUP)
        app_scroll_rows(first, -page);
    else if (key->code == INPUT_PGDN || (is_rune && key->rune == ' '))
        app_scroll_rows(first, page);
    else if (key->code == INPUT_HOME || (is_rune && key->rune == 'g'))
        *first = 0;
    else if (key->code == INPUT_END || (is_rune && key->rune == 'G'))
        *first = row_count;
    else
        return false;
    app_mark_all(app);
    return true;
}

/* Scrolls the full view; false if the key does not. */
static bool app_full_key(struct app *app, const struct key *key)
{
    struct app_call *call = &app->call;
    return app_scroll_by_key(app, key, &call->first, call->sight.drawn.shown,
                             call->page.sheet.row_count);
}

static void app_show_full(struct app *app, bool is_full)
{
    app->call.is_full = is_full;
    app->call.first = 0;
    app_guard_call(app);
}

static void app_toggle_twins(struct app *app)
{
    const struct call_facts *call = app_focused_call(app);
    if (call == NULL || call->twin_count == 0) {
        app_notify(app, "no other pane waits with the same call");
        return;
    }
    app->call.with_twins = !app->call.with_twins;
    app->call.stamp++;
    /* "y" now means something else. */
    app_guard_call(app);
}

/* On to the rows that were not seen yet. The keys rest: the next press may approve. */
static void app_read_on(struct app *app)
{
    struct app_call *call = &app->call;
    call->first = app_sight_next_row(&call->sight, &call->page.sheet);
    app_guard_call(app);
    app_notify(app, "there is more of it: y reads on, and approves once all was seen");
}

/* What approves; what was not seen whole is shown first. */
static void app_approve_key(struct app *app, uint32_t rune)
{
    switch (app_next_step(&app->call.sight)) {
    case CALL_STEP_LONG:
        app_set_call_error(app, "too long to be shown whole: it can be edited or denied");
        return;
    case CALL_STEP_SMALL:
        app_set_call_error(app, "the screen is too small to show what would run");
        app_notify(app, "the screen is too small to show what would run");
        return;
    case CALL_STEP_OPEN:
        app_show_full(app, true);
        app_notify(app, "not all of it was in sight: y approves once it was");
        return;
    case CALL_STEP_ON: app_read_on(app); return;
    case CALL_STEP_APPROVE: break;
    }
    if (rune == 'a')
        app_begin_rule(app);
    else
        app_answer_call(app, (struct call_answer){
                                 .decision = rune == 'y' ? CALL_ONCE : CALL_SESSION});
}

/* The arguments are edited where they can be seen. */
static void app_arguments_key(struct app *app)
{
    if (app->call.is_line && !app->call.is_full)
        app_show_full(app, true);
    else
        app_begin_arguments(app);
}

/* Keys that act on the program as they do elsewhere. */
static void app_outer_key(struct app *app, const struct key *key)
{
    const enum action action = keymap_find(app->keymap, MODE_TYPING, key);
    const bool is_scroll = action >= ACTION_PAGE_UP && action <= ACTION_END;
    switch ((int)action) {
    case ACTION_INTERRUPT: app_deny(app); break;
    case ACTION_APPROVE: app_step_call(app, 1); break;
    case ACTION_APPROVALS:
    case ACTION_UNFOLD:
    case ACTION_HELP:
    case ACTION_MOUSE:
    case ACTION_SUSPEND: app_act(app, action, key); break;
    case ACTION_PANE_NUMBER:
        app_focus_call(app, 0);
        app_act(app, action, key);
        break;
    default:
        if (is_scroll)
            app_act(app, action, key);
        else
            app_notify(app, "that key is no answer: y s a approve, n N deny, Esc leaves");
    }
}

static void app_answer_key(struct app *app, const struct key *key)
{
    const bool is_rune = key->code == INPUT_RUNE && key->mods == 0;
    const bool is_back = key->code == INPUT_LEFT ||
                         (key->code == INPUT_TAB && key->mods == INPUT_MOD_SHIFT);
    if (app->call.is_full && app_full_key(app, key))
        return;
    if (key->code == INPUT_ESC && app->call.is_full)
        app_show_full(app, false);
    else if (key->code == INPUT_ESC)
        app_focus_call(app, 0);
    else if (key->mods == 0 && (key->code == INPUT_TAB || key->code == INPUT_RIGHT))
        app_step_call(app, 1);
    else if (is_back)
        app_step_call(app, -1);
    else if (is_rune && (key->rune == 'y' || key->rune == 's' || key->rune == 'a'))
        app_approve_key(app, key->rune);
    else if (is_rune && key->rune == 'e')
        app_arguments_key(app);
    else if (is_rune && key->rune == 'n')
        app_deny(app);
    else if (is_rune && key->rune == 'N')
        app_begin_edit(app, CALL_STAGE_REASON, "");
    else if (is_rune && key->rune == 'v')
        app_show_full(app, !app->call.is_full);
    else if (is_rune && key->rune == 't')
        app_toggle_twins(app);
    else if (is_rune && key->rune == '+')
        app_open_approvals(app);
    else if (is_rune && key->rune == '?')
        app_open_help(app);
    else
        app_outer_key(app, key);
}

void app_call_key(struct app *app, const struct key *key)
{
    app_settle_call(app, false);
    if (app->call.key == 0)
        return;
    if (app->call.stage != CALL_STAGE_KEYS)
        app_edit_key(app, key);
    else if (!app_is_call_guarded(app))
        app_answer_key(app, key);
}

/* What each action does. One function an action, or one for a family; app_act is the
 * switch over the table. */
#include <string.h>

#include "src/base/clock.h"
#include "src/base/mem.h"
#include "ui/app_state.h"

/* A second press within this time confirms. */
#define APP_CONFIRM_MS 3000

bool app_is_confirmed(struct app *app, enum action action, const char *notice)
{
    const int64_t now_ms = clock_now_ms();
    if (app->armed == action && now_ms <= app->armed_until_ms)
        return true;
    app->armed = action;
    app->armed_until_ms = now_ms + APP_CONFIRM_MS;
    app_notify(app, notice);
    return false;
}

/* Program. */

static void app_interrupt(struct app *app)
{
    const struct pane *pane = app_focused_pane(app);
    const bool is_busy = pane != NULL && engine_is_busy(app->engine, pane->chat);
    const bool has_draft = line_edit_len(app->edit) > 0 || app->edited_message != 0;
    if (app_deny_pane_call(app)) {
        app->armed = ACTION_NONE;
        return;
    }
    if (is_busy || has_draft)
        app->armed = ACTION_NONE;
    if (app_stop_fetch(app))
        return;
    if (is_busy) {
        engine_stop(app->engine, pane->chat);
        return;
    }
    if (app->edited_message != 0) {
        const bool is_answer = app_edits_answer(app);
        app_end_prompt_edit(app, true);
        app_notify(app, is_answer ? "the answer stays as it was; what you changed is "
                                    "there again when you edit it again"
                                  : "the prompt stays as it was sent; what you changed "
                                    "is there again when you edit it again");
        return;
    }
    if (has_draft) {
        line_edit_clear(app->edit);
        app_notify_keys(app, "cleared; {undo} brings it back");
        return;
    }
    if (app_is_confirmed(app, ACTION_INTERRUPT,
                         app_say(app, draft_set_kept(app->drafts) > 0 && !app_is_kept(app)
                                          ? "press {interrupt} again to quit; what was "
                                            "put aside is lost"
                                          : "press {interrupt} again to quit")))
        app_quit(app, 0);
}

/* The key deletes first where there is something to delete; the palette means it. */
static void app_act_quit(struct app *app, const struct key *key)
{
    if (key != NULL && app->mode == MODE_TYPING && line_edit_len(app->edit) > 0) {
        line_edit_delete_forward(app->edit);
        return;
    }
    const char *loss = engine_busy_count(app->engine) > 0
                           ? "answers are still coming: press again to quit"
                       : draft_set_kept(app->drafts) > 0 && !app_is_kept(app)
                           ? "a text was put aside and is lost: press again to quit"
                           : NULL;
    if (loss == NULL || app_is_confirmed(app, ACTION_QUIT, loss))
        app_quit(app, 0);
}

static void app_toggle_mouse(struct app *app)
{
    app->uses_mouse = !app->uses_mouse;
    app->display.set_mouse(app->display.user, app->uses_mouse);
    app_notify(app, app->uses_mouse ? "the mouse works in Motet"
                                    : "the mouse is the terminal's: select as usual");
}

static void app_act_redraw(struct app *app)
{
    app->display.redraw(app->display.user);
    app_mark_all(app);
}

void app_set_mode(struct app *app, enum input_mode mode)
{
    app->mode = mode;
    if (mode == MODE_NORMAL)
        app_plan_hints(app);
    app_mark_all(app);
}

/* Panes. */

static void app_focus(struct app *app, size_t index)
{
    if (index >= app->pane_count) {
        app_notify(app, "there is no pane of that number");
        return;
    }
    app->focused = index;
    app_mark_all(app);
}

static void app_focus_step(struct app *app, size_t step)
{
    if (app->pane_count > 0)
        app_focus(app, (app->focused + step) % app->pane_count);
}

static void app_tick_all(struct app *app)
{
    bool are_all_ticked = true;
    for (size_t i = 0; i < app->pane_count; i++)
        are_all_ticked = are_all_ticked && app->panes[i].is_ticked;
    for (size_t i = 0; i < app->pane_count; i++)
        app->panes[i].is_ticked = !are_all_ticked;
    app_mark_all(app);
}

static void app_close_focused(struct app *app)
{
    const struct pane *pane = app_focused_pane(app);
    const struct chat *chat = engine_get_chat(app->engine, pane->chat);
    const bool is_kept =
        app_is_kept(app) && !engine_get_setup(app->engine, pane->chat)->is_unkept;
    /* What a pane holds is out of sight with it. */
    if (chat->path_len > 0 &&
        !app_is_confirmed(app, ACTION_PANE_CLOSE,
                          is_kept ? "the conversation is kept, but has no pane any more: "
                                    "press again to close it"
                                  : "the conversation goes with the pane: press again to "
                                    "close it"))
        return;
    app_close_pane(app, app->focused);
    app->armed = ACTION_NONE;
}

/* Answers. */

static void app_choose_model(struct app *app, const struct pane *pane)
{
    if (engine_is_busy(app->engine, pane->chat))
        app_notify(app, "the answer is still coming: stop it before another model");
    else
        app_open_picker(app, OVERLAY_PICK_MODEL);
}

static void app_take_back(struct app *app, const struct pane *pane)
{
    char *text = engine_take_back(app->engine, pane->chat);
    if (text == NULL) {
        app_notify(app, "nothing is queued in this pane");
        return;
    }
    if (line_edit_len(app->edit) > 0) {
        line_edit_buffer_end(app->edit);
        line_edit_insert(app->edit, "\n", 1);
    }
    line_edit_insert(app->edit, text, strlen(text));
    mem_free(text);
    app_set_mode(app, MODE_TYPING);
}

/* Tools. */

void app_unfold(struct app *app)
{
    app->is_unfolded = !app->is_unfolded;
    app_mark_all(app);
}

static void app_act_on_tools(struct app *app, enum action action)
{
    if (action == ACTION_APPROVE && !app_step_call(app, 1))
        app_notify(app, "no tool call waits for an answer");
    else if (action == ACTION_APPROVALS)
        app_open_approvals(app);
    else if (action == ACTION_TOOL_CALLS)
        app_open_tool_calls(app);
    else if (action == ACTION_TOOLS)
        app_open_tools(app);
    else if (action == ACTION_UNFOLD)
        app_unfold(app);
}

/* Scrolling. */

static void app_scroll(struct app *app, const struct pane *pane, enum action action)
{
    struct transcript *transcript = pane->transcript;
    /* Two rows stay in sight. */
    const int height = transcript_height(transcript);
    const int page = height > 3 ? height - 2 : 1;
    const int half = page > 1 ? page / 2 : 1;
    if (action == ACTION_PAGE_UP)
        transcript_scroll(transcript, -page);
    else if (action == ACTION_PAGE_DOWN)
        transcript_scroll(transcript, page);
    else if (action == ACTION_HALF_UP)
        transcript_scroll(transcript, -half);
    else if (action == ACTION_HALF_DOWN)
        transcript_scroll(transcript, half);
    else if (action == ACTION_LINE_UP)
        transcript_scroll(transcript, -1);
    else if (action == ACTION_LINE_DOWN)
        transcript_scroll(transcript, 1);
    else if (action == ACTION_TOP)
        transcript_go_top(transcript);
    else
        transcript_go_end(transcript);
    app_follow_lock(app, pane);
}

/* Writing. */

bool app_edit_text(struct line_edit *edit, enum action action)
{
    static bool (*const functions[ACTION_COUNT])(struct line_edit *) = {
        [ACTION_CURSOR_LEFT] = line_edit_left,
        [ACTION_CURSOR_RIGHT] = line_edit_right,
        [ACTION_WORD_LEFT] = line_edit_word_left,
        [ACTION_WORD_RIGHT] = line_edit_word_right,
        [ACTION_LINE_START] = line_edit_line_start,
        [ACTION_LINE_END] = line_edit_line_end,
        [ACTION_DELETE_BACK] = line_edit_delete_back,
        [ACTION_DELETE_FORWARD] = line_edit_delete_forward,
        [ACTION_DELETE_WORD_BACK] = line_edit_delete_word_back,
        [ACTION_DELETE_WORD_FORWARD] = line_edit_delete_word_forward,
        [ACTION_KILL_TO_END] = line_edit_kill_to_line_end,
        [ACTION_KILL_TO_START] = line_edit_kill_to_line_start,
        [ACTION_YANK] = line_edit_yank,
        [ACTION_TRANSPOSE] = line_edit_transpose,
        [ACTION_UNDO] = line_edit_undo,
        [ACTION_REDO] = line_edit_redo,
    };
    if (functions[action] != NULL)
        functions[action](edit);
    else if (action == ACTION_NEWLINE)
        line_edit_insert(edit, "\n", 1);
    else
        return false;
    return true;
}

/* Actions on the text; true if it was one. */
static bool app_act_on_text(struct app *app, enum action action)
{
    if (app_edit_text(app->edit, action))
        return true;
    if (action == ACTION_CURSOR_UP)
        app_cursor_up(app);
    else if (action == ACTION_CURSOR_DOWN)
        app_cursor_down(app);
    else if (action == ACTION_PASTE_OPEN)
        app_open_paste(app);
    else if (action == ACTION_HISTORY)
        app_open_history(app);
    else if (action == ACTION_DRAFT_ASIDE)
        app_put_draft_aside(app);
    else
        return false;
    return true;
}

static void app_show_raw(struct app *app, struct pane *pane)
{
    pane->is_raw = !pane->is_raw;
    app_notify(app, pane->is_raw ? "answers of this pane are shown as they were written"
                                 : "answers of this pane are shown as Markdown");
}

/* Actions on the focused pane; true if it was one. */
static bool app_act_on_pane(struct app *app, enum action action)
{
    struct pane *pane = app_focused_pane(app);
    const bool is_scroll = action >= ACTION_PAGE_UP && action <= ACTION_END;
    const bool is_on_pane =
        is_scroll || (action >= ACTION_TICK && action <= ACTION_TAKE_BACK &&
                      action != ACTION_TICK_ALL && action != ACTION_STOP_ALL);
    if (!is_on_pane && action != ACTION_PANE_CLOSE)
        return false;
    if (pane == NULL) {
        app_notify(app, "no pane is open");
        return true;
    }
    if (is_scroll)
        app_scroll(app, pane, action);
    else if (action == ACTION_TICK)
        pane->is_ticked = !pane->is_ticked;
    else if (action == ACTION_STOP)
        engine_stop(app->engine, pane->chat);
    else if (action == ACTION_MODEL)
        app_choose_model(app, pane);
    else if (action == ACTION_RAW)
        app_show_raw(app, pane);
    else if (action == ACTION_TAKE_BACK)
        app_take_back(app, pane);
    else
        app_close_focused(app);
    app_mark_all(app);
    return true;
}

static void app_act_on_program(struct app *app, enum action action, const struct key *key)
{
    if (action == ACTION_SEND || action == ACTION_SEND_FOCUSED)
        app_send_text(app, action == ACTION_SEND_FOCUSED);
    else if (action == ACTION_INTERRUPT)
        app_interrupt(app);
    else if (action == ACTION_NORMAL || action == ACTION_TYPE)
        app_set_mode(app, action == ACTION_NORMAL ? MODE_NORMAL : MODE_TYPING);
    else if (action == ACTION_PANE_NEXT)
        app_focus_step(app, 1);
    else if (action == ACTION_PANE_PREVIOUS)
        app_focus_step(app, app->pane_count - 1);
    else if (action == ACTION_PANE_NUMBER)
        app_focus(app, key->rune - '1');
    else if (action == ACTION_PANE_NEW)
        app_open_picker(app, OVERLAY_PICK_NEW);
    else if (action == ACTION_PANE_ZOOM)
        app->is_zoomed = !app->is_zoomed && app->pane_count > 1;
    else if (action >= ACTION_LAYOUT && action <= ACTION_PANE_BACKWARD)
        app_layout_act(app, action);
    else if (action == ACTION_TICK_ALL)
        app_tick_all(app);
    else if (action == ACTION_STOP_ALL)
        engine_stop_all(app->engine);
    else if (action == ACTION_EDITOR)
        app_open_editor(app);
    else if (action == ACTION_LOCK)
        app_toggle_lock(app);
    else if (action == ACTION_PALETTE)
        app_open_palette(app);
    else if (action >= ACTION_SESSIONS && action <= ACTION_TEMPORARY)
        app_act_on_sessions(app, action);
    else if (action == ACTION_HELP)
        app_open_help(app);
    else if (action == ACTION_CONNECTIONS)
        app_open_connections(app);
    else if (action == ACTION_WIRE)
        app_open_wire(app);
    else if (action == ACTION_RACE)
        app_act_race(app);
    else if (action >= ACTION_APPROVE && action <= ACTION_UNFOLD)
        app_act_on_tools(app, action);
    else if (action == ACTION_THEME)
        app_open_themes(app);
    else if (action == ACTION_PROMPTS)
        app_open_prompts(app, "");
    else if (action == ACTION_MATRIX)
        app_open_matrix(app);
    else if (action == ACTION_MOUSE)
        app_toggle_mouse(app);
    else if (action == ACTION_SUSPEND)
        app->display.suspend(app->display.user);
    else if (action == ACTION_REDRAW)
        app_act_redraw(app);
    else if (action == ACTION_QUIT)
        app_act_quit(app, key);
}

void app_act(struct app *app, enum action action, const struct key *key)
{
    /* Only the same action right again confirms an armed one; the palette may be the way
     * to it. */
    if (action != app->armed && action != ACTION_PALETTE)
        app->armed = ACTION_NONE;
    if (app_act_on_text(app, action) || app_act_on_tree(app, action) ||
        app_act_on_pane(app, action) || app_act_on_reading(app, action))
        return;
    app_act_on_program(app, action, key);
    app->is_dirty = true;
}

/*
 * The list of tool calls over all panes: those that wait, to be ticked and answered
 * together (app_confirm.c), and those that run, to be stopped. Ticks hang from the calls'
 * keys; whenever the ticked ones change, a confirmation begins anew.
 */
#include <string.h>

#include "src/base/clock.h"
#include "src/base/json.h"
#include "src/base/mem.h"
#include "ui/app_state.h"
#include "ui/view/json_sheet.h"

#define APPROVALS_LEFT_WIDTH 26

/* Keys rest for so long after the list has come. */
#define APPROVALS_REST_MS 400

/* The most of a call's arguments in its row. */
#define APPROVALS_TEXT_MAX 1000

/* --- Ticks --- */

static size_t app_find_tick(const struct app *app, call_key key)
{
    size_t at = 0;
    while (at < app->approvals.tick_count && app->approvals.ticks[at] != key)
        at++;
    return at;
}

bool app_has_tick(const struct app *app, call_key key)
{
    return app_find_tick(app, key) < app->approvals.tick_count;
}

/* What would have been confirmed is another thing now. */
static void app_drop_confirmation(struct app *app)
{
    if (app_leave_confirmation(app))
        app_notify(app, "the ticked calls have changed: y shows them anew");
}

static void app_untick(struct app *app, size_t at)
{
    struct app_approvals *approvals = &app->approvals;
    approvals->ticks[at] = approvals->ticks[--approvals->tick_count];
    app_drop_confirmation(app);
}

static void app_tick_call(struct app *app, call_key key)
{
    struct app_approvals *approvals = &app->approvals;
    approvals->ticks = mem_grow(approvals->ticks, &approvals->tick_cap,
                                approvals->tick_count + 1, sizeof(approvals->ticks[0]));
    approvals->ticks[approvals->tick_count++] = key;
}

/* Calls that wait no more are ticked no more. */
static void app_settle_ticks(struct app *app)
{
    for (size_t i = app->approvals.tick_count; i > 0; i--) {
        const struct call_facts *call =
            engine_find_call(app->engine, app->approvals.ticks[i - 1]);
        if (!app_is_asking(call))
            app_untick(app, i - 1);
    }
}

/* --- Rows --- */

size_t app_pane_number(const struct app *app, chat_id chat)
{
    for (size_t i = 0; i < app->pane_count; i++) {
        if (app->panes[i].chat == chat)
            return i + 1;
    }
    return 0;
}

/* The arguments in one line, what is hidden in them spelled out. */
static void app_append_arguments(struct strbuf *out, const char *arguments)
{
    struct sheet sheet;
    struct strbuf json;
    strbuf_init(&json, STRBUF_OWN_MAX);
    sheet_init(&sheet);
    json_append_compact(&json, arguments, strlen(arguments));
    json_sheet_append(&sheet, strbuf_text(&json), json.len, (int)json.len + 1);
    for (size_t i = 0; i < sheet.line_count && out->len < APPROVALS_TEXT_MAX; i++)
        strbuf_append_format(out, "%s%.*s", i > 0 ? " " : "", (int)sheet.lines[i].len,
                             strbuf_text(&sheet.text) + sheet.lines[i].start);
    sheet_clear(&sheet);
    strbuf_clear(&json);
}

static void app_add_call(struct app *app, const struct call_facts *call)
{
    struct app_approvals *approvals = &app->approvals;
    const bool is_asking = app_is_asking(call);
    const char *tick = !is_asking ? "   " : app_has_tick(app, call->key) ? "[x]" : "[ ]";
    struct strbuf right;
    strbuf_init(&right, STRBUF_OWN_MAX);
    if (!is_asking) {
        pane_describe_running(call, clock_now_ms(), &right);
        strbuf_append_text(&right, "  ");
    }
    app_append_arguments(&right, call->arguments);
    approvals->keys = mem_grow(approvals->keys, &approvals->cap, approvals->count + 1,
                               sizeof(approvals->keys[0]));
    approvals->keys[approvals->count++] = call->key;
    app_add_row(
        app,
        strbuf_format("%s %zu %s", tick, app_pane_number(app, call->chat), call->tool),
        strbuf_take(&right));
}

static void app_fill_approvals(struct app *app)
{
    struct app_approvals *approvals = &app->approvals;
    const call_key chosen =
        app->list.selected < approvals->count ? approvals->keys[app->list.selected] : 0;
    const struct call_facts *calls;
    app_settle_ticks(app);
    app_clear_list(app);
    approvals->count = 0;
    const size_t count = engine_get_calls(app->engine, &calls);
    for (size_t i = 0; i < count; i++) {
        if (app_is_asking(&calls[i]) || calls[i].state == CALL_RUNNING)
            app_add_call(app, &calls[i]);
    }
    /* The choice stays on its call. */
    for (size_t i = 0; i < approvals->count; i++) {
        if (approvals->keys[i] == chosen)
            app->list.selected = i;
    }
    if (approvals->count == 0)
        app_add_row(app, NULL, mem_strdup("no tool call waits or runs"));
    else if (app->list.selected >= approvals->count)
        app->list.selected = approvals->count - 1;
    app_show_list(app);
}

void app_open_approvals(struct app *app)
{
    app->overlay = OVERLAY_APPROVALS;
    app->list = (struct list_view){
        .title = " tool calls ",
        .hint = " Space ticks, y n answer the ticked, x stops, Enter goes there, Esc ",
        .left_width = APPROVALS_LEFT_WIDTH,
    };
    app->approvals.tick_count = 0;
    app->approvals.is_confirming = false;
    app->approvals.ready_ms = clock_now_ms() + APPROVALS_REST_MS;
    app_fill_approvals(app);
}

void app_refresh_approvals(struct app *app)
{
    if (app->overlay == OVERLAY_APPROVALS)
        app_fill_approvals(app);
}

void app_recheck_approvals(struct app *app, call_key key)
{
    if (app_has_tick(app, key))
        app_drop_confirmation(app);
}

void app_clear_approvals(struct app *app)
{
    sheet_clear(&app->approvals.sheet);
    mem_free(app->approvals.listed);
    mem_free(app->approvals.error);
    mem_free(app->approvals.keys);
    mem_free(app->approvals.ticks);
}

/* --- Keys --- */

static const struct call_facts *app_chosen_call(const struct app *app)
{
    const struct app_approvals *approvals = &app->approvals;
    return app->list.selected < approvals->count
               ? engine_find_call(app->engine, approvals->keys[app->list.selected])
               : NULL;
}

static void app_toggle_tick(struct app *app)
{
    const struct call_facts *call = app_chosen_call(app);
    if (!app_is_asking(call))
        return;
    const size_t at = app_find_tick(app, call->key);
    if (at < app->approvals.tick_count)
        app_untick(app, at);
    else
        app_tick_call(app, call->key);
    app_fill_approvals(app);
}

void app_answer_ticked(struct app *app, const call_key *keys, size_t count,
                       enum call_decision decision)
{
    const struct call_answer answer = {.decision = decision};
    struct app_approvals *approvals = &app->approvals;
    size_t answered = 0;
    for (size_t i = 0; i < count; i++) {
        struct error err = {ERROR_NONE, NULL};
        const size_t at = app_find_tick(app, keys[i]);
        if (at == approvals->tick_count)
            continue;
        const call_key key = keys[i];
        approvals->ticks[at] = approvals->ticks[--approvals->tick_count];
        answered += engine_answer_call(app->engine, key, &answer, &err);
        error_clear(&err);
    }
    const size_t left = approvals->tick_count;
    struct strbuf text;
    strbuf_init(&text, 1000);
    strbuf_append_format(&text, "%zu call%s %s", answered, answered == 1 ? "" : "s",
                         decision == CALL_DENIED ? "denied" : "approved");
    if (left > 0)
        strbuf_append_format(&text, "; %zu left, too long for this: Enter goes there",
                             left);
    app_notify(app, strbuf_text(&text));
    strbuf_clear(&text);
    app_fill_approvals(app);
}

/* A copy: answering changes the ticks. */
void app_deny_ticked(struct app *app)
{
    const size_t count = app->approvals.tick_count;
    call_key *keys = mem_alloc_array(count, sizeof(keys[0]));
    memcpy(keys, app->approvals.ticks, count * sizeof(keys[0]));
    app_answer_ticked(app, keys, count, CALL_DENIED);
    mem_free(keys);
}

static void app_go_to_chosen(struct app *app)
{
    const struct call_facts *call = app_chosen_call(app);
    if (!app_is_asking(call))
        return;
    const call_key key = call->key;
    const chat_id chat = call->chat;
    app_close_overlay(app);
    if (app->page != PAGE_PANES && app_pane_number(app, chat) == 0)
        app_open_cell_of(app, chat);
    app->page = PAGE_PANES;
    app_focus_call(app, key);
    app_mark_all(app);
}

static void app_stop_chosen(struct app *app)
{
    const struct call_facts *call = app_chosen_call(app);
    if (call != NULL && call->state == CALL_RUNNING)
        engine_stop_call(app->engine, call->key);
    else
        app_notify(app, "that call does not run: n denies the ticked ones");
}

static void app_tick_every(struct app *app)
{
    const struct call_facts *calls;
    const size_t count = engine_get_calls(app->engine, &calls);
    for (size_t i = 0; i < count; i++) {
        if (app_is_asking(&calls[i]) && !app_has_tick(app, calls[i].key))
            app_tick_call(app, calls[i].key);
    }
    app_fill_approvals(app);
}

static void app_approvals_rune(struct app *app, uint32_t rune)
{
    const bool is_answer = rune == 'y' || rune == 'n';
    if (is_answer && app->approvals.tick_count == 0)
        app_notify(app, "tick calls first: Space the chosen one, + all");
    else if (rune == ' ')
        app_toggle_tick(app);
    else if (rune == '+')
        app_tick_every(app);
    else if (rune == 'y')
        app_open_confirmation(app);
    else if (rune == 'n')
        app_deny_ticked(app);
    else if (rune == 'x')
        app_stop_chosen(app);
    else if (rune == 'q')
        app_close_overlay(app);
}

void app_approvals_key(struct app *app, const struct key *key)
{
    if (app->approvals.is_confirming) {
        app_confirm_key(app, key);
        return;
    }
    if (clock_now_ms() < app->approvals.ready_ms)
        return;
    if (key->code == INPUT_RUNE && key->mods == 0)
        app_approvals_rune(app, key->rune);
    else if (key->code == INPUT_ENTER)
        app_go_to_chosen(app);
    else if (key->code == INPUT_UP || key->code == INPUT_WHEEL_UP)
        app_choose(app, -1);
    else if (key->code == INPUT_DOWN || key->code == INPUT_TAB ||
             key->code == INPUT_WHEEL_DOWN)
        app_choose(app, 1);
}

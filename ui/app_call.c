/*
 * Dialogs of tool calls: which one a pane shows, which one has the keys, and when its
 * keys begin to answer. Everything hangs from the call's key in the engine: a call that
 * waits no more cannot be answered, whatever is still on the screen.
 */
#include <string.h>

#include "src/base/clock.h"
#include "src/base/mem.h"
#include "ui/app_state.h"
#include "ui/view/pane_view.h"

/* Keys do nothing for so long after a dialog was shown: they were meant for what had the
 * keys before it. */
#define APP_CALL_REST_MS 400

/* The longest text that is edited in a dialog. */
#define APP_CALL_EDIT_MAX ((size_t)4 << 20)

/* --- Which calls there are --- */

static size_t app_get_calls(const struct app *app, const struct call_facts **calls)
{
    return engine_get_calls(app->engine, calls);
}

/* An answer is carried out from the loop: until then it asks by its state only. */
bool app_is_asking(const struct call_facts *call)
{
    return call != NULL && call->state == CALL_ASKING && call->decision == CALL_UNDECIDED;
}

size_t app_count_asking(const struct app *app)
{
    const struct call_facts *calls;
    const size_t count = app_get_calls(app, &calls);
    size_t asking = 0;
    for (size_t i = 0; i < count; i++)
        asking += app_is_asking(&calls[i]);
    return asking;
}

const struct call_facts *app_focused_call(const struct app *app)
{
    if (app->call.key == 0)
        return NULL;
    const struct call_facts *call = engine_find_call(app->engine, app->call.key);
    return app_is_asking(call) ? call : NULL;
}

const struct call_facts *app_pane_call(const struct app *app, chat_id chat)
{
    const struct call_facts *focused = app_focused_call(app);
    if (focused != NULL && focused->chat == chat)
        return focused;
    const struct call_facts *calls;
    const size_t count = app_get_calls(app, &calls);
    for (size_t i = 0; i < count; i++) {
        if (calls[i].chat == chat && app_is_asking(&calls[i]))
            return &calls[i];
    }
    return NULL;
}

static size_t app_find_pane(const struct app *app, chat_id chat)
{
    size_t index = 0;
    while (index < app->pane_count && app->panes[index].chat != chat)
        index++;
    return index;
}

/* --- Which one has the keys --- */

bool app_is_call_guarded(const struct app *app)
{
    return app->call.is_unseen || clock_now_ms() < app->call.ready_ms;
}

void app_guard_call(struct app *app)
{
    app->call.is_unseen = true;
    ev_timer_stop(app->loop, &app->call.ready_timer);
    app_mark_all(app);
}

void app_start_rest(struct app *app)
{
    struct ev_timer *timer = &app->call.ready_timer;
    ev_now_update(app->loop);
    ev_timer_stop(app->loop, timer);
    ev_timer_set(timer, (double)APP_CALL_REST_MS / 1000, 0.);
    ev_timer_start(app->loop, timer);
}

void app_call_is_shown(struct app *app)
{
    struct app_call *call = &app->call;
    if (call->key == 0 || app->overlay != OVERLAY_NONE)
        return;
    app_sight_is_shown(&call->sight);
    if (!call->is_unseen)
        return;
    call->is_unseen = false;
    call->ready_ms = clock_now_ms() + APP_CALL_REST_MS;
    app_start_rest(app);
}

/* The keys answer from now on, which the dialog says. */
static void app_on_call_ready(struct ev_loop *loop, struct ev_timer *timer, int events)
{
    (void)events;
    struct app *app = timer->data;
    const int64_t left_ms = app->call.ready_ms - clock_now_ms();
    if (left_ms > 0) {
        ev_timer_set(timer, (double)left_ms / 1000, 0.);
        ev_timer_start(loop, timer);
        return;
    }
    app_mark_all(app);
}

void app_set_call_error(struct app *app, const char *text)
{
    char *copy = mem_strdup(text);
    mem_free(app->call.error);
    app->call.error = copy;
    app_mark_all(app);
}

void app_focus_call(struct app *app, call_key key)
{
    struct app_call *call = &app->call;
    const struct call_facts *facts = key != 0 ? engine_find_call(app->engine, key) : NULL;
    const size_t index =
        facts != NULL ? app_find_pane(app, facts->chat) : app->pane_count;
    if (call->key != key)
        call->is_full = false;
    call->key = index < app->pane_count ? key : 0;
    call->stage = CALL_STAGE_KEYS;
    call->first = 0;
    call->with_twins = false;
    call->sight = (struct app_sight){.seen = 0};
    app_set_call_error(app, NULL);
    if (call->key == 0) {
        call->is_full = false;
        ev_timer_stop(app->loop, &call->ready_timer);
        return;
    }
    app->focused = index;
    app_guard_call(app);
}

bool app_step_call(struct app *app, int step)
{
    const struct call_facts *calls;
    const size_t count = app_get_calls(app, &calls);
    const chat_id chat = app->pane_count > 0 ? app->panes[app->focused].chat : 0;
    size_t start = count;
    for (size_t i = 0; i < count; i++) {
        const bool is_start =
            app->call.key != 0
                ? calls[i].key == app->call.key
                : calls[i].chat == chat && app_is_asking(&calls[i]) && start == count;
        if (is_start)
            start = i;
    }
    /* Without a dialog to go on from: the focused pane's, else the oldest. */
    if (app->call.key == 0 && start < count) {
        app_focus_call(app, calls[start].key);
        return true;
    }
    for (size_t i = 1; i <= count; i++) {
        const size_t at =
            start == count ? i - 1 : (step > 0 ? start + i : start + count - i) % count;
        /* A cell's call is answered in the list, or where the cell is a pane. */
        if (app_is_asking(&calls[at]) && calls[at].key != app->call.key &&
            app_find_pane(app, calls[at].chat) < app->pane_count) {
            app_focus_call(app, calls[at].key);
            return true;
        }
    }
    return false;
}

void app_settle_call(struct app *app, bool is_own_answer)
{
    if (app->call.key == 0 || app_focused_call(app) != NULL)
        return;
    app->call.is_full = false;
    if (app_step_call(app, 1))
        return;
    app_focus_call(app, 0);
    if (!is_own_answer)
        app->call.quiet_until_ms = clock_now_ms() + APP_CALL_REST_MS;
}

void app_on_call(struct app *app, const struct engine_event *event)
{
    app_refresh_approvals(app);
    if (event->change == CALL_CHANGE_PROGRESS)
        return;
    app_recheck_approvals(app, event->call);
    app->call.stamp++;
    /* It is another one now, and nobody has seen that yet. */
    if (event->call == app->call.key)
        app->call.sight = (struct app_sight){.seen = 0};
    if (!app->call.is_answering)
        app_settle_call(app, false);
    /* An answer for all would now be one for others. */
    if (app->call.with_twins)
        app_guard_call(app);
    /* Twins are counted in other panes' dialogs too. */
    app_mark_all(app);
}

/* --- Drawing --- */

/* "3 gpt asks · 12 s · 1 of 2". Caller frees. */
static char *app_describe_call(const struct app *app, size_t index,
                               const struct call_facts *call)
{
    const struct call_facts *calls;
    const call_key key = call->key;
    const int64_t waited_ms = clock_now_ms() - call->asked_ms;
    struct strbuf out;
    strbuf_init(&out, STRBUF_OWN_MAX);
    strbuf_append_format(&out, "%zu %s asks \xc2\xb7 %lld s", index + 1, call->model,
                         (long long)(waited_ms > 0 ? waited_ms / 1000 : 0));
    const size_t count = app_get_calls(app, &calls);
    size_t asking = 0;
    size_t place = 0;
    for (size_t i = 0; i < count; i++) {
        asking += app_is_asking(&calls[i]);
        if (calls[i].key == key)
            place = asking;
    }
    if (asking > 1)
        strbuf_append_format(&out, " \xc2\xb7 %zu of %zu", place, asking);
    return strbuf_take(&out);
}

struct call_texts app_call_texts(const struct call_facts *call)
{
    return (struct call_texts){
        .tool = call->tool,
        .title = call->title,
        .description = call->description,
        .origin = call->origin,
        .command = call->command,
        .sandbox = call->sandbox,
        .claims = call->claims,
        .arguments = call->arguments,
        .preview = call->preview,
        .rule = call->rule,
        .proposed = call->proposed,
        .call_id = call->call_id,
        .twin_count = call->twin_count,
        .is_edited = call->is_edited,
        .is_question = call->is_question,
    };
}

/* Fills the page for a width, unless it is. */
static void app_fill_page(const struct app *app, const struct call_facts *call,
                          struct call_page *page, int width, bool is_full)
{
    if (page->key == call->key && page->width == width && page->stamp == app->call.stamp)
        return;
    struct call_texts texts = app_call_texts(call);
    texts.with_twins = app->call.with_twins && call->key == app->call.key;
    call_sheet_fill(&page->sheet, &texts, width, is_full);
    page->key = call->key;
    page->width = width;
    page->stamp = app->call.stamp;
}

/* What a server asks stays in sight while the answer is written. */
static void app_fill_asked(struct app *app, const struct call_facts *call, int width,
                           struct call_view *view)
{
    if (app->call.stage != CALL_STAGE_EDIT || call->key != app->call.key ||
        !call->is_question)
        return;
    const struct call_texts texts = app_call_texts(call);
    call_sheet_fill_asked(&app->call.asked, &texts, width);
    view->asked = &app->call.asked;
}

static void app_fill_view(struct app *app, const struct call_facts *call, size_t index,
                          struct call_view *view)
{
    const bool has_keys = call->key == app->call.key && app->overlay == OVERLAY_NONE;
    const bool has_twins = call->twin_count > 0;
    const bool is_question = call->is_question;
    /* The facts live until the engine is asked again. */
    *view = (struct call_view){
        .tool = mem_strdup(call->tool),
        .origin = mem_strdup(call->origin),
        .head = app_describe_call(app, index, call),
        .way = app_say(app, "{approve}"),
        .stage = CALL_STAGE_SEEN,
        .edit = app->call.edit,
        .names = &app->call.names,
        .has_twins = has_twins,
        .is_question = is_question,
    };
    if (has_keys) {
        view->stage = app->call.stage;
        if (view->stage == CALL_STAGE_KEYS && app_is_call_guarded(app))
            view->stage = CALL_STAGE_GUARDED;
        view->error = app->call.error;
        view->has_others = app_count_asking(app) > 1;
    }
}

void app_clear_call_view(struct call_view *view)
{
    mem_free((char *)view->tool);
    mem_free((char *)view->origin);
    mem_free((char *)view->head);
}

bool app_fill_call_view(struct app *app, size_t index, struct call_view *view)
{
    struct pane *pane = &app->panes[index];
    const struct call_facts *call = app_pane_call(app, pane->chat);
    if (call == NULL)
        return false;
    const int width =
        call_view_sheet_width(pane_view_inner_width(app->tiling.rects[index]));
    app_fill_page(app, call, &pane->page, width, false);
    app_fill_view(app, app_pane_call(app, pane->chat), index, view);
    app_fill_asked(app, app_pane_call(app, pane->chat), width, view);
    view->sheet = &pane->page.sheet;
    if (view->stage != CALL_STAGE_SEEN && !app->call.is_full)
        app_begin_sight(&app->call.sight, view);
    return true;
}

void app_note_call_view(struct app *app, const struct call_view *view)
{
    /* Below the full view a pane's dialog shows nothing. */
    if (view->stage == CALL_STAGE_SEEN || view->is_full != app->call.is_full)
        return;
    app->call.is_line = view->is_line || view->drawn.height == 0;
    app_note_sight(&app->call.sight, view);
}

void app_paint_full_call(struct app *app, struct rect room)
{
    const struct call_facts *call = app_focused_call(app);
    if (call == NULL || !app->call.is_full || room.width <= 0)
        return;
    struct call_view view;
    const int width = call_view_sheet_width(room.width);
    app_fill_page(app, call, &app->call.page, width, true);
    app_fill_view(app, app_focused_call(app), app->focused, &view);
    app_fill_asked(app, app_focused_call(app), width, &view);
    view.sheet = &app->call.page.sheet;
    view.is_full = true;
    view.first = app->call.first;
    app_begin_sight(&app->call.sight, &view);
    call_view_draw(&view, app->canvas, room);
    app->call.first = view.first;
    app_note_call_view(app, &view);
    app_clear_call_view(&view);
}

/* --- Life --- */

void app_init_calls(struct app *app)
{
    app->call.edit = line_edit_new(APP_CALL_EDIT_MAX);
    app->call.stamp = 1;
    keymap_first_key(app->keymap, ACTION_SEND, MODE_TYPING, app->call.names.send);
    keymap_first_key(app->keymap, ACTION_NEWLINE, MODE_TYPING, app->call.names.newline);
    keymap_first_key(app->keymap, ACTION_EDITOR, MODE_TYPING, app->call.names.editor);
    sheet_init(&app->call.page.sheet);
    sheet_init(&app->call.asked);
    sheet_init(&app->approvals.sheet);
    ev_init(&app->call.ready_timer, app_on_call_ready);
    app->call.ready_timer.data = app;
}

void app_clear_calls(struct app *app)
{
    ev_timer_stop(app->loop, &app->call.ready_timer);
    sheet_clear(&app->call.page.sheet);
    sheet_clear(&app->call.asked);
    line_edit_free(app->call.edit);
    mem_free(app->call.began);
    mem_free(app->call.error);
}

/*
 * Life of the app, and frames: `is_dirty` says that a frame is due; it is made at once
 * for keys, and by the frame timer for what the engine reports.
 */
#include "ui/app.h"

#include <signal.h>
#include <string.h>

#include "src/base/clock.h"
#include "src/base/mem.h"
#include "src/base/text_list.h"
#include "src/engine/server_fetch.h"
#include "src/engine/session_keeper.h"
#include "ui/app_state.h"

/* The shortest time between two frames of streamed text: 60 a second for one stream. Each
 * further one adds some, down to 30 a second: a frame that brings more of each pane costs
 * fewer bytes, and many panes are not read word by word. */
#define APP_FRAME_MS      17
#define APP_FRAME_MORE_MS 2
#define APP_FRAME_MAX_MS  33

/* The longest text that may be written in the composer. */
#define APP_PROMPT_MAX ((size_t)16 << 20)

#define APP_HISTORY_MAX 1000

/* Frames. */

static int64_t app_frame_ms(const struct app *app)
{
    const size_t busy = engine_busy_count(app->engine);
    const size_t more = busy > 1 ? busy - 1 : 0;
    const int64_t ms = APP_FRAME_MS + (int64_t)more * APP_FRAME_MORE_MS;
    return ms < APP_FRAME_MAX_MS ? ms : APP_FRAME_MAX_MS;
}

static void app_plan_frame(struct app *app)
{
    if (ev_is_active(&app->frame_timer) || app->is_waiting_for_display ||
        app->canvas->width == 0)
        return;
    const int64_t since_ms = clock_now_ms() - app->last_frame_ms;
    const int64_t slow_ms = app->display.get_wait_ms(app->display.user);
    const int64_t frame_ms = app_frame_ms(app);
    int64_t wait_ms = since_ms >= frame_ms ? 0 : frame_ms - since_ms;
    if (wait_ms < slow_ms)
        wait_ms = slow_ms;
    /* The loop's idea of now may be old: the frame would come too early. */
    ev_now_update(app->loop);
    ev_timer_set(&app->frame_timer, (double)wait_ms / 1000, 0.);
    ev_timer_start(app->loop, &app->frame_timer);
}

/* The running seconds of waiting panes and the numbers of the connections are what a tick
 * is for; none of them shown, no tick. */
static void app_plan_tick(struct app *app)
{
    if (engine_busy_count(app->engine) == 0 && app->overlay != OVERLAY_CONNECTIONS)
        ev_timer_stop(app->loop, &app->tick_timer);
    else if (!ev_is_active(&app->tick_timer))
        ev_timer_again(app->loop, &app->tick_timer);
}

void app_draw_now(struct app *app)
{
    ev_timer_stop(app->loop, &app->frame_timer);
    if (!app->is_dirty || app->is_waiting_for_display || app->canvas->width == 0 ||
        app->exit_code >= 0)
        return;
    app_paint(app);
    app_update_title(app);
    app->is_waiting_for_display = !app->display.draw(app->display.user, app->canvas);
    if (app->is_waiting_for_display)
        return;
    app->is_dirty = false;
    app->last_frame_ms = clock_now_ms();
    app_call_is_shown(app);
    app_confirmation_is_shown(app);
    app_plan_tick(app);
}

static void app_on_frame(struct ev_loop *loop, struct ev_timer *timer, int events)
{
    (void)loop;
    (void)events;
    app_draw_now(timer->data);
}

void app_ready(struct app *app)
{
    if (!app->is_waiting_for_display)
        return;
    app->is_waiting_for_display = false;
    if (app->is_dirty)
        app_draw_now(app);
}

void app_mark(struct app *app)
{
    app->is_dirty = true;
    app_plan_frame(app);
}

void app_mark_all(struct app *app)
{
    app->is_dirty = true;
    app->is_all_dirty = true;
    app_plan_frame(app);
}

void app_mark_pane(struct app *app, chat_id chat)
{
    for (size_t i = 0; i < app->pane_count; i++) {
        if (app->panes[i].chat == chat)
            app->panes[i].is_dirty = true;
    }
    app->is_dirty = true;
    app_plan_frame(app);
}

static void app_on_tick(struct ev_loop *loop, struct ev_timer *timer, int events)
{
    (void)loop;
    (void)events;
    struct app *app = timer->data;
    for (size_t i = 0; i < app->pane_count; i++) {
        if (engine_is_busy(app->engine, app->panes[i].chat))
            app_mark_pane(app, app->panes[i].chat);
    }
    app_refresh_connections(app);
    app_refresh_wire(app, 0);
    app_refresh_approvals(app);
    app_matrix_tick(app);
    app_plan_tick(app);
}

/* The engine. */

static void app_follow_replay(struct app *app, const struct engine_event *event);

static void app_on_event(void *user, const struct engine_event *event)
{
    struct app *app = user;
    const bool is_of_cell = app_matrix_hear(app, event);
    app_race_hear(app, event);
    app_refresh_wire(app, event->chat);
    if (event->kind == EVENT_NOTICE || event->kind == EVENT_FALLBACK)
        app_notify(app, event->text);
    /* Of a run's many answers the last one is worth a call. */
    if (!is_of_cell || (event->kind == EVENT_DONE && engine_busy_count(app->engine) == 0))
        app_alert_on_event(app, event);
    if ((event->kind == EVENT_CHAT_OPENED || event->kind == EVENT_CHAT_CLOSED) &&
        engine_is_replaying(app->engine))
        app_follow_replay(app, event);
    if (event->kind == EVENT_MODELS)
        app_models_came(app);
    if (event->kind == EVENT_CALL)
        app_on_call(app, event);
    if (event->kind == EVENT_TOOLS)
        app_refresh_tools(app);
    if (event->kind == EVENT_MESSAGE_ADDED || event->kind == EVENT_DONE) {
        /* Stopped calls are gone without a word. */
        app->call.stamp++;
        app_settle_call(app, false);
    }
    if (event->kind == EVENT_DONE) {
        app_check_schema(app, event->chat);
        app_refresh_connections(app);
        app_refresh_approvals(app);
        app_refresh_tool_calls(app);
    }
    /* A cell marks itself; it may be a pane as well. */
    if (!is_of_cell || app->page == PAGE_PANES)
        app_mark_pane(app, event->chat);
}

/* Panes. */

struct pane *app_focused_pane(struct app *app)
{
    return app->pane_count > 0 ? &app->panes[app->focused] : NULL;
}

struct pane *app_add_pane(struct app *app, chat_id chat)
{
    if (app->pane_count == APP_PANE_MAX) {
        app_notify(app, "there is no room for more than 16 panes: close one first");
        return NULL;
    }
    struct pane *pane = &app->panes[app->pane_count];
    *pane = (struct pane){.transcript = transcript_new(), .is_ticked = true};
    sheet_init(&pane->page.sheet);
    pane->chat = chat;
    pane->opened = app->opened_count++;
    app->pane_count++;
    app_mark_all(app);
    return pane;
}

bool app_open_pane(struct app *app, const struct chat_setup *setup)
{
    struct pane *pane = app_add_pane(app, 0);
    if (pane != NULL)
        pane->chat = engine_open(app->engine, setup);
    return pane != NULL;
}

static void pane_clear(struct pane *pane)
{
    transcript_free(pane->transcript);
    sheet_clear(&pane->page.sheet);
    mem_free(pane->label);
    texts_free(pane->tools);
    mem_free(pane->schema);
}

void app_drop_last_pane(struct app *app)
{
    pane_clear(&app->panes[--app->pane_count]);
    app_mark_all(app);
}

void app_renew_pane(struct pane *pane, chat_id chat)
{
    const struct pane old = *pane;
    *pane = (struct pane){.chat = chat,
                          .transcript = transcript_new(),
                          .label = mem_strdup(old.label),
                          .opened = old.opened,
                          .is_ticked = old.is_ticked,
                          .is_raw = old.is_raw};
    sheet_init(&pane->page.sheet);
    struct pane gone = old;
    pane_clear(&gone);
}

void app_drop_panes(struct app *app)
{
    for (size_t i = 0; i < app->pane_count; i++) {
        if (!app_matrix_keeps(app, &app->panes[i]))
            engine_close(app->engine, app->panes[i].chat);
        pane_clear(&app->panes[i]);
    }
    app->pane_count = 0;
    app->focused = 0;
    app->is_zoomed = false;
}

void app_close_pane(struct app *app, size_t index)
{
    struct pane *pane = &app->panes[index];
    const chat_id chat = pane->chat;
    app_forget_drafts(app, chat);
    const bool is_kept = app_matrix_keeps(app, pane);
    /* When the engine tells of the end, the pane is nobody's any more. */
    pane->chat = 0;
    if (!is_kept)
        engine_close(app->engine, chat);
    pane_clear(pane);
    app->pane_count--;
    memmove(pane, pane + 1, (app->pane_count - index) * sizeof(*pane));
    if (app->focused > index || app->focused == app->pane_count)
        app->focused -= app->focused > 0;
    if (app->pane_count <= 1)
        app->is_zoomed = false;
    app_settle_call(app, false);
    app_refresh_approvals(app);
    app_mark_all(app);
}

/* Chats of a recording come and go by themselves. */
static void app_follow_replay(struct app *app, const struct engine_event *event)
{
    if (event->kind == EVENT_CHAT_OPENED) {
        app_add_pane(app, event->chat);
        return;
    }
    for (size_t i = 0; i < app->pane_count && event->chat != 0; i++) {
        if (app->panes[i].chat == event->chat) {
            app_close_pane(app, i);
            return;
        }
    }
}

/* Life. */

void app_notify(struct app *app, const char *text)
{
    char *copy = mem_strdup(text);
    mem_free(app->notice);
    app->notice = copy;
    app_mark_all(app);
}

void app_quit(struct app *app, int exit_code)
{
    app->exit_code = exit_code;
    ev_break(app->loop, EVBREAK_ALL);
}

int app_exit_code(const struct app *app)
{
    return app->exit_code;
}

const char *app_refusal(const struct app *app)
{
    return app->refusal;
}

static void app_on_signal(struct ev_loop *loop, struct ev_signal *watcher, int events)
{
    (void)loop;
    (void)events;
    app_quit(watcher->data, 128 + watcher->signum);
}

static void app_start_watchers(struct app *app)
{
    static const int signums[] = {SIGTERM, SIGHUP, SIGINT};
    ev_init(&app->frame_timer, app_on_frame);
    ev_init(&app->tick_timer, app_on_tick);
    app->tick_timer.repeat = 1.;
    app->frame_timer.data = app->tick_timer.data = app;
    for (size_t i = 0; i < 3; i++) {
        ev_signal_init(&app->signals[i], app_on_signal, signums[i]);
        app->signals[i].data = app;
        ev_signal_start(app->loop, &app->signals[i]);
    }
}

void app_renew_drafts(struct app *app)
{
    composer_view_forget(&app->composer);
    draft_set_free(app->drafts);
    app_init_drafts(app, APP_PROMPT_MAX);
    history_stop(app->history);
    app->edited_message = 0;
}

static void app_load_history(struct app *app)
{
    struct error err = {ERROR_NONE, NULL};
    app->history = history_new(APP_HISTORY_MAX);
    if (app->options.history_path == NULL ||
        history_load(app->history, app->options.history_path, &err))
        return;
    app_notify(app, error_text(&err));
    error_clear(&err);
}

void app_reload_history(struct app *app)
{
    history_free(app->history);
    app_load_history(app);
}

/* What could not be saved when it was sent gets another chance. */
static void app_close_history(struct app *app)
{
    if (app_history_path(app) != NULL)
        history_save(app->history, app->options.history_path, NULL);
    history_free(app->history);
}

/* The session that was asked for, or a pane for each chat. */
static void app_open_first(struct app *app)
{
    struct error err = {ERROR_NONE, NULL};
    if (app->options.session != 0 && app_open_session(app, app->options.session, &err))
        return;
    for (size_t i = 0; i < app->options.chat_count; i++)
        app_open_pane(app, &app->options.chats[i]);
    app_layout_recall(app);
    if (err.class != ERROR_NONE && app->pane_count == 0) {
        app->refusal = mem_strdup(error_text(&err));
        app_quit(app, EXIT_CODE_USAGE);
    } else if (err.class != ERROR_NONE) {
        app_notify(app, error_text(&err));
    }
    error_clear(&err);
}

struct app *app_new(const struct app_options *options, const struct display *display)
{
    struct app *app = mem_alloc(sizeof(*app));
    app->options = *options;
    app->display = *display;
    app->loop = options->loop;
    app->engine = options->engine;
    app->uses_mouse = options->use_mouse;
    app->exit_code = -1;
    app->canvas = canvas_new(0, 0);
    app_init_drafts(app, APP_PROMPT_MAX);
    app->filter = line_edit_new(1000);
    app_init_keys(app);
    app_init_hints(app);
    app_init_calls(app);
    app_init_theme(app);
    app_init_alert(app);
    app_init_reading(app);
    sheet_init(&app->form.preview);
    sheet_init(&app->matrix.answer);
    app_init_wire(app);
    app_init_race(app);
    app_start_watchers(app);
    app_load_history(app);
    engine_listen(app->engine, app_on_event, app);
    app_init_keep(app);
    app_init_sessions(app);
    app_open_first(app);
    if (options->draft != NULL)
        line_edit_set_text(app->edit, options->draft, strlen(options->draft));
    if (options->notice != NULL && app->notice == NULL)
        app_notify_keys(app, options->notice);
    return app;
}

void app_free(struct app *app)
{
    if (app == NULL)
        return;
    engine_listen(app->engine, NULL, NULL);
    ev_timer_stop(app->loop, &app->frame_timer);
    ev_timer_stop(app->loop, &app->tick_timer);
    for (size_t i = 0; i < 3; i++)
        ev_signal_stop(app->loop, &app->signals[i]);
    app_clear_keep(app);
    app_clear_sessions(app);
    if (app->options.keeper == NULL || !session_keeper_is_temporary(app->options.keeper))
        app_layout_keep(app);
    app_layout_clear(app);
    app_clear_matrix(app);
    app_clear_form(app);
    app_stop_server_prompt(app);
    app_clear_reading(app);
    app_clear_wire(app);
    app_clear_race(app);
    for (size_t i = 0; i < app->pane_count; i++)
        pane_clear(&app->panes[i]);
    server_fetch_free(app->fetch);
    mem_free(app->fetch_text);
    mem_free(app->refusal);
    app_clear_editor(app);
    app_clear_calls(app);
    app_clear_approvals(app);
    app_clear_theme(app);
    app_clear_alert(app);
    app_close_history(app);
    composer_view_forget(&app->composer);
    draft_set_free(app->drafts);
    app_clear_complete(app);
    line_edit_free(app->filter);
    app_clear_hints(app);
    app_clear_keys(app);
    canvas_free(app->canvas);
    app_clear_list(app);
    mem_free(app->list_rows);
    mem_free(app->notice);
    mem_free(app->recalled);
    mem_free(app);
}

void app_resize(struct app *app, int width, int height)
{
    canvas_resize(app->canvas, width, height);
    app->is_waiting_for_display = false;
    app_mark_all(app);
    /* The help is wrapped to the width; it begins anew. */
    if (app->overlay == OVERLAY_HELP)
        app_open_help(app);
    if (app->overlay == OVERLAY_PALETTE)
        app_fill_palette(app);
    app_wrap_output(app);
    if (app->options.sends_draft && !app->has_sent_draft) {
        /* Storing it takes a moment: there is something to see before. */
        app_draw_now(app);
        app->has_sent_draft = true;
        app->is_sending_draft = true;
        app_send_text(app, false);
        app->is_sending_draft = false;
    }
    app_draw_now(app);
}

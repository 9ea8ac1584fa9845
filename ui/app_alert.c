/* What comes too soon waits for its turn; of several the last one is said, but a call
 * that waits for an answer goes before answers. */
#include "ui/app_alert.h"

#include "src/base/clock.h"
#include "src/base/mem.h"
#include "src/engine/session_keeper.h"
#include "ui/app_state.h"

/* The shortest time between two calls. */
#define APP_ALERT_MS 3000

static void app_say_pending(struct app *app)
{
    struct app_alert *alert = &app->alert;
    if (alert->pending != NULL && alert->is_unfocused) {
        app->display.notify(app->display.user, alert->pending);
        alert->last_ms = clock_now_ms();
    }
    mem_free(alert->pending);
    alert->pending = NULL;
    alert->is_urgent = false;
}

static void on_alert_timer(struct ev_loop *loop, struct ev_timer *timer, int events)
{
    (void)loop;
    (void)events;
    app_say_pending(timer->data);
}

void app_init_alert(struct app *app)
{
    ev_init(&app->alert.timer, on_alert_timer);
    app->alert.timer.data = app;
}

void app_clear_alert(struct app *app)
{
    ev_timer_stop(app->loop, &app->alert.timer);
    mem_free(app->alert.pending);
}

void app_set_focus(struct app *app, bool is_unfocused)
{
    app->alert.is_unfocused = is_unfocused;
    if (is_unfocused)
        return;
    ev_timer_stop(app->loop, &app->alert.timer);
    app_say_pending(app); /* drops it */
}

/* Takes the text. */
static void app_alert(struct app *app, char *text, bool is_urgent)
{
    struct app_alert *alert = &app->alert;
    if (alert->is_urgent && !is_urgent) {
        mem_free(text);
        return;
    }
    mem_free(alert->pending);
    alert->pending = text;
    alert->is_urgent = is_urgent;
    const int64_t since_ms = clock_now_ms() - alert->last_ms;
    if (alert->last_ms == 0 || since_ms >= APP_ALERT_MS) {
        app_say_pending(app);
    } else if (!ev_is_active(&alert->timer)) {
        ev_now_update(app->loop);
        ev_timer_set(&alert->timer, (double)(APP_ALERT_MS - since_ms) / 1000, 0.);
        ev_timer_start(app->loop, &alert->timer);
    }
}

static void app_alert_done(struct app *app, const struct engine_event *event)
{
    const struct chat_setup *setup = engine_get_setup(app->engine, event->chat);
    const struct chat *chat = engine_get_chat(app->engine, event->chat);
    const struct message *answer =
        chat != NULL ? chat_last_by(chat, MESSAGE_ASSISTANT) : NULL;
    if (setup == NULL || answer == NULL || answer->facts.finish == FINISH_CANCELLED)
        return; /* whoever stopped it is here */
    const bool is_failed = answer->facts.error.class != ERROR_NONE;
    const char *rest = engine_busy_count(app->engine) == 0 && app->pane_count > 1
                           ? ", all are there"
                           : "";
    app_alert(app,
              strbuf_format("%s: %s%s", setup->model, is_failed ? "failed" : "done",
                            is_failed ? "" : rest),
              false);
}

void app_alert_on_event(struct app *app, const struct engine_event *event)
{
    if (!app->alert.is_unfocused)
        return;
    const struct call_facts *call =
        event->kind == EVENT_CALL ? engine_find_call(app->engine, event->call) : NULL;
    if (event->kind == EVENT_DONE)
        app_alert_done(app, event);
    else if (call != NULL && event->change == CALL_CHANGE_ASKED)
        app_alert(app, strbuf_format("%s wants to call %s", call->model, call->tool),
                  true);
}

void app_update_title(struct app *app)
{
    const size_t asking = app_count_asking(app);
    size_t streaming = 0;
    for (size_t i = 0; i < app->pane_count; i++) {
        const struct turn_status turn = engine_get_turn(app->engine, app->panes[i].chat);
        streaming += turn.state != TURN_IDLE && turn.state != TURN_APPROVAL;
    }
    struct strbuf title;
    strbuf_init(&title, STRBUF_OWN_MAX);
    strbuf_append_text(&title, "motet");
    const char *name =
        app->options.keeper != NULL ? session_keeper_title(app->options.keeper) : NULL;
    if (name != NULL)
        strbuf_append_format(&title, " \xc2\xb7 %s", name);
    if (streaming > 0)
        strbuf_append_format(&title, ": %zu streaming", streaming);
    if (asking > 0)
        strbuf_append_format(&title, "%s %zu to approve",
                             streaming > 0 ? " \xc2\xb7" : ":", asking);
    app->display.set_title(app->display.user, strbuf_text(&title));
    strbuf_clear(&title);
}

/*
 * Names are looked up with every letter, which is a matter of a few rows. What was said
 * is searched after a short pause, so that a full text search never stands between a key
 * and its echo; what it finds is listed below the names, which do not move.
 */
#include "ui/app_sessions.h"

#include <string.h>
#include <time.h>

#include "src/base/clock.h"
#include "src/base/mem.h"
#include "src/chat/branch.h"
#include "src/engine/engine_tree.h"
#include "src/engine/session_keeper.h"
#include "ui/app_state.h"
#include "ui/view/transcript_choose.h"

#define SESSIONS_PAUSE_SECONDS 0.15
#define SESSIONS_ROWS_MAX      200
#define SESSIONS_HITS_MAX      50
#define SESSIONS_WHEN_WIDTH    7

/* What begins and ends a found word in a snippet. */
#define HIT_BEGIN '\x01'
#define HIT_END   '\x02'

static const char sessions_hint[] =
    " Enter opens, Ctrl-E rename, Ctrl-T tags, Ctrl-X remove, Esc ";

/* --- Rows -------------------------------------------------------------------------- */

static void sessions_add(struct app *app, struct session_place place, char *left,
                         char *right)
{
    struct app_sessions *sessions = &app->sessions;
    sessions->places = mem_grow(sessions->places, &sessions->cap, sessions->count + 1,
                                sizeof(sessions->places[0]));
    sessions->places[sessions->count++] = place;
    app_add_row(app, left, right);
}

/* A time in few letters: of today the hour, of this year the day, else the year. Caller
 * frees. */
static char *sessions_when(int64_t ms)
{
    const time_t then = (time_t)(ms / 1000);
    const time_t now = (time_t)clock_wall_seconds();
    struct tm that;
    struct tm today;
    char text[16];
    if (localtime_r(&then, &that) == NULL || localtime_r(&now, &today) == NULL)
        return mem_strdup("");
    size_t len;
    if (that.tm_year != today.tm_year)
        len = strftime(text, sizeof(text), "%Y", &that);
    else if (that.tm_yday != today.tm_yday)
        len = strftime(text, sizeof(text), "%e %b", &that);
    else
        len = strftime(text, sizeof(text), "%H:%M", &that);
    return mem_strndup(text, len);
}

static void sessions_add_session(struct app *app, const struct session_row *row)
{
    const bool is_open = row->id == session_keeper_current(app->options.keeper);
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    strbuf_append_format(&text, "%s%s", is_open ? "\xe2\x97\x8f " : "",
                         row->title != NULL ? row->title : "(without a name)");
    /* What is open here is still coming. */
    if (row->is_interrupted && !is_open)
        strbuf_append_text(&text, " \xc2\xb7 ! interrupted");
    if (row->tags != NULL && row->tags[0] != '\0')
        strbuf_append_format(&text, " \xc2\xb7 #%s", row->tags);
    if (row->models != NULL && row->models[0] != '\0')
        strbuf_append_format(&text, " \xc2\xb7 %s", row->models);
    sessions_add(app, (struct session_place){.session = row->id},
                 sessions_when(row->updated_ms), strbuf_take(&text));
}

/* The snippet in one line, with the first found word marked. */
static void sessions_add_hit(struct app *app, const struct session_hit *hit)
{
    size_t mark_start = 0;
    size_t mark_len = 0;
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    strbuf_append_format(&text, "%s: ", hit->title != NULL ? hit->title : "");
    for (const char *at = hit->snippet; *at != '\0'; at++) {
        if (*at == HIT_BEGIN)
            mark_start = mark_start == 0 ? text.len : mark_start;
        else if (*at == HIT_END)
            mark_len = mark_len == 0 ? text.len - mark_start : mark_len;
        else
            strbuf_append(&text, *at == '\n' || *at == '\t' ? " " : at, 1);
    }
    sessions_add(app, (struct session_place){hit->session, hit->chat, hit->message},
                 sessions_when(hit->created_ms), strbuf_take(&text));
    app->list_rows[app->list_row_count - 1].mark_start = mark_start;
    app->list_rows[app->list_row_count - 1].mark_len = mark_len;
}

static void sessions_add_heading(struct app *app, const char *text)
{
    sessions_add(app, (struct session_place){.session = -1}, NULL, mem_strdup(text));
}

/* Appends what was said that has the words in it. */
static void sessions_search(struct app *app)
{
    struct session_hit *hits;
    size_t count;
    struct error err = {ERROR_NONE, NULL};
    if (session_keeper_search(app->options.keeper, line_edit_text(app->filter),
                              SESSIONS_HITS_MAX, &hits, &count, &err)) {
        if (count > 0)
            sessions_add_heading(app, "in what was said");
        for (size_t i = 0; i < count; i++)
            sessions_add_hit(app, &hits[i]);
        session_hits_free(hits, count);
    }
    error_clear(&err);
    if (app->list.selected >= app->sessions.count ||
        app->sessions.places[app->list.selected].session < 0)
        app->list.selected = app->list_row_count > 1 ? 1 : 0;
    app_show_list(app);
}

static void sessions_fill(struct app *app)
{
    const char *words = line_edit_text(app->filter);
    struct session_row *rows;
    size_t count;
    struct error err = {ERROR_NONE, NULL};
    app_clear_list(app);
    app->sessions.count = 0;
    if (words[0] == '\0')
        sessions_add(app, (struct session_place){.session = 0}, mem_strdup("new"),
                     mem_strdup("begin a new session with the same models"));
    if (session_keeper_list(app->options.keeper, words[0] != '\0' ? words : NULL, NULL,
                            SESSIONS_ROWS_MAX, &rows, &count, &err)) {
        for (size_t i = 0; i < count; i++)
            sessions_add_session(app, &rows[i]);
        session_rows_free(rows, count);
    } else {
        sessions_add_heading(app, error_text(&err));
    }
    error_clear(&err);
    if (app->list_row_count == 0)
        sessions_add_heading(app, "no session is called so");
    app->list.selected = words[0] == '\0' && count > 0 ? 1 : 0;
    app->list.first = 0;
    app->list.input = words;
    app->list.title = " sessions, the newest first ";
    app->list.hint = sessions_hint;
    app_show_list(app);
}

static void on_pause(struct ev_loop *loop, struct ev_timer *timer, int events)
{
    (void)loop;
    (void)events;
    struct app *app = timer->data;
    if (app->overlay == OVERLAY_SESSIONS && app->sessions.task == SESSIONS_FIND)
        sessions_search(app);
}

void app_init_sessions(struct app *app)
{
    ev_init(&app->sessions.pause, on_pause);
    app->sessions.pause.data = app;
}

void app_clear_sessions(struct app *app)
{
    ev_timer_stop(app->loop, &app->sessions.pause);
    mem_free(app->sessions.places);
    mem_free(app->sessions.sought);
}

void app_refill_sessions(struct app *app)
{
    struct app_sessions *sessions = &app->sessions;
    ev_timer_stop(app->loop, &sessions->pause);
    app->list.input = line_edit_text(app->filter);
    if (sessions->task != SESSIONS_FIND) {
        app_mark_all(app);
        return;
    }
    sessions_fill(app);
    if (line_edit_len(app->filter) == 0)
        return;
    ev_now_update(app->loop);
    ev_timer_set(&sessions->pause, SESSIONS_PAUSE_SECONDS, 0.);
    ev_timer_start(app->loop, &sessions->pause);
}

static void sessions_open_box(struct app *app)
{
    if (app->options.keeper == NULL) {
        app_notify(app, "sessions are not kept here");
        return;
    }
    app->overlay = OVERLAY_SESSIONS;
    app->sessions.task = SESSIONS_FIND;
    app->sessions.removed = 0;
    line_edit_reset(app->filter);
    app->list = (struct list_view){.left_width = SESSIONS_WHEN_WIDTH};
    /* The newest words are to be found too. */
    session_keeper_flush(app->options.keeper);
    sessions_fill(app);
}

/* --- Opening ----------------------------------------------------------------------- */

/* True if nothing runs, or a second press says that it may be stopped. */
static bool sessions_may_leave(struct app *app)
{
    if (engine_busy_count(app->engine) == 0)
        return true;
    return app_is_confirmed(app, ACTION_SESSIONS,
                            "answers are still coming and would be stopped: press again");
}

/* Goes to a message of a chat that has a pane; `position` counts the chats. */
static void sessions_go_to(struct app *app, const struct session_place *place)
{
    struct session session;
    struct error err = {ERROR_NONE, NULL};
    size_t rank = 0;
    bool is_found = false;
    if (place->chat == 0 ||
        !session_keeper_read(app->options.keeper, place->session, &session, &err)) {
        error_clear(&err);
        return;
    }
    for (size_t i = 0; i < session.chat_count && !is_found; i++) {
        is_found = session.chats[i].id == place->chat;
        rank += !is_found && !session.chats[i].is_closed;
    }
    session_clear(&session);
    for (size_t i = 0; is_found && i < app->pane_count; i++) {
        if (app_rank_of(app, i) != rank)
            continue;
        app->focused = i;
        engine_go_to_branch(app->engine, app->panes[i].chat, place->message, NULL);
        transcript_choose(app->panes[i].transcript, place->message);
    }
}

static void sessions_take(struct app *app)
{
    struct error err = {ERROR_NONE, NULL};
    if (app->list.selected >= app->sessions.count)
        return;
    const struct session_place place = app->sessions.places[app->list.selected];
    const bool is_open = place.session == session_keeper_current(app->options.keeper);
    if (place.session < 0 || (!is_open && !sessions_may_leave(app)))
        return;
    app->armed = ACTION_NONE;
    app_close_overlay(app);
    if (place.session == 0)
        app_begin_session(app);
    else if (!is_open && !app_open_session(app, place.session, &err))
        app_notify(app, error_text(&err));
    else
        sessions_go_to(app, &place);
    error_clear(&err);
    app_mark_all(app);
}

/* --- Changing ---------------------------------------------------------------------- */

/* The chosen session; 0 if the row is none. */
static int64_t sessions_chosen(const struct app *app)
{
    const struct app_sessions *sessions = &app->sessions;
    const size_t selected = app->list.selected;
    return selected < sessions->count && sessions->places[selected].session > 0
               ? sessions->places[selected].session
               : 0;
}

static void sessions_begin_change(struct app *app, enum sessions_task task)
{
    struct app_sessions *sessions = &app->sessions;
    const int64_t chosen = sessions_chosen(app);
    if (chosen == 0)
        return;
    char *sought = mem_strdup(line_edit_text(app->filter));
    mem_free(sessions->sought);
    sessions->sought = sought;
    sessions->subject = chosen;
    sessions->task = task;
    ev_timer_stop(app->loop, &sessions->pause);
    line_edit_reset(app->filter);
    app->list.title = task == SESSIONS_RENAME ? " how is this session to be called? "
                                              : " tags to add; -tag takes one away ";
    app->list.hint = " Enter takes it, Esc goes back ";
    app->list.input = line_edit_text(app->filter);
    app_mark_all(app);
}

/* Goes back to what was looked for. */
static void sessions_end_change(struct app *app)
{
    app->sessions.task = SESSIONS_FIND;
    line_edit_set_text(app->filter, app->sessions.sought, strlen(app->sessions.sought));
    app_refill_sessions(app);
    for (size_t i = 0; i < app->sessions.count; i++) {
        if (app->sessions.places[i].session == app->sessions.subject)
            app->list.selected = i;
    }
}

static void sessions_change(struct app *app)
{
    struct app_sessions *sessions = &app->sessions;
    struct error err = {ERROR_NONE, NULL};
    const char *text = line_edit_text(app->filter);
    const bool ok =
        sessions->task == SESSIONS_RENAME
            ? session_keeper_rename(app->options.keeper, sessions->subject, text, &err)
            : session_keeper_tag(app->options.keeper, sessions->subject, text, &err);
    if (!ok)
        app_notify(app, error_text(&err));
    error_clear(&err);
    sessions_end_change(app);
}

static void sessions_remove(struct app *app)
{
    struct error err = {ERROR_NONE, NULL};
    const int64_t chosen = sessions_chosen(app);
    if (chosen == 0)
        return;
    if (app->sessions.removed != chosen) {
        app->sessions.removed = chosen;
        app_notify(app, chosen == session_keeper_current(app->options.keeper)
                            ? "press again to remove this session: what is open goes on "
                              "without being kept"
                            : "press again to remove this session for good");
        return;
    }
    if (session_keeper_remove(app->options.keeper, chosen, &err))
        session_keeper_flush(app->options.keeper);
    else
        app_notify(app, error_text(&err));
    error_clear(&err);
    const size_t selected = app->list.selected;
    app_refill_sessions(app);
    app->list.selected =
        selected < app->list_row_count ? selected : app->list_row_count - 1;
}

/* --- Keys -------------------------------------------------------------------------- */

/* Headings are stepped over. */
static void sessions_step(struct app *app, int step)
{
    const size_t before = app->list.selected;
    app_choose(app, step);
    if (app->list.selected < app->list_row_count &&
        app->list_rows[app->list.selected].left == NULL)
        app_choose(app, step);
    if (app->list.selected < app->list_row_count &&
        app->list_rows[app->list.selected].left == NULL)
        app->list.selected = before;
}

static void sessions_change_key(struct app *app, const struct key *key)
{
    if (key->code == INPUT_ESC || key_is_ctrl(key, 'c'))
        sessions_end_change(app);
    else if (key->code == INPUT_ENTER)
        sessions_change(app);
    else
        app_filter_key(app, key);
}

bool app_sessions_key(struct app *app, const struct key *key)
{
    int step = app_choice_step(app, key);
    if (app->sessions.task != SESSIONS_FIND) {
        sessions_change_key(app, key);
        return true;
    }
    if (key->code == INPUT_ESC || key_is_ctrl(key, 'c'))
        return false;
    const bool is_removal = key_is_ctrl(key, 'x') || key->code == INPUT_DELETE;
    if (!is_removal)
        app->sessions.removed = 0;
    if (key->code == INPUT_ENTER)
        sessions_take(app);
    else if (key_is_ctrl(key, 'o'))
        app_close_overlay(app);
    else if (key_is_ctrl(key, 'e') || key_is_ctrl(key, 't'))
        sessions_begin_change(app,
                              key_is_ctrl(key, 'e') ? SESSIONS_RENAME : SESSIONS_TAG);
    else if (is_removal)
        sessions_remove(app);
    else if (step == 0)
        app_filter_key(app, key);
    for (; step < 0; step++)
        sessions_step(app, -1);
    for (; step > 0; step--)
        sessions_step(app, 1);
    return true;
}

/* --- Actions ----------------------------------------------------------------------- */

static void sessions_flip_temporary(struct app *app)
{
    struct session_keeper *keeper = app->options.keeper;
    if (keeper == NULL) {
        app_notify(app, "sessions are not kept here");
        return;
    }
    const bool is_temporary = session_keeper_is_temporary(keeper);
    if (!is_temporary && session_keeper_current(keeper) != 0 &&
        !app_is_confirmed(app, ACTION_TEMPORARY,
                          "what is stored of this session is removed: press again"))
        return;
    app->armed = ACTION_NONE;
    app_set_temporary(app, !is_temporary);
    app_notify(app, is_temporary ? "this session is kept again"
                                 : "temporary: nothing of this session is kept");
}

void app_act_on_sessions(struct app *app, enum action action)
{
    if (action == ACTION_SESSIONS) {
        sessions_open_box(app);
    } else if (action == ACTION_TEMPORARY) {
        sessions_flip_temporary(app);
    } else if (engine_busy_count(app->engine) == 0 ||
               app_is_confirmed(app, ACTION_SESSION_NEW,
                                "answers are still coming and would be stopped: press "
                                "again")) {
        app->armed = ACTION_NONE;
        app_begin_session(app);
    }
}

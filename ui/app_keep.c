/*
 * A key may change the layout or a text; a moment later both are written down as words
 * and, if they are other ones than before, handed to the keeper, which stores them with
 * its next write. So holding a key down costs one comparison every tenth of a second.
 */
#include "ui/app_keep.h"

#include <string.h>

#include "src/base/mem.h"
#include "src/engine/engine_tree.h"
#include "src/engine/session_keeper.h"
#include "ui/app_state.h"
#include "ui/session_words.h"

#define KEEP_SECONDS 0.1

/* --- Telling ----------------------------------------------------------------------- */

static bool app_pane_is_kept(const struct app *app, const struct pane *pane)
{
    const struct chat_setup *setup = engine_get_setup(app->engine, pane->chat);
    return setup != NULL && !setup->is_unkept;
}

/* The kept panes in the order in which they were opened. */
static struct session_ranks app_ranks(const struct app *app)
{
    struct session_ranks ranks = {.count = 0};
    const struct pane *last = NULL;
    for (;;) {
        const struct pane *next = NULL;
        for (size_t i = 0; i < app->pane_count; i++) {
            const struct pane *pane = &app->panes[i];
            if ((last == NULL || pane->opened > last->opened) &&
                (next == NULL || pane->opened < next->opened))
                next = pane;
        }
        if (next == NULL)
            return ranks;
        if (app_pane_is_kept(app, next))
            ranks.chats[ranks.count++] = next->chat;
        last = next;
    }
}

size_t app_rank_of(const struct app *app, size_t pane)
{
    const struct session_ranks ranks = app_ranks(app);
    size_t rank = 0;
    while (rank < ranks.count && ranks.chats[rank] != app->panes[pane].chat)
        rank++;
    return rank;
}

static const struct pane *app_pane_of(const struct app *app, chat_id chat)
{
    for (size_t i = 0; i < app->pane_count; i++) {
        if (app->panes[i].chat == chat)
            return &app->panes[i];
    }
    return NULL;
}

/* Takes `text`; true if it is another one than `*told`, which it becomes. */
static bool keep_news(char **told, char *text)
{
    if (*told != NULL && strcmp(*told, text) == 0) {
        mem_free(text);
        return false;
    }
    mem_free(*told);
    *told = text;
    return true;
}

static void app_keep_layout(struct app *app, const struct session_ranks *ranks)
{
    struct session_panes panes = {.unticked = 0};
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    app_layout_describe(app, &panes.layout);
    for (size_t i = 0; i < ranks->count; i++) {
        if (!app_pane_of(app, ranks->chats[i])->is_ticked)
            panes.unticked |= (uint64_t)1 << i;
    }
    session_panes_write(&panes, &text);
    session_panes_clear(&panes);
    if (keep_news(&app->keep.layout, strbuf_take(&text)))
        session_keeper_set_layout(app->options.keeper, app->keep.layout);
}

/* All texts that say something. */
static void app_keep_drafts(struct app *app, const struct session_ranks *ranks)
{
    struct session list;
    struct draft_look look;
    struct strbuf all;
    session_init(&list);
    strbuf_init(&all, (size_t)1 << 30);
    for (size_t i = 0; draft_set_look(app->drafts, i, &look); i++) {
        if (line_edit_len(look.edit) == 0 && look.target->edited_message == 0)
            continue;
        struct strbuf target;
        strbuf_init(&target, STRBUF_OWN_MAX);
        session_draft_write(look.place, look.target, ranks, &target);
        struct session_draft *draft = session_add_draft(&list);
        draft->target = strbuf_take(&target);
        draft->text = mem_strdup(line_edit_text(look.edit));
        strbuf_append_format(&all, "%s\n", draft->target);
        strbuf_append_text(&all, draft->text);
    }
    if (keep_news(&app->keep.drafts, strbuf_take(&all)))
        session_keeper_set_drafts(app->options.keeper, list.drafts, list.draft_count);
    session_clear(&list);
}

static void app_keep_labels(struct app *app)
{
    for (size_t i = 0; i < app->pane_count; i++) {
        struct pane *pane = &app->panes[i];
        if (pane->label == NULL || pane->is_label_kept || !app_pane_is_kept(app, pane))
            continue;
        session_keeper_set_label(app->options.keeper, pane->chat, pane->label);
        pane->is_label_kept = true;
    }
}

static void app_keep_now(struct app *app)
{
    ev_timer_stop(app->loop, &app->keep.timer);
    if (app->options.keeper == NULL)
        return;
    const struct session_ranks ranks = app_ranks(app);
    app_keep_layout(app, &ranks);
    app_keep_drafts(app, &ranks);
    app_keep_labels(app);
}

static void on_keep(struct ev_loop *loop, struct ev_timer *timer, int events)
{
    (void)loop;
    (void)events;
    struct app *app = timer->data;
    app_keep_now(app);
    if (!session_keeper_is_temporary(app->options.keeper))
        app_layout_keep(app);
}

void app_plan_keep(struct app *app)
{
    if (app->options.keeper == NULL || ev_is_active(&app->keep.timer))
        return;
    ev_now_update(app->loop);
    ev_timer_set(&app->keep.timer, KEEP_SECONDS, 0.);
    ev_timer_start(app->loop, &app->keep.timer);
}

bool app_is_kept(const struct app *app)
{
    const struct session_keeper *keeper = app->options.keeper;
    return keeper != NULL && session_keeper_keeps(keeper) &&
           session_keeper_current(keeper) != 0;
}

static void app_on_keeper_notice(void *user, const char *sentence)
{
    struct app *app = user;
    app_notify(app, sentence);
    app_mark(app);
}

void app_init_keep(struct app *app)
{
    ev_init(&app->keep.timer, on_keep);
    app->keep.timer.data = app;
    if (app->options.keeper != NULL)
        session_keeper_listen(app->options.keeper, app_on_keeper_notice, app);
}

void app_clear_keep(struct app *app)
{
    app_keep_now(app);
    if (app->options.keeper != NULL)
        session_keeper_listen(app->options.keeper, NULL, NULL);
    mem_free(app->keep.layout);
    mem_free(app->keep.drafts);
}

/* --- Getting back ------------------------------------------------------------------ */

/* What was told belongs to the session before. */
static void app_forget_told(struct app *app)
{
    mem_free(app->keep.layout);
    mem_free(app->keep.drafts);
    app->keep.layout = app->keep.drafts = NULL;
}

/* A pane for each chat that is open, in the order in which they were opened. */
static size_t app_add_restored(struct app *app, const struct restored_session *restored)
{
    size_t left = 0;
    for (size_t i = 0; i < restored->session.chat_count; i++) {
        if (restored->chats[i] == 0)
            continue;
        if (app->pane_count == APP_PANE_MAX) {
            engine_close(app->engine, restored->chats[i]);
            left++;
            continue;
        }
        struct pane *pane = app_add_pane(app, restored->chats[i]);
        pane->label = mem_strdup(restored->session.chats[i].label);
        pane->is_label_kept = true;
    }
    return left;
}

static void app_take_layout(struct app *app, const char *text)
{
    struct session_panes panes;
    struct session_ranks ranks = app_ranks(app);
    if (session_panes_parse(text, &panes)) {
        for (size_t i = 0; i < app->pane_count; i++)
            app->panes[i].is_ticked = (panes.unticked >> i & 1) == 0;
        if (panes.layout.count == ranks.count)
            app_layout_apply(app, &panes.layout);
        else
            app->layout.mode = panes.layout.mode;
    }
    session_panes_clear(&panes);
}

static void app_take_drafts(struct app *app, const struct session *session)
{
    const struct session_ranks ranks = app_ranks(app);
    /* Before there are texts to exchange: what was put aside stays so. */
    app_aim_draft(app);
    for (size_t i = 0; i < session->draft_count; i++) {
        const struct session_draft *draft = &session->drafts[i];
        enum draft_place place;
        struct draft_target target;
        if (draft->target == NULL || draft->text == NULL)
            continue;
        /* A text is not lost because its chat is. */
        if (!session_draft_parse(draft->target, &ranks, &place, &target)) {
            place = DRAFT_ASIDE;
            target = (struct draft_target){.count = 0};
        }
        draft_set_put(app->drafts, place, &target, draft->text);
        if (place == DRAFT_NOW && target.edited_message != 0) {
            app->edited_message = target.edited_message;
            app->edited_chat = target.chats[0];
        }
    }
    app_take_draft(app);
    line_edit_buffer_end(app->edit);
}

static void app_say_restored(struct app *app, const struct restored_session *restored,
                             size_t left)
{
    const size_t cut = restored->interrupted_count;
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    /* What opening the database had to say (it was damaged) stays before the eyes. */
    if (app->notice != NULL)
        strbuf_append_text(&text, app->notice);
    if (restored->notice != NULL)
        strbuf_append_format(&text, "%s%s", text.len > 0 ? "; " : "", restored->notice);
    if (cut > 0)
        strbuf_append_format(&text, "%s%zu answer%s interrupted when the program ended",
                             text.len > 0 ? "; " : "", cut, cut == 1 ? " was" : "s were");
    if (left > 0)
        strbuf_append_format(&text, "%s%zu conversation%s no room and %s closed",
                             text.len > 0 ? "; " : "", left,
                             left == 1 ? " has" : "s have", left == 1 ? "is" : "are");
    if (text.len > 0)
        app_notify(app, strbuf_text(&text));
    strbuf_clear(&text);
}

/* The app with no pane, nothing written and nothing chosen. */
static void app_empty(struct app *app)
{
    app_drop_panes(app);
    app_renew_drafts(app);
    app->layout.mode = TILING_AUTO;
    app->layout.weights = (struct tiling_weights){.columns = 0};
    app_settle_call(app, false);
    app_refresh_approvals(app);
}

bool app_open_session(struct app *app, int64_t id, struct error *err)
{
    struct restored_session restored;
    if (app->options.keeper == NULL) {
        error_set(err, ERROR_USAGE, "sessions are not kept here");
        return false;
    }
    app_keep_now(app);
    const bool ok = session_keeper_restore(app->options.keeper, id, &restored, err);
    if (ok) {
        app_empty(app);
        app_forget_told(app);
        const size_t left = app_add_restored(app, &restored);
        app->going_on = restored.session.going_on;
        if (restored.session.layout != NULL)
            app_take_layout(app, restored.session.layout);
        app_take_drafts(app, &restored.session);
        app_aim_draft(app);
        app_layout_note(app);
        app_say_restored(app, &restored, left);
        app_plan_keep(app);
    }
    restored_session_clear(&restored);
    app_mark_all(app);
    return ok;
}

void app_begin_session(struct app *app)
{
    struct session_keeper *keeper = app->options.keeper;
    app_keep_now(app);
    if (keeper != NULL)
        session_keeper_begin(keeper);
    for (size_t i = 0; i < app->pane_count; i++) {
        struct pane *pane = &app->panes[i];
        const chat_id old = pane->chat;
        app_renew_pane(pane, engine_fork(app->engine, old, 0, NULL));
        engine_close(app->engine, old);
    }
    app_forget_told(app);
    app_renew_drafts(app);
    app_aim_draft(app);
    app_settle_call(app, false);
    app_refresh_approvals(app);
    app_plan_keep(app);
    app_mark_all(app);
}

void app_set_temporary(struct app *app, bool is_temporary)
{
    session_keeper_set_temporary(app->options.keeper, is_temporary);
    /* What was said meanwhile is not in the history either. */
    if (!is_temporary)
        app_reload_history(app);
    app_plan_keep(app);
    app_mark_all(app);
}

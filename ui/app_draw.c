/*
 * Painting: the canvas keeps what was drawn; a frame repaints the panes that changed,
 * composer and status, or everything after a change of layout.
 */
#include <string.h>

#include "src/base/clock.h"
#include "src/base/mem.h"
#include "src/engine/session_keeper.h"
#include "ui/app_state.h"
#include "ui/render/glyph.h"
#include "ui/view/pane_view.h"
#include "ui/view/status_view.h"

/* The columns that the session's name may have in the status line. */
#define STATUS_TITLE_MIN 6
#define STATUS_TITLE_MAX 30

/* The most queued prompts that a pane shows; it says how many there are. */
#define APP_QUEUED_SHOWN 8

/* The keys under an error card. They act on the focused pane: another one's card says
 * how to get there. */
static const char *app_card_hint(const struct app *app, size_t pane)
{
    if (pane != app->focused)
        return "go to this pane to retry, edit or choose another model";
    return app_card_keys(app, engine_can_continue(app->engine, app->panes[pane].chat));
}

/* How a call of the running turn stands, beside the call in the answer. */
static struct call_mark app_mark_call(const struct call_facts *call, int64_t now_ms)
{
    struct call_mark mark = {.message_id = call->message_id,
                             .part_index = call->part_index,
                             .sign = "\xe2\x9a\x91 ",
                             .role = ROLE_STATE_WAIT};
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    if (call->state == CALL_RUNNING) {
        mark.sign = "\xe2\x97\x8f ";
        mark.role = ROLE_STATE_ACTIVE;
        pane_describe_running(call, now_ms, &text);
    } else if (call->state == CALL_ENDED) {
        mark.sign = call->is_ok ? "\xe2\x9c\x93 " : "\xe2\x9c\x97 ";
        mark.role = call->is_ok ? ROLE_TOOL : ROLE_WARNING;
        pane_describe_ended(call, &text);
    } else {
        strbuf_append_text(&text, app_is_asking(call) ? "waits for an answer" : "starts");
    }
    mark.text = strbuf_take(&text);
    return mark;
}

static void app_mark_calls(struct app *app, const struct pane *pane)
{
    const struct call_facts *calls;
    const size_t count = engine_get_calls(app->engine, &calls);
    const int64_t now_ms = clock_now_ms();
    struct call_mark *marks = NULL;
    size_t mark_count = 0;
    size_t mark_cap = 0;
    for (size_t i = 0; i < count; i++) {
        if (calls[i].chat != pane->chat)
            continue;
        marks = mem_grow(marks, &mark_cap, mark_count + 1, sizeof(marks[0]));
        marks[mark_count++] = app_mark_call(&calls[i], now_ms);
    }
    transcript_set_calls(pane->transcript, marks, mark_count, app->is_unfolded);
    transcript_set_raw(pane->transcript, pane->is_raw);
    for (size_t i = 0; i < mark_count; i++)
        mem_free(marks[i].text);
    mem_free(marks);
}

/* Remembers where the dialog stands, and whether it shows what would run. */
static void app_note_dialog(struct app *app, struct pane *pane, struct call_view *call)
{
    pane->dialog = (struct rect){0, 0, 0, 0};
    if (call == NULL)
        return;
    pane->dialog = call->drawn;
    app_note_call_view(app, call);
    app_clear_call_view(call);
}

/* A pane as wide as the screen is scrolled by the terminal, at the cost of a row; one
 * with another beside it is written anew, which is worth to be done less often. */
static void app_set_pace(const struct app *app, size_t index,
                         const struct turn_status *status, int64_t now_ms)
{
    const bool is_beside = app->tiling.rects[index].width < app->canvas->width;
    transcript_set_pace(app->panes[index].transcript,
                        is_beside && status->state == TURN_STREAMING ? now_ms : -1);
}

static void app_paint_pane(struct app *app, size_t index)
{
    struct pane *pane = &app->panes[index];
    const struct chat *chat = engine_get_chat(app->engine, pane->chat);
    const struct chat_setup *setup = engine_get_setup(app->engine, pane->chat);
    const struct turn_status status = engine_get_turn(app->engine, pane->chat);
    const struct message *answer = chat_last_by(chat, MESSAGE_ASSISTANT);
    const int64_t now_ms = clock_now_ms();
    struct strbuf state;
    struct strbuf metrics;
    struct strbuf model;
    strbuf_init(&state, 1000);
    strbuf_init(&metrics, 1000);
    strbuf_init(&model, 1000);
    if (pane->label != NULL)
        strbuf_append_format(&model, "%s \xc2\xb7 ", pane->label);
    pane_describe_model(setup, answer, &model);
    const enum role role = pane_describe_state(&status, answer, now_ms, &state);
    const char *queued[APP_QUEUED_SHOWN];
    const size_t queued_count = engine_queue_count(app->engine, pane->chat);
    const size_t shown =
        queued_count < APP_QUEUED_SHOWN ? queued_count : APP_QUEUED_SHOWN;
    for (size_t i = 0; i < shown; i++)
        queued[i] = engine_queue_get(app->engine, pane->chat, i);
    pane_describe_metrics(&status, answer, queued_count, &metrics);
    struct call_view call;
    app_mark_calls(app, pane);
    app_set_pace(app, index, &status, now_ms);
    const bool has_call = app_fill_call_view(app, index, &call);
    const struct pane_view view = {
        .number = (int)index + 1,
        .model = strbuf_text(&model),
        .provider = setup->endpoint->name,
        .state = strbuf_text(&state),
        .state_role = role,
        .metrics = strbuf_text(&metrics),
        .card_hint = app_card_hint(app, index),
        .queued = queued,
        .queued_count = shown,
        .chat = chat,
        .transcript = pane->transcript,
        .call = has_call ? &call : NULL,
        .is_focused = index == app->focused,
        .is_ticked = pane->is_ticked,
        .tab_count = app->tiling.is_tabs ? (int)app->pane_count : 0,
    };
    pane->mark = pane_view_draw(&view, app->canvas, app->tiling.rects[index]);
    pane->is_dirty = false;
    app_note_dialog(app, pane, has_call ? &call : NULL);
    strbuf_clear(&state);
    strbuf_clear(&metrics);
    strbuf_clear(&model);
}

static void app_paint_panes(struct app *app)
{
    for (size_t i = 0; i < app->pane_count; i++) {
        if (app->is_all_dirty || app->panes[i].is_dirty)
            app_paint_pane(app, i);
    }
    if (app->pane_count == 0 && app->panes_room.height > 0) {
        const char *text =
            app_say(app, "no pane is open: {pane-new} opens one, {quit} quits");
        canvas_fill(app->canvas, app->panes_room, ROLE_TEXT);
        canvas_put_fit(app->canvas, app->panes_room.x, app->panes_room.y,
                       app->panes_room.width, ROLE_DIM, text, strlen(text));
    }
}

/* Fills the composer's view and says how many rows it wants. */
static int app_measure_composer(struct app *app)
{
    struct composer_view *view = &app->composer;
    for (size_t i = 0; i < app->pane_count; i++) {
        const struct chat_setup *setup =
            engine_get_setup(app->engine, app->panes[i].chat);
        app->chips[i].name =
            app->panes[i].label != NULL ? app->panes[i].label : setup->model;
        app->chips[i].is_on = app->panes[i].is_ticked;
    }
    view->edit = app->edit;
    view->chips = app->chips;
    view->chip_count = app->pane_count;
    view->note = app_going_on_label(app);
    view->label = app_edits_answer(app)
                      ? app_say(app, " rewriting an answer: {send} goes on from it, "
                                     "{interrupt} gives up")
                  : app->edited_message != 0
                      ? app_say(app, " editing a sent prompt: {send} sends it instead, "
                                     "{interrupt} gives up")
                      : NULL;
    view->is_active =
        app->mode == MODE_TYPING && app->overlay == OVERLAY_NONE && app->call.key == 0;
    return composer_view_height(view, app->canvas->width, app->canvas->height);
}

static size_t app_count_queued(const struct app *app)
{
    size_t count = 0;
    for (size_t i = 0; i < app->pane_count; i++)
        count += engine_queue_count(app->engine, app->panes[i].chat);
    return count;
}

/* What a page's keys do is worth more than what else the line says. */
static bool app_yields_to_hint(const struct app *app, const struct strbuf *left,
                               const char *keys, int width)
{
    const int wanted =
        text_width(strbuf_text(left), left->len) + 1 + text_width(keys, strlen(keys));
    return app->page != PAGE_PANES && wanted > width;
}

static const char *app_status_keys(struct app *app)
{
    return app_say(
        app, app->mode == MODE_NORMAL
                 ? "[{type} type  ][{help} keys  ][{palette} commands  ][{quit} quit ]"
                 : "[{palette} commands  ][{help} keys  ][{normal-mode} normal "
                   "mode ]");
}

/* The session's name behind the program's, as far as there is room for it beside the
 * rest. */
static void app_insert_title(const struct app *app, struct strbuf *left, int room)
{
    static const char head[] = " motet";
    const char *title =
        app->options.keeper != NULL ? session_keeper_title(app->options.keeper) : NULL;
    room -= text_width(strbuf_text(left), left->len) + 4;
    if (title == NULL || room < STATUS_TITLE_MIN)
        return;
    if (room > STATUS_TITLE_MAX)
        room = STATUS_TITLE_MAX;
    bool is_cut = false;
    const size_t fits = glyph_fit(title, strlen(title), room, &is_cut);
    char *rest = mem_strdup(strbuf_text(left) + strlen(head));
    strbuf_reset(left);
    strbuf_append_format(left, "%s \xc2\xb7 %.*s%s%s", head, (int)fits, title,
                         is_cut ? "\xe2\x80\xa6" : "", rest);
    mem_free(rest);
}

static void app_paint_status(struct app *app, struct rect rect)
{
    const size_t busy = engine_busy_count(app->engine);
    const size_t queued = app_count_queued(app);
    const size_t asking = app_count_asking(app);
    struct strbuf left;
    strbuf_init(&left, 1000);
    strbuf_append_text(&left, " motet");
    const char *reading = app_reading_hint(app);
    if (app->mode == MODE_NORMAL && app->page == PAGE_PANES && reading == NULL)
        strbuf_append_text(&left, " \xc2\xb7 normal mode");
    if (app->options.keeper != NULL && session_keeper_is_temporary(app->options.keeper))
        strbuf_append_text(&left, " \xc2\xb7 temporary: nothing is kept");
    if (asking > 0)
        strbuf_append_format(
            &left, " \xc2\xb7 \xe2\x9a\x91 %zu to approve (%s)", asking,
            app_say(app, app->page != PAGE_PANES ? "{approvals}" : "{approve}"));
    if (busy > 0)
        strbuf_append_format(&left, " \xc2\xb7 %zu running", busy);
    if (queued > 0)
        strbuf_append_format(&left, " \xc2\xb7 %zu queued", queued);
    if (draft_set_kept(app->drafts) > 0)
        strbuf_append_format(&left, " \xc2\xb7 %zu put aside",
                             draft_set_kept(app->drafts));
    if (app->is_zoomed && app->pane_count > 1)
        strbuf_append_text(&left, " \xc2\xb7 zoomed");
    if (app->going_on == GOING_ON_SHARED && app->pane_count > 1)
        strbuf_append_text(&left, " \xc2\xb7 shared");
    if (app->is_locked && app->page == PAGE_PANES)
        strbuf_append_text(&left, " \xc2\xb7 scroll-lock");
    app_describe_reading(app, &left);
    const char *keys = app->page == PAGE_FORM     ? app_form_hint(app)
                       : app->page == PAGE_MATRIX ? app_matrix_hint(app)
                       : reading != NULL          ? reading
                                                  : app_status_keys(app);
    if (app_yields_to_hint(app, &left, keys, rect.width)) {
        strbuf_reset(&left);
        if (asking > 0)
            strbuf_append_format(&left, " \xe2\x9a\x91 %zu (%s)", asking,
                                 app_say(app, "{approvals}"));
        strbuf_append_format(&left, " %s", keys);
        keys = "";
    }
    if (app->page == PAGE_PANES)
        app_insert_title(app, &left, rect.width - text_width(keys, strlen(keys)));
    const struct status_view view = {
        .left = strbuf_text(&left),
        .notice = app->notice,
        .keys = app->call.key != 0
                    ? app_say(app, "+ all calls  ? keys  Esc leaves the dialog ")
                    : keys,
        /* They begin with what Enter does. */
        .keeps_keys = app->page != PAGE_PANES || reading != NULL,
    };
    status_view_draw(&view, app->canvas, rect);
    strbuf_clear(&left);
}

/* Works out where everything stands; true if anything has moved. */
static bool app_lay_out(struct app *app, struct rect *race, struct rect *composer,
                        struct rect *status)
{
    const int width = app->canvas->width;
    const int height = app->canvas->height;
    const int status_height = height >= 3 ? 1 : 0;
    int composer_height = app->reading.line != LINE_NONE ? 1 : app_measure_composer(app);
    if (composer_height > height - status_height)
        composer_height = height - status_height;
    const int room = height - status_height - composer_height;
    const int race_height = app_race_height(app, room);
    *status = (struct rect){0, height - status_height, width, status_height};
    *composer = (struct rect){0, room, width, composer_height};
    *race = (struct rect){0, room - race_height, width, race_height};
    const struct rect panes_room = {0, 0, width, room - race_height};
    const struct tiling tiling = app_layout_make(app, panes_room);
    const bool has_moved =
        memcmp(&panes_room, &app->panes_room, sizeof(panes_room)) != 0 ||
        tiling.count != app->tiling.count || tiling.is_tabs != app->tiling.is_tabs ||
        tiling.tabs.height != app->tiling.tabs.height ||
        memcmp(tiling.rects, app->tiling.rects, sizeof(tiling.rects)) != 0;
    app->panes_room = panes_room;
    app->tiling = tiling;
    return has_moved;
}

void app_paint(struct app *app)
{
    struct rect race;
    struct rect composer;
    struct rect status;
    const bool has_moved = app_lay_out(app, &race, &composer, &status);
    if (has_moved || app->overlay != OVERLAY_NONE || app->call.is_full)
        app->is_all_dirty = true;
    if (app->is_all_dirty)
        canvas_erase(app->canvas);
    app->canvas->is_cursor_visible = false;
    const struct rect page = {0, 0, app->canvas->width, status.y};
    if (app->page == PAGE_FORM) {
        app_paint_form(app, page);
    } else if (app->page == PAGE_MATRIX) {
        app_paint_matrix(app, page);
    } else {
        app_paint_panes(app);
        app_layout_paint_tabs(app);
        app_paint_race(app, race);
        if (app->reading.line != LINE_NONE)
            app_paint_line(app, composer);
        else
            composer_view_draw(&app->composer, app->canvas, composer);
    }
    app_paint_hints(app, app->page == PAGE_PANES ? app->panes_room : page);
    app_paint_status(app, status);
    /* What the list covers is painted again when it goes. */
    app->is_all_dirty = app->overlay == OVERLAY_NONE && app->page == PAGE_PANES &&
                        app_paint_complete(app, app->panes_room);
    if (app->overlay == OVERLAY_NONE && (!app->call.is_full || app->page != PAGE_PANES))
        return;
    struct rect room = app->page == PAGE_PANES ? app->panes_room : page;
    if (room.height < 6)
        room.height = app->canvas->height;
    /* What the box covers is painted again when it goes. */
    app->is_all_dirty = true;
    if (app->overlay == OVERLAY_NONE) {
        app_paint_full_call(app, room);
        return;
    }
    if (app->overlay == OVERLAY_ANSWER) {
        app_paint_whole(app, room);
        return;
    }
    if (app->overlay == OVERLAY_WIRE) {
        app_paint_wire(app, page);
        return;
    }
    if (app->overlay == OVERLAY_RACE) {
        app_paint_race_page(app, page);
        return;
    }
    if (app->overlay == OVERLAY_APPROVALS && app->approvals.is_confirming)
        app_paint_confirmation(app, room);
    else
        app->list_shown = list_view_draw(&app->list, app->canvas, room);
}

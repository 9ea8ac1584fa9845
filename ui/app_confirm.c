/*
 * The page that stands between the ticks of the list of calls and their approval: every
 * ticked call with its arguments in full. What does not fit on a page stays ticked and is
 * answered in its dialog. The page is made once, for the ticks as they are: when one of
 * the calls changes, it goes.
 */
#include <string.h>

#include "src/base/clock.h"
#include "src/base/mem.h"
#include "ui/app_state.h"

#define CONFIRM_REST_MS 400

bool app_leave_confirmation(struct app *app)
{
    struct app_approvals *approvals = &app->approvals;
    if (!approvals->is_confirming)
        return false;
    approvals->is_confirming = false;
    approvals->listed_count = 0;
    sheet_clear(&approvals->sheet);
    /* What is typed now was meant for the page. */
    approvals->ready_ms = clock_now_ms() + CONFIRM_REST_MS;
    app_mark_all(app);
    return true;
}

static void app_set_confirm_error(struct app *app, const char *text)
{
    mem_free(app->approvals.error);
    app->approvals.error = mem_strdup(text);
    app_mark_all(app);
}

/* --- The page --- */

/* "2 gpt: get_weather · tools/get_weather.yaml". Caller frees. */
static char *app_confirm_head(const struct app *app, const struct call_facts *call)
{
    return strbuf_format("%zu %s: %s \xc2\xb7 %s", app_pane_number(app, call->chat),
                         call->model, call->tool, call->origin);
}

/* Fills the page with the ticked calls that fit on it together, in the list's order. */
static void app_fill_confirmation(struct app *app, int width)
{
    struct app_approvals *approvals = &app->approvals;
    const struct call_facts *calls;
    const size_t count = engine_get_calls(app->engine, &calls);
    struct call_texts *texts = mem_alloc_array(count + 1, sizeof(texts[0]));
    size_t used = 0;
    approvals->listed = mem_grow(approvals->listed, &approvals->listed_cap, count + 1,
                                 sizeof(approvals->listed[0]));
    approvals->listed_count = 0;
    for (size_t i = 0; i < count; i++) {
        if (!app_is_asking(&calls[i]) || !app_has_tick(app, calls[i].key))
            continue;
        struct call_texts *last = &texts[approvals->listed_count];
        *last = app_call_texts(&calls[i]);
        last->head = app_confirm_head(app, &calls[i]);
        const size_t len = call_sheet_measure(last, width);
        if (len <= CALL_SHEET_ROOM - used) {
            used += len;
            approvals->listed[approvals->listed_count++] = calls[i].key;
        } else {
            mem_free((char *)last->head);
        }
    }
    call_sheet_fill_several(&approvals->sheet, texts, approvals->listed_count, width);
    for (size_t i = 0; i < approvals->listed_count; i++)
        mem_free((char *)texts[i].head);
    mem_free(texts);
}

void app_open_confirmation(struct app *app)
{
    struct app_approvals *approvals = &app->approvals;
    app_fill_confirmation(app, call_view_sheet_width(app->canvas->width));
    if (approvals->listed_count == 0) {
        app_notify(app, "too long to be shown here: Enter goes to the call's dialog");
        return;
    }
    approvals->is_confirming = true;
    approvals->is_unseen = true;
    approvals->first = 0;
    approvals->sight = (struct app_sight){.seen = 0};
    app_set_confirm_error(app, NULL);
}

static bool app_is_confirmation_guarded(const struct app *app)
{
    return app->approvals.is_unseen || clock_now_ms() < app->approvals.ready_ms;
}

void app_paint_confirmation(struct app *app, struct rect room)
{
    struct app_approvals *approvals = &app->approvals;
    const int width = call_view_sheet_width(room.width);
    if (approvals->sheet.width != width)
        app_fill_confirmation(app, width);
    const size_t count = approvals->listed_count;
    const size_t left = approvals->tick_count - count;
    char *title =
        strbuf_format("y once more runs %zu call%s", count, count == 1 ? "" : "s");
    char *more = left > 0 ? strbuf_format("once each; %zu left, too long for this", left)
                          : mem_strdup("once each");
    struct call_view view = {
        .tool = title,
        .origin = more,
        .head = "",
        .way = "",
        .sheet = &approvals->sheet,
        .stage = app_is_confirmation_guarded(app) ? CALL_STAGE_GUARDED : CALL_STAGE_KEYS,
        .error = approvals->error,
        .is_several = true,
        .is_full = true,
        .first = approvals->first,
    };
    app_begin_sight(&approvals->sight, &view);
    call_view_draw(&view, app->canvas, room);
    app_note_sight(&approvals->sight, &view);
    approvals->first = view.first;
    mem_free(title);
    mem_free(more);
}

void app_confirmation_is_shown(struct app *app)
{
    struct app_approvals *approvals = &app->approvals;
    if (app->overlay != OVERLAY_APPROVALS || !approvals->is_confirming)
        return;
    app_sight_is_shown(&approvals->sight);
    if (!approvals->is_unseen)
        return;
    approvals->is_unseen = false;
    approvals->ready_ms = clock_now_ms() + CONFIRM_REST_MS;
    app_start_rest(app);
}

/* --- Keys --- */

static void app_answer_listed(struct app *app)
{
    struct app_approvals *approvals = &app->approvals;
    const size_t count = approvals->listed_count;
    call_key *keys = mem_alloc_array(count, sizeof(keys[0]));
    memcpy(keys, approvals->listed, count * sizeof(keys[0]));
    app_leave_confirmation(app);
    app_answer_ticked(app, keys, count, CALL_ONCE);
    mem_free(keys);
}

static void app_confirm_listed(struct app *app)
{
    struct app_approvals *approvals = &app->approvals;
    switch (app_next_step(&approvals->sight)) {
    case CALL_STEP_APPROVE: app_answer_listed(app); return;
    case CALL_STEP_OPEN:
    case CALL_STEP_ON:
        approvals->first = app_sight_next_row(&approvals->sight, &approvals->sheet);
        approvals->is_unseen = true;
        app_notify(app, "there is more: y reads on, and approves once all was seen");
        return;
    case CALL_STEP_SMALL:
    case CALL_STEP_LONG:
        app_set_confirm_error(app, "the screen is too small to show what would run");
        app_notify(app, "the screen is too small to show what would run");
        return;
    }
}

void app_confirm_key(struct app *app, const struct key *key)
{
    struct app_approvals *approvals = &app->approvals;
    const bool is_rune = key->code == INPUT_RUNE && key->mods == 0;
    if (app_is_confirmation_guarded(app))
        return;
    if (app_scroll_by_key(app, key, &approvals->first, approvals->sight.drawn.shown,
                          approvals->sheet.row_count))
        return;
    if (is_rune && key->rune == 'y') {
        app_confirm_listed(app);
    } else if (is_rune && key->rune == 'n') {
        app_leave_confirmation(app);
        app_deny_ticked(app);
    } else if (is_rune && key->rune == 'q') {
        app_leave_confirmation(app);
    }
}

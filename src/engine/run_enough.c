/*
 * When a row has enough answers. A good answer is one that came to its end with words in
 * it; one that was cut, filtered or refused wins nothing.
 */
#include "src/engine/run_state.h"

#include <string.h>

#include "src/base/mem.h"
#include "src/engine/answer_form.h"

static bool run_is_good(const struct run_cell *cell)
{
    const enum finish finish = cell->result.finish;
    return cell->state == RUN_CELL_DONE && cell->result.len > 0 &&
           (finish == FINISH_STOP || finish == FINISH_UNKNOWN);
}

const char *run_cell_form(struct run_cell *cell)
{
    if (cell->form == NULL)
        cell->form = answer_normalise(cell->result.text != NULL ? cell->result.text : "",
                                      cell->result.len);
    return cell->form;
}

/* The others of the row are not needed any more. */
static void run_spare_others(struct run *run, const struct run_cell *winner)
{
    struct run_row *row = winner->owner;
    ev_timer_stop(run->options.loop, &row->hedge);
    for (size_t i = 0; i < row->cell_count; i++) {
        struct run_cell *cell = &row->cells[i];
        if (cell->state == RUN_CELL_WAITING) {
            run_settle(run, cell, RUN_CELL_SPARED);
        } else if (cell->state == RUN_CELL_RUNNING) {
            cell->is_unwanted = true;
            engine_stop(run->options.engine, cell->chat);
        }
    }
}

static void run_crown(struct run *run, struct run_cell *winner)
{
    winner->owner->winner = winner;
    run->sum.winners++;
    run_spare_others(run, winner);
}

static void run_judge_quorum(struct run *run, struct run_cell *cell)
{
    struct run_row *row = cell->owner;
    struct run_cell *first = NULL;
    size_t count = 0;
    const char *form = run_cell_form(cell);
    for (size_t i = 0; i < row->cell_count; i++) {
        struct run_cell *other = &row->cells[i];
        if (!run_is_good(other) || strcmp(run_cell_form(other), form) != 0)
            continue;
        count++;
        if (first == NULL)
            first = other;
    }
    if (first == NULL || count < run->options.quorum)
        return;
    for (size_t i = 0; i < row->cell_count; i++) {
        struct run_cell *other = &row->cells[i];
        other->result.agrees =
            run_is_good(other) && strcmp(run_cell_form(other), form) == 0;
    }
    run_crown(run, first);
}

void run_judge(struct run *run, struct run_cell *cell)
{
    const struct run_row *row = cell->owner;
    const enum run_enough enough = run->options.enough;
    if (enough == RUN_ENOUGH_ALL || row->winner != NULL)
        return;
    const bool is_good = run_is_good(cell);
    if (enough == RUN_ENOUGH_QUORUM) {
        if (is_good)
            run_judge_quorum(run, cell);
        return;
    }
    if (is_good)
        run_crown(run, cell);
    else if (enough == RUN_ENOUGH_HEDGE)
        run_hedge_on(run, cell->owner);
}

/* --- The hedge ------------------------------------------------------------------- */

void run_hedge_on(struct run *run, struct run_row *row)
{
    ev_timer_stop(run->options.loop, &row->hedge);
    if (row->winner != NULL || row->error.class != ERROR_NONE ||
        run->stopped.class != ERROR_NONE)
        return;
    for (size_t i = 0; i < row->cell_count; i++) {
        struct run_cell *cell = &row->cells[i];
        if (cell->state != RUN_CELL_WAITING || cell->is_queued)
            continue;
        row->newest = cell;
        row->is_hedge_set = false;
        run_line_up(run, cell);
        return;
    }
}

static bool is_token(enum event_kind kind)
{
    return kind == EVENT_TEXT || kind == EVENT_REASONING || kind == EVENT_REFUSAL ||
           kind == EVENT_CALL_DELTA;
}

void run_note_event(struct run *run, struct run_cell *cell,
                    const struct engine_event *event)
{
    struct run_row *row = cell->owner;
    cell->has_token = cell->has_token || is_token(event->kind);
    if (run->options.enough != RUN_ENOUGH_HEDGE || row->newest != cell)
        return;
    if (cell->has_token) {
        ev_timer_stop(run->options.loop, &row->hedge);
        return;
    }
    /* It has left the line: from now on the service is waited for. */
    const bool is_sent =
        event->kind == EVENT_TURN_STATE && event->state == TURN_CONNECTING;
    if (!is_sent || row->is_hedge_set)
        return;
    row->is_hedge_set = true;
    ev_timer_set(&row->hedge, (double)run->options.hedge_ms / 1000, 0.);
    ev_timer_start(run->options.loop, &row->hedge);
}

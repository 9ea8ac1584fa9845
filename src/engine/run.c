/*
 * Rows stand in an array in the order of the source; the oldest leave at its front once
 * they are told. Each model has a line of its own of cells that may begin, so that a slow
 * service holds up nobody else's. All beginning is done by one function, the pump, from a
 * timer that is armed whenever something has changed: a settled cell never begins another
 * from inside an event of the engine.
 */
#include "src/engine/run.h"

#include <string.h>

#include "src/base/clock.h"
#include "src/base/mem.h"
#include "src/engine/answer_cache.h"
#include "src/engine/run_state.h"

/* The least number of rows that may be ahead of the oldest one that is not settled. */
#define WINDOW_MIN 1024

void run_emit(struct run *run, const struct run_event *event)
{
    run->owner.on_event(run->owner.user, event);
}

void run_plan(struct run *run)
{
    if (ev_is_active(&run->pump))
        return;
    ev_timer_set(&run->pump, 0., 0.);
    ev_timer_start(run->options.loop, &run->pump);
}

/* --- Lines ----------------------------------------------------------------------- */

void run_line_up(struct run *run, struct run_cell *cell)
{
    struct run_lane *lane = &run->lanes[cell->model];
    cell->is_queued = true;
    cell->next = NULL;
    cell->previous = lane->last;
    if (lane->last != NULL)
        lane->last->next = cell;
    else
        lane->first = cell;
    lane->last = cell;
    run_plan(run);
}

void run_unline(struct run *run, struct run_cell *cell)
{
    struct run_lane *lane = &run->lanes[cell->model];
    if (!cell->is_queued)
        return;
    cell->is_queued = false;
    if (cell->previous != NULL)
        cell->previous->next = cell->next;
    else
        lane->first = cell->next;
    if (cell->next != NULL)
        cell->next->previous = cell->previous;
    else
        lane->last = cell->previous;
    cell->next = cell->previous = NULL;
}

/* --- Rows ------------------------------------------------------------------------ */

static size_t run_row_size(const struct run_row *row)
{
    size_t size = sizeof(*row) + row->cell_count * sizeof(row->cells[0]);
    for (size_t i = 0; i < row->values.len; i++)
        size += row->values.items[i].text != NULL ? strlen(row->values.items[i].text) : 0;
    for (size_t i = 0; i < row->prompt.message_count; i++)
        size += row->prompt.messages[i]->size;
    return size;
}

static void run_row_free(struct run *run, struct run_row *row)
{
    ev_timer_stop(run->options.loop, &row->hedge);
    for (size_t i = 0; i < row->cell_count; i++) {
        run_result_clear(&row->cells[i].result);
        mem_free(row->cells[i].cache_key);
        mem_free(row->cells[i].form);
    }
    mem_free(row->cells);
    field_values_clear(&row->values);
    if (row->error.class == ERROR_NONE)
        rendered_prompt_clear(&row->prompt);
    error_clear(&row->error);
    mem_free(row);
}

static void run_on_hedge(struct ev_loop *loop, struct ev_timer *timer, int events)
{
    (void)loop;
    (void)events;
    struct run_row *row = timer->data;
    run_hedge_on(row->run, row);
}

static void run_row_make_cells(struct run *run, struct run_row *row)
{
    const size_t repeats = run->options.repeats;
    row->cell_count = run->options.model_count * repeats;
    row->cells = mem_alloc_array(row->cell_count, sizeof(row->cells[0]));
    for (size_t i = 0; i < row->cell_count; i++) {
        struct run_cell *cell = &row->cells[i];
        cell->row = row->number;
        cell->column = i;
        cell->model = i / repeats;
        cell->repeat = i % repeats;
        cell->owner = row;
        cell->result.sum = (struct turn_sum){
            .usage = usage_unknown(), .cost = -1, .first_token_ms = -1, .total_ms = -1};
        run->sum.cells[RUN_CELL_WAITING]++;
    }
}

static void run_keep_row(struct run *run, struct run_row *row)
{
    if (run->rows_begin > 64 && run->rows_begin * 2 > run->rows_len) {
        run->rows_len -= run->rows_begin;
        memmove(run->rows, run->rows + run->rows_begin,
                run->rows_len * sizeof(run->rows[0]));
        run->rows_begin = 0;
    }
    run->rows =
        mem_grow(run->rows, &run->rows_cap, run->rows_len + 1, sizeof(run->rows[0]));
    run->rows[run->rows_len++] = row;
    row->size = run_row_size(row);
    run->held_bytes += row->size;
}

/* Settles at once what the owner does not want, or what cannot be run; the others line
 * up. */
static void run_begin_row(struct run *run, struct run_row *row)
{
    const bool is_hedged = run->options.enough == RUN_ENOUGH_HEDGE;
    for (size_t i = 0; i < row->cell_count; i++) {
        struct run_cell *cell = &row->cells[i];
        if (cell->state != RUN_CELL_WAITING)
            continue;
        if (row->error.class != ERROR_NONE)
            run_settle_error(run, cell, RUN_CELL_FAILED, row->error.class,
                             error_text(&row->error));
        else if (run->owner.wants_cell != NULL &&
                 !run->owner.wants_cell(run->owner.user, cell))
            run_settle(run, cell, RUN_CELL_SKIPPED);
        else if (!is_hedged)
            run_line_up(run, cell);
    }
    if (is_hedged)
        run_hedge_on(run, row);
}

/* Takes the next row; false at the end of the source. */
static bool run_take_row(struct run *run)
{
    struct run_row *row = mem_alloc(sizeof(*row));
    if (!run->owner.next_row(run->owner.user, row)) {
        mem_free(row);
        run->sum.is_ended = true;
        return false;
    }
    row->run = run;
    row->number = run->sum.rows++;
    ev_init(&row->hedge, run_on_hedge);
    row->hedge.data = row;
    run_row_make_cells(run, row);
    run_keep_row(run, row);
    run_begin_row(run, row);
    return true;
}

static struct run_row *run_find_row(const struct run *run, size_t number)
{
    if (number < run->base || number - run->base >= run->rows_len - run->rows_begin)
        return NULL;
    return run->rows[run->rows_begin + (number - run->base)];
}

/* Tells the rows that have their turn, and lets them go. */
static void run_tell_rows(struct run *run)
{
    for (;;) {
        struct run_row *row = run_find_row(run, run->told);
        if (row == NULL || row->settled < row->cell_count)
            return;
        run->told++;
        row->is_told = true;
        run_emit(run, &(struct run_event){.kind = RUN_EVENT_ROW, .row = row});
        if (run->options.keeps_cells)
            continue;
        run->held_bytes -= row->size;
        run->rows_begin++;
        run->base++;
        run_row_free(run, row);
    }
}

/* --- Beginning ------------------------------------------------------------------- */

void run_forget_open(struct run *run, struct run_cell *cell)
{
    for (size_t i = 0; i < run->open_len; i++) {
        if (run->open[i] != cell)
            continue;
        run->open_len--;
        memmove(run->open + i, run->open + i + 1,
                (run->open_len - i) * sizeof(run->open[0]));
        run->lanes[cell->model].open--;
        return;
    }
}

static void run_open_cell(struct run *run, struct run_cell *cell)
{
    struct chat_setup setup = run->options.models[cell->model];
    setup.is_counted_by_owner = true;
    setup.is_unkept = true;
    cell->chat = engine_open(run->options.engine, &setup);
    run->open =
        mem_grow(run->open, &run->open_cap, run->open_len + 1, sizeof(run->open[0]));
    run->open[run->open_len++] = cell; /* ids only grow: it stays in order */
    run->lanes[cell->model].open++;
    run->sum.cells[cell->state]--;
    cell->state = RUN_CELL_RUNNING;
    run->sum.cells[cell->state]++;
    run_emit(run, &(struct run_event){
                      .kind = RUN_EVENT_STARTED, .row = cell->owner, .cell = cell});
    /* The owner may have ended it already, or the run: then there is no turn to stop. */
    if (cell->state != RUN_CELL_RUNNING)
        return;
    if (run->stopped.class != ERROR_NONE) {
        run_settle_error(run, cell, RUN_CELL_LEFT, run->stopped.class,
                         error_text(&run->stopped));
        return;
    }
    if (!engine_send_messages(run->options.engine, cell->chat, &cell->owner->prompt))
        run_settle_error(run, cell, RUN_CELL_FAILED, ERROR_USAGE,
                         "the prompt does not end with what the user says");
}

/* True if the cache had the answer: the cell is settled. */
static bool run_answer_from_cache(struct run *run, struct run_cell *cell)
{
    struct answer_cache *cache = run->options.cache;
    if (cache == NULL)
        return false;
    if (cell->cache_key == NULL)
        cell->cache_key =
            answer_cache_make_key(&run->options.models[cell->model], &cell->owner->prompt,
                                  cell->repeat, run->options.schema);
    if (cell->cache_key == NULL ||
        !answer_cache_find(cache, cell->cache_key, &cell->result))
        return false;
    run_emit(run, &(struct run_event){
                      .kind = RUN_EVENT_STARTED, .row = cell->owner, .cell = cell});
    run_settle(run, cell, RUN_CELL_DONE);
    return true;
}

/* Begins the first of the line; false if it has to wait for money. */
static bool run_begin_first(struct run *run, struct run_lane *lane)
{
    struct run_cell *cell = lane->first;
    if (run->spent.class == ERROR_NONE) {
        run_unline(run, cell);
        if (run_answer_from_cache(run, cell))
            return true;
        if (run_reserve(run, cell)) {
            run_open_cell(run, cell);
            return true;
        }
        /* Back to the front. */
        cell->is_queued = true;
        cell->next = lane->first;
        if (lane->first != NULL)
            lane->first->previous = cell;
        else
            lane->last = cell;
        lane->first = cell;
        if (run->spent.class == ERROR_NONE)
            return false;
    }
    run_unline(run, cell);
    run_settle_error(run, cell, RUN_CELL_LEFT, run->spent.class, error_text(&run->spent));
    return true;
}

static void run_begin_cells(struct run *run)
{
    for (size_t i = 0; i < run->options.model_count; i++) {
        struct run_lane *lane = &run->lanes[i];
        while (lane->first != NULL && lane->open < run->options.jobs &&
               run->stopped.class == ERROR_NONE) {
            if (!run_begin_first(run, lane))
                break;
        }
    }
}

/* True if a model has a free place and nobody to fill it, and another row may be taken.
 * With a hedge only the first model's line begins rows. */
static bool run_wants_row(const struct run *run)
{
    const size_t ahead = run->sum.rows - run->told;
    const size_t lanes =
        run->options.enough == RUN_ENOUGH_HEDGE ? 1 : run->options.model_count;
    const bool is_full = !run->options.keeps_cells && run->held_bytes >= RUN_ROWS_MAX;
    if (run->sum.is_ended || run->is_halted || run->stopped.class != ERROR_NONE ||
        ahead >= run->options.window || (is_full && ahead > 0))
        return false;
    for (size_t i = 0; i < lanes; i++) {
        if (run->lanes[i].first == NULL && run->lanes[i].open < run->options.jobs)
            return true;
    }
    return false;
}

static void run_pump(struct run *run)
{
    /* Rows that settle at once (the cache's, or those that are skipped) are many: other
     * work of the loop gets its turn in between. */
    size_t slice = 256;
    run_begin_cells(run);
    while (slice > 0 && run_wants_row(run) && run_take_row(run)) {
        run_begin_cells(run);
        run_tell_rows(run);
        slice--;
    }
    run_tell_rows(run);
    if (slice == 0)
        run_plan(run);
    const bool is_over = (run->sum.is_ended || run->is_halted) &&
                         run->told == run->sum.rows && run->open_len == 0 &&
                         run->sum.cells[RUN_CELL_WAITING] == 0;
    if (!is_over || run->is_end_told)
        return;
    run->is_end_told = true;
    run->end_ms = clock_now_ms();
    run_emit(run, &(struct run_event){.kind = RUN_EVENT_END});
}

static void run_on_pump(struct ev_loop *loop, struct ev_timer *timer, int events)
{
    (void)loop;
    (void)events;
    run_pump(timer->data);
}

/* --- Life ------------------------------------------------------------------------ */

struct run *run_new(const struct run_options *options, const struct run_owner *owner)
{
    struct run *run = mem_alloc(sizeof(*run));
    run->options = *options;
    run->owner = *owner;
    if (run->options.repeats == 0)
        run->options.repeats = 1;
    if (run->options.jobs == 0)
        run->options.jobs = 1;
    if (run->options.window == 0)
        run->options.window =
            run->options.jobs > WINDOW_MIN / 4 ? 4 * run->options.jobs : WINDOW_MIN;
    run->lanes = mem_alloc_array(options->model_count, sizeof(run->lanes[0]));
    run->start_ms = clock_now_ms();
    run->end_ms = -1;
    ev_init(&run->pump, run_on_pump);
    run->pump.data = run;
    run_plan(run);
    return run;
}

void run_free(struct run *run)
{
    if (run == NULL)
        return;
    ev_timer_stop(run->options.loop, &run->pump);
    for (size_t i = 0; i < run->open_len; i++)
        run_release(run, run->open[i]);
    run->open_len = 0;
    for (size_t i = run->rows_begin; i < run->rows_len; i++) {
        struct run_row *row = run->rows[i];
        for (size_t j = 0; j < row->cell_count; j++)
            engine_close(run->options.engine, row->cells[j].chat);
        run_row_free(run, row);
    }
    mem_free(run->rows);
    mem_free(run->open);
    mem_free(run->lanes);
    mem_free(run->durations);
    error_clear(&run->stopped);
    error_clear(&run->spent);
    mem_free(run);
}

static struct run_cell *run_find_open(const struct run *run, chat_id chat)
{
    size_t low = 0;
    size_t high = run->open_len;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (run->open[middle]->chat < chat)
            low = middle + 1;
        else
            high = middle;
    }
    return low < run->open_len && run->open[low]->chat == chat ? run->open[low] : NULL;
}

bool run_hear(struct run *run, const struct engine_event *event)
{
    struct run_cell *cell = event->chat != 0 ? run_find_open(run, event->chat) : NULL;
    if (cell == NULL)
        return false;
    run_note_event(run, cell, event);
    run_emit(run, &(struct run_event){.kind = RUN_EVENT_CHAT,
                                      .row = cell->owner,
                                      .cell = cell,
                                      .event = event});
    if (run_find_open(run, event->chat) != cell)
        return true;
    if (event->kind == EVENT_DONE)
        run_on_done(run, cell);
    else if (event->kind == EVENT_CHAT_CLOSED)
        run_settle_error(run, cell, RUN_CELL_LEFT, ERROR_CANCELLED,
                         "its chat was closed");
    return true;
}

void run_stop(struct run *run, enum error_class class, const char *sentence)
{
    if (run->stopped.class != ERROR_NONE)
        return;
    error_set(&run->stopped, class, "%s", sentence);
    run->sum.is_stopped = true;
    run->is_halted = true;
    for (size_t i = 0; i < run->open_len; i++)
        engine_stop(run->options.engine, run->open[i]->chat);
    for (size_t i = run->rows_begin; i < run->rows_len; i++) {
        struct run_row *row = run->rows[i];
        ev_timer_stop(run->options.loop, &row->hedge);
        for (size_t j = 0; j < row->cell_count; j++) {
            if (row->cells[j].state != RUN_CELL_WAITING)
                continue;
            run_unline(run, &row->cells[j]);
            run_settle_error(run, &row->cells[j], RUN_CELL_LEFT, class, sentence);
        }
    }
    run_plan(run);
}

bool run_retry(struct run *run, size_t row, size_t column)
{
    struct run_row *at = run_find_row(run, row);
    if (!run->options.keeps_cells || at == NULL || column >= at->cell_count ||
        at->error.class != ERROR_NONE)
        return false;
    struct run_cell *cell = &at->cells[column];
    if (cell->state == RUN_CELL_WAITING || cell->state == RUN_CELL_RUNNING)
        return false;
    engine_close(run->options.engine, cell->chat);
    run_uncount_cell(run, cell);
    run_result_clear(&cell->result);
    cell->result.sum = (struct turn_sum){
        .usage = usage_unknown(), .cost = -1, .first_token_ms = -1, .total_ms = -1};
    mem_free(cell->form);
    cell->form = NULL;
    cell->chat = 0;
    cell->is_unwanted = cell->has_token = false;
    if (at->winner == cell)
        at->winner = NULL;
    cell->state = RUN_CELL_WAITING;
    run->sum.cells[RUN_CELL_WAITING]++;
    at->settled--;
    error_clear(&run->stopped);
    error_clear(&run->spent);
    run->sum.is_stopped = run->is_end_told = false;
    run_line_up(run, cell);
    return true;
}

void run_go_on(struct run *run)
{
    if (!run->is_halted)
        return;
    run->is_halted = false;
    error_clear(&run->stopped);
    error_clear(&run->spent);
    run->sum.is_stopped = run->is_end_told = false;
    run_plan(run);
}

chat_id run_take_chat(struct run *run, size_t row, size_t column)
{
    struct run_row *at = run_find_row(run, row);
    if (at == NULL || column >= at->cell_count)
        return 0;
    struct run_cell *cell = &at->cells[column];
    const chat_id chat = cell->chat;
    if (cell->state == RUN_CELL_RUNNING)
        run_settle_error(run, cell, RUN_CELL_LEFT, ERROR_CANCELLED,
                         "it goes on as a conversation of its own");
    cell->chat = 0;
    return chat;
}

const struct run_row *run_get_row(const struct run *run, size_t row)
{
    return run_find_row(run, row);
}

const struct run_cell *run_get_cell(const struct run *run, size_t row, size_t column)
{
    const struct run_row *at = run_find_row(run, row);
    return at != NULL && column < at->cell_count ? &at->cells[column] : NULL;
}

const char *run_get_stop_reason(const struct run *run)
{
    if (run->spent.class != ERROR_NONE)
        return error_text(&run->spent);
    return run->stopped.class != ERROR_NONE ? error_text(&run->stopped) : NULL;
}

const struct run_cell *run_find_chat(const struct run *run, chat_id chat)
{
    return run_find_open(run, chat);
}

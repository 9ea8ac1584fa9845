/*
 * Sums. Everything is added up as cells settle; only the median needs more: the durations
 * of all answers, four bytes each.
 */
#include "src/engine/run_state.h"

#include <stdlib.h>
#include <string.h>

#include "src/base/clock.h"
#include "src/base/mem.h"

const char *run_cell_state_name(enum run_cell_state state)
{
    switch (state) {
    case RUN_CELL_WAITING: return "waiting";
    case RUN_CELL_RUNNING: return "running";
    case RUN_CELL_DONE: return "done";
    case RUN_CELL_FAILED: return "failed";
    case RUN_CELL_LEFT: return "not run";
    case RUN_CELL_SPARED: return "spared";
    case RUN_CELL_SKIPPED: return "skipped";
    }
    return "";
}

static void run_count_time(struct run *run, const struct run_cell *cell)
{
    struct run_summary *sum = &run->sum;
    const int64_t total_ms = cell->result.sum.total_ms;
    if (total_ms < 0)
        return;
    if (run->duration_len == 0 || total_ms > sum->slowest_ms) {
        sum->slowest_ms = total_ms;
        sum->slowest_row = cell->row;
        sum->slowest_column = cell->column;
    }
    run->durations = mem_grow(run->durations, &run->duration_cap, run->duration_len + 1,
                              sizeof(run->durations[0]));
    run->durations[run->duration_len++] =
        total_ms < UINT32_MAX ? (uint32_t)total_ms : UINT32_MAX;
}

void run_count_cell(struct run *run, const struct run_cell *cell)
{
    struct run_summary *sum = &run->sum;
    const struct run_result *result = &cell->result;
    if (cell->state == RUN_CELL_SKIPPED)
        return;
    if (cell->state == RUN_CELL_FAILED || cell->state == RUN_CELL_LEFT)
        sum->errors[result->error.class]++;
    if (cell->state == RUN_CELL_SPARED)
        sum->spared_cost += run_spared_cost(run, cell);
    sum->cached += result->is_cached;
    if (result->is_cached || result->sum.attempts == 0)
        return;
    if (cell->state == RUN_CELL_DONE)
        run_count_time(run, cell);
    if (result->sum.usage.input > 0)
        sum->input_tokens += result->sum.usage.input;
    if (result->sum.usage.output > 0) {
        sum->output_tokens += result->sum.usage.output;
        run->known_output += result->sum.usage.output;
        run->known_count++;
    }
    if (result->sum.cost >= 0)
        sum->cost += result->sum.cost;
    else
        sum->cost_unknown++;
}

/* For a cell that runs again: what it took stays taken. */
void run_uncount_cell(struct run *run, const struct run_cell *cell)
{
    run->sum.cells[cell->state]--;
    if (cell->state == RUN_CELL_FAILED || cell->state == RUN_CELL_LEFT)
        run->sum.errors[cell->result.error.class]--;
    run->sum.cached -= cell->result.is_cached;
}

/* --- Rows ------------------------------------------------------------------------ */

static void run_count_code(struct run *run, int code)
{
    struct run_summary *sum = &run->sum;
    if (sum->failure_code != 0 && sum->failure_code != code)
        code = EXIT_CODE_SOME_FAILED;
    sum->failure_code = code;
}

/* The share of the answers of one model in one row that say the same as most. */
static double run_agreement(struct run_cell *cells, size_t count, size_t *answered)
{
    size_t most = 0;
    *answered = 0;
    for (size_t i = 0; i < count; i++) {
        size_t same = 0;
        if (cells[i].state != RUN_CELL_DONE)
            continue;
        ++*answered;
        for (size_t j = 0; j < count; j++)
            same += cells[j].state == RUN_CELL_DONE &&
                    strcmp(run_cell_form(&cells[i]), run_cell_form(&cells[j])) == 0;
        if (same > most)
            most = same;
    }
    return *answered > 0 ? (double)most / (double)*answered : 0;
}

static void run_count_agreement(struct run *run, const struct run_row *row)
{
    const size_t repeats = run->options.repeats;
    for (size_t i = 0; repeats > 1 && i < row->cell_count; i += repeats) {
        size_t answered;
        const double share = run_agreement(&row->cells[i], repeats, &answered);
        if (answered < 2)
            continue;
        run->agreement += share;
        run->agreement_count++;
    }
}

void run_count_row(struct run *run, struct run_row *row)
{
    row->is_counted = true;
    run->sum.settled_rows++;
    run_count_agreement(run, row);
    if (row->winner != NULL) {
        run->sum.has_success = true;
        return;
    }
    for (size_t i = 0; i < row->cell_count; i++) {
        const struct run_cell *cell = &row->cells[i];
        const enum error_class class = cell->result.error.class;
        if (cell->state == RUN_CELL_DONE || cell->state == RUN_CELL_SKIPPED)
            run->sum.has_success = true;
        else if (cell->state == RUN_CELL_FAILED ||
                 (cell->state == RUN_CELL_LEFT && class != ERROR_CANCELLED))
            run_count_code(run, (int)error_class_get(class)->exit_code);
    }
}

/* --- What others see ------------------------------------------------------------- */

static int compare_durations(const void *left, const void *right)
{
    const uint32_t a = *(const uint32_t *)left;
    const uint32_t b = *(const uint32_t *)right;
    return (a > b) - (a < b);
}

static int64_t run_median_ms(const struct run *run)
{
    const size_t count = run->duration_len;
    if (count == 0)
        return -1;
    uint32_t *sorted = mem_alloc_array(count, sizeof(sorted[0]));
    memcpy(sorted, run->durations, count * sizeof(sorted[0]));
    qsort(sorted, count, sizeof(sorted[0]), compare_durations);
    const int64_t median =
        count % 2 == 1
            ? (int64_t)sorted[count / 2]
            : ((int64_t)sorted[count / 2 - 1] + (int64_t)sorted[count / 2]) / 2;
    mem_free(sorted);
    return median;
}

struct run_summary run_get_summary(const struct run *run)
{
    struct run_summary sum = run->sum;
    const int64_t now_ms = run->end_ms >= 0 ? run->end_ms : clock_now_ms();
    sum.elapsed_ms = now_ms - run->start_ms;
    sum.median_ms = run_median_ms(run);
    if (run->duration_len == 0)
        sum.slowest_ms = -1;
    sum.stability =
        run->agreement_count > 0 ? run->agreement / (double)run->agreement_count : -1;
    return sum;
}

struct run_activity run_get_activity(const struct run *run)
{
    struct run_activity activity = {0};
    for (size_t i = 0; i < run->open_len; i++) {
        const struct turn_status status =
            engine_get_turn(run->options.engine, run->open[i]->chat);
        if (status.state == TURN_QUEUED)
            activity.queued[status.queue_reason]++;
        else if (status.state == TURN_RETRYING)
            activity.retrying++;
        else
            activity.streaming++;
    }
    return activity;
}

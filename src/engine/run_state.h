/*
 * The inside of a run, for the files that make it up: run.c (rows, beginning cells),
 * run_settle.c (what an answer means for its cell), run_enough.c (and for its row),
 * run_money.c (the budget), run_count.c (sums). Everybody else uses run.h.
 */
#ifndef ENGINE_RUN_STATE_H
#define ENGINE_RUN_STATE_H

#include "src/engine/run.h"

/* Cells of one model that may begin, in order. */
struct run_lane {
    struct run_cell *first;
    struct run_cell *last;
    size_t open; /* cells that have begun and not settled */
};

struct run {
    struct run_options options;
    struct run_owner owner;
    struct run_lane *lanes; /* one a model */
    struct run_row **rows;  /* held; the first `rows_begin` places are free */
    size_t rows_begin;
    size_t rows_len;
    size_t rows_cap;
    size_t base; /* number of the row at rows_begin */
    size_t told; /* number of the next row to be told */
    size_t held_bytes;
    struct run_cell **open; /* cells with a running chat, by the chat's id */
    size_t open_len;
    size_t open_cap;
    struct ev_timer pump;
    struct error stopped; /* why no further cell begins; class ERROR_NONE: it does */
    struct error spent;   /* the same for want of money: rows are still taken */
    int64_t start_ms;
    int64_t end_ms; /* -1 while it runs */
    struct run_summary sum;
    uint32_t *durations; /* of answered cells, ms */
    size_t duration_len;
    size_t duration_cap;
    double reserved;      /* money that open cells may take */
    double charged;       /* that settled ones took, guessed where it is not known */
    int64_t known_output; /* tokens of the answers whose count is known */
    size_t known_count;
    double agreement; /* sum of shares, for the stability */
    size_t agreement_count;
    bool is_end_told;
    bool is_halted; /* no row is taken: it was stopped, and has not gone on */
};

/* run.c */
void run_emit(struct run *run, const struct run_event *event);
void run_plan(struct run *run);

/* Lets a cell begin as soon as there is a place. */
void run_line_up(struct run *run, struct run_cell *cell);

/* Takes a cell that has not begun out of the line. */
void run_unline(struct run *run, struct run_cell *cell);

/* Takes a cell off those whose chats run. */
void run_forget_open(struct run *run, struct run_cell *cell);

/* run_settle.c */

/* Settles a cell that has no chat running. */
void run_settle(struct run *run, struct run_cell *cell, enum run_cell_state state);
void run_settle_error(struct run *run, struct run_cell *cell, enum run_cell_state state,
                      enum error_class class, const char *sentence);

/* The chat's turn is over. */
void run_on_done(struct run *run, struct run_cell *cell);

/* run_enough.c */

/* What its chat tells meanwhile, for the hedge. */
void run_note_event(struct run *run, struct run_cell *cell,
                    const struct engine_event *event);

/* The row's next model is asked (a hedge). */
void run_hedge_on(struct run *run, struct run_row *row);

/* Whether the row has enough answers, now that this cell has settled: then the others are
 * spared. */
void run_judge(struct run *run, struct run_cell *cell);

/* The answer in the form in which it is compared; "" where there is none. */
const char *run_cell_form(struct run_cell *cell);

/* run_money.c */

/* True if the cell may begin; false if it might cost too much: the run's `spent` says so.
 * What it may take is reserved. */
bool run_reserve(struct run *run, struct run_cell *cell);

/* The cell is settled: what it took is known, or nothing was sent. */
void run_release(struct run *run, struct run_cell *cell);

/* About what a cell that was spared would have taken. */
double run_spared_cost(const struct run *run, const struct run_cell *cell);

/* run_count.c */
void run_count_cell(struct run *run, const struct run_cell *cell);
void run_uncount_cell(struct run *run, const struct run_cell *cell);
void run_count_row(struct run *run, struct run_row *row);

#endif

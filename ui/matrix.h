/*
 * One prompt over rows of values times models, as it is looked at: which rows pass the
 * filter, which cell is chosen, what each cell says. Owns the run and takes part in the
 * engine's events; draws nothing. What changes is told cell by cell, so that the screen
 * paints no more than that. Cost of looking at it: what is asked for, whatever its size.
 */
#ifndef UI_MATRIX_H
#define UI_MATRIX_H

#include <stdbool.h>
#include <stddef.h>

#include "src/engine/run.h"
#include "ui/prompt_rows.h"
#include "ui/theme/role.h"

enum matrix_filter { MATRIX_ALL, MATRIX_FAILED, MATRIX_DIFFERS, MATRIX_FILTER_COUNT };

/* Given away by the caller but for the pointers of `run`. */
struct matrix_options {
    struct run_options run;   /* models are copied; keeps_cells is set */
    struct prompt_rows *rows; /* taken */
    /* A cell says something else. With `is_whole` its row may pass the filter now, or
     * the sums have changed. */
    void (*on_change)(void *user, size_t row, size_t column, bool is_whole);
    void *user;
};

struct matrix {
    struct run *run;
    struct run_options options;
    struct prompt_rows *rows;
    size_t row_count;
    size_t next_row;
    struct chat_setup *models; /* strings owned */
    struct param_list *params;
    char **names; /* of the columns */
    size_t column_count;
    enum matrix_filter filter;
    size_t *listed; /* rows that pass the filter, in order; unused with MATRIX_ALL */
    size_t listed_count;
    size_t listed_cap;
    bool is_stale; /* they are to be found again */
    unsigned char *flags;
    size_t row; /* the chosen cell */
    size_t column;
    size_t first_row; /* places in the list, kept for the layout */
    size_t first_column;
    bool is_ended;
    bool is_stopped;
    int64_t rate_from_ms; /* pieces are counted from then on */
    size_t rate_pieces;
    double rate; /* of the stretch before; negative: none */
    void (*on_change)(void *user, size_t row, size_t column, bool is_whole);
    void *user;
};

struct matrix *matrix_new(const struct matrix_options *options);
void matrix_free(struct matrix *matrix);

/* True if the event was of one of its chats. */
bool matrix_hear(struct matrix *matrix, const struct engine_event *event);

/* --- Rows -------------------------------------------------------------------------- */

/* The rows that pass the filter: their number, the row at a place, the place of the
 * chosen row (or of the next one that passes). */
size_t matrix_listed_count(struct matrix *matrix);
size_t matrix_listed_row(const struct matrix *matrix, size_t place);
size_t matrix_chosen_place(struct matrix *matrix);

/* The place of a row; false if it does not pass. */
bool matrix_find_place(struct matrix *matrix, size_t row, size_t *place);

void matrix_set_filter(struct matrix *matrix, enum matrix_filter filter);

/* Moves the choice by rows and columns, not past the edges. */
void matrix_move(struct matrix *matrix, int rows, int columns);

/* --- Cells ------------------------------------------------------------------------- */

/* The cell, or NULL: its row was not begun yet. */
const struct run_cell *matrix_cell(const struct matrix *matrix, size_t row,
                                   size_t column);

/* What a cell says in one line, and what it took. Returns the sign before it. */
struct matrix_sign {
    const char *sign;
    enum role role;
    bool is_tail; /* the text is growing: its end is what counts */
};
struct matrix_sign matrix_describe_cell(const struct matrix *matrix, size_t row,
                                        size_t column, struct strbuf *text,
                                        struct strbuf *metrics);

/* "12 done, 3 running, 85 waiting, 1 failed · ~41 t/s · $0.0021 · about 12 s left". */
void matrix_describe(struct matrix *matrix, struct strbuf *out);

/* --- Doing ------------------------------------------------------------------------- */

/* Runs the cell again; false if it runs or waits already, or was not begun. */
bool matrix_retry(struct matrix *matrix, size_t row, size_t column);

/* Runs all again that failed or were left, and goes on where it was stopped; returns how
 * many. */
size_t matrix_retry_all(struct matrix *matrix);
void matrix_stop(struct matrix *matrix);
bool matrix_is_running(const struct matrix *matrix);

#endif

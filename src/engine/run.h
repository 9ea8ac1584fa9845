/*
 * One prompt over many values: the rows of a source times models times repeats. Each is a
 * cell: it opens a chat of its own, sends, and settles by itself; no failure ends
 * another. Rows are taken from the source one by one, so that any number of them stays
 * flat in memory, and told in the order of the source whatever order they finish in.
 *
 * Rules: the listener of the engine hands every event to run_hear. Callbacks come from
 * the loop or from inside of run_hear, run_stop and run_retry; they may call everything
 * here but run_free. Knows no command line and no screen.
 *
 * How far ahead: at most `jobs` cells of each model are begun at once (the gate below
 * decides which of them may send), and no row is taken that lies `window` rows or more
 * behind the oldest one that is not settled, nor while RUN_ROWS_MAX bytes of rows are
 * held. A slow row holds the others up only after that many.
 */
#ifndef ENGINE_RUN_H
#define ENGINE_RUN_H

#include <stdbool.h>
#include <stddef.h>

#include <ev.h>

#include "src/engine/engine.h"
#include "src/engine/run_cell.h"

struct run;
struct answer_cache;
struct spending;

/* The ceiling of rows that are held, in bytes; one row may be larger. */
#define RUN_ROWS_MAX ((size_t)64 << 20)

/* When a row has enough answers. */
enum run_enough {
    RUN_ENOUGH_ALL,
    RUN_ENOUGH_FIRST,  /* one good one: the others are stopped */
    RUN_ENOUGH_QUORUM, /* `quorum` of them agree (answer_form.h) */
    RUN_ENOUGH_HEDGE   /* as FIRST, but the next model is asked only when the one before
                          has no token after `hedge_ms`, or has failed */
};

struct run_options {
    struct ev_loop *loop;
    struct engine *engine;
    const struct catalog *catalog;   /* prices; may be NULL */
    const struct chat_setup *models; /* borrowed as long as the run */
    size_t model_count;
    size_t repeats;     /* of each model; 0 counts as 1 */
    size_t jobs;        /* cells of a model at once; 0 counts as 1 */
    size_t window;      /* rows; 0: 1024, or 4 times jobs if that is more */
    const char *schema; /* that answers have to fit, borrowed; or NULL */
    size_t mends;       /* how often a model may mend an answer that does not fit */
    enum run_enough enough;
    size_t quorum;
    int64_t hedge_ms;
    double max_cost;            /* money that may be spent; negative: any */
    struct spending *spending;  /* where it is noted, or NULL; its caps hold too */
    struct answer_cache *cache; /* or NULL */
    bool keeps_cells;           /* rows, cells and their chats stay until run_free */
    bool fails_fast;            /* the first failed cell stops the run */
};

struct run_owner {
    /* Fills the next row: values and prompt, or the error; the run owns what they hold.
     * False at the end. */
    bool (*next_row)(void *user, struct run_row *row);
    /* False for a cell that is not to be run; NULL: all are. */
    bool (*wants_cell)(void *user, const struct run_cell *cell);
    void (*on_event)(void *user, const struct run_event *event);
    void *user;
};

/* Makes a run; the first row is taken from the loop. */
struct run *run_new(const struct run_options *options, const struct run_owner *owner);

/* Closes the chats and frees everything. NULL is allowed. */
void run_free(struct run *run);

/* True if the event was of one of the run's chats. */
bool run_hear(struct run *run, const struct engine_event *event);

/*
 * No further cell is begun and no row is taken; cells that run are stopped, those that
 * wait are left with this class and sentence. The end is told once all are settled.
 */
void run_stop(struct run *run, enum error_class class, const char *sentence);

/* Runs a settled cell again, in a new chat, whatever has stopped the run before. False if
 * it is not settled, or the run does not keep its cells. The end is told again. A run
 * that was stopped takes no row by that: see run_go_on. */
bool run_retry(struct run *run, size_t row, size_t column);

/* Takes rows again after run_stop; what was left by it stays so until it is retried. */
void run_go_on(struct run *run);

/* Gives a cell's chat away: from now on it is the caller's to close. A cell that runs is
 * left. 0 if it has none. */
chat_id run_take_chat(struct run *run, size_t row, size_t column);

/* A row that is still held, or NULL. */
const struct run_row *run_get_row(const struct run *run, size_t row);

/* The cell of that row and column, or NULL. */
const struct run_cell *run_get_cell(const struct run *run, size_t row, size_t column);

/* The cell that the chat belongs to while it runs, or NULL. */
const struct run_cell *run_find_chat(const struct run *run, chat_id chat);

/* The sum up to now. */
struct run_summary run_get_summary(const struct run *run);

/* Why cells were not begun any more, a sentence; NULL: all were. */
const char *run_get_stop_reason(const struct run *run);

/* What is going on now. Looks at every cell that has begun: for a few times a second. */
struct run_activity run_get_activity(const struct run *run);

#endif

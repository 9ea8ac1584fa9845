/*
 * The plain data of a run (run.h): its rows, the cells of each, what an answer came to,
 * what the run tells its owner, and the sum of it all. Whoever reads here owns nothing;
 * what is borrowed is valid during the event, and as long as the run where it keeps its
 * cells.
 */
#ifndef ENGINE_RUN_CELL_H
#define ENGINE_RUN_CELL_H

#include <ev.h>

#include "src/chat/turn_sum.h"
#include "src/engine/event.h"
#include "src/prompt/field_value.h"
#include "src/prompt/template_render.h"

enum run_cell_state {
    RUN_CELL_WAITING, /* not begun */
    RUN_CELL_RUNNING,
    RUN_CELL_DONE,   /* answered */
    RUN_CELL_FAILED, /* see the result's error; so with RUN_CELL_LEFT */
    RUN_CELL_LEFT,   /* not run, or stopped before its end */
    RUN_CELL_SPARED, /* another answer of the row was good enough */
    RUN_CELL_SKIPPED /* the owner did not want it: it has the result already */
};

/* The name of the state: "waiting", "running", "done", "failed", "not run", "spared",
 * "skipped". */
const char *run_cell_state_name(enum run_cell_state state);

/* What a cell came to. Numbers are those of all its answers: where some did not fit the
 * schema, or tools ran. */
struct run_result {
    char *text; /* of the last answer; with a schema only the JSON in it */
    size_t len;
    enum finish finish;
    char *finish_raw; /* or NULL */
    char *model;      /* that answered; NULL before */
    struct turn_sum sum;
    struct error error;
    int status;
    char *provider_code; /* of an error, or NULL */
    char *request_id;    /* or NULL */
    size_t misfits;      /* answers that did not fit the schema */
    bool is_cached;      /* it came from the cache: nothing was sent */
    bool agrees;         /* it is one of the answers that made the quorum */
};

/* Frees what a result holds and empties it. */
void run_result_clear(struct run_result *result);

struct run_cell {
    size_t row;    /* number of its row */
    size_t column; /* model and repeat: model * repeats + repeat */
    size_t model;  /* number of its model */
    size_t repeat; /* from 0 */
    enum run_cell_state state;
    chat_id chat; /* 0 where none is open */
    struct run_result result;
    /* The run's own. */
    struct run_row *owner;
    struct run_cell *next;
    struct run_cell *previous;
    double reserved; /* money that it may take, counted already */
    char *cache_key;
    char *form; /* of its answer, for comparing (answer_form.h); or NULL */
    bool is_queued;
    bool is_unwanted; /* stopped because of another one's answer */
    bool has_token;
};

struct run_row {
    size_t number; /* from 0, in the order of the source */
    struct field_values values;
    struct rendered_prompt prompt; /* empty where there is an error */
    struct error error;            /* why none of its cells can be run */
    struct run_cell *cells;
    size_t cell_count;
    const struct run_cell *winner; /* that was good enough, or NULL */
    /* The run's own. */
    struct run *run;
    struct ev_timer hedge; /* when the next model is to be asked */
    size_t settled;
    const struct run_cell *newest; /* that a hedge has let go last */
    bool is_hedge_set;             /* its clock was set */
    size_t size;                   /* in bytes, about */
    bool is_told;
    bool is_counted;
};

enum run_event_kind {
    RUN_EVENT_STARTED, /* cell: its chat is open, or was found in the cache */
    RUN_EVENT_CHAT,    /* cell, event: what the engine tells of its chat */
    RUN_EVENT_AGAIN,   /* cell, text: its answer counts no more: why; another follows */
    RUN_EVENT_SETTLED, /* cell: its result is there */
    RUN_EVENT_ROW,     /* row: all its cells are settled, and all rows before it */
    RUN_EVENT_END      /* every row is settled; see run_get_summary */
};

struct run_event {
    enum run_event_kind kind;
    const struct run_row *row; /* also where it is of a cell */
    const struct run_cell *cell;
    const struct engine_event *event;
    const char *text;
};

/* How far a run is, and what it came to. */
struct run_summary {
    size_t rows; /* taken from the source so far */
    size_t settled_rows;
    size_t cells[RUN_CELL_SKIPPED + 1]; /* by state */
    size_t errors[ERROR_CLASS_COUNT];   /* cells that failed or were left, by class */
    size_t cached;
    size_t misfits;  /* answers that did not fit the schema, mended or not */
    bool is_ended;   /* the source has no more rows */
    bool is_stopped; /* no further cell is begun */
    int64_t elapsed_ms;
    int64_t slowest_ms; /* of the answered cells; -1: none */
    size_t slowest_row;
    size_t slowest_column;
    int64_t median_ms; /* of the same; -1 */
    int64_t input_tokens;
    int64_t output_tokens;
    double cost;         /* of those whose cost is known */
    size_t cost_unknown; /* answers whose cost is not */
    double spared_cost;  /* about what spared cells would have taken; 0: not known */
    size_t winners;      /* rows in which an answer was good enough */
    double stability;    /* with repeats: how often answers of a model and row agree, 0 to
                            1; -1: not known */
    /* Exit codes of the rows that are settled: what the whole is worth. */
    bool has_success;
    int failure_code; /* 0: none; EXIT_CODE_SOME_FAILED: of several kinds */
};

/* What the cells that have begun are doing now. */
struct run_activity {
    size_t streaming; /* sent and not answered, or being answered */
    size_t retrying;
    size_t queued[QUEUE_REASON_COUNT];
};

#endif

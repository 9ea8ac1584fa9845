/*
 * A run in an engine_world: rows are texts, each the one message of its prompt; what the
 * run tells is written down, one line an event: "0/1 started", "0/1 done hello",
 * "0/1 failed auth", "row 0", "end" (chat events are left out).
 */
#ifndef SUPPORT_RUN_WORLD_H
#define SUPPORT_RUN_WORLD_H

#include "src/engine/run.h"
#include "tests/support/engine_world.h"

#define RUN_WORLD_MODELS 4

struct run_world {
    struct engine_world engine;
    struct chat_setup models[RUN_WORLD_MODELS];
    size_t model_count;
    struct run_options options; /* to be changed before run_world_start */
    struct run *run;
    const char *const *texts; /* the rows; NULL: numbers */
    size_t row_count;
    size_t next;
    size_t bad_row;   /* this one has an error; SIZE_MAX: none */
    size_t open_max;  /* the most chats that were open at once */
    size_t ahead_max; /* the most rows taken and not told */
    bool is_ended;
    struct strbuf trace;
    /* Called for each event after it was written down; may be NULL. */
    void (*on_event)(struct run_world *world, const struct run_event *event);
    bool (*wants_cell)(void *user, const struct run_cell *cell);
};

/* Fixtures of cmocka; the state is the world. */
int run_world_setup(void **state);
int run_world_teardown(void **state);

/* Adds a model of the demo server. */
void run_world_add_model(struct run_world *world, const char *model);
void run_world_add_model_at(struct run_world *world, const struct endpoint *endpoint,
                            const char *model);

/* Starts a run over the texts (NULL: "0", "1", …). */
void run_world_start(struct run_world *world, const char *const *texts, size_t count);

/* Runs the loop until the end was told. */
void run_world_finish(struct run_world *world);

/* Both. */
void run_world_do(struct run_world *world, const char *const *texts, size_t count);

/* Compares what was told and empties it. */
void run_world_assert_trace(struct run_world *world, const char *expected);

/* How often the trace holds the line. */
size_t run_world_count(const struct run_world *world, const char *line);

#endif

/* The source and the owner of a run, for tests. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/run_world.h"

#include <stdio.h>
#include <string.h>

#include "src/base/mem.h"

static bool world_next_row(void *user, struct run_row *row)
{
    struct run_world *world = user;
    char number[32];
    if (world->next == world->row_count)
        return false;
    snprintf(number, sizeof(number), "%zu", world->next);
    const char *text = world->texts != NULL ? world->texts[world->next] : number;
    if (world->next++ == world->bad_row) {
        error_set(&row->error, ERROR_USAGE, "row %s is bad", number);
        return true;
    }
    row->prompt.messages = mem_alloc_array(1, sizeof(row->prompt.messages[0]));
    row->prompt.messages[0] = message_new(0, MESSAGE_USER);
    row->prompt.message_count = 1;
    message_append(row->prompt.messages[0], PART_TEXT, text, strlen(text));
    return true;
}

static void world_write(struct run_world *world, const struct run_event *event)
{
    const struct run_cell *cell = event->cell;
    struct strbuf *trace = &world->trace;
    if (event->kind == RUN_EVENT_CHAT)
        return;
    if (event->kind == RUN_EVENT_ROW)
        strbuf_append_format(trace, "row %zu", event->row->number);
    else if (event->kind == RUN_EVENT_END)
        strbuf_append_text(trace, "end");
    else
        strbuf_append_format(trace, "%zu/%zu ", cell->row, cell->column);
    if (event->kind == RUN_EVENT_STARTED)
        strbuf_append_text(trace, "started");
    if (event->kind == RUN_EVENT_AGAIN)
        strbuf_append_format(trace, "again: %s", event->text);
    if (event->kind == RUN_EVENT_SETTLED) {
        const struct run_result *result = &cell->result;
        strbuf_append_text(trace, run_cell_state_name(cell->state));
        if (cell->state == RUN_CELL_DONE)
            strbuf_append_format(trace, " %s%s", result->text,
                                 result->is_cached ? " (cached)" : "");
        else if (result->error.class != ERROR_NONE)
            strbuf_append_format(trace, " %s",
                                 error_class_get(result->error.class)->name);
    }
    strbuf_append_char(trace, '\n');
}

static void world_on_run(void *user, const struct run_event *event)
{
    struct run_world *world = user;
    world->is_ended = world->is_ended || event->kind == RUN_EVENT_END;
    world_write(world, event);
    const struct run_summary sum = run_get_summary(world->run);
    if (sum.cells[RUN_CELL_RUNNING] > world->open_max)
        world->open_max = sum.cells[RUN_CELL_RUNNING];
    if (sum.rows - sum.settled_rows > world->ahead_max)
        world->ahead_max = sum.rows - sum.settled_rows;
    if (world->on_event != NULL)
        world->on_event(world, event);
}

static void world_on_engine(void *user, const struct engine_event *event)
{
    struct run_world *world = user;
    if (world->run != NULL)
        run_hear(world->run, event);
}

int run_world_setup(void **state)
{
    struct run_world *world = mem_alloc(sizeof(*world));
    engine_world_init(&world->engine);
    world->bad_row = SIZE_MAX;
    world->options = (struct run_options){
        .repeats = 1, .jobs = 8, .mends = 2, .max_cost = -1, .loop = world->engine.loop};
    strbuf_init(&world->trace, (size_t)16 << 20);
    *state = world;
    return 0;
}

int run_world_teardown(void **state)
{
    struct run_world *world = *state;
    struct run *run = world->run;
    world->run = NULL; /* what closing tells is nobody's business */
    run_free(run);
    engine_world_clear(&world->engine);
    strbuf_clear(&world->trace);
    mem_free(world);
    return 0;
}

void run_world_add_model_at(struct run_world *world, const struct endpoint *endpoint,
                            const char *model)
{
    assert_true(world->model_count < RUN_WORLD_MODELS);
    world->models[world->model_count++] =
        (struct chat_setup){.endpoint = endpoint, .model = model, .is_streaming = true};
}

void run_world_add_model(struct run_world *world, const char *model)
{
    run_world_add_model_at(world, &world->engine.demo_endpoint, model);
}

void run_world_start(struct run_world *world, const char *const *texts, size_t count)
{
    struct run *old = world->run;
    world->run = NULL;
    run_free(old);
    engine_world_start(&world->engine);
    world->texts = texts;
    world->row_count = count;
    world->next = 0;
    world->is_ended = false;
    world->options.engine = world->engine.engine;
    world->options.catalog = world->engine.catalog;
    world->options.models = world->models;
    world->options.model_count = world->model_count;
    const struct run_owner owner = {.next_row = world_next_row,
                                    .wants_cell = world->wants_cell,
                                    .on_event = world_on_run,
                                    .user = world};
    world->engine.user = world;
    world->engine.on_event = world_on_engine;
    world->run = run_new(&world->options, &owner);
}

static bool world_is_ended(void *user)
{
    const struct run_world *world = user;
    return world->is_ended;
}

void run_world_finish(struct run_world *world)
{
    engine_world_wait(&world->engine, world_is_ended, world);
}

void run_world_do(struct run_world *world, const char *const *texts, size_t count)
{
    run_world_start(world, texts, count);
    run_world_finish(world);
}

void run_world_assert_trace(struct run_world *world, const char *expected)
{
    assert_string_equal(strbuf_text(&world->trace), expected);
    strbuf_reset(&world->trace);
}

size_t run_world_count(const struct run_world *world, const char *line)
{
    const size_t len = strlen(line);
    size_t count = 0;
    for (const char *at = strbuf_text(&world->trace); *at != '\0';) {
        const size_t line_len = strcspn(at, "\n");
        count += line_len == len && memcmp(at, line, len) == 0;
        at += line_len + (at[line_len] == '\n');
    }
    return count;
}

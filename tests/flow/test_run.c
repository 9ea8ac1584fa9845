/*
 * A run against the demo server and the raw server: order, bounds, failures beside each
 * other, stopping, trying again.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "tests/support/run_world.h"

#define ECHO  "echo?rate=0&ttft=0"
#define SLOW  "echo?rate=0&ttft=300"
#define STALL "sage?rate=0&ttft=0&fault=stall&at=5"

static const char *const four[] = {"action", "comedy", "drama", "sci-fi"};

static void run__answers_each_row__and_tells_them_in_order(void **state)
{
    struct run_world *world = *state;
    run_world_add_model(world, ECHO);
    run_world_do(world, four, COUNT_OF(four));
    const struct run_summary sum = run_get_summary(world->run);
    for (size_t i = 0; i < COUNT_OF(four); i++) {
        char *line = strbuf_format("%zu/0 done %s", i, four[i]);
        assert_int_equal(run_world_count(world, line), 1);
        mem_free(line);
    }
    const char *rows = strstr(strbuf_text(&world->trace), "row 0\n");
    assert_non_null(rows);
    assert_non_null(strstr(rows, "row 1\n"));
    assert_true(strstr(rows, "row 1\n") < strstr(rows, "row 2\n"));
    assert_true(strstr(rows, "row 2\n") < strstr(rows, "row 3\n"));
    assert_string_equal(strstr(rows, "row 3\n"), "row 3\nend\n");
    assert_int_equal(sum.cells[RUN_CELL_DONE], 4);
    assert_int_equal(sum.settled_rows, 4);
    assert_true(sum.has_success && sum.failure_code == 0);
    assert_true(sum.slowest_ms >= sum.median_ms && sum.median_ms >= 0);
    assert_true(sum.input_tokens > 0 && sum.output_tokens > 0);
    assert_int_equal(engine_busy_count(world->engine.engine), 0);
}

static void run__ends__with_no_rows_at_all(void **state)
{
    struct run_world *world = *state;
    run_world_add_model(world, ECHO);
    run_world_do(world, NULL, 0);
    run_world_assert_trace(world, "end\n");
}

static void run__asks_every_model__for_every_row(void **state)
{
    struct run_world *world = *state;
    run_world_add_model(world, ECHO);
    run_world_add_model(world, SLOW);
    world->options.repeats = 2;
    run_world_do(world, four, 2);
    for (int column = 0; column < 4; column++) {
        char *line = strbuf_format("1/%d done comedy", column);
        assert_int_equal(run_world_count(world, line), 1);
        mem_free(line);
    }
    const struct run_summary sum = run_get_summary(world->run);
    assert_int_equal(sum.cells[RUN_CELL_DONE], 8);
    assert_float_equal(sum.stability, 1.0, 0);
}

static void run__keeps_jobs_and_window__with_many_rows(void **state)
{
    struct run_world *world = *state;
    run_world_add_model(world, ECHO);
    world->options.jobs = 3;
    world->options.window = 5;
    run_world_do(world, NULL, 100);
    const struct run_summary sum = run_get_summary(world->run);
    assert_int_equal(sum.cells[RUN_CELL_DONE], 100);
    assert_int_equal(world->open_max, 3);
    assert_true(world->ahead_max <= 5);
    assert_null(run_get_row(world->run, 0));
}

static void release_when_others_are_done(struct run_world *world,
                                         const struct run_event *event)
{
    (void)event;
    const struct run_summary sum = run_get_summary(world->run);
    if (sum.cells[RUN_CELL_DONE] == 40)
        raw_server_release(world->engine.raw);
}

/* The first row's answer is held back until forty others have come. */
static void run__goes_on__past_a_slow_row(void **state)
{
    struct run_world *world = *state;
    static const char *const deltas[] = {"{\"content\":\"x\"}", NULL};
    char *stream = engine_world_make_stream(deltas, "stop");
    const struct raw_step held[] = {{RAW_HOLD, NULL, 0}, {RAW_SEND, stream, 0}};
    const struct raw_step plain[] = {{RAW_SEND, stream, 0}};
    raw_server_answer(world->engine.raw, held, COUNT_OF(held));
    raw_server_answer_always(world->engine.raw, plain, COUNT_OF(plain));
    run_world_add_model_at(world, &world->engine.raw_endpoint, "any");
    world->options.jobs = 2;
    world->on_event = release_when_others_are_done;
    run_world_do(world, NULL, 41);
    mem_free(stream);
    /* Whose request came first was held: one of the first two. */
    const char *text = strbuf_text(&world->trace);
    const char *first = strstr(text, "\n0/0 done x\n");
    const char *second = strstr(text, "\n1/0 done x\n");
    const char *last = strstr(text, "\n40/0 done x\n");
    assert_true(first != NULL && second != NULL && last != NULL);
    assert_true(last < (first > second ? first : second));
    const char *told = text;
    for (int row = 0; row <= 40; row++) {
        char *line = strbuf_format("\nrow %d\n", row);
        told = strstr(told, line);
        assert_non_null(told);
        mem_free(line);
    }
}

/* What is over the pool's ceiling would be closed after each request. */
static void run__uses_connections_again__with_many_at_once(void **state)
{
    struct run_world *world = *state;
    static const char *const deltas[] = {"{\"content\":\"x\"}", NULL};
    char *stream = engine_world_make_stream(deltas, "stop");
    const struct raw_step plain[] = {{RAW_SEND, stream, 0}};
    raw_server_answer_always(world->engine.raw, plain, COUNT_OF(plain));
    mem_free(stream);
    world->engine.settings.values[SETTING_JOBS] = 100;
    run_world_add_model_at(world, &world->engine.raw_endpoint, "any");
    world->options.jobs = 100;
    run_world_do(world, NULL, 500);
    assert_int_equal(run_get_summary(world->run).cells[RUN_CELL_DONE], 500);
    assert_true(raw_server_count_accepted(world->engine.raw) <= 110);
}

static void run__settles_each__by_itself(void **state)
{
    struct run_world *world = *state;
    run_world_add_model(world, ECHO);
    run_world_add_model(world, "sage?rate=0&ttft=0&fault=401");
    run_world_add_model(world, "sage?rate=0&ttft=0&fault=cut&at=5");
    run_world_do(world, four, 2);
    assert_int_equal(run_world_count(world, "0/0 done action"), 1);
    assert_int_equal(run_world_count(world, "1/1 failed auth"), 1);
    assert_int_equal(run_world_count(world, "1/2 failed network_reset"), 1);
    const struct run_summary sum = run_get_summary(world->run);
    assert_int_equal(sum.cells[RUN_CELL_FAILED], 4);
    assert_int_equal(sum.errors[ERROR_AUTH], 2);
    assert_int_equal(sum.failure_code, EXIT_CODE_SOME_FAILED);
}

static void run__names_a_row__that_cannot_be_sent(void **state)
{
    struct run_world *world = *state;
    run_world_add_model(world, ECHO);
    world->bad_row = 1;
    run_world_do(world, four, 3);
    assert_int_equal(run_world_count(world, "1/0 failed usage"), 1);
    assert_int_equal(run_world_count(world, "2/0 done drama"), 1);
    assert_int_equal(run_get_summary(world->run).failure_code, EXIT_CODE_USAGE);
}

static void run__stops_the_rest__when_told_to_fail_fast(void **state)
{
    struct run_world *world = *state;
    run_world_add_model(world, "sage?rate=0&ttft=0&fault=401");
    world->options.fails_fast = true;
    world->options.jobs = 1;
    run_world_do(world, NULL, 1000);
    const struct run_summary sum = run_get_summary(world->run);
    assert_int_equal(sum.cells[RUN_CELL_FAILED], 1);
    assert_true(sum.rows < 1000);
    assert_int_equal(sum.cells[RUN_CELL_LEFT], sum.rows - 1);
    assert_int_equal(sum.failure_code, EXIT_CODE_AUTH);
}

static void stop_when_begun(struct run_world *world, const struct run_event *event)
{
    if (event->kind == RUN_EVENT_CHAT && event->event->kind == EVENT_TEXT)
        run_stop(world->run, ERROR_CANCELLED, "enough");
}

static void run_stop__ends_what_runs__and_leaves_the_rest(void **state)
{
    struct run_world *world = *state;
    run_world_add_model(world, STALL);
    world->options.jobs = 2;
    world->on_event = stop_when_begun;
    run_world_do(world, four, COUNT_OF(four));
    const struct run_summary sum = run_get_summary(world->run);
    assert_int_equal(sum.cells[RUN_CELL_LEFT], sum.rows);
    assert_int_equal(sum.cells[RUN_CELL_DONE], 0);
    assert_int_equal(run_world_count(world, "0/0 not run cancelled"), 1);
}

static bool wants_odd(void *user, const struct run_cell *cell)
{
    (void)user;
    return cell->row % 2 == 1;
}

static void run__skips__what_is_not_wanted(void **state)
{
    struct run_world *world = *state;
    run_world_add_model(world, ECHO);
    world->wants_cell = wants_odd;
    run_world_do(world, four, COUNT_OF(four));
    const struct run_summary sum = run_get_summary(world->run);
    assert_int_equal(sum.cells[RUN_CELL_SKIPPED], 2);
    assert_int_equal(run_world_count(world, "0/0 skipped"), 1);
    assert_int_equal(run_world_count(world, "1/0 done comedy"), 1);
}

static void run_retry__runs_a_cell_again__where_cells_are_kept(void **state)
{
    struct run_world *world = *state;
    static const char *const deltas[] = {"{\"content\":\"x\"}", NULL};
    char *stream = engine_world_make_stream(deltas, "stop");
    const struct raw_step plain[] = {{RAW_SEND, stream, 0}};
    raw_server_answer_text(world->engine.raw,
                           "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n");
    raw_server_answer_always(world->engine.raw, plain, COUNT_OF(plain));
    mem_free(stream);
    run_world_add_model_at(world, &world->engine.raw_endpoint, "any");
    world->options.keeps_cells = true;
    world->options.jobs = 1;
    run_world_do(world, four, 2);
    assert_int_equal(run_world_count(world, "0/0 failed auth"), 1);
    const struct run_cell *cell = run_get_cell(world->run, 0, 0);
    assert_int_equal(cell->state, RUN_CELL_FAILED);
    const chat_id old = cell->chat;
    assert_non_null(engine_get_chat(world->engine.engine, old));
    world->is_ended = false;
    assert_true(run_retry(world->run, 0, 0));
    assert_false(run_retry(world->run, 0, 0));
    run_world_finish(world);
    assert_int_equal(cell->state, RUN_CELL_DONE);
    assert_string_equal(cell->result.text, "x");
    assert_true(cell->chat != old);
    const struct run_summary sum = run_get_summary(world->run);
    assert_int_equal(sum.cells[RUN_CELL_DONE], 2);
    assert_int_equal(sum.errors[ERROR_AUTH], 0);
}

static void stop_at_second(struct run_world *world, const struct run_event *event)
{
    if (event->kind == RUN_EVENT_STARTED && event->cell->row == 1)
        run_stop(world->run, ERROR_CANCELLED, "enough");
}

static void run_retry__of_a_stopped_run__takes_no_row(void **state)
{
    struct run_world *world = *state;
    run_world_add_model(world, ECHO);
    world->options.jobs = 1;
    world->options.keeps_cells = true;
    world->on_event = stop_at_second;
    run_world_do(world, four, COUNT_OF(four));
    const size_t taken = run_get_summary(world->run).rows;
    assert_true(taken < 4);
    world->on_event = NULL;
    world->is_ended = false;
    assert_true(run_retry(world->run, 1, 0));
    run_world_finish(world);
    assert_int_equal(run_world_count(world, "1/0 done comedy"), 1);
    assert_int_equal(run_get_summary(world->run).rows, taken);
    world->is_ended = false;
    run_go_on(world->run);
    run_world_finish(world);
    assert_int_equal(run_world_count(world, "3/0 done sci-fi"), 1);
    assert_int_equal(run_get_summary(world->run).rows, 4);
}

static void run_take_chat__gives_the_conversation__and_lets_the_cell_be_retried(
    void **state)
{
    struct run_world *world = *state;
    run_world_add_model(world, ECHO);
    world->options.keeps_cells = true;
    run_world_do(world, four, 1);
    const chat_id chat = run_take_chat(world->run, 0, 0);
    assert_non_null(engine_get_chat(world->engine.engine, chat));
    assert_int_equal(run_take_chat(world->run, 0, 0), 0);
    world->is_ended = false;
    assert_true(run_retry(world->run, 0, 0));
    run_world_finish(world);
    assert_int_equal(run_world_count(world, "0/0 done action"), 2);
    assert_non_null(engine_get_chat(world->engine.engine, chat));
    assert_int_not_equal(run_get_cell(world->run, 0, 0)->chat, chat);
}

static void run_take_chat__of_a_cell_that_runs__leaves_it(void **state)
{
    struct run_world *world = *state;
    run_world_add_model(world, STALL);
    world->options.keeps_cells = true;
    run_world_start(world, four, 1);
    while (run_get_cell(world->run, 0, 0) == NULL ||
           run_get_cell(world->run, 0, 0)->state != RUN_CELL_RUNNING)
        ev_run(world->engine.loop, EVRUN_ONCE);
    const chat_id chat = run_take_chat(world->run, 0, 0);
    assert_true(engine_is_busy(world->engine.engine, chat));
    run_world_finish(world);
    assert_int_equal(run_world_count(world, "0/0 not run cancelled"), 1);
    assert_true(engine_is_busy(world->engine.engine, chat));
}

static void run_free__ends_everything__in_the_middle(void **state)
{
    struct run_world *world = *state;
    run_world_add_model(world, STALL);
    run_world_start(world, NULL, 50);
    engine_world_wait_line(&world->engine, "1 streaming");
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown(run__answers_each_row__and_tells_them_in_order,
                                    run_world_setup, run_world_teardown),
    cmocka_unit_test_setup_teardown(run__ends__with_no_rows_at_all, run_world_setup,
                                    run_world_teardown),
    cmocka_unit_test_setup_teardown(run__asks_every_model__for_every_row, run_world_setup,
                                    run_world_teardown),
    cmocka_unit_test_setup_teardown(run__keeps_jobs_and_window__with_many_rows,
                                    run_world_setup, run_world_teardown),
    cmocka_unit_test_setup_teardown(run__goes_on__past_a_slow_row, run_world_setup,
                                    run_world_teardown),
    cmocka_unit_test_setup_teardown(run__uses_connections_again__with_many_at_once,
                                    run_world_setup, run_world_teardown),
    cmocka_unit_test_setup_teardown(run__settles_each__by_itself, run_world_setup,
                                    run_world_teardown),
    cmocka_unit_test_setup_teardown(run__names_a_row__that_cannot_be_sent,
                                    run_world_setup, run_world_teardown),
    cmocka_unit_test_setup_teardown(run__stops_the_rest__when_told_to_fail_fast,
                                    run_world_setup, run_world_teardown),
    cmocka_unit_test_setup_teardown(run_stop__ends_what_runs__and_leaves_the_rest,
                                    run_world_setup, run_world_teardown),
    cmocka_unit_test_setup_teardown(run__skips__what_is_not_wanted, run_world_setup,
                                    run_world_teardown),
    cmocka_unit_test_setup_teardown(run_retry__runs_a_cell_again__where_cells_are_kept,
                                    run_world_setup, run_world_teardown),
    cmocka_unit_test_setup_teardown(run_retry__of_a_stopped_run__takes_no_row,
                                    run_world_setup, run_world_teardown),
    cmocka_unit_test_setup_teardown(
        run_take_chat__gives_the_conversation__and_lets_the_cell_be_retried,
        run_world_setup, run_world_teardown),
    cmocka_unit_test_setup_teardown(run_take_chat__of_a_cell_that_runs__leaves_it,
                                    run_world_setup, run_world_teardown),
    cmocka_unit_test_setup_teardown(run_free__ends_everything__in_the_middle,
                                    run_world_setup, run_world_teardown),
};

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}

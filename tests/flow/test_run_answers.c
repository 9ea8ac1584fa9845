/*
 * What a run makes of answers: the schema, when a row has enough of them, the budget, the
 * cache.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/engine/answer_cache.h"
#include "src/engine/spending.h"
#include "tests/support/run_world.h"

#define ECHO  "echo?rate=0&ttft=0"
#define STALL "sage?rate=0&ttft=0&fault=stall&at=5"
#define MUTE  "sage?rate=0&ttft=60000"

static const char schema[] = "{\"type\":\"object\",\"required\":[\"title\"],"
                             "\"properties\":{\"title\":{\"type\":\"string\"}}}";

static void answer_raw(struct run_world *world, const char *json_text)
{
    char *delta = strbuf_format("{\"content\":%s}", json_text);
    const char *const deltas[] = {delta, NULL};
    char *stream = engine_world_make_stream(deltas, "stop");
    raw_server_answer_text(world->engine.raw, stream);
    mem_free(stream);
    mem_free(delta);
}

/* --- The schema ------------------------------------------------------------------ */

static void run__gives_the_reason_back__until_the_answer_fits(void **state)
{
    struct run_world *world = *state;
    answer_raw(world, "\"Sure: Emma\"");
    answer_raw(world, "\"{\\\"title\\\":1}\"");
    answer_raw(world, "\"```json\\n{\\\"title\\\":\\\"Emma\\\"}\\n```\"");
    run_world_add_model_at(world, &world->engine.raw_endpoint, "any");
    world->options.schema = schema;
    world->options.keeps_cells = true;
    run_world_do(world, NULL, 1);
    run_world_assert_trace(world, "0/0 started\n"
                                  "0/0 again: it is not one JSON value\n"
                                  "0/0 again: /title: must be text, is a number\n"
                                  "0/0 done {\"title\":\"Emma\"}\n"
                                  "row 0\n"
                                  "end\n");
    const struct run_result *result = &run_get_cell(world->run, 0, 0)->result;
    assert_int_equal(result->misfits, 2);
    assert_int_equal(result->sum.attempts, 3);
    const struct raw_request *last = raw_server_get_request(world->engine.raw, 2);
    assert_non_null(strstr(last->body, "/title: must be text, is a number"));
    assert_non_null(strstr(last->body, "Sure: Emma"));
}

static void run__fails_with_a_class_of_its_own__when_no_answer_fits(void **state)
{
    struct run_world *world = *state;
    run_world_add_model(world, ECHO);
    world->options.schema = schema;
    world->options.mends = 1;
    run_world_do(world, NULL, 1);
    assert_int_equal(run_world_count(world, "0/0 failed schema"), 1);
    const struct run_summary sum = run_get_summary(world->run);
    assert_int_equal(sum.misfits, 2);
    assert_int_equal(sum.failure_code, EXIT_CODE_SERVER);
}

/* --- Enough ---------------------------------------------------------------------- */

static void run__stops_the_others__at_the_first_good_answer(void **state)
{
    struct run_world *world = *state;
    run_world_add_model(world, STALL);
    run_world_add_model(world, ECHO);
    run_world_add_model(world, "sage?rate=0&ttft=0&fault=401");
    world->options.enough = RUN_ENOUGH_FIRST;
    static const char *const texts[] = {"hello"};
    run_world_do(world, texts, 1);
    assert_int_equal(run_world_count(world, "0/1 done hello"), 1);
    assert_int_equal(run_world_count(world, "0/0 spared"), 1);
    const struct run_summary sum = run_get_summary(world->run);
    assert_int_equal(sum.winners, 1);
    assert_true(sum.has_success && sum.failure_code == 0);
}

static void run__stops__when_enough_answers_agree(void **state)
{
    struct run_world *world = *state;
    answer_raw(world, "\"Positive.\"");
    answer_raw(world, "\"negative\"");
    answer_raw(world, "\" **positive** \"");
    run_world_add_model_at(world, &world->engine.raw_endpoint, "any");
    world->options.enough = RUN_ENOUGH_QUORUM;
    world->options.quorum = 2;
    world->options.repeats = 5;
    world->options.jobs = 1;
    world->options.keeps_cells = true;
    run_world_do(world, NULL, 1);
    const struct run_row *row = run_get_row(world->run, 0);
    assert_ptr_equal(row->winner, &row->cells[0]);
    assert_true(row->cells[0].result.agrees && row->cells[2].result.agrees);
    assert_false(row->cells[1].result.agrees);
    assert_int_equal(run_get_summary(world->run).cells[RUN_CELL_SPARED], 2);
    assert_int_equal(raw_server_count_requests(world->engine.raw), 3);
}

static void run__asks_the_next_model__when_one_says_nothing(void **state)
{
    struct run_world *world = *state;
    run_world_add_model(world, MUTE);
    run_world_add_model(world, ECHO);
    run_world_add_model(world, ECHO);
    world->options.enough = RUN_ENOUGH_HEDGE;
    world->options.hedge_ms = 30;
    static const char *const texts[] = {"hello"};
    run_world_do(world, texts, 1);
    assert_int_equal(run_world_count(world, "0/0 started"), 1);
    assert_int_equal(run_world_count(world, "0/1 done hello"), 1);
    assert_int_equal(run_world_count(world, "0/0 spared"), 1);
    assert_int_equal(run_world_count(world, "0/2 started"), 0);
}

static void run__asks_the_next_model__when_one_fails(void **state)
{
    struct run_world *world = *state;
    run_world_add_model(world, "sage?rate=0&ttft=0&fault=401");
    run_world_add_model(world, ECHO);
    world->options.enough = RUN_ENOUGH_HEDGE;
    world->options.hedge_ms = 60000;
    static const char *const texts[] = {"a", "b"};
    run_world_do(world, texts, 2);
    assert_int_equal(run_world_count(world, "0/1 done a"), 1);
    assert_int_equal(run_world_count(world, "1/1 done b"), 1);
    assert_int_equal(run_get_summary(world->run).failure_code, 0);
}

/* --- Money ----------------------------------------------------------------------- */

/* Prices at which the demo's echo is 1 for 1000 tokens of output. */
static void set_prices(struct catalog *catalog, struct run_world *world)
{
    catalog_init(catalog);
    struct catalog_entry *entry =
        catalog_add_entry(catalog, "priced", &world->engine.demo_endpoint, ECHO);
    entry->price_input = 0;
    entry->price_output = 1000;
    entry->price_cached = 0;
    world->engine.catalog = catalog;
}

static void run__stops__before_the_cap_is_crossed(void **state)
{
    struct run_world *world = *state;
    struct catalog catalog;
    set_prices(&catalog, world);
    run_world_add_model(world, ECHO);
    world->options.jobs = 4;
    world->options.max_cost = 0.6; /* one answer is guessed at 0.5, and takes far less */
    run_world_do(world, NULL, 2000);
    const struct run_summary sum = run_get_summary(world->run);
    assert_true(sum.cost <= 0.6);
    assert_true(sum.cells[RUN_CELL_DONE] > 1);
    assert_int_equal(sum.cells[RUN_CELL_DONE] + sum.cells[RUN_CELL_LEFT], 2000);
    assert_int_equal(sum.errors[ERROR_BUDGET], sum.cells[RUN_CELL_LEFT]);
    assert_true(sum.cells[RUN_CELL_LEFT] > 0);
    assert_int_equal(sum.failure_code, EXIT_CODE_LIMIT);
    run_free(world->run);
    world->run = NULL;
    engine_free(world->engine.engine);
    world->engine.engine = NULL;
    catalog_clear(&catalog);
}

static void run__sends_nothing__under_a_cap_and_without_a_price(void **state)
{
    struct run_world *world = *state;
    run_world_add_model(world, ECHO);
    world->options.max_cost = 1;
    run_world_do(world, NULL, 2);
    assert_int_equal(run_world_count(world, "1/0 not run budget"), 1);
    assert_int_equal(run_get_summary(world->run).cells[RUN_CELL_LEFT], 2);
}

static void run__notes_what_was_spent__for_the_day(void **state)
{
    struct run_world *world = *state;
    struct catalog catalog;
    char folder[] = "/tmp/motet-test-XXXXXX";
    assert_non_null(mkdtemp(folder));
    char *path = strbuf_format("%s/spending", folder);
    const struct spending_caps caps = {.session = -1, .day = -1};
    set_prices(&catalog, world);
    run_world_add_model(world, ECHO);
    world->options.spending = spending_new(path, &caps);
    run_world_do(world, NULL, 5);
    const double cost = run_get_summary(world->run).cost;
    assert_true(cost > 0);
    assert_float_equal(spending_today(world->options.spending), cost, 1e-6);
    run_free(world->run);
    world->run = NULL;
    spending_free(world->options.spending);
    engine_free(world->engine.engine);
    world->engine.engine = NULL;
    catalog_clear(&catalog);
    mem_free(path);
}

/* --- The cache ------------------------------------------------------------------- */

static void run__answers_from_the_cache__what_was_asked_before(void **state)
{
    struct run_world *world = *state;
    char folder[] = "/tmp/motet-test-XXXXXX";
    static const char *const texts[] = {"one", "two"};
    assert_non_null(mkdtemp(folder));
    world->options.cache = answer_cache_new(folder, ANSWER_CACHE_MAX, NULL);
    assert_non_null(world->options.cache);
    run_world_add_model(world, ECHO);
    run_world_do(world, texts, 2);
    assert_int_equal(run_get_summary(world->run).cached, 0);
    run_world_do(world, texts, 2);
    const struct run_summary sum = run_get_summary(world->run);
    assert_int_equal(sum.cached, 2);
    assert_int_equal(sum.cells[RUN_CELL_DONE], 2);
    assert_int_equal(run_world_count(world, "0/0 done one (cached)"), 1);
    assert_int_equal(run_world_count(world, "1/0 done two (cached)"), 1);
    run_free(world->run);
    world->run = NULL;
    answer_cache_free(world->options.cache);
}

#define TEST(name)                                                                       \
    cmocka_unit_test_setup_teardown(name, run_world_setup, run_world_teardown)

static const struct CMUnitTest tests[] = {
    TEST(run__gives_the_reason_back__until_the_answer_fits),
    TEST(run__fails_with_a_class_of_its_own__when_no_answer_fits),
    TEST(run__stops_the_others__at_the_first_good_answer),
    TEST(run__stops__when_enough_answers_agree),
    TEST(run__asks_the_next_model__when_one_says_nothing),
    TEST(run__asks_the_next_model__when_one_fails),
    TEST(run__stops__before_the_cap_is_crossed),
    TEST(run__sends_nothing__under_a_cap_and_without_a_price),
    TEST(run__notes_what_was_spent__for_the_day),
    TEST(run__answers_from_the_cache__what_was_asked_before),
};

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}

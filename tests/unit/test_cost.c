/* What an answer cost: nothing billed twice, nothing guessed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "src/engine/cost.h"

struct fixture {
    struct catalog catalog;
    const struct endpoint *endpoint;
    struct catalog_entry *entry;
};

static int setup(void **state)
{
    static struct fixture fixture;
    catalog_init(&fixture.catalog);
    struct endpoint *endpoint = catalog_add_endpoint(&fixture.catalog);
    endpoint_init(endpoint, "work", "openai-chat", "http://127.0.0.1:1");
    fixture.endpoint = endpoint;
    fixture.entry = catalog_add_entry(&fixture.catalog, "gpt", endpoint, "big");
    fixture.entry->price_input = 2;
    fixture.entry->price_output = 10;
    fixture.entry->price_cached = 0.5;
    *state = &fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;
    catalog_clear(&fixture->catalog);
    return 0;
}

static double reckon(const struct fixture *fixture, struct usage usage)
{
    return cost_reckon(&fixture->catalog, fixture->endpoint, "big", &usage);
}

static void cost_reckon__adds__what_was_read_and_written(void **state)
{
    const struct usage usage = {.input = 1000, .output = 100, .cached = 0};
    assert_float_equal(reckon(*state, usage), 0.003, 1e-12);
}

static void cost_reckon__bills_cached_tokens__once_and_at_their_price(void **state)
{
    const struct usage usage = {.input = 1000, .output = 0, .cached = 400};
    assert_float_equal(reckon(*state, usage), 0.0014, 1e-12);
}

static void cost_reckon__takes_silence_on_the_cache__for_none(void **state)
{
    const struct usage usage = {.input = 1000, .output = 100, .cached = -1};
    assert_float_equal(reckon(*state, usage), 0.003, 1e-12);
}

static void cost_reckon__does_not_bill_reasoning__beside_the_output(void **state)
{
    const struct usage usage = {.input = 0, .output = 100, .reasoning = 90};
    assert_float_equal(reckon(*state, usage), 0.001, 1e-12);
}

static void cost_reckon__knows_nothing__where_usage_is_missing(void **state)
{
    assert_true(reckon(*state, usage_unknown()) < 0);
    assert_true(reckon(*state, (struct usage){.input = 5, .output = -1}) < 0);
    assert_true(reckon(*state, (struct usage){.input = -1, .output = 5}) < 0);
    /* More from the cache than was read: one of the two numbers is wrong. */
    assert_true(reckon(*state, (struct usage){.input = 5, .cached = 6}) < 0);
}

static void cost_reckon__knows_nothing__where_a_needed_price_is_missing(void **state)
{
    struct fixture *fixture = *state;
    fixture->entry->price_output = -1;
    assert_true(reckon(fixture, (struct usage){.input = 5, .output = 5}) < 0);
    assert_float_equal(reckon(fixture, (struct usage){.input = 5}), 0.00001, 1e-12);
    fixture->entry->price_cached = -1;
    assert_true(reckon(fixture, (struct usage){.input = 5, .cached = 1}) < 0);
}

static void cost_reckon__is_zero__where_the_price_is(void **state)
{
    struct fixture *fixture = *state;
    fixture->entry->price_input = fixture->entry->price_output = 0;
    assert_float_equal(reckon(fixture, (struct usage){.input = 5, .output = 5}), 0, 0);
}

static void cost_reckon__looks_up__endpoint_and_model(void **state)
{
    struct fixture *fixture = *state;
    const struct usage usage = {.input = 1000};
    struct endpoint *other = catalog_add_endpoint(&fixture->catalog);
    endpoint_init(other, "other", "openai-chat", "http://127.0.0.1:2");
    assert_true(cost_reckon(&fixture->catalog, other, "big", &usage) < 0);
    assert_true(cost_reckon(&fixture->catalog, fixture->endpoint, "gpt", &usage) < 0);
    assert_true(cost_reckon(NULL, fixture->endpoint, "big", &usage) < 0);
}

static void cost_reckon__passes_over__an_entry_without_prices(void **state)
{
    struct fixture *fixture = *state;
    fixture->entry->price_input = fixture->entry->price_output = -1;
    struct catalog_entry *second =
        catalog_add_entry(&fixture->catalog, "other", fixture->endpoint, "big");
    second->price_input = 1;
    assert_float_equal(reckon(fixture, (struct usage){.input = 1000}), 0.001, 1e-12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(cost_reckon__adds__what_was_read_and_written,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(
            cost_reckon__bills_cached_tokens__once_and_at_their_price, setup, teardown),
        cmocka_unit_test_setup_teardown(cost_reckon__takes_silence_on_the_cache__for_none,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(
            cost_reckon__does_not_bill_reasoning__beside_the_output, setup, teardown),
        cmocka_unit_test_setup_teardown(
            cost_reckon__knows_nothing__where_usage_is_missing, setup, teardown),
        cmocka_unit_test_setup_teardown(
            cost_reckon__knows_nothing__where_a_needed_price_is_missing, setup, teardown),
        cmocka_unit_test_setup_teardown(cost_reckon__is_zero__where_the_price_is, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(cost_reckon__looks_up__endpoint_and_model, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(cost_reckon__passes_over__an_entry_without_prices,
                                        setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What is read out of refusals, and what is made of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "src/engine/adaptation.h"
#include "src/provider/quirk.h"

struct fixture {
    struct param_list params;
    struct strbuf said;
    struct adaptation change;
    unsigned quirks;
    bool has_opaque;
};

static int set_up(void **state)
{
    static struct fixture fixture;
    fixture = (struct fixture){.quirks = 0};
    strbuf_init(&fixture.said, 1000);
    *state = &fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    param_list_clear(&fixture->params);
    strbuf_clear(&fixture->said);
    return 0;
}

static void add(struct fixture *fixture, const char *assignment)
{
    assert_true(param_list_add(&fixture->params, assignment, NULL));
}

static bool read_refusal(struct fixture *fixture, const char *message, const char *code)
{
    const struct refusal refusal = {.message = message,
                                    .code = code,
                                    .params = &fixture->params,
                                    .quirks = fixture->quirks,
                                    .is_streaming = true,
                                    .has_opaque = fixture->has_opaque};
    strbuf_reset(&fixture->said);
    return adaptation_read(&refusal, &fixture->change, &fixture->said);
}

/* True if the parameter is left after the change. */
static bool is_left(struct fixture *fixture, const char *name)
{
    struct param_list left = {0};
    adaptation_filter(&fixture->change, &fixture->params, &left);
    const bool is_there = param_list_get(&left, name) != NULL;
    param_list_clear(&left);
    return is_there;
}

static void adaptation__leaves_out__a_parameter_that_is_named(void **state)
{
    struct fixture *fixture = *state;
    add(fixture, "temperature=0.3");
    add(fixture, "top_p=0.9");
    assert_true(read_refusal(fixture,
                             "Unsupported parameter: 'temperature' is not supported with "
                             "this model.",
                             "unsupported_parameter"));
    assert_string_equal(strbuf_text(&fixture->said), "without temperature");
    assert_false(is_left(fixture, "temperature"));
    assert_true(is_left(fixture, "top_p"));
}

static void adaptation__knows_reasoning__by_its_other_names(void **state)
{
    struct fixture *fixture = *state;
    add(fixture, "reasoning=low");
    assert_true(
        read_refusal(fixture, "Unrecognized request argument: reasoning_effort", NULL));
    assert_false(is_left(fixture, "reasoning"));
}

static void adaptation__renames__the_limit_of_tokens(void **state)
{
    struct fixture *fixture = *state;
    add(fixture, "max_tokens=100");
    assert_true(read_refusal(fixture,
                             "'max_tokens' is not supported with this model. Use "
                             "'max_completion_tokens' instead.",
                             NULL));
    assert_int_equal(adaptation_quirks(&fixture->change, 0), QUIRK_MAX_COMPLETION_TOKENS);
    assert_true(is_left(fixture, "max_tokens"));
    fixture->quirks = QUIRK_MAX_COMPLETION_TOKENS;
    assert_true(read_refusal(
        fixture, "max_completion_tokens: Extra inputs are not permitted", NULL));
    assert_int_equal(adaptation_quirks(&fixture->change, fixture->quirks), 0);
}

static void adaptation__drops__stream_options(void **state)
{
    struct fixture *fixture = *state;
    assert_true(read_refusal(fixture, "unknown field \"stream_options\"", NULL));
    assert_int_equal(fixture->change.quirks_on, QUIRK_NO_STREAM_OPTIONS);
    fixture->quirks = QUIRK_NO_STREAM_OPTIONS;
    assert_false(read_refusal(fixture, "unknown field \"stream_options\"", NULL));
}

static void adaptation__drops__what_is_opaque(void **state)
{
    struct fixture *fixture = *state;
    assert_false(read_refusal(fixture, "Invalid `signature` in `thinking` block", NULL));
    fixture->has_opaque = true;
    assert_true(read_refusal(fixture, "Invalid `signature` in `thinking` block", NULL));
    assert_true(fixture->change.drops_opaque);
}

static void adaptation__changes_nothing__that_was_not_sent(void **state)
{
    struct fixture *fixture = *state;
    add(fixture, "seed=1");
    assert_false(read_refusal(fixture, "unsupported parameter: temperature", NULL));
    assert_false(read_refusal(fixture, "unsupported parameter: seeds", NULL));
    assert_false(read_refusal(fixture, "seed must be positive", NULL));
    assert_false(read_refusal(fixture, "", NULL));
}

static void adaptation__is_remembered__for_endpoint_and_model(void **state)
{
    struct fixture *fixture = *state;
    struct adaptation_list list = {0};
    struct endpoint here;
    struct endpoint there;
    endpoint_init(&here, "here", "openai-chat", "http://127.0.0.1:1");
    endpoint_init(&there, "there", "openai-chat", "http://127.0.0.1:2");
    add(fixture, "seed=1");
    assert_true(read_refusal(fixture, "unsupported: seed", NULL));
    adaptation_learn(&list, &here, "m", &fixture->change);
    fixture->change = (struct adaptation){.quirks_on = QUIRK_NO_STREAM_OPTIONS};
    adaptation_learn(&list, &here, "m", &fixture->change);
    const struct adaptation known = adaptation_find(&list, &here, "m");
    assert_int_not_equal(known.left_out, 0);
    assert_int_equal(known.quirks_on, QUIRK_NO_STREAM_OPTIONS);
    assert_int_equal(adaptation_find(&list, &here, "n").left_out, 0);
    assert_int_equal(adaptation_find(&list, &there, "m").left_out, 0);
    adaptation_list_clear(&list);
    endpoint_clear(&here);
    endpoint_clear(&there);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(adaptation__leaves_out__a_parameter_that_is_named,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(adaptation__knows_reasoning__by_its_other_names,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(adaptation__renames__the_limit_of_tokens, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(adaptation__drops__stream_options, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(adaptation__drops__what_is_opaque, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(adaptation__changes_nothing__that_was_not_sent,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(adaptation__is_remembered__for_endpoint_and_model,
                                        set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The query in a model's name: what is read, what is refused, and by which name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "src/base/compiler.h"
#include "src/demo/demo_model.h"
#include "src/demo/demo_params.h"

static struct demo_params parse(const char *query)
{
    struct demo_params params = {.rate = 45, .at = -1, .retry_after_s = -1};
    struct error err = {.class = ERROR_NONE};
    const char *culprit = NULL;
    const bool is_ok = demo_params_parse(&params, query, &culprit, &err);
    error_clear(&err);
    assert_true(is_ok);
    return params;
}

static void assert_refused(const char *query, const char *expected_culprit)
{
    struct demo_params params = {.rate = 45};
    struct error err = {.class = ERROR_NONE};
    const char *culprit = NULL;
    assert_false(demo_params_parse(&params, query, &culprit, &err));
    assert_string_equal(culprit, expected_culprit);
    assert_int_equal(err.class, ERROR_BAD_REQUEST);
    assert_true(strlen(error_text(&err)) > 20);
    error_clear(&err);
}

static void demo_params_parse__reads_all_parameters(void **state)
{
    (void)state;
    const struct demo_params params =
        parse("rate=80.5&tokens=400&ttft=200&seed=9007199254740993&fault=cut&at=20&"
              "status=503&retry_after=1.5&jitter=0.25&key=required");
    assert_true(params.rate == 80.5 && params.reasoning_rate == 80.5);
    assert_int_equal(params.tokens, 400);
    assert_int_equal(params.ttft_ms, 200);
    assert_true(params.has_seed && params.seed == 9007199254740993u);
    assert_int_equal(params.fault, DEMO_FAULT_CUT);
    assert_int_equal(params.at, 20);
    assert_int_equal(params.status, 503);
    assert_true(params.retry_after_s == 1.5);
    assert_true(params.jitter == 0.25);
    assert_true(params.needs_key);
}

static void demo_params_parse__keeps_defaults_that_are_not_named(void **state)
{
    (void)state;
    const struct demo_params params = parse("tokens=3");
    assert_true(params.rate == 45);
    assert_int_equal(params.at, -1);
    assert_false(params.has_seed);
}

static void demo_params_parse__allows_empty_parts(void **state)
{
    (void)state;
    parse("");
    assert_int_equal(parse("&&tokens=3&").tokens, 3);
}

static void demo_params_parse__reads_a_status_as_fault(void **state)
{
    (void)state;
    assert_int_equal(parse("fault=429").fault, DEMO_FAULT_STATUS);
    assert_int_equal(parse("fault=429").status, 429);
    assert_int_equal(parse("status=502").fault, DEMO_FAULT_STATUS);
    assert_int_equal(parse("fault=html&status=502").fault, DEMO_FAULT_HTML);
    assert_int_equal(parse("status=502&fault=html").status, 502);
}

static void demo_params_parse__reads_words(void **state)
{
    (void)state;
    assert_int_equal(parse("fault=stall&phase=end").phase, DEMO_PHASE_END);
    assert_int_equal(parse("fault=stall").phase, DEMO_PHASE_TEXT);
    assert_int_equal(parse("wait=ms&fault=429").wait, DEMO_WAIT_MS);
    assert_int_equal(parse("fault=flood").fault, DEMO_FAULT_FLOOD);
    assert_true(parse("key=required").needs_key);
    assert_refused("phase=moon", "phase");
    assert_refused("wait=7", "wait");
    assert_refused("key=", "key");
}

static void demo_params_parse__names_the_parameter_at_fault(void **state)
{
    (void)state;
    assert_refused("rate=fast", "rate");
    assert_refused("rate=-1", "rate");
    assert_refused("rate=nan", "rate");
    assert_refused("rate=", "rate");
    assert_refused("rate", "rate");
    assert_refused("tokens=0", "tokens");
    assert_refused("tokens=1.5", "tokens");
    assert_refused("tokens=99999999999999999999", "tokens");
    assert_refused("ttft=-1", "ttft");
    assert_refused("jitter=1.01", "jitter");
    assert_refused("seed=-2", "seed");
    assert_refused("at=x", "at");
    assert_refused("status=302", "status");
    assert_refused("fault=tea", "fault");
    assert_refused("fault=399", "fault");
    assert_refused("key=maybe", "key");
    assert_refused("tokens=5&retry_after=soon", "retry_after");
}

static void demo_params_parse__refuses_unknown_parameters(void **state)
{
    (void)state;
    assert_refused("speed=1", "model");
    assert_refused("=1", "model");
    assert_refused("Rate=1", "model");
}

static void demo_model_find__takes_names_with_and_without_prefix(void **state)
{
    (void)state;
    const char *query = NULL;
    const struct demo_model *model = demo_model_find("demo/sage?rate=80", &query);
    assert_non_null(model);
    assert_string_equal(model->name, "sage");
    assert_string_equal(query, "rate=80");
    assert_ptr_equal(demo_model_find("sage", &query), model);
    assert_string_equal(query, "");
    assert_ptr_equal(demo_model_find("sage?", &query), model);
}

static void demo_model_find__knows_no_other_names(void **state)
{
    (void)state;
    static const char *const names[] = {"",     "demo/",          "sag",    "sages",
                                        "Sage", "demo/demo/sage", "?rate=1"};
    const char *query = NULL;
    for (size_t i = 0; i < COUNT_OF(names); i++)
        assert_null(demo_model_find(names[i], &query));
}

static void demo_model_get__finds_each_by_its_own_name(void **state)
{
    (void)state;
    const char *query = NULL;
    assert_int_equal(demo_model_count(), 14);
    for (size_t i = 0; i < demo_model_count(); i++) {
        const struct demo_model *model = demo_model_get(i);
        assert_ptr_equal(demo_model_find(model->name, &query), model);
        assert_true(strlen(model->help) > 10);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(demo_params_parse__reads_all_parameters),
        cmocka_unit_test(demo_params_parse__keeps_defaults_that_are_not_named),
        cmocka_unit_test(demo_params_parse__allows_empty_parts),
        cmocka_unit_test(demo_params_parse__reads_a_status_as_fault),
        cmocka_unit_test(demo_params_parse__reads_words),
        cmocka_unit_test(demo_params_parse__names_the_parameter_at_fault),
        cmocka_unit_test(demo_params_parse__refuses_unknown_parameters),
        cmocka_unit_test(demo_model_find__takes_names_with_and_without_prefix),
        cmocka_unit_test(demo_model_find__knows_no_other_names),
        cmocka_unit_test(demo_model_get__finds_each_by_its_own_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

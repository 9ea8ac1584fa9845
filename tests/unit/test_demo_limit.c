/* Limits over (handed-in) time: who is let in, who waits how long, and what is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "src/base/strbuf.h"
#include "src/demo/demo_limit.h"

#define SECOND_US 1000000

static void demo_limit_take__lets_all_in_where_there_is_no_limit(void **state)
{
    (void)state;
    struct demo_limit limit;
    double wait_s = 0;
    demo_limit_init(&limit, &(struct demo_limit_options){0}, 0);
    for (int i = 0; i < 1000; i++)
        assert_true(demo_limit_take(&limit, 0, &wait_s));
    assert_int_equal(limit.accepted, 1000);
    assert_int_equal(limit.in_flight_max, 1000);
}

static void demo_limit_take__refuses_one_too_many_at_once(void **state)
{
    (void)state;
    struct demo_limit limit;
    double wait_s = 0;
    demo_limit_init(&limit, &(struct demo_limit_options){.concurrent = 2}, 0);
    assert_true(demo_limit_take(&limit, 0, &wait_s));
    assert_true(demo_limit_take(&limit, 0, &wait_s));
    assert_false(demo_limit_take(&limit, 0, &wait_s));
    assert_true(wait_s > 0);
    demo_limit_give_back(&limit);
    assert_true(demo_limit_take(&limit, 0, &wait_s));
    assert_int_equal(limit.refused, 1);
    assert_int_equal(limit.in_flight, 2);
}

static void demo_limit_take__fills_the_bucket_steadily(void **state)
{
    (void)state;
    struct demo_limit limit;
    double wait_s = 0;
    demo_limit_init(&limit, &(struct demo_limit_options){.requests = 60}, 0);
    for (int i = 0; i < 60; i++)
        assert_true(demo_limit_take(&limit, 0, &wait_s));
    assert_false(demo_limit_take(&limit, SECOND_US / 4, &wait_s));
    assert_true(wait_s == 0.75);
    assert_true(demo_limit_take(&limit, SECOND_US, &wait_s));
    assert_false(demo_limit_take(&limit, SECOND_US, &wait_s));
    for (int i = 0; i < 60; i++)
        assert_true(demo_limit_take(&limit, 1000 * (int64_t)SECOND_US, &wait_s));
    assert_false(demo_limit_take(&limit, 1000 * (int64_t)SECOND_US, &wait_s));
}

static void note_field(void *user, const char *name, const char *value)
{
    strbuf_append_format(user, "%s: %s\n", name, value);
}

static void assert_fields(const struct demo_protocol *protocol, const char *expected)
{
    struct demo_limit limit;
    struct strbuf fields;
    double wait_s = 0;
    strbuf_init(&fields, 1000);
    demo_limit_init(&limit, &(struct demo_limit_options){.requests = 60}, 0);
    for (int i = 0; i < 3; i++)
        demo_limit_take(&limit, 0, &wait_s);
    demo_limit_list_headers(&limit, &protocol->limit_names, 1767225600, note_field,
                            &fields);
    assert_string_equal(strbuf_text(&fields), expected);
    strbuf_clear(&fields);
}

static void demo_limit_list_headers__tells_in_each_service_s_way(void **state)
{
    (void)state;
    assert_fields(&demo_openai_chat, "x-ratelimit-limit-requests: 60\n"
                                     "x-ratelimit-remaining-requests: 57\n"
                                     "x-ratelimit-reset-requests: 3000ms\n");
    assert_fields(&demo_anthropic,
                  "anthropic-ratelimit-requests-limit: 60\n"
                  "anthropic-ratelimit-requests-remaining: 57\n"
                  "anthropic-ratelimit-requests-reset: 2026-01-01T00:00:03Z\n");
    assert_fields(&demo_gemini, "");
    assert_fields(&demo_ollama, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(demo_limit_take__lets_all_in_where_there_is_no_limit),
        cmocka_unit_test(demo_limit_take__refuses_one_too_many_at_once),
        cmocka_unit_test(demo_limit_take__fills_the_bucket_steadily),
        cmocka_unit_test(demo_limit_list_headers__tells_in_each_service_s_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What answers say: the JSON in them, and which of them agree. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "src/engine/answer_form.h"

static void assert_json(const char *text, const char *expected)
{
    size_t len;
    const char *json = answer_find_json(text, strlen(text), &len);
    assert_int_equal(len, strlen(expected));
    assert_memory_equal(json, expected, len);
}

static void answer_find_json__takes_off__white_space_and_one_fence(void **state)
{
    (void)state;
    assert_json("  {\"a\":1}\n\n", "{\"a\":1}");
    assert_json("```json\n{\"a\":1}\n```\n", "{\"a\":1}");
    assert_json("```\n[1]\n```", "[1]");
    assert_json("```{}```", "```{}```");
    assert_json("here:\n```json\n{}\n```", "here:\n```json\n{}\n```");
    assert_json("```json\n```", "");
    assert_json("```", "```");
    assert_json("", "");
}

static void assert_form(const char *text, const char *expected)
{
    char *form = answer_normalise(text, strlen(text));
    assert_string_equal(form, expected);
    mem_free(form);
}

static void answer_normalise__leaves_out__case_space_and_punctuation(void **state)
{
    (void)state;
    assert_form("  Positive.\n", "positive");
    assert_form("**Yes**, it\tis!", "yes it is");
    assert_form("\xC3\x89T\xC3\x89 \xE2\x80\x94 \xCE\x91", "\xC3\xA9t\xC3\xA9 \xCE\xB1");
    assert_form("", "");
    assert_form("\xFF ok", "\xEF\xBF\xBD ok");
}

static void answer_normalise__keeps__what_makes_another_answer(void **state)
{
    (void)state;
    assert_form("C++", "c++");
    assert_form("C#.", "c#");
    assert_form("3.14 m", "3.14 m");
    assert_form("-5 degrees", "-5 degrees");
    assert_form("about - 5", "about 5");
}

static void answer_normalise__compares_json__as_values(void **state)
{
    (void)state;
    assert_form("{\"b\": [1.0, {\"y\":0,\"x\":null}], \"a\": \"B\"}",
                "{\"a\":\"B\",\"b\":[1,{\"x\":null,\"y\":0}]}");
    assert_form("```json\n{\"a\":1}\n```", "{\"a\":1}");
    assert_form("\"Positive\"", "positive");
    assert_form("42", "42");
    assert_form("42.0", "42");
}

static void answer_fits__says__what_is_wrong(void **state)
{
    (void)state;
    static const char schema[] = "{\"type\":\"object\",\"required\":[\"title\"],"
                                 "\"properties\":{\"title\":{\"type\":\"string\"}}}";
    struct strbuf why;
    strbuf_init(&why, 1000);
    const char *good = "```json\n{\"title\":\"Emma\"}\n```";
    assert_true(answer_fits(schema, good, strlen(good), &why));
    assert_string_equal(strbuf_text(&why), "");
    assert_false(answer_fits(schema, "{\"title\":1}", 11, &why));
    assert_non_null(strstr(strbuf_text(&why), "/title"));
    strbuf_reset(&why);
    assert_false(answer_fits(schema, "Sure! {}", 8, &why));
    assert_non_null(strstr(strbuf_text(&why), "not one JSON value"));
    strbuf_reset(&why);
    assert_false(answer_fits(schema, " \n", 2, &why));
    assert_non_null(strstr(strbuf_text(&why), "empty"));
    strbuf_clear(&why);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(answer_find_json__takes_off__white_space_and_one_fence),
    cmocka_unit_test(answer_normalise__leaves_out__case_space_and_punctuation),
    cmocka_unit_test(answer_normalise__keeps__what_makes_another_answer),
    cmocka_unit_test(answer_normalise__compares_json__as_values),
    cmocka_unit_test(answer_fits__says__what_is_wrong),
};

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}

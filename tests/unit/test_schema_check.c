/* Arguments against schemas: what fits, what is said about what does not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "src/base/compiler.h"
#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/tool/schema_check.h"
#include "src/tool/schema_pattern.h"

struct check_case {
    const char *schema;
    const char *arguments;
    const char *why; /* NULL: fits */
};

static void assert_cases(const struct check_case *cases, size_t count)
{
    struct strbuf why;
    strbuf_init(&why, 10000);
    for (size_t i = 0; i < count; i++) {
        strbuf_reset(&why);
        const bool fits = schema_check(cases[i].schema, cases[i].arguments, &why);
        if (fits != (cases[i].why == NULL) ||
            strcmp(strbuf_text(&why), fits ? "" : cases[i].why) != 0)
            fail_msg("%s with %s: \"%s\" and not \"%s\"", cases[i].schema,
                     cases[i].arguments, strbuf_text(&why),
                     cases[i].why != NULL ? cases[i].why : "");
    }
    strbuf_clear(&why);
}

/* Schemas of one member "x". */
static void assert_member_cases(const struct check_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char *schema = strbuf_format("{\"properties\":{\"x\":%s}}", cases[i].schema);
        char *arguments = strbuf_format("{\"x\":%s}", cases[i].arguments);
        const struct check_case one = {schema, arguments, cases[i].why};
        assert_cases(&one, 1);
        mem_free(schema);
        mem_free(arguments);
    }
}

static void schema_check__names__the_place_and_the_reason(void **state)
{
    (void)state;
    static const char weather[] =
        "{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"},"
        "\"days\":{\"type\":\"array\",\"items\":{\"type\":\"integer\"}}},"
        "\"required\":[\"city\"],\"additionalProperties\":false}";
    static const struct check_case cases[] = {
        {weather, "{\"city\":\"Paris\"}", NULL},
        {weather, "{\"city\":7}", "/city: must be text, is a number"},
        {weather, "{}", "/: \"city\" is missing"},
        {weather, "", "/: \"city\" is missing"},
        {weather, "{\"city\":\"a\",\"days\":[1,2.5]}",
         "/days/1: must be a whole number, is a number with a fraction"},
        {weather, "{\"city\":\"a\",\"dais\":[]}",
         "/: there is no \"dais\"; did you mean \"days\"?"},
        {weather, "{\"city\":\"a\",\"qqqqq\":[]}",
         "/: there is no \"qqqqq\"; what there is: city, days"},
        {weather, "[]", "/: the arguments must be an object, are a list"},
        {weather, "{\"city\":", "/: the arguments are not JSON"},
        {"{}", " \n", NULL},
        {"no schema", "{\"a\":1}", NULL},
        {"true", "{\"a\":1}", NULL},
        {"{\"properties\":{\"a/b~\":{\"type\":\"null\"}}}", "{\"a/b~\":1}",
         "/a~1b~0: must be null, is a number"},
    };
    assert_cases(cases, COUNT_OF(cases));
}

static void schema_check__knows__the_types(void **state)
{
    (void)state;
    static const struct check_case cases[] = {
        {"{\"type\":\"integer\"}", "7", NULL},
        {"{\"type\":\"integer\"}", "7.0", NULL},
        {"{\"type\":\"integer\"}", "12345678901234567890123", NULL},
        {"{\"type\":\"integer\"}", "9007199254740993", NULL},
        {"{\"type\":\"integer\"}", "\"7\"", "/x: must be a whole number, is text"},
        {"{\"type\":[\"string\",\"null\"]}", "null", NULL},
        {"{\"type\":[\"string\",\"null\"]}", "true",
         "/x: must be text or null, is true or false"},
        {"{\"type\":\"string\",\"nullable\":true}", "null", NULL},
        {"{\"type\":\"string\"}", "null", "/x: must be text, is null"},
        {"{\"type\":\"boolean\"}", "0", "/x: must be true or false, is a number"},
        {"{\"type\":\"object\"}", "[]", "/x: must be an object, is a list"},
        {"{\"type\":\"array\"}", "{}", "/x: must be a list, is an object"},
        {"{\"type\":\"fancy\"}", "{}", NULL},
        {"{\"type\":[]}", "{}", NULL},
        {"false", "1", "/x: is not allowed"},
        {"true", "1", NULL},
    };
    assert_member_cases(cases, COUNT_OF(cases));
}

static void schema_check__compares__with_enum_and_const(void **state)
{
    (void)state;
    static const struct check_case cases[] = {
        {"{\"enum\":[\"celsius\",\"fahrenheit\"]}", "\"celsius\"", NULL},
        {"{\"enum\":[\"celsius\",\"fahrenheit\"]}", "\"kelvin\"",
         "/x: must be one of \"celsius\", \"fahrenheit\""},
        {"{\"enum\":[1,null,{\"a\":[1]}]}", "{\"a\":[1]}", NULL},
        {"{\"enum\":[1,null,{\"a\":[1]}]}", "{\"a\":[2]}",
         "/x: must be one of 1, null, {\"a\":[1]}"},
        {"{\"const\":{\"a\":1,\"b\":2}}", "{\"b\":2,\"a\":1.0}", NULL},
        {"{\"const\":\"on\"}", "\"off\"", "/x: must be \"on\""},
    };
    assert_member_cases(cases, COUNT_OF(cases));
}

static void schema_check__measures__text_and_numbers(void **state)
{
    (void)state;
    static const struct check_case cases[] = {
        {"{\"minLength\":1}", "\"\"", "/x: must not be empty"},
        {"{\"minLength\":3}", "\"äö\"", "/x: must have at least 3 characters, has 2"},
        {"{\"maxLength\":2}", "\"äö\"", NULL},
        {"{\"maxLength\":1}", "\"\\ud83d\\ude00\"", NULL},
        {"{\"maxLength\":1}", "\"ab\"", "/x: must have at most 1 characters, has 2"},
        {"{\"pattern\":\"^[a-z]+$\"}", "\"abc\"", NULL},
        {"{\"pattern\":\"^\\\\d{3}$\"}", "\"12a\"",
         "/x: must match the pattern ^\\d{3}$"},
        {"{\"pattern\":\"(?=x)\"}", "\"a\"", NULL},
        {"{\"minimum\":0,\"maximum\":10}", "10", NULL},
        {"{\"minimum\":0,\"maximum\":10}", "-1", "/x: must be at least 0"},
        {"{\"maximum\":10}", "10.5", "/x: must be at most 10"},
        {"{\"exclusiveMinimum\":0}", "0", "/x: must be more than 0"},
        {"{\"exclusiveMaximum\":1}", "1", "/x: must be less than 1"},
        {"{\"minimum\":0,\"exclusiveMinimum\":true}", "0", "/x: must be more than 0"},
        {"{\"multipleOf\":0.1}", "0.3", NULL},
        {"{\"multipleOf\":2}", "3", "/x: must be a multiple of 2"},
        {"{\"multipleOf\":0}", "3", NULL},
        {"{\"minimum\":5}", "\"a\"", NULL},
    };
    assert_member_cases(cases, COUNT_OF(cases));
}

static void schema_check__looks__into_lists(void **state)
{
    (void)state;
    static const struct check_case cases[] = {
        {"{\"minItems\":1}", "[]", "/x: must have at least 1 items, has 0"},
        {"{\"maxItems\":1}", "[1,2]", "/x: must have at most 1 items, has 2"},
        {"{\"uniqueItems\":true}", "[1,{\"a\":2},{\"a\":2}]",
         "/x: must not have the same item twice"},
        {"{\"prefixItems\":[{\"type\":\"string\"}],\"items\":false}", "[\"a\"]", NULL},
        {"{\"prefixItems\":[{\"type\":\"string\"}],\"items\":false}", "[\"a\",1]",
         "/x/1: is not allowed"},
        {"{\"items\":[{\"type\":\"string\"}],\"additionalItems\":{\"type\":\"null\"}}",
         "[\"a\",1]", "/x/1: must be null, is a number"},
        {"{\"items\":{\"items\":{\"type\":\"string\"}}}", "[[\"a\"],[\"b\",0]]",
         "/x/1/1: must be text, is a number"},
    };
    assert_member_cases(cases, COUNT_OF(cases));
}

static void schema_check__looks__into_objects(void **state)
{
    (void)state;
    static const struct check_case cases[] = {
        {"{\"additionalProperties\":{\"type\":\"string\"}}", "{\"a\":1}",
         "/x/a: must be text, is a number"},
        {"{\"patternProperties\":{\"^n_\":{\"type\":\"number\"}},"
         "\"additionalProperties\":false}",
         "{\"n_a\":1}", NULL},
        {"{\"patternProperties\":{\"^n_\":{\"type\":\"number\"}}}", "{\"n_a\":\"\"}",
         "/x/n_a: must be a number, is text"},
        {"{\"additionalProperties\":false}", "{\"a\":1}",
         "/x: there is no \"a\"; nothing may be given"},
        {"{\"minProperties\":1}", "{}", "/x: must have at least 1 members, has 0"},
        {"{\"properties\":{\"a\":{\"type\":\"null\"}}}", "{\"a\":null,\"a\":1}",
         "/x/a: must be null, is a number"},
    };
    assert_member_cases(cases, COUNT_OF(cases));
}

static void schema_check__tries__several_forms(void **state)
{
    (void)state;
    static const struct check_case cases[] = {
        {"{\"anyOf\":[{\"type\":\"string\"},{\"type\":\"null\"}]}", "null", NULL},
        {"{\"anyOf\":[{\"type\":\"string\"},{\"type\":\"null\"}]}", "1",
         "/x: fits none of the 2 allowed forms"},
        {"{\"anyOf\":[{\"type\":\"string\"}]}", "1", "/x: must be text, is a number"},
        {"{\"oneOf\":[{\"minimum\":1},{\"maximum\":5}]}", "3",
         "/x: fits several of the 2 allowed forms, and must fit one"},
        {"{\"oneOf\":[{\"minimum\":1},{\"maximum\":5}]}", "7", NULL},
        {"{\"allOf\":[{\"minimum\":1},{\"maximum\":5}]}", "7", "/x: must be at most 5"},
        {"{\"not\":{\"type\":\"null\"}}", "null", "/x: has a form that is not allowed"},
    };
    assert_member_cases(cases, COUNT_OF(cases));
}

static void schema_check__follows__references(void **state)
{
    (void)state;
    static const char tree[] =
        "{\"properties\":{\"t\":{\"$ref\":\"#/$defs/a~1t%20ree\"}},\"$defs\":{\"a/t "
        "ree\":"
        "{\"type\":\"object\",\"properties\":{\"l\":{\"$ref\":\"#/$defs/a~1t%20ree\"},"
        "\"v\":{\"type\":\"integer\"}}}}}";
    static const struct check_case cases[] = {
        {tree, "{\"t\":{\"l\":{\"l\":{\"v\":1}}}}", NULL},
        {tree, "{\"t\":{\"l\":{\"l\":{\"v\":\"1\"}}}}",
         "/t/l/l/v: must be a whole number, is text"},
        {"{\"properties\":{\"x\":{\"$ref\":\"https://example.org/s.json\"}}}",
         "{\"x\":1}", NULL},
        {"{\"properties\":{\"x\":{\"$ref\":\"#/definitions/none\"}}}", "{\"x\":1}", NULL},
        {"{\"anyOf\":[{\"type\":\"null\"},{\"required\":[\"a\"]}],\"$defs\":[1]}",
         "{\"a\":1}", NULL},
    };
    assert_cases(cases, COUNT_OF(cases));
}

static void schema_check__ends__where_a_schema_leads_in_a_circle(void **state)
{
    (void)state;
    static const char doubled[] =
        "{\"anyOf\":[{\"$ref\":\"#\"},{\"$ref\":\"#\"},{\"$ref\":\"#\"}]}";
    struct strbuf why;
    strbuf_init(&why, 10000);
    assert_false(schema_check("{\"$ref\":\"#\"}", "{}", &why));
    assert_non_null(strstr(strbuf_text(&why), "in a circle"));
    strbuf_reset(&why);
    /* Ends; what it says does not matter. */
    schema_check(doubled, "{}", &why);
    strbuf_clear(&why);
}

static void schema_pattern__does_not_try__what_is_dear_or_not_known(void **state)
{
    (void)state;
    static const char *const patterns[] = {
        "(a{1,255}){1,255}", "(a)\\1", "a{10000}", "\\p{L}", "\\bword", "a*?",
        "[[:alpha:]]",       "[^]",    "(",        "[a",
    };
    for (size_t i = 0; i < COUNT_OF(patterns); i++)
        assert_int_equal(schema_pattern_match(patterns[i], "aaaa"), SCHEMA_MATCH_UNKNOWN);
    assert_int_equal(schema_pattern_match("^(?:a|b)\\s[\\w.]{2,}$", "b x.y"),
                     SCHEMA_MATCH_YES);
    assert_int_equal(schema_pattern_match("", "a"), SCHEMA_MATCH_YES);
    assert_int_equal(schema_pattern_match("\\.", "ab"), SCHEMA_MATCH_NO);
}

static void assert_example(const char *schema, const char *expected)
{
    struct strbuf text;
    struct strbuf why;
    strbuf_init(&text, 100000);
    strbuf_init(&why, 10000);
    schema_example(schema, &text);
    if (expected != NULL)
        assert_string_equal(strbuf_text(&text), expected);
    if (!schema_check(schema, strbuf_text(&text), &why))
        fail_msg("%s: %s", strbuf_text(&text), strbuf_text(&why));
    strbuf_clear(&text);
    strbuf_clear(&why);
}

static void schema_example__fits__its_schema(void **state)
{
    (void)state;
    assert_example("{}", "{}");
    assert_example("nothing", "{}");
    assert_example("{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"},"
                   "\"b\":{\"type\":\"string\"}},\"required\":[\"a\"]}",
                   "{\"a\":\"text\"}");
    assert_example(
        "{\"required\":[\"a\",\"b\",\"c\",\"d\",\"e\",\"f\",\"g\"],\"properties\":{"
        "\"a\":{\"enum\":[\"x\",\"y\"]},\"b\":{\"type\":[\"null\",\"integer\"],"
        "\"minimum\":5},\"c\":{\"type\":\"array\",\"minItems\":2,\"items\":{\"type\":"
        "\"boolean\"}},\"d\":{\"anyOf\":[{\"type\":\"null\"}]},\"e\":{\"$ref\":"
        "\"#/$defs/e\"},\"f\":{\"type\":\"string\",\"minLength\":6},\"g\":{\"type\":"
        "\"string\",\"maxLength\":2}},\"$defs\":{\"e\":{\"type\":\"object\",\"required\":"
        "[\"z\"],\"properties\":{\"z\":{\"default\":[1]}}}}}",
        "{\"a\":\"x\",\"b\":5,\"c\":[true,true],\"d\":null,\"e\":{\"z\":[1]},"
        "\"f\":\"textxx\",\"g\":\"te\"}");
    assert_example("{\"properties\":{\"n\":{\"type\":\"integer\",\"default\":30},\"o\":{"
                   "\"type\":\"integer\"}}}",
                   "{\"n\":30}");
    assert_example("{\"allOf\":[{\"required\":[\"a\"]}],\"type\":\"object\"}",
                   "{\"a\":\"text\"}");
}

static void schema_example__ends__where_a_schema_leads_in_a_circle(void **state)
{
    (void)state;
    struct strbuf text;
    strbuf_init(&text, 1 << 20);
    schema_example(
        "{\"type\":\"object\",\"required\":[\"a\",\"b\"],\"properties\":{\"a\":"
        "{\"$ref\":\"#\"},\"b\":{\"$ref\":\"#\"}}}",
        &text);
    assert_true(json_is_valid(strbuf_text(&text), text.len));
    strbuf_clear(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(schema_check__names__the_place_and_the_reason),
        cmocka_unit_test(schema_check__knows__the_types),
        cmocka_unit_test(schema_check__compares__with_enum_and_const),
        cmocka_unit_test(schema_check__measures__text_and_numbers),
        cmocka_unit_test(schema_check__looks__into_lists),
        cmocka_unit_test(schema_check__looks__into_objects),
        cmocka_unit_test(schema_check__tries__several_forms),
        cmocka_unit_test(schema_check__follows__references),
        cmocka_unit_test(schema_check__ends__where_a_schema_leads_in_a_circle),
        cmocka_unit_test(schema_pattern__does_not_try__what_is_dear_or_not_known),
        cmocka_unit_test(schema_example__fits__its_schema),
        cmocka_unit_test(schema_example__ends__where_a_schema_leads_in_a_circle),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

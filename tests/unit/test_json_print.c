/* Parsed JSON as text again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "src/base/json.h"
#include "src/base/json_print.h"

static void assert_print(const char *json, const char *expected)
{
    struct strbuf out;
    strbuf_init(&out, STRBUF_OWN_MAX);
    cJSON *value = json_parse(json, strlen(json));
    assert_non_null(value);
    assert_true(json_print(&out, value));
    assert_string_equal(strbuf_text(&out), expected);
    strbuf_clear(&out);
    cJSON_Delete(value);
}

static void json_print__gives_back__what_was_parsed(void **state)
{
    (void)state;
    assert_print(" { \"b\" : [ ] , \"a\" : [1, true,false ,null, {}] } ",
                 "{\"b\":[],\"a\":[1,true,false,null,{}]}");
    assert_print("\"\\u00fc\\n\\\"\\ud83d\\ude00\"", "\"ü\\n\\\"😀\"");
}

static void json_print__keeps__digits_of_whole_numbers(void **state)
{
    (void)state;
    assert_print("9007199254740991", "9007199254740991");
    assert_print("-9007199254740991", "-9007199254740991");
    assert_print("0.1", "0.10000000000000001");
    assert_print("2.5", "2.5");
    assert_print("1e300", "1.0000000000000001e+300");
    assert_print("1e999", "null");
}

static void json_print__writes_text__whatever_was_in_it(void **state)
{
    (void)state;
    /* Half of a pair counts as the three bytes that json_parse makes of it. */
    assert_print("[\"a\\udc00\",\"\xff\"]",
                 "[\"a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\",\"\xef\xbf\xbd\"]");
}

static void json_print__says__when_there_is_no_room(void **state)
{
    (void)state;
    struct strbuf out;
    strbuf_init(&out, 5);
    cJSON *value = json_parse("[1,2,3]", 7);
    assert_false(json_print(&out, value));
    cJSON_Delete(value);
    strbuf_clear(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_print__gives_back__what_was_parsed),
        cmocka_unit_test(json_print__keeps__digits_of_whole_numbers),
        cmocka_unit_test(json_print__writes_text__whatever_was_in_it),
        cmocka_unit_test(json_print__says__when_there_is_no_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Numbers as people and servers write them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "src/base/number.h"

static void number_parse_int__reads__whole_numbers(void **state)
{
    (void)state;
    int64_t value;
    assert_true(number_parse_int("0", &value) && value == 0);
    assert_true(number_parse_int("-12", &value) && value == -12);
    assert_true(number_parse_int("+7", &value) && value == 7);
    assert_true(number_parse_int("9223372036854775807", &value) && value == INT64_MAX);
    assert_true(number_parse_int("-9223372036854775808", &value) && value == INT64_MIN);
}

static void number_parse_int__refuses__anything_else(void **state)
{
    (void)state;
    static const char *const texts[] = {"",
                                        "-",
                                        "+",
                                        " 1",
                                        "1 ",
                                        "1.0",
                                        "0x10",
                                        "1e3",
                                        "abc",
                                        "--1",
                                        "9223372036854775808"};
    int64_t value = 42;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        assert_false(number_parse_int(texts[i], &value));
    assert_int_equal(value, 42);
}

static void number_parse_double__reads__decimal_fractions(void **state)
{
    (void)state;
    double value;
    assert_true(number_parse_double("0.5", &value) && value > 0.49 && value < 0.51);
    assert_true(number_parse_double("3", &value) && value > 2.9 && value < 3.1);
    assert_true(number_parse_double("1e3", &value) && value > 999 && value < 1001);
    assert_true(number_parse_double("-.5", &value) && value < 0);
    assert_true(number_parse_double("2.", &value) && value > 1.9);
}

static void number_parse_double__refuses__anything_else(void **state)
{
    (void)state;
    static const char *const texts[] = {"",    ".",   "-",     "e5",    "1e",
                                        "1e+", "inf", "nan",   "0x1p3", " 1",
                                        "1 ",  "1,5", "1e400", "-1e400"};
    double value = 42;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        assert_false(number_parse_double(texts[i], &value));
    assert_true(value > 41.9 && value < 42.1);
}

static void number_parse_seconds_ms__rounds__to_milliseconds(void **state)
{
    (void)state;
    int64_t value;
    assert_true(number_parse_seconds_ms("1.5", &value) && value == 1500);
    assert_true(number_parse_seconds_ms("0", &value) && value == 0);
    assert_true(number_parse_seconds_ms("0.0006", &value) && value == 1);
    assert_true(number_parse_seconds_ms("1000000000", &value) && value == 1000000000000);
}

static void number_parse_seconds_ms__refuses__negative_and_absurd(void **state)
{
    (void)state;
    int64_t value;
    assert_false(number_parse_seconds_ms("-1", &value));
    assert_false(number_parse_seconds_ms("1000000001", &value));
    assert_false(number_parse_seconds_ms("1s", &value));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(number_parse_int__reads__whole_numbers),
        cmocka_unit_test(number_parse_int__refuses__anything_else),
        cmocka_unit_test(number_parse_double__reads__decimal_fractions),
        cmocka_unit_test(number_parse_double__refuses__anything_else),
        cmocka_unit_test(number_parse_seconds_ms__rounds__to_milliseconds),
        cmocka_unit_test(number_parse_seconds_ms__refuses__negative_and_absurd),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Python's format specifications, with what Python 3 prints for them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "src/base/compiler.h"
#include "src/prompt/format_spec.h"

static void assert_number(const char *spec_text, const char *number, const char *expected)
{
    struct format_spec spec;
    struct strbuf out;
    struct error err = {ERROR_NONE, NULL};
    strbuf_init(&out, 4096);
    assert_true(format_spec_parse(spec_text, strlen(spec_text), &spec));
    if (!format_spec_write_number(&spec, number, &out, &err))
        strbuf_append_text(&out, error_text(&err));
    assert_string_equal(strbuf_text(&out), expected);
    error_clear(&err);
    strbuf_clear(&out);
}

static void format_spec__writes__numbers_as_python_does(void **state)
{
    (void)state;
    static const char *const cases[][3] = {
        {".2f", "3.14159", "3.14"},
        {".0f", "1234.5", "1234"},
        {"f", "-2", "-2.000000"},
        {",", "1234567.891", "1,234,567.891"},
        {",.1f", "-1234567.89", "-1,234,567.9"},
        {"_d", "1234567", "1_234_567"},
        {",d", "123", "123"},
        {"d", "007", "7"},
        {"d", "123456789012345678901234567890", "123456789012345678901234567890"},
        {"d", "3.5", "has to be a whole number"},
        {"5d", "42", "   42"},
        {"<5d", "42", "42   "},
        {"^5d", "42", " 42  "},
        {"05d", "-42", "-0042"},
        {"+d", "42", "+42"},
        {" d", "42", " 42"},
        {"*=+6d", "42", "+***42"},
        {"x", "255", "ff"},
        {"X", "255", "FF"},
        {"o", "8", "10"},
        {"b", "5", "101"},
        {"_x", "1048575", "f_ffff"},
        {"e", "12345.678", "1.234568e+04"},
        {".2E", "0.00012", "1.20E-04"},
        {"g", "0.0001", "0.0001"},
        {"G", "1e20", "1E+20"},
        {".1%", "0.1234", "12.3%"},
        {"%", "0.5", "50.000000%"},
        {"10", "3.5", "       3.5"},
        {".3", "3.14159", "3.14"},
        {".6", "426330.9", "4.26331e+05"},
        {".7", "144132.98", "144133.0"},
        {".2", "100.0", "1e+02"},
        {".0", "9.22", "9e+00"},
        {".3", "7", "7"},
        {"", "+7", "7"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_number(cases[i][0], cases[i][1], cases[i][2]);
}

static void format_spec__writes__texts_as_python_does(void **state)
{
    (void)state;
    static const char *const cases[][3] = {
        {">10", "größe", "     größe"},
        {"<8s", "ab", "ab      "},
        {"^7", "abc", "  abc  "},
        {".2", "größe", "gr"},
        {".3s", "größe", "grö"},
        {"·>4", "x", "···x"},
        {"2", "abc", "abc"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct format_spec spec;
        struct strbuf out;
        strbuf_init(&out, 4096);
        assert_true(format_spec_parse(cases[i][0], strlen(cases[i][0]), &spec));
        assert_false(spec.wants_number);
        format_spec_write_text(&spec, cases[i][1], strlen(cases[i][1]), &out);
        assert_string_equal(strbuf_text(&out), cases[i][2]);
        strbuf_clear(&out);
    }
}

static void format_spec__refuses__what_it_does_not_know(void **state)
{
    (void)state;
    static const char *const cases[] = {"lsit", "1001d", ".101f", ".",   "c",
                                        "n",    "#x",    "010,",  ".2d", ",x",
                                        "+s",   "dd",    "5 ",    "{w}", ",s"};
    struct format_spec spec;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        if (format_spec_parse(cases[i], strlen(cases[i]), &spec))
            fail_msg("\"%s\" is taken", cases[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(format_spec__writes__numbers_as_python_does),
        cmocka_unit_test(format_spec__writes__texts_as_python_does),
        cmocka_unit_test(format_spec__refuses__what_it_does_not_know),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

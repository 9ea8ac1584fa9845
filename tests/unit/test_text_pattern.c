/* Smart case, folding by Unicode, and that the table of first bytes leaves nothing out.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <utf8proc.h>

#include "src/base/utf8.h"
#include "ui/render/text_pattern.h"

/* The offset of the first match, or -1; its length must be `match_len`. */
static int find(const char *wanted, const char *text, size_t match_len)
{
    struct text_pattern *pattern = text_pattern_new(wanted, strlen(wanted));
    size_t at = 0;
    size_t len = 0;
    const bool is_found = text_pattern_find(pattern, text, strlen(text), 0, &at, &len);
    assert_true(len <= text_pattern_reach(pattern));
    text_pattern_free(pattern);
    if (is_found)
        assert_int_equal(len, match_len);
    return is_found ? (int)at : -1;
}

static void text_pattern_find__small_letters__match_any_case(void **state)
{
    (void)state;
    assert_int_equal(find("moon", "the MoOn", 4), 4);
    assert_int_equal(find("moon", "no mo on", 0), -1);
    assert_int_equal(find("a.b", "xa.B", 3), 1);
}

static void text_pattern_find__a_capital__makes_case_count(void **state)
{
    (void)state;
    assert_int_equal(find("Moon", "moon MOON Moon", 4), 10);
    assert_int_equal(find("\xc3\x89t\xc3\xa9", "\xc3\xa9t\xc3\xa9", 0), -1);
}

static void text_pattern_find__folds__beyond_ascii(void **state)
{
    (void)state;
    assert_int_equal(find("\xc3\xa9t\xc3\xa9", "L'\xc3\x89T\xc3\x89", 5), 2);
    assert_int_equal(find("\xcf\x83\xce\xb1\xcf\x83", "\xce\xa3\xce\x91\xcf\x82", 6), 0);
    /* The sign of Kelvin is three bytes. */
    assert_int_equal(find("kelvin",
                          "\xe2\x84\xaa"
                          "elvin",
                          8),
                     0);
    assert_int_equal(find("\xe6\xbc\xa2", "\xe5\xad\x97\xe6\xbc\xa2", 3), 3);
}

static void text_pattern_find__every_letter__is_found_by_what_it_folds_to(void **state)
{
    (void)state;
    for (uint32_t code = 'A'; code < 0x1ffff; code++) {
        const int32_t folded = utf8proc_tolower(utf8proc_toupper((int32_t)code));
        char wanted[4];
        char text[4];
        size_t at;
        size_t len;
        if ((code >= 0xd800 && code < 0xe000) ||
            utf8proc_tolower(utf8proc_toupper(folded)) != folded)
            continue;
        struct text_pattern *pattern =
            text_pattern_new(wanted, utf8_encode((uint32_t)folded, wanted));
        const size_t text_len = utf8_encode(code, text);
        if (!text_pattern_find(pattern, text, text_len, 0, &at, &len))
            fail_msg("U+%04X is not found by U+%04X", code, (unsigned)folded);
        assert_int_equal(len, text_len);
        text_pattern_free(pattern);
    }
}

static void text_pattern_find__goes_on__from_a_place(void **state)
{
    (void)state;
    struct text_pattern *pattern = text_pattern_new("aa", 2);
    size_t at;
    size_t len;
    assert_true(text_pattern_find(pattern, "aaaa", 4, 1, &at, &len));
    assert_int_equal(at, 1);
    assert_false(text_pattern_find(pattern, "aaaa", 4, 3, &at, &len));
    assert_false(text_pattern_find(pattern, "aaaa", 4, 4, &at, &len));
    text_pattern_free(pattern);
}

static void text_pattern_find__bytes_that_are_no_text__are_passed(void **state)
{
    (void)state;
    assert_int_equal(find("x", "\xff\xc3\xe2\x82x", 1), 4);
    assert_null(text_pattern_new("", 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_pattern_find__small_letters__match_any_case),
        cmocka_unit_test(text_pattern_find__a_capital__makes_case_count),
        cmocka_unit_test(text_pattern_find__folds__beyond_ascii),
        cmocka_unit_test(text_pattern_find__every_letter__is_found_by_what_it_folds_to),
        cmocka_unit_test(text_pattern_find__goes_on__from_a_place),
        cmocka_unit_test(text_pattern_find__bytes_that_are_no_text__are_passed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

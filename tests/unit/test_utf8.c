/* Decoding, and every way in which bytes can fail to be UTF-8. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "src/base/mem.h"
#include "src/base/utf8.h"

#define BAD "\xef\xbf\xbd"

static void assert_valid_form(const char *bytes, size_t len, const char *wanted)
{
    struct strbuf out;
    strbuf_init(&out, 256);
    assert_true(utf8_append_valid(&out, bytes, len));
    assert_string_equal(strbuf_text(&out), wanted);
    strbuf_clear(&out);
}

static void utf8_encode__then_decode__gives_the_same(void **state)
{
    (void)state;
    for (uint32_t code = 0; code <= 0x10ffff; code += code < 0x3000 ? 1 : 251) {
        char bytes[4];
        uint32_t back = 0;
        const size_t len = utf8_encode(code, bytes);
        assert_int_equal(utf8_decode(bytes, len, &back), len);
        const bool is_surrogate = code >= 0xd800 && code <= 0xdfff;
        assert_int_equal(back, is_surrogate ? UTF8_REPLACEMENT : code);
        assert_true(utf8_is_valid(bytes, len));
    }
}

static void utf8_encode__above_unicode__is_the_replacement(void **state)
{
    (void)state;
    char bytes[4];
    assert_int_equal(utf8_encode(0x110000, bytes), 3);
    assert_memory_equal(bytes, BAD, 3);
}

static void utf8_append_valid__replaces__each_maximal_part_once(void **state)
{
    (void)state;
    assert_valid_form("\xc3 ", 2, BAD " ");
    assert_valid_form("\xe2\x82!", 3, BAD "!");
    assert_valid_form("\xff", 1, BAD);
    assert_valid_form("\xf0\x9f\x98", 3, BAD);
    assert_valid_form("\xf0\x9f\x98\xf0\x9f\x98\x80", 7, BAD "\xf0\x9f\x98\x80");
    assert_valid_form("a\x80\x80z", 4, "a" BAD BAD "z");
}

static void utf8_append_valid__refuses__overlong_and_surrogates(void **state)
{
    (void)state;
    assert_valid_form("\xc0\xaf", 2, BAD BAD);
    assert_valid_form("\xe0\x80\xaf", 3, BAD BAD BAD);
    assert_valid_form("\xf0\x80\x80\xaf", 4, BAD BAD BAD BAD);
    assert_valid_form("\xed\xa0\x80", 3, BAD BAD BAD);
    assert_valid_form("\xf4\x90\x80\x80", 4, BAD BAD BAD BAD);
    assert_valid_form("\xf5\x80", 2, BAD BAD);
}

static void utf8_append_valid__keeps__what_is_valid(void **state)
{
    (void)state;
    static const char text[] = "Za\u017c\u00f3\u0142\u0107 \U0001f98a \u65e5\u672c\u8a9e";
    assert_valid_form(text, sizeof(text) - 1, text);
    assert_true(utf8_is_valid(text, sizeof(text) - 1));
}

static void utf8_append_valid__at_the_ceiling__says_so(void **state)
{
    (void)state;
    struct strbuf out;
    strbuf_init(&out, 2);
    assert_false(utf8_append_valid(&out, "\xff", 1));
    strbuf_clear(&out);
}

static void utf8_incomplete_tail__is__what_more_bytes_may_complete(void **state)
{
    (void)state;
    assert_int_equal(utf8_incomplete_tail("", 0), 0);
    assert_int_equal(utf8_incomplete_tail("abc", 3), 0);
    assert_int_equal(utf8_incomplete_tail("a\xc3", 2), 1);
    assert_int_equal(utf8_incomplete_tail("a\xe2\x82", 3), 2);
    assert_int_equal(utf8_incomplete_tail("\xf0\x9f\x98", 3), 3);
    assert_int_equal(utf8_incomplete_tail("\xf0\x9f\x98\x80", 4), 0);
    assert_int_equal(utf8_incomplete_tail("\xe0\x80", 2), 0);
    assert_int_equal(utf8_incomplete_tail("\x80\x80\x80\x80", 4), 0);
    assert_int_equal(utf8_incomplete_tail("\xff", 1), 0);
}

static void utf8_next_and_previous__walk__the_same_places(void **state)
{
    (void)state;
    static const char text[] =
        "a\u00e9\u20ac\U0001f98a\x80\x80\x80\x80\x80z\xc3 \xe2\x82!";
    const size_t len = sizeof(text) - 1;
    size_t places[32];
    size_t count = 0;
    for (size_t at = 0; at < len; at = utf8_next(text, len, at))
        places[count++] = at;
    size_t at = len;
    while (count > 0) {
        at = utf8_previous(text, at);
        assert_int_equal(at, places[--count]);
    }
    assert_int_equal(utf8_previous(text, 0), 0);
    assert_int_equal(utf8_next(text, len, len), len);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(utf8_encode__then_decode__gives_the_same),
        cmocka_unit_test(utf8_encode__above_unicode__is_the_replacement),
        cmocka_unit_test(utf8_append_valid__replaces__each_maximal_part_once),
        cmocka_unit_test(utf8_append_valid__refuses__overlong_and_surrogates),
        cmocka_unit_test(utf8_append_valid__keeps__what_is_valid),
        cmocka_unit_test(utf8_append_valid__at_the_ceiling__says_so),
        cmocka_unit_test(utf8_incomplete_tail__is__what_more_bytes_may_complete),
        cmocka_unit_test(utf8_next_and_previous__walk__the_same_places),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

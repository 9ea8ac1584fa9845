/* Text with a ceiling. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "src/base/mem.h"
#include "src/base/strbuf.h"

static void strbuf_append__grows__and_terminates(void **state)
{
    (void)state;
    struct strbuf buf;
    strbuf_init(&buf, STRBUF_OWN_MAX);
    assert_string_equal(strbuf_text(&buf), "");
    for (int i = 0; i < 1000; i++)
        assert_true(strbuf_append_text(&buf, "abc"));
    assert_int_equal(buf.len, 3000);
    assert_int_equal(strlen(strbuf_text(&buf)), 3000);
    strbuf_clear(&buf);
}

static void strbuf_append__keeps__nul_bytes(void **state)
{
    (void)state;
    struct strbuf buf;
    strbuf_init(&buf, 16);
    assert_true(strbuf_append(&buf, "a\0b", 3));
    assert_memory_equal(buf.text, "a\0b", 4);
    strbuf_clear(&buf);
}

static void strbuf_append__at_the_ceiling__changes_nothing(void **state)
{
    (void)state;
    struct strbuf buf;
    strbuf_init(&buf, 4);
    assert_true(strbuf_append_text(&buf, "abcd"));
    assert_false(buf.is_full);
    assert_false(strbuf_append_char(&buf, 'e'));
    assert_true(buf.is_full);
    assert_string_equal(strbuf_text(&buf), "abcd");
    strbuf_clear(&buf);
}

static void strbuf_append__after_full__stays_full(void **state)
{
    (void)state;
    struct strbuf buf;
    strbuf_init(&buf, 4);
    assert_false(strbuf_append_text(&buf, "abcde"));
    assert_false(strbuf_append_text(&buf, "a"));
    strbuf_reset(&buf);
    assert_true(strbuf_append_text(&buf, "a"));
    strbuf_clear(&buf);
}

static void strbuf_append_format__writes__formatted_text(void **state)
{
    (void)state;
    struct strbuf buf;
    strbuf_init(&buf, 64);
    assert_true(strbuf_append_format(&buf, "%d-%s", 7, "x"));
    assert_true(strbuf_append_format(&buf, "%s", ""));
    assert_string_equal(strbuf_text(&buf), "7-x");
    strbuf_clear(&buf);
}

static void strbuf_append_format__at_the_ceiling__changes_nothing(void **state)
{
    (void)state;
    struct strbuf buf;
    strbuf_init(&buf, 3);
    assert_false(strbuf_append_format(&buf, "%d", 12345));
    assert_string_equal(strbuf_text(&buf), "");
    strbuf_clear(&buf);
}

static void strbuf_insert__moves__the_tail(void **state)
{
    (void)state;
    struct strbuf buf;
    strbuf_init(&buf, 64);
    strbuf_append_text(&buf, "hello");
    strbuf_insert(&buf, 0, ">", 1);
    strbuf_insert(&buf, 3, "--", 2);
    strbuf_insert(&buf, 99, "<", 1);
    assert_string_equal(strbuf_text(&buf), ">he--llo<");
    strbuf_clear(&buf);
}

static void strbuf_remove__is_cut__to_what_is_there(void **state)
{
    (void)state;
    struct strbuf buf;
    strbuf_init(&buf, 64);
    strbuf_remove(&buf, 0, 1);
    strbuf_append_text(&buf, "hello");
    strbuf_remove(&buf, 1, 2);
    assert_string_equal(strbuf_text(&buf), "hlo");
    strbuf_remove(&buf, 1, 99);
    strbuf_remove(&buf, 5, 1);
    assert_string_equal(strbuf_text(&buf), "h");
    strbuf_clear(&buf);
}

static void strbuf_truncate__never__lengthens(void **state)
{
    (void)state;
    struct strbuf buf;
    strbuf_init(&buf, 64);
    strbuf_append_text(&buf, "hello");
    strbuf_truncate(&buf, 9);
    assert_int_equal(buf.len, 5);
    strbuf_truncate(&buf, 2);
    assert_string_equal(strbuf_text(&buf), "he");
    strbuf_clear(&buf);
}

static void strbuf_take__empties__the_buffer(void **state)
{
    (void)state;
    struct strbuf buf;
    strbuf_init(&buf, 64);
    char *nothing = strbuf_take(&buf);
    strbuf_append_text(&buf, "x");
    char *text = strbuf_take(&buf);
    assert_string_equal(nothing, "");
    assert_string_equal(text, "x");
    assert_int_equal(buf.len, 0);
    assert_int_equal(buf.max, 64);
    mem_free(nothing);
    mem_free(text);
}

static void strbuf_format__returns__the_text(void **state)
{
    (void)state;
    char *text = strbuf_format("%s=%zu", "n", (size_t)3);
    assert_string_equal(text, "n=3");
    mem_free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strbuf_append__grows__and_terminates),
        cmocka_unit_test(strbuf_append__keeps__nul_bytes),
        cmocka_unit_test(strbuf_append__at_the_ceiling__changes_nothing),
        cmocka_unit_test(strbuf_append__after_full__stays_full),
        cmocka_unit_test(strbuf_append_format__writes__formatted_text),
        cmocka_unit_test(strbuf_append_format__at_the_ceiling__changes_nothing),
        cmocka_unit_test(strbuf_insert__moves__the_tail),
        cmocka_unit_test(strbuf_remove__is_cut__to_what_is_there),
        cmocka_unit_test(strbuf_truncate__never__lengthens),
        cmocka_unit_test(strbuf_take__empties__the_buffer),
        cmocka_unit_test(strbuf_format__returns__the_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

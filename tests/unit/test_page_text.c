/* Words of strangers as one harmless line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "src/base/mem.h"
#include "src/provider/page_text.h"

static void assert_line(const char *bytes, size_t len, size_t max, const char *wanted)
{
    struct strbuf out;
    strbuf_init(&out, 4096);
    strbuf_append_text(&out, ">");
    page_text_append_line(&out, bytes, len, max);
    assert_string_equal(strbuf_text(&out) + 1, wanted);
    strbuf_clear(&out);
}

static void assert_summary(const char *page, const char *wanted)
{
    char *summary = page_text_summary(page, strlen(page));
    assert_string_equal(summary, wanted);
    mem_free(summary);
}

static void page_text_append_line__marks__control_characters(void **state)
{
    (void)state;
    static const char text[] = "\n a\x1b[31m\tb\x7f\0c\xc2\x9b"
                               "2J\u2028d \r\n";
    assert_line(text, sizeof(text) - 1, 100,
                "a\u241b[31m b\u2421\u2400c\u2039U+009B\u203a2J d");
}

static void page_text_append_line__marks__what_is_not_seen(void **state)
{
    (void)state;
    const char text[] = "a\u202eb\u200bc\r\nd\re";
    const char wanted[] = "a\u2039U+202E\u203ab\u2039U+200B\u203ac d\u240de";
    assert_line(text, strlen(text), 100, wanted);
    /* A mark is whole, or not there. */
    assert_line("abc\x1b", 4, 5, "abc\u2026");
    assert_line("abc\x1b", 4, 6, "abc\u241b");
}

static void page_text_append_line__replaces__bad_utf8(void **state)
{
    (void)state;
    assert_line("a\xff", 2, 100, "a\ufffd");
}

static void page_text_append_line__cuts__between_characters(void **state)
{
    (void)state;
    assert_line("\u20ac\u20ac\u20ac", 9, 7, "\u20ac\u20ac…");
    assert_line("abc", 3, 3, "abc");
    assert_line("abc   ", 6, 3, "abc");
    assert_line("abc d", 5, 4, "abc…");
    assert_line("", 0, 10, "");
}

static void page_text_summary__prefers__the_title(void **state)
{
    (void)state;
    assert_summary("<html><head><TITLE lang=en>\n Sign &amp; go </TITLE></head>"
                   "<body>x</body></html>",
                   "Sign & go");
}

static void page_text_summary__strips__markup(void **state)
{
    (void)state;
    assert_summary(
        "<!DOCTYPE html><title></title><style>b{}</style><!-- <b> -->"
        "<h1>Oh</h1><script>if (a < b) alert(1)</script><p>no&lt;&nbsp;&#39;&x;",
        "Oh no< '&x;");
}

static void page_text_summary__leaves__plain_text_alone(void **state)
{
    (void)state;
    assert_summary("upstream 3 < 5 & fails\n", "upstream 3 < 5 & fails");
    assert_summary("", "");
    assert_summary(" \n ", "");
}

static void page_text_summary__survives__open_ends(void **state)
{
    (void)state;
    assert_summary("a<", "a<");
    assert_summary("a<b", "a");
    assert_summary("a<!-- x", "a");
    assert_summary("a<script>x", "a");
    assert_summary("<title", "");
    assert_summary("<title>x", "x");
    assert_summary("a&amp", "a&amp");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(page_text_append_line__marks__control_characters),
        cmocka_unit_test(page_text_append_line__marks__what_is_not_seen),
        cmocka_unit_test(page_text_append_line__replaces__bad_utf8),
        cmocka_unit_test(page_text_append_line__cuts__between_characters),
        cmocka_unit_test(page_text_summary__prefers__the_title),
        cmocka_unit_test(page_text_summary__strips__markup),
        cmocka_unit_test(page_text_summary__leaves__plain_text_alone),
        cmocka_unit_test(page_text_summary__survives__open_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

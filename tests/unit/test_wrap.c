/* Breaking growing text into rows. Expected rows are written with "/" between them. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/rng.h"
#include "src/base/strbuf.h"
#include "ui/render/glyph.h"
#include "ui/render/wrap.h"

#define HAN "\xe6\xbc\xa2"

static void assert_rows(int width, const char *text, const char *expected)
{
    struct wrap wrap;
    struct strbuf rows;
    wrap_init(&wrap, width);
    strbuf_init(&rows, 100000);
    wrap_extend(&wrap, text, strlen(text));
    for (size_t i = 0; i < wrap.row_count; i++) {
        const struct wrap_row *row = wrap_row(&wrap, i);
        strbuf_append_text(&rows, i > 0 ? "/" : "");
        strbuf_append(&rows, text + row->start, row->len);
    }
    assert_string_equal(strbuf_text(&rows), expected);
    strbuf_clear(&rows);
    wrap_clear(&wrap);
}

static void assert_same_rows(const struct wrap *a, const struct wrap *b)
{
    assert_int_equal(a->row_count, b->row_count);
    for (size_t i = 0; i < a->row_count; i++) {
        assert_int_equal(wrap_row(a, i)->start, wrap_row(b, i)->start);
        assert_int_equal(wrap_row(a, i)->len, wrap_row(b, i)->len);
        assert_int_equal(wrap_row(a, i)->ends_hard, wrap_row(b, i)->ends_hard);
    }
}

static void wrap_extend__breaks__after_blanks(void **state)
{
    (void)state;
    assert_rows(10, "the quick brown fox", "the quick /brown fox");
    assert_rows(9, "the quick brown fox", "the quick/brown fox");
    assert_rows(8, "the quick brown fox", "the /quick /brown /fox");
}

static void wrap_extend__hangs__blanks_that_do_not_fit(void **state)
{
    (void)state;
    assert_rows(3, "abc   def", "abc/def");
    assert_rows(3, "abc   ", "abc");
    assert_rows(3, "ab    \ndef", "ab /def");
    assert_rows(3, "     x", "   /x");
}

static void wrap_extend__breaks_a_long_word__between_clusters(void **state)
{
    (void)state;
    assert_rows(4, "abcdefghij", "abcd/efgh/ij");
    assert_rows(4, "a bcdefghij", "a /bcde/fghi/j");
    assert_rows(2,
                "e\xcc\x81"
                "e\xcc\x81"
                "e\xcc\x81",
                "e\xcc\x81"
                "e\xcc\x81/e\xcc\x81");
}

static void wrap_extend__keeps_indentation__with_its_word(void **state)
{
    (void)state;
    assert_rows(6, "    abcdef", "    ab/cdef");
    assert_rows(6, "  ab cd", "  ab /cd");
}

static void wrap_extend__breaks__at_newlines(void **state)
{
    (void)state;
    assert_rows(9, "a\nb\r\nc\n\nd", "a/b/c//d");
    assert_rows(9, "a\n", "a/");
    assert_rows(9, "", "");
    assert_rows(3, "abc\ndef", "abc/def");
}

static void wrap_extend__breaks__between_wide_characters(void **state)
{
    (void)state;
    assert_rows(5, HAN HAN HAN HAN, HAN HAN "/" HAN HAN);
    assert_rows(5, "abc" HAN HAN, "abc" HAN "/" HAN);
    assert_rows(4, "ab " HAN HAN "cd", "ab /" HAN HAN "/cd");
    assert_rows(1, HAN HAN, HAN "/" HAN);
}

static void wrap_extend__keeps_punctuation__with_wide_characters(void **state)
{
    (void)state;
    assert_rows(4, HAN HAN "\xe3\x80\x82", HAN "/" HAN "\xe3\x80\x82");
    assert_rows(4, HAN HAN ".", HAN "/" HAN ".");
    assert_rows(4, HAN "\xe3\x80\x8c" HAN, HAN "/\xe3\x80\x8c" HAN);
}

static void wrap_extend__counts__tabs(void **state)
{
    (void)state;
    assert_rows(8, "a\tbcd e", "a\tbcd /e");
    assert_rows(6, "a\tbcd", "a\t/bcd");
    assert_rows(6, "abcd\tef", "abcd/ef");
}

static void wrap_extend__gives_a_row__to_what_is_too_wide(void **state)
{
    (void)state;
    assert_rows(4,
                "a\xe2\x80\xae"
                "b",
                "a/\xe2\x80\xae/b");
}

static void wrap_row__tells__hard_ends(void **state)
{
    (void)state;
    struct wrap wrap;
    wrap_init(&wrap, 3);
    wrap_extend(&wrap, "abc def\ng", 9);
    assert_int_equal(wrap.row_count, 3);
    assert_false(wrap_row(&wrap, 0)->ends_hard);
    assert_true(wrap_row(&wrap, 1)->ends_hard);
    assert_false(wrap_row(&wrap, 2)->ends_hard);
    wrap_clear(&wrap);
}

static void wrap_find_row__finds__the_row_of_a_byte(void **state)
{
    (void)state;
    struct wrap wrap;
    wrap_init(&wrap, 3);
    assert_int_equal(wrap_find_row(&wrap, 0), 0);
    wrap_extend(&wrap, "abc  def\ng", 10);
    assert_int_equal(wrap_find_row(&wrap, 0), 0);
    assert_int_equal(wrap_find_row(&wrap, 4), 0);
    assert_int_equal(wrap_find_row(&wrap, 5), 1);
    assert_int_equal(wrap_find_row(&wrap, 8), 1);
    assert_int_equal(wrap_find_row(&wrap, 10), 2);
    wrap_clear(&wrap);
}

static void wrap_reset__wraps_again__at_another_width(void **state)
{
    (void)state;
    struct wrap wrap;
    wrap_init(&wrap, 3);
    wrap_extend(&wrap, "abc def", 7);
    assert_int_equal(wrap.row_count, 2);
    wrap_reset(&wrap, 10);
    wrap_extend(&wrap, "abc def", 7);
    assert_int_equal(wrap.row_count, 1);
    wrap_clear(&wrap);
    assert_int_equal(wrap.width, 10);
}

static void wrap_extend__starts_over__when_the_text_became_shorter(void **state)
{
    (void)state;
    struct wrap wrap;
    wrap_init(&wrap, 3);
    wrap_extend(&wrap, "abc def", 7);
    wrap_extend(&wrap, "xy", 2);
    assert_int_equal(wrap.row_count, 1);
    assert_int_equal(wrap_row(&wrap, 0)->len, 2);
    wrap_clear(&wrap);
}

static void wrap_extend__bounds__the_blanks_of_a_row(void **state)
{
    (void)state;
    const size_t len = 100000;
    char *text = mem_alloc(len);
    memset(text, ' ', len);
    struct wrap wrap;
    wrap_init(&wrap, 10);
    wrap_extend(&wrap, text, len);
    assert_true(wrap.row_count > 100);
    for (size_t i = 0; i + 1 < wrap.row_count; i++)
        assert_true(wrap_row(&wrap, i + 1)->start - wrap_row(&wrap, i)->start < 300);
    wrap_clear(&wrap);
    mem_free(text);
}

static void wrap_extend__rewraps__only_the_last_rows(void **state)
{
    (void)state;
    struct strbuf text;
    strbuf_init(&text, 100000);
    struct wrap wrap;
    wrap_init(&wrap, 20);
    for (int i = 0; i < 3000; i++) {
        strbuf_append_text(&text, i % 7 == 0 ? HAN " " : "word ");
        wrap_extend(&wrap, text.text, text.len);
        assert_true(wrap.row_count - wrap.final_count <= 1);
    }
    wrap_clear(&wrap);
    strbuf_clear(&text);
}

static void wrap_extend__is_quick__for_a_long_line(void **state)
{
    (void)state;
    const size_t len = 1000000;
    char *text = mem_alloc(len);
    memset(text, 'x', len);
    struct wrap wrap;
    wrap_init(&wrap, 80);
    /* 10 000 calls that each looked at the whole text would take minutes. */
    for (size_t at = 100; at <= len; at += 100)
        wrap_extend(&wrap, text, at);
    assert_int_equal(wrap.row_count, len / 80);
    wrap_clear(&wrap);
    mem_free(text);
}

/* Bytes that make all kinds of boundaries, also in the middle of sequences. */
static const char *const pieces[] = {
    "a",
    "bc",
    " ",
    "  ",
    "word ",
    "\n",
    "\r",
    "\r\n",
    "\t",
    HAN,
    "\xe6\xbc",
    "\xa2",
    "\xcc",
    "\x81",
    "\xcc\x81",
    "\xff",
    ".",
    "(",
    "\x1b",
    "\xe3\x80\x82",
    "\xe3\x80\x8c",
    "\xe2\x80\x8d",
    "\xef\xb8\x8f",
    "\xf0\x9f\x91\xa9",
    "\xf0\x9f\x87\xab",
    "\xf0",
    "\x9f",
    "\xe2\x80\xae",
    "\xe2\x80\xa8",
    "\xe1\x84\x92",
    "\xe1\x85\xa1",
    "\xe0\xb5\x8e",
    "               ",
};

static void wrap_extend__gives_the_same_rows__however_the_text_comes(void **state)
{
    (void)state;
    struct rng rng;
    rng_init(&rng, 11);
    for (int round = 0; round < 3000; round++) {
        struct strbuf text;
        struct wrap whole;
        struct wrap grown;
        strbuf_init(&text, 10000);
        const int width = 1 + (int)rng_below(&rng, 12);
        wrap_init(&whole, width);
        wrap_init(&grown, width);
        const uint64_t count = rng_below(&rng, 60);
        for (uint64_t i = 0; i < count; i++) {
            strbuf_append_text(&text, pieces[rng_below(&rng, COUNT_OF(pieces))]);
            if (rng_below(&rng, 3) == 0)
                continue;
            /* Sometimes a part of the last piece is held back. */
            const size_t back = text.len > 2 ? rng_below(&rng, 3) : 0;
            if (text.len - back < grown.text_len)
                continue;
            wrap_extend(&grown, text.text, text.len - back);
            wrap_reset(&whole, width);
            wrap_extend(&whole, text.text, text.len - back);
            assert_same_rows(&whole, &grown);
        }
        wrap_clear(&whole);
        wrap_clear(&grown);
        strbuf_clear(&text);
    }
}

static void wrap_extend__covers__the_whole_text_in_the_width(void **state)
{
    (void)state;
    struct rng rng;
    rng_init(&rng, 12);
    for (int round = 0; round < 3000; round++) {
        struct strbuf text;
        struct wrap wrap;
        strbuf_init(&text, 10000);
        const int width = 8 + (int)rng_below(&rng, 12);
        wrap_init(&wrap, width);
        for (uint64_t i = rng_below(&rng, 60); i > 0; i--)
            strbuf_append_text(&text, pieces[rng_below(&rng, COUNT_OF(pieces))]);
        wrap_extend(&wrap, strbuf_text(&text), text.len);
        assert_int_equal(wrap_row(&wrap, 0)->start, 0);
        for (size_t i = 0; i < wrap.row_count; i++) {
            const struct wrap_row *row = wrap_row(&wrap, i);
            const size_t end =
                i + 1 < wrap.row_count ? wrap_row(&wrap, i + 1)->start : text.len;
            assert_true(row->start + row->len <= end);
            assert_true(end > row->start || i + 1 == wrap.row_count);
            assert_true(text_width(text.text + row->start, row->len) <= width);
            /* What is not drawn is a newline or blanks. */
            struct glyph glyph;
            for (size_t at = row->start + row->len; at < end; at += glyph.bytes) {
                glyph_next(text.text, text.len, at, &glyph);
                assert_true(glyph.is_space || glyph.is_newline);
            }
        }
        wrap_clear(&wrap);
        strbuf_clear(&text);
    }
}

static int use_utf8(void **state)
{
    (void)state;
    return setlocale(LC_ALL, "C.UTF-8") == NULL ? -1 : 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wrap_extend__breaks__after_blanks),
        cmocka_unit_test(wrap_extend__hangs__blanks_that_do_not_fit),
        cmocka_unit_test(wrap_extend__breaks_a_long_word__between_clusters),
        cmocka_unit_test(wrap_extend__keeps_indentation__with_its_word),
        cmocka_unit_test(wrap_extend__breaks__at_newlines),
        cmocka_unit_test(wrap_extend__breaks__between_wide_characters),
        cmocka_unit_test(wrap_extend__keeps_punctuation__with_wide_characters),
        cmocka_unit_test(wrap_extend__counts__tabs),
        cmocka_unit_test(wrap_extend__gives_a_row__to_what_is_too_wide),
        cmocka_unit_test(wrap_row__tells__hard_ends),
        cmocka_unit_test(wrap_find_row__finds__the_row_of_a_byte),
        cmocka_unit_test(wrap_reset__wraps_again__at_another_width),
        cmocka_unit_test(wrap_extend__starts_over__when_the_text_became_shorter),
        cmocka_unit_test(wrap_extend__bounds__the_blanks_of_a_row),
        cmocka_unit_test(wrap_extend__rewraps__only_the_last_rows),
        cmocka_unit_test(wrap_extend__is_quick__for_a_long_line),
        cmocka_unit_test(wrap_extend__gives_the_same_rows__however_the_text_comes),
        cmocka_unit_test(wrap_extend__covers__the_whole_text_in_the_width),
    };
    return cmocka_run_group_tests(tests, use_utf8, NULL);
}

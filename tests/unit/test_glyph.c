/* What strangers' text looks like when drawn, and that nothing dangerous is left of it.
 */
#ifndef _XOPEN_SOURCE
#define _XOPEN_SOURCE 700
#endif

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <wchar.h>

#include <cmocka.h>
#include <utf8proc.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/rng.h"
#include "src/base/safe_text.h"
#include "src/base/strbuf.h"
#include "src/base/utf8.h"
#include "ui/render/glyph.h"

/* Draws a whole text; clusters that are marks stand between < and >. */
static void assert_drawn(const char *text, size_t len, const char *expected)
{
    struct strbuf drawn;
    strbuf_init(&drawn, 100000);
    struct glyph glyph;
    size_t at = 0;
    while (glyph_next(text, len, at, &glyph) > 0) {
        strbuf_append_text(&drawn, glyph.is_mark ? "<" : "");
        strbuf_append(&drawn, glyph.is_newline ? "/" : glyph.text,
                      glyph.is_newline ? 1 : glyph.text_len);
        strbuf_append_text(&drawn, glyph.is_mark ? ">" : "");
        at += glyph.bytes;
    }
    assert_int_equal(at, len);
    assert_string_equal(strbuf_text(&drawn), expected);
    strbuf_clear(&drawn);
}

static void assert_drawn_text(const char *text, const char *expected)
{
    assert_drawn(text, strlen(text), expected);
}

/* The first cluster of a text. */
static struct glyph first(const char *text)
{
    struct glyph glyph;
    memset(&glyph, 0, sizeof(glyph));
    glyph_next(text, strlen(text), 0, &glyph);
    return glyph;
}

/*
 * Asserts what holds for any drawn form: well-formed, nothing hidden, every code point of
 * a certain width, at most four marks on a character, sums right.
 */
static void assert_harmless(const struct glyph *glyph)
{
    int width = 0;
    unsigned parts = 0;
    unsigned marks = 0;
    assert_true(glyph->text_len <= GLYPH_TEXT_SIZE);
    assert_true(glyph->is_newline == (glyph->text_len == 0));
    for (size_t at = 0; at < glyph->text_len;) {
        uint32_t code;
        const size_t used = utf8_decode(glyph->text + at, glyph->text_len - at, &code);
        assert_true(utf8_is_valid(glyph->text + at, used));
        assert_true(code >= 0x20 && code != 0x7f && (code < 0x80 || code >= 0xa0));
        assert_false(safe_text_is_hidden(code));
        assert_true(code != 0x200d && !(code >= 0xfe00 && code <= 0xfe0f));
        const int own = wcwidth((wchar_t)code);
        /* Spacing marks have the C library's width: most terminals give them a cell. */
        if (utf8proc_category((utf8proc_int32_t)code) != UTF8PROC_CATEGORY_MC || own != 1)
            assert_int_equal(own, utf8proc_charwidth((utf8proc_int32_t)code));
        assert_in_range(own, at == 0 ? 1 : 0, 2);
        marks = own == 0 ? marks + 1 : 0;
        assert_true(marks <= 4);
        parts += own > 0;
        width += own;
        at += used;
    }
    assert_int_equal(width, glyph->width);
    assert_int_equal(parts, glyph->parts);
}

static void glyph_next__draws__ascii_as_it_is(void **state)
{
    (void)state;
    assert_drawn_text("Hello, world~", "Hello, world~");
    assert_int_equal(first("a").width, 1);
    assert_true(first(" ").is_space);
    assert_false(first("a").is_space);
}

static void glyph_next__returns_nothing__at_the_end(void **state)
{
    (void)state;
    struct glyph glyph;
    assert_int_equal(glyph_next("abc", 3, 3, &glyph), 0);
    assert_int_equal(glyph_next("", 0, 0, &glyph), 0);
}

static void glyph_next__knows__line_ends(void **state)
{
    (void)state;
    assert_drawn_text("a\nb\r\nc\xe2\x80\xa8"
                      "d\xe2\x80\xa9"
                      "e",
                      "a/b/c/d/e");
    assert_int_equal(first("\r\n").bytes, 2);
    assert_int_equal(first("\n").width, 0);
}

static void glyph_next__tells__a_tab(void **state)
{
    (void)state;
    const struct glyph tab = first("\t");
    assert_true(tab.is_tab && tab.is_space && !tab.is_mark);
}

static void glyph_next__shows__control_characters(void **state)
{
    (void)state;
    assert_drawn(
        "\x1b[31m\0\x07\x7f\r", 9,
        "<\xe2\x90\x9b>[31m<\xe2\x90\x80><\xe2\x90\x87><\xe2\x90\xa1><\xe2\x90\x8d>");
    assert_drawn_text("\xc2\x9b"
                      "31m\xc2\x85",
                      "<\xe2\x80\xb9"
                      "9B\xe2\x80\xba>31m<\xe2\x80\xb9"
                      "85\xe2\x80\xba>");
}

static void glyph_next__shows__ill_formed_bytes(void **state)
{
    (void)state;
    assert_drawn_text("\x9b\xff", "<\xef\xbf\xbd><\xef\xbf\xbd>");
    assert_drawn_text("\xe2\x82!", "<\xef\xbf\xbd>!");
    assert_drawn_text("\xc3 ", "<\xef\xbf\xbd> ");
    assert_drawn_text("\xed\xa0\x80", "<\xef\xbf\xbd><\xef\xbf\xbd><\xef\xbf\xbd>");
    assert_drawn_text("a\xcc", "a<\xef\xbf\xbd>");
    assert_drawn_text("\xef\xbf\xbd", "\xef\xbf\xbd");
}

static void glyph_next__spells_out__direction_and_zero_width(void **state)
{
    (void)state;
    assert_drawn_text("a\xe2\x80\xaeg", "a<\xe2\x80\xb9U+202E\xe2\x80\xba>g");
    assert_drawn_text("\xe2\x80\x8b\xe2\x81\xa0\xef\xbb\xbf",
                      "<\xe2\x80\xb9U+200B\xe2\x80\xba><\xe2\x80\xb9U+2060\xe2\x80\xba>"
                      "<\xe2\x80\xb9U+FEFF\xe2\x80\xba>");
    assert_drawn_text("\xc2\xad\xcd\x8f\xe3\x85\xa4",
                      "<\xe2\x80\xb9U+00AD\xe2\x80\xba><\xe2\x80\xb9U+034F\xe2\x80\xba>"
                      "<\xe2\x80\xb9U+3164\xe2\x80\xba>");
    assert_drawn_text("\xf3\xa0\x81\x81", "<\xe2\x80\xb9U+E0041\xe2\x80\xba>");
}

static void glyph_next__spells_out__unassigned_and_private(void **state)
{
    (void)state;
    assert_drawn_text("\xee\x80\x80", "<\xe2\x80\xb9U+E000\xe2\x80\xba>");
    assert_drawn_text("\xf4\x8f\xbf\xbf", "<\xe2\x80\xb9U+10FFFF\xe2\x80\xba>");
    assert_drawn_text("\xcd\xb8", "<\xe2\x80\xb9U+0378\xe2\x80\xba>");
}

static void glyph_next__spells_out__joiners_and_selectors_that_join_nothing(void **state)
{
    (void)state;
    assert_drawn_text("\xe2\x80\x8d", "<\xe2\x80\xb9U+200D\xe2\x80\xba>");
    assert_drawn_text("\xef\xb8\x8f", "<\xe2\x80\xb9U+FE0F\xe2\x80\xba>");
    assert_drawn_text("a\xe2\x80\x8d", "a<\xe2\x80\xb9U+200D\xe2\x80\xba>");
    assert_drawn_text("a\xef\xb8\x80", "a<\xe2\x80\xb9U+FE00\xe2\x80\xba>");
    assert_drawn_text(" \xef\xb8\x8f", " <\xe2\x80\xb9U+FE0F\xe2\x80\xba>");
    assert_drawn_text("\xf0\x9f\x98\x80\xef\xb8\x8f\xef\xb8\x80",
                      "\xf0\x9f\x98\x80<\xe2\x80\xb9U+FE00\xe2\x80\xba>");
}

static void glyph_next__composes__letters_and_marks(void **state)
{
    (void)state;
    const struct glyph glyph = first("e\xcc\x81x");
    assert_int_equal(glyph.bytes, 3);
    assert_int_equal(glyph.width, 1);
    assert_drawn_text("e\xcc\x81", "\xc3\xa9");
    assert_drawn_text("q\xcc\x81", "q\xcc\x81");
}

static void glyph_next__keeps_four_marks__of_many(void **state)
{
    (void)state;
    assert_drawn_text("q\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81",
                      "q\xcc\x81\xcc\x81\xcc\x81\xcc\x81");
    struct strbuf zalgo;
    strbuf_init(&zalgo, 1000000);
    strbuf_append_text(&zalgo, "q");
    for (int i = 0; i < 10000; i++)
        strbuf_append_text(&zalgo, "\xcc\x81");
    const struct glyph glyph = first(strbuf_text(&zalgo));
    assert_true(glyph.bytes < 200);
    strbuf_clear(&zalgo);
}

static void glyph_next__puts_a_lone_mark__on_a_circle(void **state)
{
    (void)state;
    assert_drawn_text("\xcc\x81", "\xe2\x97\x8c\xcc\x81");
    assert_drawn_text("\n\xcc\x81", "/\xe2\x97\x8c\xcc\x81");
}

static void glyph_next__draws__wide_characters(void **state)
{
    (void)state;
    assert_int_equal(first("\xe6\xbc\xa2").width, 2);
    assert_int_equal(first("\xf0\x9f\x98\x80").width, 2);
    assert_int_equal(first("\xe3\x80\x80").width, 2);
    assert_true(first("\xe3\x80\x80").is_space);
    assert_drawn_text("\xe3\x81\x8b\xe3\x82\x99", "\xe3\x81\x8c");
}

static void glyph_next__composes__korean(void **state)
{
    (void)state;
    const struct glyph glyph = first("\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab");
    assert_int_equal(glyph.bytes, 9);
    assert_int_equal(glyph.width, 2);
    assert_drawn_text("\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab", "\xed\x95\x9c");
    assert_drawn_text("\xed\x95\x98\xe1\x86\xab", "\xed\x95\x9c");
    assert_drawn_text("\xe1\x85\xa1", "<\xe2\x80\xb9U+1161\xe2\x80\xba>");
    assert_drawn_text("a\xe1\x86\xab", "a<\xe2\x80\xb9U+11AB\xe2\x80\xba>");
}

static void glyph_next__draws_joined_emoji__side_by_side(void **state)
{
    (void)state;
    const char *text = "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x9a\x80";
    const struct glyph glyph = first(text);
    assert_int_equal(glyph.bytes, strlen(text));
    assert_int_equal(glyph.width, 4);
    assert_int_equal(glyph.parts, 2);
    assert_drawn_text(text, "\xf0\x9f\x91\xa9\xf0\x9f\x9a\x80");
}

static void glyph_next__leaves_out__tone_selector_and_keycap(void **state)
{
    (void)state;
    assert_drawn_text("\xf0\x9f\x91\x8d\xf0\x9f\x8f\xbd", "\xf0\x9f\x91\x8d");
    assert_drawn_text("\xe2\x9d\xa4\xef\xb8\x8f", "\xe2\x9d\xa4");
    assert_drawn_text("1\xef\xb8\x8f\xe2\x83\xa3", "1");
    assert_int_equal(first("1\xef\xb8\x8f\xe2\x83\xa3").bytes, 7);
    assert_drawn_text("\xf0\x9f\x8f\xbd", "\xf0\x9f\x8f\xbd");
}

static void glyph_next__draws_flags__as_letters(void **state)
{
    (void)state;
    assert_drawn_text("\xf0\x9f\x87\xab\xf0\x9f\x87\xb7", "[FR]");
    assert_drawn_text("\xf0\x9f\x87\xab\xf0\x9f\x87\xb7\xf0\x9f\x87\xa9", "[FR][D]");
    assert_int_equal(first("\xf0\x9f\x87\xab\xf0\x9f\x87\xb7").width, 4);
}

static void glyph_next__cuts__endless_joining(void **state)
{
    (void)state;
    struct strbuf text;
    strbuf_init(&text, 1000000);
    for (int i = 0; i < 100; i++)
        strbuf_append_text(&text, "\xf0\x9f\x91\xa9\xe2\x80\x8d");
    strbuf_append_text(&text, "x");
    struct glyph glyph;
    size_t at = 0;
    int width = 0;
    while (glyph_next(text.text, text.len, at, &glyph) > 0) {
        assert_harmless(&glyph);
        assert_false(glyph.is_mark);
        width += glyph.width;
        at += glyph.bytes;
    }
    assert_int_equal(width, 201);
    strbuf_clear(&text);
}

static void glyph_next__draws_blanks__as_spaces(void **state)
{
    (void)state;
    assert_drawn_text("a\xc2\xa0"
                      "b\xe2\x80\x83"
                      "c",
                      "a b c");
    assert_false(first("\xc2\xa0").is_space);
    assert_true(first("\xe2\x80\x83").is_space);
    assert_false(first(" \xcc\x81").is_space);
}

static void glyph_next__is_harmless__for_every_code_point(void **state)
{
    (void)state;
    const char *const contexts[] = {"", "a", "\xf0\x9f\x91\xa9", "\xe0\xa4\x95"};
    for (size_t c = 0; c < COUNT_OF(contexts); c++) {
        for (uint32_t code = 0; code <= 0x10ffff; code += c == 0 ? 1 : 3) {
            char text[16];
            struct glyph glyph;
            const size_t before = strlen(contexts[c]);
            memcpy(text, contexts[c], before);
            const size_t len = before + utf8_encode(code, text + before);
            for (size_t at = 0; at < len; at += glyph.bytes) {
                glyph_next(text, len, at, &glyph);
                assert_true(glyph.bytes > 0 && glyph.bytes <= len - at);
                assert_harmless(&glyph);
            }
        }
    }
}

/* Pieces from which clusters of every kind come together. */
static const char *const pieces[] = {
    "a",
    "1",
    " ",
    "\n",
    "\r",
    "\t",
    "\x1b",
    "\xcc",
    "\x81",
    "\xcc\x81",
    "\xe2\x80\x8d",
    "\xef\xb8\x8f",
    "\xff",
    "\xf0\x9f\x91\xa9",
    "\xf0\x9f\x87\xab",
    "\xf0\x9f",
    "\x87\xb7",
    "\xe2\x83\xa3",
    "\xe6\xbc\xa2",
    "\xe1\x84\x92",
    "\xe1\x85\xa1",
    "\xe1\x86\xab",
    "\xe0\xa4\x95",
    "\xe0\xa4\xbe",
    "\xe0\xa5\x8d",
    "\xf0\x9f\x8f\xbd",
    "\xe2\x80\xae",
    "\xf3\xa0\x84\x80",
    "\xd8\x80",
    "\xe0\xb5\x8e",
    "\xc2\xad",
    "\xe2\x80\x8c",
    "\xe0\xbe\xb3",
    "\xe0\xa5\x98",
    "\xd7\xa9",
};

static void glyph_next__is_harmless__for_random_texts(void **state)
{
    (void)state;
    struct rng rng;
    rng_init(&rng, 3);
    for (int round = 0; round < 20000; round++) {
        struct strbuf text;
        strbuf_init(&text, 1000);
        const uint64_t count = rng_below(&rng, 40);
        for (uint64_t i = 0; i < count; i++)
            strbuf_append_text(&text, pieces[rng_below(&rng, COUNT_OF(pieces))]);
        struct glyph glyph;
        for (size_t at = 0; at < text.len; at += glyph.bytes) {
            assert_true(glyph_next(text.text, text.len, at, &glyph) > 0);
            assert_true(glyph.bytes <= text.len - at);
            assert_harmless(&glyph);
            /* A cluster looks the same when the text ends with it: rows are drawn so. */
            struct glyph alone;
            glyph_next(text.text, at + glyph.bytes, at, &alone);
            assert_int_equal(alone.bytes, glyph.bytes);
            assert_int_equal(alone.text_len, glyph.text_len);
            assert_memory_equal(alone.text, glyph.text, glyph.text_len);
        }
        strbuf_clear(&text);
    }
}

static void text_width__counts__cells(void **state)
{
    (void)state;
    assert_int_equal(text_width("", 0), 0);
    assert_int_equal(text_width("a\xe6\xbc\xa2"
                                "e\xcc\x81",
                                7),
                     4);
    assert_int_equal(text_width("a\tb", 3), 5);
    assert_int_equal(text_width("a\nb", 3), 3);
}

static void glyph_fit__leaves_room__for_the_sign(void **state)
{
    (void)state;
    bool is_cut;
    assert_int_equal(glyph_fit("abcdef", 6, 6, &is_cut), 6);
    assert_false(is_cut);
    assert_int_equal(glyph_fit("abcdef", 6, 5, &is_cut), 4);
    assert_true(is_cut);
    assert_int_equal(glyph_fit("a\xe6\xbc\xa2\xe6\xbc\xa2", 7, 4, &is_cut), 4);
    assert_true(is_cut);
    assert_int_equal(glyph_fit("a\xe6\xbc\xa2\xe6\xbc\xa2", 7, 3, &is_cut), 1);
    assert_int_equal(glyph_fit("abc", 3, 0, &is_cut), 0);
    assert_true(is_cut);
    assert_int_equal(glyph_fit("", 0, 0, &is_cut), 0);
    assert_false(is_cut);
}

static void glyph_part__splits__a_drawn_form(void **state)
{
    (void)state;
    int width;
    assert_int_equal(glyph_part("q\xcc\x81x", 4, &width), 3);
    assert_int_equal(width, 1);
    assert_int_equal(glyph_part("\xf0\x9f\x91\xa9\xf0\x9f\x9a\x80", 8, &width), 4);
    assert_int_equal(width, 2);
}

static int use_utf8(void **state)
{
    (void)state;
    return setlocale(LC_ALL, "C.UTF-8") == NULL ? -1 : 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(glyph_next__draws__ascii_as_it_is),
        cmocka_unit_test(glyph_next__returns_nothing__at_the_end),
        cmocka_unit_test(glyph_next__knows__line_ends),
        cmocka_unit_test(glyph_next__tells__a_tab),
        cmocka_unit_test(glyph_next__shows__control_characters),
        cmocka_unit_test(glyph_next__shows__ill_formed_bytes),
        cmocka_unit_test(glyph_next__spells_out__direction_and_zero_width),
        cmocka_unit_test(glyph_next__spells_out__unassigned_and_private),
        cmocka_unit_test(glyph_next__spells_out__joiners_and_selectors_that_join_nothing),
        cmocka_unit_test(glyph_next__composes__letters_and_marks),
        cmocka_unit_test(glyph_next__keeps_four_marks__of_many),
        cmocka_unit_test(glyph_next__puts_a_lone_mark__on_a_circle),
        cmocka_unit_test(glyph_next__draws__wide_characters),
        cmocka_unit_test(glyph_next__composes__korean),
        cmocka_unit_test(glyph_next__draws_joined_emoji__side_by_side),
        cmocka_unit_test(glyph_next__leaves_out__tone_selector_and_keycap),
        cmocka_unit_test(glyph_next__draws_flags__as_letters),
        cmocka_unit_test(glyph_next__cuts__endless_joining),
        cmocka_unit_test(glyph_next__draws_blanks__as_spaces),
        cmocka_unit_test(glyph_next__is_harmless__for_every_code_point),
        cmocka_unit_test(glyph_next__is_harmless__for_random_texts),
        cmocka_unit_test(text_width__counts__cells),
        cmocka_unit_test(glyph_fit__leaves_room__for_the_sign),
        cmocka_unit_test(glyph_part__splits__a_drawn_form),
    };
    return cmocka_run_group_tests(tests, use_utf8, NULL);
}

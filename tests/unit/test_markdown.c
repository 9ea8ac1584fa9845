/* Markdown as rows: what each construct looks like, that nothing is lost, and that a text
 * that grows gives the rows of a text that is there. */
#include <ctype.h>
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "tests/support/canvas_text.h"
#include "tests/support/markdown_samples.h"
#include "ui/render/markdown.h"

/* --- Looking at a layout -------------------------------------------------------------
 */

/* Draws all rows, or the last ones where they are too many. */
static struct canvas *draw(const struct markdown *markdown, const char *text, int width)
{
    const size_t count = markdown_row_count(markdown);
    const size_t first = count > CANVAS_SIDE_MAX ? count - CANVAS_SIDE_MAX : 0;
    struct canvas *canvas = canvas_new(width, (int)(count - first));
    for (int y = 0; y < canvas->height; y++)
        markdown_draw(markdown, first + (size_t)y, text, canvas,
                      (struct rect){0, y, width, 1});
    return canvas;
}

static struct canvas *lay_out_open(const char *text, size_t len, int width, bool is_open)
{
    struct markdown *markdown = markdown_new();
    markdown_update(markdown, text, len, width, is_open);
    struct canvas *canvas = draw(markdown, text, width);
    assert_canvas_is_whole(canvas);
    markdown_free(markdown);
    return canvas;
}

static struct canvas *lay_out(const char *text, size_t len, int width)
{
    return lay_out_open(text, len, width, false);
}

static void assert_rows(const char *text, int width, const char *expected)
{
    struct canvas *canvas = lay_out(text, strlen(text), width);
    assert_canvas(canvas, expected);
    canvas_free(canvas);
}

static void assert_role(const char *text, const char *words, enum role role)
{
    struct canvas *canvas = lay_out(text, strlen(text), 60);
    int x;
    int y;
    assert_true(canvas_find(canvas, words, &x, &y));
    assert_int_equal(canvas_role_at(canvas, x, y), role);
    canvas_free(canvas);
}

/* --- What it looks like ----------------------------------------------------------------
 */

static void markdown__heading__stands_apart(void **state)
{
    (void)state;
    assert_rows("text\n# One\nmore\n\nTwo\n---\nend\n", 20,
                "text\n\nOne\nmore\n\nTwo\nend\n");
    assert_role("# One", "One", ROLE_HEADING);
    assert_role("### Three", "Three", ROLE_SUBHEADING);
}

static void markdown__paragraph__keeps_its_lines_and_wraps(void **state)
{
    (void)state;
    assert_rows("one two three\nfour\n\n\n\nfive", 8, "one two\nthree\nfour\n\nfive\n");
}

static void markdown__emphasis__is_a_role(void **state)
{
    (void)state;
    const char *text = "plain *slanted* **strong** ***both*** `code` [words](/to)";
    assert_rows(text, 60, "plain slanted strong both code words (/to)\n");
    assert_role(text, "plain", ROLE_TEXT);
    assert_role(text, "slanted", ROLE_EMPHASIS);
    assert_role(text, "strong", ROLE_STRONG);
    assert_role(text, "both", ROLE_STRONG_EMPHASIS);
    assert_role(text, "code", ROLE_CODE);
    assert_role(text, "words", ROLE_LINK);
    assert_role(text, "(/to)", ROLE_ADDRESS);
}

static void markdown__link__says_where_it_leads(void **state)
{
    (void)state;
    assert_rows("[a](https://b.c \"d\")", 60, "a (https://b.c \"d\")\n");
    assert_rows("<https://b.c> https://d.e/f", 60, "https://b.c https://d.e/f\n");
    assert_rows("[https://b.c](https://evil.d)", 60, "https://b.c (https://evil.d)\n");
    assert_rows("<me@b.c> [**a** b](c&amp;d)", 60, "me@b.c a b (c&d)\n");
    assert_rows("![alt](a.png), [](x)", 60, "picture alt (a.png),  (x)\n");
}

static void markdown__reference__stays_as_written(void **state)
{
    (void)state;
    assert_rows("see [a][1]\n\n[1]: https://b.c\n> [x]: y\n", 60,
                "see [a][1]\n\n[1]: https://b.c\n│ [x]: y\n");
}

static void markdown__lists__nest_and_count(void **state)
{
    (void)state;
    assert_rows("- one\n- two words\n  1. in\n  2. in\n     - deep\n- [x] done\n", 16,
                "• one\n• two words\n  1. in\n  2. in\n     ▪ deep\n[x] done\n");
    assert_rows("3) a\n4) b\n\n5) c\n", 12, "3) a\n4) b\n\n5) c\n");
    assert_rows("1. a\n1. b\n1. c\n", 12, "1. a\n2. b\n3. c\n");
    assert_rows("- a\n\n  b\n-\n- c\n", 12, "• a\n\n  b\n•\n• c\n");
}

static void markdown__quote__has_a_bar(void **state)
{
    (void)state;
    assert_rows("> one two three\n>\n> > in\n\nout", 10,
                "│ one two\n│ three\n│\n│ │ in\n\nout\n");
}

static void markdown__deep_nesting__leaves_half_of_the_width(void **state)
{
    (void)state;
    assert_rows("> > > > > > words here", 10, "│ │ words\n│ │ here\n");
    assert_rows("- - - - - a b c", 4, "▪ a\n  b\n  c\n");
}

static void markdown__rule__fills_the_width(void **state)
{
    (void)state;
    assert_rows("a\n\n***\nb", 5, "a\n\n─────\n\nb\n");
}

static void markdown__fence__has_label_and_number(void **state)
{
    (void)state;
    assert_rows("do\n```c\nint a;\n\tb\n```\nthen\n~~~\nx\n~~~", 20,
                "do\n\nc · 1\n  int a;\n      b\n\nthen\n\ncode · 2\n  x\n");
    assert_rows("- a\n  ```py\n  x\n  ```\n\n```\ny", 20,
                "• a\n  py · 1\n    x\n\ncode · 2\n  y\n");
    assert_role("```\nx = 1\n```", "x = 1", ROLE_CODE_BLOCK);
}

static void markdown__fence__ends_as_commonmark_says(void **state)
{
    (void)state;
    assert_rows("````\n```\n  ````\na", 20, "code · 1\n  ```\n\na\n");
    assert_rows("  ```\n   a\n  b\n c\n```", 20, "code · 1\n   a\n  b\n  c\n");
    assert_rows("```a`b\ntext", 20, "```a`b\ntext\n");
    assert_rows("> ```\n> a\n\nb", 20, "│ code · 1\n│   a\n\nb\n");
}

static void markdown__indented_code__is_code(void **state)
{
    (void)state;
    assert_rows("a\n\n    b\n\n      c\nd", 20, "a\n\n  b\n\n    c\n\nd\n");
}

static void markdown__html__is_text(void **state)
{
    (void)state;
    assert_rows("<div>\n<b>a</b> &lt; &copy; &#x41; &nosuch;", 40,
                "<div>\n<b>a</b> < © A &nosuch;\n");
}

static void markdown__formula__stays_as_written(void **state)
{
    (void)state;
    assert_rows("$a*b + c*d$ and $$x_1_y$$ cost $5", 40,
                "$a*b + c*d$ and $$x_1_y$$ cost $5\n");
}

/* --- Tables
 * ------------------------------------------------------------------------------ */

static const char table[] = "| Name | Size | Note |\n"
                            "|:--|--:|:-:|\n"
                            "| a | 12 | short |\n"
                            "| 日本語 | 3 | a longer note |\n"
                            "| b | | |\n";

static void markdown__table__is_aligned(void **state)
{
    (void)state;
    assert_rows(table, 40,
                "Name   │ Size │     Note\n"
                "───────┼──────┼──────────────\n"
                "a      │   12 │     short\n"
                "日本語 │    3 │ a longer note\n"
                "b\n");
}

static void markdown__table__wraps_in_a_narrow_pane(void **state)
{
    (void)state;
    assert_rows(table, 24,
                "Name   │ Size │   Note\n"
                "───────┼──────┼─────────\n"
                "a      │   12 │  short\n"
                "───────┼──────┼─────────\n"
                "日本語 │    3 │ a longer\n"
                "       │      │   note\n"
                "───────┼──────┼─────────\n"
                "b\n");
}

static void markdown__table__becomes_a_list_where_columns_vanish(void **state)
{
    (void)state;
    assert_rows(table, 14,
                "Name: a\nSize: 12\nNote: short\n───\nName: 日本語\nSize: 3\n"
                "Note: a longer\nnote\n───\nName: b\n");
    assert_rows("| One | Two | Three |\n|---|---|---|\n", 10, "One\nTwo\nThree\n");
}

static void markdown__table__with_too_many_columns__is_text(void **state)
{
    (void)state;
    struct strbuf text;
    strbuf_init(&text, 100000);
    for (int row = 0; row < 3; row++) {
        for (int i = 0; i < 200; i++)
            strbuf_append_text(&text, row == 1 ? "|---" : "|a");
        strbuf_append_text(&text, "|\n");
    }
    struct canvas *canvas = lay_out(strbuf_text(&text), text.len, 40);
    assert_true(canvas_find(canvas, "|a|a|a", NULL, NULL));
    canvas_free(canvas);
    strbuf_clear(&text);
}

/* --- Hostile and difficult text --------------------------------------------------------
 */

static void markdown__hidden_characters__are_marks(void **state)
{
    (void)state;
    assert_rows("a\033[1mb **\233c\xe2\x80\xae** d\re\vf", 60,
                "a␛[1mb �c‹U+202E› d␍e␋f\n");
    assert_rows("&#27;[2J &#x202e; &#0; [a](b\033c)", 60, "␛[2J ‹U+202E› � [a](b␛c)\n");
    assert_rows("```a\033\n\tb\033\r\n```", 20, "a␛ · 1\n      b␛\n");
    const char nul[] = "a\0b";
    struct canvas *canvas = lay_out(nul, 3, 20);
    assert_canvas(canvas, "a␀b\n");
    canvas_free(canvas);
}

/* Clusters of which terminals and libraries have different opinions. */
static const char *const clusters[] = {
    "e\xcc\x81",                                    /* combining */
    "\xe0\xa4\xa8\xe0\xa4\xbf",                     /* Devanagari with a spacing mark */
    "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb", /* ZWJ */
    "\xf0\x9f\x87\xab\xf0\x9f\x87\xb7",             /* flag */
    "\xf0\x9f\x91\x8d\xf0\x9f\x8f\xbd",             /* skin tone */
    "\xe2\x9d\xa4\xef\xb8\x8f",                     /* variation selector */
    "1\xef\xb8\x8f\xe2\x83\xa3",                    /* keycap */
    "\xe6\x97\xa5\xe6\x9c\xac",                     /* CJK */
    "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d",             /* right to left */
    "\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab",         /* Jamo */
    "\xef\xbd\xb6\xef\xbe\x9e",                     /* half-width kana */
    "\xe2\x80\x8b",                                 /* zero width */
};

static void markdown__no_cluster__shifts_a_column(void **state)
{
    (void)state;
    struct strbuf text;
    strbuf_init(&text, 100000);
    strbuf_append_text(&text, "|a|b|c|\n|---|--:|---|\n");
    for (size_t i = 0; i < COUNT_OF(clusters); i++)
        strbuf_append_format(&text, "|%s|**%s**x|*y*%s`%s`|\n", clusters[i], clusters[i],
                             clusters[i], clusters[i]);
    for (int width = 30; width < 70; width += 4) {
        struct canvas *canvas = lay_out(strbuf_text(&text), text.len, width);
        int column = -1;
        for (int y = 0; y < canvas->height; y++) {
            for (int x = 0; x < width; x++) {
                const struct cell *cell = canvas_cell_at(canvas, x, y);
                if (memcmp(cell->text, "\xe2\x94\x82", 3) != 0)
                    continue;
                if (column < 0)
                    column = x;
                assert_int_equal(x, column);
                break;
            }
        }
        canvas_free(canvas);
    }
    strbuf_clear(&text);
}

static void markdown__clusters__do_not_reach_over_styles(void **state)
{
    (void)state;
    /* A mark that begins another style stands on a circle of its own. */
    assert_rows("e**\xcc\x81x**", 20, "e◌́x\n");
    assert_rows("\xf0\x9f\x91\xa9*\xe2\x80\x8dz*", 20, "👩‹U+200D›z\n");
}

/* --- Nothing is lost
 * ---------------------------------------------------------------------- */

static void count_letters(const char *text, size_t len, int counts[128])
{
    for (size_t i = 0; i < len; i++) {
        const unsigned char byte = (unsigned char)text[i];
        if (byte < 128 && isalnum(byte))
            counts[byte]++;
    }
}

static void assert_nothing_lost(const struct markdown_sample *sample, int width)
{
    int wanted[128] = {0};
    int shown[128] = {0};
    struct markdown *markdown = markdown_new();
    struct canvas *canvas = canvas_new(width, 1);
    markdown_update(markdown, sample->text, strlen(sample->text), width, false);
    for (size_t i = 0; i < markdown_row_count(markdown); i++) {
        canvas_erase(canvas);
        markdown_draw(markdown, i, sample->text, canvas, (struct rect){0, 0, width, 1});
        assert_canvas_is_whole(canvas);
        char *row = canvas_line(canvas, 0);
        count_letters(row, strlen(row), shown);
        mem_free(row);
    }
    count_letters(sample->text, strlen(sample->text), wanted);
    count_letters(sample->lost, strlen(sample->lost), shown);
    for (int i = 0; i < 128; i++) {
        if (shown[i] < wanted[i])
            fail_msg("'%c' is lost at width %d of:\n%.200s", i, width, sample->text);
    }
    canvas_free(canvas);
    markdown_free(markdown);
}

static void markdown__samples__lose_nothing_at_any_width(void **state)
{
    (void)state;
    static const int widths[] = {12, 20, 40, 80};
    for (size_t i = 0; i < markdown_sample_count; i++) {
        for (size_t j = 0; j < COUNT_OF(widths); j++)
            assert_nothing_lost(&markdown_samples[i], widths[j]);
    }
}

static void markdown__blocks_beyond_the_limit__lose_nothing(void **state)
{
    (void)state;
    static const char *const starts[] = {"", "- ", "> ", "```\n", "# ", "| a |\n|---|\n"};
    static const char *const words[] = {"word ", "word\n", "word", "- word\n",
                                        "|word|\n"};
    struct strbuf text;
    strbuf_init(&text, 1 << 20);
    for (size_t i = 0; i < COUNT_OF(starts) * COUNT_OF(words); i++) {
        strbuf_reset(&text);
        strbuf_append_text(&text, starts[i % COUNT_OF(starts)]);
        while (text.len < 70000)
            strbuf_append_text(&text, words[i / COUNT_OF(starts)]);
        const struct markdown_sample sample = {strbuf_text(&text), ""};
        assert_nothing_lost(&sample, 100);
    }
    strbuf_clear(&text);
}

/* --- Growing
 * -------------------------------------------------------------------------------- */

static void assert_same(const struct canvas *a, const struct canvas *b, size_t len,
                        const char *text)
{
    const size_t size = (size_t)a->width * (size_t)a->height * sizeof(a->cells[0]);
    if (a->height != b->height || memcmp(a->cells, b->cells, size) != 0) {
        char *grown = canvas_text(a);
        char *whole = canvas_text(b);
        fail_msg("grown to %zu bytes:\n%s\nat once:\n%s\nof:\n%.*s", len, grown, whole,
                 (int)len, text);
    }
}

/* Every prefix of a text, byte by byte, gives the rows that it gives at once. */
static void assert_grows(const char *text, size_t step, int width, bool is_open)
{
    struct markdown *markdown = markdown_new();
    const size_t whole_len = strlen(text);
    for (size_t len = 0; len <= whole_len; len += step) {
        markdown_update(markdown, text, len, width, is_open);
        struct canvas *grown = draw(markdown, text, width);
        struct canvas *whole = lay_out_open(text, len, width, is_open);
        assert_same(grown, whole, len, text);
        canvas_free(grown);
        canvas_free(whole);
    }
    markdown_free(markdown);
}

static void assert_open_rows(const char *text, const char *expected)
{
    struct canvas *canvas = lay_out_open(text, strlen(text), 40, true);
    assert_canvas(canvas, expected);
    canvas_free(canvas);
}

static void markdown__open_emphasis__looks_closed_while_more_comes(void **state)
{
    (void)state;
    assert_open_rows("a **b c", "a b c\n");
    assert_open_rows("a **b c ", "a b c\n");
    assert_open_rows("a **b c*", "a b c\n");
    assert_open_rows("a `b * c", "a b * c\n");
    assert_open_rows("- *a **b", "• a b\n");
    assert_open_rows("a \\*b 2 * 3 c_d", "a *b 2 * 3 c_d\n");
    assert_open_rows("*a\n\nb", "*a\n\nb\n");
    assert_open_rows("```\n*a", "code · 1\n  *a\n");
    assert_rows("a **b c", 40, "a **b c\n");
}

static void markdown__wrong_guesses__are_not_shown(void **state)
{
    (void)state;
    assert_open_rows("[a *b](c", "[a b](c\n");
    assert_open_rows("|a *b|\n|---|\n|*c", "a *b\n────\n*c\n");
    assert_open_rows("    *a", "  *a\n");
    assert_open_rows("<*a", "<a\n");
}

static void markdown__settled_text__is_laid_out_as_it_is(void **state)
{
    (void)state;
    struct markdown *markdown = markdown_new();
    markdown_update(markdown, "2 *3", 4, 20, true);
    markdown_update(markdown, "2 *3", 4, 20, false);
    struct canvas *canvas = draw(markdown, "2 *3", 20);
    assert_canvas(canvas, "2 *3\n");
    canvas_free(canvas);
    markdown_free(markdown);
}

static void markdown__every_prefix__is_as_if_it_had_come_at_once(void **state)
{
    (void)state;
    for (size_t i = 0; i < markdown_sample_count; i++)
        assert_grows(markdown_samples[i].text, 1, 22, i % 2 == 0);
    for (size_t i = 0; i < markdown_document_count; i++)
        assert_grows(markdown_documents[i], 1, 30, false);
    for (size_t i = 0; i < markdown_document_count; i++)
        assert_grows(markdown_documents[i], 1, 44, true);
}

static void markdown__prefixes_beyond_the_limit__are_the_same_too(void **state)
{
    (void)state;
    static const char *const words[] = {"word ", "wo\xe2\x82\xac", "a\n", "- i\n",
                                        "\n> q\n"};
    struct strbuf text;
    strbuf_init(&text, 1 << 20);
    for (size_t i = 0; i < 2 * COUNT_OF(words); i++) {
        strbuf_reset(&text);
        strbuf_append_text(&text, i % 2 == 0 ? "```\n" : "");
        while (text.len < 80000)
            strbuf_append_text(&text, words[i / 2]);
        assert_grows(strbuf_text(&text), 9973, 60, i % 2 == 0);
    }
    strbuf_clear(&text);
}

static void markdown__shorter_text_or_other_width__begins_anew(void **state)
{
    (void)state;
    struct markdown *markdown = markdown_new();
    markdown_update(markdown, "```\nabc", 7, 20, false);
    assert_int_equal(markdown_row_count(markdown), 2);
    markdown_update(markdown, "one two", 7, 4, false);
    assert_int_equal(markdown_row_count(markdown), 2);
    markdown_update(markdown, "# a", 3, 4, false);
    assert_int_equal(markdown_row_count(markdown), 1);
    markdown_free(markdown);
}

/* --- Places
 * --------------------------------------------------------------------------------- */

static void assert_places(const char *text, int width)
{
    struct markdown *markdown = markdown_new();
    markdown_update(markdown, text, strlen(text), width, false);
    for (size_t i = 0; i < markdown_row_count(markdown); i++) {
        assert_int_equal(markdown_find(markdown, markdown_place(markdown, i)), i);
        assert_int_equal(markdown_find(markdown, markdown_place_end(markdown, i)), i);
    }
    markdown_free(markdown);
}

static void markdown__each_row__is_found_from_its_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < markdown_sample_count; i++) {
        assert_places(markdown_samples[i].text, 10);
        assert_places(markdown_samples[i].text, 60);
    }
    for (size_t i = 0; i < markdown_document_count; i++)
        assert_places(markdown_documents[i], 33);
}

static int set_up(void **state)
{
    (void)state;
    return setlocale(LC_ALL, "C.UTF-8") == NULL;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(markdown__heading__stands_apart),
        cmocka_unit_test(markdown__paragraph__keeps_its_lines_and_wraps),
        cmocka_unit_test(markdown__emphasis__is_a_role),
        cmocka_unit_test(markdown__link__says_where_it_leads),
        cmocka_unit_test(markdown__reference__stays_as_written),
        cmocka_unit_test(markdown__lists__nest_and_count),
        cmocka_unit_test(markdown__quote__has_a_bar),
        cmocka_unit_test(markdown__deep_nesting__leaves_half_of_the_width),
        cmocka_unit_test(markdown__rule__fills_the_width),
        cmocka_unit_test(markdown__fence__has_label_and_number),
        cmocka_unit_test(markdown__fence__ends_as_commonmark_says),
        cmocka_unit_test(markdown__indented_code__is_code),
        cmocka_unit_test(markdown__html__is_text),
        cmocka_unit_test(markdown__formula__stays_as_written),
        cmocka_unit_test(markdown__table__is_aligned),
        cmocka_unit_test(markdown__table__wraps_in_a_narrow_pane),
        cmocka_unit_test(markdown__table__becomes_a_list_where_columns_vanish),
        cmocka_unit_test(markdown__table__with_too_many_columns__is_text),
        cmocka_unit_test(markdown__hidden_characters__are_marks),
        cmocka_unit_test(markdown__no_cluster__shifts_a_column),
        cmocka_unit_test(markdown__clusters__do_not_reach_over_styles),
        cmocka_unit_test(markdown__samples__lose_nothing_at_any_width),
        cmocka_unit_test(markdown__blocks_beyond_the_limit__lose_nothing),
        cmocka_unit_test(markdown__open_emphasis__looks_closed_while_more_comes),
        cmocka_unit_test(markdown__wrong_guesses__are_not_shown),
        cmocka_unit_test(markdown__settled_text__is_laid_out_as_it_is),
        cmocka_unit_test(markdown__every_prefix__is_as_if_it_had_come_at_once),
        cmocka_unit_test(markdown__prefixes_beyond_the_limit__are_the_same_too),
        cmocka_unit_test(markdown__shorter_text_or_other_width__begins_anew),
        cmocka_unit_test(markdown__each_row__is_found_from_its_place),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}

/* Colours in code: with source-highlight they are there, without it code is plain; and
 * everything else is the same. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/canvas_text.h"
#include "ui/render/highlight.h"
#include "ui/render/markdown.h"

static void highlight__without_the_library__knows_no_language(void **state)
{
    (void)state;
    struct highlight *highlight = highlight_new();
    assert_int_equal(highlight_begin(highlight, "c", 1), highlight_is_built_in());
    assert_int_equal(highlight_begin(highlight, "Python", 6), highlight_is_built_in());
    highlight_free(highlight);
}

static void highlight__unknown_languages__are_refused(void **state)
{
    (void)state;
    static const char *const names[] = {
        "",       "nosuch",      "../c.lang",
        "c.lang", "/etc/passwd", "a name that is longer than any language's"};
    struct highlight_span spans[HIGHLIGHT_LINE_MAX];
    struct highlight *highlight = highlight_new();
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        assert_false(highlight_begin(highlight, names[i], strlen(names[i])));
    assert_int_equal(highlight_line(highlight, "int a;", 6, spans), 0);
    highlight_free(highlight);
}

static void highlight__lines__remember_what_is_open(void **state)
{
    (void)state;
    struct highlight_span spans[HIGHLIGHT_LINE_MAX];
    struct highlight *highlight = highlight_new();
    if (highlight_begin(highlight, "c", 1)) {
        assert_int_equal(highlight_line(highlight, "int a; /* b", 11, spans), 2);
        assert_int_equal(spans[0].kind, HIGHLIGHT_TYPE);
        assert_int_equal(spans[0].len, 3);
        assert_int_equal(spans[1].kind, HIGHLIGHT_COMMENT);
        assert_int_equal(spans[1].start, 7);
        assert_true(highlight_line(highlight, "int */ 7", 8, spans) >= 2);
        assert_int_equal(spans[0].kind, HIGHLIGHT_COMMENT);
        assert_int_equal(spans[0].len, 6);
    }
    highlight_free(highlight);
}

/* --- In a layout
 * ------------------------------------------------------------------------- */

static enum role role_of(const char *text, const char *words)
{
    struct markdown *markdown = markdown_new();
    markdown_update(markdown, text, strlen(text), 40);
    struct canvas *canvas = canvas_new(40, (int)markdown_row_count(markdown));
    int x;
    int y;
    for (int row = 0; row < canvas->height; row++)
        markdown_draw(markdown, (size_t)row, text, canvas, (struct rect){0, row, 40, 1});
    assert_canvas_is_whole(canvas);
    assert_true(canvas_find(canvas, words, &x, &y));
    const enum role role = canvas_role_at(canvas, x, y);
    canvas_free(canvas);
    markdown_free(markdown);
    return role;
}

/* The role where colours are built in; otherwise code is plain. */
static enum role coloured(enum role role)
{
    return highlight_is_built_in() ? role : ROLE_CODE_BLOCK;
}

static void markdown__code__has_the_colours_of_its_language(void **state)
{
    (void)state;
    const char *text = "```c\nreturn \"words\"; // why\n/* open\nstill\n*/ 12\n";
    assert_int_equal(role_of(text, "return"), coloured(ROLE_CODE_KEYWORD));
    assert_int_equal(role_of(text, "words"), coloured(ROLE_CODE_TEXT));
    assert_int_equal(role_of(text, "why"), coloured(ROLE_CODE_COMMENT));
    assert_int_equal(role_of(text, "still"), coloured(ROLE_CODE_COMMENT));
    assert_int_equal(role_of(text, "12"), coloured(ROLE_CODE_NUMBER));
    assert_int_equal(role_of("- a\n  ```c\n  return\n  ```\n- b\n", "return"),
                     coloured(ROLE_CODE_KEYWORD));
}

static void markdown__code_without_a_known_language__is_plain(void **state)
{
    (void)state;
    assert_int_equal(role_of("```\nreturn 1;\n```", "return"), ROLE_CODE_BLOCK);
    assert_int_equal(role_of("```nosuch\nreturn 1;\n```", "return"), ROLE_CODE_BLOCK);
    assert_int_equal(role_of("```c\nx\n```\n\n    return 1;\n\nend", "return"),
                     ROLE_CODE_BLOCK);
    /* The last line is not certain before its end has come. */
    assert_int_equal(role_of("```c\nreturn 1;", "return"), ROLE_CODE_BLOCK);
}

static void markdown__colours__begin_at_whole_characters(void **state)
{
    (void)state;
    role_of("```c\nint \xe6\x97\xa5\xe6\x9c\xac = \"e\xcc\x81\"; // "
            "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb\n\xff\xfe return\n",
            "return");
}

static int set_up(void **state)
{
    (void)state;
    return setlocale(LC_ALL, "C.UTF-8") == NULL;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(highlight__without_the_library__knows_no_language),
        cmocka_unit_test(highlight__unknown_languages__are_refused),
        cmocka_unit_test(highlight__lines__remember_what_is_open),
        cmocka_unit_test(markdown__code__has_the_colours_of_its_language),
        cmocka_unit_test(markdown__code_without_a_known_language__is_plain),
        cmocka_unit_test(markdown__colours__begin_at_whole_characters),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}

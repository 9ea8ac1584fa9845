/* Colours in code: with source-highlight they are there, without it code is plain; and
 * everything else is the same. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "tests/support/canvas_text.h"
#include "ui/render/code_rows.h"
#include "ui/render/highlight.h"

/* The module of this build; NULL where it was built without. */
static struct highlight *open_built(void)
{
    const char *folder = getenv("MOTET_BUILDDIR");
    char *tools = strbuf_format("%s/tools", folder != NULL ? folder : ".");
    struct highlight *highlight = highlight_new(tools);
    mem_free(tools);
    return highlight;
}

static void highlight__without_the_module__knows_no_language(void **state)
{
    (void)state;
    struct highlight_span spans[HIGHLIGHT_LINE_MAX];
    struct highlight *highlight = highlight_new("/nonexistent");
    assert_null(highlight);
    assert_false(highlight_begin(highlight, "c", 1));
    assert_int_equal(highlight_line(highlight, "int a;", 6, spans), 0);
    highlight_free(highlight);
}

static void highlight__languages__have_any_case(void **state)
{
    (void)state;
    struct highlight *highlight = open_built();
    if (highlight != NULL) {
        assert_true(highlight_begin(highlight, "c", 1));
        assert_true(highlight_begin(highlight, "Python", 6));
    }
    highlight_free(highlight);
}

static void highlight__unknown_languages__are_refused(void **state)
{
    (void)state;
    static const char *const names[] = {
        "",       "nosuch",      "../c.lang",
        "c.lang", "/etc/passwd", "a name that is longer than any language's"};
    struct highlight_span spans[HIGHLIGHT_LINE_MAX];
    struct highlight *highlight = open_built();
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        assert_false(highlight_begin(highlight, names[i], strlen(names[i])));
    assert_int_equal(highlight_line(highlight, "int a;", 6, spans), 0);
    highlight_free(highlight);
}

static void highlight__lines__remember_what_is_open(void **state)
{
    (void)state;
    struct highlight_span spans[HIGHLIGHT_LINE_MAX];
    struct highlight *highlight = open_built();
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

/* --- In rows
 * ------------------------------------------------------------------------------ */

/* Lays out lines of C (the text up to its end) and gives the role of some words. */
static enum role role_in_c(const char *text, const char *words)
{
    struct span_rows rows;
    struct block_frame frame;
    struct code_rows code;
    struct code_colours colours = {.highlight = open_built()};
    int x;
    int y;
    span_rows_init(&rows);
    block_frame_init(&frame, &rows, text, 40);
    code_rows_init(&code, &frame, &colours);
    code_rows_begin(&code);
    code_rows_put_label(&code, 0, strcspn(text, "\n"), 1);
    for (size_t at = strcspn(text, "\n") + 1; text[at] != '\0';) {
        const size_t len = strcspn(text + at, "\n");
        code_rows_put_line(&code, at, len, 0);
        at += len + 1;
    }
    struct canvas *canvas = canvas_new(40, (int)rows.row_count);
    for (int row = 0; row < canvas->height; row++)
        span_rows_draw(&rows, (size_t)row, text, canvas, (struct rect){0, row, 40, 1});
    assert_canvas_is_whole(canvas);
    assert_true(canvas_find(canvas, words, &x, &y));
    const enum role role = canvas_role_at(canvas, x, y);
    canvas_free(canvas);
    code_colours_end(&colours);
    code_rows_clear(&code);
    span_rows_clear(&rows);
    return role;
}

/* The role where colours were built; otherwise code is plain. */
static enum role coloured(enum role role)
{
    struct highlight *highlight = open_built();
    const bool is_built = highlight != NULL;
    highlight_free(highlight);
    return is_built ? role : ROLE_CODE_BLOCK;
}

static void code_rows__known_language__has_its_colours(void **state)
{
    (void)state;
    const char *text = "c extra words\nreturn \"words\"; // why\n/* open\nstill\n*/ 12\n";
    assert_int_equal(role_in_c(text, "return"), coloured(ROLE_CODE_KEYWORD));
    assert_int_equal(role_in_c(text, "\"words"), coloured(ROLE_CODE_TEXT));
    assert_int_equal(role_in_c(text, "why"), coloured(ROLE_CODE_COMMENT));
    assert_int_equal(role_in_c(text, "still"), coloured(ROLE_CODE_COMMENT));
    assert_int_equal(role_in_c(text, "12"), coloured(ROLE_CODE_NUMBER));
}

static void code_rows__unknown_language__is_plain(void **state)
{
    (void)state;
    assert_int_equal(role_in_c("\nreturn 1;\n", "return"), ROLE_CODE_BLOCK);
    assert_int_equal(role_in_c("nosuch\nreturn 1;\n", "return"), ROLE_CODE_BLOCK);
}

/* The library reads bytes; what it says is moved to whole clusters. */
static void code_rows__colours__begin_at_whole_clusters(void **state)
{
    (void)state;
    const char *text = "c\nint \xe6\x97\xa5\xe6\x9c\xac = \"e\xcc\x81\xcc\x82z\"; // "
                       "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb\n"
                       "\xff\xfe return '\xc3\xa9' \xf0\x9f\x87\xab\xf0\x9f\x87\xb7\n";
    assert_int_equal(role_in_c(text, "日本"), ROLE_CODE_BLOCK);
    assert_int_equal(role_in_c(text, "é\xcc\x82z"), coloured(ROLE_CODE_TEXT));
    assert_int_equal(role_in_c(text, "👩💻"), coloured(ROLE_CODE_COMMENT));
    assert_int_equal(role_in_c(text, "[FR]"), ROLE_CODE_BLOCK);
}

static int set_up(void **state)
{
    (void)state;
    return setlocale(LC_ALL, "C.UTF-8") == NULL;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(highlight__without_the_module__knows_no_language),
        cmocka_unit_test(highlight__languages__have_any_case),
        cmocka_unit_test(highlight__unknown_languages__are_refused),
        cmocka_unit_test(highlight__lines__remember_what_is_open),
        cmocka_unit_test(code_rows__known_language__has_its_colours),
        cmocka_unit_test(code_rows__unknown_language__is_plain),
        cmocka_unit_test(code_rows__colours__begin_at_whole_clusters),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}

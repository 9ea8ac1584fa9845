/* Painting cells: clipping, wide characters, roles, and the picture as text. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/compiler.h"
#include "src/base/rng.h"
#include "ui/render/canvas.h"

#define HAN "\xe6\xbc\xa2"

static void assert_picture(const struct canvas *canvas, const char *expected)
{
    struct strbuf text;
    strbuf_init(&text, 100000);
    assert_true(canvas_to_text(canvas, &text));
    assert_string_equal(strbuf_text(&text), expected);
    strbuf_clear(&text);
}

static int put(struct canvas *canvas, int x, int y, int max_width, const char *text)
{
    return canvas_put(canvas, x, y, max_width, ROLE_TEXT, text, strlen(text));
}

/* Draws one text on a fresh canvas of one row. */
static void assert_put(int width, int x, int max_width, const char *text, int used,
                       const char *expected)
{
    struct canvas *canvas = canvas_new(width, 1);
    assert_int_equal(put(canvas, x, 0, max_width, text), used);
    assert_picture(canvas, expected);
    canvas_free(canvas);
}

/* Asserts the invariants of the header for every cell. */
static void assert_whole(const struct canvas *canvas)
{
    for (int y = 0; y < canvas->height; y++) {
        const struct cell *row = canvas_row(canvas, y);
        for (int x = 0; x < canvas->width; x++) {
            const bool is_after_wide = x > 0 && row[x - 1].width == 2;
            assert_int_equal(row[x].width == 0, is_after_wide);
            if (is_after_wide)
                assert_int_equal(row[x].role, row[x - 1].role);
            assert_true(row[x].width != 2 || x + 1 < canvas->width);
            assert_int_equal(row[x].text_len == 0, is_after_wide);
            for (size_t i = row[x].text_len; i < CELL_TEXT_SIZE; i++)
                assert_int_equal(row[x].text[i], 0);
        }
    }
}

static void canvas_new__is__blank(void **state)
{
    (void)state;
    struct canvas *canvas = canvas_new(3, 2);
    assert_picture(canvas, "\n\n");
    assert_whole(canvas);
    assert_false(canvas->is_cursor_visible);
    canvas_free(canvas);
}

static void canvas_new__allows__no_cells(void **state)
{
    (void)state;
    struct canvas *canvas = canvas_new(0, -4);
    assert_int_equal(put(canvas, 0, 0, 5, "abc"), 0);
    canvas_erase(canvas);
    canvas_box(canvas, (struct rect){0, 0, 4, 4}, ROLE_BORDER);
    assert_picture(canvas, "");
    assert_null(canvas_cell_at(canvas, 0, 0));
    canvas_free(canvas);
}

static void canvas_put__draws__text_with_its_role(void **state)
{
    (void)state;
    struct canvas *canvas = canvas_new(10, 2);
    assert_int_equal(canvas_put(canvas, 2, 1, 10, ROLE_ERROR, "abc", 3), 3);
    assert_picture(canvas, "\n  abc\n");
    assert_int_equal(canvas_role_at(canvas, 2, 1), ROLE_ERROR);
    assert_int_equal(canvas_role_at(canvas, 5, 1), ROLE_TEXT);
    assert_whole(canvas);
    canvas_free(canvas);
}

static void canvas_put__clips__to_width_and_canvas(void **state)
{
    (void)state;
    assert_put(6, 0, 3, "abcdef", 3, "abc\n");
    assert_put(6, 4, 9, "abcdef", 2, "    ab\n");
    assert_put(6, -2, 9, "abcdef", 6, "cdef\n");
    assert_put(6, 6, 9, "abc", 0, "\n");
    assert_put(6, 0, 0, "abc", 0, "\n");
    assert_put(6, 0, -1, "abc", 0, "\n");
}

static void canvas_put__never_cuts__a_wide_character(void **state)
{
    (void)state;
    assert_put(5, 0, 3, HAN HAN, 2, HAN "\n");
    assert_put(5, 4, 9, HAN, 0, "\n");
    assert_put(5, -1, 9, HAN "x", 3, " x\n");
}

static void canvas_put__blanks_the_half__of_an_overwritten_wide_character(void **state)
{
    (void)state;
    struct canvas *canvas = canvas_new(6, 1);
    put(canvas, 0, 0, 6, HAN HAN HAN);
    put(canvas, 1, 0, 1, "x");
    assert_picture(canvas, " x" HAN HAN "\n");
    put(canvas, 4, 0, 1, "y");
    assert_picture(canvas, " x" HAN "y\n");
    put(canvas, 1, 0, 2, HAN);
    assert_picture(canvas, " " HAN " y\n");
    assert_whole(canvas);
    canvas_free(canvas);
}

static void canvas_put__keeps__marks_in_the_cell(void **state)
{
    (void)state;
    struct canvas *canvas = canvas_new(4, 1);
    put(canvas, 0, 0, 4, "q\xcc\x81\xcc\x82\xcc\x83\xcc\x84x");
    assert_int_equal(canvas_cell_at(canvas, 0, 0)->text_len, 9);
    assert_int_equal(canvas_cell_at(canvas, 1, 0)->text[0], 'x');
    assert_whole(canvas);
    canvas_free(canvas);
}

static void canvas_put__spreads__a_cluster_over_its_cells(void **state)
{
    (void)state;
    struct canvas *canvas = canvas_new(8, 1);
    assert_int_equal(put(canvas, 0, 0, 8, "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x9a\x80"),
                     4);
    assert_int_equal(canvas_cell_at(canvas, 0, 0)->width, 2);
    assert_int_equal(canvas_cell_at(canvas, 2, 0)->width, 2);
    assert_whole(canvas);
    canvas_free(canvas);
}

static void canvas_put__marks__hidden_characters(void **state)
{
    (void)state;
    struct canvas *canvas = canvas_new(20, 1);
    canvas_put(canvas, 0, 0, 20, ROLE_USER, "a\x1b\nb\xe2\x80\xae", 7);
    assert_picture(canvas, "a\xe2\x90\x9b\xe2\x90\xa4"
                           "b\xe2\x80\xb9U+202E\xe2\x80\xba\n");
    assert_int_equal(canvas_role_at(canvas, 0, 0), ROLE_USER);
    assert_int_equal(canvas_role_at(canvas, 1, 0), ROLE_MARK);
    assert_int_equal(canvas_role_at(canvas, 2, 0), ROLE_MARK);
    assert_int_equal(canvas_role_at(canvas, 3, 0), ROLE_USER);
    assert_int_equal(canvas_role_at(canvas, 11, 0), ROLE_MARK);
    canvas_free(canvas);
}

static void canvas_put__expands__tabs(void **state)
{
    (void)state;
    assert_put(20, 1, 20, "a\tb\t\tc", 13, " a   b       c\n");
}

static void canvas_put_fit__ends__in_an_ellipsis(void **state)
{
    (void)state;
    struct canvas *canvas = canvas_new(20, 1);
    assert_int_equal(canvas_put_fit(canvas, 0, 0, 5, ROLE_TEXT, "abcdef", 6), 5);
    assert_picture(canvas, "abcd\xe2\x80\xa6\n");
    canvas_erase(canvas);
    assert_int_equal(canvas_put_fit(canvas, 0, 0, 6, ROLE_TEXT, "abcdef", 6), 6);
    assert_picture(canvas, "abcdef\n");
    canvas_erase(canvas);
    assert_int_equal(canvas_put_fit(canvas, 0, 0, 0, ROLE_TEXT, "abcdef", 6), 0);
    assert_picture(canvas, "\n");
    canvas_free(canvas);
}

static void canvas_fill__blanks__a_rectangle(void **state)
{
    (void)state;
    struct canvas *canvas = canvas_new(6, 3);
    for (int y = 0; y < 3; y++)
        put(canvas, 0, y, 6, HAN HAN HAN);
    canvas_fill(canvas, (struct rect){1, 1, 2, 9}, ROLE_STATUS);
    assert_picture(canvas, HAN HAN HAN "\n    " HAN "\n    " HAN "\n");
    assert_int_equal(canvas_role_at(canvas, 1, 1), ROLE_STATUS);
    assert_int_equal(canvas_role_at(canvas, 0, 1), ROLE_TEXT);
    assert_int_equal(canvas_role_at(canvas, 3, 2), ROLE_TEXT);
    assert_whole(canvas);
    canvas_free(canvas);
}

static void canvas_box__draws__a_frame(void **state)
{
    (void)state;
    struct canvas *canvas = canvas_new(5, 3);
    put(canvas, 1, 1, 3, "abc");
    canvas_box(canvas, (struct rect){0, 0, 5, 3}, ROLE_BORDER);
    assert_picture(canvas,
                   "\xe2\x94\x8c\xe2\x94\x80\xe2\x94\x80\xe2\x94\x80\xe2\x94\x90\n"
                   "\xe2\x94\x82"
                   "abc\xe2\x94\x82\n"
                   "\xe2\x94\x94\xe2\x94\x80\xe2\x94\x80\xe2\x94\x80\xe2\x94\x98\n");
    assert_int_equal(canvas_role_at(canvas, 0, 0), ROLE_BORDER);
    assert_int_equal(canvas_role_at(canvas, 1, 1), ROLE_TEXT);
    canvas_free(canvas);
}

static void canvas_box__clips__what_is_outside(void **state)
{
    (void)state;
    struct canvas *canvas = canvas_new(3, 2);
    canvas_box(canvas, (struct rect){-1, -1, 3, 3}, ROLE_BORDER);
    assert_picture(canvas, " \xe2\x94\x82\n\xe2\x94\x80\xe2\x94\x98\n");
    canvas_box(canvas, (struct rect){2, 0, 1, 2}, ROLE_BORDER);
    assert_picture(canvas, " \xe2\x94\x82\n\xe2\x94\x80\xe2\x94\x98\n");
    canvas_free(canvas);
}

static void canvas_set_role__keeps__the_text(void **state)
{
    (void)state;
    struct canvas *canvas = canvas_new(6, 1);
    put(canvas, 0, 0, 6, "a" HAN "b");
    canvas_set_role(canvas, (struct rect){0, 0, 2, 1}, ROLE_SELECTED);
    assert_picture(canvas, "a" HAN "b\n");
    assert_int_equal(canvas_role_at(canvas, 1, 0), ROLE_SELECTED);
    assert_int_equal(canvas_role_at(canvas, 3, 0), ROLE_TEXT);
    assert_whole(canvas);
    canvas_free(canvas);
}

static void canvas_set_cursor__hides_it__outside(void **state)
{
    (void)state;
    struct canvas *canvas = canvas_new(6, 2);
    canvas_set_cursor(canvas, 5, 1);
    assert_true(canvas->is_cursor_visible);
    canvas_set_cursor(canvas, 6, 1);
    assert_false(canvas->is_cursor_visible);
    canvas_free(canvas);
}

static void canvas_resize__erases(void **state)
{
    (void)state;
    struct canvas *canvas = canvas_new(6, 2);
    put(canvas, 0, 0, 6, "abc");
    canvas_resize(canvas, 3, 4);
    assert_picture(canvas, "\n\n\n\n");
    assert_int_equal(canvas->width, 3);
    canvas_free(canvas);
}

static void canvas_copy__makes__equal_cells(void **state)
{
    (void)state;
    struct canvas *from = canvas_new(6, 2);
    struct canvas *to = canvas_new(1, 1);
    put(from, 0, 1, 6, "a" HAN "e\xcc\x81");
    canvas_set_cursor(from, 2, 1);
    canvas_copy(to, from);
    assert_memory_equal(to->cells, from->cells, 12 * sizeof(struct cell));
    assert_int_equal(to->cursor_x, 2);
    assert_true(to->is_cursor_visible);
    canvas_free(from);
    canvas_free(to);
}

static void canvas__stays_whole__under_random_drawing(void **state)
{
    (void)state;
    static const char *const texts[] = {"abc",  HAN HAN, "a" HAN "b", "\xf0\x9f\x91\xa9",
                                        "\x1b", "a\tb",  "q\xcc\x81", "\xf0\x9f\x87\xab"};
    struct rng rng;
    rng_init(&rng, 5);
    struct canvas *canvas = canvas_new(9, 4);
    for (int i = 0; i < 20000; i++) {
        const int x = (int)rng_below(&rng, 14) - 3;
        const int y = (int)rng_below(&rng, 6) - 1;
        const int size = (int)rng_below(&rng, 8) - 1;
        const char *text = texts[rng_below(&rng, COUNT_OF(texts))];
        const struct rect rect = {x, y, size, (int)rng_below(&rng, 4)};
        const uint64_t what = rng_below(&rng, 12);
        if (what == 0)
            canvas_fill(canvas, rect, ROLE_STATUS);
        else if (what == 1)
            canvas_box(canvas, rect, ROLE_BORDER);
        else if (what == 2)
            canvas_set_role(canvas, rect, ROLE_SELECTED);
        else
            assert_in_range(canvas_put(canvas, x, y, size, ROLE_TEXT, text, strlen(text)),
                            0, size > 0 ? size : 0);
        if (i % 16 == 0)
            assert_whole(canvas);
    }
    canvas_free(canvas);
}

static int use_utf8(void **state)
{
    (void)state;
    return setlocale(LC_ALL, "C.UTF-8") == NULL ? -1 : 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(canvas_new__is__blank),
        cmocka_unit_test(canvas_new__allows__no_cells),
        cmocka_unit_test(canvas_put__draws__text_with_its_role),
        cmocka_unit_test(canvas_put__clips__to_width_and_canvas),
        cmocka_unit_test(canvas_put__never_cuts__a_wide_character),
        cmocka_unit_test(canvas_put__blanks_the_half__of_an_overwritten_wide_character),
        cmocka_unit_test(canvas_put__keeps__marks_in_the_cell),
        cmocka_unit_test(canvas_put__spreads__a_cluster_over_its_cells),
        cmocka_unit_test(canvas_put__marks__hidden_characters),
        cmocka_unit_test(canvas_put__expands__tabs),
        cmocka_unit_test(canvas_put_fit__ends__in_an_ellipsis),
        cmocka_unit_test(canvas_fill__blanks__a_rectangle),
        cmocka_unit_test(canvas_box__draws__a_frame),
        cmocka_unit_test(canvas_box__clips__what_is_outside),
        cmocka_unit_test(canvas_set_role__keeps__the_text),
        cmocka_unit_test(canvas_set_cursor__hides_it__outside),
        cmocka_unit_test(canvas_resize__erases),
        cmocka_unit_test(canvas_copy__makes__equal_cells),
        cmocka_unit_test(canvas__stays_whole__under_random_drawing),
    };
    return cmocka_run_group_tests(tests, use_utf8, NULL);
}

/* The list above the composer, at several widths. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "src/base/compiler.h"
#include "tests/support/canvas_text.h"
#include "ui/view/complete_view.h"

static const struct complete_row rows[] = {
    {"retry", NULL, "answer the last prompt again"},
    {"model", "[NAME]", "choose another model"},
    {"ev\x1bil\xe2\x80\xae", NULL, NULL},
};

static const struct complete_view view = {
    .title = "commands",
    .hint = " Tab takes ",
    .rows = rows,
    .row_count = COUNT_OF(rows),
    .selected = 1,
    .total = 20,
};

static void complete_view__wide__shows_all(void **state)
{
    (void)state;
    struct canvas *canvas = canvas_new(50, 6);
    complete_view_draw(&view, canvas, (struct rect){0, 0, 50, 6});
    assert_canvas(canvas, "\n\n"
                          "─ commands · 20 ────────────────────── Tab takes ─\n"
                          "  retry          answer the last prompt again\n"
                          "> model [NAME]   choose another model\n"
                          "  ev␛il‹U+202E›\n");
    assert_int_equal(canvas_role_at(canvas, 20, 4), ROLE_SELECTED);
    assert_int_equal(canvas_role_at(canvas, 2, 3), ROLE_KEY);
    assert_canvas_is_whole(canvas);
    canvas_free(canvas);
}

static void complete_view__narrow__cuts_the_help(void **state)
{
    (void)state;
    struct canvas *canvas = canvas_new(20, 4);
    complete_view_draw(&view, canvas, (struct rect){0, 0, 20, 4});
    assert_canvas(canvas, "─ commands · 20 ────\n"
                          "  retry       ans…\n"
                          "> model [NAME]  c…\n"
                          "  ev␛il‹U+202E›\n");
    assert_canvas_is_whole(canvas);
    canvas_free(canvas);
}

static void complete_view_rows__leave__the_heading_a_row(void **state)
{
    (void)state;
    assert_int_equal(complete_view_rows(0), 0);
    assert_int_equal(complete_view_rows(1), 0);
    assert_int_equal(complete_view_rows(4), 3);
    assert_int_equal(complete_view_rows(60), COMPLETE_ROWS_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(complete_view__wide__shows_all),
        cmocka_unit_test(complete_view__narrow__cuts_the_help),
        cmocka_unit_test(complete_view_rows__leave__the_heading_a_row),
    };
    setlocale(LC_CTYPE, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}

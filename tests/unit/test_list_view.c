/* The box of the help and of the picker: place, columns, scrolling, choosing. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/mem.h"
#include "tests/support/canvas_text.h"
#include "ui/view/list_view.h"

#define ROW_COUNT 20

struct fixture {
    struct list_row rows[ROW_COUNT];
    char texts[ROW_COUNT][20];
    struct list_view view;
    struct canvas *canvas;
};

static char empty[] = "";

static int set_up(void **state)
{
    struct fixture *fixture = mem_alloc(sizeof(*fixture));
    fixture->canvas = canvas_new(0, 0);
    for (int i = 0; i < ROW_COUNT; i++) {
        snprintf(fixture->texts[i], sizeof(fixture->texts[i]), "row %d", i);
        fixture->rows[i] = (struct list_row){.left = empty, .right = fixture->texts[i]};
    }
    fixture->view = (struct list_view){.title = " title ",
                                       .hint = " hint ",
                                       .rows = fixture->rows,
                                       .row_count = ROW_COUNT,
                                       .selected = ROW_COUNT};
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    canvas_free(fixture->canvas);
    mem_free(fixture);
    return 0;
}

static int draw(struct fixture *fixture, int width, int height)
{
    canvas_resize(fixture->canvas, width, height);
    const int shown = list_view_draw(&fixture->view, fixture->canvas,
                                     (struct rect){0, 0, width, height});
    assert_canvas_is_whole(fixture->canvas);
    return shown;
}

static void list_view__few_rows__fit_the_box(void **state)
{
    struct fixture *fixture = *state;
    fixture->view.row_count = 2;
    assert_int_equal(draw(fixture, 20, 6), 2);
    assert_canvas(fixture->canvas, "\n"
                                   "┌ title ───────────┐\n"
                                   "│ row 0            │\n"
                                   "│ row 1            │\n"
                                   "└ hint ────────────┘\n"
                                   "\n");
}

static void list_view__wide_room__is_in_the_middle(void **state)
{
    struct fixture *fixture = *state;
    fixture->view.row_count = 1;
    draw(fixture, 104, 3);
    int x;
    assert_true(canvas_find(fixture->canvas, "┌ title", &x, NULL));
    assert_int_equal(x, 10);
    assert_true(canvas_find(fixture->canvas, "┐", &x, NULL));
    assert_int_equal(x, 93);
    assert_int_equal(list_view_text_width(104), 80);
    assert_int_equal(list_view_text_width(20), 16);
}

static void list_view__two_columns__are_aligned(void **state)
{
    struct fixture *fixture = *state;
    char left[] = "Tab";
    char heading[] = "Panes";
    fixture->rows[0] = (struct list_row){.left = NULL, .right = heading};
    fixture->rows[1].left = left;
    fixture->view.row_count = 2;
    fixture->view.left_width = 6;
    draw(fixture, 24, 4);
    assert_canvas(fixture->canvas, "┌ title ───────────────┐\n"
                                   "│ Panes                │\n"
                                   "│ Tab    row 1         │\n"
                                   "└ hint ────────────────┘\n");
    assert_int_equal(canvas_role_at(fixture->canvas, 2, 1), ROLE_STRONG);
    assert_int_equal(canvas_role_at(fixture->canvas, 2, 2), ROLE_KEY);
}

static void list_view__one_text__has_the_whole_row(void **state)
{
    struct fixture *fixture = *state;
    char left[] = "a long list of keys";
    fixture->rows[0] = (struct list_row){.left = left, .right = empty};
    fixture->view.row_count = 2;
    fixture->view.left_width = 6;
    draw(fixture, 24, 4);
    assert_true(canvas_find(fixture->canvas, "│ a long list of keys  │", NULL, NULL));
    assert_true(canvas_find(fixture->canvas, "│ row 1 ", NULL, NULL));
}

static void list_view__key__stands_at_the_right_edge_where_there_is_room(void **state)
{
    struct fixture *fixture = *state;
    char left[] = "stop";
    char key[] = "Ctrl-C";
    fixture->rows[0].left = left;
    fixture->rows[0].key = key;
    fixture->view.row_count = 1;
    fixture->view.left_width = 6;
    draw(fixture, 30, 3);
    assert_true(
        canvas_find(fixture->canvas, "│ stop   row 0        Ctrl-C │", NULL, NULL));
    assert_int_equal(canvas_role_at(fixture->canvas, 22, 1), ROLE_KEY);
    draw(fixture, 20, 3);
    assert_true(canvas_find(fixture->canvas, "│ stop   row 0     │", NULL, NULL));
}

static void list_view__too_long__is_cut(void **state)
{
    struct fixture *fixture = *state;
    char right[] = "a text that is far too long";
    fixture->rows[0].right = right;
    fixture->view.row_count = 1;
    draw(fixture, 20, 3);
    assert_true(canvas_find(fixture->canvas, "│ a text that is … │", NULL, NULL));
}

static void list_view__scrolled__has_no_gap_at_the_end(void **state)
{
    struct fixture *fixture = *state;
    fixture->view.first = 1000;
    assert_int_equal(draw(fixture, 20, 7), 5);
    assert_int_equal(fixture->view.first, ROW_COUNT - 5);
    assert_true(canvas_find(fixture->canvas, "row 19", NULL, NULL));
    assert_true(canvas_find(fixture->canvas, "row 15", NULL, NULL));
}

static void list_view__chosen_row__is_in_sight(void **state)
{
    struct fixture *fixture = *state;
    for (size_t i = 0; i < ROW_COUNT; i++) {
        int y;
        fixture->view.selected = (i * 7) % ROW_COUNT;
        draw(fixture, 20, 7);
        const size_t chosen = fixture->view.selected;
        assert_true(canvas_find(fixture->canvas, fixture->texts[chosen], NULL, &y));
        assert_true(chosen >= fixture->view.first && chosen < fixture->view.first + 5);
        assert_int_equal(y, 1 + (int)(chosen - fixture->view.first));
        assert_int_equal(canvas_role_at(fixture->canvas, 3, y), ROLE_SELECTED);
    }
}

static void list_view__input__has_the_cursor(void **state)
{
    struct fixture *fixture = *state;
    fixture->view.input = "漢x";
    fixture->view.row_count = 1;
    draw(fixture, 20, 4);
    assert_true(canvas_find(fixture->canvas, "│ > 漢x", NULL, NULL));
    assert_true(fixture->canvas->is_cursor_visible);
    assert_int_equal(fixture->canvas->cursor_x, 7);
    assert_int_equal(fixture->canvas->cursor_y, 1);
}

static void list_view__long_input__keeps_the_cursor_inside(void **state)
{
    struct fixture *fixture = *state;
    fixture->view.input = "a name that is much longer than the box";
    draw(fixture, 20, 5);
    assert_true(fixture->canvas->cursor_x < 19);
}

static void list_view__no_rows__does_not_fail(void **state)
{
    struct fixture *fixture = *state;
    fixture->view.row_count = fixture->view.selected = 0;
    fixture->view.first = 3;
    draw(fixture, 20, 7);
    assert_int_equal(fixture->view.first, 0);
}

static void list_view__tiny__does_not_fail(void **state)
{
    struct fixture *fixture = *state;
    fixture->view.left_width = 5;
    fixture->view.selected = 4;
    for (int round = 0; round < 2; round++) {
        for (int width = 0; width < 12; width++) {
            for (int height = 0; height < 6; height++)
                assert_true(draw(fixture, width, height) >= 1);
        }
        fixture->view.input = "typed";
    }
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(list_view__few_rows__fit_the_box),
        TEST(list_view__wide_room__is_in_the_middle),
        TEST(list_view__two_columns__are_aligned),
        TEST(list_view__one_text__has_the_whole_row),
        TEST(list_view__key__stands_at_the_right_edge_where_there_is_room),
        TEST(list_view__too_long__is_cut),
        TEST(list_view__scrolled__has_no_gap_at_the_end),
        TEST(list_view__chosen_row__is_in_sight),
        TEST(list_view__input__has_the_cursor),
        TEST(list_view__long_input__keeps_the_cursor_inside),
        TEST(list_view__no_rows__does_not_fail),
        TEST(list_view__tiny__does_not_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

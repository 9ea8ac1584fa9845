/* The grid as text: places, heads that stay, tails, what gives way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/canvas_text.h"
#include "ui/view/matrix_view.h"

struct grid {
    struct canvas *canvas;
    struct matrix_size size;
    struct matrix_layout layout;
};

static void draw(struct grid *grid, int width, int height)
{
    canvas_resize(grid->canvas, width, height);
    grid->layout = matrix_lay_out(&grid->size, (struct rect){0, 0, width, height});
    const struct matrix_layout *layout = &grid->layout;
    matrix_draw_title(layout, grid->canvas, " /movie ");
    matrix_draw_edges(layout, grid->canvas, &grid->size);
    for (size_t i = 0; i < grid->size.column_count; i++) {
        char name[32];
        snprintf(name, sizeof(name), "model %zu", i);
        matrix_draw_head(layout, grid->canvas, i, name);
    }
    for (size_t i = 0; i < grid->size.row_count; i++) {
        char label[32];
        snprintf(label, sizeof(label), "row %zu", i);
        matrix_draw_label(layout, grid->canvas, i, label, i == grid->size.row);
        for (size_t j = 0; j < grid->size.column_count; j++) {
            char text[64];
            snprintf(text, sizeof(text), "answer %zu of model %zu", i, j);
            const struct matrix_cell cell = {.sign = "+",
                                             .text = text,
                                             .len = strlen(text),
                                             .is_tail = j == 1,
                                             .metrics = "1.2 s"};
            matrix_draw_cell(layout, grid->canvas, i, j, &cell);
        }
    }
}

static int set_up(void **state)
{
    static struct grid grid;
    setlocale(LC_CTYPE, "C.UTF-8");
    grid = (struct grid){
        .canvas = canvas_new(0, 0),
        .size = {.row_count = 2, .column_count = 2, .label_width = 5},
    };
    *state = &grid;
    return 0;
}

static int tear_down(void **state)
{
    struct grid *grid = *state;
    canvas_free(grid->canvas);
    return 0;
}

static void matrix_view__room__has_a_line_for_what_it_took(void **state)
{
    struct grid *grid = *state;
    draw(grid, 47, 7);
    assert_canvas(grid->canvas, " /movie\n"
                                "       model 0             model 1\n"
                                "›row 0 + answer 0 of mode… + …wer 0 of model 1\n"
                                "         1.2 s               1.2 s\n"
                                " row 1 + answer 1 of mode… + …wer 1 of model 1\n"
                                "         1.2 s               1.2 s\n\n");
}

static void matrix_view__many_rows__scroll_with_the_choice(void **state)
{
    struct grid *grid = *state;
    grid->size.row_count = 100;
    grid->size.row = 50;
    grid->size.label_width = 6;
    draw(grid, 47, 6);
    assert_canvas(grid->canvas, " /movie\n"
                                "▴▾      model 0            model 1\n"
                                " row 47 + answer 47 of mo… + …r 47 of model 1\n"
                                " row 48 + answer 48 of mo… + …r 48 of model 1\n"
                                " row 49 + answer 49 of mo… + …r 49 of model 1\n"
                                "›row 50 + answer 50 of mo… + …r 50 of model 1\n");
}

static void matrix_view__many_columns__scroll_with_the_choice(void **state)
{
    struct grid *grid = *state;
    grid->size.column_count = 9;
    grid->size.column = 5;
    draw(grid, 47, 5);
    assert_int_equal(grid->layout.first_column, 4);
    assert_int_equal(grid->layout.columns_shown, 2);
    assert_true(canvas_find(grid->canvas, "◂▸", NULL, NULL));
    assert_true(canvas_find(grid->canvas, "model 4", NULL, NULL));
    assert_true(canvas_find(grid->canvas, "model 5", NULL, NULL));
    assert_false(canvas_find(grid->canvas, "model 6", NULL, NULL));
    assert_true(matrix_is_shown(&grid->layout, 0, 5));
    assert_false(matrix_is_shown(&grid->layout, 0, 6));
}

static void matrix_view__smallest_screen__has_one_cell(void **state)
{
    struct grid *grid = *state;
    draw(grid, 20, 3);
    assert_int_equal(grid->layout.columns_shown, 1);
    assert_int_equal(grid->layout.rows_shown, 2);
    assert_true(canvas_find(grid->canvas, "+ answer", NULL, NULL));
    draw(grid, 3, 1);
    draw(grid, 1, 1);
    draw(grid, 0, 0);
}

static void matrix_find__gives_the_cell_under_the_pointer(void **state)
{
    struct grid *grid = *state;
    size_t row;
    size_t column;
    draw(grid, 47, 7);
    assert_true(matrix_find(&grid->layout, 30, 5, &row, &column));
    assert_int_equal(row, 1);
    assert_int_equal(column, 1);
    assert_false(matrix_find(&grid->layout, 2, 5, &row, &column));
    assert_false(matrix_find(&grid->layout, 30, 0, &row, &column));
    assert_false(matrix_find(&grid->layout, 30, 6, &row, &column));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(matrix_view__room__has_a_line_for_what_it_took,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(matrix_view__many_rows__scroll_with_the_choice,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(matrix_view__many_columns__scroll_with_the_choice,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(matrix_view__smallest_screen__has_one_cell,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(matrix_find__gives_the_cell_under_the_pointer,
                                        set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The composer: targets, text, cursor, and how much room it wants. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/mem.h"
#include "tests/support/canvas_text.h"
#include "ui/view/composer_view.h"

struct fixture {
    struct line_edit *edit;
    struct composer_chip chips[3];
    struct composer_view view;
    struct canvas *canvas;
};

static int set_up(void **state)
{
    struct fixture *fixture = mem_alloc(sizeof(*fixture));
    fixture->edit = line_edit_new(10000);
    fixture->canvas = canvas_new(0, 0);
    fixture->chips[0] = (struct composer_chip){.name = "sage", .is_on = true};
    fixture->chips[1] = (struct composer_chip){.name = "coder", .is_on = true};
    fixture->chips[2] = (struct composer_chip){.name = "echo", .is_on = true};
    fixture->view = (struct composer_view){.edit = fixture->edit,
                                           .chips = fixture->chips,
                                           .chip_count = 3,
                                           .is_active = true};
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    composer_view_forget(&fixture->view);
    line_edit_free(fixture->edit);
    canvas_free(fixture->canvas);
    mem_free(fixture);
    return 0;
}

static void type(struct fixture *fixture, const char *text)
{
    assert_true(line_edit_insert(fixture->edit, text, strlen(text)));
}

/* Draws it as high as it wants to be on a screen of that size. */
static void draw(struct fixture *fixture, int width, int screen_height)
{
    const int height = composer_view_height(&fixture->view, width, screen_height);
    canvas_resize(fixture->canvas, width, height);
    composer_view_draw(&fixture->view, fixture->canvas,
                       (struct rect){0, 0, width, height});
    assert_canvas_is_whole(fixture->canvas);
}

static void assert_drawn(struct fixture *fixture, int width, int screen_height,
                         const char *expected)
{
    draw(fixture, width, screen_height);
    assert_canvas(fixture->canvas, expected);
}

static void assert_cursor(const struct fixture *fixture, int x, int y)
{
    assert_true(fixture->canvas->is_cursor_visible);
    assert_int_equal(fixture->canvas->cursor_x, x);
    assert_int_equal(fixture->canvas->cursor_y, y);
}

/* --- Targets ---------------------------------------------------------------------- */

static void composer_view__all_ticked__says_so(void **state)
{
    assert_drawn(*state, 60, 24, " to all 3 ✓1 sage  ✓2 coder  ✓3 echo\n>\n");
}

static void composer_view__some_ticked__are_signed(void **state)
{
    struct fixture *fixture = *state;
    fixture->chips[1].is_on = false;
    assert_drawn(fixture, 60, 24, " to ✓1 sage   2 coder  ✓3 echo\n>\n");
    assert_int_equal(canvas_role_at(fixture->canvas, 5, 0), ROLE_CHIP_ON);
    assert_int_equal(canvas_role_at(fixture->canvas, 15, 0), ROLE_CHIP_OFF);
}

static void composer_view__none_ticked__warns(void **state)
{
    struct fixture *fixture = *state;
    for (int i = 0; i < 3; i++)
        fixture->chips[i].is_on = false;
    draw(fixture, 80, 24);
    assert_true(canvas_find(fixture->canvas, "to nobody: tick a pane", NULL, NULL));
    assert_int_equal(canvas_role_at(fixture->canvas, 2, 0), ROLE_WARNING);
}

static void composer_view__chips__know_their_place(void **state)
{
    struct fixture *fixture = *state;
    draw(fixture, 60, 24);
    for (int i = 0; i < 3; i++) {
        int x;
        char text[20] = "✓1 ";
        text[3] = (char)('1' + i);
        assert_true(canvas_find(fixture->canvas, text, &x, NULL));
        assert_int_equal(fixture->chips[i].x, x);
        assert_int_equal(fixture->chips[i].width,
                         3 + (int)strlen(fixture->chips[i].name));
    }
}

static void composer_view__chips_without_room__are_not_there(void **state)
{
    struct fixture *fixture = *state;
    draw(fixture, 17, 24);
    assert_true(fixture->chips[0].width > 0);
    assert_true(fixture->chips[0].x + fixture->chips[0].width <= 17);
    assert_int_equal(fixture->chips[2].width, 0);
}

static void composer_view__long_name__is_cut(void **state)
{
    struct fixture *fixture = *state;
    fixture->chips[0].name = "a-very-long-model-name-with-a-date-2026-11-22";
    draw(fixture, 80, 24);
    assert_int_equal(fixture->chips[0].width, 24);
    assert_true(canvas_find(fixture->canvas, "…", NULL, NULL));
}

static void composer_view__label__takes_the_chips_place(void **state)
{
    struct fixture *fixture = *state;
    draw(fixture, 60, 24);
    fixture->view.label = " editing";
    assert_drawn(fixture, 60, 24, " editing\n>\n");
    assert_int_equal(fixture->chips[0].width, 0);
}

static void composer_view__low_screen__has_no_chips(void **state)
{
    struct fixture *fixture = *state;
    assert_drawn(fixture, 20, 9, ">\n");
    assert_false(fixture->view.has_chip_row);
    draw(fixture, 20, 10);
    assert_true(fixture->view.has_chip_row);
}

static void composer_view__no_pane__does_not_fail(void **state)
{
    struct fixture *fixture = *state;
    fixture->view.chip_count = 0;
    draw(fixture, 40, 24);
    assert_true(canvas_find(fixture->canvas, "to nobody", NULL, NULL));
}

/* --- Text and cursor -------------------------------------------------------------- */

static void composer_view__empty__has_cursor_at_the_start(void **state)
{
    draw(*state, 20, 9);
    assert_cursor(*state, 2, 0);
}

static void composer_view__typing_elsewhere__has_no_cursor(void **state)
{
    struct fixture *fixture = *state;
    fixture->view.is_active = false;
    draw(fixture, 20, 9);
    assert_false(fixture->canvas->is_cursor_visible);
}

static void composer_view__text__is_shown_with_cursor_behind(void **state)
{
    type(*state, "hello 漢字");
    assert_drawn(*state, 20, 9, "> hello 漢字\n");
    assert_cursor(*state, 12, 0);
}

static void composer_view__cursor_inside__stands_on_its_cell(void **state)
{
    struct fixture *fixture = *state;
    type(fixture, "a漢b");
    line_edit_left(fixture->edit);
    draw(fixture, 20, 9);
    assert_cursor(fixture, 5, 0);
    line_edit_left(fixture->edit);
    draw(fixture, 20, 9);
    assert_cursor(fixture, 3, 0);
}

static void composer_view__lines__grow_the_box(void **state)
{
    type(*state, "one\ntwo\n");
    assert_drawn(*state, 20, 9, "> one\n  two\n\n");
    assert_cursor(*state, 2, 2);
}

static void composer_view__long_line__wraps(void **state)
{
    type(*state, "one two three");
    assert_drawn(*state, 11, 9, "> one two\n  three\n");
    assert_cursor(*state, 7, 1);
}

static void composer_view__full_row__has_room_for_the_cursor(void **state)
{
    type(*state, "12345678");
    assert_drawn(*state, 11, 9, "> 12345678\n");
    assert_cursor(*state, 10, 0);
    type(*state, "9");
    draw(*state, 11, 9);
    assert_cursor(*state, 3, 1);
}

static void composer_view__hanging_blanks__keep_the_cursor_inside(void **state)
{
    type(*state, "12345678          ");
    draw(*state, 11, 9);
    assert_cursor(*state, 10, 0);
}

static void composer_view__many_lines__take_a_third_and_scroll(void **state)
{
    struct fixture *fixture = *state;
    type(fixture, "1\n2\n3\n4\n5\n6");
    assert_drawn(fixture, 20, 9, "… 4\n  5\n  6\n");
    assert_cursor(fixture, 3, 2);
    line_edit_buffer_start(fixture->edit);
    assert_drawn(fixture, 20, 9, "> 1\n  2\n… 3\n");
    assert_cursor(fixture, 2, 0);
}

static void composer_view__cursor_in_many_lines__has_lines_around_it(void **state)
{
    struct fixture *fixture = *state;
    type(fixture, "1\n2\n3\n4\n5\n6");
    line_edit_up(fixture->edit);
    line_edit_up(fixture->edit);
    assert_drawn(fixture, 20, 9, "… 3\n  4\n… 5\n");
    assert_cursor(fixture, 3, 1);
    line_edit_up(fixture->edit);
    line_edit_up(fixture->edit);
    assert_drawn(fixture, 20, 9, "> 1\n  2\n… 3\n");
    assert_cursor(fixture, 3, 1);
}

static void composer_view_height__never_below_one_row(void **state)
{
    struct fixture *fixture = *state;
    type(fixture, "1\n2\n3");
    for (int height = 0; height < 6; height++)
        assert_int_equal(composer_view_height(&fixture->view, 20, height), 1);
}

static void composer_view__tiny__does_not_fail(void **state)
{
    type(*state, "some 漢字 text\nand more");
    for (int width = 0; width < 6; width++) {
        for (int height = 0; height < 14; height++)
            draw(*state, width, height);
    }
}

static void composer_view__controls__are_marks(void **state)
{
    type(*state, "a\033b");
    draw(*state, 20, 9);
    assert_true(canvas_find(((struct fixture *)*state)->canvas, "> a", NULL, NULL));
}

static void composer_view__chip__is_drawn_as_its_label(void **state)
{
    struct fixture *fixture = *state;
    type(fixture, "ab ");
    assert_true(line_edit_insert_chip(fixture->edit, "1\n2\n3", 5));
    type(fixture, " c");
    assert_drawn(fixture, 60, 24,
                 " to all 3 \xe2\x9c\x93"
                 "1 sage  \xe2\x9c\x93"
                 "2 coder  \xe2\x9c\x93"
                 "3 echo\n> ab [pasted 3 lines \xc2\xb7 5 B] c\n");
    assert_cursor(fixture, 29, 1);
    assert_int_equal(canvas_role_at(fixture->canvas, 4, 1), ROLE_COMPOSER);
    assert_int_equal(canvas_role_at(fixture->canvas, 5, 1), ROLE_CHIP_ON);
    assert_int_equal(canvas_role_at(fixture->canvas, 26, 1), ROLE_CHIP_ON);
    assert_int_equal(canvas_role_at(fixture->canvas, 27, 1), ROLE_COMPOSER);
    line_edit_set_cursor(fixture->edit, 3);
    draw(fixture, 60, 24);
    assert_cursor(fixture, 5, 1);
}

/* Drawn twice in between, so that what was kept is what would be shown. */
static void assert_text(struct fixture *fixture, int width, const char *expected)
{
    fixture->view.label = "-";
    for (int i = 0; i < 2; i++)
        assert_drawn(fixture, width, 60, expected);
}

static void composer_view__kept_rows__follow_every_change(void **state)
{
    struct fixture *fixture = *state;
    struct line_edit *edit = fixture->edit;
    type(fixture, "one two");
    assert_text(fixture, 20, "-\n> one two\n");
    assert_true(line_edit_replace_range(edit, 0, 3, "two", 3)); /* as long as before */
    assert_text(fixture, 20, "-\n> two two\n");
    assert_text(fixture, 8, "-\n> two\n  two\n");
    assert_text(fixture, 20, "-\n> two two\n");
    assert_true(line_edit_undo(edit));
    assert_text(fixture, 20, "-\n> one two\n");
    assert_true(line_edit_redo(edit));
    assert_text(fixture, 20, "-\n> two two\n");
    assert_true(line_edit_clear(edit));
    assert_text(fixture, 20, "-\n>\n");
    /* The sign of the chip after a reset is the same, what it stands for is not. */
    assert_true(line_edit_insert_chip(edit, "1\n2\n3", 5));
    assert_text(fixture, 40, "-\n> [pasted 3 lines \xc2\xb7 5 B]\n");
    line_edit_reset(edit);
    assert_true(line_edit_insert_chip(edit, "1\n2\n3\n4", 7));
    assert_text(fixture, 40, "-\n> [pasted 4 lines \xc2\xb7 7 B]\n");
    assert_true(line_edit_open_chip(edit));
    assert_text(fixture, 40, "-\n> 1\n  2\n  3\n  4\n");
}

static void composer_view__another_editor__is_drawn_after_forgetting(void **state)
{
    struct fixture *fixture = *state;
    struct line_edit *other = line_edit_new(100);
    type(fixture, "mine");
    assert_true(line_edit_insert(other, "his", 3));
    assert_text(fixture, 20, "-\n> mine\n");
    composer_view_forget(&fixture->view);
    fixture->view.edit = other;
    assert_text(fixture, 20, "-\n> his\n");
    line_edit_free(other);
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(composer_view__kept_rows__follow_every_change),
        TEST(composer_view__another_editor__is_drawn_after_forgetting),
        TEST(composer_view__chip__is_drawn_as_its_label),
        TEST(composer_view__all_ticked__says_so),
        TEST(composer_view__some_ticked__are_signed),
        TEST(composer_view__none_ticked__warns),
        TEST(composer_view__chips__know_their_place),
        TEST(composer_view__chips_without_room__are_not_there),
        TEST(composer_view__long_name__is_cut),
        TEST(composer_view__label__takes_the_chips_place),
        TEST(composer_view__low_screen__has_no_chips),
        TEST(composer_view__no_pane__does_not_fail),
        TEST(composer_view__empty__has_cursor_at_the_start),
        TEST(composer_view__typing_elsewhere__has_no_cursor),
        TEST(composer_view__text__is_shown_with_cursor_behind),
        TEST(composer_view__cursor_inside__stands_on_its_cell),
        TEST(composer_view__lines__grow_the_box),
        TEST(composer_view__long_line__wraps),
        TEST(composer_view__full_row__has_room_for_the_cursor),
        TEST(composer_view__hanging_blanks__keep_the_cursor_inside),
        TEST(composer_view__many_lines__take_a_third_and_scroll),
        TEST(composer_view__cursor_in_many_lines__has_lines_around_it),
        TEST(composer_view_height__never_below_one_row),
        TEST(composer_view__tiny__does_not_fail),
        TEST(composer_view__controls__are_marks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

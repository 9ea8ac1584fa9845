/* The last row: who gives way when there is no room for both texts. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/canvas_text.h"
#include "ui/view/status_view.h"

static void assert_drawn(int width, const struct status_view *view, const char *expected)
{
    struct canvas *canvas = canvas_new(width, 1);
    status_view_draw(view, canvas, (struct rect){0, 0, width, 1});
    assert_canvas_is_whole(canvas);
    assert_canvas(canvas, expected);
    canvas_free(canvas);
}

static void status_view__room_for_both__stand_apart(void **state)
{
    (void)state;
    const struct status_view view = {.left = " motet", .keys = "F1 keys"};
    assert_drawn(20, &view, " motet       F1 keys\n");
    assert_drawn(14, &view, " motet F1 keys\n");
}

static void status_view__no_room__keys_give_way(void **state)
{
    (void)state;
    const struct status_view view = {.left = " motet", .keys = "F1 keys"};
    assert_drawn(13, &view, " motet\n");
    assert_drawn(4, &view, " mo…\n");
}

static void status_view__no_room__keys_are_cut_where_they_matter(void **state)
{
    (void)state;
    const struct status_view view = {
        .left = " motet", .keys = "Enter: 2 panes", .keeps_keys = true};
    assert_drawn(21, &view, " motet Enter: 2 panes\n");
    assert_drawn(16, &view, " motet Enter: 2…\n");
    assert_drawn(7, &view, " motet\n");
}

static void status_view__notice__takes_the_place_of_the_keys(void **state)
{
    (void)state;
    const struct status_view view = {
        .left = " motet", .notice = "news", .keys = "F1 keys"};
    assert_drawn(20, &view, " motet          news\n");
}

static void status_view__long_notice__takes_the_whole_row(void **state)
{
    (void)state;
    const struct status_view view = {
        .left = " motet", .notice = "news of today", .keys = "F1"};
    assert_drawn(16, &view, "news of today\n");
    assert_drawn(13, &view, "news of today\n");
    assert_drawn(9, &view, "news of …\n");
}

static void status_view__roles__tell_notice_from_keys(void **state)
{
    (void)state;
    struct canvas *canvas = canvas_new(30, 1);
    const struct status_view view = {.left = " motet", .notice = "news", .keys = "F1"};
    status_view_draw(&view, canvas, (struct rect){0, 0, 30, 1});
    assert_int_equal(canvas_role_at(canvas, 1, 0), ROLE_STATUS);
    assert_int_equal(canvas_role_at(canvas, 29, 0), ROLE_WARNING);
    canvas_free(canvas);
}

static void status_view__strange_notice__is_made_harmless(void **state)
{
    (void)state;
    struct canvas *canvas = canvas_new(40, 1);
    const struct status_view view = {
        .left = " motet", .notice = "a\033[2J\n漢\x80 b", .keys = ""};
    for (int width = 0; width <= 40; width++) {
        canvas_resize(canvas, width, 1);
        status_view_draw(&view, canvas, (struct rect){0, 0, width, 1});
        assert_canvas_is_whole(canvas);
    }
    canvas_free(canvas);
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(status_view__room_for_both__stand_apart),
        cmocka_unit_test(status_view__no_room__keys_give_way),
        cmocka_unit_test(status_view__no_room__keys_are_cut_where_they_matter),
        cmocka_unit_test(status_view__notice__takes_the_place_of_the_keys),
        cmocka_unit_test(status_view__long_notice__takes_the_whole_row),
        cmocka_unit_test(status_view__roles__tell_notice_from_keys),
        cmocka_unit_test(status_view__strange_notice__is_made_harmless),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

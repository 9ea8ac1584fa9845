/* How far a following view moves, against made-up streams. The clock is a number. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ui/view/scroll_pace.h"

#define HEIGHT 40

/* The moves that `rows` rows cause, one each `every_ms`, with the end in view after each.
 */
static int count_moves(int rows, int every_ms)
{
    struct scroll_pace pace = {0};
    int room = 0;
    int moves = 0;
    for (int i = 0; i < rows; i++) {
        const int64_t now_ms = (int64_t)i * every_ms;
        if (room > 0) {
            room--;
            if (!scroll_pace_keep(&pace, room, HEIGHT, now_ms)) {
                scroll_pace_settle(&pace);
                room = 0;
            }
            continue;
        }
        room = scroll_pace_move(&pace, 1, HEIGHT, now_ms) - 1;
        assert_true(room >= 0 && room <= HEIGHT / 4);
        moves++;
    }
    return moves;
}

static void scroll_pace__slow_rows__each_moves_the_text(void **state)
{
    (void)state;
    assert_int_equal(count_moves(100, 1000), 100);
}

static void scroll_pace__quick_rows__two_moves_a_second_at_most(void **state)
{
    (void)state;
    const int rows = 200;
    const int every_ms = 100;
    assert_true(count_moves(rows, every_ms) <= 2 * rows * every_ms / 1000);
}

static void scroll_pace__first_row__moves_by_itself(void **state)
{
    (void)state;
    struct scroll_pace pace = {0};
    assert_int_equal(scroll_pace_move(&pace, 1, HEIGHT, 5000), 1);
}

static void scroll_pace__low_view__keeps_its_rows(void **state)
{
    (void)state;
    struct scroll_pace pace = {0};
    for (int i = 0; i < 100; i++) {
        assert_int_equal(scroll_pace_move(&pace, 1, 3, i), 1);
        assert_true(scroll_pace_move(&pace, 2, 8, i) <= 4);
    }
}

static void scroll_pace__many_rows_at_once__all_are_shown(void **state)
{
    (void)state;
    struct scroll_pace pace = {0};
    scroll_pace_move(&pace, 1, HEIGHT, 0);
    assert_true(scroll_pace_move(&pace, 1000, HEIGHT, 1) >= 1000);
}

static void scroll_pace__rows_stay_away__room_is_given_up(void **state)
{
    (void)state;
    struct scroll_pace pace = {0};
    scroll_pace_move(&pace, 1, HEIGHT, 0);
    const int room = scroll_pace_move(&pace, 1, HEIGHT, 100) - 1;
    assert_true(room > 0);
    assert_true(scroll_pace_keep(&pace, room, HEIGHT, 200));
    assert_false(scroll_pace_keep(&pace, room, HEIGHT, 5000));
}

static void scroll_pace__text_becomes_shorter__stays_unless_by_much(void **state)
{
    (void)state;
    struct scroll_pace pace = {0};
    scroll_pace_move(&pace, 1, HEIGHT, 0);
    const int room = scroll_pace_move(&pace, 1, HEIGHT, 100) - 1;
    assert_true(scroll_pace_keep(&pace, room + 2, HEIGHT, 110));
    assert_false(scroll_pace_keep(&pace, HEIGHT - 1, HEIGHT, 120));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scroll_pace__slow_rows__each_moves_the_text),
        cmocka_unit_test(scroll_pace__quick_rows__two_moves_a_second_at_most),
        cmocka_unit_test(scroll_pace__first_row__moves_by_itself),
        cmocka_unit_test(scroll_pace__low_view__keeps_its_rows),
        cmocka_unit_test(scroll_pace__many_rows_at_once__all_are_shown),
        cmocka_unit_test(scroll_pace__rows_stay_away__room_is_given_up),
        cmocka_unit_test(scroll_pace__text_becomes_shorter__stays_unless_by_much),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

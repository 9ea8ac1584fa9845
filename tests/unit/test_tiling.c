/* Where panes stand: properties over many sizes, and a few layouts by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/compiler.h"
#include "ui/view/tiling.h"

static const int widths[] = {20, 29, 30, 31, 40, 59, 60, 61, 80, 89, 90, 120, 199, 240};
static const int heights[] = {1, 3, 5, 6, 11, 12, 13, 17, 18, 22, 24, 36, 50, 64};

typedef void check_fn(struct rect room, size_t count);

static void for_all_sizes(check_fn *check)
{
    for (size_t w = 0; w < COUNT_OF(widths); w++) {
        for (size_t h = 0; h < COUNT_OF(heights); h++) {
            for (size_t count = 1; count <= TILING_PANE_MAX; count++)
                check((struct rect){3, 2, widths[w], heights[h]}, count);
        }
    }
}

static bool overlaps(const struct rect *a, const struct rect *b)
{
    return a->x < b->x + b->width && b->x < a->x + a->width && a->y < b->y + b->height &&
           b->y < a->y + a->height;
}

static bool is_same(const struct rect *a, const struct rect *b)
{
    return a->x == b->x && a->y == b->y && a->width == b->width && a->height == b->height;
}

static bool is_empty(const struct rect *rect)
{
    return rect->width <= 0 || rect->height <= 0;
}

/* True if some number of columns gives every pane its smallest size. */
static bool can_tile(struct rect room, int count)
{
    for (int columns = 1; columns <= count; columns++) {
        const int rows = (count + columns - 1) / columns;
        if (room.width / columns >= TILING_MIN_WIDTH &&
            room.height / rows >= TILING_MIN_HEIGHT)
            return true;
    }
    return false;
}

/* --- Properties ------------------------------------------------------------------- */

static void check_cover(struct rect room, size_t count)
{
    const struct tiling tiling = tiling_make(room, count, count - 1, false);
    int area = 0;
    for (size_t i = 0; i < count; i++) {
        const struct rect *rect = &tiling.rects[i];
        if (is_empty(rect))
            continue;
        area += rect->width * rect->height;
        assert_true(rect->x >= room.x && rect->x + rect->width <= room.x + room.width);
        assert_true(rect->y >= room.y && rect->y + rect->height <= room.y + room.height);
        for (size_t j = 0; j < i; j++)
            assert_false(!is_empty(&tiling.rects[j]) && overlaps(rect, &tiling.rects[j]));
    }
    /* In the room, apart from each other, and as large as the room: they cover it. */
    assert_int_equal(area, room.width * room.height);
}

static void tiling_make__any_size__covers_without_overlap(void **state)
{
    (void)state;
    for_all_sizes(check_cover);
}

static void check_smallest(struct rect room, size_t count)
{
    const struct tiling tiling = tiling_make(room, count, 0, false);
    for (size_t i = 0; i < count && !tiling.is_tabs && count > 1; i++) {
        assert_true(tiling.rects[i].width >= TILING_MIN_WIDTH);
        assert_true(tiling.rects[i].height >= TILING_MIN_HEIGHT);
    }
}

static void tiling_make__tiled__keeps_smallest_size(void **state)
{
    (void)state;
    for_all_sizes(check_smallest);
}

static void check_tabs(struct rect room, size_t count)
{
    for (size_t focused = 0; focused < count; focused++) {
        const struct tiling tiling = tiling_make(room, count, focused, false);
        assert_int_equal(tiling.is_tabs, count > 1 && !can_tile(room, (int)count));
        for (size_t i = 0; i < count && tiling.is_tabs; i++) {
            const struct rect expected = i == focused ? room : (struct rect){0, 0, 0, 0};
            assert_true(is_same(&tiling.rects[i], &expected));
        }
    }
}

static void tiling_make__no_grid_fits__shows_focused_only(void **state)
{
    (void)state;
    for_all_sizes(check_tabs);
}

static void check_zoom(struct rect room, size_t count)
{
    for (size_t focused = 0; focused < count; focused++) {
        const struct tiling tiling = tiling_make(room, count, focused, true);
        assert_int_equal(tiling.is_tabs, count > 1);
        for (size_t i = 0; i < count; i++)
            assert_true(i == focused ? is_same(&tiling.rects[i], &room)
                                     : is_empty(&tiling.rects[i]));
    }
}

static void tiling_make__zoomed__shows_focused_only(void **state)
{
    (void)state;
    for_all_sizes(check_zoom);
}

static void check_order(struct rect room, size_t count)
{
    const struct tiling tiling = tiling_make(room, count, 0, false);
    for (size_t i = 1; i < count && !tiling.is_tabs; i++) {
        const struct rect *before = &tiling.rects[i - 1];
        const struct rect *rect = &tiling.rects[i];
        assert_true(rect->y > before->y || (rect->y == before->y && rect->x > before->x));
    }
}

static void tiling_make__tiled__reads_in_order(void **state)
{
    (void)state;
    for_all_sizes(check_order);
}

static void check_find(struct rect room, size_t count)
{
    const struct tiling tiling = tiling_make(room, count, 0, false);
    for (size_t i = 0; i < count; i++) {
        const struct rect *rect = &tiling.rects[i];
        if (is_empty(rect))
            continue;
        assert_int_equal(tiling_find(&tiling, rect->x, rect->y), i);
        assert_int_equal(
            tiling_find(&tiling, rect->x + rect->width - 1, rect->y + rect->height - 1),
            i);
    }
    assert_int_equal(tiling_find(&tiling, room.x - 1, room.y), count);
    assert_int_equal(tiling_find(&tiling, room.x, room.y - 1), count);
    assert_int_equal(tiling_find(&tiling, room.x + room.width, room.y), count);
    assert_int_equal(tiling_find(&tiling, room.x, room.y + room.height), count);
}

static void tiling_find__corners__and_outside(void **state)
{
    (void)state;
    for_all_sizes(check_find);
}

/* --- Layouts ---------------------------------------------------------------------- */

static void assert_layout(int width, int height, size_t count,
                          const struct rect *expected)
{
    const struct tiling tiling =
        tiling_make((struct rect){0, 0, width, height}, count, 0, false);
    assert_int_equal(tiling.count, count);
    for (size_t i = 0; i < count; i++)
        assert_true(is_same(&tiling.rects[i], &expected[i]));
}

static void tiling_make__one_pane__takes_all(void **state)
{
    (void)state;
    assert_layout(20, 3, 1, (struct rect[]){{0, 0, 20, 3}});
    assert_false(tiling_make((struct rect){0, 0, 20, 3}, 1, 0, true).is_tabs);
}

static void tiling_make__four_on_a_usual_screen__two_by_two(void **state)
{
    (void)state;
    assert_layout(
        80, 21, 4,
        (struct rect[]){
            {0, 0, 40, 10}, {40, 0, 40, 10}, {0, 10, 40, 11}, {40, 10, 40, 11}});
}

static void tiling_make__narrow__stacks(void **state)
{
    (void)state;
    assert_layout(40, 24, 3,
                  (struct rect[]){{0, 0, 40, 8}, {0, 8, 40, 8}, {0, 16, 40, 8}});
}

static void tiling_make__low__stands_side_by_side(void **state)
{
    (void)state;
    assert_layout(100, 8, 3,
                  (struct rect[]){{0, 0, 33, 8}, {33, 0, 33, 8}, {66, 0, 34, 8}});
}

static void tiling_make__odd_last_row__spreads(void **state)
{
    (void)state;
    assert_layout(80, 24, 3,
                  (struct rect[]){{0, 0, 40, 12}, {40, 0, 40, 12}, {0, 12, 80, 12}});
}

static void tiling_make__too_low_for_a_stack__becomes_tabs(void **state)
{
    (void)state;
    assert_true(tiling_make((struct rect){0, 0, 59, 11}, 2, 0, false).is_tabs);
    assert_false(tiling_make((struct rect){0, 0, 60, 11}, 2, 0, false).is_tabs);
    assert_false(tiling_make((struct rect){0, 0, 59, 12}, 2, 0, false).is_tabs);
}

static void tiling_make__no_panes__is_empty(void **state)
{
    (void)state;
    const struct tiling tiling = tiling_make((struct rect){0, 0, 80, 24}, 0, 0, false);
    assert_int_equal(tiling.count, 0);
    assert_int_equal(tiling_find(&tiling, 0, 0), 0);
}

static void tiling_make__too_many_or_bad_focus__is_cut(void **state)
{
    (void)state;
    const struct rect room = {0, 0, 20, 5};
    const struct tiling tiling = tiling_make(room, 100, 99, false);
    assert_int_equal(tiling.count, TILING_PANE_MAX);
    assert_true(is_same(&tiling.rects[0], &room));
}

static void tiling_make__no_room__does_not_fail(void **state)
{
    (void)state;
    for (size_t count = 0; count <= TILING_PANE_MAX; count++) {
        const struct tiling tiling =
            tiling_make((struct rect){0, 0, 0, 0}, count, 0, false);
        assert_int_equal(tiling_find(&tiling, 0, 0), count);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tiling_make__any_size__covers_without_overlap),
        cmocka_unit_test(tiling_make__tiled__keeps_smallest_size),
        cmocka_unit_test(tiling_make__no_grid_fits__shows_focused_only),
        cmocka_unit_test(tiling_make__zoomed__shows_focused_only),
        cmocka_unit_test(tiling_make__tiled__reads_in_order),
        cmocka_unit_test(tiling_find__corners__and_outside),
        cmocka_unit_test(tiling_make__one_pane__takes_all),
        cmocka_unit_test(tiling_make__four_on_a_usual_screen__two_by_two),
        cmocka_unit_test(tiling_make__narrow__stacks),
        cmocka_unit_test(tiling_make__low__stands_side_by_side),
        cmocka_unit_test(tiling_make__odd_last_row__spreads),
        cmocka_unit_test(tiling_make__too_low_for_a_stack__becomes_tabs),
        cmocka_unit_test(tiling_make__no_panes__is_empty),
        cmocka_unit_test(tiling_make__too_many_or_bad_focus__is_cut),
        cmocka_unit_test(tiling_make__no_room__does_not_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

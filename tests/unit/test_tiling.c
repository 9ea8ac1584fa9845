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

static struct tiling make(struct rect room, size_t count, size_t focused, bool is_zoomed)
{
    const struct tiling_wish wish = {
        .count = count, .focused = focused, .is_zoomed = is_zoomed};
    return tiling_make(room, &wish);
}

/* --- Properties ------------------------------------------------------------------- */

/* Every cell belongs to one pane, or to the row of tabs. */
static void assert_covers(const struct tiling *tiling, struct rect room)
{
    int area = tiling->tabs.width * tiling->tabs.height;
    for (size_t i = 0; i < tiling->count; i++) {
        const struct rect *rect = &tiling->rects[i];
        if (is_empty(rect))
            continue;
        area += rect->width * rect->height;
        assert_true(rect->x >= room.x && rect->x + rect->width <= room.x + room.width);
        assert_true(rect->y >= room.y && rect->y + rect->height <= room.y + room.height);
        assert_false(tiling->tabs.height > 0 && overlaps(rect, &tiling->tabs));
        for (size_t j = 0; j < i; j++)
            assert_false(!is_empty(&tiling->rects[j]) &&
                         overlaps(rect, &tiling->rects[j]));
    }
    /* In the room, apart from each other, and as large as the room: they cover it. */
    assert_int_equal(area, room.width * room.height);
}

static void assert_smallest(const struct tiling *tiling)
{
    for (size_t i = 0; i < tiling->count && tiling->columns > 0; i++) {
        assert_true(tiling->rects[i].width >= TILING_MIN_WIDTH);
        assert_true(tiling->rects[i].height >= TILING_MIN_HEIGHT);
    }
}

/* Numbers that are the same in each run, and no pattern. */
static unsigned next_number(unsigned *state)
{
    *state = *state * 1103515245U + 12345U;
    return *state >> 16;
}

static void check_cover(struct rect room, size_t count)
{
    unsigned state = (unsigned)(room.width * 1000 + room.height * 20) + (unsigned)count;
    for (int mode = 0; mode < TILING_MODE_COUNT; mode++) {
        struct tiling_weights weights = {.columns = 0};
        struct tiling_wish wish = {.count = count,
                                   .focused = next_number(&state) % count,
                                   .mode = (enum tiling_mode)mode,
                                   .weights = &weights};
        struct tiling tiling = tiling_make(room, &wish);
        assert_covers(&tiling, room);
        assert_smallest(&tiling);
        /* The same with all kinds of weights for that grid. */
        weights.columns = (uint16_t)tiling.columns;
        weights.rows = (uint16_t)tiling.rows;
        for (size_t i = 0; i < TILING_PANE_MAX; i++) {
            weights.widths[i] = (uint16_t)(next_number(&state) % 300);
            weights.heights[i] = (uint16_t)(next_number(&state) % 3 * 40);
            weights.last_widths[i] = (uint16_t)(next_number(&state) % 2 * 2000);
        }
        tiling = tiling_make(room, &wish);
        assert_covers(&tiling, room);
        assert_smallest(&tiling);
    }
}

static void tiling_make__any_size__covers_without_overlap(void **state)
{
    (void)state;
    for_all_sizes(check_cover);
}

/* Without a grid: a stack of titles with one open pane, or one pane below a row of tabs.
 */
static void check_small(struct rect room, size_t count)
{
    for (size_t focused = 0; focused < count; focused++) {
        const struct tiling tiling = make(room, count, focused, false);
        const int open = room.height - (int)count + 1;
        if (count == 1 || can_tile(room, (int)count)) {
            assert_false(tiling.is_tabs);
            continue;
        }
        assert_int_equal(tiling.columns, 0);
        assert_int_equal(tiling.is_tabs,
                         open < TILING_MIN_HEIGHT || open < room.height / 2);
        for (size_t i = 0; i < count; i++) {
            const int folded = tiling.is_tabs ? 0 : 1;
            const int height = tiling.is_tabs ? room.height - tiling.tabs.height : open;
            assert_int_equal(tiling.rects[i].height, i == focused ? height : folded);
        }
        assert_int_equal(tiling.tabs.height,
                         tiling.is_tabs && room.height >= TILING_TABS_MIN_HEIGHT);
    }
}

static void tiling_make__no_grid_fits__shows_focused_one_open(void **state)
{
    (void)state;
    for_all_sizes(check_small);
}

static void check_zoom(struct rect room, size_t count)
{
    for (size_t focused = 0; focused < count; focused++) {
        const struct tiling tiling = make(room, count, focused, true);
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
    const struct tiling tiling = make(room, count, 0, false);
    for (size_t i = 1; i < count && tiling.columns > 0; i++) {
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
    const struct tiling tiling = make(room, count, 0, false);
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
        make((struct rect){0, 0, width, height}, count, 0, false);
    assert_int_equal(tiling.count, count);
    for (size_t i = 0; i < count; i++)
        assert_true(is_same(&tiling.rects[i], &expected[i]));
}

static void tiling_make__one_pane__takes_all(void **state)
{
    (void)state;
    assert_layout(20, 3, 1, (struct rect[]){{0, 0, 20, 3}});
    assert_false(make((struct rect){0, 0, 20, 3}, 1, 0, true).is_tabs);
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

static void tiling_make__too_low_for_a_grid__folds_then_becomes_tabs(void **state)
{
    (void)state;
    assert_int_equal(make((struct rect){0, 0, 60, 11}, 2, 0, false).columns, 2);
    assert_int_equal(make((struct rect){0, 0, 59, 12}, 2, 0, false).columns, 1);
    assert_layout(59, 11, 2, (struct rect[]){{0, 0, 59, 10}, {0, 10, 59, 1}});
    assert_layout(59, 6, 2, (struct rect[]){{0, 1, 59, 5}, {0, 0, 0, 0}});
    assert_layout(59, 3, 2, (struct rect[]){{0, 0, 59, 3}, {0, 0, 0, 0}});
}

static void tiling_make__modes__as_wanted_where_they_fit(void **state)
{
    (void)state;
    const struct rect room = {0, 0, 120, 40};
    struct tiling_wish wish = {.count = 4, .mode = TILING_COLUMNS};
    assert_int_equal(tiling_make(room, &wish).columns, 4);
    wish.mode = TILING_STACK;
    assert_int_equal(tiling_make(room, &wish).columns, 1);
    assert_int_equal(tiling_make(room, &wish).rows, 4);
    wish.mode = TILING_TABS;
    assert_true(tiling_make(room, &wish).is_tabs);
    wish = (struct tiling_wish){.count = 5, .mode = TILING_COLUMNS};
    assert_true(tiling_make(room, &wish).columns < 5); /* 24 columns each */
}

static void tiling_mode__names__lead_back(void **state)
{
    (void)state;
    enum tiling_mode found = TILING_MODE_COUNT;
    for (int mode = 0; mode < TILING_MODE_COUNT; mode++) {
        assert_true(tiling_mode_parse(tiling_mode_name((enum tiling_mode)mode), &found));
        assert_int_equal(found, mode);
    }
    assert_false(tiling_mode_parse("heap", &found));
}

/* --- Weights and borders ---------------------------------------------------------- */

static struct tiling make_weighted(size_t count, const struct tiling_weights *weights)
{
    const struct tiling_wish wish = {.count = count, .weights = weights};
    return tiling_make((struct rect){0, 0, 120, 40}, &wish);
}

static void tiling_grow__one_pane__its_neighbours_give(void **state)
{
    (void)state;
    struct tiling_weights weights = {.columns = 0};
    struct tiling tiling = make_weighted(4, &weights);
    assert_true(tiling_grow(&tiling, 0, 7, 3, &weights));
    tiling = make_weighted(4, &weights);
    assert_int_equal(tiling.rects[0].width, 67);
    assert_int_equal(tiling.rects[2].width, 67);
    assert_int_equal(tiling.rects[1].width, 53);
    assert_int_equal(tiling.rects[1].height, 23);
    assert_int_equal(tiling.rects[2].height, 17);
    /* The last one grows as well, towards the others. */
    assert_true(tiling_grow(&tiling, 3, 7, 3, &weights));
    tiling = make_weighted(4, &weights);
    assert_int_equal(tiling.rects[3].width, 60);
    assert_int_equal(tiling.rects[3].height, 20);
}

static void tiling_grow__to_the_least__stops(void **state)
{
    (void)state;
    struct tiling_weights weights = {.columns = 0};
    struct tiling tiling = make_weighted(4, &weights);
    assert_true(tiling_grow(&tiling, 0, 1000, 0, &weights));
    tiling = make_weighted(4, &weights);
    assert_int_equal(tiling.rects[1].width, TILING_MIN_WIDTH);
    assert_false(tiling_grow(&tiling, 0, 1, 0, &weights));
    assert_true(tiling_grow(&tiling, 0, 0, -1000, &weights));
    tiling = make_weighted(4, &weights);
    assert_int_equal(tiling.rects[0].height, TILING_MIN_HEIGHT);
    assert_false(tiling_grow(&tiling, 0, 0, -1, &weights));
}

static void tiling_grow__short_last_row__has_widths_of_its_own(void **state)
{
    (void)state;
    struct tiling_weights weights = {.columns = 0};
    struct tiling tiling = make_weighted(5, &weights);
    assert_int_equal(tiling.columns, 3);
    assert_true(tiling_grow(&tiling, 3, 10, 0, &weights));
    tiling = make_weighted(5, &weights);
    assert_int_equal(tiling.rects[3].width, 70);
    assert_int_equal(tiling.rects[0].width, 40);
}

static void tiling_weights__of_another_grid__are_not_used(void **state)
{
    (void)state;
    struct tiling_weights weights = {.columns = 0};
    struct tiling tiling = make_weighted(4, &weights);
    assert_true(tiling_grow(&tiling, 0, 10, 0, &weights));
    tiling = make_weighted(2, &weights);
    assert_int_equal(tiling.rects[0].width, 60);
    tiling = make_weighted(4, &weights);
    assert_int_equal(tiling.rects[0].width, 70);
}

static void tiling_find_border__edges_and_corner__are_found(void **state)
{
    (void)state;
    const struct tiling tiling = make_weighted(4, NULL);
    struct tiling_border border;
    assert_false(tiling_find_border(&tiling, 30, 10, &border)); /* inside */
    assert_false(tiling_find_border(&tiling, 0, 10, &border));  /* the outer edge */
    assert_false(tiling_find_border(&tiling, 119, 0, &border));
    for (int x = 59; x <= 60; x++) {
        assert_true(tiling_find_border(&tiling, x, 10, &border));
        assert_int_equal(border.column, 0);
        assert_int_equal(border.row, -1);
    }
    for (int y = 19; y <= 20; y++) {
        assert_true(tiling_find_border(&tiling, 30, y, &border));
        assert_int_equal(border.column, -1);
        assert_int_equal(border.row, 0);
    }
    assert_true(tiling_find_border(&tiling, 60, 20, &border));
    assert_int_equal(border.column, 0);
    assert_int_equal(border.row, 0);
}

/* Whatever is dragged, and wherever: the panes cover the room, and none is too small. */
static void tiling_move_border__any_drag__keeps_the_rules(void **state)
{
    (void)state;
    const struct rect room = {0, 0, 200, 60};
    unsigned number = 7;
    for (size_t count = 2; count <= TILING_PANE_MAX; count++) {
        struct tiling_weights weights = {.columns = 0};
        const struct tiling_wish wish = {.count = count, .weights = &weights};
        for (int i = 0; i < 300; i++) {
            const struct tiling tiling = tiling_make(room, &wish);
            const int x = (int)(next_number(&number) % 200);
            const int y = (int)(next_number(&number) % 60);
            struct tiling_border border;
            assert_covers(&tiling, room);
            assert_smallest(&tiling);
            if (tiling_find_border(&tiling, x, y, &border))
                tiling_move_border(&tiling, &border,
                                   (int)(next_number(&number) % 200) - x,
                                   (int)(next_number(&number) % 60) - y, &weights);
        }
    }
}

static void tiling_make__no_panes__is_empty(void **state)
{
    (void)state;
    const struct tiling tiling = make((struct rect){0, 0, 80, 24}, 0, 0, false);
    assert_int_equal(tiling.count, 0);
    assert_int_equal(tiling_find(&tiling, 0, 0), 0);
}

static void tiling_make__too_many_or_bad_focus__is_cut(void **state)
{
    (void)state;
    const struct rect room = {0, 0, 20, 4};
    const struct tiling tiling = make(room, 100, 99, false);
    assert_int_equal(tiling.count, TILING_PANE_MAX);
    assert_true(is_same(&tiling.rects[0], &room));
}

static void tiling_make__no_room__does_not_fail(void **state)
{
    (void)state;
    for (size_t count = 0; count <= TILING_PANE_MAX; count++) {
        const struct tiling tiling = make((struct rect){0, 0, 0, 0}, count, 0, false);
        assert_int_equal(tiling_find(&tiling, 0, 0), count);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tiling_make__any_size__covers_without_overlap),
        cmocka_unit_test(tiling_make__no_grid_fits__shows_focused_one_open),
        cmocka_unit_test(tiling_make__zoomed__shows_focused_only),
        cmocka_unit_test(tiling_make__tiled__reads_in_order),
        cmocka_unit_test(tiling_find__corners__and_outside),
        cmocka_unit_test(tiling_make__one_pane__takes_all),
        cmocka_unit_test(tiling_make__four_on_a_usual_screen__two_by_two),
        cmocka_unit_test(tiling_make__narrow__stacks),
        cmocka_unit_test(tiling_make__low__stands_side_by_side),
        cmocka_unit_test(tiling_make__odd_last_row__spreads),
        cmocka_unit_test(tiling_make__too_low_for_a_grid__folds_then_becomes_tabs),
        cmocka_unit_test(tiling_make__modes__as_wanted_where_they_fit),
        cmocka_unit_test(tiling_mode__names__lead_back),
        cmocka_unit_test(tiling_grow__one_pane__its_neighbours_give),
        cmocka_unit_test(tiling_grow__to_the_least__stops),
        cmocka_unit_test(tiling_grow__short_last_row__has_widths_of_its_own),
        cmocka_unit_test(tiling_weights__of_another_grid__are_not_used),
        cmocka_unit_test(tiling_find_border__edges_and_corner__are_found),
        cmocka_unit_test(tiling_move_border__any_drag__keeps_the_rules),
        cmocka_unit_test(tiling_make__no_panes__is_empty),
        cmocka_unit_test(tiling_make__too_many_or_bad_focus__is_cut),
        cmocka_unit_test(tiling_make__no_room__does_not_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

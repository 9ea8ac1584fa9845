/* The race as text: bars on one axis, numbers, what gives way on small screens. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <locale.h>

#include <cmocka.h>

#include "src/base/compiler.h"
#include "tests/support/canvas_text.h"
#include "ui/race_view.h"

static struct race_span quick_spans[] = {{RACE_QUEUED, 0},
                                         {RACE_CONNECT, 100},
                                         {RACE_TLS, 200},
                                         {RACE_WAITING, 300},
                                         {RACE_TEXT, 500}};
static struct race_span slow_spans[] = {{RACE_CONNECT, 0},
                                        {RACE_WAITING, 200},
                                        {RACE_REASONING, 500},
                                        {RACE_TOOLS, 1000},
                                        {RACE_TEXT, 1500}};

static const struct race_track quick = {.end_ms = 1000,
                                        .end = RACE_DONE,
                                        .first_token_ms = 500,
                                        .rate = 41,
                                        .cost = 0.0021,
                                        .spans = quick_spans,
                                        .span_count = 5};
static const struct race_track failed = {.end_ms = 600,
                                         .end = RACE_FAILED,
                                         .first_token_ms = -1,
                                         .rate = -1,
                                         .cost = -1,
                                         .spans = quick_spans,
                                         .span_count = 4};
static const struct race_track running = {.end_ms = -1,
                                          .end = RACE_RUNNING,
                                          .first_token_ms = 500,
                                          .rate = -1,
                                          .cost = -1,
                                          .spans = slow_spans,
                                          .span_count = 5};

static const struct race_row rows[] = {{1, "sage", &quick},
                                       {2, "a-model-with-a-long-name", &running},
                                       {3, "coder", &failed},
                                       {4, "idle", NULL}};

/* Draws at the time 2000, when the running one has taken 2 s. */
static void assert_race(int width, int height, size_t focused, const char *expected)
{
    struct canvas *canvas = canvas_new(width, height);
    const struct race_view view = {
        .rows = rows, .count = COUNT_OF(rows), .focused = focused, .now_ms = 2000};
    race_view_draw(&view, canvas, (struct rect){0, 0, width, height});
    assert_canvas_is_whole(canvas);
    assert_canvas(canvas, expected);
    canvas_free(canvas);
}

static void race_view__draws__one_axis_for_all(void **state)
{
    (void)state;
    /* clang-format off */
    assert_race(100, 5, 0,
". queued c connect s TLS - first byte r reasoning = text t tools        TTFT   total     t/s    cost\n"
"1 sage             ..cccss-----============\xe2\x9c\x93" "                          0.50 s  1.00 s      41 $0.0021\n"
"2 a-model-with-a-\xe2\x80\xa6" " ccccc-------rrrrrrrrrrrrtttttttttttt============>  0.50 s  2.00 s\n"
"3 coder            ..cccss--------\xe2\x9c\x97" "                                           0.60 s\n"
"4 idle             nothing yet\n");
    /* clang-format on */
}

static void race_view__leaves_out__numbers_on_narrow_screens(void **state)
{
    (void)state;
    /* clang-format off */
    assert_race(40, 5, 0,
". queued c connect s TLS = text    total\n"
"1 sage   .cs---=====\xe2\x9c\x93" "             1.00 s\n"
"2 a-mod\xe2\x80\xa6" " cc----rrrrrtttttt=====>  2.00 s\n"
"3 coder  .cs----\xe2\x9c\x97" "                 0.60 s\n"
"4 idle   nothing yet\n");
    /* clang-format on */
}

static void race_view__says_more__where_rows_are_few(void **state)
{
    (void)state;
    assert_race(20, 2, 1,
                "1 s\xe2\x80\xa6"
                " .s--===\xe2\x9c\x93"
                "\n"
                "+3 more\n");
}

static void race_view__shows_the_focused_pane__in_one_row(void **state)
{
    (void)state;
    assert_race(20, 1, 2,
                "3 \xe2\x80\xa6"
                " .s--\xe2\x9c\x97"
                "         +3\n");
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(race_view__draws__one_axis_for_all),
        cmocka_unit_test(race_view__leaves_out__numbers_on_narrow_screens),
        cmocka_unit_test(race_view__says_more__where_rows_are_few),
        cmocka_unit_test(race_view__shows_the_focused_pane__in_one_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The row of tabs at many widths. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <locale.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/mem.h"
#include "tests/support/canvas_text.h"
#include "ui/view/tab_view.h"

static void fill(struct tab *tabs, size_t count)
{
    static const char *const names[] = {"sage", "coder", "a-model-with-a-long-name"};
    for (size_t i = 0; i < count; i++)
        tabs[i] = (struct tab){
            .name = names[i % 3], .sign = "\xe2\x9c\x93", .sign_role = ROLE_STATE_DONE};
}

static void assert_row(int width, size_t count, size_t focused, const char *expected)
{
    struct tab tabs[16];
    struct canvas *canvas = canvas_new(width, 1);
    fill(tabs, count);
    tab_view_draw(tabs, count, focused, canvas, (struct rect){0, 0, width, 1});
    char *line = canvas_line(canvas, 0);
    assert_string_equal(line, expected);
    mem_free(line);
    canvas_free(canvas);
}

static void tab_view__room_for_all__has_names_and_states(void **state)
{
    (void)state;
    assert_row(60, 2, 0, " 1 sage \xe2\x9c\x93  2 coder \xe2\x9c\x93");
}

static void tab_view__less_room__cuts_names_then_leaves_them_out(void **state)
{
    (void)state;
    assert_row(40, 3, 0,
               " 1 sage \xe2\x9c\x93  2 coder \xe2\x9c\x93  3 a-model-with\xe2\x80\xa6 "
               "\xe2\x9c\x93");
    assert_row(20, 3, 0, " 1 \xe2\x9c\x93  2 \xe2\x9c\x93  3 \xe2\x9c\x93");
}

/* Whatever the room: the focused one is in sight, none lies outside or on another, and
 * what stands at a place is the tab that says so. */
static void tab_view__any_width__keeps_the_focused_one(void **state)
{
    (void)state;
    for (int width = 8; width < 200; width++) {
        for (size_t focused = 0; focused < 16; focused++) {
            struct tab tabs[16];
            struct canvas *canvas = canvas_new(width, 1);
            int end = 0;
            fill(tabs, 16);
            tab_view_draw(tabs, 16, focused, canvas, (struct rect){0, 0, width, 1});
            assert_true(tabs[focused].width > 0);
            for (size_t i = 0; i < 16; i++) {
                if (tabs[i].width == 0)
                    continue;
                assert_true(tabs[i].x >= end);
                end = tabs[i].x + tabs[i].width;
                assert_int_equal(canvas_role_at(canvas, tabs[i].x, 0),
                                 i == focused ? ROLE_TITLE_FOCUSED : ROLE_TITLE);
            }
            assert_true(end <= width);
            canvas_free(canvas);
        }
    }
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tab_view__room_for_all__has_names_and_states),
        cmocka_unit_test(tab_view__less_room__cuts_names_then_leaves_them_out),
        cmocka_unit_test(tab_view__any_width__keeps_the_focused_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

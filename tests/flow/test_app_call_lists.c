/* The lists about tools: calls that wait or run, who called what, tools and servers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/mem.h"
#include "tests/support/call_stage.h"

static struct call_stage open_list(size_t panes)
{
    struct call_stage stage = call_stage_open(panes, 0, 0);
    call_stage_ask(&stage, panes * 2);
    app_stage_press(stage.app, "Alt-l");
    assert_stage_shows(stage.app, "[ ] 1 get_weather");
    assert_stage_shows(stage.app, "[ ] 1 format_book");
    assert_stage_shows(stage.app, "{ \"city\": \"Oslo\", \"unit\": \"celsius\" }");
    return stage;
}

static void app_approvals__y__asks_once_more_with_the_number(void **state)
{
    (void)state;
    struct call_stage stage = open_list(2);
    call_stage_press_until(&stage, "+", "[x] 1 format_book");
    app_stage_type(stage.app, "yyyyy");
    assert_stage_shows(stage.app, "y once more runs 4 calls, once each");
    assert_int_equal(call_stage_count_asking(&stage), 4);
    call_stage_press_until(&stage, "y", "4 calls approved");
    app_stage_press(stage.app, "Esc");
    app_stage_wait_idle(stage.app);
    assert_runs(&stage, 4, NULL);
    call_stage_free(&stage);
}

static void app_approvals__ticks_changed__asks_anew(void **state)
{
    (void)state;
    struct call_stage stage = open_list(1);
    call_stage_press_until(&stage, "+", "[x] 1 format_book");
    app_stage_press(stage.app, "y");
    assert_stage_shows(stage.app, "runs 2 calls");
    call_stage_press_until(&stage, "Space", "[ ] 1 get_weather");
    app_stage_press(stage.app, "y");
    assert_stage_shows(stage.app, "y once more runs 1 call, once each");
    assert_int_equal(call_stage_count_asking(&stage), 2);
    call_stage_free(&stage);
}

static void app_approvals__n__denies_the_ticked(void **state)
{
    (void)state;
    struct call_stage stage = open_list(1);
    call_stage_press_until(&stage, "+", "[x] 1 format_book");
    app_stage_press(stage.app, "Space");
    app_stage_press(stage.app, "n");
    assert_stage_shows(stage.app, "1 call denied");
    assert_int_equal(call_stage_count_asking(&stage), 1);
    app_stage_press(stage.app, "Enter");
    call_stage_wait_keys(&stage);
    assert_runs(&stage, 0, NULL);
    call_stage_free(&stage);
}

static void app_approvals__nothing_ticked__says_how(void **state)
{
    (void)state;
    struct call_stage stage = open_list(1);
    call_stage_press_until(&stage, "y", "tick calls first");
    assert_int_equal(call_stage_count_asking(&stage), 2);
    call_stage_free(&stage);
}

static void app_approvals__x__stops_one_that_runs(void **state)
{
    (void)state;
    struct call_stage stage = call_stage_open_long();
    call_stage_ask(&stage, 1);
    call_stage_go(&stage);
    app_stage_press(stage.app, "y");
    app_stage_wait_text(stage.app, "● wait_long {}  runs");
    assert_stage_shows(stage.app, "● running tools");
    app_stage_press(stage.app, "Alt-l");
    assert_stage_shows(stage.app, "1 wait_long");
    call_stage_wait_runs(&stage, 1);
    call_stage_press_until(&stage, "x", "no tool call waits or runs");
    app_stage_press(stage.app, "Esc");
    app_stage_wait_text(stage.app, "all told");
    assert_stage_shows(stage.app, "✗ wait_long");
    call_stage_free(&stage);
}

static void app_tool_calls__last_turn__is_compared(void **state)
{
    (void)state;
    struct call_stage stage = call_stage_open(2, 0, 0);
    call_stage_ask(&stage, 4);
    app_stage_press(stage.app, "Alt-v");
    assert_stage_shows(stage.app, "tool calls of the last turn");
    assert_stage_shows(stage.app, "get_weather");
    assert_stage_shows(stage.app, "{\"city\":\"Oslo\",\"unit\":\"celsius\"}");
    app_stage_press(stage.app, "Esc");
    assert_stage_hides(stage.app, "tool calls of the last turn");
    call_stage_free(&stage);
}

static void app_tools__space__offers_or_not(void **state)
{
    (void)state;
    struct call_stage stage = call_stage_open(1, 0, 0);
    app_stage_press(stage.app, "Alt-w");
    assert_stage_shows(stage.app, "[x] format_book");
    assert_stage_shows(stage.app, "[x] get_weather");
    app_stage_press(stage.app, "Space");
    assert_stage_shows(stage.app, "[ ] format_book");
    app_stage_press(stage.app, "Down");
    app_stage_press(stage.app, "Space");
    assert_stage_shows(stage.app, "[ ] get_weather");
    app_stage_press(stage.app, "Space");
    assert_stage_shows(stage.app, "[x] get_weather");
    app_stage_press(stage.app, "r");
    assert_stage_shows(stage.app, "choose a server first");
    app_stage_press(stage.app, "Esc");
    assert_stage_hides(stage.app, "[x]");
    call_stage_free(&stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(app_approvals__y__asks_once_more_with_the_number),
        cmocka_unit_test(app_approvals__ticks_changed__asks_anew),
        cmocka_unit_test(app_approvals__n__denies_the_ticked),
        cmocka_unit_test(app_approvals__nothing_ticked__says_how),
        cmocka_unit_test(app_approvals__x__stops_one_that_runs),
        cmocka_unit_test(app_tool_calls__last_turn__is_compared),
        cmocka_unit_test(app_tools__space__offers_or_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

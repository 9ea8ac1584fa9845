/* The lists about tools: calls that wait or run, who called what, tools and servers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/mem.h"
#include "tests/support/call_stage.h"
#include "ui/view/sheet.h"

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
    assert_stage_shows(stage.app, "y once more runs 4 calls · once each");
    assert_stage_shows(stage.app, "1 tools?rate=0&ttft=0: get_weather · ");
    assert_stage_shows(stage.app, "2 tools?rate=0&ttft=0: format_book · ");
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
    app_stage_press(stage.app, "Esc");
    call_stage_press_until(&stage, "Space", "[ ] 1 get_weather");
    app_stage_press(stage.app, "y");
    assert_stage_shows(stage.app, "y once more runs 1 call · once each");
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

static void app_approvals__long_arguments__are_read_before_y(void **state)
{
    (void)state;
    struct call_stage stage = call_stage_open_sized(
        "{\"city\":\"Oslo\\n1\\n2\\n3\\n4\\n5\\n6\\n7\\n8\\n9\\n10\\n11\"}",
        "{\"city\":\"a\\n1\\n2\\n3\\n4\\n5\\n6\\n7\\n8\\n9\\nthe end\"}", 60, 14);
    call_stage_ask(&stage, 2);
    app_stage_press(stage.app, "Alt-l");
    call_stage_press_until(&stage, "+", "[x] 1 get_weather");
    call_stage_press_until(&stage, "y", "y once more runs 2 calls");
    app_stage_wait_text(stage.app, "› y more");
    app_stage_press(stage.app, "G"); /* skips rows */
    app_stage_press(stage.app, "y");
    assert_stage_shows(stage.app, "there is more: y reads on");
    for (int i = 0; i < 20 && !app_stage_has(stage.app, "the end"); i++) {
        assert_stage_hides(stage.app, "y once  n");
        app_stage_type(stage.app, "yyyy");
        assert_int_equal(call_stage_count_asking(&stage), 2);
        app_stage_wait_text(stage.app, "› y ");
        app_stage_press(stage.app, "y");
    }
    call_stage_press_until(&stage, "Down", "› y once");
    assert_int_equal(call_stage_count_asking(&stage), 2);
    call_stage_press_until(&stage, "y", "2 calls approved");
    call_stage_wait_runs(&stage, 2);
    call_stage_free(&stage);
}

static void app_approvals__too_long__are_left(void **state)
{
    (void)state;
    const size_t len = SHEET_MAX + 1000;
    char *city = mem_alloc_array(len + 1, 1);
    memset(city, 'A', len);
    char *arguments = strbuf_format("{\"city\":\"%s\"}", city);
    struct call_stage stage = call_stage_open_raw("{\"city\":\"Rome\"}", arguments);
    call_stage_ask(&stage, 2);
    app_stage_press(stage.app, "Alt-l");
    call_stage_press_until(&stage, "+", "[x] 1 get_weather");
    call_stage_press_until(&stage, "y", "runs 1 call · once each; 1 left, too long");
    call_stage_press_until(&stage, "y", "1 call approved; 1 left, too long for this");
    assert_int_equal(call_stage_count_asking(&stage), 1);
    app_stage_wait_text(stage.app, "[x] 1 get_weather");
    call_stage_press_until(&stage, "y", "too long to be shown here");
    assert_int_equal(call_stage_count_asking(&stage), 1);
    call_stage_press_until(&stage, "n", "1 call denied");
    call_stage_free(&stage);
    mem_free(arguments);
    mem_free(city);
}

static void app_approvals__no_room_for_a_row__are_refused(void **state)
{
    (void)state;
    struct call_stage stage =
        call_stage_open_sized("{\"city\":\"Oslo\"}", "{\"city\":\"Rome\"}", 18, 12);
    app_stage_send(stage.app, "w");
    app_stage_wait_text(stage.app, "get_weather:");
    app_stage_press(stage.app, "Alt-l");
    call_stage_press_until(&stage, "+", "[x]");
    call_stage_press_until(&stage, "y", "n deny Esc");
    app_stage_wait_text(stage.app, "› n deny Esc");
    app_stage_type(stage.app, "y");
    assert_stage_shows(stage.app, "the screen is too");
    assert_int_equal(call_stage_count_asking(&stage), 2);
    app_stage_press(stage.app, "Esc");
    app_stage_wait_text(stage.app, "tool calls");
    call_stage_free(&stage);
}

static void app_approvals__call_goes_meanwhile__page_goes(void **state)
{
    (void)state;
    struct call_stage stage = open_list(2);
    call_stage_press_until(&stage, "+", "[x] 1 format_book");
    call_stage_press_until(&stage, "y", "y once more runs 4 calls");
    app_stage_wait_text(stage.app, "› y once");
    engine_stop(stage.app->engine, 1);
    app_stage_wait_text(stage.app, "the ticked calls have changed");
    app_stage_type(stage.app, "yyy");
    assert_int_equal(call_stage_count_asking(&stage), 2);
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
        cmocka_unit_test(app_approvals__long_arguments__are_read_before_y),
        cmocka_unit_test(app_approvals__too_long__are_left),
        cmocka_unit_test(app_approvals__no_room_for_a_row__are_refused),
        cmocka_unit_test(app_approvals__call_goes_meanwhile__page_goes),
        cmocka_unit_test(app_approvals__nothing_ticked__says_how),
        cmocka_unit_test(app_approvals__x__stops_one_that_runs),
        cmocka_unit_test(app_tool_calls__last_turn__is_compared),
        cmocka_unit_test(app_tools__space__offers_or_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

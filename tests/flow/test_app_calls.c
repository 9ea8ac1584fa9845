/* The dialog of a tool call on the running app: every answer, and what then runs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/mem.h"
#include "tests/support/call_stage.h"

static const char *const oslo[] = {"get_weather {\"city\":\"Oslo\",\"unit\":\"celsius\"}",
                                   NULL};

static struct call_stage open_asking(void)
{
    struct call_stage stage = call_stage_open(1, 0, 0);
    call_stage_ask(&stage, 2);
    return stage;
}

/* Answers the call that has the keys and waits until the keys of the next one answer. */
static void answer(struct call_stage *stage, const char *key)
{
    app_stage_press(stage->app, key);
    call_stage_wait_keys(stage);
}

/* --- What is shown ---------------------------------------------------------------- */

static void app_call__asked__is_shown_in_its_pane(void **state)
{
    (void)state;
    struct call_stage stage = open_asking();
    assert_stage_shows(stage.app, "⚑ approve");
    assert_stage_shows(stage.app, "╭ get_weather · ");
    assert_stage_shows(stage.app, "1 tools?rate=0&ttft=0 asks · 0 s · 1 of 2");
    assert_stage_shows(stage.app, "{ \"city\": \"Oslo\", \"unit\": \"celsius\" }");
    assert_stage_shows(stage.app, "╰ ⚑ Alt-a moves here ─");
    assert_stage_shows(stage.app, "⚑ 2 to approve (Alt-a)");
    assert_stage_shows(stage.app, "⚑ get_weather {\"city\":\"Oslo\"");
    assert_stage_hides(stage.app, "y once");
    call_stage_free(&stage);
}

static void app_call__typing__goes_on(void **state)
{
    (void)state;
    struct call_stage stage = open_asking();
    app_stage_type(stage.app, "yes sand");
    assert_stage_shows(stage.app, "> yes sand");
    assert_int_equal(call_stage_count_asking(&stage), 2);
    call_stage_free(&stage);
}

static void app_call__full_view__shows_everything_and_scrolls(void **state)
{
    (void)state;
    struct call_stage stage = call_stage_open(1, 60, 14);
    call_stage_ask(&stage, 2);
    call_stage_go(&stage);
    answer(&stage, "v");
    assert_stage_shows(stage.app, "lines 1–");
    app_stage_press(stage.app, "G");
    assert_stage_shows(stage.app, "call    call_");
    app_stage_press(stage.app, "g");
    assert_stage_shows(stage.app, "lines 1–");
    app_stage_press(stage.app, "PgDn");
    app_stage_press(stage.app, "Up");
    app_stage_press(stage.app, "Space");
    assert_int_equal(call_stage_count_asking(&stage), 2);
    app_stage_press(stage.app, "y");
    app_stage_wait_no_text(stage.app, "lines ");
    call_stage_wait_runs(&stage, 1);
    assert_runs(&stage, 1, oslo);
    call_stage_free(&stage);
}

static void app_call__tiny_pane__shows_the_call_before_it_runs(void **state)
{
    (void)state;
    struct call_stage stage = call_stage_open(1, 40, 5);
    app_stage_send(stage.app, "the weather in Oslo");
    app_stage_wait_text(stage.app, "get_weather: Alt-a");
    app_stage_press(stage.app, "Alt-a");
    app_stage_wait_text(stage.app, "› v view n deny");
    app_stage_press(stage.app, "y");
    app_stage_wait_text(stage.app, "› y more");
    assert_int_equal(call_stage_count_asking(&stage), 2);
    app_stage_press(stage.app, "y");
    call_stage_wait_keys(&stage);
    assert_stage_shows(stage.app, "\"celsius\"");
    assert_int_equal(call_stage_count_asking(&stage), 2);
    app_stage_press(stage.app, "y");
    call_stage_wait_runs(&stage, 1);
    call_stage_free(&stage);
}

/* --- Answers ---------------------------------------------------------------------- */

static void app_call_y__runs_what_was_shown(void **state)
{
    (void)state;
    struct call_stage stage = open_asking();
    call_stage_go(&stage);
    answer(&stage, "y");
    assert_stage_shows(stage.app, "╭ format_book · ");
    call_stage_wait_runs(&stage, 1);
    assert_runs(&stage, 1, oslo);
    app_stage_press(stage.app, "y");
    app_stage_wait_idle(stage.app);
    assert_runs(&stage, 2, oslo);
    assert_stage_shows(stage.app, "✓ get_weather · 0.");
    assert_stage_shows(stage.app, "  22 C");
    assert_stage_shows(stage.app, "Here is what came back");
    app_stage_type(stage.app, "next");
    assert_stage_shows(stage.app, "> next");
    call_stage_free(&stage);
}

static void app_call_n__runs_nothing(void **state)
{
    (void)state;
    struct call_stage stage = open_asking();
    call_stage_go(&stage);
    answer(&stage, "n");
    app_stage_press(stage.app, "Ctrl-C");
    app_stage_wait_idle(stage.app);
    assert_stage_shows(stage.app, "✗ get_weather");
    assert_stage_shows(stage.app, "denied by the user");
    assert_runs(&stage, 0, NULL);
    call_stage_free(&stage);
}

static void app_call_reason__is_told(void **state)
{
    (void)state;
    struct call_stage stage = open_asking();
    call_stage_go(&stage);
    app_stage_press(stage.app, "N");
    app_stage_wait_text(stage.app, "why not? the model is told:");
    app_stage_type(stage.app, "ynsa wrong city");
    app_stage_press(stage.app, "Enter"); /* too early: nothing */
    app_stage_press(stage.app, "Esc");
    call_stage_wait_keys(&stage);
    assert_int_equal(call_stage_count_asking(&stage), 2);
    app_stage_press(stage.app, "N");
    app_stage_type(stage.app, "wrong city");
    app_stage_press(stage.app, "n");
    app_stage_press(stage.app, "Backspace");
    call_stage_press_until(&stage, "Enter", "1 to approve");
    call_stage_wait_keys(&stage);
    app_stage_press(stage.app, "n");
    app_stage_wait_idle(stage.app);
    assert_stage_shows(stage.app, "denied by the user: wrong city");
    assert_runs(&stage, 0, NULL);
    call_stage_free(&stage);
}

static void app_call_s__does_not_ask_again(void **state)
{
    (void)state;
    struct call_stage stage = open_asking();
    call_stage_go(&stage);
    answer(&stage, "s");
    app_stage_press(stage.app, "s");
    app_stage_wait_idle(stage.app);
    app_stage_send(stage.app, "the weather in Oslo");
    call_stage_wait_runs(&stage, 4);
    app_stage_wait_idle(stage.app);
    assert_string_equal(tool_folder_get_rules(stage.tools), "");
    call_stage_free(&stage);
}

static void app_call_a__writes_the_rule_as_edited(void **state)
{
    (void)state;
    struct call_stage stage = open_asking();
    call_stage_go(&stage);
    app_stage_press(stage.app, "a");
    app_stage_wait_text(stage.app, "the rule to write:");
    assert_stage_shows(stage.app, "> always get_weather");
    app_stage_press(stage.app, "Ctrl-U");
    assert_string_equal(tool_folder_get_rules(stage.tools), "");
    app_stage_press(stage.app, "Ctrl-U");
    app_stage_type(stage.app, "always get_*");
    call_stage_press_until(&stage, "Enter", "1 to approve");
    call_stage_wait_runs(&stage, 1);
    assert_non_null(strstr(tool_folder_get_rules(stage.tools), "always get_*"));
    call_stage_free(&stage);
}

static void app_call_a__bad_rule__is_refused_with_words(void **state)
{
    (void)state;
    struct call_stage stage = open_asking();
    call_stage_go(&stage);
    app_stage_press(stage.app, "a");
    app_stage_press(stage.app, "Ctrl-U");
    app_stage_type(stage.app, "sometimes");
    call_stage_press_until(&stage, "Enter", "a rule is: always|ask|never");
    assert_stage_shows(stage.app, "the rule to write:");
    assert_int_equal(call_stage_count_asking(&stage), 2);
    app_stage_press(stage.app, "Esc");
    call_stage_wait_keys(&stage);
    assert_runs(&stage, 0, NULL);
    call_stage_free(&stage);
}

static void app_call_e__runs_what_was_edited(void **state)
{
    (void)state;
    static const char *const bergen[] = {"get_weather {\"city\":\"Bergen\"}", NULL};
    struct call_stage stage = open_asking();
    call_stage_go(&stage);
    app_stage_press(stage.app, "e");
    app_stage_wait_text(stage.app, "> {");
    assert_stage_shows(stage.app, "\"city\": \"Oslo\",");
    for (int i = 0; i < 8; i++)
        app_stage_press(stage.app, "Ctrl-K");
    app_stage_paste(stage.app, "{\"city\": 7}");
    call_stage_press_until(&stage, "Enter", "do not fit");
    app_stage_press(stage.app, "Ctrl-U");
    app_stage_type(stage.app, "{\"city\": \"Bergen\"}");
    call_stage_press_until(&stage, "Enter", "edited: these arguments are yours");
    assert_int_equal(call_stage_count_asking(&stage), 2);
    call_stage_wait_keys(&stage);
    assert_stage_shows(stage.app, "{ \"city\": \"Bergen\" }");
    app_stage_press(stage.app, "y");
    call_stage_wait_runs(&stage, 1);
    assert_runs(&stage, 1, bergen);
    call_stage_free(&stage);
}

static void app_call_e__in_the_editor__comes_back(void **state)
{
    (void)state;
    struct call_stage stage = open_asking();
    call_stage_go(&stage);
    app_stage_press(stage.app, "e");
    app_stage_wait_text(stage.app, "> {");
    app_stage_press(stage.app, "Ctrl-G");
    assert_non_null(strstr(stage.app->edited_path, "arguments.json"));
    FILE *file = fopen(stage.app->edited_path, "w");
    assert_non_null(file);
    fputs("{\"city\": \"Tromsø\"}\n", file);
    fclose(file);
    app_edited(stage.app->app, true);
    assert_stage_shows(stage.app, "> {\"city\": \"Tromsø\"}");
    call_stage_press_until(&stage, "Enter", "edited: these arguments are yours");
    call_stage_wait_keys(&stage);
    assert_stage_shows(stage.app, "{ \"city\": \"Tromsø\" }");
    assert_runs(&stage, 0, NULL);
    call_stage_free(&stage);
}

static void app_call_e__of_a_question__keeps_it_in_sight(void **state)
{
    (void)state;
    struct call_stage stage = call_stage_open_question();
    call_stage_ask(&stage, 1);
    call_stage_go(&stage);
    app_stage_press(stage.app, "y");
    app_stage_wait_text(stage.app, "the server fake asks you: Your name?");
    app_stage_press(stage.app, "Alt-a");
    app_stage_wait_text(stage.app, "› y agree");
    app_stage_press(stage.app, "e");
    assert_stage_shows(stage.app, "│ > {");
    assert_stage_shows(stage.app, "the server fake asks you: Your name?");
    app_stage_press(stage.app, "Esc");
    app_stage_wait_text(stage.app, "› y agree");
    app_stage_press(stage.app, "n");
    app_stage_wait_text(stage.app, "all told");
    call_stage_free(&stage);
}

static void app_call_esc__leaves_it_waiting(void **state)
{
    (void)state;
    struct call_stage stage = open_asking();
    call_stage_go(&stage);
    app_stage_press(stage.app, "Esc");
    assert_stage_shows(stage.app, "⚑ Alt-a moves here");
    app_stage_type(stage.app, "yyy");
    assert_stage_shows(stage.app, "> yyy");
    assert_int_equal(call_stage_count_asking(&stage), 2);
    call_stage_free(&stage);
}

static void app_call_tab__goes_to_the_others(void **state)
{
    (void)state;
    struct call_stage stage = call_stage_open(2, 0, 0);
    call_stage_ask(&stage, 4);
    call_stage_go(&stage);
    const bool is_weather = app_stage_has(stage.app, "╭ get_weather");
    for (int i = 0; i < 4; i++)
        answer(&stage, "Tab");
    assert_true(app_stage_has(stage.app, "╭ get_weather") == is_weather);
    answer(&stage, "Right");
    answer(&stage, "Shift-Tab");
    answer(&stage, "Left");
    assert_int_equal(call_stage_count_asking(&stage), 4);
    call_stage_free(&stage);
}

static void app_call_ctrl_c__in_the_composer__denies_first(void **state)
{
    (void)state;
    struct call_stage stage = open_asking();
    app_stage_type(stage.app, "draft");
    app_stage_press(stage.app, "Ctrl-C");
    app_stage_press(stage.app, "Ctrl-C");
    assert_int_equal(call_stage_count_asking(&stage), 0);
    assert_stage_shows(stage.app, "> draft");
    app_stage_wait_idle(stage.app);
    assert_runs(&stage, 0, NULL);
    call_stage_free(&stage);
}

static void app_call_click__moves_there(void **state)
{
    (void)state;
    struct call_stage stage = open_asking();
    app_stage_click_text(stage.app, "{ \"city\"");
    app_stage_press(stage.app, "y"); /* too early */
    call_stage_wait_keys(&stage);
    assert_int_equal(call_stage_count_asking(&stage), 2);
    app_stage_click(stage.app, 2, 1);
    assert_stage_shows(stage.app, "⚑ Alt-a moves here");
    call_stage_free(&stage);
}

static void app_call__twins__run_once_for_all(void **state)
{
    (void)state;
    struct call_stage stage = call_stage_open(2, 120, 40);
    call_stage_ask(&stage, 4);
    assert_stage_shows(stage.app, "the same call waits in 1 other pane: t answers");
    call_stage_go(&stage);
    answer(&stage, "t");
    assert_stage_shows(stage.app, "for all 2 panes: it runs once");
    answer(&stage, "y");
    call_stage_wait_runs(&stage, 1);
    assert_int_equal(call_stage_count_asking(&stage), 2);
    answer(&stage, "t");
    app_stage_press(stage.app, "y");
    app_stage_wait_idle(stage.app);
    assert_runs(&stage, 2, oslo);
    for (chat_id chat = 1; chat <= 2; chat++) {
        char *text = app_stage_answer(stage.app, chat);
        assert_non_null(strstr(text, "22 C"));
        mem_free(text);
    }
    call_stage_free(&stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(app_call__asked__is_shown_in_its_pane),
        cmocka_unit_test(app_call__typing__goes_on),
        cmocka_unit_test(app_call__full_view__shows_everything_and_scrolls),
        cmocka_unit_test(app_call__tiny_pane__shows_the_call_before_it_runs),
        cmocka_unit_test(app_call_y__runs_what_was_shown),
        cmocka_unit_test(app_call_n__runs_nothing),
        cmocka_unit_test(app_call_reason__is_told),
        cmocka_unit_test(app_call_s__does_not_ask_again),
        cmocka_unit_test(app_call_a__writes_the_rule_as_edited),
        cmocka_unit_test(app_call_a__bad_rule__is_refused_with_words),
        cmocka_unit_test(app_call_e__runs_what_was_edited),
        cmocka_unit_test(app_call_e__in_the_editor__comes_back),
        cmocka_unit_test(app_call_e__of_a_question__keeps_it_in_sight),
        cmocka_unit_test(app_call_esc__leaves_it_waiting),
        cmocka_unit_test(app_call_tab__goes_to_the_others),
        cmocka_unit_test(app_call_ctrl_c__in_the_composer__denies_first),
        cmocka_unit_test(app_call_click__moves_there),
        cmocka_unit_test(app_call__twins__run_once_for_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * The palette, keys that the person has bound, hints, and scroll-lock, on the app
 * without a terminal.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/mem.h"
#include "tests/support/app_stage.h"
#include "tests/support/canvas_text.h"
#include "ui/actions.h"

#define ECHO  "demo/echo?rate=0&ttft=0"
#define STALL "demo/stall?rate=0&ttft=0"

static const char *const two_echoes[] = {ECHO, ECHO, NULL};

static struct app_stage *open_with_keys(const char *const *models, const char *keys)
{
    return app_stage_new(&(struct app_stage_options){.models = models, .keys = keys});
}

/* --- The palette ------------------------------------------------------------------ */

static void app_palette__letters__find_an_action_and_enter_does_it(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open(two_echoes);
    app_stage_press(stage, "Ctrl-P");
    assert_stage_shows(stage, "┌ commands");
    app_stage_type(stage, "zoom");
    assert_stage_shows(stage, "pane-zoom");
    assert_stage_shows(stage, "show the focused pane alone, or all again");
    assert_stage_shows(stage, "Alt-z");
    assert_stage_hides(stage, "send-focused");
    app_stage_press(stage, "Enter");
    assert_stage_hides(stage, "┌ commands");
    assert_stage_shows(stage, "zoomed");
    app_stage_free(stage);
}

static void app_palette__words_of_the_sentence__find_it_too(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open(two_echoes);
    app_stage_press(stage, "Ctrl-P");
    app_stage_type(stage, "looks themes try");
    assert_stage_hides(stage, "try other themes on");
    app_stage_press(stage, "Ctrl-U");
    app_stage_type(stage, "other try");
    assert_stage_shows(stage, "try other themes on");
    /* It has no key while typing: that of normal mode stands in brackets. */
    assert_stage_shows(stage, "[t]");
    app_stage_free(stage);
}

static void app_palette__nothing_fits__says_so(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open(two_echoes);
    app_stage_press(stage, "Ctrl-P");
    app_stage_type(stage, "xyzzy");
    app_stage_press(stage, "Enter");
    assert_stage_shows(stage, "no command fits");
    app_stage_press(stage, "Esc");
    assert_stage_hides(stage, "┌ commands");
    app_stage_free(stage);
}

static void app_palette__last_used__comes_first(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open(two_echoes);
    app_stage_press(stage, "Ctrl-P");
    app_stage_type(stage, "tick-all");
    app_stage_press(stage, "Enter");
    assert_stage_shows(stage, "(not ticked)");
    app_stage_press(stage, "Ctrl-P");
    app_stage_press(stage, "Enter");
    assert_stage_hides(stage, "(not ticked)");
    app_stage_free(stage);
}

static void app_palette__quit__quits_with_a_draft(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open(two_echoes);
    app_stage_type(stage, "half a thought");
    app_stage_press(stage, "Ctrl-P");
    app_stage_type(stage, "quit");
    app_stage_press(stage, "Enter");
    assert_int_equal(app_exit_code(stage->app), 0);
    app_stage_free(stage);
}

static void app_palette__what_asks_twice__is_confirmed_through_it(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open((const char *const[]){STALL, NULL});
    app_stage_send(stage, "go");
    app_stage_wait_answer(stage, 1, 1);
    app_stage_press(stage, "Ctrl-P");
    app_stage_type(stage, "quit");
    app_stage_press(stage, "Enter");
    assert_stage_shows(stage, "press again to quit");
    assert_int_equal(app_exit_code(stage->app), -1);
    app_stage_press(stage, "Ctrl-P");
    app_stage_press(stage, "Enter");
    assert_int_equal(app_exit_code(stage->app), 0);
    app_stage_free(stage);
}

static void app_palette__every_action_of_it__can_be_done(void **state)
{
    (void)state;
    for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++) {
        const struct action_info *info = action_get((enum action)i);
        if (info->is_by_key_only || !action_fits((enum action)i, MODE_TYPING) ||
            i == ACTION_QUIT)
            continue;
        struct app_stage *stage = app_stage_open(two_echoes);
        app_stage_press(stage, "Ctrl-P");
        app_stage_type(stage, info->name);
        assert_stage_shows(stage, info->name);
        app_stage_press(stage, "Enter");
        assert_stage_hides(stage, "┌ commands");
        assert_int_equal(app_exit_code(stage->app), -1);
        app_stage_free(stage);
    }
}

static void app_palette__low_screen__shows_names(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_new(
        &(struct app_stage_options){.models = two_echoes, .width = 20, .height = 5});
    app_stage_press(stage, "Ctrl-P");
    app_stage_type(stage, "zoom");
    assert_stage_shows(stage, "pane-zoom");
    app_stage_press(stage, "Enter");
    assert_stage_hides(stage, "pane-zoom");
    app_stage_free(stage);
}

/* --- Own keys --------------------------------------------------------------------- */

static void app_keys__bound__act_and_are_named(void **state)
{
    (void)state;
    struct app_stage *stage = open_with_keys(
        two_echoes, "keys:\n"
                    "  typing: {Ctrl-S: send, Enter: newline, F2: help, F1: none,\n"
                    "           Ctrl-Q: interrupt, Ctrl-C: none}\n"
                    "  normal: {H: help, \"?\": none, F1: none}\n");
    assert_stage_shows(stage, "F2 keys");
    app_stage_send(stage, "one");
    app_stage_type(stage, "two");
    app_stage_press(stage, "Ctrl-S");
    app_stage_wait_idle(stage);
    char *prompt = app_stage_prompt(stage, 1);
    assert_string_equal(prompt, "one\ntwo");
    mem_free(prompt);
    app_stage_press(stage, "Ctrl-Q");
    assert_stage_shows(stage, "press Ctrl-Q again to quit");
    app_stage_press(stage, "Ctrl-C");
    app_stage_press(stage, "Ctrl-Q");
    assert_int_equal(app_exit_code(stage->app), -1);
    app_stage_press(stage, "Esc");
    assert_stage_shows(stage, "H keys");
    app_stage_press(stage, "H");
    app_stage_type(stage, "show the keys");
    assert_stage_shows(stage, "F2  [H]");
    app_stage_free(stage);
}

static void app_keys__under_an_error__are_those_bound(void **state)
{
    (void)state;
    struct app_stage *stage = open_with_keys(
        (const char *const[]){"demo/sage?fault=401", NULL},
        "keys: {typing: {F6: retry, Alt-e: none}, normal: {R: retry, m: none}}");
    app_stage_send(stage, "go");
    app_stage_wait_idle(stage);
    assert_stage_shows(stage, "  F6 retry · Ctrl-L other model");
    app_stage_press(stage, "Esc");
    assert_stage_shows(stage, "  R retry · e edit");
    assert_stage_hides(stage, "other model");
    app_stage_free(stage);
}

static void app_keys__without_a_key__the_palette_is_named(void **state)
{
    (void)state;
    struct app_stage *stage =
        open_with_keys((const char *const[]){NULL}, "keys: {typing: {Alt-n: none}}");
    assert_stage_shows(stage, "no pane is open: Ctrl-P pane-new opens one");
    app_stage_free(stage);
}

static void press_alt(struct app_stage *stage, uint32_t rune)
{
    app_key(stage->app, &(struct key){.code = INPUT_RUNE,
                                      .rune = rune,
                                      .mods = INPUT_MOD_ALT,
                                      .may_be_two = true});
}

static void app_keys__esc_and_a_letter_at_once__are_two_keys(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open(two_echoes);
    press_alt(stage, 'j');
    assert_stage_shows(stage, "normal mode");
    assert_stage_shows(stage, "2 echo");
    press_alt(stage, 'i');
    assert_stage_hides(stage, "· normal mode");
    /* Bound with Alt it is what it says, and so where the terminal tells the two apart.
     */
    press_alt(stage, 'z');
    assert_stage_shows(stage, "zoomed");
    app_stage_press(stage, "Alt-j");
    assert_stage_hides(stage, "· normal mode");
    app_stage_free(stage);
}

static void app_keys__esc_and_a_letter_in_a_box__close_it_and_write(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open(two_echoes);
    app_stage_press(stage, "Ctrl-P");
    press_alt(stage, 'j');
    assert_stage_hides(stage, "┌ commands");
    assert_stage_shows(stage, "> j");
    app_stage_free(stage);
}

static void app_keys__ctrl_m_and_ctrl_i__are_enter_and_tab_unless_bound(void **state)
{
    (void)state;
    struct app_stage *stage =
        open_with_keys(two_echoes, "keys: {typing: {Ctrl-I: pane-zoom}}");
    app_stage_type(stage, "hi");
    app_stage_press(stage, "Ctrl-M");
    app_stage_wait_idle(stage);
    assert_stage_shows(stage, "› hi");
    app_stage_press(stage, "Ctrl-I");
    assert_stage_shows(stage, "zoomed");
    app_stage_free(stage);
}

/* --- Help ------------------------------------------------------------------------- */

static void app_help__typing__leaves_what_fits(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open(two_echoes);
    app_stage_press(stage, "F1");
    app_stage_type(stage, "scroll");
    assert_stage_shows(stage, "> scroll");
    assert_stage_shows(stage, "scroll up half a page");
    assert_stage_hides(stage, "open a pane with a model");
    app_stage_press(stage, "Ctrl-U");
    app_stage_type(stage, "Alt-n");
    assert_stage_shows(stage, "open a pane with a model");
    assert_stage_hides(stage, "scroll up half a page");
    app_stage_press(stage, "F1");
    assert_stage_hides(stage, "┌ keys");
    app_stage_free(stage);
}

/* --- Hints ------------------------------------------------------------------------ */

static struct app_stage *open_with_hints(int width, int height)
{
    return app_stage_new(&(struct app_stage_options){
        .models = two_echoes, .has_hints = true, .width = width, .height = height});
}

static void app_hints__pause_in_normal_mode__shows_them_until_a_key(void **state)
{
    (void)state;
    struct app_stage *stage = open_with_hints(80, 24);
    const unsigned idle = app_stage_run_due(stage);
    app_stage_press(stage, "Esc");
    assert_stage_hides(stage, "┌ normal mode");
    app_stage_wait_text(stage, "┌ normal mode");
    assert_stage_shows(stage, "i type");
    assert_stage_shows(stage, "s stop");
    assert_stage_shows(stage, "? all keys · : commands");
    /* Nothing is left that would wake anybody. */
    assert_int_equal(app_stage_run_due(stage), idle);
    app_stage_press(stage, "z");
    assert_stage_hides(stage, "┌ normal mode");
    assert_int_equal(app_stage_run_due(stage), idle);
    app_stage_free(stage);
}

static void app_hints__key_in_time__there_are_none(void **state)
{
    (void)state;
    struct app_stage *stage = open_with_hints(80, 24);
    const unsigned idle = app_stage_run_due(stage);
    app_stage_press(stage, "Esc");
    assert_int_equal(app_stage_run_due(stage), idle + 1);
    app_stage_press(stage, "l");
    assert_int_equal(app_stage_run_due(stage), idle);
    app_stage_free(stage);
}

static void app_hints__key_that_does_nothing__shows_them_at_once(void **state)
{
    (void)state;
    struct app_stage *stage = open_with_hints(80, 24);
    app_stage_press(stage, "Esc");
    app_stage_press(stage, "0");
    assert_stage_shows(stage, "┌ normal mode");
    app_stage_press(stage, "i");
    assert_stage_hides(stage, "┌ normal mode");
    app_stage_free(stage);
}

static void app_hints__small_screen__are_left_out(void **state)
{
    (void)state;
    struct app_stage *stage = open_with_hints(20, 5);
    const unsigned idle = app_stage_run_due(stage);
    app_stage_press(stage, "Esc");
    assert_int_equal(app_stage_run_due(stage), idle);
    app_stage_press(stage, "0");
    assert_stage_hides(stage, "┌ normal mode");
    app_stage_free(stage);
}

static void app_hints__shown__panes_go_on_below(void **state)
{
    (void)state;
    struct app_stage *stage = open_with_hints(80, 24);
    app_stage_send(stage, "a long answer is on its way");
    app_stage_press(stage, "Esc");
    app_stage_press(stage, "0");
    app_stage_wait_idle(stage);
    assert_stage_shows(stage, "┌ normal mode");
    assert_stage_shows(stage, "✓ done");
    app_stage_press(stage, "i");
    assert_stage_hides(stage, "┌ normal mode");
    assert_stage_shows(stage, "TTFT");
    app_stage_free(stage);
}

/* --- Scroll-lock ------------------------------------------------------------------ */

/* Panes with three turns, each with a prompt of nine lines. */
static struct app_stage *open_talk(const char *const *models)
{
    struct app_stage *stage = app_stage_new(
        &(struct app_stage_options){.models = models, .width = 80, .height = 16});
    static const char *const prompts[] = {"first", "second", "third"};
    for (size_t i = 0; i < 3; i++) {
        struct strbuf prompt;
        strbuf_init(&prompt, 1000);
        strbuf_append_text(&prompt, prompts[i]);
        for (size_t line = 0; line < 8; line++)
            strbuf_append_format(&prompt, "\n%zu of %s", line, prompts[i]);
        app_stage_paste(stage, strbuf_text(&prompt));
        app_stage_press(stage, "Enter");
        app_stage_wait_idle(stage);
        strbuf_clear(&prompt);
    }
    return stage;
}

/* How often a text stands on the screen. */
static size_t count(const struct app_stage *stage, const char *text)
{
    char *all = canvas_text(stage->shown);
    size_t found = 0;
    for (const char *at = all; (at = strstr(at, text)) != NULL; at += strlen(text))
        found++;
    mem_free(all);
    return found;
}

static void app_lock__on__all_panes_scroll_with_the_focused(void **state)
{
    (void)state;
    struct app_stage *stage = open_talk(two_echoes);
    app_stage_press(stage, "Esc");
    app_stage_press(stage, "g");
    assert_int_equal(count(stage, "› first"), 1);
    app_stage_press(stage, "L");
    assert_stage_shows(stage, "scroll-lock");
    assert_int_equal(count(stage, "› first"), 2);
    app_stage_press(stage, "G");
    assert_int_equal(count(stage, "› first"), 0);
    app_stage_press(stage, "g");
    app_stage_press(stage, "Down");
    assert_int_equal(count(stage, "1 of first"), 2);
    app_stage_press(stage, "L");
    assert_stage_shows(stage, "each pane scrolls by itself");
    app_stage_press(stage, "G");
    assert_int_equal(count(stage, "1 of first"), 1);
    app_stage_free(stage);
}

static void app_lock__answers_of_different_length__are_aligned_by_turn(void **state)
{
    (void)state;
    struct app_stage *stage =
        open_talk((const char *const[]){ECHO, "demo/eliza?rate=0&ttft=0", NULL});
    app_stage_press(stage, "Esc");
    app_stage_press(stage, "L");
    app_stage_press(stage, "g");
    /* The echo's turns have twenty rows, those of the other fewer. */
    for (size_t i = 0; i < 20; i++)
        app_stage_press(stage, "Down");
    char *screen = canvas_text(stage->shown);
    const char *row = strchr(screen, '\n') + 1;
    const char *second = strstr(row, "› second");
    assert_non_null(second);
    assert_non_null(strstr(second + 1, "› second"));
    assert_true(strstr(second + 1, "› second") < strchr(row, '\n'));
    mem_free(screen);
    app_stage_free(stage);
}

static void app_lock__wheel__leads_from_any_pane(void **state)
{
    (void)state;
    struct app_stage *stage = open_talk(two_echoes);
    app_stage_press(stage, "Ctrl-P");
    app_stage_type(stage, "scroll-lock");
    app_stage_press(stage, "Enter");
    for (size_t i = 0; i < 40; i++)
        app_stage_wheel(stage, 60, 4, true);
    assert_int_equal(count(stage, "› first"), 2);
    for (size_t i = 0; i < 40; i++)
        app_stage_wheel(stage, 60, 4, false);
    assert_int_equal(count(stage, "0 of third"), 2);
    app_stage_free(stage);
}

static void app_lock__pane_with_fewer_turns__shows_its_last(void **state)
{
    (void)state;
    struct app_stage *stage = open_talk(two_echoes);
    app_stage_press(stage, "Ctrl-L");
    app_stage_press(stage, "Esc");
    app_stage_press(stage, "Alt-n");
    app_stage_type(stage, ECHO);
    app_stage_press(stage, "Enter");
    app_stage_type(stage, "only this");
    app_stage_press(stage, "Alt-Enter");
    app_stage_wait_idle(stage);
    app_stage_press(stage, "Alt-1");
    app_stage_press(stage, "Esc");
    app_stage_press(stage, "L");
    app_stage_press(stage, "g");
    app_stage_press(stage, "G");
    assert_stage_shows(stage, "scroll-lock");
    app_stage_press(stage, "3");
    assert_stage_shows(stage, "only this");
    app_stage_free(stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(app_palette__letters__find_an_action_and_enter_does_it),
        cmocka_unit_test(app_palette__words_of_the_sentence__find_it_too),
        cmocka_unit_test(app_palette__nothing_fits__says_so),
        cmocka_unit_test(app_palette__last_used__comes_first),
        cmocka_unit_test(app_palette__quit__quits_with_a_draft),
        cmocka_unit_test(app_palette__what_asks_twice__is_confirmed_through_it),
        cmocka_unit_test(app_palette__every_action_of_it__can_be_done),
        cmocka_unit_test(app_palette__low_screen__shows_names),
        cmocka_unit_test(app_keys__bound__act_and_are_named),
        cmocka_unit_test(app_keys__under_an_error__are_those_bound),
        cmocka_unit_test(app_keys__without_a_key__the_palette_is_named),
        cmocka_unit_test(app_keys__esc_and_a_letter_at_once__are_two_keys),
        cmocka_unit_test(app_keys__esc_and_a_letter_in_a_box__close_it_and_write),
        cmocka_unit_test(app_keys__ctrl_m_and_ctrl_i__are_enter_and_tab_unless_bound),
        cmocka_unit_test(app_help__typing__leaves_what_fits),
        cmocka_unit_test(app_hints__pause_in_normal_mode__shows_them_until_a_key),
        cmocka_unit_test(app_hints__key_in_time__there_are_none),
        cmocka_unit_test(app_hints__key_that_does_nothing__shows_them_at_once),
        cmocka_unit_test(app_hints__small_screen__are_left_out),
        cmocka_unit_test(app_hints__shown__panes_go_on_below),
        cmocka_unit_test(app_lock__on__all_panes_scroll_with_the_focused),
        cmocka_unit_test(app_lock__answers_of_different_length__are_aligned_by_turn),
        cmocka_unit_test(app_lock__wheel__leads_from_any_pane),
        cmocka_unit_test(app_lock__pane_with_fewer_turns__shows_its_last),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

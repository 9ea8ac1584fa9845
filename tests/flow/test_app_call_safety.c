/*
 * What must never happen: a key that was meant for something else approves, a call runs
 * that nobody has approved, another call runs than the one that was shown.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <signal.h>

#include <cmocka.h>

#include "src/base/compiler.h"
#include "src/base/rng.h"
#include "src/base/mem.h"
#include "tests/support/call_stage.h"
#include "ui/edit/key.h"
#include "ui/view/sheet.h"

#define RANDOM_KEYS 100000

static struct call_stage open_asking(void)
{
    struct call_stage stage = call_stage_open(1, 0, 0);
    call_stage_ask(&stage, 2);
    return stage;
}

/* A key as somebody writes: letters, blanks, now and then something else. */
static struct key random_key(struct rng *rng)
{
    static const enum key_code codes[] = {INPUT_ENTER, INPUT_TAB,  INPUT_BACKSPACE,
                                          INPUT_LEFT,  INPUT_UP,   INPUT_DOWN,
                                          INPUT_RIGHT, INPUT_HOME, INPUT_PGUP};
    struct key key = {.code = INPUT_RUNE};
    if (rng_below(rng, 20) == 0)
        key.code = codes[rng_below(rng, COUNT_OF(codes))];
    else
        key.rune = (uint32_t)(' ' + rng_below(rng, 95));
    return key;
}

static void app_call__random_typing__approves_nothing(void **state)
{
    (void)state;
    struct call_stage stage = call_stage_open(2, 60, 20);
    struct rng rng;
    size_t asking = 0;
    rng_init(&rng, 7);
    app_stage_send(stage.app, "the weather in Oslo");
    for (int i = 0; i < RANDOM_KEYS; i++) {
        const struct key key = random_key(&rng);
        app_key(stage.app->app, &key);
        if (i % 50 != 0)
            continue;
        /* Dialogs pop up while somebody writes; a denied one makes room for more. */
        app_stage_run_due(stage.app);
        asking += call_stage_count_asking(&stage);
        const struct call_facts *calls;
        if (i % 1000 == 0 && engine_get_calls(stage.app->engine, &calls) > 0) {
            const struct call_answer denied = {.decision = CALL_DENIED};
            engine_answer_call(stage.app->engine, calls[0].key, &denied, NULL);
        }
    }
    assert_true(asking > 100);
    assert_runs(&stage, 0, NULL);
    call_stage_close(&stage);
    assert_runs(&stage, 0, NULL);
    call_stage_free(&stage);
}

static void app_call__keys_right_after_moving__do_nothing(void **state)
{
    (void)state;
    struct call_stage stage = open_asking();
    app_stage_press(stage.app, "Alt-a");
    app_stage_type(stage.app, "ysaenNvt y");
    app_stage_press(stage.app, "Enter");
    app_stage_press(stage.app, "Ctrl-C");
    assert_stage_shows(stage.app, "◌ y once");
    assert_int_equal(call_stage_count_asking(&stage), 2);
    app_stage_press(stage.app, "Esc");
    call_stage_wait_keys(&stage);
    app_stage_press(stage.app, "Esc");
    assert_stage_shows(stage.app, "⚑ Alt-a moves here");
    assert_stage_hides(stage.app, "> y");
    assert_runs(&stage, 0, NULL);
    call_stage_free(&stage);
}

static void app_call__next_dialog__rests_anew(void **state)
{
    (void)state;
    struct call_stage stage = open_asking();
    call_stage_go(&stage);
    app_stage_type(stage.app, "yyyyyy");
    assert_int_equal(call_stage_count_asking(&stage), 1);
    assert_stage_shows(stage.app, "◌ y once");
    call_stage_wait_runs(&stage, 1);
    assert_runs(&stage, 1, NULL);
    call_stage_free(&stage);
}

static void app_call__too_long_to_be_shown__cannot_be_approved(void **state)
{
    (void)state;
    const size_t len = SHEET_MAX + 1000;
    char *city = mem_alloc_array(len + 1, 1);
    memset(city, 'A', len);
    char *arguments = strbuf_format("{\"city\":\"%s\"}", city);
    struct call_stage stage = call_stage_open_raw(arguments, NULL);
    call_stage_ask(&stage, 1);
    call_stage_go(&stage);
    app_stage_type(stage.app, "y");
    assert_stage_shows(stage.app, "it can be edited or denied");
    app_stage_type(stage.app, "v");
    call_stage_wait_keys(&stage);
    app_stage_type(stage.app, "ysa");
    assert_int_equal(call_stage_count_asking(&stage), 1);
    app_stage_type(stage.app, "n");
    assert_int_equal(call_stage_count_asking(&stage), 0);
    assert_runs(&stage, 0, NULL);
    call_stage_free(&stage);
    mem_free(arguments);
    mem_free(city);
}

static const char long_city[] =
    "{\"city\":\"Oslo\\n1\\n2\\n3\\n4\\n5\\n6\\n7\\n8\\n9\\n10\\n11\\n12\\n13\\nthe "
    "end\"}";

/* Presses an approving key until the last row of the arguments is there; it may rest. */
static void read_on(struct call_stage *stage, const char *key)
{
    for (int i = 0; i < 40 && !app_stage_has(stage->app, "the end"); i++) {
        assert_stage_hides(stage->app, "y once");
        assert_int_equal(call_stage_count_asking(stage), 1);
        app_stage_type(stage->app, "yyssaa");
        assert_int_equal(call_stage_count_asking(stage), 1);
        app_stage_wait_text(stage->app, "◌ y ");
        app_stage_wait_text(stage->app, "› y ");
        app_stage_press(stage->app, key);
    }
    assert_stage_shows(stage->app, "the end");
}

static void app_call__not_seen_whole__cannot_be_approved(void **state)
{
    (void)state;
    static const int sizes[][2] = {{20, 5}, {20, 6}, {30, 8}, {40, 10}, {80, 20}};
    static const char *const keys[] = {"y", "s", "y", "y", "s"};
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        struct call_stage stage =
            call_stage_open_sized(long_city, NULL, sizes[i][0], sizes[i][1]);
        app_stage_send(stage.app, "w");
        app_stage_wait_text(stage.app, "Alt-a");
        app_stage_press(stage.app, "Alt-a");
        app_stage_wait_text(stage.app, "› ");
        app_stage_press(stage.app, keys[i]);
        assert_int_equal(call_stage_count_asking(&stage), 1);
        read_on(&stage, keys[i]);
        assert_int_equal(call_stage_count_asking(&stage), 1);
        call_stage_press_until(&stage, "Down", "› y once");
        app_stage_press(stage.app, keys[i]);
        assert_int_equal(call_stage_count_asking(&stage), 0);
        call_stage_wait_runs(&stage, 1);
        call_stage_free(&stage);
    }
}

static void app_call__not_seen_whole__says_so_and_can_be_denied(void **state)
{
    (void)state;
    struct call_stage stage = call_stage_open_sized(long_city, NULL, 60, 14);
    call_stage_ask(&stage, 1);
    app_stage_press(stage.app, "Alt-a");
    app_stage_wait_text(stage.app, "› y more");
    app_stage_press(stage.app, "v");
    app_stage_wait_text(stage.app, "› y more");
    app_stage_press(stage.app, "G"); /* skips rows */
    app_stage_press(stage.app, "a");
    assert_stage_shows(stage.app, "there is more of it: y reads on");
    assert_stage_hides(stage.app, "the rule to write");
    app_stage_wait_text(stage.app, "› y more");
    app_stage_press(stage.app, "n");
    assert_int_equal(call_stage_count_asking(&stage), 0);
    assert_runs(&stage, 0, NULL);
    call_stage_free(&stage);
}

static void app_call__seen_whole__is_to_be_seen_again_once_edited(void **state)
{
    (void)state;
    struct call_stage stage = call_stage_open_sized(long_city, NULL, 60, 14);
    call_stage_ask(&stage, 1);
    app_stage_press(stage.app, "Alt-a");
    app_stage_wait_text(stage.app, "› y more");
    app_stage_press(stage.app, "y");
    read_on(&stage, "y");
    call_stage_wait_keys(&stage);
    app_stage_press(stage.app, "v");
    call_stage_wait_keys(&stage); /* seen there, so seen here */
    app_stage_press(stage.app, "e");
    app_stage_press(stage.app, "Down");
    app_stage_press(stage.app, "End");
    app_stage_press(stage.app, "Left");
    app_stage_type(stage.app, "!");
    call_stage_press_until(&stage, "Enter", "edited: these arguments are yours");
    app_stage_wait_text(stage.app, "› y more");
    app_stage_press(stage.app, "y");
    assert_int_equal(call_stage_count_asking(&stage), 1);
    call_stage_free(&stage);
}

static void app_call__no_room_for_a_row__is_refused(void **state)
{
    (void)state;
    struct call_stage stage = call_stage_open_sized("{\"city\":\"A\"}", NULL, 18, 10);
    app_stage_send(stage.app, "w");
    app_stage_wait_text(stage.app, "get_weather:");
    app_stage_press(stage.app, "Alt-a");
    app_stage_wait_text(stage.app, "› v view");
    app_stage_press(stage.app, "y");
    app_stage_wait_text(stage.app, "◌ v view");
    app_stage_wait_text(stage.app, "› v view");
    app_stage_type(stage.app, "ysa");
    assert_stage_shows(stage.app, "the screen is too");
    assert_int_equal(call_stage_count_asking(&stage), 1);
    app_stage_press(stage.app, "n");
    assert_int_equal(call_stage_count_asking(&stage), 0);
    call_stage_free(&stage);
}

static void app_call__not_on_the_screen_yet__has_no_keys(void **state)
{
    (void)state;
    struct call_stage stage = open_asking();
    stage.app->is_refusing = true;
    app_stage_press(stage.app, "Alt-a");
    for (int i = 0; i < 50; i++) {
        app_stage_press(stage.app, "y");
        app_stage_run_due(stage.app);
    }
    assert_int_equal(call_stage_count_asking(&stage), 2);
    app_stage_accept(stage.app);
    app_stage_press(stage.app, "y");
    assert_int_equal(call_stage_count_asking(&stage), 2);
    call_stage_wait_keys(&stage);
    call_stage_free(&stage);
}

static void app_call__enter_space_tab__never_approve(void **state)
{
    (void)state;
    struct call_stage stage = open_asking();
    call_stage_go(&stage);
    static const char *const keys[] = {"Enter",  "Space", "Down", "Ctrl-J", "Alt-Enter",
                                       "Ctrl-Y", "Y",     "S",    "1",      "Alt-y"};
    for (size_t i = 0; i < COUNT_OF(keys); i++)
        app_stage_press(stage.app, keys[i]);
    assert_int_equal(call_stage_count_asking(&stage), 2);
    app_stage_press(stage.app, "Tab");
    call_stage_wait_keys(&stage);
    assert_int_equal(call_stage_count_asking(&stage), 2);
    assert_runs(&stage, 0, NULL);
    call_stage_free(&stage);
}

static void app_call__paste__answers_nothing(void **state)
{
    (void)state;
    struct call_stage stage = open_asking();
    call_stage_go(&stage);
    app_stage_paste(stage.app, "y\ry\n");
    assert_stage_shows(stage.app, "pasted text answers nothing");
    assert_int_equal(call_stage_count_asking(&stage), 2);
    app_stage_press(stage.app, "a");
    app_stage_paste(stage.app, "\nx\n");
    assert_int_equal(call_stage_count_asking(&stage), 2);
    call_stage_free(&stage);
}

static void app_call__pane_closed__runs_nothing(void **state)
{
    (void)state;
    struct call_stage stage = call_stage_open(2, 0, 0);
    call_stage_ask(&stage, 4);
    call_stage_go(&stage);
    app_stage_press(stage.app, "Esc");
    app_stage_press(stage.app, "Alt-x");
    app_stage_press(stage.app, "Alt-x");
    assert_int_equal(call_stage_count_asking(&stage), 2);
    app_stage_wait_text(stage.app, "2 to approve");
    call_stage_go(&stage);
    assert_stage_shows(stage.app, "1 of 2");
    call_stage_close(&stage);
    assert_runs(&stage, 0, NULL);
    call_stage_free(&stage);
}

static void app_call__dialog_that_goes__takes_its_keys_along(void **state)
{
    (void)state;
    struct call_stage stage = open_asking();
    call_stage_go(&stage);
    engine_stop(stage.app->engine, 1);
    app_stage_wait_idle(stage.app);
    app_stage_type(stage.app, "y");
    assert_stage_hides(stage.app, "> y");
    assert_runs(&stage, 0, NULL);
    call_stage_free(&stage);
}

static void app_call__quit__runs_nothing(void **state)
{
    (void)state;
    struct call_stage stage = open_asking();
    call_stage_go(&stage);
    app_quit(stage.app->app, 0);
    call_stage_close(&stage);
    assert_runs(&stage, 0, NULL);
    call_stage_free(&stage);
}

static bool has_exit_code(struct app_stage *app, void *user)
{
    (void)user;
    return app_exit_code(app->app) >= 0;
}

static void app_call__hangup__runs_nothing(void **state)
{
    (void)state;
    struct call_stage stage = open_asking();
    call_stage_go(&stage);
    raise(SIGHUP);
    app_stage_wait(stage.app, has_exit_code, NULL);
    assert_int_equal(app_exit_code(stage.app->app), 129);
    app_stage_press(stage.app, "y");
    call_stage_close(&stage);
    assert_runs(&stage, 0, NULL);
    call_stage_free(&stage);
}

static void app_call__same_name_twice__runs_the_one_that_was_shown(void **state)
{
    (void)state;
    static const char *const rome[] = {"get_weather {\"city\":\"Rome\"}", NULL};
    struct call_stage stage =
        call_stage_open_raw("{\"city\":\"Paris\"}", "{\"city\":\"Rome\"}");
    call_stage_ask(&stage, 2);
    call_stage_go(&stage);
    assert_stage_shows(stage.app, "{ \"city\": \"Paris\" }");
    app_stage_press(stage.app, "Tab");
    call_stage_wait_keys(&stage);
    assert_stage_shows(stage.app, "{ \"city\": \"Rome\" }");
    app_stage_press(stage.app, "y");
    call_stage_wait_runs(&stage, 1);
    call_stage_wait_keys(&stage);
    assert_stage_shows(stage.app, "{ \"city\": \"Paris\" }");
    app_stage_press(stage.app, "n");
    app_stage_wait_text(stage.app, "all told");
    assert_runs(&stage, 1, rome);
    call_stage_free(&stage);
}

static void app_call__hidden_characters__are_spelled_out(void **state)
{
    (void)state;
    struct call_stage stage =
        call_stage_open_raw("{\"city\":\"a\\u202e\xe2\x80\x8b\"}", NULL);
    call_stage_ask(&stage, 1);
    assert_stage_shows(stage.app, "! 2 hidden characters, spelled out below");
    assert_stage_shows(stage.app, "{ \"city\": \"a‹U+202E›‹U+200B›\" }");
    call_stage_free(&stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(app_call__random_typing__approves_nothing),
        cmocka_unit_test(app_call__keys_right_after_moving__do_nothing),
        cmocka_unit_test(app_call__next_dialog__rests_anew),
        cmocka_unit_test(app_call__too_long_to_be_shown__cannot_be_approved),
        cmocka_unit_test(app_call__not_seen_whole__cannot_be_approved),
        cmocka_unit_test(app_call__not_seen_whole__says_so_and_can_be_denied),
        cmocka_unit_test(app_call__seen_whole__is_to_be_seen_again_once_edited),
        cmocka_unit_test(app_call__no_room_for_a_row__is_refused),
        cmocka_unit_test(app_call__not_on_the_screen_yet__has_no_keys),
        cmocka_unit_test(app_call__enter_space_tab__never_approve),
        cmocka_unit_test(app_call__paste__answers_nothing),
        cmocka_unit_test(app_call__pane_closed__runs_nothing),
        cmocka_unit_test(app_call__dialog_that_goes__takes_its_keys_along),
        cmocka_unit_test(app_call__quit__runs_nothing),
        cmocka_unit_test(app_call__hangup__runs_nothing),
        cmocka_unit_test(app_call__same_name_twice__runs_the_one_that_was_shown),
        cmocka_unit_test(app_call__hidden_characters__are_spelled_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * When the app draws: at once for a key, at most 60 times a second for what streams in,
 * never when nothing changed, and not at all while the display is busy. And a monkey at
 * the keyboard.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "src/base/clock.h"
#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/rng.h"
#include "src/base/utf8.h"
#include "tests/support/app_stage.h"
#include "tests/support/canvas_text.h"
#include "ui/actions.h"

#define ECHO  "demo/echo?rate=0&ttft=0"
#define STALL "demo/stall?rate=0&ttft=0"

/* The app's own: three signals. */
#define APP_WATCHERS 3

/* --- Nothing to do ---------------------------------------------------------------- */

static bool only_waits_for_news(struct app_stage *stage, void *user)
{
    (void)user;
    return app_stage_run_due(stage) == stage->base_watchers + APP_WATCHERS;
}

static void app_frame__nothing_changed__is_not_made(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open((const char *const[]){ECHO, NULL});
    assert_int_equal(stage->draw_count, 1);
    for (int i = 0; i < 100; i++)
        app_stage_run_due(stage);
    assert_int_equal(stage->draw_count, 1);
    app_stage_free(stage);
}

static void app_frame__idle__no_timer_is_left(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open((const char *const[]){ECHO, STALL, NULL});
    app_stage_wait(stage, only_waits_for_news, NULL);
    app_stage_send(stage, "go");
    app_stage_wait_answer(stage, 2, 1);
    assert_true(app_stage_run_due(stage) > stage->base_watchers + APP_WATCHERS);
    app_stage_press(stage, "Tab");
    app_stage_press(stage, "Ctrl-C");
    app_stage_wait_idle(stage);
    app_stage_wait(stage, only_waits_for_news, NULL);
    const size_t draws = stage->draw_count;
    for (int i = 0; i < 100; i++)
        app_stage_run_due(stage);
    assert_int_equal(stage->draw_count, draws);
    app_stage_free(stage);
}

static void app_frame__change_of_focus__is_not_drawn(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open((const char *const[]){ECHO, NULL});
    const size_t draws = stage->draw_count;
    app_key(stage->app, &(struct key){.code = INPUT_FOCUS_OUT});
    app_key(stage->app, &(struct key){.code = INPUT_FOCUS_IN});
    app_stage_run_due(stage);
    assert_int_equal(stage->draw_count, draws);
    app_stage_free(stage);
}

static void app_frame__no_screen_yet__is_not_made(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open((const char *const[]){ECHO, NULL});
    app_resize(stage->app, 0, 0);
    const size_t draws = stage->draw_count;
    app_stage_send(stage, "hello");
    app_stage_wait_answer(stage, 1, 5);
    assert_int_equal(stage->draw_count, draws);
    app_resize(stage->app, 80, 24);
    assert_int_equal(stage->draw_count, draws + 1);
    assert_stage_shows(stage, "› hello");
    app_stage_free(stage);
}

static void app_frame__after_quitting__is_not_made(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open((const char *const[]){ECHO, NULL});
    app_stage_press(stage, "Ctrl-D");
    const size_t draws = stage->draw_count;
    app_stage_type(stage, "late");
    assert_int_equal(stage->draw_count, draws);
    app_stage_free(stage);
}

/* --- Pace ------------------------------------------------------------------------- */

static void app_frame__key__is_drawn_at_once(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open(
        (const char *const[]){"demo/sage?rate=2000&ttft=0&tokens=100000", NULL});
    app_stage_send(stage, "go");
    app_stage_wait_answer(stage, 1, 1000);
    /* Faster than frames may be made for what streams in. */
    for (int i = 1; i <= 50; i++) {
        const size_t draws = stage->draw_count;
        char expected[60] = "> ";
        memset(expected + 2, 'x', (size_t)i);
        app_stage_type(stage, "x");
        assert_int_equal(stage->draw_count, draws + 1);
        assert_stage_shows(stage, expected);
    }
    app_stage_free(stage);
}

static void check_pace(const char *model)
{
    struct app_stage *stage = app_stage_open((const char *const[]){model, NULL});
    app_stage_send(stage, "go");
    app_stage_wait_answer(stage, 1, 1);
    const size_t draws = stage->draw_count;
    const int64_t begin_ms = clock_now_ms();
    app_stage_wait_idle(stage);
    const int64_t elapsed_ms = clock_now_ms() - begin_ms;
    /* The first and the last are not parts of a whole interval. */
    assert_true((int64_t)(stage->draw_count - draws) <= elapsed_ms * 60 / 1000 + 2);
    app_stage_free(stage);
}

static void app_frame__stream__at_most_sixty_a_second(void **state)
{
    (void)state;
    check_pace("demo/sage?rate=1500&ttft=0&tokens=1500");
}

static void app_frame__firehose__at_most_sixty_a_second(void **state)
{
    (void)state;
    check_pace("demo/firehose?tokens=20000");
}

static bool has_frames(struct app_stage *stage, void *user)
{
    const size_t *wanted = user;
    return stage->draw_count >= *wanted;
}

static void app_frame__stream__keeps_coming(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open(
        (const char *const[]){"demo/sage?rate=500&ttft=0&tokens=100000", NULL});
    app_stage_send(stage, "go");
    size_t wanted = stage->draw_count + 30;
    app_stage_wait(stage, has_frames, &wanted);
    app_stage_free(stage);
}

/* --- A display that is busy --------------------------------------------------------- */

static void app_ready__refused_frames__nothing_is_lost(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open((const char *const[]){ECHO, ECHO, NULL});
    const size_t draws = stage->draw_count;
    stage->is_refusing = true;
    app_stage_send(stage, "hello while nobody looks");
    app_stage_wait_answer(stage, 1, 24);
    app_stage_wait_answer(stage, 2, 24);
    app_stage_type(stage, "draft");
    assert_int_equal(stage->draw_count, draws);
    /* One try; then it waits to be called. */
    assert_int_equal(stage->refused_count, 1);
    app_stage_accept(stage);
    assert_int_equal(stage->draw_count, draws + 1);
    assert_stage_shows(stage, "› hello while nobody looks");
    assert_stage_shows(stage, "> draft");
    app_stage_free(stage);
}

static void app_ready__refused_again__still_catches_up(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open((const char *const[]){ECHO, NULL});
    stage->is_refusing = true;
    app_stage_type(stage, "a");
    app_ready(stage->app);
    app_stage_type(stage, "b");
    app_ready(stage->app);
    assert_int_equal(stage->refused_count, 3);
    app_stage_accept(stage);
    assert_stage_shows(stage, "> ab");
    app_stage_free(stage);
}

static void app_ready__nothing_is_due__draws_nothing(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open((const char *const[]){ECHO, NULL});
    const size_t draws = stage->draw_count;
    app_ready(stage->app);
    assert_int_equal(stage->draw_count, draws);
    app_stage_free(stage);
}

static void app_ready__resized_meanwhile__draws_the_new_size(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open((const char *const[]){ECHO, NULL});
    stage->is_refusing = true;
    app_stage_type(stage, "a");
    app_resize(stage->app, 60, 20);
    app_stage_accept(stage);
    assert_int_equal(stage->shown->width, 60);
    assert_stage_shows(stage, "> a");
    app_stage_free(stage);
}

static void app_ready__refusing_while_idle__wakes_nobody(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open((const char *const[]){ECHO, NULL});
    stage->is_refusing = true;
    app_stage_type(stage, "a");
    assert_int_equal(app_stage_run_due(stage), stage->base_watchers + APP_WATCHERS);
    app_stage_accept(stage);
    app_stage_free(stage);
}

/* --- The monkey ----------------------------------------------------------------------
 */

#define MONKEY_EVENTS 100000

static const char *const monkey_models[] = {"demo/sage?rate=300&ttft=5&tokens=300",
                                            "demo/polyglot?rate=0&ttft=0&tokens=200",
                                            "demo/cut?rate=500&ttft=0",
                                            "demo/thinker?rate=400&ttft=0",
                                            "demo/tools?rate=0&ttft=0",
                                            NULL};

static const char *const monkey_texts[] = {
    "hello",
    "one\ntwo\r\nthree",
    "漢字 e\u0301 🙂🏽 👩‍👩‍👧 🇫🇷",
    "\033[31mred\007\x80",
    "\u202etxt",
    "a\tb\n\n\n",
    "demo/echo?rate=0",
    ""};

/* A key of the action table, so that most keys do something. */
static void press_bound_key(struct app_stage *stage, struct rng *rng)
{
    const enum action action = (enum action)(1 + rng_below(rng, ACTION_COUNT - 1));
    const char *names = action_keys(action, (enum input_mode)rng_below(rng, MODE_COUNT));
    char name[KEY_NAME_SIZE];
    size_t skip = rng_below(rng, 3);
    while (names[0] != '\0') {
        const size_t len = strcspn(names, " ");
        snprintf(name, sizeof(name), "%.*s", (int)len, names);
        names += len + (names[len] == ' ');
        if (skip-- == 0 || names[0] == '\0') {
            app_stage_press(stage, name);
            return;
        }
    }
}

static void press_any_key(struct app_stage *stage, struct rng *rng)
{
    static const uint32_t runes[] = {'a', 'Z', ' ',    '1',    'n',    'x',     'r',
                                     'm', 'e', 0x6f22, 0x0301, 0x200d, 0x1f642, 0x202e};
    const struct key key = {.code = (enum key_code)rng_below(rng, INPUT_CODE_COUNT),
                            .rune = runes[rng_below(rng, COUNT_OF(runes))],
                            .mods =
                                rng_below(rng, 3) > 0 ? 0 : (unsigned)rng_below(rng, 8),
                            .x = (int)rng_below(rng, 100),
                            .y = (int)rng_below(rng, 40)};
    app_key(stage->app, &key);
}

static void use_mouse(struct app_stage *stage, struct rng *rng)
{
    const int x = (int)rng_below(rng, (uint64_t)stage->shown->width + 2);
    const int y = (int)rng_below(rng, (uint64_t)stage->shown->height + 2);
    if (rng_below(rng, 2) == 0)
        app_stage_click(stage, x, y);
    else
        app_stage_wheel(stage, x, y, rng_below(rng, 3) > 0);
}

static void resize(struct app_stage *stage, struct rng *rng)
{
    if (rng_below(rng, 4) == 0)
        app_resize(stage->app, (int)rng_below(rng, 12), (int)rng_below(rng, 8));
    else
        app_resize(stage->app, 20 + (int)rng_below(rng, 60), 5 + (int)rng_below(rng, 25));
}

static void do_something(struct app_stage *stage, struct rng *rng)
{
    const uint64_t what = rng_below(rng, 1000);
    if (what < 500)
        press_any_key(stage, rng);
    else if (what < 820)
        press_bound_key(stage, rng);
    else if (what < 870)
        use_mouse(stage, rng);
    else if (what < 885)
        resize(stage, rng);
    else if (what < 900)
        app_stage_paste(stage, monkey_texts[rng_below(rng, COUNT_OF(monkey_texts))]);
    else if (what < 910)
        stage->is_refusing = true;
    else if (what < 925)
        app_stage_accept(stage);
    else if (what < 927)
        app_stage_press(stage, "Ctrl-C");
    else if (what < 935)
        app_notify(stage->app, monkey_texts[rng_below(rng, COUNT_OF(monkey_texts))]);
    else
        app_stage_run_due(stage);
}

static struct app_stage *open_cage(void)
{
    static struct settings settings;
    settings_init(&settings);
    settings.values[SETTING_JOBS] = 3;
    settings.values[SETTING_RETRIES] = 1;
    return app_stage_new(&(struct app_stage_options){.models = monkey_models,
                                                     .settings = &settings,
                                                     .draft = "draft",
                                                     .width = 70,
                                                     .height = 24});
}

static void app_monkey__any_input__leaves_a_whole_screen(void **state)
{
    (void)state;
    struct rng rng;
    rng_init(&rng, 20261122);
    /* It may write answers to files and pipe them to commands: where, and by what shell,
     * is seen to here. */
    char home[4096];
    const char *folder = getenv("TMPDIR");
    assert_non_null(getcwd(home, sizeof(home)));
    assert_int_equal(chdir(folder != NULL ? folder : "/tmp"), 0);
    setenv("SHELL", "/bin/true", 1);
    struct app_stage *stage = open_cage();
    for (int i = 0; i < MONKEY_EVENTS; i++) {
        do_something(stage, &rng);
        if (i % 64 == 0)
            assert_canvas_is_whole(stage->shown);
        if (app_exit_code(stage->app) < 0)
            continue;
        app_stage_free(stage);
        stage = open_cage();
    }
    app_resize(stage->app, 80, 24);
    app_stage_accept(stage);
    assert_canvas_is_whole(stage->shown);
    app_stage_free(stage);
    assert_int_equal(chdir(home), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(app_frame__nothing_changed__is_not_made),
        cmocka_unit_test(app_frame__idle__no_timer_is_left),
        cmocka_unit_test(app_frame__change_of_focus__is_not_drawn),
        cmocka_unit_test(app_frame__no_screen_yet__is_not_made),
        cmocka_unit_test(app_frame__after_quitting__is_not_made),
        cmocka_unit_test(app_frame__key__is_drawn_at_once),
        cmocka_unit_test(app_frame__stream__at_most_sixty_a_second),
        cmocka_unit_test(app_frame__firehose__at_most_sixty_a_second),
        cmocka_unit_test(app_frame__stream__keeps_coming),
        cmocka_unit_test(app_ready__refused_frames__nothing_is_lost),
        cmocka_unit_test(app_ready__refused_again__still_catches_up),
        cmocka_unit_test(app_ready__nothing_is_due__draws_nothing),
        cmocka_unit_test(app_ready__resized_meanwhile__draws_the_new_size),
        cmocka_unit_test(app_ready__refusing_while_idle__wakes_nobody),
        cmocka_unit_test(app_monkey__any_input__leaves_a_whole_screen),
    };
    signal(SIGPIPE, SIG_IGN); /* as main does: the monkey pipes to commands that end */
    return cmocka_run_group_tests(tests, NULL, NULL);
}

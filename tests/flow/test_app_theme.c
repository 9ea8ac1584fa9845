/* The look of the app: trying themes on, edits of a theme's file, calls and the title. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "src/base/mem.h"
#include "tests/support/app_stage.h"
#include "tests/support/call_stage.h"
#include "ui/theme/theme_set.h"

#define RED_THEME  "name: Red\nhelp: All red.\nroles: {text: {fg: red}}\n"
#define BLUE_THEME "name: Red\nhelp: Now blue.\nroles: {text: {fg: blue}}\n"

struct wardrobe {
    char folder[64];
    char *file;
    struct theme_set set;
    struct theme theme;
    struct app_stage *stage;
};

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

/* Opens an app that wears the theme of that name; there is "red" besides the default. */
static struct wardrobe *open_wardrobe(const char *name)
{
    static const char *const models[] = {"demo/echo?rate=0&ttft=0", NULL};
    struct wardrobe *wardrobe = mem_alloc(sizeof(*wardrobe));
    snprintf(wardrobe->folder, sizeof(wardrobe->folder), "/tmp/motet-themes-XXXXXX");
    assert_non_null(mkdtemp(wardrobe->folder));
    wardrobe->file = strbuf_format("%s/red.yaml", wardrobe->folder);
    write_file(wardrobe->file, RED_THEME);
    char *plain = strbuf_format("%s/default.yaml", wardrobe->folder);
    write_file(plain, "name: Default\nhelp: None.\n");
    theme_set_add_folder(&wardrobe->set, wardrobe->folder);
    unlink(plain);
    mem_free(plain);
    assert_true(theme_set_read(&wardrobe->set, "red", &wardrobe->theme, NULL));
    const struct app_stage_options options = {
        .models = models,
        .theme = strcmp(name, "red") == 0 ? &wardrobe->theme : NULL,
        .themes = &wardrobe->set};
    wardrobe->stage = app_stage_new(&options);
    return wardrobe;
}

static void close_wardrobe(struct wardrobe *wardrobe)
{
    app_stage_free(wardrobe->stage);
    theme_clear(&wardrobe->theme);
    theme_set_clear(&wardrobe->set);
    unlink(wardrobe->file);
    rmdir(wardrobe->folder);
    mem_free(wardrobe->file);
    mem_free(wardrobe);
}

static int32_t text_color(const struct wardrobe *wardrobe)
{
    return wardrobe->stage->styles[ROLE_TEXT].fg;
}

static void app_theme__start__wears_the_theme_of_the_options(void **state)
{
    (void)state;
    struct wardrobe *wardrobe = open_wardrobe("red");
    assert_int_equal(text_color(wardrobe), 1);
    close_wardrobe(wardrobe);
}

static void app_theme__list__tries_on_and_keeps(void **state)
{
    (void)state;
    struct wardrobe *wardrobe = open_wardrobe("default");
    struct app_stage *stage = wardrobe->stage;
    assert_int_equal(text_color(wardrobe), STYLE_COLOR_DEFAULT);
    app_stage_press(stage, "Esc");
    app_stage_press(stage, "t");
    assert_stage_shows(stage, " themes ");
    assert_stage_shows(stage, "All red.");
    assert_int_equal(text_color(wardrobe), STYLE_COLOR_DEFAULT);
    app_stage_press(stage, "Down");
    assert_int_equal(text_color(wardrobe), 1);
    app_stage_press(stage, "Enter");
    assert_stage_hides(stage, "All red.");
    assert_stage_shows(stage, "\"theme: red\"");
    assert_int_equal(text_color(wardrobe), 1);
    close_wardrobe(wardrobe);
}

static void app_theme__list__brings_the_old_one_back__with_esc(void **state)
{
    (void)state;
    struct wardrobe *wardrobe = open_wardrobe("red");
    struct app_stage *stage = wardrobe->stage;
    unlink(wardrobe->file); /* what is worn is kept, not read again */
    app_stage_press(stage, "Esc");
    app_stage_press(stage, "t");
    write_file(wardrobe->file, BLUE_THEME);
    app_stage_press(stage, "Up");
    app_stage_press(stage, "Esc");
    assert_stage_hides(stage, " themes ");
    assert_int_equal(text_color(wardrobe), 1);
    close_wardrobe(wardrobe);
}

static bool is_blue(struct app_stage *stage, void *user)
{
    (void)user;
    return stage->styles[ROLE_TEXT].fg == 4;
}

static void app_theme__edited_file__is_worn_at_once(void **state)
{
    (void)state;
    struct wardrobe *wardrobe = open_wardrobe("red");
    write_file(wardrobe->file, BLUE_THEME);
    app_stage_wait(wardrobe->stage, is_blue, NULL);
    close_wardrobe(wardrobe);
}

static void app_theme__file_replaced_by_another__is_worn_at_once(void **state)
{
    (void)state;
    struct wardrobe *wardrobe = open_wardrobe("red");
    char *other = strbuf_format("%s/.new", wardrobe->folder);
    write_file(other, BLUE_THEME);
    assert_int_equal(rename(other, wardrobe->file), 0);
    app_stage_wait(wardrobe->stage, is_blue, NULL);
    mem_free(other);
    close_wardrobe(wardrobe);
}

static void app_theme__edited_into_a_fault__stays_and_says_where(void **state)
{
    (void)state;
    struct wardrobe *wardrobe = open_wardrobe("red");
    write_file(wardrobe->file,
               "name: Red\nhelp: Red.\nroles:\n  text: {fg: redd, bold: yes}\n");
    app_stage_wait_text(wardrobe->stage,
                        "red.yaml:4:14: role text: fg: there is no colour");
    assert_int_equal(text_color(wardrobe), 1);
    write_file(wardrobe->file, BLUE_THEME);
    app_stage_wait(wardrobe->stage, is_blue, NULL);
    app_stage_wait_text(wardrobe->stage, "the theme was read again");
    close_wardrobe(wardrobe);
}

/* --- Calls and the title ----------------------------------------------------------- */

static void set_focus(struct app_stage *stage, bool is_focused)
{
    const struct key key = {.code = is_focused ? INPUT_FOCUS_IN : INPUT_FOCUS_OUT};
    app_key(stage->app, &key);
}

static bool was_called(struct app_stage *stage, void *user)
{
    const size_t *count = user;
    return stage->alert_count >= *count;
}

static void app_alert__answer__is_told_only_without_focus(void **state)
{
    (void)state;
    size_t once = 1;
    struct app_stage *stage =
        app_stage_open((const char *const[]){"demo/echo?rate=0&ttft=0", NULL});
    app_stage_send(stage, "one");
    app_stage_wait_text(stage, "done");
    assert_int_equal(stage->alert_count, 0);
    app_stage_send(stage, "two");
    set_focus(stage, false);
    app_stage_wait(stage, was_called, &once);
    assert_string_equal(stage->alert, "echo?rate=0&ttft=0: done");
    app_stage_free(stage);
}

static void app_alert__second_answer_at_once__waits_and_is_dropped_with_focus(
    void **state)
{
    (void)state;
    size_t once = 1;
    struct app_stage *stage = app_stage_open((const char *const[]){
        "demo/echo?rate=0&ttft=0", "demo/echo?rate=0&ttft=0", NULL});
    app_stage_send(stage, "one");
    set_focus(stage, false);
    app_stage_wait(stage, was_called, &once);
    app_stage_wait_idle(stage);
    assert_int_equal(stage->alert_count, 1);
    set_focus(stage, true);
    set_focus(stage, false);
    assert_int_equal(stage->alert_count, 1);
    app_stage_free(stage);
}

static void app_title__says__what_streams(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open(
        (const char *const[]){"demo/echo?rate=5", "demo/echo?rate=5", NULL});
    assert_string_equal(stage->title, "motet");
    app_stage_send(stage, "some words to stream slowly, one by one");
    app_stage_wait_text(stage, "2 running");
    assert_string_equal(stage->title, "motet: 2 streaming");
    app_stage_press(stage, "Esc");
    app_stage_press(stage, "S");
    app_stage_wait_idle(stage);
    assert_string_equal(stage->title, "motet");
    app_stage_free(stage);
}

static void app_title__says__what_waits_for_a_person(void **state)
{
    (void)state;
    size_t once = 1;
    struct call_stage calls = call_stage_open(1, 0, 0);
    set_focus(calls.app, false);
    call_stage_ask(&calls, 2);
    app_stage_wait(calls.app, was_called, &once);
    assert_non_null(strstr(calls.app->alert, "wants to call"));
    app_stage_wait_text(calls.app, "2 to approve");
    assert_string_equal(calls.app->title, "motet: 2 to approve");
    call_stage_free(&calls);
}

/* --- Slow terminals ---------------------------------------------------------------- */

static void app_frames__slow_display__gets_few_of_streams_but_each_key(void **state)
{
    (void)state;
    struct app_stage *stage =
        app_stage_open((const char *const[]){"demo/echo?rate=0&ttft=0", NULL});
    stage->wait_ms = 60000;
    app_stage_send(stage, "an answer that no frame shows");
    const size_t frames = stage->draw_count;
    app_stage_wait_answer(stage, 1, 10);
    assert_int_equal(stage->draw_count, frames);
    app_stage_type(stage, "k");
    assert_int_equal(stage->draw_count, frames + 1);
    assert_stage_shows(stage, "> k");
    app_stage_free(stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(app_theme__start__wears_the_theme_of_the_options),
        cmocka_unit_test(app_theme__list__tries_on_and_keeps),
        cmocka_unit_test(app_theme__list__brings_the_old_one_back__with_esc),
        cmocka_unit_test(app_theme__edited_file__is_worn_at_once),
        cmocka_unit_test(app_theme__file_replaced_by_another__is_worn_at_once),
        cmocka_unit_test(app_theme__edited_into_a_fault__stays_and_says_where),
        cmocka_unit_test(app_alert__answer__is_told_only_without_focus),
        cmocka_unit_test(
            app_alert__second_answer_at_once__waits_and_is_dropped_with_focus),
        cmocka_unit_test(app_title__says__what_streams),
        cmocka_unit_test(app_title__says__what_waits_for_a_person),
        cmocka_unit_test(app_frames__slow_display__gets_few_of_streams_but_each_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

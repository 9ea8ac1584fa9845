/*
 * How panes stand: sizes by key and mouse, places, modes, tabs, what is remembered; and
 * what a click on a fold and on a link does.
 */
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
#include "src/base/strbuf.h"
#include "tests/support/app_stage.h"
#include "tests/support/canvas_text.h"

static const char *const four[] = {"demo/echo?rate=0&ttft=0", "demo/sage", "demo/coder",
                                   "demo/slow", NULL};
static const char *const two[] = {"demo/echo?rate=0&ttft=0", "demo/sage", NULL};
static const char *const one_echo[] = {"demo/echo?rate=0&ttft=0", NULL};

/* The column and row of a text. */
static int column_of(const struct app_stage *stage, const char *text)
{
    int x;
    int y;
    assert_stage_shows(stage, text);
    canvas_find(stage->shown, text, &x, &y);
    return x;
}

static int row_of(const struct app_stage *stage, const char *text)
{
    int x;
    int y;
    assert_stage_shows(stage, text);
    canvas_find(stage->shown, text, &x, &y);
    return y;
}

static void app_layout__keys__change_sizes_and_back(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open(four);
    const int x = column_of(stage, "2 sage");
    const int y = row_of(stage, "3 coder");
    app_stage_press(stage, "Esc");
    app_stage_press(stage, ">");
    assert_int_equal(column_of(stage, "2 sage"), x + 4);
    assert_int_equal(column_of(stage, "4 slow"), x + 4);
    app_stage_press(stage, "Ctrl-Left");
    app_stage_press(stage, "<");
    assert_int_equal(column_of(stage, "2 sage"), x - 4);
    app_stage_press(stage, "^");
    assert_int_equal(row_of(stage, "3 coder"), y + 2);
    app_stage_press(stage, "_");
    app_stage_press(stage, "_");
    assert_int_equal(row_of(stage, "3 coder"), y - 2);
    app_stage_press(stage, "=");
    assert_int_equal(column_of(stage, "2 sage"), x);
    assert_int_equal(row_of(stage, "3 coder"), y);
    app_stage_free(stage);
}

static void app_layout__keys_without_effect__say_why(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open(two);
    app_stage_press(stage, "Esc");
    app_stage_press(stage, "^");
    assert_stage_shows(stage, "no pane stands above or below this one");
    for (int i = 0; i < 20; i++)
        app_stage_press(stage, ">");
    assert_stage_shows(stage, "a pane has at least 30 columns");
    app_stage_press(stage, "z");
    app_stage_press(stage, ">");
    assert_stage_shows(stage, "z shows the others");
    app_stage_free(stage);
}

static void app_layout__move__takes_the_pane_along(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open(two);
    app_stage_press(stage, "Esc");
    app_stage_press(stage, "Space"); /* unticks the first */
    app_stage_press(stage, "}");
    assert_true(column_of(stage, "2 echo") > column_of(stage, "1 sage"));
    assert_stage_shows(stage, "2 echo?rate=0&ttft=0 (not ticked)");
    app_stage_press(stage, "Shift-Left");
    assert_true(column_of(stage, "1 echo") < column_of(stage, "2 sage"));
    app_stage_free(stage);
}

static void app_layout__mode__goes_round(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open(two);
    app_stage_press(stage, "Esc");
    app_stage_press(stage, "W");
    assert_stage_shows(stage, "layout: grid");
    app_stage_press(stage, "W");
    assert_stage_shows(stage, "layout: columns");
    app_stage_press(stage, "W");
    assert_stage_shows(stage, "layout: stack");
    assert_int_equal(column_of(stage, "1 echo"), column_of(stage, "2 sage"));
    app_stage_press(stage, "W");
    assert_stage_shows(stage, "layout: tabs");
    assert_stage_shows(stage, "1/2 echo");
    assert_stage_hides(stage, "2/2 sage");
    app_stage_press(stage, "W");
    assert_stage_shows(stage, "layout: auto");
    assert_stage_shows(stage, "2 sage");
    app_stage_free(stage);
}

static void app_layout__mode_that_does_not_fit__says_what_is_shown(void **state)
{
    (void)state;
    const struct app_stage_options options = {.models = four, .width = 80, .height = 24};
    struct app_stage *stage = app_stage_new(&options);
    app_stage_press(stage, "Esc");
    app_stage_press(stage, "W");
    app_stage_press(stage, "W");
    assert_stage_shows(stage, "the window is too small, so it is a grid");
    app_stage_free(stage);
}

static void app_layout__tabs__show_states_and_are_clicked(void **state)
{
    (void)state;
    const struct app_stage_options options = {.models = two, .width = 60, .height = 11};
    struct app_stage *stage = app_stage_new(&options);
    app_stage_press(stage, "Esc");
    for (int i = 0; i < 4; i++)
        app_stage_press(stage, "W");
    assert_stage_shows(stage, "1/2 echo");
    app_stage_click_text(stage, "2 sage");
    assert_stage_shows(stage, "2/2 sage");
    app_stage_press(stage, "i");
    app_stage_send(stage, "hello");
    app_stage_wait_text(stage, "ttft=0 \xe2\x9c\x93");
    app_stage_wait_idle(stage);
    app_stage_free(stage);
}

/* Small windows: the panes that are not focused are a line each, which a click opens. */
static void app_layout__folded__opens_what_is_clicked(void **state)
{
    (void)state;
    const struct app_stage_options options = {.models = four, .width = 50, .height = 24};
    struct app_stage *stage = app_stage_new(&options);
    assert_int_equal(row_of(stage, "1 echo"), 0);
    const int y = row_of(stage, "2 sage");
    assert_true(y > 10);
    app_stage_click_text(stage, "3 coder");
    assert_int_equal(row_of(stage, "2 sage"), 1);
    assert_int_equal(row_of(stage, "3 coder"), 2);
    app_stage_free(stage);
}

static bool is_at(struct app_stage *stage, void *user)
{
    const int *place = user;
    int x;
    int y;
    return canvas_find(stage->shown, "4 slow", &x, &y) && x == place[0] && y == place[1];
}

static void app_layout__drag__moves_borders(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open(four);
    const int x = column_of(stage, "4 slow");
    const int y = row_of(stage, "4 slow");
    int place[] = {x + 7, y};
    app_stage_drag(stage, 50, 5, 57, 9); /* the standing one */
    app_stage_wait(stage, is_at, place);
    place[1] = y - 4;
    app_stage_drag(stage, 20, y, 90, y - 4); /* the lying one */
    app_stage_wait(stage, is_at, place);
    place[0] = x;
    place[1] = y;
    app_stage_drag(stage, 57, y - 4, 50, y); /* where they cross */
    app_stage_wait(stage, is_at, place);
    app_stage_free(stage);
}

/* Both columns of a border can be held; it stays under the pointer. */
static void app_layout__drag__does_not_jump(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open(four);
    int place[] = {column_of(stage, "4 slow") + 5, row_of(stage, "4 slow")};
    app_stage_drag(stage, 49, 5, 49, 6);
    app_stage_drag(stage, 49, 5, 54, 6);
    app_stage_wait(stage, is_at, place);
    app_stage_free(stage);
}

static void app_layout__drag_inside__changes_nothing(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open(four);
    const size_t draws = stage->draw_count;
    int place[] = {column_of(stage, "4 slow"), row_of(stage, "4 slow")};
    app_stage_drag(stage, 10, 4, 30, 9);
    app_stage_run_due(stage);
    assert_true(is_at(stage, place));
    assert_true(stage->draw_count <= draws + 2); /* press and release */
    app_stage_free(stage);
}

/* --- Memory ----------------------------------------------------------------------- */

static void app_layout__again_with_the_same_models__is_as_it_was(void **state)
{
    (void)state;
    char folder[] = "/tmp/motet-app-layout-XXXXXX";
    assert_non_null(mkdtemp(folder));
    char *path = strbuf_format("%s/layout.json", folder);
    const struct app_stage_options options = {.models = four, .layout_path = path};
    struct app_stage *stage = app_stage_new(&options);
    const int x = column_of(stage, "2 sage");
    app_stage_free(stage);
    assert_int_not_equal(access(path, F_OK), 0); /* nothing was changed */
    stage = app_stage_new(&options);
    app_stage_press(stage, "Esc");
    app_stage_press(stage, ">");
    app_stage_press(stage, "}");
    app_stage_press(stage, "Space");
    app_stage_free(stage);
    stage = app_stage_new(&options);
    assert_int_equal(column_of(stage, "2 echo"), x + 4);
    assert_stage_shows(stage, "1 sage");
    assert_stage_hides(stage, "(not ticked)"); /* a start is to all */
    app_stage_free(stage);
    /* Others are not touched by it. */
    const struct app_stage_options others = {.models = two, .layout_path = path};
    stage = app_stage_new(&others);
    assert_stage_shows(stage, "1 echo");
    app_stage_free(stage);
    unlink(path);
    rmdir(folder);
    mem_free(path);
}

static void app_layout__damaged_file__is_told_and_kept(void **state)
{
    (void)state;
    char folder[] = "/tmp/motet-app-layout-XXXXXX";
    assert_non_null(mkdtemp(folder));
    char *path = strbuf_format("%s/l.json", folder);
    char *aside = strbuf_format("%s.damaged", path);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("{", file);
    fclose(file);
    const struct app_stage_options options = {
        .models = two, .layout_path = path, .width = 200};
    struct app_stage *stage = app_stage_new(&options);
    assert_stage_shows(stage, "the remembered layouts could not be read");
    assert_stage_shows(stage, "1 echo");
    app_stage_free(stage);
    assert_int_equal(unlink(aside), 0);
    assert_int_equal(rmdir(folder), 0);
    mem_free(path);
    mem_free(aside);
}

/* --- Folds and links -------------------------------------------------------------- */

static void app_link__two_clicks__open_it(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open(one_echo);
    app_stage_send(stage, "read [the manual](https://example.org/m?a=b) now");
    app_stage_wait_text(stage, "the manual (https://example.org/m?a=b)");
    app_stage_wait_idle(stage);
    app_stage_click_text(stage, "the manual (https");
    assert_stage_shows(stage, "click again to open https://example.org/m?a=b");
    assert_null(stage->opened_address);
    app_stage_click_text(stage, "the manual (https");
    assert_string_equal(stage->opened_address, "https://example.org/m?a=b");
    assert_stage_shows(stage, "opened https://example.org/m?a=b");
    app_stage_free(stage);
}

static void app_link__key_between__asks_again(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open(one_echo);
    app_stage_send(stage, "read [the manual](https://example.org/m) now");
    app_stage_wait_text(stage, "the manual (https://example.org/m)");
    app_stage_wait_idle(stage);
    app_stage_click_text(stage, "the manual (https");
    app_stage_press(stage, "x");
    app_stage_click_text(stage, "the manual (https");
    assert_null(stage->opened_address);
    app_stage_free(stage);
}

static void app_link__odd_host__is_named(void **state)
{
    (void)state;
    const struct app_stage_options options = {.models = one_echo, .width = 160};
    struct app_stage *stage = app_stage_new(&options);
    app_stage_send(stage, "see [bank](https://xn--bnk-7na.example/) now");
    app_stage_wait_text(stage, "bank (https://xn--bnk-7na.example/)");
    app_stage_wait_idle(stage);
    app_stage_click_text(stage, "bank (https");
    assert_stage_shows(stage, "is written in punycode");
    assert_stage_shows(stage, "click again to open");
    app_stage_free(stage);
}

static void app_link__no_address_to_follow__is_text(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open(one_echo);
    app_stage_send(stage, "see [run](javascript:alert) now");
    app_stage_wait_text(stage, "run (javascript:alert)");
    app_stage_wait_idle(stage);
    app_stage_click_text(stage, "run (java");
    assert_stage_hides(stage, "click again");
    app_stage_free(stage);
}

/* --- Lists ------------------------------------------------------------------------ */

static void app_list_mouse__click_on_a_row__chooses_it(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open(one_echo);
    app_stage_press(stage, "Alt-n");
    app_stage_click_text(stage, "demo/thinker");
    assert_stage_shows(stage, "2 thinker");
    assert_stage_hides(stage, "demo/coder"); /* the list is gone */
    app_stage_free(stage);
}

static void app_list_mouse__wheel__moves_the_choice(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open(one_echo);
    int x;
    int y;
    app_stage_press(stage, "Alt-n");
    canvas_find(stage->shown, "demo/coder", &x, &y);
    assert_int_not_equal(canvas_role_at(stage->shown, x, y), ROLE_SELECTED);
    app_stage_wheel(stage, x, y, false);
    assert_int_equal(canvas_role_at(stage->shown, x, y), ROLE_SELECTED);
    app_stage_wheel(stage, x, y, true);
    assert_int_not_equal(canvas_role_at(stage->shown, x, y), ROLE_SELECTED);
    app_stage_free(stage);
}

static void app_list_mouse__click_beside__closes(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open(one_echo);
    app_stage_press(stage, "Alt-n");
    assert_stage_shows(stage, "demo/coder");
    app_stage_click(stage, 0, 0);
    assert_stage_hides(stage, "demo/coder");
    assert_stage_shows(stage, "1 echo");
    app_stage_free(stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(app_layout__keys__change_sizes_and_back),
        cmocka_unit_test(app_layout__keys_without_effect__say_why),
        cmocka_unit_test(app_layout__move__takes_the_pane_along),
        cmocka_unit_test(app_layout__mode__goes_round),
        cmocka_unit_test(app_layout__mode_that_does_not_fit__says_what_is_shown),
        cmocka_unit_test(app_layout__tabs__show_states_and_are_clicked),
        cmocka_unit_test(app_layout__folded__opens_what_is_clicked),
        cmocka_unit_test(app_layout__drag__moves_borders),
        cmocka_unit_test(app_layout__drag__does_not_jump),
        cmocka_unit_test(app_layout__drag_inside__changes_nothing),
        cmocka_unit_test(app_layout__again_with_the_same_models__is_as_it_was),
        cmocka_unit_test(app_layout__damaged_file__is_told_and_kept),
        cmocka_unit_test(app_link__two_clicks__open_it),
        cmocka_unit_test(app_link__key_between__asks_again),
        cmocka_unit_test(app_link__odd_host__is_named),
        cmocka_unit_test(app_link__no_address_to_follow__is_text),
        cmocka_unit_test(app_list_mouse__click_on_a_row__chooses_it),
        cmocka_unit_test(app_list_mouse__wheel__moves_the_choice),
        cmocka_unit_test(app_list_mouse__click_beside__closes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

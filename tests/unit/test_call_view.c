/* The dialog of a tool call as text, in the sizes that panes have. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/mem.h"
#include "tests/support/canvas_text.h"
#include "ui/view/call_sheet.h"
#include "ui/view/call_view.h"

struct fixture {
    struct call_texts texts;
    struct call_view view;
    struct sheet sheet;
    struct line_edit *edit;
    struct canvas *canvas;
};

static int set_up(void **state)
{
    struct fixture *fixture = mem_alloc(sizeof(*fixture));
    sheet_init(&fixture->sheet);
    fixture->canvas = canvas_new(0, 0);
    fixture->edit = line_edit_new(10000);
    fixture->texts = (struct call_texts){
        .tool = "get_weather",
        .title = "Weather",
        .description = "The weather of a city,\nfrom a table.",
        .origin = "tools/get_weather.yaml",
        .command = "/usr/bin/weather --table cities.tsv",
        .sandbox = "read-only, no network",
        .claims = "read-only",
        .arguments = "{\"city\":\"Paris\"}",
        .rule = "ask (no rule)",
        .proposed = "allow get_weather",
        .call_id = "call_1",
    };
    fixture->view = (struct call_view){.tool = "get_weather",
                                       .origin = "tools/get_weather.yaml",
                                       .head = "3 tools asks \xc2\xb7 12 s",
                                       .way = "Alt-a",
                                       .sheet = &fixture->sheet,
                                       .stage = CALL_STAGE_KEYS,
                                       .edit = fixture->edit};
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    sheet_clear(&fixture->sheet);
    canvas_free(fixture->canvas);
    line_edit_free(fixture->edit);
    mem_free(fixture);
    return 0;
}

static void draw(struct fixture *fixture, int width, int height)
{
    struct call_view *view = &fixture->view;
    const int sheet_width = call_view_sheet_width(width);
    canvas_resize(fixture->canvas, width, height);
    call_sheet_fill(&fixture->sheet, &fixture->texts, sheet_width, view->is_full);
    const int wanted = call_view_height(view, width, height);
    assert_true(wanted >= 0 && wanted <= height);
    call_view_draw(view, fixture->canvas, (struct rect){0, 0, width, height});
    assert_canvas_is_whole(fixture->canvas);
}

static void assert_shows(const struct fixture *fixture, const char *text)
{
    if (canvas_find(fixture->canvas, text, NULL, NULL))
        return;
    char *all = canvas_text(fixture->canvas);
    print_message("%s", all);
    mem_free(all);
    fail_msg("\"%s\" is not shown", text);
}

/* --- Sizes --- */

static void call_view__30x8__keeps_what_matters(void **state)
{
    struct fixture *fixture = *state;
    draw(fixture, 30, 8);
    assert_canvas(fixture->canvas, "╭ get_weather · tools/get_we…╮\n"
                                   "│ 3 tools asks · 12 s        │\n"
                                   "│ { \"city\": \"Paris\" }        │\n"
                                   "│ runs    /usr/bin/weather   │\n"
                                   "│ --table cities.tsv         │\n"
                                   "│ sandbox read-only, no      │\n"
                                   "│ … 6 more lines: v          │\n"
                                   "╰─› y once  n deny  v view ──╯\n");
}

static void call_view__30x6__has_arguments_and_keys(void **state)
{
    struct fixture *fixture = *state;
    draw(fixture, 30, 6);
    assert_canvas(fixture->canvas, "╭ get_weather · tools/get_we…╮\n"
                                   "│ 3 tools asks · 12 s        │\n"
                                   "│ { \"city\": \"Paris\" }        │\n"
                                   "│ runs    /usr/bin/weather   │\n"
                                   "│ … 8 more lines: v          │\n"
                                   "╰─› y once  n deny  v view ──╯\n");
}

static void call_view__40x10__counts_what_is_cut(void **state)
{
    struct fixture *fixture = *state;
    draw(fixture, 40, 10);
    assert_canvas(fixture->canvas, "╭ get_weather · tools/get_weather.yaml ╮\n"
                                   "│ 3 tools asks · 12 s                  │\n"
                                   "│ { \"city\": \"Paris\" }                  │\n"
                                   "│ runs    /usr/bin/weather --table     │\n"
                                   "│ cities.tsv                           │\n"
                                   "│ sandbox read-only, no network        │\n"
                                   "│ rules   ask (no rule)                │\n"
                                   "│ claims  read-only (nobody checks     │\n"
                                   "│ … 3 more lines, v shows all          │\n"
                                   "╰─› y once  n deny  v view ────────────╯\n");
}

static void call_view__80x14__shows_all_keys(void **state)
{
    struct fixture *fixture = *state;
    draw(fixture, 80, 14);
    assert_canvas(fixture->canvas,
                  "╭ get_weather · tools/get_weather.yaml "
                  "────────────────────────────────────────╮\n"
                  "│ 3 tools asks · 12 s                                                 "
                  "         │\n"
                  "│ { \"city\": \"Paris\" }                                             "
                  "             │\n"
                  "│ runs    /usr/bin/weather --table cities.tsv                         "
                  "         │\n"
                  "│ sandbox read-only, no network                                       "
                  "         │\n"
                  "│ rules   ask (no rule)                                               "
                  "         │\n"
                  "│ claims  read-only (nobody checks that)                              "
                  "         │\n"
                  "│ Weather: The weather of a city, from a table.                       "
                  "         │\n"
                  "│                                                                     "
                  "         │\n"
                  "│                                                                     "
                  "         │\n"
                  "│                                                                     "
                  "         │\n"
                  "│                                                                     "
                  "         │\n"
                  "│ › y once  s session  a always  e edit  n deny  N deny with reason  "
                  "v view    │\n"
                  "╰── Esc later "
                  "─────────────────────────────────────────────────────────────────╯\n");
}

static void call_view__100x30__full_shows_everything(void **state)
{
    struct fixture *fixture = *state;
    fixture->view.is_full = true;
    draw(fixture, 100, 30);
    assert_canvas(
        fixture->canvas,
        "╭ get_weather · tools/get_weather.yaml "
        "────────────────────────────────────────────────────────────╮\n"
        "│ 3 tools asks · 12 s                                                           "
        "                   │\n"
        "│ { \"city\": \"Paris\" }                                                       "
        "                       │\n"
        "│ runs    /usr/bin/weather --table cities.tsv                                   "
        "                   │\n"
        "│ sandbox read-only, no network                                                 "
        "                   │\n"
        "│ rules   ask (no rule)                                                         "
        "                   │\n"
        "│ claims  read-only (nobody checks that)                                        "
        "                   │\n"
        "│ Weather: The weather of a city,                                               "
        "                   │\n"
        "│ from a table.                                                                 "
        "                   │\n"
        "│ tool    get_weather                                                           "
        "                   │\n"
        "│ from    tools/get_weather.yaml                                                "
        "                   │\n"
        "│ always  allow get_weather                                                     "
        "                   │\n"
        "│ call    call_1                                                                "
        "                   │\n"
        "│                                                                               "
        "                   │\n"
        "│                                                                               "
        "                   │\n"
        "│                                                                               "
        "                   │\n"
        "│                                                                               "
        "                   │\n"
        "│                                                                               "
        "                   │\n"
        "│                                                                               "
        "                   │\n"
        "│                                                                               "
        "                   │\n"
        "│                                                                               "
        "                   │\n"
        "│                                                                               "
        "                   │\n"
        "│                                                                               "
        "                   │\n"
        "│                                                                               "
        "                   │\n"
        "│                                                                               "
        "                   │\n"
        "│                                                                               "
        "                   │\n"
        "│                                                                               "
        "                   │\n"
        "│                                                                               "
        "                   │\n"
        "│ › y once  s session  a always  e edit  n deny  N deny with reason  v back     "
        "                   │\n"
        "╰── ↑↓ PgUp PgDn g G scroll "
        "───────────────────────────────────────────────────────────────────────╯\n");
}

static void call_view__smallest_box__has_arguments(void **state)
{
    struct fixture *fixture = *state;
    draw(fixture, 26, 4);
    assert_canvas(fixture->canvas, "╭ get_weather · tools/ge…╮\n"
                                   "│ { \"city\": \"Paris\" }    │\n"
                                   "│ … 11 more lines: v     │\n"
                                   "╰─› y once n deny v view ╯\n");
}

static void call_view__too_small__is_one_line(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(call_view_height(&fixture->view, 26, 3), 1);
    assert_int_equal(call_view_height(&fixture->view, 26, 0), 0);
    assert_true(call_view_is_line((struct rect){0, 0, 30, 3}));
    assert_true(call_view_is_line((struct rect){0, 0, 19, 10}));
    assert_false(call_view_is_line((struct rect){0, 0, 20, 4}));
    draw(fixture, 40, 1);
    assert_canvas(fixture->canvas, "› v view n deny: get_weather\n");
    fixture->view.stage = CALL_STAGE_SEEN;
    draw(fixture, 40, 1);
    assert_canvas(fixture->canvas, "⚑ get_weather: Alt-a\n");
    fixture->view.stage = CALL_STAGE_GUARDED;
    draw(fixture, 20, 1);
    assert_canvas(fixture->canvas, "◌ v view n deny: ge…\n");
}

static void call_view__any_size__does_not_fail(void **state)
{
    struct fixture *fixture = *state;
    line_edit_insert(fixture->edit, "{\n  \"a\": 1\n}", 12);
    for (int stage = CALL_STAGE_SEEN; stage <= CALL_STAGE_EDIT; stage++) {
        fixture->view.stage = (enum call_stage)stage;
        fixture->view.error = stage > CALL_STAGE_KEYS ? "no such city" : NULL;
        for (int width = 0; width < 50; width += 3) {
            for (int height = 0; height < 16; height++)
                draw(fixture, width, height);
        }
    }
}

/* --- Stages --- */

static void call_view__nobody_moved_to_it__shows_the_way(void **state)
{
    struct fixture *fixture = *state;
    fixture->view.stage = CALL_STAGE_SEEN;
    draw(fixture, 60, 10);
    assert_shows(fixture, "╰ ⚑ Alt-a moves here ─");
    assert_false(canvas_find(fixture->canvas, "y once", NULL, NULL));
}

static void call_view__guarded__says_so_by_a_sign(void **state)
{
    struct fixture *fixture = *state;
    int x;
    int y;
    fixture->view.stage = CALL_STAGE_GUARDED;
    draw(fixture, 80, 14);
    assert_true(canvas_find(fixture->canvas, "◌ y once", &x, &y));
    assert_int_equal(canvas_role_at(fixture->canvas, x + 2, y), ROLE_DIM);
    fixture->view.stage = CALL_STAGE_KEYS;
    draw(fixture, 80, 14);
    assert_true(canvas_find(fixture->canvas, "› y once", &x, &y));
    assert_int_equal(canvas_role_at(fixture->canvas, x + 2, y), ROLE_KEY);
}

static void call_view__others_and_twins__have_their_keys(void **state)
{
    struct fixture *fixture = *state;
    draw(fixture, 100, 14);
    assert_false(canvas_find(fixture->canvas, "Tab next", NULL, NULL));
    fixture->view.has_others = true;
    fixture->view.has_twins = true;
    fixture->texts.twin_count = 2;
    draw(fixture, 100, 14);
    assert_shows(fixture, "Tab next");
    assert_shows(fixture, "t for all panes");
    assert_shows(fixture, "the same call waits in 2 other panes: t answers for all");
    fixture->texts.with_twins = true;
    draw(fixture, 100, 14);
    assert_shows(fixture, "for all 3 panes: it runs once, each gets the same result");
}

static void call_view__question__has_other_keys(void **state)
{
    struct fixture *fixture = *state;
    fixture->view.is_question = true;
    fixture->texts.is_question = true;
    fixture->texts.sandbox = NULL;
    draw(fixture, 100, 14);
    assert_shows(fixture, "› y agree  e edit  n decline  v view  Esc later");
    assert_false(canvas_find(fixture->canvas, "sandbox", NULL, NULL));
}

static void call_view__rule__is_edited_below_the_call(void **state)
{
    struct fixture *fixture = *state;
    fixture->view.stage = CALL_STAGE_RULE;
    fixture->view.error = "line 1: no such tool";
    line_edit_insert(fixture->edit, "allow get_weather", 17);
    draw(fixture, 60, 12);
    assert_shows(fixture, "{ \"city\": \"Paris\" }");
    assert_shows(fixture, "│ line 1: no such tool");
    assert_shows(fixture, "│ the rule to write:");
    assert_shows(fixture, "│ > allow get_weather");
    assert_shows(fixture, "› Enter writes this rule and runs the call  Esc back");
    assert_true(fixture->canvas->is_cursor_visible);
    assert_int_equal(fixture->canvas->cursor_x, 2 + 2 + 17);
}

static void call_view__reason__is_asked_for(void **state)
{
    struct fixture *fixture = *state;
    fixture->view.stage = CALL_STAGE_REASON;
    draw(fixture, 60, 12);
    assert_shows(fixture, "why not? the model is told:");
    assert_shows(fixture, "› Enter denies  Esc back");
}

static void call_view__edit__takes_the_place_of_the_sheet(void **state)
{
    struct fixture *fixture = *state;
    fixture->view.stage = CALL_STAGE_EDIT;
    line_edit_insert(fixture->edit, "{\n  \"city\": 1\n}", 15);
    draw(fixture, 60, 12);
    assert_shows(fixture, "│ > {");
    assert_shows(fixture, "│     \"city\": 1");
    assert_false(canvas_find(fixture->canvas, "runs ", NULL, NULL));
    assert_shows(fixture, "Enter takes it  Ctrl-J new line");
}

/* Draws the editor of a question's answer. */
static void draw_asked(struct fixture *fixture, int width, int height)
{
    struct sheet asked;
    sheet_init(&asked);
    fixture->texts.is_question = true;
    fixture->texts.title = "the server fake asks you";
    fixture->texts.origin = "/usr/bin/fake";
    call_sheet_fill_asked(&asked, &fixture->texts, call_view_sheet_width(width));
    fixture->view.asked = &asked;
    fixture->view.is_question = true;
    fixture->view.stage = CALL_STAGE_EDIT;
    draw(fixture, width, height);
    fixture->view.asked = NULL;
    sheet_clear(&asked);
}

static void call_view__question_edited__stays_in_sight(void **state)
{
    struct fixture *fixture = *state;
    fixture->texts.description = "Your name?\nAnd your pass\xe2\x80\xaeword?";
    line_edit_insert(fixture->edit, "{\n  \"name\": 1\n}", 15);
    line_edit_buffer_start(fixture->edit);
    draw_asked(fixture, 60, 12);
    assert_shows(fixture, "│ the server fake asks you: Your name?");
    assert_shows(fixture, "│ And your pass‹U+202E›word?");
    assert_shows(fixture, "│ from    /usr/bin/fake");
    assert_shows(fixture, "│ > {");
    assert_shows(fixture, "│     \"name\": 1");
    draw_asked(fixture, 40, 6);
    assert_shows(fixture, "│ the server fake asks you: Your");
    assert_shows(fixture, "│ > {");
    for (int width = 0; width < 50; width += 3) {
        for (int height = 0; height < 12; height++)
            draw_asked(fixture, width, height);
    }
}

static void call_view__question_longer_than_the_room__says_so(void **state)
{
    struct fixture *fixture = *state;
    fixture->texts.description = "1\n2\n3\n4\n5\n6\n7\n8\n9";
    line_edit_insert(fixture->edit, "{}", 2);
    draw_asked(fixture, 60, 8);
    assert_shows(fixture, "│ the server fake asks you: 1");
    assert_shows(fixture, "more lines, v shows all");
    assert_shows(fixture, "│ > {}");
    draw_asked(fixture, 26, 5);
    assert_shows(fixture, "│ the server fake asks");
    assert_shows(fixture, " …");
    assert_shows(fixture, "│ > {}");
}

static void call_view__full__scrolls(void **state)
{
    struct fixture *fixture = *state;
    fixture->view.is_full = true;
    draw(fixture, 60, 9);
    assert_shows(fixture, "lines 1–5 of 11");
    fixture->view.first = 1000;
    draw(fixture, 60, 9);
    assert_int_equal(fixture->view.first, 6);
    assert_int_equal(fixture->view.sight.shown, 5);
    assert_shows(fixture, "call    call_1");
    assert_shows(fixture, "lines 7–11 of 11");
}

static void call_view__warnings__come_before_what_may_be_cut(void **state)
{
    struct fixture *fixture = *state;
    fixture->texts.arguments = "{\"city\":\"Pa\xe2\x80\xaeris\"}";
    draw(fixture, 30, 8);
    assert_shows(fixture, "│ ! 1 hidden character,");
    assert_shows(fixture, "more lines");
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(call_view__30x8__keeps_what_matters),
        TEST(call_view__30x6__has_arguments_and_keys),
        TEST(call_view__40x10__counts_what_is_cut),
        TEST(call_view__80x14__shows_all_keys),
        TEST(call_view__100x30__full_shows_everything),
        TEST(call_view__smallest_box__has_arguments),
        TEST(call_view__too_small__is_one_line),
        TEST(call_view__any_size__does_not_fail),
        TEST(call_view__nobody_moved_to_it__shows_the_way),
        TEST(call_view__guarded__says_so_by_a_sign),
        TEST(call_view__others_and_twins__have_their_keys),
        TEST(call_view__question__has_other_keys),
        TEST(call_view__rule__is_edited_below_the_call),
        TEST(call_view__reason__is_asked_for),
        TEST(call_view__edit__takes_the_place_of_the_sheet),
        TEST(call_view__question_edited__stays_in_sight),
        TEST(call_view__question_longer_than_the_room__says_so),
        TEST(call_view__full__scrolls),
        TEST(call_view__warnings__come_before_what_may_be_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

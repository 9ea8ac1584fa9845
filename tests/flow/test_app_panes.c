/*
 * The app on the demo server: panes by key and mouse, scrolling, the picker, the help,
 * and every size of screen.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "tests/support/app_stage.h"
#include "tests/support/canvas_text.h"
#include "tests/support/raw_server.h"
#include "ui/actions.h"
#include "ui/keymap.h"

#define ECHO  "demo/echo?rate=0&ttft=0"
#define STALL "demo/stall?rate=0&ttft=0"

static const char *const two_echoes[] = {"demo/echo", "demo/sage", NULL};

/* True if the title of that pane is drawn as the focused one's. */
static bool is_focused(const struct app_stage *stage, const char *title)
{
    int x;
    int y;
    assert_stage_shows(stage, title);
    canvas_find(stage->shown, title, &x, &y);
    return canvas_role_at(stage->shown, x, y) == ROLE_TITLE_FOCUSED;
}

/* --- Focus and ticks --------------------------------------------------------------- */

static void app_focus__keys__go_round(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open(two_echoes);
    assert_true(is_focused(stage, "1 echo"));
    app_stage_press(stage, "Tab");
    assert_true(is_focused(stage, "2 sage"));
    app_stage_press(stage, "Tab");
    assert_true(is_focused(stage, "1 echo"));
    app_stage_press(stage, "Shift-Tab");
    assert_true(is_focused(stage, "2 sage"));
    app_stage_press(stage, "Alt-1");
    assert_true(is_focused(stage, "1 echo"));
    app_stage_press(stage, "Esc");
    app_stage_press(stage, "2");
    assert_true(is_focused(stage, "2 sage"));
    app_stage_press(stage, "h");
    assert_true(is_focused(stage, "1 echo"));
    app_stage_free(stage);
}

static void app_focus__no_such_pane__says_so(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open(two_echoes);
    app_stage_press(stage, "Alt-3");
    assert_stage_shows(stage, "there is no pane of that number");
    assert_true(is_focused(stage, "1 echo"));
    app_stage_free(stage);
}

static void app_focus__click__goes_to_the_pane(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open(two_echoes);
    app_stage_click(stage, 75, 10);
    assert_true(is_focused(stage, "2 sage"));
    app_stage_click(stage, 0, 0);
    assert_true(is_focused(stage, "1 echo"));
    app_stage_free(stage);
}

static void app_tick__chip__is_switched_by_the_mouse(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open(two_echoes);
    app_stage_click_text(stage, "✓2 sage");
    assert_stage_shows(stage, " to ✓1 echo   2 sage");
    assert_stage_shows(stage, "2 sage (not ticked)");
    assert_true(is_focused(stage, "1 echo"));
    app_stage_click_text(stage, "✓1 echo");
    assert_stage_shows(stage, "to nobody");
    app_stage_free(stage);
}

static void app_tick__a__ticks_all_or_none(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open(two_echoes);
    app_stage_press(stage, "Esc");
    app_stage_press(stage, "a");
    assert_stage_shows(stage, "to nobody");
    app_stage_press(stage, "Space");
    assert_stage_shows(stage, " to ✓1 echo   2 sage");
    app_stage_press(stage, "a");
    assert_stage_shows(stage, "to all 2");
    app_stage_free(stage);
}

/* --- New, close, zoom --------------------------------------------------------------- */

static void app_pane_new__picked__is_focused_and_ticked(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open((const char *const[]){ECHO, NULL});
    app_stage_press(stage, "Alt-n");
    assert_stage_shows(stage, "open a pane with this model");
    app_stage_send(stage, "demo/echo?ttft=0");
    assert_true(is_focused(stage, "2 echo?ttft=0"));
    app_stage_send(stage, "hello");
    app_stage_wait_idle(stage);
    char *answer = app_stage_answer(stage, 2);
    assert_string_equal(answer, "hello");
    mem_free(answer);
    app_stage_free(stage);
}

static void app_pane_new__too_many__says_so(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open((const char *const[]){ECHO, NULL});
    for (int i = 1; i < 16; i++) {
        app_stage_press(stage, "Alt-n");
        app_stage_press(stage, "Enter");
    }
    assert_stage_shows(stage, "to all 16");
    app_stage_press(stage, "Alt-n");
    app_stage_press(stage, "Enter");
    assert_stage_shows(stage, "no room for more than 16 panes");
    app_stage_free(stage);
}

static void app_pane_close__empty__goes_at_once(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open(two_echoes);
    app_stage_press(stage, "Alt-x");
    assert_stage_hides(stage, "echo");
    assert_true(is_focused(stage, "1 sage"));
    assert_null(engine_get_chat(stage->engine, 1));
    app_stage_free(stage);
}

static void app_pane_close__conversation__asks_first(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open((const char *const[]){ECHO, ECHO, NULL});
    app_stage_send(stage, "hi");
    app_stage_wait_idle(stage);
    app_stage_press(stage, "Alt-x");
    assert_stage_shows(stage, "press again to close it");
    app_stage_press(stage, "Tab");
    app_stage_press(stage, "Alt-x");
    assert_stage_shows(stage, "press again to close it");
    assert_non_null(engine_get_chat(stage->engine, 2));
    app_stage_press(stage, "Alt-x");
    assert_null(engine_get_chat(stage->engine, 2));
    assert_non_null(engine_get_chat(stage->engine, 1));
    app_stage_free(stage);
}

static void app_pane_close__click_between__asks_for_the_other_pane(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open((const char *const[]){ECHO, ECHO, NULL});
    app_stage_send(stage, "hi");
    app_stage_wait_idle(stage);
    app_stage_press(stage, "Alt-x");
    app_stage_click(stage, 75, 10);
    app_stage_press(stage, "Alt-x");
    assert_non_null(engine_get_chat(stage->engine, 2));
    assert_stage_shows(stage, "press again to close it");
    app_stage_free(stage);
}

static void app_pane_close__while_streaming__ends_its_turn(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open((const char *const[]){STALL, STALL, NULL});
    app_stage_send(stage, "go");
    app_stage_wait_answer(stage, 1, 1);
    app_stage_press(stage, "Alt-x");
    app_stage_press(stage, "Alt-x");
    assert_int_equal(engine_busy_count(stage->engine), 1);
    app_stage_wait_text(stage, "1 running");
    app_stage_free(stage);
}

static void app_pane_close__last_one__leaves_a_hint(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open((const char *const[]){ECHO, NULL});
    app_stage_press(stage, "Alt-x");
    assert_stage_shows(stage, "no pane is open: Alt-n opens one");
    app_stage_send(stage, "hello");
    assert_stage_shows(stage, "no pane is open");
    assert_stage_shows(stage, "> hello");
    app_stage_press(stage, "Alt-n");
    app_stage_send(stage, ECHO);
    app_stage_press(stage, "Enter");
    app_stage_wait_idle(stage);
    assert_stage_shows(stage, "✓ done");
    app_stage_free(stage);
}

static void press_all(struct app_stage *stage, enum input_mode mode)
{
    struct keymap *keymap = keymap_new();
    for (int action = ACTION_NONE + 1; action < ACTION_COUNT; action++) {
        char name[KEY_NAME_SIZE];
        keymap_first_key(keymap, (enum action)action, mode, name);
        if (action == ACTION_QUIT || action == ACTION_INTERRUPT || name[0] == '\0')
            continue;
        app_stage_press(stage, name);
        app_stage_press(stage, "Esc"); /* a box that opened */
        app_stage_press(stage, mode == MODE_TYPING ? "i" : "Left");
        app_stage_press(stage, mode == MODE_TYPING ? "Backspace" : "Left");
    }
    keymap_free(keymap);
}

static void app_actions__without_a_pane__do_not_fail(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open((const char *const[]){NULL});
    press_all(stage, MODE_TYPING);
    app_stage_press(stage, "Esc");
    press_all(stage, MODE_NORMAL);
    assert_stage_shows(stage, "no pane is open");
    app_stage_free(stage);
}

static void app_zoom__shows__the_focused_pane_alone(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open(two_echoes);
    app_stage_press(stage, "Alt-z");
    assert_stage_shows(stage, "1/2 echo");
    assert_stage_shows(stage, "zoomed");
    assert_stage_hides(stage, "┐┌");
    app_stage_press(stage, "Tab");
    assert_stage_shows(stage, "2/2 sage");
    app_stage_press(stage, "Alt-z");
    assert_stage_shows(stage, "┐┌");
    app_stage_press(stage, "Alt-z");
    app_stage_press(stage, "Alt-x");
    assert_stage_hides(stage, "zoomed");
    app_stage_free(stage);
}

/* --- The picker --------------------------------------------------------------------- */

static void app_model__typed_part__finds_the_name(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open(two_echoes);
    app_stage_press(stage, "Ctrl-L");
    assert_stage_shows(stage, "demo/coder");
    app_stage_type(stage, "POLY");
    assert_stage_shows(stage, "> POLY");
    assert_stage_hides(stage, "demo/coder");
    app_stage_press(stage, "Enter");
    assert_stage_shows(stage, "1 polyglot");
    app_stage_free(stage);
}

static void app_model__arrows__choose(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open(two_echoes);
    app_stage_press(stage, "Ctrl-L");
    for (int i = 0; i < 3; i++)
        app_stage_press(stage, "Down");
    app_stage_press(stage, "Up");
    app_stage_press(stage, "Enter");
    assert_stage_shows(stage, "1 polyglot");
    app_stage_free(stage);
}

static void app_model__name_that_is_part_of_another__can_be_taken(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open(two_echoes);
    catalog_add_model(&stage->catalog, "demo/echo-large");
    catalog_add_model(&stage->catalog, "demo/large");
    app_stage_press(stage, "Ctrl-L");
    app_stage_type(stage, "demo/sag");
    app_stage_press(stage, "Down");
    app_stage_press(stage, "Enter");
    assert_stage_shows(stage, "1 sag ");
    app_stage_press(stage, "Ctrl-L");
    app_stage_send(stage, "demo/large");
    assert_stage_shows(stage, "1 large ");
    app_stage_free(stage);
}

static void app_model__closed__changes_nothing(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open(two_echoes);
    app_stage_type(stage, "draft");
    app_stage_press(stage, "Ctrl-L");
    app_stage_type(stage, "coder");
    app_stage_press(stage, "Esc");
    assert_stage_shows(stage, "1 echo");
    assert_stage_shows(stage, "> draft");
    assert_stage_hides(stage, "normal mode  ");
    app_stage_press(stage, "Ctrl-L");
    app_stage_type(stage, "x");
    app_stage_press(stage, "Ctrl-U");
    app_stage_press(stage, "Backspace");
    app_stage_press(stage, "Ctrl-C");
    assert_stage_shows(stage, "1 echo");
    app_stage_free(stage);
}

static void app_model__pasted_name__is_one_line(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open(two_echoes);
    app_stage_press(stage, "Ctrl-L");
    app_stage_paste(stage, "demo/coder\nrm -rf");
    app_stage_press(stage, "Enter");
    assert_stage_shows(stage, "1 coder");
    app_stage_free(stage);
}

/* --- Scrolling -----------------------------------------------------------------------
 */

#define SSE_HEAD                                                                         \
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"

/* Appends an event with the lines "l<first>" … "l<last>". */
static void append_lines(struct strbuf *out, int first, int last)
{
    strbuf_append_text(out, "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"");
    for (int i = first; i <= last; i++)
        strbuf_append_format(out, "%sl%d", i > 1 ? "\\n" : "", i);
    strbuf_append_text(out, "\"}}]}\n\n");
}

/* A pane with 60 lines on it; raw_server_release lets 7 more come. */
static struct app_stage *open_lines(void)
{
    struct app_stage *stage = app_stage_new(&(struct app_stage_options){
        .models = (const char *const[]){"raw/lines", "demo/sage", NULL},
        .has_raw = true});
    struct strbuf first;
    struct strbuf second;
    strbuf_init(&first, 10000);
    strbuf_init(&second, 10000);
    strbuf_append_text(&first, SSE_HEAD);
    append_lines(&first, 1, 60);
    append_lines(&second, 61, 67);
    const struct raw_step steps[] = {
        {.action = RAW_SEND, .bytes = strbuf_text(&first)},
        {.action = RAW_HOLD},
        {.action = RAW_SEND, .bytes = strbuf_text(&second)},
        {.action = RAW_HOLD},
    };
    raw_server_answer(stage->raw, steps, COUNT_OF(steps));
    strbuf_clear(&first);
    strbuf_clear(&second);
    app_stage_type(stage, "go");
    app_stage_press(stage, "Alt-Enter");
    app_stage_wait_text(stage, "│ l60 ");
    return stage;
}

static void app_scroll__wheel__moves_the_pane_under_the_pointer(void **state)
{
    (void)state;
    struct app_stage *stage = open_lines();
    app_stage_press(stage, "Tab");
    app_stage_wheel(stage, 75, 10, true);
    assert_stage_shows(stage, "│ l60 ");
    app_stage_wheel(stage, 10, 10, true);
    assert_stage_shows(stage, "│ l57 ");
    assert_stage_hides(stage, "│ l58 ");
    assert_stage_shows(stage, "↓ more below");
    assert_true(is_focused(stage, "2 sage"));
    app_stage_wheel(stage, 10, 10, false);
    assert_stage_shows(stage, "│ l60 ");
    assert_stage_hides(stage, "↓");
    app_stage_free(stage);
}

static void app_scroll__text_arriving__is_counted_below(void **state)
{
    (void)state;
    struct app_stage *stage = open_lines();
    app_stage_press(stage, "PgUp");
    assert_stage_hides(stage, "│ l60 ");
    char *before = canvas_line(stage->shown, 1);
    raw_server_release(stage->raw);
    app_stage_wait_text(stage, "↓ 7 new lines");
    char *after = canvas_line(stage->shown, 1);
    assert_string_equal(after, before);
    mem_free(before);
    mem_free(after);
    app_stage_press(stage, "Ctrl-End");
    assert_stage_shows(stage, "│ l67 ");
    assert_stage_hides(stage, "new line");
    app_stage_free(stage);
}

static void app_scroll__click_on_the_mark__leads_back(void **state)
{
    (void)state;
    struct app_stage *stage = open_lines();
    app_stage_press(stage, "PgUp");
    raw_server_release(stage->raw);
    app_stage_wait_text(stage, "↓ 7 new lines");
    app_stage_click_text(stage, "7 new lines");
    assert_stage_shows(stage, "│ l67 ");
    app_stage_free(stage);
}

static void app_scroll__click_beside_the_mark__keeps_the_place(void **state)
{
    (void)state;
    struct app_stage *stage = open_lines();
    app_stage_press(stage, "PgUp");
    int x;
    int y;
    assert_true(canvas_find(stage->shown, "↓ more below", &x, &y));
    app_stage_click(stage, x - 3, y);
    app_stage_click(stage, x, y + 1);
    app_stage_click(stage, x, y - 1);
    assert_stage_hides(stage, "│ l60 ");
    app_stage_free(stage);
}

static void app_scroll__keys__move_the_focused_pane(void **state)
{
    (void)state;
    struct app_stage *stage = open_lines();
    app_stage_press(stage, "Shift-Up");
    assert_stage_hides(stage, "│ l60 ");
    assert_stage_shows(stage, "│ l59 ");
    app_stage_press(stage, "Shift-Down");
    assert_stage_shows(stage, "│ l60 ");
    app_stage_press(stage, "Ctrl-Home");
    assert_stage_shows(stage, "│ › go ");
    app_stage_press(stage, "PgDn");
    assert_stage_hides(stage, "│ › go ");
    app_stage_press(stage, "Esc");
    app_stage_press(stage, "G");
    assert_stage_shows(stage, "│ l60 ");
    app_stage_press(stage, "Ctrl-U");
    assert_stage_hides(stage, "│ l60 ");
    app_stage_press(stage, "Ctrl-D");
    assert_stage_shows(stage, "│ l60 ");
    app_stage_press(stage, "g");
    assert_stage_shows(stage, "│ › go ");
    app_stage_free(stage);
}

static void app_scroll__page_up_and_down__come_back_to_the_row(void **state)
{
    (void)state;
    struct app_stage *stage = open_lines();
    app_stage_press(stage, "Shift-Up");
    char *before = canvas_line(stage->shown, 1);
    app_stage_press(stage, "PgUp");
    app_stage_press(stage, "PgDn");
    char *after = canvas_line(stage->shown, 1);
    assert_string_equal(after, before);
    mem_free(before);
    mem_free(after);
    app_stage_free(stage);
}

static void app_scroll__page_beside_a_queue__leaves_no_row_out(void **state)
{
    (void)state;
    struct app_stage *stage = open_lines();
    for (int i = 0; i < 8; i++) {
        app_stage_type(stage, "later");
        app_stage_press(stage, "Alt-Enter");
    }
    assert_stage_shows(stage, "… later");
    char *top = canvas_line(stage->shown, 1);
    app_stage_press(stage, "PgUp");
    char *text = canvas_text(stage->shown);
    assert_non_null(strstr(text, top));
    mem_free(text);
    mem_free(top);
    app_stage_free(stage);
}

static void app_scroll__sending__goes_to_the_end(void **state)
{
    (void)state;
    struct app_stage *stage = open_lines();
    app_stage_press(stage, "PgUp");
    app_stage_type(stage, "more");
    app_stage_press(stage, "Alt-Enter");
    assert_stage_shows(stage, "│ l60 ");
    app_stage_free(stage);
}

static void app_scroll__resize__keeps_the_place_and_the_count(void **state)
{
    (void)state;
    struct app_stage *stage = open_lines();
    app_stage_press(stage, "PgUp");
    raw_server_release(stage->raw);
    app_stage_wait_text(stage, "↓ 7 new lines");
    char *before = canvas_line(stage->shown, 1);
    static const int widths[] = {70, 61, 140, 90, 100};
    for (size_t i = 0; i < COUNT_OF(widths); i++) {
        app_resize(stage->app, widths[i], 30);
        assert_stage_shows(stage, "↓ 7 new lines");
    }
    char *after = canvas_line(stage->shown, 1);
    assert_string_equal(after, before);
    mem_free(before);
    mem_free(after);
    app_stage_free(stage);
}

/* --- Help ----------------------------------------------------------------------------
 */

/* The text of one row of the box, without its edges and from the column `from` on. */
static char *box_row(const struct app_stage *stage, int left, int y, int from)
{
    const struct canvas *canvas = stage->shown;
    struct strbuf text;
    strbuf_init(&text, 10000);
    strbuf_append_text(&text, "");
    for (int x = left + 2 + from; x < canvas->width - left - 2; x++) {
        const struct cell *cell = canvas_cell_at(canvas, x, y);
        strbuf_append(&text, cell->text, cell->text_len);
    }
    while (text.len > 0 && text.text[text.len - 1] == ' ')
        strbuf_truncate(&text, text.len - 1);
    return strbuf_take(&text);
}

/* Scrolls through the help row by row and appends each row once, joined by blanks. */
static void read_help(struct app_stage *stage, int from, struct strbuf *out)
{
    int left;
    int top;
    int bottom;
    app_stage_press(stage, "F1");
    assert_true(canvas_find(stage->shown, "┌ keys", &left, &top));
    assert_true(canvas_find(stage->shown, "└ type", NULL, &bottom));
    for (int y = top + 1; y < bottom; y++) {
        char *row = box_row(stage, left, y, from);
        strbuf_append_format(out, "%s ", row);
        mem_free(row);
    }
    for (;;) {
        char *before = canvas_text(stage->shown);
        app_stage_press(stage, "Down");
        char *after = canvas_text(stage->shown);
        const bool has_moved = strcmp(before, after) != 0;
        mem_free(before);
        mem_free(after);
        if (!has_moved)
            break;
        char *row = box_row(stage, left, bottom - 1, from);
        strbuf_append_format(out, "%s ", row);
        mem_free(row);
    }
    app_stage_press(stage, "Esc");
}

static void check_help(int width, int height, int from)
{
    struct app_stage *stage = app_stage_new(&(struct app_stage_options){
        .models = two_echoes, .width = width, .height = height});
    struct strbuf help;
    strbuf_init(&help, 100000);
    read_help(stage, from, &help);
    for (int action = ACTION_NONE + 1; action < ACTION_COUNT; action++) {
        const char *sentence = action_get((enum action)action)->help;
        if (strstr(strbuf_text(&help), sentence) == NULL)
            fail_msg("the help does not say: %s\nbut: %s", sentence, strbuf_text(&help));
    }
    assert_stage_hides(stage, "┌ keys");
    strbuf_clear(&help);
    app_stage_free(stage);
}

static void app_help__wide__lists_every_action(void **state)
{
    (void)state;
    check_help(100, 30, 31);
}

static void app_help__usual_size__lists_every_action(void **state)
{
    (void)state;
    check_help(80, 24, 31);
}

static void app_help__smallest__lists_every_action(void **state)
{
    (void)state;
    check_help(20, 5, 0);
}

static void app_help__keys__stand_beside_the_sentences(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open(two_echoes);
    app_stage_press(stage, "F1");
    assert_stage_shows(stage, "Writing");
    assert_stage_shows(stage, "Alt-Enter ");
    app_stage_press(stage, "PgDn");
    assert_stage_shows(stage, "Tab  [Tab, l, j]");
    app_stage_wheel(stage, 10, 10, false);
    app_stage_press(stage, "q");
    assert_stage_hides(stage, "┌ keys");
    app_stage_free(stage);
}

static void app_help__typing_and_pasting__do_not_reach_the_text(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open(two_echoes);
    app_stage_press(stage, "F1");
    app_stage_type(stage, "abc");
    app_stage_paste(stage, "def");
    app_stage_press(stage, "F1");
    assert_stage_hides(stage, "> abc");
    assert_stage_hides(stage, "def");
    app_stage_free(stage);
}

static void app_help__resized__is_wrapped_anew(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open(two_echoes);
    app_stage_press(stage, "F1");
    for (int width = 20; width < 120; width += 9) {
        app_resize(stage->app, width, 20);
        assert_canvas_is_whole(stage->shown);
        assert_stage_shows(stage, "Enter");
    }
    app_stage_free(stage);
}

/* --- Sizes ---------------------------------------------------------------------------
 */

static struct app_stage *open_for_resizing(void)
{
    struct app_stage *stage = app_stage_open((const char *const[]){
        "demo/polyglot?tokens=300&rate=0&ttft=0", "demo/nosuch", STALL, NULL});
    app_stage_send(stage, "go");
    app_stage_wait_answer(stage, 3, 1);
    app_stage_wait_text(stage, "✗ not found");
    app_stage_wait_text(stage, "✓ done");
    app_stage_type(stage, "draft");
    return stage;
}

static void app_resize__small_sizes__show_the_composer(void **state)
{
    (void)state;
    struct app_stage *stage = open_for_resizing();
    for (int width = 20; width <= 40; width++) {
        for (int height = 5; height <= 12; height++) {
            app_resize(stage->app, width, height);
            assert_int_equal(stage->shown->width, width);
            assert_int_equal(stage->shown->height, height);
            assert_canvas_is_whole(stage->shown);
            assert_stage_shows(stage, "> draft");
            assert_true(stage->shown->is_cursor_visible);
        }
    }
    app_stage_free(stage);
}

static void app_resize__large_sizes__show_all_panes(void **state)
{
    (void)state;
    struct app_stage *stage = open_for_resizing();
    for (int width = 60; width <= 240; width += 30) {
        for (int height = 20; height <= 64; height += 11) {
            app_resize(stage->app, width, height);
            assert_canvas_is_whole(stage->shown);
            assert_stage_shows(stage, "> draft");
            assert_stage_shows(stage, "1 poly");
            assert_stage_shows(stage, "2 nosuch");
            assert_stage_shows(stage, "3 stall");
        }
    }
    app_stage_free(stage);
}

static void app_resize__next_to_nothing__does_not_fail(void **state)
{
    (void)state;
    struct app_stage *stage = open_for_resizing();
    static const char *const keys[] = {"Tab",   "PgUp", "F1",  "Down",  "Esc",
                                       "Alt-n", "x",    "Esc", "Alt-z", "Left"};
    for (int width = 9; width >= 0; width--) {
        for (int height = 6; height >= 0; height--) {
            app_resize(stage->app, width, height);
            for (size_t i = 0; i < COUNT_OF(keys); i++) {
                app_stage_press(stage, keys[i]);
                assert_canvas_is_whole(stage->shown);
            }
        }
    }
    app_resize(stage->app, 100, 30);
    assert_stage_shows(stage, "> draft");
    app_stage_free(stage);
}

static void app_resize__smallest__still_sends_and_answers(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_new(&(struct app_stage_options){
        .models = (const char *const[]){ECHO, ECHO, NULL}, .width = 20, .height = 5});
    app_stage_send(stage, "hello");
    app_stage_wait_text(stage, "hello");
    app_stage_wait_idle(stage);
    app_stage_press(stage, "Tab");
    assert_stage_shows(stage, "2/2");
    assert_stage_shows(stage, "hello");
    app_stage_free(stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(app_focus__keys__go_round),
        cmocka_unit_test(app_focus__no_such_pane__says_so),
        cmocka_unit_test(app_focus__click__goes_to_the_pane),
        cmocka_unit_test(app_tick__chip__is_switched_by_the_mouse),
        cmocka_unit_test(app_tick__a__ticks_all_or_none),
        cmocka_unit_test(app_pane_new__picked__is_focused_and_ticked),
        cmocka_unit_test(app_pane_new__too_many__says_so),
        cmocka_unit_test(app_pane_close__empty__goes_at_once),
        cmocka_unit_test(app_pane_close__conversation__asks_first),
        cmocka_unit_test(app_pane_close__click_between__asks_for_the_other_pane),
        cmocka_unit_test(app_pane_close__while_streaming__ends_its_turn),
        cmocka_unit_test(app_pane_close__last_one__leaves_a_hint),
        cmocka_unit_test(app_actions__without_a_pane__do_not_fail),
        cmocka_unit_test(app_zoom__shows__the_focused_pane_alone),
        cmocka_unit_test(app_model__typed_part__finds_the_name),
        cmocka_unit_test(app_model__arrows__choose),
        cmocka_unit_test(app_model__name_that_is_part_of_another__can_be_taken),
        cmocka_unit_test(app_model__closed__changes_nothing),
        cmocka_unit_test(app_model__pasted_name__is_one_line),
        cmocka_unit_test(app_scroll__wheel__moves_the_pane_under_the_pointer),
        cmocka_unit_test(app_scroll__text_arriving__is_counted_below),
        cmocka_unit_test(app_scroll__click_on_the_mark__leads_back),
        cmocka_unit_test(app_scroll__click_beside_the_mark__keeps_the_place),
        cmocka_unit_test(app_scroll__keys__move_the_focused_pane),
        cmocka_unit_test(app_scroll__page_up_and_down__come_back_to_the_row),
        cmocka_unit_test(app_scroll__page_beside_a_queue__leaves_no_row_out),
        cmocka_unit_test(app_scroll__sending__goes_to_the_end),
        cmocka_unit_test(app_scroll__resize__keeps_the_place_and_the_count),
        cmocka_unit_test(app_help__wide__lists_every_action),
        cmocka_unit_test(app_help__usual_size__lists_every_action),
        cmocka_unit_test(app_help__smallest__lists_every_action),
        cmocka_unit_test(app_help__keys__stand_beside_the_sentences),
        cmocka_unit_test(app_help__typing_and_pasting__do_not_reach_the_text),
        cmocka_unit_test(app_help__resized__is_wrapped_anew),
        cmocka_unit_test(app_resize__small_sizes__show_the_composer),
        cmocka_unit_test(app_resize__large_sizes__show_all_panes),
        cmocka_unit_test(app_resize__next_to_nothing__does_not_fail),
        cmocka_unit_test(app_resize__smallest__still_sends_and_answers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

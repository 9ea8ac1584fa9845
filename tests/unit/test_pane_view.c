/* One pane: frame or title row, state, metrics, and the way back to the end. */
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
#include "ui/view/pane_view.h"

struct fixture {
    struct chat chat;
    struct pane_view view;
    struct canvas *canvas;
};

static int set_up(void **state)
{
    struct fixture *fixture = mem_alloc(sizeof(*fixture));
    chat_init(&fixture->chat);
    fixture->canvas = canvas_new(0, 0);
    fixture->view = (struct pane_view){
        .number = 2,
        .model = "sage",
        .provider = "demo",
        .state = "● 41 t/s",
        .state_role = ROLE_STATE_ACTIVE,
        .metrics = "TTFT 0.31 s",
        .card_hint = "r retry",
        .chat = &fixture->chat,
        .transcript = transcript_new(),
        .is_ticked = true,
    };
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    transcript_free(fixture->view.transcript);
    canvas_free(fixture->canvas);
    chat_clear(&fixture->chat);
    mem_free(fixture);
    return 0;
}

static void add(struct fixture *fixture, enum message_author author, const char *text)
{
    message_append(chat_add(&fixture->chat, author), PART_TEXT, text, strlen(text));
}

static struct rect draw(struct fixture *fixture, int width, int height)
{
    canvas_resize(fixture->canvas, width, height);
    const struct rect mark = pane_view_draw(&fixture->view, fixture->canvas,
                                            (struct rect){0, 0, width, height});
    assert_canvas_is_whole(fixture->canvas);
    return mark;
}

static void assert_drawn(struct fixture *fixture, int width, int height,
                         const char *expected)
{
    draw(fixture, width, height);
    assert_canvas(fixture->canvas, expected);
}

/* --- Frame and title -------------------------------------------------------------- */

static void pane_view__roomy__has_a_frame(void **state)
{
    add(*state, MESSAGE_USER, "hi");
    add(*state, MESSAGE_ASSISTANT, "hello");
    assert_drawn(*state, 40, 6,
                 "┌ 2 sage ─ demo ───────────── ● 41 t/s ┐\n"
                 "│ › hi                                 │\n"
                 "│                                      │\n"
                 "│ hello                                │\n"
                 "│                                      │\n"
                 "└ TTFT 0.31 s ─────────────────────────┘\n");
}

static void pane_view__narrow__has_a_title_row(void **state)
{
    add(*state, MESSAGE_USER, "hi");
    assert_drawn(*state, 29, 4, " 2 sage   demo      ● 41 t/s\n› hi\n\n\n");
}

static void pane_view__low__has_a_title_row(void **state)
{
    add(*state, MESSAGE_USER, "hi");
    assert_drawn(*state, 40, 5, " 2 sage   demo                 ● 41 t/s\n› hi\n\n\n\n");
}

static void pane_view__tabs__count_the_panes(void **state)
{
    struct fixture *fixture = *state;
    fixture->view.tab_count = 4;
    draw(fixture, 60, 10);
    assert_true(canvas_find(fixture->canvas, " 2/4 sage ", NULL, NULL));
}

static void pane_view__not_ticked__is_said_in_words(void **state)
{
    struct fixture *fixture = *state;
    fixture->view.is_ticked = false;
    draw(fixture, 60, 10);
    assert_true(canvas_find(fixture->canvas, "2 sage (not ticked)", NULL, NULL));
}

static void pane_view__focused__has_another_frame(void **state)
{
    struct fixture *fixture = *state;
    draw(fixture, 60, 10);
    assert_int_equal(canvas_role_at(fixture->canvas, 0, 5), ROLE_BORDER);
    assert_int_equal(canvas_role_at(fixture->canvas, 2, 0), ROLE_TITLE);
    fixture->view.is_focused = true;
    draw(fixture, 60, 10);
    assert_int_equal(canvas_role_at(fixture->canvas, 0, 5), ROLE_BORDER_FOCUSED);
    assert_int_equal(canvas_role_at(fixture->canvas, 2, 0), ROLE_TITLE_FOCUSED);
}

static void pane_view__long_model__gives_way_to_the_state(void **state)
{
    struct fixture *fixture = *state;
    fixture->view.model = "a-very-long-model-name-with-a-date-2026-11-22";
    draw(fixture, 40, 10);
    int x;
    assert_true(canvas_find(fixture->canvas, "● 41 t/s", &x, NULL));
    assert_int_equal(x, 30);
    assert_true(canvas_find(fixture->canvas, "…", NULL, NULL));
    assert_false(canvas_find(fixture->canvas, "demo", NULL, NULL));
}

static void pane_view__metrics__stand_in_the_lower_edge(void **state)
{
    struct fixture *fixture = *state;
    draw(fixture, 60, 10);
    int y;
    assert_true(canvas_find(fixture->canvas, " TTFT 0.31 s ", NULL, &y));
    assert_int_equal(y, 9);
    fixture->view.metrics = "";
    draw(fixture, 60, 10);
    assert_true(canvas_find(fixture->canvas, "└───────", NULL, NULL));
}

static void pane_view__strange_names__are_made_harmless(void **state)
{
    struct fixture *fixture = *state;
    fixture->view.model = "m\033]0;x\007\u202e漢\n";
    fixture->view.provider = "p\033[2J";
    fixture->view.state = "s\t\033";
    fixture->view.metrics = "\x80\xff";
    for (int width = 1; width < 60; width += 3)
        draw(fixture, width, 8);
}

static void pane_view__any_size__stays_inside(void **state)
{
    struct fixture *fixture = *state;
    add(fixture, MESSAGE_USER, "漢字 and a long prompt\nwith lines");
    add(fixture, MESSAGE_ASSISTANT, "hello\n\nworld 🙂 of words");
    for (int width = 0; width < 45; width++) {
        for (int height = 0; height < 9; height++) {
            /* The cells around the pane are not touched. */
            canvas_resize(fixture->canvas, width + 2, height + 2);
            pane_view_draw(&fixture->view, fixture->canvas,
                           (struct rect){1, 1, width, height});
            assert_canvas_is_whole(fixture->canvas);
            for (int x = 0; x < width + 2; x++) {
                assert_string_equal(canvas_cell_at(fixture->canvas, x, 0)->text, " ");
                assert_string_equal(canvas_cell_at(fixture->canvas, x, height + 1)->text,
                                    " ");
            }
            for (int y = 0; y < height + 2; y++) {
                assert_string_equal(canvas_cell_at(fixture->canvas, 0, y)->text, " ");
                assert_string_equal(canvas_cell_at(fixture->canvas, width + 1, y)->text,
                                    " ");
            }
        }
    }
}

static void pane_view__queued__stand_below_the_conversation(void **state)
{
    struct fixture *fixture = *state;
    static const char *const queued[] = {"second\nline", "third",
                                         "a prompt that is too long", "fifth"};
    fixture->view.queued = queued;
    fixture->view.queued_count = 4;
    add(fixture, MESSAGE_USER, "hi");
    draw(fixture, 30, 11);
    int y;
    assert_true(canvas_find(fixture->canvas, "│ … second ", NULL, &y));
    assert_int_equal(y, 7);
    assert_true(canvas_find(fixture->canvas, "│ … third ", NULL, &y));
    assert_true(canvas_find(fixture->canvas, "│ … a prompt that is too lo… │", NULL, &y));
    assert_int_equal(y, 9);
    /* A third of the pane is the most they take. */
    assert_false(canvas_find(fixture->canvas, "fifth", NULL, NULL));
    assert_false(canvas_find(fixture->canvas, "line", NULL, NULL));
    for (int height = 0; height < 12; height++)
        draw(fixture, 30, height);
}

/* --- The way back ----------------------------------------------------------------- */

static void begin_long(struct fixture *fixture)
{
    add(fixture, MESSAGE_USER, "hi");
    add(fixture, MESSAGE_ASSISTANT, "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12");
    draw(fixture, 40, 8);
}

static void assert_mark(struct fixture *fixture, const char *text)
{
    const struct rect mark = draw(fixture, 40, 8);
    int x;
    int y;
    assert_true(canvas_find(fixture->canvas, text, &x, &y));
    assert_int_equal(mark.x, x);
    assert_int_equal(mark.y, y);
    assert_int_equal(y, 6);
    assert_int_equal(mark.x + mark.width, 38);
    assert_int_equal(mark.height, 1);
}

static void pane_view_mark__following__is_not_there(void **state)
{
    begin_long(*state);
    const struct rect mark = draw(*state, 40, 8);
    assert_int_equal(mark.width, 0);
}

static void pane_view_mark__scrolled_up__says_there_is_more(void **state)
{
    struct fixture *fixture = *state;
    begin_long(fixture);
    transcript_scroll(fixture->view.transcript, -2);
    assert_mark(fixture, " ↓ more below ");
}

static void pane_view_mark__news__are_counted(void **state)
{
    struct fixture *fixture = *state;
    begin_long(fixture);
    transcript_scroll(fixture->view.transcript, -2);
    message_append(chat_tip(&fixture->chat), PART_TEXT, "\n13", 3);
    assert_mark(fixture, " ↓ 1 new line ");
    message_append(chat_tip(&fixture->chat), PART_TEXT, "\n14", 3);
    assert_mark(fixture, " ↓ 2 new lines ");
    assert_int_equal(canvas_role_at(fixture->canvas, 37, 6), ROLE_NEW_LINES);
}

/* --- The dialog ------------------------------------------------------------------- */

static void draw_dialog(struct fixture *fixture, struct call_view *call, int width,
                        int height)
{
    const struct call_texts texts = {.arguments = "{\"a\":1}",
                                     .command = "add",
                                     .sandbox = "read-only",
                                     .rule = "ask (no rule)"};
    struct sheet sheet;
    sheet_init(&sheet);
    const int inner = pane_view_inner_width((struct rect){0, 0, width, height});
    call_sheet_fill(&sheet, &texts, call_view_sheet_width(inner), false);
    *call = (struct call_view){.tool = "add",
                               .origin = "tools/add.yaml",
                               .head = "2 sage asks",
                               .way = "Alt-a",
                               .sheet = &sheet,
                               .stage = CALL_STAGE_SEEN};
    fixture->view.call = call;
    draw(fixture, width, height);
    fixture->view.call = NULL;
    sheet_clear(&sheet);
}

static void pane_view__dialog__stands_below_the_conversation(void **state)
{
    struct fixture *fixture = *state;
    struct call_view call;
    add(*state, MESSAGE_USER, "hi");
    draw_dialog(fixture, &call, 40, 14);
    assert_canvas(fixture->canvas, "┌ 2 sage ─ demo ───────────── ● 41 t/s ┐\n"
                                   "│ › hi                                 │\n"
                                   "│                                      │\n"
                                   "│                                      │\n"
                                   "│                                      │\n"
                                   "│                                      │\n"
                                   "│ ╭ add · tools/add.yaml ────────────╮ │\n"
                                   "│ │ 2 sage asks                      │ │\n"
                                   "│ │ { \"a\": 1 }                       │ │\n"
                                   "│ │ runs    add                      │ │\n"
                                   "│ │ sandbox read-only                │ │\n"
                                   "│ │ rules   ask (no rule)            │ │\n"
                                   "│ ╰ ⚑ Alt-a moves here ──────────────╯ │\n"
                                   "└ TTFT 0.31 s ─────────────────────────┘\n");
    assert_int_equal(call.drawn.y, 6);
    assert_int_equal(call.drawn.height, 7);
}

static void pane_view__dialog__fits_in_the_smallest_frame(void **state)
{
    struct fixture *fixture = *state;
    struct call_view call;
    draw_dialog(fixture, &call, 30, 6);
    assert_canvas(fixture->canvas, "┌ 2 sage ─ demo ─── ● 41 t/s ┐\n"
                                   "│ ╭ add · tools/add.yaml ──╮ │\n"
                                   "│ │ { \"a\": 1 }             │ │\n"
                                   "│ │ … 3 more lines: v      │ │\n"
                                   "│ ╰ ⚑ Alt-a moves here ────╯ │\n"
                                   "└ TTFT 0.31 s ───────────────┘\n");
    draw_dialog(fixture, &call, 29, 3);
    assert_canvas(fixture->canvas, " 2 sage   demo      ● 41 t/s\n\n⚑ add: Alt-a\n");
}

/* --- Hidden characters -------------------------------------------------------------- */

static void pane_view__hidden_characters__are_counted_in_the_title(void **state)
{
    struct fixture *fixture = *state;
    add(fixture, MESSAGE_USER, "a\xe2\x80\x8b");
    add(fixture, MESSAGE_ASSISTANT, "b\033[1m \xe2\x80\xae\xff");
    draw(fixture, 60, 6);
    assert_true(
        canvas_find(fixture->canvas, " 3 hidden characters  \u25cf 41", NULL, NULL));
    int x;
    canvas_find(fixture->canvas, "3 hidden", &x, NULL);
    assert_int_equal(canvas_role_at(fixture->canvas, x, 0), ROLE_MARK);
    draw(fixture, 34, 6);
    assert_true(canvas_find(fixture->canvas, "3 hidden ", NULL, NULL));
    assert_true(canvas_find(fixture->canvas, " 2 sa", NULL, NULL));
}

static void pane_view__hidden_characters__are_counted_as_they_come(void **state)
{
    struct fixture *fixture = *state;
    struct message *answer = chat_add(&fixture->chat, MESSAGE_ASSISTANT);
    draw(fixture, 60, 6);
    assert_false(canvas_find(fixture->canvas, "hidden", NULL, NULL));
    /* The last bytes of a character, and what belongs to it, come later. */
    static const char piece[] = "word \xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb"
                                "\xe2\x80\xae\xe2\x80\x8d\xe4\xb8\x96";
    const size_t len = sizeof(piece) - 1;
    for (size_t i = 0; i < len * 100; i++) {
        message_append(answer, PART_TEXT, piece + i % len, 1);
        draw(fixture, 60, 6);
    }
    assert_true(canvas_find(fixture->canvas, " 200 hidden characters ", NULL, NULL));
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(pane_view__roomy__has_a_frame),
        TEST(pane_view__narrow__has_a_title_row),
        TEST(pane_view__low__has_a_title_row),
        TEST(pane_view__tabs__count_the_panes),
        TEST(pane_view__not_ticked__is_said_in_words),
        TEST(pane_view__focused__has_another_frame),
        TEST(pane_view__long_model__gives_way_to_the_state),
        TEST(pane_view__metrics__stand_in_the_lower_edge),
        TEST(pane_view__strange_names__are_made_harmless),
        TEST(pane_view__any_size__stays_inside),
        TEST(pane_view__queued__stand_below_the_conversation),
        TEST(pane_view_mark__following__is_not_there),
        TEST(pane_view_mark__scrolled_up__says_there_is_more),
        TEST(pane_view_mark__news__are_counted),
        TEST(pane_view__dialog__stands_below_the_conversation),
        TEST(pane_view__dialog__fits_in_the_smallest_frame),
        TEST(pane_view__hidden_characters__are_counted_in_the_title),
        TEST(pane_view__hidden_characters__are_counted_as_they_come),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

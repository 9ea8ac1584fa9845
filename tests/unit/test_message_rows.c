/* The rows of one message: parts with their signs, notes, and places that survive a new
 * width. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/mem.h"
#include "src/base/rng.h"
#include "tests/support/canvas_text.h"
#include "ui/view/message_rows.h"

static const char card_hint[] = "r retry";

struct fixture {
    struct message *message;
    struct message_rows rows;
};

static int set_up(void **state)
{
    struct fixture *fixture = mem_alloc(sizeof(*fixture));
    fixture->message = message_new(1, MESSAGE_ASSISTANT);
    fixture->message->state = MESSAGE_GROWING;
    fixture->message->facts.attempts = 1;
    message_rows_init(&fixture->rows, fixture->message);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    message_rows_clear(&fixture->rows);
    message_free(fixture->message);
    mem_free(fixture);
    return 0;
}

static void append(struct fixture *fixture, enum part_kind kind, const char *text)
{
    assert_true(message_append(fixture->message, kind, text, strlen(text)));
}

static void settle(struct fixture *fixture, enum message_state state, enum finish finish)
{
    fixture->message->state = state;
    fixture->message->facts.finish = finish;
    fixture->message->version++;
}

static void fail_with(struct fixture *fixture, enum error_class class, const char *words)
{
    error_set(&fixture->message->facts.error, class, "%s", words);
    settle(fixture, MESSAGE_FAILED, FINISH_ERROR);
}

static struct canvas *draw(const struct message_rows *rows)
{
    struct canvas *canvas = canvas_new(rows->width, rows->height - 1);
    for (int row = 0; row < rows->height; row++)
        message_rows_draw(rows, row, canvas, 0, row);
    return canvas;
}

static void assert_rows(struct fixture *fixture, int width, const char *expected)
{
    message_rows_update(&fixture->rows, width, card_hint);
    struct canvas *canvas = draw(&fixture->rows);
    assert_canvas(canvas, expected);
    canvas_free(canvas);
}

/* --- Parts ------------------------------------------------------------------------ */

static void message_rows__prompt__has_sign_and_indent(void **state)
{
    struct fixture *fixture = *state;
    fixture->message->author = MESSAGE_USER;
    append(fixture, PART_TEXT, "hello there world\nbye");
    assert_rows(fixture, 13, "› hello there\n  world\n  bye\n");
}

static void message_rows__answer__fills_width(void **state)
{
    append(*state, PART_TEXT, "hello there world");
    assert_rows(*state, 11, "hello there\nworld\n");
}

static void message_rows__reasoning_then_text__in_order(void **state)
{
    struct fixture *fixture = *state;
    fixture->rows.wants_unfolded = true;
    append(fixture, PART_REASONING, "hm, well");
    append(fixture, PART_TEXT, "Yes.");
    assert_rows(fixture, 8, "▾ hm,\n  well\nYes.\n");
}

static void message_rows__reasoning__is_folded_to_its_length(void **state)
{
    struct fixture *fixture = *state;
    append(fixture, PART_REASONING, "one");
    assert_rows(fixture, 30, "▸ reasoning · 1 line\n");
    append(fixture, PART_REASONING, "\ntwo");
    append(fixture, PART_TEXT, "Yes.");
    assert_rows(fixture, 30, "▸ reasoning · 2 lines\nYes.\n");
    assert_true(message_rows_is_fold(&fixture->rows, 0));
    assert_false(message_rows_is_fold(&fixture->rows, 1));
    fixture->rows.wants_unfolded = true;
    assert_rows(fixture, 30, "▾ one\n  two\nYes.\n");
    fixture->rows.wants_unfolded = false;
    assert_rows(fixture, 30, "▸ reasoning · 2 lines\nYes.\n");
}

static void message_rows__answer__is_markdown_or_raw(void **state)
{
    struct fixture *fixture = *state;
    append(fixture, PART_TEXT, "# A\n- *b*");
    assert_rows(fixture, 30, "A\n• b\n");
    fixture->rows.wants_raw = true;
    assert_rows(fixture, 30, "# A\n- *b*\n");
    append(fixture, PART_TEXT, "\n- c");
    assert_rows(fixture, 30, "# A\n- *b*\n- c\n");
    fixture->rows.wants_raw = false;
    assert_rows(fixture, 30, "A\n• b\n• c\n");
}

static void message_rows__prompt__is_never_markdown(void **state)
{
    struct fixture *fixture = *state;
    fixture->message->author = MESSAGE_USER;
    append(fixture, PART_TEXT, "# A *b*");
    assert_rows(fixture, 30, "› # A *b*\n");
}

static void message_rows__refusal__has_sign(void **state)
{
    append(*state, PART_REFUSAL, "I will not.");
    assert_rows(*state, 20, "! I will not.\n");
}

static void message_rows__tool_call__shows_name_before_arguments(void **state)
{
    struct fixture *fixture = *state;
    struct part *part = message_add_part(fixture->message, PART_TOOL_CALL);
    strbuf_append_text(&part->text, "{\"a\":");
    assert_rows(fixture, 30, "▸ … {\"a\":\n");
    part->name = mem_strdup("add");
    strbuf_append_text(&part->text, "1}");
    fixture->message->version++;
    assert_rows(fixture, 30, "▸ add {\"a\":1}\n");
}

static void message_rows__calls_that_grow_in_turn__are_all_shown(void **state)
{
    struct fixture *fixture = *state;
    message_add_part(fixture->message, PART_TOOL_CALL);
    message_add_part(fixture->message, PART_TOOL_CALL);
    assert_rows(fixture, 30, "▸ …\n▸ …\n");
    strbuf_append_text(&fixture->message->parts[0].text, "1");
    strbuf_append_text(&fixture->message->parts[1].text, "2");
    fixture->message->version++;
    assert_rows(fixture, 30, "▸ … 1\n▸ … 2\n");
}

static struct part *add_call(struct fixture *fixture, const char *name,
                             const char *arguments)
{
    struct part *part = message_add_part(fixture->message, PART_TOOL_CALL);
    part->name = mem_strdup(name);
    part->call_id = mem_strdup("c1");
    strbuf_append_text(&part->text, arguments);
    return part;
}

static void message_rows__line_ends_in_a_call__are_marks(void **state)
{
    struct fixture *fixture = *state;
    struct part *part = message_add_part(fixture->message, PART_TOOL_CALL);
    part->name = mem_strdup("a\nb");
    strbuf_append_text(&part->text, "{\"c\":\"1\xe2\x80");
    assert_rows(fixture, 50, "▸ a␊b {\"c\":\"1\n");
    strbuf_append_text(&part->text, "\xa8\xe2\x80\xa9|2\r\n\"}");
    fixture->message->version++;
    assert_rows(fixture, 50, "▸ a␊b {\"c\":\"1‹U+2028›‹U+2029›|2␍␊\"}\n");
    part->call_id = mem_strdup("c1");
    fixture->message->version++;
    assert_rows(fixture, 50, "▸ a␊b {\"c\":\"1‹U+2028›‹U+2029›|2␍␊\"}\n");
    char text[] = "1\n✓ ok";
    const struct call_mark mark = {.message_id = 1, .sign = "● ", .text = text};
    fixture->rows.marks = &mark;
    fixture->rows.mark_count = 1;
    assert_rows(fixture, 60, "● a␊b {\"c\":\"1‹U+2028›‹U+2029›|2␍␊\"}  1␊✓ ok\n");
}

static struct part *add_result(struct fixture *fixture, const char *text)
{
    fixture->message->author = MESSAGE_TOOL;
    fixture->message->state = MESSAGE_WHOLE;
    struct part *part = message_add_part(fixture->message, PART_TOOL_RESULT);
    part->name = mem_strdup("add");
    part->call_id = mem_strdup("c1");
    part->elapsed_ms = 840;
    strbuf_append_text(&part->text, text);
    return part;
}

static void message_rows__whole_call__is_one_line_and_cut(void **state)
{
    struct fixture *fixture = *state;
    struct strbuf json;
    strbuf_init(&json, 1000);
    strbuf_append_format(&json, "{ \"a\": \"%0300d\" }", 0);
    add_call(fixture, "add", "{\n  \"a\": 1\n}");
    add_call(fixture, "add", strbuf_text(&json));
    message_rows_update(&fixture->rows, 300, card_hint);
    struct canvas *canvas = draw(&fixture->rows);
    assert_true(canvas_find(canvas, "▸ add {\"a\":1}", NULL, NULL));
    assert_true(canvas_find(canvas, "00000…", NULL, NULL));
    canvas_free(canvas);
    fixture->rows.wants_unfolded = true;
    message_rows_update(&fixture->rows, 400, card_hint);
    canvas = draw(&fixture->rows);
    assert_true(canvas_find(canvas, "00000\"}", NULL, NULL));
    canvas_free(canvas);
    strbuf_clear(&json);
}

static void message_rows__marked_calls__say_how_they_stand(void **state)
{
    struct fixture *fixture = *state;
    char waits[] = "waits for an answer";
    char runs[] = "runs 3 s";
    struct call_mark marks[] = {{7, 0, "⚑ ", ROLE_STATE_WAIT, runs},
                                {1, 0, "⚑ ", ROLE_STATE_WAIT, waits},
                                {1, 1, "● ", ROLE_STATE_ACTIVE, runs}};
    add_call(fixture, "add", "{}");
    add_call(fixture, "add", "{}");
    fixture->rows.marks = marks;
    fixture->rows.mark_count = 3;
    assert_rows(fixture, 40, "⚑ add {}  waits for an answer\n● add {}  runs 3 s\n");
    runs[5] = '4';
    assert_rows(fixture, 40, "⚑ add {}  waits for an answer\n● add {}  runs 4 s\n");
    fixture->rows.mark_count = 0;
    assert_rows(fixture, 40, "▸ add {}\n▸ add {}\n");
}

static void message_rows__result__has_sign_and_time(void **state)
{
    struct fixture *fixture = *state;
    add_result(fixture, "3\n");
    struct part *failed = add_result(fixture, "no such file");
    failed->is_error = true;
    failed->elapsed_ms = -1;
    add_result(fixture, "");
    assert_rows(fixture, 40,
                "✓ add · 0.8 s\n  3\n✗ add\n  no such file\n✓ add · 0.8 s\n");
}

static void message_rows__long_result__is_folded(void **state)
{
    struct fixture *fixture = *state;
    struct part *part = add_result(fixture, "1\n2\n3\n4\n5\n6\n7\n8\n9\n");
    assert_rows(fixture, 40,
                "✓ add · 0.8 s\n  1\n  2\n  3\n  4\n  5\n  6\n  … 3 more lines\n");
    fixture->rows.wants_unfolded = true;
    assert_rows(fixture, 40,
                "✓ add · 0.8 s\n  1\n  2\n  3\n  4\n  5\n  6\n  7\n  8\n  9\n");
    fixture->rows.wants_unfolded = false;
    strbuf_reset(&part->text);
    strbuf_append_format(&part->text, "%0700d", 0);
    fixture->message->version++;
    message_rows_update(&fixture->rows, 1000, card_hint);
    struct canvas *canvas = draw(&fixture->rows);
    assert_true(canvas_find(canvas, "0000…", NULL, NULL));
    assert_true(canvas_find(canvas, "… 100 more bytes", NULL, NULL));
    canvas_free(canvas);
}

static void message_rows__dropped_calls__go(void **state)
{
    struct fixture *fixture = *state;
    append(fixture, PART_TEXT, "before");
    message_add_part(fixture->message, PART_TOOL_CALL);
    append(fixture, PART_TEXT, "after");
    assert_rows(fixture, 30, "before\n▸ …\nafter\n");
    message_drop_calls(fixture->message);
    assert_rows(fixture, 30, "before\nafter\n");
}

static void message_rows__control_bytes__are_marks(void **state)
{
    append(*state, PART_TEXT, "a\033[31mb\x07");
    message_rows_update(&((struct fixture *)*state)->rows, 40, card_hint);
    struct canvas *canvas = draw(&((struct fixture *)*state)->rows);
    assert_canvas_is_whole(canvas);
    assert_true(canvas_find(canvas, "[31mb", NULL, NULL));
    assert_int_equal(canvas_role_at(canvas, 1, 0), ROLE_MARK);
    canvas_free(canvas);
}

static void message_rows__wide_characters__break_whole(void **state)
{
    append(*state, PART_TEXT, "漢字漢字");
    assert_rows(*state, 5, "漢字\n漢字\n");
}

static void message_rows__nothing_yet__has_one_empty_row(void **state)
{
    struct fixture *fixture = *state;
    message_rows_update(&fixture->rows, 20, card_hint);
    assert_int_equal(fixture->rows.height, 1);
}

static void message_rows__narrower_than_the_indent__does_not_fail(void **state)
{
    struct fixture *fixture = *state;
    fixture->message->author = MESSAGE_USER;
    append(fixture, PART_TEXT, "ab");
    message_rows_update(&fixture->rows, 1, card_hint);
    struct canvas *canvas = draw(&fixture->rows);
    assert_canvas_is_whole(canvas);
    canvas_free(canvas);
}

/* --- Notes ------------------------------------------------------------------------ */

static void message_rows__growing__has_no_notes(void **state)
{
    append(*state, PART_TEXT, "so far");
    assert_rows(*state, 20, "so far\n");
}

static void message_rows__stopped__says_what_is_kept(void **state)
{
    append(*state, PART_TEXT, "so far");
    settle(*state, MESSAGE_STOPPED, FINISH_CANCELLED);
    assert_rows(*state, 40, "so far\n\n■ stopped; what had come is kept\n");
}

static void message_rows__stopped_empty__says_so(void **state)
{
    settle(*state, MESSAGE_STOPPED, FINISH_CANCELLED);
    assert_rows(*state, 40, "■ stopped before anything came\n");
}

static void message_rows__whole__has_no_note(void **state)
{
    append(*state, PART_TEXT, "all");
    settle(*state, MESSAGE_WHOLE, FINISH_STOP);
    assert_rows(*state, 40, "all\n");
}

static void assert_end_note(struct fixture *fixture, enum finish finish, const char *note)
{
    settle(fixture, MESSAGE_WHOLE, finish);
    message_rows_update(&fixture->rows, 60, card_hint);
    struct canvas *canvas = draw(&fixture->rows);
    assert_true(canvas_find(canvas, note, NULL, NULL));
    canvas_free(canvas);
}

static void message_rows__unusual_ends__are_named(void **state)
{
    append(*state, PART_TEXT, "text");
    assert_end_note(*state, FINISH_LENGTH, "! cut at the token limit");
    assert_end_note(*state, FINISH_CONTENT_FILTER, "! cut by the provider's content");
    assert_end_note(*state, FINISH_PAUSE, "! the model paused its turn");
}

static void message_rows__empty_answer__is_named(void **state)
{
    assert_end_note(*state, FINISH_STOP, "! the answer is empty");
}

static void message_rows__failed__is_a_card(void **state)
{
    struct fixture *fixture = *state;
    fixture->message->facts.attempts = 3;
    fixture->message->facts.request_id = mem_strdup("req_1");
    append(fixture, PART_TEXT, "half an ans");
    fail_with(fixture, ERROR_NETWORK_RESET, "the server closed the connection");
    assert_rows(fixture, 70,
                "half an ans\n"
                "\n"
                "✗ connection lost: the server closed the connection\n"
                "  what had come is kept · 3 tries · request req_1\n"
                "  The connection broke before the answer was complete: retry.\n"
                "  r retry\n");
}

static void message_rows__failed_at_once__has_no_kept_line(void **state)
{
    fail_with(*state, ERROR_AUTH, "no key");
    assert_rows(*state, 30,
                "✗ not authorised: no key\n"
                "  Check the API key: is it\n"
                "  set, valid, and allowed to\n"
                "  use this model?\n"
                "  r retry\n");
}

static void message_rows__other_hint__is_written_anew(void **state)
{
    struct fixture *fixture = *state;
    static const char other[] = "Alt-r retry";
    fail_with(fixture, ERROR_AUTH, "no key");
    message_rows_update(&fixture->rows, 90, card_hint);
    message_rows_update(&fixture->rows, 90, other);
    struct canvas *canvas = draw(&fixture->rows);
    assert_true(canvas_find(canvas, "  Alt-r retry", NULL, NULL));
    assert_int_equal(fixture->rows.height, 4);
    canvas_free(canvas);
}

static void message_rows__failed_prompt_author__has_no_card(void **state)
{
    struct fixture *fixture = *state;
    fixture->message->author = MESSAGE_USER;
    append(fixture, PART_TEXT, "hi");
    settle(fixture, MESSAGE_STOPPED, FINISH_NONE);
    assert_rows(fixture, 20, "› hi\n");
}

/* --- Growing and places ------------------------------------------------------------- */

/* Text with long and short words, wide characters and newlines. */
static void append_random(struct fixture *fixture, struct rng *rng, int words)
{
    static const char *const pieces[] = {"a",    "word ", "longerword", " ",   "\n",
                                         "漢字", "é ",    "🙂",       "x, ", "\n\n"};
    for (int i = 0; i < words; i++) {
        const enum part_kind kind = rng_below(rng, 40) == 0 ? PART_REASONING : PART_TEXT;
        append(fixture, kind, pieces[rng_below(rng, 10)]);
    }
}

static void message_rows__grown_in_pieces__equal_those_from_scratch(void **state)
{
    struct fixture *fixture = *state;
    struct rng rng;
    rng_init(&rng, 7);
    for (int i = 0; i < 120; i++) {
        append_random(fixture, &rng, 1 + (int)rng_below(&rng, 9));
        message_rows_update(&fixture->rows, 23, card_hint);
        struct message_rows fresh;
        message_rows_init(&fresh, fixture->message);
        message_rows_update(&fresh, 23, card_hint);
        assert_int_equal(fixture->rows.height, fresh.height);
        struct canvas *grown = draw(&fixture->rows);
        struct canvas *expected = draw(&fresh);
        assert_memory_equal(grown->cells, expected->cells,
                            (size_t)(grown->width * grown->height) * sizeof(struct cell));
        canvas_free(grown);
        canvas_free(expected);
        message_rows_clear(&fresh);
    }
}

static void message_rows__new_width__equals_from_scratch(void **state)
{
    struct fixture *fixture = *state;
    struct rng rng;
    rng_init(&rng, 8);
    append_random(fixture, &rng, 200);
    for (int width = 40; width > 2; width--) {
        message_rows_update(&fixture->rows, width, card_hint);
        struct message_rows fresh;
        message_rows_init(&fresh, fixture->message);
        message_rows_update(&fresh, width, card_hint);
        assert_int_equal(fixture->rows.height, fresh.height);
        message_rows_clear(&fresh);
    }
}

static void message_rows_find__after_another_width__finds_the_place(void **state)
{
    struct fixture *fixture = *state;
    struct rng rng;
    rng_init(&rng, 9);
    append_random(fixture, &rng, 300);
    for (int i = 0; i < 300; i++) {
        const int before = 5 + (int)rng_below(&rng, 60);
        const int after = 5 + (int)rng_below(&rng, 60);
        message_rows_update(&fixture->rows, before, card_hint);
        const int row = (int)rng_below(&rng, (uint64_t)fixture->rows.height);
        const struct row_place place = message_rows_place(&fixture->rows, row);
        message_rows_update(&fixture->rows, after, card_hint);
        const int found = message_rows_find(&fixture->rows, place);
        const struct row_place there = message_rows_place(&fixture->rows, found);
        assert_int_equal(there.segment, place.segment);
        assert_true(there.offset <= place.offset);
        const struct row_place next = message_rows_place(&fixture->rows, found + 1);
        assert_true(next.segment > place.segment || next.offset > place.offset ||
                    found + 1 >= fixture->rows.height);
    }
}

static void message_rows_place__same_width__is_its_own_inverse(void **state)
{
    struct fixture *fixture = *state;
    struct rng rng;
    rng_init(&rng, 10);
    append_random(fixture, &rng, 300);
    message_rows_update(&fixture->rows, 17, card_hint);
    for (int row = 0; row < fixture->rows.height; row++) {
        const struct row_place place = message_rows_place(&fixture->rows, row);
        assert_int_equal(message_rows_find(&fixture->rows, place), row);
    }
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(message_rows__prompt__has_sign_and_indent),
        TEST(message_rows__answer__fills_width),
        TEST(message_rows__reasoning_then_text__in_order),
        TEST(message_rows__reasoning__is_folded_to_its_length),
        TEST(message_rows__answer__is_markdown_or_raw),
        TEST(message_rows__prompt__is_never_markdown),
        TEST(message_rows__refusal__has_sign),
        TEST(message_rows__tool_call__shows_name_before_arguments),
        TEST(message_rows__calls_that_grow_in_turn__are_all_shown),
        TEST(message_rows__line_ends_in_a_call__are_marks),
        TEST(message_rows__whole_call__is_one_line_and_cut),
        TEST(message_rows__marked_calls__say_how_they_stand),
        TEST(message_rows__result__has_sign_and_time),
        TEST(message_rows__long_result__is_folded),
        TEST(message_rows__dropped_calls__go),
        TEST(message_rows__control_bytes__are_marks),
        TEST(message_rows__wide_characters__break_whole),
        TEST(message_rows__nothing_yet__has_one_empty_row),
        TEST(message_rows__narrower_than_the_indent__does_not_fail),
        TEST(message_rows__growing__has_no_notes),
        TEST(message_rows__stopped__says_what_is_kept),
        TEST(message_rows__stopped_empty__says_so),
        TEST(message_rows__whole__has_no_note),
        TEST(message_rows__unusual_ends__are_named),
        TEST(message_rows__empty_answer__is_named),
        TEST(message_rows__failed__is_a_card),
        TEST(message_rows__failed_at_once__has_no_kept_line),
        TEST(message_rows__other_hint__is_written_anew),
        TEST(message_rows__failed_prompt_author__has_no_card),
        TEST(message_rows__grown_in_pieces__equal_those_from_scratch),
        TEST(message_rows__new_width__equals_from_scratch),
        TEST(message_rows_find__after_another_width__finds_the_place),
        TEST(message_rows_place__same_width__is_its_own_inverse),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

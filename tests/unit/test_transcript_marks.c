/*
 * What a search finds, and what is selected, in the rows of a conversation: the right
 * cells over wraps, in tables and code, raw and folded; and the lines of the source.
 */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/mem.h"
#include "ui/view/transcript.h"

struct fixture {
    struct chat chat;
    struct transcript *transcript;
    struct canvas *canvas;
    struct text_pattern *pattern;
    int width;
    int height;
};

static int set_up(void **state)
{
    struct fixture *fixture = mem_alloc(sizeof(*fixture));
    chat_init(&fixture->chat);
    fixture->transcript = transcript_new();
    fixture->canvas = canvas_new(0, 0);
    fixture->width = 20;
    fixture->height = 12;
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    transcript_free(fixture->transcript);
    text_pattern_free(fixture->pattern);
    canvas_free(fixture->canvas);
    chat_clear(&fixture->chat);
    mem_free(fixture);
    return 0;
}

static void draw(struct fixture *fixture)
{
    transcript_update(fixture->transcript, &fixture->chat, fixture->width,
                      fixture->height, "");
    canvas_resize(fixture->canvas, fixture->width, fixture->height);
    transcript_draw(fixture->transcript, fixture->canvas,
                    (struct rect){0, 0, fixture->width, fixture->height});
}

static struct message *add(struct fixture *fixture, enum message_author author,
                           enum part_kind kind, const char *text)
{
    struct message *message = chat_add(&fixture->chat, author);
    message_append(message, kind, text, strlen(text));
    return message;
}

static void search(struct fixture *fixture, const char *text)
{
    struct text_pattern *old = fixture->pattern;
    fixture->pattern = text_pattern_new(text, strlen(text));
    transcript_search(fixture->transcript, &fixture->chat, fixture->pattern);
    text_pattern_free(old);
}

/* The cells of these roles, row by row with "/" between rows; rows without are left out.
 */
static char *cells_of(struct fixture *fixture, enum role first, enum role second)
{
    struct strbuf out;
    strbuf_init(&out, STRBUF_OWN_MAX);
    draw(fixture);
    for (int y = 0; y < fixture->height; y++) {
        const size_t before = out.len;
        for (int x = 0; x < fixture->width; x++) {
            const struct cell *cell = canvas_cell_at(fixture->canvas, x, y);
            if (cell->role != first && cell->role != second)
                continue;
            if (out.len == before && before > 0)
                strbuf_append_char(&out, '/');
            strbuf_append(&out, cell->text, cell->text_len);
        }
    }
    return strbuf_take(&out);
}

static void assert_marked(struct fixture *fixture, const char *expected)
{
    char *found = cells_of(fixture, ROLE_MATCH, ROLE_MATCH_CURRENT);
    assert_string_equal(found, expected);
    mem_free(found);
}

static void assert_current(struct fixture *fixture, const char *expected)
{
    char *found = cells_of(fixture, ROLE_MATCH_CURRENT, ROLE_MATCH_CURRENT);
    assert_string_equal(found, expected);
    mem_free(found);
}

/* --- Search ------------------------------------------------------------------------ */

static void transcript_search__marks__prompts_and_answers(void **state)
{
    struct fixture *fixture = *state;
    add(fixture, MESSAGE_USER, PART_TEXT, "Where is the moon?");
    add(fixture, MESSAGE_ASSISTANT, PART_TEXT, "The **moon** is up. `Moonlight`.");
    search(fixture, "moon");
    assert_int_equal(transcript_match_count(fixture->transcript), 3);
    assert_marked(fixture, "moon/moon/Moon");
    assert_true(transcript_match_near(fixture->transcript));
    assert_current(fixture, "moon");
    assert_int_equal(transcript_match_number(fixture->transcript), 1);
}

static void transcript_search__over_a_wrap__marks_both_rows(void **state)
{
    struct fixture *fixture = *state;
    fixture->width = 10;
    add(fixture, MESSAGE_ASSISTANT, PART_TEXT, "one two three four");
    search(fixture, "two three");
    assert_marked(fixture, "two /three");
    transcript_set_raw(fixture->transcript, true);
    assert_marked(fixture, "two /three");
}

static void transcript_search__wide_and_combined__marks_whole_clusters(void **state)
{
    struct fixture *fixture = *state;
    add(fixture, MESSAGE_ASSISTANT, PART_TEXT,
        "a\xe6\xbc\xa2"
        "b e\xcc\x81x");
    search(fixture, "\xe6\xbc\xa2");
    draw(fixture);
    assert_int_equal(canvas_role_at(fixture->canvas, 1, 0), ROLE_MATCH);
    assert_int_equal(canvas_role_at(fixture->canvas, 2, 0), ROLE_MATCH);
    assert_int_equal(canvas_role_at(fixture->canvas, 3, 0), ROLE_TEXT);
    search(fixture, "e");
    /* The letter is found without its mark, and drawn with it. */
    assert_marked(fixture, "\xc3\xa9");
}

static void transcript_search__table_and_code__marks_their_cells(void **state)
{
    struct fixture *fixture = *state;
    fixture->width = 30;
    fixture->height = 20;
    add(fixture, MESSAGE_ASSISTANT, PART_TEXT,
        "| name | what it is |\n|---|---|\n| pear | a fruit that is long and sweet, "
        "pear by name |\n\n```c\n\tint pear;\n```\n");
    search(fixture, "pear");
    assert_int_equal(transcript_match_count(fixture->transcript), 3);
    assert_marked(fixture, "pear/pear/pear");
}

static void transcript_search__hidden_character__marks_what_stands_for_it(void **state)
{
    struct fixture *fixture = *state;
    add(fixture, MESSAGE_ASSISTANT, PART_TEXT, "a\033[31mb");
    search(fixture, "[31m");
    assert_marked(fixture, "[31m");
}

static void transcript_search__folded_reasoning__is_found_and_hidden(void **state)
{
    struct fixture *fixture = *state;
    struct message *message =
        add(fixture, MESSAGE_ASSISTANT, PART_REASONING, "one\ntwo needle\nthree");
    message_append(message, PART_TEXT, "the answer", 10);
    search(fixture, "needle");
    draw(fixture);
    assert_true(transcript_match_near(fixture->transcript));
    assert_true(transcript_match_is_hidden(fixture->transcript));
    assert_marked(fixture, "");
    transcript_set_calls(fixture->transcript, NULL, 0, true);
    assert_marked(fixture, "needle");
    assert_false(transcript_match_is_hidden(fixture->transcript));
}

static void transcript_search__call_and_result__are_marked_as_shown(void **state)
{
    struct fixture *fixture = *state;
    fixture->width = 40;
    struct message *call = add(fixture, MESSAGE_ASSISTANT, PART_TOOL_CALL,
                               "{ \"city\": \"Paris\", \"a\":  1 }");
    call->parts[0].name = mem_strdup("weather");
    call->parts[0].call_id = mem_strdup("c1");
    struct message *result = add(fixture, MESSAGE_TOOL, PART_TOOL_RESULT,
                                 "rain\nin Paris\n3\n4\n5\n6\n7 Paris\n8");
    result->parts[0].name = mem_strdup("weather");
    result->parts[0].call_id = mem_strdup("c1");
    result->parts[0].elapsed_ms = -1;
    search(fixture, "Paris");
    assert_int_equal(transcript_match_count(fixture->transcript), 3);
    assert_marked(fixture, "Paris/Paris");
    assert_true(transcript_match_end(fixture->transcript, true));
    assert_true(transcript_match_is_hidden(fixture->transcript));
    transcript_set_calls(fixture->transcript, NULL, 0, true);
    assert_marked(fixture, "Paris/Paris/Paris");
    search(fixture, "\"a\":  1");
    assert_marked(fixture, "\"a\":1");
}

static void transcript_match_step__goes__through_all_and_into_view(void **state)
{
    struct fixture *fixture = *state;
    fixture->height = 3;
    for (int i = 0; i < 30; i++)
        add(fixture, MESSAGE_USER, PART_TEXT, i % 10 == 4 ? "needle" : "hay");
    draw(fixture);
    search(fixture, "needle");
    /* From the end nothing comes below: the last one above is near. */
    assert_true(transcript_match_near(fixture->transcript));
    assert_int_equal(transcript_match_number(fixture->transcript), 3);
    assert_current(fixture, "needle");
    assert_false(transcript_match_step(fixture->transcript, true));
    assert_true(transcript_match_step(fixture->transcript, false));
    assert_int_equal(transcript_match_number(fixture->transcript), 2);
    assert_current(fixture, "needle");
    assert_true(transcript_match_end(fixture->transcript, false));
    assert_int_equal(transcript_match_number(fixture->transcript), 1);
    assert_current(fixture, "needle");
    assert_false(transcript_match_step(fixture->transcript, false));
}

static void transcript_search__new_text__is_searched_as_it_comes(void **state)
{
    struct fixture *fixture = *state;
    struct message *message = add(fixture, MESSAGE_ASSISTANT, PART_TEXT, "a nee");
    message->state = MESSAGE_GROWING;
    search(fixture, "needle");
    assert_marked(fixture, "");
    message_append(message, PART_TEXT, "dle", 3);
    assert_marked(fixture, "needle");
    add(fixture, MESSAGE_USER, PART_TEXT, "needle");
    assert_marked(fixture, "needle/needle");
    assert_int_equal(transcript_match_count(fixture->transcript), 2);
}

static void transcript_search__other_branch__forgets_what_is_gone(void **state)
{
    struct fixture *fixture = *state;
    struct message *prompt = add(fixture, MESSAGE_USER, PART_TEXT, "needle");
    add(fixture, MESSAGE_ASSISTANT, PART_TEXT, "needle needle");
    search(fixture, "needle");
    assert_true(transcript_match_end(fixture->transcript, true));
    chat_set_tip(&fixture->chat, prompt);
    draw(fixture);
    assert_int_equal(transcript_match_count(fixture->transcript), 1);
    assert_int_equal(transcript_match_number(fixture->transcript), 0);
}

/* --- Numbers of blocks ------------------------------------------------------------- */

static bool shows(struct fixture *fixture, const char *text)
{
    struct strbuf out;
    strbuf_init(&out, STRBUF_OWN_MAX);
    draw(fixture);
    canvas_to_text(fixture->canvas, &out);
    const bool is_shown = strstr(strbuf_text(&out), text) != NULL;
    strbuf_clear(&out);
    return is_shown;
}

static void message_rows__blocks_of_code__are_numbered_through_the_answer(void **state)
{
    struct fixture *fixture = *state;
    struct message *message =
        add(fixture, MESSAGE_ASSISTANT, PART_TEXT, "```c\na\n```\n```c\nb\n```\n");
    message->state = MESSAGE_GROWING;
    fixture->height = 30;
    draw(fixture);
    message_append(message, PART_REASONING, "hm", 2);
    message_append(message, PART_TEXT, "```py\nd\n```\n", 12);
    assert_true(shows(fixture, "c \xc2\xb7 2"));
    assert_true(shows(fixture, "py \xc2\xb7 3"));
}

/* --- Selecting --------------------------------------------------------------------- */

static void assert_selected(struct fixture *fixture, const char *expected)
{
    struct strbuf out;
    strbuf_init(&out, STRBUF_OWN_MAX);
    draw(fixture);
    transcript_select_text(fixture->transcript, &out);
    assert_string_equal(strbuf_text(&out), expected);
    strbuf_clear(&out);
}

static void transcript_select__wrapped_row__stands_for_its_line(void **state)
{
    struct fixture *fixture = *state;
    fixture->width = 12;
    add(fixture, MESSAGE_ASSISTANT, PART_TEXT,
        "first\nsecond line is **very** long\nthird");
    draw(fixture);
    assert_true(transcript_select_begin(fixture->transcript));
    assert_selected(fixture, "third");
    transcript_select_move(fixture->transcript, -1);
    assert_selected(fixture, "second line is **very** long\nthird");
    char *marked = cells_of(fixture, ROLE_SELECTED, ROLE_SELECTED);
    assert_null(strstr(marked, "first"));
    assert_non_null(strstr(marked, "second"));
    mem_free(marked);
    transcript_select_go(fixture->transcript, false);
    assert_selected(fixture, "first\nsecond line is **very** long\nthird");
    transcript_select_swap(fixture->transcript);
    transcript_select_move(fixture->transcript, -1);
    fixture->width = 40;
    assert_selected(fixture, "first\nsecond line is **very** long");
    transcript_select_end(fixture->transcript);
    assert_selected(fixture, "");
}

static void transcript_select__code__takes_fences_and_empty_lines(void **state)
{
    struct fixture *fixture = *state;
    add(fixture, MESSAGE_ASSISTANT, PART_TEXT, "Do:\n\n```\na\n\n  b\n```\n\nDone.");
    draw(fixture);
    assert_true(transcript_select_begin(fixture->transcript));
    assert_selected(fixture, "Done.");
    transcript_select_move(fixture->transcript, -2);
    transcript_select_swap(fixture->transcript);
    transcript_select_move(fixture->transcript, -2);
    /* Without the label the fences are not meant. */
    assert_selected(fixture, "  b");
    transcript_select_swap(fixture->transcript);
    transcript_select_move(fixture->transcript, -2);
    assert_selected(fixture, "a\n\n  b");
    transcript_select_move(fixture->transcript, -1);
    assert_selected(fixture, "```\na\n\n  b\n```");
}

static void transcript_select__table__takes_whole_lines(void **state)
{
    struct fixture *fixture = *state;
    add(fixture, MESSAGE_ASSISTANT, PART_TEXT,
        "| a | b |\n|---|---|\n| one | two words that wrap here |\n| 3 | 4 |");
    draw(fixture);
    assert_true(transcript_select_begin(fixture->transcript));
    assert_selected(fixture, "| 3 | 4 |");
    transcript_select_move(fixture->transcript, -1);
    assert_selected(fixture, "| one | two words that wrap here |\n| 3 | 4 |");
    transcript_select_go(fixture->transcript, false);
    assert_selected(fixture, "| a | b |\n|---|---|\n| one | two words that wrap here |\n"
                             "| 3 | 4 |");
}

static void transcript_select__over_messages__has_an_empty_line_between(void **state)
{
    struct fixture *fixture = *state;
    add(fixture, MESSAGE_USER, PART_TEXT, "why\033[1m?");
    struct message *answer = add(fixture, MESSAGE_ASSISTANT, PART_REASONING, "h1\nh2");
    message_append(answer, PART_TEXT, "so\n\n", 4);
    add(fixture, MESSAGE_USER, PART_TEXT, "ah");
    draw(fixture);
    assert_true(transcript_select_begin(fixture->transcript));
    transcript_select_go(fixture->transcript, false);
    assert_selected(fixture, "why\033[1m?\n\nh1\nh2\nso\n\nah");
}

static void transcript_select__branch_gone__ends(void **state)
{
    struct fixture *fixture = *state;
    struct message *prompt = add(fixture, MESSAGE_USER, PART_TEXT, "a");
    assert_false(transcript_select_begin(fixture->transcript));
    add(fixture, MESSAGE_ASSISTANT, PART_TEXT, "b");
    draw(fixture);
    assert_true(transcript_select_begin(fixture->transcript));
    chat_set_tip(&fixture->chat, prompt);
    draw(fixture);
    assert_false(transcript_is_selecting(fixture->transcript));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        TEST(transcript_search__marks__prompts_and_answers),
        TEST(transcript_search__over_a_wrap__marks_both_rows),
        TEST(transcript_search__wide_and_combined__marks_whole_clusters),
        TEST(transcript_search__table_and_code__marks_their_cells),
        TEST(transcript_search__hidden_character__marks_what_stands_for_it),
        TEST(transcript_search__folded_reasoning__is_found_and_hidden),
        TEST(transcript_search__call_and_result__are_marked_as_shown),
        TEST(transcript_match_step__goes__through_all_and_into_view),
        TEST(transcript_search__new_text__is_searched_as_it_comes),
        TEST(transcript_search__other_branch__forgets_what_is_gone),
        TEST(message_rows__blocks_of_code__are_numbered_through_the_answer),
        TEST(transcript_select__wrapped_row__stands_for_its_line),
        TEST(transcript_select__code__takes_fences_and_empty_lines),
        TEST(transcript_select__table__takes_whole_lines),
        TEST(transcript_select__over_messages__has_an_empty_line_between),
        TEST(transcript_select__branch_gone__ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

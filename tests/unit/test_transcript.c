/* Following and letting go, the reader's place, and that a frame does not touch what is
 * out of sight. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "src/base/mem.h"
#include "src/base/rng.h"
#include "tests/support/canvas_text.h"
#include "tests/support/transcript_stage.h"

static size_t new_rows(struct transcript_stage *fixture)
{
    transcript_stage_update(fixture);
    return transcript_new_rows(fixture->transcript);
}

static bool follows(const struct transcript_stage *fixture)
{
    return transcript_is_following(fixture->transcript);
}

/* --- Following -------------------------------------------------------------------- */

static void transcript__short__begins_at_the_top(void **state)
{
    transcript_stage_begin(*state, 2);
    assert_transcript(*state, "› go\n\nl1\nl2\n\n");
    assert_true(follows(*state));
}

static void transcript__long__shows_the_end(void **state)
{
    transcript_stage_begin(*state, 9);
    assert_transcript(*state, "l5\nl6\nl7\nl8\nl9\n");
}

static void transcript__growing__stays_at_the_end(void **state)
{
    transcript_stage_begin(*state, 4);
    for (int i = 5; i < 60; i++) {
        transcript_stage_grow(*state, i, i);
        char expected[60];
        snprintf(expected, sizeof(expected), "l%d\nl%d\nl%d\nl%d\nl%d\n", i - 4, i - 3,
                 i - 2, i - 1, i);
        assert_transcript(*state, expected);
        assert_true(follows(*state));
    }
}

static void transcript__another_message__is_followed(void **state)
{
    transcript_stage_begin(*state, 4);
    transcript_stage_add(*state, MESSAGE_USER, "more");
    assert_transcript(*state, "l2\nl3\nl4\n\n› more\n");
}

static void transcript_scroll__up__lets_go(void **state)
{
    struct transcript_stage *fixture = *state;
    transcript_stage_begin(fixture, 9);
    transcript_scroll(fixture->transcript, -1);
    assert_false(follows(fixture));
    assert_transcript(fixture, "l4\nl5\nl6\nl7\nl8\n");
}

static void transcript_scroll__up_where_all_is_seen__still_follows(void **state)
{
    struct transcript_stage *fixture = *state;
    transcript_stage_begin(fixture, 2);
    transcript_scroll(fixture->transcript, -3);
    assert_true(follows(fixture));
    transcript_stage_grow(fixture, 3, 9);
    assert_transcript(fixture, "l5\nl6\nl7\nl8\nl9\n");
}

static void transcript__text_arriving__keeps_the_readers_place(void **state)
{
    struct transcript_stage *fixture = *state;
    transcript_stage_begin(fixture, 9);
    transcript_scroll(fixture->transcript, -2);
    for (int i = 10; i < 40; i++) {
        transcript_stage_grow(fixture, i, i);
        assert_transcript(fixture, "l3\nl4\nl5\nl6\nl7\n");
    }
    transcript_stage_add(fixture, MESSAGE_USER, "more");
    assert_transcript(fixture, "l3\nl4\nl5\nl6\nl7\n");
    assert_false(follows(fixture));
}

static void transcript_scroll__back_to_the_end__follows_again(void **state)
{
    struct transcript_stage *fixture = *state;
    transcript_stage_begin(fixture, 9);
    transcript_scroll(fixture->transcript, -3);
    transcript_scroll(fixture->transcript, 2);
    assert_false(follows(fixture));
    transcript_scroll(fixture->transcript, 1);
    assert_true(follows(fixture));
    transcript_stage_grow(fixture, 10, 10);
    assert_transcript(fixture, "l6\nl7\nl8\nl9\nl10\n");
}

static void transcript_scroll__far_beyond_the_end__stops_there(void **state)
{
    struct transcript_stage *fixture = *state;
    transcript_stage_begin(fixture, 9);
    transcript_scroll(fixture->transcript, -3);
    transcript_scroll(fixture->transcript, 10000);
    assert_true(follows(fixture));
    assert_transcript(fixture, "l5\nl6\nl7\nl8\nl9\n");
}

static void transcript_scroll__far_beyond_the_top__stops_there(void **state)
{
    struct transcript_stage *fixture = *state;
    transcript_stage_begin(fixture, 9);
    transcript_scroll(fixture->transcript, -10000);
    assert_transcript(fixture, "› go\n\nl1\nl2\nl3\n");
    transcript_scroll(fixture->transcript, -1);
    assert_transcript(fixture, "› go\n\nl1\nl2\nl3\n");
}

static void transcript_scroll__up_and_down__is_symmetric(void **state)
{
    struct transcript_stage *fixture = *state;
    for (int i = 0; i < 12; i++)
        transcript_stage_add(fixture, i % 2 == 0 ? MESSAGE_USER : MESSAGE_ASSISTANT,
                             "one two three four");
    fixture->width = 7;
    transcript_stage_draw(fixture);
    transcript_go_top(fixture->transcript);
    transcript_stage_draw(fixture);
    char *pictures[20];
    for (int i = 0; i < 20; i++) {
        transcript_stage_draw(fixture);
        pictures[i] = canvas_text(fixture->canvas);
        transcript_scroll(fixture->transcript, 1);
    }
    for (int i = 19; i >= 0; i--) {
        transcript_scroll(fixture->transcript, -1);
        assert_transcript(fixture, pictures[i]);
        mem_free(pictures[i]);
    }
}

static void transcript_go__top_and_end(void **state)
{
    struct transcript_stage *fixture = *state;
    transcript_stage_begin(fixture, 9);
    transcript_go_top(fixture->transcript);
    assert_false(follows(fixture));
    assert_transcript(fixture, "› go\n\nl1\nl2\nl3\n");
    transcript_go_end(fixture->transcript);
    assert_true(follows(fixture));
    assert_transcript(fixture, "l5\nl6\nl7\nl8\nl9\n");
}

static void transcript__nothing_in_it__can_be_scrolled(void **state)
{
    struct transcript_stage *fixture = *state;
    transcript_scroll(fixture->transcript, -1);
    transcript_go_top(fixture->transcript);
    transcript_go_end(fixture->transcript);
    assert_transcript(fixture, "\n\n\n\n\n");
    assert_int_equal(new_rows(fixture), 0);
    assert_true(follows(fixture));
}

/* --- New rows --------------------------------------------------------------------- */

static void transcript_new_rows__following__is_zero(void **state)
{
    transcript_stage_begin(*state, 9);
    transcript_stage_grow(*state, 10, 20);
    assert_int_equal(new_rows(*state), 0);
}

static void transcript_new_rows__counts__what_came_since(void **state)
{
    struct transcript_stage *fixture = *state;
    transcript_stage_begin(fixture, 9);
    transcript_scroll(fixture->transcript, -1);
    assert_int_equal(new_rows(fixture), 0);
    for (int i = 1; i <= 37; i++) {
        transcript_stage_grow(fixture, 9 + i, 9 + i);
        assert_int_equal(new_rows(fixture), i);
    }
}

static void transcript_new_rows__rest_of_a_row__is_not_a_new_one(void **state)
{
    struct transcript_stage *fixture = *state;
    transcript_stage_begin(fixture, 9);
    transcript_scroll(fixture->transcript, -1);
    message_append(chat_tip(&fixture->chat), PART_TEXT, " and on", 7);
    assert_int_equal(new_rows(fixture), 0);
}

static void transcript_new_rows__next_messages__count_with_their_gaps(void **state)
{
    struct transcript_stage *fixture = *state;
    transcript_stage_begin(fixture, 9);
    transcript_scroll(fixture->transcript, -1);
    transcript_stage_add(fixture, MESSAGE_USER, "more");
    assert_int_equal(new_rows(fixture), 2);
    transcript_stage_add(fixture, MESSAGE_ASSISTANT, "a\nb");
    assert_int_equal(new_rows(fixture), 5);
}

static void transcript_new_rows__scrolling_on__does_not_change_them(void **state)
{
    struct transcript_stage *fixture = *state;
    transcript_stage_begin(fixture, 9);
    transcript_scroll(fixture->transcript, -1);
    transcript_stage_grow(fixture, 10, 14);
    transcript_stage_update(fixture);
    transcript_scroll(fixture->transcript, -2);
    assert_int_equal(new_rows(fixture), 5);
    transcript_go_top(fixture->transcript);
    assert_int_equal(new_rows(fixture), 5);
}

static void transcript_new_rows__back_at_the_end__begin_anew(void **state)
{
    struct transcript_stage *fixture = *state;
    transcript_stage_begin(fixture, 9);
    transcript_scroll(fixture->transcript, -1);
    transcript_stage_grow(fixture, 10, 14);
    transcript_stage_update(fixture);
    transcript_go_end(fixture->transcript);
    assert_int_equal(new_rows(fixture), 0);
    transcript_scroll(fixture->transcript, -1);
    transcript_stage_grow(fixture, 15, 15);
    assert_int_equal(new_rows(fixture), 1);
}

static void transcript_new_rows__another_width__still_exact(void **state)
{
    struct transcript_stage *fixture = *state;
    transcript_stage_begin(fixture, 9);
    transcript_scroll(fixture->transcript, -1);
    transcript_stage_grow(fixture, 10, 14);
    transcript_stage_update(fixture);
    fixture->width = 33;
    assert_int_equal(new_rows(fixture), 5);
    fixture->width = 2;
    assert_int_equal(new_rows(fixture), 10); /* "l1" and "0" */
    fixture->width = 20;
    assert_int_equal(new_rows(fixture), 5);
}

static void transcript_new_rows__another_width_and_nothing_new__is_zero(void **state)
{
    struct transcript_stage *fixture = *state;
    transcript_stage_begin(fixture, 9);
    transcript_scroll(fixture->transcript, -2);
    for (int width = 40; width > 1; width--) {
        fixture->width = width;
        assert_int_equal(new_rows(fixture), 0);
    }
    transcript_stage_grow(fixture, 10, 10);
    fixture->width = 20;
    assert_int_equal(new_rows(fixture), 1);
}

/* --- Another size ----------------------------------------------------------------- */

/* An answer of many numbered words in one paragraph. */
static void add_words(struct transcript_stage *fixture, int count)
{
    struct message *message = chat_add(&fixture->chat, MESSAGE_ASSISTANT);
    for (int i = 0; i < count; i++) {
        char word[20];
        snprintf(word, sizeof(word), "w%03d ", i);
        message_append(message, PART_TEXT, word, strlen(word));
    }
}

static bool top_row_holds(struct transcript_stage *fixture, const char *word)
{
    int y;
    transcript_stage_draw(fixture);
    return canvas_find(fixture->canvas, word, NULL, &y) && y == 0;
}

static void transcript__resize__keeps_the_readers_place(void **state)
{
    struct transcript_stage *fixture = *state;
    struct rng rng;
    rng_init(&rng, 3);
    add_words(fixture, 500);
    transcript_stage_draw(fixture);
    transcript_scroll(fixture->transcript, -40);
    transcript_stage_draw(fixture);
    char *word = canvas_line(fixture->canvas, 0);
    word[4] = '\0'; /* the first of the row */
    /* Many changes in a row, as when a window is dragged, do not add up. */
    for (int i = 0; i < 100; i++) {
        fixture->width = 5 + (int)rng_below(&rng, 80);
        assert_true(top_row_holds(fixture, word));
        assert_false(follows(fixture));
    }
    mem_free(word);
}

static void transcript__resize_and_scroll__goes_on_from_there(void **state)
{
    struct transcript_stage *fixture = *state;
    add_words(fixture, 500);
    transcript_stage_draw(fixture);
    transcript_scroll(fixture->transcript, -40);
    fixture->width = 40;
    transcript_stage_draw(fixture);
    transcript_scroll(fixture->transcript, -2);
    transcript_stage_draw(fixture);
    char *before = canvas_line(fixture->canvas, 0);
    fixture->width = 50;
    transcript_stage_draw(fixture);
    fixture->width = 40;
    transcript_stage_draw(fixture);
    char *after = canvas_line(fixture->canvas, 0);
    assert_string_equal(after, before);
    mem_free(before);
    mem_free(after);
}

static void transcript__raw_and_back__keeps_the_readers_place(void **state)
{
    struct transcript_stage *fixture = *state;
    add_words(fixture, 300);
    transcript_stage_add(fixture, MESSAGE_ASSISTANT, "```\nx\n```\n**a** **b**\n");
    transcript_stage_update(fixture);
    transcript_scroll(fixture->transcript, -20);
    transcript_stage_draw(fixture);
    char *before = canvas_line(fixture->canvas, 0);
    for (int i = 0; i < 2; i++) {
        transcript_set_raw(fixture->transcript, i == 0);
        transcript_stage_update(fixture);
        transcript_stage_draw(fixture);
        char *now = canvas_line(fixture->canvas, 0);
        assert_string_equal(now, before);
        mem_free(now);
    }
    mem_free(before);
}

/* An answer with two folds. */
static void add_folds(struct transcript_stage *fixture)
{
    struct message *answer = chat_add(&fixture->chat, MESSAGE_ASSISTANT);
    message_append(answer, PART_REASONING, "first\nthought", 13);
    message_append(answer, PART_TEXT, "Yes.", 4);
    answer = chat_add(&fixture->chat, MESSAGE_ASSISTANT);
    message_append(answer, PART_REASONING, "second\nthought", 14);
    message_append(answer, PART_TEXT, "No.", 3);
}

static bool flip(struct transcript_stage *fixture, const char *text)
{
    int x;
    int y;
    assert_true(canvas_find(fixture->canvas, text, &x, &y));
    const bool is_fold = transcript_flip_fold(fixture->transcript, x, y);
    transcript_stage_update(fixture);
    transcript_stage_draw(fixture);
    return is_fold;
}

static bool shows(const struct transcript_stage *fixture, const char *text)
{
    int x;
    int y;
    return canvas_find(fixture->canvas, text, &x, &y);
}

static void transcript_flip_fold__row_of_a_fold__opens_that_one(void **state)
{
    struct transcript_stage *fixture = *state;
    add_folds(fixture);
    transcript_stage_update(fixture);
    transcript_stage_draw(fixture);
    assert_false(flip(fixture, "Yes."));
    assert_false(transcript_flip_fold(fixture->transcript, 0, 1000));
    assert_false(transcript_flip_fold(fixture->transcript, -1, 0));
    assert_true(flip(fixture, "reasoning"));
    assert_true(shows(fixture, "first"));
    assert_false(shows(fixture, "second"));
    assert_true(flip(fixture, "first"));
    assert_false(shows(fixture, "first"));
}

static void transcript_flip_fold__all_by_key__makes_them_alike(void **state)
{
    struct transcript_stage *fixture = *state;
    add_folds(fixture);
    transcript_stage_update(fixture);
    transcript_stage_draw(fixture);
    assert_true(flip(fixture, "reasoning"));
    for (int i = 0; i < 2; i++) {
        transcript_set_calls(fixture->transcript, NULL, 0, i == 0);
        transcript_stage_update(fixture);
        transcript_stage_draw(fixture);
        assert_int_equal(shows(fixture, "first"), i == 0);
        assert_int_equal(shows(fixture, "second"), i == 0);
    }
}

static void transcript_flip_fold__another_width__stays_open(void **state)
{
    struct transcript_stage *fixture = *state;
    add_folds(fixture);
    transcript_stage_update(fixture);
    transcript_stage_draw(fixture);
    assert_true(flip(fixture, "reasoning"));
    fixture->width += 7;
    transcript_stage_draw(fixture);
    assert_true(shows(fixture, "first"));
    assert_false(shows(fixture, "second"));
}

/* What was clicked does not move, at the end of a long conversation too. */
static void transcript_flip_fold__at_the_end__keeps_the_row_in_place(void **state)
{
    struct transcript_stage *fixture = *state;
    add_words(fixture, 300);
    add_folds(fixture);
    transcript_stage_update(fixture);
    transcript_stage_draw(fixture);
    int x;
    int before;
    int after;
    assert_true(follows(fixture));
    assert_true(canvas_find(fixture->canvas, "Yes.", &x, &before));
    assert_true(transcript_flip_fold(fixture->transcript, x, before - 1));
    transcript_stage_draw(fixture);
    assert_true(canvas_find(fixture->canvas, "first", &x, &after));
    assert_int_equal(after, before - 1);
    assert_int_equal(transcript_new_rows(fixture->transcript), 0);
    assert_true(transcript_flip_fold(fixture->transcript, x, after));
    transcript_stage_draw(fixture);
    assert_true(follows(fixture));
}

static void transcript__resize_while_following__stays_at_the_end(void **state)
{
    struct transcript_stage *fixture = *state;
    add_words(fixture, 500);
    for (int width = 6; width < 90; width += 7) {
        fixture->width = width;
        transcript_stage_draw(fixture);
        assert_true(follows(fixture));
        assert_true(canvas_find(fixture->canvas, "w499", NULL, NULL));
    }
}

static void transcript__lower_and_higher__keeps_the_top_row(void **state)
{
    struct transcript_stage *fixture = *state;
    transcript_stage_begin(fixture, 30);
    transcript_scroll(fixture->transcript, -10);
    for (int height = 1; height < 15; height++) {
        fixture->height = height;
        transcript_stage_draw(fixture);
        char *line = canvas_line(fixture->canvas, 0);
        assert_string_equal(line, "l16");
        mem_free(line);
    }
}

static void transcript__so_high_that_the_end_shows__follows(void **state)
{
    struct transcript_stage *fixture = *state;
    transcript_stage_begin(fixture, 9);
    transcript_scroll(fixture->transcript, -2);
    fixture->height = 12;
    transcript_stage_draw(fixture);
    assert_true(follows(fixture));
    assert_true(canvas_find(fixture->canvas, "l9", NULL, NULL));
}

static void transcript__no_room__does_not_fail(void **state)
{
    struct transcript_stage *fixture = *state;
    transcript_stage_begin(fixture, 9);
    for (int size = 3; size >= 0; size--) {
        fixture->width = fixture->height = size;
        transcript_scroll(fixture->transcript, -1);
        transcript_stage_draw(fixture);
        transcript_scroll(fixture->transcript, 1);
        transcript_stage_draw(fixture);
        new_rows(fixture);
    }
}

/* --- Growing, and other branches -------------------------------------------------- */

static void assert_equals_fresh(struct transcript_stage *fixture)
{
    transcript_stage_draw(fixture);
    char *shown = canvas_text(fixture->canvas);
    struct transcript *fresh = transcript_new();
    transcript_update(fresh, &fixture->chat, fixture->width, fixture->height,
                      TRANSCRIPT_STAGE_HINT);
    canvas_erase(fixture->canvas);
    transcript_draw(fresh, fixture->canvas,
                    (struct rect){0, 0, fixture->width, fixture->height});
    assert_canvas(fixture->canvas, shown);
    transcript_free(fresh);
    mem_free(shown);
}

static void transcript__any_chunking__equals_from_scratch(void **state)
{
    static const char text[] = "Die Stimmen — 声が重なる, e\xcc\x81t\xc3\xa9 🙂 "
                               "verylongwordthatdoesnotfit\n\n- a\n- b\ttab \r\nend ";
    struct transcript_stage *fixture = *state;
    struct rng rng;
    rng_init(&rng, 4);
    for (int round = 0; round < 60; round++) {
        struct message *message = chat_add(&fixture->chat, MESSAGE_ASSISTANT);
        size_t at = 0;
        fixture->width = 6 + round % 30;
        while (at < sizeof(text) - 1) {
            size_t len = 1 + rng_below(&rng, 12);
            if (len > sizeof(text) - 1 - at)
                len = sizeof(text) - 1 - at;
            message_append(message, PART_TEXT, text + at, len);
            at += len;
            assert_equals_fresh(fixture);
        }
    }
}

static void transcript__sibling_of_the_answer__takes_its_place(void **state)
{
    struct transcript_stage *fixture = *state;
    transcript_stage_begin(fixture, 9);
    struct message *prompt = fixture->chat.path[0];
    chat_set_tip(&fixture->chat, prompt);
    chat_add(&fixture->chat, MESSAGE_ASSISTANT);
    assert_transcript(fixture, "› go\n\n‹ 2 of 2 ›\n\n\n");
    message_append(chat_tip(&fixture->chat), PART_TEXT, "anew", 4);
    assert_transcript(fixture, "› go\n\n‹ 2 of 2 ›\nanew\n\n");
    assert_true(follows(fixture));
}

static void transcript__sibling_of_what_is_read__follows_the_new(void **state)
{
    struct transcript_stage *fixture = *state;
    transcript_stage_begin(fixture, 30);
    transcript_scroll(fixture->transcript, -8);
    transcript_stage_draw(fixture);
    chat_set_tip(&fixture->chat, fixture->chat.path[0]);
    chat_add(&fixture->chat, MESSAGE_ASSISTANT);
    transcript_stage_grow(fixture, 1, 9);
    assert_transcript(fixture, "l5\nl6\nl7\nl8\nl9\n");
    assert_true(follows(fixture));
}

static void transcript__sibling_below_the_reader__keeps_the_place(void **state)
{
    struct transcript_stage *fixture = *state;
    transcript_stage_begin(fixture, 30);
    struct message *prompt = transcript_stage_add(fixture, MESSAGE_USER, "more");
    transcript_stage_add(fixture, MESSAGE_ASSISTANT, "old");
    transcript_stage_draw(fixture);
    transcript_go_top(fixture->transcript);
    transcript_stage_draw(fixture);
    chat_set_tip(&fixture->chat, prompt);
    transcript_stage_add(fixture, MESSAGE_ASSISTANT, "n1\nn2\nn3");
    assert_transcript(fixture, "› go\n\nl1\nl2\nl3\n");
    assert_false(follows(fixture));
    /* With the row that says which of the two it is. */
    assert_int_equal(new_rows(fixture), 4);
}

static void transcript__path_cut_and_resized_at_once__does_not_fail(void **state)
{
    struct transcript_stage *fixture = *state;
    for (int i = 0; i < 6; i++)
        transcript_stage_add(fixture, i % 2 == 0 ? MESSAGE_USER : MESSAGE_ASSISTANT,
                             "one two three four");
    transcript_stage_draw(fixture);
    transcript_go_top(fixture->transcript);
    transcript_stage_draw(fixture);
    chat_set_tip(&fixture->chat, fixture->chat.path[2]);
    fixture->width = 9;
    transcript_stage_draw(fixture);
    assert_int_equal(new_rows(fixture), 0);
    chat_set_tip(&fixture->chat, NULL);
    fixture->width = 30;
    assert_transcript(fixture, "\n\n\n\n\n");
    assert_true(follows(fixture));
}

/* --- Cost ------------------------------------------------------------------------- */

#define OLD_COUNT 20000

/*
 * A conversation whose old messages lie in memory that may not be read: whatever looks
 * at one of them crashes.
 */
static struct message *hide_old_messages(struct transcript_stage *fixture, size_t shown)
{
    struct message *hidden = mmap(NULL, OLD_COUNT * sizeof(*hidden), PROT_NONE,
                                  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_true(hidden != MAP_FAILED);
    struct chat *chat = &fixture->chat;
    for (size_t i = 0; i < shown; i++)
        transcript_stage_add(fixture, MESSAGE_ASSISTANT, "one\ntwo");
    chat->path = mem_grow(chat->path, &chat->path_cap, chat->path_len + OLD_COUNT,
                          sizeof(chat->path[0]));
    memmove(chat->path + OLD_COUNT, chat->path, chat->path_len * sizeof(chat->path[0]));
    chat->path_len += OLD_COUNT;
    for (size_t i = 0; i < OLD_COUNT; i++)
        chat->path[i] = &hidden[i];
    return hidden;
}

static void transcript__long_conversation__old_messages_are_not_touched(void **state)
{
    struct transcript_stage *fixture = *state;
    struct message *hidden = hide_old_messages(fixture, 8);
    transcript_stage_draw(fixture);
    assert_canvas(fixture->canvas, "one\ntwo\n\none\ntwo\n");
    munmap(hidden, OLD_COUNT * sizeof(*hidden));
}

static void transcript__long_conversation__growing_touches_the_end_only(void **state)
{
    struct transcript_stage *fixture = *state;
    struct message *hidden = hide_old_messages(fixture, 8);
    transcript_stage_draw(fixture);
    struct message *tip = fixture->chat.path[fixture->chat.path_len - 1];
    for (int i = 0; i < 50; i++) {
        message_append(tip, PART_TEXT, "\nmore", 5);
        fixture->width = 20 + i % 3;
        transcript_stage_draw(fixture);
        assert_true(canvas_find(fixture->canvas, "more", NULL, NULL));
    }
    transcript_scroll(fixture->transcript, -3);
    message_append(tip, PART_TEXT, "\nmore", 5);
    assert_int_equal(new_rows(fixture), 1);
    transcript_stage_draw(fixture);
    munmap(hidden, OLD_COUNT * sizeof(*hidden));
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
#define TEST(function)                                                                   \
    cmocka_unit_test_setup_teardown(function, transcript_stage_set_up,                   \
                                    transcript_stage_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(transcript__short__begins_at_the_top),
        TEST(transcript__long__shows_the_end),
        TEST(transcript__growing__stays_at_the_end),
        TEST(transcript__another_message__is_followed),
        TEST(transcript_scroll__up__lets_go),
        TEST(transcript_scroll__up_where_all_is_seen__still_follows),
        TEST(transcript__text_arriving__keeps_the_readers_place),
        TEST(transcript_scroll__back_to_the_end__follows_again),
        TEST(transcript_scroll__far_beyond_the_end__stops_there),
        TEST(transcript_scroll__far_beyond_the_top__stops_there),
        TEST(transcript_scroll__up_and_down__is_symmetric),
        TEST(transcript_go__top_and_end),
        TEST(transcript__nothing_in_it__can_be_scrolled),
        TEST(transcript_new_rows__following__is_zero),
        TEST(transcript_new_rows__counts__what_came_since),
        TEST(transcript_new_rows__rest_of_a_row__is_not_a_new_one),
        TEST(transcript_new_rows__next_messages__count_with_their_gaps),
        TEST(transcript_new_rows__scrolling_on__does_not_change_them),
        TEST(transcript_new_rows__back_at_the_end__begin_anew),
        TEST(transcript_new_rows__another_width__still_exact),
        TEST(transcript_new_rows__another_width_and_nothing_new__is_zero),
        TEST(transcript__resize__keeps_the_readers_place),
        TEST(transcript__resize_and_scroll__goes_on_from_there),
        TEST(transcript__raw_and_back__keeps_the_readers_place),
        TEST(transcript_flip_fold__row_of_a_fold__opens_that_one),
        TEST(transcript_flip_fold__all_by_key__makes_them_alike),
        TEST(transcript_flip_fold__another_width__stays_open),
        TEST(transcript_flip_fold__at_the_end__keeps_the_row_in_place),
        TEST(transcript__resize_while_following__stays_at_the_end),
        TEST(transcript__lower_and_higher__keeps_the_top_row),
        TEST(transcript__so_high_that_the_end_shows__follows),
        TEST(transcript__no_room__does_not_fail),
        TEST(transcript__any_chunking__equals_from_scratch),
        TEST(transcript__sibling_of_the_answer__takes_its_place),
        TEST(transcript__sibling_of_what_is_read__follows_the_new),
        TEST(transcript__sibling_below_the_reader__keeps_the_place),
        TEST(transcript__path_cut_and_resized_at_once__does_not_fail),
        TEST(transcript__long_conversation__old_messages_are_not_touched),
        TEST(transcript__long_conversation__growing_touches_the_end_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

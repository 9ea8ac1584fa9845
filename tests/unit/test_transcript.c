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
#include "ui/view/transcript.h"

#define HEIGHT 5

static const char card_hint[] = "r retry";

struct fixture {
    struct chat chat;
    struct transcript *transcript;
    struct canvas *canvas;
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
    fixture->height = HEIGHT;
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    transcript_free(fixture->transcript);
    canvas_free(fixture->canvas);
    chat_clear(&fixture->chat);
    mem_free(fixture);
    return 0;
}

static void update(struct fixture *fixture)
{
    transcript_update(fixture->transcript, &fixture->chat, fixture->width,
                      fixture->height, card_hint);
}

/* Updates and draws, as a frame does. */
static void draw(struct fixture *fixture)
{
    update(fixture);
    canvas_resize(fixture->canvas, fixture->width, fixture->height);
    transcript_draw(fixture->transcript, fixture->canvas,
                    (struct rect){0, 0, fixture->width, fixture->height});
}

static void assert_shows(struct fixture *fixture, const char *expected)
{
    draw(fixture);
    assert_canvas(fixture->canvas, expected);
}

static struct message *add(struct fixture *fixture, enum message_author author,
                           const char *text)
{
    struct message *message = chat_add(&fixture->chat, author);
    message_append(message, PART_TEXT, text, strlen(text));
    return message;
}

/* Appends the lines "first" … "last" to the tip. */
static void grow(struct fixture *fixture, int first, int last)
{
    for (int i = first; i <= last; i++) {
        char line[20];
        snprintf(line, sizeof(line), "%sl%d", i > 1 ? "\n" : "", i);
        message_append(chat_tip(&fixture->chat), PART_TEXT, line, strlen(line));
    }
}

/* A prompt and an answer of `lines` lines, drawn. */
static void begin(struct fixture *fixture, int lines)
{
    add(fixture, MESSAGE_USER, "go");
    chat_add(&fixture->chat, MESSAGE_ASSISTANT)->state = MESSAGE_GROWING;
    grow(fixture, 1, lines);
    draw(fixture);
}

static size_t new_rows(struct fixture *fixture)
{
    update(fixture);
    return transcript_new_rows(fixture->transcript);
}

static bool follows(const struct fixture *fixture)
{
    return transcript_is_following(fixture->transcript);
}

/* --- Following -------------------------------------------------------------------- */

static void transcript__short__begins_at_the_top(void **state)
{
    begin(*state, 2);
    assert_shows(*state, "› go\n\nl1\nl2\n\n");
    assert_true(follows(*state));
}

static void transcript__long__shows_the_end(void **state)
{
    begin(*state, 9);
    assert_shows(*state, "l5\nl6\nl7\nl8\nl9\n");
}

static void transcript__growing__stays_at_the_end(void **state)
{
    begin(*state, 4);
    for (int i = 5; i < 60; i++) {
        grow(*state, i, i);
        char expected[60];
        snprintf(expected, sizeof(expected), "l%d\nl%d\nl%d\nl%d\nl%d\n", i - 4, i - 3,
                 i - 2, i - 1, i);
        assert_shows(*state, expected);
        assert_true(follows(*state));
    }
}

static void transcript__another_message__is_followed(void **state)
{
    begin(*state, 4);
    add(*state, MESSAGE_USER, "more");
    assert_shows(*state, "l2\nl3\nl4\n\n› more\n");
}

static void transcript_scroll__up__lets_go(void **state)
{
    struct fixture *fixture = *state;
    begin(fixture, 9);
    transcript_scroll(fixture->transcript, -1);
    assert_false(follows(fixture));
    assert_shows(fixture, "l4\nl5\nl6\nl7\nl8\n");
}

static void transcript_scroll__up_where_all_is_seen__still_follows(void **state)
{
    struct fixture *fixture = *state;
    begin(fixture, 2);
    transcript_scroll(fixture->transcript, -3);
    assert_true(follows(fixture));
    grow(fixture, 3, 9);
    assert_shows(fixture, "l5\nl6\nl7\nl8\nl9\n");
}

static void transcript__text_arriving__keeps_the_readers_place(void **state)
{
    struct fixture *fixture = *state;
    begin(fixture, 9);
    transcript_scroll(fixture->transcript, -2);
    for (int i = 10; i < 40; i++) {
        grow(fixture, i, i);
        assert_shows(fixture, "l3\nl4\nl5\nl6\nl7\n");
    }
    add(fixture, MESSAGE_USER, "more");
    assert_shows(fixture, "l3\nl4\nl5\nl6\nl7\n");
    assert_false(follows(fixture));
}

static void transcript_scroll__back_to_the_end__follows_again(void **state)
{
    struct fixture *fixture = *state;
    begin(fixture, 9);
    transcript_scroll(fixture->transcript, -3);
    transcript_scroll(fixture->transcript, 2);
    assert_false(follows(fixture));
    transcript_scroll(fixture->transcript, 1);
    assert_true(follows(fixture));
    grow(fixture, 10, 10);
    assert_shows(fixture, "l6\nl7\nl8\nl9\nl10\n");
}

static void transcript_scroll__far_beyond_the_end__stops_there(void **state)
{
    struct fixture *fixture = *state;
    begin(fixture, 9);
    transcript_scroll(fixture->transcript, -3);
    transcript_scroll(fixture->transcript, 10000);
    assert_true(follows(fixture));
    assert_shows(fixture, "l5\nl6\nl7\nl8\nl9\n");
}

static void transcript_scroll__far_beyond_the_top__stops_there(void **state)
{
    struct fixture *fixture = *state;
    begin(fixture, 9);
    transcript_scroll(fixture->transcript, -10000);
    assert_shows(fixture, "› go\n\nl1\nl2\nl3\n");
    transcript_scroll(fixture->transcript, -1);
    assert_shows(fixture, "› go\n\nl1\nl2\nl3\n");
}

static void transcript_scroll__up_and_down__is_symmetric(void **state)
{
    struct fixture *fixture = *state;
    for (int i = 0; i < 12; i++)
        add(fixture, i % 2 == 0 ? MESSAGE_USER : MESSAGE_ASSISTANT, "one two three four");
    fixture->width = 7;
    draw(fixture);
    transcript_go_top(fixture->transcript);
    draw(fixture);
    char *pictures[20];
    for (int i = 0; i < 20; i++) {
        draw(fixture);
        pictures[i] = canvas_text(fixture->canvas);
        transcript_scroll(fixture->transcript, 1);
    }
    for (int i = 19; i >= 0; i--) {
        transcript_scroll(fixture->transcript, -1);
        assert_shows(fixture, pictures[i]);
        mem_free(pictures[i]);
    }
}

static void transcript_go__top_and_end(void **state)
{
    struct fixture *fixture = *state;
    begin(fixture, 9);
    transcript_go_top(fixture->transcript);
    assert_false(follows(fixture));
    assert_shows(fixture, "› go\n\nl1\nl2\nl3\n");
    transcript_go_end(fixture->transcript);
    assert_true(follows(fixture));
    assert_shows(fixture, "l5\nl6\nl7\nl8\nl9\n");
}

static void transcript__nothing_in_it__can_be_scrolled(void **state)
{
    struct fixture *fixture = *state;
    transcript_scroll(fixture->transcript, -1);
    transcript_go_top(fixture->transcript);
    transcript_go_end(fixture->transcript);
    assert_shows(fixture, "\n\n\n\n\n");
    assert_int_equal(new_rows(fixture), 0);
    assert_true(follows(fixture));
}

/* --- New rows --------------------------------------------------------------------- */

static void transcript_new_rows__following__is_zero(void **state)
{
    begin(*state, 9);
    grow(*state, 10, 20);
    assert_int_equal(new_rows(*state), 0);
}

static void transcript_new_rows__counts__what_came_since(void **state)
{
    struct fixture *fixture = *state;
    begin(fixture, 9);
    transcript_scroll(fixture->transcript, -1);
    assert_int_equal(new_rows(fixture), 0);
    for (int i = 1; i <= 37; i++) {
        grow(fixture, 9 + i, 9 + i);
        assert_int_equal(new_rows(fixture), i);
    }
}

static void transcript_new_rows__rest_of_a_row__is_not_a_new_one(void **state)
{
    struct fixture *fixture = *state;
    begin(fixture, 9);
    transcript_scroll(fixture->transcript, -1);
    message_append(chat_tip(&fixture->chat), PART_TEXT, " and on", 7);
    assert_int_equal(new_rows(fixture), 0);
}

static void transcript_new_rows__next_messages__count_with_their_gaps(void **state)
{
    struct fixture *fixture = *state;
    begin(fixture, 9);
    transcript_scroll(fixture->transcript, -1);
    add(fixture, MESSAGE_USER, "more");
    assert_int_equal(new_rows(fixture), 2);
    add(fixture, MESSAGE_ASSISTANT, "a\nb");
    assert_int_equal(new_rows(fixture), 5);
}

static void transcript_new_rows__scrolling_on__does_not_change_them(void **state)
{
    struct fixture *fixture = *state;
    begin(fixture, 9);
    transcript_scroll(fixture->transcript, -1);
    grow(fixture, 10, 14);
    update(fixture);
    transcript_scroll(fixture->transcript, -2);
    assert_int_equal(new_rows(fixture), 5);
    transcript_go_top(fixture->transcript);
    assert_int_equal(new_rows(fixture), 5);
}

static void transcript_new_rows__back_at_the_end__begin_anew(void **state)
{
    struct fixture *fixture = *state;
    begin(fixture, 9);
    transcript_scroll(fixture->transcript, -1);
    grow(fixture, 10, 14);
    update(fixture);
    transcript_go_end(fixture->transcript);
    assert_int_equal(new_rows(fixture), 0);
    transcript_scroll(fixture->transcript, -1);
    grow(fixture, 15, 15);
    assert_int_equal(new_rows(fixture), 1);
}

static void transcript_new_rows__another_width__still_exact(void **state)
{
    struct fixture *fixture = *state;
    begin(fixture, 9);
    transcript_scroll(fixture->transcript, -1);
    grow(fixture, 10, 14);
    update(fixture);
    fixture->width = 33;
    assert_int_equal(new_rows(fixture), 5);
    fixture->width = 2;
    assert_int_equal(new_rows(fixture), 10); /* "l1" and "0" */
    fixture->width = 20;
    assert_int_equal(new_rows(fixture), 5);
}

static void transcript_new_rows__another_width_and_nothing_new__is_zero(void **state)
{
    struct fixture *fixture = *state;
    begin(fixture, 9);
    transcript_scroll(fixture->transcript, -2);
    for (int width = 40; width > 1; width--) {
        fixture->width = width;
        assert_int_equal(new_rows(fixture), 0);
    }
    grow(fixture, 10, 10);
    fixture->width = 20;
    assert_int_equal(new_rows(fixture), 1);
}

/* --- Another size ----------------------------------------------------------------- */

/* An answer of many numbered words in one paragraph. */
static void add_words(struct fixture *fixture, int count)
{
    struct message *message = chat_add(&fixture->chat, MESSAGE_ASSISTANT);
    for (int i = 0; i < count; i++) {
        char word[20];
        snprintf(word, sizeof(word), "w%03d ", i);
        message_append(message, PART_TEXT, word, strlen(word));
    }
}

static bool top_row_holds(struct fixture *fixture, const char *word)
{
    int y;
    draw(fixture);
    return canvas_find(fixture->canvas, word, NULL, &y) && y == 0;
}

static void transcript__resize__keeps_the_readers_place(void **state)
{
    struct fixture *fixture = *state;
    struct rng rng;
    rng_init(&rng, 3);
    add_words(fixture, 500);
    draw(fixture);
    transcript_scroll(fixture->transcript, -40);
    draw(fixture);
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
    struct fixture *fixture = *state;
    add_words(fixture, 500);
    draw(fixture);
    transcript_scroll(fixture->transcript, -40);
    fixture->width = 40;
    draw(fixture);
    transcript_scroll(fixture->transcript, -2);
    draw(fixture);
    char *before = canvas_line(fixture->canvas, 0);
    fixture->width = 50;
    draw(fixture);
    fixture->width = 40;
    draw(fixture);
    char *after = canvas_line(fixture->canvas, 0);
    assert_string_equal(after, before);
    mem_free(before);
    mem_free(after);
}

static void transcript__raw_and_back__keeps_the_readers_place(void **state)
{
    struct fixture *fixture = *state;
    add_words(fixture, 300);
    add(fixture, MESSAGE_ASSISTANT, "```\nx\n```\n**a** **b**\n");
    update(fixture);
    transcript_scroll(fixture->transcript, -20);
    draw(fixture);
    char *before = canvas_line(fixture->canvas, 0);
    for (int i = 0; i < 2; i++) {
        transcript_set_raw(fixture->transcript, i == 0);
        update(fixture);
        draw(fixture);
        char *now = canvas_line(fixture->canvas, 0);
        assert_string_equal(now, before);
        mem_free(now);
    }
    mem_free(before);
}

/* An answer with two folds. */
static void add_folds(struct fixture *fixture)
{
    struct message *answer = chat_add(&fixture->chat, MESSAGE_ASSISTANT);
    message_append(answer, PART_REASONING, "first\nthought", 13);
    message_append(answer, PART_TEXT, "Yes.", 4);
    answer = chat_add(&fixture->chat, MESSAGE_ASSISTANT);
    message_append(answer, PART_REASONING, "second\nthought", 14);
    message_append(answer, PART_TEXT, "No.", 3);
}

static bool flip(struct fixture *fixture, const char *text)
{
    int x;
    int y;
    assert_true(canvas_find(fixture->canvas, text, &x, &y));
    const bool is_fold = transcript_flip_fold(fixture->transcript, x, y);
    update(fixture);
    draw(fixture);
    return is_fold;
}

static bool shows(const struct fixture *fixture, const char *text)
{
    int x;
    int y;
    return canvas_find(fixture->canvas, text, &x, &y);
}

static void transcript_flip_fold__row_of_a_fold__opens_that_one(void **state)
{
    struct fixture *fixture = *state;
    add_folds(fixture);
    update(fixture);
    draw(fixture);
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
    struct fixture *fixture = *state;
    add_folds(fixture);
    update(fixture);
    draw(fixture);
    assert_true(flip(fixture, "reasoning"));
    for (int i = 0; i < 2; i++) {
        transcript_set_calls(fixture->transcript, NULL, 0, i == 0);
        update(fixture);
        draw(fixture);
        assert_int_equal(shows(fixture, "first"), i == 0);
        assert_int_equal(shows(fixture, "second"), i == 0);
    }
}

static void transcript_flip_fold__another_width__stays_open(void **state)
{
    struct fixture *fixture = *state;
    add_folds(fixture);
    update(fixture);
    draw(fixture);
    assert_true(flip(fixture, "reasoning"));
    fixture->width += 7;
    draw(fixture);
    assert_true(shows(fixture, "first"));
    assert_false(shows(fixture, "second"));
}

/* What was clicked does not move, at the end of a long conversation too. */
static void transcript_flip_fold__at_the_end__keeps_the_row_in_place(void **state)
{
    struct fixture *fixture = *state;
    add_words(fixture, 300);
    add_folds(fixture);
    update(fixture);
    draw(fixture);
    int x;
    int before;
    int after;
    assert_true(follows(fixture));
    assert_true(canvas_find(fixture->canvas, "Yes.", &x, &before));
    assert_true(transcript_flip_fold(fixture->transcript, x, before - 1));
    draw(fixture);
    assert_true(canvas_find(fixture->canvas, "first", &x, &after));
    assert_int_equal(after, before - 1);
    assert_int_equal(transcript_new_rows(fixture->transcript), 0);
    assert_true(transcript_flip_fold(fixture->transcript, x, after));
    draw(fixture);
    assert_true(follows(fixture));
}

static void transcript__resize_while_following__stays_at_the_end(void **state)
{
    struct fixture *fixture = *state;
    add_words(fixture, 500);
    for (int width = 6; width < 90; width += 7) {
        fixture->width = width;
        draw(fixture);
        assert_true(follows(fixture));
        assert_true(canvas_find(fixture->canvas, "w499", NULL, NULL));
    }
}

static void transcript__lower_and_higher__keeps_the_top_row(void **state)
{
    struct fixture *fixture = *state;
    begin(fixture, 30);
    transcript_scroll(fixture->transcript, -10);
    for (int height = 1; height < 15; height++) {
        fixture->height = height;
        draw(fixture);
        char *line = canvas_line(fixture->canvas, 0);
        assert_string_equal(line, "l16");
        mem_free(line);
    }
}

static void transcript__so_high_that_the_end_shows__follows(void **state)
{
    struct fixture *fixture = *state;
    begin(fixture, 9);
    transcript_scroll(fixture->transcript, -2);
    fixture->height = 12;
    draw(fixture);
    assert_true(follows(fixture));
    assert_true(canvas_find(fixture->canvas, "l9", NULL, NULL));
}

static void transcript__no_room__does_not_fail(void **state)
{
    struct fixture *fixture = *state;
    begin(fixture, 9);
    for (int size = 3; size >= 0; size--) {
        fixture->width = fixture->height = size;
        transcript_scroll(fixture->transcript, -1);
        draw(fixture);
        transcript_scroll(fixture->transcript, 1);
        draw(fixture);
        new_rows(fixture);
    }
}

/* --- Growing, and other branches -------------------------------------------------- */

static void assert_equals_fresh(struct fixture *fixture)
{
    draw(fixture);
    char *shown = canvas_text(fixture->canvas);
    struct transcript *fresh = transcript_new();
    transcript_update(fresh, &fixture->chat, fixture->width, fixture->height, card_hint);
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
    struct fixture *fixture = *state;
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
    struct fixture *fixture = *state;
    begin(fixture, 9);
    struct message *prompt = fixture->chat.path[0];
    chat_set_tip(&fixture->chat, prompt);
    chat_add(&fixture->chat, MESSAGE_ASSISTANT);
    assert_shows(fixture, "› go\n\n\n\n\n");
    message_append(chat_tip(&fixture->chat), PART_TEXT, "anew", 4);
    assert_shows(fixture, "› go\n\nanew\n\n\n");
    assert_true(follows(fixture));
}

static void transcript__sibling_of_what_is_read__follows_the_new(void **state)
{
    struct fixture *fixture = *state;
    begin(fixture, 30);
    transcript_scroll(fixture->transcript, -8);
    draw(fixture);
    chat_set_tip(&fixture->chat, fixture->chat.path[0]);
    chat_add(&fixture->chat, MESSAGE_ASSISTANT);
    grow(fixture, 1, 9);
    assert_shows(fixture, "l5\nl6\nl7\nl8\nl9\n");
    assert_true(follows(fixture));
}

static void transcript__sibling_below_the_reader__keeps_the_place(void **state)
{
    struct fixture *fixture = *state;
    begin(fixture, 30);
    struct message *prompt = add(fixture, MESSAGE_USER, "more");
    add(fixture, MESSAGE_ASSISTANT, "old");
    draw(fixture);
    transcript_go_top(fixture->transcript);
    draw(fixture);
    chat_set_tip(&fixture->chat, prompt);
    add(fixture, MESSAGE_ASSISTANT, "n1\nn2\nn3");
    assert_shows(fixture, "› go\n\nl1\nl2\nl3\n");
    assert_false(follows(fixture));
    assert_int_equal(new_rows(fixture), 3);
}

static void transcript__path_cut_and_resized_at_once__does_not_fail(void **state)
{
    struct fixture *fixture = *state;
    for (int i = 0; i < 6; i++)
        add(fixture, i % 2 == 0 ? MESSAGE_USER : MESSAGE_ASSISTANT, "one two three four");
    draw(fixture);
    transcript_go_top(fixture->transcript);
    draw(fixture);
    chat_set_tip(&fixture->chat, fixture->chat.path[2]);
    fixture->width = 9;
    draw(fixture);
    assert_int_equal(new_rows(fixture), 0);
    chat_set_tip(&fixture->chat, NULL);
    fixture->width = 30;
    assert_shows(fixture, "\n\n\n\n\n");
    assert_true(follows(fixture));
}

static void transcript__error_card__appears_and_its_hint_changes(void **state)
{
    struct fixture *fixture = *state;
    fixture->width = 60;
    begin(fixture, 1);
    struct message *answer = chat_tip(&fixture->chat);
    answer->state = MESSAGE_FAILED;
    answer->version++;
    error_set(&answer->facts.error, ERROR_SERVER, "no luck");
    fixture->height = 12;
    draw(fixture);
    assert_true(canvas_find(fixture->canvas, "server error: no luck", NULL, NULL));
    assert_true(canvas_find(fixture->canvas, card_hint, NULL, NULL));
}

/* A card of five rows below an answer of one; the view has two. */
static void fail_in_little_room(struct fixture *fixture)
{
    begin(fixture, 1);
    struct message *answer = chat_tip(&fixture->chat);
    answer->state = MESSAGE_FAILED;
    answer->version++;
    error_set(&answer->facts.error, ERROR_SERVER, "no luck this time");
    answer->facts.request_id = mem_strdup("req_1");
    fixture->width = 40;
    fixture->height = 2;
}

static void transcript__card_higher_than_the_view__shows_its_beginning(void **state)
{
    struct fixture *fixture = *state;
    static const char beginning[] = "\xe2\x9c\x97 server error: no luck this time\n"
                                    "  what had come is kept \xc2\xb7 request req_1\n";
    fail_in_little_room(fixture);
    assert_shows(fixture, beginning);
    assert_shows(fixture, beginning);
    assert_true(follows(fixture));
    /* What comes next is followed to its end. */
    add(fixture, MESSAGE_USER, "again");
    assert_shows(fixture, "\n\xe2\x80\xba again\n");
}

static void transcript__card_higher_than_the_view__is_read_on(void **state)
{
    struct fixture *fixture = *state;
    fail_in_little_room(fixture);
    draw(fixture);
    transcript_scroll(fixture->transcript, 1);
    draw(fixture);
    char *first = canvas_line(fixture->canvas, 0);
    assert_string_equal(first, "  what had come is kept \xc2\xb7 request req_1");
    mem_free(first);
    transcript_scroll(fixture->transcript, 100);
    draw(fixture);
    char *last = canvas_line(fixture->canvas, 1);
    assert_string_equal(last, "  r retry");
    mem_free(last);
    assert_true(follows(fixture));
    /* Somebody who has seen it all is not taken back. */
    fixture->width = 39;
    draw(fixture);
    assert_true(canvas_find(fixture->canvas, card_hint, NULL, NULL));
}

/* --- Cost ------------------------------------------------------------------------- */

#define OLD_COUNT 20000

/*
 * A conversation whose old messages lie in memory that may not be read: whatever looks
 * at one of them crashes.
 */
static struct message *hide_old_messages(struct fixture *fixture, size_t shown)
{
    struct message *hidden = mmap(NULL, OLD_COUNT * sizeof(*hidden), PROT_NONE,
                                  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_true(hidden != MAP_FAILED);
    struct chat *chat = &fixture->chat;
    for (size_t i = 0; i < shown; i++)
        add(fixture, MESSAGE_ASSISTANT, "one\ntwo");
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
    struct fixture *fixture = *state;
    struct message *hidden = hide_old_messages(fixture, 8);
    draw(fixture);
    assert_canvas(fixture->canvas, "one\ntwo\n\none\ntwo\n");
    munmap(hidden, OLD_COUNT * sizeof(*hidden));
}

static void transcript__long_conversation__growing_touches_the_end_only(void **state)
{
    struct fixture *fixture = *state;
    struct message *hidden = hide_old_messages(fixture, 8);
    draw(fixture);
    struct message *tip = fixture->chat.path[fixture->chat.path_len - 1];
    for (int i = 0; i < 50; i++) {
        message_append(tip, PART_TEXT, "\nmore", 5);
        fixture->width = 20 + i % 3;
        draw(fixture);
        assert_true(canvas_find(fixture->canvas, "more", NULL, NULL));
    }
    transcript_scroll(fixture->transcript, -3);
    message_append(tip, PART_TEXT, "\nmore", 5);
    assert_int_equal(new_rows(fixture), 1);
    draw(fixture);
    munmap(hidden, OLD_COUNT * sizeof(*hidden));
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
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
        TEST(transcript__error_card__appears_and_its_hint_changes),
        TEST(transcript__card_higher_than_the_view__shows_its_beginning),
        TEST(transcript__card_higher_than_the_view__is_read_on),
        TEST(transcript__long_conversation__old_messages_are_not_touched),
        TEST(transcript__long_conversation__growing_touches_the_end_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Following by moves of several rows. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/mem.h"
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

/* An answer of a tall pane that grows by a line each 100 ms; returns the moves. */
static int grow_at_pace(struct fixture *fixture, int first, int last)
{
    char before[20] = "";
    int moves = 0;
    for (int i = first; i <= last; i++) {
        grow(fixture, i, i);
        transcript_set_pace(fixture->transcript, (int64_t)i * 100);
        draw(fixture);
        struct strbuf text;
        strbuf_init(&text, STRBUF_OWN_MAX);
        canvas_to_text(fixture->canvas, &text);
        char line[20];
        snprintf(line, sizeof(line), "l%d\n", i);
        assert_non_null(strstr(strbuf_text(&text), line));
        char top[20] = "";
        snprintf(top, sizeof(top), "%.*s", (int)strcspn(strbuf_text(&text), "\n"),
                 strbuf_text(&text));
        moves += strcmp(top, before) != 0;
        memcpy(before, top, sizeof(top));
        strbuf_clear(&text);
        assert_true(follows(fixture));
    }
    return moves;
}

static void transcript_set_pace__quick_rows__fewer_moves_and_all_in_view(void **state)
{
    struct fixture *fixture = *state;
    fixture->height = 20;
    begin(fixture, 40);
    const int moves = grow_at_pace(fixture, 41, 140);
    assert_in_range(moves, 5, 50);
}

static void transcript_set_pace__none__ends_at_the_bottom_again(void **state)
{
    struct fixture *fixture = *state;
    fixture->height = 20;
    begin(fixture, 40);
    grow_at_pace(fixture, 41, 50);
    assert_string_equal(canvas_cell_at(fixture->canvas, 0, 19)->text, " ");
    transcript_set_pace(fixture->transcript, -1);
    draw(fixture);
    assert_int_equal(canvas_cell_at(fixture->canvas, 0, 19)->text[0], 'l');
    assert_int_equal(canvas_cell_at(fixture->canvas, 1, 19)->text[0], '5');
    assert_int_equal(canvas_cell_at(fixture->canvas, 2, 19)->text[0], '0');
}

static void transcript_set_pace__scrolled_up__goes_from_what_is_seen(void **state)
{
    struct fixture *fixture = *state;
    fixture->height = 20;
    begin(fixture, 40);
    grow_at_pace(fixture, 41, 50);
    transcript_scroll(fixture->transcript, -3); /* the room below the end */
    assert_true(follows(fixture));
    draw(fixture);
    assert_int_equal(canvas_cell_at(fixture->canvas, 1, 19)->text[0], '5');
    assert_int_equal(canvas_cell_at(fixture->canvas, 2, 19)->text[0], '0');
    transcript_scroll(fixture->transcript, -1);
    assert_false(follows(fixture));
    draw(fixture);
    assert_int_equal(canvas_cell_at(fixture->canvas, 1, 19)->text[0], '4');
    assert_int_equal(canvas_cell_at(fixture->canvas, 2, 19)->text[0], '9');
    grow(fixture, 51, 57);
    assert_int_equal(new_rows(fixture), 7);
}

static void transcript_set_pace__another_size__ends_at_the_bottom(void **state)
{
    struct fixture *fixture = *state;
    fixture->height = 20;
    begin(fixture, 40);
    grow_at_pace(fixture, 41, 50);
    fixture->width = 30;
    draw(fixture);
    assert_int_equal(canvas_cell_at(fixture->canvas, 2, 19)->text[0], '0');
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(transcript_set_pace__quick_rows__fewer_moves_and_all_in_view),
        TEST(transcript_set_pace__none__ends_at_the_bottom_again),
        TEST(transcript_set_pace__scrolled_up__goes_from_what_is_seen),
        TEST(transcript_set_pace__another_size__ends_at_the_bottom),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

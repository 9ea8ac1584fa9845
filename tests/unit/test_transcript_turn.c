/* Places by turn, which mean something in another conversation too. */
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

static bool follows(const struct fixture *fixture)
{
    return transcript_is_following(fixture->transcript);
}

/* Three prompts with answers of so many lines each, drawn. */
static void talk(struct fixture *fixture, int lines)
{
    for (int i = 0; i < 3; i++) {
        add(fixture, MESSAGE_USER, i == 0 ? "one" : i == 1 ? "two" : "three");
        chat_add(&fixture->chat, MESSAGE_ASSISTANT)->state = MESSAGE_WHOLE;
        grow(fixture, 1, lines);
    }
    draw(fixture);
}

static void assert_turn(struct fixture *fixture, size_t number, int row)
{
    const struct transcript_turn turn = transcript_get_turn(fixture->transcript);
    assert_int_equal(turn.number, number);
    assert_int_equal(turn.row, row);
}

static void go_turn(struct fixture *fixture, size_t number, int row)
{
    transcript_go_turn(fixture->transcript, (struct transcript_turn){number, row});
    draw(fixture);
}

static void transcript_get_turn__counts__rows_from_the_prompt(void **state)
{
    struct fixture *fixture = *state;
    talk(fixture, 8);
    transcript_go_top(fixture->transcript);
    assert_turn(fixture, 1, 0);
    /* The prompt and the blank row after it, then the answer. */
    transcript_scroll(fixture->transcript, 3);
    assert_turn(fixture, 1, 3);
    go_turn(fixture, 2, 0);
    assert_turn(fixture, 2, 0);
}

static void transcript_go_turn__goes__to_the_prompt(void **state)
{
    struct fixture *fixture = *state;
    talk(fixture, 8);
    go_turn(fixture, 2, 0);
    assert_shows(fixture, "› two\n\nl1\nl2\nl3\n");
    assert_false(follows(fixture));
    go_turn(fixture, 1, 2);
    assert_shows(fixture, "l1\nl2\nl3\nl4\nl5\n");
}

static void transcript_go_turn__shorter_turn__stays_in_it(void **state)
{
    struct fixture *fixture = *state;
    talk(fixture, 2);
    go_turn(fixture, 1, 50);
    assert_turn(fixture, 1, 4);
}

static void transcript_go_turn__no_such_turn__is_the_end(void **state)
{
    struct fixture *fixture = *state;
    talk(fixture, 8);
    go_turn(fixture, 1, 0);
    go_turn(fixture, 4, 0);
    assert_true(follows(fixture));
}

static void transcript_go_turn__empty__does_nothing(void **state)
{
    struct fixture *fixture = *state;
    draw(fixture);
    go_turn(fixture, 1, 5);
    assert_turn(fixture, 0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(transcript_get_turn__counts__rows_from_the_prompt,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(transcript_go_turn__goes__to_the_prompt, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(transcript_go_turn__shorter_turn__stays_in_it,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(transcript_go_turn__no_such_turn__is_the_end,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(transcript_go_turn__empty__does_nothing, set_up,
                                        tear_down),
    };
    setlocale(LC_CTYPE, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}

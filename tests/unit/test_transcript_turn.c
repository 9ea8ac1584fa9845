/* Places by turn, which mean something in another conversation too. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/mem.h"
#include "tests/support/canvas_text.h"
#include "tests/support/transcript_stage.h"

static bool follows(const struct transcript_stage *fixture)
{
    return transcript_is_following(fixture->transcript);
}

/* Three prompts with answers of so many lines each, drawn. */
static void talk(struct transcript_stage *fixture, int lines)
{
    for (int i = 0; i < 3; i++) {
        transcript_stage_add(fixture, MESSAGE_USER,
                             i == 0   ? "one"
                             : i == 1 ? "two"
                                      : "three");
        chat_add(&fixture->chat, MESSAGE_ASSISTANT)->state = MESSAGE_WHOLE;
        transcript_stage_grow(fixture, 1, lines);
    }
    transcript_stage_draw(fixture);
}

static void assert_turn(struct transcript_stage *fixture, size_t number, int row)
{
    const struct transcript_turn turn = transcript_get_turn(fixture->transcript);
    assert_int_equal(turn.number, number);
    assert_int_equal(turn.row, row);
}

static void go_turn(struct transcript_stage *fixture, size_t number, int row)
{
    transcript_go_turn(fixture->transcript, (struct transcript_turn){number, row});
    transcript_stage_draw(fixture);
}

static void transcript_get_turn__counts__rows_from_the_prompt(void **state)
{
    struct transcript_stage *fixture = *state;
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
    struct transcript_stage *fixture = *state;
    talk(fixture, 8);
    go_turn(fixture, 2, 0);
    assert_transcript(fixture, "› two\n\nl1\nl2\nl3\n");
    assert_false(follows(fixture));
    go_turn(fixture, 1, 2);
    assert_transcript(fixture, "l1\nl2\nl3\nl4\nl5\n");
}

static void transcript_go_turn__shorter_turn__stays_in_it(void **state)
{
    struct transcript_stage *fixture = *state;
    talk(fixture, 2);
    go_turn(fixture, 1, 50);
    assert_turn(fixture, 1, 4);
}

static void transcript_go_turn__no_such_turn__is_the_end(void **state)
{
    struct transcript_stage *fixture = *state;
    talk(fixture, 8);
    go_turn(fixture, 1, 0);
    go_turn(fixture, 4, 0);
    assert_true(follows(fixture));
}

static void transcript_go_turn__empty__does_nothing(void **state)
{
    struct transcript_stage *fixture = *state;
    transcript_stage_draw(fixture);
    go_turn(fixture, 1, 5);
    assert_turn(fixture, 0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(transcript_get_turn__counts__rows_from_the_prompt,
                                        transcript_stage_set_up,
                                        transcript_stage_tear_down),
        cmocka_unit_test_setup_teardown(transcript_go_turn__goes__to_the_prompt,
                                        transcript_stage_set_up,
                                        transcript_stage_tear_down),
        cmocka_unit_test_setup_teardown(transcript_go_turn__shorter_turn__stays_in_it,
                                        transcript_stage_set_up,
                                        transcript_stage_tear_down),
        cmocka_unit_test_setup_teardown(transcript_go_turn__no_such_turn__is_the_end,
                                        transcript_stage_set_up,
                                        transcript_stage_tear_down),
        cmocka_unit_test_setup_teardown(transcript_go_turn__empty__does_nothing,
                                        transcript_stage_set_up,
                                        transcript_stage_tear_down),
    };
    setlocale(LC_CTYPE, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}

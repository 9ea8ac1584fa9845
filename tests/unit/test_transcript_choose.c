/* Which branch a message is, and messages that are chosen. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/canvas_text.h"
#include "tests/support/transcript_stage.h"
#include "ui/view/transcript_choose.h"

static void transcript__rewritten_answer__says_so(void **state)
{
    struct transcript_stage *fixture = *state;
    transcript_stage_begin(fixture, 1);
    chat_set_tip(&fixture->chat, fixture->chat.path[0]);
    transcript_stage_add(fixture, MESSAGE_ASSISTANT, "mine");
    chat_tip(&fixture->chat)->is_edited = true;
    assert_transcript(fixture, "› go\n\n‹ 2 of 2 › edited\nmine\n\n");
}

static void transcript__interrupted_answer__says_what_can_be_done(void **state)
{
    struct transcript_stage *fixture = *state;
    fixture->width = 60;
    transcript_stage_add(fixture, MESSAGE_ASSISTANT, "half");
    chat_tip(&fixture->chat)->state = MESSAGE_STOPPED;
    chat_tip(&fixture->chat)->is_interrupted = true;
    transcript_stage_draw(fixture);
    assert_true(canvas_find(fixture->canvas, "! interrupted when the program ended; what",
                            NULL, NULL));
    transcript_stage_add(fixture, MESSAGE_USER, "next");
    transcript_stage_draw(fixture);
    assert_true(canvas_find(fixture->canvas, "! interrupted", NULL, NULL));
}

static const char *chosen_text(struct transcript_stage *fixture)
{
    const struct message *message = transcript_chosen(fixture->transcript);
    return message != NULL ? strbuf_text(&message->parts[0].text) : "";
}

static void transcript_choose_step__goes__by_prompts_and_answers(void **state)
{
    struct transcript_stage *fixture = *state;
    transcript_stage_add(fixture, MESSAGE_USER, "p1");
    transcript_stage_add(fixture, MESSAGE_ASSISTANT, "a1");
    transcript_stage_add(fixture, MESSAGE_TOOL, "results");
    transcript_stage_add(fixture, MESSAGE_ASSISTANT, "more of a1");
    transcript_stage_add(fixture, MESSAGE_USER, "p2");
    transcript_stage_draw(fixture);
    assert_string_equal(chosen_text(fixture), "");
    transcript_choose_step(fixture->transcript, false);
    assert_string_equal(chosen_text(fixture), "p2");
    transcript_choose_step(fixture->transcript, false);
    assert_string_equal(chosen_text(fixture), "a1");
    transcript_choose_step(fixture->transcript, false);
    transcript_choose_step(fixture->transcript, false);
    assert_string_equal(chosen_text(fixture), "p1");
    transcript_choose_step(fixture->transcript, true);
    assert_string_equal(chosen_text(fixture), "a1");
    transcript_choose_step(fixture->transcript, true);
    transcript_choose_step(fixture->transcript, true);
    assert_string_equal(chosen_text(fixture), "");
}

static void transcript_choose__a_part_of_an_answer__is_the_answer(void **state)
{
    struct transcript_stage *fixture = *state;
    transcript_stage_add(fixture, MESSAGE_USER, "p1");
    transcript_stage_add(fixture, MESSAGE_ASSISTANT, "a1");
    transcript_stage_add(fixture, MESSAGE_ASSISTANT, "more of a1");
    transcript_choose(fixture->transcript, 3);
    transcript_stage_draw(fixture);
    assert_string_equal(chosen_text(fixture), "a1");
    /* What is on the path no more is not chosen any more. */
    chat_set_tip(&fixture->chat, fixture->chat.path[0]);
    transcript_stage_draw(fixture);
    assert_string_equal(chosen_text(fixture), "");
}

static void transcript_choose_step__brings__it_into_view(void **state)
{
    struct transcript_stage *fixture = *state;
    transcript_stage_begin(fixture, 30);
    transcript_choose_step(fixture->transcript, false);
    transcript_choose_step(fixture->transcript, false);
    transcript_stage_draw(fixture);
    assert_true(canvas_find(fixture->canvas, "› go", NULL, NULL));
    assert_false(transcript_is_following(fixture->transcript));
}

static void transcript__selection_above_a_head__goes_on(void **state)
{
    struct transcript_stage *fixture = *state;
    transcript_stage_begin(fixture, 1);
    chat_set_tip(&fixture->chat, fixture->chat.path[0]);
    transcript_stage_add(fixture, MESSAGE_ASSISTANT, "other");
    transcript_stage_draw(fixture);
    assert_true(transcript_select_begin(fixture->transcript));
    for (int i = 0; i < 4; i++)
        transcript_select_move(fixture->transcript, -1);
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    transcript_select_text(fixture->transcript, &text);
    assert_string_equal(strbuf_text(&text), "go\n\nother");
    strbuf_clear(&text);
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
#define TEST(function)                                                                   \
    cmocka_unit_test_setup_teardown(function, transcript_stage_set_up,                   \
                                    transcript_stage_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(transcript__rewritten_answer__says_so),
        TEST(transcript__interrupted_answer__says_what_can_be_done),
        TEST(transcript_choose_step__goes__by_prompts_and_answers),
        TEST(transcript_choose__a_part_of_an_answer__is_the_answer),
        TEST(transcript_choose_step__brings__it_into_view),
        TEST(transcript__selection_above_a_head__goes_on),
    };
    return cmocka_run_group_tests_name("transcript_choose", tests, NULL, NULL);
}

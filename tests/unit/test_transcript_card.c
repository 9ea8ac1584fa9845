/* The card that stands where an answer would have been, in views of any height. */
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

static void transcript__error_card__appears_and_its_hint_changes(void **state)
{
    struct transcript_stage *stage = *state;
    stage->width = 60;
    transcript_stage_begin(stage, 1);
    struct message *answer = chat_tip(&stage->chat);
    answer->state = MESSAGE_FAILED;
    answer->version++;
    error_set(&answer->facts.error, ERROR_SERVER, "no luck");
    stage->height = 12;
    transcript_stage_draw(stage);
    assert_true(canvas_find(stage->canvas, "server error: no luck", NULL, NULL));
    assert_true(canvas_find(stage->canvas, TRANSCRIPT_STAGE_HINT, NULL, NULL));
}

/* A pane that is not on the screen is searched, and sent to, without a draw before. */
static void transcript__searched_before_it_was_drawn__finds_its_end(void **state)
{
    struct transcript_stage *stage = *state;
    transcript_stage_add(stage, MESSAGE_USER, "question");
    struct message *answer = transcript_stage_add(stage, MESSAGE_ASSISTANT, "half");
    answer->state = MESSAGE_FAILED;
    error_set(&answer->facts.error, ERROR_SERVER, "no luck");
    transcript_search(stage->transcript, &stage->chat, NULL);
    transcript_go_end(stage->transcript);
    assert_true(transcript_is_following(stage->transcript));
}

/* A card of five rows below an answer of one; the view has two. */
static void fail_in_little_room(struct transcript_stage *stage)
{
    transcript_stage_begin(stage, 1);
    struct message *answer = chat_tip(&stage->chat);
    answer->state = MESSAGE_FAILED;
    answer->version++;
    error_set(&answer->facts.error, ERROR_SERVER, "no luck this time");
    answer->facts.request_id = mem_strdup("req_1");
    stage->width = 40;
    stage->height = 2;
}

static void transcript__card_higher_than_the_view__shows_its_beginning(void **state)
{
    struct transcript_stage *stage = *state;
    static const char beginning[] = "\xe2\x9c\x97 server error: no luck this time\n"
                                    "  what had come is kept \xc2\xb7 request req_1\n";
    fail_in_little_room(stage);
    assert_transcript(stage, beginning);
    assert_transcript(stage, beginning);
    assert_true(transcript_is_following(stage->transcript));
    /* What comes next is followed to its end. */
    transcript_stage_add(stage, MESSAGE_USER, "again");
    assert_transcript(stage, "\n\xe2\x80\xba again\n");
}

static void transcript__card_higher_than_the_view__is_read_on(void **state)
{
    struct transcript_stage *stage = *state;
    fail_in_little_room(stage);
    transcript_stage_draw(stage);
    transcript_scroll(stage->transcript, 1);
    transcript_stage_draw(stage);
    char *first = canvas_line(stage->canvas, 0);
    assert_string_equal(first, "  what had come is kept \xc2\xb7 request req_1");
    mem_free(first);
    transcript_scroll(stage->transcript, 100);
    transcript_stage_draw(stage);
    char *last = canvas_line(stage->canvas, 1);
    assert_string_equal(last, "  r retry");
    mem_free(last);
    assert_true(transcript_is_following(stage->transcript));
    /* Somebody who has seen it all is not taken back. */
    stage->width = 39;
    transcript_stage_draw(stage);
    assert_true(canvas_find(stage->canvas, TRANSCRIPT_STAGE_HINT, NULL, NULL));
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
#define TEST(function)                                                                   \
    cmocka_unit_test_setup_teardown(function, transcript_stage_set_up,                   \
                                    transcript_stage_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(transcript__error_card__appears_and_its_hint_changes),
        TEST(transcript__searched_before_it_was_drawn__finds_its_end),
        TEST(transcript__card_higher_than_the_view__shows_its_beginning),
        TEST(transcript__card_higher_than_the_view__is_read_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

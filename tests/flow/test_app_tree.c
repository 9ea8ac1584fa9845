/* Branches on the screen: choosing messages, other branches, forks, shared answers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/mem.h"
#include "tests/support/app_stage.h"

#define FAST  "demo/echo?rate=0&ttft=0"
#define OTHER "demo/coder?rate=0&ttft=0"
#define SLOW  "demo/echo?rate=20&ttft=0"

static const char *const one[] = {FAST, NULL};
static const char *const two[] = {FAST, OTHER, NULL};
static const char *const three[] = {FAST, OTHER, FAST, NULL};
static const char *const slow[] = {SLOW, NULL};
static const char *const sixteen[] = {FAST, FAST, FAST, FAST, FAST, FAST,
                                      FAST, FAST, FAST, FAST, FAST, FAST,
                                      FAST, FAST, FAST, FAST, NULL};

static void say(struct app_stage *stage, const char *text)
{
    app_stage_send(stage, text);
    app_stage_wait_idle(stage);
}

static void press(struct app_stage *stage, const char *keys)
{
    char key[32];
    while (*keys != '\0') {
        const size_t len = strcspn(keys, " ");
        assert_true(len < sizeof(key));
        memcpy(key, keys, len);
        key[len] = '\0';
        app_stage_press(stage, key);
        keys += len + (keys[len] == ' ');
    }
}

static void assert_answer(const struct app_stage *stage, chat_id chat, const char *text)
{
    char *answer = app_stage_answer(stage, chat);
    assert_string_equal(answer, text);
    mem_free(answer);
}

static void app_branch__edited_prompt__leads_back_and_forth(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open(one);
    say(stage, "alpha");
    say(stage, "beta");
    press(stage, "Esc K K K K e");
    app_stage_type(stage, "bet");
    press(stage, "Enter");
    app_stage_wait_idle(stage);
    assert_stage_shows(stage, "‹ 2 of 2 ›");
    assert_stage_shows(stage, "› alphabet");
    assert_stage_hides(stage, "› beta");
    press(stage, "Esc [");
    assert_stage_shows(stage, "‹ 1 of 2 ›");
    assert_stage_shows(stage, "› beta");
    assert_stage_hides(stage, "› alphabet");
    assert_stage_shows(stage, "▌");
    press(stage, "[");
    assert_stage_shows(stage, "this is the first branch here");
    press(stage, "]");
    assert_stage_shows(stage, "› alphabet");
    app_stage_free(stage);
}

static void app_branch__without_any__says_how_to_make_one(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open(one);
    press(stage, "Esc ]");
    assert_stage_shows(stage, "no branches: r and e make one");
    press(stage, "K");
    assert_stage_shows(stage, "there is no message in this pane");
    press(stage, "f");
    assert_stage_shows(stage, "no message in this pane to fork at");
    app_stage_free(stage);
}

static void app_retry__chosen_prompt__is_answered_again(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open(one);
    say(stage, "alpha");
    say(stage, "beta");
    press(stage, "Esc K K K r");
    app_stage_wait_idle(stage);
    assert_answer(stage, 1, "alpha");
    assert_stage_hides(stage, "› beta");
    assert_stage_shows(stage, "‹ 2 of 2 ›");
    assert_stage_hides(stage, "▌");
    app_stage_free(stage);
}

static void app_edit__chosen_answer__is_gone_on_from(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open(one);
    say(stage, "alpha");
    press(stage, "Esc K e");
    assert_stage_shows(stage, "rewriting an answer");
    app_stage_type(stage, " and omega");
    press(stage, "Enter");
    assert_stage_shows(stage, "‹ 2 of 2 › edited");
    assert_answer(stage, 1, "alpha and omega");
    /* It is no prompt: the history does not have it. */
    press(stage, "Up");
    assert_stage_shows(stage, "> alpha");
    assert_stage_hides(stage, "> alpha and");
    app_stage_free(stage);
}

static void app_edit__answer_given_up__nothing_changes(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open(one);
    say(stage, "alpha");
    press(stage, "Esc K e");
    app_stage_type(stage, "!");
    press(stage, "Ctrl-C");
    assert_stage_shows(stage, "the answer stays as it was");
    assert_answer(stage, 1, "alpha");
    app_stage_free(stage);
}

static void app_branch__while_busy__is_refused(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open(slow);
    say(stage, "alpha");
    press(stage, "Alt-r");
    app_stage_wait_idle(stage);
    app_stage_send(stage, "one two three four five six seven");
    press(stage, "Esc [");
    assert_stage_shows(stage, "the answer is still coming: stop it first");
    press(stage, "f");
    assert_stage_shows(stage, "fork at a message before it");
    assert_stage_hides(stage, "2 echo");
    press(stage, "S");
    app_stage_wait_idle(stage);
    app_stage_free(stage);
}

static void app_fork__at_a_message__opens_a_pane_beside(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open(two);
    say(stage, "alpha");
    say(stage, "beta");
    press(stage, "Esc K K K f");
    assert_stage_shows(stage, "2 echo");
    assert_stage_shows(stage, "3 coder");
    assert_answer(stage, 3, "alpha");
    press(stage, "i");
    app_stage_type(stage, "gamma");
    press(stage, "Alt-Enter");
    app_stage_wait_idle(stage);
    assert_answer(stage, 3, "gamma");
    assert_answer(stage, 1, "beta");
    app_stage_free(stage);
}

static void app_fork__at_a_prompt__waits_to_be_answered(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open(one);
    say(stage, "alpha");
    press(stage, "Esc K K f");
    assert_stage_shows(stage, "forked at the prompt: r answers it here");
    press(stage, "r");
    app_stage_wait_idle(stage);
    assert_answer(stage, 2, "alpha");
    app_stage_free(stage);
}

static void app_fork__all_places_taken__says_so(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open(sixteen);
    say(stage, "alpha");
    press(stage, "Esc f");
    assert_stage_shows(stage, "no room for more than 16 panes");
    app_stage_free(stage);
}

static void app_share__picked_answer__becomes_everyones(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open(three);
    say(stage, "alpha");
    press(stage, "Esc &");
    assert_stage_shows(stage, "panes go on from one answer: * picks it");
    press(stage, "j");
    assert_stage_shows(stage, "· shared");
    press(stage, "h *");
    assert_stage_shows(stage, "2 other panes go on from this answer");
    assert_answer(stage, 2, "alpha");
    /* The third has said the same: nothing is copied. */
    assert_int_equal(engine_get_chat(stage->engine, 3)->message_count, 2);
    press(stage, "i");
    say(stage, "beta");
    assert_stage_hides(stage, "no answer was picked");
    app_stage_free(stage);
}

static void app_share__other_prompt__is_left_out(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open(two);
    app_stage_type(stage, "alpha");
    press(stage, "Alt-Enter");
    app_stage_wait_idle(stage);
    press(stage, "Esc *");
    assert_stage_shows(stage, "pane 2 left out: its last prompt is another one");
    press(stage, "l Space h *");
    assert_stage_shows(stage, "no other pane is ticked");
    app_stage_free(stage);
}

static void app_send__shared_but_not_picked__says_so_and_sends(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open(two);
    say(stage, "alpha");
    assert_stage_shows(stage, "history: each its own");
    press(stage, "Esc &");
    assert_stage_shows(stage, "history: shared, * picks");
    press(stage, "i");
    app_stage_send(stage, "beta");
    assert_stage_shows(stage,
                       "no answer was picked (Alt-*): each pane goes on from its own");
    app_stage_wait_idle(stage);
    assert_answer(stage, 1, "beta");
    app_stage_free(stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(app_branch__edited_prompt__leads_back_and_forth),
        cmocka_unit_test(app_branch__without_any__says_how_to_make_one),
        cmocka_unit_test(app_retry__chosen_prompt__is_answered_again),
        cmocka_unit_test(app_edit__chosen_answer__is_gone_on_from),
        cmocka_unit_test(app_edit__answer_given_up__nothing_changes),
        cmocka_unit_test(app_branch__while_busy__is_refused),
        cmocka_unit_test(app_fork__at_a_message__opens_a_pane_beside),
        cmocka_unit_test(app_fork__at_a_prompt__waits_to_be_answered),
        cmocka_unit_test(app_fork__all_places_taken__says_so),
        cmocka_unit_test(app_share__picked_answer__becomes_everyones),
        cmocka_unit_test(app_share__other_prompt__is_left_out),
        cmocka_unit_test(app_send__shared_but_not_picked__says_so_and_sends),
    };
    return cmocka_run_group_tests_name("app_tree", tests, NULL, NULL);
}

/*
 * The app on the demo server: sending, queueing, stopping, writing, and the ways out.
 * The model "stall" says a few words and then nothing: it is busy for as long as a test
 * wants.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "tests/support/app_stage.h"

#define ECHO  "demo/echo?rate=0&ttft=0"
#define STALL "demo/stall?rate=0&ttft=0"

static void assert_answer(const struct app_stage *stage, chat_id chat,
                          const char *expected)
{
    char *text = app_stage_answer(stage, chat);
    assert_string_equal(text, expected);
    mem_free(text);
}

static void assert_prompt(const struct app_stage *stage, chat_id chat,
                          const char *expected)
{
    char *text = app_stage_prompt(stage, chat);
    assert_string_equal(text, expected);
    mem_free(text);
}

/* A stage of stalled panes that have said all they will say. */
static struct app_stage *open_stalled(const char *const *models)
{
    struct app_stage *stage = app_stage_open(models);
    app_stage_send(stage, "go");
    for (chat_id chat = 1; models[chat - 1] != NULL; chat++)
        app_stage_wait_answer(stage, chat, 1);
    return stage;
}

static struct app_stage *open_one_stalled(void)
{
    return open_stalled((const char *const[]){STALL, NULL});
}

/* --- Sending ---------------------------------------------------------------------- */

static void app_send__enter__goes_to_all_ticked(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open((const char *const[]){ECHO, ECHO, NULL});
    assert_stage_shows(stage, "to all 2");
    app_stage_send(stage, "hello panes");
    app_stage_wait_idle(stage);
    assert_answer(stage, 1, "hello panes");
    assert_answer(stage, 2, "hello panes");
    assert_stage_shows(stage, "✓ done");
    app_stage_free(stage);
}

static void app_send__unticked_pane__is_left_out(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open((const char *const[]){ECHO, ECHO, NULL});
    app_stage_press(stage, "Alt-t");
    assert_stage_shows(stage, "(not ticked)");
    app_stage_send(stage, "hello");
    app_stage_wait_idle(stage);
    assert_answer(stage, 1, "");
    assert_answer(stage, 2, "hello");
    app_stage_free(stage);
}

static void app_send__alt_enter__goes_to_the_focused_only(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open((const char *const[]){ECHO, ECHO, NULL});
    app_stage_press(stage, "Tab");
    app_stage_press(stage, "Alt-t");
    app_stage_type(stage, "only you");
    app_stage_press(stage, "Alt-Enter");
    app_stage_wait_idle(stage);
    assert_answer(stage, 1, "");
    assert_answer(stage, 2, "only you");
    app_stage_free(stage);
}

static void app_send__nobody_ticked__keeps_the_text(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open((const char *const[]){ECHO, NULL});
    app_stage_press(stage, "Alt-t");
    app_stage_send(stage, "hello");
    assert_stage_shows(stage, "no pane is ticked");
    assert_stage_shows(stage, "> hello");
    assert_int_equal(engine_busy_count(stage->engine), 0);
    app_stage_free(stage);
}

static void app_send__blank__says_so(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open((const char *const[]){ECHO, NULL});
    app_stage_send(stage, "  ");
    assert_stage_shows(stage, "there is nothing to send");
    assert_int_equal(engine_get_chat(stage->engine, 1)->path_len, 0);
    app_stage_free(stage);
}

static void app_send__draft__waits_for_enter(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_new(&(struct app_stage_options){
        .models = (const char *const[]){ECHO, NULL}, .draft = "typed before"});
    assert_stage_shows(stage, "> typed before");
    assert_int_equal(engine_busy_count(stage->engine), 0);
    app_stage_press(stage, "Enter");
    app_stage_wait_idle(stage);
    assert_answer(stage, 1, "typed before");
    app_stage_free(stage);
}

static void app_send__draft_that_sends_itself__is_sent_once(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_new(
        &(struct app_stage_options){.models = (const char *const[]){ECHO, NULL},
                                    .draft = "at once",
                                    .sends_draft = true});
    app_stage_wait_idle(stage);
    app_resize(stage->app, 90, 20);
    app_stage_wait_idle(stage);
    assert_answer(stage, 1, "at once");
    assert_int_equal(engine_get_chat(stage->engine, 1)->path_len, 2);
    app_stage_free(stage);
}

static bool all_stream(struct app_stage *stage, void *user)
{
    const chat_id *count = user;
    for (chat_id chat = 1; chat <= *count; chat++) {
        if (engine_get_turn(stage->engine, chat).state != TURN_STREAMING)
            return false;
    }
    return true;
}

static void app_stream__four_panes__at_the_same_time(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open((const char *const[]){
        "demo/sage?rate=150&ttft=0&tokens=200", "demo/coder?rate=150&ttft=0&tokens=200",
        "demo/thinker?rate=150&ttft=0&tokens=200",
        "demo/polyglot?rate=150&ttft=0&tokens=200", NULL});
    chat_id count = 4;
    app_stage_send(stage, "What makes several voices sing well together?");
    app_stage_wait(stage, all_stream, &count);
    app_stage_wait_text(stage, "4 running");
    /* The keyboard works meanwhile. */
    app_stage_type(stage, "next");
    assert_stage_shows(stage, "> next");
    assert_int_equal(engine_busy_count(stage->engine), 4);
    app_stage_wait_idle(stage);
    for (chat_id a = 1; a <= count; a++) {
        char *answer = app_stage_answer(stage, a);
        assert_true(strlen(answer) > 100);
        for (chat_id b = a + 1; b <= count; b++) {
            char *other = app_stage_answer(stage, b);
            assert_string_not_equal(answer, other);
            mem_free(other);
        }
        mem_free(answer);
    }
    app_stage_free(stage);
}

/* --- The queue -------------------------------------------------------------------- */

static void app_queue__busy_pane__shows_what_waits(void **state)
{
    (void)state;
    struct app_stage *stage = open_one_stalled();
    app_stage_send(stage, "second");
    assert_stage_shows(stage, "1 queued");
    app_stage_send(stage, "third");
    assert_stage_shows(stage, "2 queued");
    assert_prompt(stage, 1, "go");
    app_stage_free(stage);
}

static void app_queue__take_back__last_one_first(void **state)
{
    (void)state;
    struct app_stage *stage = open_one_stalled();
    app_stage_send(stage, "second");
    app_stage_send(stage, "third");
    app_stage_press(stage, "Alt-u");
    assert_stage_shows(stage, "> third");
    assert_stage_shows(stage, "1 queued");
    app_stage_press(stage, "Alt-u");
    assert_stage_shows(stage, "  second");
    assert_stage_hides(stage, "queued");
    app_stage_press(stage, "Alt-u");
    assert_stage_shows(stage, "nothing is queued");
    app_stage_free(stage);
}

static void app_queue__free_again__is_sent_in_order(void **state)
{
    (void)state;
    struct app_stage *stage =
        app_stage_open((const char *const[]){"demo/echo?rate=0&ttft=20", NULL});
    app_stage_send(stage, "a");
    app_stage_send(stage, "b");
    app_stage_send(stage, "c");
    app_stage_wait_idle(stage);
    const struct chat *chat = engine_get_chat(stage->engine, 1);
    assert_int_equal(chat->path_len, 6);
    for (size_t i = 0; i < 6; i++) {
        const char expected[] = {(char)('a' + (int)(i / 2)), '\0'};
        assert_string_equal(strbuf_text(&chat->path[i]->parts[0].text), expected);
    }
    app_stage_free(stage);
}

static void app_queue__stopped__waits_for_the_person(void **state)
{
    (void)state;
    struct app_stage *stage = open_one_stalled();
    app_stage_send(stage, "second");
    app_stage_press(stage, "Ctrl-C");
    app_stage_wait_idle(stage);
    assert_stage_shows(stage, "1 queued");
    assert_prompt(stage, 1, "go");
    app_stage_press(stage, "Alt-u");
    assert_stage_shows(stage, "> second");
    app_stage_free(stage);
}

/* --- Stopping --------------------------------------------------------------------- */

static void app_stop__ctrl_c__stops_the_focused_and_keeps_its_text(void **state)
{
    (void)state;
    struct app_stage *stage = open_stalled((const char *const[]){STALL, STALL, NULL});
    char *before = app_stage_answer(stage, 1);
    app_stage_press(stage, "Ctrl-C");
    app_stage_wait_text(stage, "■ stopped");
    assert_stage_shows(stage, "what had come is kept");
    assert_answer(stage, 1, before);
    assert_false(engine_is_busy(stage->engine, 1));
    assert_true(engine_is_busy(stage->engine, 2));
    mem_free(before);
    app_stage_free(stage);
}

static void app_stop__s__does_the_same_in_normal_mode(void **state)
{
    (void)state;
    struct app_stage *stage = open_stalled((const char *const[]){STALL, STALL, NULL});
    app_stage_press(stage, "Tab");
    app_stage_press(stage, "Esc");
    app_stage_press(stage, "s");
    app_stage_wait_text(stage, "■ stopped");
    assert_true(engine_is_busy(stage->engine, 1));
    assert_false(engine_is_busy(stage->engine, 2));
    app_stage_free(stage);
}

static void app_stop__esc_once__stops_nothing(void **state)
{
    (void)state;
    struct app_stage *stage = open_one_stalled();
    app_stage_press(stage, "Esc");
    app_stage_press(stage, "i");
    app_stage_press(stage, "Esc");
    app_stage_run_due(stage);
    assert_true(engine_is_busy(stage->engine, 1));
    app_stage_free(stage);
}

static void app_stop__esc_esc__stops_all(void **state)
{
    (void)state;
    struct app_stage *stage =
        open_stalled((const char *const[]){STALL, STALL, STALL, NULL});
    app_stage_press(stage, "Esc");
    app_stage_press(stage, "Esc");
    app_stage_wait_idle(stage);
    for (chat_id chat = 1; chat <= 3; chat++)
        assert_int_equal(chat_tip(engine_get_chat(stage->engine, chat))->state,
                         MESSAGE_STOPPED);
    app_stage_free(stage);
}

static void app_stop__capital_s__stops_all(void **state)
{
    (void)state;
    struct app_stage *stage = open_stalled((const char *const[]){STALL, STALL, NULL});
    app_stage_press(stage, "Esc");
    app_stage_press(stage, "S");
    app_stage_wait_idle(stage);
    app_stage_free(stage);
}

/* --- The Ctrl-C ladder and other ways out ------------------------------------------ */

static void app_interrupt__ladder__takes_all_rungs(void **state)
{
    (void)state;
    struct app_stage *stage = open_one_stalled();
    app_stage_type(stage, "a draft");
    app_stage_press(stage, "F1");
    app_stage_press(stage, "Ctrl-C"); /* the box */
    assert_stage_shows(stage, "> a draft");
    assert_true(engine_is_busy(stage->engine, 1));
    app_stage_press(stage, "Ctrl-C"); /* the answer */
    app_stage_wait_idle(stage);
    assert_stage_shows(stage, "> a draft");
    app_stage_press(stage, "Ctrl-C"); /* the draft */
    assert_stage_hides(stage, "a draft");
    assert_int_equal(app_exit_code(stage->app), -1);
    app_stage_press(stage, "Ctrl-C");
    assert_stage_shows(stage, "press Ctrl-C again to quit");
    assert_int_equal(app_exit_code(stage->app), -1);
    app_stage_press(stage, "Ctrl-C");
    assert_int_equal(app_exit_code(stage->app), 0);
    app_stage_free(stage);
}

static void app_interrupt__cleared_draft__comes_back_with_undo(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open((const char *const[]){ECHO, NULL});
    app_stage_type(stage, "a draft");
    app_stage_press(stage, "Ctrl-C");
    assert_stage_shows(stage, "Ctrl-_ brings it back");
    app_stage_press(stage, "Ctrl-_");
    assert_stage_shows(stage, "> a draft");
    app_stage_free(stage);
}

static void app_interrupt__other_key_between__asks_again(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open((const char *const[]){ECHO, NULL});
    app_stage_press(stage, "Ctrl-C");
    app_stage_type(stage, "x");
    app_stage_press(stage, "Ctrl-C");
    assert_stage_shows(stage, "cleared");
    app_stage_press(stage, "Ctrl-C");
    assert_stage_shows(stage, "press Ctrl-C again to quit");
    assert_int_equal(app_exit_code(stage->app), -1);
    app_stage_paste(stage, "y");
    app_stage_press(stage, "Backspace");
    app_stage_press(stage, "Ctrl-C");
    app_stage_press(stage, "F12"); /* does nothing, but is not a second press */
    app_stage_press(stage, "Ctrl-C");
    assert_int_equal(app_exit_code(stage->app), -1);
    app_stage_free(stage);
}

static void app_quit__ctrl_d__deletes_first(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open((const char *const[]){ECHO, NULL});
    app_stage_type(stage, "ab");
    app_stage_press(stage, "Home");
    app_stage_press(stage, "Ctrl-D");
    assert_stage_shows(stage, "> b");
    app_stage_press(stage, "Ctrl-D");
    assert_int_equal(app_exit_code(stage->app), -1);
    app_stage_press(stage, "Ctrl-D");
    assert_int_equal(app_exit_code(stage->app), 0);
    app_stage_free(stage);
}

static void app_quit__while_answers_come__asks(void **state)
{
    (void)state;
    struct app_stage *stage = open_one_stalled();
    app_stage_press(stage, "Ctrl-D");
    assert_stage_shows(stage, "press again to quit");
    assert_int_equal(app_exit_code(stage->app), -1);
    app_stage_press(stage, "Esc");
    app_stage_press(stage, "q");
    assert_int_equal(app_exit_code(stage->app), -1);
    app_stage_press(stage, "q");
    assert_int_equal(app_exit_code(stage->app), 0);
    app_stage_free(stage);
}

static void app_quit__signal__is_the_exit_code(void **state)
{
    (void)state;
    struct app_stage *stage = open_one_stalled();
    ev_feed_signal_event(stage->loop, 15);
    ev_run(stage->loop, 0);
    assert_int_equal(app_exit_code(stage->app), 143);
    app_stage_free(stage);
}

/* --- Answers again ---------------------------------------------------------------- */

static void app_retry__settled__adds_a_sibling(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open((const char *const[]){ECHO, NULL});
    app_stage_press(stage, "Alt-r");
    assert_stage_shows(stage, "there is no prompt in this pane");
    app_stage_send(stage, "again");
    app_stage_wait_idle(stage);
    app_stage_press(stage, "Alt-r");
    app_stage_wait_idle(stage);
    const struct chat *chat = engine_get_chat(stage->engine, 1);
    assert_int_equal(chat->path_len, 2);
    assert_int_equal(chat->message_count, 3);
    app_stage_free(stage);
}

static void app_retry__busy__says_so(void **state)
{
    (void)state;
    struct app_stage *stage = open_one_stalled();
    app_stage_press(stage, "Alt-r");
    assert_stage_shows(stage, "still coming: stop it first");
    app_stage_free(stage);
}

static void app_edit_prompt__sent__takes_the_old_ones_place(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open((const char *const[]){ECHO, NULL});
    app_stage_send(stage, "first");
    app_stage_wait_idle(stage);
    app_stage_press(stage, "Alt-e");
    assert_stage_shows(stage, "> first");
    assert_stage_shows(stage, "editing a sent prompt");
    app_stage_send(stage, " and more");
    app_stage_wait_idle(stage);
    assert_answer(stage, 1, "first and more");
    assert_int_equal(engine_get_chat(stage->engine, 1)->path_len, 2);
    assert_int_equal(engine_get_chat(stage->engine, 1)->message_count, 4);
    assert_stage_hides(stage, "editing");
    app_stage_free(stage);
}

static void app_edit_prompt__given_up__next_text_is_a_new_prompt(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open((const char *const[]){ECHO, NULL});
    app_stage_send(stage, "first");
    app_stage_wait_idle(stage);
    app_stage_press(stage, "Alt-e");
    app_stage_press(stage, "Ctrl-U");
    app_stage_press(stage, "Ctrl-C");
    assert_stage_shows(stage, "stays as it was sent");
    assert_stage_hides(stage, "editing");
    app_stage_send(stage, "second");
    app_stage_wait_idle(stage);
    assert_int_equal(engine_get_chat(stage->engine, 1)->path_len, 4);
    app_stage_free(stage);
}

/* --- Writing ---------------------------------------------------------------------- */

static void app_write__newline_keys__do_not_send(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open((const char *const[]){ECHO, NULL});
    app_stage_type(stage, "one");
    app_stage_press(stage, "Ctrl-J");
    app_stage_type(stage, "two");
    app_stage_press(stage, "Shift-Enter");
    app_stage_type(stage, "three");
    assert_int_equal(engine_busy_count(stage->engine), 0);
    assert_stage_shows(stage, "  three");
    app_stage_press(stage, "Enter");
    app_stage_wait_idle(stage);
    assert_answer(stage, 1, "one\ntwo\nthree");
    app_stage_free(stage);
}

static void app_paste__newlines__do_not_send(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open((const char *const[]){ECHO, NULL});
    app_stage_paste(stage, "one\r\ntwo\rthree\n");
    app_stage_run_due(stage);
    assert_int_equal(engine_get_chat(stage->engine, 1)->path_len, 0);
    app_stage_press(stage, "Enter");
    app_stage_wait_idle(stage);
    assert_prompt(stage, 1, "one\ntwo\nthree\n");
    app_stage_free(stage);
}

static void app_paste__normal_mode__goes_to_the_text(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open((const char *const[]){ECHO, NULL});
    app_stage_press(stage, "Esc");
    app_stage_paste(stage, "quit now");
    assert_int_equal(app_exit_code(stage->app), -1);
    assert_stage_shows(stage, "> quit now");
    assert_stage_hides(stage, "normal mode  ");
    app_stage_free(stage);
}

static void app_write__keys__edit_the_text(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open((const char *const[]){ECHO, NULL});
    app_stage_type(stage, "hello wide 世界");
    app_stage_press(stage, "Ctrl-W");
    app_stage_press(stage, "Ctrl-A");
    app_stage_press(stage, "Ctrl-K");
    assert_stage_hides(stage, "hello");
    app_stage_press(stage, "Ctrl-Y");
    assert_stage_shows(stage, "> hello wide");
    app_stage_press(stage, "Alt-b");
    app_stage_type(stage, "very ");
    assert_stage_shows(stage, "> hello very wide");
    app_stage_free(stage);
}

static void app_history__up_and_down__keep_the_draft(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open((const char *const[]){ECHO, NULL});
    app_stage_send(stage, "first");
    app_stage_send(stage, "second");
    app_stage_type(stage, "my draft");
    app_stage_press(stage, "Home");
    app_stage_press(stage, "Up");
    assert_stage_shows(stage, "> second");
    app_stage_press(stage, "Up");
    app_stage_press(stage, "Up");
    assert_stage_shows(stage, "> first");
    app_stage_press(stage, "Down");
    app_stage_press(stage, "Down");
    assert_stage_shows(stage, "> my draft");
    app_stage_free(stage);
}

static void app_history__draft_changed_between__is_not_lost(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open((const char *const[]){ECHO, NULL});
    app_stage_send(stage, "first");
    app_stage_type(stage, "my");
    app_stage_press(stage, "Up");
    app_stage_press(stage, "Down");
    app_stage_type(stage, " draft");
    app_stage_press(stage, "Up");
    app_stage_press(stage, "Down");
    assert_stage_shows(stage, "> my draft");
    app_stage_free(stage);
}

static void app_history__recalled_and_changed__is_a_draft(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open((const char *const[]){ECHO, NULL});
    app_stage_send(stage, "first");
    app_stage_send(stage, "second");
    app_stage_press(stage, "Up");
    app_stage_type(stage, " thought");
    app_stage_press(stage, "Down");
    assert_stage_shows(stage, "> second thought");
    app_stage_press(stage, "Up");
    assert_stage_shows(stage, "> second");
    app_stage_press(stage, "Down");
    assert_stage_shows(stage, "> second thought");
    app_stage_free(stage);
}

static void app_history__several_lines__are_walked_first(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open((const char *const[]){ECHO, NULL});
    app_stage_send(stage, "older");
    app_stage_paste(stage, "one\ntwo");
    app_stage_press(stage, "Up");
    assert_stage_shows(stage, "> one");
    app_stage_press(stage, "Home");
    app_stage_press(stage, "Up");
    assert_stage_shows(stage, "> older");
    app_stage_free(stage);
}

static void app_history__file__outlives_the_program(void **state)
{
    (void)state;
    char folder[] = "/tmp/motet-test-XXXXXX";
    assert_non_null(mkdtemp(folder));
    char *path = strbuf_format("%s/history", folder);
    const struct app_stage_options options = {.models = (const char *const[]){ECHO, NULL},
                                              .history_path = path};
    struct app_stage *stage = app_stage_new(&options);
    app_stage_send(stage, "kept for later");
    app_stage_free(stage);
    stage = app_stage_new(&options);
    app_stage_press(stage, "Up");
    assert_stage_shows(stage, "> kept for later");
    app_stage_free(stage);
    char *lock = strbuf_format("%s.lock", path);
    unlink(lock);
    unlink(path);
    rmdir(folder);
    mem_free(lock);
    mem_free(path);
}

static void app_history__unwritable_file__is_told_and_the_prompt_sent(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_new(
        &(struct app_stage_options){.models = (const char *const[]){ECHO, NULL},
                                    .history_path = "/nonexistent/folder/history",
                                    .width = 160});
    app_stage_send(stage, "go");
    assert_stage_shows(stage, "/nonexistent/folder/history");
    app_stage_wait_idle(stage);
    assert_answer(stage, 1, "go");
    app_stage_free(stage);
}

static void app_history__not_saved_when_sent__is_saved_at_the_end(void **state)
{
    (void)state;
    char folder[] = "/tmp/motet-test-XXXXXX";
    assert_non_null(mkdtemp(folder));
    char *path = strbuf_format("%s/history", folder);
    char *lock = strbuf_format("%s.lock", path);
    const struct app_stage_options options = {.models = (const char *const[]){ECHO, NULL},
                                              .history_path = path};
    struct app_stage *stage = app_stage_new(&options);
    assert_int_equal(mkdir(lock, 0700), 0); /* nobody can lock that */
    app_stage_send(stage, "kept for later");
    assert_int_equal(access(path, F_OK), -1);
    assert_int_equal(rmdir(lock), 0);
    app_stage_free(stage);
    stage = app_stage_new(&options);
    app_stage_press(stage, "Up");
    assert_stage_shows(stage, "> kept for later");
    app_stage_free(stage);
    unlink(lock);
    unlink(path);
    rmdir(folder);
    mem_free(lock);
    mem_free(path);
}

/* --- Normal mode ------------------------------------------------------------------ */

static void app_normal__letters__are_not_typed(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open((const char *const[]){ECHO, NULL});
    app_stage_press(stage, "Esc");
    assert_stage_shows(stage, "normal mode");
    assert_false(stage->shown->is_cursor_visible);
    app_stage_press(stage, "U");
    assert_stage_shows(stage, "does nothing in normal mode");
    app_stage_press(stage, "i");
    assert_true(stage->shown->is_cursor_visible);
    app_stage_type(stage, "w");
    assert_stage_shows(stage, "> w");
    app_stage_free(stage);
}

static void app_normal__program_keys__reach_the_display(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open((const char *const[]){ECHO, NULL});
    app_stage_press(stage, "Ctrl-Z");
    assert_int_equal(stage->suspend_count, 1);
    app_stage_press(stage, "Esc");
    app_stage_press(stage, "Z");
    assert_int_equal(stage->suspend_count, 2);
    app_stage_press(stage, "R");
    assert_int_equal(stage->redraw_count, 1);
    app_stage_press(stage, "M");
    assert_false(stage->has_mouse);
    app_stage_press(stage, "M");
    assert_true(stage->has_mouse);
    app_stage_free(stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(app_send__enter__goes_to_all_ticked),
        cmocka_unit_test(app_send__unticked_pane__is_left_out),
        cmocka_unit_test(app_send__alt_enter__goes_to_the_focused_only),
        cmocka_unit_test(app_send__nobody_ticked__keeps_the_text),
        cmocka_unit_test(app_send__blank__says_so),
        cmocka_unit_test(app_send__draft__waits_for_enter),
        cmocka_unit_test(app_send__draft_that_sends_itself__is_sent_once),
        cmocka_unit_test(app_stream__four_panes__at_the_same_time),
        cmocka_unit_test(app_queue__busy_pane__shows_what_waits),
        cmocka_unit_test(app_queue__take_back__last_one_first),
        cmocka_unit_test(app_queue__free_again__is_sent_in_order),
        cmocka_unit_test(app_queue__stopped__waits_for_the_person),
        cmocka_unit_test(app_stop__ctrl_c__stops_the_focused_and_keeps_its_text),
        cmocka_unit_test(app_stop__s__does_the_same_in_normal_mode),
        cmocka_unit_test(app_stop__esc_once__stops_nothing),
        cmocka_unit_test(app_stop__esc_esc__stops_all),
        cmocka_unit_test(app_stop__capital_s__stops_all),
        cmocka_unit_test(app_interrupt__ladder__takes_all_rungs),
        cmocka_unit_test(app_interrupt__cleared_draft__comes_back_with_undo),
        cmocka_unit_test(app_interrupt__other_key_between__asks_again),
        cmocka_unit_test(app_quit__ctrl_d__deletes_first),
        cmocka_unit_test(app_quit__while_answers_come__asks),
        cmocka_unit_test(app_quit__signal__is_the_exit_code),
        cmocka_unit_test(app_retry__settled__adds_a_sibling),
        cmocka_unit_test(app_retry__busy__says_so),
        cmocka_unit_test(app_edit_prompt__sent__takes_the_old_ones_place),
        cmocka_unit_test(app_edit_prompt__given_up__next_text_is_a_new_prompt),
        cmocka_unit_test(app_write__newline_keys__do_not_send),
        cmocka_unit_test(app_paste__newlines__do_not_send),
        cmocka_unit_test(app_paste__normal_mode__goes_to_the_text),
        cmocka_unit_test(app_write__keys__edit_the_text),
        cmocka_unit_test(app_history__up_and_down__keep_the_draft),
        cmocka_unit_test(app_history__draft_changed_between__is_not_lost),
        cmocka_unit_test(app_history__recalled_and_changed__is_a_draft),
        cmocka_unit_test(app_history__several_lines__are_walked_first),
        cmocka_unit_test(app_history__file__outlives_the_program),
        cmocka_unit_test(app_history__not_saved_when_sent__is_saved_at_the_end),
        cmocka_unit_test(app_history__unwritable_file__is_told_and_the_prompt_sent),
        cmocka_unit_test(app_normal__letters__are_not_typed),
        cmocka_unit_test(app_normal__program_keys__reach_the_display),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Branches, forks, rewritten and shared answers of running engines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "src/base/mem.h"
#include "src/engine/engine_tree.h"
#include "tests/support/engine_world.h"

#define ECHO "echo?rate=0&ttft=0"
#define SLOW "echo?rate=20&ttft=0"

static void assert_path(const struct engine_world *world, chat_id id,
                        const char *expected)
{
    const struct chat *chat = engine_get_chat(world->engine, id);
    struct strbuf path;
    strbuf_init(&path, STRBUF_OWN_MAX);
    for (size_t i = 0; i < chat->path_len; i++) {
        char *text = engine_world_text(chat->path[i]);
        strbuf_append_format(&path, "%s%s", i > 0 ? "|" : "", text);
        mem_free(text);
    }
    assert_string_equal(strbuf_text(&path), expected);
    strbuf_clear(&path);
}

static void say(struct engine_world *world, chat_id chat, const char *text)
{
    engine_world_send(world, chat, text);
    engine_world_finish(world);
}

static void drop_trace(struct engine_world *world)
{
    strbuf_reset(&world->trace);
}

static void assert_refused(bool is_done, struct error *err, const char *words)
{
    assert_false(is_done);
    assert_non_null(strstr(error_text(err), words));
    error_clear(err);
}

static void engine_go_to_branch__goes__to_its_newest_leaf(void **state)
{
    struct engine_world *world = *state;
    const chat_id chat = engine_world_open(world, ECHO);
    say(world, chat, "one");
    say(world, chat, "two");
    assert_true(engine_send_edited(world->engine, chat, 1, "uno", 3));
    engine_world_finish(world);
    assert_path(world, chat, "uno|uno");
    drop_trace(world);
    assert_true(engine_go_to_branch(world->engine, chat, 1, NULL));
    assert_path(world, chat, "one|one|two|two");
    engine_world_assert_trace(world, "1 path 4\n");
    /* It is there already. */
    assert_true(engine_go_to_branch(world->engine, chat, 2, NULL));
    engine_world_assert_trace(world, "");
}

static void engine_go_to_branch__refuses__while_busy_and_unknown(void **state)
{
    struct engine_world *world = *state;
    struct error err = {ERROR_NONE, NULL};
    const chat_id chat = engine_world_open(world, SLOW);
    engine_world_send(world, chat, "one two three four");
    assert_refused(engine_go_to_branch(world->engine, chat, 1, &err), &err, "stop it");
    engine_stop(world->engine, chat);
    engine_world_finish(world);
    assert_refused(engine_go_to_branch(world->engine, chat, 99, &err), &err, "no such");
    assert_refused(engine_go_to_branch(world->engine, 99, 1, &err), &err, "not open");
}

static void engine_fork__copies__the_path_and_shares_nothing(void **state)
{
    struct engine_world *world = *state;
    const struct chat_setup setup = {.endpoint = &world->demo_endpoint,
                                     .model = ECHO,
                                     .system = "be brief",
                                     .is_streaming = true};
    const chat_id chat = engine_world_open_setup(world, &setup);
    say(world, chat, "one");
    say(world, chat, "two");
    drop_trace(world);
    const chat_id fork = engine_fork(world->engine, chat, 2, NULL);
    assert_int_equal(fork, 2);
    engine_world_assert_trace(world, "2 opened\n2 path 2\n");
    assert_path(world, fork, "one|one");
    assert_string_equal(engine_get_setup(world->engine, fork)->system, "be brief");
    assert_string_equal(engine_get_setup(world->engine, fork)->model, ECHO);
    engine_close(world->engine, chat);
    say(world, fork, "three");
    assert_path(world, fork, "one|one|three|three");
}

static void engine_fork__refuses__the_answer_that_is_coming(void **state)
{
    struct engine_world *world = *state;
    struct error err = {ERROR_NONE, NULL};
    const chat_id chat = engine_world_open(world, SLOW);
    engine_world_send(world, chat, "one two three four");
    assert_refused(engine_fork(world->engine, chat, 2, &err) != 0, &err, "still coming");
    const chat_id fork = engine_fork(world->engine, chat, 1, &err);
    assert_int_not_equal(fork, 0);
    assert_path(world, fork, "one two three four");
    /* A fork that ends with a prompt can be answered. */
    assert_true(engine_retry(world->engine, fork));
    engine_stop_all(world->engine);
    engine_world_finish(world);
}

static void engine_edit_answer__makes__a_sibling_to_go_on_from(void **state)
{
    struct engine_world *world = *state;
    struct error err = {ERROR_NONE, NULL};
    const chat_id chat = engine_world_open(world, ECHO);
    say(world, chat, "one");
    say(world, chat, "two");
    drop_trace(world);
    assert_true(engine_edit_answer(world->engine, chat, 2, "better", 6, &err));
    engine_world_assert_trace(world, "1 added answer\n1 path 5\n");
    assert_path(world, chat, "one|better");
    const struct chat *tree = engine_get_chat(world->engine, chat);
    assert_true(chat_tip(tree)->is_edited);
    assert_int_equal(chat_tip(tree)->state, MESSAGE_WHOLE);
    assert_string_equal(chat_tip(tree)->facts.model, ECHO);
    say(world, chat, "three");
    assert_path(world, chat, "one|better|three|three");
    assert_refused(engine_edit_answer(world->engine, chat, 1, "x", 1, &err), &err,
                   "only an answer");
    assert_refused(engine_edit_answer(world->engine, chat, 2, "", 0, &err), &err,
                   "without a word");
}

static void engine_answer_again__answers__an_old_prompt(void **state)
{
    struct engine_world *world = *state;
    struct error err = {ERROR_NONE, NULL};
    const chat_id chat = engine_world_open(world, ECHO);
    assert_refused(engine_answer_again(world->engine, chat, 1, &err), &err, "no such");
    say(world, chat, "one");
    say(world, chat, "two");
    assert_true(engine_answer_again(world->engine, chat, 2, &err));
    engine_world_finish(world);
    assert_path(world, chat, "one|one");
    assert_int_equal(chat_tip(engine_get_chat(world->engine, chat))->id, 5);
}

static void engine_share_answer__copies__it_to_the_same_prompt(void **state)
{
    struct engine_world *world = *state;
    struct error err = {ERROR_NONE, NULL};
    const chat_id a = engine_world_open(world, ECHO);
    const chat_id b = engine_world_open(world, "lorem?rate=0&ttft=0&tokens=5");
    say(world, a, "question");
    say(world, b, "question");
    drop_trace(world);
    assert_true(engine_share_answer(world->engine, a, 0, b, &err));
    engine_world_assert_trace(world, "2 added answer\n2 path 3\n");
    assert_path(world, b, "question|question");
    assert_string_equal(chat_tip(engine_get_chat(world->engine, b))->facts.model, ECHO);
    /* Once more: it is there already. */
    assert_true(engine_share_answer(world->engine, a, 2, b, &err));
    engine_world_assert_trace(world, "");
    assert_int_equal(engine_get_chat(world->engine, b)->message_count, 3);
    /* From another branch it leads back to the copy. */
    assert_true(engine_go_to_branch(world->engine, b, 2, &err));
    assert_true(engine_share_answer(world->engine, a, 2, b, &err));
    assert_int_equal(chat_tip(engine_get_chat(world->engine, b))->id, 3);
}

static void engine_share_answer__refuses__another_prompt_or_a_busy_chat(void **state)
{
    struct engine_world *world = *state;
    struct error err = {ERROR_NONE, NULL};
    const chat_id a = engine_world_open(world, ECHO);
    const chat_id b = engine_world_open(world, SLOW);
    assert_refused(engine_share_answer(world->engine, a, 0, b, &err), &err, "no answer");
    say(world, a, "question");
    assert_refused(engine_share_answer(world->engine, a, 0, b, &err), &err, "another");
    say(world, b, "other");
    assert_refused(engine_share_answer(world->engine, a, 0, b, &err), &err, "another");
    engine_world_send(world, b, "question is it");
    assert_refused(engine_share_answer(world->engine, a, 0, b, &err), &err, "stop it");
    assert_refused(engine_share_answer(world->engine, b, 0, a, &err), &err, "");
    engine_stop_all(world->engine);
    engine_world_finish(world);
}

static void engine_fork__before_everything__is_an_empty_chat(void **state)
{
    struct engine_world *world = *state;
    const chat_id chat = engine_world_open(world, ECHO);
    say(world, chat, "one");
    drop_trace(world);
    const chat_id other = engine_fork(world->engine, chat, 0, NULL);
    engine_world_assert_trace(world, "2 opened\n");
    assert_string_equal(engine_get_setup(world->engine, other)->model, ECHO);
    assert_int_equal(engine_get_chat(world->engine, other)->message_count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(engine_go_to_branch__goes__to_its_newest_leaf,
                                        engine_world_setup, engine_world_teardown),
        cmocka_unit_test_setup_teardown(
            engine_go_to_branch__refuses__while_busy_and_unknown, engine_world_setup,
            engine_world_teardown),
        cmocka_unit_test_setup_teardown(engine_fork__copies__the_path_and_shares_nothing,
                                        engine_world_setup, engine_world_teardown),
        cmocka_unit_test_setup_teardown(engine_fork__refuses__the_answer_that_is_coming,
                                        engine_world_setup, engine_world_teardown),
        cmocka_unit_test_setup_teardown(
            engine_edit_answer__makes__a_sibling_to_go_on_from, engine_world_setup,
            engine_world_teardown),
        cmocka_unit_test_setup_teardown(engine_answer_again__answers__an_old_prompt,
                                        engine_world_setup, engine_world_teardown),
        cmocka_unit_test_setup_teardown(
            engine_share_answer__copies__it_to_the_same_prompt, engine_world_setup,
            engine_world_teardown),
        cmocka_unit_test_setup_teardown(
            engine_share_answer__refuses__another_prompt_or_a_busy_chat,
            engine_world_setup, engine_world_teardown),
        cmocka_unit_test_setup_teardown(engine_fork__before_everything__is_an_empty_chat,
                                        engine_world_setup, engine_world_teardown),
    };
    return cmocka_run_group_tests_name("engine_tree", tests, NULL, NULL);
}

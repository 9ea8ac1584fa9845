/*
 * The engine against the demo server: turns, many at once, follow-ups, stopping, the
 * tree of answers. What it tells is compared as a list of lines.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "tests/support/engine_world.h"

/* A model that says the prompt again, at once. */
#define ECHO "echo?rate=0&ttft=0"
/* A few words, then silence until somebody stops it. */
#define STALL "sage?rate=0&ttft=0&fault=stall&at=5"

static const char one_turn[] = "1 opened\n"
                               "1 added prompt\n"
                               "1 added answer\n"
                               "1 started\n"
                               "1 connecting\n"
                               "1 waiting\n"
                               "1 streaming\n"
                               "1 text: hello there\n"
                               "1 done stop\n";

static void assert_queue(const struct engine_world *world, chat_id chat,
                         const char *const *texts, size_t count)
{
    assert_int_equal(engine_queue_count(world->engine, chat), count);
    for (size_t i = 0; i < count; i++)
        assert_string_equal(engine_queue_get(world->engine, chat, i), texts[i]);
    assert_null(engine_queue_get(world->engine, chat, count));
}

/* --- One turn
 * --------------------------------------------------------------------------- */

static void engine_send__tells_the_turn__in_order(void **state)
{
    struct engine_world *world = *state;
    engine_world_ask(world, ECHO, "hello there");
    engine_world_assert_trace(world, one_turn);
}

static void engine_send__tells_the_same__for_a_whole_answer(void **state)
{
    struct engine_world *world = *state;
    world->is_unstreamed = true;
    engine_world_ask(world, ECHO, "hello there");
    engine_world_assert_trace(world, one_turn);
}

static void engine_send__settles_the_answer__with_its_facts(void **state)
{
    struct engine_world *world = *state;
    const struct message *answer = engine_world_ask(world, ECHO, "hello there");
    assert_int_equal(answer->state, MESSAGE_WHOLE);
    const struct answer_facts *facts = &answer->facts;
    assert_int_equal(facts->finish, FINISH_STOP);
    assert_string_equal(facts->finish_raw, "stop");
    assert_int_equal(facts->error.class, ERROR_NONE);
    assert_int_equal(facts->attempts, 1);
    assert_true(facts->usage.input > 0 && facts->usage.output > 0);
    assert_true(facts->first_token_ms >= 0);
    assert_true(facts->total_ms >= facts->first_token_ms);
    assert_string_equal(facts->http_version, "1.1");
    assert_false(facts->is_reused);
}

static void engine_send__uses_the_connection_again__for_the_next_turn(void **state)
{
    struct engine_world *world = *state;
    const chat_id chat = engine_world_open(world, ECHO);
    engine_world_send(world, chat, "one");
    engine_world_finish(world);
    engine_world_send(world, chat, "two");
    engine_world_finish(world);
    assert_true(engine_world_answer(world, chat)->facts.is_reused);
}

static void engine_send__keeps_reasoning_and_text__apart(void **state)
{
    struct engine_world *world = *state;
    const struct message *answer =
        engine_world_ask(world, "thinker?rate=0&ttft=0", "why?");
    assert_int_equal(answer->part_count, 2);
    assert_int_equal(answer->parts[0].kind, PART_REASONING);
    assert_int_equal(answer->parts[1].kind, PART_TEXT);
    assert_true(answer->parts[0].text.len > 0 && answer->parts[1].text.len > 0);
}

static void engine_send__refuses__empty_text_and_unknown_chats(void **state)
{
    struct engine_world *world = *state;
    const chat_id chat = engine_world_open(world, ECHO);
    assert_false(engine_send(world->engine, chat, "", 0));
    assert_false(engine_send(world->engine, chat + 1, "x", 1));
    engine_world_assert_trace(world, "1 opened\n");
}

static void engine_send__makes_the_prompt__valid_text(void **state)
{
    struct engine_world *world = *state;
    engine_world_ask(world, ECHO,
                     "a\xff"
                     "b");
    engine_world_assert_text(world, 1,
                             "a\xef\xbf\xbd"
                             "b");
}

static void engine_get__answers_harmlessly__for_unknown_chats(void **state)
{
    struct engine_world *world = *state;
    const chat_id unknown = engine_world_open(world, ECHO) + 76;
    struct engine *engine = world->engine;
    assert_null(engine_get_chat(engine, unknown));
    assert_null(engine_get_setup(engine, unknown));
    assert_int_equal(engine_get_turn(engine, unknown).state, TURN_IDLE);
    assert_false(engine_is_busy(engine, unknown));
    assert_int_equal(engine_queue_count(engine, unknown), 0);
    assert_null(engine_queue_get(engine, unknown, 0));
    assert_null(engine_take_back(engine, unknown));
    assert_false(engine_retry(engine, unknown));
    assert_false(engine_send_edited(engine, unknown, 1, "x", 1));
    engine_stop(engine, unknown);
    engine_close(engine, unknown);
    engine_set_model(engine, unknown, &world->demo_endpoint, ECHO);
}

/* --- Many at once
 * ----------------------------------------------------------------------- */

static const char *const eight_models[] = {
    "sage?rate=3000&ttft=1",    "coder?rate=2500&ttft=3", "polyglot?rate=2000&ttft=5",
    "thinker?rate=3000&ttft=2", "eliza?rate=900&ttft=1",  "sage?rate=2000&ttft=4&seed=9",
    "coder?rate=0&ttft=0",      "echo?rate=1000&ttft=2"};

static void engine__answers_eight_at_once__as_it_answers_one(void **state)
{
    struct engine_world *world = *state;
    static const char prompt[] = "Tell me about the sea, please.";
    chat_id together[COUNT_OF(eight_models)];
    for (size_t i = 0; i < COUNT_OF(eight_models); i++)
        together[i] = engine_world_open(world, eight_models[i]);
    for (size_t i = 0; i < COUNT_OF(eight_models); i++)
        engine_world_send(world, together[i], prompt);
    engine_world_finish(world);
    assert_int_equal(world->running_max, COUNT_OF(eight_models));
    for (size_t i = 0; i < COUNT_OF(eight_models); i++) {
        char *alone = engine_world_text(engine_world_ask(world, eight_models[i], prompt));
        assert_true(strlen(alone) > 0);
        engine_world_assert_text(world, together[i], alone);
        mem_free(alone);
    }
}

static void assert_body(const struct engine_world *world, size_t request,
                        const char *messages)
{
    const struct raw_request *got = raw_server_get_request(world->raw, request);
    assert_non_null(got);
    if (strstr(got->body, messages) == NULL)
        fail_msg("request %zu is %s", request, got->body);
}

static void engine__sends_to_each_model__its_own_history_only(void **state)
{
    struct engine_world *world = *state;
    const char *const deltas[] = {"{\"content\":\"yes\"}", NULL};
    char *stream = engine_world_make_stream(deltas, "stop");
    raw_server_answer_always(world->raw, &(struct raw_step){RAW_SEND, stream, 0}, 1);
    mem_free(stream);
    const chat_id a = engine_world_open_at(world, &world->raw_endpoint, "a");
    const chat_id b = engine_world_open_at(world, &world->raw_endpoint, "b");
    const char *const turns[] = {"first", "second"};
    for (size_t i = 0; i < COUNT_OF(turns); i++) {
        char *text = strbuf_format("%s of a", turns[i]);
        engine_world_send(world, a, text);
        engine_world_finish(world);
        text[strlen(text) - 1] = 'b';
        engine_world_send(world, b, text);
        engine_world_finish(world);
        mem_free(text);
    }
    assert_body(world, 2,
                "[{\"role\":\"user\",\"content\":\"first of a\"},"
                "{\"role\":\"assistant\",\"content\":\"yes\"},"
                "{\"role\":\"user\",\"content\":\"second of a\"}]");
    assert_body(world, 3,
                "[{\"role\":\"user\",\"content\":\"first of b\"},"
                "{\"role\":\"assistant\",\"content\":\"yes\"},"
                "{\"role\":\"user\",\"content\":\"second of b\"}]");
}

static void engine__holds_back__what_is_over_the_limit_of_jobs(void **state)
{
    struct engine_world *world = *state;
    world->settings.values[SETTING_JOBS] = 2;
    for (int i = 0; i < 6; i++)
        engine_world_open(world, "echo?rate=500&ttft=5");
    for (chat_id chat = 1; chat <= 6; chat++)
        engine_world_send(world, chat, "one two three");
    for (chat_id chat = 3; chat <= 6; chat++) {
        const struct turn_status status = engine_get_turn(world->engine, chat);
        assert_int_equal(status.state, TURN_QUEUED);
        assert_int_equal(status.queue_position, chat - 2);
    }
    engine_world_finish(world);
    assert_int_equal(world->running_max, 2);
    const char *at = strbuf_text(&world->trace);
    for (chat_id chat = 1; chat <= 6; chat++) {
        char line[32];
        snprintf(line, sizeof(line), "\n%u connecting\n", (unsigned)chat);
        at = strstr(at, line);
        assert_non_null(at); /* first come, first served */
        engine_world_assert_text(world, chat, "one two three");
    }
}

/* Whoever waits has no clock running: its total begins when it is let in. */
static void engine__runs_no_clock__while_a_turn_waits_in_line(void **state)
{
    struct engine_world *world = *state;
    world->settings.values[SETTING_JOBS] = 1;
    world->settings.values[SETTING_TOTAL_TIMEOUT] = 400;
    world->settings.values[SETTING_RETRIES] = 0;
    const chat_id first = engine_world_open(world, STALL);
    const chat_id second = engine_world_open(world, ECHO);
    engine_world_send(world, first, "x");
    engine_world_send(world, second, "hello");
    engine_world_finish(world);
    assert_int_equal(engine_world_answer(world, first)->facts.error.class,
                     ERROR_TIMEOUT_TOTAL);
    engine_world_assert_text(world, second, "hello");
}

static void engine__takes_every_token__of_a_firehose(void **state)
{
    struct engine_world *world = *state;
    static const char model[] = "firehose?tokens=20000";
    const struct message *streamed = engine_world_ask(world, model, "go");
    assert_int_equal(streamed->facts.finish, FINISH_STOP);
    assert_int_equal(streamed->facts.usage.output, 20000);
    char *text = engine_world_text(streamed);
    world->is_unstreamed = true;
    char *whole = engine_world_text(engine_world_ask(world, model, "go"));
    assert_true(strlen(whole) > 40000);
    assert_string_equal(text, whole);
    mem_free(text);
    mem_free(whole);
}

static void engine_free__ends_everything__in_the_middle(void **state)
{
    struct engine_world *world = *state;
    world->settings.values[SETTING_JOBS] = 3;
    const char *const models[] = {STALL, "flaky?retry_after=50", "slow", STALL, ECHO};
    for (size_t i = 0; i < COUNT_OF(models); i++) {
        const chat_id chat = engine_world_open(world, models[i]);
        engine_world_send(world, chat, "one");
        engine_world_send(world, chat, "two");
    }
    engine_world_wait_line(world, "2 retrying");
    engine_world_wait_line(world, "1 streaming");
    engine_world_wait_line(world, "3 waiting");
    strbuf_reset(&world->trace);
    engine_free(world->engine);
    world->engine = NULL;
    engine_world_assert_trace(world, "");
}

/* --- Follow-ups
 * ------------------------------------------------------------------------- */

static void engine_send__queues__while_a_turn_runs(void **state)
{
    struct engine_world *world = *state;
    const chat_id chat = engine_world_open(world, ECHO);
    const char *const queued[] = {"two", "three"};
    engine_world_send(world, chat, "one");
    engine_world_send(world, chat, "two");
    engine_world_send(world, chat, "three");
    assert_queue(world, chat, queued, 2);
    engine_world_finish(world);
    assert_queue(world, chat, NULL, 0);
    engine_world_assert_trace(
        world, "1 opened\n"
               "1 added prompt\n1 added answer\n1 started\n1 connecting\n"
               "1 queue 1\n1 queue 2\n"
               "1 waiting\n1 streaming\n1 text: one\n1 done stop\n"
               "1 queue 1\n1 added prompt\n1 added answer\n1 started\n1 connecting\n"
               "1 waiting\n1 streaming\n1 text: two\n1 done stop\n"
               "1 queue 0\n1 added prompt\n1 added answer\n1 started\n1 connecting\n"
               "1 waiting\n1 streaming\n1 text: three\n1 done stop\n");
    assert_int_equal(engine_get_chat(world->engine, chat)->path_len, 6);
}

static void engine_take_back__gives_the_last__until_none_is_left(void **state)
{
    struct engine_world *world = *state;
    const chat_id chat = engine_world_open(world, ECHO);
    const char *const left[] = {"two"};
    engine_world_send(world, chat, "one");
    engine_world_send(world, chat, "two");
    engine_world_send(world, chat, "three");
    char *text = engine_take_back(world->engine, chat);
    assert_string_equal(text, "three");
    mem_free(text);
    assert_queue(world, chat, left, 1);
    text = engine_take_back(world->engine, chat);
    assert_string_equal(text, "two");
    mem_free(text);
    assert_null(engine_take_back(world->engine, chat));
    engine_world_finish(world);
    assert_int_equal(engine_get_chat(world->engine, chat)->path_len, 2);
}

static void engine__holds_the_queue__after_a_failure(void **state)
{
    struct engine_world *world = *state;
    const char *const queued[] = {"two"};
    const chat_id chat = engine_world_open(world, "echo?fault=400");
    engine_world_send(world, chat, "one");
    engine_world_send(world, chat, "two");
    engine_world_finish(world);
    assert_queue(world, chat, queued, 1);
    engine_set_model(world->engine, chat, &world->demo_endpoint, ECHO);
    assert_true(engine_retry(world->engine, chat));
    engine_world_finish(world);
    assert_queue(world, chat, NULL, 0);
    engine_world_assert_text(world, chat, "two");
    assert_int_equal(engine_get_chat(world->engine, chat)->path_len, 4);
}

/* --- Stopping
 * --------------------------------------------------------------------------- */

static void assert_stopped(const struct engine_world *world, chat_id chat)
{
    const struct message *answer = engine_world_answer(world, chat);
    assert_int_equal(answer->state, MESSAGE_STOPPED);
    assert_int_equal(answer->facts.finish, FINISH_CANCELLED);
    assert_int_equal(answer->facts.error.class, ERROR_NONE);
    assert_false(engine_is_busy(world->engine, chat));
}

static void engine_stop__keeps_text_and_holds_the_queue__until_the_next_send(void **state)
{
    struct engine_world *world = *state;
    const char *const queued[] = {"follow-up"};
    const chat_id chat = engine_world_open(world, STALL);
    engine_world_send(world, chat, "one");
    engine_world_send(world, chat, "follow-up");
    engine_world_wait_line(world, "1 streaming");
    char *before = engine_world_text(engine_world_answer(world, chat));
    engine_stop(world->engine, chat);
    engine_world_finish(world);
    assert_stopped(world, chat);
    assert_true(strlen(before) > 0);
    char *after = engine_world_text(engine_world_answer(world, chat));
    assert_memory_equal(after, before, strlen(before));
    mem_free(before);
    mem_free(after);
    assert_queue(world, chat, queued, 1);
    engine_set_model(world->engine, chat, &world->demo_endpoint, ECHO);
    engine_world_send(world, chat, "last");
    engine_world_finish(world);
    assert_int_equal(engine_get_chat(world->engine, chat)->path_len, 6);
    engine_world_assert_text(world, chat, "last");
}

static void engine_stop__sends_what_was_kept__in_the_next_request(void **state)
{
    struct engine_world *world = *state;
    const struct raw_step steps[] = {
        {RAW_SEND,
         "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
         "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"half a\"}}]}\n\n",
         0},
        {RAW_HOLD, NULL, 0}};
    raw_server_answer(world->raw, steps, COUNT_OF(steps));
    const chat_id chat = engine_world_open_at(world, &world->raw_endpoint, "m");
    engine_world_send(world, chat, "one");
    engine_world_wait_line(world, "1 text: half a");
    engine_stop(world->engine, chat);
    engine_world_finish(world);
    const char *const deltas[] = {"{\"content\":\"ok\"}", NULL};
    char *stream = engine_world_make_stream(deltas, "stop");
    raw_server_answer_text(world->raw, stream);
    mem_free(stream);
    engine_world_send(world, chat, "two");
    engine_world_finish(world);
    assert_body(world, 1, "{\"role\":\"assistant\",\"content\":\"half a\"}");
}

/* Sends to the model, waits for the line, stops, and expects nothing but the end. */
static void check_stop_at(struct engine_world *world, const struct endpoint *endpoint,
                          const char *model, const char *line)
{
    const chat_id chat = engine_world_open_at(world, endpoint, model);
    engine_world_send(world, chat, "x");
    char *awaited = strbuf_format("%u %s", (unsigned)chat, line);
    engine_world_wait_line(world, awaited);
    mem_free(awaited);
    strbuf_reset(&world->trace);
    engine_stop(world->engine, chat);
    engine_stop(world->engine, chat);
    engine_world_finish(world);
    assert_stopped(world, chat);
    char *expected = strbuf_format("%u done cancelled\n", (unsigned)chat);
    engine_world_assert_trace(world, expected);
    mem_free(expected);
}

static void engine_stop__ends_the_turn__in_every_state(void **state)
{
    struct engine_world *world = *state;
    struct endpoint silent;
    char *url = strbuf_format("https://127.0.0.1:%d", raw_server_get_port(world->raw));
    endpoint_init(&silent, "silent", "openai-chat", url);
    mem_free(url);
    world->settings.values[SETTING_JOBS] = 2;
    check_stop_at(world, &silent, "m", "connecting");
    check_stop_at(world, &world->demo_endpoint, "slow", "waiting");
    check_stop_at(world, &world->demo_endpoint, STALL, "streaming");
    check_stop_at(world, &world->demo_endpoint, "flaky?retry_after=50", "retrying");
    const chat_id blocker = engine_world_open(world, STALL);
    const chat_id other = engine_world_open(world, STALL);
    engine_world_send(world, blocker, "x");
    engine_world_send(world, other, "x");
    const chat_id queued = engine_world_open(world, ECHO);
    engine_world_send(world, queued, "x");
    engine_stop(world->engine, queued);
    engine_stop(world->engine, other);
    engine_stop(world->engine, blocker);
    engine_world_finish(world);
    assert_stopped(world, queued);
    endpoint_clear(&silent);
}

static void engine_stop_all__stops__everybody(void **state)
{
    struct engine_world *world = *state;
    const char *const models[] = {STALL, "slow", "flaky?retry_after=50", STALL};
    for (size_t i = 0; i < COUNT_OF(models); i++)
        engine_world_send(world, engine_world_open(world, models[i]), "x");
    engine_world_wait_line(world, "3 retrying");
    engine_world_wait_line(world, "4 streaming");
    engine_stop_all(world->engine);
    engine_world_finish(world);
    for (chat_id chat = 1; chat <= COUNT_OF(models); chat++)
        assert_stopped(world, chat);
}

static void engine_close__ends_the_turn__without_another_word(void **state)
{
    struct engine_world *world = *state;
    const chat_id closed = engine_world_open(world, STALL);
    const chat_id other = engine_world_open(world, ECHO);
    engine_world_send(world, closed, "x");
    engine_world_send(world, closed, "never sent");
    engine_world_wait_line(world, "1 streaming");
    strbuf_reset(&world->trace);
    engine_close(world->engine, closed);
    engine_world_assert_trace(world, "1 closed\n");
    assert_null(engine_get_chat(world->engine, closed));
    assert_false(engine_send(world->engine, closed, "x", 1));
    engine_world_send(world, other, "still here");
    engine_world_finish(world);
    engine_world_assert_text(world, other, "still here");
    assert_null(strstr(strbuf_text(&world->trace), "1 "));
}

/* --- The tree
 * --------------------------------------------------------------------------- */

static void engine_retry__adds_a_sibling__and_keeps_the_old_answer(void **state)
{
    struct engine_world *world = *state;
    const chat_id chat = engine_world_open(world, ECHO);
    engine_world_send(world, chat, "one");
    engine_world_finish(world);
    const struct message *first = engine_world_answer(world, chat);
    engine_set_model(world->engine, chat, &world->demo_endpoint,
                     "sage?rate=0&ttft=0&tokens=5");
    assert_true(engine_retry(world->engine, chat));
    assert_false(engine_retry(world->engine, chat)); /* it runs already */
    engine_world_finish(world);
    const struct chat *tree = engine_get_chat(world->engine, chat);
    const struct message *second = engine_world_answer(world, chat);
    assert_int_equal(tree->message_count, 3);
    assert_int_equal(tree->path_len, 2);
    assert_ptr_not_equal(first, second);
    assert_ptr_equal(first->parent, second->parent);
    char *text = engine_world_text(first);
    assert_string_equal(text, "one");
    mem_free(text);
}

static void engine_retry__has_nothing_to_do__in_an_empty_chat(void **state)
{
    struct engine_world *world = *state;
    assert_false(engine_retry(world->engine, engine_world_open(world, ECHO)));
}

static void engine_send_edited__starts_a_branch__and_keeps_the_old_one(void **state)
{
    struct engine_world *world = *state;
    const chat_id chat = engine_world_open(world, ECHO);
    engine_world_send(world, chat, "one");
    engine_world_finish(world);
    engine_world_send(world, chat, "two");
    engine_world_finish(world);
    const struct chat *tree = engine_get_chat(world->engine, chat);
    const struct message *prompt = tree->path[0];
    assert_true(engine_send_edited(world->engine, chat, prompt->id, "uno", 3));
    engine_world_finish(world);
    assert_int_equal(tree->message_count, 6);
    assert_int_equal(tree->path_len, 2);
    assert_ptr_equal(tree->path[0]->parent, prompt->parent);
    engine_world_assert_text(world, chat, "uno");
    assert_false(engine_send_edited(world->engine, chat, tree->path[1]->id, "x", 1));
    assert_false(engine_send_edited(world->engine, chat, 999, "x", 1));
    assert_false(engine_send_edited(world->engine, chat, prompt->id, "", 0));
    assert_int_equal(tree->message_count, 6);
}

static void engine_send_edited__cuts_the_running_turn__and_keeps_the_queue(void **state)
{
    struct engine_world *world = *state;
    const chat_id chat = engine_world_open(world, STALL);
    engine_world_send(world, chat, "one");
    engine_world_send(world, chat, "next");
    engine_world_wait_line(world, "1 streaming");
    const struct message *cut = engine_world_answer(world, chat);
    engine_set_model(world->engine, chat, &world->demo_endpoint, ECHO);
    strbuf_reset(&world->trace);
    assert_true(engine_send_edited(world->engine, chat, cut->parent->id, "uno", 3));
    assert_int_equal(cut->state, MESSAGE_STOPPED);
    assert_true(message_has_content(cut));
    engine_world_finish(world);
    engine_world_assert_trace(
        world, "1 done cancelled\n"
               "1 added prompt\n1 added answer\n1 started\n1 connecting\n1 waiting\n"
               "1 streaming\n1 text: uno\n1 done stop\n"
               "1 queue 0\n1 added prompt\n1 added answer\n1 started\n1 connecting\n"
               "1 waiting\n1 streaming\n1 text: next\n1 done stop\n");
}

static void engine_set_model__counts__from_the_next_turn_on(void **state)
{
    struct engine_world *world = *state;
    const chat_id chat = engine_world_open(world, ECHO);
    engine_world_send(world, chat, "one");
    engine_set_model(world->engine, chat, &world->demo_endpoint, "eliza?rate=0&ttft=0");
    assert_string_equal(engine_get_setup(world->engine, chat)->model,
                        "eliza?rate=0&ttft=0");
    engine_world_finish(world);
    engine_world_assert_text(world, chat, "one");
    engine_world_send(world, chat, "I am sad");
    engine_world_finish(world);
    char *text = engine_world_text(engine_world_answer(world, chat));
    assert_string_not_equal(text, "I am sad");
    mem_free(text);
}

/* The model's name given up in mid-turn is needed by nobody any more, also not by the
 * next try. */
static void engine_set_model__is_safe__while_a_turn_waits_to_retry(void **state)
{
    struct engine_world *world = *state;
    const chat_id chat = engine_world_open(world, "flaky?rate=0&ttft=0&retry_after=0.02");
    engine_world_send(world, chat, "one");
    engine_world_wait_line(world, "1 retrying");
    engine_set_model(world->engine, chat, &world->demo_endpoint, ECHO);
    engine_world_finish(world);
    assert_int_equal(engine_world_answer(world, chat)->state, MESSAGE_WHOLE);
    assert_int_equal(engine_world_answer(world, chat)->facts.attempts, 2);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown(engine_send__tells_the_turn__in_order,
                                    engine_world_setup, engine_world_teardown),
    cmocka_unit_test_setup_teardown(engine_send__tells_the_same__for_a_whole_answer,
                                    engine_world_setup, engine_world_teardown),
    cmocka_unit_test_setup_teardown(engine_send__settles_the_answer__with_its_facts,
                                    engine_world_setup, engine_world_teardown),
    cmocka_unit_test_setup_teardown(
        engine_send__uses_the_connection_again__for_the_next_turn, engine_world_setup,
        engine_world_teardown),
    cmocka_unit_test_setup_teardown(engine_send__keeps_reasoning_and_text__apart,
                                    engine_world_setup, engine_world_teardown),
    cmocka_unit_test_setup_teardown(engine_send__refuses__empty_text_and_unknown_chats,
                                    engine_world_setup, engine_world_teardown),
    cmocka_unit_test_setup_teardown(engine_send__makes_the_prompt__valid_text,
                                    engine_world_setup, engine_world_teardown),
    cmocka_unit_test_setup_teardown(engine_get__answers_harmlessly__for_unknown_chats,
                                    engine_world_setup, engine_world_teardown),
    cmocka_unit_test_setup_teardown(engine__answers_eight_at_once__as_it_answers_one,
                                    engine_world_setup, engine_world_teardown),
    cmocka_unit_test_setup_teardown(engine__sends_to_each_model__its_own_history_only,
                                    engine_world_setup, engine_world_teardown),
    cmocka_unit_test_setup_teardown(engine__holds_back__what_is_over_the_limit_of_jobs,
                                    engine_world_setup, engine_world_teardown),
    cmocka_unit_test_setup_teardown(engine__runs_no_clock__while_a_turn_waits_in_line,
                                    engine_world_setup, engine_world_teardown),
    cmocka_unit_test_setup_teardown(engine__takes_every_token__of_a_firehose,
                                    engine_world_setup, engine_world_teardown),
    cmocka_unit_test_setup_teardown(engine_free__ends_everything__in_the_middle,
                                    engine_world_setup, engine_world_teardown),
    cmocka_unit_test_setup_teardown(engine_send__queues__while_a_turn_runs,
                                    engine_world_setup, engine_world_teardown),
    cmocka_unit_test_setup_teardown(engine_take_back__gives_the_last__until_none_is_left,
                                    engine_world_setup, engine_world_teardown),
    cmocka_unit_test_setup_teardown(engine__holds_the_queue__after_a_failure,
                                    engine_world_setup, engine_world_teardown),
    cmocka_unit_test_setup_teardown(
        engine_stop__keeps_text_and_holds_the_queue__until_the_next_send,
        engine_world_setup, engine_world_teardown),
    cmocka_unit_test_setup_teardown(engine_stop__sends_what_was_kept__in_the_next_request,
                                    engine_world_setup, engine_world_teardown),
    cmocka_unit_test_setup_teardown(engine_stop__ends_the_turn__in_every_state,
                                    engine_world_setup, engine_world_teardown),
    cmocka_unit_test_setup_teardown(engine_stop_all__stops__everybody, engine_world_setup,
                                    engine_world_teardown),
    cmocka_unit_test_setup_teardown(engine_close__ends_the_turn__without_another_word,
                                    engine_world_setup, engine_world_teardown),
    cmocka_unit_test_setup_teardown(
        engine_retry__adds_a_sibling__and_keeps_the_old_answer, engine_world_setup,
        engine_world_teardown),
    cmocka_unit_test_setup_teardown(engine_retry__has_nothing_to_do__in_an_empty_chat,
                                    engine_world_setup, engine_world_teardown),
    cmocka_unit_test_setup_teardown(
        engine_send_edited__starts_a_branch__and_keeps_the_old_one, engine_world_setup,
        engine_world_teardown),
    cmocka_unit_test_setup_teardown(
        engine_send_edited__cuts_the_running_turn__and_keeps_the_queue,
        engine_world_setup, engine_world_teardown),
    cmocka_unit_test_setup_teardown(engine_set_model__counts__from_the_next_turn_on,
                                    engine_world_setup, engine_world_teardown),
    cmocka_unit_test_setup_teardown(
        engine_set_model__is_safe__while_a_turn_waits_to_retry, engine_world_setup,
        engine_world_teardown),
};

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}

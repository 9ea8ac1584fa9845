/*
 * A listener that does things: at every kind of event it stops, closes, retries, sends,
 * edits and so on, in its own chat and in others. The sanitizers look for memory used
 * after it was freed; the lines that were told show whether each turn began and ended
 * once and whether a closed chat kept silent.
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

#define CHATS 3
/* The listener acts at most this often, or a chat would never come to rest. */
#define ACTS_MAX 3

enum act {
    ACT_STOP,
    ACT_STOP_ALL,
    ACT_CLOSE,
    ACT_CLOSE_OTHERS,
    ACT_SEND,
    ACT_SEND_TO_ALL,
    ACT_EDIT,
    ACT_EDIT_ALL,
    ACT_RETRY,
    ACT_SET_MODEL,
    ACT_TAKE_BACK,
    ACT_OPEN_AND_SEND,
    ACT_COUNT
};

struct reaction {
    struct engine_world *world;
    enum event_kind kind;
    enum act act;
    int left;
};

static void edit_last_prompt(struct engine *engine, chat_id chat)
{
    const struct chat *tree = engine_get_chat(engine, chat);
    const struct message *prompt = tree != NULL ? chat_last_by(tree, MESSAGE_USER) : NULL;
    if (prompt != NULL)
        engine_send_edited(engine, chat, prompt->id, "edited", 6);
}

static void do_act(struct engine_world *world, enum act act, chat_id chat)
{
    struct engine *engine = world->engine;
    switch (act) {
    case ACT_STOP: engine_stop(engine, chat); break;
    case ACT_STOP_ALL: engine_stop_all(engine); break;
    case ACT_CLOSE: engine_close(engine, chat); break;
    case ACT_CLOSE_OTHERS:
        for (chat_id other = 1; other <= CHATS; other++) {
            if (other != chat)
                engine_close(engine, other);
        }
        break;
    case ACT_SEND: engine_send(engine, chat, "again", 5); break;
    case ACT_SEND_TO_ALL:
        for (chat_id other = 1; other <= CHATS; other++)
            engine_send(engine, other, "to all", 6);
        break;
    case ACT_EDIT: edit_last_prompt(engine, chat); break;
    case ACT_EDIT_ALL:
        for (chat_id other = 1; other <= CHATS; other++)
            edit_last_prompt(engine, other);
        break;
    case ACT_RETRY: engine_retry(engine, chat); break;
    case ACT_SET_MODEL:
        engine_set_model(engine, chat, &world->raw_endpoint, "another");
        break;
    case ACT_TAKE_BACK: mem_free(engine_take_back(engine, chat)); break;
    case ACT_OPEN_AND_SEND:
        engine_send(engine, engine_world_open_at(world, &world->raw_endpoint, "new"),
                    "new", 3);
        break;
    case ACT_COUNT: break;
    }
}

static void react(void *user, const struct engine_event *event)
{
    struct reaction *reaction = user;
    if (event->kind != reaction->kind || reaction->left == 0)
        return;
    reaction->left--;
    do_act(reaction->world, reaction->act, event->chat);
}

/* --- What must hold afterwards
 * ---------------------------------------------------------- */

static size_t count(const struct engine_world *world, chat_id chat, const char *what)
{
    char line[64];
    snprintf(line, sizeof(line), "%u %s", (unsigned)chat, what);
    return engine_world_count_lines(world, line);
}

static size_t count_done(const struct engine_world *world, chat_id chat)
{
    static const char *const ends[] = {"done stop", "done tool_calls", "done cancelled",
                                       "done error"};
    size_t sum = 0;
    for (size_t i = 0; i < COUNT_OF(ends); i++)
        sum += count(world, chat, ends[i]);
    return sum;
}

/* After the line that says it is closed no line begins with the chat's number. */
static void assert_silent_after_close(const struct engine_world *world, chat_id chat)
{
    char closed[32];
    char head[32];
    snprintf(closed, sizeof(closed), "\n%u closed\n", (unsigned)chat);
    snprintf(head, sizeof(head), "\n%u ", (unsigned)chat);
    const char *end = strstr(strbuf_text(&world->trace), closed);
    assert_non_null(end);
    if (strstr(end + strlen(closed) - 1, head) != NULL)
        fail_msg("chat %u speaks after it was closed", (unsigned)chat);
}

static void assert_settled(const struct engine_world *world, chat_id chat)
{
    const struct chat *tree = engine_get_chat(world->engine, chat);
    size_t answers = 0;
    if (tree == NULL) {
        assert_silent_after_close(world, chat);
        return;
    }
    for (size_t i = 0; i < tree->message_count; i++) {
        const struct message *message = tree->messages[i];
        assert_int_not_equal(message->state, MESSAGE_GROWING);
        answers += message->author == MESSAGE_ASSISTANT;
        if (message->author == MESSAGE_ASSISTANT)
            assert_int_equal(message->parent->author, MESSAGE_USER);
    }
    assert_int_equal(count_done(world, chat), answers);
    /* A turn that was cut before it was told of has an end only. */
    assert_true(count(world, chat, "started") <= answers);
}

/* --- The runs
 * --------------------------------------------------------------------------- */

static void send_to_three(struct engine_world *world)
{
    for (chat_id chat = 1; chat <= CHATS; chat++)
        engine_world_open_at(world, &world->raw_endpoint, "m");
    for (chat_id chat = 1; chat <= CHATS; chat++)
        engine_send(world->engine, chat, "first", 5);
    engine_send(world->engine, 1, "follow-up", 9);
    engine_send(world->engine, 2, "follow-up", 9);
}

/* One run; true if the event came. */
static bool run(const char *answer, enum event_kind kind, enum act act)
{
    struct engine_world world;
    engine_world_init(&world);
    struct reaction reaction = {
        .world = &world, .kind = kind, .act = act, .left = ACTS_MAX};
    world.settings.values[SETTING_JOBS] = 2;
    world.settings.values[SETTING_RETRIES] = 1;
    world.on_event = react;
    world.user = &reaction;
    raw_server_answer_always(world.raw, &(struct raw_step){RAW_SEND, answer, 0}, 1);
    send_to_three(&world);
    engine_world_finish(&world);
    assert_true(world.running_max <= 2);
    for (chat_id chat = 1; chat <= CHATS; chat++)
        assert_settled(&world, chat);
    engine_world_clear(&world);
    return reaction.left < ACTS_MAX;
}

/* Runs all acts at all kinds of event; `seen` notes the kinds that came. */
static void run_all(const char *answer, bool seen[EVENT_QUEUE + 1])
{
    for (int kind = 0; kind <= EVENT_QUEUE; kind++) {
        for (int act = 0; act < ACT_COUNT; act++)
            seen[kind] = run(answer, (enum event_kind)kind, (enum act)act) || seen[kind];
    }
}

static void listener__may_do_anything__while_answers_come(void **state)
{
    (void)state;
    const char *const deltas[] = {
        "{\"reasoning_content\":\"hm\"}",
        "{\"content\":\"some \"}",
        "{\"content\":\"text\"}",
        "{\"refusal\":\"no\"}",
        "{\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\","
        "\"arguments\":\"{\"}}]}",
        "{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"}\"}}]}",
        "{\"tool_calls\":[{\"index\":1,\"id\":\"b\",\"function\":{\"name\":\"g\","
        "\"arguments\":\"{}\"}}]}",
        NULL};
    bool seen[EVENT_QUEUE + 1] = {false};
    char *stream = engine_world_make_stream(deltas, "tool_calls");
    run_all(stream, seen);
    mem_free(stream);
    for (int kind = 0; kind <= EVENT_QUEUE; kind++) {
        const bool is_expected = kind != EVENT_ERROR && kind != EVENT_CHAT_CLOSED;
        assert_int_equal(seen[kind], is_expected);
    }
}

static void listener__may_do_anything__while_answers_fail(void **state)
{
    (void)state;
    bool seen[EVENT_QUEUE + 1] = {false};
    run_all("HTTP/1.1 503 Busy\r\nretry-after-ms: 1\r\nContent-Length: 0\r\n\r\n", seen);
    assert_true(seen[EVENT_ERROR] && seen[EVENT_DONE] && seen[EVENT_TURN_STATE]);
}

static void listener__may_do_anything__while_streams_break(void **state)
{
    (void)state;
    bool seen[EVENT_QUEUE + 1] = {false};
    run_all("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 85"
            "\r\n\r\ndata: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"half\"}}]}"
            "\n\ndata: {\"error\":\"oh\"}\n\n",
            seen);
    assert_true(seen[EVENT_ERROR] && seen[EVENT_TEXT]);
}

/* --- What single acts must lead to
 * ------------------------------------------------------ */

struct once {
    struct engine_world *world;
    enum event_kind kind;
    void (*act)(struct engine_world *world, chat_id chat);
    bool is_done;
};

static void react_once(void *user, const struct engine_event *event)
{
    struct once *once = user;
    if (once->is_done || event->kind != once->kind)
        return;
    once->is_done = true;
    once->act(once->world, event->chat);
}

static void run_once(struct engine_world *world, enum event_kind kind, const char *model,
                     void (*act)(struct engine_world *world, chat_id chat))
{
    struct once once = {.world = world, .kind = kind, .act = act};
    world->on_event = react_once;
    world->user = &once;
    engine_world_send(world, engine_world_open(world, model), "one");
    engine_world_finish(world);
    assert_true(once.is_done);
    world->on_event = NULL;
}

static void act_stop(struct engine_world *world, chat_id chat)
{
    engine_stop(world->engine, chat);
}

static void act_send(struct engine_world *world, chat_id chat)
{
    engine_world_send(world, chat, "two");
}

static void act_edit(struct engine_world *world, chat_id chat)
{
    edit_last_prompt(world->engine, chat);
}

static void act_retry_as_echo(struct engine_world *world, chat_id chat)
{
    engine_set_model(world->engine, chat, &world->demo_endpoint, "echo?rate=0&ttft=0");
    assert_true(engine_retry(world->engine, chat));
    engine_world_send(world, chat, "two");
}

static void act_close(struct engine_world *world, chat_id chat)
{
    engine_close(world->engine, chat);
}

static void listener__stops_before_anything_is_sent__when_it_hears_the_start(void **state)
{
    struct engine_world *world = *state;
    run_once(world, EVENT_TURN_STARTED, "echo?rate=0&ttft=0", act_stop);
    engine_world_assert_trace(world, "1 opened\n1 added prompt\n1 added answer\n"
                                     "1 started\n1 done cancelled\n");
}

static void listener__stops__when_it_hears_that_it_connects(void **state)
{
    struct engine_world *world = *state;
    run_once(world, EVENT_TURN_STATE, "echo?rate=0&ttft=0", act_stop);
    engine_world_assert_trace(world, "1 opened\n1 added prompt\n1 added answer\n"
                                     "1 started\n1 connecting\n1 done cancelled\n");
}

static void listener__queues__what_it_sends_as_a_turn_begins(void **state)
{
    struct engine_world *world = *state;
    run_once(world, EVENT_MESSAGE_ADDED, "echo?rate=0&ttft=0", act_send);
    const struct chat *tree = engine_get_chat(world->engine, 1);
    assert_int_equal(tree->path_len, 4);
    engine_world_assert_text(world, 1, "two");
}

static void listener__edits__as_text_comes(void **state)
{
    struct engine_world *world = *state;
    run_once(world, EVENT_TEXT, "echo?rate=0&ttft=0", act_edit);
    engine_world_assert_text(world, 1, "edited");
    assert_int_equal(count(world, 1, "done cancelled"), 1);
    assert_int_equal(count(world, 1, "done stop"), 1);
}

/* The failed turn is over when it is told of: what follows goes its normal way. */
static void listener__retries__as_it_hears_of_the_failure(void **state)
{
    struct engine_world *world = *state;
    run_once(world, EVENT_ERROR, "echo?fault=400", act_retry_as_echo);
    engine_world_assert_text(world, 1, "two");
    assert_int_equal(engine_queue_count(world->engine, 1), 0);
}

static void listener__hears_no_end__of_a_chat_it_closed_at_the_failure(void **state)
{
    struct engine_world *world = *state;
    run_once(world, EVENT_ERROR, "echo?fault=400", act_close);
    assert_true(engine_world_has_line(world, "1 closed"));
    assert_int_equal(count_done(world, 1), 0);
}

struct queue_seen {
    struct engine_world *world;
    size_t position;
};

static void note_position(void *user, const struct engine_event *event)
{
    struct queue_seen *seen = user;
    if (event->kind == EVENT_TURN_STATE && event->state == TURN_QUEUED)
        seen->position = engine_get_turn(seen->world->engine, event->chat).queue_position;
}

static void listener__can_look_up_the_turn__at_its_first_state(void **state)
{
    struct engine_world *world = *state;
    struct queue_seen seen = {.world = world};
    world->settings.values[SETTING_JOBS] = 1;
    world->on_event = note_position;
    world->user = &seen;
    for (int i = 0; i < 3; i++)
        engine_world_open(world, "echo?rate=0&ttft=0");
    for (chat_id chat = 1; chat <= 3; chat++)
        engine_world_send(world, chat, "x");
    assert_int_equal(seen.position, 2);
    engine_world_finish(world);
}

/* Settling lets the next turn in; whoever hears of that may edit the settled chat. */
static void edit_the_settled_chat(void *user, const struct engine_event *event)
{
    struct once *once = user;
    if (once->is_done || event->kind != EVENT_TURN_STATE || event->chat != 2 ||
        event->state != TURN_CONNECTING)
        return;
    once->is_done = true;
    edit_last_prompt(once->world->engine, 1);
}

static void listener__edits_a_chat__that_is_just_being_settled(void **state)
{
    struct engine_world *world = *state;
    struct once once = {.world = world};
    world->settings.values[SETTING_JOBS] = 1;
    world->on_event = edit_the_settled_chat;
    world->user = &once;
    for (int i = 0; i < 2; i++)
        engine_world_open(world, "echo?rate=0&ttft=0");
    engine_world_send(world, 1, "one");
    engine_world_send(world, 2, "two");
    engine_world_finish(world);
    assert_true(once.is_done);
    engine_world_assert_text(world, 1, "edited");
    engine_world_assert_text(world, 2, "two");
    assert_settled(world, 1);
    assert_settled(world, 2);
    assert_int_equal(engine_get_chat(world->engine, 1)->messages[1]->state,
                     MESSAGE_WHOLE);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(listener__may_do_anything__while_answers_come),
    cmocka_unit_test(listener__may_do_anything__while_answers_fail),
    cmocka_unit_test(listener__may_do_anything__while_streams_break),
    cmocka_unit_test_setup_teardown(
        listener__stops_before_anything_is_sent__when_it_hears_the_start,
        engine_world_setup, engine_world_teardown),
    cmocka_unit_test_setup_teardown(listener__stops__when_it_hears_that_it_connects,
                                    engine_world_setup, engine_world_teardown),
    cmocka_unit_test_setup_teardown(listener__queues__what_it_sends_as_a_turn_begins,
                                    engine_world_setup, engine_world_teardown),
    cmocka_unit_test_setup_teardown(listener__edits__as_text_comes, engine_world_setup,
                                    engine_world_teardown),
    cmocka_unit_test_setup_teardown(listener__retries__as_it_hears_of_the_failure,
                                    engine_world_setup, engine_world_teardown),
    cmocka_unit_test_setup_teardown(
        listener__hears_no_end__of_a_chat_it_closed_at_the_failure, engine_world_setup,
        engine_world_teardown),
    cmocka_unit_test_setup_teardown(listener__can_look_up_the_turn__at_its_first_state,
                                    engine_world_setup, engine_world_teardown),
    cmocka_unit_test_setup_teardown(listener__edits_a_chat__that_is_just_being_settled,
                                    engine_world_setup, engine_world_teardown),
};

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}

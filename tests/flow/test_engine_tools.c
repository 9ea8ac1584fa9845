/*
 * Tool calls through the engine: who is asked, what runs, what the model is told, and
 * what never runs. Tools are small commands in a folder of the test's own; each that ran
 * leaves its arguments in a file of its name there.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "src/base/json.h"
#include "src/base/mem.h"
#include "tests/support/engine_world.h"
#include "tests/support/script_tools.h"

struct fixture {
    struct engine_world world;
    struct script_tools folder;
    bool answers; /* all calls that ask are answered with: */
    struct call_answer answer;
    size_t asked;
    call_key last_asked;
    call_key first_asked;
};

/* The engine. */

static void on_event(void *user, const struct engine_event *event)
{
    struct fixture *fixture = user;
    struct engine *engine = fixture->world.engine;
    if (event->kind != EVENT_CALL || event->change != CALL_CHANGE_ASKED)
        return;
    fixture->asked++;
    fixture->last_asked = event->call;
    if (fixture->first_asked == 0)
        fixture->first_asked = event->call;
    if (fixture->answers)
        assert_true(engine_answer_call(engine, event->call, &fixture->answer, NULL));
}

static int setup(void **state)
{
    struct fixture *fixture = mem_alloc(sizeof(*fixture));
    script_tools_init(&fixture->folder);
    engine_world_init(&fixture->world);
    fixture->world.on_event = on_event;
    fixture->world.user = fixture;
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;
    engine_world_clear(&fixture->world);
    script_tools_clear(&fixture->folder);
    mem_free(fixture);
    return 0;
}

/* Opens a chat at the raw server to which all tools of the folder are offered. */
static chat_id open_chat(struct fixture *fixture, enum approval approval)
{
    static const char *const tools[] = {"*"};
    const struct chat_setup chat = {.endpoint = &fixture->world.raw_endpoint,
                                    .model = "m",
                                    .tools = tools,
                                    .tool_count = 1,
                                    .approval = approval,
                                    .is_streaming = true};
    const chat_id id = engine_world_open_setup(&fixture->world, &chat);
    struct error err = {ERROR_NONE, NULL};
    if (!engine_add_tool_folder(fixture->world.engine, fixture->folder.path, &err))
        fail_msg("%s", error_text(&err));
    return id;
}

/* Queues an answer of the raw server with calls: name and arguments, in pairs. */
static void answer_calls(struct fixture *fixture, const char *const *pairs)
{
    const char *deltas[9] = {NULL};
    size_t count = 0;
    for (size_t i = 0; pairs[i] != NULL; i += 2) {
        struct strbuf arguments;
        strbuf_init(&arguments, STRBUF_OWN_MAX);
        json_append_string(&arguments, pairs[i + 1], strlen(pairs[i + 1]));
        deltas[count] =
            strbuf_format("{\"tool_calls\":[{\"index\":%zu,\"id\":\"call_%zu\","
                          "\"type\":\"function\",\"function\":{\"name\":\"%s\","
                          "\"arguments\":%s}}]}",
                          count, count, pairs[i], strbuf_text(&arguments));
        strbuf_clear(&arguments);
        count++;
    }
    char *stream = engine_world_make_stream(deltas, "tool_calls");
    const struct raw_step steps[] = {{.action = RAW_SEND, .bytes = stream},
                                     {.action = RAW_CLOSE}};
    raw_server_answer(fixture->world.raw, steps, 2);
    mem_free(stream);
    for (size_t i = 0; i < count; i++)
        mem_free((char *)deltas[i]);
}

static void answer_call(struct fixture *fixture, const char *name, const char *arguments)
{
    answer_calls(fixture, (const char *const[]){name, arguments, NULL});
}

static void answer_words(struct fixture *fixture)
{
    static const char *const deltas[] = {"{\"content\":\"fine\"}", NULL};
    char *stream = engine_world_make_stream(deltas, "stop");
    const struct raw_step steps[] = {{.action = RAW_SEND, .bytes = stream},
                                     {.action = RAW_CLOSE}};
    raw_server_answer(fixture->world.raw, steps, 2);
    mem_free(stream);
}

/* What request `index` said to the server. */
static const char *request_body(const struct fixture *fixture, size_t index)
{
    const struct raw_request *request = raw_server_get_request(fixture->world.raw, index);
    assert_non_null(request);
    return request->body;
}

static void assert_said(const struct fixture *fixture, size_t index, const char *part)
{
    const char *body = request_body(fixture, index);
    if (strstr(body, part) == NULL)
        fail_msg("\"%s\" is not in %s", part, body);
}

static bool has_asked(void *user)
{
    const struct fixture *fixture = user;
    return fixture->asked > 0;
}

static bool has_asked_twice(void *user)
{
    const struct fixture *fixture = user;
    return fixture->asked > 1;
}

static void answer(struct fixture *fixture, call_key key, enum call_decision decision)
{
    assert_true(engine_answer_call(fixture->world.engine, key,
                                   &(struct call_answer){.decision = decision}, NULL));
}

/* Who decides. */

static void engine__runs__what_a_person_has_allowed(void **state)
{
    struct fixture *fixture = *state;
    script_tools_add(&fixture->folder, "weather", "printf mild");
    const chat_id chat = open_chat(fixture, APPROVAL_ASK);
    answer_call(fixture, "weather", "{\"city\": \"Oslo\"}");
    answer_words(fixture);
    engine_world_send(&fixture->world, chat, "hello");
    engine_world_wait(&fixture->world, has_asked, fixture);
    assert_int_equal(engine_get_turn(fixture->world.engine, chat).state, TURN_APPROVAL);
    assert_true(engine_is_busy(fixture->world.engine, chat));
    const struct call_facts *call =
        engine_find_call(fixture->world.engine, fixture->last_asked);
    assert_string_equal(call->tool, "weather");
    assert_string_equal(call->arguments, "{\"city\": \"Oslo\"}");
    assert_non_null(strstr(call->origin, "weather.yaml"));
    assert_non_null(strstr(call->command, "/bin/sh"));
    script_tools_assert(&fixture->folder, "ran.weather", "");
    answer(fixture, fixture->last_asked, CALL_ONCE);
    engine_world_finish(&fixture->world);
    script_tools_assert(&fixture->folder, "ran.weather", "{\"city\": \"Oslo\"}");
    assert_said(fixture, 1, "mild");
    assert_said(fixture, 1, "call_0");
    engine_world_assert_text(&fixture->world, chat, "fine");
    engine_world_assert_trace(&fixture->world,
                              "1 opened\n1 added prompt\n1 added answer\n1 started\n"
                              "1 connecting\n1 waiting\n1 streaming\n"
                              "1 call_delta\n1 tool_call weather {\"city\": \"Oslo\"}\n"
                              "1 call weather asked\n1 approval\n"
                              "1 call weather decided\n1 tools\n1 call weather runs\n"
                              "1 call weather ended\n1 added results\n1 added answer\n"
                              "1 connecting\n1 waiting\n1 streaming\n1 text: fine\n"
                              "1 done stop\n");
}

static void engine__tells_the_model__that_a_person_denied(void **state)
{
    struct fixture *fixture = *state;
    script_tools_add(&fixture->folder, "weather", "printf mild");
    const chat_id chat = open_chat(fixture, APPROVAL_ASK);
    fixture->answers = true;
    fixture->answer =
        (struct call_answer){.decision = CALL_DENIED, .reason = "use the almanac"};
    answer_call(fixture, "weather", "{}");
    answer_words(fixture);
    engine_world_send(&fixture->world, chat, "hello");
    engine_world_finish(&fixture->world);
    script_tools_assert(&fixture->folder, "ran.weather", "");
    assert_said(fixture, 1, "This call was denied by the user: use the almanac");
    engine_world_assert_text(&fixture->world, chat, "fine");
}

static void engine__asks_no_more__in_a_session_that_allows(void **state)
{
    struct fixture *fixture = *state;
    script_tools_add(&fixture->folder, "weather", "printf mild");
    const chat_id chat = open_chat(fixture, APPROVAL_ASK);
    fixture->answers = true;
    fixture->answer = (struct call_answer){.decision = CALL_SESSION};
    answer_call(fixture, "weather", "{\"city\":\"A\"}");
    answer_call(fixture, "weather", "{\"city\":\"B\"}");
    answer_words(fixture);
    engine_world_send(&fixture->world, chat, "hello");
    engine_world_finish(&fixture->world);
    assert_int_equal(fixture->asked, 1);
    script_tools_assert(&fixture->folder, "ran.weather",
                        "{\"city\":\"A\"}{\"city\":\"B\"}");
}

static void engine__writes__the_rule_of_always(void **state)
{
    struct fixture *fixture = *state;
    script_tools_add(&fixture->folder, "weather", "printf mild");
    const chat_id chat = open_chat(fixture, APPROVAL_ASK);
    char *path = script_tools_path(&fixture->folder, "tool-rules");
    struct error err = {ERROR_NONE, NULL};
    assert_true(engine_use_rule_file(fixture->world.engine, path, &err));
    fixture->answers = true;
    fixture->answer =
        (struct call_answer){.decision = CALL_ALWAYS, .rule = "always weather city=A"};
    answer_call(fixture, "weather", "{\"city\":\"A\"}");
    answer_call(fixture, "weather", "{\"city\": \"A\" }");
    answer_words(fixture);
    engine_world_send(&fixture->world, chat, "hello");
    engine_world_finish(&fixture->world);
    assert_int_equal(fixture->asked, 1);
    char *rules = script_tools_read(&fixture->folder, "tool-rules");
    assert_non_null(strstr(rules, "always weather city=A\n"));
    mem_free(rules);
    mem_free(path);
}

static void engine__refuses__a_rule_of_always_that_forbids(void **state)
{
    struct fixture *fixture = *state;
    script_tools_add(&fixture->folder, "weather", "printf mild");
    const chat_id chat = open_chat(fixture, APPROVAL_ASK);
    char *path = script_tools_path(&fixture->folder, "tool-rules");
    struct error err = {ERROR_NONE, NULL};
    assert_true(engine_use_rule_file(fixture->world.engine, path, &err));
    answer_call(fixture, "weather", "{\"city\":\"A\"}");
    answer_words(fixture);
    engine_world_send(&fixture->world, chat, "hello");
    engine_world_wait(&fixture->world, has_asked, fixture);
    const struct call_answer forbids = {.decision = CALL_ALWAYS, .rule = "never weather"};
    assert_false(
        engine_answer_call(fixture->world.engine, fixture->last_asked, &forbids, &err));
    assert_non_null(strstr(error_text(&err), "always"));
    error_clear(&err);
    assert_int_not_equal(access(path, F_OK), 0);
    answer(fixture, fixture->last_asked, CALL_DENIED);
    engine_world_finish(&fixture->world);
    script_tools_assert(&fixture->folder, "ran.weather", "");
    mem_free(path);
}

static void engine__denies__what_a_rule_forbids(void **state)
{
    struct fixture *fixture = *state;
    script_tools_add(&fixture->folder, "weather", "printf mild");
    const chat_id chat = open_chat(fixture, APPROVAL_ALL);
    assert_true(
        engine_add_rule(fixture->world.engine, "never weather city=X*", "c", 3, NULL));
    answer_call(fixture, "weather", "{\"city\":\"Xanadu\"}");
    answer_words(fixture);
    engine_world_send(&fixture->world, chat, "hello");
    engine_world_finish(&fixture->world);
    script_tools_assert(&fixture->folder, "ran.weather", "");
    assert_said(fixture, 1, "denied by a rule");
}

static void engine__denies__where_nobody_is_asked(void **state)
{
    struct fixture *fixture = *state;
    static const enum approval approvals[] = {APPROVAL_NEVER, APPROVAL_RULES};
    script_tools_add(&fixture->folder, "weather", "printf mild");
    for (size_t i = 0; i < 2; i++) {
        const chat_id chat = open_chat(fixture, approvals[i]);
        answer_call(fixture, "weather", "{}");
        answer_words(fixture);
        engine_world_send(&fixture->world, chat, "hello");
        engine_world_finish(&fixture->world);
    }
    assert_int_equal(fixture->asked, 0);
    script_tools_assert(&fixture->folder, "ran.weather", "");
}

static void engine__runs__what_a_rule_allows(void **state)
{
    struct fixture *fixture = *state;
    script_tools_add(&fixture->folder, "weather", "printf mild");
    const chat_id chat = open_chat(fixture, APPROVAL_RULES);
    assert_true(engine_add_rule(fixture->world.engine, "always wea*", "c", 1, NULL));
    answer_call(fixture, "weather", "{}");
    answer_words(fixture);
    engine_world_send(&fixture->world, chat, "hello");
    engine_world_finish(&fixture->world);
    script_tools_assert(&fixture->folder, "ran.weather", "{}");
}

/* What runs. */

static void engine__runs__the_call_that_was_answered(void **state)
{
    struct fixture *fixture = *state;
    script_tools_add(&fixture->folder, "weather",
                     "cat ran.weather >/dev/null; printf mild");
    const chat_id chat = open_chat(fixture, APPROVAL_ASK);
    answer_calls(fixture, (const char *const[]){"weather", "{\"city\":\"A\"}", "weather",
                                                "{\"city\":\"B\"}", NULL});
    answer_words(fixture);
    engine_world_send(&fixture->world, chat, "hello");
    engine_world_wait(&fixture->world, has_asked_twice, fixture);
    answer(fixture, fixture->last_asked, CALL_ONCE);
    answer(fixture, fixture->first_asked, CALL_DENIED);
    engine_world_finish(&fixture->world);
    script_tools_assert(&fixture->folder, "ran.weather", "{\"city\":\"B\"}");
    assert_false(engine_answer_call(fixture->world.engine, fixture->last_asked,
                                    &(struct call_answer){.decision = CALL_ONCE}, NULL));
}

static void engine__runs__edited_arguments(void **state)
{
    struct fixture *fixture = *state;
    struct error err = {ERROR_NONE, NULL};
    script_tools_add(&fixture->folder, "weather", "printf mild");
    const chat_id chat = open_chat(fixture, APPROVAL_ASK);
    answer_call(fixture, "weather", "{\"city\":\"A\"}");
    answer_words(fixture);
    engine_world_send(&fixture->world, chat, "hello");
    engine_world_wait(&fixture->world, has_asked, fixture);
    struct engine *engine = fixture->world.engine;
    assert_false(engine_edit_call(engine, fixture->last_asked, "{\"city\":5}", 10, &err));
    assert_non_null(strstr(error_text(&err), "/city"));
    error_clear(&err);
    assert_true(
        engine_edit_call(engine, fixture->last_asked, "{\"city\":\"Z\"}", 12, NULL));
    assert_string_equal(engine_find_call(engine, fixture->last_asked)->arguments,
                        "{\"city\":\"Z\"}");
    script_tools_assert(&fixture->folder, "ran.weather", "");
    answer(fixture, fixture->last_asked, CALL_ONCE);
    engine_world_finish(&fixture->world);
    script_tools_assert(&fixture->folder, "ran.weather", "{\"city\":\"Z\"}");
    assert_said(fixture, 1, "The user has changed the arguments");
}

static void engine__runs_once__for_twins_in_two_chats(void **state)
{
    struct fixture *fixture = *state;
    script_tools_add(&fixture->folder, "weather", "printf mild");
    const chat_id one = open_chat(fixture, APPROVAL_ASK);
    const chat_id two = open_chat(fixture, APPROVAL_ASK);
    answer_call(fixture, "weather", "{\"city\":\"A\"}");
    answer_call(fixture, "weather", "{ \"city\": \"A\" }");
    answer_words(fixture);
    answer_words(fixture);
    engine_world_send(&fixture->world, one, "hello");
    engine_world_send(&fixture->world, two, "hello");
    engine_world_wait(&fixture->world, has_asked_twice, fixture);
    const struct call_facts *call =
        engine_find_call(fixture->world.engine, fixture->last_asked);
    assert_int_equal(call->twin_count, 1);
    const struct call_answer both = {.decision = CALL_ONCE, .with_twins = true};
    assert_true(
        engine_answer_call(fixture->world.engine, fixture->last_asked, &both, NULL));
    engine_world_finish(&fixture->world);
    char *ran = script_tools_read(&fixture->folder, "ran.weather");
    assert_non_null(strchr(ran, '{'));
    assert_ptr_equal(strchr(ran, '{'), strrchr(ran, '{'));
    mem_free(ran);
    assert_said(fixture, 2, "mild");
    assert_said(fixture, 3, "mild");
}

/* Two chats wait with the same call of a tool that runs until the file "go" is there; it
 * is allowed for both at once, through the first. */
static void start_twins(struct fixture *fixture, chat_id chats[2])
{
    char *script = strbuf_format("until test -e %s/go; do sleep 0.01; done; printf mild",
                                 fixture->folder.path);
    script_tools_add(&fixture->folder, "weather", script);
    mem_free(script);
    for (size_t i = 0; i < 2; i++) {
        chats[i] = open_chat(fixture, APPROVAL_ASK);
        answer_call(fixture, "weather", "{\"city\":\"A\"}");
        engine_world_send(&fixture->world, chats[i], "hello");
        engine_world_wait(&fixture->world, i == 0 ? has_asked : has_asked_twice, fixture);
    }
    const struct call_answer both = {.decision = CALL_ONCE, .with_twins = true};
    assert_true(
        engine_answer_call(fixture->world.engine, fixture->first_asked, &both, NULL));
    engine_world_wait_line(&fixture->world, "1 call weather runs");
    engine_world_wait_line(&fixture->world, "2 call weather runs");
}

static void let_go(struct fixture *fixture)
{
    char *path = script_tools_path(&fixture->folder, "go");
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fclose(file), 0);
    mem_free(path);
}

static void engine__runs_once__though_the_chat_that_answered_is_closed(void **state)
{
    struct fixture *fixture = *state;
    chat_id chats[2];
    start_twins(fixture, chats);
    engine_close(fixture->world.engine, chats[0]);
    answer_words(fixture);
    let_go(fixture);
    engine_world_finish(&fixture->world);
    script_tools_assert(&fixture->folder, "ran.weather", "{\"city\":\"A\"}");
    assert_said(fixture, 2, "mild");
    engine_world_assert_text(&fixture->world, chats[1], "fine");
}

static void engine__stops_one_twin__and_no_other(void **state)
{
    struct fixture *fixture = *state;
    chat_id chats[2];
    start_twins(fixture, chats);
    answer_words(fixture);
    engine_stop_call(fixture->world.engine, fixture->first_asked);
    engine_world_wait_line(&fixture->world, "1 done stop");
    assert_said(fixture, 2, "stopped by the user");
    assert_true(engine_is_busy(fixture->world.engine, chats[1]));
    answer_words(fixture);
    let_go(fixture);
    engine_world_finish(&fixture->world);
    assert_said(fixture, 3, "mild");
    script_tools_assert(&fixture->folder, "ran.weather", "{\"city\":\"A\"}");
}

static void engine__gives_the_model__a_failed_tool(void **state)
{
    struct fixture *fixture = *state;
    script_tools_add(&fixture->folder, "weather", "echo no data >&2; exit 3");
    const chat_id chat = open_chat(fixture, APPROVAL_ALL);
    answer_call(fixture, "weather", "{}");
    answer_words(fixture);
    engine_world_send(&fixture->world, chat, "hello");
    engine_world_finish(&fixture->world);
    assert_said(fixture, 1, "no data");
}

/* What never runs. */

static void engine__gives_back__arguments_that_do_not_fit(void **state)
{
    struct fixture *fixture = *state;
    script_tools_add(&fixture->folder, "weather", "printf mild");
    const chat_id chat = open_chat(fixture, APPROVAL_ALL);
    answer_call(fixture, "weather", "{\"city\":7}");
    answer_words(fixture);
    engine_world_send(&fixture->world, chat, "hello");
    engine_world_finish(&fixture->world);
    script_tools_assert(&fixture->folder, "ran.weather", "");
    assert_said(fixture, 1, "/city");
}

static void engine__ends_the_turn__when_arguments_never_fit(void **state)
{
    struct fixture *fixture = *state;
    script_tools_add(&fixture->folder, "weather", "printf mild");
    fixture->world.settings.values[SETTING_TOOL_MISFITS] = 1;
    const chat_id chat = open_chat(fixture, APPROVAL_ALL);
    answer_call(fixture, "weather", "{\"city\":7}");
    answer_call(fixture, "weather", "{\"city\":8}");
    engine_world_send(&fixture->world, chat, "hello");
    engine_world_finish(&fixture->world);
    const struct message *last = engine_world_answer(&fixture->world, chat);
    assert_int_equal(last->facts.error.class, ERROR_TOOL);
    assert_int_equal(last->state, MESSAGE_FAILED);
}

static void engine__stops__the_same_call_again_and_again(void **state)
{
    struct fixture *fixture = *state;
    script_tools_add(&fixture->folder, "weather", "printf mild");
    fixture->world.settings.values[SETTING_TOOL_REPEATS] = 2;
    const chat_id chat = open_chat(fixture, APPROVAL_ALL);
    for (int i = 0; i < 3; i++)
        answer_call(fixture, "weather", "{\"city\":\"A\"}");
    answer_words(fixture);
    engine_world_send(&fixture->world, chat, "hello");
    engine_world_finish(&fixture->world);
    script_tools_assert(&fixture->folder, "ran.weather",
                        "{\"city\":\"A\"}{\"city\":\"A\"}");
    assert_said(fixture, 3, "Use its earlier result");
}

static void engine__asks__past_the_limit_of_rounds(void **state)
{
    struct fixture *fixture = *state;
    script_tools_add(&fixture->folder, "weather", "printf mild");
    fixture->world.settings.values[SETTING_TOOL_ROUNDS] = 1;
    const chat_id chat = open_chat(fixture, APPROVAL_ASK);
    assert_true(engine_add_rule(fixture->world.engine, "always *", "c", 1, NULL));
    fixture->answers = true;
    fixture->answer = (struct call_answer){.decision = CALL_ONCE};
    answer_call(fixture, "weather", "{\"city\":\"A\"}");
    answer_call(fixture, "weather", "{\"city\":\"B\"}");
    answer_call(fixture, "weather", "{\"city\":\"C\"}");
    answer_words(fixture);
    engine_world_send(&fixture->world, chat, "hello");
    engine_world_finish(&fixture->world);
    assert_int_equal(fixture->asked, 1);
    engine_world_assert_text(&fixture->world, chat, "fine");
}

static void engine__gives_up__rounds_without_end(void **state)
{
    struct fixture *fixture = *state;
    script_tools_add(&fixture->folder, "weather", "printf mild");
    fixture->world.settings.values[SETTING_TOOL_ROUNDS] = 1;
    const chat_id chat = open_chat(fixture, APPROVAL_ALL);
    answer_call(fixture, "weather", "{\"city\":\"A\"}");
    answer_call(fixture, "weather", "{\"city\":\"B\"}");
    answer_call(fixture, "weather", "{\"city\":\"C\"}");
    engine_world_send(&fixture->world, chat, "hello");
    engine_world_finish(&fixture->world);
    script_tools_assert(&fixture->folder, "ran.weather", "{\"city\":\"A\"}");
    assert_int_equal(engine_world_answer(&fixture->world, chat)->facts.error.class,
                     ERROR_TOOL);
}

static void engine__answers__a_call_to_no_tool(void **state)
{
    struct fixture *fixture = *state;
    script_tools_add(&fixture->folder, "weather", "printf mild");
    const chat_id chat = open_chat(fixture, APPROVAL_ALL);
    answer_call(fixture, "nothing", "{}");
    answer_words(fixture);
    engine_world_send(&fixture->world, chat, "hello");
    engine_world_finish(&fixture->world);
    assert_said(fixture, 1, "There is no tool of this name here.");
}

static void engine__runs_nothing__of_a_closed_chat(void **state)
{
    struct fixture *fixture = *state;
    script_tools_add(&fixture->folder, "weather", "printf mild");
    const chat_id chat = open_chat(fixture, APPROVAL_ASK);
    answer_call(fixture, "weather", "{}");
    engine_world_send(&fixture->world, chat, "hello");
    engine_world_wait(&fixture->world, has_asked, fixture);
    engine_close(fixture->world.engine, chat);
    engine_world_finish(&fixture->world);
    assert_false(engine_answer_call(fixture->world.engine, fixture->last_asked,
                                    &(struct call_answer){.decision = CALL_ONCE}, NULL));
    script_tools_assert(&fixture->folder, "ran.weather", "");
}

static void engine__runs_nothing__when_it_is_freed(void **state)
{
    struct fixture *fixture = *state;
    script_tools_add(&fixture->folder, "weather", "printf mild");
    const chat_id chat = open_chat(fixture, APPROVAL_ASK);
    answer_call(fixture, "weather", "{}");
    engine_world_send(&fixture->world, chat, "hello");
    engine_world_wait(&fixture->world, has_asked, fixture);
    engine_free(fixture->world.engine);
    fixture->world.engine = NULL;
    script_tools_assert(&fixture->folder, "ran.weather", "");
}

static void engine__stops_a_turn__in_the_middle_of_its_tools(void **state)
{
    struct fixture *fixture = *state;
    script_tools_add(&fixture->folder, "weather", "printf mild");
    const chat_id chat = open_chat(fixture, APPROVAL_ASK);
    answer_call(fixture, "weather", "{}");
    answer_words(fixture);
    engine_world_send(&fixture->world, chat, "hello");
    engine_world_wait(&fixture->world, has_asked, fixture);
    engine_stop(fixture->world.engine, chat);
    engine_world_finish(&fixture->world);
    engine_world_wait_line(&fixture->world, "1 done cancelled");
    script_tools_assert(&fixture->folder, "ran.weather", "");
    /* What is asked next tells the model that the call was not run. */
    engine_world_send(&fixture->world, chat, "and now?");
    engine_world_finish(&fixture->world);
    assert_said(fixture, 1, "the user stopped the turn");
    engine_world_assert_text(&fixture->world, chat, "fine");
}

static void engine__stops__a_call_that_runs(void **state)
{
    struct fixture *fixture = *state;
    script_tools_add(&fixture->folder, "weather", "exec sleep 1000");
    const chat_id chat = open_chat(fixture, APPROVAL_ALL);
    answer_call(fixture, "weather", "{}");
    answer_words(fixture);
    engine_world_send(&fixture->world, chat, "hello");
    engine_world_wait_line(&fixture->world, "1 call weather runs");
    const struct call_facts *calls;
    assert_int_equal(engine_get_calls(fixture->world.engine, &calls), 1);
    engine_stop_call(fixture->world.engine, calls[0].key);
    engine_world_finish(&fixture->world);
    engine_world_assert_text(&fixture->world, chat, "fine");
}

/* Others go on. */

static void engine__lets_others_go_on__while_one_waits(void **state)
{
    struct fixture *fixture = *state;
    script_tools_add(&fixture->folder, "weather", "printf mild");
    const chat_id chat = open_chat(fixture, APPROVAL_ASK);
    const chat_id other = engine_world_open(&fixture->world, "echo?rate=0&ttft=0");
    answer_call(fixture, "weather", "{}");
    engine_world_send(&fixture->world, chat, "hello");
    engine_world_wait(&fixture->world, has_asked, fixture);
    engine_world_send(&fixture->world, other, "still there?");
    engine_world_wait_line(&fixture->world, "2 done stop");
    assert_int_equal(engine_get_turn(fixture->world.engine, chat).state, TURN_APPROVAL);
}

static void engine__queues__what_is_sent_meanwhile(void **state)
{
    struct fixture *fixture = *state;
    script_tools_add(&fixture->folder, "weather", "printf mild");
    const chat_id chat = open_chat(fixture, APPROVAL_ASK);
    answer_call(fixture, "weather", "{}");
    answer_words(fixture);
    answer_words(fixture);
    engine_world_send(&fixture->world, chat, "hello");
    engine_world_wait(&fixture->world, has_asked, fixture);
    engine_world_send(&fixture->world, chat, "and then");
    assert_int_equal(engine_queue_count(fixture->world.engine, chat), 1);
    answer(fixture, fixture->last_asked, CALL_ONCE);
    engine_world_finish(&fixture->world);
    assert_int_equal(engine_queue_count(fixture->world.engine, chat), 0);
    assert_said(fixture, 2, "and then");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(engine__runs__what_a_person_has_allowed, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(engine__tells_the_model__that_a_person_denied,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(engine__asks_no_more__in_a_session_that_allows,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(engine__writes__the_rule_of_always, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(engine__refuses__a_rule_of_always_that_forbids,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(engine__denies__what_a_rule_forbids, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(engine__denies__where_nobody_is_asked, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(engine__runs__what_a_rule_allows, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(engine__runs__the_call_that_was_answered, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(engine__runs__edited_arguments, setup, teardown),
        cmocka_unit_test_setup_teardown(engine__runs_once__for_twins_in_two_chats, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(
            engine__runs_once__though_the_chat_that_answered_is_closed, setup, teardown),
        cmocka_unit_test_setup_teardown(engine__stops_one_twin__and_no_other, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(engine__gives_the_model__a_failed_tool, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(engine__gives_back__arguments_that_do_not_fit,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(engine__ends_the_turn__when_arguments_never_fit,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(engine__stops__the_same_call_again_and_again,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(engine__asks__past_the_limit_of_rounds, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(engine__gives_up__rounds_without_end, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(engine__answers__a_call_to_no_tool, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(engine__runs_nothing__of_a_closed_chat, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(engine__runs_nothing__when_it_is_freed, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(engine__stops_a_turn__in_the_middle_of_its_tools,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(engine__stops__a_call_that_runs, setup, teardown),
        cmocka_unit_test_setup_teardown(engine__lets_others_go_on__while_one_waits, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(engine__queues__what_is_sent_meanwhile, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * MCP servers through the engine: their tools in a turn, what they ask a person, what
 * they have for a prompt, and what a front end sees of one that dies.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/engine/server_fetch.h"
#include "tests/support/engine_world.h"

struct fixture {
    struct engine_world world;
    char *fake; /* the path of the fake server */
    chat_id chat;
    call_key question;
    size_t asked;
    enum call_decision decision; /* the answer to calls; undecided: once */
    bool is_fetched;
    char *fetched; /* names and texts of what was fetched */
    char *fetch_error;
    struct server_fetch *fetch;
};

static void on_event(void *user, const struct engine_event *event)
{
    struct fixture *fixture = user;
    if (event->kind != EVENT_CALL || event->change != CALL_CHANGE_ASKED)
        return;
    const struct call_facts *call = engine_find_call(fixture->world.engine, event->call);
    fixture->asked++;
    if (call->is_question)
        fixture->question = event->call;
    else
        assert_true(engine_answer_call(
            fixture->world.engine, event->call,
            &(struct call_answer){.decision = fixture->decision != CALL_UNDECIDED
                                                  ? fixture->decision
                                                  : CALL_ONCE},
            NULL));
}

static int setup(void **state)
{
    struct fixture *fixture = mem_alloc(sizeof(*fixture));
    const char *folder = getenv("MOTET_BUILDDIR");
    engine_world_init(&fixture->world);
    fixture->world.on_event = on_event;
    fixture->world.user = fixture;
    fixture->fake =
        strbuf_format("%s/tests/support/mcp_fake", folder != NULL ? folder : ".");
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;
    server_fetch_free(fixture->fetch);
    engine_world_clear(&fixture->world);
    mem_free(fixture->fake);
    mem_free(fixture->fetched);
    mem_free(fixture->fetch_error);
    mem_free(fixture);
    return 0;
}

static bool are_tools_ready(void *user)
{
    struct fixture *fixture = user;
    return engine_are_tools_ready(fixture->world.engine);
}

/* Opens a chat at the raw server, with the tools of a fake server that has this habit. */
static void open_chat_with(struct fixture *fixture, enum approval approval,
                           const char *habit)
{
    static const char *const tools[] = {"fake.*"};
    const struct chat_setup chat = {.endpoint = &fixture->world.raw_endpoint,
                                    .model = "m",
                                    .tools = tools,
                                    .tool_count = 1,
                                    .approval = approval,
                                    .is_streaming = true};
    fixture->chat = engine_world_open_setup(&fixture->world, &chat);
    const char *const argv[] = {fixture->fake, habit, NULL};
    const struct server_setup server = {.name = "fake", .argv = argv};
    assert_true(engine_add_server(fixture->world.engine, &server, NULL));
    engine_start_server(fixture->world.engine, "fake");
    engine_world_wait(&fixture->world, are_tools_ready, fixture);
}

static void open_chat(struct fixture *fixture, enum approval approval)
{
    open_chat_with(fixture, approval, NULL);
}

static void answer_call(struct fixture *fixture, const char *name, const char *arguments)
{
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    json_append_string(&text, arguments, strlen(arguments));
    char *delta =
        strbuf_format("{\"tool_calls\":[{\"index\":0,\"id\":\"call_0\",\"type\":"
                      "\"function\",\"function\":{\"name\":\"%s\","
                      "\"arguments\":%s}}]}",
                      name, strbuf_text(&text));
    const char *const deltas[] = {delta, NULL};
    char *stream = engine_world_make_stream(deltas, "tool_calls");
    const struct raw_step steps[] = {{.action = RAW_SEND, .bytes = stream},
                                     {.action = RAW_CLOSE}};
    raw_server_answer(fixture->world.raw, steps, 2);
    mem_free(stream);
    mem_free(delta);
    strbuf_clear(&text);
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

static void assert_said(const struct fixture *fixture, size_t index, const char *part)
{
    const struct raw_request *request = raw_server_get_request(fixture->world.raw, index);
    assert_non_null(request);
    if (strstr(request->body, part) == NULL)
        fail_msg("\"%s\" is not in %s", part, request->body);
}

static bool has_question(void *user)
{
    const struct fixture *fixture = user;
    return fixture->question != 0;
}

static void engine__runs__a_servers_tool(void **state)
{
    struct fixture *fixture = *state;
    open_chat(fixture, APPROVAL_ASK);
    answer_call(fixture, "fake__echo", "{\"text\":\"from the server\"}");
    answer_words(fixture);
    engine_world_send(&fixture->world, fixture->chat, "hello");
    engine_world_finish(&fixture->world);
    assert_int_equal(fixture->asked, 1);
    assert_said(fixture, 0, "\"name\":\"fake__echo\"");
    assert_said(fixture, 1, "from the server");
}

/* A name may look like the end of a rule: the session's rule is for this tool alone. */
static void engine__allows_in_a_session__only_the_tool_of_an_odd_name(void **state)
{
    struct fixture *fixture = *state;
    open_chat_with(fixture, APPROVAL_ASK, "odd-name");
    fixture->decision = CALL_SESSION;
    answer_call(fixture, "fake__echo___two", "{}");
    answer_call(fixture, "fake__echo", "{\"text\":\"another tool\"}");
    answer_words(fixture);
    engine_world_send(&fixture->world, fixture->chat, "hello");
    engine_world_finish(&fixture->world);
    assert_int_equal(fixture->asked, 2);
}

static void engine__tells_the_model__of_a_server_that_dies(void **state)
{
    struct fixture *fixture = *state;
    open_chat(fixture, APPROVAL_ALL);
    answer_call(fixture, "fake__die", "{}");
    answer_words(fixture);
    engine_world_send(&fixture->world, fixture->chat, "hello");
    engine_world_finish(&fixture->world);
    assert_said(fixture, 1, "exited");
    engine_world_assert_text(&fixture->world, fixture->chat, "fine");
}

static void engine__asks_a_person__what_a_server_asks(void **state)
{
    struct fixture *fixture = *state;
    open_chat(fixture, APPROVAL_ASK);
    answer_call(fixture, "fake__elicit", "{}");
    answer_words(fixture);
    engine_world_send(&fixture->world, fixture->chat, "hello");
    engine_world_wait(&fixture->world, has_question, fixture);
    struct engine *engine = fixture->world.engine;
    const struct call_facts *question = engine_find_call(engine, fixture->question);
    assert_int_equal(question->chat, fixture->chat);
    assert_string_equal(question->description, "Your name?");
    assert_string_equal(question->title, "the server fake asks you");
    assert_int_equal(engine_get_turn(engine, fixture->chat).state, TURN_APPROVAL);
    assert_false(engine_edit_call(engine, fixture->question, "{\"name\":1}", 10, NULL));
    assert_true(
        engine_edit_call(engine, fixture->question, "{\"name\":\"Ada\"}", 14, NULL));
    assert_false(engine_answer_call(
        engine, fixture->question, &(struct call_answer){.decision = CALL_ALWAYS}, NULL));
    assert_true(engine_answer_call(engine, fixture->question,
                                   &(struct call_answer){.decision = CALL_ONCE}, NULL));
    engine_world_finish(&fixture->world);
    assert_said(fixture, 1, "Ada");
    /* One call, one result: the question is none. */
    const struct chat *chat = engine_get_chat(engine, fixture->chat);
    const struct message *results = chat_last_by(chat, MESSAGE_TOOL);
    assert_int_equal(results->part_count, 1);
}

static void engine__declines__what_a_person_denies(void **state)
{
    struct fixture *fixture = *state;
    open_chat(fixture, APPROVAL_ASK);
    answer_call(fixture, "fake__elicit", "{}");
    answer_words(fixture);
    engine_world_send(&fixture->world, fixture->chat, "hello");
    engine_world_wait(&fixture->world, has_question, fixture);
    assert_true(engine_answer_call(fixture->world.engine, fixture->question,
                                   &(struct call_answer){.decision = CALL_DENIED}, NULL));
    engine_world_finish(&fixture->world);
    assert_said(fixture, 1, "decline");
}

static void engine__declines__where_nobody_is_asked(void **state)
{
    struct fixture *fixture = *state;
    open_chat(fixture, APPROVAL_ALL);
    answer_call(fixture, "fake__elicit", "{}");
    answer_words(fixture);
    engine_world_send(&fixture->world, fixture->chat, "hello");
    engine_world_finish(&fixture->world);
    assert_int_equal(fixture->asked, 0);
    assert_said(fixture, 1, "decline");
}

static void engine__drops_a_question__with_its_turn(void **state)
{
    struct fixture *fixture = *state;
    open_chat(fixture, APPROVAL_ASK);
    answer_call(fixture, "fake__elicit", "{}");
    engine_world_send(&fixture->world, fixture->chat, "hello");
    engine_world_wait(&fixture->world, has_question, fixture);
    engine_stop(fixture->world.engine, fixture->chat);
    engine_world_finish(&fixture->world);
    assert_null(engine_find_call(fixture->world.engine, fixture->question));
}

static void engine__goes_on_without__a_server_that_starts(void **state)
{
    struct fixture *fixture = *state;
    static const char *const tools[] = {"slow.*"};
    const struct chat_setup chat = {.endpoint = &fixture->world.raw_endpoint,
                                    .model = "m",
                                    .tools = tools,
                                    .tool_count = 1,
                                    .is_streaming = true};
    fixture->chat = engine_world_open_setup(&fixture->world, &chat);
    const char *const argv[] = {fixture->fake, "never", NULL};
    const struct server_setup server = {.name = "slow", .argv = argv};
    assert_true(engine_add_server(fixture->world.engine, &server, NULL));
    engine_start_server(fixture->world.engine, "slow");
    answer_words(fixture);
    engine_world_send(&fixture->world, fixture->chat, "hello");
    engine_world_finish(&fixture->world);
    engine_world_wait_line(&fixture->world,
                           "1 notice: this turn goes without the tools of "
                           "slow: still starting");
    engine_world_assert_text(&fixture->world, fixture->chat, "fine");
}

/* What front ends see. */

static bool is_failed(void *user)
{
    struct fixture *fixture = user;
    const struct server_facts *servers;
    return engine_get_servers(fixture->world.engine, &servers) == 1 &&
           servers[0].state == SERVER_FAILED;
}

static void engine__shows__a_dead_server_and_starts_it_again(void **state)
{
    struct fixture *fixture = *state;
    open_chat(fixture, APPROVAL_ALL);
    struct engine *engine = fixture->world.engine;
    const struct server_facts *servers;
    assert_int_equal(engine_get_servers(engine, &servers), 1);
    assert_int_equal(servers[0].state, SERVER_READY);
    assert_string_equal(servers[0].name, "fake");
    assert_int_equal(servers[0].resource_count, 1);
    /* It is started again by itself, a few times. */
    for (int i = 0; i < 8 && !is_failed(fixture); i++) {
        engine_world_wait(&fixture->world, are_tools_ready, fixture);
        if (is_failed(fixture))
            break;
        engine_call_tool(engine, "fake.die", "{}");
        engine_world_wait_line(&fixture->world, "0 call fake.die ended");
        strbuf_reset(&fixture->world.trace);
    }
    engine_world_wait(&fixture->world, is_failed, fixture);
    engine_get_servers(engine, &servers);
    assert_non_null(strstr(servers[0].message, "exited"));
    assert_non_null(strstr(servers[0].last_errors, "I die of\thunger"));
    engine_restart_server(engine, "fake");
    engine_world_wait(&fixture->world, are_tools_ready, fixture);
    engine_get_servers(engine, &servers);
    assert_int_equal(servers[0].state, SERVER_READY);
}

static void engine__lists__resources_and_prompts(void **state)
{
    struct fixture *fixture = *state;
    open_chat(fixture, APPROVAL_ALL);
    const struct server_entry *entries;
    assert_int_equal(engine_get_server_entries(fixture->world.engine, "fake",
                                               SERVER_RESOURCES, &entries),
                     1);
    assert_string_equal(entries[0].name, "fake://a");
    assert_int_equal(engine_get_server_entries(fixture->world.engine, "fake",
                                               SERVER_PROMPTS, &entries),
                     1);
    assert_string_equal(entries[0].name, "greet");
}

/* What they have for a prompt. */

static void engine__waits__for_all_lists_of_a_server(void **state)
{
    struct fixture *fixture = *state;
    open_chat_with(fixture, APPROVAL_ALL, "late-resources");
    const struct server_facts *servers;
    assert_int_equal(engine_get_servers(fixture->world.engine, &servers), 1);
    assert_int_equal(servers[0].state, SERVER_READY);
    assert_int_equal(servers[0].resource_count, 1);
}

static void on_resources(void *user, const struct attachment_list *list,
                         const struct error *err)
{
    struct fixture *fixture = user;
    fixture->is_fetched = true;
    fixture->fetch = NULL;
    fixture->fetch_error = mem_strdup(error_text(err));
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    for (size_t i = 0; i < list->len; i++)
        strbuf_append_format(&text, "%s=%.*s;", list->items[i].name,
                             (int)list->items[i].len, list->items[i].bytes);
    fixture->fetched = strbuf_take(&text);
}

static bool is_fetched(void *user)
{
    return ((const struct fixture *)user)->is_fetched;
}

static void fetch(struct fixture *fixture, const char *text)
{
    assert_true(server_fetch_is_needed(fixture->world.engine, text));
    fixture->fetch = server_fetch_resources(
        fixture->world.engine, text, &(struct fetch_handler){on_resources, fixture});
    engine_world_wait(&fixture->world, is_fetched, fixture);
}

static void server_fetch__brings__what_words_name(void **state)
{
    struct fixture *fixture = *state;
    open_chat(fixture, APPROVAL_ALL);
    fetch(fixture, "compare @fake:fake://a with @other:x and a@b:c");
    assert_string_equal(fixture->fetch_error, "");
    assert_non_null(strstr(fixture->fetched, "fake:fake://a="));
    assert_non_null(strstr(fixture->fetched, "the text of A"));
}

static void server_fetch__is_not_needed__for_other_words(void **state)
{
    struct fixture *fixture = *state;
    open_chat(fixture, APPROVAL_ALL);
    static const char *const texts[] = {
        "", "hello", "@fake", "@fake:", "@:x", "@other:x", "x@fake:y", "@faker:y"};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        assert_false(server_fetch_is_needed(fixture->world.engine, texts[i]));
}

static void server_fetch__says__what_could_not_be_had(void **state)
{
    struct fixture *fixture = *state;
    open_chat(fixture, APPROVAL_ALL);
    const char *const argv[] = {fixture->fake, NULL};
    const struct server_setup server = {.name = "off", .argv = argv};
    assert_true(engine_add_server(fixture->world.engine, &server, NULL));
    fetch(fixture, "@fake:fake://a @off:fake://a");
    assert_non_null(strstr(fixture->fetch_error, "@off:fake://a"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(engine__runs__a_servers_tool, setup, teardown),
        cmocka_unit_test_setup_teardown(
            engine__allows_in_a_session__only_the_tool_of_an_odd_name, setup, teardown),
        cmocka_unit_test_setup_teardown(engine__tells_the_model__of_a_server_that_dies,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(engine__asks_a_person__what_a_server_asks, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(engine__declines__what_a_person_denies, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(engine__declines__where_nobody_is_asked, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(engine__drops_a_question__with_its_turn, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(engine__goes_on_without__a_server_that_starts,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(engine__shows__a_dead_server_and_starts_it_again,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(engine__waits__for_all_lists_of_a_server, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(engine__lists__resources_and_prompts, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(server_fetch__brings__what_words_name, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(server_fetch__is_not_needed__for_other_words,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(server_fetch__says__what_could_not_be_had, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

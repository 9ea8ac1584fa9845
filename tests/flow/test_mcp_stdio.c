/* The MCP client against a server that is a child process and has bad habits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/mem.h"
#include "tests/support/mcp_world.h"

static void start_ready(struct mcp_world *world, const char *words)
{
    mcp_world_start_fake(world, words);
    mcp_world_wait_ready(world);
}

/* Makes a call and compares its end and text. */
static void assert_call(struct mcp_world *world, const char *tool, const char *arguments,
                        enum tool_end end, const char *text)
{
    struct mcp_outcome outcome = {.call = NULL};
    mcp_world_ask(world, &outcome, tool, arguments);
    assert_int_equal(outcome.end, end);
    assert_string_equal(outcome.text, text);
    mcp_outcome_clear(&outcome);
}

/* --- Beginning
 * -------------------------------------------------------------------------
 */

static void server__lists_and_calls__of_the_legacy_generation(void **state)
{
    struct mcp_world *world = *state;
    start_ready(world, "");
    const struct mcp_facts facts = mcp_world_facts(world);
    assert_string_equal(facts.protocol, "2025-11-25");
    assert_int_equal(facts.generation, MCP_LEGACY);
    assert_string_equal(facts.title, "fake 3");
    assert_string_equal(facts.instructions, "Be 😀 kind");
    assert_null(facts.message);
    assert_int_equal(facts.tool_count, 25);
    assert_int_equal(facts.resource_count, 1);
    assert_int_equal(facts.prompt_count, 1);
    assert_int_equal(world->ready_count, 1);
    const struct tool *tool = mcp_world_find_tool(world, "echo");
    assert_string_equal(tool->name, "fake.echo");
    assert_string_equal(tool->remote_name, "echo");
    assert_ptr_equal(tool->server, world->server);
    assert_call(world, "echo", "{\"text\":\"Grüße\"}", TOOL_END_OK, "Grüße");
    assert_call(world, "echo", "", TOOL_END_OK, "nothing");
    assert_call(world, "echo", NULL, TOOL_END_OK, "nothing");
}

static void server__speaks__the_modern_generation(void **state)
{
    struct mcp_world *world = *state;
    start_ready(world, "modern");
    const struct mcp_facts facts = mcp_world_facts(world);
    assert_string_equal(facts.protocol, "2026-07-28");
    assert_int_equal(facts.generation, MCP_MODERN);
    assert_string_equal(facts.title, "fake 4");
    assert_string_equal(facts.instructions, "modern");
    struct mcp_outcome outcome = {.call = NULL};
    mcp_world_ask(world, &outcome, "raw", "{\"a\":1.50}");
    assert_non_null(strstr(outcome.text, "\"arguments\":{\"a\":1.50}"));
    assert_non_null(strstr(outcome.text,
                           "\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\""));
    assert_non_null(strstr(outcome.text, "\"io.modelcontextprotocol/clientCapabilities\":"
                                         "{\"roots\":{},\"sampling\":{},"
                                         "\"elicitation\":{}}"));
    mcp_outcome_clear(&outcome);
}

static void server__begins__whatever_it_makes_of_the_probe(void **state)
{
    struct mcp_world *world = *state;
    start_ready(world, "dies");
    assert_string_equal(mcp_world_facts(world).protocol, "2025-11-25");
    mcp_server_free(world->server);
    world->change_count = 0;
    start_ready(world, "modern-unknown");
    assert_string_equal(mcp_world_facts(world).protocol, "2025-11-25");
    mcp_server_free(world->server);
    world->change_count = 0;
    world->options.generation = MCP_LEGACY;
    start_ready(world, "mute");
}

static void server__is_asked_the_legacy_way__after_a_silence(void **state)
{
    struct mcp_world *world = *state;
    world->options.probe_timeout_ms = 100;
    start_ready(world, "mute");
    assert_int_equal(mcp_world_facts(world).generation, MCP_LEGACY);
}

static void server__agrees_on__an_older_revision(void **state)
{
    struct mcp_world *world = *state;
    start_ready(world, "version=2024-11-05");
    assert_string_equal(mcp_world_facts(world).protocol, "2024-11-05");
    mcp_server_free(world->server);
    world->change_count = 0;
    start_ready(world, "refuses");
    assert_string_equal(mcp_world_facts(world).protocol, "2025-03-26");
}

static void server__fails__with_a_revision_nobody_knows(void **state)
{
    struct mcp_world *world = *state;
    mcp_world_start_fake(world, "version=2031-01-01");
    mcp_world_wait_state(world, MCP_FAILED);
    const struct mcp_facts facts = mcp_world_facts(world);
    assert_non_null(strstr(facts.message, "2031-01-01"));
    assert_non_null(strstr(facts.message, "2025-11-25"));
    assert_int_equal(facts.pid, 0);
}

static void server__fails__when_it_never_answers(void **state)
{
    struct mcp_world *world = *state;
    world->options.start_timeout_ms = 200;
    mcp_world_start_fake(world, "never");
    mcp_world_wait_state(world, MCP_FAILED);
    assert_non_null(strstr(mcp_world_facts(world).message, "has not answered within"));
}

static void server__fails_with_its_last_words__when_it_exits_at_once(void **state)
{
    struct mcp_world *world = *state;
    mcp_world_start_fake(world, "exits");
    mcp_world_wait_state(world, MCP_FAILED);
    const struct mcp_facts facts = mcp_world_facts(world);
    assert_string_equal(facts.message, "the server exited with status 4; its last words: "
                                       "cannot begin: no configuration");
    assert_string_equal(facts.last_errors, "cannot begin: no configuration\n");
}

static void server__fails__when_there_is_no_such_command(void **state)
{
    struct mcp_world *world = *state;
    const char *const argv[] = {"no-such-server-of-motet", "x", NULL};
    mcp_world_start(world, argv);
    mcp_world_wait_state(world, MCP_FAILED);
    const struct mcp_facts facts = mcp_world_facts(world);
    assert_string_equal(facts.message, "no-such-server-of-motet cannot be run: "
                                       "No such file or directory");
    assert_string_equal(facts.where, "no-such-server-of-motet x");
}

static void server__is_not_asked__for_what_it_did_not_declare(void **state)
{
    struct mcp_world *world = *state;
    start_ready(world, "no-tools");
    assert_int_equal(mcp_world_facts(world).tool_count, 0);
    assert_int_equal(mcp_world_facts(world).prompt_count, 0);
}

static void server__takes_pages__one_after_the_other(void **state)
{
    struct mcp_world *world = *state;
    start_ready(world, "pages");
    assert_int_equal(mcp_world_facts(world).tool_count, 25);
}

static void server__ends_a_list__whose_cursor_comes_twice(void **state)
{
    struct mcp_world *world = *state;
    start_ready(world, "repeats");
    assert_int_equal(mcp_world_facts(world).tool_count, 5);
}

/* --- Calls
 * -------------------------------------------------------------------------
 */

static void call__tells_apart__a_failed_tool_and_a_fault(void **state)
{
    struct mcp_world *world = *state;
    start_ready(world, "");
    assert_call(world, "fail", "{}", TOOL_END_ERROR, "no");
    assert_call(world, "error", "{}", TOOL_END_FAULT,
                "the server answers with an error: Unknown tool (-32602)");
}

static void call__sends_arguments__as_they_were_written(void **state)
{
    struct mcp_world *world = *state;
    struct mcp_outcome outcome = {.call = NULL};
    start_ready(world, "");
    mcp_world_ask(world, &outcome, "raw",
                  "{\n  \"big\": 12345678901234567890,\r\n  \"f\": 1.10\n}");
    assert_non_null(strstr(outcome.text, "\"arguments\":{   \"big\": "
                                         "12345678901234567890,    \"f\": 1.10 }"));
    mcp_outcome_clear(&outcome);
}

static void call__does_not_start__with_arguments_that_are_no_object(void **state)
{
    struct mcp_world *world = *state;
    const struct tool_handler handler = {.on_done = NULL};
    struct error err = {ERROR_NONE, NULL};
    start_ready(world, "");
    const struct tool *tool = mcp_world_find_tool(world, "echo");
    assert_null(mcp_call_start(world->server, tool, "[1]", &handler, &err));
    assert_string_equal(error_text(&err), "the arguments are not a JSON object");
    assert_null(mcp_call_start(world->server, tool, "{\"a\":}", &handler, &err));
    mcp_server_stop(world->server);
    assert_null(mcp_call_start(world->server, tool, "{}", &handler, &err));
    assert_string_equal(error_text(&err), "the server fake is not ready");
    error_clear(&err);
}

static void call__finds_its_answer__among_wrong_ones(void **state)
{
    struct mcp_world *world = *state;
    start_ready(world, "banner");
    assert_int_equal(mcp_world_facts(world).junk_count, 1);
    assert_call(world, "wrong-ids", "{}", TOOL_END_OK, "right");
    assert_call(world, "junk", "{}", TOOL_END_OK, "after junk");
    assert_int_equal(mcp_world_facts(world).junk_count, 5);
    assert_call(world, "batch", "{}", TOOL_END_OK, "batched");
}

static void call__runs_out_of_time__and_nothing_else_is_disturbed(void **state)
{
    struct mcp_world *world = *state;
    struct mcp_outcome silent = {.call = NULL};
    world->options.call_timeout_ms = 1000;
    start_ready(world, "");
    mcp_world_call(world, &silent, "silent", "{}");
    assert_call(world, "echo", "{\"text\":\"a\"}", TOOL_END_OK, "a");
    mcp_world_wait_done(world, &silent);
    assert_int_equal(silent.end, TOOL_END_FAULT);
    assert_string_equal(silent.text, "the server has not answered within 1 s");
    assert_call(world, "echo", "{\"text\":\"b\"}", TOOL_END_OK, "b");
    mcp_outcome_clear(&silent);
}

static void call__is_stopped__and_a_late_answer_is_not_heard(void **state)
{
    struct mcp_world *world = *state;
    struct mcp_outcome late = {.call = NULL};
    start_ready(world, "");
    mcp_world_call(world, &late, "late", "{}");
    mcp_call_stop(late.call);
    assert_false(late.is_done);
    mcp_world_wait_done(world, &late);
    assert_int_equal(late.end, TOOL_END_STOPPED);
    mcp_outcome_clear(&late);
    /* The late answer comes before this one. */
    assert_call(world, "echo", "{\"text\":\"x\"}", TOOL_END_OK, "x");
    mcp_world_call(world, &late, "late", "{}");
    mcp_call_free(late.call);
    assert_call(world, "echo", "{\"text\":\"y\"}", TOOL_END_OK, "y");
    assert_false(late.is_done);
}

static void call__hears_of_its_progress(void **state)
{
    struct mcp_world *world = *state;
    struct mcp_outcome outcome = {.call = NULL};
    start_ready(world, "");
    mcp_world_ask(world, &outcome, "progress", "{}");
    assert_string_equal(outcome.text, "done");
    assert_int_equal(outcome.progress_count, 3);
    assert_true(outcome.progress > 3.4 && outcome.progress < 3.6);
    assert_true(outcome.total > 3.9 && outcome.total < 4.1);
    assert_string_equal(outcome.progress_text, "step 3");
    mcp_outcome_clear(&outcome);
}

static void call__ends_as_a_fault__when_its_server_dies(void **state)
{
    struct mcp_world *world = *state;
    struct mcp_outcome silent = {.call = NULL};
    const char *fault = "the server exited with status 3; its last words: first line "
                        "\u241b[31mI die of hunger";
    start_ready(world, "");
    const int64_t first = mcp_world_facts(world).pid;
    mcp_world_call(world, &silent, "silent", "{}");
    assert_call(world, "die", "{}", TOOL_END_FAULT, fault);
    assert_true(silent.is_done);
    assert_int_equal(silent.end, TOOL_END_FAULT);
    assert_string_equal(silent.text, fault);
    mcp_outcome_clear(&silent);
    /* It comes again by itself, once. */
    mcp_world_wait_ready(world);
    assert_true(mcp_world_facts(world).pid != first);
    assert_null(mcp_world_facts(world).message);
    assert_call(world, "echo", "{\"text\":\"back\"}", TOOL_END_OK, "back");
    assert_call(world, "die", "{}", TOOL_END_FAULT, fault);
    mcp_world_wait_state(world, MCP_FAILED);
    assert_string_equal(mcp_world_facts(world).message, fault);
    /* And again when it is told to. */
    mcp_server_restart(world->server);
    mcp_world_wait_ready(world);
    assert_call(world, "echo", "{\"text\":\"again\"}", TOOL_END_OK, "again");
}

static void call__ends_as_a_fault__when_its_server_is_killed(void **state)
{
    struct mcp_world *world = *state;
    struct mcp_outcome silent = {.call = NULL};
    start_ready(world, "");
    mcp_world_call(world, &silent, "silent", "{}");
    kill((pid_t)mcp_world_facts(world).pid, SIGKILL);
    mcp_world_wait_done(world, &silent);
    assert_string_equal(silent.text, "the server was ended by signal 9");
    mcp_outcome_clear(&silent);
    mcp_world_wait_ready(world);
}

static void call__ends_as_a_fault__when_its_server_closes_its_output(void **state)
{
    struct mcp_world *world = *state;
    start_ready(world, "");
    assert_call(world, "close", "{}", TOOL_END_FAULT, "the server closed its output");
}

static void call__brings_megabytes__cut_to_what_a_model_gets(void **state)
{
    struct mcp_world *world = *state;
    struct mcp_outcome outcome = {.call = NULL};
    start_ready(world, "");
    mcp_world_ask(world, &outcome, "large", "{\"text\":\"8\"}");
    assert_int_equal(outcome.end, TOOL_END_OK);
    assert_true(outcome.is_cut);
    assert_true(strlen(outcome.text) <= TOOL_RESULT_MAX);
    assert_non_null(strstr(outcome.text, "\n[cut here: this is the beginning of 8 MB]"));
    mcp_outcome_clear(&outcome);
}

static void server__is_ended__by_a_line_without_an_end(void **state)
{
    struct mcp_world *world = *state;
    start_ready(world, "");
    assert_call(world, "endless", "{}", TOOL_END_FAULT,
                "the server was ended: it wrote a line longer than 64 MiB");
}

static void server__is_given_up__when_it_asks_and_does_not_read(void **state)
{
    struct mcp_world *world = *state;
    start_ready(world, "");
    assert_call(world, "nag", "{}", TOOL_END_FAULT,
                "the server does not read what it is sent");
    mcp_world_wait_ready(world);
}

static bool has_last_complaint(void *user)
{
    const struct mcp_world *world = user;
    return strstr(mcp_world_facts(world).last_errors, "error line 99999 of") != NULL;
}

static void call__gets_its_answer__through_a_flood(void **state)
{
    struct mcp_world *world = *state;
    start_ready(world, "");
    assert_call(world, "flood", "{}", TOOL_END_OK, "flooded");
    assert_true(mcp_world_facts(world).dropped_count > 10000);
    assert_call(world, "stderr", "{}", TOOL_END_OK, "complained");
    mcp_world_wait(world, has_last_complaint, world);
    assert_true(strlen(mcp_world_facts(world).last_errors) <= 8192);
}

static bool has_new_tool(void *user)
{
    const struct mcp_world *world = user;
    return mcp_world_facts(world).tool_count == 26;
}

static void list__is_fetched_again__when_it_has_changed(void **state)
{
    struct mcp_world *world = *state;
    start_ready(world, "");
    const uint64_t version = mcp_server_get_version(world->server);
    assert_call(world, "change", "{}", TOOL_END_OK, "changed");
    mcp_world_wait(world, has_new_tool, world);
    assert_int_equal(mcp_server_get_version(world->server), version + 1);
    const struct tool *tool = mcp_world_find_tool(world, "new");
    assert_string_equal(tool->schema, "{\"type\":\"object\"}");
    assert_string_equal(tool->description, "");
}

static void list__stays__when_the_new_one_cannot_be_had(void **state)
{
    struct mcp_world *world = *state;
    start_ready(world, "bad-list");
    assert_call(world, "change", "{}", TOOL_END_OK, "changed");
    assert_true(mcp_world_facts(world).is_listing);
    mcp_world_wait_ready(world);
    assert_int_equal(mcp_world_facts(world).tool_count, 25);
}

/* --- What the server asks
 * -------------------------------------------------------------------------
 */

static void request__gets_an_answer__whatever_it_is(void **state)
{
    struct mcp_world *world = *state;
    world->options.directory = "/tmp/";
    start_ready(world, "");
    assert_call(world, "ping", "{}", TOOL_END_OK,
                "{\"jsonrpc\":\"2.0\",\"id\":\"p-1\",\"result\":{}}");
    assert_call(world, "ask", "{}", TOOL_END_OK,
                "{\"jsonrpc\":\"2.0\",\"id\":12345678901234567890,\"error\":{\"code\":-"
                "32601,\"message\":\"Method not found\"}}");
    assert_call(world, "roots", "{}", TOOL_END_OK,
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"roots\":[{\"uri\":"
                "\"file:///tmp\",\"name\":\"tmp\"}]}}");
}

static void request__tells_of_the_roots__that_were_configured(void **state)
{
    struct mcp_world *world = *state;
    const char *const roots[] = {"/a b/ü", "/", NULL};
    world->options.roots = roots;
    start_ready(world, "");
    assert_call(world, "roots", "{}", TOOL_END_OK,
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"roots\":[{\"uri\":"
                "\"file:///a%20b/%C3%BC\",\"name\":\"ü\"},{\"uri\":\"file:///\",\"name\":"
                "\"/\"}]}}");
}

static bool has_request(void *user)
{
    const struct mcp_world *world = user;
    return world->request_count > 0;
}

/* The server asks the person in the middle of the call `tool`, who replies so. */
static void assert_reply(struct mcp_world *world, const char *tool, enum mcp_reply reply,
                         const char *json, const char *text)
{
    struct mcp_outcome outcome = {.call = NULL};
    world->request_count = 0;
    mcp_world_call(world, &outcome, tool, "{}");
    mcp_world_wait(world, has_request, world);
    mcp_server_reply(world->server, world->request_key, reply, json);
    mcp_server_reply(world->server, world->request_key, reply, json);
    mcp_world_wait_done(world, &outcome);
    assert_string_equal(outcome.text, text);
    mcp_outcome_clear(&outcome);
}

static void request__is_answered__by_the_owner(void **state)
{
    struct mcp_world *world = *state;
    start_ready(world, "");
    assert_reply(world, "elicit", MCP_ACCEPT, "{\"name\":\"Ada\"}",
                 "{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":{\"action\":\"accept\","
                 "\"content\":{\"name\":\"Ada\"}}}");
    assert_int_equal(world->request_kind, MCP_REQUEST_ELICITATION);
    assert_string_equal(world->request_message, "Your name?");
    assert_string_equal(
        world->request_schema,
        "{\"type\":\"object\",\"properties\":{\"name\":{\"type\":\"string\"}}}");
    assert_reply(world, "elicit", MCP_DECLINE, NULL,
                 "{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":{\"action\":\"decline\"}}");
    assert_reply(world, "elicit", MCP_CANCEL, NULL,
                 "{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":{\"action\":\"cancel\"}}");
    assert_reply(world, "elicit", MCP_ACCEPT, "no JSON",
                 "{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":{\"action\":\"cancel\"}}");
    assert_reply(world, "sample", MCP_ACCEPT, "{\"role\":\"assistant\"}",
                 "{\"jsonrpc\":\"2.0\",\"id\":3,\"result\":{\"role\":\"assistant\"}}");
    assert_int_equal(world->request_kind, MCP_REQUEST_SAMPLING);
    assert_reply(world, "sample", MCP_DECLINE, NULL,
                 "{\"jsonrpc\":\"2.0\",\"id\":3,\"error\":{\"code\":-1,\"message\":\"The "
                 "user declined\"}}");
}

static void request__is_refused__where_nobody_answers(void **state)
{
    struct mcp_world *world = *state;
    world->has_no_answers = true;
    start_ready(world, "");
    assert_call(world, "elicit", "{}", TOOL_END_OK,
                "{\"jsonrpc\":\"2.0\",\"id\":2,\"error\":{\"code\":-32601,\"message\":"
                "\"Method not found\"}}");
}

static bool has_gone(void *user)
{
    const struct mcp_world *world = user;
    return world->gone_count > 0;
}

static void request__is_withdrawn__when_its_server_dies(void **state)
{
    struct mcp_world *world = *state;
    struct mcp_outcome elicit = {.call = NULL};
    start_ready(world, "");
    mcp_world_call(world, &elicit, "elicit", "{}");
    mcp_world_wait(world, has_request, world);
    kill((pid_t)mcp_world_facts(world).pid, SIGKILL);
    mcp_world_wait(world, has_gone, world);
    mcp_world_wait_done(world, &elicit);
    mcp_server_reply(world->server, world->request_key, MCP_ACCEPT, "{}");
    mcp_outcome_clear(&elicit);
}

static void input__is_given__to_a_modern_server(void **state)
{
    struct mcp_world *world = *state;
    struct mcp_outcome outcome = {.call = NULL};
    world->options.directory = "/tmp";
    start_ready(world, "modern");
    mcp_world_call(world, &outcome, "input", "{\"a\":1}");
    mcp_world_wait(world, has_request, world);
    assert_string_equal(world->request_message, "Who?");
    mcp_server_reply(world->server, world->request_key, MCP_ACCEPT, "{\"x\":2}");
    mcp_world_wait_done(world, &outcome);
    assert_int_equal(outcome.end, TOOL_END_OK);
    assert_non_null(strstr(
        outcome.text, "{\"name\":\"input\",\"arguments\":{\"a\":1},\"inputResponses\":{"
                      "\"who\":{\"action\":\"accept\",\"content\":{\"x\":2}},\"where\":{"
                      "\"roots\":[{\"uri\":\"file:///tmp\",\"name\":\"tmp\"}]}},"
                      "\"requestState\":\"st\\\"ate\""));
    mcp_outcome_clear(&outcome);
    /* Answered at once, and nobody there to answer. */
    world->reply = "{}";
    mcp_world_ask(world, &outcome, "input", "{}");
    assert_int_equal(outcome.end, TOOL_END_OK);
    mcp_outcome_clear(&outcome);
}

static void input__is_refused__where_nobody_answers(void **state)
{
    struct mcp_world *world = *state;
    world->has_no_answers = true;
    start_ready(world, "modern");
    assert_call(world, "input", "{}", TOOL_END_FAULT,
                "the server asked for input that this client does not support");
}

static void input__is_withdrawn__when_its_call_is_stopped(void **state)
{
    struct mcp_world *world = *state;
    struct mcp_outcome outcome = {.call = NULL};
    start_ready(world, "modern");
    mcp_world_call(world, &outcome, "input", "{}");
    mcp_world_wait(world, has_request, world);
    mcp_call_stop(outcome.call);
    assert_int_equal(world->gone_count, 0);
    mcp_world_wait_done(world, &outcome);
    mcp_world_wait(world, has_gone, world);
    mcp_outcome_clear(&outcome);
}

/* --- Resources and prompts
 * -------------------------------------------------------------------------
 */

static void server__gives__resources_and_prompts(void **state)
{
    struct mcp_world *world = *state;
    struct mcp_outcome outcome = {.call = NULL};
    size_t count = 0;
    start_ready(world, "");
    assert_string_equal(mcp_server_get_resources(world->server, &count)[0].uri,
                        "fake://a");
    const struct mcp_prompt *prompt = mcp_server_get_prompts(world->server, &count);
    assert_string_equal(prompt->name, "greet");
    assert_int_equal(prompt->argument_count, 1);
    assert_true(prompt->arguments[0].is_required);
    mcp_world_read(world, &outcome, "fake://a");
    assert_string_equal(outcome.text, "[resource fake://a]\nthe text of A");
    mcp_outcome_clear(&outcome);
    mcp_world_prompt(world, &outcome, "greet", "{\"who\":\"x\"}");
    assert_int_equal(outcome.end, TOOL_END_OK);
    assert_string_equal(strbuf_text(&outcome.messages), "user: Hello\nassistant: Hi\n");
    mcp_outcome_clear(&outcome);
}

/* --- Ending
 * -------------------------------------------------------------------------
 */

static void server__ends__when_its_input_does(void **state)
{
    struct mcp_world *world = *state;
    struct mcp_outcome silent = {.call = NULL};
    start_ready(world, "");
    const pid_t pid = (pid_t)mcp_world_facts(world).pid;
    mcp_world_call(world, &silent, "silent", "{}");
    mcp_server_stop(world->server);
    assert_false(silent.is_done);
    mcp_world_wait_done(world, &silent);
    assert_string_equal(silent.text, "the server was stopped");
    mcp_outcome_clear(&silent);
    while (mcp_world_facts(world).pid != 0)
        ev_run(world->loop, EVRUN_ONCE);
    assert_int_equal(mcp_world_facts(world).state, MCP_STOPPED);
    assert_int_equal(kill(pid, 0), -1);
    mcp_server_start(world->server);
    mcp_world_wait_ready(world);
}

static void server__is_killed__when_it_does_not_want_to_end(void **state)
{
    struct mcp_world *world = *state;
    start_ready(world, "stays");
    const pid_t pid = (pid_t)mcp_world_facts(world).pid;
    mcp_server_stop(world->server);
    while (mcp_world_facts(world).pid != 0)
        ev_run(world->loop, EVRUN_ONCE);
    assert_int_equal(kill(pid, 0), -1);
}

static void server__may_be_freed__by_what_hears_of_an_end(void **state)
{
    struct mcp_world *world = *state;
    struct mcp_outcome outcome = {.call = NULL, .frees = world};
    start_ready(world, "");
    mcp_world_ask(world, &outcome, "batch", "{}");
    assert_null(world->server);
    mcp_outcome_clear(&outcome);
    world->change_count = 0;
    start_ready(world, "");
    outcome.frees = world;
    struct mcp_outcome silent = {.call = NULL};
    mcp_world_call(world, &silent, "silent", "{}");
    mcp_world_ask(world, &outcome, "die", "{}");
    assert_null(world->server);
    mcp_outcome_clear(&outcome);
    mcp_outcome_clear(&silent);
}

static void server__has_no_keys__in_its_environment(void **state)
{
    struct mcp_world *world = *state;
    struct mcp_outcome outcome = {.call = NULL};
    const char *const variables[] = {"FAKE_TOKEN=given", NULL};
    setenv("ANTHROPIC_API_KEY", "sk-secret", 1);
    setenv("SOME_OTHER", "x", 1);
    world->options.variables = variables;
    start_ready(world, "");
    mcp_world_ask(world, &outcome, "env", "{}");
    assert_null(strstr(outcome.text, "sk-secret"));
    assert_null(strstr(outcome.text, "SOME_OTHER"));
    assert_non_null(strstr(outcome.text, "FAKE_TOKEN=given\n"));
    assert_non_null(strstr(outcome.text, "PATH="));
    mcp_outcome_clear(&outcome);
}

static void server__does_nothing__before_it_is_started(void **state)
{
    struct mcp_world *world = *state;
    const char *const argv[] = {"no-such-server-of-motet", NULL};
    const struct mcp_owner owner = {.on_changed = NULL};
    world->options.argv = argv;
    world->server =
        mcp_server_new(world->loop, world->http, NULL, &world->options, &owner);
    ev_run(world->loop, EVRUN_NOWAIT);
    assert_int_equal(mcp_world_facts(world).state, MCP_STOPPED);
    mcp_server_start(world->server);
    assert_int_equal(mcp_world_facts(world).state, MCP_STARTING);
    mcp_server_stop(world->server);
    ev_run(world->loop, EVRUN_ONCE);
    assert_int_equal(mcp_world_facts(world).state, MCP_STOPPED);
}

static void server__is_given_up__when_it_only_babbles(void **state)
{
    struct mcp_world *world = *state;
    world->options.start_timeout_ms = 600000;
    mcp_world_start(world, (const char *const[]){"yes", NULL});
    mcp_world_wait_state(world, MCP_FAILED);
    assert_non_null(strstr(mcp_world_facts(world).message, "none is a message"));
}

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
#define TEST(name)                                                                       \
    cmocka_unit_test_setup_teardown(name, mcp_world_setup, mcp_world_teardown)
    const struct CMUnitTest tests[] = {
        TEST(server__lists_and_calls__of_the_legacy_generation),
        TEST(server__speaks__the_modern_generation),
        TEST(server__begins__whatever_it_makes_of_the_probe),
        TEST(server__is_asked_the_legacy_way__after_a_silence),
        TEST(server__agrees_on__an_older_revision),
        TEST(server__fails__with_a_revision_nobody_knows),
        TEST(server__fails__when_it_never_answers),
        TEST(server__fails_with_its_last_words__when_it_exits_at_once),
        TEST(server__fails__when_there_is_no_such_command),
        TEST(server__is_not_asked__for_what_it_did_not_declare),
        TEST(server__takes_pages__one_after_the_other),
        TEST(server__ends_a_list__whose_cursor_comes_twice),
        TEST(call__tells_apart__a_failed_tool_and_a_fault),
        TEST(call__sends_arguments__as_they_were_written),
        TEST(call__does_not_start__with_arguments_that_are_no_object),
        TEST(call__finds_its_answer__among_wrong_ones),
        TEST(call__runs_out_of_time__and_nothing_else_is_disturbed),
        TEST(call__is_stopped__and_a_late_answer_is_not_heard),
        TEST(call__hears_of_its_progress),
        TEST(call__ends_as_a_fault__when_its_server_dies),
        TEST(call__ends_as_a_fault__when_its_server_is_killed),
        TEST(call__ends_as_a_fault__when_its_server_closes_its_output),
        TEST(call__brings_megabytes__cut_to_what_a_model_gets),
        TEST(server__is_ended__by_a_line_without_an_end),
        TEST(server__is_given_up__when_it_asks_and_does_not_read),
        TEST(call__gets_its_answer__through_a_flood),
        TEST(list__is_fetched_again__when_it_has_changed),
        TEST(list__stays__when_the_new_one_cannot_be_had),
        TEST(request__gets_an_answer__whatever_it_is),
        TEST(request__tells_of_the_roots__that_were_configured),
        TEST(request__is_answered__by_the_owner),
        TEST(request__is_refused__where_nobody_answers),
        TEST(request__is_withdrawn__when_its_server_dies),
        TEST(input__is_given__to_a_modern_server),
        TEST(input__is_refused__where_nobody_answers),
        TEST(input__is_withdrawn__when_its_call_is_stopped),
        TEST(server__gives__resources_and_prompts),
        TEST(server__ends__when_its_input_does),
        TEST(server__is_killed__when_it_does_not_want_to_end),
        TEST(server__may_be_freed__by_what_hears_of_an_end),
        TEST(server__has_no_keys__in_its_environment),
        TEST(server__does_nothing__before_it_is_started),
        TEST(server__is_given_up__when_it_only_babbles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

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
    assert_int_equal(facts.tool_count, 24);
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
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * The MCP client against servers that others have written: those of the npm registry,
 * installed by scripts/fetch-mcp-servers into the folder that MOTET_TEST_MCP_SERVERS
 * names. Without it, or without node, these tests are skipped.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "src/base/mem.h"
#include "tests/support/child_program.h"
#include "tests/support/mcp_world.h"

struct real {
    struct mcp_world *world;
    char *folder;                /* of the servers; NULL: skipped */
    struct child_program *child; /* a server at an address */
};

static bool has_program(const char *name)
{
    const char *search = getenv("PATH");
    for (; search != NULL && *search != '\0'; search += strspn(search, ":")) {
        const size_t len = strcspn(search, ":");
        char *path = strbuf_format("%.*s/%s", (int)len, search, name);
        const bool is_there = access(path, X_OK) == 0;
        mem_free(path);
        if (is_there)
            return true;
        search += len;
    }
    return false;
}

static char *server_path(const struct real *real, const char *name)
{
    return strbuf_format("%s/node_modules/@modelcontextprotocol/%s/dist/index.js",
                         real->folder, name);
}

static int set_up(void **state)
{
    struct real *real = mem_alloc(sizeof(*real));
    const char *folder = getenv("MOTET_TEST_MCP_SERVERS");
    void *world;
    mcp_world_setup(&world);
    real->world = world;
    real->world->options.name = "real";
    *state = real;
    if (folder == NULL || !has_program("node")) {
        print_message("skipped: %s\n",
                      folder == NULL ? "MOTET_TEST_MCP_SERVERS names no folder (see "
                                       "scripts/fetch-mcp-servers)"
                                     : "there is no node");
        return 0;
    }
    real->folder = mem_strdup(folder);
    char *path = server_path(real, "server-everything");
    if (access(path, R_OK) != 0) {
        print_message("skipped: %s is not there\n", path);
        mem_free(real->folder);
        real->folder = NULL;
    }
    mem_free(path);
    return 0;
}

static int tear_down(void **state)
{
    struct real *real = *state;
    void *world = real->world;
    child_free(real->child);
    mem_free(real->folder);
    mem_free(real);
    return mcp_world_teardown(&world);
}

static struct real *need_servers(void **state)
{
    struct real *real = *state;
    if (real->folder == NULL)
        skip();
    return real;
}

static void start_server(struct real *real, const char *name, const char *argument)
{
    char *path = server_path(real, name);
    const char *const argv[] = {"node", path, argument, NULL};
    mcp_world_start(real->world, argv);
    real->world->options.argv = NULL;
    mcp_world_wait_ready(real->world);
    mem_free(path);
}

static void assert_call(struct real *real, const char *tool, const char *arguments,
                        enum tool_end end, const char *text)
{
    struct mcp_outcome outcome = {.call = NULL};
    mcp_world_ask(real->world, &outcome, tool, arguments);
    if (strstr(outcome.text, text) == NULL)
        fail_msg("not in the result: %s\nwhich is: %s", text, outcome.text);
    assert_int_equal(outcome.end, end);
    mcp_outcome_clear(&outcome);
}

/* What the server that does everything must do, whichever way leads to it. */
static void assert_everything(struct real *real)
{
    struct mcp_world *world = real->world;
    struct mcp_outcome outcome = {.call = NULL};
    const struct mcp_facts facts = mcp_world_facts(world);
    assert_string_equal(facts.protocol, "2025-11-25");
    assert_non_null(facts.title);
    assert_non_null(facts.instructions);
    assert_true(facts.tool_count >= 10);
    assert_true(facts.prompt_count >= 3);
    assert_true(facts.resource_count >= 1);
    assert_call(real, "echo", "{\"message\":\"Grüße 😀\"}", TOOL_END_OK, "Grüße 😀");
    assert_call(real, "get-sum", "{\"a\":2,\"b\":40}", TOOL_END_OK, "42");
    assert_call(real, "get-sum", "{\"a\":\"x\"}", TOOL_END_ERROR, "-32602");
    assert_call(real, "get-tiny-image", "{}", TOOL_END_OK, "[image image/png, ");
    assert_call(real, "get-env", "{}", TOOL_END_OK, "PATH");
    mcp_world_ask(world, &outcome, "trigger-long-running-operation",
                  "{\"duration\":0.05,\"steps\":5}");
    assert_int_equal(outcome.end, TOOL_END_OK);
    assert_int_equal(outcome.progress_count, 5);
    assert_true(outcome.total > 4.9 && outcome.total < 5.1);
    mcp_outcome_clear(&outcome);
    mcp_world_prompt(world, &outcome, "simple-prompt", NULL);
    assert_string_equal(strbuf_text(&outcome.messages),
                        "user: This is a simple prompt without arguments.\n");
    mcp_outcome_clear(&outcome);
    size_t count = 0;
    mcp_world_read(world, &outcome,
                   mcp_server_get_resources(world->server, &count)[0].uri);
    assert_int_equal(outcome.end, TOOL_END_OK);
    mcp_outcome_clear(&outcome);
}

/* Asks the person in the middle of a call; roots, sampling and forms. */
static void assert_requests(struct real *real)
{
    real->world->reply = "{\"name\":\"Ada\"}";
    assert_call(real, "trigger-elicitation-request", "{}", TOOL_END_OK, "Ada");
    real->world->reply = "{\"role\":\"assistant\",\"model\":\"m\",\"content\":{\"type\":"
                         "\"text\",\"text\":\"sampled\"}}";
    assert_call(real, "trigger-sampling-request", "{\"prompt\":\"p\",\"maxTokens\":5}",
                TOOL_END_OK, "sampled");
    real->world->reply = NULL;
}

static void everything__works__on_pipes(void **state)
{
    struct real *real = need_servers(state);
    setenv("OPENAI_API_KEY", "sk-secret", 1);
    start_server(real, "server-everything", "stdio");
    assert_everything(real);
    assert_requests(real);
    assert_call(real, "get-roots-list", "{}", TOOL_END_OK, "file:///");
    struct mcp_outcome outcome = {.call = NULL};
    mcp_world_ask(real->world, &outcome, "get-env", "{}");
    assert_null(strstr(outcome.text, "sk-secret"));
    mcp_outcome_clear(&outcome);
}

static void call__is_stopped__while_the_others_go_on(void **state)
{
    struct real *real = need_servers(state);
    struct mcp_outcome slow = {.call = NULL};
    start_server(real, "server-everything", "stdio");
    mcp_world_call(real->world, &slow, "trigger-long-running-operation",
                   "{\"duration\":1000,\"steps\":2}");
    assert_call(real, "echo", "{\"message\":\"meanwhile\"}", TOOL_END_OK, "meanwhile");
    mcp_call_stop(slow.call);
    mcp_world_wait_done(real->world, &slow);
    assert_int_equal(slow.end, TOOL_END_STOPPED);
    mcp_outcome_clear(&slow);
    assert_call(real, "echo", "{\"message\":\"after\"}", TOOL_END_OK, "after");
}

static void server__comes_again__when_it_was_killed(void **state)
{
    struct real *real = need_servers(state);
    struct mcp_outcome slow = {.call = NULL};
    start_server(real, "server-everything", "stdio");
    mcp_world_call(real->world, &slow, "trigger-long-running-operation",
                   "{\"duration\":1000,\"steps\":2}");
    kill((pid_t)mcp_world_facts(real->world).pid, SIGKILL);
    mcp_world_wait_done(real->world, &slow);
    assert_int_equal(slow.end, TOOL_END_FAULT);
    assert_non_null(strstr(slow.text, "signal 9"));
    mcp_outcome_clear(&slow);
    mcp_world_wait_ready(real->world);
    assert_call(real, "echo", "{\"message\":\"again\"}", TOOL_END_OK, "again");
    mcp_server_restart(real->world->server);
    mcp_world_wait_ready(real->world);
    assert_call(real, "echo", "{\"message\":\"restarted\"}", TOOL_END_OK, "restarted");
    mcp_server_stop(real->world->server);
    while (mcp_world_facts(real->world).pid != 0)
        ev_run(real->world->loop, EVRUN_ONCE);
}

static void filesystem__is_confined__to_its_folder(void **state)
{
    struct real *real = need_servers(state);
    char folder[] = "/tmp/motet-mcp-XXXXXX";
    assert_non_null(mkdtemp(folder));
    const char *const roots[] = {folder, NULL};
    real->world->options.roots = roots;
    start_server(real, "server-filesystem", folder);
    char *arguments =
        strbuf_format("{\"path\":\"%s/a.txt\",\"content\":\"hello\"}", folder);
    assert_call(real, "write_file", arguments, TOOL_END_OK, "Successfully wrote");
    mem_free(arguments);
    arguments = strbuf_format("{\"path\":\"%s/a.txt\"}", folder);
    assert_call(real, "read_text_file", arguments, TOOL_END_OK, "hello");
    mem_free(arguments);
    assert_call(real, "read_text_file", "{\"path\":\"/etc/passwd\"}", TOOL_END_ERROR,
                "Access denied");
    arguments = strbuf_format("%s/a.txt", folder);
    unlink(arguments);
    mem_free(arguments);
    rmdir(folder);
}

static void memory__keeps__what_it_was_told(void **state)
{
    struct real *real = need_servers(state);
    char folder[] = "/tmp/motet-mcp-XXXXXX";
    assert_non_null(mkdtemp(folder));
    char *path = strbuf_format("%s/memory.jsonl", folder);
    char *variable = strbuf_format("MEMORY_FILE_PATH=%s", path);
    const char *const variables[] = {variable, NULL};
    real->world->options.variables = variables;
    start_server(real, "server-memory", NULL);
    assert_call(real, "create_entities",
                "{\"entities\":[{\"name\":\"Ada\",\"entityType\":\"person\","
                "\"observations\":[\"counts\"]}]}",
                TOOL_END_OK, "Ada");
    assert_call(real, "read_graph", "{}", TOOL_END_OK, "counts");
    assert_int_equal(access(path, R_OK), 0);
    unlink(path);
    rmdir(folder);
    mem_free(path);
    mem_free(variable);
}

/* A port that was free a moment ago. */
static int find_port(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t len = sizeof(address);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, len), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &len), 0);
    close(fd);
    return ntohs(address.sin_port);
}

static void start_site(struct real *real, int port)
{
    char *path = server_path(real, "server-everything");
    char *variable = strbuf_format("PORT=%d", port);
    const char *const args[] = {"node", path, "streamableHttp", NULL};
    const char *const env[] = {variable, NULL};
    const struct child_options options = {
        .program = "/usr/bin/env", .args = args, .env = env};
    real->child = child_start(real->world->loop, &options);
    child_wait_err(real->child, "listening on port");
    mem_free(path);
    mem_free(variable);
}

static void everything__works__over_http(void **state)
{
    struct real *real = need_servers(state);
    const int port = find_port();
    start_site(real, port);
    char *url = strbuf_format("http://127.0.0.1:%d/mcp", port);
    mcp_world_start_url(real->world, url);
    mcp_world_wait_ready(real->world);
    assert_everything(real);
    assert_requests(real);
    /* A server that was started anew does not know our session. */
    child_free(real->child);
    start_site(real, port);
    /* It may have been found missing meanwhile. */
    if (mcp_world_facts(real->world).state != MCP_READY)
        mcp_server_restart(real->world->server);
    mcp_world_wait_ready(real->world);
    assert_call(real, "echo", "{\"message\":\"anew\"}", TOOL_END_OK, "anew");
    mcp_server_stop(real->world->server);
    while (mcp_world_facts(real->world).state != MCP_STOPPED)
        ev_run(real->world->loop, EVRUN_ONCE);
    mem_free(url);
}

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(everything__works__on_pipes),
        TEST(call__is_stopped__while_the_others_go_on),
        TEST(server__comes_again__when_it_was_killed),
        TEST(filesystem__is_confined__to_its_folder),
        TEST(memory__keeps__what_it_was_told),
        TEST(everything__works__over_http),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The fixture of the MCP tests. */
#include "tests/support/mcp_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/mem.h"
#include "tests/support/loop_wait.h"

static void on_changed(void *user, struct mcp_server *server)
{
    struct mcp_world *world = user;
    struct mcp_facts facts;
    mcp_server_get_facts(server, &facts);
    world->change_count++;
    world->ready_count += facts.state == MCP_READY && world->last_state != MCP_READY;
    world->last_state = facts.state;
}

static void on_request(void *user, struct mcp_server *server,
                       const struct mcp_request *request)
{
    struct mcp_world *world = user;
    world->request_count++;
    world->request_key = request->key;
    world->request_kind = request->kind;
    mem_free(world->request_message);
    mem_free(world->request_schema);
    world->request_message = mem_strdup(request->message);
    world->request_schema = mem_strdup(request->schema);
    if (world->reply != NULL)
        mcp_server_reply(server, request->key, MCP_ACCEPT, world->reply);
}

static void on_request_gone(void *user, struct mcp_server *server, uint64_t key)
{
    struct mcp_world *world = user;
    (void)server;
    world->gone_count += key == world->request_key;
}

int mcp_world_setup(void **state)
{
    struct mcp_world *world = mem_alloc(sizeof(*world));
    world->loop = ev_loop_new(EVFLAG_AUTO);
    world->http = http_new(world->loop, NULL);
    world->options = (struct mcp_options){
        .name = "fake",
        .stop_timeout_ms = 100,
        .is_sampling_offered = true,
        .is_elicitation_offered = true,
    };
    *state = world;
    return 0;
}

int mcp_world_teardown(void **state)
{
    struct mcp_world *world = *state;
    mcp_server_free(world->server);
    http_free(world->http);
    assert_true(loop_is_idle(world->loop));
    ev_loop_destroy(world->loop);
    mem_free(world->request_message);
    mem_free(world->request_schema);
    mem_free(world);
    return 0;
}

static void make_server(struct mcp_world *world)
{
    const struct mcp_owner owner = {
        .on_changed = on_changed,
        .on_request = world->has_no_answers ? NULL : on_request,
        .on_request_gone = on_request_gone,
        .user = world,
    };
    world->server =
        mcp_server_new(world->loop, world->http, NULL, &world->options, &owner);
    mcp_server_start(world->server);
    assert_int_equal(world->change_count, 0);
}

void mcp_world_start(struct mcp_world *world, const char *const *argv)
{
    world->options.argv = argv;
    make_server(world);
}

void mcp_world_start_fake(struct mcp_world *world, const char *words)
{
    const char *folder = getenv("MOTET_BUILDDIR");
    char *path =
        strbuf_format("%s/tests/support/mcp_fake", folder != NULL ? folder : ".");
    char *copy = mem_strdup(words);
    char *rest = NULL;
    const char *argv[16] = {path};
    size_t count = 1;
    for (char *word = strtok_r(copy, " ", &rest); word != NULL && count < 15;
         word = strtok_r(NULL, " ", &rest))
        argv[count++] = word;
    mcp_world_start(world, argv);
    world->options.argv = NULL;
    mem_free(copy);
    mem_free(path);
}

void mcp_world_start_url(struct mcp_world *world, const char *url)
{
    world->options.url = url;
    make_server(world);
}

/* --- Waiting
 * -------------------------------------------------------------------------
 */

static void print_facts(const struct mcp_world *world)
{
    if (world->server == NULL)
        return;
    const struct mcp_facts facts = mcp_world_facts(world);
    fprintf(stderr, "state %d, message: %s\nlast errors: %s\n", (int)facts.state,
            facts.message != NULL ? facts.message : "none", facts.last_errors);
}

void mcp_world_wait(struct mcp_world *world, bool (*is_met)(void *user), void *user)
{
    if (loop_wait(world->loop, is_met, user))
        return;
    print_facts(world);
    fail_msg("what was waited for does not happen");
}

struct state_wait {
    struct mcp_world *world;
    enum mcp_state state;
    bool needs_lists;
};

static bool has_state(void *user)
{
    const struct state_wait *wait = user;
    const struct mcp_facts facts = mcp_world_facts(wait->world);
    return facts.state == wait->state && (!wait->needs_lists || !facts.is_listing);
}

void mcp_world_wait_state(struct mcp_world *world, enum mcp_state state)
{
    struct state_wait wait = {.world = world, .state = state};
    mcp_world_wait(world, has_state, &wait);
}

void mcp_world_wait_ready(struct mcp_world *world)
{
    struct state_wait wait = {.world = world, .state = MCP_READY, .needs_lists = true};
    mcp_world_wait(world, has_state, &wait);
}

struct mcp_facts mcp_world_facts(const struct mcp_world *world)
{
    struct mcp_facts facts;
    mcp_server_get_facts(world->server, &facts);
    return facts;
}

/* --- Calls
 * -------------------------------------------------------------------------
 */

static void on_progress(void *user, const struct tool_progress *progress)
{
    struct mcp_outcome *outcome = user;
    outcome->progress_count++;
    outcome->progress = progress->done;
    outcome->total = progress->total;
    mem_free(outcome->progress_text);
    outcome->progress_text = mem_strdup(progress->text);
}

static void finish(struct mcp_outcome *outcome, enum tool_end end, const char *text)
{
    assert_false(outcome->is_done);
    outcome->is_done = true;
    outcome->call = NULL;
    outcome->end = end;
    outcome->text = mem_strdup(text);
    if (outcome->frees != NULL) {
        mcp_server_free(outcome->frees->server);
        outcome->frees->server = NULL;
    }
}

static void on_done(void *user, const struct tool_result *result)
{
    struct mcp_outcome *outcome = user;
    assert_int_equal(strlen(result->text), result->len);
    outcome->note = mem_strdup(result->note);
    outcome->is_cut = result->is_cut;
    finish(outcome, result->end, result->text);
}

static void on_prompt(void *user, const struct mcp_prompt_result *result)
{
    struct mcp_outcome *outcome = user;
    strbuf_init(&outcome->messages, STRBUF_OWN_MAX);
    for (size_t i = 0; i < result->message_count; i++)
        strbuf_append_format(&outcome->messages, "%s: %s\n",
                             result->messages[i].is_assistant ? "assistant" : "user",
                             result->messages[i].text);
    finish(outcome, result->end, result->text);
}

const struct tool *mcp_world_find_tool(const struct mcp_world *world, const char *name)
{
    size_t count = 0;
    const struct tool *const *tools = mcp_server_get_tools(world->server, &count);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(tools[i]->remote_name, name) == 0)
            return tools[i];
    }
    fail_msg("there is no tool %s", name);
    return NULL;
}

void mcp_world_call(struct mcp_world *world, struct mcp_outcome *outcome,
                    const char *tool, const char *arguments)
{
    const struct tool_handler handler = {on_progress, on_done, outcome};
    struct error err = {ERROR_NONE, NULL};
    outcome->call = mcp_call_start(world->server, mcp_world_find_tool(world, tool),
                                   arguments, &handler, &err);
    if (outcome->call == NULL)
        fail_msg("the call does not start: %s", error_text(&err));
    assert_false(outcome->is_done);
}

static bool is_done(void *user)
{
    const struct mcp_outcome *outcome = user;
    return outcome->is_done;
}

void mcp_world_wait_done(struct mcp_world *world, struct mcp_outcome *outcome)
{
    mcp_world_wait(world, is_done, outcome);
}

void mcp_world_ask(struct mcp_world *world, struct mcp_outcome *outcome, const char *tool,
                   const char *arguments)
{
    mcp_world_call(world, outcome, tool, arguments);
    mcp_world_wait_done(world, outcome);
}

void mcp_world_read(struct mcp_world *world, struct mcp_outcome *outcome, const char *uri)
{
    const struct tool_handler handler = {on_progress, on_done, outcome};
    outcome->call = mcp_call_read(world->server, uri, &handler, NULL);
    assert_non_null(outcome->call);
    mcp_world_wait_done(world, outcome);
}

void mcp_world_prompt(struct mcp_world *world, struct mcp_outcome *outcome,
                      const char *name, const char *arguments)
{
    const struct mcp_prompt_handler handler = {on_prompt, outcome};
    outcome->call = mcp_call_get_prompt(world->server, name, arguments, &handler, NULL);
    assert_non_null(outcome->call);
    mcp_world_wait_done(world, outcome);
}

void mcp_outcome_clear(struct mcp_outcome *outcome)
{
    mem_free(outcome->text);
    mem_free(outcome->note);
    mem_free(outcome->progress_text);
    strbuf_clear(&outcome->messages);
    *outcome = (struct mcp_outcome){.call = NULL};
}

/*
 * Tools, servers and calls as front ends see them: what toolbox and desk know, told in
 * plain structs. The texts of the last look are kept until the next one.
 */
#include <string.h>
#include <strings.h>

#include "src/base/mem.h"
#include "src/engine/engine_state.h"
#include "src/engine/tool_call.h"
#include "src/tool/schema_check.h"

/* At the end, servers get this long to go by themselves. */
#define ENGINE_PATIENCE_SECONDS 2.

/* The results of the last look. */
struct tool_view {
    struct tool_facts *tools;
    size_t tool_count;
    struct server_facts *servers;
    struct server_entry *entries;
    size_t entry_count;
    size_t entry_cap;
};

/* Calls. */

size_t engine_get_calls(struct engine *engine, const struct call_facts **facts)
{
    return tool_desk_list(engine->desk, facts);
}

const struct call_facts *engine_find_call(struct engine *engine, call_key key)
{
    return tool_desk_find(engine->desk, key);
}

bool engine_answer_call(struct engine *engine, call_key key,
                        const struct call_answer *answer, struct error *err)
{
    return engine_check_live(engine, err) &&
           tool_desk_answer(engine->desk, key, answer, err);
}

bool engine_edit_call(struct engine *engine, call_key key, const char *arguments,
                      size_t len, struct error *err)
{
    return engine_check_live(engine, err) &&
           tool_desk_edit(engine->desk, key, arguments, len, err);
}

void engine_stop_call(struct engine *engine, call_key key)
{
    if (engine_check_live(engine, NULL))
        tool_desk_stop(engine->desk, key);
}

call_key engine_call_tool(struct engine *engine, const char *tool, const char *arguments)
{
    const struct call_request request = {.call_id = "",
                                         .model = "",
                                         .tool = tool,
                                         .arguments = arguments,
                                         .len = strlen(arguments),
                                         .approval = APPROVAL_ALL};
    return engine_check_live(engine, NULL) ? tool_desk_add(engine->desk, &request) : 0;
}

/* Setting up. */

/* Puts all problems into err, a line each; frees them. */
static bool engine_tell_problems(struct tool_problems *problems, struct error *err)
{
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    for (size_t i = 0; i < problems->len; i++) {
        for (size_t j = 0; j < problems->lists[i].len; j++) {
            char *line = problem_list_format(&problems->lists[i], j);
            strbuf_append_format(&text, "%s%s", text.len > 0 ? "\nmotet: " : "", line);
            mem_free(line);
        }
    }
    const bool ok = text.len == 0;
    if (!ok)
        error_set(err, ERROR_USAGE, "%s", strbuf_text(&text));
    strbuf_clear(&text);
    tool_problems_clear(problems);
    return ok;
}

bool engine_add_tool_folder(struct engine *engine, const char *path, struct error *err)
{
    struct tool_problems problems = {0};
    toolbox_add_folder(engine->toolbox, path, &problems);
    return engine_tell_problems(&problems, err);
}

bool engine_add_shipped_tools(struct engine *engine, struct error *err)
{
    struct tool_problems problems = {0};
    toolbox_add_shipped(engine->toolbox, &problems);
    return engine_tell_problems(&problems, err);
}

bool engine_add_tool_definitions(struct engine *engine, const char *path,
                                 struct error *err)
{
    return toolbox_add_definitions(engine->toolbox, path, err);
}

bool engine_check_server_url(const char *url, struct error *err)
{
    /* Whoever checks URLs says what else is wrong with it. */
    if (!http_check_url(url, NULL))
        return true;
    if (strncasecmp(url, "https://", 8) == 0 || http_is_loopback(url))
        return true;
    error_set(err, ERROR_USAGE, "a server on another machine is reached by https only");
    return false;
}

bool engine_check_rule(const char *line, struct error *err)
{
    struct tool_rules rules;
    const struct tool_rule_origin origin = {.source = TOOL_RULE_FROM_SESSION};
    tool_rules_init(&rules);
    const bool ok = tool_rules_add(&rules, line, &origin, err);
    tool_rules_clear(&rules);
    return ok;
}

bool engine_add_rule(struct engine *engine, const char *line, const char *file,
                     size_t line_number, struct error *err)
{
    const struct tool_rule_origin origin = {TOOL_RULE_FROM_CONFIG, file, line_number};
    return tool_rules_add(tool_desk_get_rules(engine->desk), line, &origin, err);
}

bool engine_use_rule_file(struct engine *engine, const char *path, struct error *err)
{
    struct problem_list problems;
    problem_list_init(&problems, path);
    tool_desk_set_rule_file(engine->desk, path);
    tool_rules_read_file(tool_desk_get_rules(engine->desk), path, &problems);
    const bool ok = problems.len == 0;
    if (!ok) {
        char *text = problem_list_format(&problems, 0);
        error_set(err, ERROR_USAGE, "%s", text);
        mem_free(text);
    }
    problem_list_clear(&problems);
    return ok;
}

/* Tools. */

static void engine_clear_tools(struct tool_view *view)
{
    for (size_t i = 0; i < view->tool_count; i++) {
        struct tool_facts *facts = &view->tools[i];
        mem_free((char *)facts->command);
        mem_free((char *)facts->sandbox);
        mem_free((char *)facts->claims);
        mem_free((char *)facts->rule);
    }
    mem_free(view->tools);
    view->tools = NULL;
    view->tool_count = 0;
}

void engine_clear_tool_view(struct engine *engine)
{
    if (engine->tool_view == NULL)
        return;
    engine_clear_tools(engine->tool_view);
    mem_free(engine->tool_view->servers);
    mem_free(engine->tool_view->entries);
    mem_free(engine->tool_view);
    engine->tool_view = NULL;
}

static struct tool_view *engine_look(struct engine *engine)
{
    if (engine->tool_view == NULL)
        engine->tool_view = mem_alloc(sizeof(*engine->tool_view));
    return engine->tool_view;
}

/* The buffer's text for the caller, NULL where it is empty; empties the buffer. */
static char *take_if_any(struct strbuf *text)
{
    char *taken = text->len > 0 ? strbuf_take(text) : NULL;
    strbuf_reset(text);
    return taken;
}

static struct tool_facts engine_describe_tool(const struct engine *engine,
                                              const struct tool *tool, bool is_offered)
{
    struct tool_facts facts = {.name = tool->name,
                               .title = tool->title,
                               .description = tool->description,
                               .schema = tool->schema,
                               .origin = tool->origin,
                               .is_offered = is_offered,
                               .is_own = toolbox_is_own(engine->toolbox, tool),
                               .is_definition = tool->source == TOOL_FROM_DEFINITION};
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    toolbox_describe(tool, &text);
    facts.command = strbuf_take(&text);
    toolbox_describe_sandbox(tool, &text);
    facts.sandbox = take_if_any(&text);
    tool_describe_claims(tool, &text);
    facts.claims = take_if_any(&text);
    tool_desk_describe_rule(engine->desk, tool, &text);
    facts.rule = strbuf_take(&text);
    strbuf_clear(&text);
    return facts;
}

size_t engine_get_tools(struct engine *engine, chat_id id,
                        const struct tool_facts **facts)
{
    struct tool_view *view = engine_look(engine);
    const struct conversation *conversation = engine_find(engine, id);
    const size_t count = toolbox_count(engine->toolbox);
    engine_clear_tools(view);
    view->tools = mem_alloc_array(count, sizeof(view->tools[0]));
    for (size_t i = 0; i < count; i++) {
        const struct tool *tool = toolbox_get(engine->toolbox, i);
        const bool is_offered =
            conversation != NULL && tool_choice_has(&conversation->choice, tool->name);
        view->tools[view->tool_count++] = engine_describe_tool(engine, tool, is_offered);
    }
    *facts = view->tools;
    return count;
}

size_t engine_get_tool_patterns(const struct engine *engine, chat_id id,
                                const char *const **patterns)
{
    const struct conversation *conversation = engine_find(engine, id);
    *patterns =
        conversation != NULL ? (const char *const *)conversation->choice.items : NULL;
    return conversation != NULL ? conversation->choice.len : 0;
}

bool engine_offer_tool(struct engine *engine, chat_id id, const char *tool,
                       bool is_offered)
{
    struct conversation *conversation = engine_find(engine, id);
    if (conversation == NULL || toolbox_find(engine->toolbox, tool) == NULL)
        return false;
    if (tool_choice_has(&conversation->choice, tool) == is_offered)
        return true;
    char *pattern = strbuf_format("%s%s", is_offered ? "" : "!", tool);
    tool_choice_add(&conversation->choice, pattern);
    mem_free(pattern);
    return true;
}

void engine_on_prepared(void *user)
{
    engine_emit(user, (struct engine_event){.kind = EVENT_TOOLS});
}

void engine_prepare_tools(struct engine *engine)
{
    toolbox_prepare(engine->toolbox);
}

/* Servers. */

static void engine_on_server(void *user, struct mcp_server *server)
{
    (void)server;
    engine_emit(user, (struct engine_event){.kind = EVENT_TOOLS});
}

/* What a server asks becomes a question on the desk, in the chat whose call it works on;
 * a diagnosis answers with the defaults at once. */
static void engine_on_request(void *user, struct mcp_server *server,
                              const struct mcp_request *request)
{
    struct engine *engine = user;
    struct strbuf defaults;
    if (request->kind != MCP_REQUEST_ELICITATION) {
        mcp_server_reply(server, request->key, MCP_DECLINE, NULL);
        return;
    }
    strbuf_init(&defaults, STRBUF_OWN_MAX);
    schema_example(request->schema != NULL ? request->schema : "{}", &defaults);
    if (engine->accepts_questions)
        mcp_server_reply(server, request->key, MCP_ACCEPT, strbuf_text(&defaults));
    else
        tool_desk_ask(engine->desk,
                      &(struct desk_question){.server = server,
                                              .key = request->key,
                                              .text = request->message,
                                              .schema = request->schema,
                                              .defaults = strbuf_text(&defaults)});
    strbuf_clear(&defaults);
}

static void engine_on_request_gone(void *user, struct mcp_server *server, uint64_t key)
{
    struct engine *engine = user;
    tool_desk_drop_question(engine->desk, server, key);
}

struct mcp_owner engine_server_owner(struct engine *engine)
{
    return (struct mcp_owner){.on_changed = engine_on_server,
                              .on_request = engine_on_request,
                              .on_request_gone = engine_on_request_gone,
                              .user = engine};
}

void engine_accept_questions(struct engine *engine, bool is_accepting)
{
    engine->accepts_questions = is_accepting;
}

bool engine_add_server(struct engine *engine, const struct server_setup *setup,
                       struct error *err)
{
    const struct mcp_options options = {
        .name = setup->name,
        .argv = setup->argv,
        .url = setup->url,
        .variables = setup->variables,
        .headers = setup->headers,
        .roots = setup->roots,
        .directory = setup->directory,
        .ca_file = setup->ca_file,
        .call_timeout_ms = setup->timeout_ms,
        .is_elicitation_offered = true,
    };
    if (setup->url != NULL && !http_check_url(setup->url, err))
        return false;
    toolbox_add_server(engine->toolbox, &options);
    return true;
}

static struct mcp_server *engine_find_server(const struct engine *engine,
                                             const char *name)
{
    for (size_t i = 0; i < toolbox_server_count(engine->toolbox); i++) {
        struct mcp_server *server = toolbox_get_server(engine->toolbox, i);
        struct mcp_facts facts;
        mcp_server_get_facts(server, &facts);
        if (strcmp(facts.name, name) == 0)
            return server;
    }
    return NULL;
}

void engine_start_server(struct engine *engine, const char *name)
{
    struct mcp_server *server = engine_find_server(engine, name);
    if (server != NULL)
        mcp_server_start(server);
}

/* Ends the wait for servers that are to stop. */
static void engine_on_patience(struct ev_loop *loop, struct ev_timer *timer, int events)
{
    (void)events;
    *(bool *)timer->data = true;
    ev_break(loop, EVBREAK_ONE);
}

static bool engine_has_running_server(const struct engine *engine)
{
    for (size_t i = 0; i < toolbox_server_count(engine->toolbox); i++) {
        struct mcp_facts facts;
        mcp_server_get_facts(toolbox_get_server(engine->toolbox, i), &facts);
        if (facts.pid != 0 || facts.state == MCP_READY)
            return true;
    }
    return false;
}

void engine_end_servers(struct engine *engine)
{
    struct ev_timer patience;
    bool is_over = false;
    engine_listen(engine, NULL, NULL);
    for (size_t i = 0; i < toolbox_server_count(engine->toolbox); i++)
        mcp_server_stop(toolbox_get_server(engine->toolbox, i));
    ev_timer_init(&patience, engine_on_patience, ENGINE_PATIENCE_SECONDS, 0.);
    patience.data = &is_over;
    ev_timer_start(engine->loop, &patience);
    while (!is_over && engine_has_running_server(engine))
        ev_run(engine->loop, EVRUN_ONCE);
    ev_timer_stop(engine->loop, &patience);
}

void engine_restart_server(struct engine *engine, const char *name)
{
    struct mcp_server *server = engine_find_server(engine, name);
    if (server != NULL)
        mcp_server_restart(server);
}

static enum server_state server_state_of(enum mcp_state state)
{
    switch (state) {
    case MCP_STOPPED: return SERVER_STOPPED;
    case MCP_STARTING: return SERVER_STARTING;
    case MCP_READY: return SERVER_READY;
    case MCP_FAILED: return SERVER_FAILED;
    }
    return SERVER_STOPPED;
}

static struct server_facts engine_describe_server(const struct mcp_server *server)
{
    struct mcp_facts facts;
    mcp_server_get_facts(server, &facts);
    /* A server is of use once all its lists have been there. */
    const bool is_listing = facts.state == MCP_READY && !facts.has_lists;
    return (struct server_facts){
        .name = facts.name,
        .where = facts.where,
        .state = is_listing ? SERVER_STARTING : server_state_of(facts.state),
        .since_ms = facts.since_ms,
        .title = facts.title,
        .protocol = facts.protocol,
        .instructions = facts.instructions,
        .message = facts.message,
        .last_errors = facts.last_errors,
        .tool_count = facts.tool_count,
        .resource_count = facts.resource_count,
        .prompt_count = facts.prompt_count,
    };
}

size_t engine_get_servers(struct engine *engine, const struct server_facts **facts)
{
    struct tool_view *view = engine_look(engine);
    const size_t count = toolbox_server_count(engine->toolbox);
    mem_free(view->servers);
    view->servers = mem_alloc_array(count, sizeof(view->servers[0]));
    for (size_t i = 0; i < count; i++)
        view->servers[i] = engine_describe_server(toolbox_get_server(engine->toolbox, i));
    *facts = view->servers;
    return count;
}

bool engine_are_tools_ready(struct engine *engine)
{
    for (size_t i = 0; i < toolbox_server_count(engine->toolbox); i++) {
        const struct server_facts facts =
            engine_describe_server(toolbox_get_server(engine->toolbox, i));
        if (facts.state == SERVER_STARTING)
            return false;
    }
    return toolbox_is_prepared(engine->toolbox);
}

void conversation_tell_missing(struct conversation *conversation)
{
    struct engine *engine = conversation->engine;
    struct strbuf names;
    strbuf_init(&names, 1000);
    for (size_t i = 0; i < toolbox_server_count(engine->toolbox); i++) {
        const struct server_facts facts =
            engine_describe_server(toolbox_get_server(engine->toolbox, i));
        char *some_tool = strbuf_format("%s.tool", facts.name);
        if (facts.state == SERVER_STARTING &&
            tool_choice_has(&conversation->choice, some_tool))
            strbuf_append_format(&names, "%s%s", names.len > 0 ? ", " : "", facts.name);
        mem_free(some_tool);
    }
    if (names.len > 0) {
        char *text =
            strbuf_format("this turn goes without the tools of %s: still starting",
                          strbuf_text(&names));
        engine_emit(engine, (struct engine_event){.kind = EVENT_NOTICE,
                                                  .chat = conversation->id,
                                                  .text = text,
                                                  .len = strlen(text)});
        mem_free(text);
    }
    strbuf_clear(&names);
}

static void view_add_entry(struct tool_view *view, const struct server_entry *entry)
{
    view->entries = mem_grow(view->entries, &view->entry_cap, view->entry_count + 1,
                             sizeof(view->entries[0]));
    view->entries[view->entry_count++] = *entry;
}

size_t engine_get_server_entries(struct engine *engine, const char *name,
                                 enum server_entry_kind kind,
                                 const struct server_entry **entries)
{
    struct tool_view *view = engine_look(engine);
    const struct mcp_server *server = engine_find_server(engine, name);
    size_t count = 0;
    view->entry_count = 0;
    if (server != NULL && kind == SERVER_RESOURCES) {
        const struct mcp_resource *resources = mcp_server_get_resources(server, &count);
        for (size_t i = 0; i < count; i++)
            view_add_entry(view,
                           &(struct server_entry){resources[i].uri, resources[i].name,
                                                  resources[i].description});
    } else if (server != NULL) {
        const struct mcp_prompt *prompts = mcp_server_get_prompts(server, &count);
        for (size_t i = 0; i < count; i++)
            view_add_entry(view, &(struct server_entry){prompts[i].name, prompts[i].title,
                                                        prompts[i].description});
    }
    *entries = view->entries;
    return view->entry_count;
}

char *engine_example_arguments(struct engine *engine, const char *name)
{
    const struct tool *tool = toolbox_find(engine->toolbox, name);
    struct strbuf text;
    if (tool == NULL)
        return mem_strdup("{}");
    strbuf_init(&text, STRBUF_OWN_MAX);
    schema_example(tool->schema, &text);
    return strbuf_take(&text);
}

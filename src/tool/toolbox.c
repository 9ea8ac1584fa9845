/*
 * Three lists, asked in this order: files, definitions, servers. A run wraps what the
 * command or the server calls a run, so that whoever started it need not know which.
 */
#include "src/tool/toolbox.h"

#include <string.h>

#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/tool/command_tool.h"
#include "src/tool/mcp_call.h"
#include "src/tool/tool_file.h"
#include "src/tool/tool_places.h"

#define DEFINITIONS_MAX ((size_t)4 << 20)

struct toolbox {
    struct toolbox_options options;
    struct command_host host;
    struct sandbox_waiter waiter; /* for the owner */
    struct tool_places places;
    struct tool_set own;
    struct tool_set shipped;
    const struct tool **files; /* of both, each name once: the person's own goes first */
    size_t file_count;
    struct tool **definitions;
    size_t definition_count;
    size_t definition_cap;
    struct mcp_server **servers;
    size_t server_count;
    size_t server_cap;
};

struct tool_run {
    struct tool_handler handler;
    struct command_run *command;
    struct mcp_call *call;
};

struct toolbox *toolbox_new(const struct toolbox_options *options)
{
    struct toolbox *box = mem_alloc(sizeof(*box));
    box->options = *options;
    box->host.sandbox = sandbox_new(options->loop, NULL);
    box->host.key_variables = options->key_variables;
    tool_places_init(&box->places, NULL);
    tool_set_init(&box->own);
    tool_set_init(&box->shipped);
    return box;
}

void toolbox_free(struct toolbox *box)
{
    if (box == NULL)
        return;
    for (size_t i = 0; i < box->server_count; i++)
        mcp_server_free(box->servers[i]);
    tool_places_clear(&box->places);
    tool_set_clear(&box->own);
    tool_set_clear(&box->shipped);
    for (size_t i = 0; i < box->definition_count; i++)
        tool_free(box->definitions[i]);
    sandbox_free(box->host.sandbox);
    mem_free(box->servers);
    mem_free(box->files);
    mem_free(box->definitions);
    mem_free(box);
}

static void toolbox_on_sandbox(void *user)
{
    struct toolbox *box = user;
    if (box->options.on_prepared != NULL)
        box->options.on_prepared(box->options.server_owner.user);
}

void toolbox_prepare(struct toolbox *box)
{
    if (sandbox_get_state(box->host.sandbox) != SANDBOX_UNTRIED)
        return;
    box->waiter = (struct sandbox_waiter){.on_known = toolbox_on_sandbox, .user = box};
    sandbox_wait(box->host.sandbox, &box->waiter);
}

bool toolbox_is_prepared(const struct toolbox *box)
{
    return sandbox_get_state(box->host.sandbox) != SANDBOX_TRYING;
}

/* Files. */

static void toolbox_join_files(struct toolbox *box)
{
    box->files = mem_resize_array(box->files, box->own.len + box->shipped.len,
                                  sizeof(box->files[0]));
    box->file_count = 0;
    for (size_t i = 0; i < box->own.len; i++)
        box->files[box->file_count++] = box->own.items[i];
    for (size_t i = 0; i < box->shipped.len; i++) {
        if (tool_set_find(&box->own, box->shipped.items[i]->name) == NULL)
            box->files[box->file_count++] = box->shipped.items[i];
    }
}

static void toolbox_read_folder(struct toolbox *box, const char *path, bool is_own,
                                struct tool_problems *problems)
{
    const struct tool_file_options options = {box->places.helper_folder, &box->host,
                                              is_own};
    tool_set_read_folder(is_own ? &box->own : &box->shipped, path, &options, problems);
    toolbox_join_files(box);
}

void toolbox_add_folder(struct toolbox *box, const char *path,
                        struct tool_problems *problems)
{
    toolbox_read_folder(box, path, true, problems);
}

void toolbox_add_shipped(struct toolbox *box, struct tool_problems *problems)
{
    toolbox_read_folder(box, box->places.folders[0], false, problems);
}

/* Definitions. */

/* The first of the members that is there, or NULL. */
static const cJSON *json_get_any(const cJSON *object, const char *const *names)
{
    for (; *names != NULL; names++) {
        const cJSON *member = json_get(object, *names);
        if (member != NULL)
            return member;
    }
    return NULL;
}

/* Reads one definition: {name, description, parameters}, as it is or inside of
 * {"function": …} or {"toolSpec": …}. */
static bool toolbox_add_definition(struct toolbox *box, const cJSON *item,
                                   const char *path, struct error *err)
{
    static const char *const wraps[] = {"function", "toolSpec", NULL};
    static const char *const schemas[] = {"parameters", "input_schema", "inputSchema",
                                          NULL};
    const cJSON *inner = json_get_any(item, wraps);
    const cJSON *object = cJSON_IsObject(inner) ? inner : item;
    const char *name = json_get_string(object, "name");
    const char *description = json_get_string(object, "description");
    const cJSON *schema = json_get_any(object, schemas);
    if (name == NULL || name[0] == '\0') {
        error_set(err, ERROR_USAGE, "%s: a definition has no name", path);
        return false;
    }
    if (json_get(schema, "json") != NULL && json_get(schema, "type") == NULL)
        schema = json_get(schema, "json");
    struct tool *tool = mem_alloc(sizeof(*tool));
    tool->source = TOOL_FROM_DEFINITION;
    tool->name = mem_strdup(name);
    tool->description = mem_strdup(description != NULL ? description : "");
    tool->origin = mem_strdup(path);
    char *text = cJSON_IsObject(schema) ? cJSON_PrintUnformatted(schema) : NULL;
    tool->schema = mem_strdup(text != NULL ? text : "{\"type\":\"object\"}");
    cJSON_free(text);
    box->definitions = mem_grow(box->definitions, &box->definition_cap,
                                box->definition_count + 1, sizeof(box->definitions[0]));
    box->definitions[box->definition_count++] = tool;
    return true;
}

bool toolbox_add_definitions(struct toolbox *box, const char *path, struct error *err)
{
    static const char *const lists[] = {"tools", "functionDeclarations", NULL};
    struct strbuf text;
    strbuf_init(&text, DEFINITIONS_MAX);
    cJSON *document = NULL;
    bool ok = path_read_file(path, &text, err);
    if (ok) {
        document = json_parse(strbuf_text(&text), text.len);
        const cJSON *list = json_get_any(document, lists);
        const cJSON *items = list != NULL ? list : document;
        ok = document != NULL;
        if (!ok)
            error_set(err, ERROR_USAGE, "%s is not JSON", path);
        if (!cJSON_IsArray(items)) {
            ok = ok && toolbox_add_definition(box, items, path, err);
        } else {
            const cJSON *item;
            cJSON_ArrayForEach(item, items) ok =
                ok && toolbox_add_definition(box, item, path, err);
        }
    }
    cJSON_Delete(document);
    strbuf_clear(&text);
    return ok;
}

/* Servers. */

struct mcp_server *toolbox_add_server(struct toolbox *box,
                                      const struct mcp_options *options)
{
    struct mcp_server *server =
        mcp_server_new(box->options.loop, box->options.http, box->options.log, options,
                       &box->options.server_owner);
    box->servers = mem_grow(box->servers, &box->server_cap, box->server_count + 1,
                            sizeof(box->servers[0]));
    box->servers[box->server_count++] = server;
    return server;
}

size_t toolbox_server_count(const struct toolbox *box)
{
    return box->server_count;
}

struct mcp_server *toolbox_get_server(const struct toolbox *box, size_t index)
{
    return box->servers[index];
}

/* All of them. */

size_t toolbox_count(const struct toolbox *box)
{
    size_t count = box->file_count + box->definition_count;
    for (size_t i = 0; i < box->server_count; i++) {
        size_t own;
        mcp_server_get_tools(box->servers[i], &own);
        count += own;
    }
    return count;
}

const struct tool *toolbox_get(const struct toolbox *box, size_t index)
{
    if (index < box->file_count)
        return box->files[index];
    index -= box->file_count;
    if (index < box->definition_count)
        return box->definitions[index];
    index -= box->definition_count;
    for (size_t i = 0; i < box->server_count; i++) {
        size_t own;
        const struct tool *const *tools = mcp_server_get_tools(box->servers[i], &own);
        if (index < own)
            return tools[index];
        index -= own;
    }
    return NULL;
}

const struct tool *toolbox_find(const struct toolbox *box, const char *name)
{
    const size_t count = toolbox_count(box);
    for (size_t i = 0; i < count; i++) {
        const struct tool *tool = toolbox_get(box, i);
        if (strcmp(tool->name, name) == 0)
            return tool;
    }
    return NULL;
}

bool toolbox_is_own(const struct toolbox *box, const struct tool *tool)
{
    return tool_set_find(&box->shipped, tool->name) != tool;
}

/* What a call runs. */

void toolbox_describe(const struct tool *tool, struct strbuf *out)
{
    if (tool->source == TOOL_FROM_FILE) {
        command_tool_describe(tool, out);
    } else if (tool->source == TOOL_FROM_SERVER) {
        struct mcp_facts facts;
        mcp_server_get_facts(tool->server, &facts);
        strbuf_append_format(out, "%s of the server %s (%s)", tool->remote_name,
                             facts.name, facts.where);
    } else {
        strbuf_append_text(out, "nothing: whoever asked for it makes the call");
    }
}

void toolbox_describe_sandbox(const struct tool *tool, struct strbuf *out)
{
    if (tool->source == TOOL_FROM_FILE)
        command_tool_sandbox_text(tool, out);
}

static void run_on_progress(void *user, const struct tool_progress *progress)
{
    struct tool_run *run = user;
    if (run->handler.on_progress != NULL)
        run->handler.on_progress(run->handler.user, progress);
}

static void run_on_done(void *user, const struct tool_result *result)
{
    struct tool_run *run = user;
    const struct tool_handler handler = run->handler;
    handler.on_done(handler.user, result);
    /* Only now: the result's texts are the command's. */
    command_run_free(run->command);
    mem_free(run);
}

struct tool_run *toolbox_run(struct toolbox *box, const struct tool *tool,
                             const char *arguments, const struct tool_handler *handler,
                             struct error *err)
{
    struct tool_run *run = mem_alloc(sizeof(*run));
    const struct tool_handler own = {run_on_progress, run_on_done, run};
    run->handler = *handler;
    if (tool->source == TOOL_FROM_FILE)
        run->command = command_run_start(box->options.loop, tool, arguments, &own, err);
    else if (tool->source == TOOL_FROM_SERVER)
        run->call = mcp_call_start(tool->server, tool, arguments, &own, err);
    else
        error_set(err, ERROR_USAGE, "the tool %s is only defined: it cannot be run here",
                  tool->name);
    if (run->command != NULL || run->call != NULL)
        return run;
    mem_free(run);
    return NULL;
}

void tool_run_set_user(struct tool_run *run, void *user)
{
    run->handler.user = user;
}

void tool_run_stop(struct tool_run *run)
{
    if (run->command != NULL)
        command_run_stop(run->command);
    else
        mcp_call_stop(run->call);
}

void tool_run_free(struct tool_run *run)
{
    if (run == NULL)
        return;
    command_run_free(run->command);
    mcp_call_free(run->call);
    mem_free(run);
}

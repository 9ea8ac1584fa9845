/* The server becomes the one of --mcp; everything else is what any run does. */
#include "src/cli/probe.h"

#include <stdio.h>
#include <string.h>

#include "src/base/mem.h"
#include "src/base/safe_text.h"
#include "src/cli/tool_wait.h"

/* One line of foreign text behind a label. */
static void probe_print(const char *label, const char *text)
{
    struct strbuf safe;
    if (text == NULL || text[0] == '\0')
        return;
    strbuf_init(&safe, STRBUF_OWN_MAX);
    safe_text_append_line(&safe, text, strlen(text), 1000);
    printf("%-13s%s\n", label, strbuf_text(&safe));
    strbuf_clear(&safe);
}

static void probe_print_entry(const char *name, const char *description)
{
    struct strbuf safe;
    strbuf_init(&safe, STRBUF_OWN_MAX);
    safe_text_append_line(&safe, name, strlen(name), 200);
    if (description != NULL && description[0] != '\0') {
        strbuf_append_text(&safe, ": ");
        safe_text_append_line(&safe, description, strlen(description), 200);
    }
    printf("  %s\n", strbuf_text(&safe));
    strbuf_clear(&safe);
}

static void probe_print_entries(struct engine *engine, const char *server,
                                enum server_entry_kind kind, const char *heading)
{
    const struct server_entry *entries;
    const size_t count = engine_get_server_entries(engine, server, kind, &entries);
    if (count > 0)
        printf("%s\n", heading);
    for (size_t i = 0; i < count; i++)
        probe_print_entry(entries[i].name, entries[i].description);
}

/* The one that was added last; those of the configuration are not started. */
static const struct server_facts *probe_get_server(struct engine *engine)
{
    const struct server_facts *servers;
    const size_t count = engine_get_servers(engine, &servers);
    return &servers[count - 1];
}

/* The server's tools alone: the last ones. */
static size_t probe_get_tools(struct engine *engine, const struct tool_facts **tools)
{
    const size_t count = engine_get_tools(engine, 0, tools);
    const size_t own = probe_get_server(engine)->tool_count;
    *tools += count - own;
    return own;
}

static bool probe_print_server(struct engine *engine)
{
    const struct server_facts *server = probe_get_server(engine);
    probe_print("where", server->where);
    probe_print("server", server->title);
    probe_print("protocol", server->protocol);
    probe_print("instructions", server->instructions);
    if (server->state == SERVER_READY)
        return true;
    probe_print("failed", server->message != NULL ? server->message : "no answer");
    probe_print("last words", server->last_errors);
    return false;
}

static void probe_print_lists(struct engine *engine)
{
    const struct tool_facts *tools;
    const size_t count = probe_get_tools(engine, &tools);
    char *server = mem_strdup(probe_get_server(engine)->name);
    printf("tools        %zu\n", count);
    for (size_t i = 0; i < count; i++)
        probe_print_entry(tools[i].name + strlen(server) + 1, tools[i].description);
    probe_print_entries(engine, server, SERVER_RESOURCES, "resources");
    probe_print_entries(engine, server, SERVER_PROMPTS, "prompts");
    mem_free(server);
}

static void probe_print_call(const struct tool_wait *wait, const char *tool,
                             const char *arguments)
{
    struct strbuf safe;
    strbuf_init(&safe, STRBUF_OWN_MAX);
    safe_text_append_line(&safe, tool, strlen(tool), 200);
    strbuf_append_char(&safe, ' ');
    safe_text_append_line(&safe, arguments, strlen(arguments), 400);
    strbuf_append_text(&safe, "\n       ");
    safe_text_append_line(&safe, strbuf_text(&wait->result), wait->result.len, 400);
    printf("%-6s %s\n", wait->is_ok ? "ok" : "FAILED", strbuf_text(&safe));
    strbuf_clear(&safe);
}

/* Calls each tool, one after the other; false if any failed. */
static bool probe_call_all(struct tool_wait *wait)
{
    struct engine *engine = wait->setup->engine;
    const struct tool_facts *tools;
    const size_t count = probe_get_tools(engine, &tools);
    struct string_list names = {0};
    bool ok = true;
    for (size_t i = 0; i < count; i++)
        string_list_add(&names, tools[i].name, strlen(tools[i].name));
    printf("calls\n");
    for (size_t i = 0; i < names.len && wait->signal_code == 0; i++) {
        char *arguments = engine_example_arguments(engine, names.items[i]);
        tool_wait_call(wait, names.items[i], arguments);
        if (wait->signal_code == 0)
            probe_print_call(wait, names.items[i], arguments);
        ok = ok && wait->is_ok;
        mem_free(arguments);
    }
    string_list_clear(&names);
    return ok;
}

static int probe_look(struct setup *setup, const struct options *options)
{
    struct tool_wait wait;
    int code = EXIT_CODE_OK;
    engine_accept_questions(setup->engine, options->is_accepting);
    tool_wait_init(&wait, setup);
    if (wait.signal_code == 0 && !probe_print_server(setup->engine)) {
        code = EXIT_CODE_TOOL;
    } else if (wait.signal_code == 0) {
        probe_print_lists(setup->engine);
        if (options->is_calling_all && !probe_call_all(&wait))
            code = EXIT_CODE_TOOL;
    }
    if (wait.signal_code != 0)
        code = wait.signal_code;
    tool_wait_clear(&wait);
    return code;
}

/* The words after "probe" as one command; a single one is taken apart. */
static char *probe_join_words(const struct options *options)
{
    struct strbuf text;
    if (options->words.len == 2)
        return mem_strdup(options->words.items[1]);
    strbuf_init(&text, STRBUF_OWN_MAX);
    for (size_t i = 1; i < options->words.len; i++) {
        strbuf_append_text(&text, i > 1 ? " " : "");
        for (const char *at = options->words.items[i]; *at != '\0'; at++)
            strbuf_append_format(&text, "\\%c", *at);
    }
    return strbuf_take(&text);
}

int probe_run(struct options *options, struct error *err)
{
    struct setup setup = {0};
    int code = EXIT_CODE_USAGE;
    if (options->words.len < 2 || options->servers.len > 0) {
        error_set(err, ERROR_USAGE,
                  "motet tools probe takes one server: an http(s) URL, or a command");
        return code;
    }
    char *server = probe_join_words(options);
    string_list_add(&options->servers, server, strlen(server));
    mem_free(server);
    options->has_tools = true;
    if (setup_init(&setup, options, err))
        code = probe_look(&setup, options);
    setup_clear(&setup);
    return code;
}

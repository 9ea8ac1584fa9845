/*
 * motet tools: which tools there are and what the rules say of them; calling one; and
 * looking at an MCP server.
 */
#include "src/cli/command.h"

#include <stdio.h>
#include <string.h>

#include "src/base/compiler.h"
#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/base/safe_text.h"
#include "src/cli/probe.h"
#include "src/cli/tool_wait.h"

static void print_safe(const char *text, size_t max)
{
    struct strbuf safe;
    strbuf_init(&safe, STRBUF_OWN_MAX);
    safe_text_append_line(&safe, text, strlen(text), max);
    fputs(strbuf_text(&safe), stdout);
    strbuf_clear(&safe);
}

static void print_json_member(const char *name, const char *text)
{
    struct strbuf json;
    strbuf_init(&json, STRBUF_OWN_MAX);
    strbuf_append_format(&json, "\"%s\":", name);
    if (text != NULL)
        json_append_string(&json, text, strlen(text));
    else
        strbuf_append_text(&json, "null");
    fputs(strbuf_text(&json), stdout);
    strbuf_clear(&json);
}

/* motet tools list. */

static void list_print(const struct tool_facts *tool, bool is_json)
{
    if (is_json) {
        fputc('{', stdout);
        print_json_member("name", tool->name);
        fputc(',', stdout);
        print_json_member("description", tool->description);
        fputc(',', stdout);
        print_json_member("origin", tool->origin);
        fputc(',', stdout);
        print_json_member("command", tool->command);
        fputc(',', stdout);
        print_json_member("sandbox", tool->sandbox);
        fputc(',', stdout);
        print_json_member("rule", tool->rule);
        printf(",\"schema\":%s}\n", tool->schema);
        return;
    }
    print_safe(tool->name, 200);
    fputs("\n  ", stdout);
    print_safe(tool->description, 400);
    fputs("\n  from    ", stdout);
    print_safe(tool->origin, 400);
    fputs("\n  runs    ", stdout);
    print_safe(tool->command, 400);
    if (tool->sandbox != NULL) {
        fputs("\n  sandbox ", stdout);
        print_safe(tool->sandbox, 400);
    }
    if (tool->claims != NULL) {
        fputs("\n  claims  ", stdout);
        print_safe(tool->claims, 400);
    }
    fputs("\n  rule    ", stdout);
    print_safe(tool->rule, 400);
    fputc('\n', stdout);
}

static int tools_list(struct setup *setup, bool is_json)
{
    const struct tool_facts *tools;
    const struct server_facts *servers;
    const size_t server_count = engine_get_servers(setup->engine, &servers);
    int code = EXIT_CODE_OK;
    for (size_t i = 0; i < server_count; i++) {
        if (servers[i].state != SERVER_FAILED)
            continue;
        struct strbuf safe;
        strbuf_init(&safe, STRBUF_OWN_MAX);
        const char *message = servers[i].message != NULL ? servers[i].message : "failed";
        safe_text_append_line(&safe, message, strlen(message), 2000);
        fprintf(stderr, "motet: %s: %s\n", servers[i].name, strbuf_text(&safe));
        strbuf_clear(&safe);
        code = EXIT_CODE_TOOL;
    }
    const size_t count = engine_get_tools(setup->engine, 0, &tools);
    for (size_t i = 0; i < count; i++)
        list_print(&tools[i], is_json);
    return code;
}

/* motet tools call NAME JSON. */

static int tools_call(struct tool_wait *wait, const struct options *options,
                      struct error *err)
{
    if (options->words.len < 2 || options->words.len > 3) {
        error_set(err, ERROR_USAGE,
                  "motet tools call takes a tool and its arguments: "
                  "motet tools call get_weather '{\"city\":\"Oslo\"}'");
        return EXIT_CODE_USAGE;
    }
    const char *arguments = options->words.len == 3 ? options->words.items[2] : "{}";
    if (!json_is_valid(arguments, strlen(arguments))) {
        error_set(err, ERROR_USAGE, "the arguments are not JSON: %s", arguments);
        return EXIT_CODE_USAGE;
    }
    tool_wait_call(wait, options->words.items[1], arguments);
    if (wait->signal_code != 0)
        return wait->signal_code;
    FILE *file = wait->is_ok ? stdout : stderr;
    if (!wait->is_ok)
        fputs("motet: ", stderr);
    struct strbuf safe;
    strbuf_init(&safe, STRBUF_OWN_MAX);
    safe_text_append(&safe, strbuf_text(&wait->result), wait->result.len);
    fputs(strbuf_text(&safe), file);
    if (safe.len == 0 || safe.text[safe.len - 1] != '\n')
        fputc('\n', file);
    strbuf_clear(&safe);
    return wait->is_ok ? EXIT_CODE_OK : EXIT_CODE_TOOL;
}

static int tools_run(struct setup *setup, const struct options *options,
                     struct error *err)
{
    const char *word = options->words.len > 0 ? options->words.items[0] : "list";
    struct tool_wait wait;
    int code = EXIT_CODE_USAGE;
    tool_wait_init(&wait, setup);
    if (wait.signal_code != 0)
        code = wait.signal_code;
    else if (strcmp(word, "list") == 0)
        code = tools_list(setup, options->is_json);
    else if (strcmp(word, "call") == 0)
        code = tools_call(&wait, options, err);
    else
        error_set(err, ERROR_USAGE,
                  "motet tools does not know \"%s\": list, call NAME JSON, or probe "
                  "URL-or-COMMAND",
                  word);
    tool_wait_clear(&wait);
    return code;
}

/* All there are, or the one that is called: only its server has to start. */
static void tools_choose(struct options *options)
{
    const char *tool = options->words.len > 1 ? options->words.items[1] : "*";
    if (options->has_tools)
        return;
    options->has_tools = true;
    string_list_add(&options->tools, tool, strlen(tool));
}

static int cmd_tools_run(struct options *options, cli_screen_fn open_screen,
                         struct error *err)
{
    (void)open_screen;
    struct setup setup = {0};
    int code = EXIT_CODE_USAGE;
    options->needs_no_model = true;
    if (options->words.len > 0 && strcmp(options->words.items[0], "probe") == 0)
        return probe_run(options, err);
    tools_choose(options);
    if (setup_init(&setup, options, err))
        code = tools_run(&setup, options, err);
    setup_clear(&setup);
    return code;
}

const struct command cmd_tools = {
    "tools", "motet tools [list | call NAME JSON | probe URL-or-COMMAND]",
    "the tools there are, with the rule that applies to each",
    OPTION_TALK | OPTION_LINES | OPTION_PROBE, cmd_tools_run};

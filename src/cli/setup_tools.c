/*
 * Which tools are offered: those of --tools; or else those of the configuration's
 * `tools`; or else, on the screen, the person's own files and servers, to the demo's
 * models those that ship, and in lines none. What --mcp and --tool-schema name is
 * offered in any case.
 */
#include "src/cli/setup_tools.h"

#include <string.h>

#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/cli/setup_config.h"
#include "src/cli/words.h"

/* Files. */

static bool setup_add_files(struct setup *setup, const struct options *options,
                            struct error *err)
{
    char *own = path_config_file("tools");
    bool ok = engine_add_shipped_tools(setup->engine, err) &&
              (own == NULL || options->is_config_off ||
               engine_add_tool_folder(setup->engine, own, err));
    for (size_t i = 0; i < options->schemas.len && ok; i++) {
        ok = engine_add_tool_definitions(setup->engine, options->schemas.items[i], err);
        error_prefix(err, "--tool-schema");
    }
    mem_free(own);
    return ok;
}

/* Servers. */

/* The texts of a list, or of a map joined by `glue`, with NULL at the end; NULL: none.
 * Caller frees with string_array_free. */
static char **setup_join_texts(const struct setting_value *value, const char *glue)
{
    const size_t step = glue != NULL ? 2 : 1;
    if (value->text_count == 0)
        return NULL;
    char **texts = mem_alloc_array(value->text_count / step + 1, sizeof(texts[0]));
    for (size_t i = 0; i + step <= value->text_count; i += step)
        texts[i / step] = glue == NULL ? mem_strdup(value->texts[i])
                                       : strbuf_format("%s%s%s", value->texts[i], glue,
                                                       value->texts[i + 1]);
    return texts;
}

static void setup_free_texts(char **texts)
{
    for (size_t i = 0; texts != NULL && texts[i] != NULL; i++) {
        mem_wipe(texts[i], strlen(texts[i])); /* they may hold keys */
        mem_free(texts[i]);
    }
    mem_free(texts);
}

static bool setup_add_server(struct setup *setup, const struct config_section *section,
                             struct error *err)
{
    if (config_whole(section, SETTING_SERVER_ENABLED, 1) == 0)
        return true;
    char **argv = setup_join_texts(config_list(section, SETTING_SERVER_COMMAND), NULL);
    char **variables = setup_join_texts(config_list(section, SETTING_SERVER_ENV), "=");
    char **headers = setup_join_texts(config_list(section, SETTING_SERVER_HEADERS), ": ");
    char **roots = setup_join_texts(config_list(section, SETTING_SERVER_ROOTS), NULL);
    const struct server_setup server = {
        .name = section->name,
        .argv = (const char *const *)argv,
        .url = config_text(section, SETTING_SERVER_URL),
        .variables = (const char *const *)variables,
        .headers = (const char *const *)headers,
        .roots = (const char *const *)roots,
        .directory = config_text(section, SETTING_SERVER_DIRECTORY),
        .ca_file = config_text(section, SETTING_SERVER_CA_FILE),
        .timeout_ms = config_whole(section, SETTING_SERVER_TIMEOUT, 0),
    };
    const bool ok = engine_add_server(setup->engine, &server, err);
    error_prefix(err, "the server %s", section->name);
    setup_free_texts(argv);
    setup_free_texts(variables);
    setup_free_texts(headers);
    setup_free_texts(roots);
    return ok;
}

/* "mcp", "mcp2" and so on, but for those that the configuration has. Caller frees. */
static char *setup_free_name(const struct setup *setup)
{
    const struct server_facts *servers;
    const size_t count = engine_get_servers(setup->engine, &servers);
    for (size_t number = 1;; number++) {
        char *name = number == 1 ? mem_strdup("mcp") : strbuf_format("mcp%zu", number);
        size_t at = 0;
        while (at < count && strcmp(servers[at].name, name) != 0)
            at++;
        if (at == count)
            return name;
        mem_free(name);
    }
}

/* A server of the command line: a URL, or a command as words. */
static bool setup_add_named_server(struct setup *setup, const char *text,
                                   struct error *err)
{
    const bool is_url =
        strncmp(text, "http://", 7) == 0 || strncmp(text, "https://", 8) == 0;
    char *name = setup_free_name(setup);
    struct server_setup server = {.name = name};
    char **argv = NULL;
    bool ok = true;
    if (is_url) {
        server.url = text;
    } else {
        argv = words_split(text, err);
        ok = argv != NULL;
        server.argv = (const char *const *)argv;
    }
    ok = ok && engine_add_server(setup->engine, &server, err);
    if (ok) {
        char *pattern = strbuf_format("%s.*", name);
        string_list_add(&setup->tools, pattern, strlen(pattern));
        mem_free(pattern);
    }
    error_prefix(err, "--mcp");
    setup_free_texts(argv);
    mem_free(name);
    return ok;
}

static bool setup_add_servers(struct setup *setup, const struct options *options,
                              struct error *err)
{
    const struct config_section_list *servers = &options->config->config.servers;
    for (size_t i = 0; i < servers->len; i++) {
        if (!setup_add_server(setup, servers->items[i], err))
            return false;
    }
    for (size_t i = 0; i < options->servers.len; i++) {
        if (!setup_add_named_server(setup, options->servers.items[i], err))
            return false;
    }
    return true;
}

/* Rules. */

static bool setup_add_rules(struct setup *setup, const struct options *options,
                            struct error *err)
{
    const struct config *config = &options->config->config;
    const struct config_value *rules = &config->defaults.values[SETTING_RULES];
    for (size_t i = 0; i < rules->value.text_count; i++) {
        const size_t line = rules->places != NULL ? rules->places[i].line : 0;
        if (!engine_add_rule(setup->engine, rules->value.texts[i], config->path, line,
                             err))
            return false;
    }
    char *path = options->is_config_off ? NULL : path_config_file("tool-rules");
    const bool ok = path == NULL || engine_use_rule_file(setup->engine, path, err);
    mem_free(path);
    return ok;
}

/* What is offered. */

static void setup_offer(struct setup *setup, const char *pattern)
{
    string_list_add(&setup->tools, pattern, strlen(pattern));
}

static void setup_offer_list(struct setup *setup, char *const *items, size_t count)
{
    for (size_t i = 0; i < count; i++)
        setup_offer(setup, items[i]);
}

/* The person's own, or those that ship. */
static void setup_offer_usual(struct setup *setup, bool is_demo)
{
    const struct tool_facts *tools;
    const struct server_facts *servers;
    const size_t tool_count = engine_get_tools(setup->engine, 0, &tools);
    for (size_t i = 0; i < tool_count; i++) {
        if (tools[i].is_own != is_demo)
            setup_offer(setup, tools[i].name);
    }
    const size_t server_count = engine_get_servers(setup->engine, &servers);
    for (size_t i = 0; i < server_count; i++) {
        char *pattern = strbuf_format("%s.*", servers[i].name);
        setup_offer(setup, pattern);
        mem_free(pattern);
    }
}

static bool setup_is_demo_chat(const struct setup *setup)
{
    return setup->chat_count > 0 && strcmp(setup->chats[0].endpoint->name, "demo") == 0;
}

static void setup_choose(struct setup *setup, const struct options *options)
{
    const struct setting_value *tools =
        config_list(&options->config->config.defaults, SETTING_TOOLS);
    const struct tool_facts *facts;
    if (options->has_tools)
        setup_offer_list(setup, options->tools.items, options->tools.len);
    else if (tools->text_count > 0)
        setup_offer_list(setup, tools->texts, tools->text_count);
    else if (options->is_for_screen)
        setup_offer_usual(setup, setup_is_demo_chat(setup));
    const size_t count = engine_get_tools(setup->engine, 0, &facts);
    for (size_t i = 0; i < count; i++) {
        if (facts[i].is_definition)
            setup_offer(setup, facts[i].name);
    }
}

/* A name without a pattern is that of a file's tool, or of a server's. */
static bool setup_check_name(struct setup *setup, const char *name, struct error *err)
{
    const struct tool_facts *tools;
    if (strpbrk(name, "*?.") != NULL)
        return true;
    name += name[0] == '!';
    const size_t count = engine_get_tools(setup->engine, 0, &tools);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(tools[i].name, name) == 0)
            return true;
    }
    error_set(err, ERROR_USAGE, "there is no tool \"%s\"; motet tools lists them", name);
    return false;
}

/* True if the pattern may mean a tool of the server: "NAME." agrees with it as far as its
 * first '*'. */
static bool setup_may_mean(const char *pattern, const char *server)
{
    for (; *server != '\0'; server++, pattern++) {
        if (*pattern == '*')
            return true;
        if (*pattern != '?' && *pattern != *server)
            return false;
    }
    return *pattern == '.' || *pattern == '?' || *pattern == '*';
}

/* Starts the servers that a pattern may mean. */
static void setup_start_servers(struct setup *setup)
{
    const struct server_facts *servers;
    const size_t count = engine_get_servers(setup->engine, &servers);
    char **names = mem_alloc_array(count, sizeof(names[0]));
    for (size_t i = 0; i < count; i++)
        names[i] = mem_strdup(servers[i].name);
    for (size_t i = 0; i < count; i++) {
        bool is_wanted = false;
        for (size_t j = 0; j < setup->tools.len && !is_wanted; j++)
            is_wanted = setup_may_mean(setup->tools.items[j], names[i]);
        if (is_wanted)
            engine_start_server(setup->engine, names[i]);
        mem_free(names[i]);
    }
    mem_free(names);
}

bool setup_tools_init(struct setup *setup, const struct options *options,
                      struct error *err)
{
    if (!setup_add_files(setup, options, err) ||
        !setup_add_servers(setup, options, err) || !setup_add_rules(setup, options, err))
        return false;
    setup_choose(setup, options);
    for (size_t i = 0; i < setup->tools.len; i++) {
        if (!setup_check_name(setup, setup->tools.items[i], err)) {
            error_prefix(err, options->has_tools ? "--tools" : "tools");
            return false;
        }
    }
    for (size_t i = 0; i < setup->chat_count; i++) {
        setup->chats[i].tools = (const char *const *)setup->tools.items;
        setup->chats[i].tool_count = setup->tools.len;
        setup->chats[i].approval = options->approval;
        setup->chats[i].hands_out_calls = !options->is_for_screen;
    }
    setup_start_servers(setup);
    if (setup->tools.len > 0)
        engine_prepare_tools(setup->engine);
    return true;
}

void setup_tools_clear(struct setup *setup)
{
    string_list_clear(&setup->tools);
}

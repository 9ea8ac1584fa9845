/* The setup is that of a command without models, whose only wish is the server. */
#include "src/cli/server_template.h"

#include <string.h>

#include "src/base/mem.h"
#include "src/cli/setup_config.h"
#include "src/cli/tool_wait.h"
#include "src/engine/server_prompt.h"

struct template_wait {
    struct ev_loop *loop;
    char *text; /* what came, or NULL */
    struct error *err;
};

bool server_template_is_one(const struct options *options, const char *name)
{
    const struct config_section_list *servers = &options->config->config.servers;
    const size_t len = strcspn(name, ".");
    if (name[len] != '.' || strchr(name, '/') != NULL)
        return false;
    for (size_t i = 0; i < servers->len; i++) {
        if (strlen(servers->items[i]->name) == len &&
            strncmp(servers->items[i]->name, name, len) == 0)
            return true;
    }
    return options->servers.len > 0 && strncmp(name, "mcp", 3) == 0;
}

static void on_text(void *user, const char *text, const struct error *err)
{
    struct template_wait *wait = user;
    if (err->class == ERROR_NONE)
        wait->text = mem_strdup(text);
    else
        error_set(wait->err, err->class, "%s", error_text(err));
    ev_break(wait->loop, EVBREAK_ALL);
}

/* The options of a run that wants nothing but the server. */
static void want_server(struct options *wanted, const struct options *options,
                        const char *name)
{
    char *pattern = strbuf_format("%.*s.*", (int)strcspn(name, "."), name);
    options_init(wanted);
    wanted->config = options->config;
    wanted->is_config_off = options->is_config_off;
    wanted->needs_no_model = true;
    wanted->has_tools = true;
    string_list_add(&wanted->tools, pattern, strlen(pattern));
    for (size_t i = 0; i < options->servers.len; i++)
        string_list_add(&wanted->servers, options->servers.items[i],
                        strlen(options->servers.items[i]));
    mem_free(pattern);
}

static char *read_from(struct setup *setup, const char *name, struct error *err)
{
    struct template_wait wait = {.loop = setup->loop, .err = err};
    struct tool_wait servers;
    tool_wait_init(&servers, setup);
    if (servers.signal_code != 0)
        error_set(err, ERROR_CANCELLED, "stopped");
    struct server_prompt *fetch =
        servers.signal_code == 0
            ? server_prompt_fetch(setup->engine, name, on_text, &wait, err)
            : NULL;
    if (fetch != NULL) {
        ev_run(setup->loop, 0);
        if (wait.text == NULL && err->class == ERROR_NONE) {
            server_prompt_free(fetch);
            error_set(err, ERROR_CANCELLED, "stopped");
        }
    }
    tool_wait_clear(&servers);
    return wait.text;
}

char *server_template_read(const struct options *options, const char *name,
                           struct error *err)
{
    struct options wanted;
    struct setup setup = {0};
    char *text = NULL;
    want_server(&wanted, options, name);
    if (setup_init(&setup, &wanted, err))
        text = read_from(&setup, name, err);
    setup_clear(&setup);
    wanted.config = NULL;
    options_clear(&wanted);
    return text;
}

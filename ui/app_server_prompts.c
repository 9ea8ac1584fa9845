/*
 * Prompts of MCP servers on the screen: named SERVER.PROMPT beside the templates of
 * files, fetched when one is opened. Until it has come the screen is as before.
 */
#include <string.h>

#include "src/base/mem.h"
#include "src/engine/server_prompt.h"
#include "ui/app_state.h"
#include "ui/ranked_list.h"

/* The prompt that a server offers under the name SERVER.PROMPT, or NULL. */
static const struct server_entry *app_find_offer(struct app *app, const char *name,
                                                 size_t len)
{
    char *server = NULL;
    char *whole = mem_strndup(name, len);
    const struct server_entry *found = NULL;
    if (server_prompt_is_one(app->engine, whole, &server)) {
        const struct server_entry *entries;
        const char *own = whole + strlen(server) + 1;
        const size_t count =
            engine_get_server_entries(app->engine, server, SERVER_PROMPTS, &entries);
        for (size_t i = 0; i < count && found == NULL; i++) {
            if (strcmp(entries[i].name, own) == 0)
                found = &entries[i];
        }
    }
    mem_free(server);
    mem_free(whole);
    return found;
}

bool app_is_server_prompt(struct app *app, const char *name, size_t len)
{
    return app_find_offer(app, name, len) != NULL;
}

char *app_describe_server_prompt(struct app *app, const char *name)
{
    const struct server_entry *entry = app_find_offer(app, name, strlen(name));
    const char *text = entry == NULL                ? NULL
                       : entry->description != NULL ? entry->description
                                                    : entry->title;
    return mem_strdup(text != NULL && text[0] != '\0' ? text : "of a server");
}

void app_add_server_prompts(struct app *app, struct ranked_list *ranked,
                            const char *filter)
{
    const struct server_facts *servers;
    const size_t count = engine_get_servers(app->engine, &servers);
    char **names = mem_alloc_array(count, sizeof(names[0]));
    for (size_t i = 0; i < count; i++)
        names[i] = mem_strdup(servers[i].name);
    for (size_t i = 0; i < count; i++) {
        const struct server_entry *entries;
        const size_t own =
            engine_get_server_entries(app->engine, names[i], SERVER_PROMPTS, &entries);
        for (size_t j = 0; j < own; j++) {
            char *name = strbuf_format("%s.%s", names[i], entries[j].name);
            ranked_list_add(ranked, filter, name);
            mem_free(name);
        }
        mem_free(names[i]);
    }
    mem_free(names);
}

static void app_on_server_prompt(void *user, const char *text, const struct error *err)
{
    struct app *app = user;
    struct server_form *wait = &app->server_form;
    struct problem_list problems;
    struct prompt_template *template = NULL;
    problem_list_init(&problems, wait->name);
    wait->fetch = NULL;
    if (err->class == ERROR_NONE)
        template = template_parse(wait->name, text, strlen(text), &problems);
    if (template != NULL) {
        app_open_form(app, template, wait->text);
        app->form.is_of_composer = wait->is_of_composer && app->page == PAGE_FORM;
    } else {
        struct error trouble = {ERROR_NONE, NULL};
        problem_list_to_error(&problems, &trouble);
        app_notify(app,
                   err->class != ERROR_NONE ? error_text(err) : error_text(&trouble));
        error_clear(&trouble);
    }
    problem_list_clear(&problems);
    app_stop_server_prompt(app);
    app_draw_now(app);
}

void app_open_server_prompt(struct app *app, const char *name, const char *text,
                            bool is_of_composer)
{
    struct error err = {ERROR_NONE, NULL};
    app_stop_server_prompt(app);
    app->server_form = (struct server_form){.name = mem_strdup(name),
                                            .text = mem_strdup(text),
                                            .is_of_composer = is_of_composer};
    app->server_form.fetch =
        server_prompt_fetch(app->engine, name, app_on_server_prompt, app, &err);
    if (app->server_form.fetch == NULL) {
        app_notify(app, error_text(&err));
        app_stop_server_prompt(app);
    } else {
        app_notify(app, "fetching the prompt from its server \xe2\x80\xa6");
    }
    error_clear(&err);
}

void app_stop_server_prompt(struct app *app)
{
    server_prompt_free(app->server_form.fetch);
    mem_free(app->server_form.name);
    mem_free(app->server_form.text);
    app->server_form = (struct server_form){.fetch = NULL};
}

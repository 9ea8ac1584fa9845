/*
 * Commands in the composer: a first word "/name" that names a template, a prompt of a
 * server, or an action. Templates go before actions. A first word that names none of them
 * is text; "//name" is text where "/name" would be a command.
 */
#include <string.h>

#include "src/base/mem.h"
#include "src/base/number.h"
#include "ui/app_state.h"

/* An action with something behind its name. */
struct command_argument {
    enum action action;
    const char *form; /* as shown */
    void (*run)(struct app *app, const char *argument);
};

/* --- Arguments -------------------------------------------------------------------- */

/* Finds the model of that name; false, with a notice, if there is none. */
static bool app_find_model(struct app *app, const char *name, struct model_ref *ref)
{
    struct error err = {ERROR_NONE, NULL};
    const bool is_found = catalog_find(app->options.catalog, name, ref, &err);
    if (!is_found)
        app_notify(app, error_text(&err));
    error_clear(&err);
    return is_found;
}

static void run_model(struct app *app, const char *argument)
{
    struct model_ref ref;
    const struct pane *pane = app_focused_pane(app);
    if (pane == NULL)
        app_notify(app, "no pane is open");
    else if (engine_is_busy(app->engine, pane->chat))
        app_notify(app, "the answer is still coming: stop it before another model");
    else if (app_find_model(app, argument, &ref))
        engine_set_model(app->engine, pane->chat, ref.endpoint, ref.model);
}

static void run_pane_new(struct app *app, const char *argument)
{
    struct model_ref ref;
    if (app_find_model(app, argument, &ref))
        app_open_model_pane(app, &ref);
}

static void run_pane_number(struct app *app, const char *argument)
{
    int64_t number = 0;
    const bool is_one = number_parse_int(argument, &number) && number >= 1 &&
                        number <= (int64_t)app->pane_count;
    if (!is_one) {
        app_notify(app, "there is no pane of that number");
        return;
    }
    app->focused = (size_t)number - 1;
}

static const struct command_argument command_arguments[] = {
    {ACTION_MODEL, "[NAME]", run_model},
    {ACTION_PANE_NEW, "[NAME]", run_pane_new},
    {ACTION_PANE_NUMBER, "N", run_pane_number},
};

static const struct command_argument *find_argument(enum action action)
{
    for (size_t i = 0; i < COUNT_OF(command_arguments); i++) {
        if (command_arguments[i].action == action)
            return &command_arguments[i];
    }
    return NULL;
}

/* --- The commands ----------------------------------------------------------------- */

/* Actions that make sense by name: not the keys of writing and of pages of their own, nor
 * Ctrl-C, which does what the moment asks for. */
static bool is_command(enum action action)
{
    if (action == ACTION_NONE || action == ACTION_INTERRUPT)
        return false;
    const enum action_group group = action_get(action)->group;
    if (group == ACTION_GROUP_TEXT)
        return action == ACTION_EDITOR || action == ACTION_HISTORY ||
               action == ACTION_NORMAL;
    return group != ACTION_GROUP_MATRIX;
}

/* The action that is a command of that name, or ACTION_NONE. */
static enum action find_action(const char *name, size_t len)
{
    for (int action = ACTION_NONE + 1; action < ACTION_COUNT; action++) {
        const char *own = action_get((enum action)action)->name;
        if (strlen(own) == len && memcmp(own, name, len) == 0 &&
            is_command((enum action)action))
            return (enum action)action;
    }
    return ACTION_NONE;
}

void app_list_commands(struct app *app, struct complete_list *list)
{
    app_list_prompt_names(app, list);
    for (int action = ACTION_NONE + 1; action < ACTION_COUNT; action++) {
        const struct action_info *info = action_get((enum action)action);
        const struct command_argument *argument = find_argument((enum action)action);
        if (!is_command((enum action)action) || complete_list_has(list, info->name))
            continue;
        complete_list_add(
            list, &(struct complete_item){
                      .name = mem_strdup(info->name),
                      .args = argument != NULL ? mem_strdup(argument->form) : NULL,
                      .help = mem_strdup(info->help)});
    }
}

static void list_model(struct complete_list *list, const char *name)
{
    if (!complete_list_has(list, name))
        complete_list_add(list, &(struct complete_item){.name = mem_strdup(name)});
}

void app_list_arguments(struct app *app, struct complete_list *list)
{
    const struct catalog *catalog = app->options.catalog;
    const char *text = line_edit_shown(app->edit) + 1;
    const enum action action = find_action(text, strcspn(text, " \t\n"));
    if (action != ACTION_MODEL && action != ACTION_PANE_NEW)
        return;
    for (size_t i = 0; i < catalog->model_count; i++)
        list_model(list, catalog->models[i]);
    for (size_t i = 0; i < catalog->endpoint_count; i++) {
        const struct endpoint *endpoint = catalog->endpoints[i];
        const struct model_list *models = engine_get_models(app->engine, endpoint);
        for (size_t j = 0; models != NULL && j < model_list_get_count(models); j++) {
            char *name =
                strbuf_format("%s/%s", endpoint->name, model_list_get_name(models, j));
            list_model(list, name);
            mem_free(name);
        }
    }
}

char *app_describe_command(struct app *app, const char *name)
{
    const enum action action = find_action(name, strlen(name));
    if (app_is_prompt_name(app, name, strlen(name)))
        return app_describe_prompt(app, name);
    return mem_strdup(action_get(action)->help);
}

bool app_command_takes_text(struct app *app, const char *name)
{
    return app_is_prompt_name(app, name, strlen(name)) ||
           find_argument(find_action(name, strlen(name))) != NULL;
}

/* --- Carrying out ----------------------------------------------------------------- */

/* Runs an action that the text names. The text goes first, for the action may need the
 * composer empty; if it asks for a second press it is put back, to be pressed again. */
static void app_run_action(struct app *app, enum action action, const char *argument)
{
    const struct command_argument *taker = find_argument(action);
    const struct key no_key = {.code = INPUT_NONE};
    struct line_edit *edit = app->edit;
    char *text = mem_strdup(argument);
    line_edit_clear(edit);
    if (text[0] != '\0' && taker != NULL)
        taker->run(app, text);
    else if (action == ACTION_PANE_NUMBER)
        app_notify(app, "/pane-number takes the number of a pane");
    else
        app_act(app, action, &no_key);
    if (app->armed == action && app->edit == edit)
        line_edit_undo(edit);
    mem_free(text);
    app_mark_all(app);
}

/* True if the word names a command. */
static bool app_is_command(struct app *app, const char *name, size_t len)
{
    return app_is_prompt_name(app, name, len) || find_action(name, len) != ACTION_NONE;
}

/* The composer's text if it may be a command: not while a sent prompt is edited. */
static const char *app_command_text(const struct app *app)
{
    const char *shown = line_edit_shown(app->edit);
    return shown[0] == '/' && app->edited_message == 0 ? shown : NULL;
}

bool app_take_command(struct app *app)
{
    if (app_command_text(app) == NULL)
        return false;
    const char *name = line_edit_text(app->edit) + 1;
    const size_t len = strcspn(name, " \t\n");
    const char *rest = name + len + strspn(name + len, " \t\n");
    if (app_open_prompt_named(app, name, len, rest))
        return true;
    const enum action action = find_action(name, len);
    if (action == ACTION_NONE)
        return false;
    char *argument = mem_strdup(rest);
    size_t argument_len = strlen(argument);
    while (argument_len > 0 && strchr(" \t\n", argument[argument_len - 1]) != NULL)
        argument[--argument_len] = '\0';
    if (argument_len == 0 || find_argument(action) != NULL) {
        app_run_action(app, action, argument);
    } else {
        const char *own = action_get(action)->name;
        char *notice =
            strbuf_format("/%s takes no text; //%s sends this as a prompt", own, own);
        app_notify(app, notice);
        mem_free(notice);
    }
    mem_free(argument);
    return true;
}

size_t app_slash_escape(struct app *app)
{
    const char *text = app_command_text(app);
    if (text == NULL || text[1] != '/')
        return 0;
    return app_is_command(app, text + 2, strcspn(text + 2, " \t\n")) ? 1 : 0;
}

/*
 * Templates by name: the picker, and a first word "/name" in the composer. Their files
 * are looked at when they are wanted, never before.
 */
#include <string.h>

#include "src/base/mem.h"
#include "ui/app_state.h"
#include "ui/ranked_list.h"

#define PROMPTS_LEFT_WIDTH 24

/* The most rows that are shown; typing finds the others. Each file is read for one. */
#define PROMPTS_ROWS_MAX 100

/* The most of a description in its row. */
#define PROMPTS_TEXT_MAX 200

static void app_list_prompts(const struct app *app, struct template_list *list)
{
    *list = (struct template_list){0};
    if (app->options.prompts != NULL)
        template_list_read(list, app->options.prompts);
}

static const struct template_entry *app_find_prompt(const struct template_list *list,
                                                    const char *name, size_t len)
{
    for (size_t i = 0; i < list->len; i++) {
        if (strlen(list->items[i].name) == len &&
            memcmp(list->items[i].name, name, len) == 0)
            return &list->items[i];
    }
    return NULL;
}

/* Reads a template and opens its form; what is wrong with it is said. */
static void app_open_named(struct app *app, const char *name, const char *text,
                           bool is_of_composer)
{
    struct problem_list problems;
    if (app_is_server_prompt(app, name, strlen(name))) {
        app_open_server_prompt(app, name, text, is_of_composer);
        return;
    }
    struct prompt_template *template =
        template_open(app->options.prompts, name, &problems);
    if (template != NULL) {
        app_open_form(app, template, text);
        app->form.is_of_composer = is_of_composer && app->page == PAGE_FORM;
    } else {
        struct error err = {ERROR_NONE, NULL};
        problem_list_to_error(&problems, &err);
        app_notify(app, error_text(&err));
        error_clear(&err);
    }
    problem_list_clear(&problems);
}

/* --- The picker ------------------------------------------------------------------ */

char *app_describe_prompt(struct app *app, const char *name)
{
    struct problem_list problems;
    struct strbuf text;
    if (app_is_server_prompt(app, name, strlen(name)))
        return app_describe_server_prompt(app, name);
    strbuf_init(&text, STRBUF_OWN_MAX);
    struct prompt_template *template =
        template_open(app->options.prompts, name, &problems);
    if (template != NULL) {
        strbuf_append(&text, template->description,
                      strnlen(template->description, PROMPTS_TEXT_MAX));
    } else if (problems.len > 0) {
        char *first = problem_list_format(&problems, 0);
        strbuf_append_format(&text, "\xe2\x9c\x97 %s", first);
        mem_free(first);
    }
    for (size_t i = 0; i < text.len; i++) {
        if (text.text[i] == '\n' || text.text[i] == '\t')
            text.text[i] = ' ';
    }
    /* A row with one text only would give it all of the width. */
    if (text.len == 0)
        strbuf_append_char(&text, ' ');
    template_free(template);
    problem_list_clear(&problems);
    return strbuf_take(&text);
}

void app_fill_prompts(struct app *app)
{
    const char *filter = line_edit_text(app->filter);
    struct ranked_list ranked = {0};
    struct template_list list;
    app_list_prompts(app, &list);
    for (size_t i = 0; i < list.len; i++)
        ranked_list_add(&ranked, filter, list.items[i].name);
    app_add_server_prompts(app, &ranked, filter);
    ranked_list_sort(&ranked);
    app_clear_list(app);
    for (size_t i = 0; i < ranked.len && i < PROMPTS_ROWS_MAX; i++) {
        const char *name = ranked.items[i].name;
        app_add_row(app, mem_strdup(name), app_describe_prompt(app, name));
    }
    if (ranked.len == 0)
        app_add_row(app, NULL,
                    mem_strdup(list.len == 0 ? "there is no template: motet prompts says "
                                               "where they are looked for"
                                             : "no template fits"));
    ranked_list_clear(&ranked);
    template_list_clear(&list);
    app->list.selected = 0;
    app->list.first = 0;
    app->list.input = filter;
    app_show_list(app);
}

void app_open_prompts(struct app *app, const char *filter)
{
    app->overlay = OVERLAY_PROMPTS;
    line_edit_reset(app->filter);
    line_edit_insert(app->filter, filter, strlen(filter));
    app->list = (struct list_view){
        .title = " prompts ",
        .hint = " type a part of a name, Up Down choose, Enter opens its form, Esc ",
        .left_width = PROMPTS_LEFT_WIDTH,
    };
    app_fill_prompts(app);
}

void app_pick_prompt(struct app *app)
{
    if (app->list.selected >= app->list_row_count ||
        app->list_rows[app->list.selected].left == NULL)
        return;
    char *name = mem_strdup(app->list_rows[app->list.selected].left);
    app_close_overlay(app);
    app_open_named(app, name, "", false);
    mem_free(name);
}

/* --- The composer ---------------------------------------------------------------- */

void app_list_prompt_names(struct app *app, struct complete_list *list)
{
    struct template_list templates;
    struct ranked_list offered = {0};
    app_list_prompts(app, &templates);
    for (size_t i = 0; i < templates.len; i++)
        complete_list_add(
            list, &(struct complete_item){.name = mem_strdup(templates.items[i].name)});
    app_add_server_prompts(app, &offered, "");
    ranked_list_sort(&offered);
    for (size_t i = 0; i < offered.len; i++) {
        if (!complete_list_has(list, offered.items[i].name))
            complete_list_add(
                list, &(struct complete_item){.name = mem_strdup(offered.items[i].name)});
    }
    ranked_list_clear(&offered);
    template_list_clear(&templates);
}

bool app_is_prompt_name(struct app *app, const char *name, size_t len)
{
    struct template_list list;
    app_list_prompts(app, &list);
    const bool is_one =
        app_find_prompt(&list, name, len) != NULL || app_is_server_prompt(app, name, len);
    template_list_clear(&list);
    return is_one;
}

bool app_open_prompt_named(struct app *app, const char *name, size_t len,
                           const char *text)
{
    if (!app_is_prompt_name(app, name, len))
        return false;
    char *whole = mem_strndup(name, len);
    app_open_named(app, whole, text, true);
    mem_free(whole);
    return true;
}

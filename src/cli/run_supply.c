/*
 * A row that cannot be made into a prompt becomes an error of its own, for rows of a
 * pipe: those of files were all looked at before.
 */
#include "src/cli/run_supply.h"

#include <string.h>

#include "src/base/mem.h"
#include "src/cli/server_template.h"
#include "src/engine/field_command.h"
#include "src/engine/field_file.h"
#include "src/prompt/template_folder.h"
#include "src/prompt/template_render.h"
#include "src/prompt/value_list.h"

/* --- The template ---------------------------------------------------------------- */

/* All that is wrong, a line each. */
static void supply_tell_problems(const struct problem_list *problems, struct error *err)
{
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    for (size_t i = 0; i < problems->len; i++) {
        char *line = problem_list_format(problems, i);
        strbuf_append_format(&text, "%s%s", i > 0 ? "\nmotet: " : "", line);
        mem_free(line);
    }
    error_set(err, ERROR_USAGE, "%s", strbuf_text(&text));
    strbuf_clear(&text);
}

static bool supply_read_servers(struct run_supply *supply, const struct options *options,
                                struct error *err)
{
    const char *name = options->words.items[0];
    struct problem_list problems;
    char *text = server_template_read(options, name, err);
    if (text == NULL)
        return false;
    problem_list_init(&problems, name);
    supply->template = template_parse(name, text, strlen(text), &problems);
    if (supply->template == NULL)
        supply_tell_problems(&problems, err);
    problem_list_clear(&problems);
    mem_free(text);
    return supply->template != NULL;
}

static bool supply_read_template(struct run_supply *supply, const struct options *options,
                                 struct error *err)
{
    struct template_places places;
    struct problem_list problems;
    if (server_template_is_one(options, options->words.items[0]))
        return supply_read_servers(supply, options, err);
    template_places_init(&places, NULL);
    supply->template = template_open(&places, options->words.items[0], &problems);
    if (supply->template == NULL)
        supply_tell_problems(&problems, err);
    problem_list_clear(&problems);
    template_places_clear(&places);
    return supply->template != NULL;
}

/* --- Rows ------------------------------------------------------------------------ */

/* True if the argument for the field gives several values. */
static bool supply_varies(const struct run_supply *supply, const char *field)
{
    const size_t len = strlen(field);
    for (size_t i = 0; i < supply->rows.argument_count; i++) {
        const char *argument = supply->rows.arguments[i];
        struct text_list values = {0};
        if (strncmp(argument, field, len) != 0 || argument[len] != '=')
            continue;
        const bool is_many =
            argument[len + 1] == '@' ||
            (value_list_split(argument + len + 1, &values, NULL) && values.len > 1);
        const bool is_glob = strpbrk(argument + len + 1, "*?[") != NULL;
        text_list_clear(&values);
        return is_many || is_glob;
    }
    return false;
}

/* Names what is told of each row: the fields that differ; where none does, all. */
static void supply_name_fields(struct run_supply *supply)
{
    for (size_t i = 0; i < supply->first.len; i++) {
        const struct field_value *value = &supply->first.items[i];
        text_list_add(&supply->columns, value->name, strlen(value->name));
        const bool is_asked = !value->is_column ||
                              template_find_field(supply->template, value->name) != NULL;
        if (is_asked && (value->is_column || supply_varies(supply, value->name)))
            text_list_add(&supply->fields, value->name, strlen(value->name));
    }
    for (size_t i = 0; supply->fields.len == 0 && i < supply->first.len; i++) {
        const char *name = supply->first.items[i].name;
        if (i + 1 == supply->first.len || !supply->first.items[i].is_column)
            text_list_add(&supply->fields, name, strlen(name));
    }
}

static bool is_file_field(const struct template_field *field)
{
    return field->type == FIELD_FILE || field->type == FIELD_IMAGE;
}

static bool supply_needs_files(const struct prompt_template *template)
{
    bool needs = false;
    for (size_t i = 0; i < template->field_count; i++)
        needs = needs || is_file_field(&template->fields[i]) ||
                template->fields[i].origin == FIELD_FROM_FILE;
    return needs;
}

/* What the row says of its files: rows that say the same are looked at once. */
static void supply_name_files(const struct prompt_template *template,
                              const struct field_values *row, struct strbuf *names)
{
    strbuf_reset(names);
    for (size_t i = 0; i < row->len; i++) {
        const struct template_field *field =
            template_find_field(template, row->items[i].name);
        if (field == NULL || (!is_file_field(field) && field->origin != FIELD_FROM_FILE))
            continue;
        strbuf_append_format(names, "%s=", field->name);
        if (is_file_field(field))
            strbuf_append(names, row->items[i].text, strlen(row->items[i].text) + 1);
        for (char **item = row->items[i].items; item != NULL && *item != NULL; item++)
            strbuf_append(names, *item, strlen(*item) + 1);
    }
}

/* Reads the files of a row, and looks whether they are what their fields take. */
static bool supply_check_row_files(const struct run_supply *supply,
                                   struct field_values *row, struct error *err)
{
    struct problem_list problems;
    if (!field_files_read(supply->template, row, err)) {
        if (row->place != NULL)
            error_prefix(err, "%s", row->place);
        return false;
    }
    problem_list_init(&problems, supply->template->path);
    const bool ok = template_check_values(supply->template, row, &problems);
    if (!ok)
        supply_tell_problems(&problems, err);
    problem_list_clear(&problems);
    return ok;
}

/* Looks at the files that rows name, where rows can be read twice. Stops at the first
 * that is wrong: what is wrong with one may be wrong with all. */
static bool supply_check_files(const struct run_supply *supply, struct error *err)
{
    struct field_values row = {0};
    struct strbuf names;
    struct strbuf last;
    if (supply->count <= 0 || !supply_needs_files(supply->template))
        return true;
    struct row_source *source = row_source_new(&supply->rows, NULL);
    bool is_first = true;
    bool ok = true;
    strbuf_init(&names, STRBUF_OWN_MAX);
    strbuf_init(&last, STRBUF_OWN_MAX);
    while (ok && source != NULL && row_source_next(source, &row, NULL) == ROW_READ) {
        supply_name_files(supply->template, &row, &names);
        const bool is_same =
            !is_first && names.len == last.len &&
            memcmp(strbuf_text(&names), strbuf_text(&last), names.len) == 0;
        if (!is_same)
            ok = supply_check_row_files(supply, &row, err);
        strbuf_reset(&last);
        strbuf_append(&last, strbuf_text(&names), names.len);
        is_first = false;
    }
    strbuf_clear(&names);
    strbuf_clear(&last);
    field_values_clear(&row);
    row_source_free(source);
    return ok;
}

static bool supply_check_rows(struct run_supply *supply, struct error *err)
{
    struct problem_list problems;
    problem_list_init(&problems, supply->template->path);
    const bool ok = row_source_check(&supply->rows, &supply->count, &problems);
    if (!ok)
        supply_tell_problems(&problems, err);
    problem_list_clear(&problems);
    return ok && supply_check_files(supply, err);
}

static bool supply_open_rows(struct run_supply *supply, struct error *err)
{
    supply->source = row_source_new(&supply->rows, err);
    if (supply->source == NULL)
        return false;
    switch (row_source_next(supply->source, &supply->first, err)) {
    case ROW_READ: supply->has_first = true; break;
    case ROW_END: break;
    case ROW_FAILED: return false;
    }
    supply_name_fields(supply);
    return true;
}

/* --- Standard input -------------------------------------------------------------- */

/* Reads it whole, once, if a field takes its value from there. */
static bool supply_read_input(struct run_supply *supply, struct error *err)
{
    const struct prompt_template *template = supply->template;
    struct row_file file;
    bool wants_input = false;
    for (size_t i = 0; i < template->field_count; i++)
        wants_input = wants_input || template->fields[i].origin == FIELD_FROM_INPUT;
    if (!wants_input)
        return true;
    if (!row_file_open(&file, "-", NULL, err))
        return false;
    const bool ok = row_file_rest(&file, err);
    for (size_t i = 0; ok && i < template->field_count; i++) {
        if (template->fields[i].origin == FIELD_FROM_INPUT)
            field_values_set(&supply->common, template->fields[i].name,
                             strbuf_text(&file.text), "standard input");
    }
    row_file_close(&file);
    return ok;
}

/* --- Commands -------------------------------------------------------------------- */

struct command_wait {
    struct run_supply *supply;
    struct ev_loop *loop;
    struct error *err;
};

static void supply_on_commands(void *user, const struct field_values *values,
                               const struct error *err)
{
    const struct command_wait *wait = user;
    if (err != NULL)
        error_set(wait->err, err->class, "%s", error_text(err));
    else
        field_values_copy(&wait->supply->common, values);
    ev_break(wait->loop, EVBREAK_ALL);
}

bool run_supply_ask_commands(struct run_supply *supply, struct setup *setup,
                             struct error *err)
{
    struct command_wait wait = {supply, setup->loop, err};
    /* A value that is given, or a column, is not asked for. */
    if (!field_commands_are_needed(supply->template, &supply->first))
        return true;
    const char **keys = catalog_get_key_variables(&setup->catalog);
    const struct field_commands_options options = {.loop = setup->loop,
                                                   .template = supply->template,
                                                   .given = &supply->first,
                                                   .key_variables = keys,
                                                   .on_done = supply_on_commands,
                                                   .user = &wait};
    struct field_commands *commands = field_commands_start(&options, err);
    if (commands != NULL)
        ev_run(setup->loop, 0);
    field_commands_free(commands);
    mem_free(keys);
    return err->class == ERROR_NONE;
}

bool run_supply_render(const struct run_supply *supply, const struct field_values *row,
                       struct rendered_prompt *prompt, struct error *err)
{
    struct field_values values = {0};
    field_values_copy(&values, &supply->common);
    field_values_copy(&values, row);
    const bool ok = field_files_read(supply->template, &values, err) &&
                    template_render(supply->template, &values, prompt, err);
    field_values_clear(&values);
    return ok;
}

bool run_supply_init(struct run_supply *supply, const struct options *options,
                     struct error *err)
{
    *supply = (struct run_supply){.count = -1};
    if (options->words.len == 0) {
        error_set(err, ERROR_USAGE,
                  "which template? motet run NAME FIELD=VALUE..., with NAME.md in the "
                  "folder prompts of the configuration, or a path");
        return false;
    }
    if (!supply_read_template(supply, options, err))
        return false;
    supply->rows =
        (struct row_options){.template = supply->template,
                             .arguments = (const char *const *)options->words.items + 1,
                             .argument_count = options->words.len - 1,
                             .csv_path = options->run.csv_path,
                             .jsonl_path = options->run.jsonl_path};
    return supply_check_rows(supply, err) && supply_open_rows(supply, err) &&
           supply_read_input(supply, err);
}

void run_supply_clear(struct run_supply *supply)
{
    row_source_free(supply->source);
    template_free(supply->template);
    field_values_clear(&supply->first);
    field_values_clear(&supply->common);
    text_list_clear(&supply->fields);
    text_list_clear(&supply->columns);
}

bool run_supply_next(void *user, struct run_row *row)
{
    struct run_supply *supply = user;
    struct field_values values = {0};
    if (supply->is_failed)
        return false;
    enum row_result result = ROW_READ;
    if (supply->has_first) {
        values = supply->first;
        supply->first = (struct field_values){0};
        supply->has_first = false;
    } else {
        result = row_source_next(supply->source, &values, &row->error);
    }
    row->values = values;
    if (result == ROW_END) {
        field_values_clear(&row->values);
        return false;
    }
    supply->is_failed = result == ROW_FAILED;
    if (result == ROW_READ)
        run_supply_render(supply, &row->values, &row->prompt, &row->error);
    return true;
}

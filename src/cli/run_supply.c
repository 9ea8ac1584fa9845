/*
 * A row that cannot be made into a prompt becomes an error of its own, for rows of a
 * pipe: those of files were all looked at before.
 */
#include "src/cli/run_supply.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/base/program_place.h"
#include "src/prompt/template_render.h"
#include "src/prompt/value_list.h"

/* --- The template ---------------------------------------------------------------- */

/* Where a template of that name or path is. Caller frees. */
static char *supply_find_template(const char *word)
{
    struct program_place place;
    struct stat info;
    const size_t len = strlen(word);
    const bool is_path = strchr(word, '/') != NULL ||
                         (len > 3 && strcmp(word + len - 3, ".md") == 0) ||
                         stat(word, &info) == 0;
    if (is_path)
        return mem_strdup(word);
    char *name = strbuf_format("prompts/%s.md", word);
    char *own = path_config_file(name);
    if (own != NULL && access(own, R_OK) == 0) {
        mem_free(name);
        return own;
    }
    mem_free(own);
    program_place_init(&place, NULL);
    char *shipped =
        strbuf_format("%s/%s", place.data_folder != NULL ? place.data_folder : ".", name);
    program_place_clear(&place);
    mem_free(name);
    return shipped;
}

static bool supply_read_template(struct run_supply *supply, const char *word,
                                 struct error *err)
{
    struct problem_list problems;
    struct strbuf bytes;
    char *path = supply_find_template(word);
    strbuf_init(&bytes, TEMPLATE_MAX_BYTES);
    problem_list_init(&problems, path);
    const bool is_read = path_read_regular_file(path, &bytes, err);
    if (is_read) {
        supply->template =
            template_parse(path, strbuf_text(&bytes), bytes.len, &problems);
        if (supply->template == NULL)
            problem_list_to_error(&problems, err);
    } else {
        error_prefix(err, "the template %s", word);
    }
    problem_list_clear(&problems);
    strbuf_clear(&bytes);
    mem_free(path);
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

static bool supply_check_rows(struct run_supply *supply, struct error *err)
{
    struct problem_list problems;
    problem_list_init(&problems, supply->template->path);
    const bool ok = row_source_check(&supply->rows, &supply->count, &problems);
    if (!ok)
        problem_list_to_error(&problems, err);
    problem_list_clear(&problems);
    return ok;
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
    if (!supply_read_template(supply, options->words.items[0], err))
        return false;
    supply->rows =
        (struct row_options){.template = supply->template,
                             .arguments = (const char *const *)options->words.items + 1,
                             .argument_count = options->words.len - 1,
                             .csv_path = options->run.csv_path,
                             .jsonl_path = options->run.jsonl_path};
    return supply_check_rows(supply, err) && supply_open_rows(supply, err);
}

void run_supply_clear(struct run_supply *supply)
{
    row_source_free(supply->source);
    template_free(supply->template);
    field_values_clear(&supply->first);
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
        template_render(supply->template, &row->values, &row->prompt, &row->error);
    return true;
}

/*
 * How an argument is cut depends on its field: a list, a conversation or several files
 * are one value with commas in it, everything else is a value for each comma.
 */
#include "src/prompt/row_axis.h"

#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/base/utf8.h"
#include "src/config/suggest.h"
#include "src/prompt/field_check.h"
#include "src/prompt/value_list.h"

/* The most that the lines of a file may take when all of them have to be kept. */
#define AXIS_MAX_BYTES ((size_t)256 << 20)

static struct axis_value *add_value(struct row_axis *axis, const char *text, size_t line)
{
    axis->values =
        mem_grow(axis->values, &axis->cap, axis->len + 1, sizeof(axis->values[0]));
    struct axis_value *value = &axis->values[axis->len++];
    *value = (struct axis_value){.text = mem_strdup(text), .line = line};
    return value;
}

void row_axis_clear(struct row_axis *axis)
{
    for (size_t i = 0; i < axis->len; i++) {
        mem_free(axis->values[i].text);
        texts_free(axis->values[i].items);
    }
    mem_free(axis->values);
    mem_free(axis->path);
    row_file_close(&axis->lines);
    *axis = (struct row_axis){0};
}

static bool is_file_field(const struct template_field *field)
{
    return field->type == FIELD_FILE || field->type == FIELD_IMAGE;
}

/* True if all of an argument's text is one value. */
static bool takes_whole(const struct template_field *field)
{
    return field->type == FIELD_LIST || field->type == FIELD_LISTS ||
           field->type == FIELD_MESSAGES || (is_file_field(field) && field->takes_many);
}

/* --- Files by pattern
 * -------------------------------------------------------------------
 */

static bool is_pattern(const char *text)
{
    struct stat info;
    return strpbrk(text, "*?") != NULL && stat(text, &info) != 0;
}

static int compare_texts(const void *one, const void *other)
{
    return strcmp(*(char *const *)one, *(char *const *)other);
}

/* Adds the files that the pattern matches, by name; a text that is none is one file. */
static bool add_matches(const char *text, struct text_list *list, struct error *err)
{
    glob_t found;
    if (!is_pattern(text)) {
        text_list_add(list, text, strlen(text));
        return true;
    }
    char *pattern = path_from_text(text);
    const int result = glob(pattern, GLOB_NOSORT, NULL, &found);
    mem_free(pattern);
    if (result != 0) {
        error_set(err, ERROR_USAGE,
                  result == GLOB_NOMATCH ? "no file matches %s" : "cannot look for %s",
                  text);
        return false;
    }
    /* Sorted by bytes, not by the locale: rows come in the same order everywhere. */
    qsort(found.gl_pathv, found.gl_pathc, sizeof(found.gl_pathv[0]), compare_texts);
    for (size_t i = 0; i < found.gl_pathc; i++)
        text_list_add(list, found.gl_pathv[i], strlen(found.gl_pathv[i]));
    globfree(&found);
    return true;
}

static bool add_all_matches(const struct text_list *texts, struct text_list *files,
                            struct error *err)
{
    bool ok = true;
    for (size_t i = 0; i < texts->len && ok; i++)
        ok = add_matches(texts->items[i], files, err);
    return ok;
}

/* --- The argument
 * -----------------------------------------------------------------------
 */

bool row_axis_wants_input(const char *argument)
{
    const char *equals = strchr(argument, '=');
    return equals != NULL && (strcmp(equals, "=-") == 0 || strcmp(equals, "=@-") == 0);
}

static bool take_text(struct row_axis *axis, const char *text, struct error *err)
{
    struct text_list texts = {0};
    struct text_list files = {0};
    const bool is_escaped = text[0] == '\\' && (text[1] == '@' || text[1] == '-');
    text += is_escaped;
    if (takes_whole(axis->field) && !is_file_field(axis->field)) {
        add_value(axis, text, 0);
        return true;
    }
    bool ok = value_list_split(text, &texts, err);
    if (ok && is_file_field(axis->field))
        ok = add_all_matches(&texts, &files, err);
    const struct text_list *all = is_file_field(axis->field) ? &files : &texts;
    if (ok && takes_whole(axis->field))
        add_value(axis, text, 0)->items = text_list_take(&files);
    else
        for (size_t i = 0; ok && i < all->len; i++)
            add_value(axis, all->items[i], 0);
    text_list_clear(&texts);
    text_list_clear(&files);
    return ok;
}

static bool take_input(struct row_axis *axis, FILE *input, struct error *err)
{
    struct row_file file;
    if (!row_file_open(&file, "-", input, err))
        return false;
    const bool ok = row_file_rest(&file, err);
    if (ok)
        add_value(axis, strbuf_text(&file.text), 0);
    row_file_close(&file);
    return ok;
}

static bool take_lines(struct row_axis *axis, const char *path, FILE *input,
                       struct error *err)
{
    if (!row_file_open(&axis->lines, path, input, err)) {
        error_prefix(err, "a text that begins with @ is written \\@");
        return false;
    }
    axis->path = mem_strdup(axis->lines.path);
    return true;
}

/* The values of an argument are all there: they can be checked at once. */
static bool check_values(const struct row_axis *axis, struct error *err)
{
    for (size_t i = 0; i < axis->len; i++) {
        char *trouble =
            field_check_text(axis->field, axis->values[i].text, axis->values[i].items);
        if (trouble == NULL)
            continue;
        error_set(err, ERROR_USAGE, "the field \"%s\" %s", axis->field->name, trouble);
        mem_free(trouble);
        return false;
    }
    return true;
}

static const struct template_field *find_field(const struct prompt_template *template,
                                               const char *name, struct error *err)
{
    struct suggestion suggestion;
    const struct template_field *field = template_find_field(template, name);
    if (field != NULL)
        return field;
    suggestion_init(&suggestion, name);
    for (size_t i = 0; i < template->field_count; i++)
        suggestion_consider(&suggestion, template->fields[i].name);
    if (suggestion.best != NULL)
        error_set(err, ERROR_USAGE, "there is no field \"%s\"; did you mean \"%s\"?",
                  name, suggestion.best);
    else
        error_set(err, ERROR_USAGE, "there is no field \"%s\"", name);
    return NULL;
}

bool row_axis_init(struct row_axis *axis, const struct prompt_template *template,
                   const char *argument, FILE *input, struct error *err)
{
    const char *equals = strchr(argument, '=');
    *axis = (struct row_axis){0};
    if (equals == NULL || equals == argument) {
        error_set(err, ERROR_USAGE, "\"%s\" is no FIELD=VALUE", argument);
        return false;
    }
    char *name = mem_strndup(argument, (size_t)(equals - argument));
    axis->field = find_field(template, name, err);
    const char *text = equals + 1;
    bool ok = axis->field != NULL;
    if (ok && strcmp(text, "-") == 0)
        ok = take_input(axis, input, err);
    else if (ok && text[0] == '@')
        ok = take_lines(axis, text + 1, input, err);
    else if (ok)
        ok = take_text(axis, text, err);
    if (!ok && axis->field != NULL)
        error_prefix(err, "%s", name);
    ok = ok && check_values(axis, err);
    mem_free(name);
    if (!ok)
        row_axis_clear(axis);
    return ok;
}

/* --- Values
 * -----------------------------------------------------------------------------
 */

static struct field_value *put(const struct row_axis *axis, const char *text, size_t line,
                               struct field_values *row)
{
    char *where = line > 0 ? strbuf_format("%s:%zu", axis->path, line)
                           : mem_strdup("the command line");
    struct field_value *value = field_values_set(row, axis->field->name, text, where);
    mem_free(where);
    return value;
}

void row_axis_put(const struct row_axis *axis, size_t index, struct field_values *row)
{
    const struct axis_value *value = &axis->values[index];
    put(axis, value->text, value->line, row)->items = texts_copy(value->items);
}

enum row_result row_axis_read(struct row_axis *axis, struct field_values *row,
                              struct error *err)
{
    const enum row_result result = row_file_line(&axis->lines, err);
    if (result == ROW_READ)
        put(axis, strbuf_text(&axis->lines.text), axis->lines.line, row);
    return result;
}

bool row_axis_read_all(struct row_axis *axis, struct error *err)
{
    enum row_result result;
    size_t bytes = 0;
    while ((result = row_file_line(&axis->lines, err)) == ROW_READ) {
        bytes += axis->lines.text.len + sizeof(struct axis_value);
        if (bytes > AXIS_MAX_BYTES) {
            error_set(err, ERROR_USAGE,
                      "%s is larger than %zu MiB; put its field first, so that it is "
                      "read line by line",
                      axis->path, AXIS_MAX_BYTES >> 20);
            return false;
        }
        add_value(axis, strbuf_text(&axis->lines.text), axis->lines.line);
    }
    row_file_close(&axis->lines);
    return result == ROW_END;
}

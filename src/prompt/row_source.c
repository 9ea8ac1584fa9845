/*
 * An outer loop that may be long (a table, or the lines of a file) and, inside of it, a
 * counter with one wheel an argument. The wheel on the right turns with every row.
 */
#include "src/prompt/row_source.h"

#include <string.h>
#include <sys/stat.h>

#include "src/base/mem.h"
#include "src/prompt/row_axis.h"
#include "src/prompt/row_table.h"
#include "src/prompt/template_render.h"

/* The most problems that are looked for: with that many something else is wrong. */
#define CHECK_MAX_PROBLEMS 20

struct row_source {
    struct row_axis *axes;
    size_t *wheels; /* which value of each axis is next */
    size_t axis_count;
    struct row_axis *streamed; /* one of the axes, read line by line; or NULL */
    struct row_table table;
    bool has_table;
    bool has_begun;
    bool is_over;
    struct field_values outer; /* the current row of the table or line of the file */
};

/* --- Opening
 * ----------------------------------------------------------------------------
 */

static bool open_table(struct row_source *source, const struct row_options *options,
                       struct error *err)
{
    const bool is_csv = options->csv_path != NULL;
    const char *path = is_csv ? options->csv_path : options->jsonl_path;
    if (options->csv_path != NULL && options->jsonl_path != NULL) {
        error_set(err, ERROR_USAGE, "--csv and --jsonl exclude each other");
        return false;
    }
    if (path == NULL)
        return true;
    source->has_table = row_table_open(&source->table, path, is_csv, options->input, err);
    return source->has_table;
}

/* Standard input can be read once. */
static bool check_input(const struct row_options *options, struct error *err)
{
    size_t readers =
        (options->csv_path != NULL && strcmp(options->csv_path, "-") == 0) +
        (options->jsonl_path != NULL && strcmp(options->jsonl_path, "-") == 0);
    for (size_t i = 0; i < options->argument_count; i++)
        readers += row_axis_wants_input(options->arguments[i]);
    if (readers <= 1)
        return true;
    error_set(err, ERROR_USAGE, "standard input can be read for one thing only");
    return false;
}

static bool check_name(const struct row_source *source, const struct row_axis *axis,
                       struct error *err)
{
    const char *name = axis->field->name;
    for (const struct row_axis *other = source->axes; other < axis; other++) {
        if (other->field == axis->field) {
            error_set(err, ERROR_USAGE,
                      "the field \"%s\" is given twice; several values are written "
                      "%s=a,b",
                      name, name);
            return false;
        }
    }
    for (size_t i = 0; i < source->table.columns.len; i++) {
        if (strcmp(source->table.columns.items[i], name) == 0) {
            error_set(err, ERROR_USAGE,
                      "the field \"%s\" is given by %s and on the command line", name,
                      source->table.file.path);
            return false;
        }
    }
    return true;
}

static bool open_axes(struct row_source *source, const struct row_options *options,
                      struct error *err)
{
    source->axes = mem_alloc_array(options->argument_count, sizeof(source->axes[0]));
    source->wheels = mem_alloc_array(options->argument_count, sizeof(source->wheels[0]));
    for (size_t i = 0; i < options->argument_count; i++) {
        if (!row_axis_init(&source->axes[i], options->template, options->arguments[i],
                           options->input, err))
            return false;
        source->axis_count++;
        if (!check_name(source, &source->axes[i], err))
            return false;
    }
    return true;
}

/* The first file of lines can be read as it goes; what turns faster is kept. */
static bool settle_lines(struct row_source *source, struct error *err)
{
    bool may_stream = !source->has_table;
    for (size_t i = 0; i < source->axis_count; i++) {
        struct row_axis *axis = &source->axes[i];
        if (axis->path == NULL) {
            may_stream = may_stream && axis->len == 1;
        } else if (may_stream) {
            source->streamed = axis;
            may_stream = false;
        } else if (!row_axis_read_all(axis, err)) {
            return false;
        }
    }
    return true;
}

struct row_source *row_source_new(const struct row_options *options, struct error *err)
{
    struct row_source *source = mem_alloc(sizeof(*source));
    if (check_input(options, err) && open_table(source, options, err) &&
        open_axes(source, options, err) && settle_lines(source, err))
        return source;
    row_source_free(source);
    return NULL;
}

void row_source_free(struct row_source *source)
{
    if (source == NULL)
        return;
    for (size_t i = 0; i < source->axis_count; i++)
        row_axis_clear(&source->axes[i]);
    mem_free(source->axes);
    mem_free(source->wheels);
    if (source->has_table)
        row_table_close(&source->table);
    field_values_clear(&source->outer);
    mem_free(source);
}

/* --- Rows
 * -------------------------------------------------------------------------------
 */

static bool has_outer(const struct row_source *source)
{
    return source->has_table || source->streamed != NULL;
}

/* True if the wheels have combinations at all. */
static bool has_combinations(const struct row_source *source)
{
    for (size_t i = 0; i < source->axis_count; i++) {
        if (&source->axes[i] != source->streamed && source->axes[i].len == 0)
            return false;
    }
    return true;
}

/* Turns the last wheel that has values left, and those behind it to their start. */
static bool turn_wheels(struct row_source *source)
{
    for (size_t i = source->axis_count; i-- > 0;) {
        if (&source->axes[i] == source->streamed)
            continue;
        if (++source->wheels[i] < source->axes[i].len)
            return true;
        source->wheels[i] = 0;
    }
    return false;
}

/* A row of JSONL says only when it is read what it holds. */
static enum row_result check_outer(const struct row_source *source, struct error *err)
{
    for (size_t i = 0; i < source->axis_count && source->has_table; i++) {
        const char *name = source->axes[i].field->name;
        const struct field_value *value = field_values_find(&source->outer, name);
        if (value == NULL)
            continue;
        error_set(err, ERROR_USAGE,
                  "%s: the field \"%s\" is given here and on the command line",
                  value->where, name);
        return ROW_FAILED;
    }
    return ROW_READ;
}

static enum row_result next_outer(struct row_source *source, struct error *err)
{
    field_values_clear(&source->outer);
    const enum row_result result =
        source->has_table ? row_table_next(&source->table, &source->outer, err)
                          : row_axis_read(source->streamed, &source->outer, err);
    return result == ROW_READ ? check_outer(source, err) : result;
}

/* Puts everything into the row: the table's columns, then the arguments in their order.
 */
static void put_row(const struct row_source *source, struct field_values *row)
{
    if (source->has_table)
        field_values_copy(row, &source->outer);
    for (size_t i = 0; i < source->axis_count; i++) {
        if (&source->axes[i] == source->streamed)
            field_values_copy(row, &source->outer);
        else
            row_axis_put(&source->axes[i], source->wheels[i], row);
    }
}

enum row_result row_source_next(struct row_source *source, struct field_values *row,
                                struct error *err)
{
    enum row_result result = ROW_READ;
    field_values_clear(row);
    if (source->is_over || !has_combinations(source))
        return ROW_END;
    const bool has_turned = source->has_begun && turn_wheels(source);
    if (!has_turned && has_outer(source))
        result = next_outer(source, err);
    else if (!has_turned && source->has_begun)
        result = ROW_END;
    source->has_begun = true;
    source->is_over = result != ROW_READ;
    if (result == ROW_READ)
        put_row(source, row);
    return result;
}

int64_t row_source_count(const struct row_source *source)
{
    int64_t count = 1;
    if (!has_combinations(source))
        return 0;
    if (has_outer(source))
        return -1;
    for (size_t i = 0; i < source->axis_count; i++) {
        const int64_t len = (int64_t)source->axes[i].len;
        if (count > INT64_MAX / len)
            return INT64_MAX;
        count *= len;
    }
    return count;
}

/* --- Checking all of them
 * ---------------------------------------------------------------
 */

static bool is_regular(const char *path)
{
    struct stat info;
    return strncmp(path, "~/", 2) == 0 ||
           (stat(path, &info) == 0 && S_ISREG(info.st_mode));
}

/* True if rows can be read twice. */
static bool can_check(const struct row_options *options)
{
    const char *table =
        options->csv_path != NULL ? options->csv_path : options->jsonl_path;
    if (table != NULL && !is_regular(table))
        return false;
    for (size_t i = 0; i < options->argument_count; i++) {
        const char *text = strchr(options->arguments[i], '=');
        if (row_axis_wants_input(options->arguments[i]) ||
            (text != NULL && text[1] == '@' && !is_regular(text + 2)))
            return false;
    }
    return true;
}

bool row_source_check(const struct row_options *options, int64_t *count,
                      struct problem_list *problems)
{
    struct error err = {ERROR_NONE, NULL};
    struct field_values row = {0};
    enum row_result result = ROW_FAILED;
    *count = -1;
    if (!can_check(options))
        return true;
    const size_t faults = problems->len + problems->left_out;
    int64_t rows = 0;
    struct row_source *source = row_source_new(options, &err);
    while (source != NULL && problems->len < faults + CHECK_MAX_PROBLEMS &&
           (result = row_source_next(source, &row, &err)) == ROW_READ) {
        template_check_values(options->template, &row, problems);
        rows++;
    }
    if (source == NULL || result == ROW_FAILED)
        problem_list_add_error(problems, (struct text_place){0, 0}, "", &err);
    *count = rows;
    row_source_free(source);
    field_values_clear(&row);
    error_clear(&err);
    return problems->len + problems->left_out == faults;
}

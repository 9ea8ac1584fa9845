/* A row's number is read like one whose digits count the values of the fields. */
#include "ui/prompt_rows.h"

#include <string.h>

#include "src/base/mem.h"
#include "src/base/safe_text.h"
#include "src/base/text_list.h"
#include "src/engine/field_file.h"

/* The most of a value that a row is described with. */
#define DESCRIBED_MAX 80

struct given_field {
    const struct template_field *field;
    char **values;
    size_t count;
    size_t repeats; /* rows that follow each other with the same value of it */
};

struct prompt_rows {
    struct held_template *held;
    struct given_field *given;
    size_t len;
    size_t cap;
};

struct held_template *held_template_new(struct prompt_template *template)
{
    struct held_template *held = mem_alloc(sizeof(*held));
    *held = (struct held_template){template, 1};
    return held;
}

void held_template_free(struct held_template *held)
{
    if (held == NULL || --held->holders > 0)
        return;
    template_free(held->template);
    mem_free(held);
}

struct prompt_rows *prompt_rows_new(struct held_template *held)
{
    struct prompt_rows *rows = mem_alloc(sizeof(*rows));
    rows->held = held;
    held->holders++;
    return rows;
}

void prompt_rows_free(struct prompt_rows *rows)
{
    if (rows == NULL)
        return;
    for (size_t i = 0; i < rows->len; i++)
        texts_free(rows->given[i].values);
    mem_free(rows->given);
    held_template_free(rows->held);
    mem_free(rows);
}

const struct prompt_template *prompt_rows_template(const struct prompt_rows *rows)
{
    return rows->held->template;
}

void prompt_rows_give(struct prompt_rows *rows, const char *field, char *const *values)
{
    rows->given =
        mem_grow(rows->given, &rows->cap, rows->len + 1, sizeof(rows->given[0]));
    rows->given[rows->len++] =
        (struct given_field){.field = template_find_field(rows->held->template, field),
                             .values = texts_copy(values),
                             .count = texts_count(values)};
    size_t repeats = 1;
    for (size_t i = rows->len; i > 0; i--) {
        struct given_field *given = &rows->given[i - 1];
        given->repeats = repeats;
        /* More than can be asked for by number; prompt_rows_count says so. */
        if (repeats <= PROMPT_ROWS_MAX)
            repeats *= given->count;
    }
}

size_t prompt_rows_count(const struct prompt_rows *rows)
{
    size_t count = 1;
    for (size_t i = 0; i < rows->len && count <= PROMPT_ROWS_MAX; i++)
        count = rows->given[i].count > PROMPT_ROWS_MAX ? PROMPT_ROWS_MAX + 1
                                                       : count * rows->given[i].count;
    return count <= PROMPT_ROWS_MAX ? count : PROMPT_ROWS_MAX + 1;
}

static const char *given_value(const struct given_field *given, size_t row)
{
    return given->values[row / given->repeats % given->count];
}

bool prompt_rows_fill(const struct prompt_rows *rows, size_t row,
                      struct field_values *values, struct error *err)
{
    for (size_t i = 0; i < rows->len; i++)
        field_values_set(values, rows->given[i].field->name,
                         given_value(&rows->given[i], row), "the form");
    return field_files_read(rows->held->template, values, err);
}

bool prompt_rows_render(const struct prompt_rows *rows, size_t row,
                        struct rendered_prompt *prompt, struct error *err)
{
    struct field_values values = {0};
    const bool ok = prompt_rows_fill(rows, row, &values, err) &&
                    template_render(rows->held->template, &values, prompt, err);
    field_values_clear(&values);
    return ok;
}

static size_t count_varying(const struct prompt_rows *rows)
{
    size_t count = 0;
    for (size_t i = 0; i < rows->len; i++)
        count += rows->given[i].count > 1;
    return count;
}

void prompt_rows_describe(const struct prompt_rows *rows, size_t row, struct strbuf *out)
{
    const size_t varying = count_varying(rows);
    const char *gap = "";
    for (size_t i = 0; i < rows->len; i++) {
        const struct given_field *given = &rows->given[i];
        const char *value = given_value(given, row);
        if (given->count < 2)
            continue;
        strbuf_append_text(out, gap);
        if (varying > 1)
            strbuf_append_format(out, "%s=", given->field->name);
        safe_text_append_line(out, value, strlen(value), DESCRIBED_MAX);
        gap = ", ";
    }
}

const char *prompt_rows_value(const struct prompt_rows *rows, size_t row,
                              const char *field)
{
    for (size_t i = 0; i < rows->len; i++) {
        if (strcmp(rows->given[i].field->name, field) == 0)
            return given_value(&rows->given[i], row);
    }
    return NULL;
}

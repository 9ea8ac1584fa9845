/* Files go through attachment_file.h, like those that a prompt names with @. */
#include "src/engine/field_file.h"

#include <string.h>

#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/base/text_list.h"
#include "src/engine/attachment_file.h"
#include "src/prompt/field_check.h"

static bool is_file_field(const struct template_field *field)
{
    return field->type == FIELD_FILE || field->type == FIELD_IMAGE;
}

/* The text of a file, without its last line end, as the field's value. */
static bool read_text(const struct template_field *field, struct field_values *values,
                      struct error *err)
{
    struct strbuf text;
    strbuf_init(&text, MESSAGE_MAX);
    const bool ok = path_read_regular_file(field->default_text, &text, err);
    if (ok && memchr(strbuf_text(&text), '\0', text.len) != NULL) {
        error_set(err, ERROR_USAGE, "%s is not a text", field->default_text);
        strbuf_clear(&text);
        return false;
    }
    if (ok && text.len > 0 && text.text[text.len - 1] == '\n')
        strbuf_truncate(&text, text.len - 1);
    if (ok)
        field_values_set(values, field->name, strbuf_text(&text), field->default_text);
    strbuf_clear(&text);
    return ok;
}

/* Gives the field the value that the template has for it. */
static bool take_own_value(const struct prompt_template *template,
                           const struct template_field *field,
                           struct field_values *values, struct error *err)
{
    const bool has_path = field->origin == FIELD_FROM_FILE ||
                          (field->origin == FIELD_DEFAULT && is_file_field(field));
    if (!has_path)
        return true;
    if (!is_file_field(field))
        return read_text(field, values, err);
    field_values_set(values, field->name, field->default_text, template->path);
    return true;
}

static bool read_files(const struct template_field *field, struct field_value *value,
                       struct error *err)
{
    struct text_list names = {0};
    bool ok = true;
    char *trouble = field_check_text(field, value->text, value->items);
    if (trouble != NULL) {
        error_set(err, ERROR_USAGE, "%s", trouble);
        ok = false;
    } else if (field->takes_many) {
        ok = field_list_items(value->text, value->items, &names, err);
    } else {
        text_list_add(&names, value->text, strlen(value->text));
    }
    for (size_t i = 0; i < names.len && ok; i++)
        ok = attachment_read(&value->files, names.items[i], err);
    mem_free(trouble);
    text_list_clear(&names);
    return ok;
}

static struct field_value *find_value(struct field_values *values, const char *name)
{
    for (size_t i = 0; i < values->len; i++) {
        if (strcmp(values->items[i].name, name) == 0)
            return &values->items[i];
    }
    return NULL;
}

bool field_files_read(const struct prompt_template *template, struct field_values *values,
                      struct error *err)
{
    bool ok = true;
    for (size_t i = 0; i < template->field_count && ok; i++) {
        const struct template_field *field = &template->fields[i];
        struct field_value *value = find_value(values, field->name);
        if (value == NULL) {
            ok = take_own_value(template, field, values, err);
            value = find_value(values, field->name);
        }
        if (ok && value != NULL && is_file_field(field) && value->files.len == 0)
            ok = read_files(field, value, err);
        if (!ok)
            error_prefix(err, "%s:%zu: the field \"%s\"", template->path,
                         field->place.line, field->name);
    }
    return ok;
}

/* A growing array, searched from its start: a row has a handful of fields. */
#include "src/prompt/field_value.h"

#include <string.h>

#include "src/base/mem.h"
#include "src/base/text_list.h"

static void field_value_clear(struct field_value *value)
{
    mem_free(value->name);
    mem_free(value->text);
    mem_free(value->where);
    texts_free(value->items);
    attachment_list_clear(&value->files);
}

static struct field_value *find(const struct field_values *values, const char *name)
{
    for (size_t i = 0; i < values->len; i++) {
        if (strcmp(values->items[i].name, name) == 0)
            return &values->items[i];
    }
    return NULL;
}

struct field_value *field_values_set(struct field_values *values, const char *name,
                                     const char *text, const char *where)
{
    const struct field_value fresh = {
        .name = mem_strdup(name), .text = mem_strdup(text), .where = mem_strdup(where)};
    struct field_value *value = find(values, name);
    if (value != NULL) {
        field_value_clear(value);
    } else {
        values->items = mem_grow(values->items, &values->cap, values->len + 1,
                                 sizeof(values->items[0]));
        value = &values->items[values->len++];
    }
    *value = fresh;
    return value;
}

const struct field_value *field_values_find(const struct field_values *values,
                                            const char *name)
{
    return find(values, name);
}

void field_values_copy(struct field_values *values, const struct field_values *from)
{
    for (size_t i = 0; i < from->len; i++) {
        const struct field_value *value = &from->items[i];
        struct field_value *copy =
            field_values_set(values, value->name, value->text, value->where);
        copy->items = texts_copy(value->items);
        copy->is_column = value->is_column;
        attachment_list_copy(&copy->files, &value->files);
    }
    if (from->place == NULL)
        return;
    char *place = mem_strdup(from->place);
    mem_free(values->place);
    values->place = place;
}

void field_values_clear(struct field_values *values)
{
    for (size_t i = 0; i < values->len; i++)
        field_value_clear(&values->items[i]);
    mem_free(values->items);
    mem_free(values->place);
    *values = (struct field_values){0};
}

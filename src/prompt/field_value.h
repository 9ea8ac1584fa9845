/*
 * Values for the fields of a template: what a person has typed, a row of a table, a file.
 * Plain data, owned. A value knows no type: whether it fits a field is template_render's
 * to say.
 */
#ifndef PROMPT_FIELD_VALUE_H
#define PROMPT_FIELD_VALUE_H

#include <stdbool.h>
#include <stddef.h>

#include "src/chat/attachment.h"

struct field_value {
    char *name;
    char *text;   /* as it was given: "fantasy", "3", "a,b" … */
    char **items; /* of a list, where it was given as one (JSON): ends with NULL; an item
                     that is no string is JSON text */
    char *where;  /* for sentences: "books.csv:12", "the command line", … */
    bool is_column; /* of a table's row: a template need not have a field for it */
    struct attachment_list files; /* what FIELD_FILE and FIELD_IMAGE were read into */
};

/* A zeroed list is empty. Names stand once. */
struct field_values {
    struct field_value *items;
    size_t len;
    size_t cap;
    char *place; /* of a table's row: "books.csv:12"; or NULL */
};

/* Sets the value of a field, in the place of one that was there. Returns it; valid until
 * the next one is set. */
struct field_value *field_values_set(struct field_values *values, const char *name,
                                     const char *text, const char *where);

/* The value of that name, or NULL. */
const struct field_value *field_values_find(const struct field_values *values,
                                            const char *name);

/* Appends copies of all of `from`, in the place of those that were there, and takes over
 * where its row stands. */
void field_values_copy(struct field_values *values, const struct field_values *from);
void field_values_clear(struct field_values *values);

#endif

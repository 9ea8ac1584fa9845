/*
 * One NAME=VALUE argument of a run as a row of values: "a,b,c", the lines of a file
 * (@FILE), all of standard input (-), or the files that a pattern matches. Part of
 * row_source.c.
 */
#ifndef PROMPT_ROW_AXIS_H
#define PROMPT_ROW_AXIS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "src/prompt/field_value.h"
#include "src/prompt/row_file.h"
#include "src/prompt/template.h"

struct axis_value {
    char *text;
    char **items; /* of a list, or of several files; or NULL */
    size_t line;  /* of the file; 0: the command line */
};

struct row_axis {
    const struct template_field *field; /* borrowed */
    struct axis_value *values;
    size_t len;
    size_t cap;
    char *path;            /* of @FILE, as it is shown; or NULL */
    struct row_file lines; /* open while they have not been read */
};

/* Reads the argument. Lines of a file are left to be read. `input` is what stands for
 * standard input. False with err filled. */
bool row_axis_init(struct row_axis *axis, const struct prompt_template *template,
                   const char *argument, FILE *input, struct error *err);
void row_axis_clear(struct row_axis *axis);

/* Puts value `index` into the row. */
void row_axis_put(const struct row_axis *axis, size_t index, struct field_values *row);

/* Puts the next line of the file into the row. */
enum row_result row_axis_read(struct row_axis *axis, struct field_values *row,
                              struct error *err);

/* Reads all lines and keeps them as values. */
bool row_axis_read_all(struct row_axis *axis, struct error *err);

/* True if the argument reads standard input. */
bool row_axis_wants_input(const char *argument);

#endif

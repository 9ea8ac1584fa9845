/*
 * Rows of values for a template's fields, one after the other: from FIELD=VALUE
 * arguments, a CSV file, a JSONL file, or a file together with arguments that stay the
 * same. docs/guide/prompts.md says how they are written.
 *
 * The order: rows of a file as they stand there; several values in several arguments give
 * every combination, and the last argument changes fastest. No argument and no file is
 * one row without values; a file without rows, or an @FILE without lines, is none.
 *
 * A table, and the first @FILE argument if no argument with several values stands before
 * it, are read as rows are asked for: memory does not grow with them. Reading may wait
 * for a pipe.
 */
#ifndef PROMPT_ROW_SOURCE_H
#define PROMPT_ROW_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "src/base/error.h"
#include "src/prompt/field_value.h"
#include "src/prompt/row_file.h"
#include "src/prompt/template.h"

struct row_options {
    const struct prompt_template *template; /* must stay while the source is in use */
    const char *const *arguments;           /* "NAME=VALUE" */
    size_t argument_count;
    const char *csv_path;   /* "-": standard input; or NULL */
    const char *jsonl_path; /* only one of the two */
    FILE *input; /* in the place of standard input; or NULL. Nothing of it was read. */
};

struct row_source;

/* Opens everything and checks what can be checked before the first row: names, values of
 * arguments, columns. NULL with err filled. */
struct row_source *row_source_new(const struct row_options *options, struct error *err);
void row_source_free(struct row_source *source);

/* Reads the next row into `row`, which is emptied first. After ROW_FAILED nothing more
 * can be read. Whether the values fit the template is template_render's to say. */
enum row_result row_source_next(struct row_source *source, struct field_values *row,
                                struct error *err);

/* How many rows there will be; -1: only the end will tell. */
int64_t row_source_count(const struct row_source *source);

/*
 * Reads all rows once and checks each against the template, so that nothing is sent while
 * something is wrong. False with problems added (their places are the template's; where a
 * value is from stands in the sentence). `count` is filled in any case. Nothing is read
 * and true returned, with a count of -1, where rows come from standard input or a pipe.
 */
bool row_source_check(const struct row_options *options, int64_t *count,
                      struct problem_list *problems);

#endif

/*
 * The results of a run as text: a JSON object a cell, a line of CSV a row, the head above
 * an answer. Pure; docs/guide/runs.md describes the forms.
 */
#ifndef CLI_RUN_RECORD_H
#define CLI_RUN_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/base/strbuf.h"
#include "src/engine/run_cell.h"

/* What all records of a run have in common. Borrowed. */
struct run_labels {
    const char *const *models; /* names as asked */
    size_t model_count;
    size_t repeats;
    const char *const *fields;  /* those that differ between rows; ends with NULL */
    const char *const *columns; /* all input fields, for CSV; ends with NULL */
    bool has_schema;
};

/* {"row":0,"vars":{…},"model":…,"repeat":0,"answer":…,…} and a line end. */
void run_record_json(struct strbuf *out, const struct run_labels *labels,
                     const struct run_row *row, const struct run_cell *cell);

/* The line of column names, and the line of a row. */
void run_record_csv_head(struct strbuf *out, const struct run_labels *labels);
void run_record_csv(struct strbuf *out, const struct run_labels *labels,
                    const struct run_row *row);

/* "Action · gpt #2": the values that differ, the first one's first letter large; the
 * model where there are several, or nothing else; the repeat where there are several. */
void run_record_name(struct strbuf *out, const struct run_labels *labels,
                     const struct run_row *row, const struct run_cell *cell);

/* A number that stands for the values of a row, as run_record_json writes them. */
uint64_t run_record_hash(const char *bytes, size_t len);
uint64_t run_record_hash_values(const struct field_values *values);

#endif

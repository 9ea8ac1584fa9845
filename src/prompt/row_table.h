/*
 * Rows of a CSV file, whose first record names the columns, or of a JSONL file, whose
 * lines are objects. One row is read at a time.
 */
#ifndef PROMPT_ROW_TABLE_H
#define PROMPT_ROW_TABLE_H

#include <stdio.h>

#include "src/base/text_list.h"
#include "src/prompt/csv_parser.h"
#include "src/prompt/field_value.h"
#include "src/prompt/row_file.h"

struct row_table {
    bool is_csv;
    struct row_file file;
    struct csv_parser parser;
    struct text_list columns; /* of CSV */
};

/* Opens the table and reads the names of its columns. "-" is `input`. */
bool row_table_open(struct row_table *table, const char *path, bool is_csv, FILE *input,
                    struct error *err);
void row_table_close(struct row_table *table);

/* Reads the next row into empty `values`. */
enum row_result row_table_next(struct row_table *table, struct field_values *values,
                               struct error *err);

#endif

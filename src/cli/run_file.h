/*
 * The file that a run writes its records to, a JSON object a line: each is appended as
 * soon as it is there, in one write, so that a program that is killed loses none that was
 * told of. Opened again, it knows what is finished; half a line at its end is taken off.
 * At the end of a run the records are put into the order of the rows.
 */
#ifndef CLI_RUN_FILE_H
#define CLI_RUN_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/base/error.h"
#include "src/base/strbuf.h"

struct run_file;

enum run_file_state {
    RUN_FILE_NONE,   /* there is no record, or one of other values */
    RUN_FILE_FAILED, /* its last record has an error */
    RUN_FILE_DONE
};

/* Names of the models, and repeats, as columns are counted. Borrowed. */
struct run_file_columns {
    const char *const *models;
    size_t model_count;
    size_t repeats;
};

/*
 * Opens the file. Without `is_resuming` it has to be empty or missing. NULL with err
 * filled if it cannot be written, or what is in it are no records.
 */
struct run_file *run_file_open(const char *path, const struct run_file_columns *columns,
                               bool is_resuming, struct error *err);

/* NULL is allowed. */
void run_file_free(struct run_file *file);

/* What is known of a cell whose row has these values (run_record_hash_values). */
enum run_file_state run_file_find(const struct run_file *file, size_t row, size_t column,
                                  uint64_t values);

/* Appends a record. False with err filled if it cannot be written; nothing of it stands
 * in the file then. */
bool run_file_append(struct run_file *file, size_t row, size_t column,
                     const struct strbuf *line, struct error *err);

/* Puts the records into order, the last one of each cell only; a file that is no regular
 * one is left as it is. */
bool run_file_finish(struct run_file *file, struct error *err);

#endif

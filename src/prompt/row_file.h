/*
 * A file of rows, read in chunks as they are asked for, so that its size does not matter.
 * Reading waits for the file: a pipe without bytes holds the caller.
 */
#ifndef PROMPT_ROW_FILE_H
#define PROMPT_ROW_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "src/base/error.h"
#include "src/base/strbuf.h"
#include "src/chat/message.h"

enum row_result { ROW_READ, ROW_END, ROW_FAILED };

/* A row's ceiling: no message could hold more. */
#define ROW_MAX_BYTES MESSAGE_MAX

struct row_file {
    FILE *file;
    char *path;  /* as it is shown */
    bool is_own; /* closed at the end */
    char *chunk;
    size_t at; /* the bytes of the chunk that are left */
    size_t len;
    size_t line;        /* of `text`, from 1 */
    struct strbuf text; /* the line that was read last */
};

/* Opens a file; "-" is `input` (NULL: standard input), which stays open. */
bool row_file_open(struct row_file *file, const char *path, FILE *input,
                   struct error *err);
void row_file_close(struct row_file *file);

/* Makes sure that there are bytes in the chunk; ROW_END if there are no more. */
enum row_result row_file_fill(struct row_file *file, struct error *err);

/* Reads the next line that is not empty into `text`, without its end and without a byte
 * order mark. It is UTF-8 without zeros, or an error. */
enum row_result row_file_line(struct row_file *file, struct error *err);

/* Reads all that is left, as one text without its last line end. */
bool row_file_rest(struct row_file *file, struct error *err);

/* Puts "PATH:LINE: " before the message. Always ROW_FAILED. */
enum row_result row_file_blame(const struct row_file *file, size_t line,
                               struct error *err);

#endif

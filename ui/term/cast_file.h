/*
 * A recording of the screen as an asciicast v2 file: a JSON header, then one JSON array
 * a line for output and for changes of size. Plain file writes; knows no terminal.
 */
#ifndef TERM_CAST_FILE_H
#define TERM_CAST_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/base/error.h"

struct cast_file;

struct cast_header {
    int width;
    int height;
    const char *term;
    int64_t wall_seconds; /* the time of the start */
    int64_t now_us;       /* the same moment on the clock that the events use */
};

/* Makes the file (mode 0600, replaced if it exists) and writes its header. NULL with err
 * filled when it cannot; the error names the path. */
struct cast_file *cast_file_open(const char *path, const struct cast_header *header,
                                 struct error *err);

/* NULL is allowed. */
void cast_file_close(struct cast_file *cast);

/* Records bytes sent to the terminal. False with err filled when the write failed. */
bool cast_file_add_output(struct cast_file *cast, int64_t now_us, const char *bytes,
                          size_t len, struct error *err);

/* Records a new size. */
bool cast_file_add_size(struct cast_file *cast, int64_t now_us, int width, int height,
                        struct error *err);

#endif

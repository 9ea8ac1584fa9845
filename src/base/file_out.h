/*
 * Whole files written for a person: where they say, with their umask, all of it or
 * nothing.
 */
#ifndef BASE_FILE_OUT_H
#define BASE_FILE_OUT_H

#include <stdbool.h>
#include <stddef.h>

#include "src/base/error.h"

/* "~/x" as a whole path; others as they are. Caller frees. */
char *file_out_path(const char *path);

/* True if something is there. */
bool file_out_exists(const char *path);

/*
 * Writes a file that is not there yet; with `is_overwriting` also one that is: then
 * beside it first, so that the old one stays whole until the new one is, with the old
 * one's rights. Makes no folders. The error names the path.
 */
bool file_out_write(const char *path, const char *text, size_t len, bool is_overwriting,
                    struct error *err);

#endif

/*
 * Whole files, all of it or nothing: for a person where they say and with their umask,
 * and Motet's own.
 */
#ifndef BASE_FILE_OUT_H
#define BASE_FILE_OUT_H

#include <stdbool.h>
#include <stddef.h>

#include "src/base/error.h"

/* True if something is there. */
bool file_out_exists(const char *path);

/*
 * Writes a file that is not there yet; with `is_overwriting` also one that is: then
 * beside it first, so that the old one stays whole until the new one is, with the old
 * one's rights. Makes no folders. The error names the path.
 */
bool file_out_write(const char *path, const char *text, size_t len, bool is_overwriting,
                    struct error *err);

/* Puts a file of Motet's own, mode 0600, in the place of what is there, and on the disk:
 * in one step, so that others read the old one or the new one. A link stays one; what is
 * no plain file (a device, a pipe) is left alone. The error names the path. */
bool file_out_replace(const char *path, const char *text, size_t len, struct error *err);

#endif

/*
 * Files below one directory and nowhere else, whatever path a stranger gives: "..",
 * absolute paths and symbolic links that lead out are refused. The path is resolved
 * first; then each folder is opened by its own name without following links, so that a
 * link put there in between is refused as well.
 */
#ifndef BASE_CONFINED_PATH_H
#define BASE_CONFINED_PATH_H

#include <stdbool.h>
#include <stddef.h>

#include "src/base/error.h"
#include "src/base/strbuf.h"

/* A name in an open folder. */
struct confined_place {
    int folder;  /* -1: the folder is not there */
    char *name;  /* "." for the directory itself */
    char *shown; /* the path from the directory, "." for itself */
};

enum confined_need {
    CONFINED_IS_THERE,    /* the file has to exist */
    CONFINED_MAY_MISS,    /* it, and folders above it, may be missing */
    CONFINED_MAKE_FOLDERS /* missing folders are made */
};

/* Finds `path` below `directory` (NULL: the current one). False with err filled, and
 * nothing to clear, if it leads elsewhere or is not there. */
bool confined_find(struct confined_place *place, const char *directory, const char *path,
                   enum confined_need need, struct error *err);

void confined_clear(struct confined_place *place);

/* Reads a whole regular file of text (UTF-8 without NUL) into `out`, bounded by its
 * ceiling. */
bool confined_read_text(const struct confined_place *place, struct strbuf *out,
                        struct error *err);

/* Puts the bytes in the file's place at once (a new file, renamed), with the mode that it
 * had. */
bool confined_write(const struct confined_place *place, const char *bytes, size_t len,
                    struct error *err);

#endif

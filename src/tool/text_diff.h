/*
 * Two texts as a unified diff, line by line, with three lines around each change. Pure.
 * Bounded in time: texts that differ too much are shown as one replaced by the other; and
 * in length: what is too long is cut, and says so.
 */
#ifndef TOOL_TEXT_DIFF_H
#define TOOL_TEXT_DIFF_H

#include <stdbool.h>
#include <stddef.h>

#include "src/base/strbuf.h"

/* The most lines of a diff. */
#define TEXT_DIFF_LINES_MAX 2000

struct text_diff {
    const char *name;   /* of the file, for the first lines */
    const char *before; /* NULL: there is no file yet */
    size_t before_len;  /* 0 then */
    const char *after;
    size_t after_len;
};

/* Appends the diff; false, and nothing appended, if the texts are the same. */
bool text_diff_append(struct strbuf *out, const struct text_diff *diff);

#endif

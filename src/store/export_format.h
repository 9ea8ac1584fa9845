/*
 * The formats a session can be exported to: one table with name, ending and writer.
 * Writers are pure: a view in, text out.
 */
#ifndef STORE_EXPORT_FORMAT_H
#define STORE_EXPORT_FORMAT_H

#include "src/base/strbuf.h"
#include "src/store/export_view.h"

struct export_format {
    const char *name;   /* "markdown" */
    const char *ending; /* of files, with its dot */
    const char *help;
    void (*write)(const struct export_view *view, struct strbuf *out);
};

/* The table: record `index`, NULL past the end. */
const struct export_format *export_format_get(size_t index);

/* The format called `name`, or NULL. */
const struct export_format *export_format_find(const char *name);

/* The format whose ending (or another one that is usual for it) the path has, or NULL. */
const struct export_format *export_format_of(const char *path);

#endif

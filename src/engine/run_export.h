/*
 * The results of a run that keeps its cells, as a document: Markdown, CSV, JSON, or a
 * page of HTML that stands alone. Rows in their order, cells in the order of the columns;
 * whatever a value or an answer holds stays data: in HTML everything is escaped, and the
 * page may load and run nothing. Rows that were not taken from the source are left out.
 */
#ifndef ENGINE_RUN_EXPORT_H
#define ENGINE_RUN_EXPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "src/base/strbuf.h"
#include "src/engine/run.h"

enum run_export_format {
    RUN_EXPORT_MARKDOWN,
    RUN_EXPORT_CSV,
    RUN_EXPORT_JSON,
    RUN_EXPORT_HTML
};

/* Borrowed for the call. */
struct run_export {
    const struct run *run;
    const char *title;
    const char *const *columns; /* a name for each column */
    size_t column_count;
    size_t row_count; /* rows there would be in all */
};

/* The format that a file's name ends with (".md", ".csv", ".json", ".html"); false if it
 * is none of these. */
bool run_export_format_of(const char *path, enum run_export_format *format);

/* Appends the document. False if `out` is full. */
bool run_export_write(const struct run_export *export, enum run_export_format format,
                      struct strbuf *out);

#endif

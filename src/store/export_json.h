/*
 * A session as JSON, to be imported again without loss: docs/guide/export.md describes
 * every member. What an import makes of it gives the same bytes when it is exported.
 */
#ifndef STORE_EXPORT_JSON_H
#define STORE_EXPORT_JSON_H

#include "src/base/strbuf.h"
#include "src/store/export_view.h"

void export_json(const struct export_view *view, struct strbuf *out);

#endif

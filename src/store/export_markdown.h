/* A session as Markdown, to be read as it is or by any reader of it. */
#ifndef STORE_EXPORT_MARKDOWN_H
#define STORE_EXPORT_MARKDOWN_H

#include "src/base/strbuf.h"
#include "src/store/export_view.h"

void export_markdown(const struct export_view *view, struct strbuf *out);

#endif

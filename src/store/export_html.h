/*
 * A session as one HTML file that needs nothing else: panes side by side, light and dark,
 * no script, no network. Whatever the texts hold, nothing of them becomes mark-up but
 * what Markdown makes.
 */
#ifndef STORE_EXPORT_HTML_H
#define STORE_EXPORT_HTML_H

#include "src/base/strbuf.h"
#include "src/store/export_view.h"

void export_html(const struct export_view *view, struct strbuf *out);

#endif

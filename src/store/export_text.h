/* A session as plain text. */
#ifndef STORE_EXPORT_TEXT_H
#define STORE_EXPORT_TEXT_H

#include "src/base/strbuf.h"
#include "src/store/export_view.h"

void export_text(const struct export_view *view, struct strbuf *out);

#endif

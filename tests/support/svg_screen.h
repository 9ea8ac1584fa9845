/*
 * A terminal screen as a self-contained SVG picture: monospace text, colours, bold,
 * italic, underline, reverse, wide characters; frame characters drawn as lines so that
 * they join whatever the font.
 */
#ifndef SUPPORT_SVG_SCREEN_H
#define SUPPORT_SVG_SCREEN_H

#include "src/base/strbuf.h"
#include "tests/support/vt_screen.h"

/* Appends the picture of what `vt` shows; `title` is its text for people who do not see
 * it. */
void svg_screen_append(const struct vt_screen *vt, const char *title, struct strbuf *out);

#endif

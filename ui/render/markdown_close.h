/*
 * What a Markdown text lacks at its end while it grows: the marks that close emphasis and
 * code that are open. With them the words look as they will when the marks have come, and
 * do not move when they come.
 */
#ifndef RENDER_MARKDOWN_CLOSE_H
#define RENDER_MARKDOWN_CLOSE_H

#include <stddef.h>

#include "src/base/strbuf.h"

/* Appends the marks that close what is open in the last lines of `text`; blanks at its
 * end, after which no mark closes, are removed. Returns how much of the text is left. A
 * guess: what it makes is for display. */
size_t markdown_close(struct strbuf *text);

#endif

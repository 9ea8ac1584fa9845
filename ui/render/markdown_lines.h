/* Lines of a Markdown text that have no row of their own. */
#ifndef RENDER_MARKDOWN_LINES_H
#define RENDER_MARKDOWN_LINES_H

#include <stddef.h>

/*
 * Of the lines from `start` to `end` (both between two lines, `end` before the line's
 * end): where they end if a block of code that begins in them is to be whole. The line
 * that closes it is not shown; it is added where it follows.
 */
size_t markdown_lines_end(const char *text, size_t len, size_t start, size_t end);

#endif

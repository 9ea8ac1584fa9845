/* Counts the fences: an odd number means that a block is open at the end. Fences in lists
 * and quotes have marks before them. */
#include "ui/render/markdown_lines.h"

#include <stdbool.h>
#include <string.h>

/* The fence of a line, 3 signs at least, behind what may stand before it; 0: it is none.
 * `*rest` becomes where it ends. */
static char line_fence(const char *line, size_t len, size_t *width, size_t *rest)
{
    size_t at = 0;
    while (at < len && strchr(" \t>-*+.)0123456789", line[at]) != NULL)
        at++;
    const size_t first = at;
    while (at < len && line[at] == line[first] && (line[at] == '`' || line[at] == '~'))
        at++;
    *width = at - first;
    *rest = at;
    return *width >= 3 ? line[first] : '\0';
}

static bool line_is_blank(const char *line, size_t from, size_t len)
{
    while (from < len && (line[from] == ' ' || line[from] == '\t' || line[from] == '\r'))
        from++;
    return from == len;
}

size_t markdown_lines_end(const char *text, size_t len, size_t start, size_t end)
{
    char open = '\0';
    size_t open_width = 0;
    size_t at = start;
    while (at < len) {
        const char *newline = memchr(text + at, '\n', len - at);
        const size_t line_end = newline != NULL ? (size_t)(newline - text) : len;
        size_t width;
        size_t rest;
        const char fence = line_fence(text + at, line_end - at, &width, &rest);
        const bool is_bare =
            fence != '\0' && line_is_blank(text + at, rest, line_end - at);
        const bool closes =
            open != '\0' && fence == open && width >= open_width && is_bare;
        if (at > end)
            return closes ? line_end : end;
        if (closes) {
            open = '\0';
        } else if (open == '\0' && fence != '\0') {
            open = fence;
            open_width = width;
        }
        if (line_end >= end && open == '\0')
            return end;
        at = line_end + 1;
    }
    return end;
}

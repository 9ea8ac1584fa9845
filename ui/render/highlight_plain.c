/* The program without source-highlight: no language is known. */
#include "ui/render/highlight.h"

bool highlight_is_built_in(void)
{
    return false;
}

struct highlight *highlight_new(void)
{
    return NULL;
}

void highlight_free(struct highlight *highlight)
{
    (void)highlight;
}

bool highlight_begin(struct highlight *highlight, const char *language, size_t len)
{
    (void)highlight;
    (void)language;
    (void)len;
    return false;
}

size_t highlight_line(struct highlight *highlight, const char *line, size_t len,
                      struct highlight_span *spans)
{
    (void)highlight;
    (void)line;
    (void)len;
    (void)spans;
    return 0;
}

/* A book's card. Takes a second, as a service somewhere else would. */
#include "tools/motet_tool.h"

#include <errno.h>
#include <stdio.h>
#include <time.h>

static void wait_a_second(void)
{
    struct timespec rest = {.tv_sec = 1};
    while (nanosleep(&rest, &rest) != 0 && errno == EINTR) {
    }
}

static bool format_book(const cJSON *arguments, struct strbuf *out, struct error *err)
{
    const char *title = argument_text(arguments, "title", err);
    const char *author = title != NULL ? argument_text(arguments, "author", err) : NULL;
    if (author == NULL)
        return false;
    fputs("progress 0 1 asking the library\n", stderr);
    wait_a_second();
    return strbuf_append_format(out, "%s by %s", title, author);
}

const struct shipped_tool shipped_format_book = {"format_book", format_book};

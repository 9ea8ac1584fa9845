/* Names are looked up each time: what is needed often is copied once by its user. */
#define NCURSES_WIDECHAR         1
#define NCURSES_NOMACROS         1
#define NCURSES_ENABLE_STDBOOL_H 1

#include "ui/term/capability.h"

#include <string.h>

#include <curses.h>
#include <term.h>

/* The most bytes that are taken of one; the longest known one has 40. */
#define CAPABILITY_MAX 128

static const char *capability_find(const char *name)
{
    const char *text = tigetstr(name);
    return text == (const char *)-1 ? NULL : text;
}

/* Appends without padding ($<5>). */
static void capability_append_bytes(const char *text, struct strbuf *out)
{
    const size_t start = out->len;
    while (*text != '\0' && out->len - start < CAPABILITY_MAX) {
        const char *end = strncmp(text, "$<", 2) == 0 ? strchr(text, '>') : NULL;
        if (end != NULL)
            text = end + 1;
        else
            strbuf_append_char(out, *text++);
    }
}

bool capability_is_there(const char *name)
{
    return capability_find(name) != NULL;
}

char *capability_copy(const char *name)
{
    const char *text = capability_find(name);
    struct strbuf copy;
    strbuf_init(&copy, STRBUF_OWN_MAX);
    if (text != NULL)
        capability_append_bytes(text, &copy);
    return strbuf_take(&copy);
}

void capability_append(const char *name, int first, int second, struct strbuf *out)
{
    const char *form = capability_find(name);
    const char *bytes = form != NULL ? tiparm(form, first, second) : NULL;
    if (bytes != NULL)
        capability_append_bytes(bytes, out);
}

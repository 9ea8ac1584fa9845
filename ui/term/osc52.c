/* The frames that multiplexers want around it are those of their manuals. */
#include "ui/term/osc52.h"

#include <string.h>

#include "src/base/base64.h"

/* GNU screen drops longer strings. */
#define SCREEN_STRING_MAX 700

static bool begins_with(const char *text, const char *beginning)
{
    return text != NULL && strncmp(text, beginning, strlen(beginning)) == 0;
}

static bool is_given(const char *value)
{
    return value != NULL && value[0] != '\0';
}

enum osc52_way osc52_find_way(const char *term, const char *tmux, const char *sty)
{
    if (is_given(tmux))
        return OSC52_TMUX;
    if (is_given(sty))
        return OSC52_SCREEN;
    /* The consoles, and terminals older than the sequence. */
    if (!is_given(term) || begins_with(term, "linux") || begins_with(term, "vt") ||
        begins_with(term, "dumb") || begins_with(term, "cons") ||
        begins_with(term, "sun") || begins_with(term, "ansi"))
        return OSC52_NOWHERE;
    return OSC52_PLAIN;
}

/* In strings that screen passes on one after the other. */
static void append_for_screen(struct strbuf *out, const struct strbuf *plain)
{
    for (size_t at = 0; at < plain->len; at += SCREEN_STRING_MAX) {
        const size_t left = plain->len - at;
        strbuf_append_text(out, "\033P");
        strbuf_append(out, plain->text + at,
                      left < SCREEN_STRING_MAX ? left : SCREEN_STRING_MAX);
        strbuf_append_text(out, "\033\\");
    }
}

bool osc52_append(enum osc52_way way, const char *text, size_t len, struct strbuf *out)
{
    struct strbuf plain;
    if (way == OSC52_NOWHERE || len > OSC52_TEXT_MAX)
        return false;
    strbuf_init(&plain, STRBUF_OWN_MAX);
    strbuf_append_text(&plain, "\033]52;c;");
    base64_append(&plain, text, len);
    strbuf_append_text(&plain, "\007");
    if (way == OSC52_SCREEN)
        append_for_screen(out, &plain);
    else
        strbuf_append(out, plain.text, plain.len);
    if (way == OSC52_TMUX) {
        strbuf_append_text(out, "\033Ptmux;\033");
        strbuf_append(out, plain.text, plain.len);
        strbuf_append_text(out, "\033\\");
    }
    strbuf_clear(&plain);
    return true;
}

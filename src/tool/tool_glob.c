/* The well-known way without recursion: after a mismatch only the last '*' takes one more
 * character. */
#include "src/tool/tool_glob.h"

#include <string.h>

#include "src/base/utf8.h"

/* What a backslash and this letter stand for. */
static char meaning_of(char letter)
{
    switch (letter) {
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    default: return letter;
    }
}

bool tool_glob_match(const char *pattern, const char *text)
{
    const char *star = NULL;
    const char *star_text = NULL;
    const size_t len = strlen(text);
    const char *end = text + len;
    while (*text != '\0') {
        const bool is_escape = *pattern == '\\' && pattern[1] != '\0';
        if (*pattern == '*') {
            star = pattern++;
            star_text = text;
        } else if (*pattern == '?') {
            pattern++;
            text += utf8_next(text, (size_t)(end - text), 0);
        } else if ((is_escape ? meaning_of(pattern[1]) : *pattern) == *text) {
            pattern += is_escape ? 2 : 1;
            text++;
        } else if (star != NULL) {
            pattern = star + 1;
            text = ++star_text;
        } else {
            return false;
        }
    }
    pattern += strspn(pattern, "*");
    return *pattern == '\0';
}

void tool_glob_append_literal(struct strbuf *out, const char *text)
{
    for (; *text != '\0'; text++) {
        switch (*text) {
        case '\n': strbuf_append_text(out, "\\n"); break;
        case '\r': strbuf_append_text(out, "\\r"); break;
        case '\t': strbuf_append_text(out, "\\t"); break;
        case '*':
        case '?':
        case '\\': strbuf_append_char(out, '\\'); /* fall through */
        default: strbuf_append_char(out, *text);
        }
    }
}

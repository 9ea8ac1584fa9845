/* Occurrences that overlap count as well: which of them was meant cannot be told. */
#include "src/base/replace_once.h"

#include <string.h>

static size_t count_occurrences(const char *text, const char *part)
{
    size_t count = 0;
    for (const char *at = strstr(text, part); at != NULL; at = strstr(at + 1, part))
        count++;
    return count;
}

bool replace_once(struct strbuf *out, const char *text,
                  const struct replacement *replacement, struct error *err)
{
    if (replacement->from[0] == '\0') {
        error_set(err, ERROR_USAGE, "the text to replace is empty: nothing is changed");
        return false;
    }
    const size_t count = count_occurrences(text, replacement->from);
    if (count != 1) {
        if (count == 0)
            error_set(err, ERROR_USAGE,
                      "the text to replace is not in the file: nothing is changed; it "
                      "has to agree to the letter, spaces and line ends included");
        else
            error_set(err, ERROR_USAGE,
                      "the text to replace is there %zu times: nothing is changed; give "
                      "more of what stands around it",
                      count);
        return false;
    }
    const char *at = strstr(text, replacement->from);
    strbuf_append(out, text, (size_t)(at - text));
    strbuf_append_text(out, replacement->to);
    strbuf_append_text(out, at + strlen(replacement->from));
    if (out->is_full)
        error_set(err, ERROR_USAGE, "the file would be too large");
    return !out->is_full;
}

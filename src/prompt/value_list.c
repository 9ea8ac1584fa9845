/* One walk; what has been read of a value is kept without its quotes and backslashes. */
#include "src/prompt/value_list.h"

#include <string.h>

#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/base/strbuf.h"

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t';
}

static const char *skip_blanks(const char *at)
{
    while (is_blank(*at))
        at++;
    return at;
}

/* Reads what stands in quotes; NULL with err filled. */
static const char *read_quoted(const char *at, struct strbuf *value, struct error *err)
{
    const char *start = at;
    for (at++; *at != '"'; at++) {
        if (*at == '\0') {
            error_set(err, ERROR_USAGE,
                      "the quote before %.40s is not closed; a quote that belongs to the "
                      "text is written \\\"",
                      start + 1);
            return NULL;
        }
        if (*at == '\\' && (at[1] == '"' || at[1] == '\\'))
            at++;
        strbuf_append_char(value, *at);
    }
    at = skip_blanks(at + 1);
    if (*at == ',' || *at == '\0')
        return at;
    error_set(err, ERROR_USAGE,
              "after a value in quotes there has to be a comma, not %.40s; a quote that "
              "belongs to the text is written \\\"",
              at);
    return NULL;
}

/* Reads up to a comma or the end. */
static const char *read_plain(const char *at, struct strbuf *value)
{
    size_t kept = 0; /* up to the last byte that is no blank, or was written with a \ */
    for (; *at != '\0' && *at != ','; at++) {
        if (*at == '\\' && at[1] != '\0' && strchr(",\"\\", at[1]) != NULL)
            at++;
        strbuf_append_char(value, *at);
        if (!is_blank(*at))
            kept = value->len;
    }
    if (*at == ',')
        strbuf_truncate(value, kept);
    return at;
}

static bool is_json(const char *text)
{
    return (text[0] == '[' || text[0] == '{') && json_is_valid(text, strlen(text));
}

bool value_list_split(const char *text, struct text_list *list, struct error *err)
{
    struct strbuf value;
    const char *at = text;
    if (is_json(text)) {
        text_list_add(list, text, strlen(text));
        return true;
    }
    strbuf_init(&value, STRBUF_OWN_MAX);
    for (;;) {
        strbuf_reset(&value);
        at = *at == '"' ? read_quoted(at, &value, err) : read_plain(at, &value);
        if (at == NULL)
            break;
        text_list_add(list, strbuf_text(&value), value.len);
        if (*at == '\0')
            break;
        at = skip_blanks(at + 1);
    }
    strbuf_clear(&value);
    return at != NULL;
}

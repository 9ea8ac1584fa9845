/*
 * libcurl has already split the lines and refused what is not HTTP at all; here lines
 * become fields. What a line without meaning would be worth is decided leniently: it is
 * no reason to lose the answer behind it.
 */
#include "src/net/http_head.h"

#include <string.h>

#include "src/base/mem.h"
#include "src/base/strbuf.h"

/* "HTTP/1.1 200 OK" or "HTTP/2 200"; 0 if there is no such number. */
static int read_status(const char *line, size_t len)
{
    const char *space = memchr(line, ' ', len);
    int status = 0;
    if (space == NULL)
        return 0;
    for (const char *at = space + 1; at < line + len && *at >= '0' && *at <= '9'; at++)
        status = status < 1000 ? status * 10 + (*at - '0') : 0;
    return status;
}

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t';
}

/* The length without white space and line end at the end. */
static size_t trimmed_len(const char *text, size_t len)
{
    while (len > 0 &&
           (is_blank(text[len - 1]) || text[len - 1] == '\r' || text[len - 1] == '\n'))
        len--;
    return len;
}

/* A line that begins with white space goes on with the value before it (obsolete, but
 * some gateways still fold). */
static void unfold_value(struct header_list *list, const char *text, size_t len)
{
    if (list->len == 0)
        return;
    struct header *last = &list->items[list->len - 1];
    char *joined = strbuf_format("%s %.*s", last->value, (int)len, text);
    mem_free(last->value);
    last->value = joined;
}

/* `len` is that of the line without its end. */
static void take_field(struct header_list *list, const char *line, size_t len)
{
    const char *end = line + len;
    const char *colon = memchr(line, ':', len);
    const bool is_folded = is_blank(line[0]);
    if (colon == NULL && !is_folded)
        return;
    const char *value = is_folded ? line : colon + 1;
    while (value < end && is_blank(*value))
        value++;
    const size_t value_len = (size_t)(end - value);
    if (is_folded) {
        unfold_value(list, value, value_len);
        return;
    }
    char *name = mem_strndup(line, trimmed_len(line, (size_t)(colon - line)));
    char *copy = mem_strndup(value, value_len);
    header_list_add(list, name, copy);
    mem_free(copy);
    mem_free(name);
}

bool http_head_take_line(struct http_head_reader *reader, const char *line, size_t len)
{
    if (reader->is_complete)
        return true;
    reader->bytes += len;
    if (reader->bytes > HTTP_HEAD_MAX)
        return false;
    const size_t text_len = trimmed_len(line, len);
    if (len >= 5 && memcmp(line, "HTTP/", 5) == 0) {
        header_list_clear(&reader->head.headers);
        reader->head.status = read_status(line, len);
    } else if (text_len > 0) {
        take_field(&reader->head.headers, line, text_len);
    } else {
        reader->is_complete = reader->head.status >= 200;
    }
    return true;
}

void http_head_clear(struct http_head_reader *reader)
{
    header_list_clear(&reader->head.headers);
}

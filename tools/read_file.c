/* A text file of the working directory, or some lines of it. */
#include "tools/motet_tool.h"

#include <string.h>

#include "src/base/confined_path.h"

#define READ_FILE_MAX  ((size_t)10 << 20)
#define READ_SHOWN_MAX ((size_t)200 << 10)

static size_t count_lines(const char *text, size_t len)
{
    size_t count = len > 0 && text[len - 1] != '\n';
    for (const char *at = text; (at = strchr(at, '\n')) != NULL; at++)
        count++;
    return count;
}

/* The end of line number `count`, counted from `at`. */
static const char *skip_lines(const char *at, int64_t count)
{
    while (count-- > 0 && *at != '\0') {
        at += strcspn(at, "\n");
        at += *at == '\n';
    }
    return at;
}

static void append_lines(struct strbuf *out, const struct strbuf *text, int64_t start,
                         int64_t lines)
{
    const char *from = skip_lines(strbuf_text(text), start - 1);
    const char *to = lines > 0 ? skip_lines(from, lines) : from + strlen(from);
    const size_t total = count_lines(strbuf_text(text), text->len);
    size_t len = (size_t)(to - from);
    if (len > READ_SHOWN_MAX) {
        len = READ_SHOWN_MAX;
        while (len > 0 && ((unsigned char)from[len] & 0xc0) == 0x80)
            len--;
    }
    const bool is_part = from > strbuf_text(text) || from[len] != '\0';
    strbuf_append(out, from, len);
    if (!is_part)
        return;
    if (out->len > 0 && out->text[out->len - 1] != '\n')
        strbuf_append_char(out, '\n');
    strbuf_append_format(
        out, "[lines %lld to %lld of %zu]", (long long)start,
        (long long)start - 1 + (long long)count_lines(out->text, out->len), total);
}

static bool read_file(const cJSON *arguments, struct strbuf *out, struct error *err)
{
    int64_t start = 1;
    int64_t lines = 0;
    struct confined_place place;
    const char *path = argument_text(arguments, "path", err);
    if (path == NULL || !argument_number(arguments, "start", 1, &start, err) ||
        !argument_number(arguments, "lines", 1, &lines, err) ||
        !confined_find(&place, NULL, path, CONFINED_IS_THERE, err))
        return false;
    struct strbuf text;
    strbuf_init(&text, READ_FILE_MAX);
    const bool ok = confined_read_text(&place, &text, err);
    if (ok && text.len == 0)
        strbuf_append_text(out, "[the file is empty]");
    else if (ok)
        append_lines(out, &text, start, lines);
    strbuf_clear(&text);
    confined_clear(&place);
    return ok;
}

const struct shipped_tool shipped_read_file = {"read_file", read_file};

/*
 * Looks at the text after the last empty line, as a reader would: a run of marks opens if
 * a word follows it, and closes if a word stands before it and the same is open. No more
 * than that is needed, since a wrong guess shows for the length of a paragraph at most.
 */
#include "ui/render/markdown_close.h"

#include <stdbool.h>
#include <string.h>

/* Deeper than this nobody writes; what is beyond stays open. */
#define OPEN_MAX 8

struct open_mark {
    char sign;
    size_t count;
};

struct open_marks {
    struct open_mark marks[OPEN_MAX];
    size_t count;
    size_t code; /* of the code span that is open: so many backticks */
};

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

static bool is_letter(char byte)
{
    return (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= 'a' && byte <= 'z') || (byte & 0x80) != 0;
}

/* Where the lines begin that can still be open. */
static size_t close_begin(const struct strbuf *text)
{
    for (size_t at = text->len; at > 1; at--) {
        if (text->text[at - 1] == '\n' && text->text[at - 2] == '\n')
            return at;
    }
    return 0;
}

static size_t close_count(const struct strbuf *text, size_t at)
{
    size_t count = 1;
    while (at + count < text->len && text->text[at + count] == text->text[at])
        count++;
    return count;
}

/* Takes a run of "*" or "_" that stands between two bytes. */
static void close_take(struct open_marks *open, char sign, size_t count, char before,
                       char after)
{
    struct open_mark *last = open->count > 0 ? &open->marks[open->count - 1] : NULL;
    const bool is_within = sign == '_' && is_letter(before) && is_letter(after);
    if (is_within)
        return;
    while (!is_blank(before) && count > 0 && last != NULL && last->sign == sign) {
        const size_t closed = count < last->count ? count : last->count;
        count -= closed;
        last->count -= closed;
        if (last->count == 0)
            open->count--;
        last = open->count > 0 ? &open->marks[open->count - 1] : NULL;
    }
    if (count > 0 && !is_blank(after) && open->count < OPEN_MAX)
        open->marks[open->count++] = (struct open_mark){sign, count};
}

static void close_read(struct open_marks *open, const struct strbuf *text)
{
    size_t count;
    for (size_t at = close_begin(text); at < text->len; at += count) {
        const char sign = text->text[at];
        count = 1;
        if (sign == '\\' && open->code == 0) {
            count = 2;
        } else if (sign == '`') {
            count = close_count(text, at);
            if (open->code == 0)
                open->code = count;
            else if (open->code == count)
                open->code = 0;
        } else if ((sign == '*' || sign == '_') && open->code == 0) {
            count = close_count(text, at);
            const char before = at > 0 ? text->text[at - 1] : ' ';
            const char after = at + count < text->len ? text->text[at + count] : ' ';
            close_take(open, sign, count, before, after);
        }
    }
}

static void close_append(struct strbuf *text, char sign, size_t count)
{
    for (size_t i = 0; i < count; i++)
        strbuf_append_char(text, sign);
}

size_t markdown_close(struct strbuf *text)
{
    struct open_marks open = {.count = 0};
    close_read(&open, text);
    if (open.count == 0 && open.code == 0)
        return text->len;
    while (text->len > 0 && is_blank(text->text[text->len - 1]))
        strbuf_truncate(text, text->len - 1);
    const size_t left = text->len;
    if (open.code > 0 && left > 0 && text->text[left - 1] != '`')
        close_append(text, '`', open.code);
    for (size_t i = open.count; i > 0; i--)
        close_append(text, open.marks[i - 1].sign, open.marks[i - 1].count);
    return left;
}

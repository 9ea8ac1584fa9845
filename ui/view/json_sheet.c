/*
 * One walk over the tokens, with functions for what they become: lines of a sheet, or an
 * indented text.
 */
#include "ui/view/json_sheet.h"

#include <string.h>

#include "src/base/json.h"
#include "src/base/utf8.h"
#include "ui/render/glyph.h"

/* Columns a level; deeper levels than these are not moved any further. */
#define JSON_INDENT    2
#define JSON_DEPTH_MAX 30

struct json_writer {
    void *user;
    int depth;
    bool is_broken; /* each member in a line of its own */
    void (*begin_line)(struct json_writer *writer);
    void (*put)(struct json_writer *writer, const char *text, size_t len);
    void (*put_string)(struct json_writer *writer, const char *text, size_t len);
};

/* The bytes of a string with its quotes, from its first quote on. */
static size_t json_string_len(const char *text, size_t len)
{
    size_t at = 1;
    while (at < len && text[at] != '"')
        at += text[at] == '\\' ? 2 : 1;
    return at < len ? at + 1 : len;
}

static size_t json_skip_blanks(const char *text, size_t len, size_t at)
{
    while (at < len && strchr(" \t\r\n", text[at]) != NULL && text[at] != '\0')
        at++;
    return at;
}

static void json_put_gap(struct json_writer *writer)
{
    if (writer->is_broken)
        writer->begin_line(writer);
    else
        writer->put(writer, " ", 1);
}

static void json_put_opening(struct json_writer *writer, char sign, char next)
{
    const bool is_empty = next == '}' || next == ']';
    writer->put(writer, &sign, 1);
    writer->depth++;
    if (!is_empty && (writer->is_broken || sign == '{'))
        json_put_gap(writer);
}

static void json_put_closing(struct json_writer *writer, char sign, char before)
{
    const bool is_empty = before == '{' || before == '[';
    writer->depth--;
    if (!is_empty && (writer->is_broken || sign == '}'))
        json_put_gap(writer);
    writer->put(writer, &sign, 1);
}

/* Writes a valid document. */
static void json_write(struct json_writer *writer, const char *text, size_t len)
{
    char before = '\0';
    for (size_t at = json_skip_blanks(text, len, 0); at < len;) {
        const char sign = text[at];
        size_t used = 1;
        if (sign == '"')
            used = json_string_len(text + at, len - at);
        const size_t next_at = json_skip_blanks(text, len, at + used);
        const char next = next_at < len ? text[next_at] : '\0';
        if (sign == '"') {
            writer->put_string(writer, text + at, used);
        } else if (sign == '{' || sign == '[') {
            json_put_opening(writer, sign, next);
        } else if (sign == '}' || sign == ']') {
            json_put_closing(writer, sign, before);
        } else {
            writer->put(writer, &sign, 1);
            if (sign == ',')
                json_put_gap(writer);
            else if (sign == ':')
                writer->put(writer, " ", 1);
        }
        before = sign;
        at = next_at;
    }
}

/* Into a sheet. */

static int json_column(const struct json_writer *writer)
{
    const int depth = writer->depth < JSON_DEPTH_MAX ? writer->depth : JSON_DEPTH_MAX;
    return depth * JSON_INDENT;
}

static void json_begin_sheet_line(struct json_writer *writer)
{
    sheet_begin(writer->user, ROLE_TEXT, json_column(writer));
}

static void json_put_in_sheet(struct json_writer *writer, const char *text, size_t len)
{
    sheet_append(writer->user, text, len);
}

static unsigned json_hex4(const char *digits)
{
    unsigned value = 0;
    for (int i = 0; i < 4; i++) {
        const char digit = digits[i];
        const unsigned part = digit <= '9'   ? (unsigned)(digit - '0')
                              : digit <= 'F' ? (unsigned)(digit - 'A') + 10
                                             : (unsigned)(digit - 'a') + 10;
        value = value * 16 + part;
    }
    return value;
}

/* Reads "\uXXXX", or two of them that are one character. */
static size_t json_read_number(const char *text, size_t len, uint32_t *code)
{
    const unsigned first = json_hex4(text + 2);
    *code = first;
    if (first < 0xd800 || first > 0xdbff || len < 12 || text[6] != '\\' || text[7] != 'u')
        return 6;
    const unsigned second = json_hex4(text + 8);
    if (second < 0xdc00 || second > 0xdfff)
        return 6;
    *code = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
    return 12;
}

/* The escape that stands for a character which must not be written as it is. */
static const char *json_short_escape(uint32_t code)
{
    switch (code) {
    case '"': return "\\\"";
    case '\\': return "\\\\";
    case '\n': return "\\n";
    case '\t': return "\\t";
    case '\r': return "\\r";
    default: return NULL;
    }
}

/* A line break in a string is shown by its escape, and by a break behind it. */
static void json_break_string(struct json_writer *writer, bool is_end)
{
    if (writer->is_broken && !is_end)
        sheet_begin(writer->user, ROLE_TEXT, json_column(writer) + JSON_INDENT);
}

/* Writes one escape; returns its bytes. */
static size_t json_put_escape(struct json_writer *writer, const char *text, size_t len)
{
    struct sheet *sheet = writer->user;
    uint32_t code;
    if (text[1] == 'u' && len >= 6) {
        const size_t used = json_read_number(text, len, &code);
        const char *escape = json_short_escape(code);
        if (escape != NULL)
            sheet_append(sheet, escape, 2);
        else
            sheet_append_code(sheet, code);
        if (code == '\n')
            json_break_string(writer, text[used] == '"');
        return used;
    }
    if (text[1] == '/')
        sheet_append(sheet, "/", 1);
    else
        sheet_append(sheet, text, 2);
    if (text[1] == 'n')
        json_break_string(writer, text[2] == '"');
    return 2;
}

static void json_put_string_in_sheet(struct json_writer *writer, const char *text,
                                     size_t len)
{
    struct sheet *sheet = writer->user;
    for (size_t at = 0; at < len;) {
        uint32_t code;
        if (text[at] == '\\' && at + 2 < len) {
            at += json_put_escape(writer, text + at, len - at);
            continue;
        }
        at += utf8_decode(text + at, len - at, &code);
        sheet_append_code(sheet, code);
    }
}

/* True if the text has line breaks in its strings, or does not fit in one row. */
static bool json_wants_lines(const char *json, size_t len, int room)
{
    if (len > (size_t)room * 8)
        return true;
    struct sheet sheet;
    sheet_init(&sheet);
    struct json_writer writer = {.user = &sheet,
                                 .begin_line = json_begin_sheet_line,
                                 .put = json_put_in_sheet,
                                 .put_string = json_put_string_in_sheet};
    sheet_begin(&sheet, ROLE_TEXT, 0);
    json_write(&writer, json, len);
    const char *text = strbuf_text(&sheet.text);
    const bool wants_lines =
        text_width(text, sheet.text.len) > room || strstr(text, "\\n") != NULL;
    sheet_clear(&sheet);
    return wants_lines;
}

bool json_sheet_append(struct sheet *sheet, const char *json, size_t len, int room)
{
    sheet_begin(sheet, ROLE_TEXT, 0);
    if (!json_is_valid(json, len)) {
        sheet_append(sheet, json, len);
        return false;
    }
    struct json_writer writer = {.user = sheet,
                                 .is_broken = json_wants_lines(json, len, room),
                                 .begin_line = json_begin_sheet_line,
                                 .put = json_put_in_sheet,
                                 .put_string = json_put_string_in_sheet};
    json_write(&writer, json, len);
    return true;
}

/* Into a text. */

static void json_begin_text_line(struct json_writer *writer)
{
    strbuf_append_format(writer->user, "\n%*s", json_column(writer), "");
}

static void json_put_in_text(struct json_writer *writer, const char *text, size_t len)
{
    strbuf_append(writer->user, text, len);
}

bool json_indent(struct strbuf *out, const char *json, size_t len)
{
    if (!json_is_valid(json, len))
        return false;
    struct json_writer writer = {.user = out,
                                 .is_broken = true,
                                 .begin_line = json_begin_text_line,
                                 .put = json_put_in_text,
                                 .put_string = json_put_in_text};
    json_write(&writer, json, len);
    return true;
}

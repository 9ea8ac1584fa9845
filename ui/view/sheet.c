/* The text with its marks lies in one buffer; lines and rows are ranges of it. */
#include "ui/view/sheet.h"

#include <string.h>

#include "src/base/mem.h"
#include "src/base/safe_text.h"
#include "src/base/utf8.h"
#include "ui/render/glyph_class.h"
#include "ui/render/wrap.h"

/* Combining marks that one character may carry before they are spelled out. */
#define SHEET_COMBINING_MAX 2

void sheet_init(struct sheet *sheet)
{
    *sheet = (struct sheet){0};
    strbuf_init(&sheet->text, SHEET_MAX);
    strbuf_init(&sheet->marks, SHEET_MAX);
}

void sheet_clear(struct sheet *sheet)
{
    strbuf_clear(&sheet->text);
    strbuf_clear(&sheet->marks);
    mem_free(sheet->lines);
    mem_free(sheet->rows);
    sheet_init(sheet);
}

void sheet_reset(struct sheet *sheet)
{
    strbuf_reset(&sheet->text);
    strbuf_reset(&sheet->marks);
    sheet->line_count = 0;
    sheet->row_count = 0;
    sheet->width = 0;
    sheet->vital_line = sheet->vital_line_end = 0;
    sheet->vital_row = sheet->vital_row_end = 0;
    sheet->hidden_count = 0;
    sheet->is_full = false;
}

void sheet_begin(struct sheet *sheet, enum role role, int indent)
{
    sheet->lines = mem_grow(sheet->lines, &sheet->line_cap, sheet->line_count + 1,
                            sizeof(sheet->lines[0]));
    sheet->lines[sheet->line_count++] =
        (struct sheet_line){.start = sheet->text.len, .role = role, .indent = indent};
    sheet->has_base = false;
    sheet->combining = 0;
    sheet->width = 0;
}

static void sheet_put(struct sheet *sheet, const char *bytes, size_t len, bool is_mark)
{
    char marks[SAFE_TEXT_MARK_MAX];
    memset(marks, is_mark, sizeof(marks));
    if (sheet->is_full || !strbuf_append(&sheet->text, bytes, len)) {
        sheet->is_full = true;
        return;
    }
    strbuf_append(&sheet->marks, marks, len);
    sheet->lines[sheet->line_count - 1].len += len;
    sheet->width = 0;
}

static void sheet_put_mark(struct sheet *sheet, uint32_t code)
{
    char *mark = strbuf_format("\xe2\x80\xb9U+%04X\xe2\x80\xba", (unsigned)code);
    sheet_put(sheet, mark, strlen(mark), true);
    mem_free(mark);
    sheet->hidden_count++;
    sheet->has_base = false;
    sheet->combining = 0;
}

/* Characters that count as signs and show nothing. */
static bool sheet_is_blank_sign(uint32_t code)
{
    return code == 0x2800 || code == 0x1d159;
}

/* True if the character is plainly visible where a letter stands before it. */
static bool sheet_is_plain(uint32_t code)
{
    if (code >= 0x20 && code < 0x7f)
        return true;
    if (sheet_is_blank_sign(code) || (code >= 0xd800 && code < 0xe000))
        return false;
    const enum glyph_class class = glyph_class_of(code);
    return class == GLYPH_BASE || class == GLYPH_COMBINING;
}

void sheet_append_code(struct sheet *sheet, uint32_t code)
{
    char bytes[4];
    const bool is_combining = code >= 0x300 && glyph_class_of(code) == GLYPH_COMBINING;
    const bool is_heaped =
        is_combining && (!sheet->has_base || sheet->combining == SHEET_COMBINING_MAX);
    if (!sheet_is_plain(code) || is_heaped) {
        sheet_put_mark(sheet, code);
        return;
    }
    sheet->combining = is_combining ? sheet->combining + 1 : 0;
    sheet->has_base = is_combining || code != ' ';
    sheet_put(sheet, bytes, utf8_encode(code, bytes), false);
}

void sheet_append(struct sheet *sheet, const char *text, size_t len)
{
    for (size_t at = 0; at < len && !sheet->is_full;) {
        uint32_t code;
        at += utf8_decode(text + at, len - at, &code);
        const struct sheet_line *line = &sheet->lines[sheet->line_count - 1];
        if (code == '\n')
            sheet_begin(sheet, line->role, line->indent);
        else if (code == '\t')
            sheet_put(sheet, "\t", 1, false);
        else
            sheet_append_code(sheet, code);
    }
}

void sheet_append_line(struct sheet *sheet, const char *text, size_t max_bytes)
{
    const size_t len = strlen(text);
    bool had_space = true;
    size_t at = strspn(text, " \t\r\n");
    const size_t start = at;
    while (at < len && at - start < max_bytes) {
        uint32_t code;
        at += utf8_decode(text + at, len - at, &code);
        const bool is_space = code == ' ' || code == '\t' || code == '\r' || code == '\n';
        if (!is_space)
            sheet_append_code(sheet, code);
        else if (!had_space && text[at + strspn(text + at, " \t\r\n")] != '\0')
            sheet_append_code(sheet, ' ');
        had_space = is_space;
    }
    if (text[at + strspn(text + at, " \t\r\n")] != '\0')
        sheet_append_code(sheet, 0x2026);
}

/* An indent leaves at least half of the width to the text. */
static int sheet_indent(const struct sheet_line *line, int width)
{
    return line->indent < width / 2 ? line->indent : width / 2;
}

void sheet_wrap(struct sheet *sheet, int width)
{
    if (width < 1)
        width = 1;
    if (sheet->width == width)
        return;
    struct wrap wrap;
    wrap_init(&wrap, width);
    sheet->row_count = 0;
    for (size_t i = 0; i < sheet->line_count; i++) {
        const struct sheet_line *line = &sheet->lines[i];
        if (i == sheet->vital_line)
            sheet->vital_row = sheet->row_count;
        wrap_reset(&wrap, width - sheet_indent(line, width));
        wrap_extend(&wrap, strbuf_text(&sheet->text) + line->start, line->len);
        sheet->rows = mem_grow(sheet->rows, &sheet->row_cap,
                               sheet->row_count + wrap.row_count, sizeof(sheet->rows[0]));
        for (size_t row = 0; row < wrap.row_count; row++) {
            const struct wrap_row *wrapped = wrap_row(&wrap, row);
            sheet->rows[sheet->row_count++] =
                (struct sheet_row){i, line->start + wrapped->start, wrapped->len};
        }
        if (i + 1 == sheet->vital_line_end)
            sheet->vital_row_end = sheet->row_count;
    }
    wrap_clear(&wrap);
    sheet->width = width;
}

void sheet_draw(const struct sheet *sheet, size_t row, struct canvas *canvas, int x,
                int y)
{
    const struct sheet_row *range = &sheet->rows[row];
    const struct sheet_line *line = &sheet->lines[range->line];
    const char *text = strbuf_text(&sheet->text);
    const char *marks = strbuf_text(&sheet->marks);
    int at_x = sheet_indent(line, sheet->width);
    const size_t end = range->start + range->len;
    for (size_t at = range->start; at < end;) {
        size_t run = at;
        while (run < end && marks[run] == marks[at])
            run++;
        at_x += canvas_put(canvas, x + at_x, y, sheet->width - at_x,
                           marks[at] ? ROLE_MARK : line->role, text + at, run - at);
        at = run;
    }
}

/*
 * Lines of a stranger's text that a person decides on: whatever is not plainly visible in
 * it is spelled out by its number, "‹U+202E›", and counted. That is stricter than
 * glyph.h: joiners, variation selectors, blanks that are no space, heaped combining marks
 * and skin tones are spelled out too, so that two texts that differ look different.
 *
 * A sheet is filled line by line, wrapped to a width, and drawn row by row.
 */
#ifndef VIEW_SHEET_H
#define VIEW_SHEET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/base/strbuf.h"
#include "ui/render/canvas.h"

/* The ceiling of a sheet's text; past it is_full is set and the rest is not shown. */
#define SHEET_MAX ((size_t)8 << 20)

struct sheet_line {
    size_t start;
    size_t len;
    enum role role;
    int indent;
};

struct sheet_row {
    size_t line;
    size_t start;
    size_t len;
};

struct sheet {
    struct strbuf text;  /* as it is drawn */
    struct strbuf marks; /* a byte for each byte of text: 1 where a mark stands */
    struct sheet_line *lines;
    size_t line_count;
    size_t line_cap;
    struct sheet_row *rows; /* as wrapped last */
    size_t row_count;
    size_t row_cap;
    int width;             /* as wrapped last; 0: not wrapped */
    size_t vital_line;     /* lines [vital_line, vital_line_end) nobody may approve */
    size_t vital_line_end; /* … without having seen them; set by who fills it */
    size_t vital_row;      /* their rows as wrapped last */
    size_t vital_row_end;
    size_t hidden_count; /* characters that were spelled out */
    unsigned combining;  /* on the last character */
    bool has_base;       /* there is a character for combining marks to stand on */
    bool is_full;        /* the text has passed the ceiling */
};

void sheet_init(struct sheet *sheet);
void sheet_clear(struct sheet *sheet);

/* Empties it. */
void sheet_reset(struct sheet *sheet);

/* Begins a line; everything appended goes to the last line begun. */
void sheet_begin(struct sheet *sheet, enum role role, int indent);

/* Appends UTF-8 text. A newline begins another line like the last one; a tab stays. */
void sheet_append(struct sheet *sheet, const char *text, size_t len);

/* Appends text in one line: white space runs become one space; cut to about `max_bytes`
 * with "…". */
void sheet_append_line(struct sheet *sheet, const char *text, size_t max_bytes);

/* Appends one character; a surrogate is spelled out. */
void sheet_append_code(struct sheet *sheet, uint32_t code);

/* Breaks the lines into rows of `width` cells, unless they are already. */
void sheet_wrap(struct sheet *sheet, int width);

/* Draws row `row` (below row_count) at (x, y). */
void sheet_draw(const struct sheet *sheet, size_t row, struct canvas *canvas, int x,
                int y);

#endif

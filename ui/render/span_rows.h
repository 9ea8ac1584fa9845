/*
 * Rows of cells in several styles: what a laid out text is kept as. A row is a list of
 * runs; a run is a range of the source text, of text of our own (an address, a decoded
 * entity) or a sign of ours, repeated. Nothing of the source is copied, and each byte of
 * it is drawn through glyph.h.
 *
 * Each row has a place, an offset in the source; places grow from row to row, so that a
 * reader's place can be found again after another layout.
 */
#ifndef RENDER_SPAN_ROWS_H
#define RENDER_SPAN_ROWS_H

#include <stddef.h>
#include <stdint.h>

#include "src/base/strbuf.h"
#include "ui/render/canvas.h"
#include "ui/render/span_text.h"
#include "ui/render/text_marks.h"

/* Signs of our own; with blanks, the only cells that are not somebody's text. */
enum span_sign {
    SIGN_BLANK,
    SIGN_LINE,   /* of a rule */
    SIGN_QUOTE,  /* the bar before a quote, and a blank */
    SIGN_COLUMN, /* between the cells of a table */
    SIGN_JOINT,  /* where a table's lines cross */
    SIGN_BULLET_1,
    SIGN_BULLET_2,
    SIGN_BULLET_3,
    SIGN_COUNT
};

struct span_run {
    uint32_t at;       /* an offset, or enum span_sign */
    uint32_t len : 22; /* bytes; of a sign: how often */
    uint32_t role : 8;
    uint32_t from : 2; /* enum span_from */
};

/* A run that leads somewhere. */
struct span_link {
    uint32_t run;
    uint32_t target; /* from 0 */
};

/* An address that runs lead to: a part of `own`. */
struct span_target {
    uint32_t at;
    uint32_t len;
};

struct span_row {
    uint32_t at;        /* its place */
    uint32_t first_run; /* its runs reach to those of the next row */
};

struct span_rows {
    struct span_row *rows;
    size_t row_count;
    size_t row_cap;
    struct span_run *runs;
    size_t run_count;
    size_t run_cap;
    struct span_link *links; /* sorted by run */
    size_t link_count;
    size_t link_cap;
    struct span_target *targets;
    size_t target_count;
    size_t target_cap;
    struct strbuf own;
    uint32_t floor; /* the least place of the rows put next */
};

/* How much there was at some time. */
struct span_rows_size {
    size_t row_count;
    size_t run_count;
    size_t own_len;
    size_t link_count;
    size_t target_count;
};

void span_rows_init(struct span_rows *rows);
void span_rows_clear(struct span_rows *rows);

struct span_rows_size span_rows_size(const struct span_rows *rows);

/* Goes back to an earlier size; the memory is kept. */
void span_rows_cut(struct span_rows *rows, struct span_rows_size size);

/* Cells that a sign takes. */
int span_sign_width(enum span_sign sign);

/* Begins a row; the runs put next are its own. */
void span_rows_begin(struct span_rows *rows);
void span_rows_put_sign(struct span_rows *rows, enum span_sign sign, size_t count,
                        enum role role);
void span_rows_put_text(struct span_rows *rows, const struct span_text *text,
                        const struct span_base *base, size_t start, size_t end);

/* Puts a text of our own. */
void span_rows_put_own(struct span_rows *rows, const char *text, enum role role);

/* Keeps an address that link_address_append made and returns its number for pieces; 0
 * where there are too many. */
uint16_t span_rows_add_target(struct span_rows *rows, const char *address, size_t len);

/* Ends it and gives it its place. */
void span_rows_end(struct span_rows *rows);

/* Draws a row in the first row of a rectangle. */
void span_rows_draw(const struct span_rows *rows, size_t row, const char *source,
                    struct canvas *canvas, struct rect where);

/* Marks places of the source in a row that was drawn so. */
void span_rows_mark(const struct span_rows *rows, size_t row, const char *source,
                    struct canvas *canvas, struct rect where,
                    const struct text_marks *marks);

/* The row that shows the first of those bytes, or where they would stand. */
size_t span_rows_find_range(const struct span_rows *rows, struct text_range range);

/* Where row `row` begins; its last byte; and the row that holds a place. */
size_t span_rows_place(const struct span_rows *rows, size_t row);
size_t span_rows_place_end(const struct span_rows *rows, size_t row);
size_t span_rows_find(const struct span_rows *rows, size_t place);

#endif

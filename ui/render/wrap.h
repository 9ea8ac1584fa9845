/*
 * Breaks a text that grows at its end into rows of a given width.
 *
 * A row is a byte range of the source; nothing is copied, and copying a selection takes
 * source text. wrap_extend re-wraps only the rows that new text can still change (the
 * last, and with it the one before when the text broke off inside a character), so
 * appending n bytes costs n plus a row, however long the text is. The rows are always
 * the same as if the text had come at once.
 *
 * Rows break after blanks; blanks that do not fit hang at the row's end and are not
 * drawn. Between wide characters a row may break as well, except before closing and
 * after opening punctuation. A word longer than the width is broken between clusters.
 * A text always has at least one row, and one more for each newline.
 */
#ifndef RENDER_WRAP_H
#define RENDER_WRAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct wrap_row {
    uint32_t start;
    uint32_t len : 31; /* what is drawn: without the newline and the blanks that hang */
    uint32_t ends_hard : 1; /* a newline of the source ends this row */
};

struct wrap {
    struct wrap_row *rows;
    size_t row_count; /* 0 until the first wrap_extend */
    size_t row_cap;
    size_t final_count; /* rows whose start no further text can change */
    size_t text_len;    /* source bytes wrapped so far */
    int width;
};

/* Prepares for rows of `width` cells (at least 1). */
void wrap_init(struct wrap *wrap, int width);

/* Frees the rows; the struct is as after wrap_init with the same width. */
void wrap_clear(struct wrap *wrap);

/* Forgets the rows, for another width or another text, and keeps the memory. */
void wrap_reset(struct wrap *wrap, int width);

/*
 * Brings the rows up to date with `text`, which is the text of the last call with bytes
 * appended; a shorter one is wrapped from its beginning. The text is not kept.
 */
void wrap_extend(struct wrap *wrap, const char *text, size_t len);

/* The i-th row; `index` must be below row_count. Valid until the next wrap_extend. */
const struct wrap_row *wrap_row(const struct wrap *wrap, size_t index);

/* The row in which the byte at `offset` stands; the last row for the text's end. */
size_t wrap_find_row(const struct wrap *wrap, size_t offset);

#endif

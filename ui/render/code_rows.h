/*
 * Rows of a block of code: a label with its language and number, then its lines, each
 * wrapped by itself. Lines are given one at a time, in order.
 */
#ifndef RENDER_CODE_ROWS_H
#define RENDER_CODE_ROWS_H

#include <stddef.h>

#include "ui/render/block_frame.h"

struct code_rows {
    struct block_frame *frame;
    int width; /* of the rows, for the block that was begun */
    struct span_text text;
};

void code_rows_init(struct code_rows *code, struct block_frame *frame);
void code_rows_clear(struct code_rows *code);

/* Begins a block of code. */
void code_rows_begin(struct code_rows *code);

/* Puts its label; `info` is what stands behind the fence in the source. */
void code_rows_put_label(struct code_rows *code, size_t info, size_t len,
                         unsigned number);

/* The same for a text that is not in the source. */
void code_rows_put_own_label(struct code_rows *code, const char *info, size_t len,
                             unsigned number);

/* Puts a line: `len` bytes of the source at `at`, with `indent` blanks before them. */
void code_rows_put_line(struct code_rows *code, size_t at, size_t len, size_t indent);

#endif

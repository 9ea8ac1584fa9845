/*
 * Rows of a block of code: a label with its language and number, then its lines, each
 * wrapped by itself. Lines are given one at a time, in order.
 */
#ifndef RENDER_CODE_ROWS_H
#define RENDER_CODE_ROWS_H

#include <stddef.h>

#include "ui/render/block_frame.h"
#include "ui/render/highlight.h"

/* So many lines of one text are coloured: enough to read, and laying the text out anew,
 * for another width, stays quick. */
#define CODE_COLOURED_MAX 1000

/* The colours of the code in one text. Zeroed: no block is coloured. */
struct code_colours {
    struct highlight *highlight; /* made when a language is asked for */
    bool is_on;                  /* the block that is read has colours */
    unsigned line_count;         /* coloured so far */
};

/* Ends the block that is read, and frees all that is kept for the next line. */
void code_colours_end(struct code_colours *colours);

/* Who hears what the fenced blocks of code in a text are; or NULL. */
struct code_sink {
    /* A block begins; `info` is what stands behind its fence. */
    void (*on_block)(void *user, const char *info, size_t len, unsigned number);
    /* A line of it, with `indent` blanks before. */
    void (*on_line)(void *user, const char *line, size_t len, size_t indent);
    void *user;
};

struct code_rows {
    struct block_frame *frame;
    const struct code_sink *sink; /* or NULL */
    bool is_fenced;               /* the block that was begun has a label */
    struct code_colours *colours; /* or NULL: plain */
    int width;                    /* of the rows, for the block that was begun */
    struct span_text text;
};

void code_rows_init(struct code_rows *code, struct block_frame *frame,
                    struct code_colours *colours);
void code_rows_clear(struct code_rows *code);

/* Begins a block of code. */
void code_rows_begin(struct code_rows *code);

/* Puts its label; `info` is what stands behind the fence in the source. Its first word is
 * the language. */
void code_rows_put_label(struct code_rows *code, size_t info, size_t len,
                         unsigned number);

/* The same for a text that is not in the source. */
void code_rows_put_own_label(struct code_rows *code, const char *info, size_t len,
                             unsigned number);

/* Puts a line: `len` bytes of the source at `at`, with `indent` blanks before them. */
void code_rows_put_line(struct code_rows *code, size_t at, size_t len, size_t indent);

#endif

/*
 * What stands before the rows of a block: the bars of the quotes and the marks of the
 * lists that it is in; and the empty rows between blocks. Blocks are laid out one after
 * the other into span_rows, each in the width that is left to it.
 *
 * In a narrow pane the outer frames are left out, so that at least half of the width is
 * text.
 */
#ifndef RENDER_BLOCK_FRAME_H
#define RENDER_BLOCK_FRAME_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/render/span_rows.h"

/* Deeper nesting is counted and not drawn. */
#define BLOCK_FRAME_DEPTH 24

struct block_container {
    enum { BLOCK_QUOTE, BLOCK_LIST, BLOCK_ITEM } kind;
    bool is_tight;   /* of a list: no empty rows in it */
    bool is_marked;  /* the mark of the item was drawn */
    bool is_shown;   /* for the block that is laid out now */
    char mark[24];   /* of an item; "" for a bullet */
    unsigned number; /* of a list's next item; 0: bullets */
    char delimiter;  /* after its numbers */
    int width;       /* cells before the text */
};

struct block_frame {
    struct span_rows *rows;
    const char *source;
    int width;
    struct block_container stack[BLOCK_FRAME_DEPTH];
    size_t depth;
    size_t least_depth; /* since the last block */
    bool has_block;     /* there was one */
    bool wants_gap;     /* before the first one */
    int indent;         /* cells before the text of the block that is laid out now */
};

void block_frame_init(struct block_frame *frame, struct span_rows *rows,
                      const char *source, int width);

void block_frame_open_quote(struct block_frame *frame);

/* Opens a list; `number` is that of its first item, 0 for bullets. */
void block_frame_open_list(struct block_frame *frame, bool is_tight, unsigned number,
                           char delimiter);

/* Opens the next item of the list; `task` is 'x' or ' ' for a task, else 0. */
void block_frame_open_item(struct block_frame *frame, char task);

/* Closes what was opened last; an item that had no block gets its row. */
void block_frame_close(struct block_frame *frame);

/* Begins a block: puts the empty row before it and returns the width of its rows. */
int block_frame_begin(struct block_frame *frame);

/* Begins a row of it. It is ended with span_rows_end. */
void block_frame_begin_row(struct block_frame *frame);

/* Wraps a text into rows of the block that was begun. */
void block_frame_put(struct block_frame *frame, const struct span_text *text, int width);

/* The texts that pieces lie in now. */
struct span_base block_frame_base(const struct block_frame *frame);

#endif

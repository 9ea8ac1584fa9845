/*
 * A table of Markdown: its cells are collected as pieces of one text, then laid out in
 * columns as wide as what is in them. Where that is too wide the widest are wrapped;
 * where columns would become too narrow to read, each row is written as a list of
 * "heading: cell".
 */
#ifndef RENDER_MARKDOWN_TABLE_H
#define RENDER_MARKDOWN_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ui/render/block_frame.h"

/* A table with more columns is shown as it is written. */
#define TABLE_COLUMN_MAX 64

enum table_align { TABLE_LEFT, TABLE_CENTER, TABLE_RIGHT };

struct table_cell {
    uint32_t start; /* places of the text */
    uint32_t end;
    uint16_t column;
    uint8_t align;
    bool begins_row;
};

struct markdown_table {
    struct table_cell *cells; /* those that are not empty; the first row is the heading */
    size_t cell_count;
    size_t cell_cap;
    size_t row_count;
    unsigned next_column;
    bool is_row_begun; /* and has no cell yet */
    unsigned column_count;
    int widths[TABLE_COLUMN_MAX];
    int least[TABLE_COLUMN_MAX]; /* what a column that is cut keeps at least */
};

void markdown_table_clear(struct markdown_table *table);

/* Begins another table of so many columns; keeps the memory. */
void markdown_table_begin(struct markdown_table *table, unsigned column_count);
void markdown_table_begin_row(struct markdown_table *table);

/* Adds the next cell of the row: the places from `start` to the text's end. */
void markdown_table_add(struct markdown_table *table, size_t start, size_t end,
                        enum table_align align);

/* Lays the table out as a block of the frame. */
void markdown_table_put(struct markdown_table *table, struct block_frame *frame,
                        const struct span_text *text);

#endif

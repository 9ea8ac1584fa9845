/*
 * Widths first: each column as wide as its widest cell; if the row is too long then, the
 * columns that are wider than a fair share are cut to it. The rows follow line by line:
 * each cell fills its next line, until all are at their ends.
 */
#include "ui/render/markdown_table.h"

#include "src/base/mem.h"

/* A column that is cut keeps at least so many cells, or the table is no table. */
#define TABLE_WIDTH_MIN 6

void markdown_table_clear(struct markdown_table *table)
{
    mem_free(table->cells);
    *table = (struct markdown_table){0};
}

void markdown_table_begin(struct markdown_table *table, unsigned column_count)
{
    table->cell_count = 0;
    table->row_count = 0;
    table->column_count =
        column_count < TABLE_COLUMN_MAX ? column_count : TABLE_COLUMN_MAX;
}

void markdown_table_begin_row(struct markdown_table *table)
{
    table->row_count++;
    table->next_column = 0;
    table->is_row_begun = true;
}

void markdown_table_add(struct markdown_table *table, size_t start, size_t end,
                        enum table_align align)
{
    const unsigned column = table->next_column++;
    /* Rows begin with a cell even if that is empty. */
    if (column >= table->column_count || (start == end && !table->is_row_begun))
        return;
    table->cells = mem_grow(table->cells, &table->cell_cap, table->cell_count + 1,
                            sizeof(table->cells[0]));
    table->cells[table->cell_count++] =
        (struct table_cell){(uint32_t)start, (uint32_t)end, (uint16_t)column,
                            (uint8_t)align, table->is_row_begun};
    table->is_row_begun = false;
}

/* The cells of one row. */
static size_t table_row_len(const struct markdown_table *table, size_t first)
{
    size_t count = 1;
    while (first + count < table->cell_count && !table->cells[first + count].begins_row)
        count++;
    return count;
}

/* --- Widths ------------------------------------------------------------------------- */

static void table_measure(struct markdown_table *table, const struct span_text *text,
                          const struct span_base *base)
{
    for (unsigned i = 0; i < table->column_count; i++) {
        table->widths[i] = 1;
        table->least[i] = TABLE_WIDTH_MIN;
    }
    for (size_t i = 0; i < table->cell_count; i++) {
        const struct table_cell *cell = &table->cells[i];
        const int width = span_text_width(text, base, cell->start, cell->end,
                                          &table->least[cell->column]);
        if (width > table->widths[cell->column])
            table->widths[cell->column] = width;
    }
}

/* The width of a column when `share` is what each may have. */
static int table_cut_width(const struct markdown_table *table, unsigned column, int share)
{
    const int most = share > table->least[column] ? share : table->least[column];
    return table->widths[column] < most ? table->widths[column] : most;
}

static int table_sum(const struct markdown_table *table, int share)
{
    int sum = 0;
    for (unsigned i = 0; i < table->column_count; i++)
        sum += table_cut_width(table, i, share);
    return sum;
}

/* Cuts the widest columns so that all fit into `room`; false if they do not. */
static bool table_share(struct markdown_table *table, int room)
{
    int share = room;
    while (share >= TABLE_WIDTH_MIN && table_sum(table, share) > room)
        share--;
    if (share < TABLE_WIDTH_MIN)
        return false;
    int spare = room - table_sum(table, share);
    for (unsigned i = 0; i < table->column_count; i++) {
        const int width = table_cut_width(table, i, share);
        const bool takes_spare = width < table->widths[i] && spare > 0;
        table->widths[i] = width + takes_spare;
        spare -= takes_spare;
    }
    return true;
}

/* --- In columns -----------------------------------------------------------------------
 */

static void table_put_rule(const struct markdown_table *table, struct block_frame *frame)
{
    block_frame_begin_row(frame);
    for (unsigned i = 0; i < table->column_count; i++) {
        if (i > 0)
            span_rows_put_sign(frame->rows, SIGN_JOINT, 1, ROLE_STRUCTURE);
        span_rows_put_sign(frame->rows, SIGN_LINE, (size_t)table->widths[i],
                           ROLE_STRUCTURE);
    }
    span_rows_end(frame->rows);
}

/* Where the next line of each cell of a row begins. */
struct table_line {
    const struct table_cell *cells;
    size_t count;
    size_t next[TABLE_COLUMN_MAX];
};

/* Puts one line of one cell; returns the blanks after it that are still to be put. */
static int table_put_cell(const struct markdown_table *table, struct block_frame *frame,
                          const struct span_text *text, const struct table_cell *cell,
                          size_t *next)
{
    const struct span_base base = block_frame_base(frame);
    const int width = table->widths[cell->column];
    struct span_line line = {.start = *next};
    if (line.start >= cell->end)
        return width;
    span_text_fill(text, &base, width, cell->end, &line);
    *next = line.next;
    const int used = span_text_width(text, &base, line.start, line.end, NULL);
    const int spare = width > used ? width - used : 0;
    int before = 0;
    if (cell->align == TABLE_RIGHT)
        before = spare;
    else if (cell->align == TABLE_CENTER)
        before = spare / 2;
    span_rows_put_sign(frame->rows, SIGN_BLANK, (size_t)before, ROLE_TEXT);
    span_rows_put_text(frame->rows, text, &base, line.start, line.end);
    return spare - before;
}

/* Puts one line of a row; true if there are more. */
static bool table_put_line(const struct markdown_table *table, struct block_frame *frame,
                           const struct span_text *text, struct table_line *line)
{
    bool is_more = false;
    int blanks = 0;
    unsigned column = 0;
    block_frame_begin_row(frame);
    for (size_t i = 0; i < line->count; i++) {
        const struct table_cell *cell = &line->cells[i];
        /* The blanks after a cell are put only where something follows. */
        for (; column < cell->column; column++) {
            span_rows_put_sign(frame->rows, SIGN_BLANK, (size_t)blanks, ROLE_TEXT);
            span_rows_put_sign(frame->rows, SIGN_COLUMN, 1, ROLE_STRUCTURE);
            blanks = table->widths[column + 1];
        }
        blanks = table_put_cell(table, frame, text, cell, &line->next[i]);
        is_more = is_more || line->next[i] < cell->end;
    }
    span_rows_end(frame->rows);
    return is_more;
}

static void table_put_row(const struct markdown_table *table, struct block_frame *frame,
                          const struct span_text *text, size_t first, size_t count)
{
    struct table_line line = {.cells = &table->cells[first], .count = count};
    for (size_t i = 0; i < count; i++)
        line.next[i] = line.cells[i].start;
    while (table_put_line(table, frame, text, &line))
        ;
}

/* True if some row of the body takes more than one line. */
static bool table_is_wrapped(const struct markdown_table *table,
                             const struct span_text *text, const struct span_base *base)
{
    for (size_t i = table_row_len(table, 0); i < table->cell_count; i++) {
        const struct table_cell *cell = &table->cells[i];
        if (span_text_width(text, base, cell->start, cell->end, NULL) >
            table->widths[cell->column])
            return true;
    }
    return false;
}

static void table_put_columns(const struct markdown_table *table,
                              struct block_frame *frame, const struct span_text *text)
{
    const struct span_base base = block_frame_base(frame);
    const bool has_rules = table_is_wrapped(table, text, &base);
    const size_t heading = table_row_len(table, 0);
    for (size_t first = 0; first < table->cell_count;) {
        const size_t count = table_row_len(table, first);
        if (first > heading && has_rules)
            table_put_rule(table, frame);
        table_put_row(table, frame, text, first, count);
        if (first == 0)
            table_put_rule(table, frame);
        first += count;
    }
}

/* --- As lists -------------------------------------------------------------------------
 */

/* Adds the pieces between two places; both are the ends of pieces. */
static void table_copy(struct span_text *to, const struct span_text *from, size_t start,
                       size_t end)
{
    size_t first = span_text_find(from, start);
    size_t last = first;
    while (last < from->count && from->pieces[last].place < end)
        last++;
    if (start < end)
        span_text_add_all(to, from, first, last - first);
}

/* Puts one cell with the heading of its column, which is the same cell in the first row.
 */
static void table_put_pair(const struct markdown_table *table, struct block_frame *frame,
                           const struct span_text *text, const struct table_cell *cell,
                           struct span_text *pair)
{
    struct strbuf *own = &frame->rows->own;
    const size_t count = table_row_len(table, 0);
    span_text_reset(pair);
    for (size_t i = 0; i < count; i++) {
        const struct table_cell *heading = &table->cells[i];
        if (heading->column != cell->column || heading->start == heading->end)
            continue;
        table_copy(pair, text, heading->start, heading->end);
        const size_t at = own->len;
        strbuf_append_text(own, ": ");
        span_text_add(pair, SPAN_OWN, at, 2, ROLE_TEXT);
    }
    table_copy(pair, text, cell->start, cell->end);
    block_frame_put(frame, pair, frame->width - frame->indent);
}

/* Puts all cells of the heading, for a table that has no rows yet. */
static void table_put_headings(const struct markdown_table *table,
                               struct block_frame *frame, const struct span_text *text,
                               struct span_text *line)
{
    for (size_t i = 0; i < table->cell_count; i++) {
        span_text_reset(line);
        table_copy(line, text, table->cells[i].start, table->cells[i].end);
        block_frame_put(frame, line, frame->width - frame->indent);
    }
}

static void table_put_lists(const struct markdown_table *table, struct block_frame *frame,
                            const struct span_text *text)
{
    struct span_text pair = {0};
    const size_t first = table_row_len(table, 0);
    if (first == table->cell_count)
        table_put_headings(table, frame, text, &pair);
    for (size_t i = first; i < table->cell_count; i++) {
        if (table->cells[i].begins_row && i > first) {
            block_frame_begin_row(frame);
            span_rows_put_sign(frame->rows, SIGN_LINE, 3, ROLE_STRUCTURE);
            span_rows_end(frame->rows);
        }
        if (table->cells[i].start < table->cells[i].end)
            table_put_pair(table, frame, text, &table->cells[i], &pair);
    }
    span_text_clear(&pair);
}

void markdown_table_put(struct markdown_table *table, struct block_frame *frame,
                        const struct span_text *text)
{
    if (table->cell_count == 0 || table->column_count == 0)
        return;
    const int gaps = ((int)table->column_count - 1) * span_sign_width(SIGN_COLUMN);
    const int width = block_frame_begin(frame);
    const struct span_base base = block_frame_base(frame);
    table_measure(table, text, &base);
    if (table_share(table, width - gaps))
        table_put_columns(table, frame, text);
    else
        table_put_lists(table, frame, text);
}

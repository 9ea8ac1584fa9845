/*
 * The scan gives out what is certain; its rows stay. What follows is laid out behind them
 * from a copy of the scan, as if the text ended here, and cut off before the next update.
 */
#include "ui/render/markdown.h"

#include "src/base/mem.h"
#include "ui/render/markdown_block.h"
#include "ui/render/markdown_scan.h"

/* The width for rows that nobody sees. */
#define MARKDOWN_WIDE 500

/* All that the layout of the next part depends on. */
struct markdown_progress {
    struct markdown_scan scan;
    struct span_rows_size size;
    unsigned code_count; /* blocks of fenced code so far */
};

struct markdown {
    struct span_rows rows;
    struct markdown_progress certain;
    struct code_colours colours; /* of the code that is certain */
    unsigned code_before; /* the number of the last block of code before this text */
    unsigned code_count;  /* … and in it */
    size_t text_len;
    int width;
    bool is_open;
    bool is_renumbered;
};

struct markdown *markdown_new(void)
{
    struct markdown *markdown = mem_alloc(sizeof(*markdown));
    span_rows_init(&markdown->rows);
    return markdown;
}

void markdown_free(struct markdown *markdown)
{
    if (markdown == NULL)
        return;
    span_rows_clear(&markdown->rows);
    code_colours_end(&markdown->colours);
    mem_free(markdown);
}

static void markdown_put_code(const struct markdown_part *part,
                              struct markdown_layout *layout)
{
    const size_t len = part->end - part->start;
    struct block_frame frame;
    struct code_rows code;
    block_frame_init(&frame, layout->rows, layout->source, layout->width);
    frame.wants_gap = part->has_gap;
    code_rows_init(&code, &frame, layout->colours);
    code.sink = layout->sink;
    code_rows_begin(&code);
    code.is_fenced = true;
    if (part->kind == MARKDOWN_FENCE_OPEN)
        code_rows_put_label(&code, part->start, len, ++*layout->code_count);
    else
        code_rows_put_line(&code, part->start, len, 0);
    code_rows_clear(&code);
}

/* Rows without text of the source, such as the empty one before a part, belong to the
 * line that they stand for. */
static uint32_t markdown_floor(const struct markdown_part *part, const char *text)
{
    size_t start = part->start;
    while (start > 0 && text[start - 1] != '\n')
        start--;
    return (uint32_t)(part->has_gap && start > 0 ? start - 1 : start);
}

static void markdown_put_parts(struct markdown_layout *layout, size_t len, bool is_end,
                               struct markdown_progress *progress)
{
    struct markdown_part part;
    layout->code_count = &progress->code_count;
    while (markdown_scan_next(&progress->scan, layout->source, len, is_end, &part)) {
        part.has_gap = part.has_gap && layout->rows->row_count > 0;
        layout->rows->floor = markdown_floor(&part, layout->source);
        if (part.kind == MARKDOWN_BLOCK)
            markdown_block_put(&part, layout);
        else if (part.kind != MARKDOWN_FENCE_CLOSE)
            markdown_put_code(&part, layout);
    }
}

static void markdown_begin_anew(struct markdown *markdown)
{
    markdown->certain = (struct markdown_progress){.code_count = markdown->code_before};
    markdown->is_renumbered = false;
    code_colours_end(&markdown->colours);
    markdown->colours.line_count = 0;
}

void markdown_update(struct markdown *markdown, const char *text, size_t len, int width,
                     bool is_open)
{
    if (markdown->width == width && markdown->text_len == len &&
        markdown->is_open == is_open && !markdown->is_renumbered)
        return;
    markdown->is_open = is_open;
    if (markdown->width != width || len < markdown->text_len || markdown->is_renumbered)
        markdown_begin_anew(markdown);
    markdown->width = width < 1 ? 1 : width;
    markdown->text_len = len;
    span_rows_cut(&markdown->rows, markdown->certain.size);
    struct markdown_layout layout;
    markdown_layout_init(&layout);
    layout.source = text;
    layout.width = markdown->width;
    layout.rows = &markdown->rows;
    layout.colours = &markdown->colours;
    markdown_put_parts(&layout, len, false, &markdown->certain);
    markdown->certain.size = span_rows_size(&markdown->rows);
    /* Colours depend on the lines before, so they wait until a line is certain. */
    layout.colours = NULL;
    layout.is_open = is_open;
    struct markdown_progress rest = markdown->certain;
    markdown_put_parts(&layout, len, true, &rest);
    markdown->code_count = rest.code_count;
    markdown_layout_clear(&layout);
    /* What a language needs is not small: it is kept while its block is open. */
    if (markdown->certain.scan.state != MARKDOWN_FENCE)
        code_colours_end(&markdown->colours);
}

bool markdown_set_code_before(struct markdown *markdown, unsigned before)
{
    if (markdown->code_before == before)
        return false;
    markdown->code_before = before;
    markdown->is_renumbered = true;
    return true;
}

unsigned markdown_code_count(const struct markdown *markdown)
{
    return markdown->code_count;
}

/* Lays the text out once, wide and for nobody, and listens: so the numbers are those of
 * the rows. */
unsigned markdown_tell_code(const char *text, size_t len, unsigned before,
                            const struct code_sink *sink)
{
    struct markdown_progress progress = {.code_count = before};
    struct span_rows rows;
    struct markdown_layout layout;
    span_rows_init(&rows);
    markdown_layout_init(&layout);
    layout.source = text;
    layout.width = MARKDOWN_WIDE;
    layout.rows = &rows;
    layout.sink = sink;
    markdown_put_parts(&layout, len, true, &progress);
    markdown_layout_clear(&layout);
    span_rows_clear(&rows);
    return progress.code_count;
}

size_t markdown_row_count(const struct markdown *markdown)
{
    return markdown->rows.row_count;
}

void markdown_draw(const struct markdown *markdown, size_t row, const char *text,
                   struct canvas *canvas, struct rect where)
{
    span_rows_draw(&markdown->rows, row, text, canvas, where);
}

void markdown_mark(const struct markdown *markdown, size_t row, const char *text,
                   struct canvas *canvas, struct rect where,
                   const struct text_marks *marks)
{
    span_rows_mark(&markdown->rows, row, text, canvas, where, marks);
}

size_t markdown_find_range(const struct markdown *markdown, struct text_range range)
{
    return span_rows_find_range(&markdown->rows, range);
}

size_t markdown_place(const struct markdown *markdown, size_t row)
{
    return span_rows_place(&markdown->rows, row);
}

size_t markdown_place_end(const struct markdown *markdown, size_t row)
{
    return span_rows_place_end(&markdown->rows, row);
}

size_t markdown_find(const struct markdown *markdown, size_t offset)
{
    return span_rows_find(&markdown->rows, offset);
}

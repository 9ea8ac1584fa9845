/*
 * The scan gives out what is certain; its rows stay. What follows is laid out behind them
 * from a copy of the scan, as if the text ended here, and cut off before the next update.
 */
#include "ui/render/markdown.h"

#include "src/base/mem.h"
#include "ui/render/code_rows.h"
#include "ui/render/markdown_block.h"
#include "ui/render/markdown_scan.h"

/* All that the layout of the next part depends on. */
struct markdown_progress {
    struct markdown_scan scan;
    struct span_rows_size size;
    unsigned code_count; /* blocks of fenced code so far */
};

struct markdown {
    struct span_rows rows;
    struct markdown_progress certain;
    struct markdown_scratch scratch;
    size_t text_len;
    int width;
};

struct markdown *markdown_new(void)
{
    struct markdown *markdown = mem_alloc(sizeof(*markdown));
    span_rows_init(&markdown->rows);
    markdown_scratch_init(&markdown->scratch);
    return markdown;
}

void markdown_free(struct markdown *markdown)
{
    if (markdown == NULL)
        return;
    span_rows_clear(&markdown->rows);
    markdown_scratch_clear(&markdown->scratch);
    mem_free(markdown);
}

static void markdown_put(struct markdown *markdown, const struct markdown_part *part,
                         const char *text, struct markdown_progress *progress)
{
    struct block_frame frame;
    struct code_rows code;
    if (part->kind == MARKDOWN_BLOCK) {
        markdown_block_put(part, text, markdown->width, &markdown->scratch,
                           &markdown->rows, &progress->code_count);
        return;
    }
    if (part->kind == MARKDOWN_FENCE_CLOSE)
        return;
    block_frame_init(&frame, &markdown->rows, text, markdown->width);
    frame.wants_gap = part->has_gap && markdown->rows.row_count > 0;
    code_rows_init(&code, &frame);
    code_rows_begin(&code);
    if (part->kind == MARKDOWN_FENCE_OPEN)
        code_rows_put_label(&code, part->start, part->end - part->start,
                            ++progress->code_count);
    else
        code_rows_put_line(&code, part->start, part->end - part->start, 0);
    code_rows_clear(&code);
}

static void markdown_put_parts(struct markdown *markdown, const char *text, size_t len,
                               bool is_end, struct markdown_progress *progress)
{
    struct markdown_part part;
    while (markdown_scan_next(&progress->scan, text, len, is_end, &part)) {
        part.has_gap = part.has_gap && markdown->rows.row_count > 0;
        markdown_put(markdown, &part, text, progress);
    }
}

void markdown_update(struct markdown *markdown, const char *text, size_t len, int width)
{
    if (markdown->width == width && markdown->text_len == len)
        return;
    if (markdown->width != width || len < markdown->text_len)
        markdown->certain = (struct markdown_progress){0};
    markdown->width = width < 1 ? 1 : width;
    markdown->text_len = len;
    span_rows_cut(&markdown->rows, markdown->certain.size);
    markdown_put_parts(markdown, text, len, false, &markdown->certain);
    markdown->certain.size = span_rows_size(&markdown->rows);
    struct markdown_progress rest = markdown->certain;
    markdown_put_parts(markdown, text, len, true, &rest);
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

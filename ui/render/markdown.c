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
    size_t text_len;
    int width;
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
    mem_free(markdown);
}

/* An update. The scratch lives only so long: there are many messages. */
struct markdown_run {
    struct markdown *markdown;
    const char *text;
    size_t len;
    struct markdown_scratch scratch;
};

static void markdown_put(struct markdown_run *run, const struct markdown_part *part,
                         struct markdown_progress *progress)
{
    struct markdown *markdown = run->markdown;
    struct block_frame frame;
    struct code_rows code;
    if (part->kind == MARKDOWN_BLOCK) {
        markdown_block_put(part, run->text, markdown->width, &run->scratch,
                           &markdown->rows, &progress->code_count);
        return;
    }
    if (part->kind == MARKDOWN_FENCE_CLOSE)
        return;
    block_frame_init(&frame, &markdown->rows, run->text, markdown->width);
    frame.wants_gap = part->has_gap;
    code_rows_init(&code, &frame);
    code_rows_begin(&code);
    if (part->kind == MARKDOWN_FENCE_OPEN)
        code_rows_put_label(&code, part->start, part->end - part->start,
                            ++progress->code_count);
    else
        code_rows_put_line(&code, part->start, part->end - part->start, 0);
    code_rows_clear(&code);
}

static void markdown_put_parts(struct markdown_run *run, bool is_end,
                               struct markdown_progress *progress)
{
    struct markdown_part part;
    while (markdown_scan_next(&progress->scan, run->text, run->len, is_end, &part)) {
        part.has_gap = part.has_gap && run->markdown->rows.row_count > 0;
        markdown_put(run, &part, progress);
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
    struct markdown_run run = {.markdown = markdown, .text = text, .len = len};
    markdown_scratch_init(&run.scratch);
    markdown_put_parts(&run, false, &markdown->certain);
    markdown->certain.size = span_rows_size(&markdown->rows);
    struct markdown_progress rest = markdown->certain;
    markdown_put_parts(&run, true, &rest);
    markdown_scratch_clear(&run.scratch);
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

/* A block of code stands two cells to the right, where there is room: without a frame, so
 * that a terminal's own selection takes code and blanks, and nothing else. */
#include "ui/render/code_rows.h"

#define CODE_INDENT   2
#define CODE_ROOM_MIN 16 /* narrower than this: no indent */

void code_rows_init(struct code_rows *code, struct block_frame *frame)
{
    *code = (struct code_rows){.frame = frame};
}

void code_rows_clear(struct code_rows *code)
{
    span_text_clear(&code->text);
}

void code_rows_begin(struct code_rows *code)
{
    code->width = block_frame_begin(code->frame);
}

static void code_rows_finish_label(struct code_rows *code, enum span_from from,
                                   size_t info, size_t len, unsigned number)
{
    struct strbuf *own = &code->frame->rows->own;
    span_text_reset(&code->text);
    span_text_add(&code->text, from, info, len, ROLE_CODE_LABEL);
    const size_t at = own->len;
    strbuf_append_format(own, len > 0 ? " \xc2\xb7 %u" : "code \xc2\xb7 %u", number);
    span_text_add(&code->text, SPAN_OWN, at, own->len - at, ROLE_CODE_LABEL);
    block_frame_put(code->frame, &code->text, code->width);
}

void code_rows_put_label(struct code_rows *code, size_t info, size_t len, unsigned number)
{
    const char *source = code->frame->source;
    while (len > 0 && (source[info] == ' ' || source[info] == '\t')) {
        info++;
        len--;
    }
    while (len > 0 && (source[info + len - 1] == ' ' || source[info + len - 1] == '\t'))
        len--;
    code_rows_finish_label(code, SPAN_SOURCE, info, len, number);
}

void code_rows_put_own_label(struct code_rows *code, const char *info, size_t len,
                             unsigned number)
{
    struct strbuf *own = &code->frame->rows->own;
    const size_t at = own->len;
    strbuf_append(own, info, len);
    code_rows_finish_label(code, SPAN_OWN, at, len, number);
}

void code_rows_put_line(struct code_rows *code, size_t at, size_t len, size_t indent)
{
    const int cells = code->width >= CODE_ROOM_MIN ? CODE_INDENT : 0;
    struct span_rows *rows = code->frame->rows;
    struct span_line line = {0};
    span_text_reset(&code->text);
    const size_t blanks = rows->own.len;
    for (size_t i = 0; i < indent; i++)
        strbuf_append_char(&rows->own, ' ');
    span_text_add(&code->text, SPAN_OWN, blanks, indent, ROLE_CODE_BLOCK);
    span_text_add(&code->text, SPAN_SOURCE, at, len, ROLE_CODE_BLOCK);
    do {
        line.start = line.next;
        block_frame_begin_row(code->frame);
        const struct span_base base = block_frame_base(code->frame);
        span_text_fill(&code->text, &base, code->width - cells, code->text.end, &line);
        span_rows_put_sign(rows, SIGN_BLANK, (size_t)cells, ROLE_TEXT);
        span_rows_put_text(rows, &code->text, &base, line.start, line.end);
        span_rows_end(rows);
    } while (!line.is_last);
}

/* A block of code stands two cells to the right, where there is room: without a frame, so
 * that a terminal's own selection takes code and blanks, and nothing else. */
#include "ui/render/code_rows.h"

#include <string.h>

#include "ui/render/glyph.h"

#define CODE_INDENT   2
#define CODE_ROOM_MIN 16 /* narrower than this: no indent */

void code_rows_init(struct code_rows *code, struct block_frame *frame,
                    struct code_colours *colours)
{
    *code = (struct code_rows){.frame = frame, .colours = colours};
}

void code_rows_clear(struct code_rows *code)
{
    span_text_clear(&code->text);
}

void code_rows_begin(struct code_rows *code)
{
    code->width = block_frame_begin(code->frame);
    code->is_fenced = false;
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

static void code_rows_tell_block(struct code_rows *code, const char *info, size_t len,
                                 unsigned number)
{
    code->is_fenced = true;
    if (code->sink != NULL)
        code->sink->on_block(code->sink->user, info, len, number);
}

/* Chooses the colours by the first word of the info string. */
static void code_rows_choose_colours(struct code_rows *code, const char *info, size_t len)
{
    struct code_colours *colours = code->colours;
    size_t end = 0;
    while (end < len && strchr(" \t,{:", info[end]) == NULL)
        end++;
    if (colours == NULL)
        return;
    if (end > 0 && colours->highlight == NULL)
        colours->highlight = highlight_new(NULL);
    colours->is_on = end > 0 && highlight_begin(colours->highlight, info, end);
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
    code_rows_choose_colours(code, source + info, len);
    code_rows_tell_block(code, source + info, len, number);
    code_rows_finish_label(code, SPAN_SOURCE, info, len, number);
}

void code_rows_put_own_label(struct code_rows *code, const char *info, size_t len,
                             unsigned number)
{
    struct strbuf *own = &code->frame->rows->own;
    const size_t at = own->len;
    strbuf_append(own, info, len);
    code_rows_tell_block(code, info, len, number);
    code_rows_finish_label(code, SPAN_OWN, at, len, number);
}

/* --- Colours ----------------------------------------------------------------------- */

void code_colours_end(struct code_colours *colours)
{
    highlight_free(colours->highlight);
    colours->highlight = NULL;
    colours->is_on = false;
}

static enum role code_role(enum highlight_kind kind)
{
    switch (kind) {
    case HIGHLIGHT_PLAIN: break;
    case HIGHLIGHT_KEYWORD: return ROLE_CODE_KEYWORD;
    case HIGHLIGHT_TYPE: return ROLE_CODE_TYPE;
    case HIGHLIGHT_NAME: return ROLE_CODE_NAME;
    case HIGHLIGHT_TEXT: return ROLE_CODE_TEXT;
    case HIGHLIGHT_NUMBER: return ROLE_CODE_NUMBER;
    case HIGHLIGHT_COMMENT: return ROLE_CODE_COMMENT;
    }
    return ROLE_CODE_BLOCK;
}

/* Moves a place in a line forward to where a cluster begins: a library that reads bytes
 * may cut anywhere. `*at` is a place where one begins, before it. */
static size_t code_align(const char *line, size_t len, size_t place, size_t *at)
{
    struct glyph glyph;
    while (*at < place && glyph_next(line, len, *at, &glyph) > 0)
        *at += glyph.bytes;
    return *at;
}

static void code_rows_add_coloured(struct code_rows *code, size_t at, size_t len)
{
    struct highlight_span spans[HIGHLIGHT_LINE_MAX];
    const char *line = code->frame->source + at;
    const size_t count = highlight_line(code->colours->highlight, line, len, spans);
    size_t seen = 0;
    size_t done = 0;
    code->colours->line_count++;
    for (size_t i = 0; i < count; i++) {
        const size_t start = code_align(line, len, spans[i].start, &seen);
        const size_t end = code_align(line, len, spans[i].start + spans[i].len, &seen);
        span_text_add(&code->text, SPAN_SOURCE, at + done, start - done, ROLE_CODE_BLOCK);
        span_text_add(&code->text, SPAN_SOURCE, at + start, end - start,
                      code_role(spans[i].kind));
        done = end;
    }
    span_text_add(&code->text, SPAN_SOURCE, at + done, len - done, ROLE_CODE_BLOCK);
}

static void code_rows_add(struct code_rows *code, size_t at, size_t len)
{
    struct code_colours *colours = code->colours;
    if (colours != NULL && colours->is_on && colours->line_count < CODE_COLOURED_MAX)
        code_rows_add_coloured(code, at, len);
    else
        span_text_add(&code->text, SPAN_SOURCE, at, len, ROLE_CODE_BLOCK);
}

/* --- Lines ------------------------------------------------------------------------- */

void code_rows_put_line(struct code_rows *code, size_t at, size_t len, size_t indent)
{
    const int cells = code->width >= CODE_ROOM_MIN ? CODE_INDENT : 0;
    struct span_rows *rows = code->frame->rows;
    struct span_line line = {0};
    if (code->is_fenced && code->sink != NULL)
        code->sink->on_line(code->sink->user, code->frame->source + at, len, indent);
    span_text_reset(&code->text);
    const size_t blanks = rows->own.len;
    for (size_t i = 0; i < indent; i++)
        strbuf_append_char(&rows->own, ' ');
    span_text_add(&code->text, SPAN_OWN, blanks, indent, ROLE_CODE_BLOCK);
    code_rows_add(code, at, len);
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

/* A stack of containers. Which of them are shown is decided when a block begins, from the
 * innermost outwards. */
#include "ui/render/block_frame.h"

#include <stdio.h>
#include <string.h>

#include "ui/render/glyph.h"

void block_frame_init(struct block_frame *frame, struct span_rows *rows,
                      const char *source, int width)
{
    *frame = (struct block_frame){
        .rows = rows, .source = source, .width = width < 1 ? 1 : width};
}

struct span_base block_frame_base(const struct block_frame *frame)
{
    return (struct span_base){frame->source, strbuf_text(&frame->rows->own)};
}

static struct block_container *block_frame_open(struct block_frame *frame)
{
    static const struct block_container empty = {0};
    if (frame->depth++ >= BLOCK_FRAME_DEPTH)
        return NULL;
    struct block_container *container = &frame->stack[frame->depth - 1];
    *container = empty;
    return container;
}

void block_frame_open_quote(struct block_frame *frame)
{
    struct block_container *quote = block_frame_open(frame);
    if (quote == NULL)
        return;
    quote->kind = BLOCK_QUOTE;
    quote->width = span_sign_width(SIGN_QUOTE);
}

void block_frame_open_list(struct block_frame *frame, bool is_tight, unsigned number,
                           char delimiter)
{
    struct block_container *list = block_frame_open(frame);
    if (list == NULL)
        return;
    list->kind = BLOCK_LIST;
    list->is_tight = is_tight;
    list->number = number;
    list->delimiter = delimiter;
}

void block_frame_open_item(struct block_frame *frame, char task)
{
    struct block_container *item = block_frame_open(frame);
    if (item == NULL || frame->depth < 2)
        return;
    struct block_container *list = &item[-1];
    char number[16] = "";
    if (list->delimiter != 0)
        snprintf(number, sizeof(number), "%u%c ", list->number++, list->delimiter);
    item->kind = BLOCK_ITEM;
    if (task != 0)
        snprintf(item->mark, sizeof(item->mark), "%s[%c] ", number, task);
    else
        memcpy(item->mark, number, sizeof(number));
    item->width =
        item->mark[0] != '\0' ? (int)strlen(item->mark) : span_sign_width(SIGN_BULLET_1);
}

void block_frame_close(struct block_frame *frame)
{
    if (frame->depth <= BLOCK_FRAME_DEPTH) {
        const struct block_container *container = &frame->stack[frame->depth - 1];
        if (container->kind == BLOCK_ITEM && !container->is_marked) {
            block_frame_begin(frame);
            block_frame_begin_row(frame);
            span_rows_end(frame->rows);
        }
    }
    frame->depth--;
    if (frame->depth < frame->least_depth)
        frame->least_depth = frame->depth;
}

static size_t block_frame_drawn_depth(const struct block_frame *frame)
{
    return frame->depth < BLOCK_FRAME_DEPTH ? frame->depth : BLOCK_FRAME_DEPTH;
}

/* Blocks stand apart, but not those of a tight list: what counts is the innermost
 * container that both are in. */
static bool block_frame_has_gap(const struct block_frame *frame)
{
    if (!frame->has_block)
        return frame->wants_gap;
    size_t depth = frame->least_depth;
    if (depth > block_frame_drawn_depth(frame))
        depth = block_frame_drawn_depth(frame);
    if (depth == 0)
        return true;
    const struct block_container *common = &frame->stack[depth - 1];
    if (common->kind == BLOCK_ITEM && depth > 1)
        common--;
    return common->kind != BLOCK_LIST || !common->is_tight;
}

/* The empty row between two blocks has the bars of the quotes that both are in. */
static void block_frame_put_gap(struct block_frame *frame)
{
    span_rows_begin(frame->rows);
    for (size_t i = 0; i < frame->least_depth && i < BLOCK_FRAME_DEPTH; i++) {
        const struct block_container *container = &frame->stack[i];
        if (container->is_shown && container->kind == BLOCK_QUOTE)
            span_rows_put_sign(frame->rows, SIGN_QUOTE, 1, ROLE_STRUCTURE);
        else if (container->is_shown)
            span_rows_put_sign(frame->rows, SIGN_BLANK, (size_t)container->width,
                               ROLE_TEXT);
    }
    span_rows_end(frame->rows);
}

/* A number for which there is no room before the text stands in a row of its own. */
static void block_frame_put_hidden_marks(struct block_frame *frame)
{
    for (size_t i = 0; i < block_frame_drawn_depth(frame); i++) {
        struct block_container *container = &frame->stack[i];
        if (container->is_shown || container->is_marked || container->mark[0] == '\0')
            continue;
        span_rows_begin(frame->rows);
        span_rows_put_own(frame->rows, container->mark, ROLE_LIST_MARK);
        span_rows_end(frame->rows);
        container->is_marked = true;
    }
}

int block_frame_begin(struct block_frame *frame)
{
    const size_t depth = block_frame_drawn_depth(frame);
    bool has_room = true;
    frame->indent = 0;
    for (size_t i = depth; i > 0; i--) {
        struct block_container *container = &frame->stack[i - 1];
        has_room = has_room && (frame->indent + container->width) * 2 <= frame->width;
        container->is_shown = has_room;
        if (has_room)
            frame->indent += container->width;
    }
    if (block_frame_has_gap(frame))
        block_frame_put_gap(frame);
    block_frame_put_hidden_marks(frame);
    frame->has_block = true;
    frame->least_depth = depth;
    return frame->width - frame->indent;
}

/* Bullets differ by how many lists they are in. */
static enum span_sign block_frame_bullet(const struct block_frame *frame, size_t index)
{
    static const enum span_sign bullets[] = {SIGN_BULLET_1, SIGN_BULLET_2, SIGN_BULLET_3};
    size_t lists = 0;
    for (size_t i = 0; i < index; i++)
        lists += frame->stack[i].kind == BLOCK_ITEM;
    return bullets[lists < 2 ? lists : 2];
}

static void block_frame_put_mark(struct block_frame *frame, size_t index)
{
    const struct block_container *item = &frame->stack[index];
    if (item->is_marked)
        span_rows_put_sign(frame->rows, SIGN_BLANK, (size_t)item->width, ROLE_TEXT);
    else if (item->mark[0] != '\0')
        span_rows_put_own(frame->rows, item->mark, ROLE_LIST_MARK);
    else
        span_rows_put_sign(frame->rows, block_frame_bullet(frame, index), 1,
                           ROLE_LIST_MARK);
}

void block_frame_begin_row(struct block_frame *frame)
{
    span_rows_begin(frame->rows);
    for (size_t i = 0; i < block_frame_drawn_depth(frame); i++) {
        struct block_container *container = &frame->stack[i];
        if (container->is_shown && container->kind == BLOCK_QUOTE)
            span_rows_put_sign(frame->rows, SIGN_QUOTE, 1, ROLE_STRUCTURE);
        else if (container->is_shown && container->kind == BLOCK_ITEM)
            block_frame_put_mark(frame, i);
        container->is_marked = true;
    }
}

void block_frame_put(struct block_frame *frame, const struct span_text *text, int width)
{
    struct span_line line = {0};
    do {
        line.start = line.next;
        block_frame_begin_row(frame);
        /* Only now, since a mark may move our own text. */
        const struct span_base base = block_frame_base(frame);
        span_text_fill(text, &base, width, text->end, &line);
        span_rows_put_text(frame->rows, text, &base, line.start, line.end);
        span_rows_end(frame->rows);
    } while (!line.is_last);
}

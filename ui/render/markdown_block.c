/*
 * md4c calls back with what it finds. Its texts are pointers into what it reads; they
 * become offsets, so that rows refer to the source. It reads a copy of the same length in
 * which a few bytes are changed, and what is drawn are those of the source:
 *
 * - NUL, lone CR, VT and FF, which Markdown takes for blanks or line ends, stand for
 *   themselves: they are drawn as marks, like everywhere;
 * - "]:" is broken, so that there are no definitions of references. They would vanish
 *   from the text, and they may come after what refers to them, so that an answer would
 *   have to be laid out anew from its beginning.
 *
 * Line ends inside a paragraph are kept: models put them where they want them.
 */
#include "ui/render/markdown_block.h"

#include <string.h>

#include <md4c.h>

#include "src/base/utf8.h"
#include "ui/render/entity.h"
#include "ui/render/link_address.h"
#include "ui/render/markdown_close.h"

/* What takes the place of a changed byte: a control has no meaning in Markdown. */
#define CHANGED '\001'

struct block_reader {
    const char *source;
    const char *copy;
    size_t copy_len;
    size_t base; /* where the copy begins in the source */
    struct markdown_layout *layout;
    struct span_text *text; /* of the block that is read */
    struct block_frame frame;
    struct code_rows code;
    unsigned first_number; /* of the first list; 0: as it says */
    unsigned heading;      /* its level, or 0 */
    unsigned emphasis;     /* how many of each are open */
    unsigned strong;
    unsigned links;
    size_t link_start; /* place in the text */
    bool is_in_code;   /* the text is lines of code */
    bool is_in_table;
    bool has_code_line; /* a line of code was begun */
    size_t code_at;
    size_t code_len;
    size_t code_indent;
    size_t cell_start;
};

void markdown_layout_init(struct markdown_layout *layout)
{
    *layout = (struct markdown_layout){0};
    strbuf_init(&layout->copy, STRBUF_OWN_MAX);
    strbuf_init(&layout->words, STRBUF_OWN_MAX);
}

void markdown_layout_clear(struct markdown_layout *layout)
{
    strbuf_clear(&layout->copy);
    strbuf_clear(&layout->words);
    span_text_clear(&layout->text);
    markdown_table_clear(&layout->table);
}

/* --- Words ------------------------------------------------------------------------ */

static enum role reader_role(const struct block_reader *reader)
{
    if (reader->links > 0)
        return ROLE_LINK;
    if (reader->heading > 0)
        return reader->heading <= 2 ? ROLE_HEADING : ROLE_SUBHEADING;
    if (reader->strong > 0)
        return reader->emphasis > 0 ? ROLE_STRONG_EMPHASIS : ROLE_STRONG;
    return reader->emphasis > 0 ? ROLE_EMPHASIS : ROLE_TEXT;
}

/* True if a text of md4c lies in what it reads; then `*at` is where in the source. */
static bool reader_find(const struct block_reader *reader, const char *text, size_t len,
                        size_t *at)
{
    const uintptr_t start = (uintptr_t)reader->copy;
    const uintptr_t place = (uintptr_t)text;
    if (place < start || place + len > start + reader->copy_len)
        return false;
    *at = reader->base + (place - start);
    return true;
}

/* How much of a text of md4c is not marks that were added to close what is open: all, a
 * part, or nothing where md4c takes such marks for text, since the guess was wrong. */
static size_t reader_clip(const struct block_reader *reader, const char *text, size_t len)
{
    const uintptr_t start = (uintptr_t)reader->copy;
    const uintptr_t place = (uintptr_t)text;
    if (place < start || place >= start + reader->layout->copy.len)
        return len;
    const uintptr_t end = start + reader->copy_len;
    if (place >= end)
        return 0;
    return len < end - place ? len : end - place;
}

static void reader_add_own(struct block_reader *reader, const char *text, size_t len,
                           enum role role)
{
    struct strbuf *own = &reader->frame.rows->own;
    const size_t at = own->len;
    strbuf_append(own, text, len);
    span_text_add(reader->text, SPAN_OWN, at, own->len - at, role);
}

static void reader_add(struct block_reader *reader, const char *text, size_t len,
                       enum role role)
{
    size_t at;
    if (reader_find(reader, text, len, &at))
        span_text_add(reader->text, SPAN_SOURCE, at, len, role);
    else
        reader_add_own(reader, text, len, role);
}

static void reader_add_entity(struct block_reader *reader, const char *text, size_t len)
{
    char bytes[4];
    const uint32_t code = entity_decode(text, len);
    if (code == 0)
        reader_add(reader, text, len, reader_role(reader));
    else
        reader_add_own(reader, bytes, utf8_encode(code, bytes), reader_role(reader));
}

/* Appends what an attribute says, such as an address. */
static void reader_append_attribute(const struct block_reader *reader,
                                    const MD_ATTRIBUTE *attribute, struct strbuf *out)
{
    for (size_t i = 0;
         attribute->size > 0 && attribute->substr_offsets[i] < attribute->size; i++) {
        const char *text = attribute->text + attribute->substr_offsets[i];
        const size_t len =
            attribute->substr_offsets[i + 1] - attribute->substr_offsets[i];
        const uint32_t code =
            attribute->substr_types[i] == MD_TEXT_ENTITY ? entity_decode(text, len) : 0;
        char bytes[4];
        size_t at;
        if (code != 0)
            strbuf_append(out, bytes, utf8_encode(code, bytes));
        else if (reader_find(reader, text, len, &at))
            strbuf_append(out, reader->source + at, len);
        else
            strbuf_append(out, text, len);
    }
}

/* --- Links ------------------------------------------------------------------------ */

/* True if the words of the link that is read are this address. */
static bool reader_link_says(const struct block_reader *reader, const char *address,
                             size_t len)
{
    const struct span_base base = block_frame_base(&reader->frame);
    const struct span_text *text = reader->text;
    size_t at = 0;
    if (reader->link_start == text->end)
        return false;
    for (size_t i = span_text_find(text, reader->link_start); i < text->count; i++) {
        const struct span_piece *piece = &text->pieces[i];
        if (piece->from == SPAN_BREAK || piece->len > len - at ||
            memcmp(span_piece_bytes(piece, &base), address + at, piece->len) != 0)
            return false;
        at += piece->len;
    }
    return at == len;
}

/* … so that it need not be said again. */
static bool reader_shows_address(const struct block_reader *reader,
                                 const struct strbuf *address)
{
    static const char mail[] = "mailto:";
    const size_t mail_len = strlen(mail);
    return reader_link_says(reader, strbuf_text(address), address->len) ||
           (address->len > mail_len && memcmp(address->text, mail, mail_len) == 0 &&
            reader_link_says(reader, address->text + mail_len, address->len - mail_len));
}

/* Says where a link or picture leads: " (address "title")". */
static void reader_end_link(struct block_reader *reader, const MD_ATTRIBUTE *address,
                            const MD_ATTRIBUTE *title)
{
    struct strbuf *words = &reader->layout->words;
    strbuf_reset(words);
    reader_append_attribute(reader, address, words);
    if (reader_shows_address(reader, words))
        strbuf_reset(words);
    if (title->size > 0) {
        strbuf_append_text(words, words->len > 0 ? " \"" : "\"");
        reader_append_attribute(reader, title, words);
        strbuf_append_text(words, "\"");
    }
    if (words->len == 0)
        return;
    strbuf_insert(words, 0, " (", 2);
    strbuf_append_text(words, ")");
    reader_add_own(reader, words->text, words->len, ROLE_ADDRESS);
}

/* From here on the words lead to the address, if it is one that may be followed. */
static void reader_begin_link(struct block_reader *reader, const MD_ATTRIBUTE *address)
{
    struct strbuf *words = &reader->layout->words;
    struct strbuf safe;
    size_t at;
    /* An address that is still growing leads to another place with each piece. */
    if (reader->layout->is_open &&
        reader_find(reader, address->text, address->size, &at) &&
        at + address->size >= reader->base + reader->copy_len)
        return;
    strbuf_init(&safe, LINK_ADDRESS_MAX);
    strbuf_reset(words);
    reader_append_attribute(reader, address, words);
    if (link_address_append(strbuf_text(words), words->len, &safe))
        reader->text->link =
            span_rows_add_target(reader->frame.rows, strbuf_text(&safe), safe.len);
    strbuf_clear(&safe);
}

static int reader_on_enter_span(MD_SPANTYPE type, void *detail, void *user)
{
    struct block_reader *reader = user;
    reader->emphasis += type == MD_SPAN_EM;
    reader->strong += type == MD_SPAN_STRONG;
    if (type == MD_SPAN_A || type == MD_SPAN_IMG) {
        if (type == MD_SPAN_IMG)
            reader_add_own(reader, "picture ", 8, ROLE_ADDRESS);
        /* The words of the link stay apart, to be compared with its address. */
        reader->text->is_separated = true;
        reader->link_start = reader->text->end;
        reader->links++;
        if (type == MD_SPAN_A)
            reader_begin_link(reader, &((const MD_SPAN_A_DETAIL *)detail)->href);
    } else if (type == MD_SPAN_LATEXMATH) {
        reader_add_own(reader, "$", 1, reader_role(reader));
    } else if (type == MD_SPAN_LATEXMATH_DISPLAY) {
        reader_add_own(reader, "$$", 2, reader_role(reader));
    }
    return 0;
}

static int reader_on_leave_span(MD_SPANTYPE type, void *detail, void *user)
{
    struct block_reader *reader = user;
    reader->emphasis -= type == MD_SPAN_EM;
    reader->strong -= type == MD_SPAN_STRONG;
    if (type == MD_SPAN_A) {
        const MD_SPAN_A_DETAIL *link = detail;
        reader->links--;
        reader_end_link(reader, &link->href, &link->title);
        reader->text->link = 0;
    } else if (type == MD_SPAN_IMG) {
        const MD_SPAN_IMG_DETAIL *picture = detail;
        reader->links--;
        reader_end_link(reader, &picture->src, &picture->title);
    } else if (type == MD_SPAN_LATEXMATH) {
        reader_add_own(reader, "$", 1, reader_role(reader));
    } else if (type == MD_SPAN_LATEXMATH_DISPLAY) {
        reader_add_own(reader, "$$", 2, reader_role(reader));
    }
    return 0;
}

/* --- Blocks ----------------------------------------------------------------------- */

/* Puts the text that was read, if there is any: md4c does not say where the text of an
 * item ends that is not a paragraph. */
static void reader_flush(struct block_reader *reader)
{
    if (reader->is_in_table || reader->is_in_code || reader->text->end == 0)
        return;
    const int width = block_frame_begin(&reader->frame);
    block_frame_put(&reader->frame, reader->text, width);
    span_text_reset(reader->text);
}

static void reader_begin_code(struct block_reader *reader,
                              const MD_BLOCK_CODE_DETAIL *detail)
{
    size_t info = 0;
    const size_t len = reader_clip(reader, detail->info.text, detail->info.size);
    reader->is_in_code = true;
    reader->has_code_line = false;
    code_rows_begin(&reader->code);
    if (reader->code.colours != NULL)
        reader->code.colours->is_on = false;
    if (detail->fence_char == 0)
        return;
    const bool is_found = detail->info.size > 0 && reader_find(reader, detail->info.text,
                                                               detail->info.size, &info);
    if (len > 0 && !is_found) {
        /* With entities or escapes it is a text of md4c's. */
        code_rows_put_own_label(&reader->code, detail->info.text, len,
                                ++*reader->layout->code_count);
        return;
    }
    code_rows_put_label(&reader->code, info, is_found ? len : 0,
                        ++*reader->layout->code_count);
}

/* A piece of a line of code; the line's end is one too. */
static void reader_add_code(struct block_reader *reader, const char *text, size_t len)
{
    size_t at;
    if (len == 1 && text[0] == '\n') {
        code_rows_put_line(&reader->code, reader->code_at, reader->code_len,
                           reader->code_indent);
        reader->code_len = 0;
        reader->code_indent = 0;
    } else if (!reader_find(reader, text, len, &at)) {
        reader->code_indent += len; /* blanks that a tab stands for in part */
    } else {
        if (reader->code_len == 0)
            reader->code_at = at;
        reader->code_len = at + len - reader->code_at;
    }
    reader->has_code_line = reader->code_len > 0 || reader->code_indent > 0;
}

static void reader_end_code(struct block_reader *reader)
{
    if (reader->has_code_line)
        reader_add_code(reader, "\n", 1);
    reader->is_in_code = false;
}

static void reader_put_rule(struct block_reader *reader)
{
    const int width = block_frame_begin(&reader->frame);
    block_frame_begin_row(&reader->frame);
    span_rows_put_sign(reader->frame.rows, SIGN_LINE, (size_t)width, ROLE_STRUCTURE);
    span_rows_end(reader->frame.rows);
}

static void reader_open_list(struct block_reader *reader, const MD_BLOCK_OL_DETAIL *list)
{
    const unsigned number = reader->first_number > 0 ? reader->first_number : list->start;
    reader->first_number = 0;
    block_frame_open_list(&reader->frame, list->is_tight != 0, number,
                          list->mark_delimiter);
}

static int reader_on_enter_block(MD_BLOCKTYPE type, void *detail, void *user)
{
    struct block_reader *reader = user;
    reader_flush(reader);
    switch (type) {
    case MD_BLOCK_QUOTE: block_frame_open_quote(&reader->frame); break;
    case MD_BLOCK_UL:
        block_frame_open_list(&reader->frame,
                              ((const MD_BLOCK_UL_DETAIL *)detail)->is_tight != 0, 0, 0);
        break;
    case MD_BLOCK_OL: reader_open_list(reader, detail); break;
    case MD_BLOCK_LI: {
        const MD_BLOCK_LI_DETAIL *item = detail;
        block_frame_open_item(&reader->frame,
                              (char)(item->is_task ? item->task_mark : 0));
        break;
    }
    case MD_BLOCK_HR: reader_put_rule(reader); break;
    case MD_BLOCK_H: reader->heading = ((const MD_BLOCK_H_DETAIL *)detail)->level; break;
    case MD_BLOCK_CODE: reader_begin_code(reader, detail); break;
    case MD_BLOCK_TABLE:
        reader->is_in_table = true;
        markdown_table_begin(&reader->layout->table,
                             ((const MD_BLOCK_TABLE_DETAIL *)detail)->col_count);
        break;
    case MD_BLOCK_TR: markdown_table_begin_row(&reader->layout->table); break;
    case MD_BLOCK_TH:
    case MD_BLOCK_TD:
        reader->strong += type == MD_BLOCK_TH;
        reader->text->is_separated = true;
        reader->cell_start = reader->text->end;
        break;
    case MD_BLOCK_DOC:
    case MD_BLOCK_P:
    case MD_BLOCK_HTML:
    case MD_BLOCK_THEAD:
    case MD_BLOCK_TBODY: break;
    }
    return 0;
}

static void reader_end_cell(struct block_reader *reader, const MD_BLOCK_TD_DETAIL *cell)
{
    enum table_align align = TABLE_LEFT;
    if (cell->align == MD_ALIGN_CENTER)
        align = TABLE_CENTER;
    else if (cell->align == MD_ALIGN_RIGHT)
        align = TABLE_RIGHT;
    markdown_table_add(&reader->layout->table, reader->cell_start, reader->text->end,
                       align);
}

static int reader_on_leave_block(MD_BLOCKTYPE type, void *detail, void *user)
{
    struct block_reader *reader = user;
    reader_flush(reader);
    switch (type) {
    case MD_BLOCK_QUOTE:
    case MD_BLOCK_UL:
    case MD_BLOCK_OL:
    case MD_BLOCK_LI: block_frame_close(&reader->frame); break;
    case MD_BLOCK_H: reader->heading = 0; break;
    case MD_BLOCK_CODE: reader_end_code(reader); break;
    case MD_BLOCK_TABLE:
        markdown_table_put(&reader->layout->table, &reader->frame, reader->text);
        span_text_reset(reader->text);
        reader->is_in_table = false;
        break;
    case MD_BLOCK_TH:
    case MD_BLOCK_TD:
        reader_end_cell(reader, detail);
        reader->strong -= type == MD_BLOCK_TH;
        break;
    case MD_BLOCK_DOC:
    case MD_BLOCK_HR:
    case MD_BLOCK_HTML:
    case MD_BLOCK_P:
    case MD_BLOCK_THEAD:
    case MD_BLOCK_TBODY:
    case MD_BLOCK_TR: break;
    }
    return 0;
}

static int reader_on_text(MD_TEXTTYPE type, const MD_CHAR *text, MD_SIZE size, void *user)
{
    struct block_reader *reader = user;
    const size_t len = reader_clip(reader, text, size);
    switch (type) {
    case MD_TEXT_BR:
    case MD_TEXT_SOFTBR: span_text_add_break(reader->text); break;
    case MD_TEXT_ENTITY: reader_add_entity(reader, text, len); break;
    case MD_TEXT_CODE:
        if (reader->is_in_code)
            reader_add_code(reader, text, len);
        else
            reader_add(reader, text, len, ROLE_CODE);
        break;
    case MD_TEXT_NORMAL:
    case MD_TEXT_NULLCHAR:
    case MD_TEXT_HTML:
    case MD_TEXT_LATEXMATH: reader_add(reader, text, len, reader_role(reader)); break;
    }
    return 0;
}

/* --- Parts ------------------------------------------------------------------------ */

/* Makes what md4c reads; returns the most "|" in one line. */
static unsigned reader_copy(struct strbuf *copy, const char *text, size_t len)
{
    unsigned bars = 0;
    unsigned most = 0;
    strbuf_reset(copy);
    strbuf_append(copy, text, len);
    for (size_t i = 0; i < len; i++) {
        const char byte = text[i];
        const char next = i + 1 < len ? text[i + 1] : '\0';
        if (byte == '\0' || byte == '\v' || byte == '\f' ||
            (byte == '\r' && next != '\n') || (byte == ']' && next == ':'))
            copy->text[i] = CHANGED;
        if (byte == '\n')
            bars = 0;
        bars += byte == '|';
        if (bars > most)
            most = bars;
    }
    return most;
}

void markdown_block_put(const struct markdown_part *part, struct markdown_layout *layout)
{
    const size_t len = part->end - part->start;
    const unsigned bars = reader_copy(&layout->copy, layout->source + part->start, len);
    const size_t copy_len = layout->is_open ? markdown_close(&layout->copy) : len;
    struct block_reader reader = {.source = layout->source,
                                  .copy = strbuf_text(&layout->copy),
                                  .copy_len = copy_len,
                                  .base = part->start,
                                  .layout = layout,
                                  .text = &layout->text,
                                  .first_number = part->number};
    MD_PARSER parser = {.flags = MD_FLAG_TASKLISTS | MD_FLAG_NOHTMLBLOCKS |
                                 MD_FLAG_PERMISSIVEURLAUTOLINKS | MD_FLAG_LATEXMATHSPANS,
                        .enter_block = reader_on_enter_block,
                        .leave_block = reader_on_leave_block,
                        .enter_span = reader_on_enter_span,
                        .leave_span = reader_on_leave_span,
                        .text = reader_on_text};
    /* md4c fills each row up to the number of columns, whatever that is. */
    if (bars <= TABLE_COLUMN_MAX)
        parser.flags |= MD_FLAG_TABLES;
    span_text_reset(&layout->text);
    block_frame_init(&reader.frame, layout->rows, layout->source, layout->width);
    reader.frame.wants_gap = part->has_gap;
    code_rows_init(&reader.code, &reader.frame, layout->colours);
    reader.code.sink = layout->sink;
    md_parse(reader.copy, (MD_SIZE)layout->copy.len, &parser, &reader);
    code_rows_clear(&reader.code);
}

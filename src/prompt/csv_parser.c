/* A state machine over bytes. Runs of ordinary bytes are copied at once. */
#include "src/prompt/csv_parser.h"

#include <string.h>

#include "src/base/mem.h"
#include "src/base/utf8.h"

#define MARK_DONE 4

static const char byte_order_mark[] = "\xef\xbb\xbf";

void csv_parser_init(struct csv_parser *parser, size_t max)
{
    *parser = (struct csv_parser){.line = 1, .record_line = 1};
    strbuf_init(&parser->text, max);
}

void csv_parser_clear(struct csv_parser *parser)
{
    strbuf_clear(&parser->text);
    mem_free(parser->starts);
    *parser = (struct csv_parser){0};
}

const char *csv_parser_field(const struct csv_parser *parser, size_t index)
{
    return strbuf_text(&parser->text) + parser->starts[index];
}

static enum csv_result fail(struct csv_parser *parser, size_t line, struct error *err,
                            const char *what)
{
    parser->error_line = line;
    error_set(err, ERROR_USAGE, "%s", what);
    return CSV_FAILED;
}

/* Forgets the record that was given out. */
static void begin_record(struct csv_parser *parser)
{
    strbuf_reset(&parser->text);
    parser->count = 0;
    parser->state = CSV_FIELD_START;
    parser->record_line = parser->line;
    parser->is_whole = false;
}

static void begin_field(struct csv_parser *parser)
{
    parser->starts = mem_grow(parser->starts, &parser->cap, parser->count + 1,
                              sizeof(parser->starts[0]));
    parser->starts[parser->count++] = parser->text.len;
}

/* Ends the record, unless it is an empty line. */
static enum csv_result end_record(struct csv_parser *parser, struct error *err)
{
    if (parser->state == CSV_FIELD_START && parser->count == 0) {
        begin_record(parser);
        return CSV_NEEDS_MORE;
    }
    if (parser->state == CSV_FIELD_START)
        begin_field(parser);
    strbuf_append_char(&parser->text, '\0');
    if (parser->text.is_full)
        return fail(parser, parser->record_line, err, "the record is too large");
    if (!utf8_is_valid(parser->text.text, parser->text.len))
        return fail(parser, parser->record_line, err,
                    "the record is not UTF-8; convert the file first, for example with "
                    "iconv");
    parser->is_whole = true;
    return CSV_RECORD;
}

static enum csv_result end_line(struct csv_parser *parser, char byte, struct error *err)
{
    parser->line++;
    parser->skips_lf = byte == '\r';
    return end_record(parser, err);
}

static enum csv_result take_quoted(struct csv_parser *parser, char byte)
{
    if (byte == '"') {
        parser->state = CSV_QUOTE_SEEN;
        return CSV_NEEDS_MORE;
    }
    parser->line += byte == '\n';
    strbuf_append_char(&parser->text, byte);
    return CSV_NEEDS_MORE;
}

/* What is not in quotes: begins, goes on with or ends a field. */
static enum csv_result take_outside(struct csv_parser *parser, char byte,
                                    struct error *err)
{
    if (byte == '\n' || byte == '\r')
        return end_line(parser, byte, err);
    if (byte == ',') {
        if (parser->state == CSV_FIELD_START)
            begin_field(parser);
        strbuf_append_char(&parser->text, '\0');
        parser->state = CSV_FIELD_START;
        /* An empty field is there even if nothing follows. */
        return CSV_NEEDS_MORE;
    }
    if (parser->state == CSV_QUOTE_SEEN)
        return fail(parser, parser->line, err,
                    "after the quote that ends a field there has to be a comma; a quote "
                    "that belongs to the text is written twice");
    if (parser->state == CSV_FIELD_START) {
        begin_field(parser);
        parser->state = byte == '"' ? CSV_QUOTED : CSV_PLAIN;
        if (byte == '"') {
            parser->quote_line = parser->line;
            return CSV_NEEDS_MORE;
        }
    }
    strbuf_append_char(&parser->text, byte);
    return CSV_NEEDS_MORE;
}

static enum csv_result take_byte(struct csv_parser *parser, char byte, struct error *err)
{
    const bool skips_lf = parser->skips_lf;
    parser->skips_lf = false;
    if (skips_lf && byte == '\n')
        return CSV_NEEDS_MORE;
    if (byte == '\0')
        return fail(parser, parser->line, err, "there is a zero byte in the text");
    if (parser->state == CSV_QUOTED)
        return take_quoted(parser, byte);
    if (parser->state == CSV_QUOTE_SEEN && byte == '"') {
        parser->state = CSV_QUOTED;
        strbuf_append_char(&parser->text, byte);
        return CSV_NEEDS_MORE;
    }
    return take_outside(parser, byte, err);
}

/* The start of the file was no mark after all: its bytes are text. */
static enum csv_result end_mark(struct csv_parser *parser, struct error *err)
{
    enum csv_result result = CSV_NEEDS_MORE;
    const size_t held = parser->mark_len < 3 ? parser->mark_len : 0;
    parser->mark_len = MARK_DONE;
    for (size_t i = 0; i < held; i++)
        result = take_byte(parser, byte_order_mark[i], err);
    return result;
}

/* The bytes that stand in quotes up to the next one that means something. */
static size_t take_run(struct csv_parser *parser, const char *bytes, size_t len)
{
    size_t run = 0;
    if (parser->state != CSV_QUOTED && parser->state != CSV_PLAIN)
        return 0;
    const bool is_quoted = parser->state == CSV_QUOTED;
    while (run < len) {
        const char byte = bytes[run];
        if (byte == '\n' || byte == '\0' || (is_quoted && byte == '"') ||
            (!is_quoted && (byte == ',' || byte == '\r')))
            break;
        run++;
    }
    strbuf_append(&parser->text, bytes, run);
    return run;
}

enum csv_result csv_parser_feed(struct csv_parser *parser, const char *bytes, size_t len,
                                size_t *used, struct error *err)
{
    enum csv_result result = CSV_NEEDS_MORE;
    size_t at = 0;
    if (parser->is_whole)
        begin_record(parser);
    while (at < len && result == CSV_NEEDS_MORE) {
        if (parser->mark_len < 3 && bytes[at] == byte_order_mark[parser->mark_len]) {
            parser->mark_len++;
            at++;
            continue;
        }
        if (parser->mark_len < MARK_DONE)
            end_mark(parser, err);
        at += take_run(parser, bytes + at, len - at);
        if (at < len)
            result = take_byte(parser, bytes[at++], err);
        if (parser->text.is_full)
            result = fail(parser, parser->record_line, err, "the record is too large");
    }
    *used = at;
    return result;
}

enum csv_result csv_parser_finish(struct csv_parser *parser, struct error *err)
{
    if (parser->is_whole)
        begin_record(parser);
    end_mark(parser, err);
    if (parser->state == CSV_QUOTED)
        return fail(parser, parser->quote_line, err,
                    "the quote that is opened here is never closed");
    return end_record(parser, err);
}

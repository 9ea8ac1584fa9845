/*
 * CSV after RFC 4180, fed in pieces of any size: fields in quotes may hold commas, line
 * ends and doubled quotes. Lines end with LF, CRLF or CR; a byte order mark in front is
 * skipped; empty lines are no records. Strict where a guess could move text from one
 * column to another: a quote that is never closed, or text behind one, is an error. A
 * quote inside of a field without quotes is text. Bytes must be UTF-8 without zeros.
 * Knows no files and no header.
 */
#ifndef PROMPT_CSV_PARSER_H
#define PROMPT_CSV_PARSER_H

#include <stdbool.h>
#include <stddef.h>

#include "src/base/error.h"
#include "src/base/strbuf.h"

enum csv_result {
    CSV_NEEDS_MORE, /* all bytes are taken and the record is not whole */
    CSV_RECORD,     /* a record is there until the next bytes are fed */
    CSV_FAILED      /* err says why, error_line where; nothing more can be fed */
};

enum csv_state { CSV_FIELD_START, CSV_PLAIN, CSV_QUOTED, CSV_QUOTE_SEEN };

struct csv_parser {
    enum csv_state state;
    struct strbuf text; /* the fields, each with a NUL behind it */
    size_t *starts;     /* of each field in `text` */
    size_t count;
    size_t cap;
    size_t line;        /* of the next byte, from 1 */
    size_t record_line; /* where the record begins */
    size_t quote_line;  /* where the last quote was opened */
    size_t error_line;
    size_t mark_len; /* bytes of the byte order mark seen so far; 4: that is over */
    bool is_whole;   /* a record was given out */
    bool skips_lf;   /* the CR before it has ended the record */
};

/* Begins; a record of more than `max` bytes fails. */
void csv_parser_init(struct csv_parser *parser, size_t max);
void csv_parser_clear(struct csv_parser *parser);

/* Takes bytes up to the end of a record; `*used` says how many. */
enum csv_result csv_parser_feed(struct csv_parser *parser, const char *bytes, size_t len,
                                size_t *used, struct error *err);

/* No more bytes come. CSV_NEEDS_MORE says that nothing was left. */
enum csv_result csv_parser_finish(struct csv_parser *parser, struct error *err);

/* Field `index` of the record (there are `count`), as a text. */
const char *csv_parser_field(const struct csv_parser *parser, size_t index);

#endif

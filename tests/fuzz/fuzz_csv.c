/*
 * CSV from anywhere. However the bytes are cut, the same records come out, and what comes
 * out can be written down and read again.
 */
#include "tests/fuzz/fuzz.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/utf8.h"
#include "src/prompt/csv_parser.h"

#define FIELD_MAX_BYTES 100000

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void write_record(const struct csv_parser *parser, struct strbuf *out)
{
    must(parser->count > 0);
    for (size_t i = 0; i < parser->count; i++) {
        strbuf_append_text(out, i > 0 ? ",\"" : "\"");
        for (const char *at = csv_parser_field(parser, i); *at != '\0'; at++)
            strbuf_append_text(out, *at == '"' ? "\"\"" : (char[]){*at, '\0'});
        strbuf_append_char(out, '"');
    }
    strbuf_append_char(out, '\n');
}

/* Writes the records of some bytes in one form; true if all could be read. */
static bool normalise(const char *bytes, size_t len, size_t step, struct strbuf *out)
{
    struct csv_parser parser;
    struct error err = {ERROR_NONE, NULL};
    enum csv_result result = CSV_NEEDS_MORE;
    size_t at = 0;
    csv_parser_init(&parser, FIELD_MAX_BYTES);
    while (at < len && result != CSV_FAILED) {
        size_t used;
        result = csv_parser_feed(&parser, bytes + at, len - at < step ? len - at : step,
                                 &used, &err);
        must(used > 0 || result != CSV_NEEDS_MORE);
        at += used;
        if (result == CSV_RECORD)
            write_record(&parser, out);
    }
    if (result != CSV_FAILED) {
        result = csv_parser_finish(&parser, &err);
        if (result == CSV_RECORD)
            write_record(&parser, out);
    }
    must((result == CSV_FAILED) == (err.class == ERROR_USAGE));
    must(utf8_is_valid(strbuf_text(out), out->len));
    error_clear(&err);
    csv_parser_clear(&parser);
    return result != CSV_FAILED;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct strbuf whole;
    struct strbuf pieces;
    struct strbuf again;
    strbuf_init(&whole, STRBUF_OWN_MAX);
    strbuf_init(&pieces, STRBUF_OWN_MAX);
    strbuf_init(&again, STRBUF_OWN_MAX);
    const bool ok = normalise((const char *)data, size, SIZE_MAX, &whole);
    must(normalise((const char *)data, size, 1, &pieces) == ok);
    must(strcmp(strbuf_text(&whole), strbuf_text(&pieces)) == 0);
    must(normalise(strbuf_text(&whole), whole.len, 3, &again));
    must(strcmp(strbuf_text(&whole), strbuf_text(&again)) == 0);
    strbuf_clear(&whole);
    strbuf_clear(&pieces);
    strbuf_clear(&again);
    return 0;
}

/* CSV: fields, quotes, line ends, and what is refused, however the bytes are cut. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "src/base/compiler.h"
#include "src/prompt/csv_parser.h"

static void show_record(const struct csv_parser *parser, struct strbuf *out)
{
    strbuf_append_format(out, "%zu:", parser->record_line);
    for (size_t i = 0; i < parser->count; i++)
        strbuf_append_format(out, "<%s>", csv_parser_field(parser, i));
    strbuf_append_char(out, ' ');
}

/* "LINE:<field><field> …" for each record, or "!LINE: why"; fed `step` bytes at a time.
 */
static void read_all(const char *text, size_t len, size_t step, struct strbuf *out)
{
    struct csv_parser parser;
    struct error err = {ERROR_NONE, NULL};
    enum csv_result result = CSV_NEEDS_MORE;
    size_t at = 0;
    csv_parser_init(&parser, 1000);
    strbuf_reset(out);
    while (at < len && result != CSV_FAILED) {
        size_t used;
        const size_t piece = len - at < step ? len - at : step;
        result = csv_parser_feed(&parser, text + at, piece, &used, &err);
        at += used;
        if (result == CSV_RECORD)
            show_record(&parser, out);
    }
    if (result != CSV_FAILED) {
        result = csv_parser_finish(&parser, &err);
        if (result == CSV_RECORD)
            show_record(&parser, out);
    }
    if (result == CSV_FAILED)
        strbuf_append_format(out, "!%zu: %s", parser.error_line, error_text(&err));
    error_clear(&err);
    csv_parser_clear(&parser);
}

static void assert_read(const char *text, const char *expected)
{
    struct strbuf seen;
    strbuf_init(&seen, 100000);
    for (size_t step = 1; step <= strlen(text) + 1; step++) {
        read_all(text, strlen(text), step, &seen);
        assert_string_equal(strbuf_text(&seen), expected);
    }
    strbuf_clear(&seen);
}

static void csv_parser__reads__records(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"a,b\n1,2\n", "1:<a><b> 2:<1><2> "},
        {"a,b\r\n1,2", "1:<a><b> 2:<1><2> "},
        {"a\rb\r", "1:<a> 2:<b> "},
        {"\xef\xbb\xbf\"a\",b\n", "1:<a><b> "},
        {"\xef\xbc\x81,b\n", "1:<！><b> "},
        {"\"x,y\",\"q \"\"in\"\" q\"\n", "1:<x,y><q \"in\" q> "},
        {"\"two\nlines\",b\nc,d\n", "1:<two\nlines><b> 3:<c><d> "},
        {"\"two\r\nlines\"\n", "1:<two\r\nlines> "},
        {"a\n\n\nb\n", "1:<a> 4:<b> "},
        {"\"\"\n,\n", "1:<> 2:<><> "},
        {"a,\n,b\n", "1:<a><> 2:<><b> "},
        {"5\" disk,it's\n", "1:<5\" disk><it's> "},
        {" a , b \n", "1:< a >< b > "},
        {"", ""},
        {"\n\r\n", ""},
        {"\xef\xbb\xbf", ""},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_read(cases[i][0], cases[i][1]);
}

static void csv_parser__refuses__what_could_be_misread(void **state)
{
    (void)state;
    assert_read("a\n\"b\nc\n", "1:<a> !2: the quote that is opened here is never closed");
    assert_read("a\n\"b\" c,d\n",
                "1:<a> !2: after the quote that ends a field there has to be a comma; a "
                "quote that belongs to the text is written twice");
    assert_read("a\nb\xff\n",
                "1:<a> !2: the record is not UTF-8; convert the file first, "
                "for example with iconv");
    struct strbuf seen;
    strbuf_init(&seen, 100000);
    read_all("a\nb\0c", 5, 1, &seen);
    assert_string_equal(strbuf_text(&seen), "1:<a> !2: there is a zero byte in the text");
    char wide[1200];
    memset(wide, 'x', sizeof(wide));
    read_all(wide, sizeof(wide), 100, &seen);
    assert_string_equal(strbuf_text(&seen), "!1: the record is too large");
    strbuf_clear(&seen);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(csv_parser__reads__records),
        cmocka_unit_test(csv_parser__refuses__what_could_be_misread),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

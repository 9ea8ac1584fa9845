/* Lines out of bytes, wherever the reads cut them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "src/base/mem.h"
#include "src/net/ndjson.h"

/* What came out: each line in brackets, an unfinished one with a "~" ahead. */
struct lines {
    struct strbuf text;
    size_t stop_after; /* refuse to go on with this line, counted from 1; 0: never */
    size_t count;
};

static bool on_line(void *user, const char *line, size_t len, bool is_unfinished)
{
    struct lines *lines = user;
    assert_int_equal(line[len], '\0');
    strbuf_append_text(&lines->text, is_unfinished ? "~[" : "[");
    strbuf_append(&lines->text, line, len);
    strbuf_append_text(&lines->text, "]");
    return ++lines->count != lines->stop_after;
}

/* Feeds the bytes cut in two at "cut", or one by one for SIZE_MAX. */
static void run(struct lines *lines, const char *bytes, size_t len, size_t cut)
{
    struct ndjson ndjson;
    ndjson_init(&ndjson);
    for (size_t at = 0; at < len;) {
        const size_t piece_len = cut == SIZE_MAX ? 1 : at < cut ? cut : len - at;
        /* An allocation of its own: reading past the piece is seen. */
        char *piece = mem_strndup(bytes + at, piece_len);
        assert_true(ndjson_feed(&ndjson, piece, piece_len, on_line, lines, NULL));
        mem_free(piece);
        at += piece_len;
    }
    ndjson_finish(&ndjson, on_line, lines);
    ndjson_clear(&ndjson);
}

/* Every way to cut must give "wanted". */
static void assert_lines_of(const char *bytes, size_t len, const char *wanted)
{
    for (size_t cut = 0; cut <= len + 1; cut++) {
        struct lines lines = {.stop_after = 0};
        strbuf_init(&lines.text, STRBUF_OWN_MAX);
        run(&lines, bytes, len, cut > len ? SIZE_MAX : cut);
        assert_int_equal(lines.text.len, strlen(wanted));
        assert_memory_equal(strbuf_text(&lines.text), wanted, lines.text.len);
        strbuf_clear(&lines.text);
    }
}

static void assert_lines(const char *bytes, const char *wanted)
{
    assert_lines_of(bytes, strlen(bytes), wanted);
}

static void ndjson__lines__end_in_lf_or_crlf(void **state)
{
    (void)state;
    assert_lines("{\"a\":1}\n{\"b\":2}\r\n", "[{\"a\":1}][{\"b\":2}]");
}

static void ndjson__last_line__may_lack_its_end(void **state)
{
    (void)state;
    assert_lines("a\nb", "[a]~[b]");
    assert_lines("b\r", "~[b]");
    assert_lines("", "");
}

static void ndjson__blank_lines__are_skipped(void **state)
{
    (void)state;
    assert_lines("\n\r\n a\n \t\n\nb\n\n  ", "[ a][b]");
}

static void ndjson__only_lf__ends_a_line(void **state)
{
    (void)state;
    assert_lines("a\rb\xe2\x80\xa8"
                 "c\xc2\x85"
                 "d\x0b\x0c"
                 "e\n",
                 "[a\rb\xe2\x80\xa8"
                 "c\xc2\x85"
                 "d\x0b\x0c"
                 "e]");
}

static void ndjson__nul__is_a_byte_of_the_line(void **state)
{
    (void)state;
    struct lines lines = {.stop_after = 0};
    strbuf_init(&lines.text, STRBUF_OWN_MAX);
    run(&lines, "a\0b\n", 4, SIZE_MAX);
    assert_int_equal(lines.text.len, 5);
    assert_memory_equal(lines.text.text, "[a\0b]", 5);
    strbuf_clear(&lines.text);
}

static void ndjson__stopped__drops_the_rest(void **state)
{
    (void)state;
    struct lines lines = {.stop_after = 2};
    strbuf_init(&lines.text, STRBUF_OWN_MAX);
    run(&lines, "a\nb\nc\nd", 7, SIZE_MAX);
    assert_string_equal(strbuf_text(&lines.text), "[a][b]");
    strbuf_clear(&lines.text);
}

static void ndjson__endless_line__fails_at_the_ceiling(void **state)
{
    (void)state;
    struct lines lines = {.stop_after = 0};
    struct error err = {.class = ERROR_NONE};
    struct ndjson ndjson;
    const size_t piece_len = (size_t)1 << 20;
    char *piece = mem_alloc(piece_len);
    memset(piece, 'x', piece_len);
    strbuf_init(&lines.text, STRBUF_OWN_MAX);
    ndjson_init(&ndjson);
    size_t fed = 0;
    while (ndjson_feed(&ndjson, piece, piece_len, on_line, &lines, &err))
        fed += piece_len;
    assert_int_equal(fed, NDJSON_MAX);
    assert_int_equal(err.class, ERROR_PROTOCOL);
    assert_true(ndjson_feed(&ndjson, "\na\n", 3, on_line, &lines, NULL));
    ndjson_finish(&ndjson, on_line, &lines);
    assert_int_equal(lines.count, 0);
    error_clear(&err);
    ndjson_clear(&ndjson);
    strbuf_clear(&lines.text);
    mem_free(piece);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ndjson__lines__end_in_lf_or_crlf),
        cmocka_unit_test(ndjson__last_line__may_lack_its_end),
        cmocka_unit_test(ndjson__blank_lines__are_skipped),
        cmocka_unit_test(ndjson__only_lf__ends_a_line),
        cmocka_unit_test(ndjson__nul__is_a_byte_of_the_line),
        cmocka_unit_test(ndjson__stopped__drops_the_rest),
        cmocka_unit_test(ndjson__endless_line__fails_at_the_ceiling),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

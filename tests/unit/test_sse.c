/*
 * The event stream grammar, rule by rule. Each body is fed whole, byte by byte and in
 * every way to cut it in two: the events must be the same. They are compared as one
 * text: type, "=", data in angle brackets, "?" if unfinished, then a line end.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/net/sse.h"

struct collected {
    struct strbuf text;
    size_t count;
    size_t stop_after; /* 0: never */
};

static bool on_event(void *user, const struct sse_event *event)
{
    struct collected *collected = user;
    assert_int_equal(event->data[event->len], '\0');
    strbuf_append_format(&collected->text, "%s=<", event->type);
    strbuf_append(&collected->text, event->data, event->len);
    strbuf_append_text(&collected->text, event->is_unfinished ? ">?\n" : ">\n");
    collected->count++;
    return collected->count != collected->stop_after;
}

/* Feeds `body` in pieces of `first` bytes, then `step` bytes each, then ends it. */
static char *events_of(const char *body, size_t len, size_t first, size_t step)
{
    struct collected collected = {.count = 0};
    struct sse sse;
    struct error err = {.class = ERROR_NONE};
    strbuf_init(&collected.text, STRBUF_OWN_MAX);
    sse_init(&sse);
    size_t piece = first;
    for (size_t at = 0; at < len; at += piece) {
        if (at > 0)
            piece = step;
        if (piece > len - at)
            piece = len - at;
        /* A copy of its own for each piece: a read past its end would be seen. */
        char *copy = mem_alloc(piece);
        memcpy(copy, body + at, piece);
        assert_true(sse_feed(&sse, copy, piece, on_event, &collected, &err));
        mem_free(copy);
    }
    assert_true(sse_finish(&sse, on_event, &collected, &err));
    sse_clear(&sse);
    return strbuf_take(&collected.text);
}

static void check_bytes(const char *body, size_t len, const char *expected)
{
    char *whole = events_of(body, len, len, 1);
    assert_string_equal(whole, expected);
    mem_free(whole);
    char *bytewise = events_of(body, len, 1, 1);
    assert_string_equal(bytewise, expected);
    mem_free(bytewise);
    for (size_t cut = 1; cut < len; cut++) {
        char *split = events_of(body, len, cut, len);
        assert_string_equal(split, expected);
        mem_free(split);
    }
}

static void check(const char *body, const char *expected)
{
    check_bytes(body, strlen(body), expected);
}

/* Lines. */

static void sse_feed__ends_lines_at__lf_crlf_and_cr(void **state)
{
    (void)state;
    check("data: a\n\ndata: b\n\n", "message=<a>\nmessage=<b>\n");
    check("data: a\r\n\r\ndata: b\r\n\r\n", "message=<a>\nmessage=<b>\n");
    check("data: a\r\rdata: b\r\r", "message=<a>\nmessage=<b>\n");
    check("data: a\r\n\ndata: b\r\r\ndata: c\n\r\n",
          "message=<a>\nmessage=<b>\nmessage=<c>\n");
}

static void sse_feed__takes_one_line_end__for_crlf(void **state)
{
    (void)state;
    check("data: a\r\ndata: b\r\n\r\n", "message=<a\nb>\n");
    /* LF CR are two line ends. */
    check("data: a\n\rdata: b\n\n", "message=<a>\nmessage=<b>\n");
}

static void sse_feed__dispatches_at_once__last_byte_is_cr(void **state)
{
    (void)state;
    struct collected collected = {.count = 0};
    struct sse sse;
    strbuf_init(&collected.text, STRBUF_OWN_MAX);
    sse_init(&sse);
    assert_true(sse_feed(&sse, "data: a\r\n\r", 10, on_event, &collected, NULL));
    assert_int_equal(collected.count, 1);
    assert_true(sse_feed(&sse, "\ndata: b\r\r", 10, on_event, &collected, NULL));
    assert_int_equal(collected.count, 2);
    sse_clear(&sse);
    strbuf_clear(&collected.text);
}

static void sse_feed__keeps_in_the_line__other_separators(void **state)
{
    (void)state;
    check("data: a\xe2\x80\xa8"
          "b\xe2\x80\xa9"
          "c\xc2\x85"
          "d\fe\vf\n\n",
          "message=<a\xe2\x80\xa8"
          "b\xe2\x80\xa9"
          "c\xc2\x85"
          "d\fe\vf>\n");
}

/* Fields. */

static void sse_feed__removes_one_space__after_the_colon(void **state)
{
    (void)state;
    check("data:x\n\ndata: x\n\ndata:  x\n\ndata:\tx\n\ndata: x \n\n",
          "message=<x>\nmessage=<x>\nmessage=< x>\nmessage=<\tx>\nmessage=<x >\n");
}

static void sse_feed__splits_at__the_first_colon(void **state)
{
    (void)state;
    check("data: a:b: c\n\n", "message=<a:b: c>\n");
}

static void sse_feed__joins_with_lf__several_data_lines(void **state)
{
    (void)state;
    check("data: {\ndata:   \"a\": 1\ndata: }\n\n", "message=<{\n  \"a\": 1\n}>\n");
    check("data\n\ndata\ndata\n\ndata:\n\n", "message=<>\nmessage=<\n>\nmessage=<>\n");
}

static void sse_feed__takes_the_last__of_several_types(void **state)
{
    (void)state;
    check("event: one\nevent: two\ndata: x\n\n", "two=<x>\n");
    check("data: x\nevent: after\n\n", "after=<x>\n");
    check("event: one\nevent:\ndata: x\n\n", "message=<x>\n");
}

static void sse_feed__forgets_the_type__after_each_event(void **state)
{
    (void)state;
    check("event: one\ndata: x\n\ndata: y\n\n", "one=<x>\nmessage=<y>\n");
    check("event: one\n\ndata: y\n\n", "message=<y>\n");
}

static void sse_feed__ignores__comments(void **state)
{
    (void)state;
    check(": OPENROUTER PROCESSING\n\n:\n:data: no\ndata: a\n: between\ndata: b\n\n",
          "message=<a\nb>\n");
}

static void sse_feed__ignores__other_fields(void **state)
{
    (void)state;
    check("id: 7\nretry: 10\nfoo: bar\nfoo\nDATA: no\nData: no\ndata : no\n data: no\n"
          "dat: no\ndataa: no\ndata: x\n\n",
          "message=<x>\n");
}

static void sse_feed__emits_nothing__without_data(void **state)
{
    (void)state;
    check("", "");
    check("\n\n\r\n\r\r\n", "");
    check("event: one\nid: 1\n\n", "");
    check("{\"error\": \"not framed\"}\n\n", "");
}

static void sse_feed__emits__error_event_without_data(void **state)
{
    (void)state;
    check("event: error\n\ndata: x\n\n", "error=<>\nmessage=<x>\n");
    check("event: error\ndata:\n\n", "error=<>\n");
    check("event: errors\n\n", "");
}

static void sse_feed__keeps__nul_and_ill_formed_bytes(void **state)
{
    (void)state;
    static const char body[] = "data: a\0b\xc3 \xff\n\n";
    struct collected collected = {.count = 0};
    struct sse sse;
    strbuf_init(&collected.text, STRBUF_OWN_MAX);
    sse_init(&sse);
    assert_true(sse_feed(&sse, body, sizeof(body) - 1, on_event, &collected, NULL));
    assert_int_equal(collected.text.len, sizeof("message=<a\0b\xc3 \xff>\n") - 1);
    assert_memory_equal(collected.text.text, "message=<a\0b\xc3 \xff>\n",
                        collected.text.len);
    sse_clear(&sse);
    strbuf_clear(&collected.text);
}

/* Start and end. */

static void sse_feed__drops__byte_order_mark_at_the_start_only(void **state)
{
    (void)state;
    check("\xef\xbb\xbf"
          "data: a\n\n",
          "message=<a>\n");
    check("data: a\n\n\xef\xbb\xbf"
          "data: b\n\ndata: c\n\n",
          "message=<a>\nmessage=<c>\n");
    check("\xef\xbb\xbf\xef\xbb\xbf"
          "data: a\n\ndata: b\n\n",
          "message=<b>\n");
    check("data: \xef\xbb\xbf\n\n", "message=<\xef\xbb\xbf>\n");
}

static void sse_feed__keeps__bytes_that_only_began_like_a_mark(void **state)
{
    (void)state;
    check("\xef\xbb"
          "data: a\n\ndata: b\n\n",
          "message=<b>\n");
    check("\xef"
          "\ndata: b\n\n",
          "message=<b>\n");
    check("\xef\xbb", "");
}

static void sse_finish__dispatches_and_marks__what_is_pending(void **state)
{
    (void)state;
    check("data: a\n\ndata: b\n", "message=<a>\nmessage=<b>?\n");
    check("data: a\n\ndata: b", "message=<a>\nmessage=<b>?\n");
    check("event: e\ndata: a\r", "e=<a>?\n");
    check("data: a\ndat", "message=<a>?\n");
    check("data", "message=<>?\n");
}

static void sse_finish__adds_nothing__after_a_whole_event(void **state)
{
    (void)state;
    check("data: a\n\n", "message=<a>\n");
    check("data: a\n\n: bye", "message=<a>\n");
    check("data: a\n\nevent: late\n", "message=<a>\n");
}

static void sse_clear__forgets__what_is_pending(void **state)
{
    (void)state;
    struct collected collected = {.count = 0};
    struct sse sse;
    sse_init(&sse);
    assert_true(sse_feed(&sse, "data: a\ndata: b", 15, on_event, &collected, NULL));
    sse_clear(&sse); /* as after a broken connection: nothing is dispatched */
    assert_int_equal(collected.count, 0);
}

/* Stopping and ceilings. */

static void sse_feed__drops_the_rest__after_the_listener_stopped(void **state)
{
    (void)state;
    struct collected collected = {.stop_after = 2};
    struct sse sse;
    strbuf_init(&collected.text, STRBUF_OWN_MAX);
    sse_init(&sse);
    static const char body[] = "data: a\n\ndata: b\n\ndata: c\n\ndata: d";
    assert_true(sse_feed(&sse, body, sizeof(body) - 1, on_event, &collected, NULL));
    assert_true(sse_feed(&sse, "\n\n", 2, on_event, &collected, NULL));
    assert_true(sse_finish(&sse, on_event, &collected, NULL));
    assert_int_equal(collected.count, 2);
    sse_clear(&sse);
    strbuf_clear(&collected.text);
}

/* Feeds `start`, then `count` times `piece`; false as soon as that fails. */
static bool feed_repeated(const char *start, const char *piece, size_t count)
{
    struct collected collected = {.count = 0};
    struct sse sse;
    struct error err = {.class = ERROR_NONE};
    bool is_good = true;
    strbuf_init(&collected.text, STRBUF_OWN_MAX);
    sse_init(&sse);
    sse_feed(&sse, start, strlen(start), on_event, &collected, NULL);
    for (size_t i = 0; is_good && i < count; i++)
        is_good = sse_feed(&sse, piece, strlen(piece), on_event, &collected, &err);
    assert_int_equal(err.class, is_good ? ERROR_NONE : ERROR_PROTOCOL);
    assert_int_equal(collected.count, 0);
    error_clear(&err);
    sse_clear(&sse);
    strbuf_clear(&collected.text);
    return is_good;
}

static char *make_filled(size_t len, const char *end)
{
    char *text = mem_alloc(len + strlen(end) + 1);
    memset(text, 'x', len);
    memcpy(text + len, end, strlen(end) + 1);
    return text;
}

static void sse_feed__fails__line_past_the_ceiling(void **state)
{
    (void)state;
    char *piece = make_filled((size_t)1 << 20, "");
    assert_true(feed_repeated("data: ", piece, 15));
    assert_false(feed_repeated("data: ", piece, 17));
    mem_free(piece);
}

static void sse_feed__fails__line_past_the_ceiling_given_whole(void **state)
{
    (void)state;
    char *line = make_filled(SSE_MAX + 1, "\n");
    assert_false(feed_repeated("", line, 1));
    mem_free(line);
}

static void sse_feed__fails__event_past_the_ceiling(void **state)
{
    (void)state;
    char *line = make_filled((size_t)1 << 20, "\n");
    memcpy(line, "data: ", 6);
    assert_true(feed_repeated("", line, 15));
    assert_false(feed_repeated("", line, 18));
    mem_free(line);
}

static void sse_feed__gives__one_long_line_in_small_pieces(void **state)
{
    (void)state;
    const size_t len = (size_t)1 << 20;
    char *body = make_filled(len, "\n\n");
    memcpy(body, "data: ", 6);
    char *events = events_of(body, len + 2, 1000, 1000);
    assert_int_equal(strlen(events), strlen("message=<>\n") + len - 6);
    mem_free(events);
    mem_free(body);
}

/* Whole bodies of the stream set. */

static void check_file(const char *name)
{
    const char *root = getenv("MOTET_SRCDIR");
    char *path = strbuf_format("%s/tests/streams/%s", root != NULL ? root : ".", name);
    struct strbuf body;
    struct error err = {.class = ERROR_NONE};
    strbuf_init(&body, STRBUF_OWN_MAX);
    if (!path_read_file(path, &body, &err))
        fail_msg("%s", error_text(&err));
    mem_free(path);
    char *expected = events_of(body.text, body.len, body.len, 1);
    assert_true(strlen(expected) > 0);
    check_bytes(body.text, body.len, expected);
    mem_free(expected);
    strbuf_clear(&body);
}

static void sse_feed__gives_the_same__every_cut_of_real_bodies(void **state)
{
    (void)state;
    static const char *const names[] = {
        "oa-crlf-comments.sse",  "oa-bom.sse",
        "oa-unicode-split.sse",  "oa-plain.sse",
        "oa-no-final-blank.sse", "an-thinking-tools.sse",
        "ge-thoughts.sse",
    };
    for (size_t i = 0; i < COUNT_OF(names); i++)
        check_file(names[i]);
}

static void sse_feed__keeps_an_id__of_a_whole_event(void **state)
{
    (void)state;
    struct sse sse;
    struct collected events = {.count = 0};
    strbuf_init(&events.text, STRBUF_OWN_MAX);
    sse_init(&sse);
    assert_int_equal(sse.retry_ms, -1);
    const char *first = "id: a1\nretry: 250\ndata: x\n\nid: b2\ndata: y\n";
    assert_true(sse_feed(&sse, first, strlen(first), on_event, &events, NULL));
    assert_string_equal(strbuf_text(&sse.last_id), "a1");
    assert_int_equal(sse.retry_ms, 250);
    /* Without data it is no event, but its id counts. */
    const char *second = "\nid: c3\n\nretry: soon\nid\ndata: z\n";
    assert_true(sse_feed(&sse, second, strlen(second), on_event, &events, NULL));
    assert_string_equal(strbuf_text(&sse.last_id), "c3");
    assert_int_equal(sse.retry_ms, 250);
    assert_true(sse_feed(&sse, "\n", 1, on_event, &events, NULL));
    assert_string_equal(strbuf_text(&sse.last_id), "");
    sse_clear(&sse);
    strbuf_clear(&events.text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sse_feed__ends_lines_at__lf_crlf_and_cr),
        cmocka_unit_test(sse_feed__takes_one_line_end__for_crlf),
        cmocka_unit_test(sse_feed__dispatches_at_once__last_byte_is_cr),
        cmocka_unit_test(sse_feed__keeps_in_the_line__other_separators),
        cmocka_unit_test(sse_feed__removes_one_space__after_the_colon),
        cmocka_unit_test(sse_feed__splits_at__the_first_colon),
        cmocka_unit_test(sse_feed__joins_with_lf__several_data_lines),
        cmocka_unit_test(sse_feed__takes_the_last__of_several_types),
        cmocka_unit_test(sse_feed__forgets_the_type__after_each_event),
        cmocka_unit_test(sse_feed__ignores__comments),
        cmocka_unit_test(sse_feed__ignores__other_fields),
        cmocka_unit_test(sse_feed__emits_nothing__without_data),
        cmocka_unit_test(sse_feed__emits__error_event_without_data),
        cmocka_unit_test(sse_feed__keeps__nul_and_ill_formed_bytes),
        cmocka_unit_test(sse_feed__drops__byte_order_mark_at_the_start_only),
        cmocka_unit_test(sse_feed__keeps__bytes_that_only_began_like_a_mark),
        cmocka_unit_test(sse_finish__dispatches_and_marks__what_is_pending),
        cmocka_unit_test(sse_finish__adds_nothing__after_a_whole_event),
        cmocka_unit_test(sse_clear__forgets__what_is_pending),
        cmocka_unit_test(sse_feed__drops_the_rest__after_the_listener_stopped),
        cmocka_unit_test(sse_feed__fails__line_past_the_ceiling),
        cmocka_unit_test(sse_feed__fails__line_past_the_ceiling_given_whole),
        cmocka_unit_test(sse_feed__fails__event_past_the_ceiling),
        cmocka_unit_test(sse_feed__gives__one_long_line_in_small_pieces),
        cmocka_unit_test(sse_feed__gives_the_same__every_cut_of_real_bodies),
        cmocka_unit_test(sse_feed__keeps_an_id__of_a_whole_event),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

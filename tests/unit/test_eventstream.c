/* The binary event stream: messages, cuts, and everything that may be damaged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "src/base/mem.h"
#include "src/net/eventstream.h"
#include "tests/support/event_frame.h"

/* What was handed out, as "type=payload;" for each message. */
struct heard {
    struct strbuf text;
    size_t stop_after; /* 0: never */
    size_t count;
};

static bool on_message(void *user, const struct eventstream_message *message)
{
    struct heard *heard = user;
    assert_int_equal(message->payload[message->len], '\0');
    strbuf_append_format(&heard->text, "%s=", message->type);
    strbuf_append(&heard->text, message->payload, message->len);
    strbuf_append_char(&heard->text, ';');
    return ++heard->count != heard->stop_after;
}

/* Feeds the bytes cut in two at `cut` and, if they were taken, ends the body. */
static enum error_class feed(struct heard *heard, const struct strbuf *bytes, size_t cut)
{
    struct eventstream stream;
    struct error err = {.class = ERROR_NONE};
    eventstream_init(&stream);
    char *first = mem_strndup(bytes->text, cut);
    char *second = mem_strndup(bytes->text + cut, bytes->len - cut);
    bool ok = eventstream_feed(&stream, first, cut, on_message, heard, &err);
    if (ok)
        ok = eventstream_feed(&stream, second, bytes->len - cut, on_message, heard, &err);
    if (ok)
        ok = eventstream_finish(&stream, &err);
    const enum error_class class = err.class;
    assert_true(ok == (class == ERROR_NONE));
    assert_true(ok == (error_text(&err)[0] == '\0'));
    mem_free(first);
    mem_free(second);
    error_clear(&err);
    eventstream_clear(&stream);
    return class;
}

static void heard_init(struct heard *heard)
{
    *heard = (struct heard){.count = 0};
    strbuf_init(&heard->text, STRBUF_OWN_MAX);
}

/* The stream, cut at any place, gives those messages and ends in that class. */
static void assert_stream(const struct strbuf *stream, const char *wanted,
                          enum error_class class)
{
    for (size_t cut = 0; cut <= stream->len; cut++) {
        struct heard heard;
        heard_init(&heard);
        assert_int_equal(feed(&heard, stream, cut), class);
        assert_string_equal(strbuf_text(&heard.text), wanted);
        strbuf_clear(&heard.text);
    }
}

static void append_events(struct strbuf *stream)
{
    strbuf_init(stream, STRBUF_OWN_MAX);
    event_frame_append_event(stream, "messageStart", "{\"role\":1}");
    event_frame_append_event(stream, "messageStop", "{}");
}

static void eventstream_feed__hands_out_messages__cut_anywhere(void **state)
{
    (void)state;
    struct strbuf stream;
    append_events(&stream);
    assert_stream(&stream, "messageStart={\"role\":1};messageStop={};", ERROR_NONE);
    strbuf_clear(&stream);
}

static void eventstream_feed__takes__byte_by_byte(void **state)
{
    (void)state;
    struct strbuf bytes;
    struct heard heard;
    struct eventstream stream;
    append_events(&bytes);
    heard_init(&heard);
    eventstream_init(&stream);
    for (size_t i = 0; i < bytes.len; i++) {
        const char byte = bytes.text[i];
        assert_true(eventstream_feed(&stream, &byte, 1, on_message, &heard, NULL));
    }
    assert_true(eventstream_finish(&stream, NULL));
    assert_int_equal(heard.count, 2);
    eventstream_clear(&stream);
    strbuf_clear(&heard.text);
    strbuf_clear(&bytes);
}

static void eventstream_feed__names__failures(void **state)
{
    (void)state;
    struct strbuf stream;
    struct strbuf headers;
    strbuf_init(&stream, STRBUF_OWN_MAX);
    strbuf_init(&headers, STRBUF_OWN_MAX);
    event_frame_append_exception(&stream, "throttlingException", "{\"message\":\"m\"}");
    event_frame_add_header(&headers, ":message-type", "error");
    event_frame_add_header(&headers, ":error-code", "InternalError");
    event_frame_add_header(&headers, ":error-message", "it broke");
    event_frame_append(&stream, &headers, "", 0);
    assert_stream(&stream,
                  "exception/throttlingException={\"message\":\"m\"};"
                  "error/InternalError=it broke;",
                  ERROR_NONE);
    strbuf_clear(&headers);
    strbuf_clear(&stream);
}

static void eventstream_feed__skips__headers_of_every_type(void **state)
{
    (void)state;
    /* Each is a name "x", a type and a value of the length that the type has. */
    static const char others[] = "\1x\0"
                                 "\1x\1"
                                 "\1x\2\7"
                                 "\1x\3\0\1"
                                 "\1x\4\0\0\0\1"
                                 "\1x\5\0\0\0\0\0\0\0\1"
                                 "\1x\6\0\3abc"
                                 "\1x\10\0\0\0\0\0\0\0\1"
                                 "\1x\t0123456789abcdef";
    struct strbuf stream;
    struct strbuf headers;
    strbuf_init(&stream, STRBUF_OWN_MAX);
    strbuf_init(&headers, STRBUF_OWN_MAX);
    strbuf_append(&headers, others, sizeof(others) - 1);
    event_frame_add_header(&headers, ":event-type", "metadata");
    event_frame_append(&stream, &headers, "{}", 2);
    assert_stream(&stream, "metadata={};", ERROR_NONE);
    strbuf_clear(&headers);
    strbuf_clear(&stream);
}

static void eventstream_feed__takes__message_of_nothing(void **state)
{
    (void)state;
    struct strbuf stream;
    struct strbuf headers;
    strbuf_init(&stream, STRBUF_OWN_MAX);
    strbuf_init(&headers, STRBUF_OWN_MAX);
    event_frame_append(&stream, &headers, "", 0);
    assert_stream(&stream, "=;", ERROR_NONE);
    strbuf_clear(&stream);
}

static void eventstream_feed__fails__any_byte_of_a_message_changed(void **state)
{
    (void)state;
    struct strbuf stream;
    append_events(&stream);
    const size_t first_len = (size_t)(unsigned char)stream.text[3];
    for (size_t i = first_len; i < stream.len; i++) {
        struct heard heard;
        heard_init(&heard);
        stream.text[i] ^= 0x10;
        assert_int_equal(feed(&heard, &stream, i), ERROR_PROTOCOL);
        /* What came ahead of it was handed out. */
        assert_string_equal(strbuf_text(&heard.text), "messageStart={\"role\":1};");
        stream.text[i] ^= 0x10;
        strbuf_clear(&heard.text);
    }
    strbuf_clear(&stream);
}

/* A message whose lengths are those, with sums that fit. */
static void append_lengths(struct strbuf *stream, const char *lengths)
{
    strbuf_init(stream, STRBUF_OWN_MAX);
    strbuf_append(stream, lengths, 8);
    event_frame_append_sum(stream, 8);
}

static void eventstream_feed__fails__impossible_lengths(void **state)
{
    (void)state;
    static const char *const lengths[] = {
        "\0\0\0\17\0\0\0\0",         /* less than the least */
        "\0\0\0\20\0\0\0\1",         /* headers without room */
        "\1\200\0\1\0\0\0\0",        /* more than 24 MiB */
        "\377\377\377\377\0\0\0\0",  /* the largest number */
        "\0\0\0\20\377\377\377\360", /* a sum that would wrap around */
    };
    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        struct strbuf stream;
        append_lengths(&stream, lengths[i]);
        assert_stream(&stream, "", ERROR_PROTOCOL);
        strbuf_clear(&stream);
    }
}

static void eventstream_feed__fails__headers_that_do_not_fit(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t len;
    } bad[] = {
        {"\5ab", 3},        /* the name is cut off */
        {"\1a", 2},         /* no type */
        {"\1a\7", 3},       /* no length */
        {"\1a\7\0\5ab", 7}, /* the value is cut off */
        {"\1a\12", 3},      /* a type that does not exist */
    };
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct strbuf stream;
        struct strbuf headers;
        strbuf_init(&stream, STRBUF_OWN_MAX);
        strbuf_init(&headers, STRBUF_OWN_MAX);
        strbuf_append(&headers, bad[i].bytes, bad[i].len);
        event_frame_append(&stream, &headers, "{}", 2);
        assert_stream(&stream, "", ERROR_PROTOCOL);
        strbuf_clear(&headers);
        strbuf_clear(&stream);
    }
}

static void eventstream_finish__fails__inside_a_message(void **state)
{
    (void)state;
    struct strbuf stream;
    append_events(&stream);
    const size_t first_len = (size_t)(unsigned char)stream.text[3];
    for (size_t len = first_len + 1; len < stream.len; len++) {
        struct heard heard;
        const struct strbuf part = {.text = stream.text, .len = len};
        heard_init(&heard);
        assert_int_equal(feed(&heard, &part, first_len), ERROR_PROTOCOL);
        assert_int_equal(heard.count, 1);
        strbuf_clear(&heard.text);
    }
    strbuf_clear(&stream);
}

static void eventstream_feed__stops__when_told(void **state)
{
    (void)state;
    struct strbuf stream;
    struct heard heard;
    append_events(&stream);
    strbuf_append_text(&stream, "damage");
    heard_init(&heard);
    heard.stop_after = 1;
    assert_int_equal(feed(&heard, &stream, stream.len / 2), ERROR_NONE);
    assert_int_equal(heard.count, 1);
    strbuf_clear(&heard.text);
    strbuf_clear(&stream);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(eventstream_feed__hands_out_messages__cut_anywhere),
        cmocka_unit_test(eventstream_feed__takes__byte_by_byte),
        cmocka_unit_test(eventstream_feed__names__failures),
        cmocka_unit_test(eventstream_feed__skips__headers_of_every_type),
        cmocka_unit_test(eventstream_feed__takes__message_of_nothing),
        cmocka_unit_test(eventstream_feed__fails__any_byte_of_a_message_changed),
        cmocka_unit_test(eventstream_feed__fails__impossible_lengths),
        cmocka_unit_test(eventstream_feed__fails__headers_that_do_not_fit),
        cmocka_unit_test(eventstream_finish__fails__inside_a_message),
        cmocka_unit_test(eventstream_feed__stops__when_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

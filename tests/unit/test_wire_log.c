/* What is kept of an exchange, what is left out, what makes room; and its frames. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "src/base/mem.h"
#include "src/config/endpoint.h"
#include "src/engine/wire_frames.h"
#include "src/engine/wire_log.h"

struct fixture {
    struct wire_log *log;
    struct endpoint endpoint;
    struct strbuf frames; /* as they were told, a line each */
};

static int set_up(void **state)
{
    struct fixture *fixture = mem_alloc(sizeof(*fixture));
    fixture->log = wire_log_new(NULL);
    endpoint_init(&fixture->endpoint, "place", "openai-chat", "http://host/v1");
    strbuf_init(&fixture->frames, 1 << 20);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    wire_log_free(fixture->log);
    endpoint_clear(&fixture->endpoint);
    strbuf_clear(&fixture->frames);
    mem_free(fixture);
    return 0;
}

static void hear(struct fixture *fixture, uint64_t exchange, struct wire_event event)
{
    event.exchange = exchange;
    event.chat = 1;
    event.message_id = exchange;
    event.attempt = 1;
    event.endpoint = &fixture->endpoint;
    event.model = "m";
    wire_log_hear(fixture->log, &event);
}

static void begin(struct fixture *fixture, uint64_t exchange, const char *type)
{
    struct http_request request = {
        .url = "http://host/v1/x", .method = "POST", .body = "{}", .body_len = 2};
    struct http_head head = {.status = 200};
    header_list_add(&head.headers, "Content-Type", type);
    hear(fixture, exchange,
         (struct wire_event){.kind = WIRE_REQUEST, .at_us = 1000, .request = &request});
    hear(fixture, exchange,
         (struct wire_event){.kind = WIRE_HEAD, .at_us = 2000, .head = &head});
    header_list_clear(&head.headers);
}

static void body(struct fixture *fixture, uint64_t exchange, int64_t at_us,
                 const char *bytes, size_t len)
{
    hear(fixture, exchange,
         (struct wire_event){
             .kind = WIRE_BODY, .at_us = at_us, .bytes = bytes, .len = len});
}

static void end(struct fixture *fixture, uint64_t exchange, int64_t at_us)
{
    hear(fixture, exchange, (struct wire_event){.kind = WIRE_DONE, .at_us = at_us});
}

static const struct wire_record *find(const struct fixture *fixture, uint64_t exchange)
{
    return wire_log_find(fixture->log, 1, exchange, 0);
}

static void on_frame(void *user, const struct wire_frame *frame)
{
    struct fixture *fixture = user;
    strbuf_append_format(&fixture->frames, "%lld %s%s", (long long)frame->at_us,
                         frame->type, frame->type[0] != '\0' ? " " : "");
    if (frame->left_out > 0)
        strbuf_append_format(&fixture->frames, "(%zu left out)", frame->left_out);
    strbuf_append(&fixture->frames, frame->data, frame->len);
    strbuf_append_text(&fixture->frames, frame->is_unfinished ? " \xe2\x80\xa6\n" : "\n");
}

static void assert_frames(struct fixture *fixture, uint64_t exchange,
                          const char *expected)
{
    strbuf_reset(&fixture->frames);
    wire_frames_each(find(fixture, exchange), on_frame, fixture);
    assert_string_equal(strbuf_text(&fixture->frames), expected);
}

static void wire_log__keeps__all_of_a_short_exchange(void **state)
{
    struct fixture *fixture = *state;
    begin(fixture, 1, "text/event-stream");
    body(fixture, 1, 3000, "data: on", 8);
    body(fixture, 1, 5000, "e\n\nevent: x\ndata: two\n\ndata: th", 31);
    const struct wire_record *record = find(fixture, 1);
    assert_string_equal(record->url, "http://host/v1/x");
    assert_string_equal(record->body.text, "{}");
    assert_string_equal(record->response_fields, "Content-Type: text/event-stream");
    assert_int_equal(record->status, 200);
    assert_int_equal(record->head_us, 1000);
    assert_int_equal(record->total, 39);
    assert_int_equal(record->end_us, -1);
    assert_frames(fixture, 1, "4000 message one\n4000 x two\n");
    end(fixture, 1, 6000);
    assert_int_equal(find(fixture, 1)->end_us, 5000);
    assert_frames(fixture, 1,
                  "4000 message one\n4000 x two\n4000 message th \xe2\x80\xa6\n");
    assert_null(wire_log_find(fixture->log, 1, 1, 1));
    assert_null(wire_log_find(fixture->log, 2, 1, 0));
}

static void wire_frames__shows_a_body__that_is_no_stream(void **state)
{
    struct fixture *fixture = *state;
    begin(fixture, 1, "application/json");
    body(fixture, 1, 3000, "{\"a\":", 5);
    body(fixture, 1, 4000, "1}", 2);
    end(fixture, 1, 5000);
    assert_int_equal(wire_frames_kind(find(fixture, 1)), WIRE_FRAMES_DOCUMENT);
    assert_frames(fixture, 1, "3000 {\"a\":1}\n");
}

static void wire_frames__cuts_lines__by_the_protocol(void **state)
{
    struct fixture *fixture = *state;
    endpoint_clear(&fixture->endpoint);
    endpoint_init(&fixture->endpoint, "place", "ollama", "http://host");
    begin(fixture, 1, "application/x-ndjson");
    body(fixture, 1, 3000, "{\"a\":1}\n{\"b\"", 12);
    body(fixture, 1, 4000, ":2}\n", 4);
    end(fixture, 1, 5000);
    assert_frames(fixture, 1, "2000 {\"a\":1}\n3000 {\"b\":2}\n");
}

static void wire_frames__shows_bytes__that_no_framing_takes(void **state)
{
    struct fixture *fixture = *state;
    begin(fixture, 1, "application/vnd.amazon.eventstream");
    body(fixture, 1, 3000, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 12);
    end(fixture, 1, 5000);
    assert_int_equal(wire_frames_kind(find(fixture, 1)), WIRE_FRAMES_MESSAGES);
    assert_frames(fixture, 1,
                  "2000 unreadable \xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\n");
}

static void wire_log__keeps_beginning_and_end__of_a_long_stream(void **state)
{
    struct fixture *fixture = *state;
    char event[200];
    size_t sent = 0;
    begin(fixture, 1, "text/event-stream");
    for (int i = 0; i < 60000; i++) {
        const int len = snprintf(event, sizeof(event), "data: number %d\n\n", i);
        body(fixture, 1, 3000 + i, event, (size_t)len);
        sent += (size_t)len;
        assert_true(wire_log_size(fixture->log) < (size_t)512 << 10);
    }
    end(fixture, 1, 100000);
    const struct wire_record *record = find(fixture, 1);
    assert_int_equal(record->total, sent);
    assert_true(record->left_out > 0);
    assert_int_equal(record->first.len + record->left_out + record->last.len, sent);
    strbuf_reset(&fixture->frames);
    wire_frames_each(record, on_frame, fixture);
    const char *text = strbuf_text(&fixture->frames);
    assert_int_equal(strncmp(text, "2000 message number 0\n", 22), 0);
    assert_non_null(strstr(text, " left out)\n"));
    assert_non_null(strstr(text, "61980 message number 59999\n"));
}

static void wire_log__keeps_ends__of_huge_reads(void **state)
{
    struct fixture *fixture = *state;
    const size_t len = (size_t)1 << 20;
    char *bytes = mem_alloc(len);
    memset(bytes, 'x', len);
    begin(fixture, 1, "application/json");
    body(fixture, 1, 3000, bytes, len);
    body(fixture, 1, 4000, bytes, len);
    end(fixture, 1, 5000);
    const struct wire_record *record = find(fixture, 1);
    assert_true(record->first.len > WIRE_FIRST_MAX - 100);
    assert_int_equal(record->first.len + record->left_out + record->last.len, 2 * len);
    assert_true(record->last.len <= 2 * WIRE_LAST_MAX);
    mem_free(bytes);
}

static void wire_log__makes_room__by_emptying_the_oldest(void **state)
{
    struct fixture *fixture = *state;
    const size_t len = (size_t)64 << 10;
    char *bytes = mem_alloc(len);
    memset(bytes, 'x', len);
    for (uint64_t i = 1; i <= 400; i++) {
        begin(fixture, i, "application/json");
        body(fixture, i, 3000, bytes, len);
        end(fixture, i, 5000);
        assert_true(wire_log_size(fixture->log) <= WIRE_LOG_MAX);
    }
    assert_true(find(fixture, 1)->is_dropped);
    assert_null(find(fixture, 1)->url);
    assert_false(find(fixture, 400)->is_dropped);
    assert_int_equal(find(fixture, 400)->total, len);
    /* What comes late for one that is gone changes nothing. */
    body(fixture, 1, 6000, bytes, len);
    assert_int_equal(find(fixture, 1)->size, 0);
    mem_free(bytes);
}

static void wire_log__remembers__so_many_exchanges(void **state)
{
    struct fixture *fixture = *state;
    for (uint64_t i = 1; i <= WIRE_RECORD_MAX + 2; i++) {
        begin(fixture, i, "application/json");
        end(fixture, i, 5000);
    }
    assert_null(find(fixture, 2));
    assert_non_null(find(fixture, 3));
    assert_non_null(find(fixture, WIRE_RECORD_MAX + 2));
}

#define LOG(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        LOG(wire_log__keeps__all_of_a_short_exchange),
        LOG(wire_frames__shows_a_body__that_is_no_stream),
        LOG(wire_frames__cuts_lines__by_the_protocol),
        LOG(wire_frames__shows_bytes__that_no_framing_takes),
        LOG(wire_log__keeps_beginning_and_end__of_a_long_stream),
        LOG(wire_log__keeps_ends__of_huge_reads),
        LOG(wire_log__makes_room__by_emptying_the_oldest),
        LOG(wire_log__remembers__so_many_exchanges),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What the wire page says of an exchange: sections, times, gaps, what is left out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <locale.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/mem.h"
#include "src/config/endpoint.h"
#include "ui/wire_sheet.h"

struct fixture {
    struct wire_log *log;
    struct endpoint endpoint;
    struct sheet sheet;
    struct wire_sheet_style style;
};

static int set_up(void **state)
{
    struct fixture *fixture = mem_alloc(sizeof(*fixture));
    setlocale(LC_CTYPE, "C.UTF-8");
    fixture->log = wire_log_new(NULL);
    endpoint_init(&fixture->endpoint, "place", "openai-chat", "http://host/v1");
    sheet_init(&fixture->sheet);
    fixture->style = (struct wire_sheet_style){.room = 60, .now_us = 9000};
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    wire_log_free(fixture->log);
    endpoint_clear(&fixture->endpoint);
    sheet_clear(&fixture->sheet);
    mem_free(fixture);
    return 0;
}

/* Events of one exchange that begins at 1000 µs. */
static void hear(struct fixture *fixture, struct wire_event event)
{
    event.exchange = 1;
    event.chat = 1;
    event.message_id = 1;
    event.attempt = 2;
    event.endpoint = &fixture->endpoint;
    event.model = "m";
    event.at_us += 1000;
    wire_log_hear(fixture->log, &event);
}

static void send(struct fixture *fixture, const char *body)
{
    struct header_list headers = {0};
    header_list_add(&headers, "Authorization", "Bearer ***");
    const struct http_request request = {.url = "http://host/v1/chat",
                                         .method = "POST",
                                         .headers = &headers,
                                         .body = body,
                                         .body_len = strlen(body)};
    hear(fixture, (struct wire_event){.kind = WIRE_REQUEST, .request = &request});
    header_list_clear(&headers);
}

static void connect(struct fixture *fixture, bool is_reused)
{
    const struct http_result result = {.http_version = "2",
                                       .is_reused = is_reused,
                                       .dns_us = 100,
                                       .connect_us = 300,
                                       .tls_us = 1500,
                                       .first_byte_us = -1};
    hear(fixture,
         (struct wire_event){.kind = WIRE_CONNECTED, .at_us = 1600, .result = &result});
}

static void respond(struct fixture *fixture, int status, const char *type)
{
    struct http_head head = {.status = status};
    header_list_add(&head.headers, "Content-Type", type);
    hear(fixture, (struct wire_event){.kind = WIRE_HEAD, .at_us = 2000, .head = &head});
    header_list_clear(&head.headers);
}

static void receive(struct fixture *fixture, int64_t at_us, const char *bytes)
{
    hear(fixture,
         (struct wire_event){
             .kind = WIRE_BODY, .at_us = at_us, .bytes = bytes, .len = strlen(bytes)});
}

static void end(struct fixture *fixture, enum wire_kind kind, struct http_result *result)
{
    hear(fixture, (struct wire_event){.kind = kind, .at_us = 3000000, .result = result});
}

/* Compares the lines, each behind its indent in dots. */
static void assert_lines(struct fixture *fixture, const char *expected)
{
    struct strbuf out;
    struct sheet *sheet = &fixture->sheet;
    strbuf_init(&out, STRBUF_OWN_MAX);
    sheet_reset(sheet);
    wire_sheet_append(sheet, wire_log_find(fixture->log, 1, 1, 0), &fixture->style);
    for (size_t i = 0; i < sheet->line_count; i++) {
        for (int dot = 0; dot < sheet->lines[i].indent; dot++)
            strbuf_append_char(&out, '.');
        strbuf_append_format(&out, "%.*s\n", (int)sheet->lines[i].len,
                             strbuf_text(&sheet->text) + sheet->lines[i].start);
    }
    assert_string_equal(strbuf_text(&out), expected);
    strbuf_clear(&out);
}

static void wire_sheet__shows__a_stream_with_times_and_gaps(void **state)
{
    struct fixture *fixture = *state;
    send(fixture, "{\"a\":[1,2]}");
    connect(fixture, false);
    respond(fixture, 200, "text/event-stream");
    receive(fixture, 2500, "data: one\n\n");
    receive(fixture, 1502500, "event: x\ndata: two\n\n");
    end(fixture, WIRE_DONE, NULL);
    assert_lines(fixture, "try 2 \xc2\xb7 place m\n"
                          "request\n"
                          "..POST http://host/v1/chat\n"
                          "..Authorization: Bearer ***\n"
                          "..body: 11 bytes\n"
                          "..{ \"a\": [1, 2] }\n"
                          "connection\n"
                          "..new \xc2\xb7 HTTP/2\n"
                          "..DNS 0.1 ms \xc2\xb7 connect 0.3 ms \xc2\xb7 TLS 1.5 ms "
                          "\xc2\xb7 end 3.000 s\n"
                          "response\n"
                          "..200 after 2.0 ms\n"
                          "..Content-Type: text/event-stream\n"
                          "events \xc2\xb7 31 bytes\n"
                          "..2.5 ms\n"
                          "....one\n"
                          "..1.502 s  +1.500 s  x\n"
                          "....two\n"
                          "..ended by the server after 3.000 s\n"
                          "\n");
    /* A long gap stands out. */
    assert_int_equal(fixture->sheet.lines[13].role, ROLE_DIM);
    assert_int_equal(fixture->sheet.lines[15].role, ROLE_WARNING);
}

static void wire_sheet__raw__shows_the_bytes_of_each_read(void **state)
{
    struct fixture *fixture = *state;
    fixture->style.is_raw = true;
    send(fixture, "{\"a\":1}");
    connect(fixture, true);
    respond(fixture, 200, "text/event-stream");
    receive(fixture, 2500, "data: o");
    receive(fixture, 3500, "ne\r\n\n\x1b");
    end(fixture, WIRE_CUT, NULL);
    assert_lines(fixture, "try 2 \xc2\xb7 place m\n"
                          "request\n"
                          "..POST http://host/v1/chat\n"
                          "..Authorization: Bearer ***\n"
                          "..body: 7 bytes\n"
                          "....{\"a\":1}\n"
                          "connection\n"
                          "..reused \xc2\xb7 HTTP/2\n"
                          "..cut 3.000 s\n"
                          "response\n"
                          "..200 after 2.0 ms\n"
                          "..Content-Type: text/event-stream\n"
                          "bytes as they came \xc2\xb7 13 bytes\n"
                          "..2.5 ms  7 bytes\n"
                          "....data: o\n"
                          "..3.5 ms  6 bytes\n"
                          "....ne\xe2\x80\xb9U+000D\xe2\x80\xba\n"
                          "....\n"
                          "....\xe2\x80\xb9U+001B\xe2\x80\xba\n"
                          "..ended by us after 3.000 s\n"
                          "\n");
}

static void wire_sheet__shows__a_refusal_laid_out(void **state)
{
    struct fixture *fixture = *state;
    struct http_result result = {
        .first_byte_us = 1900, .dns_us = -1, .connect_us = -1, .tls_us = -1};
    send(fixture, "x");
    connect(fixture, true);
    respond(fixture, 401, "application/json");
    receive(fixture, 2500, "{\"error\":");
    receive(fixture, 2600, "\"no\"}");
    end(fixture, WIRE_DONE, &result);
    assert_lines(fixture, "try 2 \xc2\xb7 place m\n"
                          "request\n"
                          "..POST http://host/v1/chat\n"
                          "..Authorization: Bearer ***\n"
                          "..body: 1 bytes\n"
                          "..x\n"
                          "connection\n"
                          "..new \xc2\xb7 HTTP/2\n"
                          "..first byte 1.9 ms \xc2\xb7 end 3.000 s\n"
                          "response\n"
                          "..401 after 2.0 ms\n"
                          "..Content-Type: application/json\n"
                          "body \xc2\xb7 14 bytes\n"
                          "..2.6 ms\n"
                          "..{ \"error\": \"no\" }\n"
                          "..ended by the server after 3.000 s\n"
                          "\n");
}

static void wire_sheet__says__what_has_not_come(void **state)
{
    struct fixture *fixture = *state;
    send(fixture, "{}");
    assert_lines(fixture, "try 2 \xc2\xb7 place m\n"
                          "request\n"
                          "..POST http://host/v1/chat\n"
                          "..Authorization: Bearer ***\n"
                          "..body: 2 bytes\n"
                          "..{}\n"
                          "connection\n"
                          "..not there yet\n"
                          "response\n"
                          "..none yet\n"
                          "..under way since 8.0 ms\n"
                          "\n");
    struct http_result result = {
        .error = {ERROR_NETWORK_REFUSED, mem_strdup("no one is there")},
        .dns_us = -1,
        .connect_us = -1,
        .tls_us = -1,
        .first_byte_us = -1};
    end(fixture, WIRE_DONE, &result);
    error_clear(&result.error);
    assert_lines(fixture, "try 2 \xc2\xb7 place m\n"
                          "request\n"
                          "..POST http://host/v1/chat\n"
                          "..Authorization: Bearer ***\n"
                          "..body: 2 bytes\n"
                          "..{}\n"
                          "connection\n"
                          "..none\n"
                          "..end 3.000 s\n"
                          "response\n"
                          "..none came\n"
                          "..failed: no one is there, after 3.000 s\n"
                          "\n");
}

static void wire_sheet__says__what_was_left_out(void **state)
{
    struct fixture *fixture = *state;
    const size_t len = (size_t)300 << 10;
    char *long_text = mem_alloc(len + 1);
    memset(long_text, 'x', len);
    send(fixture, "{}");
    respond(fixture, 200, "text/event-stream");
    receive(fixture, 2500, "data: one\n\ndata: ");
    receive(fixture, 2600, long_text);
    receive(fixture, 2700, "\n\ndata: last\n\n");
    end(fixture, WIRE_DONE, NULL);
    const struct wire_record *record = wire_log_find(fixture->log, 1, 1, 0);
    sheet_reset(&fixture->sheet);
    wire_sheet_append(&fixture->sheet, record, &fixture->style);
    char *words =
        strbuf_format("\xe2\x80\xa6 %zu bytes left out \xe2\x80\xa6", record->left_out);
    assert_true(record->left_out > 0);
    assert_non_null(strstr(strbuf_text(&fixture->sheet.text), words));
    assert_non_null(strstr(strbuf_text(&fixture->sheet.text), "last"));
    mem_free(words);
    mem_free(long_text);
}

static void wire_sheet__says__what_a_recording_does_not_hold(void **state)
{
    struct fixture *fixture = *state;
    struct header_list headers = {0};
    const struct http_request request = {
        .url = "http://host", .method = "POST", .headers = &headers, .body_len = 9};
    hear(fixture, (struct wire_event){.kind = WIRE_REQUEST, .request = &request});
    sheet_reset(&fixture->sheet);
    wire_sheet_append(&fixture->sheet, wire_log_find(fixture->log, 1, 1, 0),
                      &fixture->style);
    assert_non_null(strstr(strbuf_text(&fixture->sheet.text),
                           "body: 9 bytes, which a recording does not hold"));
}

#define SHEET(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SHEET(wire_sheet__shows__a_stream_with_times_and_gaps),
        SHEET(wire_sheet__raw__shows_the_bytes_of_each_read),
        SHEET(wire_sheet__shows__a_refusal_laid_out),
        SHEET(wire_sheet__says__what_has_not_come),
        SHEET(wire_sheet__says__what_was_left_out),
        SHEET(wire_sheet__says__what_a_recording_does_not_hold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

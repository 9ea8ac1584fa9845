/* Header lines into one head, as servers and gateways really send them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "src/net/http_head.h"

static bool take(struct http_head_reader *reader, const char *line)
{
    return http_head_take_line(reader, line, strlen(line));
}

static void http_head_take_line__reads__status_and_fields(void **state)
{
    (void)state;
    struct http_head_reader reader = {.bytes = 0};
    assert_true(take(&reader, "HTTP/1.1 429 Too Many Requests\r\n"));
    assert_true(take(&reader, "Retry-After: \t3 \r\n"));
    assert_true(take(&reader, "X-Empty:\r\n"));
    assert_false(reader.is_complete);
    assert_true(take(&reader, "\r\n"));
    assert_true(reader.is_complete);
    assert_int_equal(reader.head.status, 429);
    assert_string_equal(header_list_get(&reader.head.headers, "retry-after"), "3");
    assert_string_equal(header_list_get(&reader.head.headers, "x-empty"), "");
    http_head_clear(&reader);
}

static void http_head_take_line__reads__http2_status(void **state)
{
    (void)state;
    struct http_head_reader reader = {.bytes = 0};
    assert_true(take(&reader, "HTTP/2 200 \r\n"));
    assert_int_equal(reader.head.status, 200);
    http_head_clear(&reader);
}

static void http_head_take_line__starts_afresh__after_interim_response(void **state)
{
    (void)state;
    struct http_head_reader reader = {.bytes = 0};
    take(&reader, "HTTP/1.1 100 Continue\r\n");
    take(&reader, "X-Old: 1\r\n");
    take(&reader, "\r\n");
    assert_false(reader.is_complete);
    take(&reader, "HTTP/1.1 200 OK\r\n");
    take(&reader, "\r\n");
    assert_true(reader.is_complete);
    assert_int_equal(reader.head.headers.len, 0);
    http_head_clear(&reader);
}

static void http_head_take_line__drops__trailers(void **state)
{
    (void)state;
    struct http_head_reader reader = {.bytes = 0};
    take(&reader, "HTTP/1.1 200 OK\r\n");
    take(&reader, "\r\n");
    assert_true(take(&reader, "X-Trailer: 1\r\n"));
    assert_true(take(&reader, "HTTP/1.1 500 Not a head\r\n"));
    assert_int_equal(reader.head.headers.len, 0);
    assert_int_equal(reader.head.status, 200);
    http_head_clear(&reader);
}

static void http_head_take_line__joins__folded_lines(void **state)
{
    (void)state;
    struct http_head_reader reader = {.bytes = 0};
    take(&reader, "HTTP/1.1 200 OK\r\n");
    take(&reader, "X-Long: one\r\n");
    take(&reader, " \ttwo: three\r\n");
    assert_string_equal(header_list_get(&reader.head.headers, "x-long"),
                        "one two: three");
    http_head_clear(&reader);
}

static void http_head_take_line__ignores__lines_without_meaning(void **state)
{
    (void)state;
    struct http_head_reader reader = {.bytes = 0};
    take(&reader, "HTTP/1.1 200 OK\r\n");
    assert_true(take(&reader, " folded onto nothing\r\n"));
    assert_true(take(&reader, "no colon here\r\n"));
    assert_int_equal(reader.head.headers.len, 0);
    http_head_clear(&reader);
}

static void http_head_take_line__is_never_complete__without_a_status(void **state)
{
    (void)state;
    struct http_head_reader reader = {.bytes = 0};
    take(&reader, "HTTP/1.1\r\n");
    take(&reader, "\r\n");
    assert_int_equal(reader.head.status, 0);
    assert_false(reader.is_complete);
    take(&reader, "HTTP/1.1 99999999999999999999 Big\r\n");
    assert_true(reader.head.status < 10000);
    http_head_clear(&reader);
}

static void http_head_take_line__fails__past_the_ceiling(void **state)
{
    (void)state;
    static const char line[] = "X-Padding: 0123456789\r\n";
    struct http_head_reader reader = {.bytes = 0};
    take(&reader, "HTTP/1.1 200 OK\r\n");
    size_t sent = reader.bytes;
    for (; sent + sizeof(line) - 1 <= HTTP_HEAD_MAX; sent += sizeof(line) - 1)
        assert_true(take(&reader, line));
    assert_false(take(&reader, line));
    http_head_clear(&reader);
}

static void http_head_take_line__counts__interim_responses_too(void **state)
{
    (void)state;
    struct http_head_reader reader = {.bytes = 0};
    size_t count = 0;
    while (count < HTTP_HEAD_MAX && take(&reader, "HTTP/1.1 100 Continue\r\n") &&
           take(&reader, "\r\n"))
        count++;
    assert_true(count < HTTP_HEAD_MAX / 20);
    http_head_clear(&reader);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(http_head_take_line__reads__status_and_fields),
        cmocka_unit_test(http_head_take_line__reads__http2_status),
        cmocka_unit_test(http_head_take_line__starts_afresh__after_interim_response),
        cmocka_unit_test(http_head_take_line__drops__trailers),
        cmocka_unit_test(http_head_take_line__joins__folded_lines),
        cmocka_unit_test(http_head_take_line__ignores__lines_without_meaning),
        cmocka_unit_test(http_head_take_line__is_never_complete__without_a_status),
        cmocka_unit_test(http_head_take_line__fails__past_the_ceiling),
        cmocka_unit_test(http_head_take_line__counts__interim_responses_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

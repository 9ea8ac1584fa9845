/*
 * HTTP transfers against a server that sends exactly the bytes of the test: answers,
 * connections, and what handlers may do in their callbacks.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "src/base/clock.h"
#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "tests/support/http_call.h"
#include "tests/support/loop_wait.h"

/* Answers that come whole. */

static void http_start__delivers_in_order__simple_answer(void **state)
{
    struct http_world *world = *state;
    struct http_call call;
    raw_server_answer_text(world->server,
                           "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
                           "Content-Length: 5\r\n\r\nhello");
    http_call_get(&call, world);
    assert_string_equal(call.trace, "chbd");
    assert_int_equal(call.status, 200);
    assert_string_equal(call.content_type, "text/plain");
    assert_string_equal(strbuf_text(&call.body), "hello");
    assert_int_equal(call.error.class, ERROR_NONE);
    assert_string_equal(call.result.http_version, "1.1");
    http_call_clear(&call);
}

/* The path is signed encoded once more, but sent as it is. */
static void http_start__signs_for_aws__without_sending_the_secret(void **state)
{
    struct http_world *world = *state;
    struct header_list headers = {.items = NULL};
    struct http_call call;
    char *url =
        strbuf_format("%s/model/a.b-v1%%3A0/converse", raw_server_get_url(world->server));
    header_list_add(&headers, "Content-Type", "application/json");
    header_list_add(&headers, "X-Amz-Security-Token", "the-token");
    raw_server_answer_text(world->server, "HTTP/1.1 204 No Content\r\n\r\n");
    http_call_init(&call, world);
    http_call_start_request(&call, &(struct http_request){
                                       .url = url,
                                       .headers = &headers,
                                       .body = "{}",
                                       .body_len = 2,
                                       .aws_sigv4 = "aws:amz:eu-west-1:bedrock",
                                       .user_password = "AKID:the/secret",
                                   });
    http_call_wait(&call);
    const char *bytes = raw_server_get_request(world->server, 0)->bytes;
    static const char line[] = "POST /model/a.b-v1%3A0/converse HTTP/1.1\r\n";
    assert_memory_equal(bytes, line, strlen(line));
    assert_non_null(
        strstr(bytes, "\r\nAuthorization: AWS4-HMAC-SHA256 Credential=AKID/"));
    assert_non_null(strstr(bytes, "/eu-west-1/bedrock/aws4_request"));
    assert_non_null(strstr(bytes, "content-type;host;x-amz-date;x-amz-security-token"));
    assert_null(strstr(bytes, "secret\r\n"));
    assert_null(strstr(bytes, "the/secret"));
    header_list_clear(&headers);
    mem_free(url);
    http_call_clear(&call);
}

static void http_start__does_not_call_back__before_it_returns(void **state)
{
    struct http_world *world = *state;
    struct http_call call;
    raw_server_answer_text(world->server, "HTTP/1.1 204 No Content\r\n\r\n");
    http_call_init(&call, world);
    http_call_start(&call, raw_server_get_url(world->server));
    assert_string_equal(call.trace, "");
    http_call_wait(&call);
    http_call_clear(&call);
}

static void http_start__sends_body_and_fields__post(void **state)
{
    struct http_world *world = *state;
    struct header_list headers = {.items = NULL};
    struct http_call call;
    header_list_add(&headers, "Content-Type", "application/json");
    header_list_add(&headers, "X-Empty", "");
    raw_server_answer_text(world->server, "HTTP/1.1 204 No Content\r\n\r\n");
    http_call_init(&call, world);
    http_call_start_request(&call, &(struct http_request){
                                       .url = raw_server_get_url(world->server),
                                       .headers = &headers,
                                       .body = "{\"a\":\0 1}",
                                       .body_len = 9,
                                   });
    header_list_clear(&headers); /* everything was copied */
    http_call_wait(&call);
    const struct raw_request *request = raw_server_get_request(world->server, 0);
    assert_non_null(request);
    assert_memory_equal(request->bytes, "POST / HTTP/1.1\r\n", 17);
    assert_non_null(strstr(request->bytes, "\r\nContent-Type: application/json\r\n"));
    assert_non_null(strstr(request->bytes, "\r\nX-Empty:\r\n"));
    assert_non_null(strstr(request->bytes, "\r\nUser-Agent: motet/"));
    assert_null(strstr(request->bytes, "Expect"));
    assert_non_null(strstr(request->bytes, "Accept-Encoding:"));
    assert_int_equal(request->body_len, 9);
    assert_memory_equal(request->body, "{\"a\":\0 1}", 9);
    http_call_clear(&call);
}

static void http_start__sends_no_expect__large_body(void **state)
{
    struct http_world *world = *state;
    const size_t len = (size_t)4 << 20;
    char *body = mem_alloc(len);
    struct http_call call;
    raw_server_answer_text(world->server, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    http_call_init(&call, world);
    http_call_start_request(
        &call, &(struct http_request){.url = raw_server_get_url(world->server),
                                      .body = body,
                                      .body_len = len});
    mem_free(body);
    http_call_wait(&call);
    assert_int_equal(raw_server_get_request(world->server, 0)->body_len, len);
    assert_null(strstr(raw_server_get_request(world->server, 0)->bytes, "Expect"));
    http_call_clear(&call);
}

static void http_start__refuses__field_with_line_end(void **state)
{
    struct http_world *world = *state;
    struct header_list headers = {.items = NULL};
    struct error err = {.class = ERROR_NONE};
    const struct http_handler handler = {.user = NULL};
    header_list_add(&headers, "X-Good", "yes");
    header_list_add(&headers, "Authorization", "SECRET\r\nX-Evil: 1");
    assert_null(
        http_start(world->http,
                   &(struct http_request){.url = raw_server_get_url(world->server),
                                          .headers = &headers},
                   &handler, &err));
    assert_int_equal(err.class, ERROR_BAD_REQUEST);
    assert_null(strstr(error_text(&err), "SECRET"));
    error_clear(&err);
    header_list_clear(&headers);
}

static void http_start__refuses__bad_url(void **state)
{
    struct http_world *world = *state;
    struct error err = {.class = ERROR_NONE};
    const struct http_handler handler = {.user = NULL};
    assert_null(http_start(world->http, &(struct http_request){.url = "ftp://host/"},
                           &handler, &err));
    assert_int_equal(err.class, ERROR_BAD_REQUEST);
    error_clear(&err);
}

static void http_start__delivers_status__error_answer(void **state)
{
    struct http_world *world = *state;
    struct http_call call;
    raw_server_answer_text(world->server,
                           "HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nbusy");
    http_call_get(&call, world);
    assert_int_equal(call.status, 503);
    assert_string_equal(strbuf_text(&call.body), "busy");
    assert_int_equal(call.error.class, ERROR_NONE);
    http_call_clear(&call);
}

static void http_start__does_not_follow__redirect(void **state)
{
    struct http_world *world = *state;
    struct http_call call;
    raw_server_answer_text(world->server,
                           "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n"
                           "Content-Length: 0\r\n\r\n");
    http_call_get(&call, world);
    assert_int_equal(call.status, 302);
    assert_int_equal(call.error.class, ERROR_NONE);
    assert_int_equal(raw_server_count_requests(world->server), 1);
    http_call_clear(&call);
}

/* Answers in pieces. */

static void http_deliver__joins__chunked_body_bytewise(void **state)
{
    struct http_world *world = *state;
    struct http_call call;
    const struct raw_step steps[] = {
        {RAW_SEND, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", 0},
        {RAW_SEND_BYTEWISE, "5\r\nhello\r\n1\r\n \r\n5\r\nworld\r\n0\r\nX-T: 1\r\n\r\n",
         0},
    };
    raw_server_answer(world->server, steps, COUNT_OF(steps));
    http_call_get(&call, world);
    assert_string_equal(strbuf_text(&call.body), "hello world");
    assert_int_equal(call.error.class, ERROR_NONE);
    /* Each byte was a read of its own, so it was a delivery of its own. */
    assert_int_equal(call.body_calls, 11);
    http_call_clear(&call);
}

static void http_deliver__unpacks__a_compressed_body(void **state)
{
    static const char packed[] =
        "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\x4b\x49\x2c\x49\xb4\x52"
        "\xc8\x48\xcd\xc9\xc9\xe7\xe2\x02\x00\x1d\x73\x9d\xd4\x0d\x00\x00\x00";
    struct http_world *world = *state;
    struct http_call call;
    const struct raw_step steps[] = {
        {RAW_SEND,
         "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 33\r\n\r\n", 0},
        {RAW_SEND_BYTEWISE, packed, 33},
    };
    raw_server_answer(world->server, steps, COUNT_OF(steps));
    http_call_get(&call, world);
    assert_string_equal(strbuf_text(&call.body), "data: hello\n\n");
    assert_int_equal(call.error.class, ERROR_NONE);
    http_call_clear(&call);
}

static void http_deliver__gives_one_head__split_bytewise(void **state)
{
    struct http_world *world = *state;
    struct http_call call;
    const struct raw_step step = {RAW_SEND_BYTEWISE,
                                  "HTTP/1.1 200 OK\r\nContent-Type: a/b\r\n"
                                  "Content-Length: 2\r\n\r\nok",
                                  0};
    raw_server_answer(world->server, &step, 1);
    http_call_get(&call, world);
    assert_string_equal(call.trace, "chbd");
    assert_string_equal(call.content_type, "a/b");
    assert_string_equal(strbuf_text(&call.body), "ok");
    http_call_clear(&call);
}

static void http_deliver__gives_final_head__after_interim_responses(void **state)
{
    struct http_world *world = *state;
    struct http_call call;
    raw_server_answer_text(world->server,
                           "HTTP/1.1 100 Continue\r\nContent-Type: wrong/one\r\n\r\n"
                           "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
                           "HTTP/1.1 200 OK\r\nContent-Type: right/one\r\n"
                           "Content-Length: 2\r\n\r\nok");
    http_call_get(&call, world);
    assert_string_equal(call.trace, "chbd");
    assert_int_equal(call.status, 200);
    assert_string_equal(call.content_type, "right/one");
    http_call_clear(&call);
}

static bool has_body(void *user)
{
    const struct http_call *call = user;
    return call->body.len > 0;
}

static void http_deliver__gives_body_at_once__while_server_holds(void **state)
{
    struct http_world *world = *state;
    struct http_call call;
    const struct raw_step steps[] = {
        {RAW_SEND, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n",
         0},
        {RAW_HOLD, NULL, 0},
        {RAW_SEND, "3\r\ntwo\r\n0\r\n\r\n", 0},
    };
    raw_server_answer(world->server, steps, COUNT_OF(steps));
    http_call_init(&call, world);
    http_call_start(&call, raw_server_get_url(world->server));
    assert_true(loop_wait(world->loop, has_body, &call));
    assert_string_equal(strbuf_text(&call.body), "one");
    assert_false(call.is_done);
    while (raw_server_count_held(world->server) == 0)
        ev_run(world->loop, EVRUN_ONCE);
    raw_server_release(world->server);
    http_call_wait(&call);
    assert_string_equal(strbuf_text(&call.body), "onetwo");
    http_call_clear(&call);
}

static void http_deliver__is_clean__body_ended_by_close(void **state)
{
    struct http_world *world = *state;
    struct http_call call;
    const struct raw_step steps[] = {{RAW_SEND, "HTTP/1.0 200 OK\r\n\r\nall", 0},
                                     {RAW_CLOSE, NULL, 0}};
    raw_server_answer(world->server, steps, COUNT_OF(steps));
    http_call_get(&call, world);
    assert_string_equal(strbuf_text(&call.body), "all");
    assert_int_equal(call.error.class, ERROR_NONE);
    assert_string_equal(call.result.http_version, "1.0");
    http_call_clear(&call);
}

static void http_deliver__keeps_all_bytes__two_megabytes(void **state)
{
    struct http_world *world = *state;
    const size_t len = (size_t)2 << 20;
    char *body = mem_alloc(len + 1);
    for (size_t i = 0; i < len; i++)
        body[i] = (char)('a' + (i * 7 + i / 251) % 26);
    const struct raw_step steps[] = {
        {RAW_SEND, "HTTP/1.1 200 OK\r\nContent-Length: 2097152\r\n\r\n", 0},
        {RAW_SEND, body, len}};
    struct http_call call;
    raw_server_answer(world->server, steps, COUNT_OF(steps));
    http_call_get(&call, world);
    assert_int_equal(call.body.len, len);
    assert_memory_equal(call.body.text, body, len);
    mem_free(body);
    http_call_clear(&call);
}

/* Cancelling and starting from callbacks. */

static const char whole_answer[] = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

static bool all_closed(void *user)
{
    const struct http_world *world = user;
    return raw_server_count_accepted(world->server) > 0 &&
           raw_server_count_open(world->server) == 0;
}

/* The transfer is cancelled in its own callback: nothing follows, the server sees the
 * connection end. */
static void check_cancel_at(struct http_world *world, char event, const char *trace)
{
    struct http_call call;
    const struct raw_step steps[] = {{RAW_SEND, whole_answer, 40}, {RAW_HOLD, NULL, 0}};
    raw_server_answer(world->server, steps, COUNT_OF(steps));
    http_call_init(&call, world);
    call.cancel_at = event;
    call.victim = &call;
    http_call_start(&call, raw_server_get_url(world->server));
    assert_true(loop_wait(world->loop, all_closed, world));
    assert_string_equal(call.trace, trace);
    assert_false(call.is_done);
    http_call_clear(&call);
}

static void http_cancel__ends_all__in_on_connected(void **state)
{
    check_cancel_at(*state, 'c', "c");
}

static void http_cancel__ends_all__in_on_head(void **state)
{
    check_cancel_at(*state, 'h', "ch");
}

static void http_cancel__ends_all__in_on_body(void **state)
{
    check_cancel_at(*state, 'b', "chb");
}

static void http_cancel__is_harmless__in_own_on_done(void **state)
{
    struct http_world *world = *state;
    struct http_call call;
    raw_server_answer_text(world->server, whole_answer);
    http_call_init(&call, world);
    call.cancel_at = 'd';
    call.victim = &call;
    http_call_start(&call, raw_server_get_url(world->server));
    http_call_wait(&call);
    assert_string_equal(call.trace, "chbd");
    http_call_clear(&call);
}

static void http_cancel__leaves_no_watcher__right_after_start(void **state)
{
    struct http_world *world = *state;
    struct http_call call;
    http_call_init(&call, world);
    http_call_start(&call, raw_server_get_url(world->server));
    http_cancel(call.transfer);
    raw_server_free(world->server);
    world->server = NULL;
    assert_true(loop_is_idle(world->loop));
    assert_string_equal(call.trace, "");
    http_call_clear(&call);
}

/* Two transfers end in the same turn of the loop; the first to be told cancels the other
 * one, which is already waiting to be told. */
static void http_cancel__drops_what_waits__other_transfer(void **state)
{
    struct http_world *world = *state;
    /* Two servers: transfers to one host may wait for its first connection. */
    struct raw_server *other = raw_server_new(world->loop);
    char *url = http_call_make_url(world, "https://127.0.0.1");
    char *other_url = strbuf_format("https://127.0.0.1:%d/", raw_server_get_port(other));
    struct http_call first;
    struct http_call second;
    http_call_init(&first, world);
    http_call_init(&second, world);
    first.cancel_at = 'd';
    first.victim = &second;
    second.cancel_at = 'd';
    second.victim = &first;
    http_call_start_request(&first,
                            &(struct http_request){.url = url, .connect_timeout_ms = 1});
    http_call_start_request(
        &second, &(struct http_request){.url = other_url, .connect_timeout_ms = 1});
    mem_free(url);
    mem_free(other_url);
    /* Both connect; then the loop is kept away until the time of both is over. */
    ev_run(world->loop, EVRUN_NOWAIT);
    const int64_t both_over_ms = clock_now_ms() + 3;
    while (clock_now_ms() < both_over_ms)
        continue;
    while (!first.is_done && !second.is_done)
        ev_run(world->loop, EVRUN_ONCE);
    raw_server_free(other);
    raw_server_free(world->server);
    world->server = NULL;
    assert_true(loop_is_idle(world->loop));
    assert_true(first.is_done != second.is_done);
    http_call_clear(&first);
    http_call_clear(&second);
}

static void http_start__works__in_on_done(void **state)
{
    struct http_world *world = *state;
    struct http_call first;
    struct http_call second;
    raw_server_answer_text(world->server, whole_answer);
    raw_server_answer_text(world->server, whole_answer);
    http_call_init(&first, world);
    http_call_init(&second, world);
    first.follower = &second;
    http_call_start(&first, raw_server_get_url(world->server));
    http_call_wait(&second);
    assert_true(first.is_done);
    assert_string_equal(strbuf_text(&second.body), "hello");
    http_call_clear(&first);
    http_call_clear(&second);
}

/* Connections. */

static void http_start__reuses_connection__second_request(void **state)
{
    struct http_world *world = *state;
    struct http_call first;
    struct http_call second;
    raw_server_answer_text(world->server, whole_answer);
    raw_server_answer_text(world->server, whole_answer);
    http_call_get(&first, world);
    http_call_get(&second, world);
    assert_false(first.result.is_reused);
    assert_true(second.result.is_reused);
    assert_string_equal(second.trace, "chbd");
    assert_int_equal(raw_server_count_accepted(world->server), 1);
    http_call_clear(&first);
    http_call_clear(&second);
}

static void http_start__connects_anew__server_closed_the_idle_connection(void **state)
{
    struct http_world *world = *state;
    struct http_call first;
    struct http_call second;
    const struct raw_step steps[] = {{RAW_SEND, whole_answer, 0}, {RAW_CLOSE, NULL, 0}};
    raw_server_answer(world->server, steps, COUNT_OF(steps));
    raw_server_answer_text(world->server, whole_answer);
    http_call_get(&first, world);
    assert_true(loop_wait(world->loop, all_closed, world));
    http_call_get(&second, world);
    assert_int_equal(second.error.class, ERROR_NONE);
    assert_false(second.result.is_reused);
    assert_int_equal(raw_server_count_accepted(world->server), 2);
    http_call_clear(&first);
    http_call_clear(&second);
}

static void http_result__has_times_in_order__new_connection(void **state)
{
    struct http_world *world = *state;
    struct http_call call;
    raw_server_answer_text(world->server, whole_answer);
    http_call_get(&call, world);
    assert_true(call.result.dns_us >= 0);
    assert_true(call.result.connect_us >= call.result.dns_us);
    assert_true(call.result.first_byte_us >= call.result.connect_us);
    assert_int_equal(call.result.tls_us, -1);
    http_call_clear(&call);
}

static bool are_all_done(void *user)
{
    const struct http_call *calls = user;
    for (; calls->world != NULL; calls++)
        if (!calls->is_done)
            return false;
    return true;
}

static void http_start__serves_all__two_hundred_at_once(void **state)
{
    struct http_world *world = *state;
    enum { COUNT = 200 };
    const struct raw_step steps[] = {
        {RAW_SEND, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n",
         0},
        {RAW_SEND, "3\r\ntwo\r\n", 0},
        {RAW_SEND, "0\r\n\r\n", 0}};
    struct http_call *calls = mem_alloc_array(COUNT + 1, sizeof(*calls));
    raw_server_answer_always(world->server, steps, COUNT_OF(steps));
    for (size_t i = 0; i < COUNT; i++) {
        http_call_init(&calls[i], world);
        http_call_start(&calls[i], raw_server_get_url(world->server));
    }
    assert_true(loop_wait(world->loop, are_all_done, calls));
    for (size_t i = 0; i < COUNT; i++) {
        assert_string_equal(strbuf_text(&calls[i].body), "onetwo");
        assert_int_equal(calls[i].error.class, ERROR_NONE);
        http_call_clear(&calls[i]);
    }
    mem_free(calls);
}

static void http_free__cancels_without_callbacks__transfers_running(void **state)
{
    struct http_world *world = *state;
    struct http_call streaming;
    struct http_call waiting;
    const struct raw_step steps[] = {{RAW_SEND, whole_answer, 40}, {RAW_HOLD, NULL, 0}};
    raw_server_answer(world->server, steps, COUNT_OF(steps));
    http_call_init(&streaming, world);
    http_call_init(&waiting, world);
    http_call_start(&streaming, raw_server_get_url(world->server));
    assert_true(loop_wait(world->loop, has_body, &streaming));
    http_call_start(&waiting, raw_server_get_url(world->server));
    http_free(world->http);
    world->http = NULL;
    assert_true(loop_wait(world->loop, all_closed, world));
    assert_string_equal(streaming.trace, "chb");
    assert_string_equal(waiting.trace, "");
    http_call_clear(&streaming);
    http_call_clear(&waiting);
}

static void http__wakes_nobody__between_transfers(void **state)
{
    struct http_world *world = *state;
    struct http_call call;
    raw_server_answer_text(world->server, whole_answer);
    http_call_get(&call, world);
    /* The connection stays open in the pool; with the server gone nothing may keep the
     * loop alive. */
    raw_server_free(world->server);
    world->server = NULL;
    assert_true(loop_is_idle(world->loop));
    http_call_clear(&call);
}

#define WITH_WORLD(test)                                                                 \
    cmocka_unit_test_setup_teardown(test, http_call_set_up, http_call_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_WORLD(http_start__delivers_in_order__simple_answer),
        WITH_WORLD(http_start__does_not_call_back__before_it_returns),
        WITH_WORLD(http_start__sends_body_and_fields__post),
        WITH_WORLD(http_start__signs_for_aws__without_sending_the_secret),
        WITH_WORLD(http_start__sends_no_expect__large_body),
        WITH_WORLD(http_start__refuses__field_with_line_end),
        WITH_WORLD(http_start__refuses__bad_url),
        WITH_WORLD(http_start__delivers_status__error_answer),
        WITH_WORLD(http_start__does_not_follow__redirect),
        WITH_WORLD(http_deliver__joins__chunked_body_bytewise),
        WITH_WORLD(http_deliver__unpacks__a_compressed_body),
        WITH_WORLD(http_deliver__gives_one_head__split_bytewise),
        WITH_WORLD(http_deliver__gives_final_head__after_interim_responses),
        WITH_WORLD(http_deliver__gives_body_at_once__while_server_holds),
        WITH_WORLD(http_deliver__is_clean__body_ended_by_close),
        WITH_WORLD(http_deliver__keeps_all_bytes__two_megabytes),
        WITH_WORLD(http_cancel__ends_all__in_on_connected),
        WITH_WORLD(http_cancel__ends_all__in_on_head),
        WITH_WORLD(http_cancel__ends_all__in_on_body),
        WITH_WORLD(http_cancel__is_harmless__in_own_on_done),
        WITH_WORLD(http_cancel__leaves_no_watcher__right_after_start),
        WITH_WORLD(http_cancel__drops_what_waits__other_transfer),
        WITH_WORLD(http_start__works__in_on_done),
        WITH_WORLD(http_start__reuses_connection__second_request),
        WITH_WORLD(http_start__connects_anew__server_closed_the_idle_connection),
        WITH_WORLD(http_result__has_times_in_order__new_connection),
        WITH_WORLD(http_start__serves_all__two_hundred_at_once),
        WITH_WORLD(http_free__cancels_without_callbacks__transfers_running),
        WITH_WORLD(http__wakes_nobody__between_transfers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

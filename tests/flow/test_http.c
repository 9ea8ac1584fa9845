/*
 * HTTP transfers against a server that sends exactly the bytes of the test. Each call
 * keeps a trace of its callbacks, one letter each: c connected, h head, b body (several
 * in a row count once), d done.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <ev.h>

#include "src/base/clock.h"
#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "src/net/http.h"
#include "tests/support/loop_wait.h"
#include "tests/support/raw_server.h"

#define BODY_MAX ((size_t)8 << 20)

struct world {
    struct ev_loop *loop;
    struct raw_server *server;
    struct http *http;
};

struct call {
    struct world *world;
    struct http_transfer *transfer;
    char trace[64];
    struct strbuf body;
    size_t body_calls;
    int status;
    char *content_type;
    struct error error;
    struct http_result result; /* without its error */
    bool is_done;
    char cancel_at; /* the callback in which to cancel `victim` */
    struct call *victim;
    struct call *follower; /* started in on_done */
};

/* --- The world and its calls ---------------------------------------------------------
 */

static int set_up(void **state)
{
    struct world *world = mem_alloc(sizeof(*world));
    struct error err = {.class = ERROR_NONE};
    world->loop = ev_loop_new(EVFLAG_AUTO);
    world->server = raw_server_new(world->loop);
    world->http = http_new(world->loop, &err);
    assert_non_null(world->http);
    *state = world;
    return 0;
}

static int tear_down(void **state)
{
    struct world *world = *state;
    http_free(world->http);
    raw_server_free(world->server);
    ev_loop_destroy(world->loop);
    mem_free(world);
    return 0;
}

static void start(struct call *call, const char *url);

static void note(struct call *call, char event)
{
    const size_t len = strlen(call->trace);
    assert_false(call->is_done);
    if (len == 0 || call->trace[len - 1] != event) {
        assert_true(len + 1 < sizeof(call->trace));
        call->trace[len] = event;
    }
    if (event == 'd')
        call->is_done = true;
    if (call->cancel_at == event) {
        http_cancel(call->victim->transfer);
        call->victim->transfer = NULL;
        call->cancel_at = 0;
    }
}

static void on_connected(void *user)
{
    note(user, 'c');
}

static void on_head(void *user, const struct http_head *head)
{
    struct call *call = user;
    call->status = head->status;
    call->content_type = mem_strdup(header_list_get(&head->headers, "content-type"));
    note(call, 'h');
}

static void on_body(void *user, const char *bytes, size_t len)
{
    struct call *call = user;
    assert_true(len > 0);
    assert_true(strbuf_append(&call->body, bytes, len));
    call->body_calls++;
    note(call, 'b');
}

static void on_done(void *user, const struct http_result *result)
{
    struct call *call = user;
    call->result = *result;
    call->result.error = (struct error){.class = ERROR_NONE};
    error_set(&call->error, result->error.class, "%s", error_text(&result->error));
    if (call->follower != NULL)
        start(call->follower, raw_server_get_url(call->world->server));
    note(call, 'd');
}

static void call_init(struct call *call, struct world *world)
{
    *call = (struct call){.world = world};
    strbuf_init(&call->body, BODY_MAX);
}

static void call_clear(struct call *call)
{
    strbuf_clear(&call->body);
    mem_free(call->content_type);
    error_clear(&call->error);
}

static void start_request(struct call *call, const struct http_request *request)
{
    const struct http_handler handler = {on_connected, on_head, on_body, on_done, call};
    struct error err = {.class = ERROR_NONE};
    call->transfer = http_start(call->world->http, request, &handler, &err);
    assert_string_equal(error_text(&err), "");
    assert_non_null(call->transfer);
}

static void start(struct call *call, const char *url)
{
    start_request(call, &(struct http_request){.url = url});
}

static bool is_done(void *user)
{
    const struct call *call = user;
    return call->is_done;
}

static void wait_done(struct call *call)
{
    assert_true(loop_wait(call->world->loop, is_done, call));
}

/* Makes the URL of the server with another scheme or host; the caller frees. */
static char *make_url(const struct world *world, const char *before_port)
{
    return strbuf_format("%s:%d/v1?key=SECRET", before_port,
                         raw_server_get_port(world->server));
}

/* One GET of the server, to its end. */
static void get(struct call *call, struct world *world)
{
    call_init(call, world);
    start(call, raw_server_get_url(world->server));
    wait_done(call);
}

static void expect_error(const struct call *call, enum error_class class,
                         const char *words)
{
    if (call->error.class != class || strstr(error_text(&call->error), words) == NULL)
        fail_msg("expected %s with \"%s\", got %s: %s", error_class_get(class)->name,
                 words, error_class_get(call->error.class)->name,
                 error_text(&call->error));
    assert_null(strstr(error_text(&call->error), "SECRET"));
}

/* --- Answers that come whole -----------------------------------------------------------
 */

static void http_start__delivers_in_order__simple_answer(void **state)
{
    struct world *world = *state;
    struct call call;
    raw_server_answer_text(world->server,
                           "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
                           "Content-Length: 5\r\n\r\nhello");
    get(&call, world);
    assert_string_equal(call.trace, "chbd");
    assert_int_equal(call.status, 200);
    assert_string_equal(call.content_type, "text/plain");
    assert_string_equal(strbuf_text(&call.body), "hello");
    assert_int_equal(call.error.class, ERROR_NONE);
    assert_string_equal(call.result.http_version, "1.1");
    call_clear(&call);
}

static void http_start__does_not_call_back__before_it_returns(void **state)
{
    struct world *world = *state;
    struct call call;
    raw_server_answer_text(world->server, "HTTP/1.1 204 No Content\r\n\r\n");
    call_init(&call, world);
    start(&call, raw_server_get_url(world->server));
    assert_string_equal(call.trace, "");
    wait_done(&call);
    call_clear(&call);
}

static void http_start__sends_body_and_fields__post(void **state)
{
    struct world *world = *state;
    struct header_list headers = {.items = NULL};
    struct call call;
    header_list_add(&headers, "Content-Type", "application/json");
    header_list_add(&headers, "X-Empty", "");
    raw_server_answer_text(world->server, "HTTP/1.1 204 No Content\r\n\r\n");
    call_init(&call, world);
    start_request(&call, &(struct http_request){
                             .url = raw_server_get_url(world->server),
                             .headers = &headers,
                             .body = "{\"a\":\0 1}",
                             .body_len = 9,
                         });
    header_list_clear(&headers); /* everything was copied */
    wait_done(&call);
    const struct raw_request *request = raw_server_get_request(world->server, 0);
    assert_non_null(request);
    assert_memory_equal(request->bytes, "POST / HTTP/1.1\r\n", 17);
    assert_non_null(strstr(request->bytes, "\r\nContent-Type: application/json\r\n"));
    assert_non_null(strstr(request->bytes, "\r\nX-Empty:\r\n"));
    assert_non_null(strstr(request->bytes, "\r\nUser-Agent: motet/"));
    assert_null(strstr(request->bytes, "Expect"));
    assert_null(strstr(request->bytes, "Accept-Encoding"));
    assert_int_equal(request->body_len, 9);
    assert_memory_equal(request->body, "{\"a\":\0 1}", 9);
    call_clear(&call);
}

static void http_start__sends_no_expect__large_body(void **state)
{
    struct world *world = *state;
    const size_t len = (size_t)4 << 20;
    char *body = mem_alloc(len);
    struct call call;
    raw_server_answer_text(world->server, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    call_init(&call, world);
    start_request(&call, &(struct http_request){.url = raw_server_get_url(world->server),
                                                .body = body,
                                                .body_len = len});
    mem_free(body);
    wait_done(&call);
    assert_int_equal(raw_server_get_request(world->server, 0)->body_len, len);
    assert_null(strstr(raw_server_get_request(world->server, 0)->bytes, "Expect"));
    call_clear(&call);
}

static void http_start__refuses__field_with_line_end(void **state)
{
    struct world *world = *state;
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
    struct world *world = *state;
    struct error err = {.class = ERROR_NONE};
    const struct http_handler handler = {.user = NULL};
    assert_null(http_start(world->http, &(struct http_request){.url = "ftp://host/"},
                           &handler, &err));
    assert_int_equal(err.class, ERROR_BAD_REQUEST);
    error_clear(&err);
}

static void http_start__delivers_status__error_answer(void **state)
{
    struct world *world = *state;
    struct call call;
    raw_server_answer_text(world->server,
                           "HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nbusy");
    get(&call, world);
    assert_int_equal(call.status, 503);
    assert_string_equal(strbuf_text(&call.body), "busy");
    assert_int_equal(call.error.class, ERROR_NONE);
    call_clear(&call);
}

static void http_start__does_not_follow__redirect(void **state)
{
    struct world *world = *state;
    struct call call;
    raw_server_answer_text(world->server,
                           "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n"
                           "Content-Length: 0\r\n\r\n");
    get(&call, world);
    assert_int_equal(call.status, 302);
    assert_int_equal(call.error.class, ERROR_NONE);
    assert_int_equal(raw_server_count_requests(world->server), 1);
    call_clear(&call);
}

/* --- Answers in pieces
 * ------------------------------------------------------------------ */

static void http_deliver__joins__chunked_body_bytewise(void **state)
{
    struct world *world = *state;
    struct call call;
    const struct raw_step steps[] = {
        {RAW_SEND, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", 0},
        {RAW_SEND_BYTEWISE, "5\r\nhello\r\n1\r\n \r\n5\r\nworld\r\n0\r\nX-T: 1\r\n\r\n",
         0},
    };
    raw_server_answer(world->server, steps, COUNT_OF(steps));
    get(&call, world);
    assert_string_equal(strbuf_text(&call.body), "hello world");
    assert_int_equal(call.error.class, ERROR_NONE);
    /* Each byte was a read of its own, so it was a delivery of its own. */
    assert_int_equal(call.body_calls, 11);
    call_clear(&call);
}

static void http_deliver__gives_one_head__split_bytewise(void **state)
{
    struct world *world = *state;
    struct call call;
    const struct raw_step step = {RAW_SEND_BYTEWISE,
                                  "HTTP/1.1 200 OK\r\nContent-Type: a/b\r\n"
                                  "Content-Length: 2\r\n\r\nok",
                                  0};
    raw_server_answer(world->server, &step, 1);
    get(&call, world);
    assert_string_equal(call.trace, "chbd");
    assert_string_equal(call.content_type, "a/b");
    assert_string_equal(strbuf_text(&call.body), "ok");
    call_clear(&call);
}

static void http_deliver__gives_final_head__after_interim_responses(void **state)
{
    struct world *world = *state;
    struct call call;
    raw_server_answer_text(world->server,
                           "HTTP/1.1 100 Continue\r\nContent-Type: wrong/one\r\n\r\n"
                           "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
                           "HTTP/1.1 200 OK\r\nContent-Type: right/one\r\n"
                           "Content-Length: 2\r\n\r\nok");
    get(&call, world);
    assert_string_equal(call.trace, "chbd");
    assert_int_equal(call.status, 200);
    assert_string_equal(call.content_type, "right/one");
    call_clear(&call);
}

static bool has_body(void *user)
{
    const struct call *call = user;
    return call->body.len > 0;
}

static void http_deliver__gives_body_at_once__while_server_holds(void **state)
{
    struct world *world = *state;
    struct call call;
    const struct raw_step steps[] = {
        {RAW_SEND, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n",
         0},
        {RAW_HOLD, NULL, 0},
        {RAW_SEND, "3\r\ntwo\r\n0\r\n\r\n", 0},
    };
    raw_server_answer(world->server, steps, COUNT_OF(steps));
    call_init(&call, world);
    start(&call, raw_server_get_url(world->server));
    assert_true(loop_wait(world->loop, has_body, &call));
    assert_string_equal(strbuf_text(&call.body), "one");
    assert_false(call.is_done);
    while (raw_server_count_held(world->server) == 0)
        ev_run(world->loop, EVRUN_ONCE);
    raw_server_release(world->server);
    wait_done(&call);
    assert_string_equal(strbuf_text(&call.body), "onetwo");
    call_clear(&call);
}

static void http_deliver__is_clean__body_ended_by_close(void **state)
{
    struct world *world = *state;
    struct call call;
    const struct raw_step steps[] = {{RAW_SEND, "HTTP/1.0 200 OK\r\n\r\nall", 0},
                                     {RAW_CLOSE, NULL, 0}};
    raw_server_answer(world->server, steps, COUNT_OF(steps));
    get(&call, world);
    assert_string_equal(strbuf_text(&call.body), "all");
    assert_int_equal(call.error.class, ERROR_NONE);
    assert_string_equal(call.result.http_version, "1.0");
    call_clear(&call);
}

static void http_deliver__keeps_all_bytes__two_megabytes(void **state)
{
    struct world *world = *state;
    const size_t len = (size_t)2 << 20;
    char *body = mem_alloc(len + 1);
    for (size_t i = 0; i < len; i++)
        body[i] = (char)('a' + (i * 7 + i / 251) % 26);
    const struct raw_step steps[] = {
        {RAW_SEND, "HTTP/1.1 200 OK\r\nContent-Length: 2097152\r\n\r\n", 0},
        {RAW_SEND, body, len}};
    struct call call;
    raw_server_answer(world->server, steps, COUNT_OF(steps));
    get(&call, world);
    assert_int_equal(call.body.len, len);
    assert_memory_equal(call.body.text, body, len);
    mem_free(body);
    call_clear(&call);
}

/* --- Failures
 * ----------------------------------------------------------------------------- */

static void http_failure__is_refused__port_nobody_listens_on(void **state)
{
    struct world *world = *state;
    struct raw_server *gone = raw_server_new(world->loop);
    char *url = strbuf_format("%s/?key=SECRET", raw_server_get_url(gone));
    char *words = strbuf_format("cannot connect to 127.0.0.1:%d: connection refused",
                                raw_server_get_port(gone));
    struct call call;
    raw_server_free(gone);
    call_init(&call, world);
    start(&call, url);
    wait_done(&call);
    expect_error(&call, ERROR_NETWORK_REFUSED, words);
    assert_string_equal(call.trace, "d");
    assert_null(call.result.http_version);
    assert_false(call.result.is_reused);
    assert_int_equal(call.result.connect_us, -1);
    assert_int_equal(call.result.first_byte_us, -1);
    mem_free(words);
    mem_free(url);
    call_clear(&call);
}

static void http_failure__is_dns__name_that_does_not_resolve(void **state)
{
    struct world *world = *state;
    struct call call;
    call_init(&call, world);
    /* A label may have 63 bytes: the resolver refuses it without asking the network. */
    start(&call,
          "http://"
          "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
          ".invalid/?key=SECRET");
    wait_done(&call);
    expect_error(&call, ERROR_NETWORK_DNS, ".invalid does not resolve");
    call_clear(&call);
}

static void http_failure__is_reset__reset_in_mid_body(void **state)
{
    struct world *world = *state;
    struct call call;
    const struct raw_step steps[] = {
        {RAW_SEND, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart", 0},
        {RAW_RESET, NULL, 0}};
    raw_server_answer(world->server, steps, COUNT_OF(steps));
    get(&call, world);
    expect_error(&call, ERROR_NETWORK_RESET, "was lost");
    assert_string_equal(strbuf_text(&call.body), "part");
    assert_string_equal(call.trace, "chbd");
    call_clear(&call);
}

static void http_failure__is_reset__closed_before_content_length(void **state)
{
    struct world *world = *state;
    struct call call;
    const struct raw_step steps[] = {
        {RAW_SEND, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart", 0},
        {RAW_CLOSE, NULL, 0}};
    raw_server_answer(world->server, steps, COUNT_OF(steps));
    get(&call, world);
    expect_error(&call, ERROR_NETWORK_RESET, "before the end of the answer");
    assert_string_equal(strbuf_text(&call.body), "part");
    call_clear(&call);
}

static void http_failure__is_reset__closed_without_last_chunk(void **state)
{
    struct world *world = *state;
    struct call call;
    const struct raw_step steps[] = {
        {RAW_SEND, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npart\r\n",
         0},
        {RAW_CLOSE, NULL, 0}};
    raw_server_answer(world->server, steps, COUNT_OF(steps));
    get(&call, world);
    expect_error(&call, ERROR_NETWORK_RESET, "before the end of the answer");
    call_clear(&call);
}

static void http_failure__is_reset__closed_without_an_answer(void **state)
{
    struct world *world = *state;
    struct call call;
    const struct raw_step step = {RAW_CLOSE, NULL, 0};
    raw_server_answer(world->server, &step, 1);
    get(&call, world);
    expect_error(&call, ERROR_NETWORK_RESET, "without an answer");
    assert_string_equal(call.trace, "cd");
    assert_int_equal(call.result.first_byte_us, -1);
    call_clear(&call);
}

static void http_failure__is_protocol__answer_without_header(void **state)
{
    struct world *world = *state;
    struct call call;
    const struct raw_step steps[] = {{RAW_SEND, "SSH-2.0-something\r\n", 0},
                                     {RAW_CLOSE, NULL, 0}};
    raw_server_answer(world->server, steps, COUNT_OF(steps));
    get(&call, world);
    expect_error(&call, ERROR_PROTOCOL, "not valid HTTP");
    call_clear(&call);
}

static void http_failure__is_protocol__endless_header(void **state)
{
    struct world *world = *state;
    struct call call;
    struct strbuf head;
    strbuf_init(&head, STRBUF_OWN_MAX);
    strbuf_append_text(&head, "HTTP/1.1 200 OK\r\n");
    while (head.len < (size_t)300 << 10)
        strbuf_append_text(&head,
                           "X-Padding: 0123456789012345678901234567890123456789\r\n");
    raw_server_answer_text(world->server, strbuf_text(&head));
    strbuf_clear(&head);
    get(&call, world);
    expect_error(&call, ERROR_PROTOCOL, "header");
    assert_string_equal(call.trace, "cd");
    call_clear(&call);
}

static void http_failure__is_protocol__endless_header_line(void **state)
{
    struct world *world = *state;
    struct call call;
    const size_t len = (size_t)300 << 10;
    char *head = mem_alloc(len + 1);
    memset(head, 'x', len);
    memcpy(head, "HTTP/1.1 200 OK\r\nX-Long: ", 25);
    raw_server_answer_text(world->server, head);
    mem_free(head);
    get(&call, world);
    assert_int_equal(call.error.class, ERROR_PROTOCOL);
    call_clear(&call);
}

static void http_failure__is_timeout_connect__handshake_that_never_comes(void **state)
{
    struct world *world = *state;
    char *url = make_url(world, "https://127.0.0.1");
    struct call call;
    call_init(&call, world);
    /* The server accepts and says nothing: TLS belongs to connecting. */
    start_request(&call, &(struct http_request){.url = url, .connect_timeout_ms = 50});
    wait_done(&call);
    expect_error(&call, ERROR_TIMEOUT_CONNECT, "within 0.05 s");
    assert_string_equal(call.trace, "d");
    mem_free(url);
    call_clear(&call);
}

static void http_failure__is_tls__plain_text_server(void **state)
{
    struct world *world = *state;
    const struct raw_step step = {RAW_SEND, "HTTP/1.1 400 Bad Request\r\n\r\n", 0};
    char *url = make_url(world, "https://127.0.0.1");
    struct call call;
    raw_server_greet(world->server, &step, 1);
    call_init(&call, world);
    start(&call, url);
    wait_done(&call);
    expect_error(&call, ERROR_NETWORK_TLS, "TLS to 127.0.0.1:");
    assert_string_equal(call.trace, "d");
    mem_free(url);
    call_clear(&call);
}

static void http_failure__is_reset__reset_in_tls_handshake(void **state)
{
    struct world *world = *state;
    const struct raw_step step = {RAW_RESET, NULL, 0};
    char *url = make_url(world, "https://127.0.0.1");
    struct call call;
    raw_server_greet(world->server, &step, 1);
    call_init(&call, world);
    start(&call, url);
    wait_done(&call);
    expect_error(&call, ERROR_NETWORK_RESET, "was lost");
    mem_free(url);
    call_clear(&call);
}

static void http_failure__is_tls__ca_file_that_is_not_there(void **state)
{
    struct world *world = *state;
    char *url = make_url(world, "https://127.0.0.1");
    struct call call;
    call_init(&call, world);
    start_request(&call, &(struct http_request){.url = url, .ca_file = "/nonexistent"});
    wait_done(&call);
    expect_error(&call, ERROR_NETWORK_TLS, "/nonexistent");
    mem_free(url);
    call_clear(&call);
}

/* --- Cancelling and starting from callbacks
 * ------------------------------------------------- */

static const char whole_answer[] = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

static bool all_closed(void *user)
{
    const struct world *world = user;
    return raw_server_count_accepted(world->server) > 0 &&
           raw_server_count_open(world->server) == 0;
}

/* The transfer is cancelled in its own callback: nothing follows, the server sees the
 * connection end. */
static void check_cancel_at(struct world *world, char event, const char *trace)
{
    struct call call;
    const struct raw_step steps[] = {{RAW_SEND, whole_answer, 40}, {RAW_HOLD, NULL, 0}};
    raw_server_answer(world->server, steps, COUNT_OF(steps));
    call_init(&call, world);
    call.cancel_at = event;
    call.victim = &call;
    start(&call, raw_server_get_url(world->server));
    assert_true(loop_wait(world->loop, all_closed, world));
    assert_string_equal(call.trace, trace);
    assert_false(call.is_done);
    call_clear(&call);
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
    struct world *world = *state;
    struct call call;
    raw_server_answer_text(world->server, whole_answer);
    call_init(&call, world);
    call.cancel_at = 'd';
    call.victim = &call;
    start(&call, raw_server_get_url(world->server));
    wait_done(&call);
    assert_string_equal(call.trace, "chbd");
    call_clear(&call);
}

static void http_cancel__leaves_no_watcher__right_after_start(void **state)
{
    struct world *world = *state;
    struct call call;
    call_init(&call, world);
    start(&call, raw_server_get_url(world->server));
    http_cancel(call.transfer);
    raw_server_free(world->server);
    world->server = NULL;
    assert_true(loop_is_idle(world->loop));
    assert_string_equal(call.trace, "");
    call_clear(&call);
}

/* Two transfers end in the same turn of the loop; the first to be told cancels the other
 * one, which is already waiting to be told. */
static void http_cancel__drops_what_waits__other_transfer(void **state)
{
    struct world *world = *state;
    /* Two servers: transfers to one host may wait for its first connection. */
    struct raw_server *other = raw_server_new(world->loop);
    char *url = make_url(world, "https://127.0.0.1");
    char *other_url = strbuf_format("https://127.0.0.1:%d/", raw_server_get_port(other));
    struct call first;
    struct call second;
    call_init(&first, world);
    call_init(&second, world);
    first.cancel_at = 'd';
    first.victim = &second;
    second.cancel_at = 'd';
    second.victim = &first;
    start_request(&first, &(struct http_request){.url = url, .connect_timeout_ms = 1});
    start_request(&second,
                  &(struct http_request){.url = other_url, .connect_timeout_ms = 1});
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
    call_clear(&first);
    call_clear(&second);
}

static void http_start__works__in_on_done(void **state)
{
    struct world *world = *state;
    struct call first;
    struct call second;
    raw_server_answer_text(world->server, whole_answer);
    raw_server_answer_text(world->server, whole_answer);
    call_init(&first, world);
    call_init(&second, world);
    first.follower = &second;
    start(&first, raw_server_get_url(world->server));
    wait_done(&second);
    assert_true(first.is_done);
    assert_string_equal(strbuf_text(&second.body), "hello");
    call_clear(&first);
    call_clear(&second);
}

/* --- Connections
 * ------------------------------------------------------------------------------ */

static void http_start__reuses_connection__second_request(void **state)
{
    struct world *world = *state;
    struct call first;
    struct call second;
    raw_server_answer_text(world->server, whole_answer);
    raw_server_answer_text(world->server, whole_answer);
    get(&first, world);
    get(&second, world);
    assert_false(first.result.is_reused);
    assert_true(second.result.is_reused);
    assert_string_equal(second.trace, "chbd");
    assert_int_equal(raw_server_count_accepted(world->server), 1);
    call_clear(&first);
    call_clear(&second);
}

static void http_start__connects_anew__server_closed_the_idle_connection(void **state)
{
    struct world *world = *state;
    struct call first;
    struct call second;
    const struct raw_step steps[] = {{RAW_SEND, whole_answer, 0}, {RAW_CLOSE, NULL, 0}};
    raw_server_answer(world->server, steps, COUNT_OF(steps));
    raw_server_answer_text(world->server, whole_answer);
    get(&first, world);
    assert_true(loop_wait(world->loop, all_closed, world));
    get(&second, world);
    assert_int_equal(second.error.class, ERROR_NONE);
    assert_false(second.result.is_reused);
    assert_int_equal(raw_server_count_accepted(world->server), 2);
    call_clear(&first);
    call_clear(&second);
}

static void http_result__has_times_in_order__new_connection(void **state)
{
    struct world *world = *state;
    struct call call;
    raw_server_answer_text(world->server, whole_answer);
    get(&call, world);
    assert_true(call.result.dns_us >= 0);
    assert_true(call.result.connect_us >= call.result.dns_us);
    assert_true(call.result.first_byte_us >= call.result.connect_us);
    assert_int_equal(call.result.tls_us, -1);
    call_clear(&call);
}

static bool are_all_done(void *user)
{
    const struct call *calls = user;
    for (; calls->world != NULL; calls++)
        if (!calls->is_done)
            return false;
    return true;
}

static void http_start__serves_all__two_hundred_at_once(void **state)
{
    struct world *world = *state;
    enum { COUNT = 200 };
    const struct raw_step steps[] = {
        {RAW_SEND, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n",
         0},
        {RAW_SEND, "3\r\ntwo\r\n", 0},
        {RAW_SEND, "0\r\n\r\n", 0}};
    struct call *calls = mem_alloc_array(COUNT + 1, sizeof(*calls));
    raw_server_answer_always(world->server, steps, COUNT_OF(steps));
    for (size_t i = 0; i < COUNT; i++) {
        call_init(&calls[i], world);
        start(&calls[i], raw_server_get_url(world->server));
    }
    assert_true(loop_wait(world->loop, are_all_done, calls));
    for (size_t i = 0; i < COUNT; i++) {
        assert_string_equal(strbuf_text(&calls[i].body), "onetwo");
        assert_int_equal(calls[i].error.class, ERROR_NONE);
        call_clear(&calls[i]);
    }
    mem_free(calls);
}

static void http_free__cancels_without_callbacks__transfers_running(void **state)
{
    struct world *world = *state;
    struct call streaming;
    struct call waiting;
    const struct raw_step steps[] = {{RAW_SEND, whole_answer, 40}, {RAW_HOLD, NULL, 0}};
    raw_server_answer(world->server, steps, COUNT_OF(steps));
    call_init(&streaming, world);
    call_init(&waiting, world);
    start(&streaming, raw_server_get_url(world->server));
    assert_true(loop_wait(world->loop, has_body, &streaming));
    start(&waiting, raw_server_get_url(world->server));
    http_free(world->http);
    world->http = NULL;
    assert_true(loop_wait(world->loop, all_closed, world));
    assert_string_equal(streaming.trace, "chb");
    assert_string_equal(waiting.trace, "");
    call_clear(&streaming);
    call_clear(&waiting);
}

static void http__wakes_nobody__between_transfers(void **state)
{
    struct world *world = *state;
    struct call call;
    raw_server_answer_text(world->server, whole_answer);
    get(&call, world);
    /* The connection stays open in the pool; with the server gone nothing may keep the
     * loop alive. */
    raw_server_free(world->server);
    world->server = NULL;
    assert_true(loop_is_idle(world->loop));
    call_clear(&call);
}

/* --- URLs
 * ---------------------------------------------------------------------------------------
 */

static void http_check_url__accepts__http_and_https(void **state)
{
    (void)state;
    assert_true(http_check_url("http://host", NULL));
    assert_true(http_check_url("HTTPS://host:8443/v1/x?y=z", NULL));
    assert_true(http_check_url("http://[::1]:8080/v1", NULL));
    assert_true(http_check_url("http://user:password@host/", NULL));
}

static void http_check_url__refuses_with_its_name__anything_else(void **state)
{
    (void)state;
    static const char *const bad[][2] = {
        {"", "http:// or https://"},
        {"host/v1", "http:// or https://"},
        {"localhost:8080", "http:// or https://"},
        {"ftp://host/", "http:// or https://"},
        {"file:///etc/passwd", "http:// or https://"},
        {"http:/host", "http:// or https://"},
        {"http://", "no host"},
        {"http:///v1", "no host"},
        {"http://:80/", "no host"},
        {"http://?q", "no host"},
        {"http://host:99999/", "not valid"},
        {"http://host:port/", "not valid"},
        {"http://ho st/", "not valid"},
        {"http://[::1/", "not valid"},
        {"http://host/\n", "not valid"},
    };
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct error err = {.class = ERROR_NONE};
        if (http_check_url(bad[i][0], &err))
            fail_msg("accepted \"%s\"", bad[i][0]);
        assert_int_equal(err.class, ERROR_USAGE);
        if (strstr(error_text(&err), bad[i][1]) == NULL)
            fail_msg("\"%s\": %s", bad[i][0], error_text(&err));
        error_clear(&err);
    }
}

static void http_check_url__shows_no_secret__in_its_sentence(void **state)
{
    (void)state;
    struct error err = {.class = ERROR_NONE};
    assert_false(http_check_url("ftp://me:SECRET@host/path?key=SECRET#SECRET", &err));
    assert_null(strstr(error_text(&err), "SECRET"));
    assert_non_null(strstr(error_text(&err), "ftp://host/path"));
    error_clear(&err);
}

static void http_is_loopback__knows__this_machine(void **state)
{
    (void)state;
    assert_true(http_is_loopback("http://localhost:11434/v1"));
    assert_true(http_is_loopback("https://LOCALHOST/"));
    assert_true(http_is_loopback("http://127.0.0.1/"));
    assert_true(http_is_loopback("http://127.8.9.10:80/"));
    assert_true(http_is_loopback("http://[::1]:80/"));
    assert_false(http_is_loopback("http://128.0.0.1/"));
    assert_false(http_is_loopback("http://localhost.example.com/"));
    assert_false(http_is_loopback("http://127.0.0.1.example.com/"));
    assert_false(http_is_loopback("http://[::2]/"));
    assert_false(http_is_loopback("http://example.com/127.0.0.1"));
    assert_false(http_is_loopback("no url"));
}

#define WITH_WORLD(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_WORLD(http_start__delivers_in_order__simple_answer),
        WITH_WORLD(http_start__does_not_call_back__before_it_returns),
        WITH_WORLD(http_start__sends_body_and_fields__post),
        WITH_WORLD(http_start__sends_no_expect__large_body),
        WITH_WORLD(http_start__refuses__field_with_line_end),
        WITH_WORLD(http_start__refuses__bad_url),
        WITH_WORLD(http_start__delivers_status__error_answer),
        WITH_WORLD(http_start__does_not_follow__redirect),
        WITH_WORLD(http_deliver__joins__chunked_body_bytewise),
        WITH_WORLD(http_deliver__gives_one_head__split_bytewise),
        WITH_WORLD(http_deliver__gives_final_head__after_interim_responses),
        WITH_WORLD(http_deliver__gives_body_at_once__while_server_holds),
        WITH_WORLD(http_deliver__is_clean__body_ended_by_close),
        WITH_WORLD(http_deliver__keeps_all_bytes__two_megabytes),
        WITH_WORLD(http_failure__is_refused__port_nobody_listens_on),
        WITH_WORLD(http_failure__is_dns__name_that_does_not_resolve),
        WITH_WORLD(http_failure__is_reset__reset_in_mid_body),
        WITH_WORLD(http_failure__is_reset__closed_before_content_length),
        WITH_WORLD(http_failure__is_reset__closed_without_last_chunk),
        WITH_WORLD(http_failure__is_reset__closed_without_an_answer),
        WITH_WORLD(http_failure__is_protocol__answer_without_header),
        WITH_WORLD(http_failure__is_protocol__endless_header),
        WITH_WORLD(http_failure__is_protocol__endless_header_line),
        WITH_WORLD(http_failure__is_timeout_connect__handshake_that_never_comes),
        WITH_WORLD(http_failure__is_tls__plain_text_server),
        WITH_WORLD(http_failure__is_reset__reset_in_tls_handshake),
        WITH_WORLD(http_failure__is_tls__ca_file_that_is_not_there),
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
        cmocka_unit_test(http_check_url__accepts__http_and_https),
        cmocka_unit_test(http_check_url__refuses_with_its_name__anything_else),
        cmocka_unit_test(http_check_url__shows_no_secret__in_its_sentence),
        cmocka_unit_test(http_is_loopback__knows__this_machine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

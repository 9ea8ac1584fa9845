/* Each way an exchange can fail: its class and the words of its sentence. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "src/net/http_failure.h"
#include "tests/support/http_call.h"

static void expect_error(const struct http_call *call, enum error_class class,
                         const char *words)
{
    if (call->error.class != class || strstr(error_text(&call->error), words) == NULL)
        fail_msg("expected %s with \"%s\", got %s: %s", error_class_get(class)->name,
                 words, error_class_get(call->error.class)->name,
                 error_text(&call->error));
    assert_null(strstr(error_text(&call->error), "SECRET"));
}

static void http_failure__is_refused__port_nobody_listens_on(void **state)
{
    struct http_world *world = *state;
    struct raw_server *gone = raw_server_new(world->loop);
    char *url = strbuf_format("%s/?key=SECRET", raw_server_get_url(gone));
    char *words = strbuf_format("cannot connect to 127.0.0.1:%d: connection refused",
                                raw_server_get_port(gone));
    struct http_call call;
    raw_server_free(gone);
    http_call_init(&call, world);
    http_call_start(&call, url);
    http_call_wait(&call);
    expect_error(&call, ERROR_NETWORK_REFUSED, words);
    assert_string_equal(call.trace, "d");
    assert_null(call.result.http_version);
    assert_false(call.result.is_reused);
    assert_int_equal(call.result.connect_us, -1);
    assert_int_equal(call.result.first_byte_us, -1);
    mem_free(words);
    mem_free(url);
    http_call_clear(&call);
}

/* Asks for a host of the network through a proxy; nothing is asked of the network, since
 * the proxy is not there. */
static void call_through(struct http_call *call, struct http_world *world,
                         const char *proxy)
{
    http_call_init(call, world);
    http_call_start_request(
        call, &(struct http_request){.url = "http://server.invalid:8080/?key=SECRET",
                                     .proxy = proxy});
    http_call_wait(call);
}

static void http_failure__names_the_proxy__that_nobody_listens_on(void **state)
{
    static const char *const schemes[] = {"http", "socks5h"};
    struct http_world *world = *state;
    struct raw_server *gone = raw_server_new(world->loop);
    const int port = raw_server_get_port(gone);
    raw_server_free(gone);
    char *words = strbuf_format("cannot connect to server.invalid:8080: the proxy "
                                "127.0.0.1:%d cannot be reached",
                                port);
    for (size_t i = 0; i < COUNT_OF(schemes); i++) {
        char *proxy = strbuf_format("%s://me:SECRET@127.0.0.1:%d", schemes[i], port);
        struct http_call call;
        call_through(&call, world, proxy);
        expect_error(&call, ERROR_NETWORK_REFUSED, words);
        http_call_clear(&call);
        mem_free(proxy);
    }
    mem_free(words);
}

static void http_failure__names_the_proxy__that_has_the_address_of_the_server(
    void **state)
{
    struct http_world *world = *state;
    struct raw_server *gone = raw_server_new(world->loop);
    const int port = raw_server_get_port(gone);
    raw_server_free(gone);
    char *proxy = strbuf_format("http://127.0.0.1:%d", port);
    char *words = strbuf_format("the proxy 127.0.0.1:%d cannot be reached", port);
    struct http_call call;
    http_call_init(&call, world);
    http_call_start_request(
        &call,
        &(struct http_request){.url = raw_server_get_url(world->server), .proxy = proxy});
    http_call_wait(&call);
    expect_error(&call, ERROR_NETWORK_REFUSED, words);
    http_call_clear(&call);
    mem_free(proxy);
    mem_free(words);
}

/* A label may have 63 bytes: the resolver refuses it without asking the network. */
#define LONG_NAME                                                                        \
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.invalid"

static void http_failure__names_the_proxy__that_does_not_resolve(void **state)
{
    static const char *const proxies[] = {"http://me:SECRET@" LONG_NAME ":3128",
                                          "socks5h://" LONG_NAME ":1080"};
    struct http_world *world = *state;
    for (size_t i = 0; i < COUNT_OF(proxies); i++) {
        struct http_call call;
        call_through(&call, world, proxies[i]);
        expect_error(&call, ERROR_NETWORK_DNS,
                     "the name of the proxy " LONG_NAME " does not resolve");
        http_call_clear(&call);
    }
}

static void http_failure__is_dns__name_that_does_not_resolve(void **state)
{
    struct http_world *world = *state;
    struct http_call call;
    http_call_init(&call, world);
    /* A label may have 63 bytes: the resolver refuses it without asking the network. */
    http_call_start(
        &call,
        "http://"
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
        ".invalid/?key=SECRET");
    http_call_wait(&call);
    expect_error(&call, ERROR_NETWORK_DNS, ".invalid does not resolve");
    http_call_clear(&call);
}

static void http_failure__reads__the_words_of_other_versions(void **state)
{
    static const struct {
        const char *words;
        const char *expected;
    } cases[] = {
        {"Failed to connect to server.invalid port 443 via 10.0.0.1 after 1 ms: Could "
         "not",
         "the proxy 10.0.0.1 cannot be reached"},
        {"Failed to connect to ::1 port 3128 after 1 ms: Couldn't connect to server",
         "the proxy [::1]:3128 cannot be reached"},
        {"Failed to connect to server.invalid port 443 after 1 ms: Couldn't connect",
         "cannot connect to server.invalid:443: Failed"},
        {"Connection refused",
         "cannot connect to server.invalid:443: Connection refused"},
        {"not\x1b[31m nice.\n", "server.invalid:443: not\u241b[31m nice"},
        {"", "cannot connect to server.invalid:443: Couldn't connect to server"},
    };
    (void)state;
    struct http_url url;
    assert_true(http_url_parse("https://server.invalid/", &url, NULL));
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct error err = {ERROR_NONE, NULL};
        const struct http_failure failure = {
            .code = CURLE_COULDNT_CONNECT, .url = &url, .words = cases[i].words};
        http_failure_describe(&failure, &err);
        assert_int_equal(err.class, ERROR_NETWORK_REFUSED);
        if (strstr(error_text(&err), cases[i].expected) == NULL)
            fail_msg("%s", error_text(&err));
        error_clear(&err);
    }
    http_url_clear(&url);
}

static void http_failure__is_reset__reset_in_mid_body(void **state)
{
    struct http_world *world = *state;
    struct http_call call;
    const struct raw_step steps[] = {
        {RAW_SEND, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart", 0},
        {RAW_RESET, NULL, 0}};
    raw_server_answer(world->server, steps, COUNT_OF(steps));
    http_call_get(&call, world);
    expect_error(&call, ERROR_NETWORK_RESET, "was lost");
    assert_string_equal(strbuf_text(&call.body), "part");
    assert_string_equal(call.trace, "chbd");
    http_call_clear(&call);
}

static void http_failure__is_reset__closed_before_content_length(void **state)
{
    struct http_world *world = *state;
    struct http_call call;
    const struct raw_step steps[] = {
        {RAW_SEND, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart", 0},
        {RAW_CLOSE, NULL, 0}};
    raw_server_answer(world->server, steps, COUNT_OF(steps));
    http_call_get(&call, world);
    expect_error(&call, ERROR_NETWORK_RESET, "before the end of the answer");
    assert_string_equal(strbuf_text(&call.body), "part");
    http_call_clear(&call);
}

static void http_failure__is_reset__closed_without_last_chunk(void **state)
{
    struct http_world *world = *state;
    struct http_call call;
    const struct raw_step steps[] = {
        {RAW_SEND, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npart\r\n",
         0},
        {RAW_CLOSE, NULL, 0}};
    raw_server_answer(world->server, steps, COUNT_OF(steps));
    http_call_get(&call, world);
    expect_error(&call, ERROR_NETWORK_RESET, "before the end of the answer");
    http_call_clear(&call);
}

static void http_failure__is_reset__closed_without_an_answer(void **state)
{
    struct http_world *world = *state;
    struct http_call call;
    const struct raw_step step = {RAW_CLOSE, NULL, 0};
    raw_server_answer(world->server, &step, 1);
    http_call_get(&call, world);
    expect_error(&call, ERROR_NETWORK_RESET, "without an answer");
    assert_string_equal(call.trace, "cd");
    assert_int_equal(call.result.first_byte_us, -1);
    http_call_clear(&call);
}

static void http_failure__is_protocol__answer_without_header(void **state)
{
    struct http_world *world = *state;
    struct http_call call;
    const struct raw_step steps[] = {{RAW_SEND, "SSH-2.0-something\r\n", 0},
                                     {RAW_CLOSE, NULL, 0}};
    raw_server_answer(world->server, steps, COUNT_OF(steps));
    http_call_get(&call, world);
    expect_error(&call, ERROR_PROTOCOL, "not valid HTTP");
    http_call_clear(&call);
}

static void http_failure__is_protocol__endless_header(void **state)
{
    struct http_world *world = *state;
    struct http_call call;
    struct strbuf head;
    strbuf_init(&head, STRBUF_OWN_MAX);
    strbuf_append_text(&head, "HTTP/1.1 200 OK\r\n");
    while (head.len < (size_t)300 << 10)
        strbuf_append_text(&head,
                           "X-Padding: 0123456789012345678901234567890123456789\r\n");
    raw_server_answer_text(world->server, strbuf_text(&head));
    strbuf_clear(&head);
    http_call_get(&call, world);
    expect_error(&call, ERROR_PROTOCOL, "header");
    assert_string_equal(call.trace, "cd");
    http_call_clear(&call);
}

static void http_failure__is_protocol__endless_header_line(void **state)
{
    struct http_world *world = *state;
    struct http_call call;
    const size_t len = (size_t)300 << 10;
    char *head = mem_alloc(len + 1);
    memset(head, 'x', len);
    memcpy(head, "HTTP/1.1 200 OK\r\nX-Long: ", 25);
    raw_server_answer_text(world->server, head);
    mem_free(head);
    http_call_get(&call, world);
    assert_int_equal(call.error.class, ERROR_PROTOCOL);
    http_call_clear(&call);
}

static void http_failure__is_timeout_connect__handshake_that_never_comes(void **state)
{
    struct http_world *world = *state;
    char *url = http_call_make_url(world, "https://127.0.0.1");
    struct http_call call;
    http_call_init(&call, world);
    /* The server accepts and says nothing: TLS belongs to connecting. */
    http_call_start_request(&call,
                            &(struct http_request){.url = url, .connect_timeout_ms = 50});
    http_call_wait(&call);
    expect_error(&call, ERROR_TIMEOUT_CONNECT, "within 0.05 s");
    assert_string_equal(call.trace, "d");
    mem_free(url);
    http_call_clear(&call);
}

static void http_failure__is_tls__plain_text_server(void **state)
{
    struct http_world *world = *state;
    const struct raw_step step = {RAW_SEND, "HTTP/1.1 400 Bad Request\r\n\r\n", 0};
    char *url = http_call_make_url(world, "https://127.0.0.1");
    struct http_call call;
    raw_server_greet(world->server, &step, 1);
    http_call_init(&call, world);
    http_call_start(&call, url);
    http_call_wait(&call);
    expect_error(&call, ERROR_NETWORK_TLS, "TLS to 127.0.0.1:");
    assert_string_equal(call.trace, "d");
    mem_free(url);
    http_call_clear(&call);
}

static void http_failure__is_reset__reset_in_tls_handshake(void **state)
{
    struct http_world *world = *state;
    const struct raw_step step = {RAW_RESET, NULL, 0};
    char *url = http_call_make_url(world, "https://127.0.0.1");
    struct http_call call;
    raw_server_greet(world->server, &step, 1);
    http_call_init(&call, world);
    http_call_start(&call, url);
    http_call_wait(&call);
    expect_error(&call, ERROR_NETWORK_RESET, "was lost");
    mem_free(url);
    http_call_clear(&call);
}

static void http_failure__is_tls__ca_file_that_is_not_there(void **state)
{
    struct http_world *world = *state;
    char *url = http_call_make_url(world, "https://127.0.0.1");
    struct http_call call;
    http_call_init(&call, world);
    http_call_start_request(
        &call, &(struct http_request){.url = url, .ca_file = "/nonexistent"});
    http_call_wait(&call);
    expect_error(&call, ERROR_NETWORK_TLS, "/nonexistent");
    mem_free(url);
    http_call_clear(&call);
}

#define WITH_WORLD(test)                                                                 \
    cmocka_unit_test_setup_teardown(test, http_call_set_up, http_call_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_WORLD(http_failure__is_refused__port_nobody_listens_on),
        WITH_WORLD(http_failure__names_the_proxy__that_nobody_listens_on),
        WITH_WORLD(http_failure__names_the_proxy__that_has_the_address_of_the_server),
        WITH_WORLD(http_failure__names_the_proxy__that_does_not_resolve),
        WITH_WORLD(http_failure__is_dns__name_that_does_not_resolve),
        WITH_WORLD(http_failure__reads__the_words_of_other_versions),
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
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * The engine through real servers in between: nginx with TLS and HTTP/2, and proxies. The
 * demo server stands behind them and answers. Skipped where nginx or openssl is missing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "src/base/compiler.h"
#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/demo/demo_server.h"
#include "tests/support/nginx_server.h"
#include "tests/support/service_world.h"
#include "tests/support/tiny_proxy.h"

#define KEY "sk-test-0123456789abcdef"

struct fixture {
    struct service_world world;
    struct nginx_server nginx;
    struct tiny_proxy proxy;
    struct endpoint endpoint; /* through nginx, with its authority */
};

/* Variables that lead elsewhere are not for the tests that do not set them. */
static void clear_environment(void)
{
    static const char *const names[] = {"http_proxy", "https_proxy",  "HTTPS_PROXY",
                                        "all_proxy",  "ALL_PROXY",    "no_proxy",
                                        "NO_PROXY",   "SSL_CERT_FILE"};
    for (size_t i = 0; i < COUNT_OF(names); i++)
        unsetenv(names[i]);
}

/* An endpoint at nginx's `port`, called by `host`. */
static void open_endpoint(struct fixture *fixture, const char *host, int port)
{
    struct error err = {.class = ERROR_NONE};
    endpoint_clear(&fixture->endpoint);
    char *url = strbuf_format("https://%s:%d", host, port);
    endpoint_init(&fixture->endpoint, "nginx", "openai-chat", url);
    fixture->endpoint.ca_file = mem_strdup(fixture->nginx.ca_file);
    fixture->endpoint.key = secret_from_text(KEY, strlen(KEY), "the test", &err);
    mem_free(url);
}

static int set_up(void **state)
{
    const char *why_not;
    struct fixture *fixture = mem_alloc(sizeof(*fixture));
    *state = fixture;
    clear_environment();
    service_world_init(&fixture->world, NULL);
    fixture->world.settings.values[SETTING_RETRIES] = 0;
    fixture->world.settings.values[SETTING_JOBS] = 64;
    tiny_proxy_init(&fixture->proxy, fixture->world.loop);
    if (!nginx_server_is_there(&why_not)) {
        print_message("skipped: %s\n", why_not);
        return 0;
    }
    const int port = demo_server_get_port(fixture->world.demo);
    nginx_server_init(&fixture->nginx, fixture->world.loop, port);
    open_endpoint(fixture, "127.0.0.1", fixture->nginx.port);
    fixture->proxy.tunnel_port = fixture->nginx.port;
    fixture->proxy.plain_port = port;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    engine_free(fixture->world.engine);
    fixture->world.engine = NULL;
    nginx_server_clear(&fixture->nginx);
    tiny_proxy_clear(&fixture->proxy);
    endpoint_clear(&fixture->endpoint);
    service_world_clear(&fixture->world);
    mem_free(fixture);
    clear_environment();
    return 0;
}

/* The fixture, if the servers are there; otherwise the test is skipped. */
static struct fixture *need_nginx(void **state)
{
    struct fixture *fixture = *state;
    if (fixture->nginx.folder == NULL)
        skip();
    return fixture;
}

static const struct message *ask(struct fixture *fixture, const struct endpoint *endpoint)
{
    return service_world_ask(&fixture->world, endpoint, "echo?rate=0&ttft=0", "hello");
}

static void assert_answered(const struct message *answer)
{
    char *text = service_world_text(answer, PART_TEXT);
    if (answer->state != MESSAGE_WHOLE)
        fail_msg("%s", error_text(&answer->facts.error));
    assert_string_equal(text, "hello");
    mem_free(text);
}

static void assert_failed(const struct message *answer, enum error_class class)
{
    if (answer->facts.error.class != class)
        fail_msg("%s: %s", error_class_get(answer->facts.error.class)->name,
                 error_text(&answer->facts.error));
    assert_null(strstr(error_text(&answer->facts.error), KEY));
}

/* --- TLS and HTTP/2
 * --------------------------------------------------------------------- */

static void nginx__carries_32_chats__over_one_connection(void **state)
{
    struct fixture *fixture = need_nginx(state);
    struct service_world *world = &fixture->world;
    enum { CHATS = 32 };
    chat_id chats[CHATS];
    for (size_t i = 0; i < CHATS; i++) {
        /* An answer takes a second: they are all under way at once. */
        chats[i] = service_world_open(world, &fixture->endpoint,
                                      "sage?ttft=0&rate=0.003&tokens=30");
        assert_true(engine_send(world->engine, chats[i], "hello", 5));
    }
    service_world_finish(world);
    for (size_t i = 0; i < CHATS; i++) {
        const struct message *answer =
            chat_last_by(engine_get_chat(world->engine, chats[i]), MESSAGE_ASSISTANT);
        assert_int_equal(answer->state, MESSAGE_WHOLE);
        assert_string_equal(answer->facts.http_version, "2");
    }
    nginx_server_wait_requests(&fixture->nginx, CHATS);
    assert_int_equal(nginx_server_count_connections(&fixture->nginx), 1);
    char *stats = service_world_fetch(world, "/demo/stats");
    assert_non_null(strstr(stats, "\"in_flight_max\":32"));
    mem_free(stats);
}

static void nginx__carries_every_protocol(void **state)
{
    struct fixture *fixture = need_nginx(state);
    for (size_t api = 0; api < SERVICE_COUNT; api++) {
        mem_free(fixture->endpoint.api);
        fixture->endpoint.api = mem_strdup(service_names[api]);
        assert_answered(ask(fixture, &fixture->endpoint));
    }
    assert_int_equal(nginx_server_count_connections(&fixture->nginx), 1);
}

struct turn_wait {
    struct engine *engine;
    chat_id chat;
};

static bool is_streaming(void *user)
{
    const struct turn_wait *wait = user;
    return engine_get_turn(wait->engine, wait->chat).state == TURN_STREAMING;
}

/* Opens a chat with the model and waits until its answer has begun. */
static chat_id begin(struct fixture *fixture, const char *model)
{
    struct service_world *world = &fixture->world;
    const chat_id chat = service_world_open(world, &fixture->endpoint, model);
    assert_true(engine_send(world->engine, chat, "hello", 5));
    struct turn_wait wait = {world->engine, chat};
    service_world_wait(world, is_streaming, &wait);
    return chat;
}

/* The server notices: it logs the request as ended. */
static void stopping__frees_the_stream__at_once(void **state)
{
    struct fixture *fixture = need_nginx(state);
    const chat_id chat = begin(fixture, "stall?rate=0&ttft=0");
    engine_stop(fixture->world.engine, chat);
    nginx_server_wait_requests(&fixture->nginx, 1);
    assert_answered(ask(fixture, &fixture->endpoint));
}

static void stopping__leaves_alone__who_shares_the_connection(void **state)
{
    struct fixture *fixture = need_nginx(state);
    struct service_world *world = &fixture->world;
    const chat_id stopped = begin(fixture, "stall?rate=0&ttft=0");
    const chat_id other = begin(fixture, "sage?rate=0.02&ttft=0&tokens=60");
    engine_stop(world->engine, stopped);
    service_world_finish(world);
    const struct message *answer =
        chat_last_by(engine_get_chat(world->engine, other), MESSAGE_ASSISTANT);
    assert_int_equal(answer->state, MESSAGE_WHOLE);
    nginx_server_wait_requests(&fixture->nginx, 2);
    assert_int_equal(nginx_server_count_connections(&fixture->nginx), 1);
}

static void wrong_authority__is_a_tls_error(void **state)
{
    struct fixture *fixture = need_nginx(state);
    mem_free(fixture->endpoint.ca_file);
    fixture->endpoint.ca_file = mem_strdup(fixture->nginx.other_ca_file);
    fixture->world.settings.values[SETTING_RETRIES] = 2;
    const struct message *answer = ask(fixture, &fixture->endpoint);
    assert_failed(answer, ERROR_NETWORK_TLS);
    assert_int_equal(answer->facts.attempts, 1);
    assert_null(strstr(strbuf_text(&fixture->nginx.log), "request "));
}

static void unknown_authority__is_a_tls_error(void **state)
{
    struct fixture *fixture = need_nginx(state);
    mem_free(fixture->endpoint.ca_file);
    fixture->endpoint.ca_file = NULL;
    assert_failed(ask(fixture, &fixture->endpoint), ERROR_NETWORK_TLS);
}

static void wrong_host_name__is_a_tls_error(void **state)
{
    struct fixture *fixture = need_nginx(state);
    open_endpoint(fixture, "127.0.0.2", fixture->nginx.port);
    fixture->endpoint.proxy = mem_strdup(fixture->proxy.url);
    assert_failed(ask(fixture, &fixture->endpoint), ERROR_NETWORK_TLS);
}

static void authority__of_the_environment__is_honoured(void **state)
{
    struct fixture *fixture = need_nginx(state);
    mem_free(fixture->endpoint.ca_file);
    fixture->endpoint.ca_file = NULL;
    assert_int_equal(setenv("SSL_CERT_FILE", fixture->nginx.ca_file, 1), 0);
    assert_answered(ask(fixture, &fixture->endpoint));
}

static void client_certificate__is_shown__where_it_is_wanted(void **state)
{
    struct fixture *fixture = need_nginx(state);
    open_endpoint(fixture, "127.0.0.1", fixture->nginx.client_port);
    assert_failed(ask(fixture, &fixture->endpoint), ERROR_BAD_REQUEST);
    fixture->endpoint.client_cert = mem_strdup(fixture->nginx.client_cert);
    fixture->endpoint.client_key = mem_strdup(fixture->nginx.client_key);
    assert_answered(ask(fixture, &fixture->endpoint));
}

/* --- Proxies
 * ---------------------------------------------------------------------------- */

/* An endpoint that only a proxy knows the way to. */
static struct endpoint *open_far_endpoint(struct fixture *fixture)
{
    open_endpoint(fixture, NGINX_SERVER_NAME, 443);
    return &fixture->endpoint;
}

static void proxy__of_the_environment__carries_tls_unseen(void **state)
{
    struct fixture *fixture = need_nginx(state);
    assert_int_equal(setenv("https_proxy", fixture->proxy.url, 1), 0);
    const struct message *answer = ask(fixture, open_far_endpoint(fixture));
    assert_answered(answer);
    assert_string_equal(answer->facts.http_version, "2");
    assert_int_equal(fixture->proxy.tunnels, 1);
    const char *asked = strbuf_text(&fixture->proxy.asked);
    assert_non_null(strstr(asked, "CONNECT " NGINX_SERVER_NAME ":443 "));
    assert_null(strstr(asked, KEY));
    assert_null(strstr(asked, "hello"));
}

static void proxy__of_the_endpoint__wins(void **state)
{
    struct fixture *fixture = need_nginx(state);
    assert_int_equal(setenv("https_proxy", "http://127.0.0.1:1", 1), 0);
    struct endpoint *endpoint = open_far_endpoint(fixture);
    endpoint->proxy = mem_strdup(fixture->proxy.url);
    assert_answered(ask(fixture, endpoint));
    assert_int_equal(fixture->proxy.tunnels, 1);
}

/* Plain HTTP needs no nginx: the proxy stands before the demo server itself. */
static void proxy__of_the_environment__carries_plain_requests(void **state)
{
    struct fixture *fixture = *state;
    struct endpoint endpoint;
    fixture->proxy.plain_port = demo_server_get_port(fixture->world.demo);
    endpoint_init(&endpoint, "far", "openai-chat", "http://" NGINX_SERVER_NAME);
    assert_int_equal(setenv("http_proxy", fixture->proxy.url, 1), 0);
    assert_answered(ask(fixture, &endpoint));
    assert_answered(ask(fixture, &endpoint));
    assert_int_equal(fixture->proxy.forwarded, 2);
    assert_int_equal(fixture->proxy.tunnels, 0);
    engine_free(fixture->world.engine);
    fixture->world.engine = NULL;
    endpoint_clear(&endpoint);
}

static void no_proxy__is_respected(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(setenv("http_proxy", fixture->proxy.url, 1), 0);
    assert_int_equal(setenv("https_proxy", fixture->proxy.url, 1), 0);
    assert_int_equal(setenv("no_proxy", "elsewhere.invalid," NGINX_SERVER_NAME, 1), 0);
    /* Without the proxy there is nobody of that name. */
    struct endpoint endpoint;
    endpoint_init(&endpoint, "far", "openai-chat", "http://" NGINX_SERVER_NAME);
    assert_failed(ask(fixture, &endpoint), ERROR_NETWORK_DNS);
    assert_int_equal(fixture->proxy.asked.len, 0);
    engine_free(fixture->world.engine);
    fixture->world.engine = NULL;
    endpoint_clear(&endpoint);
}

static void proxy__that_wants_a_password__gets_it_or_says_so(void **state)
{
    struct fixture *fixture = need_nginx(state);
    fixture->proxy.wants_password = true;
    struct endpoint *endpoint = open_far_endpoint(fixture);
    endpoint->proxy = mem_strdup(fixture->proxy.url);
    const struct message *answer = ask(fixture, endpoint);
    assert_failed(answer, ERROR_AUTH);
    assert_non_null(strstr(error_text(&answer->facts.error), "proxy"));
    assert_int_equal(fixture->proxy.refused, 1);
    mem_free(endpoint->proxy);
    endpoint->proxy =
        strbuf_format("http://anna:s3cret@127.0.0.1:%d", fixture->proxy.port);
    assert_answered(ask(fixture, endpoint));
    assert_int_equal(fixture->proxy.tunnels, 1);
    assert_null(strstr(strbuf_text(&fixture->nginx.log), "s3cret"));
}

static void proxy__that_refuses_plain_requests__is_named(void **state)
{
    struct fixture *fixture = *state;
    struct endpoint endpoint;
    fixture->proxy.wants_password = true;
    endpoint_init(&endpoint, "far", "openai-chat", "http://" NGINX_SERVER_NAME);
    endpoint.proxy = mem_strdup(fixture->proxy.url);
    const struct message *answer = ask(fixture, &endpoint);
    assert_failed(answer, ERROR_AUTH);
    assert_int_equal(answer->facts.status, 407);
    engine_free(fixture->world.engine);
    fixture->world.engine = NULL;
    endpoint_clear(&endpoint);
}

static void proxy__that_is_not_there__is_a_refused_connection(void **state)
{
    struct fixture *fixture = *state;
    struct endpoint endpoint;
    endpoint_init(&endpoint, "far", "openai-chat", "http://" NGINX_SERVER_NAME);
    endpoint.proxy = mem_strdup(fixture->proxy.url);
    tiny_proxy_clear(&fixture->proxy);
    assert_failed(ask(fixture, &endpoint), ERROR_NETWORK_REFUSED);
    engine_free(fixture->world.engine);
    fixture->world.engine = NULL;
    endpoint_clear(&endpoint);
}

#define NGINX_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        NGINX_TEST(nginx__carries_32_chats__over_one_connection),
        NGINX_TEST(nginx__carries_every_protocol),
        NGINX_TEST(stopping__frees_the_stream__at_once),
        NGINX_TEST(stopping__leaves_alone__who_shares_the_connection),
        NGINX_TEST(wrong_authority__is_a_tls_error),
        NGINX_TEST(unknown_authority__is_a_tls_error),
        NGINX_TEST(wrong_host_name__is_a_tls_error),
        NGINX_TEST(authority__of_the_environment__is_honoured),
        NGINX_TEST(client_certificate__is_shown__where_it_is_wanted),
        NGINX_TEST(proxy__of_the_environment__carries_tls_unseen),
        NGINX_TEST(proxy__of_the_endpoint__wins),
        NGINX_TEST(proxy__of_the_environment__carries_plain_requests),
        NGINX_TEST(no_proxy__is_respected),
        NGINX_TEST(proxy__that_wants_a_password__gets_it_or_says_so),
        NGINX_TEST(proxy__that_refuses_plain_requests__is_named),
        NGINX_TEST(proxy__that_is_not_there__is_a_refused_connection),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

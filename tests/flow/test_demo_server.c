/*
 * The demo server over real sockets, with server and clients on one loop. Speeds are
 * high, so that no test has to sit through a human pace; nothing here measures time.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <ev.h>

#include "src/base/compiler.h"
#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "src/base/utf8.h"
#include "src/demo/demo_model.h"
#include "src/demo/demo_server.h"
#include "tests/support/loop_wait.h"

struct fixture {
    struct ev_loop *loop;
    struct demo_server *server;
};

/* A client that collects what it is sent. */
struct client {
    struct ev_loop *loop;
    int fd;
    ev_io watcher;
    struct strbuf bytes;
    bool is_closed;
    const char *awaited; /* loop_wait ends when this stands in the bytes */
    size_t times;
};

static int setup(void **state)
{
    struct fixture *fixture = mem_alloc(sizeof(*fixture));
    fixture->loop = ev_loop_new(EVFLAG_AUTO);
    const struct demo_options options = {.speed = 10000, .seed = 1};
    struct error err = {.class = ERROR_NONE};
    fixture->server = demo_server_new(fixture->loop, &options, &err);
    error_clear(&err);
    *state = fixture;
    return fixture->server != NULL ? 0 : -1;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;
    demo_server_free(fixture->server);
    ev_loop_destroy(fixture->loop);
    mem_free(fixture);
    return 0;
}

/* ---- the client -------------------------------------------------------------------- */

static void on_bytes(struct ev_loop *loop, ev_io *watcher, int events)
{
    (void)events;
    struct client *client = watcher->data;
    char buf[65536];
    const ssize_t count = recv(client->fd, buf, sizeof(buf), 0);
    if (count < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (count > 0) {
        strbuf_append(&client->bytes, buf, (size_t)count);
        return;
    }
    client->is_closed = true;
    ev_io_stop(loop, watcher);
}

static void client_open(struct client *client, const struct fixture *fixture)
{
    *client = (struct client){.loop = fixture->loop};
    strbuf_init(&client->bytes, STRBUF_OWN_MAX);
    client->fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(client->fd >= 0);
    struct sockaddr_in address = {.sin_family = AF_INET};
    address.sin_port = htons(demo_server_get_port(fixture->server));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(connect(client->fd, (struct sockaddr *)&address, sizeof(address)),
                     0);
    fcntl(client->fd, F_SETFL, O_NONBLOCK);
    ev_io_init(&client->watcher, on_bytes, client->fd, EV_READ);
    client->watcher.data = client;
    ev_io_start(fixture->loop, &client->watcher);
}

static void client_close(struct client *client)
{
    ev_io_stop(client->loop, &client->watcher);
    close(client->fd);
    strbuf_clear(&client->bytes);
}

/* Sends a short request; the socket's buffer takes it at once. */
static void client_send(struct client *client, const char *request)
{
    strbuf_reset(&client->bytes);
    const ssize_t len = (ssize_t)strlen(request);
    assert_int_equal(send(client->fd, request, (size_t)len, MSG_NOSIGNAL), len);
}

/* Posts a chat request with this model, and these further members of the body. */
static void client_ask(struct client *client, const char *model, const char *rest)
{
    char *body = strbuf_format("{\"model\":\"%s\",%s}", model, rest);
    char *request = strbuf_format("POST /v1/chat/completions HTTP/1.1\r\nHost: demo\r\n"
                                  "Content-Length: %zu\r\n\r\n%s",
                                  strlen(body), body);
    client_send(client, request);
    mem_free(request);
    mem_free(body);
}

static bool has_awaited(void *user)
{
    const struct client *client = user;
    size_t times = 0;
    const char *at = strbuf_text(&client->bytes);
    while (times < client->times && (at = strstr(at, client->awaited)) != NULL) {
        at++;
        times++;
    }
    return times == client->times;
}

static void client_await(struct client *client, const char *awaited, size_t times)
{
    client->awaited = awaited;
    client->times = times;
    if (!loop_wait(client->loop, has_awaited, client))
        fail_msg("no %s in: %.2000s", awaited, strbuf_text(&client->bytes));
}

static bool is_closed(void *user)
{
    return ((const struct client *)user)->is_closed;
}

static bool has_closed_or_json_end(void *user)
{
    const struct client *client = user;
    const char *text = strbuf_text(&client->bytes);
    return client->is_closed || strstr(text, "}\n") != NULL ||
           strstr(text, "</html>\n") != NULL;
}

static const char streamed[] = "\"stream\":true,\"messages\":[{\"role\":\"user\","
                               "\"content\":\"Tell me of the sea\"}]";

static void assert_holds(const struct client *client, const char *words)
{
    if (strstr(strbuf_text(&client->bytes), words) == NULL)
        fail_msg("no %s in: %.2000s", words, strbuf_text(&client->bytes));
}

/* Sends raw bytes and waits for the whole of a short response. */
static void exchange(struct client *client, const char *request)
{
    client_send(client, request);
    assert_true(loop_wait(client->loop, has_closed_or_json_end, client));
}

/* ---- protocol ---------------------------------------------------------------------- */

static void demo_server__lists_its_models(void **state)
{
    struct client client;
    client_open(&client, *state);
    exchange(&client, "GET /v1/models HTTP/1.1\r\nHost: demo\r\n\r\n");
    assert_holds(&client, "HTTP/1.1 200 OK\r\n");
    assert_holds(&client, "Content-Type: application/json\r\n");
    assert_holds(&client, "x-request-id: req_");
    cJSON *root = json_parse(strstr(client.bytes.text, "\r\n\r\n"),
                             strlen(strstr(client.bytes.text, "\r\n\r\n")));
    const cJSON *data = json_get(root, "data");
    assert_int_equal(cJSON_GetArraySize(data), (int)demo_model_count());
    assert_string_equal(json_get_string(cJSON_GetArrayItem(data, 0), "id"), "sage");
    cJSON_Delete(root);
    client_close(&client);
}

static void demo_server__streams_every_model_on_one_connection(void **state)
{
    struct client client;
    client_open(&client, *state);
    for (size_t i = 0; i < demo_model_count(); i++) {
        char *name = strbuf_format("demo/%s?fault=none", demo_model_get(i)->name);
        client_ask(&client, name, streamed);
        client_await(&client, "data: [DONE]\n\n\r\n0\r\n\r\n", 1);
        assert_holds(&client, "HTTP/1.1 200 OK\r\n");
        assert_holds(&client, "Content-Type: text/event-stream");
        assert_holds(&client, "Transfer-Encoding: chunked\r\n");
        assert_holds(&client, "{\"role\":\"assistant\",\"content\":\"\"");
        assert_false(client.is_closed);
        mem_free(name);
    }
    client_close(&client);
}

static void demo_server__gives_the_same_body_to_the_same_request(void **state)
{
    struct client client;
    client_open(&client, *state);
    client_ask(&client, "sage?rate=0&ttft=0", streamed);
    client_await(&client, "0\r\n\r\n", 1);
    char *first = mem_strdup(strstr(client.bytes.text, "x-request-id"));
    client_ask(&client, "sage?rate=0&ttft=0", streamed);
    client_await(&client, "0\r\n\r\n", 1);
    assert_string_equal(strstr(client.bytes.text, "x-request-id"), first);
    mem_free(first);
    client_close(&client);
}

static void demo_server__answers_whole_when_not_streaming(void **state)
{
    struct client client;
    client_open(&client, *state);
    client_ask(&client, "thinker",
               "\"stream\":false,\"messages\":[{\"role\":\"user\",\"content\":\"why\"}]");
    client_await(&client, "0\r\n\r\n", 1);
    assert_holds(&client, "Content-Type: application/json\r\n");
    assert_holds(&client, "\"object\":\"chat.completion\"");
    assert_holds(&client, "\"reasoning_content\":\"The question is");
    assert_holds(&client, "\"total_tokens\":");
    client_close(&client);
}

static void demo_server__takes_a_request_byte_by_byte(void **state)
{
    static const char body[] = "{\"model\":\"echo\",\"messages\":[{\"role\":\"user\","
                               "\"content\":\"\xe6\xbd\xae\"}]}";
    struct client client;
    client_open(&client, *state);
    char *request = strbuf_format("POST /v1/chat/completions HTTP/1.1\r\nHost: demo\r\n"
                                  "Content-Length: %zu\r\n\r\n%s",
                                  strlen(body), body);
    for (const char *at = request; *at != '\0'; at++) {
        assert_int_equal(send(client.fd, at, 1, MSG_NOSIGNAL), 1);
        ev_run(client.loop, EVRUN_NOWAIT);
    }
    client_await(&client, "}\n", 1);
    assert_holds(&client, "\"content\":\"\xe6\xbd\xae\"");
    mem_free(request);
    client_close(&client);
}

static void demo_server__serves_many_at_once(void **state)
{
    enum { COUNT = 60 };
    struct client *clients = mem_alloc_array(COUNT, sizeof(clients[0]));
    for (size_t i = 0; i < COUNT; i++) {
        client_open(&clients[i], *state);
        client_ask(&clients[i], "polyglot", streamed);
    }
    for (size_t i = 0; i < COUNT; i++)
        client_await(&clients[i], "data: [DONE]\n\n", 1);
    for (size_t i = 0; i < COUNT; i++)
        client_close(&clients[i]);
    mem_free(clients);
}

static void demo_server__streams_a_long_answer(void **state)
{
    struct client client;
    client_open(&client, *state);
    client_ask(&client, "firehose?tokens=20000", streamed);
    client_await(&client, "data: [DONE]\n\n", 1);
    assert_true(client.bytes.len > 20000u * 100);
    client_close(&client);
}

/* ---- refusals ---------------------------------------------------------------------- */

static void demo_server__refuses_wrong_addresses(void **state)
{
    struct client client;
    client_open(&client, *state);
    exchange(&client, "GET /v1/nothing HTTP/1.1\r\nHost: demo\r\n\r\n");
    assert_holds(&client, "HTTP/1.1 404 ");
    assert_holds(&client, "\"error\":{\"message\":\"Invalid URL (GET /v1/nothing)\"");
    exchange(&client, "GET /v1/chat/completions HTTP/1.1\r\nHost: demo\r\n\r\n");
    assert_holds(&client, "HTTP/1.1 405 ");
    assert_holds(&client, "Allow: ");
    assert_holds(&client, "x-request-id: req_");
    client_close(&client);
}

static void demo_server__refuses_keys(void **state)
{
    struct client client;
    client_open(&client, *state);
    exchange(
        &client,
        "GET /v1/models HTTP/1.1\r\nHost: demo\r\nAuthorization: Bearer wrong\r\n\r\n");
    assert_holds(&client, "HTTP/1.1 401 ");
    assert_holds(&client, "\"code\":\"invalid_api_key\"");
    exchange(
        &client,
        "GET /v1/models HTTP/1.1\r\nHost: demo\r\nAuthorization: Bearer any\r\n\r\n");
    assert_holds(&client, "HTTP/1.1 200 ");
    client_ask(&client, "sage?key=required", streamed);
    client_await(&client, "}}\n", 1);
    assert_holds(&client, "HTTP/1.1 401 ");
    client_close(&client);
}

static void demo_server__refuses_bad_requests_and_goes_on(void **state)
{
    struct client client;
    client_open(&client, *state);
    exchange(&client, "POST /v1/chat/completions HTTP/1.1\r\nHost: demo\r\n"
                      "Content-Length: 4\r\n\r\n{{{{");
    assert_holds(&client, "HTTP/1.1 400 ");
    client_ask(&client, "nobody", streamed);
    client_await(&client, "\"code\":\"model_not_found\"}}\n", 1);
    assert_holds(&client, "HTTP/1.1 404 ");
    client_ask(&client, "sage?jitter=9", streamed);
    client_await(&client, "\"param\":\"jitter\"", 1);
    assert_holds(&client, "HTTP/1.1 400 ");
    client_ask(&client, "echo", streamed);
    client_await(&client, "data: [DONE]\n\n", 1);
    client_close(&client);
}

static void demo_server__refuses_a_body_that_is_announced_too_long(void **state)
{
    struct client client;
    client_open(&client, *state);
    exchange(&client, "POST /v1/chat/completions HTTP/1.1\r\nHost: demo\r\n"
                      "Content-Length: 999999999\r\n\r\n");
    assert_holds(&client, "HTTP/1.1 413 ");
    client_close(&client);
}

/* Writes filler whenever the socket takes some. */
struct filler {
    int fd;
    size_t left;
};

static void on_writable(struct ev_loop *loop, ev_io *watcher, int events)
{
    (void)events;
    static const char spaces[65536] = {0};
    struct filler *filler = watcher->data;
    const size_t len = filler->left < sizeof(spaces) ? filler->left : sizeof(spaces);
    const ssize_t count = send(filler->fd, spaces, len, MSG_NOSIGNAL);
    if (count > 0)
        filler->left -= (size_t)count;
    if (filler->left == 0 || (count < 0 && errno != EAGAIN))
        ev_io_stop(loop, watcher);
}

static void demo_server__reads_a_body_over_the_limit_and_refuses_it(void **state)
{
    struct client client;
    client_open(&client, *state);
    client_send(&client, "POST /v1/chat/completions HTTP/1.1\r\nHost: demo\r\n"
                         "Content-Length: 16777217\r\n\r\n");
    struct filler filler = {client.fd, 16777217};
    ev_io watcher;
    ev_io_init(&watcher, on_writable, client.fd, EV_WRITE);
    watcher.data = &filler;
    ev_io_start(client.loop, &watcher);
    client_await(&client, "}}\n", 1);
    assert_holds(&client, "HTTP/1.1 413 ");
    ev_io_stop(client.loop, &watcher);
    client_close(&client);
}

/* ---- faults ------------------------------------------------------------------------ */

static void demo_server__refuses_a_flaky_conversation_once(void **state)
{
    struct client client;
    client_open(&client, *state);
    client_ask(&client, "flaky", streamed);
    client_await(&client, "}}\n", 1);
    assert_holds(&client, "HTTP/1.1 429 ");
    assert_holds(&client, "Retry-After: 1\r\n");
    client_ask(&client, "flaky", streamed);
    client_await(&client, "data: [DONE]\n\n", 1);
    client_ask(
        &client, "flaky",
        "\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"other\"}]");
    client_await(&client, "}}\n", 1);
    assert_holds(&client, "HTTP/1.1 429 ");
    client_close(&client);
}

static void demo_server__is_down_as_a_web_page(void **state)
{
    struct client client;
    client_open(&client, *state);
    client_ask(&client, "down", streamed);
    client_await(&client, "</html>\n", 1);
    assert_holds(&client, "HTTP/1.1 503 ");
    assert_holds(&client, "Content-Type: text/html");
    client_close(&client);
}

static void demo_server__cuts_the_connection(void **state)
{
    struct client client;
    client_open(&client, *state);
    client_ask(&client, "cut", streamed);
    assert_true(loop_wait(client.loop, is_closed, &client));
    assert_holds(&client, "HTTP/1.1 200 OK\r\n");
    assert_null(strstr(client.bytes.text, "[DONE]"));
    assert_null(strstr(client.bytes.text, "\r\n0\r\n"));
    client_close(&client);
}

static void demo_server__cuts_the_connection_inside_a_character(void **state)
{
    struct client client;
    client_open(&client, *state);
    client_ask(&client, "cut?fault=cut-utf8", streamed);
    assert_true(loop_wait(client.loop, is_closed, &client));
    /* The chunk that ends inside the character is complete as a chunk. */
    assert_true(client.bytes.len > 2);
    assert_true(utf8_incomplete_tail(client.bytes.text, client.bytes.len - 2) > 0);
    client_close(&client);
}

/* Runs what is pending and notes in the loop's user data that something was. */
static void note_pending(struct ev_loop *loop)
{
    bool *has_woken = ev_userdata(loop);
    *has_woken = *has_woken || ev_pending_count(loop) > 0;
    ev_invoke_pending(loop);
}

/*
 * Asserts that the loop has `count` watchers that wait for others, and nothing else: no
 * timer that will fire, no descriptor that is ready again and again.
 */
static void assert_sleeps(struct ev_loop *loop, int count)
{
    for (int i = 0; i < 10; i++)
        ev_run(loop, EVRUN_NOWAIT);
    bool has_woken = false;
    ev_set_userdata(loop, &has_woken);
    ev_set_invoke_pending_cb(loop, note_pending);
    for (int i = 0; i < 100; i++)
        ev_run(loop, EVRUN_NOWAIT);
    assert_false(has_woken);
    ev_set_invoke_pending_cb(loop, ev_invoke_pending);
    for (int i = 0; i < count; i++)
        ev_unref(loop);
    assert_true(loop_is_idle(loop));
    for (int i = 0; i < count; i++)
        ev_ref(loop);
}

static void demo_server__sleeps_while_it_stalls(void **state)
{
    struct client client;
    client_open(&client, *state);
    client_ask(&client, "stall", streamed);
    client_await(&client, "{\"content\":\"", 14);
    /* The daemon's descriptor, the stalled socket at the server, the client's own. */
    assert_sleeps(client.loop, 3);
    assert_false(client.is_closed);
    client_close(&client);
}

static void demo_server__sleeps_between_requests(void **state)
{
    struct client client;
    client_open(&client, *state);
    client_ask(&client, "sage", streamed);
    client_await(&client, "0\r\n\r\n", 1);
    /* The daemon's descriptor and the client's. */
    assert_sleeps(client.loop, 2);
    client_close(&client);
}

/* ---- leaving ----------------------------------------------------------------------- */

static bool has_few_descriptors(void *user)
{
    const int lowest = dup(0);
    close(lowest);
    return lowest <= *(const int *)user;
}

static void demo_server__notices_that_a_stalled_client_has_gone(void **state)
{
    struct fixture *fixture = *state;
    int lowest = dup(0);
    close(lowest);
    struct client client;
    client_open(&client, fixture);
    client_ask(&client, "stall", streamed);
    client_await(&client, "{\"content\":\"", 5);
    client_close(&client);
    /* The server's own end is closed when the lowest free number is that of before. */
    assert_true(loop_wait(fixture->loop, has_few_descriptors, &lowest));
}

static void demo_server__survives_clients_that_leave_in_mid_answer(void **state)
{
    struct fixture *fixture = *state;
    struct client client;
    for (size_t i = 0; i < 10; i++) {
        client_open(&client, fixture);
        client_ask(&client, i % 2 == 0 ? "firehose?tokens=100000" : "sage", streamed);
        client_await(&client, "{\"content\":\"", 1);
        client_close(&client);
    }
    client_open(&client, fixture);
    client_ask(&client, "echo", streamed);
    client_await(&client, "data: [DONE]\n\n", 1);
    client_close(&client);
}

static void demo_server_free__closes_answers_under_way(void **state)
{
    struct fixture *fixture = *state;
    static const char *const models[] = {"stall", "sage?rate=0.001&ttft=0",
                                         "slow?ttft=3600000", "firehose?tokens=10000000"};
    static const char whole[] =
        "\"stream\":false,\"messages\":[{\"role\":\"user\",\"content\":\"sea\"}]";
    struct client clients[COUNT_OF(models) + 1];
    for (size_t i = 0; i < COUNT_OF(models); i++) {
        client_open(&clients[i], fixture);
        client_ask(&clients[i], models[i], streamed);
    }
    struct client *last = &clients[COUNT_OF(models)];
    client_open(last, fixture);
    client_ask(last, "sage?ttft=3600000", whole);
    client_await(&clients[0], "{\"content\":\"", 5);
    client_await(&clients[2], "HTTP/1.1 200", 1);
    client_await(&clients[3], "{\"content\":\"", 5);
    demo_server_free(fixture->server);
    fixture->server = NULL;
    for (size_t i = 0; i < COUNT_OF(clients); i++) {
        assert_true(loop_wait(fixture->loop, is_closed, &clients[i]));
        client_close(&clients[i]);
    }
}

static void demo_server_free__takes_a_server_that_never_ran(void **state)
{
    struct fixture *fixture = *state;
    demo_server_free(fixture->server);
    fixture->server = NULL;
    demo_server_free(NULL);
    assert_true(loop_is_idle(fixture->loop));
}

static void demo_server_new__names_the_port_that_is_taken(void **state)
{
    struct fixture *fixture = *state;
    const struct demo_options options = {.port = demo_server_get_port(fixture->server),
                                         .speed = 1};
    struct error err = {.class = ERROR_NONE};
    assert_null(demo_server_new(fixture->loop, &options, &err));
    char *port = strbuf_format("port %u", options.port);
    assert_non_null(strstr(error_text(&err), port));
    mem_free(port);
    error_clear(&err);
}

static void demo_server_new__refuses_a_speed_of_nothing(void **state)
{
    struct fixture *fixture = *state;
    const struct demo_options options = {.speed = 0};
    struct error err = {.class = ERROR_NONE};
    assert_null(demo_server_new(fixture->loop, &options, &err));
    assert_int_equal(err.class, ERROR_USAGE);
    error_clear(&err);
}

static void demo_server_new__serves_twice_in_one_process(void **state)
{
    struct fixture *fixture = *state;
    const struct demo_options options = {.speed = 10000};
    struct fixture other = {.loop = fixture->loop};
    other.server = demo_server_new(fixture->loop, &options, NULL);
    assert_non_null(other.server);
    assert_int_not_equal(demo_server_get_port(other.server),
                         demo_server_get_port(fixture->server));
    struct client clients[2];
    client_open(&clients[0], fixture);
    client_open(&clients[1], &other);
    client_ask(&clients[0], "coder", streamed);
    client_ask(&clients[1], "coder", streamed);
    client_await(&clients[0], "data: [DONE]\n\n", 1);
    client_await(&clients[1], "data: [DONE]\n\n", 1);
    client_close(&clients[0]);
    client_close(&clients[1]);
    demo_server_free(other.server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(demo_server__lists_its_models, setup, teardown),
        cmocka_unit_test_setup_teardown(
            demo_server__streams_every_model_on_one_connection, setup, teardown),
        cmocka_unit_test_setup_teardown(
            demo_server__gives_the_same_body_to_the_same_request, setup, teardown),
        cmocka_unit_test_setup_teardown(demo_server__answers_whole_when_not_streaming,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(demo_server__takes_a_request_byte_by_byte, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(demo_server__serves_many_at_once, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(demo_server__streams_a_long_answer, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(demo_server__refuses_wrong_addresses, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(demo_server__refuses_keys, setup, teardown),
        cmocka_unit_test_setup_teardown(demo_server__refuses_bad_requests_and_goes_on,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(
            demo_server__refuses_a_body_that_is_announced_too_long, setup, teardown),
        cmocka_unit_test_setup_teardown(
            demo_server__reads_a_body_over_the_limit_and_refuses_it, setup, teardown),
        cmocka_unit_test_setup_teardown(demo_server__refuses_a_flaky_conversation_once,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(demo_server__is_down_as_a_web_page, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(demo_server__cuts_the_connection, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(
            demo_server__cuts_the_connection_inside_a_character, setup, teardown),
        cmocka_unit_test_setup_teardown(demo_server__sleeps_while_it_stalls, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(demo_server__sleeps_between_requests, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(
            demo_server__notices_that_a_stalled_client_has_gone, setup, teardown),
        cmocka_unit_test_setup_teardown(
            demo_server__survives_clients_that_leave_in_mid_answer, setup, teardown),
        cmocka_unit_test_setup_teardown(demo_server_free__closes_answers_under_way, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(demo_server_free__takes_a_server_that_never_ran,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(demo_server_new__names_the_port_that_is_taken,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(demo_server_new__refuses_a_speed_of_nothing,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(demo_server_new__serves_twice_in_one_process,
                                        setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

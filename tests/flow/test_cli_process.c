/*
 * The program among others: signals, readers that leave or do not read, streams that
 * were closed, the demo server in the foreground, TLS, and keys that must not show.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/base/strbuf.h"
#include "tests/support/cli_world.h"
#include "tests/support/http_call.h"
#include "tests/support/json_lines.h"
#include "tests/support/loop_wait.h"

#define FAST "?rate=0&ttft=0"

/* The path of a file of this test, that does not exist yet. Caller frees. */
static char *new_path(const char *name)
{
    const char *folder = getenv("TMPDIR");
    char *path =
        strbuf_format("%s/%d-%s", folder != NULL ? folder : "/tmp", (int)getpid(), name);
    unlink(path);
    return path;
}

static char *read_file(const char *path)
{
    struct strbuf text;
    struct error err = {.class = ERROR_NONE};
    strbuf_init(&text, (size_t)16 << 20);
    if (!path_read_file(path, &text, &err))
        fail_msg("%s", error_text(&err));
    return strbuf_take(&text);
}

/* --- Signals
 * ---------------------------------------------------------------------------- */

static void check_signal(struct cli_world *world, int signal_number, int code)
{
    struct json_lines lines;
    struct child_program *child = cli_start(
        world,
        "ask|--json|-m|demo/sage?rate=0&ttft=0&fault=stall&at=5,demo/slow,demo/echo" FAST
        "|-j|2|hi",
        NULL);
    child_wait_out(child, "{\"event\":\"text\",\"chat\":0");
    child_signal(child, signal_number);
    cli_assert_code(child, code);
    json_lines_read(&lines, strbuf_text(&child->out));
    json_lines_check_run(&lines, 3);
    for (int chat = 0; chat < 2; chat++)
        assert_string_equal(
            json_lines_string(json_lines_find(&lines, "done", chat, 0), "finish"),
            "cancelled");
    assert_true(strlen(json_lines_string(json_lines_find(&lines, "done", 0, 0), "text")) >
                0);
    json_lines_clear(&lines);
    child_free(child);
}

static void ask__ends_all_chats__on_an_interrupt(void **state)
{
    check_signal(*state, SIGINT, 130);
}

static void ask__ends_all_chats__on_termination(void **state)
{
    check_signal(*state, SIGTERM, 143);
}

static void ask__keeps_the_text__on_an_interrupt(void **state)
{
    struct child_program *child = cli_start(
        *state, "ask|-m|demo/echo?rate=0&ttft=0&fault=stall&at=2|one two three four",
        NULL);
    child_wait_out(child, "one");
    child_signal(child, SIGINT);
    cli_assert_code(child, 130);
    const size_t len = child->out.len;
    assert_int_equal(child->out.text[len - 1], '\n');
    assert_string_equal(strbuf_text(&child->err), "");
    child_free(child);
}

/* --- Readers
 * ---------------------------------------------------------------------------- */

/* The model would be silent for eight seconds: whoever waits for it has not noticed. */
static void ask__ends_at_once__when_its_reader_is_gone_from_the_start(void **state)
{
    struct cli_world *world = *state;
    const struct child_options options = {.output = CHILD_OUTPUT_LEFT};
    ev_now_update(world->loop);
    const double start = ev_time();
    struct child_program *child = cli_run(world, "ask|--json|-m|demo/slow|hi", &options);
    cli_assert_code(child, 1);
    assert_true(ev_time() - start < 7);
    assert_string_equal(strbuf_text(&child->err), "");
    child_free(child);
}

static void ask__ends__when_its_reader_leaves(void **state)
{
    struct child_program *child =
        cli_start(*state, "ask|-m|demo/firehose?tokens=10000000|go", NULL);
    child_wait_out(child, " ");
    child_leave_output(child);
    cli_assert_code(child, 1);
    assert_string_equal(strbuf_text(&child->err), "");
    child_free(child);
}

static void ask__says_so__when_the_device_is_full(void **state)
{
    const struct child_options options = {.output = CHILD_OUTPUT_FULL};
    struct child_program *child =
        cli_run(*state, "ask|-m|demo/echo" FAST "|hi", &options);
    cli_assert_code(child, 1);
    assert_non_null(strstr(strbuf_text(&child->err), "cannot write to standard output"));
    child_free(child);
}

/* Commands that print once and end: they share the end of cli_run. */
static const char *const printing[] = {"--help", "run|--help", "prompts", "themes",
                                       "tools"};

static void command__is_silent__when_its_reader_has_gone(void **state)
{
    for (size_t i = 0; i < sizeof(printing) / sizeof(printing[0]); i++) {
        const struct child_options options = {.output = CHILD_OUTPUT_LEFT};
        struct child_program *child = cli_run(*state, printing[i], &options);
        cli_assert_code(child, 1);
        assert_string_equal(strbuf_text(&child->err), "");
        child_free(child);
    }
}

static void command__says_so__when_the_device_is_full(void **state)
{
    for (size_t i = 0; i < sizeof(printing) / sizeof(printing[0]); i++) {
        const struct child_options options = {.output = CHILD_OUTPUT_FULL};
        struct child_program *child = cli_run(*state, printing[i], &options);
        cli_assert_code(child, 1);
        assert_non_null(
            strstr(strbuf_text(&child->err), "cannot write to standard output"));
        child_free(child);
    }
}

static bool pipe_is_full(void *user)
{
    const struct child_program *child = user;
    int waiting = 0;
    ioctl(child->out_io.fd, FIONREAD, &waiting);
    return waiting > 60000;
}

static void on_tick(struct ev_loop *loop, struct ev_timer *timer, int revents)
{
    (void)loop;
    (void)timer;
    (void)revents;
}

/* Waits until the pipe of standard output takes no more; nothing tells of that, so a
 * timer makes the loop look. */
static void wait_until_full(struct cli_world *world, struct child_program *child)
{
    struct ev_timer tick;
    ev_timer_init(&tick, on_tick, 0.001, 0.001);
    ev_timer_start(world->loop, &tick);
    assert_true(loop_wait(world->loop, pipe_is_full, child));
    ev_timer_stop(world->loop, &tick);
}

static void ask__loses_nothing__while_its_reader_does_not_read(void **state)
{
    struct cli_world *world = *state;
    const struct child_options options = {.output = CHILD_OUTPUT_UNREAD};
    struct json_lines lines;
    struct child_program *child =
        cli_start(world, "ask|--json|-m|demo/firehose?tokens=5000|go", &options);
    wait_until_full(world, child);
    child_read_output(child);
    cli_assert_code(child, 0);
    json_lines_read(&lines, strbuf_text(&child->out));
    json_lines_check_run(&lines, 1);
    json_lines_clear(&lines);
    child_free(child);
}

/* Whoever is told to end does not wait for a reader that does not read. */
static void ask__ends_when_told_twice__while_its_reader_does_not_read(void **state)
{
    struct cli_world *world = *state;
    const struct child_options options = {.output = CHILD_OUTPUT_UNREAD};
    struct child_program *child =
        cli_start(world, "ask|--json|-m|demo/firehose?tokens=5000|go", &options);
    wait_until_full(world, child);
    child_signal(child, SIGTERM);
    child_signal(child, SIGINT);
    child_wait(child);
    assert_true(child->code == 143 || child->code == 130);
    child_free(child);
}

/* --- Streams that were closed
 * ----------------------------------------------------------- */

static void ask__works__with_closed_streams(void **state)
{
    struct cli_world *world = *state;
    static const char line[] = "ask|-m|demo/echo" FAST ",demo/echo?fault=401|hi";
    const struct child_options no_error = {.is_error_closed = true};
    struct child_program *child = cli_run(world, line, &no_error);
    cli_assert_code(child, 9);
    assert_non_null(strstr(strbuf_text(&child->out), "\nhi\n"));
    child_free(child);
    const struct child_options nothing = {.input = CHILD_INPUT_CLOSED,
                                          .output = CHILD_OUTPUT_CLOSED,
                                          .is_error_closed = true};
    child = cli_run(world, line, &nothing);
    cli_assert_code(child, 1);
    child_free(child);
    const struct child_options no_output = {.output = CHILD_OUTPUT_CLOSED};
    child = cli_run(world, line, &no_output);
    cli_assert_code(child, 1);
    assert_non_null(strstr(strbuf_text(&child->err), "cannot write to standard output"));
    child_free(child);
}

/* --- The demo server in the foreground
 * -------------------------------------------------- */

/* Starts `motet demo --serve` and waits for its address, which the caller frees. */
static struct child_program *start_server(struct cli_world *world, char **url)
{
    static const char head[] = "listening on ";
    struct child_program *server = cli_start(world, "demo|--serve", NULL);
    child_wait_out(server, "\n");
    const char *out = strbuf_text(&server->out);
    assert_memory_equal(out, "listening on http://127.0.0.1:", 30);
    const char *start = out + strlen(head);
    *url = mem_strndup(start, strcspn(start, "\n"));
    return server;
}

static void serve__lists_models_and_answers__until_it_is_told_to_end(void **state)
{
    struct cli_world *world = *state;
    char *url;
    struct child_program *server = start_server(world, &url);
    struct error err = {.class = ERROR_NONE};
    struct http_world http = {.loop = world->loop, .http = http_new(world->loop, &err)};
    struct http_call call;
    char *models = strbuf_format("%s/v1/models", url);
    http_call_init(&call, &http);
    http_call_start(&call, models);
    http_call_wait(&call);
    assert_int_equal(call.status, 200);
    assert_non_null(strstr(strbuf_text(&call.body), "\"id\":\"sage\""));
    http_call_clear(&call);
    http_free(http.http);
    mem_free(models);
    char *line = strbuf_format("ask|--url|%s|-m|echo" FAST "|through the server", url);
    struct child_program *client = cli_run(world, line, NULL);
    cli_assert_code(client, 0);
    assert_string_equal(strbuf_text(&client->out), "through the server\n");
    child_free(client);
    mem_free(line);
    mem_free(url);
    child_signal(server, SIGTERM);
    cli_assert_code(server, 143);
    child_free(server);
}

static void serve__ends__on_an_interrupt(void **state)
{
    char *url;
    struct child_program *server = start_server(*state, &url);
    mem_free(url);
    child_signal(server, SIGINT);
    cli_assert_code(server, 130);
    child_free(server);
}

static void serve__names_the_port__that_is_taken(void **state)
{
    struct cli_world *world = *state;
    char *line = strbuf_format("demo|--serve|--port|%d", raw_server_get_port(world->raw));
    char *port = strbuf_format("%d", raw_server_get_port(world->raw));
    struct child_program *server = cli_run(world, line, NULL);
    assert_int_not_equal(server->code, 0);
    assert_non_null(strstr(strbuf_text(&server->err), port));
    assert_string_equal(strbuf_text(&server->out), "");
    child_free(server);
    mem_free(line);
    mem_free(port);
}

/* --- Keys and logs
 * ---------------------------------------------------------------------- */

static const char secret_words[] = "sk-hidden-0123456789";

static void assert_no_secret(const char *text)
{
    if (strstr(text, secret_words) != NULL)
        fail_msg("the key shows in: %s", text);
}

/* Runs the line with a key, a log and a server that fails; nothing may show the key. */
static void check_secrecy(struct cli_world *world, const char *options_line)
{
    static const char *const env[] = {"MOTET_TEST_KEY=sk-hidden-0123456789", NULL};
    const struct child_options options = {.env = env};
    char *log = new_path("log");
    char *line =
        strbuf_format("ask|%s|--url|%%URL|-m|m|--key-env|MOTET_TEST_KEY|--log|%s|"
                      "--retries|0|hi",
                      options_line, log);
    const size_t index = raw_server_count_requests(world->raw);
    struct child_program *child = cli_run(world, line, &options);
    assert_int_not_equal(child->code, 0);
    assert_non_null(
        strstr(raw_server_get_request(world->raw, index)->bytes, secret_words));
    char *logged = read_file(log);
    assert_no_secret(strbuf_text(&child->out));
    assert_no_secret(strbuf_text(&child->err));
    assert_no_secret(logged);
    mem_free(logged);
    unlink(log);
    mem_free(log);
    mem_free(line);
    child_free(child);
}

static void ask__never_shows_the_key__whatever_the_server_says(void **state)
{
    struct cli_world *world = *state;
    static const char *const bodies[] = {
        "{\"error\":{\"message\":\"Incorrect API key: sk-hidden-0123456789.\"}}",
        "{\"error\":{\"message\":\"no\",\"code\":\"sk-hidden-0123456789\"}}",
        "<html>Authorization: Bearer sk-hidden-0123456789</html>"};
    for (size_t i = 0; i < COUNT_OF(bodies); i++) {
        cli_answer(world, "401 Unauthorized", "application/json", bodies[i]);
        check_secrecy(world, "--no-stream");
        cli_answer(world, "401 Unauthorized", "application/json", bodies[i]);
        check_secrecy(world, "--json");
    }
    const struct raw_step reset = {RAW_RESET, NULL, 0};
    raw_server_answer(world->raw, &reset, 1);
    check_secrecy(world, "--json");
}

static void ask__says_which_variable__holds_no_key(void **state)
{
    static const char *const env[] = {"MOTET_TEST_KEY=sk-hidden-0123456789 and more",
                                      NULL};
    const struct child_options options = {.env = env};
    struct child_program *child =
        cli_run(*state, "ask|--url|%URL|-m|m|--key-env|MOTET_TEST_KEY|hi", &options);
    cli_assert_code(child, 2);
    assert_no_secret(strbuf_text(&child->err));
    assert_non_null(strstr(strbuf_text(&child->err), "MOTET_TEST_KEY"));
    child_free(child);
}

static void ask__writes_a_log__that_is_private_and_holds_no_text(void **state)
{
    char *log = new_path("log");
    char *line = strbuf_format("ask|-m|demo/echo" FAST "|-v|%s|a secret prompt", log);
    struct child_program *child = cli_run(*state, line, NULL);
    cli_assert_code(child, 0);
    struct stat info;
    assert_int_equal(stat(log, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    char *logged = read_file(log);
    assert_true(strlen(logged) > 0);
    assert_null(strstr(logged, "secret prompt"));
    mem_free(logged);
    unlink(log);
    mem_free(log);
    mem_free(line);
    child_free(child);
}

/* --- TLS
 * -------------------------------------------------------------------------------- */

static void ask__fails_with_7__where_tls_meets_a_plain_server(void **state)
{
    struct cli_world *world = *state;
    const struct raw_step greeting[] = {{RAW_SEND, "HTTP/1.1 400 Bad Request\r\n\r\n", 0},
                                        {RAW_CLOSE, NULL, 0}};
    raw_server_greet(world->raw, greeting, COUNT_OF(greeting));
    char *line = strbuf_format("ask|--url|https://127.0.0.1:%d|-m|m|hi",
                               raw_server_get_port(world->raw));
    struct child_program *child = cli_run(world, line, NULL);
    cli_assert_code(child, 7);
    assert_non_null(strstr(strbuf_text(&child->err), "TLS"));
    child_free(child);
    mem_free(line);
}

struct tls_server {
    struct child_program *program;
    char *key;
    char *certificate;
    char *url;
};

/* Makes a certificate for `name` with openssl; false if there is no openssl. */
static bool make_certificate(struct cli_world *world, struct tls_server *server,
                             const char *name)
{
    const char *args[] = {"req",
                          "-x509",
                          "-newkey",
                          "ec",
                          "-pkeyopt",
                          "ec_paramgen_curve:prime256v1",
                          "-nodes",
                          "-days",
                          "2",
                          "-subj",
                          "/CN=motet test",
                          "-addext",
                          name,
                          "-keyout",
                          server->key,
                          "-out",
                          server->certificate,
                          NULL};
    const struct child_options options = {
        .program = "openssl", .args = args, .list = &world->children};
    struct child_program *child = child_start(world->loop, &options);
    const int code = child_wait(child);
    child_free(child);
    return code == 0;
}

/* An HTTPS server that shakes hands and then leaves requests of ours unanswered. */
static void start_tls_server(struct cli_world *world, struct tls_server *server)
{
    const char *args[] = {"s_server",  "-accept", "127.0.0.1:0",       "-www", "-key",
                          server->key, "-cert",   server->certificate, NULL};
    const struct child_options options = {.program = "openssl",
                                          .args = args,
                                          .input = CHILD_INPUT_OPEN,
                                          .list = &world->children};
    static const char head[] = "ACCEPT 127.0.0.1:";
    server->program = child_start(world->loop, &options);
    child_wait_out(server->program, head);
    child_wait_out(server->program, "\n");
    const char *port = strstr(strbuf_text(&server->program->out), head) + strlen(head);
    server->url =
        strbuf_format("https://127.0.0.1:%.*s", (int)strspn(port, "0123456789"), port);
}

static void tls_server_free(struct tls_server *server)
{
    child_free(server->program);
    unlink(server->key);
    unlink(server->certificate);
    mem_free(server->key);
    mem_free(server->certificate);
    mem_free(server->url);
}

/* Asks a server with a certificate for `name`, with that certificate as --ca-file or
 * without; expects the code and the words. */
static void check_tls(struct cli_world *world, const char *name, bool has_ca_file,
                      int code, const char *words)
{
    struct tls_server server = {.key = new_path("key"), .certificate = new_path("cert")};
    if (!make_certificate(world, &server, name)) {
        tls_server_free(&server);
        print_message("there is no openssl to make a certificate with\n");
        skip();
    }
    start_tls_server(world, &server);
    char *ca_option = strbuf_format("|--ca-file|%s", server.certificate);
    char *line =
        strbuf_format("ask|--url|%s|-m|m%s|--first-token-timeout|0.3|--retries|0|hi",
                      server.url, has_ca_file ? ca_option : "");
    struct child_program *child = cli_run(world, line, NULL);
    cli_assert_code(child, code);
    if (strstr(strbuf_text(&child->err), words) == NULL)
        fail_msg("\"%s\" does not say: %s", strbuf_text(&child->err), words);
    child_free(child);
    mem_free(line);
    mem_free(ca_option);
    tls_server_free(&server);
}

static void ask__refuses__a_certificate_nobody_vouches_for(void **state)
{
    check_tls(*state, "subjectAltName=IP:127.0.0.1", false, 7, "certificate");
}

static void ask__refuses__a_certificate_for_another_host(void **state)
{
    check_tls(*state, "subjectAltName=DNS:elsewhere.example", true, 7, "TLS");
}

/* Verified: the server is asked, and this one does not know how to answer. */
static void ask__trusts__the_certificate_of_ca_file(void **state)
{
    check_tls(*state, "subjectAltName=IP:127.0.0.1", true, 7, "no first token");
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown(ask__ends_all_chats__on_an_interrupt, cli_world_setup,
                                    cli_world_teardown),
    cmocka_unit_test_setup_teardown(ask__ends_all_chats__on_termination, cli_world_setup,
                                    cli_world_teardown),
    cmocka_unit_test_setup_teardown(ask__keeps_the_text__on_an_interrupt, cli_world_setup,
                                    cli_world_teardown),
    cmocka_unit_test_setup_teardown(
        ask__ends_at_once__when_its_reader_is_gone_from_the_start, cli_world_setup,
        cli_world_teardown),
    cmocka_unit_test_setup_teardown(ask__ends__when_its_reader_leaves, cli_world_setup,
                                    cli_world_teardown),
    cmocka_unit_test_setup_teardown(ask__says_so__when_the_device_is_full,
                                    cli_world_setup, cli_world_teardown),
    cmocka_unit_test_setup_teardown(command__is_silent__when_its_reader_has_gone,
                                    cli_world_setup, cli_world_teardown),
    cmocka_unit_test_setup_teardown(command__says_so__when_the_device_is_full,
                                    cli_world_setup, cli_world_teardown),
    cmocka_unit_test_setup_teardown(ask__loses_nothing__while_its_reader_does_not_read,
                                    cli_world_setup, cli_world_teardown),
    cmocka_unit_test_setup_teardown(
        ask__ends_when_told_twice__while_its_reader_does_not_read, cli_world_setup,
        cli_world_teardown),
    cmocka_unit_test_setup_teardown(ask__works__with_closed_streams, cli_world_setup,
                                    cli_world_teardown),
    cmocka_unit_test_setup_teardown(
        serve__lists_models_and_answers__until_it_is_told_to_end, cli_world_setup,
        cli_world_teardown),
    cmocka_unit_test_setup_teardown(serve__ends__on_an_interrupt, cli_world_setup,
                                    cli_world_teardown),
    cmocka_unit_test_setup_teardown(serve__names_the_port__that_is_taken, cli_world_setup,
                                    cli_world_teardown),
    cmocka_unit_test_setup_teardown(ask__never_shows_the_key__whatever_the_server_says,
                                    cli_world_setup, cli_world_teardown),
    cmocka_unit_test_setup_teardown(ask__says_which_variable__holds_no_key,
                                    cli_world_setup, cli_world_teardown),
    cmocka_unit_test_setup_teardown(ask__writes_a_log__that_is_private_and_holds_no_text,
                                    cli_world_setup, cli_world_teardown),
    cmocka_unit_test_setup_teardown(ask__fails_with_7__where_tls_meets_a_plain_server,
                                    cli_world_setup, cli_world_teardown),
    cmocka_unit_test_setup_teardown(ask__refuses__a_certificate_nobody_vouches_for,
                                    cli_world_setup, cli_world_teardown),
    cmocka_unit_test_setup_teardown(ask__refuses__a_certificate_for_another_host,
                                    cli_world_setup, cli_world_teardown),
    cmocka_unit_test_setup_teardown(ask__trusts__the_certificate_of_ca_file,
                                    cli_world_setup, cli_world_teardown),
};

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * "Copy as curl": the command is really run by a shell, and the server must get the same
 * bytes as from Motet, whatever is in them. Skipped where there is no curl.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/engine/wire_curl.h"
#include "tests/support/child_program.h"
#include "tests/support/engine_world.h"

#define KEY     "sk-s3cret-0123456789"
#define PRIVATE "hush-hush-0123456789"

/* Records own their texts; those of these tests are never freed. */
#define TEXT(text) ((char *)(text))

#define ANSWER                                                                           \
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 14\r\n\r\n"   \
    "data: [DONE]\n\n"

/* Runs a command line with our variables; returns what it printed in `out`. */
static void run_shell(struct ev_loop *loop, const char *command, struct strbuf *out)
{
    static const char *const env[] = {"TEST_KEY=" KEY, "X_TEAM=" PRIVATE, NULL};
    static const char *const args[] = {NULL};
    /* As if it was pasted: the whole of it may be longer than one argument can be. */
    struct child_program *child =
        child_start(loop, &(struct child_options){.program = "/bin/sh",
                                                  .args = args,
                                                  .env = env,
                                                  .input = CHILD_INPUT_TEXT,
                                                  .text = command});
    const int code = child_wait(child);
    if (code != 0)
        fail_msg("%s\n%s", strbuf_text(&child->err), command);
    strbuf_append(out, strbuf_text(&child->out), child->out.len);
    child_free(child);
}

/* The value of a field in the head of a request, up to its line's end; NULL without. */
static const char *find_field(const struct raw_request *request, const char *name)
{
    char *mark = strbuf_format("\r\n%s: ", name);
    const char *found = strstr(request->bytes, mark);
    const char *value =
        found != NULL && found < request->body ? found + strlen(mark) : NULL;
    mem_free(mark);
    return value;
}

static void assert_same_field(const struct raw_request *first,
                              const struct raw_request *second, const char *name)
{
    const char *left = find_field(first, name);
    const char *right = find_field(second, name);
    assert_non_null(left);
    assert_non_null(right);
    const size_t len = strcspn(left, "\r");
    assert_int_equal(len, strcspn(right, "\r"));
    assert_memory_equal(left, right, len);
}

/* Asks with the prompt, makes the command, runs it; both requests must be the same. */
static void check_prompt(struct engine_world *world, const char *prompt)
{
    struct wire_log *log = wire_log_new(world->engine);
    struct strbuf command;
    struct strbuf out;
    strbuf_init(&command, STRBUF_OWN_MAX);
    strbuf_init(&out, STRBUF_OWN_MAX);
    raw_server_answer_text(world->raw, ANSWER);
    raw_server_answer_text(world->raw, ANSWER);
    const size_t before = raw_server_count_requests(world->raw);
    const chat_id chat = engine_world_open_at(world, &world->raw_endpoint, "m");
    engine_world_send(world, chat, prompt);
    engine_world_finish(world);
    const struct message *answer = engine_world_answer(world, chat);
    const struct wire_record *record = wire_log_find(log, chat, answer->id, 0);
    assert_non_null(record);
    assert_true(wire_curl_append(record, &command, NULL));
    assert_null(strstr(strbuf_text(&command), "s3cret"));
    assert_null(strstr(strbuf_text(&command), "hush"));
    run_shell(world->loop, strbuf_text(&command), &out);
    assert_string_equal(strbuf_text(&out), "data: [DONE]\n\n");
    const struct raw_request *first = raw_server_get_request(world->raw, before);
    const struct raw_request *second = raw_server_get_request(world->raw, before + 1);
    assert_non_null(second);
    assert_int_equal(first->body_len, second->body_len);
    assert_memory_equal(first->body, second->body, first->body_len);
    assert_int_equal(strcspn(first->bytes, "\r"), strcspn(second->bytes, "\r"));
    assert_memory_equal(first->bytes, second->bytes, strcspn(first->bytes, "\r"));
    assert_same_field(first, second, "Content-Type");
    assert_same_field(first, second, "Authorization");
    assert_same_field(first, second, "X-Team");
    assert_same_field(first, second, "User-Agent");
    strbuf_clear(&command);
    strbuf_clear(&out);
    wire_log_free(log);
}

static struct engine_world *start(void **state)
{
    struct engine_world *world = *state;
    char *curl = path_find_program("curl", getenv("PATH"));
    const bool is_there = curl != NULL;
    mem_free(curl);
    if (!is_there) {
        print_message("skipped: there is no curl\n");
        skip();
    }
    engine_world_start(world);
    endpoint_add_key_cmd(&world->raw_endpoint, "echo");
    endpoint_add_key_cmd(&world->raw_endpoint, KEY);
    world->raw_endpoint.key_env = mem_strdup("TEST_KEY");
    endpoint_add_header(&world->raw_endpoint, "X-Team: " PRIVATE);
    return world;
}

static void wire_curl__sends__the_same_bytes(void **state)
{
    static const char *const prompts[] = {
        "hello",
        "it's \"quoted\" 'twice' \\ and \\\\ `cmd` $(cmd) $HOME !! #x ~",
        "lines\nand\n\n  more\ttabs\n",
        "EOF\n'\nEOF\n''' %s %d %% \\n \\000",
        "K\xc3\xb6ln \xe2\x82\xac \xf0\x9f\x98\x80 \xe2\x80\xae rtl",
        "-n @file - --",
    };
    struct engine_world *world = start(state);
    for (size_t i = 0; i < COUNT_OF(prompts); i++)
        check_prompt(world, prompts[i]);
}

static void wire_curl__sends__a_body_too_long_for_an_argument(void **state)
{
    struct engine_world *world = start(state);
    const size_t len = (size_t)300 << 10;
    char *prompt = mem_alloc(len + 1);
    for (size_t i = 0; i < len; i++)
        prompt[i] = i % 61 == 0 ? '\'' : i % 59 == 0 ? '%' : (char)('a' + i % 26);
    check_prompt(world, prompt);
    mem_free(prompt);
}

/* The shell's printf must give back what was quoted, NUL and all. */
static void wire_curl__sends__bytes_that_no_argument_holds(void **state)
{
    struct engine_world *world = start(state);
    static const char body[] = "a\0b%c\\d'e\n\0";
    static const char at_file[] = "@/etc/passwd";
    const struct {
        const char *bytes;
        size_t len;
    } bodies[] = {{body, sizeof(body)}, {at_file, strlen(at_file)}};
    for (size_t i = 0; i < COUNT_OF(bodies); i++) {
        struct wire_record record = {.method = TEXT("PUT"), .body_len = bodies[i].len};
        struct strbuf command;
        struct strbuf out;
        char *url = strbuf_format("%s/it's?a=%%20&b", world->raw_endpoint.base_url);
        char *fields = mem_strdup("Content-Type: text/plain\nX-Empty: ");
        strbuf_init(&command, STRBUF_OWN_MAX);
        strbuf_init(&out, STRBUF_OWN_MAX);
        strbuf_init(&record.body, STRBUF_OWN_MAX);
        strbuf_append(&record.body, bodies[i].bytes, bodies[i].len);
        record.url = url;
        record.fields = fields;
        raw_server_answer_text(world->raw, ANSWER);
        assert_true(wire_curl_append(&record, &command, NULL));
        run_shell(world->loop, strbuf_text(&command), &out);
        const struct raw_request *got = raw_server_get_request(world->raw, i);
        assert_int_equal(got->body_len, bodies[i].len);
        assert_memory_equal(got->body, bodies[i].bytes, bodies[i].len);
        assert_int_equal(strncmp(got->bytes, "PUT ", 4), 0);
        assert_non_null(strstr(got->bytes, "/it's?a=%20&b HTTP"));
        assert_non_null(strstr(got->bytes, "\r\nX-Empty:"));
        mem_free(url);
        mem_free(fields);
        strbuf_clear(&record.body);
        strbuf_clear(&command);
        strbuf_clear(&out);
    }
}

static void wire_curl_append__says_why__there_is_no_command(void **state)
{
    (void)state;
    struct error err = {ERROR_NONE, NULL};
    struct strbuf command;
    strbuf_init(&command, STRBUF_OWN_MAX);
    struct wire_record record = {.is_dropped = true};
    assert_false(wire_curl_append(&record, &command, &err));
    assert_string_equal(error_text(&err), "the request is not kept any more");
    record = (struct wire_record){
        .url = TEXT("http://host"), .method = TEXT("POST"), .body_len = 9};
    strbuf_init(&record.body, 100);
    error_clear(&err);
    assert_false(wire_curl_append(&record, &command, &err));
    assert_non_null(strstr(error_text(&err), "a recording does not hold what was sent"));
    strbuf_append_text(&record.body, "12345678");
    error_clear(&err);
    assert_false(wire_curl_append(&record, &command, &err));
    assert_non_null(strstr(error_text(&err), "too large to be kept (9 bytes)"));
    assert_int_equal(command.len, 0);
    strbuf_clear(&record.body);
    error_clear(&err);
}

static void wire_curl_append__signs__with_variables(void **state)
{
    (void)state;
    struct strbuf command;
    strbuf_init(&command, STRBUF_OWN_MAX);
    const struct wire_record record = {
        .url = TEXT("https://host/x"),
        .method = TEXT("GET"),
        .aws_sigv4 = TEXT("aws:amz:eu-west-1:bedrock"),
        .fields = TEXT("X-Amz-Security-Token: ***\nAuthorization: AWS4-HMAC-SHA256 ***"),
        .ca_file = TEXT("/a b.pem"),
        .proxy = TEXT("http://***@proxy:1"),
    };
    assert_true(wire_curl_append(&record, &command, NULL));
    assert_string_equal(strbuf_text(&command),
                        "curl -sS -N 'https://host/x' \\\n"
                        "  -H 'X-Amz-Security-Token: '\"$AWS_SESSION_TOKEN\" \\\n"
                        "  --compressed \\\n"
                        "  --aws-sigv4 'aws:amz:eu-west-1:bedrock' \\\n"
                        "  --user \"$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY\" \\\n"
                        "  --cacert '/a b.pem' \\\n"
                        "  --proxy 'http://'\"$PROXY_USER\"'@proxy:1'");
    strbuf_clear(&command);
}

#define CURL(test)                                                                       \
    cmocka_unit_test_setup_teardown(test, engine_world_setup, engine_world_teardown)

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    const struct CMUnitTest tests[] = {
        CURL(wire_curl__sends__the_same_bytes),
        CURL(wire_curl__sends__a_body_too_long_for_an_argument),
        CURL(wire_curl__sends__bytes_that_no_argument_holds),
        cmocka_unit_test(wire_curl_append__says_why__there_is_no_command),
        cmocka_unit_test(wire_curl_append__signs__with_variables),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

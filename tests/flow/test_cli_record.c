/* --record, motet replay and motet demo --serve --from, as programs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/base/file_out.h"
#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/store/recording.h"
#include "tests/support/cli_world.h"
#include "tests/support/http_call.h"
#include "tests/support/json_lines.h"
#include "tests/support/loop_wait.h"

static const char key[] = "sk-record-0123456789abcdef";
static const char *const with_key[] = {"MOTET_TEST_KEY=sk-record-0123456789abcdef", NULL};

/* A path for a recording of this test; caller frees. */
static char *make_path(const char *name)
{
    const char *folder = getenv("TMPDIR");
    return strbuf_format("%s/%s-%ld.jsonl", folder != NULL ? folder : "/tmp", name,
                         (long)getpid());
}

/* Runs motet with the arguments of a format that has one %s, for the path; caller frees.
 */
static struct child_program *run_with(struct cli_world *world, const char *before,
                                      const char *path, const char *after)
{
    char *line = strbuf_format("%s%s%s", before, path, after);
    struct child_program *child =
        cli_run(world, line, &(struct child_options){.env = with_key});
    mem_free(line);
    return child;
}

/* The events without what tells of this run's own time. Caller frees. */
static char *without_time(const char *text)
{
    struct strbuf out;
    strbuf_init(&out, STRBUF_OWN_MAX);
    for (const char *line = text; *line != '\0';) {
        const size_t len = strcspn(line, "\n");
        cJSON *event = json_parse(line, len);
        assert_non_null(event);
        const char *name = json_get_string(event, "event");
        if (strcmp(name, "end") == 0)
            cJSON_DeleteItemFromObjectCaseSensitive(event, "seconds");
        if (strcmp(name, "state") == 0)
            cJSON_DeleteItemFromObjectCaseSensitive(event, "wait");
        char *printed = cJSON_PrintUnformatted(event);
        strbuf_append_format(&out, "%s\n", printed);
        cJSON_free(printed);
        cJSON_Delete(event);
        line += len + (line[len] == '\n');
    }
    return strbuf_take(&out);
}

static const char stream_head[] =
    "HTTP/1.1 200 X\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";

static const char stream_start[] =
    "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hel\"}}]}\n\n"
    "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"lo sk-record-"
    "0123456789abcdef\"}}]}\n\n";

static const char stream_rest[] =
    "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}],"
    "\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2}}\n\n"
    "data: [DONE]\n\n";

static void replay__prints__the_events_of_the_recorded_run(void **state)
{
    struct cli_world *world = *state;
    char *path = make_path("run");
    const struct raw_step steps[] = {{.action = RAW_SEND, .bytes = stream_head},
                                     {.action = RAW_SEND, .bytes = stream_start},
                                     {.action = RAW_SEND, .bytes = stream_rest},
                                     {.action = RAW_CLOSE}};
    raw_server_answer_text(world->raw, "HTTP/1.1 503 X\r\nContent-Length: 2\r\n\r\n{}");
    raw_server_answer(world->raw, steps, 4);
    struct child_program *first =
        run_with(world, "ask|--url|%URL|-m|m|--key-env|MOTET_TEST_KEY|--json|--record|",
                 path, "|hi");
    cli_assert_code(first, 0);
    struct child_program *again = run_with(world, "replay|--speed|max|--json|", path, "");
    cli_assert_code(again, 0);
    char *told = without_time(strbuf_text(&first->out));
    char *told_again = without_time(strbuf_text(&again->out));
    /* The recording keeps what the server said of the key as stars. */
    for (char *at = told; (at = strstr(at, key)) != NULL;)
        memset(at, '*', strlen(key));
    assert_non_null(strstr(told, "\"retrying\""));
    assert_string_equal(told_again, told);
    assert_int_equal(raw_server_count_requests(world->raw), 2);
    struct strbuf bytes;
    strbuf_init(&bytes, STRBUF_OWN_MAX);
    assert_true(path_read_file(path, &bytes, NULL));
    assert_null(strstr(strbuf_text(&bytes), "0123456789abcdef"));
    strbuf_clear(&bytes);
    mem_free(told);
    mem_free(told_again);
    child_free(first);
    child_free(again);
    unlink(path);
    mem_free(path);
}

/* True once the recording holds a piece of the answer. */
static bool has_body(void *user)
{
    struct strbuf bytes;
    strbuf_init(&bytes, STRBUF_OWN_MAX);
    const bool is_there = path_read_file(user, &bytes, NULL) &&
                          strstr(strbuf_text(&bytes), "\"kind\":\"body\"") != NULL;
    strbuf_clear(&bytes);
    return is_there;
}

/* Wakes the loop, so that a condition outside of it is looked at. */
static void on_tick(struct ev_loop *loop, struct ev_timer *timer, int events)
{
    (void)loop;
    (void)timer;
    (void)events;
}

static void recording__plays__after_its_program_was_killed(void **state)
{
    struct cli_world *world = *state;
    char *path = make_path("killed");
    const struct raw_step steps[] = {{.action = RAW_SEND, .bytes = stream_head},
                                     {.action = RAW_SEND, .bytes = stream_start},
                                     {.action = RAW_HOLD}};
    raw_server_answer(world->raw, steps, 3);
    char *line = strbuf_format("ask|--url|%%URL|-m|m|--record|%s|hi", path);
    struct child_program *child = cli_start(world, line, NULL);
    struct ev_timer tick;
    ev_timer_init(&tick, on_tick, 0.01, 0.01);
    ev_timer_start(world->loop, &tick);
    assert_true(loop_wait(world->loop, has_body, path));
    ev_timer_stop(world->loop, &tick);
    child_signal(child, SIGKILL);
    assert_int_equal(child_wait(child), -SIGKILL);
    struct child_program *again = run_with(world, "replay|--speed|max|--json|", path, "");
    cli_assert_code(again, 0);
    struct json_lines lines = {0};
    json_lines_read(&lines, strbuf_text(&again->out));
    const cJSON *done = json_lines_find(&lines, "done", 0, 0);
    assert_non_null(done);
    assert_string_equal(json_lines_string(done, "finish"), "cancelled");
    assert_non_null(strstr(json_lines_string(done, "text"), "Hel"));
    json_lines_clear(&lines);
    child_free(again);
    child_free(child);
    mem_free(line);
    unlink(path);
    mem_free(path);
}

static void record__refuses__a_file_that_is_something_else(void **state)
{
    struct child_program *child =
        cli_run(*state, "ask|--url|%URL|-m|m|--record|/dev/full|hi", NULL);
    cli_assert_code(child, 2);
    assert_non_null(strstr(strbuf_text(&child->err), "--record"));
    child_free(child);
}

/* The body of the first answer, as the recording has it. */
static void read_body(const char *path, struct strbuf *body)
{
    struct recording recording;
    struct error err = {ERROR_NONE, NULL};
    uint64_t exchange = 0;
    if (!recording_read(&recording, path, &err))
        fail_msg("%s", error_text(&err));
    strbuf_init(body, STRBUF_OWN_MAX);
    for (size_t i = 0; i < recording.record_count; i++) {
        const struct recording_record *record = &recording.records[i];
        if (record->kind == RECORDING_REQUEST && exchange == 0 &&
            strcmp(record->of.request->model.model, "coder") == 0)
            exchange = record->exchange;
        if (record->kind == RECORDING_BODY && record->exchange == exchange)
            strbuf_append(body, record->of.body.bytes, record->of.body.len);
    }
    recording_clear(&recording);
}

static void post(struct http_world *http, const char *url, const char *body,
                 struct http_call *call)
{
    const struct http_request request = {
        .url = url, .body = body, .body_len = strlen(body)};
    http_call_init(call, http);
    http_call_start_request(call, &request);
    http_call_wait(call);
}

static void serve__gives__the_bytes_of_the_recording(void **state)
{
    struct cli_world *world = *state;
    const char *folder = getenv("MOTET_SRCDIR");
    char *path = strbuf_format("%s/recordings/race.jsonl", folder != NULL ? folder : ".");
    char *line = strbuf_format("demo|--serve|--speed|10000|--from|%s", path);
    struct child_program *server = cli_start(world, line, NULL);
    child_wait_out(server, "\n");
    const char *place = strstr(strbuf_text(&server->out), "http://");
    assert_non_null(place);
    const int place_len = (int)strcspn(place, "\n");
    struct http_world http = {.loop = world->loop, .server = world->raw};
    http.http = http_new(world->loop, NULL);
    struct http_call call;
    struct strbuf body;
    char *url = strbuf_format("%.*s/api/chat", place_len, place);
    read_body(path, &body);
    assert_true(body.len > 1000);
    post(&http, url, "{\"model\":\"coder\"}", &call);
    assert_int_equal(call.status, 200);
    assert_int_equal(call.body.len, body.len);
    assert_memory_equal(call.body.text, body.text, body.len);
    http_call_clear(&call);
    /* The last one again and again; where there is none, a sentence. */
    post(&http, url, "{\"model\":\"coder\"}", &call);
    assert_int_equal(call.body.len, body.len);
    http_call_clear(&call);
    mem_free(url);
    url = strbuf_format("%.*s/v1/responses", place_len, place);
    post(&http, url, "{}", &call);
    assert_int_equal(call.status, 404);
    assert_non_null(strstr(strbuf_text(&call.body), "The recording holds no answer"));
    http_call_clear(&call);
    http_free(http.http);
    child_free(server);
    strbuf_clear(&body);
    mem_free(url);
    mem_free(line);
    mem_free(path);
}

/* Runs motet with the line; its standard output. Caller frees. */
static char *take_out(struct cli_world *world, const char *line,
                      const struct child_options *options)
{
    struct child_program *child = cli_run(world, line, options);
    cli_assert_code(child, 0);
    char *out = mem_strdup(strbuf_text(&child->out));
    child_free(child);
    return out;
}

/* What motet says of a recording of that path that is played at once. Caller frees. */
static char *play(struct cli_world *world, const char *path)
{
    char *line = strbuf_format("replay|--speed|max|%s", path);
    char *out = take_out(world, line, NULL);
    mem_free(line);
    return out;
}

static size_t count_text(const char *text, const char *what)
{
    size_t count = 0;
    for (const char *at = text; (at = strstr(at, what)) != NULL; at++)
        count++;
    return count;
}

/* Each cell of a matrix is a chat that is closed when it is done. */
static void record__run__plays_all_its_answers(void **state)
{
    struct cli_world *world = *state;
    char *path = make_path("cells");
    char *words = make_path("words");
    const char text[] = "say {x}\n";
    assert_true(file_out_replace(words, text, strlen(text), NULL));
    char *line = strbuf_format(
        "run|%s|x=hello,sorry|-m|demo/eliza|-m|demo/echo|--record|%s", words, path);
    char *out = take_out(world, line, NULL);
    char *again = play(world, path);
    assert_int_equal(count_text(again, "== demo/eliza ==\n"), 2);
    assert_int_equal(count_text(again, "== demo/echo ==\n"), 2);
    mem_free(again);
    mem_free(out);
    mem_free(line);
    unlink(words);
    unlink(path);
    mem_free(words);
    mem_free(path);
}

/* What was said before is in the recording, too. */
static void record__session_again__has_it_whole(void **state)
{
    struct cli_world *world = *state;
    char *path = make_path("again");
    char *file = make_path("old");
    const char old[] = "{\"model\":\"demo/eliza\",\"messages\":["
                       "{\"role\":\"user\",\"content\":\"old question\"},"
                       "{\"role\":\"assistant\",\"content\":\"old answer\"}]}";
    char *data = strbuf_format("XDG_DATA_HOME=%s.data", file);
    const char *const env[] = {data, NULL};
    assert_true(file_out_replace(file, old, strlen(old), NULL));
    char *line = strbuf_format("sessions|import|%s", file);
    mem_free(take_out(world, line, &(struct child_options){.env = env}));
    mem_free(line);
    line = strbuf_format("--plain|-c|--record|%s", path);
    char *out =
        take_out(world, line,
                 &(struct child_options){
                     .env = env, .input = CHILD_INPUT_TEXT, .text = "I am sad\n"});
    char *again = play(world, path);
    assert_true(strlen(again) > 10);
    assert_non_null(strstr(out, again));
    struct strbuf bytes;
    strbuf_init(&bytes, STRBUF_OWN_MAX);
    assert_true(path_read_file(path, &bytes, NULL));
    assert_non_null(strstr(strbuf_text(&bytes), "\"old question\""));
    assert_non_null(strstr(strbuf_text(&bytes), "\"old answer\""));
    strbuf_clear(&bytes);
    mem_free(again);
    mem_free(out);
    mem_free(line);
    mem_free(data);
    unlink(file);
    unlink(path);
    mem_free(file);
    mem_free(path);
}

/* A key with what JSON escapes; and a header whose value is a word of recordings. */
static void record__hides_keys__and_nothing_that_a_reader_needs(void **state)
{
    static const char *const env[] = {"MOTET_TEST_KEY=sk-\"a\\b/fedcba9876543210", NULL};
    struct cli_world *world = *state;
    char *path = make_path("hidden");
    const struct raw_step steps[] = {{.action = RAW_SEND, .bytes = stream_head},
                                     {.action = RAW_SEND, .bytes = stream_start},
                                     {.action = RAW_SEND, .bytes = stream_rest},
                                     {.action = RAW_CLOSE}};
    raw_server_answer(world->raw, steps, 4);
    char *line = strbuf_format("ask|--url|%%URL|-m|m|--key-env|MOTET_TEST_KEY|--header|"
                               "X-Kind: message-batches|--record|%s|"
                               "is it sk-\"a\\b/fedcba9876543210 ?",
                               path);
    char *out = take_out(world, line, &(struct child_options){.env = env});
    char *again = play(world, path);
    assert_string_equal(again, out);
    struct strbuf bytes;
    strbuf_init(&bytes, STRBUF_OWN_MAX);
    assert_true(path_read_file(path, &bytes, NULL));
    assert_null(strstr(strbuf_text(&bytes), "fedcba9876543210"));
    assert_non_null(strstr(strbuf_text(&bytes), "\"is it ****"));
    strbuf_clear(&bytes);
    mem_free(again);
    mem_free(out);
    mem_free(line);
    unlink(path);
    mem_free(path);
}

/* The room runs out: that is said once, and the chat goes on. */
static void record__full_disk__is_said_once(void **state)
{
    struct cli_world *world = *state;
    const char *folder = getenv("MOTET_BUILDDIR");
    char *path = make_path("full");
    char *program = strbuf_format("%s/motet", folder != NULL ? folder : ".");
    const char *const args[] = {
        "-c",       "trap '' XFSZ; ulimit -f 40; exec \"$0\" \"$@\"",
        program,    "demo",
        "--speed",  "10000",
        "--panes",  "2",
        "--record", path,
        "hi",       NULL};
    struct child_program *child = child_start(
        world->loop, &(struct child_options){
                         .program = "/bin/sh", .args = args, .list = &world->children});
    child_wait(child);
    cli_assert_code(child, 0);
    assert_int_equal(count_text(strbuf_text(&child->err), "is over"), 1);
    assert_non_null(strstr(strbuf_text(&child->out), "== demo/sage =="));
    assert_non_null(strstr(strbuf_text(&child->out), "== demo/coder =="));
    char *whole = mem_strdup(strbuf_text(&child->out));
    child_free(child);
    /* What is there plays, and says that it ends too early. */
    char *again = play(world, path);
    assert_true(strlen(again) < strlen(whole));
    mem_free(again);
    mem_free(whole);
    mem_free(program);
    unlink(path);
    mem_free(path);
}

static void serve__asked_by_motet__gives_the_same_answer(void **state)
{
    struct cli_world *world = *state;
    char *path = make_path("served");
    char *line = strbuf_format("demo|--speed|10000|--panes|1|--record|%s|hi", path);
    char *told = take_out(world, line, NULL);
    mem_free(line);
    line = strbuf_format("demo|--serve|--speed|10000|--from|%s", path);
    struct child_program *server = cli_start(world, line, NULL);
    child_wait_out(server, "\n");
    const char *place = strstr(strbuf_text(&server->out), "http://");
    assert_non_null(place);
    mem_free(line);
    line = strbuf_format("ask|--url|%.*s|-m|sage|something else",
                         (int)strcspn(place, "\n"), place);
    for (int i = 0; i < 2; i++) {
        char *again = take_out(world, line, NULL);
        assert_true(strlen(told) > 100);
        assert_string_equal(again, told);
        mem_free(again);
    }
    child_free(server);
    mem_free(line);
    mem_free(told);
    unlink(path);
    mem_free(path);
}

static void replay__plays__the_shipped_race(void **state)
{
    struct cli_world *world = *state;
    const char *folder = getenv("MOTET_SRCDIR");
    char *path = strbuf_format("%s/recordings/race.jsonl", folder != NULL ? folder : ".");
    struct child_program *child = run_with(world, "replay|--speed|max|--json|", path, "");
    cli_assert_code(child, 0);
    const char *out = strbuf_text(&child->out);
    const char *call = strstr(out, "\"event\":\"tool_call\"");
    assert_non_null(call);
    const char *result = strstr(call, "\"event\":\"tool_result\"");
    assert_non_null(result);
    assert_non_null(strstr(result, "Lisbon: 22"));
    assert_non_null(strstr(result, "{\"event\":\"end\",\"chats\":4,\"failed\":0,"));
    child_free(child);
    mem_free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(replay__prints__the_events_of_the_recorded_run,
                                        cli_world_setup, cli_world_teardown),
        cmocka_unit_test_setup_teardown(recording__plays__after_its_program_was_killed,
                                        cli_world_setup, cli_world_teardown),
        cmocka_unit_test_setup_teardown(record__refuses__a_file_that_is_something_else,
                                        cli_world_setup, cli_world_teardown),
        cmocka_unit_test_setup_teardown(serve__gives__the_bytes_of_the_recording,
                                        cli_world_setup, cli_world_teardown),
        cmocka_unit_test_setup_teardown(record__run__plays_all_its_answers,
                                        cli_world_setup, cli_world_teardown),
        cmocka_unit_test_setup_teardown(record__session_again__has_it_whole,
                                        cli_world_setup, cli_world_teardown),
        cmocka_unit_test_setup_teardown(
            record__hides_keys__and_nothing_that_a_reader_needs, cli_world_setup,
            cli_world_teardown),
        cmocka_unit_test_setup_teardown(record__full_disk__is_said_once, cli_world_setup,
                                        cli_world_teardown),
        cmocka_unit_test_setup_teardown(serve__asked_by_motet__gives_the_same_answer,
                                        cli_world_setup, cli_world_teardown),
        cmocka_unit_test_setup_teardown(replay__plays__the_shipped_race, cli_world_setup,
                                        cli_world_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

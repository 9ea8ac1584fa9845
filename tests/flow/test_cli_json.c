/*
 * The events of --json as a script sees them: every line an object of the contract, each
 * chat begun and done once, the end last.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/base/strbuf.h"
#include "tests/support/cli_world.h"
#include "tests/support/json_lines.h"

#define FAST "?rate=0&ttft=0"

/* Runs the line, checks the whole of what came and gives it as lines. */
static struct json_lines run_json(struct cli_world *world, const char *line, int code,
                                  size_t chats)
{
    struct json_lines lines;
    struct child_program *child = cli_run(world, line, NULL);
    cli_assert_code(child, code);
    json_lines_read(&lines, strbuf_text(&child->out));
    json_lines_check_run(&lines, chats);
    child_free(child);
    return lines;
}

static void assert_story(const struct json_lines *lines, int chat, const char *expected)
{
    char *story = json_lines_story(lines, chat);
    assert_string_equal(story, expected);
    mem_free(story);
}

static const cJSON *done_of(const struct json_lines *lines, int chat)
{
    const cJSON *done = json_lines_find(lines, "done", chat, 0);
    assert_non_null(done);
    return done;
}

static const cJSON *member(const cJSON *line, const char *name)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(line, name);
    assert_non_null(item);
    return item;
}

/* --- A turn that goes well
 * -------------------------------------------------------------- */

static void json__tells__one_turn(void **state)
{
    struct json_lines lines =
        run_json(*state, "ask|--json|-m|demo/echo" FAST "|hello there", 0, 1);
    assert_story(&lines, 0, "start connecting waiting streaming text done");
    const cJSON *start = json_lines_find(&lines, "start", 0, 0);
    assert_string_equal(json_lines_string(start, "model"), "demo/echo" FAST);
    assert_string_equal(json_lines_string(start, "provider"), "demo");
    const cJSON *done = done_of(&lines, 0);
    assert_string_equal(json_lines_string(done, "finish"), "stop");
    assert_string_equal(json_lines_string(done, "finish_raw"), "stop");
    assert_string_equal(json_lines_string(done, "text"), "hello there");
    assert_int_equal((int)json_lines_number(done, "attempts"), 1);
    assert_string_equal(json_lines_string(done, "connection"), "new");
    assert_string_equal(json_lines_string(done, "http"), "1.1");
    assert_true(json_lines_is_null(done, "cost"));
    assert_true(json_lines_number(done, "first_token") >= 0);
    assert_true(json_lines_number(member(done, "usage"), "input") > 0);
    assert_true(json_lines_number(member(done, "usage"), "output") > 0);
    json_lines_clear(&lines);
}

static void json__is_the_same__for_a_whole_answer(void **state)
{
    struct json_lines lines =
        run_json(*state, "ask|--json|--no-stream|-m|demo/echo" FAST "|hello", 0, 1);
    assert_story(&lines, 0, "start connecting waiting streaming text done");
    assert_null(json_lines_find(&lines, "text", 0, 1));
    json_lines_clear(&lines);
}

static void json__tells_reasoning__before_text(void **state)
{
    struct json_lines lines =
        run_json(*state, "ask|--json|-m|demo/thinker" FAST "|why", 0, 1);
    assert_story(&lines, 0, "start connecting waiting streaming reasoning text done");
    json_lines_clear(&lines);
}

static void json__tells_calls__whole(void **state)
{
    struct json_lines lines =
        run_json(*state, "ask|--json|-m|demo/tools" FAST "|weather in Oslo?", 0, 1);
    assert_story(&lines, 0, "start connecting waiting streaming text tool_call done");
    const cJSON *first = json_lines_find(&lines, "tool_call", 0, 0);
    const cJSON *second = json_lines_find(&lines, "tool_call", 0, 1);
    assert_non_null(second);
    assert_string_equal(json_lines_string(first, "arguments"),
                        "{\"city\":\"Oslo\",\"unit\":\"celsius\"}");
    assert_string_not_equal(json_lines_string(first, "id"),
                            json_lines_string(second, "id"));
    const cJSON *done = done_of(&lines, 0);
    assert_string_equal(json_lines_string(done, "finish"), "tool_calls");
    const cJSON *calls = member(done, "tool_calls");
    assert_int_equal(cJSON_GetArraySize(calls), 2);
    for (int i = 0; i < 2; i++) {
        const cJSON *call = cJSON_GetArrayItem(calls, i);
        const cJSON *event = json_lines_find(&lines, "tool_call", 0, (size_t)i);
        assert_string_equal(json_lines_string(call, "id"),
                            json_lines_string(event, "id"));
        assert_string_equal(json_lines_string(call, "arguments"),
                            json_lines_string(event, "arguments"));
    }
    json_lines_clear(&lines);
}

static void json__counts_chats__in_the_order_asked(void **state)
{
    struct json_lines lines = run_json(
        *state,
        "ask|--json|-m|demo/echo?rate=300&ttft=900|-m|demo/sage" FAST ",demo/coder" FAST
        ",demo/polyglot" FAST ",demo/thinker" FAST "|-m|demo/eliza" FAST
        "|-m|demo/firehose?tokens=500|-m|demo/echo" FAST "|one two three",
        0, 8);
    static const char *const models[] = {
        "demo/echo?rate=300&ttft=900", "demo/sage" FAST,    "demo/coder" FAST,
        "demo/polyglot" FAST,          "demo/thinker" FAST, "demo/eliza" FAST,
        "demo/firehose?tokens=500",    "demo/echo" FAST};
    for (int i = 0; i < 8; i++)
        assert_string_equal(
            json_lines_string(json_lines_find(&lines, "start", i, 0), "model"),
            models[i]);
    /* The slow one does not hold the others back. */
    const cJSON *last_done = json_lines_find(&lines, "done", -1, 7);
    assert_int_equal((int)json_lines_number(last_done, "chat"), 0);
    json_lines_clear(&lines);
}

static void json__tells_the_place_in_line__under_a_limit_of_jobs(void **state)
{
    struct json_lines lines = run_json(*state,
                                       "ask|--json|-j|1|-m|demo/echo" FAST
                                       ",demo/echo" FAST ",demo/echo" FAST "|x",
                                       0, 3);
    assert_story(&lines, 0, "start connecting waiting streaming text done");
    assert_story(&lines, 2, "start queued connecting waiting streaming text done");
    const cJSON *queued = json_lines_find(&lines, "state", 2, 0);
    assert_string_equal(json_lines_string(queued, "reason"), "jobs");
    assert_int_equal((int)json_lines_number(queued, "position"), 2);
    json_lines_clear(&lines);
}

static void json__has_nulls__for_what_the_server_did_not_say(void **state)
{
    struct cli_world *world = *state;
    cli_answer(world, "200 OK", "application/json",
               "{\"choices\":[{\"message\":{\"content\":\"ok\"}}]}");
    struct json_lines lines =
        run_json(world, "ask|--json|--no-stream|--url|%URL|-m|m|hi", 0, 1);
    const cJSON *usage = member(done_of(&lines, 0), "usage");
    assert_true(json_lines_is_null(usage, "input"));
    assert_true(json_lines_is_null(usage, "output"));
    assert_true(json_lines_is_null(usage, "reasoning"));
    assert_true(json_lines_is_null(usage, "cached"));
    json_lines_clear(&lines);
}

static void json__tells__a_refusal(void **state)
{
    struct cli_world *world = *state;
    cli_answer(world, "200 OK", "application/json",
               "{\"choices\":[{\"message\":{\"content\":null,\"refusal\":\"I will not\"},"
               "\"finish_reason\":\"stop\"}]}");
    struct json_lines lines =
        run_json(world, "ask|--json|--no-stream|--url|%URL|-m|m|hi", 0, 1);
    assert_string_equal(json_lines_string(done_of(&lines, 0), "refusal"), "I will not");
    assert_string_equal(json_lines_string(done_of(&lines, 0), "text"), "");
    json_lines_clear(&lines);
}

/* --- Failures
 * --------------------------------------------------------------------------- */

struct error_case {
    const char *model;
    int code;
    const char *class;
    int status; /* what the reply began with */
    bool is_retryable;
    bool is_partial;
};

static void check_error(struct cli_world *world, const struct error_case *one)
{
    char *line = strbuf_format("ask|--json|--retries|0|--idle-timeout|0.4|"
                               "--first-token-timeout|0.8|-m|demo/%s|hi",
                               one->model);
    struct json_lines lines = run_json(world, line, one->code, 1);
    const cJSON *error = json_lines_find(&lines, "error", 0, 0);
    print_message("    %s\n", one->model);
    assert_non_null(error);
    assert_string_equal(json_lines_string(error, "class"), one->class);
    assert_int_equal((int)json_lines_number(error, "status"), one->status);
    assert_int_equal(cJSON_IsTrue(member(error, "retryable")), one->is_retryable);
    assert_int_equal(cJSON_IsTrue(member(error, "partial")), one->is_partial);
    assert_true(strlen(json_lines_string(error, "message")) > 0);
    const char *text = json_lines_string(done_of(&lines, 0), "text");
    assert_int_equal(strlen(text) > 0, one->is_partial);
    json_lines_clear(&lines);
    mem_free(line);
}

static void json__tells_the_class__of_every_failure(void **state)
{
    static const struct error_case cases[] = {
        {"echo?fault=401", 3, "auth", 401, false, false},
        {"nosuch", 4, "not_found", 404, false, false},
        {"echo?fault=400", 4, "bad_request", 400, false, false},
        {"echo?fault=context", 4, "context_length", 400, false, false},
        {"echo?fault=429", 5, "rate_limit", 429, true, false},
        {"echo?fault=quota", 5, "quota", 429, false, false},
        {"down", 6, "overloaded", 503, true, false},
        {"echo?fault=500", 6, "server", 500, true, false},
        {"slow", 7, "timeout_first_byte", 200, true, false},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        check_error(*state, &cases[i]);
}

static void json__keeps_the_part__of_a_broken_answer(void **state)
{
    static const struct error_case cases[] = {
        {"cut" FAST, 7, "network_reset", 200, true, true},
        {"sage" FAST "&fault=cut-utf8", 7, "network_reset", 200, true, true},
        {"garbage" FAST, 6, "protocol", 200, false, true},
        {"sage" FAST "&fault=error", 6, "server", 200, true, true},
        {"stall" FAST, 7, "timeout_idle", 200, true, true},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        check_error(*state, &cases[i]);
}

static void json__names__code_request_and_wait(void **state)
{
    struct cli_world *world = *state;
    raw_server_answer_text(
        world->raw, "HTTP/1.1 429 Too Many\r\nContent-Type: application/json\r\n"
                    "x-request-id: req_42\r\nretry-after-ms: 1500\r\nContent-Length: 73"
                    "\r\n\r\n{\"error\":{\"message\":\"slow down\",\"type\":\"requests\","
                    "\"code\":\"rate_limited\"}}");
    struct json_lines lines =
        run_json(world, "ask|--json|--retries|0|--url|%URL|-m|m|hi", 5, 1);
    const cJSON *error = json_lines_find(&lines, "error", 0, 0);
    assert_non_null(strstr(json_lines_string(error, "message"), "slow down"));
    assert_string_equal(json_lines_string(error, "provider_code"), "rate_limited");
    assert_string_equal(json_lines_string(error, "request_id"), "req_42");
    assert_int_equal((int)json_lines_number(error, "retry_after_ms"), 1500);
    json_lines_clear(&lines);
}

static void json__tells_why_and_how_long__when_it_retries(void **state)
{
    struct json_lines lines = run_json(
        *state, "ask|--json|-m|demo/flaky?rate=0&ttft=0&tokens=5&retry_after=0.05|hi", 0,
        1);
    assert_story(&lines, 0,
                 "start connecting waiting retrying connecting waiting streaming text "
                 "done");
    const cJSON *retrying = json_lines_find(&lines, "state", 0, 2);
    assert_string_equal(json_lines_string(retrying, "reason"), "rate_limit");
    assert_int_equal((int)json_lines_number(retrying, "attempt"), 2);
    const double wait = json_lines_number(retrying, "wait");
    assert_true(wait > 0 && wait < 0.06);
    assert_int_equal((int)json_lines_number(done_of(&lines, 0), "attempts"), 2);
    json_lines_clear(&lines);
}

static void json__counts__those_that_failed(void **state)
{
    struct json_lines lines = run_json(
        *state, "ask|--json|-m|demo/echo" FAST ",demo/echo?fault=401,demo/nosuch|hi", 9,
        3);
    assert_int_equal((int)json_lines_number(lines.items[lines.len - 1], "failed"), 2);
    json_lines_clear(&lines);
}

/* --- Text that is dangerous or broken
 * --------------------------------------------------- */

static char *read_stream(const char *name)
{
    struct strbuf file;
    struct error err = {.class = ERROR_NONE};
    const char *source = getenv("MOTET_SRCDIR");
    char *path =
        strbuf_format("%s/tests/streams/%s", source != NULL ? source : ".", name);
    strbuf_init(&file, (size_t)1 << 20);
    if (!path_read_file(path, &file, &err))
        fail_msg("%s", error_text(&err));
    mem_free(path);
    return strbuf_take(&file);
}

static void json__keeps_control_characters__as_escapes(void **state)
{
    struct cli_world *world = *state;
    char *stream = read_stream("oa-escapes.sse");
    cli_answer(world, "200 OK", "text/event-stream", stream);
    mem_free(stream);
    struct child_program *child = cli_run(world, "ask|--json|--url|%URL|-m|m|hi", NULL);
    cli_assert_code(child, 0);
    for (size_t i = 0; i < child->out.len; i++) {
        const unsigned char byte = (unsigned char)child->out.text[i];
        assert_true(byte >= 0x20 || byte == '\n');
    }
    struct json_lines lines;
    json_lines_read(&lines, strbuf_text(&child->out));
    json_lines_check_run(&lines, 1);
    const char *text = json_lines_string(done_of(&lines, 0), "text");
    assert_non_null(strstr(text, "\x1b[31mred\x1b[0m \x1b]52;c;ZXZpbA==\x07"));
    assert_non_null(strstr(text, "cr:one\rTWO del:\x7f end"));
    json_lines_clear(&lines);
    child_free(child);
}

static void json__replaces__what_is_no_text(void **state)
{
    struct cli_world *world = *state;
    cli_answer(world, "200 OK", "text/event-stream",
               "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\xff"
               "b\\ud800c\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n");
    struct json_lines lines = run_json(world, "ask|--json|--url|%URL|-m|m|hi", 0, 1);
    assert_string_equal(json_lines_string(done_of(&lines, 0), "text"), "a\xef\xbf\xbd"
                                                                       "b\xef\xbf\xbd"
                                                                       "c");
    json_lines_clear(&lines);
}

static void json__loses_no_token__of_a_firehose(void **state)
{
    struct json_lines lines =
        run_json(*state, "ask|--json|-m|demo/firehose?tokens=20000|go", 0, 1);
    const cJSON *usage = member(done_of(&lines, 0), "usage");
    assert_int_equal((int)json_lines_number(usage, "output"), 20000);
    json_lines_clear(&lines);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown(json__tells__one_turn, cli_world_setup,
                                    cli_world_teardown),
    cmocka_unit_test_setup_teardown(json__is_the_same__for_a_whole_answer,
                                    cli_world_setup, cli_world_teardown),
    cmocka_unit_test_setup_teardown(json__tells_reasoning__before_text, cli_world_setup,
                                    cli_world_teardown),
    cmocka_unit_test_setup_teardown(json__tells_calls__whole, cli_world_setup,
                                    cli_world_teardown),
    cmocka_unit_test_setup_teardown(json__counts_chats__in_the_order_asked,
                                    cli_world_setup, cli_world_teardown),
    cmocka_unit_test_setup_teardown(json__tells_the_place_in_line__under_a_limit_of_jobs,
                                    cli_world_setup, cli_world_teardown),
    cmocka_unit_test_setup_teardown(json__has_nulls__for_what_the_server_did_not_say,
                                    cli_world_setup, cli_world_teardown),
    cmocka_unit_test_setup_teardown(json__tells__a_refusal, cli_world_setup,
                                    cli_world_teardown),
    cmocka_unit_test_setup_teardown(json__tells_the_class__of_every_failure,
                                    cli_world_setup, cli_world_teardown),
    cmocka_unit_test_setup_teardown(json__keeps_the_part__of_a_broken_answer,
                                    cli_world_setup, cli_world_teardown),
    cmocka_unit_test_setup_teardown(json__names__code_request_and_wait, cli_world_setup,
                                    cli_world_teardown),
    cmocka_unit_test_setup_teardown(json__tells_why_and_how_long__when_it_retries,
                                    cli_world_setup, cli_world_teardown),
    cmocka_unit_test_setup_teardown(json__counts__those_that_failed, cli_world_setup,
                                    cli_world_teardown),
    cmocka_unit_test_setup_teardown(json__keeps_control_characters__as_escapes,
                                    cli_world_setup, cli_world_teardown),
    cmocka_unit_test_setup_teardown(json__replaces__what_is_no_text, cli_world_setup,
                                    cli_world_teardown),
    cmocka_unit_test_setup_teardown(json__loses_no_token__of_a_firehose, cli_world_setup,
                                    cli_world_teardown),
};

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}

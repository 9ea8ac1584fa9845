/*
 * The real program without a terminal: exit codes, usage, standard input, answers in
 * lines. The demo models run inside the program; odd servers run in the test.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "tests/support/cli_world.h"
#include "tests/support/loop_wait.h"

#define FAST  "?rate=0&ttft=0"
#define BATCH 8

/* --- Exit codes
 * ------------------------------------------------------------------------- */

struct code_case {
    const char *line;
    int code;
    const char *words; /* standard error must hold; NULL: it must be empty */
};

static void assert_case(struct child_program *child, const struct code_case *one)
{
    child_wait(child);
    const char *err = strbuf_text(&child->err);
    if (child->code != one->code)
        fail_msg("%s: exit code %d instead of %d: %s", one->line, child->code, one->code,
                 err);
    if (one->words == NULL && child->err.len > 0)
        fail_msg("%s: %s", one->line, err);
    if (one->words != NULL && strstr(err, one->words) == NULL)
        fail_msg("%s: \"%s\" does not say: %s", one->line, err, one->words);
}

/* Runs the cases, several at a time. */
static void check_cases(struct cli_world *world, const struct code_case *cases,
                        size_t count, void (*check)(const struct child_program *child))
{
    for (size_t at = 0; at < count; at += BATCH) {
        struct child_program *children[BATCH];
        const size_t size = count - at < BATCH ? count - at : BATCH;
        for (size_t i = 0; i < size; i++)
            children[i] = cli_start(world, cases[at + i].line, NULL);
        for (size_t i = 0; i < size; i++) {
            assert_case(children[i], &cases[at + i]);
            if (check != NULL)
                check(children[i]);
            child_free(children[i]);
        }
    }
}

static void ask__ends_with_the_code__of_the_error_class(void **state)
{
    static const struct code_case cases[] = {
        {"ask|-m|demo/echo" FAST "|hi", 0, NULL},
        {"ask|-m|demo/tools" FAST "|hi", 0, NULL},
        {"ask|-m|demo/sage" FAST "&fault=filter|hi", 0, "content filter"},
        {"ask|-m|demo/sage" FAST "&fault=empty|hi", 0, "empty"},
        {"ask|-m|demo/sage" FAST "|-p|max_tokens=3|hi", 0, "token limit"},
        {"ask|-m|demo/echo?fault=401|hi", 3, "not authorised"},
        {"ask|-m|demo/echo?fault=403|hi", 3, "not authorised"},
        {"ask|-m|demo/echo?key=required|hi", 3, "API key"},
        {"ask|-m|demo/echo?fault=400|hi", 4, "request refused"},
        {"ask|-m|demo/echo?fault=404|hi", 4, "not found"},
        {"ask|-m|demo/nosuch|hi", 4, "nosuch"},
        {"ask|-m|demo/echo?fault=context|hi", 4, "too long"},
        {"ask|-m|demo/echo?fault=429|--retries|0|hi", 5, "rate limited"},
        {"ask|-m|demo/echo?fault=429&retry_after=0.01|--retries|1|hi", 5, "rate limited"},
        {"ask|-m|demo/echo?fault=quota|hi", 5, "quota"},
        {"ask|-m|demo/down|--retries|0|hi", 6, "overloaded"},
        {"ask|-m|demo/echo?fault=500|--retries|0|hi", 6, "server error"},
        {"ask|-m|demo/sage" FAST "&fault=error|hi", 6, "server error"},
        {"ask|-m|demo/garbage" FAST "|hi", 6, "not a valid answer"},
        {"ask|-m|demo/echo?fault=html|hi", 6, "Harbour Hotel"},
        {"ask|-m|demo/sage" FAST "&fault=eof|hi", 6, "not a valid answer"},
        {"ask|-m|demo/cut" FAST "|hi", 7, "connection lost"},
        {"ask|-m|demo/slow|--first-token-timeout|0.05|--retries|0|hi", 7,
         "no first token within 0.05 s"},
        {"ask|-m|demo/stall" FAST "|--idle-timeout|0.05|hi", 7, "no data for 0.05 s"},
        {"ask|-m|demo/slow|--total-timeout|0.05|hi", 7, "within 0.05 s"},
        {"ask|--url|http://nonexistent.invalid|-m|m|--retries|0|hi", 7,
         "nonexistent.invalid"},
    };
    check_cases(*state, cases, COUNT_OF(cases), NULL);
}

static void ask__ends_with_the_code_of_all__or_says_that_some_failed(void **state)
{
    static const struct code_case cases[] = {
        {"ask|-m|demo/echo" FAST "|-m|demo/sage" FAST "|hi", 0, NULL},
        {"ask|-m|demo/echo" FAST ",demo/echo?fault=401|hi", 9, "not authorised"},
        {"ask|-m|demo/echo?fault=401,demo/sage?fault=403|hi", 3, "not authorised"},
        {"ask|-m|demo/echo?fault=401,demo/echo?fault=404|hi", 9, "not found"},
    };
    check_cases(*state, cases, COUNT_OF(cases), NULL);
}

static void ask__fails_with_7__where_nobody_listens(void **state)
{
    struct cli_world *world = *state;
    char *line = strbuf_format("ask|--url|%s|-m|m|hi", raw_server_get_url(world->raw));
    raw_server_free(world->raw);
    world->raw = NULL;
    struct child_program *child = cli_run(world, line, NULL);
    cli_assert_code(child, 7);
    assert_non_null(strstr(strbuf_text(&child->err), "127.0.0.1:"));
    child_free(child);
    mem_free(line);
}

static void ask__retries__what_is_worth_it(void **state)
{
    struct child_program *child = cli_run(
        *state, "ask|-m|demo/flaky?rate=0&ttft=0&tokens=5&retry_after=0.02|hi", NULL);
    cli_assert_code(child, 0);
    assert_true(child->out.len > 0);
    assert_string_equal(strbuf_text(&child->err), "");
    child_free(child);
}

/* --- Usage
 * ------------------------------------------------------------------------------ */

/* One sentence on standard error and nothing half-done. */
static void assert_one_sentence(const struct child_program *child)
{
    const char *err = strbuf_text(&child->err);
    assert_string_equal(strbuf_text(&child->out), "");
    assert_memory_equal(err, "motet: ", 7);
    assert_ptr_equal(strchr(err, '\n'), err + strlen(err) - 1);
}

static void motet__says_in_a_sentence__what_is_wrong_with_its_arguments(void **state)
{
    static const struct code_case cases[] = {
        {"ask|--bogus|hi", 2, "--bogus"},
        {"ask|-m|demo/echo|--jobs|none|hi", 2, "--jobs"},
        {"ask|-m|demo/echo|--retries|-1|hi", 2, "--retries"},
        {"ask|-m|demo/echo|--idle-timeout|soon|hi", 2, "--idle-timeout"},
        {"ask|-m|demo/echo|-p|temperature=9|hi", 2, "temperature"},
        {"ask|-m|demo/echo|-p|bogus=1|hi", 2, "bogus"},
        {"ask|-m|demo/echo|-s|@/nonexistent/system|hi", 2, "/nonexistent/system"},
        {"ask|-m|demo/echo|--log|/nonexistent/log|hi", 2, "/nonexistent/log"},
        {"ask|-m|a|--url|http://127.0.0.1:1|--ca-file|/nonexistent/ca|hi", 2,
         "--ca-file: cannot read /nonexistent/ca"},
        {"ask|-m|a|--url|ftp://host|hi", 2, "--url"},
        {"ask|-m|a|--url|nonsense|hi", 2, "--url"},
        {"ask|-m|a|--url|http://|hi", 2, "--url"},
        {"ask|-m|a|--api|bogus|--url|http://127.0.0.1:1|hi", 2, "--api"},
        {"ask|-m|a|--api|openai-chat|hi", 2, "--url"},
        {"ask|-m|a|--key-env|MOTET_TEST_UNSET|hi", 2, "--url"},
        {"ask|-m|a|--url|http://127.0.0.1:1|--key-env|MOTET_TEST_UNSET|hi", 2,
         "MOTET_TEST_UNSET"},
        {"ask|-m|a|--url|http://127.0.0.1:1|--header|nonsense|hi", 2, "--header"},
        {"ask|-m|a|hi", 2, "--url"},
        {"ask|hi", 2, "-m"},
        {"ask|--url|http://127.0.0.1:1|hi", 2, "-m"},
        {"ask|-m|demo/echo", 2, "no prompt"},
        {"ask|-m|demo/echo|-", 2, "no prompt"},
        {"demo|--panes|99", 2, "--panes"},
        {"demo|--speed|0", 2, "--speed"},
        {"demo|--port|99999", 2, "--port"},
        {"demo|--url|http://127.0.0.1:1", 2, "--url"},
        {"-m|demo/echo", 2, "not a terminal"},
        {"run", 2, "motet run"},
        {"run|template", 2, "motet prompts"},
        {"models", 2, "motet models"},
        {"sessions|nonsense", 2, "motet sessions takes"},
        {"sessions|export", 2, "the number of a session"},
        {"export", 2, "--html"},
        {"replay|no-such-file", 2, "cannot open no-such-file"},
    };
    check_cases(*state, cases, COUNT_OF(cases), assert_one_sentence);
}

static void assert_says_much(const struct child_program *child)
{
    assert_true(child->out.len > 200);
    assert_non_null(strstr(strbuf_text(&child->out), "--model"));
}

static void motet__prints_help__for_each_command(void **state)
{
    static const struct code_case cases[] = {{"--help", 0, NULL},
                                             {"-h", 0, NULL},
                                             {"ask|--help", 0, NULL},
                                             {"demo|-h", 0, NULL}};
    check_cases(*state, cases, COUNT_OF(cases), assert_says_much);
}

static void motet__prints__its_version(void **state)
{
    struct child_program *child = cli_run(*state, "--version", NULL);
    cli_assert_code(child, 0);
    assert_memory_equal(strbuf_text(&child->out), "motet ", 6);
    assert_string_equal(strbuf_text(&child->err), "");
    child_free(child);
}

/* --- Standard input
 * --------------------------------------------------------------------- */

static void check_echo(struct cli_world *world, const char *line, enum child_input input,
                       const char *text, const char *expected)
{
    const struct child_options options = {.input = input, .text = text};
    struct child_program *child = cli_run(world, line, &options);
    cli_assert_code(child, 0);
    assert_string_equal(strbuf_text(&child->out), expected);
    child_free(child);
}

static void ask__takes_the_prompt__from_words_input_or_both(void **state)
{
    static const char alone[] = "ask|-m|demo/echo" FAST;
    static const char dash[] = "ask|-m|demo/echo" FAST "|-";
    static const char words[] = "ask|two|-m|demo/echo" FAST "|words";
    struct cli_world *world = *state;
    check_echo(world, alone, CHILD_INPUT_TEXT, "from a pipe\n", "from a pipe\n");
    check_echo(world, dash, CHILD_INPUT_TEXT, "a\n\nb\n\n\n", "a\n\nb\n");
    check_echo(world, words, CHILD_INPUT_NONE, NULL, "two words\n");
    check_echo(world, words, CHILD_INPUT_CLOSED, NULL, "two words\n");
    check_echo(world, words, CHILD_INPUT_TEXT, "\n", "two words\n");
    check_echo(world, words, CHILD_INPUT_TEXT, "piped\n", "two words\n\npiped\n");
    check_echo(world, "ask|-m|demo/echo" FAST "|--|-m", CHILD_INPUT_NONE, NULL, "-m\n");
    check_echo(world, alone, CHILD_INPUT_TEXT, "caf\xe9", "caf\xef\xbf\xbd\n");
}

static void motet__runs_in_lines__without_a_terminal(void **state)
{
    static const char line[] = "-m|demo/echo" FAST;
    check_echo(*state, line, CHILD_INPUT_TEXT, "hello\n", "hello\n");
    check_echo(*state, "-m|demo/echo" FAST "|hello", CHILD_INPUT_NONE, NULL, "hello\n");
}

static void ask__refuses__input_that_is_not_text(void **state)
{
    const struct child_options options = {
        .input = CHILD_INPUT_TEXT, .text = "a\0b", .text_len = 3};
    struct child_program *child = cli_run(*state, "ask|-m|demo/echo" FAST, &options);
    cli_assert_code(child, 2);
    assert_one_sentence(child);
    child_free(child);
}

static void ask__carries__a_long_prompt_unchanged(void **state)
{
    const size_t len = 300000;
    char *text = mem_alloc(len + 2);
    for (size_t i = 0; i < len; i++)
        text[i] = (char)('a' + (i * 7 + i / 26) % 26);
    text[len] = '\n';
    check_echo(*state, "ask|-m|demo/echo" FAST, CHILD_INPUT_TEXT, text, text);
    mem_free(text);
}

/* --- Answers in lines
 * ------------------------------------------------------------------- */

static void ask__prints_several_answers__whole_and_in_the_order_asked(void **state)
{
    struct child_program *child =
        cli_run(*state,
                "ask|-m|demo/echo?rate=100&ttft=60|-m|demo/echo" FAST
                ",demo/sage?fault=404|a b c",
                NULL);
    cli_assert_code(child, 9);
    assert_string_equal(strbuf_text(&child->out), "== demo/echo?rate=100&ttft=60 ==\n"
                                                  "a b c\n"
                                                  "== demo/echo?rate=0&ttft=0 ==\n"
                                                  "a b c\n"
                                                  "== demo/sage?fault=404 ==\n");
    const char *err = strbuf_text(&child->err);
    assert_memory_equal(err, "motet: demo/sage?fault=404: not found", 37);
    assert_ptr_equal(strchr(err, '\n'), err + strlen(err) - 1);
    child_free(child);
}

/* The server has sent its first piece and stands at the hold. */
static bool raw_is_held(void *user)
{
    return raw_server_count_held(user) > 0;
}

static void ask__streams__one_answer(void **state)
{
    struct cli_world *world = *state;
    const struct raw_step steps[] = {
        {RAW_SEND,
         "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
         "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"first \"}}]}\n\n",
         0},
        {RAW_HOLD, NULL, 0},
        {RAW_SEND,
         "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"second\"},"
         "\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n",
         0},
        {RAW_CLOSE, NULL, 0}};
    raw_server_answer(world->raw, steps, COUNT_OF(steps));
    struct child_program *child = cli_start(world, "ask|--url|%URL|-m|m|hi", NULL);
    child_wait_out(child, "first ");
    assert_false(child->is_over);
    assert_true(loop_wait(world->loop, raw_is_held, world->raw));
    raw_server_release(world->raw);
    cli_assert_code(child, 0);
    assert_string_equal(strbuf_text(&child->out), "first second\n");
    child_free(child);
}

static void ask__prints_the_same__with_and_without_stream(void **state)
{
    struct cli_world *world = *state;
    static const char line[] = "ask|-m|demo/polyglot" FAST "|hi";
    struct child_program *streamed = cli_run(world, line, NULL);
    struct child_program *whole =
        cli_run(world, "ask|--no-stream|-m|demo/polyglot" FAST "|hi", NULL);
    cli_assert_code(streamed, 0);
    cli_assert_code(whole, 0);
    assert_true(streamed->out.len > 100);
    assert_string_equal(strbuf_text(&streamed->out), strbuf_text(&whole->out));
    child_free(streamed);
    child_free(whole);
}

static void ask__keeps_the_part__that_came_before_the_failure(void **state)
{
    struct child_program *child = cli_run(*state, "ask|-m|demo/cut" FAST "|hi", NULL);
    cli_assert_code(child, 7);
    assert_true(child->out.len > 1);
    assert_int_equal(child->out.text[child->out.len - 1], '\n');
    child_free(child);
}

static void ask__prints__tool_calls(void **state)
{
    struct child_program *child =
        cli_run(*state, "ask|-m|demo/tools" FAST "|weather in Oslo?", NULL);
    cli_assert_code(child, 0);
    assert_non_null(
        strstr(strbuf_text(&child->out),
               "\n[tool call] get_weather {\"city\":\"Oslo\",\"unit\":\"celsius\"}\n"));
    child_free(child);
}

/* Standard error is for people: nothing on it may be obeyed by a terminal. */
static void ask__makes_harmless__what_a_server_says_in_an_error(void **state)
{
    struct cli_world *world = *state;
    cli_answer(world, "400 Bad Request", "application/json",
               "{\"error\":{\"message\":\"bad \\u001b[31mred\\u001b[0m \\u202e \\u009b2J"
               "\\nsecond line\",\"code\":\"x\\u001b]0;pwned\\u0007\"}}");
    struct child_program *child = cli_run(world, "ask|--url|%URL|-m|m|hi", NULL);
    cli_assert_code(child, 4);
    const char *err = strbuf_text(&child->err);
    assert_non_null(strstr(err, "bad "));
    assert_null(strchr(err, '\x1b'));
    assert_null(strchr(err, '\x07'));
    assert_null(strstr(err, "\xc2\x9b"));
    assert_null(strstr(err, "\xe2\x80\xae"));
    assert_ptr_equal(strchr(err, '\n'), err + strlen(err) - 1);
    child_free(child);
}

/* --- The demo
 * --------------------------------------------------------------------------- */

static size_t count_of(const char *text, const char *word)
{
    size_t count = 0;
    for (const char *at = strstr(text, word); at != NULL; at = strstr(at + 1, word))
        count++;
    return count;
}

static void demo__prints_four_answers__without_a_terminal(void **state)
{
    struct child_program *child = cli_run(*state, "demo|--speed|5000", NULL);
    cli_assert_code(child, 0);
    const char *out = strbuf_text(&child->out);
    assert_memory_equal(out, "== demo/sage ==\n", 16);
    assert_int_equal(count_of(out, "\n== demo/"), 3);
    assert_string_equal(strbuf_text(&child->err), "");
    child_free(child);
}

static void demo__gives_the_same__under_the_same_seed(void **state)
{
    struct cli_world *world = *state;
    static const char line[] = "demo|--speed|5000|--panes|2|--seed|7|tell me a story";
    struct child_program *first = cli_run(world, line, NULL);
    struct child_program *second = cli_run(world, line, NULL);
    cli_assert_code(first, 0);
    assert_int_equal(count_of(strbuf_text(&first->out), "== demo/"), 2);
    assert_string_equal(strbuf_text(&first->out), strbuf_text(&second->out));
    child_free(first);
    child_free(second);
}

/* --- What is sent
 * ----------------------------------------------------------------------- */

static const char whole_answer[] =
    "{\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"ok\"},"
    "\"finish_reason\":\"stop\"}]}";

/* Runs the line and returns the request that came; valid as long as the world. */
static const struct raw_request *request_of(struct cli_world *world, const char *line,
                                            const struct child_options *options)
{
    const size_t index = raw_server_count_requests(world->raw);
    cli_answer(world, "200 OK", "application/json", whole_answer);
    struct child_program *child = cli_run(world, line, options);
    cli_assert_code(child, 0);
    assert_string_equal(strbuf_text(&child->out), "ok\n");
    child_free(child);
    const struct raw_request *request = raw_server_get_request(world->raw, index);
    assert_non_null(request);
    return request;
}

static void ask__sends__what_the_options_say(void **state)
{
    struct cli_world *world = *state;
    static const char *const env[] = {"MOTET_TEST_KEY=sk-hidden-key", NULL};
    const struct child_options options = {.env = env};
    const struct raw_request *request = request_of(
        world,
        "ask|--api|openai-chat|--url|%URL|-m|gpt|--key-env|MOTET_TEST_KEY|"
        "--header|X-Team: voices|-s|be brief|-p|temperature=0.5|-p|max_tokens=9|"
        "--no-stream|hi",
        &options);
    assert_memory_equal(request->bytes, "POST /v1/chat/completions HTTP/1.1\r\n", 36);
    assert_non_null(
        strstr(request->bytes, "\r\nAuthorization: Bearer sk-hidden-key\r\n"));
    assert_non_null(strstr(request->bytes, "\r\nX-Team: voices\r\n"));
    assert_non_null(strstr(request->body, "\"model\":\"gpt\""));
    assert_non_null(
        strstr(request->body, "{\"role\":\"system\",\"content\":\"be brief\"}"));
    assert_non_null(strstr(request->body, "\"temperature\":0.5"));
    assert_null(strstr(request->body, "\"stream\":true"));
}

static void ask__finds_the_path__with_and_without_version_segment(void **state)
{
    struct cli_world *world = *state;
    static const char *const lines[] = {
        "ask|--url|%URL|-m|m|hi", "ask|--url|%URL/|-m|m|hi", "ask|--url|%URL/v1|-m|m|hi",
        "ask|--url|%URL/v1/|-m|m|hi"};
    for (size_t i = 0; i < COUNT_OF(lines); i++)
        assert_memory_equal(request_of(world, lines[i], NULL)->bytes,
                            "POST /v1/chat/completions HTTP/1.1\r\n", 36);
}

static void ask__sends_no_key__that_was_not_given(void **state)
{
    static const char *const env[] = {"OPENAI_API_KEY=sk-not-for-you", NULL};
    const struct child_options options = {.env = env};
    const struct raw_request *request =
        request_of(*state, "ask|--url|%URL|-m|m|hi", &options);
    assert_null(strstr(request->bytes, "Authorization"));
    assert_null(strstr(request->bytes, "sk-not-for-you"));
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown(ask__ends_with_the_code__of_the_error_class,
                                    cli_world_setup, cli_world_teardown),
    cmocka_unit_test_setup_teardown(
        ask__ends_with_the_code_of_all__or_says_that_some_failed, cli_world_setup,
        cli_world_teardown),
    cmocka_unit_test_setup_teardown(ask__fails_with_7__where_nobody_listens,
                                    cli_world_setup, cli_world_teardown),
    cmocka_unit_test_setup_teardown(ask__retries__what_is_worth_it, cli_world_setup,
                                    cli_world_teardown),
    cmocka_unit_test_setup_teardown(
        motet__says_in_a_sentence__what_is_wrong_with_its_arguments, cli_world_setup,
        cli_world_teardown),
    cmocka_unit_test_setup_teardown(motet__prints_help__for_each_command, cli_world_setup,
                                    cli_world_teardown),
    cmocka_unit_test_setup_teardown(motet__prints__its_version, cli_world_setup,
                                    cli_world_teardown),
    cmocka_unit_test_setup_teardown(ask__takes_the_prompt__from_words_input_or_both,
                                    cli_world_setup, cli_world_teardown),
    cmocka_unit_test_setup_teardown(motet__runs_in_lines__without_a_terminal,
                                    cli_world_setup, cli_world_teardown),
    cmocka_unit_test_setup_teardown(ask__refuses__input_that_is_not_text, cli_world_setup,
                                    cli_world_teardown),
    cmocka_unit_test_setup_teardown(ask__carries__a_long_prompt_unchanged,
                                    cli_world_setup, cli_world_teardown),
    cmocka_unit_test_setup_teardown(
        ask__prints_several_answers__whole_and_in_the_order_asked, cli_world_setup,
        cli_world_teardown),
    cmocka_unit_test_setup_teardown(ask__streams__one_answer, cli_world_setup,
                                    cli_world_teardown),
    cmocka_unit_test_setup_teardown(ask__prints_the_same__with_and_without_stream,
                                    cli_world_setup, cli_world_teardown),
    cmocka_unit_test_setup_teardown(ask__keeps_the_part__that_came_before_the_failure,
                                    cli_world_setup, cli_world_teardown),
    cmocka_unit_test_setup_teardown(ask__prints__tool_calls, cli_world_setup,
                                    cli_world_teardown),
    cmocka_unit_test_setup_teardown(ask__makes_harmless__what_a_server_says_in_an_error,
                                    cli_world_setup, cli_world_teardown),
    cmocka_unit_test_setup_teardown(demo__prints_four_answers__without_a_terminal,
                                    cli_world_setup, cli_world_teardown),
    cmocka_unit_test_setup_teardown(demo__gives_the_same__under_the_same_seed,
                                    cli_world_setup, cli_world_teardown),
    cmocka_unit_test_setup_teardown(ask__sends__what_the_options_say, cli_world_setup,
                                    cli_world_teardown),
    cmocka_unit_test_setup_teardown(ask__finds_the_path__with_and_without_version_segment,
                                    cli_world_setup, cli_world_teardown),
    cmocka_unit_test_setup_teardown(ask__sends_no_key__that_was_not_given,
                                    cli_world_setup, cli_world_teardown),
};

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}

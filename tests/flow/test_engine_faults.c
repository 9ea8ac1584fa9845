/*
 * The engine and everything that goes wrong: the faults of the demo server, the four
 * clocks, retries, servers that are not there or not what they should be.
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
#include "src/base/utf8.h"
#include "tests/support/engine_world.h"

static const char sse_head[] =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n";

static const struct message *ask_raw(struct engine_world *world, const char *prompt)
{
    const chat_id chat = engine_world_open_at(world, &world->raw_endpoint, "m");
    engine_world_send(world, chat, prompt);
    engine_world_finish(world);
    return engine_world_answer(world, chat);
}

static void assert_failed(const struct message *answer, enum error_class class)
{
    assert_string_equal(error_class_get(answer->facts.error.class)->name,
                        error_class_get(class)->name);
    assert_int_equal(answer->state, MESSAGE_FAILED);
    assert_int_equal(answer->facts.finish, FINISH_ERROR);
    assert_true(strlen(error_text(&answer->facts.error)) > 0);
}

/* --- What the demo server can do wrong
 * -------------------------------------------------- */

struct fault_case {
    const char *query; /* of the model "sage" */
    enum error_class class;
    int status;
    bool keeps_text;
};

static void check_fault(struct engine_world *world, const struct fault_case *fault)
{
    char *model = strbuf_format("sage?rate=0&ttft=0&%s", fault->query);
    print_message("    %s\n", model);
    const struct message *answer = engine_world_ask(world, model, "hello");
    mem_free(model);
    assert_failed(answer, fault->class);
    assert_int_equal(answer->facts.status, fault->status);
    assert_int_equal(answer->facts.attempts, 1);
    char *text = engine_world_text(answer);
    assert_int_equal(strlen(text) > 0, fault->keeps_text);
    assert_true(utf8_is_valid(text, strlen(text)));
    mem_free(text);
}

static void engine__names_the_class__of_every_fault(void **state)
{
    struct engine_world *world = *state;
    static const struct fault_case faults[] = {
        {"fault=cut", ERROR_NETWORK_RESET, 200, true},
        {"fault=cut-utf8", ERROR_NETWORK_RESET, 200, true},
        {"fault=eof", ERROR_PROTOCOL, 200, true},
        {"fault=garbage", ERROR_PROTOCOL, 200, true},
        {"fault=error", ERROR_SERVER, 200, true},
        {"fault=html", ERROR_PROTOCOL, 200, false},
        {"fault=down", ERROR_OVERLOADED, 503, false},
        {"fault=quota", ERROR_QUOTA, 429, false},
        {"fault=context", ERROR_CONTEXT_LENGTH, 400, false},
        {"fault=400", ERROR_BAD_REQUEST, 400, false},
        {"fault=401", ERROR_AUTH, 401, false},
        {"fault=402", ERROR_QUOTA, 402, false},
        {"fault=403", ERROR_AUTH, 403, false},
        {"fault=404", ERROR_NOT_FOUND, 404, false},
        {"fault=429", ERROR_RATE_LIMIT, 429, false},
        {"fault=500", ERROR_SERVER, 500, false},
        {"fault=502", ERROR_SERVER, 502, false},
        {"fault=529", ERROR_OVERLOADED, 529, false},
        {"fault=bogus", ERROR_BAD_REQUEST, 400, false},
    };
    world->settings.values[SETTING_RETRIES] = 0;
    for (size_t i = 0; i < COUNT_OF(faults); i++)
        check_fault(world, &faults[i]);
}

static void engine__names_the_model__that_is_not_there(void **state)
{
    struct engine_world *world = *state;
    const struct message *answer = engine_world_ask(world, "nosuch", "hello");
    assert_failed(answer, ERROR_NOT_FOUND);
    assert_non_null(strstr(error_text(&answer->facts.error), "nosuch"));
    assert_non_null(answer->facts.request_id);
    engine_world_assert_trace(world, "1 opened\n1 added prompt\n1 added answer\n"
                                     "1 started\n1 connecting\n1 waiting\n"
                                     "1 error not_found\n1 done error\n");
}

static void engine__wants_the_key__where_the_server_does(void **state)
{
    struct engine_world *world = *state;
    assert_failed(engine_world_ask(world, "echo?key=required", "hello"), ERROR_AUTH);
}

static void engine__takes_filter_and_nothing__as_answers(void **state)
{
    struct engine_world *world = *state;
    const struct message *answer =
        engine_world_ask(world, "sage?rate=0&ttft=0&fault=filter", "x");
    assert_int_equal(answer->facts.finish, FINISH_CONTENT_FILTER);
    assert_int_equal(answer->state, MESSAGE_WHOLE);
    assert_true(message_has_content(answer));
    answer = engine_world_ask(world, "sage?rate=0&ttft=0&fault=empty", "x");
    assert_int_equal(answer->facts.finish, FINISH_STOP);
    assert_int_equal(answer->state, MESSAGE_WHOLE);
    assert_false(message_has_content(answer));
}

static void engine__names_the_proxy__that_does_not_answer(void **state)
{
    struct engine_world *world = *state;
    struct endpoint endpoint;
    /* The raw server takes the connection and says nothing. */
    endpoint_init(&endpoint, "far", "openai-chat", "https://server.invalid");
    endpoint.proxy =
        strbuf_format("http://me:s3cret@127.0.0.1:%d", raw_server_get_port(world->raw));
    char *words = strbuf_format("no connection to server.invalid through the proxy "
                                "127.0.0.1:%d within 0.06 s",
                                raw_server_get_port(world->raw));
    world->settings.values[SETTING_CONNECT_TIMEOUT] = 60;
    world->settings.values[SETTING_RETRIES] = 0;
    const chat_id chat = engine_world_open_at(world, &endpoint, "m");
    engine_world_send(world, chat, "x");
    engine_world_finish(world);
    const struct message *answer = engine_world_answer(world, chat);
    assert_failed(answer, ERROR_TIMEOUT_CONNECT);
    assert_string_equal(error_text(&answer->facts.error), words);
    engine_free(world->engine);
    world->engine = NULL;
    endpoint_clear(&endpoint);
    mem_free(words);
}

static void engine__lets_others_go_on__when_one_fails(void **state)
{
    struct engine_world *world = *state;
    world->settings.values[SETTING_RETRIES] = 0;
    const chat_id good = engine_world_open(world, "echo?rate=400&ttft=0");
    const char *const bad[] = {"cut?rate=0&ttft=0", "down", "garbage?rate=0&ttft=0",
                               "echo?fault=401"};
    engine_world_send(world, good, "one two three four five six seven");
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        engine_world_send(world, engine_world_open(world, bad[i]), "x");
    engine_world_finish(world);
    engine_world_assert_text(world, good, "one two three four five six seven");
}

/* --- The four clocks
 * -------------------------------------------------------------------- */

static const struct message *ask_with_limit(struct engine_world *world,
                                            enum setting_id id, int64_t limit_ms,
                                            const char *model)
{
    world->settings.values[id] = limit_ms;
    world->settings.values[SETTING_RETRIES] = 0;
    return engine_world_ask(world, model, "hello");
}

static void assert_timed_out(const struct message *answer, enum error_class class,
                             const char *words, int64_t limit_ms)
{
    assert_failed(answer, class);
    if (strstr(error_text(&answer->facts.error), words) == NULL)
        fail_msg("\"%s\" does not say: %s", error_text(&answer->facts.error), words);
    assert_true(answer->facts.total_ms >= limit_ms);
}

static void turn__names_the_first_token_clock__when_nothing_comes(void **state)
{
    assert_timed_out(ask_with_limit(*state, SETTING_FIRST_TOKEN_TIMEOUT, 60, "slow"),
                     ERROR_TIMEOUT_FIRST_BYTE, "first token within 0.06 s", 60);
}

static void turn__names_the_first_token_clock__for_a_whole_answer(void **state)
{
    struct engine_world *world = *state;
    world->is_unstreamed = true;
    assert_timed_out(ask_with_limit(world, SETTING_FIRST_TOKEN_TIMEOUT, 60, "slow"),
                     ERROR_TIMEOUT_FIRST_BYTE, "first token", 60);
}

static void turn__names_the_idle_clock__when_the_stream_falls_silent(void **state)
{
    const struct message *answer =
        ask_with_limit(*state, SETTING_IDLE_TIMEOUT, 60, "stall?rate=0&ttft=0");
    assert_timed_out(answer, ERROR_TIMEOUT_IDLE, "no data for 0.06 s", 60);
    assert_true(message_has_content(answer));
}

static void turn__names_the_total_clock__however_lively_the_stream(void **state)
{
    const struct message *answer =
        ask_with_limit(*state, SETTING_TOTAL_TIMEOUT, 250, "sage?rate=200&ttft=0");
    assert_timed_out(answer, ERROR_TIMEOUT_TOTAL, "within 0.25 s", 250);
    assert_true(message_has_content(answer));
}

static void turn__names_the_total_clock__while_waiting_to_retry(void **state)
{
    struct engine_world *world = *state;
    world->settings.values[SETTING_TOTAL_TIMEOUT] = 80;
    const struct message *answer =
        engine_world_ask(world, "flaky?retry_after=50", "hello");
    assert_timed_out(answer, ERROR_TIMEOUT_TOTAL, "within 0.08 s", 80);
}

/* Somebody who accepts and then does not shake hands. */
static void turn__names_the_connect_clock__when_the_handshake_stops(void **state)
{
    struct engine_world *world = *state;
    struct endpoint silent;
    char *url = strbuf_format("https://127.0.0.1:%d", raw_server_get_port(world->raw));
    endpoint_init(&silent, "silent", "openai-chat", url);
    mem_free(url);
    world->settings.values[SETTING_CONNECT_TIMEOUT] = 60;
    world->settings.values[SETTING_RETRIES] = 0;
    const chat_id chat = engine_world_open_at(world, &silent, "m");
    engine_world_send(world, chat, "hello");
    engine_world_finish(world);
    assert_timed_out(engine_world_answer(world, chat), ERROR_TIMEOUT_CONNECT,
                     "no connection to 127.0.0.1:", 60);
    endpoint_clear(&silent);
}

static void turn__tries_once_more__after_a_timeout_without_text(void **state)
{
    struct engine_world *world = *state;
    world->settings.values[SETTING_FIRST_TOKEN_TIMEOUT] = 40;
    const struct message *answer = engine_world_ask(world, "slow", "hello");
    assert_failed(answer, ERROR_TIMEOUT_FIRST_BYTE);
    assert_int_equal(answer->facts.attempts, 2);
}

/* Comments are life to the idle clock but no token to the other one. */
static void turn__counts_no_comment__as_first_token(void **state)
{
    struct engine_world *world = *state;
    const struct raw_step steps[] = {
        {RAW_SEND, sse_head, 0}, {RAW_SEND, ": ping\n\n", 0}, {RAW_HOLD, NULL, 0}};
    raw_server_answer(world->raw, steps, COUNT_OF(steps));
    world->settings.values[SETTING_FIRST_TOKEN_TIMEOUT] = 60;
    world->settings.values[SETTING_RETRIES] = 0;
    assert_failed(ask_raw(world, "x"), ERROR_TIMEOUT_FIRST_BYTE);
}

/* The wait before a retry is longer than each of the three clocks of a try. */
static void turn__runs_no_clock_but_total__while_waiting_to_retry(void **state)
{
    struct engine_world *world = *state;
    world->settings.values[SETTING_CONNECT_TIMEOUT] = 300;
    world->settings.values[SETTING_FIRST_TOKEN_TIMEOUT] = 300;
    world->settings.values[SETTING_IDLE_TIMEOUT] = 300;
    const struct message *answer =
        engine_world_ask(world, "flaky?rate=0&ttft=0&retry_after=0.4", "hello");
    assert_int_equal(answer->state, MESSAGE_WHOLE);
    assert_int_equal(answer->facts.attempts, 2);
}

/* --- Retries
 * ---------------------------------------------------------------------------- */

struct wait_seen {
    struct engine_world *world;
    int64_t wait_ms;
    int attempt;
    int attempt_max;
    enum error_class reason;
};

static void note_wait(void *user, const struct engine_event *event)
{
    struct wait_seen *seen = user;
    if (event->kind != EVENT_TURN_STATE || event->state != TURN_RETRYING)
        return;
    const struct turn_status status = engine_get_turn(seen->world->engine, event->chat);
    seen->wait_ms = status.wait_until_ms - status.since_ms;
    seen->attempt = status.attempt;
    seen->attempt_max = status.attempt_max;
    seen->reason = status.retry_reason;
}

static void turn__waits_as_told__and_tries_again(void **state)
{
    struct engine_world *world = *state;
    struct wait_seen seen = {.world = world};
    world->on_event = note_wait;
    world->user = &seen;
    const int64_t start_ms = clock_now_ms();
    const struct message *answer =
        engine_world_ask(world, "flaky?rate=0&ttft=0&retry_after=0.1", "hello");
    assert_true(clock_now_ms() - start_ms >= 99);
    assert_int_equal(answer->state, MESSAGE_WHOLE);
    assert_int_equal(answer->facts.attempts, 2);
    assert_in_range(seen.wait_ms, 50, 112);
    assert_int_equal(seen.attempt, 2);
    assert_int_equal(seen.attempt_max, 5);
    assert_int_equal(seen.reason, ERROR_RATE_LIMIT);
    assert_true(engine_world_has_line(world, "1 retrying"));
    assert_false(engine_world_has_line(world, "1 error rate_limit"));
}

static void turn__tries_as_often__as_it_is_told(void **state)
{
    struct engine_world *world = *state;
    world->settings.values[SETTING_RETRIES] = 2;
    const struct message *answer =
        engine_world_ask(world, "down?retry_after=0.01", "hello");
    assert_failed(answer, ERROR_OVERLOADED);
    assert_int_equal(answer->facts.attempts, 3);
    assert_int_equal(engine_world_count_lines(world, "1 retrying"), 2);
    assert_int_equal(engine_world_count_lines(world, "1 connecting"), 3);
    assert_int_equal(engine_world_count_lines(world, "1 error overloaded"), 1);
}

static void turn__tries_by_default__as_often_as_the_class_is_worth(void **state)
{
    struct engine_world *world = *state;
    const struct message *answer =
        engine_world_ask(world, "sage?fault=429&retry_after=0.01", "hello");
    assert_int_equal(answer->facts.attempts, 5);
    answer = engine_world_ask(world, "sage?fault=500&retry_after=0.01", "hello");
    assert_int_equal(answer->facts.attempts, 3);
    answer = engine_world_ask(world, "sage?fault=401&retry_after=0.01", "hello");
    assert_int_equal(answer->facts.attempts, 1);
    answer = engine_world_ask(world, "sage?fault=quota&retry_after=0.01", "hello");
    assert_int_equal(answer->facts.attempts, 1);
}

static void turn__does_not_sit_out__a_wait_of_an_hour(void **state)
{
    struct engine_world *world = *state;
    const struct message *answer =
        engine_world_ask(world, "flaky?retry_after=3600", "hello");
    assert_failed(answer, ERROR_RATE_LIMIT);
    assert_int_equal(answer->facts.attempts, 1);
    assert_int_equal(answer->facts.retry_after_ms, 3600000);
    assert_non_null(strstr(error_text(&answer->facts.error), "3600 s"));
}

static void turn__never_tries_again__once_text_was_shown(void **state)
{
    struct engine_world *world = *state;
    const struct message *answer =
        engine_world_ask(world, "cut?rate=0&ttft=0&at=1", "hello");
    assert_failed(answer, ERROR_NETWORK_RESET);
    assert_int_equal(answer->facts.attempts, 1);
    assert_true(message_has_content(answer));
}

static void turn__sends_the_same_bytes__in_each_try(void **state)
{
    struct engine_world *world = *state;
    const char *const deltas[] = {"{\"content\":\"at last\"}", NULL};
    char *stream = engine_world_make_stream(deltas, "stop");
    for (int i = 0; i < 2; i++)
        raw_server_answer_text(world->raw, "HTTP/1.1 503 Busy\r\nretry-after-ms: 5\r\n"
                                           "Content-Length: 0\r\n\r\n");
    raw_server_answer_text(world->raw, stream);
    mem_free(stream);
    const struct message *answer = ask_raw(world, "again and again");
    assert_int_equal(answer->facts.attempts, 3);
    engine_world_assert_text(world, 1, "at last");
    const struct raw_request *first = raw_server_get_request(world->raw, 0);
    for (size_t i = 1; i < 3; i++)
        assert_string_equal(raw_server_get_request(world->raw, i)->bytes, first->bytes);
}

static void turn__obeys__what_the_server_says_about_retrying(void **state)
{
    struct engine_world *world = *state;
    raw_server_answer_text(world->raw, "HTTP/1.1 503 Busy\r\nx-should-retry: false\r\n"
                                       "Content-Length: 0\r\n\r\n");
    assert_int_equal(ask_raw(world, "x")->facts.attempts, 1);
}

/* --- Servers that are not there
 * --------------------------------------------------------- */

static const struct message *ask_at(struct engine_world *world, const char *url)
{
    struct endpoint *endpoint = &world->raw_endpoint;
    mem_free(endpoint->base_url);
    endpoint->base_url = mem_strdup(url);
    return ask_raw(world, "x");
}

static void turn__does_not_insist__where_nobody_listens_on_loopback(void **state)
{
    struct engine_world *world = *state;
    char *url = mem_strdup(raw_server_get_url(world->raw));
    raw_server_free(world->raw);
    world->raw = NULL;
    world->settings.values[SETTING_RETRIES] = 3;
    const struct message *answer = ask_at(world, url);
    assert_failed(answer, ERROR_NETWORK_REFUSED);
    assert_int_equal(answer->facts.attempts, 1);
    assert_non_null(strstr(error_text(&answer->facts.error), "127.0.0.1:"));
    mem_free(url);
}

static void turn__names_the_host__that_does_not_resolve(void **state)
{
    struct engine_world *world = *state;
    world->settings.values[SETTING_RETRIES] = 0;
    const struct message *answer = ask_at(world, "http://nonexistent.invalid");
    assert_failed(answer, ERROR_NETWORK_DNS);
    assert_non_null(strstr(error_text(&answer->facts.error), "nonexistent.invalid"));
}

static void turn__fails_at_once__where_tls_meets_a_plain_server(void **state)
{
    struct engine_world *world = *state;
    const struct raw_step greeting[] = {{RAW_SEND, "HTTP/1.1 400 Bad Request\r\n\r\n", 0},
                                        {RAW_CLOSE, NULL, 0}};
    raw_server_greet(world->raw, greeting, COUNT_OF(greeting));
    char *url = strbuf_format("https://127.0.0.1:%d", raw_server_get_port(world->raw));
    const struct message *answer = ask_at(world, url);
    assert_failed(answer, ERROR_NETWORK_TLS);
    assert_int_equal(answer->facts.attempts, 1);
    mem_free(url);
}

static void turn__tries_again__when_the_connection_breaks_before_text(void **state)
{
    struct engine_world *world = *state;
    const struct raw_step reset = {RAW_RESET, NULL, 0};
    const char *const deltas[] = {"{\"content\":\"here\"}", NULL};
    char *stream = engine_world_make_stream(deltas, "stop");
    raw_server_answer(world->raw, &reset, 1);
    raw_server_answer_text(world->raw, stream);
    mem_free(stream);
    const struct message *answer = ask_raw(world, "x");
    assert_int_equal(answer->state, MESSAGE_WHOLE);
    assert_int_equal(answer->facts.attempts, 2);
}

/* --- Odd answers
 * ------------------------------------------------------------------------ */

static void turn__gives_calls_whole__with_arguments_byte_for_byte(void **state)
{
    struct engine_world *world = *state;
    const char *const deltas[] = {
        "{\"tool_calls\":[{\"index\":0,\"id\":\"call_a\",\"function\":{\"name\":\"f\","
        "\"arguments\":\"\"}}]}",
        "{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{ \\\"n\\\": \"}}]}",
        "{\"tool_calls\":[{\"index\":1,\"id\":\"call_b\",\"function\":{\"name\":\"g\","
        "\"arguments\":\"{}\"}}]}",
        "{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":"
        "\"12345678901234567890.10}\"}}]}",
        NULL};
    char *stream = engine_world_make_stream(deltas, "tool_calls");
    raw_server_answer_text(world->raw, stream);
    mem_free(stream);
    const struct message *answer = ask_raw(world, "x");
    assert_int_equal(answer->facts.finish, FINISH_TOOL_CALLS);
    assert_int_equal(answer->part_count, 2);
    assert_string_equal(answer->parts[0].call_id, "call_a");
    assert_string_equal(answer->parts[1].call_id, "call_b");
    assert_true(answer->parts[0].is_whole && answer->parts[1].is_whole);
    engine_world_assert_trace(
        world, "1 opened\n1 added prompt\n1 added answer\n1 started\n1 connecting\n"
               "1 waiting\n1 streaming\n1 call_delta\n"
               "1 tool_call f { \"n\": 12345678901234567890.10}\n"
               "1 tool_call g {}\n1 done tool_calls\n");
}

static void turn__gives_both_calls__of_the_demo_model(void **state)
{
    struct engine_world *world = *state;
    const struct message *answer =
        engine_world_ask(world, "tools?rate=0&ttft=0", "weather in Oslo?");
    assert_int_equal(answer->facts.finish, FINISH_TOOL_CALLS);
    assert_int_equal(answer->part_count, 3);
    assert_string_equal(answer->parts[1].name, "get_weather");
    assert_string_equal(strbuf_text(&answer->parts[1].text),
                        "{\"city\":\"Oslo\",\"unit\":\"celsius\"}");
    assert_string_equal(answer->parts[2].name, "format_book");
    assert_string_not_equal(answer->parts[1].call_id, answer->parts[2].call_id);
}

static void turn__drops_half_calls__when_the_stream_breaks(void **state)
{
    struct engine_world *world = *state;
    const struct message *answer =
        engine_world_ask(world, "tools?rate=0&ttft=0&fault=cut&at=20", "weather?");
    assert_failed(answer, ERROR_NETWORK_RESET);
    assert_true(engine_world_has_line(world, "1 call_delta"));
    for (size_t i = 0; i < answer->part_count; i++)
        assert_int_not_equal(answer->parts[i].kind, PART_TOOL_CALL);
    assert_null(strstr(strbuf_text(&world->trace), "tool_call "));
}

static void turn__is_done__though_the_server_keeps_the_stream_open(void **state)
{
    struct engine_world *world = *state;
    const struct raw_step steps[] = {
        {RAW_SEND, sse_head, 0},
        {RAW_SEND,
         "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"all\"},"
         "\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n",
         0},
        {RAW_HOLD, NULL, 0}};
    raw_server_answer(world->raw, steps, COUNT_OF(steps));
    world->settings.values[SETTING_IDLE_TIMEOUT] = 100;
    const struct message *answer = ask_raw(world, "x");
    assert_int_equal(answer->state, MESSAGE_WHOLE);
    engine_world_assert_text(world, 1, "all");
}

/* An event of 1 MiB, sent until the ceiling of an answer is passed. */
static void turn__stops_reading__at_the_ceiling_of_an_answer(void **state)
{
    struct engine_world *world = *state;
    static const char head[] =
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"";
    static const char tail[] = "\"}}]}\n\n";
    const size_t fill = (size_t)1 << 20;
    struct strbuf event;
    strbuf_init(&event, STRBUF_OWN_MAX);
    strbuf_append_text(&event, head);
    char *filling = mem_alloc(fill);
    memset(filling, 'x', fill);
    strbuf_append(&event, filling, fill);
    mem_free(filling);
    strbuf_append_text(&event, tail);
    struct raw_step steps[70] = {{RAW_SEND, sse_head, 0}};
    for (size_t i = 1; i < COUNT_OF(steps); i++)
        steps[i] = (struct raw_step){RAW_SEND, event.text, event.len};
    raw_server_answer(world->raw, steps, COUNT_OF(steps));
    strbuf_clear(&event);
    const chat_id chat = engine_world_open_at(world, &world->raw_endpoint, "m");
    engine_world_send(world, chat, "x");
    strbuf_reset(&world->trace);
    engine_world_finish(world);
    const struct message *answer = engine_world_answer(world, chat);
    assert_failed(answer, ERROR_PROTOCOL);
    assert_non_null(strstr(error_text(&answer->facts.error), "16 MiB"));
    assert_true(answer->size >= MESSAGE_MAX - 4);
    assert_true(answer->parts[0].text.len <= MESSAGE_MAX);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown(engine__names_the_class__of_every_fault,
                                    engine_world_setup, engine_world_teardown),
    cmocka_unit_test_setup_teardown(engine__names_the_model__that_is_not_there,
                                    engine_world_setup, engine_world_teardown),
    cmocka_unit_test_setup_teardown(engine__wants_the_key__where_the_server_does,
                                    engine_world_setup, engine_world_teardown),
    cmocka_unit_test_setup_teardown(engine__takes_filter_and_nothing__as_answers,
                                    engine_world_setup, engine_world_teardown),
    cmocka_unit_test_setup_teardown(engine__names_the_proxy__that_does_not_answer,
                                    engine_world_setup, engine_world_teardown),
    cmocka_unit_test_setup_teardown(engine__lets_others_go_on__when_one_fails,
                                    engine_world_setup, engine_world_teardown),
    cmocka_unit_test_setup_teardown(turn__names_the_first_token_clock__when_nothing_comes,
                                    engine_world_setup, engine_world_teardown),
    cmocka_unit_test_setup_teardown(turn__names_the_first_token_clock__for_a_whole_answer,
                                    engine_world_setup, engine_world_teardown),
    cmocka_unit_test_setup_teardown(
        turn__names_the_idle_clock__when_the_stream_falls_silent, engine_world_setup,
        engine_world_teardown),
    cmocka_unit_test_setup_teardown(
        turn__names_the_total_clock__however_lively_the_stream, engine_world_setup,
        engine_world_teardown),
    cmocka_unit_test_setup_teardown(turn__names_the_total_clock__while_waiting_to_retry,
                                    engine_world_setup, engine_world_teardown),
    cmocka_unit_test_setup_teardown(
        turn__names_the_connect_clock__when_the_handshake_stops, engine_world_setup,
        engine_world_teardown),
    cmocka_unit_test_setup_teardown(turn__tries_once_more__after_a_timeout_without_text,
                                    engine_world_setup, engine_world_teardown),
    cmocka_unit_test_setup_teardown(turn__counts_no_comment__as_first_token,
                                    engine_world_setup, engine_world_teardown),
    cmocka_unit_test_setup_teardown(turn__runs_no_clock_but_total__while_waiting_to_retry,
                                    engine_world_setup, engine_world_teardown),
    cmocka_unit_test_setup_teardown(turn__waits_as_told__and_tries_again,
                                    engine_world_setup, engine_world_teardown),
    cmocka_unit_test_setup_teardown(turn__tries_as_often__as_it_is_told,
                                    engine_world_setup, engine_world_teardown),
    cmocka_unit_test_setup_teardown(
        turn__tries_by_default__as_often_as_the_class_is_worth, engine_world_setup,
        engine_world_teardown),
    cmocka_unit_test_setup_teardown(turn__does_not_sit_out__a_wait_of_an_hour,
                                    engine_world_setup, engine_world_teardown),
    cmocka_unit_test_setup_teardown(turn__never_tries_again__once_text_was_shown,
                                    engine_world_setup, engine_world_teardown),
    cmocka_unit_test_setup_teardown(turn__sends_the_same_bytes__in_each_try,
                                    engine_world_setup, engine_world_teardown),
    cmocka_unit_test_setup_teardown(turn__obeys__what_the_server_says_about_retrying,
                                    engine_world_setup, engine_world_teardown),
    cmocka_unit_test_setup_teardown(
        turn__does_not_insist__where_nobody_listens_on_loopback, engine_world_setup,
        engine_world_teardown),
    cmocka_unit_test_setup_teardown(turn__names_the_host__that_does_not_resolve,
                                    engine_world_setup, engine_world_teardown),
    cmocka_unit_test_setup_teardown(turn__fails_at_once__where_tls_meets_a_plain_server,
                                    engine_world_setup, engine_world_teardown),
    cmocka_unit_test_setup_teardown(
        turn__tries_again__when_the_connection_breaks_before_text, engine_world_setup,
        engine_world_teardown),
    cmocka_unit_test_setup_teardown(turn__gives_calls_whole__with_arguments_byte_for_byte,
                                    engine_world_setup, engine_world_teardown),
    cmocka_unit_test_setup_teardown(turn__gives_both_calls__of_the_demo_model,
                                    engine_world_setup, engine_world_teardown),
    cmocka_unit_test_setup_teardown(turn__drops_half_calls__when_the_stream_breaks,
                                    engine_world_setup, engine_world_teardown),
    cmocka_unit_test_setup_teardown(
        turn__is_done__though_the_server_keeps_the_stream_open, engine_world_setup,
        engine_world_teardown),
    cmocka_unit_test_setup_teardown(turn__stops_reading__at_the_ceiling_of_an_answer,
                                    engine_world_setup, engine_world_teardown),
};

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * The engine's manners: the line and its limits, refusals that hold everybody, requests
 * that are changed once, models that stand in, going on after a cut, keys by command and
 * where keys go.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/base/mem.h"
#include "src/base/path.h"
#include "tests/support/engine_world.h"

#define OK_BODY                                                                          \
    "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"fine\"}}]}\n\n"           \
    "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"    \
    "data: [DONE]\n\n"
#define OK_HEAD                                                                          \
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"

static const struct raw_step ok_steps[] = {{.action = RAW_SEND, .bytes = OK_HEAD OK_BODY},
                                           {.action = RAW_CLOSE}};

static void answer_ok(struct engine_world *world)
{
    raw_server_answer(world->raw, ok_steps, 2);
}

static void answer_always_ok(struct engine_world *world)
{
    raw_server_answer_always(world->raw, ok_steps, 2);
}

/* Queues an answer with an error status, extra header lines ("Name: value\r\n") and a
 * message in OpenAI's form. */
static void answer_error(struct raw_server *server, const char *status,
                         const char *fields, const char *message)
{
    char *body = strbuf_format("{\"error\":{\"message\":\"%s\"}}", message);
    char *text = strbuf_format("HTTP/1.1 %s\r\nContent-Type: application/json\r\n%s"
                               "Content-Length: %zu\r\n\r\n%s",
                               status, fields, strlen(body), body);
    raw_server_answer_text(server, text);
    mem_free(text);
    mem_free(body);
}

static const char *request_text(const struct raw_server *server, size_t index)
{
    const struct raw_request *request = raw_server_get_request(server, index);
    assert_non_null(request);
    return request->bytes;
}

static chat_id open_raw(struct engine_world *world, const char *model)
{
    return engine_world_open_at(world, &world->raw_endpoint, model);
}

static void assert_contains(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("\"%s\" is not in \"%s\"", part, text);
}

/* --- The line
 * ---------------------------------------------------------------------------
 */

static void engine__keeps_the_order__of_those_who_wait(void **state)
{
    struct engine_world *world = *state;
    world->raw_endpoint.max_in_flight = 3;
    answer_always_ok(world);
    for (int i = 0; i < 20; i++) {
        char *words = strbuf_format("prompt number %02d", i);
        engine_world_send(world, open_raw(world, "m"), words);
        mem_free(words);
    }
    assert_int_equal(engine_get_turn(world->engine, 4).state, TURN_QUEUED);
    assert_int_equal(engine_get_turn(world->engine, 4).queue_position, 1);
    assert_int_equal(engine_get_turn(world->engine, 6).queue_position, 3);
    assert_int_equal(engine_get_turn(world->engine, 6).queue_reason, QUEUE_CONCURRENCY);
    engine_world_finish(world);
    assert_true(world->running_max <= 3);
    /* Those let in together may arrive in any order: the server accepts in its own. */
    for (size_t i = 0; i < 20; i++) {
        const char *number = strstr(request_text(world->raw, i), "prompt number ");
        assert_non_null(number);
        const long place = strtol(number + strlen("prompt number "), NULL, 10);
        assert_in_range(place + 3, i, i + 6);
    }
}

static void engine__lets_others_pass__who_go_elsewhere(void **state)
{
    struct engine_world *world = *state;
    struct endpoint other;
    endpoint_init(&other, "other", "openai-chat", raw_server_get_url(world->raw));
    world->raw_endpoint.max_in_flight = 1;
    const struct raw_step hold[] = {{.action = RAW_HOLD},
                                    {.action = RAW_SEND, .bytes = OK_HEAD OK_BODY},
                                    {.action = RAW_CLOSE}};
    raw_server_answer(world->raw, hold, 3);
    answer_always_ok(world);
    engine_world_send(world, open_raw(world, "m"), "x");
    engine_world_send(world, open_raw(world, "m"), "x");
    engine_world_wait_line(world, "1 waiting");
    engine_world_send(world, engine_world_open_at(world, &other, "m"), "x");
    engine_world_wait_line(world, "3 done stop");
    assert_int_equal(engine_get_turn(world->engine, 2).state, TURN_QUEUED);
    raw_server_release(world->raw);
    engine_world_finish(world);
    engine_free(world->engine);
    world->engine = NULL;
    endpoint_clear(&other);
}

static void engine__trips_no_clock__in_the_line(void **state)
{
    struct engine_world *world = *state;
    world->settings.values[SETTING_JOBS] = 1;
    world->settings.values[SETTING_TOTAL_TIMEOUT] = 150;
    world->settings.values[SETTING_RETRIES] = 0;
    const struct raw_step hold[] = {{.action = RAW_HOLD}};
    raw_server_answer(world->raw, hold, 1);
    answer_always_ok(world);
    engine_world_send(world, open_raw(world, "m"), "x");
    engine_world_send(world, open_raw(world, "m"), "y");
    assert_int_equal(engine_get_turn(world->engine, 2).queue_reason, QUEUE_JOBS);
    engine_world_finish(world);
    assert_int_equal(engine_world_answer(world, 1)->facts.error.class,
                     ERROR_TIMEOUT_TOTAL);
    engine_world_assert_text(world, 2, "fine");
}

static void engine__holds_the_others__when_one_is_refused(void **state)
{
    struct engine_world *world = *state;
    answer_error(world->raw, "429 Too Many Requests", "retry-after-ms: 120\r\n", "slow");
    answer_always_ok(world);
    engine_world_send(world, open_raw(world, "m"), "x");
    engine_world_wait_line(world, "1 retrying");
    engine_world_send(world, open_raw(world, "m"), "y");
    const struct turn_status status = engine_get_turn(world->engine, 2);
    assert_int_equal(status.state, TURN_QUEUED);
    assert_int_equal(status.queue_reason, QUEUE_RETRY_AFTER);
    assert_in_range(status.queue_wait_ms, 1, 140);
    engine_world_finish(world);
    assert_int_equal(raw_server_count_requests(world->raw), 3);
    engine_world_assert_text(world, 1, "fine");
    engine_world_assert_text(world, 2, "fine");
}

static void engine__says_until_when__a_wait_is_too_long(void **state)
{
    struct engine_world *world = *state;
    answer_error(world->raw, "429 Too Many Requests", "Retry-After: 3600\r\n", "slow");
    answer_always_ok(world);
    engine_world_send(world, open_raw(world, "m"), "x");
    engine_world_finish(world);
    const struct answer_facts *facts = &engine_world_answer(world, 1)->facts;
    assert_int_equal(facts->error.class, ERROR_RATE_LIMIT);
    assert_int_equal(facts->attempts, 1);
    assert_contains(error_text(&facts->error), "rate limited until ");
    assert_contains(error_text(&facts->error), "slow");
    assert_contains(error_text(&facts->error), "3600 s");
    /* Another chat is told the same without a request. */
    engine_world_send(world, open_raw(world, "m"), "y");
    engine_world_finish(world);
    facts = &engine_world_answer(world, 2)->facts;
    assert_int_equal(facts->error.class, ERROR_RATE_LIMIT);
    assert_contains(error_text(&facts->error), "rate limited until ");
    assert_int_equal(raw_server_count_requests(world->raw), 1);
    /* A person who insists is not held. */
    assert_true(engine_retry(world->engine, 2));
    engine_world_finish(world);
    engine_world_assert_text(world, 2, "fine");
}

static void engine__believes_the_fields__of_the_server(void **state)
{
    struct engine_world *world = *state;
    const struct raw_step limited[] = {
        {.action = RAW_SEND,
         .bytes =
             "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
             "x-ratelimit-limit-requests: 50\r\nx-ratelimit-remaining-requests: 0\r\n"
             "x-ratelimit-reset-requests: 300ms\r\nConnection: close\r\n\r\n" OK_BODY},
        {.action = RAW_CLOSE}};
    raw_server_answer(world->raw, limited, 2);
    answer_always_ok(world);
    engine_world_send(world, open_raw(world, "m"), "x");
    engine_world_finish(world);
    engine_world_send(world, 1, "y");
    assert_int_equal(engine_get_turn(world->engine, 1).state, TURN_QUEUED);
    assert_int_equal(engine_get_turn(world->engine, 1).queue_reason, QUEUE_REQUESTS);
    engine_world_finish(world);
    engine_world_assert_text(world, 1, "fine");
}

static void engine__drops_out_of_the_line__when_stopped(void **state)
{
    struct engine_world *world = *state;
    world->raw_endpoint.max_in_flight = 1;
    const struct raw_step hold[] = {{.action = RAW_HOLD}};
    raw_server_answer_always(world->raw, hold, 1);
    for (int i = 0; i < 3; i++)
        engine_world_send(world, open_raw(world, "m"), "x");
    engine_stop(world->engine, 2);
    engine_world_wait_line(world, "2 done cancelled");
    assert_int_equal(engine_get_turn(world->engine, 3).queue_position, 1);
    engine_close(world->engine, 3);
    engine_stop(world->engine, 1);
    engine_world_finish(world);
}

/* --- A changed request
 * ------------------------------------------------------------------
 */

static void engine__leaves_out__what_a_model_refuses(void **state)
{
    struct engine_world *world = *state;
    struct param_list params = {0};
    assert_true(param_list_add(&params, "temperature=0.2", NULL));
    assert_true(param_list_add(&params, "seed=7", NULL));
    answer_error(
        world->raw, "400 Bad Request", "",
        "Unsupported value: 'temperature' does not support 0.2 with this model.");
    answer_always_ok(world);
    const chat_id chat = engine_world_open_setup(
        world, &(struct chat_setup){.endpoint = &world->raw_endpoint,
                                    .model = "m",
                                    .params = &params,
                                    .is_streaming = true});
    param_list_clear(&params);
    engine_world_send(world, chat, "x");
    engine_world_finish(world);
    engine_world_send(world, chat, "y");
    engine_world_finish(world);
    assert_true(engine_world_has_line(
        world, "1 notice: m refused the request: asked again without temperature"));
    assert_int_equal(raw_server_count_requests(world->raw), 3);
    assert_contains(request_text(world->raw, 0), "temperature");
    for (size_t i = 1; i < 3; i++) {
        assert_null(strstr(request_text(world->raw, i), "temperature"));
        assert_contains(request_text(world->raw, i), "seed");
    }
    assert_int_equal(engine_world_answer(world, chat)->facts.error.class, ERROR_NONE);
}

static void engine__keeps_all_retries__for_a_changed_request(void **state)
{
    struct engine_world *world = *state;
    struct param_list params = {0};
    world->settings.values[SETTING_RETRIES] = 1;
    assert_true(param_list_add(&params, "temperature=0.2", NULL));
    answer_error(world->raw, "400 Bad Request", "",
                 "Unsupported parameter: 'temperature' is not supported.");
    answer_error(world->raw, "503 Service Unavailable", "retry-after-ms: 1\r\n", "busy");
    answer_ok(world);
    const chat_id chat = engine_world_open_setup(
        world, &(struct chat_setup){.endpoint = &world->raw_endpoint,
                                    .model = "m",
                                    .params = &params,
                                    .is_streaming = true});
    param_list_clear(&params);
    engine_world_send(world, chat, "x");
    engine_world_finish(world);
    engine_world_assert_text(world, chat, "fine");
    assert_int_equal(engine_world_answer(world, chat)->facts.attempts, 3);
}

static void engine__gives_up__when_a_changed_request_had_its_retries(void **state)
{
    struct engine_world *world = *state;
    struct param_list params = {0};
    world->settings.values[SETTING_RETRIES] = 1;
    assert_true(param_list_add(&params, "temperature=0.2", NULL));
    answer_error(world->raw, "400 Bad Request", "",
                 "Unsupported parameter: 'temperature' is not supported.");
    for (int i = 0; i < 3; i++)
        answer_error(world->raw, "503 Service Unavailable", "retry-after-ms: 1\r\n",
                     "busy");
    const chat_id chat = engine_world_open_setup(
        world, &(struct chat_setup){.endpoint = &world->raw_endpoint,
                                    .model = "m",
                                    .params = &params,
                                    .is_streaming = true});
    param_list_clear(&params);
    engine_world_send(world, chat, "x");
    engine_world_finish(world);
    assert_int_equal(raw_server_count_requests(world->raw), 3);
    assert_int_equal(engine_world_answer(world, chat)->facts.error.class,
                     ERROR_OVERLOADED);
}

static void engine__changes_nothing__for_a_wrong_value(void **state)
{
    struct engine_world *world = *state;
    struct param_list params = {0};
    assert_true(param_list_add(&params, "temperature=2", NULL));
    answer_error(world->raw, "400 Bad Request", "", "temperature must be at most 1");
    const chat_id chat = engine_world_open_setup(
        world, &(struct chat_setup){.endpoint = &world->raw_endpoint,
                                    .model = "m",
                                    .params = &params,
                                    .is_streaming = true});
    param_list_clear(&params);
    engine_world_send(world, chat, "x");
    engine_world_finish(world);
    assert_int_equal(raw_server_count_requests(world->raw), 1);
    assert_int_equal(engine_world_answer(world, chat)->facts.error.class,
                     ERROR_BAD_REQUEST);
}

/* --- Another model
 * ----------------------------------------------------------------------
 */

static chat_id open_with_fallback(struct engine_world *world)
{
    static const char *const names[] = {"second", "third"};
    struct model_ref fallbacks[2];
    for (size_t i = 0; i < 2; i++)
        fallbacks[i] =
            (struct model_ref){.endpoint = &world->raw_endpoint, .model = names[i]};
    return engine_world_open_setup(world,
                                   &(struct chat_setup){.endpoint = &world->raw_endpoint,
                                                        .model = "first",
                                                        .fallbacks = fallbacks,
                                                        .fallback_count = 2,
                                                        .is_streaming = true});
}

static void engine__asks_another_model__when_one_fails(void **state)
{
    struct engine_world *world = *state;
    answer_error(world->raw, "404 Not Found", "", "no such model");
    answer_error(world->raw, "402 Payment Required", "", "no credit");
    answer_ok(world);
    const chat_id chat = open_with_fallback(world);
    engine_world_send(world, chat, "x");
    engine_world_finish(world);
    const struct answer_facts *facts = &engine_world_answer(world, chat)->facts;
    assert_int_equal(facts->error.class, ERROR_NONE);
    assert_string_equal(facts->model, "third");
    assert_int_equal(facts->try_count, 2);
    assert_string_equal(facts->tries[0].model, "first");
    assert_int_equal(facts->tries[0].class, ERROR_NOT_FOUND);
    assert_int_equal(facts->tries[1].class, ERROR_QUOTA);
    assert_int_equal(facts->attempts, 3);
    assert_contains(request_text(world->raw, 1), "\"model\":\"second\"");
    engine_world_assert_trace(
        world,
        "1 opened\n1 added prompt\n1 added answer\n1 started\n"
        "1 connecting\n1 waiting\n1 fallback: first failed (not_found): asking second\n"
        "1 connecting\n1 waiting\n1 fallback: second failed (quota): asking third\n"
        "1 connecting\n1 waiting\n1 streaming\n1 text: fine\n1 done stop\n");
}

static void engine__stays_with_a_model__that_has_spoken(void **state)
{
    struct engine_world *world = *state;
    const struct raw_step cut[] = {
        {.action = RAW_SEND,
         .bytes = OK_HEAD
         "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"half\"}}]}\n\n"},
        {.action = RAW_RESET}};
    raw_server_answer(world->raw, cut, 2);
    const chat_id chat = open_with_fallback(world);
    engine_world_send(world, chat, "x");
    engine_world_finish(world);
    assert_int_equal(raw_server_count_requests(world->raw), 1);
    assert_int_equal(engine_world_answer(world, chat)->facts.error.class,
                     ERROR_NETWORK_RESET);
    engine_world_assert_text(world, chat, "half");
}

static void engine__does_not_ask_another__for_a_bad_request(void **state)
{
    struct engine_world *world = *state;
    answer_error(world->raw, "400 Bad Request", "", "no");
    const chat_id chat = open_with_fallback(world);
    engine_world_send(world, chat, "x");
    engine_world_finish(world);
    assert_int_equal(raw_server_count_requests(world->raw), 1);
}

static void engine__fails__when_all_models_have(void **state)
{
    struct engine_world *world = *state;
    for (int i = 0; i < 3; i++)
        answer_error(world->raw, "401 Unauthorized", "", "bad key");
    const chat_id chat = open_with_fallback(world);
    engine_world_send(world, chat, "x");
    engine_world_finish(world);
    const struct answer_facts *facts = &engine_world_answer(world, chat)->facts;
    assert_int_equal(facts->error.class, ERROR_AUTH);
    assert_string_equal(facts->model, "third");
    assert_int_equal(facts->try_count, 2);
}

/* --- After a cut
 * ------------------------------------------------------------------------
 */

static void engine__goes_on__after_a_cut(void **state)
{
    struct engine_world *world = *state;
    const struct raw_step cut[] = {
        {.action = RAW_SEND,
         .bytes = OK_HEAD
         "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"half\"}}]}\n\n"},
        {.action = RAW_RESET}};
    raw_server_answer(world->raw, cut, 2);
    answer_ok(world);
    const chat_id chat = open_raw(world, "m");
    engine_world_send(world, chat, "x");
    engine_world_finish(world);
    const struct message *half = engine_world_answer(world, chat);
    assert_true(engine_can_continue(world->engine, chat));
    assert_true(engine_continue(world->engine, chat));
    assert_false(engine_continue(world->engine, chat));
    engine_world_finish(world);
    const struct message *rest = engine_world_answer(world, chat);
    assert_true(rest->is_continuation);
    assert_true(rest->parent->is_automatic);
    assert_ptr_equal(rest->parent->parent, half);
    engine_world_assert_text(world, chat, "fine");
    assert_contains(request_text(world->raw, 1),
                    "{\"role\":\"assistant\",\"content\":\"half\"},{\"role\":\"user\","
                    "\"content\":\"Continue exactly where you stopped.\"}");
    assert_false(engine_can_continue(world->engine, chat));
}

static void engine__has_nothing_to_go_on_with__when_nothing_came(void **state)
{
    struct engine_world *world = *state;
    answer_error(world->raw, "404 Not Found", "", "no such model");
    const chat_id chat = open_raw(world, "m");
    assert_false(engine_continue(world->engine, chat));
    engine_world_send(world, chat, "x");
    engine_world_finish(world);
    assert_false(engine_continue(world->engine, chat));
}

/* --- Keys
 * -------------------------------------------------------------------------------
 */

/* A key command that writes a line into `path` each time it runs. */
static void set_key_cmd(struct endpoint *endpoint, const char *path, const char *end)
{
    char *line = strbuf_format("echo run >> '%s'; %s", path, end);
    endpoint_add_key_cmd(endpoint, "sh");
    endpoint_add_key_cmd(endpoint, "-c");
    endpoint_add_key_cmd(endpoint, line);
    mem_free(line);
}

/* A file of our own; the caller removes it and frees the path. */
static char *make_file(void)
{
    const char *folder = getenv("TMPDIR");
    char *path = strbuf_format("%s/motet-key-XXXXXX", folder != NULL ? folder : "/tmp");
    const int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    return path;
}

static size_t count_runs(const char *path)
{
    struct strbuf text;
    strbuf_init(&text, 10000);
    assert_true(path_read_file(path, &text, NULL));
    const size_t runs = text.len / strlen("run\n");
    strbuf_clear(&text);
    return runs;
}

static void engine__asks_for_a_key__once_for_all(void **state)
{
    struct engine_world *world = *state;
    char *path = make_file();
    set_key_cmd(&world->raw_endpoint, path, "echo sk-from-command");
    answer_always_ok(world);
    for (int i = 0; i < 3; i++)
        engine_world_send(world, open_raw(world, "m"), "x");
    assert_true(engine_get_turn(world->engine, 1).is_waiting_for_key);
    assert_int_equal(engine_get_turn(world->engine, 1).state, TURN_CONNECTING);
    engine_world_finish(world);
    for (size_t i = 0; i < 3; i++)
        assert_contains(request_text(world->raw, i),
                        "Authorization: Bearer sk-from-command\r\n");
    assert_int_equal(count_runs(path), 1);
    assert_null(strstr(strbuf_text(&world->trace), "sk-from-command"));
    unlink(path);
    mem_free(path);
}

static void engine__says_what_the_command_said__when_there_is_no_key(void **state)
{
    struct engine_world *world = *state;
    char *path = make_file();
    set_key_cmd(&world->raw_endpoint, path,
                "echo sk-never-shown; echo 'store is locked' >&2; echo more >&2; exit 3");
    engine_world_send(world, open_raw(world, "m"), "x");
    engine_world_finish(world);
    const struct error *err = &engine_world_answer(world, 1)->facts.error;
    assert_int_equal(err->class, ERROR_AUTH);
    assert_string_equal(error_text(err),
                        "no key for raw: sh ended with exit code 3: store is locked");
    assert_int_equal(raw_server_count_requests(world->raw), 0);
    unlink(path);
    mem_free(path);
}

static void engine__asks_anew__for_a_key_that_was_refused(void **state)
{
    struct engine_world *world = *state;
    char *path = make_file();
    set_key_cmd(&world->raw_endpoint, path, "echo sk-from-command");
    answer_error(world->raw, "401 Unauthorized", "", "wrong key: sk-from-command");
    answer_always_ok(world);
    engine_world_send(world, open_raw(world, "m"), "x");
    engine_world_finish(world);
    /* The server repeats the key; we do not. */
    assert_contains(error_text(&engine_world_answer(world, 1)->facts.error),
                    "wrong key: ***************");
    engine_world_send(world, 1, "y");
    engine_world_finish(world);
    assert_int_equal(count_runs(path), 2);
    engine_world_assert_text(world, 1, "fine");
    unlink(path);
    mem_free(path);
}

static void engine__can_be_stopped__while_it_waits_for_a_key(void **state)
{
    struct engine_world *world = *state;
    endpoint_add_key_cmd(&world->raw_endpoint, "sleep");
    endpoint_add_key_cmd(&world->raw_endpoint, "1000");
    engine_world_send(world, open_raw(world, "m"), "x");
    engine_world_send(world, open_raw(world, "m"), "x");
    engine_stop(world->engine, 1);
    engine_world_wait_line(world, "1 done cancelled");
    engine_close(world->engine, 2);
    /* The command itself goes with the engine. */
    engine_free(world->engine);
    world->engine = NULL;
}

static void give_key(struct endpoint *endpoint)
{
    static const char key[] = "sk-bound-to-its-origin";
    endpoint->key = secret_from_text(key, strlen(key), "the test", NULL);
    assert_non_null(endpoint->key);
}

static void engine__follows_no_redirect__with_a_key(void **state)
{
    struct engine_world *world = *state;
    struct raw_server *thief = raw_server_new(world->loop);
    raw_server_answer_always(thief, ok_steps, 2);
    give_key(&world->raw_endpoint);
    char *text = strbuf_format("HTTP/1.1 307 Temporary Redirect\r\n"
                               "Location: %s/v1/chat/completions\r\n"
                               "Content-Length: 0\r\n\r\n",
                               raw_server_get_url(thief));
    raw_server_answer_text(world->raw, text);
    mem_free(text);
    engine_world_send(world, open_raw(world, "m"), "x");
    engine_world_finish(world);
    assert_contains(request_text(world->raw, 0), "sk-bound-to-its-origin");
    assert_int_equal(engine_world_answer(world, 1)->facts.error.class, ERROR_PROTOCOL);
    assert_int_equal(raw_server_count_accepted(thief), 0);
    assert_null(strstr(error_text(&engine_world_answer(world, 1)->facts.error), "sk-"));
    assert_null(strstr(strbuf_text(&world->trace), "sk-bound"));
    raw_server_free(thief);
}

static void engine__keeps_the_key__when_the_url_changes(void **state)
{
    struct engine_world *world = *state;
    struct raw_server *thief = raw_server_new(world->loop);
    raw_server_answer_always(thief, ok_steps, 2);
    give_key(&world->raw_endpoint);
    mem_free(world->raw_endpoint.base_url);
    world->raw_endpoint.base_url = mem_strdup(raw_server_get_url(thief));
    engine_world_send(world, open_raw(world, "m"), "x");
    engine_world_finish(world);
    const struct error *err = &engine_world_answer(world, 1)->facts.error;
    assert_int_equal(err->class, ERROR_AUTH);
    assert_contains(error_text(err), "belongs to http://127.0.0.1:");
    assert_int_equal(raw_server_count_accepted(thief), 0);
    raw_server_free(thief);
}

/* --- Facts
 * ------------------------------------------------------------------------------
 */

static void engine__counts_connections__of_an_endpoint(void **state)
{
    struct engine_world *world = *state;
    const char *const deltas[] = {"{\"content\":\"fine\"}", NULL};
    char *stream = engine_world_make_stream(deltas, "stop");
    raw_server_answer_text(world->raw, stream);
    raw_server_answer_text(world->raw, stream);
    mem_free(stream);
    engine_world_send(world, open_raw(world, "m"), "x");
    engine_world_finish(world);
    const struct answer_timing first = engine_world_answer(world, 1)->facts.timing;
    assert_true(first.connect_us >= 0);
    assert_true(first.first_byte_us >= first.connect_us);
    assert_int_equal(first.tls_us, -1);
    engine_world_send(world, 1, "y");
    engine_world_finish(world);
    const struct connection_facts *facts;
    assert_int_equal(engine_get_connections(world->engine, &facts), 1);
    assert_ptr_equal(facts[0].endpoint, &world->raw_endpoint);
    assert_int_equal(facts[0].open, 0);
    assert_int_equal(facts[0].requests, 2);
    assert_int_equal(facts[0].reused, 1);
    assert_string_equal(facts[0].http_version, "1.1");
}

#define TEST(name)                                                                       \
    {                                                                                    \
#name, name, engine_world_setup, engine_world_teardown, NULL                     \
    }

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    const struct CMUnitTest tests[] = {
        TEST(engine__keeps_the_order__of_those_who_wait),
        TEST(engine__lets_others_pass__who_go_elsewhere),
        TEST(engine__trips_no_clock__in_the_line),
        TEST(engine__holds_the_others__when_one_is_refused),
        TEST(engine__says_until_when__a_wait_is_too_long),
        TEST(engine__believes_the_fields__of_the_server),
        TEST(engine__drops_out_of_the_line__when_stopped),
        TEST(engine__leaves_out__what_a_model_refuses),
        TEST(engine__keeps_all_retries__for_a_changed_request),
        TEST(engine__gives_up__when_a_changed_request_had_its_retries),
        TEST(engine__changes_nothing__for_a_wrong_value),
        TEST(engine__asks_another_model__when_one_fails),
        TEST(engine__stays_with_a_model__that_has_spoken),
        TEST(engine__does_not_ask_another__for_a_bad_request),
        TEST(engine__fails__when_all_models_have),
        TEST(engine__goes_on__after_a_cut),
        TEST(engine__has_nothing_to_go_on_with__when_nothing_came),
        TEST(engine__asks_for_a_key__once_for_all),
        TEST(engine__says_what_the_command_said__when_there_is_no_key),
        TEST(engine__asks_anew__for_a_key_that_was_refused),
        TEST(engine__can_be_stopped__while_it_waits_for_a_key),
        TEST(engine__follows_no_redirect__with_a_key),
        TEST(engine__keeps_the_key__when_the_url_changes),
        TEST(engine__counts_connections__of_an_endpoint),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

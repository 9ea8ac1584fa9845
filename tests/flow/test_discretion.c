/*
 * What is never said: keys and private header fields that a server repeats, in any output
 * and at any time; and the lists of models that must not hang or grow for it.
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

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/base/strbuf.h"
#include "tests/support/cli_world.h"
#include "tests/support/engine_world.h"

#define KEY     "sk-s3cret-0123456789"
#define PRIVATE "hush-hush-0123456789"

static void assert_contains(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("\"%s\" is not in \"%s\"", part, text);
}

static void assert_hidden(const char *text)
{
    if (strstr(text, "s3cret") != NULL || strstr(text, "hush-hush") != NULL)
        fail_msg("it is in \"%s\"", text);
}

static char *make_refusal(const char *words)
{
    char *body =
        strbuf_format("{\"error\":{\"message\":\"%s\",\"code\":\"%s\"}}", words, words);
    char *text = strbuf_format("HTTP/1.1 401 Unauthorized\r\nX-Request-Id: %s\r\n"
                               "Content-Type: application/json\r\n"
                               "Content-Length: %zu\r\n\r\n%s",
                               words, strlen(body), body);
    mem_free(body);
    return text;
}

/* Whatever a failed answer shows. */
static void assert_facts_hidden(const struct answer_facts *facts)
{
    assert_hidden(error_text(&facts->error));
    assert_hidden(facts->provider_code != NULL ? facts->provider_code : "");
    assert_hidden(facts->request_id != NULL ? facts->request_id : "");
    assert_hidden(facts->finish_raw != NULL ? facts->finish_raw : "");
}

/* --- The engine
 * -------------------------------------------------------------------------
 */

static bool are_two_held(void *user)
{
    return raw_server_count_held(user) == 2;
}

/* Two requests go with one key; when the second is refused the first refusal has made the
 * engine forget it. */
static void engine__hides_a_key__that_is_refused_a_second_time(void **state)
{
    struct engine_world *world = *state;
    char *refusal = make_refusal("no such key: " KEY);
    const struct raw_step steps[] = {{.action = RAW_HOLD},
                                     {.action = RAW_SEND, .bytes = refusal}};
    raw_server_answer_always(world->raw, steps, COUNT_OF(steps));
    endpoint_add_key_cmd(&world->raw_endpoint, "echo");
    endpoint_add_key_cmd(&world->raw_endpoint, KEY);
    for (chat_id i = 1; i <= 2; i++)
        engine_world_send(world, engine_world_open_at(world, &world->raw_endpoint, "m"),
                          "x");
    engine_world_wait(world, are_two_held, world->raw);
    raw_server_release(world->raw);
    engine_world_finish(world);
    for (chat_id i = 1; i <= 2; i++) {
        const struct answer_facts *facts = &engine_world_answer(world, i)->facts;
        assert_int_equal(facts->error.class, ERROR_AUTH);
        assert_contains(error_text(&facts->error), "no such key: ****");
        assert_facts_hidden(facts);
    }
    assert_hidden(strbuf_text(&world->trace));
    mem_free(refusal);
}

static void engine__hides__private_header_fields(void **state)
{
    static const char *const lines[] = {"X-Team: " PRIVATE,
                                        "Authorization: Bearer " PRIVATE};
    struct engine_world *world = *state;
    for (size_t i = 0; i < COUNT_OF(lines); i++)
        endpoint_add_header(&world->raw_endpoint, lines[i]);
    char *refusal = make_refusal("not for " PRIVATE);
    raw_server_answer_text(world->raw, refusal);
    engine_world_send(world, engine_world_open_at(world, &world->raw_endpoint, "m"), "x");
    engine_world_finish(world);
    const struct answer_facts *facts = &engine_world_answer(world, 1)->facts;
    assert_contains(error_text(&facts->error), "not for ****");
    assert_facts_hidden(facts);
    mem_free(refusal);
}

static void engine__hides_a_field__behind_its_scheme(void **state)
{
    struct engine_world *world = *state;
    endpoint_add_header(&world->raw_endpoint, "Authorization: Bearer " PRIVATE);
    char *refusal = make_refusal("bad token " PRIVATE);
    raw_server_answer_text(world->raw, refusal);
    engine_world_send(world, engine_world_open_at(world, &world->raw_endpoint, "m"), "x");
    engine_world_finish(world);
    assert_facts_hidden(&engine_world_answer(world, 1)->facts);
    mem_free(refusal);
}

/* --- The line
 * ---------------------------------------------------------------------------
 */

#define OK_HEAD                                                                          \
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
#define OK_BODY                                                                          \
    "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"fine\"},"                 \
    "\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n"

static bool are_three_asked(void *user)
{
    return raw_server_count_requests(user) == 4;
}

/* After a refusal one goes ahead; when it is taken the others follow, although its answer
 * goes on. */
static void gate__lets_the_others_go__once_the_first_is_taken(void **state)
{
    struct engine_world *world = *state;
    raw_server_answer_text(
        world->raw, "HTTP/1.1 429 Too Many Requests\r\nretry-after-ms: 30\r\n"
                    "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
    const struct raw_step slow[] = {{.action = RAW_SEND, .bytes = OK_HEAD},
                                    {.action = RAW_HOLD},
                                    {.action = RAW_SEND, .bytes = OK_BODY},
                                    {.action = RAW_CLOSE}};
    raw_server_answer_always(world->raw, slow, COUNT_OF(slow));
    engine_world_send(world, engine_world_open_at(world, &world->raw_endpoint, "m"), "x");
    engine_world_wait_line(world, "1 retrying");
    for (int i = 0; i < 2; i++)
        engine_world_send(world, engine_world_open_at(world, &world->raw_endpoint, "m"),
                          "x");
    assert_int_equal(engine_get_turn(world->engine, 2).queue_reason, QUEUE_RETRY_AFTER);
    /* All three are asked while the body of the first has not come. */
    engine_world_wait(world, are_three_asked, world->raw);
    assert_int_equal(engine_busy_count(world->engine), 3);
    while (engine_busy_count(world->engine) > 0) {
        raw_server_release(world->raw);
        ev_run(world->loop, EVRUN_ONCE);
    }
    for (chat_id i = 1; i <= 3; i++)
        engine_world_assert_text(world, i, "fine");
}

/* --- Lists of models
 * --------------------------------------------------------------------
 */

static const struct model_list *ask_models(struct engine_world *world)
{
    /* The engine begins with the first chat. */
    engine_world_open_at(world, &world->raw_endpoint, "m");
    engine_ask_models(world->engine, &world->raw_endpoint, false);
    engine_world_wait_line(world, "models");
    return engine_get_models(world->engine, &world->raw_endpoint);
}

static void models__end_in_time__though_the_key_command_hangs(void **state)
{
    struct engine_world *world = *state;
    world->settings.values[SETTING_TOTAL_TIMEOUT] = 60;
    endpoint_add_key_cmd(&world->raw_endpoint, "sleep");
    endpoint_add_key_cmd(&world->raw_endpoint, "1000");
    const struct model_list *list = ask_models(world);
    assert_int_equal(model_list_get_error(list)->class, ERROR_TIMEOUT_TOTAL);
    assert_contains(error_text(model_list_get_error(list)),
                    "did not list its models within 0.06 s");
    assert_int_equal(raw_server_count_requests(world->raw), 0);
}

static void models__end__at_their_ceiling(void **state)
{
    struct engine_world *world = *state;
    char *filler = mem_alloc(65537);
    memset(filler, ' ', 65536);
    const struct raw_step endless[] = {
        {.action = RAW_SEND,
         .bytes = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{\"data\":["},
        {.action = RAW_REPEAT, .bytes = filler, .len = 65536}};
    raw_server_answer(world->raw, endless, COUNT_OF(endless));
    mem_free(filler);
    const struct model_list *list = ask_models(world);
    assert_int_equal(model_list_get_error(list)->class, ERROR_PROTOCOL);
    assert_contains(error_text(model_list_get_error(list)), "is larger than 16 MiB");
    assert_int_equal(model_list_get_count(list), 0);
}

static void models__follow_no_redirect__and_say_so(void **state)
{
    struct engine_world *world = *state;
    char *text = strbuf_format("HTTP/1.1 302 Found\r\nLocation: %s/login\r\n"
                               "Content-Length: 0\r\n\r\n",
                               raw_server_get_url(world->raw));
    raw_server_answer_text(world->raw, text);
    mem_free(text);
    const struct model_list *list = ask_models(world);
    assert_int_equal(model_list_get_error(list)->class, ERROR_PROTOCOL);
    assert_string_equal(error_text(model_list_get_error(list)),
                        "raw answers with a redirect (HTTP 302), which is not followed; "
                        "check its URL");
    assert_int_equal(raw_server_count_requests(world->raw), 1);
}

static void models__hide__a_key_among_their_names(void **state)
{
    struct engine_world *world = *state;
    endpoint_add_header(&world->raw_endpoint, "X-Team: " PRIVATE);
    world->raw_endpoint.key = secret_from_text(KEY, strlen(KEY), "the test", NULL);
    static const char body[] =
        "{\"data\":[{\"id\":\"for-" KEY "\"},{\"id\":\"of-" PRIVATE "\"}]}";
    char *text = strbuf_format("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                               "Content-Length: %zu\r\n\r\n%s",
                               strlen(body), body);
    raw_server_answer_text(world->raw, text);
    mem_free(text);
    const struct model_list *list = ask_models(world);
    assert_int_equal(model_list_get_count(list), 2);
    for (size_t i = 0; i < 2; i++)
        assert_hidden(model_list_get_name(list, i));
}

/* --- The program
 * ------------------------------------------------------------------------
 */

/* All that the program writes, its log too, for each command that talks to a server. */
static void motet__writes_no_key_and_no_private_field__anywhere(void **state)
{
    static const char *const lines[] = {"ask", "ask|--json", "models", "doctor",
                                        "doctor|--json"};
    struct cli_world *world = *state;
    const char *folder = getenv("TMPDIR");
    char *log =
        strbuf_format("%s/log.%ld", folder != NULL ? folder : "/tmp", (long)getpid());
    char *refusal = make_refusal(KEY " " PRIVATE);
    const struct raw_step step = {.action = RAW_SEND, .bytes = refusal};
    raw_server_answer_always(world->raw, &step, 1);
    const char *const env[] = {"MOTET_TEST_KEY=" KEY, NULL};
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        char *line = strbuf_format("%s|--url|%%URL|--key-env|MOTET_TEST_KEY|--header|"
                                   "X-Team: " PRIVATE "|--log|%s%s",
                                   lines[i], log, lines[i][0] == 'a' ? "|-m|m|hi" : "");
        struct child_program *child =
            cli_run(world, line, &(struct child_options){.env = env});
        cli_assert_code(child, 3);
        assert_hidden(strbuf_text(&child->out));
        assert_hidden(strbuf_text(&child->err));
        child_free(child);
        mem_free(line);
    }
    assert_contains(raw_server_get_request(world->raw, 0)->bytes, "Bearer " KEY "\r\n");
    assert_contains(raw_server_get_request(world->raw, 0)->bytes,
                    "X-Team: " PRIVATE "\r\n");
    struct strbuf text;
    strbuf_init(&text, 1 << 20);
    assert_true(path_read_file(log, &text, NULL));
    assert_hidden(strbuf_text(&text));
    strbuf_clear(&text);
    unlink(log);
    mem_free(log);
    mem_free(refusal);
}

#define ENGINE(name)                                                                     \
    cmocka_unit_test_setup_teardown(name, engine_world_setup, engine_world_teardown)

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    const struct CMUnitTest tests[] = {
        ENGINE(engine__hides_a_key__that_is_refused_a_second_time),
        ENGINE(engine__hides__private_header_fields),
        ENGINE(engine__hides_a_field__behind_its_scheme),
        ENGINE(gate__lets_the_others_go__once_the_first_is_taken),
        ENGINE(models__end_in_time__though_the_key_command_hangs),
        ENGINE(models__end__at_their_ceiling),
        ENGINE(models__follow_no_redirect__and_say_so),
        ENGINE(models__hide__a_key_among_their_names),
        cmocka_unit_test_setup_teardown(
            motet__writes_no_key_and_no_private_field__anywhere, cli_world_setup,
            cli_world_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

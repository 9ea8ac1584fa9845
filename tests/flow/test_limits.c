/*
 * Many prompts against a service that allows few: 200 of them, 10 at once, 120 a minute,
 * where a minute is shortened to seconds. The service counts what it had to refuse.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "src/base/clock.h"
#include "src/base/compiler.h"
#include "src/base/json.h"
#include "src/base/mem.h"
#include "tests/support/child_program.h"
#include "tests/support/service_world.h"

enum { PROMPTS = 200, AT_ONCE = 10, IN_WINDOW = 120, WINDOW_MS = 3000 };

/* Takes 30 ms, so that answers overlap. */
#define MODEL "echo?rate=0&ttft=300000"

struct run {
    struct service_world world;
    chat_id chats[PROMPTS];
    chat_id begun[PROMPTS]; /* in the order in which their requests went out */
    size_t begun_count;
    bool is_queued[PROMPTS]; /* was seen waiting in the line */
};

static void on_event(void *user, const struct engine_event *event)
{
    struct run *run = user;
    if (event->kind != EVENT_TURN_STATE)
        return;
    for (size_t i = 0; i < PROMPTS; i++) {
        if (run->chats[i] == event->chat && event->state == TURN_QUEUED)
            run->is_queued[i] = true;
    }
    if (event->state == TURN_CONNECTING && run->begun_count < PROMPTS)
        run->begun[run->begun_count++] = event->chat;
}

static int set_up(void **state)
{
    static const struct demo_limit_options limit = {
        .concurrent = AT_ONCE, .requests = IN_WINDOW, .window_ms = WINDOW_MS};
    struct run *run = mem_alloc(sizeof(*run));
    service_world_init(&run->world, &limit);
    run->world.on_event = on_event;
    run->world.user = run;
    run->world.settings.values[SETTING_JOBS] = 64;
    *state = run;
    return 0;
}

static int tear_down(void **state)
{
    struct run *run = *state;
    service_world_clear(&run->world);
    mem_free(run);
    return 0;
}

/* The server's own count. */
static int64_t read_stat(struct run *run, const char *name)
{
    char *body = service_world_fetch(&run->world, "/demo/stats");
    cJSON *root = json_parse(body, strlen(body));
    int64_t value = -1;
    assert_true(json_get_int(root, name, &value));
    cJSON_Delete(root);
    mem_free(body);
    return value;
}

/* Sends all prompts, waits for all answers, and checks what every run has to keep. */
static void run_all(struct run *run, const struct endpoint *endpoint)
{
    struct service_world *world = &run->world;
    for (size_t i = 0; i < PROMPTS; i++)
        run->chats[i] = service_world_open(world, endpoint, MODEL);
    const int64_t start_ms = clock_now_ms();
    for (size_t i = 0; i < PROMPTS; i++)
        assert_true(engine_send(world->engine, run->chats[i], "hello", 5));
    service_world_finish(world);
    for (size_t i = 0; i < PROMPTS; i++) {
        const struct message *answer = chat_last_by(
            engine_get_chat(world->engine, run->chats[i]), MESSAGE_ASSISTANT);
        if (answer->state != MESSAGE_WHOLE)
            fail_msg("prompt %zu: %s", i, error_text(&answer->facts.error));
        assert_int_equal(answer->facts.attempts, 1);
        assert_int_equal(run->begun[i], run->chats[i]);
    }
    assert_true(run->is_queued[PROMPTS - 1]);
    assert_int_equal(read_stat(run, "refused"), 0);
    assert_int_equal(read_stat(run, "accepted"), PROMPTS);
    assert_int_equal(read_stat(run, "in_flight"), 0);
    assert_in_range(read_stat(run, "in_flight_max"), AT_ONCE / 2, AT_ONCE);
    /* What is left after a full bucket has to wait for it to fill up. */
    assert_true(clock_now_ms() - start_ms >
                (int64_t)WINDOW_MS * (PROMPTS - IN_WINDOW) / IN_WINDOW / 2);
}

static void limits__told_in_headers__are_never_overrun(void **state)
{
    struct run *run = *state;
    struct endpoint *endpoint = &run->world.demo_endpoints[SERVICE_OPENAI_CHAT];
    endpoint->max_in_flight = AT_ONCE;
    run_all(run, endpoint);
}

static void limits__of_the_person__are_never_overrun(void **state)
{
    struct run *run = *state;
    struct endpoint *endpoint = &run->world.demo_endpoints[SERVICE_GEMINI];
    endpoint->max_in_flight = AT_ONCE;
    endpoint->request_rate = (struct rate){.count = IN_WINDOW, .window_ms = WINDOW_MS};
    run_all(run, endpoint);
}

/* Nobody has said how many may go at once: the first refusals tell, and all the same
 * everyone is answered. */
static void limits__learned_from_refusals__are_kept(void **state)
{
    struct run *run = *state;
    struct service_world *world = &run->world;
    struct endpoint *endpoint = &world->demo_endpoints[SERVICE_OLLAMA];
    enum { COUNT = 30 };
    for (size_t i = 0; i < COUNT; i++) {
        run->chats[i] = service_world_open(world, endpoint, MODEL);
        assert_true(engine_send(world->engine, run->chats[i], "hello", 5));
    }
    service_world_finish(world);
    for (size_t i = 0; i < COUNT; i++)
        assert_int_equal(
            chat_last_by(engine_get_chat(world->engine, run->chats[i]), MESSAGE_ASSISTANT)
                ->state,
            MESSAGE_WHOLE);
    assert_in_range(read_stat(run, "refused"), 1, COUNT);
}

/* The numbers of the chats in the order in which they began, from the events printed. */
static void assert_begun_in_order(const char *events)
{
    static const char begin[] = "{\"event\":\"state\",\"chat\":";
    static const char state[] = ",\"state\":\"connecting\"";
    unsigned long next = 0;
    for (const char *at = strstr(events, begin); at != NULL; at = strstr(at, begin)) {
        char *end = NULL;
        at += sizeof(begin) - 1;
        const unsigned long chat = strtoul(at, &end, 10);
        if (strncmp(end, state, sizeof(state) - 1) == 0)
            assert_int_equal(chat, next++);
    }
    assert_int_equal(next, PROMPTS);
}

static void limits__told_in_headers__hold_for_the_command(void **state)
{
    struct run *run = *state;
    struct strbuf models;
    strbuf_init(&models, STRBUF_OWN_MAX);
    for (size_t i = 0; i < PROMPTS; i++)
        strbuf_append_format(&models, "%s%s", i > 0 ? "," : "", MODEL);
    const char *const args[] = {"ask",
                                "--json",
                                "--no-config",
                                "--jobs",
                                "10",
                                "--url",
                                run->world.demo_endpoints[0].base_url,
                                "--retries",
                                "0",
                                "-m",
                                strbuf_text(&models),
                                "hello",
                                NULL};
    const struct child_options options = {.args = args};
    struct child_program *child = child_start(run->world.loop, &options);
    const int code = child_wait(child);
    if (code != 0)
        fail_msg("exit code %d: %.2000s", code, strbuf_text(&child->err));
    assert_begun_in_order(strbuf_text(&child->out));
    child_free(child);
    strbuf_clear(&models);
    assert_int_equal(read_stat(run, "refused"), 0);
    assert_int_equal(read_stat(run, "accepted"), PROMPTS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(limits__told_in_headers__are_never_overrun,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(limits__of_the_person__are_never_overrun, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(limits__told_in_headers__hold_for_the_command,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(limits__learned_from_refusals__are_kept, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

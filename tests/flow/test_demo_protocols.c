/*
 * The demo server in each of its protocols against the clients of the same protocols:
 * what one says the other understands, in both directions. All protocols have to give the
 * same words, because the models are the same.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/demo/demo_model.h"
#include "tests/support/service_world.h"

#define PROMPT "Tell me of the weather in Oslo, the sea, and code"

static void assert_whole(const struct message *answer)
{
    if (answer->state != MESSAGE_WHOLE)
        fail_msg("%s: %s", answer->facts.api, error_text(&answer->facts.error));
}

/* Compares all that was said; ids of calls are a protocol's own. */
static void assert_same(const struct message *answer, const struct message *expected)
{
    static const enum part_kind kinds[] = {PART_TEXT, PART_REASONING};
    assert_whole(answer);
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        char *text = service_world_text(answer, kinds[i]);
        char *wanted = service_world_text(expected, kinds[i]);
        assert_string_equal(text, wanted);
        mem_free(text);
        mem_free(wanted);
    }
    assert_int_equal(answer->facts.finish, expected->facts.finish);
    assert_true(answer->facts.usage.input > 0);
    assert_int_equal(answer->facts.usage.input, expected->facts.usage.input);
}

static const struct part *find_call(const struct message *message, size_t index)
{
    for (size_t i = 0; i < message->part_count; i++) {
        if (message->parts[i].kind == PART_TOOL_CALL && index-- == 0)
            return &message->parts[i];
    }
    return NULL;
}

static void demo__says_the_same__in_every_protocol(void **state)
{
    struct service_world *world = *state;
    for (size_t whole = 0; whole < 2; whole++) {
        world->is_unstreamed = whole == 1;
        for (size_t i = 0; i < demo_model_count(); i++) {
            char *model =
                strbuf_format("%s?fault=none&tokens=90&rate=0", demo_model_get(i)->name);
            const struct message *expected =
                service_world_ask(world, &world->demo_endpoints[0], model, PROMPT);
            assert_whole(expected);
            for (size_t api = 1; api < SERVICE_COUNT; api++)
                assert_same(
                    service_world_ask(world, &world->demo_endpoints[api], model, PROMPT),
                    expected);
            mem_free(model);
        }
    }
}

static void demo__asks_for_the_same_tools__in_every_protocol(void **state)
{
    struct service_world *world = *state;
    for (size_t whole = 0; whole < 2; whole++) {
        world->is_unstreamed = whole == 1;
        for (size_t api = 0; api < SERVICE_COUNT; api++) {
            const struct message *answer =
                service_world_ask(world, &world->demo_endpoints[api], "tools", PROMPT);
            assert_whole(answer);
            const struct part *weather = find_call(answer, 0);
            const struct part *book = find_call(answer, 1);
            assert_int_equal(answer->facts.finish, FINISH_TOOL_CALLS);
            assert_true(weather != NULL && book != NULL && weather->is_whole);
            assert_string_equal(weather->name, "get_weather");
            assert_string_equal(strbuf_text(&weather->text),
                                "{\"city\":\"Oslo\",\"unit\":\"celsius\"}");
            assert_string_equal(book->name, "format_book");
            assert_string_not_equal(weather->call_id, book->call_id);
            assert_null(find_call(answer, 2));
        }
    }
}

/* The server refuses signatures and items that do not come back as they were sent. */
static void demo__takes_back__what_it_has_said(void **state)
{
    struct service_world *world = *state;
    static const char *const models[] = {"thinker", "tools", "sage", "polyglot"};
    for (size_t whole = 0; whole < 2; whole++) {
        world->is_unstreamed = whole == 1;
        for (size_t i = 0; i < COUNT_OF(models) * SERVICE_COUNT; i++) {
            const struct endpoint *endpoint =
                &world->demo_endpoints[i / COUNT_OF(models)];
            char *model = strbuf_format("%s?rate=0", models[i % COUNT_OF(models)]);
            const chat_id chat = service_world_open(world, endpoint, model);
            for (int turn = 0; turn < 3; turn++)
                assert_whole(service_world_send(world, chat, PROMPT));
            mem_free(model);
        }
    }
}

/* A conversation may go on with another service: what is bound to the first stays out. */
static void demo__takes_over__what_another_service_has_said(void **state)
{
    struct service_world *world = *state;
    static const char *const models[] = {"thinker", "tools"};
    for (size_t from = 0; from < SERVICE_COUNT; from++) {
        for (size_t to = 0; to < SERVICE_COUNT; to++) {
            for (size_t i = 0; i < COUNT_OF(models); i++) {
                const chat_id chat =
                    service_world_open(world, &world->demo_endpoints[from], models[i]);
                assert_whole(service_world_send(world, chat, PROMPT));
                engine_set_model(world->engine, chat, &world->demo_endpoints[to],
                                 models[(i + 1) % COUNT_OF(models)]);
                assert_whole(service_world_send(world, chat, "and now?"));
                engine_set_model(world->engine, chat, &world->demo_endpoints[from],
                                 models[i]);
                assert_whole(service_world_send(world, chat, "and back?"));
            }
        }
    }
}

static void demo__stops_at_the_limit__in_every_protocol(void **state)
{
    struct service_world *world = *state;
    struct param_list params = {0};
    struct error err = {.class = ERROR_NONE};
    assert_true(param_list_add(&params, "max_tokens=5", &err));
    service_world_open(world, &world->demo_endpoints[0], "sage");
    for (size_t i = 0; i < SERVICE_COUNT * 2; i++) {
        const chat_id chat = engine_open(
            world->engine, &(struct chat_setup){.endpoint = &world->demo_endpoints[i / 2],
                                                .model = "sage?rate=0",
                                                .params = &params,
                                                .is_streaming = i % 2 == 0});
        const struct message *answer = service_world_send(world, chat, PROMPT);
        assert_whole(answer);
        assert_int_equal(answer->facts.finish, FINISH_LENGTH);
        assert_int_equal(answer->facts.usage.output, 5);
    }
    param_list_clear(&params);
}

struct list_wait {
    struct service_world *world;
    const struct endpoint *endpoint;
};

static bool has_list(void *user)
{
    const struct list_wait *wait = user;
    const struct model_list *list =
        engine_get_models(wait->world->engine, wait->endpoint);
    return list != NULL && model_list_get_count(list) == demo_model_count();
}

static void demo__lists_its_models__in_every_protocol(void **state)
{
    struct service_world *world = *state;
    service_world_open(world, &world->demo_endpoints[0], "sage");
    for (size_t api = 0; api < SERVICE_COUNT; api++) {
        struct list_wait wait = {world, &world->demo_endpoints[api]};
        engine_ask_models(world->engine, wait.endpoint, false);
        service_world_wait(world, has_list, &wait);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(demo__says_the_same__in_every_protocol,
                                        service_world_setup, service_world_teardown),
        cmocka_unit_test_setup_teardown(demo__asks_for_the_same_tools__in_every_protocol,
                                        service_world_setup, service_world_teardown),
        cmocka_unit_test_setup_teardown(demo__takes_back__what_it_has_said,
                                        service_world_setup, service_world_teardown),
        cmocka_unit_test_setup_teardown(demo__takes_over__what_another_service_has_said,
                                        service_world_setup, service_world_teardown),
        cmocka_unit_test_setup_teardown(demo__stops_at_the_limit__in_every_protocol,
                                        service_world_setup, service_world_teardown),
        cmocka_unit_test_setup_teardown(demo__lists_its_models__in_every_protocol,
                                        service_world_setup, service_world_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Going on with an answer that was cut: by the service itself where it can, by a prompt
 * that asks for it where it cannot.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "src/base/mem.h"
#include "tests/support/service_world.h"

#define OLDER "claude-sonnet-4-5"
#define NEWER "claude-opus-4-6"

#define HEAD                                                                             \
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
#define EVENT(type, rest) "event: " type "\ndata: {\"type\":\"" type "\"" rest "}\n\n"
#define BEGIN                                                                            \
    EVENT("message_start", ",\"message\":{\"id\":\"m\",\"role\":\"assistant\","          \
                           "\"content\":[],\"usage\":{\"input_tokens\":3}}")             \
    EVENT("content_block_start",                                                         \
          ",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}")
#define TEXT(words)                                                                      \
    EVENT("content_block_delta",                                                         \
          ",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"" words "\"}")
#define END(reason)                                                                      \
    EVENT("content_block_stop", ",\"index\":0")                                          \
    EVENT("message_delta", ",\"delta\":{\"stop_reason\":\"" reason "\"},"                \
                           "\"usage\":{\"output_tokens\":2}")                            \
    EVENT("message_stop", "")

/* The bytes as the answer to the next request, after which the connection closes. */
static void answer(struct service_world *world, const char *bytes)
{
    const struct raw_step steps[] = {{.action = RAW_SEND, .bytes = bytes},
                                     {.action = RAW_CLOSE}};
    raw_server_answer(world->raw, steps, 2);
}

static const char *body(const struct service_world *world, size_t index)
{
    const struct raw_request *request = raw_server_get_request(world->raw, index);
    assert_non_null(request);
    return request->body;
}

static void assert_sent(const struct service_world *world, size_t index, const char *part)
{
    if (strstr(body(world, index), part) == NULL)
        fail_msg("request %zu is %s", index, body(world, index));
}

static chat_id cut_chat(struct service_world *world, enum service_api api,
                        const char *model, const char *bytes)
{
    const chat_id chat = service_world_open(world, &world->raw_endpoints[api], model);
    answer(world, bytes);
    service_world_send(world, chat, "count");
    assert_true(engine_can_continue(world->engine, chat));
    return chat;
}

static void engine_continue__lets_the_service_go_on__where_it_can(void **state)
{
    struct service_world *world = *state;
    const chat_id chat = cut_chat(world, SERVICE_ANTHROPIC, OLDER,
                                  HEAD BEGIN TEXT("one, two, ") END("max_tokens"));
    answer(world, HEAD BEGIN TEXT("three") END("end_turn"));
    assert_true(engine_continue(world->engine, chat));
    service_world_finish(world);
    assert_sent(world, 1,
                "\"text\":\"count\"}]},{\"role\":\"assistant\",\"content\":[{\"type\":"
                "\"text\",\"text\":\"one, two,\"}]}]");
    const struct message *rest =
        chat_last_by(engine_get_chat(world->engine, chat), MESSAGE_ASSISTANT);
    char *text = service_world_text(rest, PART_TEXT);
    assert_string_equal(text, "three");
    mem_free(text);
    assert_true(rest->is_continuation);
    assert_int_equal(rest->parent->author, MESSAGE_ASSISTANT);
    assert_int_equal(rest->state, MESSAGE_WHOLE);
    /* From then on both are one answer. */
    answer(world, HEAD BEGIN TEXT("four") END("end_turn"));
    service_world_send(world, chat, "and then?");
    assert_sent(world, 2,
                "{\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\"one, "
                "two, \"},{\"type\":\"text\",\"text\":\"three\"}]},{\"role\":\"user\"");
}

static void engine_continue__asks_to_go_on__where_the_model_refuses_that(void **state)
{
    struct service_world *world = *state;
    const chat_id chat = cut_chat(world, SERVICE_ANTHROPIC, NEWER,
                                  HEAD BEGIN TEXT("one, two") END("max_tokens"));
    answer(world, HEAD BEGIN TEXT("three") END("end_turn"));
    assert_true(engine_continue(world->engine, chat));
    service_world_finish(world);
    assert_sent(world, 1, "\"text\":\"Continue exactly where you stopped.\"}]}]");
}

static void engine_continue__asks_to_go_on__after_half_a_thought(void **state)
{
    struct service_world *world = *state;
    const chat_id chat = cut_chat(
        world, SERVICE_ANTHROPIC, OLDER,
        HEAD EVENT("message_start", ",\"message\":{\"id\":\"m\",\"content\":[]}")
            EVENT("content_block_start", ",\"index\":0,\"content_block\":{\"type\":"
                                         "\"thinking\",\"thinking\":\"\"}")
                EVENT("content_block_delta",
                      ",\"index\":0,\"delta\":{\"type\":\"thinking_delta\","
                      "\"thinking\":\"hm\"}"));
    answer(world, HEAD BEGIN TEXT("one") END("end_turn"));
    assert_true(engine_continue(world->engine, chat));
    service_world_finish(world);
    assert_sent(world, 1, "\"text\":\"Continue exactly where you stopped.\"}]}]");
}

static void engine_continue__asks_to_go_on__where_a_fallback_cannot(void **state)
{
    struct service_world *world = *state;
    const struct model_ref fallback = {
        .endpoint = &world->raw_endpoints[SERVICE_ANTHROPIC], .model = NEWER};
    const struct chat_setup setup = {.endpoint = &world->raw_endpoints[SERVICE_ANTHROPIC],
                                     .model = OLDER,
                                     .fallbacks = &fallback,
                                     .fallback_count = 1,
                                     .is_streaming = true};
    /* The engine begins with the first chat. */
    service_world_open(world, setup.endpoint, OLDER);
    const chat_id chat = engine_open(world->engine, &setup);
    answer(world, HEAD BEGIN TEXT("one, two") END("max_tokens"));
    service_world_send(world, chat, "count");
    answer(world, HEAD BEGIN TEXT("three") END("end_turn"));
    assert_true(engine_continue(world->engine, chat));
    service_world_finish(world);
    assert_sent(world, 1, "\"text\":\"Continue exactly where you stopped.\"}]}]");
}

static void answer__that_went_on__is_one_message_elsewhere(void **state)
{
    struct service_world *world = *state;
    const chat_id chat = cut_chat(world, SERVICE_ANTHROPIC, OLDER,
                                  HEAD BEGIN TEXT("one, two, ") END("max_tokens"));
    answer(world, HEAD BEGIN TEXT("three") END("end_turn"));
    assert_true(engine_continue(world->engine, chat));
    service_world_finish(world);
    engine_set_model(world->engine, chat, &world->raw_endpoints[SERVICE_OPENAI_CHAT],
                     "m");
    answer(world, HEAD "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"x\"},"
                       "\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n");
    service_world_send(world, chat, "and then?");
    assert_sent(world, 2,
                "{\"role\":\"assistant\",\"content\":\"one, two, three\"},{\"role\":"
                "\"user\"");
}

#define TEST(name)                                                                       \
    cmocka_unit_test_setup_teardown(name, service_world_setup, service_world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(engine_continue__lets_the_service_go_on__where_it_can),
        TEST(engine_continue__asks_to_go_on__where_the_model_refuses_that),
        TEST(engine_continue__asks_to_go_on__after_half_a_thought),
        TEST(engine_continue__asks_to_go_on__where_a_fallback_cannot),
        TEST(answer__that_went_on__is_one_message_elsewhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

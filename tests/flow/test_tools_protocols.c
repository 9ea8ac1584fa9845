/*
 * Tools over every protocol that the demo server speaks: two calls in one answer, run,
 * denied and failed, their results in the form of the protocol, and a second turn that
 * carries it all. The server refuses what a service would.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "src/base/mem.h"
#include "tests/support/service_world.h"
#include "tests/support/script_tools.h"

struct fixture {
    struct service_world world;
    struct script_tools folder;
};

static int setup(void **state)
{
    struct fixture *fixture = mem_alloc(sizeof(*fixture));
    service_world_init(&fixture->world, NULL);
    script_tools_init(&fixture->folder);
    script_tools_add(&fixture->folder, "get_weather", "echo mild and dry");
    script_tools_add(&fixture->folder, "format_book", "echo no such book >&2; exit 4");
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;
    service_world_clear(&fixture->world);
    script_tools_clear(&fixture->folder);
    mem_free(fixture);
    return 0;
}

/* Opens a chat with the folder's tools. */
static chat_id open_chat(struct fixture *fixture, enum service_api api,
                         enum approval approval)
{
    struct service_world *world = &fixture->world;
    struct error err = {ERROR_NONE, NULL};
    /* The first chat makes the engine. */
    const chat_id first = service_world_open(world, &world->demo_endpoints[api], "echo");
    engine_close(world->engine, first);
    if (!engine_add_tool_folder(world->engine, fixture->folder.path, &err))
        fail_msg("%s", error_text(&err));
    static const char *const tools[] = {"*"};
    const struct chat_setup chat = {.endpoint = &world->demo_endpoints[api],
                                    .model = "tools",
                                    .tools = tools,
                                    .tool_count = 1,
                                    .approval = approval,
                                    .is_streaming = !world->is_unstreamed};
    return engine_open(world->engine, &chat);
}

static void assert_answer(const struct message *answer, const char *part)
{
    char *text = service_world_text(answer, PART_TEXT);
    if (answer->facts.error.class != ERROR_NONE)
        fail_msg("%s", error_text(&answer->facts.error));
    if (strstr(text, part) == NULL)
        fail_msg("\"%s\" is not in \"%s\"", part, text);
    mem_free(text);
}

static void check_protocol(struct fixture *fixture, enum service_api api)
{
    struct service_world *world = &fixture->world;
    const chat_id chat = open_chat(fixture, api, APPROVAL_ALL);
    const struct message *answer =
        service_world_send(world, chat, "What is the weather in Oslo?");
    assert_answer(answer, "mild and dry");
    assert_answer(answer, "no such book");
    char *ran = script_tools_read(&fixture->folder, "ran.get_weather");
    assert_non_null(strstr(ran, "Oslo"));
    mem_free(ran);
    /* The next turn carries calls and results. */
    assert_answer(service_world_send(world, chat, "And in Rome?"), "mild and dry");
}

static void engine__runs_tools__over_every_protocol(void **state)
{
    struct fixture *fixture = *state;
    for (int api = 0; api < SERVICE_COUNT; api++)
        check_protocol(fixture, (enum service_api)api);
}

static void engine__runs_tools__of_whole_answers(void **state)
{
    struct fixture *fixture = *state;
    fixture->world.is_unstreamed = true;
    for (int api = 0; api < SERVICE_COUNT; api++)
        check_protocol(fixture, (enum service_api)api);
}

static void engine__tells_every_protocol__of_a_denial(void **state)
{
    struct fixture *fixture = *state;
    for (int api = 0; api < SERVICE_COUNT; api++) {
        const chat_id chat = open_chat(fixture, (enum service_api)api, APPROVAL_NEVER);
        assert_answer(service_world_send(&fixture->world, chat, "The weather?"),
                      "denied");
    }
    script_tools_assert(&fixture->folder, "ran.get_weather", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(engine__runs_tools__over_every_protocol, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(engine__runs_tools__of_whole_answers, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(engine__tells_every_protocol__of_a_denial, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

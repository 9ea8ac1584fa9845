/* Filled templates on the path of a chat: what is added, and what is sent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "tests/support/engine_world.h"

#define ECHO "echo?rate=0&ttft=0"

struct said {
    enum message_author author;
    const char *text;
};

static struct rendered_prompt make_prompt(const struct said *said, size_t count)
{
    struct rendered_prompt prompt = {.message_count = count};
    prompt.messages = mem_alloc_array(count, sizeof(prompt.messages[0]));
    for (size_t i = 0; i < count; i++) {
        prompt.messages[i] = message_new(0, said[i].author);
        message_append(prompt.messages[i], PART_TEXT, said[i].text, strlen(said[i].text));
    }
    return prompt;
}

static void drop_prompt(struct rendered_prompt *prompt)
{
    for (size_t i = 0; i < prompt->message_count; i++)
        message_free(prompt->messages[i]);
    mem_free(prompt->messages);
    mem_free(prompt->system);
}

static void assert_path(const struct engine_world *world, chat_id id,
                        const char *expected)
{
    const struct chat *chat = engine_get_chat(world->engine, id);
    struct strbuf path;
    strbuf_init(&path, STRBUF_OWN_MAX);
    for (size_t i = 0; i < chat->path_len; i++) {
        char *text = engine_world_text(chat->path[i]);
        strbuf_append_format(&path, "%s%s", i > 0 ? "|" : "", text);
        mem_free(text);
    }
    assert_string_equal(strbuf_text(&path), expected);
    strbuf_clear(&path);
}

static const struct said shots[] = {
    {MESSAGE_USER, "good"}, {MESSAGE_ASSISTANT, "positive"}, {MESSAGE_USER, "awful"}};

static void engine_send_messages__puts_them_on_the_path__and_asks(void **state)
{
    struct engine_world *world = *state;
    struct rendered_prompt prompt = make_prompt(shots, COUNT_OF(shots));
    prompt.system = mem_strdup("Be brief.");
    const chat_id chat = engine_world_open(world, ECHO);
    assert_true(engine_send_messages(world->engine, chat, &prompt));
    drop_prompt(&prompt);
    assert_string_equal(engine_get_setup(world->engine, chat)->system, "Be brief.");
    engine_world_finish(world);
    assert_path(world, chat, "good|positive|awful|awful");
    engine_world_assert_trace(world, "1 opened\n"
                                     "1 added prompt\n"
                                     "1 added answer\n"
                                     "1 added prompt\n"
                                     "1 added answer\n"
                                     "1 started\n"
                                     "1 connecting\n"
                                     "1 waiting\n"
                                     "1 streaming\n"
                                     "1 text: awful\n"
                                     "1 done stop\n");
}

static void engine_send_messages__goes_around_the_chat_so_far__where_told(void **state)
{
    struct engine_world *world = *state;
    const struct said around[] = {{MESSAGE_USER, "before"}, {MESSAGE_USER, "after"}};
    const chat_id chat = engine_world_open(world, ECHO);
    engine_world_send(world, chat, "old");
    engine_world_finish(world);
    struct rendered_prompt prompt = make_prompt(around, COUNT_OF(around));
    prompt.has_history = true;
    prompt.history_at = 1;
    assert_true(engine_send_messages(world->engine, chat, &prompt));
    drop_prompt(&prompt);
    engine_world_finish(world);
    assert_path(world, chat, "before|old|old|after|after");
}

static void engine_send_messages__refuses__what_cannot_be_answered(void **state)
{
    struct engine_world *world = *state;
    const chat_id chat = engine_world_open(world, ECHO);
    struct rendered_prompt prompt = make_prompt(shots, 2);
    assert_false(engine_send_messages(world->engine, chat, &prompt));
    assert_false(engine_send_messages(world->engine, chat + 1, &prompt));
    drop_prompt(&prompt);
    prompt = make_prompt(shots, 0);
    assert_false(engine_send_messages(world->engine, chat, &prompt));
    drop_prompt(&prompt);
    prompt = make_prompt(shots, 1);
    engine_world_send(world, chat, "running");
    assert_false(engine_send_messages(world->engine, chat, &prompt));
    drop_prompt(&prompt);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown(engine_send_messages__puts_them_on_the_path__and_asks,
                                    engine_world_setup, engine_world_teardown),
    cmocka_unit_test_setup_teardown(
        engine_send_messages__goes_around_the_chat_so_far__where_told, engine_world_setup,
        engine_world_teardown),
    cmocka_unit_test_setup_teardown(
        engine_send_messages__refuses__what_cannot_be_answered, engine_world_setup,
        engine_world_teardown),
};

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}

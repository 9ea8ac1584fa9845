/* Who called what in the last turn: equal calls together, differences named. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/mem.h"
#include "ui/call_table.h"

#define CHAT_COUNT 3

struct fixture {
    struct chat chats[CHAT_COUNT];
    struct call_table table;
};

static void prompt(struct fixture *fixture, size_t chat)
{
    message_append(chat_add(&fixture->chats[chat], MESSAGE_USER), PART_TEXT, "go", 2);
}

static int set_up(void **state)
{
    struct fixture *fixture = mem_alloc(sizeof(*fixture));
    for (size_t i = 0; i < CHAT_COUNT; i++)
        chat_init(&fixture->chats[i]);
    call_table_init(&fixture->table);
    for (size_t i = 0; i < CHAT_COUNT; i++)
        prompt(fixture, i);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    for (size_t i = 0; i < CHAT_COUNT; i++)
        chat_clear(&fixture->chats[i]);
    call_table_clear(&fixture->table);
    mem_free(fixture);
    return 0;
}

static void call(struct fixture *fixture, size_t chat, const char *tool,
                 const char *arguments)
{
    struct message *answer = chat_add(&fixture->chats[chat], MESSAGE_ASSISTANT);
    struct part *part = message_add_part(answer, PART_TOOL_CALL);
    part->name = mem_strdup(tool);
    strbuf_append_text(&part->text, arguments);
}

static void fill(struct fixture *fixture)
{
    for (unsigned i = 0; i < CHAT_COUNT; i++)
        call_table_add(&fixture->table, i, &fixture->chats[i]);
}

static void assert_differs(struct fixture *fixture, size_t index, const char *expected)
{
    struct strbuf out;
    strbuf_init(&out, 1000);
    call_table_differ(&fixture->table, index, &out);
    assert_string_equal(strbuf_text(&out), expected);
    strbuf_clear(&out);
}

static void call_table__equal_calls__are_one_entry(void **state)
{
    struct fixture *fixture = *state;
    call(fixture, 0, "get_weather", "{\"city\":\"Paris\"}");
    call(fixture, 2, "get_weather", "{ \"city\" : \"Paris\" }");
    call(fixture, 2, "get_weather", "{\"city\":\"Paris\"}");
    fill(fixture);
    assert_int_equal(fixture->table.count, 1);
    assert_string_equal(fixture->table.entries[0].arguments, "{\"city\":\"Paris\"}");
    assert_int_equal(fixture->table.entries[0].sources, 5);
    assert_int_equal(fixture->table.entries[0].times, 3);
    assert_int_equal(fixture->table.callers, 5);
}

static void call_table__other_arguments__are_told_by_member(void **state)
{
    struct fixture *fixture = *state;
    call(fixture, 0, "f", "{\"city\":\"Paris\",\"days\":1,\"n\":10000000000000001}");
    call(fixture, 1, "g", "{}");
    call(fixture, 1, "f", "{\"city\":\"Rome\",\"n\":10000000000000002,\"u\":[1]}");
    fill(fixture);
    assert_int_equal(fixture->table.count, 3);
    assert_int_equal(fixture->table.entries[1].first_of_tool, 1);
    assert_int_equal(fixture->table.entries[2].first_of_tool, 0);
    assert_differs(fixture, 0, "");
    assert_differs(fixture, 2,
                   "≠ \"city\": \"Rome\"  ≠ \"n\": 10000000000000002  + \"u\": [1]  "
                   "− \"days\"");
}

static void call_table__not_comparable__is_told_whole(void **state)
{
    struct fixture *fixture = *state;
    call(fixture, 0, "f", "[1]");
    call(fixture, 1, "f", "{\"a\":");
    call(fixture, 2, "f", "{\"a\":1}");
    fill(fixture);
    assert_differs(fixture, 1, "≠ {\"a\":");
    assert_differs(fixture, 2, "≠ {\"a\":1}");
}

static void call_table__same_members_in_another_order__is_told_whole(void **state)
{
    struct fixture *fixture = *state;
    call(fixture, 0, "f", "{\"a\":1,\"b\":2}");
    call(fixture, 1, "f", "{\"b\":2,\"a\":1}");
    fill(fixture);
    assert_differs(fixture, 1, "≠ {\"b\":2,\"a\":1}");
}

static void call_table__earlier_turns__do_not_count(void **state)
{
    struct fixture *fixture = *state;
    call(fixture, 0, "f", "{}");
    prompt(fixture, 0);
    call(fixture, 0, "g", "{}");
    fill(fixture);
    assert_int_equal(fixture->table.count, 1);
    assert_string_equal(fixture->table.entries[0].tool, "g");
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(call_table__equal_calls__are_one_entry),
        TEST(call_table__other_arguments__are_told_by_member),
        TEST(call_table__not_comparable__is_told_whole),
        TEST(call_table__same_members_in_another_order__is_told_whole),
        TEST(call_table__earlier_turns__do_not_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

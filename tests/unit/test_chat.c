/* The tree of messages, and the messages in it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "src/chat/chat.h"

static void chat_add__follows__the_tip(void **state)
{
    (void)state;
    struct chat chat;
    chat_init(&chat);
    assert_null(chat_tip(&chat));
    struct message *question = chat_add(&chat, MESSAGE_USER);
    struct message *answer = chat_add(&chat, MESSAGE_ASSISTANT);
    assert_null(question->parent);
    assert_ptr_equal(answer->parent, question);
    assert_ptr_equal(chat_tip(&chat), answer);
    assert_int_equal(chat.path_len, 2);
    assert_int_equal(question->id, 1);
    assert_int_equal(answer->id, 2);
    chat_clear(&chat);
}

static void chat_set_tip__then_add__makes_a_sibling(void **state)
{
    (void)state;
    struct chat chat;
    chat_init(&chat);
    struct message *question = chat_add(&chat, MESSAGE_USER);
    struct message *first = chat_add(&chat, MESSAGE_ASSISTANT);
    chat_set_tip(&chat, question);
    struct message *second = chat_add(&chat, MESSAGE_ASSISTANT);
    assert_ptr_equal(second->parent, question);
    assert_int_equal(chat.path_len, 2);
    assert_ptr_equal(chat.path[1], second);
    chat_set_tip(&chat, first);
    assert_ptr_equal(chat.path[1], first);
    assert_int_equal(chat.message_count, 3);
    chat_clear(&chat);
}

static void chat_set_tip__null__is_the_empty_start(void **state)
{
    (void)state;
    struct chat chat;
    chat_init(&chat);
    chat_set_tip(&chat, NULL);
    chat_add(&chat, MESSAGE_USER);
    chat_set_tip(&chat, NULL);
    assert_int_equal(chat.path_len, 0);
    struct message *other = chat_add(&chat, MESSAGE_USER);
    assert_null(other->parent);
    chat_clear(&chat);
}

static void chat_find__knows__every_message(void **state)
{
    (void)state;
    struct chat chat;
    chat_init(&chat);
    for (int i = 0; i < 100; i++)
        chat_add(&chat, MESSAGE_USER);
    for (uint64_t id = 1; id <= 100; id++)
        assert_int_equal(chat_find(&chat, id)->id, id);
    assert_null(chat_find(&chat, 0));
    assert_null(chat_find(&chat, 101));
    chat_clear(&chat);
}

static void chat_last_by__looks__along_the_path_only(void **state)
{
    (void)state;
    struct chat chat;
    chat_init(&chat);
    struct message *question = chat_add(&chat, MESSAGE_USER);
    chat_add(&chat, MESSAGE_ASSISTANT);
    assert_ptr_equal(chat_last_by(&chat, MESSAGE_USER), question);
    chat_set_tip(&chat, question);
    assert_null(chat_last_by(&chat, MESSAGE_ASSISTANT));
    chat_clear(&chat);
}

static void message_append__joins__only_the_last_part(void **state)
{
    (void)state;
    struct message *message = message_new(1, MESSAGE_ASSISTANT);
    struct strbuf text;
    strbuf_init(&text, 64);
    message_append(message, PART_TEXT, "a", 1);
    message_append(message, PART_TEXT, "b", 1);
    message_append(message, PART_REASONING, "r", 1);
    message_append(message, PART_TEXT, "c", 1);
    message_append(message, PART_TEXT, "", 0);
    assert_int_equal(message->part_count, 3);
    message_join(message, PART_TEXT, &text);
    assert_string_equal(strbuf_text(&text), "abc");
    strbuf_clear(&text);
    message_free(message);
}

static void message_join__parts_reasoning__with_an_empty_line(void **state)
{
    (void)state;
    struct message *message = message_new(1, MESSAGE_ASSISTANT);
    struct strbuf text;
    strbuf_init(&text, 64);
    strbuf_append_text(&text, ">");
    message_append(message, PART_REASONING, "one", 3);
    message_append(message, PART_TEXT, "x", 1);
    message_append(message, PART_REASONING, "two", 3);
    message_join(message, PART_REASONING, &text);
    assert_string_equal(strbuf_text(&text), ">one\n\ntwo");
    strbuf_clear(&text);
    message_free(message);
}

static void message_append__raises__the_version(void **state)
{
    (void)state;
    struct message *message = message_new(1, MESSAGE_ASSISTANT);
    const uint64_t before = message->version;
    message_append(message, PART_TEXT, "a", 1);
    const uint64_t after = message->version;
    message_append(message, PART_TEXT, "b", 1);
    assert_true(after > before && message->version > after);
    message_free(message);
}

static void message_drop_calls__keeps__the_rest(void **state)
{
    (void)state;
    struct message *message = message_new(1, MESSAGE_ASSISTANT);
    assert_false(message_has_content(message));
    message_add_part(message, PART_TOOL_CALL);
    assert_true(message_has_content(message));
    message_append(message, PART_TEXT, "kept", 4);
    message_add_part(message, PART_TOOL_CALL);
    message_drop_calls(message);
    assert_int_equal(message->part_count, 1);
    assert_string_equal(strbuf_text(&message->parts[0].text), "kept");
    message_free(message);
}

static void message_new__knows__nothing_yet(void **state)
{
    (void)state;
    struct message *message = message_new(5, MESSAGE_ASSISTANT);
    assert_int_equal(message->facts.usage.input, -1);
    assert_int_equal(message->facts.retry_after_ms, -1);
    assert_int_equal(message->facts.first_token_ms, -1);
    assert_int_equal(message->facts.finish, FINISH_NONE);
    message_free(message);
    message_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chat_add__follows__the_tip),
        cmocka_unit_test(chat_set_tip__then_add__makes_a_sibling),
        cmocka_unit_test(chat_set_tip__null__is_the_empty_start),
        cmocka_unit_test(chat_find__knows__every_message),
        cmocka_unit_test(chat_last_by__looks__along_the_path_only),
        cmocka_unit_test(message_append__joins__only_the_last_part),
        cmocka_unit_test(message_join__parts_reasoning__with_an_empty_line),
        cmocka_unit_test(message_append__raises__the_version),
        cmocka_unit_test(message_drop_calls__keeps__the_rest),
        cmocka_unit_test(message_new__knows__nothing_yet),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

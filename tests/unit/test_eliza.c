/* ELIZA as a listener: what she picks up, what she turns round, what she remembers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "src/base/utf8.h"
#include "src/demo/eliza.h"

/* What she says to the last of the messages. Caller frees. */
static char *last_reply(const char *const *messages, size_t count, uint64_t seed)
{
    struct eliza eliza;
    struct strbuf reply;
    strbuf_init(&reply, STRBUF_OWN_MAX);
    eliza_init(&eliza, seed);
    for (size_t i = 0; i < count; i++) {
        strbuf_reset(&reply);
        eliza_hear(&eliza, messages[i], &reply);
    }
    eliza_clear(&eliza);
    return strbuf_take(&reply);
}

static void assert_reply(const char *message, const char *expected)
{
    char *reply = last_reply(&message, 1, 0);
    assert_string_equal(reply, expected);
    mem_free(reply);
}

static void eliza_hear__turns_persons_round(void **state)
{
    (void)state;
    assert_reply("I am waiting for your letter",
                 "Is it because you are waiting for my letter that you came to me?");
    assert_reply("My brother's letter hurt me", "Your brother's letter hurt you?");
    assert_reply("You are not helping me", "What makes you think I am not helping you?");
    assert_reply("Can you help me", "You believe I can help you, don't you?");
}

static void eliza_hear__turns_you_at_the_end_into_me(void **state)
{
    (void)state;
    assert_reply("Why can't I talk to you?",
                 "Do you think you should be able to talk to me?");
}

static void eliza_hear__understands_typing_habits(void **state)
{
    (void)state;
    assert_reply("im sad", "I am sorry to hear that you are sad.");
    assert_reply("I\xe2\x80\x99m sad", "I am sorry to hear that you are sad.");
    assert_reply("I CAN'T SLEEP", "How do you know that you can't SLEEP?");
}

static void eliza_hear__follows_the_highest_rank(void **state)
{
    (void)state;
    assert_reply("I want a computer", "Do machines worry you?");
}

static void eliza_hear__takes_a_word_of_a_class_from_the_sentence(void **state)
{
    (void)state;
    const char *const messages[] = {"my dear old aunt", "my dear old aunt",
                                    "my dear old aunt"};
    char *reply = last_reply(messages, COUNT_OF(messages), 0);
    assert_string_equal(reply, "Your aunt: what does the word make you think of?");
    mem_free(reply);
}

static void eliza_hear__goes_on_to_the_clause_with_a_rule(void **state)
{
    (void)state;
    assert_reply("Well, the rain fell; I feel cold", "Tell me more about such feelings.");
}

static void eliza_hear__uses_the_replies_of_a_rule_in_turn(void **state)
{
    (void)state;
    const char *const messages[] = {"yes", "yes", "yes", "yes"};
    char *first = last_reply(messages, 1, 0);
    char *second = last_reply(messages, 2, 0);
    char *fourth = last_reply(messages, 4, 0);
    assert_string_not_equal(first, second);
    assert_string_equal(first, fourth);
    mem_free(first);
    mem_free(second);
    mem_free(fourth);
}

static void eliza_hear__follows_a_link_to_another_keyword(void **state)
{
    (void)state;
    assert_reply("how", "Why do you ask?");
}

static void eliza_hear__comes_back_to_what_it_remembers(void **state)
{
    (void)state;
    const char *const messages[] = {"My boat leaks", "Blue, mostly.", "Green, mostly."};
    char *reply = last_reply(messages, 2, 0);
    assert_string_equal(
        reply, "Earlier you spoke of your boat leaks. Shall we go back to that?");
    mem_free(reply);
    reply = last_reply(messages, 3, 0);
    assert_string_equal(reply, "Please go on.");
    mem_free(reply);
}

static void eliza_hear__gives_the_same_reply_to_the_same_conversation(void **state)
{
    (void)state;
    const char *const messages[] = {"Hello", "I feel lost in my garden", "perhaps"};
    char *one = last_reply(messages, COUNT_OF(messages), 7);
    char *two = last_reply(messages, COUNT_OF(messages), 7);
    assert_string_equal(one, two);
    mem_free(one);
    mem_free(two);
}

static void eliza_hear__says_something_to_nothing(void **state)
{
    (void)state;
    assert_reply("", "Please go on.");
    assert_reply("?!... ,;", "Please go on.");
    assert_reply(". . .x", "Please go on.");
}

static void eliza_hear__stays_valid_utf8_for_words_of_any_length(void **state)
{
    (void)state;
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    strbuf_append_text(&text, "I am ");
    for (int i = 0; i < 3000; i++)
        strbuf_append_text(&text, i % 100 == 0 ? " \xe6\xb5\xb7" : "\xe6\xb5\xb7");
    const char *message = strbuf_text(&text);
    char *reply = last_reply(&message, 1, 0);
    assert_true(utf8_is_valid(reply, strlen(reply)));
    mem_free(reply);
    strbuf_clear(&text);
}

static void eliza_hear__forgets_the_oldest_when_memory_is_full(void **state)
{
    (void)state;
    struct eliza eliza;
    struct strbuf reply;
    strbuf_init(&reply, STRBUF_OWN_MAX);
    eliza_init(&eliza, 0);
    for (size_t i = 0; i < (size_t)ELIZA_MEMORY_MAX + 3; i++)
        eliza_hear(&eliza, "my boat leaks", &reply);
    assert_int_equal(eliza.memory_count, ELIZA_MEMORY_MAX);
    eliza_clear(&eliza);
    strbuf_clear(&reply);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(eliza_hear__turns_persons_round),
        cmocka_unit_test(eliza_hear__turns_you_at_the_end_into_me),
        cmocka_unit_test(eliza_hear__understands_typing_habits),
        cmocka_unit_test(eliza_hear__follows_the_highest_rank),
        cmocka_unit_test(eliza_hear__takes_a_word_of_a_class_from_the_sentence),
        cmocka_unit_test(eliza_hear__goes_on_to_the_clause_with_a_rule),
        cmocka_unit_test(eliza_hear__uses_the_replies_of_a_rule_in_turn),
        cmocka_unit_test(eliza_hear__follows_a_link_to_another_keyword),
        cmocka_unit_test(eliza_hear__comes_back_to_what_it_remembers),
        cmocka_unit_test(eliza_hear__gives_the_same_reply_to_the_same_conversation),
        cmocka_unit_test(eliza_hear__says_something_to_nothing),
        cmocka_unit_test(eliza_hear__stays_valid_utf8_for_words_of_any_length),
        cmocka_unit_test(eliza_hear__forgets_the_oldest_when_memory_is_full),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

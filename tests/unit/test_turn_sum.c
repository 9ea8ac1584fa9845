/* What a turn with tools comes to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "src/chat/chat.h"
#include "src/chat/turn_sum.h"

static struct message *add_answer(struct chat *chat, int64_t input, int64_t output)
{
    struct message *answer = chat_add(chat, MESSAGE_ASSISTANT);
    answer->facts.usage = usage_unknown();
    answer->facts.usage.input = input;
    answer->facts.usage.output = output;
    answer->facts.cost = 0.25;
    answer->facts.total_ms = 100;
    answer->facts.first_token_ms = 10;
    answer->facts.attempts = 1;
    return answer;
}

static void add_results(struct chat *chat, int64_t total_ms)
{
    chat_add(chat, MESSAGE_TOOL)->facts.total_ms = total_ms;
}

static void turn_sum__of_one_answer__is_its_own(void **state)
{
    (void)state;
    struct chat chat;
    chat_init(&chat);
    chat_add(&chat, MESSAGE_USER);
    const struct turn_sum sum = turn_sum_of(add_answer(&chat, 5, 7));
    assert_int_equal(sum.usage.input, 5);
    assert_int_equal(sum.total_ms, 100);
    assert_int_equal(sum.rounds, 0);
    chat_clear(&chat);
}

static void turn_sum__adds__answers_and_tools(void **state)
{
    (void)state;
    struct chat chat;
    chat_init(&chat);
    chat_add(&chat, MESSAGE_USER);
    add_answer(&chat, 100, 100); /* of an earlier turn */
    chat_add(&chat, MESSAGE_USER);
    add_answer(&chat, 5, 7)->facts.first_token_ms = 3;
    add_results(&chat, 1000);
    add_answer(&chat, 6, 8);
    add_results(&chat, 2000);
    const struct turn_sum sum = turn_sum_of(add_answer(&chat, 1, 1));
    assert_int_equal(sum.usage.input, 12);
    assert_int_equal(sum.usage.output, 16);
    assert_int_equal(sum.usage.cached, -1);
    assert_int_equal(sum.total_ms, 3300);
    assert_int_equal(sum.first_token_ms, 3);
    assert_int_equal(sum.attempts, 3);
    assert_int_equal(sum.rounds, 2);
    assert_true(sum.cost > 0.74 && sum.cost < 0.76);
    chat_clear(&chat);
}

static void turn_sum__does_not_know__what_one_did_not_say(void **state)
{
    (void)state;
    struct chat chat;
    chat_init(&chat);
    add_answer(&chat, 5, -1)->facts.cost = -1;
    add_results(&chat, 10);
    const struct turn_sum sum = turn_sum_of(add_answer(&chat, 6, 8));
    assert_int_equal(sum.usage.input, 11);
    assert_int_equal(sum.usage.output, -1);
    assert_true(sum.cost < 0);
    chat_clear(&chat);
}

static void turn_sum__leaves_out__an_answer_that_never_began(void **state)
{
    (void)state;
    struct chat chat;
    chat_init(&chat);
    add_answer(&chat, 5, 7);
    add_results(&chat, 10);
    struct message *end = add_answer(&chat, -1, -1);
    end->facts.attempts = 0;
    end->facts.total_ms = 0;
    end->facts.cost = -1;
    const struct turn_sum sum = turn_sum_of(end);
    assert_int_equal(sum.usage.input, 5);
    assert_int_equal(sum.total_ms, 110);
    assert_true(sum.cost > 0);
    chat_clear(&chat);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(turn_sum__of_one_answer__is_its_own),
        cmocka_unit_test(turn_sum__adds__answers_and_tools),
        cmocka_unit_test(turn_sum__does_not_know__what_one_did_not_say),
        cmocka_unit_test(turn_sum__leaves_out__an_answer_that_never_began),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

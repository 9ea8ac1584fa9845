/* What a request will take, guessed before it is sent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "src/engine/estimate.h"

static void estimate_text_tokens__counts__bytes_and_wide_characters(void **state)
{
    (void)state;
    assert_int_equal(estimate_text_tokens("", 0), 0);
    assert_int_equal(estimate_text_tokens("hello wo", 8), 2);
    assert_int_equal(estimate_text_tokens("hello wor", 9), 3);
    assert_int_equal(estimate_text_tokens("\xE4\xBD\xA0\xE5\xA5\xBD", 6), 2);
}

static void estimate_prompt_tokens__adds__system_messages_and_pictures(void **state)
{
    (void)state;
    struct message *message = message_new(0, MESSAGE_USER);
    struct message *messages[] = {message};
    message_append(message, PART_TEXT, "12345678", 8);
    struct rendered_prompt prompt = {.messages = messages, .message_count = 1};
    assert_int_equal(estimate_prompt_tokens(&prompt, NULL), 6);
    assert_int_equal(estimate_prompt_tokens(&prompt, "abcd"), 11);
    message_append(message, PART_IMAGE, "png", 3);
    assert_int_equal(estimate_prompt_tokens(&prompt, NULL), 1006);
    message_free(message);
}

static void estimate_answer_tokens__is_the_average__within_the_limit(void **state)
{
    (void)state;
    struct param_list params = {0};
    assert_int_equal(estimate_answer_tokens(NULL, 0), ESTIMATE_OUTPUT_TOKENS);
    assert_int_equal(estimate_answer_tokens(&params, 80), 80);
    assert_true(param_list_add(&params, "max_tokens=50", NULL));
    assert_int_equal(estimate_answer_tokens(&params, 80), 50);
    assert_int_equal(estimate_answer_tokens(&params, 20), 20);
    param_list_clear(&params);
}

static void estimate_cost__is_unknown__without_prices(void **state)
{
    (void)state;
    assert_true(estimate_cost(NULL, NULL, "big", 10, 10) < 0);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(estimate_text_tokens__counts__bytes_and_wide_characters),
    cmocka_unit_test(estimate_prompt_tokens__adds__system_messages_and_pictures),
    cmocka_unit_test(estimate_answer_tokens__is_the_average__within_the_limit),
    cmocka_unit_test(estimate_cost__is_unknown__without_prices),
};

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}

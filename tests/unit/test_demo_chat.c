/* Requests as clients send them: what is understood, and what is refused with which
 * words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/demo/demo_chat.h"

#define USER_HI "{\"role\":\"user\",\"content\":\"hi\"}"
#define ASKING                                                                           \
    "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"c1\",\"type\":"  \
    "\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]}"

static void assert_refused(const char *body, int status, const char *words)
{
    struct demo_chat chat;
    const struct demo_source source = {
        .protocol = &demo_openai_chat, .body = body, .len = strlen(body)};
    struct demo_refusal refusal;
    demo_refusal_init(&refusal, &demo_openai_chat);
    assert_false(demo_chat_parse(&chat, &source, 0, &refusal));
    assert_int_equal(refusal.status, status);
    if (strstr(refusal.body, words) == NULL)
        fail_msg("no \"%s\" in %s", words, refusal.body);
    demo_refusal_clear(&refusal);
    demo_chat_clear(&chat);
}

static void parse(struct demo_chat *chat, const char *body)
{
    const struct demo_source source = {
        .protocol = &demo_openai_chat, .body = body, .len = strlen(body)};
    struct demo_refusal refusal;
    demo_refusal_init(&refusal, &demo_openai_chat);
    if (!demo_chat_parse(chat, &source, 0, &refusal))
        fail_msg("refused: %s", refusal.body);
}

static uint64_t seed_of(const char *body)
{
    struct demo_chat chat;
    parse(&chat, body);
    const uint64_t seed = chat.seed;
    demo_chat_clear(&chat);
    return seed;
}

static void demo_chat_parse__reads_parts_and_ignores_unknown_members(void **state)
{
    (void)state;
    struct demo_chat chat;
    parse(&chat, "{\"model\":\"echo\",\"stream\":true,\"n\":1,\"zebra\":[{}],"
                 "\"stream_options\":{\"include_usage\":true},\"max_tokens\":7,"
                 "\"messages\":[{\"role\":\"developer\",\"content\":\"be brief\"},"
                 "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"a\"},"
                 "{\"type\":\"image_url\",\"image_url\":{}},"
                 "{\"type\":\"text\",\"text\":\"b\"}]}]}");
    assert_string_equal(demo_chat_prompt(&chat), "a\n[image_url]\nb");
    assert_int_equal(demo_chat_user_count(&chat), 1);
    assert_int_equal(chat.max_tokens, 7);
    assert_true(chat.is_streaming && chat.wants_usage);
    demo_chat_clear(&chat);
}

static void demo_chat_parse__mends_text_that_is_not_unicode(void **state)
{
    (void)state;
    struct demo_chat chat;
    parse(&chat, "{\"model\":\"echo\",\"messages\":[{\"role\":\"user\",\"content\":"
                 "\"a\\ud83db\\u0000c\xff\"}]}");
    assert_string_equal(demo_chat_prompt(&chat), "a\xef\xbf\xbd"
                                                 "b\xef\xbf\xbd"
                                                 "c\xef\xbf\xbd");
    demo_chat_clear(&chat);
}

static void demo_chat_parse__refuses_what_is_not_a_request(void **state)
{
    (void)state;
    assert_refused("", 400, "could not parse");
    assert_refused("{\"model\":", 400, "could not parse");
    assert_refused("[]", 400, "could not parse");
    assert_refused("{}", 400, "must provide a model");
    assert_refused("{\"model\":\"sage\"}", 400, "\"param\":\"messages\"");
    assert_refused("{\"model\":\"sage\",\"messages\":[]}", 400, "messages");
    assert_refused("{\"model\":\"sage\",\"messages\":[1]}", 400, "messages[0].role");
    assert_refused("{\"model\":\"sage\",\"messages\":[" USER_HI
                   ",{\"role\":\"pope\",\"content\":\"\"}]}",
                   400, "messages[1].role");
    assert_refused(
        "{\"model\":\"sage\",\"messages\":[{\"role\":\"user\",\"content\":null}]}", 400,
        "messages[0].content");
    assert_refused("{\"model\":\"sage\",\"stream\":1,\"messages\":[" USER_HI "]}", 400,
                   "stream");
    assert_refused("{\"model\":\"sage\",\"stream_options\":{},\"messages\":[" USER_HI
                   "]}",
                   400, "stream_options");
    assert_refused("{\"model\":\"sage\",\"max_tokens\":0,\"messages\":[" USER_HI "]}",
                   400, "max_tokens");
}

static void demo_chat_parse__refuses_models_and_parameters_by_name(void **state)
{
    (void)state;
    assert_refused("{\"model\":\"gpt\",\"messages\":[" USER_HI "]}", 404,
                   "\"code\":\"model_not_found\"");
    assert_refused("{\"model\":\"sage?rate=x\",\"messages\":[" USER_HI "]}", 400,
                   "\"param\":\"rate\"");
}

static void demo_chat_parse__wants_every_tool_call_answered(void **state)
{
    (void)state;
    assert_refused("{\"model\":\"tools\",\"messages\":[" USER_HI "," ASKING "," USER_HI
                   "]}",
                   400, "did not have response messages: c1");
    assert_refused("{\"model\":\"tools\",\"messages\":[" USER_HI "," ASKING "]}", 400,
                   "did not have response messages: c1");
    assert_refused("{\"model\":\"tools\",\"messages\":[" USER_HI
                   ",{\"role\":\"tool\",\"tool_call_id\":\"c1\",\"content\":\"x\"}]}",
                   400, "preceding message with 'tool_calls'");
    struct demo_chat chat;
    parse(&chat, "{\"model\":\"tools\",\"messages\":[" USER_HI "," ASKING
                 ",{\"role\":\"tool\",\"tool_call_id\":\"c1\",\"content\":\"x\"}]}");
    assert_int_equal(chat.message_count, 3);
    demo_chat_clear(&chat);
}

static void demo_chat_parse__seeds_from_name_and_messages(void **state)
{
    (void)state;
    const char *plain = "{\"model\":\"sage\",\"messages\":[" USER_HI "]}";
    assert_true(seed_of(plain) == seed_of(plain));
    assert_true(seed_of(plain) == seed_of("{\"stream\":true,\"messages\":[" USER_HI
                                          "],\"model\":\"sage\"}"));
    assert_true(seed_of(plain) !=
                seed_of("{\"model\":\"sage\",\"seed\":5,\"messages\":[" USER_HI "]}"));
    assert_true(seed_of(plain) !=
                seed_of("{\"model\":\"coder\",\"messages\":[" USER_HI "]}"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(demo_chat_parse__reads_parts_and_ignores_unknown_members),
        cmocka_unit_test(demo_chat_parse__mends_text_that_is_not_unicode),
        cmocka_unit_test(demo_chat_parse__refuses_what_is_not_a_request),
        cmocka_unit_test(demo_chat_parse__refuses_models_and_parameters_by_name),
        cmocka_unit_test(demo_chat_parse__wants_every_tool_call_answered),
        cmocka_unit_test(demo_chat_parse__seeds_from_name_and_messages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

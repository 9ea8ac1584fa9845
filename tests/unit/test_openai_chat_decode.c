/* The decoder on what the stream cases do not show. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "tests/support/collected_reply.h"

/* Runs a stream of events; each argument is the data of one. */
static void run_events(struct collected_reply *collected, const char *const *events)
{
    struct header_list headers = {.len = 0};
    struct strbuf body;
    header_list_add(&headers, "Content-Type", "text/event-stream");
    strbuf_init(&body, STRBUF_OWN_MAX);
    for (; *events != NULL; events++)
        strbuf_append_format(&body, "data: %s\n\n", *events);
    const struct canned_response response = {
        .status = 200,
        .headers = &headers,
        .body = strbuf_text(&body),
        .len = body.len,
    };
    collected_reply_init(collected);
    collected_reply_run(collected, &response);
    strbuf_clear(&body);
    header_list_clear(&headers);
}

#define RUN(collected, ...)                                                              \
    run_events(collected, (const char *const[]){__VA_ARGS__, NULL})
#define DELTA(members) "{\"choices\":[{\"index\":0,\"delta\":{" members "}}]}"
#define FINISH(word)                                                                     \
    "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":" word "}]}"
#define STOP FINISH("\"stop\"")

static void assert_finish(const char *event, enum finish wanted)
{
    struct collected_reply collected;
    RUN(&collected, event);
    assert_int_equal(collected.outcome.error.class, ERROR_NONE);
    assert_int_equal(collected.outcome.finish, wanted);
    collected_reply_clear(&collected);
}

static void assert_error(const char *event, enum error_class wanted, const char *words)
{
    struct collected_reply collected;
    RUN(&collected, DELTA("\"content\":\"so far\""), event, STOP);
    assert_int_equal(collected.outcome.error.class, wanted);
    assert_non_null(strstr(error_text(&collected.outcome.error), words));
    assert_string_equal(strbuf_text(&collected.text), "so far");
    assert_int_equal(collected.call_count, 0);
    collected_reply_clear(&collected);
}

static void openai_chat_decode__finish_words__are_normalised(void **state)
{
    (void)state;
    assert_finish(FINISH("\"stop\""), FINISH_STOP);
    assert_finish(FINISH("\"eos\""), FINISH_STOP);
    assert_finish(FINISH("\"tool_calls\""), FINISH_TOOL_CALLS);
    assert_finish(FINISH("\"function_call\""), FINISH_TOOL_CALLS);
    assert_finish(FINISH("\"length\""), FINISH_LENGTH);
    assert_finish(FINISH("\"model_length\""), FINISH_LENGTH);
    assert_finish(FINISH("\"max_tokens\""), FINISH_LENGTH);
    assert_finish(FINISH("\"content_filter\""), FINISH_CONTENT_FILTER);
    assert_finish(FINISH("\"insufficient_system_resource\""), FINISH_UNKNOWN);
}

static void openai_chat_decode__unknown_finish_word__is_kept(void **state)
{
    (void)state;
    struct collected_reply collected;
    RUN(&collected, FINISH("\"tired\""));
    assert_string_equal(collected.outcome.finish_raw, "tired");
    collected_reply_clear(&collected);
}

static void openai_chat_decode__finish_error__is_an_error(void **state)
{
    (void)state;
    assert_error(FINISH("\"error\""), ERROR_SERVER, "error");
}

static void openai_chat_decode__errors__in_every_place(void **state)
{
    (void)state;
    assert_error("{\"error\":{\"message\":\"m1\",\"code\":429}}", ERROR_RATE_LIMIT, "m1");
    assert_error("{\"error\":\"m2\"}", ERROR_SERVER, "m2");
    assert_error("{\"object\":\"error\",\"message\":\"m3\",\"type\":\"BadRequestError\"}",
                 ERROR_BAD_REQUEST, "m3");
    assert_error("{\"type\":\"error\",\"message\":\"m4\"}", ERROR_SERVER, "m4");
    assert_error("{\"choices\":[{\"error\":{\"message\":\"m5\",\"code\":503},"
                 "\"delta\":{\"content\":\"lost\"}}]}",
                 ERROR_OVERLOADED, "m5");
    assert_error("{\"choices\":[],\"x_groq\":{\"error\":\"m6\"}}", ERROR_SERVER, "m6");
    assert_error("[{\"error\":{\"message\":\"m7\",\"status\":\"RESOURCE_EXHAUSTED\"}}]",
                 ERROR_RATE_LIMIT, "m7");
}

static void openai_chat_decode__null_error__is_none(void **state)
{
    (void)state;
    struct collected_reply collected;
    RUN(&collected, "{\"error\":null,\"choices\":[{\"delta\":{\"content\":\"x\"}}]}",
        STOP);
    assert_int_equal(collected.outcome.error.class, ERROR_NONE);
    assert_string_equal(strbuf_text(&collected.text), "x");
    collected_reply_clear(&collected);
}

static void openai_chat_decode__error_event_without_data__is_an_error(void **state)
{
    (void)state;
    struct collected_reply collected;
    RUN(&collected, DELTA("\"content\":\"x\"") "\n\nevent: error\ndata:");
    assert_int_equal(collected.outcome.error.class, ERROR_SERVER);
    collected_reply_clear(&collected);
}

static void openai_chat_decode__error_event_with_plain_text__is_quoted(void **state)
{
    (void)state;
    struct collected_reply collected;
    RUN(&collected, "\nevent: error\ndata: the model \x1b[0mfell over");
    assert_int_equal(collected.outcome.error.class, ERROR_SERVER);
    assert_non_null(
        strstr(error_text(&collected.outcome.error), "the model \u241b[0mfell over"));
    collected_reply_clear(&collected);
}

static void openai_chat_decode__members_of_wrong_types__count_as_absent(void **state)
{
    (void)state;
    struct collected_reply collected;
    RUN(&collected, "{\"choices\":null}", "{\"choices\":7}", "{\"choices\":[null,3]}",
        "{\"choices\":[{\"delta\":null}]}", "{\"choices\":[{\"delta\":[1]}]}",
        DELTA("\"content\":5,\"refusal\":[],\"reasoning\":{},\"tool_calls\":\"x\""),
        DELTA("\"tool_calls\":[null,1,{\"function\":3}],\"function_call\":true"),
        "{\"usage\":[1],\"choices\":[]}",
        "{\"choices\":[{\"delta\":{\"content\":\"ok\"},\"finish_reason\":4}]}", STOP);
    assert_int_equal(collected.outcome.error.class, ERROR_NONE);
    assert_string_equal(strbuf_text(&collected.text), "ok");
    assert_int_equal(collected.call_count, 0);
    collected_reply_clear(&collected);
}

static void openai_chat_decode__other_choices__are_passed_over(void **state)
{
    (void)state;
    struct collected_reply collected;
    RUN(&collected,
        "{\"choices\":[{\"index\":1,\"delta\":{\"content\":\"no\"}},"
        "{\"index\":0,\"delta\":{\"content\":\"yes\"}}]}",
        STOP);
    assert_string_equal(strbuf_text(&collected.text), "yes");
    collected_reply_clear(&collected);
}

static void openai_chat_decode__usage__is_replaced(void **state)
{
    (void)state;
    struct collected_reply collected;
    RUN(&collected, "{\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":1}}", STOP,
        "{\"choices\":[],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":9,"
        "\"prompt_cache_hit_tokens\":3,\"completion_tokens_details\":null}}",
        "{\"choices\":[],\"usage\":null}");
    assert_int_equal(collected.outcome.usage.input, 5);
    assert_int_equal(collected.outcome.usage.output, 9);
    assert_int_equal(collected.outcome.usage.cached, 3);
    assert_int_equal(collected.outcome.usage.reasoning, -1);
    collected_reply_clear(&collected);
}

static void openai_chat_decode__usage__may_be_in_x_groq(void **state)
{
    (void)state;
    struct collected_reply collected;
    RUN(&collected, STOP,
        "{\"choices\":[],\"x_groq\":{\"usage\":{\"prompt_tokens\":2,"
        "\"completion_tokens\":-4}}}");
    assert_int_equal(collected.outcome.usage.input, 2);
    assert_int_equal(collected.outcome.usage.output, -1);
    collected_reply_clear(&collected);
}

static void openai_chat_decode__content_parts__are_text_and_thinking(void **state)
{
    (void)state;
    struct collected_reply collected;
    RUN(&collected,
        DELTA("\"content\":[{\"type\":\"thinking\",\"thinking\":[{\"type\":\"text\","
              "\"text\":\"hm\"}]},{\"type\":\"text\",\"text\":\"yes\"},{\"type\":\"x\"},"
              "null,{\"text\":\"untyped\"}]"),
        STOP);
    assert_string_equal(strbuf_text(&collected.text), "yes");
    assert_string_equal(strbuf_text(&collected.reasoning), "hm");
    collected_reply_clear(&collected);
}

static void openai_chat_decode__reasoning_under_both_names__is_taken_once(void **state)
{
    (void)state;
    struct collected_reply collected;
    RUN(&collected, DELTA("\"reasoning\":\"a\",\"reasoning_content\":\"a\""),
        DELTA("\"reasoning\":\"b\",\"reasoning_content\":\"\""), STOP);
    assert_string_equal(strbuf_text(&collected.reasoning), "ab");
    collected_reply_clear(&collected);
}

static void openai_chat_decode__halves__join_in_each_channel(void **state)
{
    (void)state;
    struct collected_reply collected;
    RUN(&collected, DELTA("\"content\":\"\\ud83d\",\"reasoning\":\"\\ud83d\""),
        DELTA("\"content\":\"\",\"reasoning\":\"x\""), DELTA("\"content\":\"\\ude80\""),
        DELTA("\"refusal\":\"\\ud83d\""), STOP);
    assert_string_equal(strbuf_text(&collected.text), "\U0001f680");
    assert_string_equal(strbuf_text(&collected.reasoning), "\ufffdx");
    assert_string_equal(strbuf_text(&collected.refusal), "\ufffd");
    assert_int_equal(collected.outcome.finish, FINISH_REFUSAL);
    collected_reply_clear(&collected);
}

static void openai_chat_decode__half_at_a_broken_end__is_shown(void **state)
{
    (void)state;
    struct collected_reply collected;
    RUN(&collected, DELTA("\"content\":\"a\\ud83d\""));
    assert_int_equal(collected.outcome.error.class, ERROR_PROTOCOL);
    assert_string_equal(strbuf_text(&collected.text), "a\ufffd");
    collected_reply_clear(&collected);
}

static void openai_chat_decode__object_arguments__keep_every_digit(void **state)
{
    (void)state;
    static const char object[] =
        "{ \"n\" : 9007199254740993, \"e\": 1e400, \"s\":\"}\" }";
    struct collected_reply collected;
    RUN(&collected,
        "{\"choices\":[{\"index\":1},{\"index\":0,\"delta\":{\"tool_calls\":["
        "{\"index\":0,\"function\":{\"name\":\"a\",\"arguments\":null}},"
        "{\"index\":1,\"function\":{\"name\":\"b\",\"arguments\":"
        "{ \"n\" : 9007199254740993, \"e\": 1e400, \"s\":\"}\" }}}]}}]}",
        STOP);
    assert_int_equal(collected.call_count, 2);
    assert_string_equal(collected.calls[0].arguments, "{}");
    assert_string_equal(collected.calls[1].arguments, object);
    assert_true(collected.calls[1].is_valid);
    assert_int_equal(collected.outcome.finish, FINISH_TOOL_CALLS);
    collected_reply_clear(&collected);
}

static void openai_chat_decode__function_call__is_one_call(void **state)
{
    (void)state;
    struct collected_reply collected;
    RUN(&collected,
        DELTA("\"function_call\":{\"name\":\"f\",\"arguments\":\"{\\\"a\\\"\"}"),
        DELTA("\"function_call\":{\"name\":\"f\",\"arguments\":\":1}\"}"),
        FINISH("\"function_call\""));
    assert_int_equal(collected.call_count, 1);
    assert_string_equal(collected.calls[0].name, "f");
    assert_string_equal(collected.calls[0].arguments, "{\"a\":1}");
    assert_true(collected.calls[0].id[0] != '\0');
    collected_reply_clear(&collected);
}

static void openai_chat_decode__calls_of_a_broken_reply__are_not_given(void **state)
{
    (void)state;
    struct collected_reply collected;
    RUN(&collected,
        DELTA("\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\","
              "\"arguments\":\"{}\"}}]"));
    assert_int_equal(collected.outcome.error.class, ERROR_PROTOCOL);
    assert_int_equal(collected.call_count, 0);
    assert_string_equal(strbuf_text(&collected.growing), "{}");
    collected_reply_clear(&collected);
}

static void openai_chat_decode__done_with_calls__is_tool_calls(void **state)
{
    (void)state;
    struct collected_reply collected;
    RUN(&collected,
        DELTA("\"tool_calls\":[{\"id\":\"a\",\"function\":{\"name\":\"f\"}}]"), "[DONE]");
    assert_int_equal(collected.outcome.finish, FINISH_TOOL_CALLS);
    assert_int_equal(collected.call_count, 1);
    collected_reply_clear(&collected);
}

static void openai_chat_decode__deltas_behind_the_finish_word__still_count(void **state)
{
    (void)state;
    struct collected_reply collected;
    RUN(&collected, STOP, DELTA("\"content\":\"late\""), "[DONE]");
    assert_string_equal(strbuf_text(&collected.text), "late");
    assert_int_equal(collected.outcome.finish, FINISH_STOP);
    collected_reply_clear(&collected);
}

static void openai_chat_decode__json_that_is_no_object__fails(void **state)
{
    (void)state;
    assert_error("42", ERROR_PROTOCOL, "42");
    assert_error("\"words\"", ERROR_PROTOCOL, "words");
}

static void openai_chat_decode__reasoning_details__are_whole_again(void **state)
{
    (void)state;
    struct collected_reply collected;
    RUN(&collected,
        DELTA("\"reasoning\":\"a\",\"reasoning_details\":[{\"type\":\"reasoning.text\","
              "\"text\":\"a\",\"format\":\"f\",\"index\":0,\"signature\":null}]"),
        DELTA("\"reasoning\":\"b\",\"reasoning_details\":[{\"type\":\"reasoning.text\","
              "\"text\":\"b\\ud83d\",\"index\":0}]"),
        DELTA("\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":\"\\ude80\","
              "\"index\":0},{\"type\":\"reasoning.text\",\"signature\":\"S\",\"index\":0}"
              "]"),
        DELTA("\"reasoning_details\":[{\"type\":\"reasoning.encrypted\",\"data\":\"x\","
              "\"index\":1},{\"type\":\"reasoning.encrypted\",\"data\":\"y\",\"index\":1}"
              ",7]"),
        DELTA("\"reasoning_details\":[{\"type\":\"reasoning.summary\",\"summary\":\"s\","
              "\"index\":2},{\"type\":\"reasoning.summary\",\"summary\":\"t\",\"index\":"
              "3}]"),
        STOP);
    static const char *const wanted[] = {
        ("{\"type\":\"reasoning.text\",\"text\":\"ab\xf0\x9f\x9a\x80\",\"format\":\"f\","
         "\"index\":0,\"signature\":\"S\"}"),
        "{\"type\":\"reasoning.encrypted\",\"data\":\"x\",\"index\":1}",
        "{\"type\":\"reasoning.encrypted\",\"data\":\"y\",\"index\":1}",
        "{\"type\":\"reasoning.summary\",\"summary\":\"s\",\"index\":2}",
        "{\"type\":\"reasoning.summary\",\"summary\":\"t\",\"index\":3}",
    };
    assert_string_equal(strbuf_text(&collected.reasoning), "ab");
    assert_int_equal(collected.opaque_count, 5);
    for (size_t i = 0; i < collected.opaque_count; i++)
        assert_string_equal(collected.opaques[i], wanted[i]);
    collected_reply_clear(&collected);
}

static void openai_chat_decode__reasoning_details__of_a_broken_reply_are_dropped(
    void **state)
{
    (void)state;
    struct collected_reply collected;
    RUN(&collected,
        DELTA("\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":\"a\"}]"),
        DELTA("\"reasoning_details\":{\"type\":\"reasoning.text\"}"));
    assert_int_equal(collected.opaque_count, 0);
    collected_reply_clear(&collected);
}

static void openai_chat_decode__extra_content__is_kept_with_its_call(void **state)
{
    (void)state;
    struct collected_reply collected;
    RUN(&collected,
        DELTA("\"tool_calls\":[{\"index\":0,\"id\":\"c1\",\"function\":{\"name\":\"f\","
              "\"arguments\":\"{}\"},\"extra_content\":{\"google\": "
              "{\"thought_signature\":\"S\"}}},{\"index\":1,\"id\":\"c2\",\"function\":{"
              "\"name\":\"g\"},\"extra_content\":null}]"),
        STOP);
    assert_int_equal(collected.call_count, 2);
    assert_int_equal(collected.opaque_count, 1);
    assert_string_equal(collected.opaques[0],
                        "{\"google\": {\"thought_signature\":\"S\"}}");
    collected_reply_clear(&collected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(openai_chat_decode__finish_words__are_normalised),
        cmocka_unit_test(openai_chat_decode__unknown_finish_word__is_kept),
        cmocka_unit_test(openai_chat_decode__finish_error__is_an_error),
        cmocka_unit_test(openai_chat_decode__errors__in_every_place),
        cmocka_unit_test(openai_chat_decode__null_error__is_none),
        cmocka_unit_test(openai_chat_decode__error_event_without_data__is_an_error),
        cmocka_unit_test(openai_chat_decode__error_event_with_plain_text__is_quoted),
        cmocka_unit_test(openai_chat_decode__members_of_wrong_types__count_as_absent),
        cmocka_unit_test(openai_chat_decode__other_choices__are_passed_over),
        cmocka_unit_test(openai_chat_decode__usage__is_replaced),
        cmocka_unit_test(openai_chat_decode__usage__may_be_in_x_groq),
        cmocka_unit_test(openai_chat_decode__content_parts__are_text_and_thinking),
        cmocka_unit_test(openai_chat_decode__reasoning_under_both_names__is_taken_once),
        cmocka_unit_test(openai_chat_decode__halves__join_in_each_channel),
        cmocka_unit_test(openai_chat_decode__half_at_a_broken_end__is_shown),
        cmocka_unit_test(openai_chat_decode__object_arguments__keep_every_digit),
        cmocka_unit_test(openai_chat_decode__function_call__is_one_call),
        cmocka_unit_test(openai_chat_decode__calls_of_a_broken_reply__are_not_given),
        cmocka_unit_test(openai_chat_decode__done_with_calls__is_tool_calls),
        cmocka_unit_test(openai_chat_decode__deltas_behind_the_finish_word__still_count),
        cmocka_unit_test(openai_chat_decode__json_that_is_no_object__fails),
        cmocka_unit_test(openai_chat_decode__reasoning_details__are_whole_again),
        cmocka_unit_test(
            openai_chat_decode__reasoning_details__of_a_broken_reply_are_dropped),
        cmocka_unit_test(openai_chat_decode__extra_content__is_kept_with_its_call),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

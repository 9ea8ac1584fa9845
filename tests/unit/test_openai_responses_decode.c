/* The decoder on what the stream cases do not show. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "tests/support/collected_reply.h"

#define API "openai-responses"
#define RUN(collected, ...)                                                              \
    collected_reply_init_events(collected, API, (const char *const[]){__VA_ARGS__, NULL})
#define TEXT(text)                                                                       \
    "{\"type\":\"response.output_text.delta\",\"output_index\":0,\"delta\":\"" text "\"" \
    "}"
#define ITEM_DONE(index, item)                                                           \
    "{\"type\":\"response.output_item.done\",\"output_index\":" index ",\"item\":" item  \
    "}"
#define COMPLETED                                                                        \
    "{\"type\":\"response.completed\",\"response\":{\"status\":\"completed\"}}"

#define REASONING_PART                                                                   \
    "{\"type\":\"response.content_part.added\",\"part\":{\"type\":\"reasoning_text\"}}"

static void assert_error(const char *event, enum error_class wanted, const char *words)
{
    struct collected_reply collected;
    RUN(&collected, TEXT("so far"), event, COMPLETED);
    assert_int_equal(collected.outcome.error.class, wanted);
    if (strstr(error_text(&collected.outcome.error), words) == NULL)
        fail_msg("%s", error_text(&collected.outcome.error));
    assert_string_equal(strbuf_text(&collected.text), "so far");
    collected_reply_clear(&collected);
}

static void responses_decode__errors__in_all_three_forms(void **state)
{
    (void)state;
    assert_error("{\"type\":\"error\",\"error\":{\"type\":\"tokens\",\"code\":\"rate_"
                 "limit_exceeded\",\"message\":\"m1\"}}",
                 ERROR_RATE_LIMIT, "m1");
    assert_error("{\"type\":\"error\",\"code\":\"context_length_exceeded\",\"message\":"
                 "\"m2\",\"param\":\"input\"}",
                 ERROR_CONTEXT_LENGTH, "m2");
    assert_error("{\"type\":\"response.failed\",\"response\":{\"status\":\"failed\","
                 "\"error\":{\"code\":\"server_error\",\"message\":\"m3\"}}}",
                 ERROR_SERVER, "m3");
    assert_error("{\"type\":\"response.failed\",\"response\":{\"error\":{\"code\":"
                 "\"invalid_prompt\",\"message\":\"m4\"}}}",
                 ERROR_CONTENT_FILTER, "m4");
}

static void responses_decode__errors__without_words_are_errors(void **state)
{
    (void)state;
    assert_error("{\"type\":\"error\"}", ERROR_SERVER, "error");
    assert_error("{\"type\":\"response.failed\",\"response\":{\"error\":null}}",
                 ERROR_SERVER, "without saying more");
    assert_error("{\"type\":\"response.failed\"}", ERROR_SERVER, "without saying more");
    assert_error("[7]", ERROR_PROTOCOL, "not a JSON object");
    assert_error("{\"type\":", ERROR_PROTOCOL, "not JSON");
}

static void responses_decode__error__may_repeat_the_header_fields(void **state)
{
    (void)state;
    struct collected_reply collected;
    RUN(&collected, "{\"type\":\"error\",\"error\":{\"code\":\"rate_limit_exceeded\","
                    "\"message\":\"slow\",\"headers\":{\"x-ratelimit-remaining-tokens\":"
                    "\"0\",\"x-ratelimit-reset-tokens\":\"6m0s\",\"x\":7}}}");
    assert_int_equal(collected.outcome.error.class, ERROR_RATE_LIMIT);
    assert_int_equal(collected.outcome.retry_after_ms, 360000);
    collected_reply_clear(&collected);
}

static void responses_decode__names_of_events__count_where_the_json_has_none(void **state)
{
    (void)state;
    struct collected_reply collected;
    collected_reply_init_body(
        &collected, API, "text/event-stream",
        "event: response.output_text.delta\ndata: {\"delta\":\"a\"}\n\n"
        "event: response.refusal.delta\ndata: " TEXT(
            "b") "\n\n"
                 "event: response.new_thing\ndata: {\"x\":1}\n\n"
                 "data: {\"y\":1}\n\ndata: " COMPLETED
                 "\n\ndata: [DONE]\n\ndata: rubbish\n\n");
    assert_int_equal(collected.outcome.error.class, ERROR_NONE);
    assert_string_equal(strbuf_text(&collected.text), "ab");
    assert_int_equal(collected.outcome.finish, FINISH_STOP);
    assert_string_equal(collected.outcome.finish_raw, "completed");
    collected_reply_clear(&collected);
}

static void responses_decode__done_marker_alone__does_not_complete(void **state)
{
    (void)state;
    struct collected_reply collected;
    RUN(&collected, TEXT("a"), "[DONE]");
    assert_int_equal(collected.outcome.error.class, ERROR_PROTOCOL);
    collected_reply_clear(&collected);
}

static void responses_decode__refusal__is_a_finish_of_its_own(void **state)
{
    (void)state;
    struct collected_reply collected;
    RUN(&collected, "{\"type\":\"response.refusal.delta\",\"delta\":\"No.\"}", COMPLETED);
    assert_int_equal(collected.outcome.finish, FINISH_REFUSAL);
    assert_string_equal(strbuf_text(&collected.refusal), "No.");
    collected_reply_clear(&collected);
}

static void responses_decode__incomplete__says_why(void **state)
{
    (void)state;
    struct collected_reply collected;
    RUN(&collected, TEXT("a"),
        "{\"type\":\"response.incomplete\",\"response\":{\"incomplete_details\":{"
        "\"reason\":\"content_filter\"}}}");
    assert_int_equal(collected.outcome.finish, FINISH_CONTENT_FILTER);
    collected_reply_clear(&collected);
    RUN(&collected,
        "{\"type\":\"response.incomplete\",\"response\":{\"incomplete_details\":null}}");
    assert_int_equal(collected.outcome.finish, FINISH_UNKNOWN);
    assert_string_equal(collected.outcome.finish_raw, "incomplete");
    collected_reply_clear(&collected);
}

static void responses_decode__cut_reply__has_valid_calls_only_if_done(void **state)
{
    (void)state;
    struct collected_reply collected;
    RUN(&collected,
        ITEM_DONE("0", "{\"type\":\"function_call\",\"status\":\"completed\",\"call_id\":"
                       "\"c0\",\"name\":\"f\",\"arguments\":\"{}\"}"),
        ITEM_DONE("1", "{\"type\":\"function_call\",\"status\":\"incomplete\",\"call_"
                       "id\":\"c1\",\"name\":\"f\",\"arguments\":\"{}\"}"),
        "{\"type\":\"response.output_item.added\",\"output_index\":2,\"item\":{\"type\":"
        "\"function_call\",\"call_id\":\"c2\",\"name\":\"g\",\"arguments\":\"\"}}",
        "{\"type\":\"response.function_call_arguments.delta\",\"output_index\":2,"
        "\"delta\":\"{}\"}",
        "{\"type\":\"response.incomplete\",\"response\":{\"incomplete_details\":{"
        "\"reason\":\"max_output_tokens\"}}}");
    assert_int_equal(collected.outcome.finish, FINISH_LENGTH);
    assert_int_equal(collected.call_count, 3);
    assert_true(collected.calls[0].is_valid);
    assert_false(collected.calls[1].is_valid);
    assert_false(collected.calls[2].is_valid);
    assert_int_equal(collected.opaque_count, 1);
    collected_reply_clear(&collected);
}

static void responses_decode__interleaved_calls__go_by_output_index(void **state)
{
    (void)state;
    struct collected_reply collected;
    RUN(&collected,
        "{\"type\":\"response.output_item.added\",\"output_index\":3,\"item\":{\"type\":"
        "\"function_call\",\"id\":\"fc_1\",\"call_id\":\"c1\",\"name\":\"f\","
        "\"arguments\":\"\"}}",
        "{\"type\":\"response.output_item.added\",\"output_index\":5,\"item\":{\"type\":"
        "\"function_call\",\"id\":\"fc_2\",\"call_id\":\"c2\",\"name\":\"g\","
        "\"arguments\":\"\"}}",
        "{\"type\":\"response.function_call_arguments.delta\",\"output_index\":5,"
        "\"delta\":\"{\\\"b\\\"\"}",
        "{\"type\":\"response.function_call_arguments.delta\",\"output_index\":3,"
        "\"delta\":\"{\\\"a\\\":1}\",\"obfuscation\":\"xx\"}",
        "{\"type\":\"response.function_call_arguments.delta\",\"output_index\":5,"
        "\"delta\":\":2}\"}",
        COMPLETED);
    assert_int_equal(collected.outcome.finish, FINISH_TOOL_CALLS);
    assert_int_equal(collected.call_count, 2);
    assert_string_equal(collected.calls[0].id, "c1");
    assert_string_equal(collected.calls[0].arguments, "{\"a\":1}");
    assert_string_equal(collected.calls[1].arguments, "{\"b\":2}");
    collected_reply_clear(&collected);
}

static void responses_decode__arguments_done__replaces_what_came(void **state)
{
    (void)state;
    struct collected_reply collected;
    RUN(&collected,
        "{\"type\":\"response.output_item.added\",\"output_index\":0,\"item\":{\"type\":"
        "\"function_call\",\"call_id\":\"c1\",\"arguments\":\"\"}}",
        "{\"type\":\"response.function_call_arguments.delta\",\"output_index\":0,"
        "\"delta\":\"{\\\"a\\\"\"}",
        "{\"type\":\"response.function_call_arguments.done\",\"output_index\":0,\"name\":"
        "\"f\",\"arguments\":\"{\\\"a\\\":9007199254740993}\"}",
        "{\"type\":\"response.function_call_arguments.done\",\"output_index\":0,"
        "\"arguments\":\"{\\\"a\\\":9007199254740993}\"}",
        COMPLETED);
    assert_int_equal(collected.call_count, 1);
    assert_string_equal(collected.calls[0].name, "f");
    assert_string_equal(collected.calls[0].arguments, "{\"a\":9007199254740993}");
    /* What was repeated is not shown again. */
    assert_string_equal(strbuf_text(&collected.growing), "{\"a\":9007199254740993}");
    collected_reply_clear(&collected);
}

static void responses_decode__items__are_kept_in_order(void **state)
{
    (void)state;
    struct collected_reply collected;
    RUN(&collected,
        ITEM_DONE("0", "{\"type\":\"reasoning\",\"id\":\"rs_1\",\"encrypted_content\":"
                       "\"gA\",\"n\": 1.50}"),
        TEXT("hi"),
        ITEM_DONE("1", "{\"type\":\"message\",\"id\":\"msg_1\",\"phase\":\"commentary\","
                       "\"content\":[{\"type\":\"output_text\",\"text\":\"hi\"}]}"),
        ITEM_DONE("2", "{\"type\":\"web_search_call\",\"id\":\"ws_1\"}"),
        ITEM_DONE("3", "{\"type\":\"function_call\",\"id\":\"fc_1\",\"call_id\":\"c1\","
                       "\"name\":\"f\",\"arguments\":\"\"}"),
        "{\"type\":\"response.output_item.done\",\"output_index\":4,\"item\":null}",
        COMPLETED);
    static const char *const wanted[] = {
        "{\"type\":\"reasoning\",\"id\":\"rs_1\",\"encrypted_content\":\"gA\",\"n\": "
        "1.50}",
        "{\"type\":\"message\",\"id\":\"msg_1\",\"phase\":\"commentary\",\"content\":[{"
        "\"type\":\"output_text\",\"text\":\"hi\"}]}",
        "{\"type\":\"web_search_call\",\"id\":\"ws_1\"}",
        "{\"type\":\"function_call\",\"id\":\"fc_1\",\"call_id\":\"c1\",\"name\":\"f\","
        "\"arguments\":\"\"}",
    };
    assert_int_equal(collected.opaque_count, 4);
    for (size_t i = 0; i < 4; i++)
        assert_string_equal(collected.opaques[i], wanted[i]);
    assert_string_equal(strbuf_text(&collected.text), "hi");
    assert_string_equal(collected.calls[0].arguments, "{}");
    collected_reply_clear(&collected);
}

static void responses_decode__paragraphs_of_reasoning__are_set_apart(void **state)
{
    (void)state;
    static const char text[] = TEXT("x");
    struct collected_reply collected;
    RUN(&collected,
        "{\"type\":\"response.reasoning_summary_part.added\",\"summary_index\":0}",
        "{\"type\":\"response.reasoning_summary_text.delta\",\"delta\":\"a\"}",
        "{\"type\":\"response.reasoning_summary_part.added\",\"summary_index\":1}",
        "{\"type\":\"response.reasoning_summary_part.added\",\"summary_index\":2}",
        "{\"type\":\"response.reasoning_summary_text.delta\",\"delta\":\"b\"}",
        REASONING_PART, "{\"type\":\"response.reasoning_text.delta\",\"delta\":\"c\"}",
        "{\"type\":\"response.content_part.added\",\"part\":{\"type\":\"output_text\"}}",
        text, COMPLETED);
    assert_string_equal(strbuf_text(&collected.reasoning), "a\n\nb\n\nc");
    assert_string_equal(strbuf_text(&collected.text), "x");
    collected_reply_clear(&collected);
}

static void responses_decode__few_events__are_made_up_for_by_the_items(void **state)
{
    (void)state;
    struct collected_reply collected;
    RUN(&collected,
        ITEM_DONE("0", "{\"type\":\"reasoning\",\"summary\":[{\"type\":\"summary_text\","
                       "\"text\":\"r1\"},{\"type\":\"summary_text\",\"text\":\"r2\"}]}"),
        ITEM_DONE("1", "{\"type\":\"message\",\"content\":[{\"type\":\"output_text\","
                       "\"text\":\"a\"},{\"type\":\"output_text\",\"text\":\"b\"}]}"),
        COMPLETED);
    assert_string_equal(strbuf_text(&collected.reasoning), "r1\n\nr2");
    assert_string_equal(strbuf_text(&collected.text), "ab");
    collected_reply_clear(&collected);
}

static void responses_decode__last_event__is_printed_only_if_nothing_came(void **state)
{
    (void)state;
    static const char completed[] =
        "{\"type\":\"response.completed\",\"response\":{\"output\":[{\"type\":"
        "\"message\",\"content\":[{\"type\":\"output_text\",\"text\":\"all\"}]},{"
        "\"type\":\"function_call\",\"call_id\":\"c1\",\"name\":\"f\",\"arguments\":\"{}"
        "\"}],\"usage\":{\"input_tokens\":3,\"output_tokens\":4}}}";
    struct collected_reply collected;
    RUN(&collected, completed);
    assert_string_equal(strbuf_text(&collected.text), "all");
    assert_int_equal(collected.call_count, 1);
    assert_int_equal(collected.outcome.usage.input, 3);
    assert_int_equal(collected.outcome.usage.cached, -1);
    collected_reply_clear(&collected);
    RUN(&collected, TEXT("all"), completed);
    assert_string_equal(strbuf_text(&collected.text), "all");
    assert_int_equal(collected.call_count, 0);
    collected_reply_clear(&collected);
}

static void run_document(struct collected_reply *collected, const char *body)
{
    collected_reply_init_body(collected, API, "application/json", body);
}

static void responses_decode__document__is_read_like_the_stream(void **state)
{
    (void)state;
    struct collected_reply collected;
    run_document(
        &collected,
        "{\"object\":\"response\",\"status\":\"completed\",\"error\":null,\"output\":[{"
        "\"type\":\"reasoning\",\"summary\":[{\"type\":\"summary_text\",\"text\":\"r\"}],"
        "\"encrypted_content\":\"gA\"},{\"type\":\"message\",\"content\":[{\"type\":"
        "\"output_text\",\"text\":\"a\"},{\"type\":\"refusal\",\"refusal\":\"no\"}]},{"
        "\"type\":\"message\",\"content\":[{\"type\":\"output_text\",\"text\":\"b\"}]},{"
        "\"type\":\"function_call\",\"call_id\":\"c1\",\"name\":\"f\",\"arguments\":{"
        "\"n\":9007199254740993}}],\"usage\":{\"input_tokens\":1,\"output_tokens\":2,"
        "\"output_tokens_details\":{\"reasoning_tokens\":1}}}");
    assert_int_equal(collected.outcome.error.class, ERROR_NONE);
    assert_int_equal(collected.outcome.finish, FINISH_TOOL_CALLS);
    assert_string_equal(strbuf_text(&collected.reasoning), "r");
    assert_string_equal(strbuf_text(&collected.text), "ab");
    assert_string_equal(strbuf_text(&collected.refusal), "no");
    assert_string_equal(collected.calls[0].arguments, "{\"n\":9007199254740993}");
    assert_int_equal(collected.opaque_count, 4);
    assert_int_equal(collected.outcome.usage.reasoning, 1);
    collected_reply_clear(&collected);
}

static void responses_decode__document__may_be_cut_or_failed(void **state)
{
    (void)state;
    struct collected_reply collected;
    run_document(&collected, "{\"status\":\"incomplete\",\"incomplete_details\":{"
                             "\"reason\":\"max_output_tokens\"},\"output\":[]}");
    assert_int_equal(collected.outcome.finish, FINISH_LENGTH);
    collected_reply_clear(&collected);
    run_document(&collected, "{\"status\":\"failed\",\"error\":{\"code\":\"server_"
                             "error\",\"message\":\"oh\"},\"output\":[]}");
    assert_int_equal(collected.outcome.error.class, ERROR_SERVER);
    collected_reply_clear(&collected);
    run_document(&collected, "{\"object\":\"chat.completion\",\"choices\":[]}");
    assert_int_equal(collected.outcome.error.class, ERROR_PROTOCOL);
    collected_reply_clear(&collected);
}

static void responses_decode__members_of_wrong_types__count_as_absent(void **state)
{
    (void)state;
    struct collected_reply collected;
    RUN(&collected, "{\"type\":7}",
        "{\"type\":\"response.output_text.delta\",\"delta\":7}",
        "{\"type\":\"response.output_item.added\",\"item\":[]}",
        "{\"type\":\"response.output_item.added\",\"output_index\":\"x\",\"item\":{"
        "\"type\":\"function_call\",\"call_id\":7,\"name\":[],\"arguments\":3}}",
        "{\"type\":\"response.output_item.done\",\"item\":{\"type\":\"message\","
        "\"content\":{\"a\":1}}}",
        "{\"type\":\"response.output_item.done\",\"item\":{\"type\":7}}",
        "{\"type\":\"response.function_call_arguments.done\",\"output_index\":null,"
        "\"arguments\":null}",
        "{\"type\":\"response.completed\",\"response\":7}");
    assert_int_equal(collected.outcome.error.class, ERROR_NONE);
    assert_int_equal(collected.outcome.finish, FINISH_STOP);
    assert_int_equal(collected.call_count, 0);
    collected_reply_clear(&collected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(responses_decode__errors__in_all_three_forms),
        cmocka_unit_test(responses_decode__errors__without_words_are_errors),
        cmocka_unit_test(responses_decode__error__may_repeat_the_header_fields),
        cmocka_unit_test(
            responses_decode__names_of_events__count_where_the_json_has_none),
        cmocka_unit_test(responses_decode__done_marker_alone__does_not_complete),
        cmocka_unit_test(responses_decode__refusal__is_a_finish_of_its_own),
        cmocka_unit_test(responses_decode__incomplete__says_why),
        cmocka_unit_test(responses_decode__cut_reply__has_valid_calls_only_if_done),
        cmocka_unit_test(responses_decode__interleaved_calls__go_by_output_index),
        cmocka_unit_test(responses_decode__arguments_done__replaces_what_came),
        cmocka_unit_test(responses_decode__items__are_kept_in_order),
        cmocka_unit_test(responses_decode__paragraphs_of_reasoning__are_set_apart),
        cmocka_unit_test(responses_decode__few_events__are_made_up_for_by_the_items),
        cmocka_unit_test(responses_decode__last_event__is_printed_only_if_nothing_came),
        cmocka_unit_test(responses_decode__document__is_read_like_the_stream),
        cmocka_unit_test(responses_decode__document__may_be_cut_or_failed),
        cmocka_unit_test(responses_decode__members_of_wrong_types__count_as_absent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The decoder on what the stream cases do not show. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "tests/support/canned_events.h"

#define RUN(collected, ...)                                                              \
    canned_events_run(collected, "anthropic", (const char *const[]){__VA_ARGS__, NULL})
#define OPEN(index, block)                                                               \
    "{\"type\":\"content_block_start\",\"index\":" index ",\"content_block\":" block "}"
#define DELTA(index, delta)                                                              \
    "{\"type\":\"content_block_delta\",\"index\":" index ",\"delta\":{" delta "}}"
#define CLOSE(index) "{\"type\":\"content_block_stop\",\"index\":" index "}"
#define TEXT(text)   "\"type\":\"text_delta\",\"text\":\"" text "\""
#define INPUT(text)  "\"type\":\"input_json_delta\",\"partial_json\":\"" text "\""
#define ENDED(word)                                                                      \
    "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"" word "\"}}"
#define STOP "{\"type\":\"message_stop\"}"
#define CALL "{\"type\":\"tool_use\",\"id\":\"t1\",\"name\":\"f\",\"input\":{}}"

static void assert_finish(const char *event, enum finish wanted)
{
    struct collected_reply collected;
    RUN(&collected, event, STOP);
    assert_int_equal(collected.outcome.error.class, ERROR_NONE);
    assert_int_equal(collected.outcome.finish, wanted);
    collected_reply_clear(&collected);
}

static void assert_error(const char *event, enum error_class wanted, const char *words)
{
    struct collected_reply collected;
    RUN(&collected, OPEN("0", "{\"type\":\"text\",\"text\":\"so far\"}"), event, STOP);
    assert_int_equal(collected.outcome.error.class, wanted);
    assert_non_null(strstr(error_text(&collected.outcome.error), words));
    assert_string_equal(strbuf_text(&collected.text), "so far");
    assert_int_equal(collected.call_count, 0);
    collected_reply_clear(&collected);
}

static void anthropic_decode__stop_reasons__are_normalised(void **state)
{
    (void)state;
    assert_finish(ENDED("end_turn"), FINISH_STOP);
    assert_finish(ENDED("stop_sequence"), FINISH_STOP);
    assert_finish(ENDED("max_tokens"), FINISH_LENGTH);
    assert_finish(ENDED("model_context_window_exceeded"), FINISH_LENGTH);
    assert_finish(ENDED("tool_use"), FINISH_TOOL_CALLS);
    assert_finish(ENDED("pause_turn"), FINISH_PAUSE);
    assert_finish(ENDED("refusal"), FINISH_REFUSAL);
    assert_finish(ENDED("bored"), FINISH_UNKNOWN);
    assert_finish("{\"type\":\"ping\"}", FINISH_UNKNOWN);
}

static void anthropic_decode__stop_reason__is_an_end_mark_too(void **state)
{
    (void)state;
    struct collected_reply collected;
    RUN(&collected, ENDED("end_turn"));
    assert_int_equal(collected.outcome.error.class, ERROR_NONE);
    assert_string_equal(collected.outcome.finish_raw, "end_turn");
    collected_reply_clear(&collected);
}

static void anthropic_decode__without_an_end_mark__is_broken_off(void **state)
{
    (void)state;
    struct collected_reply collected;
    RUN(&collected, OPEN("0", CALL), DELTA("0", INPUT("{}")), CLOSE("0"));
    assert_int_equal(collected.outcome.error.class, ERROR_PROTOCOL);
    assert_int_equal(collected.call_count, 0);
    collected_reply_clear(&collected);
}

static void anthropic_decode__after_message_stop__all_is_ignored(void **state)
{
    (void)state;
    struct collected_reply collected;
    RUN(&collected, STOP, "no JSON", OPEN("0", "{\"type\":\"text\",\"text\":\"x\"}"));
    assert_int_equal(collected.outcome.error.class, ERROR_NONE);
    assert_string_equal(strbuf_text(&collected.text), "");
    collected_reply_clear(&collected);
}

static void anthropic_decode__errors__in_every_shape(void **state)
{
    (void)state;
    assert_error("{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\","
                 "\"message\":\"m1\"}}",
                 ERROR_RATE_LIMIT, "m1");
    assert_error("{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\","
                 "\"message\":\"m2\",\"details\":{\"error_code\":"
                 "\"enforced_spend_limit_reached\"}}}",
                 ERROR_QUOTA, "m2");
    assert_error("{\"type\":\"error\",\"error\":{\"type\":\"api_error\","
                 "\"message\":\"m3\"}}",
                 ERROR_SERVER, "m3");
    assert_error("{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\","
                 "\"message\":\"input length and `max_tokens` exceed context limit\"}}",
                 ERROR_CONTEXT_LENGTH, "input length");
    assert_error("{\"error\":\"m4\"}", ERROR_SERVER, "m4");
    assert_error("\n\nevent: error\ndata: plain words", ERROR_SERVER, "plain words");
    assert_error("nonsense", ERROR_PROTOCOL, "nonsense");
    assert_error("[1]", ERROR_PROTOCOL, "[1]");
}

static void anthropic_decode__error_documents__have_their_class(void **state)
{
    (void)state;
    static const struct {
        const char *type;
        const char *message;
        int status;
        enum error_class class;
    } cases[] = {
        {"invalid_request_error", "prompt is too long: 2 tokens > 1 maximum", 400,
         ERROR_CONTEXT_LENGTH},
        {"invalid_request_error", "Your credit balance is too low", 400, ERROR_QUOTA},
        {"invalid_request_error", "Invalid `signature`", 400, ERROR_BAD_REQUEST},
        {"authentication_error", "m", 401, ERROR_AUTH},
        {"billing_error", "m", 402, ERROR_QUOTA},
        {"permission_error", "m", 403, ERROR_AUTH},
        {"not_found_error", "model: x", 404, ERROR_NOT_FOUND},
        {"conflict_error", "m", 409, ERROR_BAD_REQUEST},
        {"request_too_large", "m", 413, ERROR_BAD_REQUEST},
        {"api_error", "m", 500, ERROR_SERVER},
        {"timeout_error", "m", 504, ERROR_SERVER},
        {"overloaded_error", "m", 529, ERROR_OVERLOADED},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct collected_reply collected;
        char document[300];
        snprintf(document, sizeof(document),
                 "{\"type\":\"error\",\"error\":{\"type\":\"%s\",\"message\":\"%s\"},"
                 "\"request_id\":\"req_1\"}",
                 cases[i].type, cases[i].message);
        canned_document_run(&collected, "anthropic", cases[i].status, document);
        assert_int_equal(collected.outcome.error.class, cases[i].class);
        assert_string_equal(collected.outcome.provider_code, cases[i].type);
        assert_string_equal(collected.outcome.request_id, "req_1");
        collected_reply_clear(&collected);
    }
}

static void anthropic_decode__delta_of_no_block__fails(void **state)
{
    (void)state;
    assert_error(DELTA("3", TEXT("x")), ERROR_PROTOCOL, "never opened");
}

static void anthropic_decode__unknown_kinds__are_skipped(void **state)
{
    (void)state;
    struct collected_reply collected;
    RUN(&collected, "{\"type\":\"news\"}", "{}", "{\"type\":5}",
        OPEN("0", "{\"type\":\"text\",\"text\":\"a\"}"),
        DELTA("0", "\"type\":\"citations_delta\",\"citation\":{}"), DELTA("0", ""),
        DELTA("0", "\"type\":\"other_delta\",\"text\":\"no\""), DELTA("0", TEXT("b")),
        "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":null}", CLOSE("9"),
        ENDED("end_turn"), STOP);
    assert_int_equal(collected.outcome.error.class, ERROR_NONE);
    assert_string_equal(strbuf_text(&collected.text), "ab");
    assert_int_equal(collected.opaque_count, 0);
    collected_reply_clear(&collected);
}

static void anthropic_decode__event_names__stand_in_for_missing_types(void **state)
{
    (void)state;
    struct collected_reply collected;
    RUN(&collected, OPEN("0", "{\"type\":\"text\",\"text\":\"a\"}"),
        "\n\nevent: message_stop\ndata: {}");
    assert_int_equal(collected.outcome.error.class, ERROR_NONE);
    assert_string_equal(strbuf_text(&collected.text), "a");
    collected_reply_clear(&collected);
}

static void anthropic_decode__blocks_that_interleave__are_told_apart(void **state)
{
    (void)state;
    struct collected_reply collected;
    RUN(&collected, OPEN("1", CALL),
        OPEN("2", "{\"type\":\"tool_use\",\"id\":\"t2\",\"name\":\"g\"}"),
        DELTA("1", INPUT("{\\\"a\\\"")), DELTA("2", INPUT("{\\\"b\\\"")),
        DELTA("1", INPUT(":1}")), DELTA("2", INPUT(":2}")), ENDED("tool_use"), STOP);
    assert_int_equal(collected.call_count, 2);
    assert_string_equal(collected.calls[0].arguments, "{\"a\":1}");
    assert_string_equal(collected.calls[1].arguments, "{\"b\":2}");
    collected_reply_clear(&collected);
}

static void anthropic_decode__index_used_again__is_a_new_block(void **state)
{
    (void)state;
    struct collected_reply collected;
    RUN(&collected, OPEN("0", CALL), CLOSE("0"),
        OPEN("0", "{\"type\":\"tool_use\",\"id\":\"t2\",\"name\":\"g\"}"),
        DELTA("0", INPUT("{\\\"b\\\":2}")), ENDED("tool_use"), STOP);
    assert_int_equal(collected.call_count, 2);
    assert_string_equal(collected.calls[0].arguments, "{}");
    assert_string_equal(collected.calls[1].id, "t2");
    assert_string_equal(collected.calls[1].arguments, "{\"b\":2}");
    collected_reply_clear(&collected);
}

static void anthropic_decode__input_of_the_start__counts_without_pieces(void **state)
{
    (void)state;
    struct collected_reply collected;
    RUN(&collected,
        OPEN("0", "{\"type\":\"tool_use\",\"id\":\"t1\",\"name\":\"f\",\"input\":"
                  "{\"n\": 9007199254740993}}"),
        DELTA("0", INPUT("")), CLOSE("0"),
        OPEN("1", "{\"type\":\"tool_use\",\"id\":\"t2\",\"name\":\"g\",\"input\":"
                  "{\"old\":1}}"),
        DELTA("1", INPUT("{\\\"new\\\":1}")), CLOSE("1"), ENDED("tool_use"), STOP);
    assert_int_equal(collected.call_count, 2);
    assert_string_equal(collected.calls[0].arguments, "{\"n\": 9007199254740993}");
    assert_string_equal(collected.calls[1].arguments, "{\"new\":1}");
    collected_reply_clear(&collected);
}

static void anthropic_decode__input_cut_off__is_a_broken_call(void **state)
{
    (void)state;
    struct collected_reply collected;
    RUN(&collected, OPEN("0", CALL), DELTA("0", INPUT("{\\\"a")), CLOSE("0"),
        ENDED("max_tokens"), STOP);
    assert_int_equal(collected.outcome.finish, FINISH_LENGTH);
    assert_int_equal(collected.call_count, 1);
    assert_false(collected.calls[0].is_valid);
    assert_string_equal(collected.calls[0].arguments, "{\"a");
    collected_reply_clear(&collected);
}

static void anthropic_decode__thoughts__keep_the_last_signature(void **state)
{
    (void)state;
    struct collected_reply collected;
    RUN(&collected,
        OPEN("0", "{\"type\":\"thinking\",\"thinking\":\"a\",\"signature\":\"\"}"),
        DELTA("0", "\"type\":\"thinking_delta\",\"thinking\":\"b\\ud83d\""),
        DELTA("0", "\"type\":\"thinking_delta\",\"thinking\":\"\\ude80\\\"\""),
        DELTA("0", "\"type\":\"signature_delta\",\"signature\":\"old\""),
        DELTA("0", "\"type\":\"signature_delta\",\"signature\":\"new/+=\""), CLOSE("0"),
        OPEN("1", "{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"s2\"}"),
        CLOSE("1"), OPEN("2", "{\"type\":\"thinking\",\"thinking\":\"c\"}"), STOP);
    assert_string_equal(strbuf_text(&collected.reasoning), "ab\U0001f680\"c");
    assert_int_equal(collected.opaque_count, 3);
    assert_string_equal(collected.opaques[0],
                        "{\"type\":\"thinking\",\"thinking\":\"ab\U0001f680\\\"\","
                        "\"signature\":\"new/+=\"}");
    assert_string_equal(collected.opaques[1],
                        "{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"s2\"}");
    assert_string_equal(collected.opaques[2], "{\"type\":\"thinking\",\"thinking\":"
                                              "\"c\"}");
    collected_reply_clear(&collected);
}

static void anthropic_decode__blocks_of_the_service__go_back_whole(void **state)
{
    (void)state;
    struct collected_reply collected;
    RUN(&collected,
        OPEN("0", "{\"type\":\"server_tool_use\",\"id\":\"s1\",\"name\":\"web_search\","
                  "\"input\":{},\"n\":1.50}"),
        DELTA("0", INPUT("{\\\"query\\\":")), DELTA("0", INPUT("\\\"tea\\\"}")),
        CLOSE("0"),
        OPEN("1", "{\"type\":\"web_search_tool_result\",\"tool_use_id\":\"s1\","
                  "\"content\":[{\"x\": 9007199254740993}]}"),
        CLOSE("1"), ENDED("pause_turn"), STOP);
    assert_int_equal(collected.call_count, 0);
    assert_int_equal(collected.outcome.finish, FINISH_PAUSE);
    assert_int_equal(collected.opaque_count, 2);
    assert_string_equal(
        collected.opaques[0],
        "{\"type\":\"server_tool_use\",\"id\":\"s1\",\"name\":\"web_search\",\"n\":1.50,"
        "\"input\":{\"query\":\"tea\"}}");
    assert_string_equal(collected.opaques[1],
                        "{\"type\":\"web_search_tool_result\",\"tool_use_id\":\"s1\","
                        "\"content\":[{\"x\": 9007199254740993}]}");
    collected_reply_clear(&collected);
}

static void anthropic_decode__usage__is_taken_over_member_by_member(void **state)
{
    (void)state;
    struct collected_reply collected;
    RUN(&collected,
        "{\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":5,"
        "\"cache_creation_input_tokens\":null,\"cache_read_input_tokens\":7,"
        "\"output_tokens\":1}}}",
        "{\"type\":\"message_delta\",\"usage\":{\"output_tokens\":9,"
        "\"input_tokens\":null},\"delta\":{}}",
        "{\"type\":\"message_delta\",\"usage\":null,\"delta\":null}", STOP);
    assert_int_equal(collected.outcome.usage.input, 12);
    assert_int_equal(collected.outcome.usage.output, 9);
    assert_int_equal(collected.outcome.usage.cached, 7);
    assert_int_equal(collected.outcome.usage.reasoning, -1);
    collected_reply_clear(&collected);
}

static void anthropic_decode__refusal__says_why(void **state)
{
    (void)state;
    struct collected_reply collected;
    RUN(&collected,
        "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"refusal\","
        "\"stop_details\":{\"category\":\"bio\",\"explanation\":\"Not this.\"}}}",
        STOP);
    assert_int_equal(collected.outcome.finish, FINISH_REFUSAL);
    assert_string_equal(strbuf_text(&collected.refusal), "Not this.");
    collected_reply_clear(&collected);
}

static void anthropic_decode__halves__join_over_deltas(void **state)
{
    (void)state;
    struct collected_reply collected;
    RUN(&collected, OPEN("0", "{\"type\":\"text\",\"text\":\"\"}"),
        DELTA("0", TEXT("\\ud83d")), DELTA("0", TEXT("\\ude80")),
        DELTA("0", TEXT("\\ud83d")), STOP);
    assert_string_equal(strbuf_text(&collected.text), "\U0001f680\ufffd");
    collected_reply_clear(&collected);
}

static void anthropic_decode__document__is_the_same_list(void **state)
{
    (void)state;
    struct collected_reply collected;
    canned_document_run(&collected, "anthropic", 200,
                        "{\"type\":\"message\",\"role\":\"assistant\",\"content\":["
                        "{\"type\":\"thinking\",\"thinking\":\"hm\",\"signature\":\"s\"},"
                        "{\"type\":\"redacted_thinking\",\"data\":\"d\"},"
                        "{\"type\":\"text\",\"text\":\"yes\"},null,"
                        "{\"type\":\"tool_use\",\"id\":\"t1\",\"name\":\"f\",\"input\":"
                        "{\"n\": 9007199254740993}}],\"stop_reason\":\"tool_use\","
                        "\"usage\":{\"input_tokens\":3,\"output_tokens\":4}}");
    assert_int_equal(collected.outcome.error.class, ERROR_NONE);
    assert_string_equal(strbuf_text(&collected.text), "yes");
    assert_string_equal(strbuf_text(&collected.reasoning), "hm");
    assert_int_equal(collected.opaque_count, 2);
    assert_string_equal(collected.opaques[1],
                        "{\"type\":\"redacted_thinking\",\"data\":\"d\"}");
    assert_int_equal(collected.call_count, 1);
    assert_string_equal(collected.calls[0].arguments, "{\"n\": 9007199254740993}");
    assert_int_equal(collected.outcome.finish, FINISH_TOOL_CALLS);
    assert_int_equal(collected.outcome.usage.input, 3);
    collected_reply_clear(&collected);
}

static void anthropic_decode__document_of_something_else__fails(void **state)
{
    (void)state;
    struct collected_reply collected;
    canned_document_run(&collected, "anthropic", 200, "{\"choices\":[]}");
    assert_int_equal(collected.outcome.error.class, ERROR_PROTOCOL);
    collected_reply_clear(&collected);
    canned_document_run(&collected, "anthropic", 200, "{\"content\":");
    assert_int_equal(collected.outcome.error.class, ERROR_PROTOCOL);
    collected_reply_clear(&collected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(anthropic_decode__stop_reasons__are_normalised),
        cmocka_unit_test(anthropic_decode__stop_reason__is_an_end_mark_too),
        cmocka_unit_test(anthropic_decode__without_an_end_mark__is_broken_off),
        cmocka_unit_test(anthropic_decode__after_message_stop__all_is_ignored),
        cmocka_unit_test(anthropic_decode__errors__in_every_shape),
        cmocka_unit_test(anthropic_decode__error_documents__have_their_class),
        cmocka_unit_test(anthropic_decode__delta_of_no_block__fails),
        cmocka_unit_test(anthropic_decode__unknown_kinds__are_skipped),
        cmocka_unit_test(anthropic_decode__event_names__stand_in_for_missing_types),
        cmocka_unit_test(anthropic_decode__blocks_that_interleave__are_told_apart),
        cmocka_unit_test(anthropic_decode__index_used_again__is_a_new_block),
        cmocka_unit_test(anthropic_decode__input_of_the_start__counts_without_pieces),
        cmocka_unit_test(anthropic_decode__input_cut_off__is_a_broken_call),
        cmocka_unit_test(anthropic_decode__thoughts__keep_the_last_signature),
        cmocka_unit_test(anthropic_decode__blocks_of_the_service__go_back_whole),
        cmocka_unit_test(anthropic_decode__usage__is_taken_over_member_by_member),
        cmocka_unit_test(anthropic_decode__refusal__says_why),
        cmocka_unit_test(anthropic_decode__halves__join_over_deltas),
        cmocka_unit_test(anthropic_decode__document__is_the_same_list),
        cmocka_unit_test(anthropic_decode__document_of_something_else__fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

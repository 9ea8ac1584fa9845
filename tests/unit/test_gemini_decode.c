/* The decoder on what the stream cases do not show. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "tests/support/collected_reply.h"

#define RUN(collected, ...)                                                              \
    collected_reply_init_events(collected, "gemini",                                     \
                                (const char *const[]){__VA_ARGS__, NULL})
#define PARTS(parts) "{\"candidates\":[{\"content\":{\"parts\":[" parts "]}}]}"
#define FINISH(word) "{\"candidates\":[{\"finishReason\":\"" word "\"}]}"

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
    RUN(&collected, PARTS("{\"text\":\"so far\"}"), event, FINISH("STOP"));
    assert_int_equal(collected.outcome.error.class, wanted);
    if (strstr(error_text(&collected.outcome.error), words) == NULL)
        fail_msg("%s", error_text(&collected.outcome.error));
    assert_string_equal(strbuf_text(&collected.text), "so far");
    assert_int_equal(collected.call_count, 0);
    collected_reply_clear(&collected);
}

static void gemini_decode__finish_words__are_normalised(void **state)
{
    (void)state;
    assert_finish(FINISH("STOP"), FINISH_STOP);
    assert_finish(FINISH("MAX_TOKENS"), FINISH_LENGTH);
    assert_finish(FINISH("SAFETY"), FINISH_CONTENT_FILTER);
    assert_finish(FINISH("RECITATION"), FINISH_CONTENT_FILTER);
    assert_finish(FINISH("SPII"), FINISH_CONTENT_FILTER);
    assert_finish(FINISH("LANGUAGE"), FINISH_CONTENT_FILTER);
    assert_finish(FINISH("IMAGE_SAFETY"), FINISH_CONTENT_FILTER);
    assert_finish(FINISH("SOMETHING_NEW"), FINISH_UNKNOWN);
}

static void gemini_decode__failing_finish_words__are_errors(void **state)
{
    (void)state;
    assert_error("{\"candidates\":[{\"finishReason\":\"MALFORMED_FUNCTION_CALL\","
                 "\"finishMessage\":\"bad\\u001b call\"}]}",
                 ERROR_SERVER, "MALFORMED_FUNCTION_CALL: bad\u241b call");
    assert_error(FINISH("OTHER"), ERROR_SERVER, "OTHER");
    assert_error(FINISH("UNEXPECTED_TOOL_CALL"), ERROR_SERVER, "UNEXPECTED_TOOL_CALL");
}

static void gemini_decode__errors__come_as_events(void **state)
{
    (void)state;
    assert_error(
        "{\"error\":{\"code\":503,\"message\":\"m1\",\"status\":\"UNAVAILABLE\"}}",
        ERROR_OVERLOADED, "m1");
    assert_error(
        "[{\"error\":{\"code\":400,\"message\":\"m2\",\"status\":\"INVALID_ARGUMENT\"}}]",
        ERROR_BAD_REQUEST, "m2");
    assert_error("[1]", ERROR_PROTOCOL, "not a JSON object");
    assert_error("{\"candidates\":", ERROR_PROTOCOL, "not JSON");
}

static void gemini_decode__no_finish__is_a_reply_that_broke_off(void **state)
{
    (void)state;
    struct collected_reply collected;
    RUN(&collected, PARTS("{\"text\":\"so far\"}"), "{\"usageMetadata\":{}}");
    assert_int_equal(collected.outcome.error.class, ERROR_PROTOCOL);
    assert_string_equal(strbuf_text(&collected.text), "so far");
    collected_reply_clear(&collected);
}

static void gemini_decode__parts_beside_and_after_the_finish__count(void **state)
{
    (void)state;
    struct collected_reply collected;
    RUN(&collected,
        "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"a\"}]},\"finishReason\":"
        "\"STOP\",\"index\":0},{\"index\":1,\"content\":{\"parts\":[{\"text\":\"other\"}]"
        "}}]}",
        PARTS("{\"text\":\"b\"}"),
        "{\"usageMetadata\":{\"promptTokenCount\":5,\"toolUsePromptTokenCount\":2,"
        "\"thoughtsTokenCount\":7}}");
    assert_int_equal(collected.outcome.error.class, ERROR_NONE);
    assert_string_equal(strbuf_text(&collected.text), "ab");
    assert_int_equal(collected.outcome.usage.input, 7);
    assert_int_equal(collected.outcome.usage.output, 7);
    assert_int_equal(collected.outcome.usage.reasoning, 7);
    assert_int_equal(collected.outcome.usage.cached, -1);
    collected_reply_clear(&collected);
}

static void gemini_decode__calls__keep_their_digits_and_ids(void **state)
{
    (void)state;
    struct collected_reply collected;
    RUN(&collected,
        PARTS("{\"functionCall\":{\"id\":\"fc1\",\"name\":\"f\",\"args\":{\"n\": "
              "9007199254740993, \"e\":1e400}},\"thoughtSignature\":\"S1\"}"),
        PARTS("{\"functionCall\":{\"id\":\"fc1\",\"name\":\"f\"},\"thoughtSignature\":"
              "\"\"},{\"functionCall\":{\"args\":{}}},{\"functionCall\":{\"name\":\"g\","
              "\"args\":null}}"),
        FINISH("STOP"));
    assert_int_equal(collected.outcome.finish, FINISH_TOOL_CALLS);
    assert_int_equal(collected.call_count, 3);
    assert_string_equal(collected.calls[0].arguments,
                        "{\"n\": 9007199254740993, \"e\":1e400}");
    assert_string_equal(collected.calls[0].id, "fc1");
    assert_string_equal(collected.calls[1].arguments, "{}");
    assert_string_not_equal(collected.calls[1].id, "fc1");
    assert_string_equal(collected.calls[2].name, "g");
    assert_int_equal(collected.opaque_count, 2);
    assert_string_equal(collected.opaques[0],
                        "{\"id\":\"fc1\",\"thoughtSignature\":\"S1\"}");
    assert_string_equal(collected.opaques[1], "{\"id\":\"fc1\"}");
    collected_reply_clear(&collected);
}

static void gemini_decode__calls_with_max_tokens__stay_length(void **state)
{
    (void)state;
    struct collected_reply collected;
    RUN(&collected, PARTS("{\"functionCall\":{\"name\":\"f\"}}"), FINISH("MAX_TOKENS"));
    assert_int_equal(collected.outcome.finish, FINISH_LENGTH);
    assert_int_equal(collected.call_count, 1);
    collected_reply_clear(&collected);
}

static void gemini_decode__what_must_go_back__is_kept_as_it_came(void **state)
{
    (void)state;
    struct collected_reply collected;
    RUN(&collected,
        PARTS("{\"text\":\"hm\",\"thought\":true,\"thoughtSignature\":\"S0\"},{\"text\":"
              "\"a\"},{\"text\":\"b\", \"thoughtSignature\":\"S1\"}"),
        PARTS("{\"inlineData\":{\"mimeType\":\"image/"
              "png\",\"data\":\"iVBO\"}},{\"executableCode\":{\"code\":\"1\"}},{"
              "\"codeExecutionResult\":{\"output\":\"1\"}},{\"text\":\"\"},{},{"
              "\"thoughtSignature\":\"S2\"}"),
        FINISH("STOP"));
    static const char *const wanted[] = {
        "{\"text\":\"hm\",\"thought\":true,\"thoughtSignature\":\"S0\"}",
        "{\"text\":\"b\", \"thoughtSignature\":\"S1\"}",
        "{\"inlineData\":{\"mimeType\":\"image/png\",\"data\":\"iVBO\"}}",
        "{\"executableCode\":{\"code\":\"1\"}}",
        "{\"codeExecutionResult\":{\"output\":\"1\"}}",
        "{\"thoughtSignature\":\"S2\"}",
    };
    assert_string_equal(strbuf_text(&collected.text), "ab");
    assert_string_equal(strbuf_text(&collected.reasoning), "hm");
    assert_int_equal(collected.opaque_count, 6);
    for (size_t i = 0; i < collected.opaque_count; i++)
        assert_string_equal(collected.opaques[i], wanted[i]);
    collected_reply_clear(&collected);
}

static void gemini_decode__halves_of_a_character__are_joined(void **state)
{
    (void)state;
    struct collected_reply collected;
    RUN(&collected, PARTS("{\"text\":\"\\ud83d\"}"), PARTS("{\"text\":\"\\ude80\"}"),
        FINISH("STOP"));
    assert_string_equal(strbuf_text(&collected.text), "\xf0\x9f\x9a\x80");
    collected_reply_clear(&collected);
}

static void gemini_decode__members_of_wrong_types__count_as_absent(void **state)
{
    (void)state;
    struct collected_reply collected;
    RUN(&collected, "{\"candidates\":{\"a\":1}}", "{\"candidates\":[7,{\"content\":[]}]}",
        "{\"candidates\":[{\"content\":{\"parts\":{\"text\":\"x\"}}}],\"usageMetadata\":["
        "]}",
        PARTS(
            "7,null,{\"text\":7},{\"functionCall\":[]},{\"functionCall\":{\"name\":7}}"),
        "{\"promptFeedback\":{\"blockReason\":null}}", FINISH("STOP"));
    assert_int_equal(collected.outcome.error.class, ERROR_NONE);
    assert_string_equal(strbuf_text(&collected.text), "");
    assert_int_equal(collected.outcome.finish, FINISH_STOP);
    assert_int_equal(collected.opaque_count, 0);
    collected_reply_clear(&collected);
}

static void assert_document(const char *body, enum error_class class, const char *text)
{
    struct collected_reply collected;
    collected_reply_init_body(&collected, "gemini", "application/json; charset=UTF-8",
                              body);
    assert_int_equal(collected.outcome.error.class, class);
    assert_string_equal(strbuf_text(&collected.text), text);
    collected_reply_clear(&collected);
}

static void gemini_decode__documents__are_one_response_or_an_array(void **state)
{
    (void)state;
    assert_document("{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"hi\"}]},"
                    "\"finishReason\":\"STOP\"}]}",
                    ERROR_NONE, "hi");
    assert_document("[{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"h\"}]}}]},{"
                    "\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"i\"}]},"
                    "\"finishReason\":\"STOP\"}]}]",
                    ERROR_NONE, "hi");
    assert_document(
        "[{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"h\"}]}}]},{\"error\":{"
        "\"code\":500,\"message\":\"m\",\"status\":\"INTERNAL\"}}]",
        ERROR_SERVER, "h");
    assert_document("{\"models\":[]}", ERROR_PROTOCOL, "");
    assert_document("[]", ERROR_PROTOCOL, "");
    assert_document("{\"promptFeedback\":{\"blockReason\":\"SAFETY\"}}",
                    ERROR_CONTENT_FILTER, "");
}

static void gemini_decode__calls_of_an_array__keep_their_digits(void **state)
{
    (void)state;
    struct collected_reply collected;
    collected_reply_init_body(
        &collected, "gemini", "application/json",
        "[{\"candidates\":[]},{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"a\"},"
        "{\"functionCall\":{\"name\":\"f\",\"args\":{\"n\":9007199254740993}}}]},"
        "\"finishReason\":\"STOP\"}]}]");
    assert_int_equal(collected.call_count, 1);
    assert_string_equal(collected.calls[0].arguments, "{\"n\":9007199254740993}");
    collected_reply_clear(&collected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gemini_decode__finish_words__are_normalised),
        cmocka_unit_test(gemini_decode__failing_finish_words__are_errors),
        cmocka_unit_test(gemini_decode__errors__come_as_events),
        cmocka_unit_test(gemini_decode__no_finish__is_a_reply_that_broke_off),
        cmocka_unit_test(gemini_decode__parts_beside_and_after_the_finish__count),
        cmocka_unit_test(gemini_decode__calls__keep_their_digits_and_ids),
        cmocka_unit_test(gemini_decode__calls_with_max_tokens__stay_length),
        cmocka_unit_test(gemini_decode__what_must_go_back__is_kept_as_it_came),
        cmocka_unit_test(gemini_decode__halves_of_a_character__are_joined),
        cmocka_unit_test(gemini_decode__members_of_wrong_types__count_as_absent),
        cmocka_unit_test(gemini_decode__documents__are_one_response_or_an_array),
        cmocka_unit_test(gemini_decode__calls_of_an_array__keep_their_digits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

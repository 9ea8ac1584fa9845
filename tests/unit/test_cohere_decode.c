/* The decoder on what the stream cases do not show. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "tests/support/canned_events.h"

#define RUN(collected, ...)                                                              \
    canned_events_run(collected, "cohere", (const char *const[]){__VA_ARGS__, NULL})
#define CONTENT(members)                                                                 \
    "{\"type\":\"content-delta\",\"index\":0,\"delta\":{\"message\":{\"content\":"       \
    "{" members "}}}}"
#define CALL(type, calls)                                                                \
    "{\"type\":\"" type "\",\"delta\":{\"message\":{\"tool_calls\":" calls "}}}"
#define END(members) "{\"type\":\"message-end\",\"delta\":{" members "}}"
#define STOP         END("\"finish_reason\":\"COMPLETE\"")

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
    RUN(&collected, CONTENT("\"text\":\"so far\""), event, STOP);
    assert_int_equal(collected.outcome.error.class, wanted);
    assert_non_null(strstr(error_text(&collected.outcome.error), words));
    assert_string_equal(strbuf_text(&collected.text), "so far");
    collected_reply_clear(&collected);
}

static void cohere_decode__finish_reasons__are_normalised(void **state)
{
    (void)state;
    assert_finish(STOP, FINISH_STOP);
    assert_finish(END("\"finish_reason\":\"STOP_SEQUENCE\""), FINISH_STOP);
    assert_finish(END("\"finish_reason\":\"MAX_TOKENS\""), FINISH_LENGTH);
    assert_finish(END("\"finish_reason\":\"TOOL_CALL\""), FINISH_TOOL_CALLS);
    assert_finish(END("\"finish_reason\":\"TIRED\""), FINISH_UNKNOWN);
    assert_finish(END(""), FINISH_UNKNOWN);
}

static void cohere_decode__failures__are_errors(void **state)
{
    (void)state;
    assert_error(END("\"finish_reason\":\"ERROR\",\"error\":\"it broke\""), ERROR_SERVER,
                 "it broke");
    assert_error(END("\"finish_reason\":\"TIMEOUT\""), ERROR_SERVER, "TIMEOUT");
    assert_error("{\"error\":\"m\"}", ERROR_SERVER, "m");
    assert_error("{\"type\":\"error\",\"message\":\"m\"}", ERROR_SERVER, "m");
    assert_error("\n\nevent: error\ndata: words", ERROR_SERVER, "words");
    assert_error("nonsense", ERROR_PROTOCOL, "nonsense");
    assert_error("7", ERROR_PROTOCOL, "7");
}

static void assert_status(int status, enum error_class wanted)
{
    struct collected_reply collected;
    canned_document_run(&collected, "cohere", status,
                        "{\"id\":\"1\",\"message\":\"the words\"}");
    assert_int_equal(collected.outcome.error.class, wanted);
    assert_string_equal(error_text(&collected.outcome.error), "the words");
    collected_reply_clear(&collected);
}

static void cohere_decode__error_documents__have_their_class(void **state)
{
    (void)state;
    assert_status(401, ERROR_AUTH);
    assert_status(402, ERROR_QUOTA);
    assert_status(404, ERROR_NOT_FOUND);
    assert_status(422, ERROR_BAD_REQUEST);
    assert_status(429, ERROR_RATE_LIMIT);
    assert_status(500, ERROR_SERVER);
    assert_status(503, ERROR_OVERLOADED);
    assert_status(504, ERROR_SERVER);
    assert_status(200, ERROR_SERVER);
}

static void cohere_decode__without_an_end__is_broken_off(void **state)
{
    (void)state;
    struct collected_reply collected;
    RUN(&collected, CONTENT("\"text\":\"so far\""));
    assert_int_equal(collected.outcome.error.class, ERROR_PROTOCOL);
    collected_reply_clear(&collected);
}

static void cohere_decode__content__is_text_or_thinking(void **state)
{
    (void)state;
    struct collected_reply collected;
    RUN(&collected,
        "{\"type\":\"content-start\",\"index\":0,\"delta\":{\"message\":{\"content\":"
        "{\"type\":\"thinking\",\"thinking\":\"h\"}}}}",
        CONTENT("\"thinking\":\"m\""), "{\"type\":\"content-end\",\"index\":0}",
        CONTENT("\"text\":\"\\ud83d\""), CONTENT("\"text\":\"\\ude80\""),
        CONTENT("\"text\":null"), STOP);
    assert_string_equal(strbuf_text(&collected.reasoning), "hm");
    assert_string_equal(strbuf_text(&collected.text), "\U0001f680");
    collected_reply_clear(&collected);
}

static void cohere_decode__unknown_events__are_skipped(void **state)
{
    (void)state;
    struct collected_reply collected;
    RUN(&collected,
        "{\"type\":\"citation-start\",\"delta\":{\"message\":{\"citations\":"
        "{\"text\":\"no\"}}}}",
        "{\"type\":\"debug\",\"prompt\":\"no\"}", "{}", CALL("tool-call-start", "null"),
        CALL("tool-call-delta", "[]"), "{\"type\":\"content-delta\",\"delta\":[]}",
        CONTENT("\"text\":\"ok\""), STOP, "nonsense behind the end");
    assert_int_equal(collected.outcome.error.class, ERROR_NONE);
    assert_string_equal(strbuf_text(&collected.text), "ok");
    assert_int_equal(collected.call_count, 0);
    collected_reply_clear(&collected);
}

static void cohere_decode__calls__in_every_form(void **state)
{
    (void)state;
    struct collected_reply collected;
    RUN(&collected,
        CALL("tool-call-start", "{\"id\":\"a\",\"function\":{\"name\":\"f\"}}"),
        CALL("tool-call-delta", "{\"function\":{\"arguments\":\"{\\\"x\\\":1}\"}}"),
        CALL("tool-call-start", "[{\"id\":\"b\",\"function\":{\"name\":\"g\","
                                "\"arguments\":{\"n\": 9007199254740993}}}]"),
        STOP);
    assert_int_equal(collected.call_count, 2);
    assert_string_equal(collected.calls[0].arguments, "{\"x\":1}");
    assert_string_equal(collected.calls[1].arguments, "{\"n\": 9007199254740993}");
    assert_int_equal(collected.outcome.finish, FINISH_TOOL_CALLS);
    collected_reply_clear(&collected);
}

static void cohere_decode__document__is_read_too(void **state)
{
    (void)state;
    struct collected_reply collected;
    canned_document_run(
        &collected, "cohere", 200,
        "{\"id\":\"m\",\"message\":{\"role\":\"assistant\",\"tool_plan\":\"I look.\","
        "\"content\":[{\"type\":\"thinking\",\"thinking\":\" Hm.\"},"
        "{\"type\":\"text\",\"text\":\"yes\"}],\"tool_calls\":[{\"id\":\"a\",\"type\":"
        "\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}},"
        "{\"id\":\"b\",\"function\":{\"name\":\"f\",\"arguments\":{\"n\": 1.0}}}]},"
        "\"finish_reason\":\"TOOL_CALL\",\"usage\":{\"tokens\":{\"input_tokens\":3.0,"
        "\"output_tokens\":4}}}");
    assert_int_equal(collected.outcome.error.class, ERROR_NONE);
    assert_string_equal(strbuf_text(&collected.text), "yes");
    assert_string_equal(strbuf_text(&collected.reasoning), "I look. Hm.");
    assert_int_equal(collected.call_count, 2);
    assert_string_equal(collected.calls[1].arguments, "{\"n\": 1.0}");
    assert_int_equal(collected.outcome.usage.input, 3);
    assert_int_equal(collected.outcome.usage.cached, -1);
    assert_int_equal(collected.outcome.finish, FINISH_TOOL_CALLS);
    collected_reply_clear(&collected);
}

static void cohere_decode__document_of_something_else__fails(void **state)
{
    (void)state;
    struct collected_reply collected;
    canned_document_run(&collected, "cohere", 200, "{\"choices\":[]}");
    assert_int_equal(collected.outcome.error.class, ERROR_PROTOCOL);
    collected_reply_clear(&collected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cohere_decode__finish_reasons__are_normalised),
        cmocka_unit_test(cohere_decode__failures__are_errors),
        cmocka_unit_test(cohere_decode__error_documents__have_their_class),
        cmocka_unit_test(cohere_decode__without_an_end__is_broken_off),
        cmocka_unit_test(cohere_decode__content__is_text_or_thinking),
        cmocka_unit_test(cohere_decode__unknown_events__are_skipped),
        cmocka_unit_test(cohere_decode__calls__in_every_form),
        cmocka_unit_test(cohere_decode__document__is_read_too),
        cmocka_unit_test(cohere_decode__document_of_something_else__fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

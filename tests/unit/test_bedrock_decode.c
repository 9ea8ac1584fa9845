/* The decoder on what the stream cases do not show. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "tests/support/canned_events.h"
#include "tests/support/event_frame.h"

/* The messages of one reply. */
struct frames {
    struct strbuf bytes;
};

static void frames_init(struct frames *frames)
{
    strbuf_init(&frames->bytes, STRBUF_OWN_MAX);
}

static void add(struct frames *frames, const char *type, const char *payload)
{
    event_frame_append_event(&frames->bytes, type, payload);
}

/* Runs the messages and clears them. */
static void run(struct collected_reply *collected, struct frames *frames,
                const struct error *transport)
{
    struct header_list headers = {.len = 0};
    header_list_add(&headers, "Content-Type", "application/vnd.amazon.eventstream");
    const struct canned_response response = {
        .api = "bedrock",
        .status = 200,
        .headers = &headers,
        .body = strbuf_text(&frames->bytes),
        .len = frames->bytes.len,
        .transport = transport,
    };
    collected_reply_init(collected);
    collected_reply_run(collected, &response);
    header_list_clear(&headers);
    strbuf_clear(&frames->bytes);
}

#define TEXT(text) "{\"contentBlockIndex\":0,\"delta\":{\"text\":\"" text "\"}}"

static void assert_finish(const char *reason, enum finish wanted)
{
    struct collected_reply collected;
    struct frames frames;
    frames_init(&frames);
    add(&frames, "messageStop", reason);
    run(&collected, &frames, NULL);
    assert_int_equal(collected.outcome.error.class, ERROR_NONE);
    assert_int_equal(collected.outcome.finish, wanted);
    collected_reply_clear(&collected);
}

static void bedrock_decode__stop_reasons__are_normalised(void **state)
{
    (void)state;
    assert_finish("{\"stopReason\":\"end_turn\"}", FINISH_STOP);
    assert_finish("{\"stopReason\":\"stop_sequence\"}", FINISH_STOP);
    assert_finish("{\"stopReason\":\"tool_use\"}", FINISH_TOOL_CALLS);
    assert_finish("{\"stopReason\":\"max_tokens\"}", FINISH_LENGTH);
    assert_finish("{\"stopReason\":\"model_context_window_exceeded\"}", FINISH_LENGTH);
    assert_finish("{\"stopReason\":\"guardrail_intervened\"}", FINISH_CONTENT_FILTER);
    assert_finish("{\"stopReason\":\"content_filtered\"}", FINISH_CONTENT_FILTER);
    assert_finish("{\"stopReason\":\"malformed_tool_use\"}", FINISH_UNKNOWN);
    assert_finish("{}", FINISH_UNKNOWN);
}

static void assert_exception(const char *type, const char *payload,
                             enum error_class wanted, const char *words)
{
    struct collected_reply collected;
    struct frames frames;
    frames_init(&frames);
    add(&frames, "contentBlockDelta", TEXT("so far"));
    event_frame_append_exception(&frames.bytes, type, payload);
    add(&frames, "messageStop", "{}");
    run(&collected, &frames, NULL);
    assert_int_equal(collected.outcome.error.class, wanted);
    assert_non_null(strstr(error_text(&collected.outcome.error), words));
    assert_string_equal(strbuf_text(&collected.text), "so far");
    assert_string_equal(collected.outcome.provider_code, type);
    collected_reply_clear(&collected);
}

static void bedrock_decode__exceptions__are_classed_by_type_before_words(void **state)
{
    (void)state;
    static const char wait[] =
        "{\"message\":\"Too many tokens, please wait before trying again.\"}";
    assert_exception("throttlingException", wait, ERROR_RATE_LIMIT, "please wait");
    assert_exception("validationException", "{\"message\":\"Input is too long.\"}",
                     ERROR_CONTEXT_LENGTH, "too long");
    assert_exception("validationException", "{\"message\":\"bad\"}", ERROR_BAD_REQUEST,
                     "bad");
    assert_exception("serviceUnavailableException", "{\"message\":\"m\"}",
                     ERROR_OVERLOADED, "m");
    assert_exception("internalServerException", "{\"message\":\"m\"}", ERROR_SERVER, "m");
    assert_exception("modelStreamErrorException", "{\"message\":\"m\"}", ERROR_SERVER,
                     "m");
    assert_exception("inventedException", "", ERROR_SERVER, "error");
    assert_exception("throttlingException", "plain", ERROR_RATE_LIMIT, "plain");
}

static void assert_status(int status, const char *type, const char *document,
                          enum error_class wanted)
{
    struct collected_reply collected;
    struct header_list headers = {.len = 0};
    header_list_add(&headers, "Content-Type", "application/json");
    header_list_add(&headers, "x-amzn-errortype", type);
    header_list_add(&headers, "x-amzn-requestid", "req-1");
    const struct canned_response response = {
        .api = "bedrock",
        .status = status,
        .headers = &headers,
        .body = document,
        .len = strlen(document),
    };
    collected_reply_init(&collected);
    collected_reply_run(&collected, &response);
    assert_int_equal(collected.outcome.error.class, wanted);
    assert_string_equal(collected.outcome.request_id, "req-1");
    collected_reply_clear(&collected);
    header_list_clear(&headers);
}

static void bedrock_decode__errors_of_http__are_named_by_a_header(void **state)
{
    (void)state;
    assert_status(429, "ThrottlingException:http://x/",
                  "{\"message\":\"Too many tokens\"}", ERROR_RATE_LIMIT);
    assert_status(400, "ServiceQuotaExceededException", "{\"message\":\"m\"}",
                  ERROR_QUOTA);
    assert_status(400, "ValidationException", "{\"Message\":\"m\"}", ERROR_BAD_REQUEST);
    assert_status(403, "AccessDeniedException", "{\"Message\":\"m\"}", ERROR_AUTH);
    assert_status(404, "ResourceNotFoundException", "{}", ERROR_NOT_FOUND);
    assert_status(408, "ModelTimeoutException", "{}", ERROR_SERVER);
    assert_status(424, "ModelErrorException", "{}", ERROR_SERVER);
    assert_status(429, "ModelNotReadyException", "{}", ERROR_OVERLOADED);
    assert_status(503, "ServiceUnavailableException", "<html>", ERROR_OVERLOADED);
}

static void bedrock_decode__reasoning__goes_back_whole(void **state)
{
    (void)state;
    struct collected_reply collected;
    struct frames frames;
    frames_init(&frames);
    add(&frames, "contentBlockDelta",
        "{\"contentBlockIndex\":0,\"delta\":{\"reasoningContent\":{\"text\":\"h\"}}}");
    add(&frames, "contentBlockDelta",
        "{\"contentBlockIndex\":0,\"delta\":{\"reasoningContent\":{\"text\":\"m\\\"\"}}"
        "}");
    add(&frames, "contentBlockDelta",
        "{\"contentBlockIndex\":0,\"delta\":{\"reasoningContent\":{\"signature\":\"s/"
        "+\"}}}");
    add(&frames, "contentBlockStop", "{\"contentBlockIndex\":0}");
    add(&frames, "contentBlockDelta",
        "{\"contentBlockIndex\":1,\"delta\":{\"reasoningContent\":{\"redactedContent\":"
        "\"QUI=\"}}}");
    add(&frames, "messageStop", "{\"stopReason\":\"end_turn\"}");
    run(&collected, &frames, NULL);
    assert_string_equal(strbuf_text(&collected.reasoning), "hm\"");
    assert_int_equal(collected.opaque_count, 2);
    assert_string_equal(collected.opaques[0],
                        "{\"reasoningContent\":{\"reasoningText\":{\"text\":\"hm\\\"\","
                        "\"signature\":\"s/+\"}}}");
    assert_string_equal(collected.opaques[1],
                        "{\"reasoningContent\":{\"redactedContent\":\"QUI=\"}}");
    collected_reply_clear(&collected);
}

static void bedrock_decode__unknown_events_and_types__are_skipped(void **state)
{
    (void)state;
    struct collected_reply collected;
    struct frames frames;
    frames_init(&frames);
    add(&frames, "initial-response", "");
    add(&frames, "news", "{\"text\":\"no\"}");
    add(&frames, "contentBlockStart", "{\"start\":{\"image\":{}}}");
    add(&frames, "contentBlockDelta", "{\"delta\":null}");
    add(&frames, "contentBlockDelta", "{\"delta\":{\"text\":5,\"toolUse\":[]}}");
    add(&frames, "contentBlockStop", "{\"contentBlockIndex\":\"x\"}");
    add(&frames, "contentBlockDelta", TEXT("ok"));
    add(&frames, "metadata", "{\"usage\":null}");
    add(&frames, "messageStop", "{\"stopReason\":7}");
    run(&collected, &frames, NULL);
    assert_int_equal(collected.outcome.error.class, ERROR_NONE);
    assert_string_equal(strbuf_text(&collected.text), "ok");
    assert_int_equal(collected.outcome.usage.input, -1);
    collected_reply_clear(&collected);
}

static void bedrock_decode__payload_that_is_no_json__fails(void **state)
{
    (void)state;
    struct collected_reply collected;
    struct frames frames;
    frames_init(&frames);
    add(&frames, "contentBlockDelta", TEXT("so far"));
    add(&frames, "contentBlockDelta", "nonsense");
    run(&collected, &frames, NULL);
    assert_int_equal(collected.outcome.error.class, ERROR_PROTOCOL);
    assert_string_equal(strbuf_text(&collected.text), "so far");
    collected_reply_clear(&collected);
}

static void bedrock_decode__damage__keeps_what_came_ahead(void **state)
{
    (void)state;
    struct collected_reply collected;
    struct frames frames;
    frames_init(&frames);
    add(&frames, "contentBlockDelta", TEXT("so far"));
    add(&frames, "messageStop", "{}");
    frames.bytes.text[frames.bytes.len - 1] ^= 1;
    run(&collected, &frames, NULL);
    assert_int_equal(collected.outcome.error.class, ERROR_PROTOCOL);
    assert_string_equal(strbuf_text(&collected.text), "so far");
    collected_reply_clear(&collected);
}

static void bedrock_decode__partial_message_at_the_end__fails(void **state)
{
    (void)state;
    struct collected_reply collected;
    struct frames frames;
    frames_init(&frames);
    add(&frames, "contentBlockDelta", TEXT("so far"));
    strbuf_append_text(&frames.bytes, "xyz");
    run(&collected, &frames, NULL);
    assert_int_equal(collected.outcome.error.class, ERROR_PROTOCOL);
    assert_non_null(strstr(error_text(&collected.outcome.error), "inside a message"));
    collected_reply_clear(&collected);
}

static void bedrock_decode__reset_behind_the_end_mark__does_not_matter(void **state)
{
    (void)state;
    struct error reset = {.class = ERROR_NONE};
    struct collected_reply collected;
    struct frames frames;
    error_set(&reset, ERROR_NETWORK_RESET, "the connection was reset");
    frames_init(&frames);
    add(&frames, "messageStop", "{\"stopReason\":\"end_turn\"}");
    strbuf_append_text(&frames.bytes, "xyz");
    run(&collected, &frames, &reset);
    assert_int_equal(collected.outcome.error.class, ERROR_NONE);
    collected_reply_clear(&collected);
    frames_init(&frames);
    add(&frames, "contentBlockDelta", TEXT("so far"));
    run(&collected, &frames, &reset);
    assert_int_equal(collected.outcome.error.class, ERROR_NETWORK_RESET);
    collected_reply_clear(&collected);
    error_clear(&reset);
}

static void bedrock_decode__empty_stream__is_broken_off(void **state)
{
    (void)state;
    struct collected_reply collected;
    struct frames frames;
    frames_init(&frames);
    run(&collected, &frames, NULL);
    assert_int_equal(collected.outcome.error.class, ERROR_PROTOCOL);
    collected_reply_clear(&collected);
}

static void bedrock_decode__document__is_read_too(void **state)
{
    (void)state;
    struct collected_reply collected;
    canned_document_run(
        &collected, "bedrock", 200,
        "{\"output\":{\"message\":{\"role\":\"assistant\",\"content\":["
        "{\"reasoningContent\":{\"reasoningText\":{\"text\":\"hm\",\"signature\":\"s\"}}}"
        ",{\"reasoningContent\":{\"redactedContent\":\"QUI=\"}},{\"text\":\"yes\"},"
        "{\"toolUse\":{\"toolUseId\":\"t1\",\"name\":\"f\",\"input\":"
        "{\"n\": 9007199254740993}}}]}},\"stopReason\":\"tool_use\",\"usage\":"
        "{\"inputTokens\":3,\"outputTokens\":4,\"cacheReadInputTokens\":2,"
        "\"cacheWriteInputTokens\":1}}");
    assert_int_equal(collected.outcome.error.class, ERROR_NONE);
    assert_string_equal(strbuf_text(&collected.text), "yes");
    assert_string_equal(strbuf_text(&collected.reasoning), "hm");
    assert_int_equal(collected.opaque_count, 2);
    assert_string_equal(collected.opaques[0],
                        "{\"reasoningContent\":{\"reasoningText\":{\"text\":\"hm\","
                        "\"signature\":\"s\"}}}");
    assert_int_equal(collected.call_count, 1);
    assert_string_equal(collected.calls[0].arguments, "{\"n\": 9007199254740993}");
    assert_int_equal(collected.outcome.usage.input, 6);
    assert_int_equal(collected.outcome.usage.cached, 2);
    assert_int_equal(collected.outcome.finish, FINISH_TOOL_CALLS);
    collected_reply_clear(&collected);
}

static void bedrock_decode__document_without_a_message__fails(void **state)
{
    (void)state;
    struct collected_reply collected;
    canned_document_run(&collected, "bedrock", 200, "{\"Message\":\"no such route\"}");
    assert_int_equal(collected.outcome.error.class, ERROR_SERVER);
    collected_reply_clear(&collected);
    canned_document_run(&collected, "bedrock", 200, "{\"choices\":[]}");
    assert_int_equal(collected.outcome.error.class, ERROR_PROTOCOL);
    collected_reply_clear(&collected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bedrock_decode__stop_reasons__are_normalised),
        cmocka_unit_test(bedrock_decode__exceptions__are_classed_by_type_before_words),
        cmocka_unit_test(bedrock_decode__errors_of_http__are_named_by_a_header),
        cmocka_unit_test(bedrock_decode__reasoning__goes_back_whole),
        cmocka_unit_test(bedrock_decode__unknown_events_and_types__are_skipped),
        cmocka_unit_test(bedrock_decode__payload_that_is_no_json__fails),
        cmocka_unit_test(bedrock_decode__damage__keeps_what_came_ahead),
        cmocka_unit_test(bedrock_decode__partial_message_at_the_end__fails),
        cmocka_unit_test(bedrock_decode__reset_behind_the_end_mark__does_not_matter),
        cmocka_unit_test(bedrock_decode__empty_stream__is_broken_off),
        cmocka_unit_test(bedrock_decode__document__is_read_too),
        cmocka_unit_test(bedrock_decode__document_without_a_message__fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

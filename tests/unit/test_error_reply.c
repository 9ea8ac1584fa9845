/* From the many shapes of an error body to one class and sentence. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "src/base/mem.h"
#include "src/provider/error_reply.h"

static void assert_class(int status, const char *body, enum error_class wanted)
{
    struct error_reply reply;
    error_reply_from_body(&reply, status, body, strlen(body));
    if (reply.error.class != wanted)
        fail_msg("%d %s is %s", status, body, error_class_get(reply.error.class)->name);
    assert_true(error_text(&reply.error)[0] != '\0');
    error_reply_clear(&reply);
}

static void assert_message(int status, const char *body, const char *wanted)
{
    struct error_reply reply;
    error_reply_from_body(&reply, status, body, strlen(body));
    assert_string_equal(error_text(&reply.error), wanted);
    error_reply_clear(&reply);
}

static void assert_code(int status, const char *body, const char *wanted)
{
    struct error_reply reply;
    error_reply_from_body(&reply, status, body, strlen(body));
    if (wanted == NULL)
        assert_null(reply.code);
    else
        assert_string_equal(reply.code, wanted);
    error_reply_clear(&reply);
}

/* A body with that code, or with that type. */
static void assert_word(int status, const char *word, enum error_class wanted)
{
    char body[256];
    snprintf(body, sizeof(body), "{\"error\":{\"message\":\"m\",\"code\":\"%s\"}}", word);
    assert_class(status, body, wanted);
    snprintf(body, sizeof(body),
             "{\"error\":{\"message\":\"m\",\"type\":\"%s\",\"code\":null}}", word);
    assert_class(status, body, wanted);
}

static void error_reply__message__is_found_in_every_shape(void **state)
{
    (void)state;
    assert_message(400, "{\"error\":{\"message\":\"a\"}}", "a");
    assert_message(400, "{\"error\":\"b\"}", "b");
    assert_message(400, "{\"object\":\"error\",\"message\":\"c\",\"code\":400}", "c");
    assert_message(400, "{\"detail\":\"d\"}", "d");
    assert_message(422, "{\"detail\":[{\"loc\":[1],\"msg\":\"e\",\"type\":\"t\"}]}", "e");
    assert_message(400, "{\"code\":3,\"message\":\"f\"}", "f");
    assert_message(400, "[{\"error\":{\"message\":\"g\"}}]", "g");
    assert_message(400, "{\"error\":{\"error\":{\"message\":\"h\"}}}", "h");
    assert_message(400, "{\"error\":{\"error\":\"i\"}}", "i");
    assert_message(404, "\"j\"", "j");
}

static void error_reply__members_of_wrong_types__are_passed_over(void **state)
{
    (void)state;
    assert_message(400, "{\"error\":{\"message\":7},\"message\":\"x\"}", "x");
    assert_message(400, "{\"error\":{\"message\":null,\"type\":[],\"code\":{}}}",
                   "HTTP 400: {\"error\":{\"message\":null,\"type\":[],\"code\":{}}}");
    assert_message(500, "[]", "HTTP 500: []");
    assert_message(500, "null", "HTTP 500: null");
    assert_message(400, "{\"error\":{\"message\":\"\"},\"detail\":[1,{\"msg\":2}]}",
                   "HTTP 400: {\"error\":{\"message\":\"\"},\"detail\":[1,{\"msg\":2}]}");
}

static void error_reply__message__is_one_clean_line(void **state)
{
    (void)state;
    assert_message(400, "{\"error\":\"a\\u001b[31m\\nb\\ud83d\\ude80\\ud83d \\u009b\"}",
                   "a\u241b[31m b\U0001f680\ufffd \u2039U+009B\u203a");
    char body[5000];
    memset(body, 'x', sizeof(body));
    memcpy(body, "{\"error\":\"", 10);
    memcpy(body + sizeof(body) - 2, "\"}", 2);
    struct error_reply reply;
    error_reply_from_body(&reply, 400, body, sizeof(body));
    assert_true(strlen(error_text(&reply.error)) < 2100);
    error_reply_clear(&reply);
}

static void error_reply__not_json__says_status_and_words(void **state)
{
    (void)state;
    assert_message(502,
                   "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
                   "<center><h1>502 Bad Gateway</h1></center></body></html>",
                   "HTTP 502: 502 Bad Gateway");
    assert_message(503, "upstream\x1b[0m down\n", "HTTP 503: upstream\u241b[0m down");
    assert_message(500, "", "HTTP 500");
}

static void error_reply__code__goes_before_type(void **state)
{
    (void)state;
    assert_code(429, "{\"error\":{\"type\":\"t\",\"code\":\"c\"}}", "c");
    assert_code(429, "{\"error\":{\"type\":\"t\",\"code\":null}}", "t");
    assert_code(402, "{\"error\":{\"code\":402}}", "402");
    assert_code(503, "{\"error\":{\"status\":\"UNAVAILABLE\"}}", "UNAVAILABLE");
    assert_code(400, "{\"error\":\"x\",\"code\":\"top\"}", "top");
    assert_code(500, "<p>no</p>", NULL);
}

static void error_reply__status_alone__decides(void **state)
{
    (void)state;
    static const struct {
        int status;
        enum error_class class;
    } cases[] = {
        {400, ERROR_BAD_REQUEST}, {401, ERROR_AUTH},        {402, ERROR_QUOTA},
        {403, ERROR_AUTH},        {404, ERROR_NOT_FOUND},   {407, ERROR_AUTH},
        {408, ERROR_SERVER},      {413, ERROR_BAD_REQUEST}, {418, ERROR_BAD_REQUEST},
        {422, ERROR_BAD_REQUEST}, {429, ERROR_RATE_LIMIT},  {498, ERROR_OVERLOADED},
        {499, ERROR_BAD_REQUEST}, {500, ERROR_SERVER},      {502, ERROR_SERVER},
        {503, ERROR_OVERLOADED},  {504, ERROR_SERVER},      {522, ERROR_SERVER},
        {529, ERROR_OVERLOADED},  {600, ERROR_PROTOCOL},    {0, ERROR_SERVER},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_class(cases[i].status, "x", cases[i].class);
        assert_class(cases[i].status, "{\"error\":{\"message\":\"x\"}}", cases[i].class);
    }
}

static void error_reply__words_of_quota__beat_the_status(void **state)
{
    (void)state;
    assert_word(429, "insufficient_quota", ERROR_QUOTA);
    assert_word(429, "credit_balance_exhausted", ERROR_QUOTA);
    assert_word(403, "billing_hard_limit_reached", ERROR_QUOTA);
    assert_word(400, "billing_error", ERROR_QUOTA);
    assert_word(429, "enforced_spend_limit_reached", ERROR_QUOTA);
    assert_class(429,
                 "{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\","
                 "\"message\":\"m\",\"details\":{\"error_code\":"
                 "\"contract_spend_limit_reached\"}}}",
                 ERROR_QUOTA);
    assert_class(429,
                 "{\"error\":{\"type\":\"insufficient_quota\",\"code\":"
                 "\"credit_balance_exhausted\",\"message\":\"m\"}}",
                 ERROR_QUOTA);
}

static void error_reply__too_long__by_code_or_words(void **state)
{
    (void)state;
    assert_word(400, "context_length_exceeded", ERROR_CONTEXT_LENGTH);
    assert_word(400, "exceed_context_size_error", ERROR_CONTEXT_LENGTH);
    assert_class(413, "{\"error\":{\"code\":\"rate_limit_exceeded\",\"message\":\"m\"}}",
                 ERROR_CONTEXT_LENGTH);
    static const char *const messages[] = {
        "This model's Maximum Context Length is 5 tokens",
        "Prompt is too long: 9 tokens",
        "exceeds the available context size",
        "over the context window",
        "input token count (7) exceeds the maximum",
        "Too many input tokens",
        "Too many tokens",
        "Input is too long for model",
        "this exceeds the model's maximum context",
    };
    for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++) {
        char body[256];
        snprintf(body, sizeof(body), "{\"error\":{\"message\":\"%s\"}}", messages[i]);
        assert_class(400, body, ERROR_CONTEXT_LENGTH);
        assert_class(0, body, ERROR_CONTEXT_LENGTH);
        assert_class(500, body, ERROR_CONTEXT_LENGTH);
        assert_class(429, body, ERROR_RATE_LIMIT);
        assert_class(503, body, ERROR_OVERLOADED);
    }
}

static void error_reply__too_long_words__of_throttling_do_not_count(void **state)
{
    (void)state;
    assert_class(
        400, "{\"message\":\"Too many tokens, wait\",\"type\":\"ThrottlingException\"}",
        ERROR_RATE_LIMIT);
}

static void error_reply__content_filter__by_word_or_details(void **state)
{
    (void)state;
    assert_word(400, "content_filter", ERROR_CONTENT_FILTER);
    assert_word(400, "invalid_prompt", ERROR_CONTENT_FILTER);
    assert_word(400, "content_policy_violation", ERROR_CONTENT_FILTER);
    assert_class(400,
                 "{\"error\":{\"message\":\"m\",\"code\":\"x\",\"innererror\":"
                 "{\"code\":\"ResponsibleAIPolicyViolation\"}}}",
                 ERROR_CONTENT_FILTER);
    assert_class(403,
                 "{\"error\":{\"code\":403,\"message\":\"m\",\"metadata\":"
                 "{\"reasons\":[\"violence\"]}}}",
                 ERROR_CONTENT_FILTER);
    assert_class(403, "{\"error\":{\"code\":403,\"message\":\"m\",\"metadata\":{}}}",
                 ERROR_AUTH);
}

static void error_reply__words__of_the_other_classes(void **state)
{
    (void)state;
    assert_word(400, "rate_limit_error", ERROR_RATE_LIMIT);
    assert_word(503, "slow_down", ERROR_RATE_LIMIT);
    assert_word(500, "overloaded_error", ERROR_OVERLOADED);
    assert_word(500, "server_is_overloaded", ERROR_OVERLOADED);
    assert_word(400, "invalid_api_key", ERROR_AUTH);
    assert_word(400, "model_not_found", ERROR_NOT_FOUND);
    assert_word(400, "server_error", ERROR_SERVER);
    assert_word(0, "invalid_request_error", ERROR_BAD_REQUEST);
    assert_word(0, "unheard_of", ERROR_SERVER);
}

static void error_reply__gemini__through_its_openai_endpoint(void **state)
{
    (void)state;
    assert_class(400,
                 "[{\"error\":{\"code\":400,\"message\":\"m\",\"status\":"
                 "\"INVALID_ARGUMENT\",\"details\":[{\"x\":1},{\"reason\":"
                 "\"API_KEY_INVALID\"}]}}]",
                 ERROR_AUTH);
    assert_class(0, "{\"error\":{\"message\":\"m\",\"status\":\"RESOURCE_EXHAUSTED\"}}",
                 ERROR_RATE_LIMIT);
}

static void error_reply__in_a_stream__a_numeric_code_is_the_status(void **state)
{
    (void)state;
    static const char body[] = "{\"error\":{\"code\":502,\"message\":\"m\"}}";
    struct error_reply reply;
    error_reply_from_body(&reply, 0, body, sizeof(body) - 1);
    assert_int_equal(reply.status, 502);
    assert_int_equal(reply.error.class, ERROR_SERVER);
    error_reply_clear(&reply);
    assert_class(0, "{\"error\":{\"code\":429,\"message\":\"m\"}}", ERROR_RATE_LIMIT);
    assert_class(0, "{\"error\":{\"code\":1234,\"message\":\"m\"}}", ERROR_SERVER);
    assert_class(400, "{\"error\":{\"code\":429,\"message\":\"m\"}}", ERROR_BAD_REQUEST);
}

static void error_reply__request_id__is_in_body_or_headers(void **state)
{
    (void)state;
    static const char body[] =
        "{\"type\":\"error\",\"error\":{\"message\":\"m\"},\"request_id\":\"req_1\"}";
    struct error_reply reply;
    error_reply_from_body(&reply, 500, body, sizeof(body) - 1);
    assert_string_equal(reply.request_id, "req_1");
    error_reply_clear(&reply);
    struct header_list headers = {.len = 0};
    assert_null(error_reply_request_id(&headers));
    header_list_add(&headers, "CF-Ray", "ray");
    header_list_add(&headers, "X-Request-Id",
                    "a\x1b"
                    "b");
    char *id = error_reply_request_id(&headers);
    assert_string_equal(id, "a\u241bb");
    mem_free(id);
    header_list_clear(&headers);
}

static int64_t wait_of(const char *body)
{
    struct error_reply reply;
    error_reply_from_body(&reply, 429, body, strlen(body));
    const int64_t wait_ms = reply.retry_after_ms;
    error_reply_clear(&reply);
    return wait_ms;
}

static void error_reply__wait__is_in_details_or_repeated_header_fields(void **state)
{
    (void)state;
    assert_int_equal(wait_of("{\"error\":{\"details\":[7,{\"retryDelay\":\"27.5s\"}]}}"),
                     27500);
    assert_int_equal(wait_of("[{\"error\":{\"details\":[{\"retryDelay\":\"soon\"},{"
                             "\"retryDelay\":\"1s\"}]}}]"),
                     1000);
    assert_int_equal(
        wait_of("{\"error\":{\"headers\":{\"retry-after-ms\":\"120\",\"x\":3}}}"), 120);
    assert_int_equal(wait_of("{\"error\":{\"headers\":{\"x-request-id\":\"r\"}}}"), 0);
    assert_int_equal(wait_of("{\"error\":{\"details\":{\"retryDelay\":\"1s\"}}}"), 0);
    assert_int_equal(wait_of("{\"error\":\"try again in 2s\"}"), 0);
}

static void error_reply__gemini__tells_the_day_from_the_minute(void **state)
{
    (void)state;
    assert_class(429,
                 "{\"error\":{\"status\":\"RESOURCE_EXHAUSTED\",\"details\":[{"
                 "\"violations\":[{\"quotaId\":\"GenerateRequestsPerMinute\"}]}]}}",
                 ERROR_RATE_LIMIT);
    assert_class(
        429,
        "{\"error\":{\"status\":\"RESOURCE_EXHAUSTED\",\"details\":[{\"violations\":[{"
        "\"quotaId\":\"GenerateRequestsPerDayPerProject\",\"quotaValue\":\"50\"}]}]}}",
        ERROR_QUOTA);
    assert_class(429,
                 "{\"error\":{\"status\":\"RESOURCE_EXHAUSTED\",\"details\":[{"
                 "\"violations\":[{\"quotaId\":\"PerMinute\",\"quotaValue\":\"0\"}]}]}}",
                 ERROR_QUOTA);
    assert_class(429,
                 "{\"error\":{\"status\":\"RESOURCE_EXHAUSTED\",\"details\":[{"
                 "\"retryDelay\":\"7200s\"}]}}",
                 ERROR_QUOTA);
    assert_class(429,
                 "{\"error\":{\"status\":\"RESOURCE_EXHAUSTED\",\"details\":[{"
                 "\"violations\":\"PerDay\"}]}}",
                 ERROR_RATE_LIMIT);
    assert_class(499,
                 "{\"error\":{\"code\":499,\"status\":\"CANCELLED\",\"message\":\"m\"}}",
                 ERROR_CANCELLED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(error_reply__message__is_found_in_every_shape),
        cmocka_unit_test(error_reply__members_of_wrong_types__are_passed_over),
        cmocka_unit_test(error_reply__message__is_one_clean_line),
        cmocka_unit_test(error_reply__not_json__says_status_and_words),
        cmocka_unit_test(error_reply__code__goes_before_type),
        cmocka_unit_test(error_reply__status_alone__decides),
        cmocka_unit_test(error_reply__words_of_quota__beat_the_status),
        cmocka_unit_test(error_reply__too_long__by_code_or_words),
        cmocka_unit_test(error_reply__too_long_words__of_throttling_do_not_count),
        cmocka_unit_test(error_reply__content_filter__by_word_or_details),
        cmocka_unit_test(error_reply__words__of_the_other_classes),
        cmocka_unit_test(error_reply__gemini__through_its_openai_endpoint),
        cmocka_unit_test(error_reply__in_a_stream__a_numeric_code_is_the_status),
        cmocka_unit_test(error_reply__request_id__is_in_body_or_headers),
        cmocka_unit_test(error_reply__wait__is_in_details_or_repeated_header_fields),
        cmocka_unit_test(error_reply__gemini__tells_the_day_from_the_minute),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

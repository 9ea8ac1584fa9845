/* What an HTTP answer that is no message means. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "src/tool/mcp_refusal.h"

static void assert_words(int status, const char *challenge, enum error_class class,
                         const char *words)
{
    struct error error = {ERROR_NONE, NULL};
    mcp_refusal_describe(status, challenge, &error);
    assert_int_equal(error.class, class);
    assert_non_null(strstr(error_text(&error), words));
    error_clear(&error);
}

static void refusal__is_told__in_words(void **state)
{
    (void)state;
    assert_words(401, NULL, ERROR_AUTH, "(HTTP 401): give it a header Authorization");
    assert_words(401, "Bearer resource_metadata=\"https://a\"", ERROR_AUTH, "OAuth");
    assert_words(403, NULL, ERROR_AUTH, "HTTP 403");
    assert_words(307, NULL, ERROR_PROTOCOL, "redirects elsewhere (HTTP 307)");
    assert_words(404, NULL, ERROR_NOT_FOUND, "no MCP server");
    assert_words(429, NULL, ERROR_RATE_LIMIT, "HTTP 429");
    assert_words(503, NULL, ERROR_SERVER, "HTTP status 503");
    assert_words(406, NULL, ERROR_PROTOCOL, "HTTP status 406");
}

static bool is_session(int status, const char *body)
{
    return mcp_refusal_is_session(status, body, strlen(body));
}

static void refusal__of_a_session__is_known_by_status_or_words(void **state)
{
    (void)state;
    assert_true(is_session(404, ""));
    assert_true(is_session(400, "{\"error\":{\"code\":-32000,\"message\":\"Bad Request: "
                                "No valid session ID provided\"}}"));
    assert_false(is_session(400, "{\"error\":{\"code\":-32602,\"message\":\"Bad\"}}"));
    assert_false(is_session(400, "<html>session"));
    assert_false(is_session(500, "{\"error\":{\"message\":\"session\"}}"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refusal__is_told__in_words),
        cmocka_unit_test(refusal__of_a_session__is_known_by_status_or_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

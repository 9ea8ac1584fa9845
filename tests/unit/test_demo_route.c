/* Addresses of all protocols, and the words in which each refuses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "src/base/compiler.h"
#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/demo/demo_refusal.h"
#include "src/demo/demo_route.h"

static void assert_route(const char *path, const struct demo_protocol *protocol,
                         enum demo_address address)
{
    struct demo_route route;
    demo_route_find(&route, path, false);
    assert_string_equal(route.protocol->name, protocol->name);
    assert_int_equal(route.address, address);
    demo_route_clear(&route);
}

static void demo_route_find__knows_every_service_s_addresses(void **state)
{
    (void)state;
    assert_route("/v1/chat/completions", &demo_openai_chat, DEMO_ADDRESS_CHAT);
    assert_route("/v1/responses", &demo_openai_responses, DEMO_ADDRESS_CHAT);
    assert_route("/v1/messages", &demo_anthropic, DEMO_ADDRESS_CHAT);
    assert_route("/api/chat", &demo_ollama, DEMO_ADDRESS_CHAT);
    assert_route("/v1/models", &demo_openai_chat, DEMO_ADDRESS_MODELS);
    assert_route("/v1beta/models", &demo_gemini, DEMO_ADDRESS_MODELS);
    assert_route("/api/tags", &demo_ollama, DEMO_ADDRESS_MODELS);
    assert_route("/demo/stats", &demo_openai_chat, DEMO_ADDRESS_STATS);
}

static void demo_route_find__reads_model_and_manner_from_gemini_s_path(void **state)
{
    (void)state;
    struct demo_route route;
    demo_route_find(&route, "/v1beta/models/sage?rate=1&at=2:streamGenerateContent",
                    false);
    assert_string_equal(route.model, "sage?rate=1&at=2");
    assert_true(route.is_streaming);
    demo_route_clear(&route);
    demo_route_find(&route, "/v1beta/models/a:b:generateContent", false);
    assert_string_equal(route.model, "a:b");
    assert_false(route.is_streaming);
    demo_route_clear(&route);
    assert_route("/v1beta/models/sage", &demo_gemini, DEMO_ADDRESS_NONE);
    assert_route("/v1beta/models/:generateContent", &demo_gemini, DEMO_ADDRESS_NONE);
    assert_route("/v1beta/models/sage:countTokens", &demo_gemini, DEMO_ADDRESS_NONE);
}

static void demo_route_find__tells_two_lists_apart_by_the_header(void **state)
{
    (void)state;
    struct demo_route route;
    demo_route_find(&route, "/v1/models", true);
    assert_string_equal(route.protocol->name, "anthropic");
    demo_route_clear(&route);
}

static void demo_route_find__speaks_the_family_s_words_where_nothing_is(void **state)
{
    (void)state;
    assert_route("/", &demo_openai_chat, DEMO_ADDRESS_NONE);
    assert_route("/api/nothing", &demo_ollama, DEMO_ADDRESS_NONE);
    assert_route("/v1/messages/count_tokens", &demo_anthropic, DEMO_ADDRESS_NONE);
    assert_route("/v1beta/nothing", &demo_gemini, DEMO_ADDRESS_NONE);
}

/* ---- refusals ---------------------------------------------------------------------- */

static void note_field(void *user, const char *name, const char *value)
{
    strbuf_append_format(user, "%s: %s\n", name, value);
}

/* What the fault makes of a request: body, a line, the header fields. */
static void assert_refusal(const struct demo_protocol *protocol,
                           const struct demo_params *params, const char *expected)
{
    struct demo_refusal refusal;
    struct strbuf told;
    strbuf_init(&told, 10000);
    demo_refusal_init(&refusal, protocol);
    assert_true(demo_refusal_set_fault(&refusal, params));
    assert_true(refusal.is_html || json_is_valid(refusal.body, strlen(refusal.body)));
    strbuf_append_format(&told, "%d %s", refusal.status, refusal.body);
    demo_refusal_list_headers(&refusal, 1767225600, note_field, &told);
    assert_string_equal(strbuf_text(&told), expected);
    strbuf_clear(&told);
    demo_refusal_clear(&refusal);
}

static struct demo_params wait_params(enum demo_wait wait)
{
    return (struct demo_params){
        .fault = DEMO_FAULT_STATUS, .status = 429, .retry_after_s = 1.5, .wait = wait};
}

#define OLLAMA_429 "429 {\"error\":\"too many requests\"}\n"

static void demo_refusal_list_headers__tells_the_wait_in_every_form(void **state)
{
    (void)state;
    struct demo_params params = wait_params(DEMO_WAIT_SECONDS);
    assert_refusal(&demo_ollama, &params, OLLAMA_429 "Retry-After: 1.5\n");
    params = wait_params(DEMO_WAIT_USUAL);
    assert_refusal(&demo_ollama, &params, OLLAMA_429 "Retry-After: 1.5\n");
    params = wait_params(DEMO_WAIT_MS);
    assert_refusal(&demo_ollama, &params, OLLAMA_429 "retry-after-ms: 1500\n");
    params = wait_params(DEMO_WAIT_DATE);
    assert_refusal(&demo_ollama, &params,
                   OLLAMA_429 "Date: Thu, 01 Jan 2026 00:00:00 GMT\n"
                              "Retry-After: Thu, 01 Jan 2026 00:00:01 GMT\n");
    params = wait_params(DEMO_WAIT_WORDS);
    assert_refusal(&demo_ollama, &params,
                   "429 {\"error\":\"too many requests. Please try again in 1.5s.\"}\n");
    params.retry_after_s = -1;
    params.wait = DEMO_WAIT_USUAL;
    assert_refusal(&demo_ollama, &params, OLLAMA_429);
}

static void demo_refusal_set_fault__puts_google_s_wait_into_the_body(void **state)
{
    (void)state;
    const struct demo_params params = wait_params(DEMO_WAIT_USUAL);
    assert_refusal(&demo_gemini, &params,
                   "429 {\"error\":{\"code\":429,\"message\":\"You exceeded your current "
                   "quota\",\"status\":\"RESOURCE_EXHAUSTED\",\"details\":[{\"@type\":"
                   "\"type.googleapis.com/google.rpc.Help\",\"links\":[]},{\"@type\":"
                   "\"type.googleapis.com/google.rpc.RetryInfo\",\"retryDelay\":"
                   "\"1.5s\"}]}}\n");
}

static void demo_refusal_set_fault__has_words_for_every_status(void **state)
{
    (void)state;
    static const struct demo_protocol *const protocols[] = {
        &demo_openai_chat, &demo_openai_responses, &demo_anthropic, &demo_gemini,
        &demo_ollama};
    for (size_t i = 0; i < COUNT_OF(protocols); i++) {
        for (int status = 400; status < 600; status++) {
            const struct demo_params params = {
                .fault = DEMO_FAULT_STATUS, .status = status, .retry_after_s = -1};
            struct demo_refusal refusal;
            demo_refusal_init(&refusal, protocols[i]);
            assert_true(demo_refusal_set_fault(&refusal, &params));
            assert_int_equal(refusal.status, status);
            assert_true(json_is_valid(refusal.body, strlen(refusal.body)));
            demo_refusal_clear(&refusal);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(demo_route_find__knows_every_service_s_addresses),
        cmocka_unit_test(demo_route_find__reads_model_and_manner_from_gemini_s_path),
        cmocka_unit_test(demo_route_find__tells_two_lists_apart_by_the_header),
        cmocka_unit_test(demo_route_find__speaks_the_family_s_words_where_nothing_is),
        cmocka_unit_test(demo_refusal_list_headers__tells_the_wait_in_every_form),
        cmocka_unit_test(demo_refusal_set_fault__puts_google_s_wait_into_the_body),
        cmocka_unit_test(demo_refusal_set_fault__has_words_for_every_status),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

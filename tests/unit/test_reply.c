/* What a body is, and how a response ends, case by case. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "src/base/mem.h"
#include "tests/support/collected_reply.h"

#define TEXT_CHUNK "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"hi\"}}]}"
#define STOP_CHUNK "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}"
#define STREAM     "data: " TEXT_CHUNK "\n\ndata: " STOP_CHUNK "\n\ndata: [DONE]\n\n"
#define DOCUMENT                                                                         \
    "{\"choices\":[{\"message\":{\"content\":\"hi\"},\"finish_reason\":\"stop\"}]}"
#define ERROR_DOCUMENT "{\"error\":{\"message\":\"too busy\",\"code\":429}}"

/* Runs a response with that content type (NULL: none), whole and byte by byte. */
static void run_bytes(struct collected_reply *collected, int status, const char *type,
                      const char *body, size_t len, const struct error *transport)
{
    struct header_list headers = {.len = 0};
    if (type != NULL)
        header_list_add(&headers, "content-type", type);
    size_t *cuts = mem_alloc_array(len, sizeof(*cuts));
    for (size_t i = 0; i + 1 < len; i++)
        cuts[i] = i + 1;
    struct canned_response response = {
        .status = status,
        .headers = &headers,
        .body = body,
        .len = len,
        .transport = transport,
    };
    struct collected_reply bytewise;
    collected_reply_init(collected);
    collected_reply_init(&bytewise);
    collected_reply_run(collected, &response);
    response.cuts = cuts;
    response.cut_count = len > 0 ? len - 1 : 0;
    collected_reply_run(&bytewise, &response);
    assert_true(collected_reply_equals(collected, &bytewise));
    collected_reply_clear(&bytewise);
    mem_free(cuts);
    header_list_clear(&headers);
}

static void run(struct collected_reply *collected, const char *type, const char *body)
{
    run_bytes(collected, 200, type, body, strlen(body), NULL);
}

static void assert_hi(const char *type, const char *body)
{
    struct collected_reply collected;
    run(&collected, type, body);
    if (collected.outcome.error.class != ERROR_NONE)
        fail_msg("%s: %s", type, error_text(&collected.outcome.error));
    assert_string_equal(strbuf_text(&collected.text), "hi");
    assert_int_equal(collected.outcome.finish, FINISH_STOP);
    assert_int_equal(collected.outcome.status, 200);
    collected_reply_clear(&collected);
}

static void assert_failure(const char *type, const char *body, enum error_class class,
                           const char *words)
{
    struct collected_reply collected;
    run(&collected, type, body);
    const char *message = error_text(&collected.outcome.error);
    if (collected.outcome.error.class != class || strstr(message, words) == NULL)
        fail_msg("%s: %s: %s", type, error_class_get(collected.outcome.error.class)->name,
                 message);
    assert_int_equal(collected.outcome.finish, FINISH_ERROR);
    assert_int_equal(collected.call_count, 0);
    collected_reply_clear(&collected);
}

/* --- The table of content types
 * ---------------------------------------------------------- */

static void reply__event_stream__is_events(void **state)
{
    (void)state;
    assert_hi("text/event-stream", STREAM);
    assert_hi("Text/Event-Stream; charset=utf-8", STREAM);
    assert_hi(" text/event-stream ;x", STREAM);
}

static void reply__json__is_one_document(void **state)
{
    (void)state;
    assert_hi("application/json", DOCUMENT);
    assert_hi("application/json; charset=utf-8", "\n\n \n" DOCUMENT "\n");
}

static void reply__json__that_is_events_is_read_as_events(void **state)
{
    (void)state;
    assert_hi("application/json", STREAM);
}

static void reply__vague_type__goes_by_the_first_bytes(void **state)
{
    (void)state;
    static const char *const types[] = {NULL, "", "text/plain",
                                        "application/octet-stream"};
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        assert_hi(types[i], STREAM);
        assert_hi(types[i], DOCUMENT);
        assert_hi(types[i], ": hello\n\n" STREAM);
        assert_hi(types[i], ":\n\n" STREAM);
        assert_hi(types[i], "\n\nevent: message\n" STREAM);
        assert_hi(types[i], "id: 1\n" STREAM);
        assert_hi(types[i], "retry: 1\n" STREAM);
        assert_hi(types[i], "\xef\xbb\xbf" STREAM);
        assert_hi(types[i], "\xef\xbb\xbf" DOCUMENT);
        assert_failure(types[i], "Welcome", ERROR_PROTOCOL, "Welcome");
        assert_failure(types[i], "dat", ERROR_PROTOCOL, "dat");
        assert_failure(types[i], "", ERROR_PROTOCOL, "empty");
        assert_failure(types[i], " \n", ERROR_PROTOCOL, "empty");
    }
}

static void reply__other_types__are_not_the_api(void **state)
{
    (void)state;
    assert_failure("text/html; charset=utf-8", "<title>Sign in</title>", ERROR_PROTOCOL,
                   "text/html");
    assert_failure("text/html", "<title>Sign in</title>", ERROR_PROTOCOL, "Sign in");
    assert_failure("image/png\x1b[31m", "x", ERROR_PROTOCOL, "image/png\u241b[31m");
    assert_failure("application/x-ndjson", DOCUMENT, ERROR_PROTOCOL, "ndjson");
    assert_failure("application/jsonx", DOCUMENT, ERROR_PROTOCOL, "jsonx");
}

static void reply__broken_json__is_a_protocol_error(void **state)
{
    (void)state;
    assert_failure("application/json", "{\"choices\":", ERROR_PROTOCOL, "not valid JSON");
    assert_failure("application/json", "hello", ERROR_PROTOCOL, "hello");
    assert_failure("application/json", "{\"a\":1}", ERROR_PROTOCOL, "chat completion");
    assert_failure("application/json", "{\"choices\":[]}", ERROR_PROTOCOL,
                   "chat completion");
    assert_failure("application/json", ERROR_DOCUMENT, ERROR_RATE_LIMIT, "too busy");
}

/* --- Streams without events
 * ----------------------------------------------------------------- */

static void reply__stream_with_a_bare_error__is_that_error(void **state)
{
    (void)state;
    assert_failure("text/event-stream", ERROR_DOCUMENT, ERROR_RATE_LIMIT, "too busy");
    assert_failure("text/event-stream", ERROR_DOCUMENT "\n\n", ERROR_RATE_LIMIT,
                   "too busy");
    assert_failure("text/event-stream", ": wait\n\n" ERROR_DOCUMENT, ERROR_RATE_LIMIT,
                   "too busy");
}

static void reply__stream_with_a_bare_document__is_the_reply(void **state)
{
    (void)state;
    assert_hi("text/event-stream", DOCUMENT);
}

static void reply__stream_without_events__is_a_protocol_error(void **state)
{
    (void)state;
    assert_failure("text/event-stream", "", ERROR_PROTOCOL, "empty");
    assert_failure("text/event-stream", ": ping\n\n: ping\n\n", ERROR_PROTOCOL,
                   "no event");
    assert_failure("text/event-stream", "<title>Oops</title>", ERROR_PROTOCOL, "Oops");
}

/* --- Ends
 * --------------------------------------------------------------------------------- */

static void reply__without_end_mark__broke_off(void **state)
{
    (void)state;
    struct collected_reply collected;
    run(&collected, "text/event-stream", "data: " TEXT_CHUNK "\n\n");
    assert_int_equal(collected.outcome.error.class, ERROR_PROTOCOL);
    assert_non_null(strstr(error_text(&collected.outcome.error), "broke off"));
    assert_string_equal(strbuf_text(&collected.text), "hi");
    assert_int_equal(collected.outcome.retry_after_ms, -1);
    collected_reply_clear(&collected);
}

static void reply__done_without_finish_word__is_unknown(void **state)
{
    (void)state;
    struct collected_reply collected;
    run(&collected, "text/event-stream", "data: " TEXT_CHUNK "\n\ndata: [DONE] x\n\n");
    assert_int_equal(collected.outcome.error.class, ERROR_NONE);
    assert_int_equal(collected.outcome.finish, FINISH_UNKNOWN);
    assert_null(collected.outcome.finish_raw);
    collected_reply_clear(&collected);
}

static void reply__empty__is_a_valid_reply(void **state)
{
    (void)state;
    struct collected_reply collected;
    run(&collected, "text/event-stream", "data: " STOP_CHUNK "\n\n");
    assert_int_equal(collected.outcome.error.class, ERROR_NONE);
    assert_int_equal(collected.outcome.finish, FINISH_STOP);
    assert_int_equal(collected.text.len, 0);
    collected_reply_clear(&collected);
}

static void reply__after_done__everything_is_ignored(void **state)
{
    (void)state;
    assert_hi("text/event-stream", STREAM "data: garbage\n\ndata: " TEXT_CHUNK "\n\n");
}

static void reply__cut_in_the_last_event__broke_off(void **state)
{
    (void)state;
    assert_failure("text/event-stream", "data: " TEXT_CHUNK "\n\ndata: {\"cho",
                   ERROR_PROTOCOL, "broke off");
}

static void reply__cut_behind_the_end_mark__is_complete(void **state)
{
    (void)state;
    assert_hi("text/event-stream",
              "data: " TEXT_CHUNK "\n\ndata: " STOP_CHUNK "\n\ndata: {\"cho");
}

static void reply__garbage_between_events__fails_with_the_text_so_far(void **state)
{
    (void)state;
    struct collected_reply collected;
    run(&collected, "text/event-stream", "data: " TEXT_CHUNK "\n\ndata: oops\n\n" STREAM);
    assert_int_equal(collected.outcome.error.class, ERROR_PROTOCOL);
    assert_non_null(strstr(error_text(&collected.outcome.error), "oops"));
    assert_string_equal(strbuf_text(&collected.text), "hi");
    collected_reply_clear(&collected);
}

static void run_broken(struct collected_reply *collected, int status, const char *type,
                       const char *body, enum error_class class)
{
    struct error transport = {.class = ERROR_NONE};
    error_set(&transport, class, "gone");
    run_bytes(collected, status, type, body, strlen(body), &transport);
    error_clear(&transport);
}

static void reply__reset__keeps_the_text(void **state)
{
    (void)state;
    struct collected_reply collected;
    run_broken(&collected, 200, "text/event-stream", "data: " TEXT_CHUNK "\n\ndata: {",
               ERROR_NETWORK_RESET);
    assert_int_equal(collected.outcome.error.class, ERROR_NETWORK_RESET);
    assert_string_equal(error_text(&collected.outcome.error), "gone");
    assert_string_equal(strbuf_text(&collected.text), "hi");
    collected_reply_clear(&collected);
}

static void reply__reset_behind_the_end_mark__is_ignored(void **state)
{
    (void)state;
    struct collected_reply collected;
    run_broken(&collected, 200, "text/event-stream", STREAM, ERROR_NETWORK_RESET);
    assert_int_equal(collected.outcome.error.class, ERROR_NONE);
    assert_int_equal(collected.outcome.finish, FINISH_STOP);
    collected_reply_clear(&collected);
}

static void reply__reset_in_a_pending_event__does_not_dispatch_it(void **state)
{
    (void)state;
    struct collected_reply collected;
    run_broken(&collected, 200, "text/event-stream", "data: " TEXT_CHUNK "\n",
               ERROR_NETWORK_RESET);
    assert_int_equal(collected.outcome.error.class, ERROR_NETWORK_RESET);
    assert_int_equal(collected.text.len, 0);
    collected_reply_clear(&collected);
}

static void reply__reset_in_a_document__is_the_reset(void **state)
{
    (void)state;
    struct collected_reply collected;
    run_broken(&collected, 200, "application/json", "{\"choices\":[",
               ERROR_NETWORK_RESET);
    assert_int_equal(collected.outcome.error.class, ERROR_NETWORK_RESET);
    collected_reply_clear(&collected);
    run_broken(&collected, 200, "application/json", DOCUMENT, ERROR_NETWORK_RESET);
    assert_int_equal(collected.outcome.error.class, ERROR_NONE);
    collected_reply_clear(&collected);
}

static void reply__stopped__is_cancelled(void **state)
{
    (void)state;
    struct collected_reply collected;
    run_broken(&collected, 200, "text/event-stream", "data: " TEXT_CHUNK "\n\n",
               ERROR_CANCELLED);
    assert_int_equal(collected.outcome.error.class, ERROR_CANCELLED);
    assert_int_equal(collected.outcome.finish, FINISH_CANCELLED);
    collected_reply_clear(&collected);
    run_broken(&collected, 503, "text/plain", "busy", ERROR_CANCELLED);
    assert_int_equal(collected.outcome.error.class, ERROR_CANCELLED);
    collected_reply_clear(&collected);
}

static void reply__reset_in_an_error_body__keeps_the_status(void **state)
{
    (void)state;
    struct collected_reply collected;
    run_broken(&collected, 503, "application/json", "{\"error\":", ERROR_NETWORK_RESET);
    assert_int_equal(collected.outcome.error.class, ERROR_OVERLOADED);
    assert_int_equal(collected.outcome.status, 503);
    collected_reply_clear(&collected);
}

static void reply_end__without_a_head__is_the_transport_error(void **state)
{
    (void)state;
    const struct error clean = {.class = ERROR_NONE};
    struct error refused = {.class = ERROR_NONE};
    struct reply_outcome outcome;
    struct collected_reply ignored;
    collected_reply_init(&ignored);
    error_set(&refused, ERROR_NETWORK_REFUSED, "cannot connect");
    struct reply *reply = reply_new(provider_find("openai-chat"), NULL, NULL);
    reply_end(reply, &refused, 0, &outcome);
    assert_int_equal(outcome.error.class, ERROR_NETWORK_REFUSED);
    assert_int_equal(outcome.status, 0);
    reply_outcome_clear(&outcome);
    reply_free(reply);
    reply = reply_new(provider_find("openai-chat"), NULL, NULL);
    reply_end(reply, &clean, 0, &outcome);
    assert_int_equal(outcome.error.class, ERROR_PROTOCOL);
    reply_outcome_clear(&outcome);
    reply_free(reply);
    error_clear(&refused);
    collected_reply_clear(&ignored);
}

/* --- Errors, redirects, ceilings
 * ------------------------------------------------------------- */

static void reply__error_status__is_never_a_stream(void **state)
{
    (void)state;
    struct collected_reply collected;
    run_bytes(&collected, 500, "text/event-stream", STREAM, sizeof(STREAM) - 1, NULL);
    assert_int_equal(collected.outcome.error.class, ERROR_SERVER);
    assert_int_equal(collected.text.len, 0);
    collected_reply_clear(&collected);
}

static void reply__error_body__stops_at_its_ceiling(void **state)
{
    (void)state;
    const size_t len = 100000;
    char *body = mem_alloc(len);
    memset(body, 'x', len);
    struct collected_reply collected;
    run_bytes(&collected, 502, "text/plain", body, len, NULL);
    assert_int_equal(collected.outcome.error.class, ERROR_SERVER);
    assert_true(strlen(error_text(&collected.outcome.error)) < 300);
    collected_reply_clear(&collected);
    mem_free(body);
}

static void reply__redirect__names_the_host_only(void **state)
{
    (void)state;
    struct header_list headers = {.len = 0};
    header_list_add(&headers, "Location", "https://me:secret@login.example:8443/a?key=s");
    const struct canned_response response = {
        .status = 302, .headers = &headers, .body = "moved", .len = 5};
    struct collected_reply collected;
    collected_reply_init(&collected);
    collected_reply_run(&collected, &response);
    const char *message = error_text(&collected.outcome.error);
    assert_int_equal(collected.outcome.error.class, ERROR_PROTOCOL);
    assert_non_null(strstr(message, "login.example:8443 "));
    assert_null(strstr(message, "secret"));
    assert_null(strstr(message, "key="));
    assert_int_equal(collected.outcome.status, 302);
    collected_reply_clear(&collected);
    header_list_clear(&headers);
}

static void reply__redirect_without_host__still_has_a_sentence(void **state)
{
    (void)state;
    struct collected_reply collected;
    run_bytes(&collected, 304, NULL, "", 0, NULL);
    assert_int_equal(collected.outcome.error.class, ERROR_PROTOCOL);
    assert_non_null(strstr(error_text(&collected.outcome.error), "304"));
    collected_reply_clear(&collected);
}

static void reply__wait_and_request_id__come_from_the_headers(void **state)
{
    (void)state;
    struct header_list headers = {.len = 0};
    header_list_add(&headers, "Retry-After", "3");
    header_list_add(&headers, "x-should-retry", "false");
    header_list_add(&headers, "x-request-id", "req_9");
    const struct canned_response response = {.status = 429,
                                             .headers = &headers,
                                             .body = ERROR_DOCUMENT,
                                             .len = sizeof(ERROR_DOCUMENT) - 1};
    struct collected_reply collected;
    collected_reply_init(&collected);
    collected_reply_run(&collected, &response);
    assert_int_equal(collected.outcome.retry_after_ms, 3000);
    assert_int_equal(collected.outcome.retry_hint, RETRY_HINT_NO);
    assert_string_equal(collected.outcome.request_id, "req_9");
    assert_string_equal(collected.outcome.provider_code, "429");
    collected_reply_clear(&collected);
    header_list_clear(&headers);
}

static void reply__huge_event__fails_at_the_ceiling(void **state)
{
    (void)state;
    const size_t len = ((size_t)17 << 20) + 6;
    char *body = mem_alloc(len);
    memset(body, 'x', len);
    memcpy(body, "data: ", 6);
    struct header_list headers = {.len = 0};
    header_list_add(&headers, "Content-Type", "text/event-stream");
    const struct canned_response response = {
        .status = 200, .headers = &headers, .body = body, .len = len};
    struct collected_reply collected;
    collected_reply_init(&collected);
    collected_reply_run(&collected, &response);
    assert_int_equal(collected.outcome.error.class, ERROR_PROTOCOL);
    collected_reply_clear(&collected);
    header_list_clear(&headers);
    mem_free(body);
}

static int64_t wait_of(const char *header, const char *value, const char *body)
{
    struct header_list headers = {.len = 0};
    struct collected_reply collected;
    header_list_add(&headers, header, value);
    const struct canned_response response = {
        .status = 429,
        .headers = &headers,
        .body = body,
        .len = strlen(body),
    };
    collected_reply_init(&collected);
    collected_reply_run(&collected, &response);
    const int64_t wait_ms = collected.outcome.retry_after_ms;
    collected_reply_clear(&collected);
    header_list_clear(&headers);
    return wait_ms;
}

static void reply__wait_in_the_body__stands_between_the_header_fields(void **state)
{
    (void)state;
    static const char body[] = "{\"error\":{\"message\":\"try again in "
                               "1s\",\"details\":[{\"retryDelay\":\"27.5s\"}]}}";
    assert_int_equal(wait_of("x", "y", body), 27500);
    assert_int_equal(wait_of("x-ratelimit-reset-requests", "9s", body), 27500);
    assert_int_equal(wait_of("Retry-After", "3", body), 3000);
    assert_int_equal(wait_of("retry-after-ms", "40", body), 40);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reply__event_stream__is_events),
        cmocka_unit_test(reply__json__is_one_document),
        cmocka_unit_test(reply__json__that_is_events_is_read_as_events),
        cmocka_unit_test(reply__vague_type__goes_by_the_first_bytes),
        cmocka_unit_test(reply__other_types__are_not_the_api),
        cmocka_unit_test(reply__broken_json__is_a_protocol_error),
        cmocka_unit_test(reply__stream_with_a_bare_error__is_that_error),
        cmocka_unit_test(reply__stream_with_a_bare_document__is_the_reply),
        cmocka_unit_test(reply__stream_without_events__is_a_protocol_error),
        cmocka_unit_test(reply__without_end_mark__broke_off),
        cmocka_unit_test(reply__done_without_finish_word__is_unknown),
        cmocka_unit_test(reply__empty__is_a_valid_reply),
        cmocka_unit_test(reply__after_done__everything_is_ignored),
        cmocka_unit_test(reply__cut_in_the_last_event__broke_off),
        cmocka_unit_test(reply__cut_behind_the_end_mark__is_complete),
        cmocka_unit_test(reply__garbage_between_events__fails_with_the_text_so_far),
        cmocka_unit_test(reply__reset__keeps_the_text),
        cmocka_unit_test(reply__reset_behind_the_end_mark__is_ignored),
        cmocka_unit_test(reply__reset_in_a_pending_event__does_not_dispatch_it),
        cmocka_unit_test(reply__reset_in_a_document__is_the_reset),
        cmocka_unit_test(reply__stopped__is_cancelled),
        cmocka_unit_test(reply__reset_in_an_error_body__keeps_the_status),
        cmocka_unit_test(reply_end__without_a_head__is_the_transport_error),
        cmocka_unit_test(reply__error_status__is_never_a_stream),
        cmocka_unit_test(reply__error_body__stops_at_its_ceiling),
        cmocka_unit_test(reply__redirect__names_the_host_only),
        cmocka_unit_test(reply__redirect_without_host__still_has_a_sentence),
        cmocka_unit_test(reply__wait_and_request_id__come_from_the_headers),
        cmocka_unit_test(reply__huge_event__fails_at_the_ceiling),
        cmocka_unit_test(reply__wait_in_the_body__stands_between_the_header_fields),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

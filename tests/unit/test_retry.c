/* What servers ask for, in every place they put it, and our own back-off. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "src/base/compiler.h"
#include "src/net/retry.h"

/* 2025-01-01 00:00:00 UTC, the local clock of these tests. */
#define NOW ((int64_t)1735689600)

/* The wait that the fields ("Name: value", NULL-terminated) and the message ask for. */
static int64_t wait_for(const char *const *lines, const char *message)
{
    struct header_list list = {.items = NULL};
    for (; *lines != NULL; lines++)
        assert_true(header_list_add_line(&list, *lines, NULL));
    const int64_t wait_ms = retry_wait_from_headers(&list, message, NOW);
    header_list_clear(&list);
    return wait_ms;
}

static int64_t wait_for_line(const char *line)
{
    return wait_for((const char *const[]){line, NULL}, NULL);
}

static int64_t wait_for_words(const char *message)
{
    return wait_for((const char *const[]){NULL}, message);
}

/* The wait that a response asks for. */

static void retry_wait__is_none__without_anything(void **state)
{
    (void)state;
    assert_int_equal(wait_for((const char *const[]){NULL}, NULL), -1);
    assert_int_equal(wait_for_line("Content-Type: text/plain"), -1);
}

static void retry_wait__reads__milliseconds(void **state)
{
    (void)state;
    assert_int_equal(wait_for_line("retry-after-ms: 450"), 450);
    assert_int_equal(wait_for_line("Retry-After-Ms: 450.2"), 451);
    assert_int_equal(wait_for_line("retry-after-ms: 0.1"), 1);
}

static void retry_wait__prefers__milliseconds_to_seconds(void **state)
{
    (void)state;
    static const char *const lines[] = {"Retry-After: 1", "retry-after-ms: 450", NULL};
    assert_int_equal(wait_for(lines, "try again in 9s"), 450);
}

static void retry_wait__reads__seconds(void **state)
{
    (void)state;
    assert_int_equal(wait_for_line("Retry-After: 3"), 3000);
    assert_int_equal(wait_for_line("retry-after: 1.5"), 1500);
}

static void retry_wait__ignores__nonsense(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "Retry-After: 0",
        "Retry-After: -5",
        "Retry-After: soon",
        "Retry-After: 3 s",
        "Retry-After: 99999999999999999999",
        "Retry-After: 1e300",
        "Retry-After: nan",
        "Retry-After:",
        "retry-after-ms: 0",
        "retry-after-ms: -1",
        "retry-after-ms: x",
    };
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        const int64_t wait_ms = wait_for_line(lines[i]);
        if (wait_ms != -1)
            fail_msg("%s: %lld", lines[i], (long long)wait_ms);
    }
}

static void retry_wait__asks_the_next_place__after_nonsense(void **state)
{
    (void)state;
    static const char *const lines[] = {"retry-after-ms: 0", "Retry-After: soon",
                                        "x-ratelimit-reset-requests: 2s", NULL};
    assert_int_equal(wait_for(lines, NULL), 2000);
}

static void retry_wait__measures_a_date__against_the_response(void **state)
{
    (void)state;
    static const char *const lines[] = {"Date: Wed, 21 Oct 2015 07:28:00 GMT",
                                        "Retry-After: Wed, 21 Oct 2015 07:28:30 GMT",
                                        NULL};
    assert_int_equal(wait_for(lines, NULL), 30000);
}

static void retry_wait__measures_a_date__against_our_clock_without_one(void **state)
{
    (void)state;
    assert_int_equal(wait_for_line("Retry-After: Wed, 01 Jan 2025 00:01:00 GMT"), 60000);
    static const char *const lines[] = {
        "Date: yesterday", "Retry-After: Wed, 01 Jan 2025 00:01:00 GMT", NULL};
    assert_int_equal(wait_for(lines, NULL), 60000);
}

static void retry_wait__ignores__a_date_in_the_past(void **state)
{
    (void)state;
    assert_int_equal(wait_for_line("Retry-After: Tue, 31 Dec 2024 23:59:59 GMT"), -1);
    assert_int_equal(wait_for_line("Retry-After: Wed, 01 Jan 2025 00:00:00 GMT"), -1);
}

static void retry_wait__takes_the_larger__of_used_up_rate_limits(void **state)
{
    (void)state;
    static const char *const both[] = {
        "x-ratelimit-remaining-requests: 0", "x-ratelimit-reset-requests: 120ms",
        "x-ratelimit-remaining-tokens: 0", "x-ratelimit-reset-tokens: 1m2.5s", NULL};
    static const char *const one[] = {
        "x-ratelimit-remaining-requests: 0", "x-ratelimit-reset-requests: 120ms",
        "x-ratelimit-remaining-tokens: 17", "x-ratelimit-reset-tokens: 1m2.5s", NULL};
    static const char *const untold[] = {"x-ratelimit-reset-requests: 120ms",
                                         "x-ratelimit-reset-tokens: 3", NULL};
    static const char *const none[] = {"x-ratelimit-remaining-requests: 5",
                                       "x-ratelimit-reset-requests: 120ms", NULL};
    assert_int_equal(wait_for(both, NULL), 62500);
    assert_int_equal(wait_for(one, NULL), 120);
    assert_int_equal(wait_for(untold, NULL), 3000);
    assert_int_equal(wait_for(none, NULL), -1);
}

static void retry_wait__takes_the_latest__of_used_up_reset_times(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "Date: Wed, 01 Jan 2025 00:00:10 GMT",
        "anthropic-ratelimit-requests-remaining: 3",
        "anthropic-ratelimit-requests-reset: 2025-01-01T01:00:00Z",
        "anthropic-ratelimit-input-tokens-remaining: 0",
        "anthropic-ratelimit-input-tokens-reset: 2025-01-01T00:00:27Z",
        "anthropic-ratelimit-output-tokens-remaining: 0",
        "anthropic-ratelimit-output-tokens-reset: 2025-01-01T00:00:12Z",
        "anthropic-ratelimit-tokens-reset: 2025-01-01T02:00:00Z",
        NULL};
    assert_int_equal(wait_for(lines, NULL), 17000);
}

/* One used-up limit that is given back at `time`. */
static int64_t wait_until(const char *time)
{
    struct header_list list = {.items = NULL};
    header_list_add(&list, "anthropic-ratelimit-tokens-remaining", "0");
    header_list_add(&list, "anthropic-ratelimit-tokens-reset", time);
    const int64_t wait_ms = retry_wait_from_headers(&list, NULL, NOW);
    header_list_clear(&list);
    return wait_ms;
}

static void retry_wait__reads__timestamps_of_all_shapes(void **state)
{
    (void)state;
    assert_int_equal(wait_until("2025-01-01T00:00:05Z"), 5000);
    assert_int_equal(wait_until("2025-01-01t00:00:05.25z"), 5250);
    assert_int_equal(wait_until("2025-01-01 00:00:05.123456789Z"), 5124);
    assert_int_equal(wait_until("2025-01-01T02:00:05+02:00"), 5000);
    assert_int_equal(wait_until("2024-12-31T23:30:05-00:30"), 5000);
    assert_int_equal(wait_until("2025-03-01T00:00:00Z"), (int64_t)59 * 86400000);
    assert_int_equal(wait_until("2024-12-31T23:59:59Z"), -1);
    assert_int_equal(wait_until("2025-01-01T00:00:05"), -1);
    assert_int_equal(wait_until("2025-13-01T00:00:05Z"), -1);
    assert_int_equal(wait_until("2025-01-01"), -1);
    assert_int_equal(wait_until("2025-01-01T24:00:05Z"), -1);
    assert_int_equal(wait_until("2025-01-00T00:00:05Z"), -1);
    assert_int_equal(wait_until("2025-01-01T00:00:05Z tomorrow"), -1);
    assert_int_equal(wait_until("2025-01-01T00:00:05+2"), -1);
    assert_int_equal(wait_until("soon"), -1);
    assert_int_equal(wait_until(""), -1);
}

static void retry_wait__finds__words_in_the_message(void **state)
{
    (void)state;
    assert_int_equal(wait_for_words("Limit reached. Please try again in 6.57s."), 6570);
    assert_int_equal(wait_for_words("Please try again in 1m6.5s. Visit our site"), 66500);
    assert_int_equal(wait_for_words("try again in 120ms"), 120);
    assert_int_equal(wait_for_words("Please retry in 20 seconds."), 20000);
    assert_int_equal(wait_for_words("Try again In 1 minute"), 60000);
    assert_int_equal(wait_for_words("12 tokens in 3 requests; again in 2s"), 2000);
}

static void retry_wait__ignores__words_that_are_no_wait(void **state)
{
    (void)state;
    assert_int_equal(wait_for_words("too many tokens in 5 requests"), -1);
    assert_int_equal(wait_for_words("login 5s"), -1);
    assert_int_equal(wait_for_words("try again in 0s"), -1);
    assert_int_equal(wait_for_words("try again in a while"), -1);
    assert_int_equal(wait_for_words("in 5secretly"), -1);
    assert_int_equal(wait_for_words("try again in "), -1);
    assert_int_equal(wait_for_words(""), -1);
}

/* Durations. */

static void retry_parse_duration__reads__all_units(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t ms;
    } good[] = {
        {"12ms", 12},          {"1s", 1000},     {"6m0s", 360000}, {"1h2m3.5s", 3723500},
        {"27.5s", 27500},      {"0s", 0},        {"3", 3000},      {"0.25", 250},
        {"1500us", 2},         {"1500µs", 2},    {"900000ns", 1},  {"7m12.034s", 432034},
        {"24h0m0s", 86400000}, {"1d", 86400000},
    };
    for (size_t i = 0; i < COUNT_OF(good); i++) {
        int64_t value_ms = -1;
        if (!retry_parse_duration_ms(good[i].text, &value_ms) || value_ms != good[i].ms)
            fail_msg("\"%s\": %lld", good[i].text, (long long)value_ms);
    }
}

static void retry_parse_duration__refuses__anything_else(void **state)
{
    (void)state;
    static const char *const bad[] = {"",      " ",
                                      "s",     "ms",
                                      "1x",    "1s ",
                                      " 1s",   "-1s",
                                      "1m30",  "1.s",
                                      "1..5s", "1e3s",
                                      "0x1s",  "99999999999999999999999999999999s",
                                      "1e9",   "nan",
                                      "1s2",   "9999999999999h"};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        int64_t value_ms;
        if (retry_parse_duration_ms(bad[i], &value_ms))
            fail_msg("accepted \"%s\"", bad[i]);
    }
}

/* Hint, limit, back-off. */

static enum retry_hint hint_for(const char *value)
{
    struct header_list list = {.items = NULL};
    if (value != NULL)
        header_list_add(&list, "X-Should-Retry", value);
    const enum retry_hint hint = retry_hint_from_headers(&list);
    header_list_clear(&list);
    return hint;
}

static void retry_hint__reads__x_should_retry(void **state)
{
    (void)state;
    assert_int_equal(hint_for("true"), RETRY_HINT_YES);
    assert_int_equal(hint_for("False"), RETRY_HINT_NO);
    assert_int_equal(hint_for("maybe"), RETRY_HINT_NONE);
    assert_int_equal(hint_for(NULL), RETRY_HINT_NONE);
}

static void retry_limit__is_positive__only_for_retryable_classes(void **state)
{
    (void)state;
    for (enum error_class class = ERROR_NONE; class < ERROR_CLASS_COUNT; class ++)
        assert_int_equal(retry_limit(class) > 0, error_class_get(class)->is_retryable);
    assert_int_equal(retry_limit(ERROR_RATE_LIMIT), 4);
    assert_int_equal(retry_limit(ERROR_OVERLOADED), 4);
    assert_int_equal(retry_limit(ERROR_SERVER), 2);
    assert_int_equal(retry_limit(ERROR_NETWORK_RESET), 2);
    assert_int_equal(retry_limit(ERROR_TIMEOUT_IDLE), 1);
}

/* Many draws of one back-off all lie in [low, high] and are not all the same. */
static void check_backoff(enum error_class class, int attempt, int64_t server_wait_ms,
                          const int64_t range[2])
{
    struct rng rng;
    int64_t smallest = INT64_MAX;
    int64_t largest = 0;
    rng_init(&rng, 42);
    for (int i = 0; i < 1000; i++) {
        const int64_t wait_ms = retry_backoff_ms(class, attempt, server_wait_ms, &rng);
        smallest = wait_ms < smallest ? wait_ms : smallest;
        largest = wait_ms > largest ? wait_ms : largest;
    }
    assert_in_range(smallest, range[0], range[1]);
    assert_in_range(largest, range[0], range[1]);
    assert_true(largest > smallest);
}

static void retry_backoff__doubles_with_jitter__up_to_sixteen_seconds(void **state)
{
    (void)state;
    check_backoff(ERROR_SERVER, 0, -1, (const int64_t[]){375, 500});
    check_backoff(ERROR_SERVER, 1, -1, (const int64_t[]){750, 1000});
    check_backoff(ERROR_SERVER, 3, -1, (const int64_t[]){3000, 4000});
    check_backoff(ERROR_SERVER, 5, -1, (const int64_t[]){12000, 16000});
    check_backoff(ERROR_SERVER, 60, -1, (const int64_t[]){12000, 16000});
}

static void retry_backoff__starts_at_one_second__overloaded(void **state)
{
    (void)state;
    check_backoff(ERROR_OVERLOADED, 0, -1, (const int64_t[]){750, 1000});
    check_backoff(ERROR_OVERLOADED, 10, -1, (const int64_t[]){12000, 16000});
}

static void retry_backoff__is_never_less__than_the_server_asked(void **state)
{
    (void)state;
    check_backoff(ERROR_RATE_LIMIT, 0, 6570, (const int64_t[]){6570, 7227});
    check_backoff(ERROR_RATE_LIMIT, 4, 100, (const int64_t[]){100, 110});
}

static void retry_backoff__uses_its_own__for_a_wait_of_zero(void **state)
{
    (void)state;
    check_backoff(ERROR_RATE_LIMIT, 0, 0, (const int64_t[]){375, 500});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(retry_wait__is_none__without_anything),
        cmocka_unit_test(retry_wait__reads__milliseconds),
        cmocka_unit_test(retry_wait__prefers__milliseconds_to_seconds),
        cmocka_unit_test(retry_wait__reads__seconds),
        cmocka_unit_test(retry_wait__ignores__nonsense),
        cmocka_unit_test(retry_wait__asks_the_next_place__after_nonsense),
        cmocka_unit_test(retry_wait__measures_a_date__against_the_response),
        cmocka_unit_test(retry_wait__measures_a_date__against_our_clock_without_one),
        cmocka_unit_test(retry_wait__ignores__a_date_in_the_past),
        cmocka_unit_test(retry_wait__takes_the_larger__of_used_up_rate_limits),
        cmocka_unit_test(retry_wait__takes_the_latest__of_used_up_reset_times),
        cmocka_unit_test(retry_wait__reads__timestamps_of_all_shapes),
        cmocka_unit_test(retry_wait__finds__words_in_the_message),
        cmocka_unit_test(retry_wait__ignores__words_that_are_no_wait),
        cmocka_unit_test(retry_parse_duration__reads__all_units),
        cmocka_unit_test(retry_parse_duration__refuses__anything_else),
        cmocka_unit_test(retry_hint__reads__x_should_retry),
        cmocka_unit_test(retry_limit__is_positive__only_for_retryable_classes),
        cmocka_unit_test(retry_backoff__doubles_with_jitter__up_to_sixteen_seconds),
        cmocka_unit_test(retry_backoff__starts_at_one_second__overloaded),
        cmocka_unit_test(retry_backoff__is_never_less__than_the_server_asked),
        cmocka_unit_test(retry_backoff__uses_its_own__for_a_wait_of_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

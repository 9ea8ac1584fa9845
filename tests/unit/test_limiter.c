/*
 * The limiter with a clock of its own: what the person allows, what servers say, what
 * they refuse. At the end whole runs against servers that count in both of the usual
 * ways.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "src/net/limiter.h"

#define WALL 1700000000

struct fixture {
    struct limiter *limiter;
    struct limiter_ticket tickets[300];
    size_t taken;
};

static int set_up(void **state)
{
    *state = mem_alloc(sizeof(struct fixture));
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    limiter_free(fixture->limiter);
    mem_free(fixture);
    return 0;
}

static void start(struct fixture *fixture, struct limiter_limits limits)
{
    fixture->limiter = limiter_new(&limits);
}

static enum limiter_reason reason_at(struct fixture *fixture, int64_t now_ms)
{
    return limiter_look(fixture->limiter, now_ms, false).reason;
}

static int64_t until_at(struct fixture *fixture, int64_t now_ms)
{
    return limiter_look(fixture->limiter, now_ms, false).until_ms;
}

/* Takes a place at `now_ms`, which must be free. */
static struct limiter_ticket *take(struct fixture *fixture, int64_t now_ms)
{
    assert_int_equal(reason_at(fixture, now_ms), LIMITER_FREE);
    struct limiter_ticket *ticket = &fixture->tickets[fixture->taken++];
    limiter_take(fixture->limiter, now_ms, ticket);
    return ticket;
}

/* Answers with fields "Name: value", ends with NULL. */
static void answer(struct fixture *fixture, struct limiter_ticket *ticket,
                   const char *const *lines, int64_t now_ms)
{
    struct header_list headers = {0};
    for (size_t i = 0; lines[i] != NULL; i++)
        assert_true(header_list_add_line(&headers, lines[i], NULL));
    limiter_note_head(fixture->limiter, ticket, 200, &headers, now_ms, WALL);
    header_list_clear(&headers);
}

static void limiter__lets_all_go__without_limits(void **state)
{
    struct fixture *fixture = *state;
    start(fixture, (struct limiter_limits){0});
    for (int i = 0; i < 100; i++)
        take(fixture, 5);
    assert_int_equal(limiter_count_in_flight(fixture->limiter), 100);
}

static void limiter__waits_for_a_place__when_all_are_taken(void **state)
{
    struct fixture *fixture = *state;
    start(fixture, (struct limiter_limits){.in_flight = 2});
    struct limiter_ticket *first = take(fixture, 0);
    take(fixture, 0);
    assert_int_equal(reason_at(fixture, 1), LIMITER_CONCURRENCY);
    assert_int_equal(until_at(fixture, 1), -1);
    limiter_note_done(fixture->limiter, first, -1, 2);
    take(fixture, 2);
}

static void limiter__counts_requests__in_a_sliding_window(void **state)
{
    struct fixture *fixture = *state;
    start(fixture, (struct limiter_limits){.requests = {3, 1000}});
    take(fixture, 0);
    take(fixture, 400);
    take(fixture, 500);
    assert_int_equal(reason_at(fixture, 600), LIMITER_REQUESTS);
    assert_int_equal(until_at(fixture, 600), 1000);
    take(fixture, 1000);
    assert_int_equal(until_at(fixture, 1000), 1400);
}

static void limiter__counts_tokens__as_they_were_used(void **state)
{
    struct fixture *fixture = *state;
    static const char *const none[] = {NULL};
    start(fixture, (struct limiter_limits){.tokens = {1000, 60000}});
    struct limiter_ticket *ticket = take(fixture, 0);
    answer(fixture, ticket, none, 10);
    limiter_note_done(fixture->limiter, ticket, 600, 100);
    /* The next is expected to use as many. */
    assert_int_equal(reason_at(fixture, 200), LIMITER_TOKENS);
    assert_int_equal(until_at(fixture, 200), 60000);
    take(fixture, 60000);
}

static void limiter__lets_one_go__that_is_larger_than_the_limit(void **state)
{
    struct fixture *fixture = *state;
    start(fixture, (struct limiter_limits){.tokens = {10, 1000}});
    limiter_note_done(fixture->limiter, take(fixture, 0), 500, 1);
    take(fixture, 1001);
}

static void limiter__believes_the_server__that_nothing_is_left(void **state)
{
    struct fixture *fixture = *state;
    static const char *const lines[] = {"x-ratelimit-limit-requests: 60",
                                        "x-ratelimit-remaining-requests: 0",
                                        "x-ratelimit-reset-requests: 1m2.5s", NULL};
    start(fixture, (struct limiter_limits){0});
    answer(fixture, take(fixture, 0), lines, 100);
    assert_int_equal(reason_at(fixture, 200), LIMITER_REQUESTS);
    assert_int_equal(until_at(fixture, 200), 62600);
    assert_int_equal(limiter_estimate_ms(fixture->limiter, 1, 600), 62000);
}

static void limiter__counts_as_used__what_is_not_answered_yet(void **state)
{
    struct fixture *fixture = *state;
    static const char *const lines[] = {"x-ratelimit-limit-requests: 4",
                                        "x-ratelimit-remaining-requests: 2",
                                        "x-ratelimit-reset-requests: 10s", NULL};
    start(fixture, (struct limiter_limits){0});
    struct limiter_ticket *ticket = take(fixture, 0);
    take(fixture, 0);
    take(fixture, 0);
    answer(fixture, ticket, lines, 100);
    assert_int_equal(reason_at(fixture, 200), LIMITER_REQUESTS);
    assert_int_equal(until_at(fixture, 200), 10100);
}

static void limiter__spreads_requests__when_few_are_left(void **state)
{
    struct fixture *fixture = *state;
    static const char *const lines[] = {"x-ratelimit-limit-requests: 100",
                                        "x-ratelimit-remaining-requests: 10",
                                        "x-ratelimit-reset-requests: 20s", NULL};
    start(fixture, (struct limiter_limits){0});
    answer(fixture, take(fixture, 0), lines, 0);
    assert_int_equal(until_at(fixture, 1), 2000);
    take(fixture, 2000);
    assert_int_equal(until_at(fixture, 2001), 4000);
}

static void limiter__asks_with_one__after_a_tight_window(void **state)
{
    struct fixture *fixture = *state;
    static const char *const empty[] = {"x-ratelimit-limit-requests: 100",
                                        "x-ratelimit-remaining-requests: 0",
                                        "x-ratelimit-reset-requests: 2.5s", NULL};
    static const char *const full[] = {"x-ratelimit-limit-requests: 100",
                                       "x-ratelimit-remaining-requests: 99",
                                       "x-ratelimit-reset-requests: 60s", NULL};
    start(fixture, (struct limiter_limits){0});
    answer(fixture, take(fixture, 0), empty, 0);
    struct limiter_ticket *probe = take(fixture, 2500);
    assert_int_equal(reason_at(fixture, 2500), LIMITER_RETRY_AFTER);
    assert_int_equal(until_at(fixture, 2500), -1);
    answer(fixture, probe, full, 2600);
    take(fixture, 2600);
    take(fixture, 2600);
}

static void limiter__reads_times_of_day__of_anthropic(void **state)
{
    struct fixture *fixture = *state;
    static const char *const lines[] = {
        "Date: Tue, 14 Nov 2023 22:13:20 GMT",
        "anthropic-ratelimit-input-tokens-limit: 9000",
        "anthropic-ratelimit-input-tokens-remaining: 0",
        "anthropic-ratelimit-input-tokens-reset: 2023-11-14T22:13:50Z", NULL};
    start(fixture, (struct limiter_limits){0});
    answer(fixture, take(fixture, 0), lines, 0);
    assert_int_equal(reason_at(fixture, 10), LIMITER_TOKENS);
    /* A second more: the time may have been cut off. */
    assert_int_equal(until_at(fixture, 10), 31000);
}

static void limiter__takes_no_notice__of_nonsense(void **state)
{
    struct fixture *fixture = *state;
    static const char *const lines[] = {"x-ratelimit-limit-requests: many",
                                        "x-ratelimit-remaining-requests: -1",
                                        "x-ratelimit-reset-requests: soon",
                                        "x-ratelimit-remaining-tokens: 0",
                                        "x-ratelimit-reset-tokens: 9999999d",
                                        "anthropic-ratelimit-tokens-remaining: 0",
                                        "anthropic-ratelimit-tokens-reset: 1999-01-01",
                                        NULL};
    start(fixture, (struct limiter_limits){0});
    answer(fixture, take(fixture, 0), lines, 0);
    take(fixture, 1);
}

static void limiter__holds_everybody__after_a_refusal(void **state)
{
    struct fixture *fixture = *state;
    static const char *const none[] = {NULL};
    start(fixture, (struct limiter_limits){0});
    struct limiter_ticket *refused = take(fixture, 0);
    limiter_note_429(fixture->limiter, 5000, true, 100);
    limiter_note_done(fixture->limiter, refused, -1, 100);
    assert_int_equal(reason_at(fixture, 200), LIMITER_RETRY_AFTER);
    assert_int_equal(until_at(fixture, 200), 5100);
    assert_int_equal(limiter_look(fixture->limiter, 200, true).reason, LIMITER_FREE);
    assert_int_equal(limiter_hold_end_ms(fixture->limiter, 200), 5100);
    /* Then one by one. */
    struct limiter_ticket *first = take(fixture, 5100);
    assert_int_equal(reason_at(fixture, 5100), LIMITER_RETRY_AFTER);
    answer(fixture, first, none, 5200);
    take(fixture, 5200);
    take(fixture, 5200);
    assert_int_equal(reason_at(fixture, 5200), LIMITER_RETRY_AFTER);
}

static void limiter__after_a_refusal__lets_all_go_by_and_by(void **state)
{
    struct fixture *fixture = *state;
    static const char *const none[] = {NULL};
    start(fixture, (struct limiter_limits){0});
    struct limiter_ticket *refused = take(fixture, 0);
    limiter_note_429(fixture->limiter, 1000, true, 100);
    limiter_note_done(fixture->limiter, refused, -1, 100);
    for (int i = 0; i < 5; i++)
        answer(fixture, take(fixture, 1100), none, 1200);
    for (int i = 0; i < 6; i++)
        take(fixture, 1300);
    assert_int_equal(reason_at(fixture, 1300), LIMITER_RETRY_AFTER);
}

static void limiter__learns_how_many__the_server_takes_at_once(void **state)
{
    struct fixture *fixture = *state;
    static const char *const lines[] = {"x-ratelimit-limit-requests: 100",
                                        "x-ratelimit-remaining-requests: 90",
                                        "x-ratelimit-reset-requests: 60s", NULL};
    start(fixture, (struct limiter_limits){0});
    for (int i = 0; i < 12; i++)
        take(fixture, 0);
    for (size_t i = 0; i < 12; i++)
        answer(fixture, &fixture->tickets[i], lines, 10);
    for (size_t i = 10; i < 12; i++) {
        limiter_note_429(fixture->limiter, 0, false, 20);
        limiter_note_done(fixture->limiter, &fixture->tickets[i], -1, 20);
    }
    assert_int_equal(reason_at(fixture, 30), LIMITER_CONCURRENCY);
    limiter_note_done(fixture->limiter, &fixture->tickets[0], -1, 40);
    take(fixture, 40);
    assert_int_equal(reason_at(fixture, 50), LIMITER_CONCURRENCY);
}

/* --- Runs against a server
 * --------------------------------------------------------------
 */

#define RUN_COUNT      200
#define SERVER_AT_ONCE 10
#define SERVER_LIMIT   120
#define SERVER_WINDOW  60000

struct request {
    int64_t head_ms; /* when the header comes; -1: not sent */
    int64_t end_ms;
    bool is_refused;
    bool has_head;
    bool is_done;
    struct limiter_ticket ticket;
    int64_t remaining; /* as told in its header */
    int64_t reset_ms;
};

struct server {
    bool is_bucket; /* fills steadily; otherwise a window that starts anew */
    int64_t window_start_ms;
    int64_t used;
    double level;
    int64_t filled_ms;
    size_t in_flight;
};

struct run {
    struct limiter *limiter;
    struct server server;
    struct request requests[RUN_COUNT];
    bool is_streaming;
    int64_t first_head_ms; /* -1: none yet */
    size_t refused;
    size_t next; /* the first that was not sent */
    int64_t now_ms;
};

/* True if the server takes the request; says what is left and when it is full again. */
static bool server_take(struct server *server, int64_t now_ms, struct request *request)
{
    const double rate = (double)SERVER_LIMIT / SERVER_WINDOW;
    bool ok = server->in_flight < SERVER_AT_ONCE;
    if (server->is_bucket) {
        server->level += rate * (double)(now_ms - server->filled_ms);
        server->filled_ms = now_ms;
        if (server->level > SERVER_LIMIT)
            server->level = SERVER_LIMIT;
        ok = ok && server->level >= 1;
        server->level -= ok;
        request->remaining = (int64_t)server->level;
        request->reset_ms = (int64_t)((SERVER_LIMIT - server->level) / rate);
    } else {
        if (now_ms >= server->window_start_ms + SERVER_WINDOW) {
            server->window_start_ms = now_ms;
            server->used = 0;
        }
        ok = ok && server->used < SERVER_LIMIT;
        server->used += ok;
        request->remaining = SERVER_LIMIT - server->used;
        request->reset_ms = server->window_start_ms + SERVER_WINDOW - now_ms;
    }
    return ok;
}

static void run_send(struct run *run, struct request *request)
{
    limiter_take(run->limiter, run->now_ms, &request->ticket);
    request->is_refused = !server_take(&run->server, run->now_ms, request);
    run->server.in_flight += !request->is_refused;
    const int64_t took_ms = 900 + (int64_t)(run->next * 37 % 400);
    request->head_ms = run->now_ms + 80;
    request->end_ms = request->is_refused ? request->head_ms : run->now_ms + took_ms;
    if (!run->is_streaming)
        request->head_ms = request->end_ms;
    if (request->is_refused)
        run->refused++;
}

static void run_answer(struct run *run, struct request *request)
{
    struct header_list headers = {0};
    char *remaining = strbuf_format("%lld", (long long)request->remaining);
    char *reset = strbuf_format("%lldms", (long long)request->reset_ms);
    header_list_add(&headers, "x-ratelimit-limit-requests", "120");
    header_list_add(&headers, "x-ratelimit-remaining-requests", remaining);
    header_list_add(&headers, "x-ratelimit-reset-requests", reset);
    limiter_note_head(run->limiter, &request->ticket, request->is_refused ? 429 : 200,
                      &headers, run->now_ms, WALL);
    request->has_head = true;
    mem_free(remaining);
    mem_free(reset);
    header_list_clear(&headers);
}

static void run_step(struct run *run)
{
    for (size_t i = 0; i < run->next; i++) {
        struct request *request = &run->requests[i];
        if (!request->has_head && run->now_ms >= request->head_ms)
            run_answer(run, request);
        if (!request->is_done && run->now_ms >= request->end_ms) {
            request->is_done = true;
            run->server.in_flight -= !request->is_refused;
            limiter_note_done(run->limiter, &request->ticket, 50, run->now_ms);
        }
    }
    while (run->next < RUN_COUNT &&
           limiter_look(run->limiter, run->now_ms, false).reason == LIMITER_FREE) {
        run_send(run, &run->requests[run->next]);
        run->next++;
    }
}

static void check_run(bool is_bucket, bool is_streaming)
{
    const struct limiter_limits limits = {.in_flight = SERVER_AT_ONCE};
    struct run run = {.limiter = limiter_new(&limits),
                      .server = {.is_bucket = is_bucket, .level = SERVER_LIMIT},
                      .is_streaming = is_streaming};
    /* A window that is open already when the run begins. */
    run.server.window_start_ms = -20000;
    size_t done = 0;
    while (done < RUN_COUNT) {
        run_step(&run);
        done = 0;
        for (size_t i = 0; i < run.next; i++)
            done += run.requests[i].is_done;
        run.now_ms += 10;
        assert_true(run.now_ms < 300000);
    }
    print_message("    %s, %s: %lld s, %zu refused\n", is_bucket ? "bucket" : "window",
                  is_streaming ? "streaming" : "whole answers",
                  (long long)run.now_ms / 1000, run.refused);
    assert_int_equal(run.refused, 0);
    /* What the server allows takes at least 40 s (bucket: 120 at once, 80 at 2/s). */
    assert_true(run.now_ms < 100000);
    limiter_free(run.limiter);
}

static void limiter__is_never_refused__by_a_window(void **state)
{
    (void)state;
    check_run(false, true);
    check_run(false, false);
}

static void limiter__is_never_refused__by_a_bucket(void **state)
{
    (void)state;
    check_run(true, true);
    check_run(true, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(limiter__lets_all_go__without_limits, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(limiter__waits_for_a_place__when_all_are_taken,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(limiter__counts_requests__in_a_sliding_window,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(limiter__counts_tokens__as_they_were_used, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(
            limiter__lets_one_go__that_is_larger_than_the_limit, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            limiter__believes_the_server__that_nothing_is_left, set_up, tear_down),
        cmocka_unit_test_setup_teardown(limiter__counts_as_used__what_is_not_answered_yet,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(limiter__spreads_requests__when_few_are_left,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(limiter__asks_with_one__after_a_tight_window,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(limiter__reads_times_of_day__of_anthropic, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(limiter__takes_no_notice__of_nonsense, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(limiter__holds_everybody__after_a_refusal, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(limiter__after_a_refusal__lets_all_go_by_and_by,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            limiter__learns_how_many__the_server_takes_at_once, set_up, tear_down),
        cmocka_unit_test(limiter__is_never_refused__by_a_window),
        cmocka_unit_test(limiter__is_never_refused__by_a_bucket),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

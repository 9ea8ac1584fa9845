/* The wording of states and metrics. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/mem.h"
#include "ui/pane.h"

#define NOW 100000

struct fixture {
    struct turn_status status;
    struct message *answer;
    struct strbuf text;
};

static int set_up(void **state)
{
    struct fixture *fixture = mem_alloc(sizeof(*fixture));
    fixture->status = (struct turn_status){.state = TURN_IDLE,
                                           .since_ms = NOW,
                                           .first_token_ms = -1,
                                           .last_byte_ms = -1,
                                           .wait_until_ms = -1,
                                           .attempt = 1};
    fixture->answer = message_new(1, MESSAGE_ASSISTANT);
    fixture->answer->facts.usage = usage_unknown();
    fixture->answer->facts.first_token_ms = -1;
    fixture->answer->facts.total_ms = -1;
    strbuf_init(&fixture->text, 1000);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    message_free(fixture->answer);
    strbuf_clear(&fixture->text);
    mem_free(fixture);
    return 0;
}

static void assert_state(struct fixture *fixture, enum role role, const char *expected)
{
    strbuf_reset(&fixture->text);
    assert_int_equal(
        pane_describe_state(&fixture->status, fixture->answer, NOW, &fixture->text),
        role);
    assert_string_equal(strbuf_text(&fixture->text), expected);
}

static void assert_metrics(struct fixture *fixture, size_t queued, const char *expected)
{
    strbuf_reset(&fixture->text);
    pane_describe_metrics(&fixture->status, fixture->answer, queued, &fixture->text);
    assert_string_equal(strbuf_text(&fixture->text), expected);
}

/* --- States ----------------------------------------------------------------------- */

static void pane_state__no_answer_yet__is_empty(void **state)
{
    struct fixture *fixture = *state;
    pane_describe_state(&fixture->status, NULL, NOW, &fixture->text);
    assert_string_equal(strbuf_text(&fixture->text), "");
}

static void pane_state__idle__tells_how_it_ended(void **state)
{
    struct fixture *fixture = *state;
    fixture->answer->state = MESSAGE_WHOLE;
    assert_state(fixture, ROLE_STATE_DONE, "✓ done");
    fixture->answer->state = MESSAGE_STOPPED;
    assert_state(fixture, ROLE_STATE_WAIT, "■ stopped");
    fixture->answer->state = MESSAGE_FAILED;
    assert_state(fixture, ROLE_ERROR, "✗ failed");
}

static void pane_state__queued__has_its_place(void **state)
{
    struct fixture *fixture = *state;
    fixture->status.state = TURN_QUEUED;
    fixture->status.queue_position = 3;
    fixture->status.queue_wait_ms = -1;
    assert_state(fixture, ROLE_STATE_WAIT, "◌ queued, 3rd in line");
    fixture->status.queue_position = 11;
    fixture->status.queue_wait_ms = 3100;
    assert_state(fixture, ROLE_STATE_WAIT, "◌ queued, 11th in line, about 4 s");
}

static void pane_state__fetching_a_key__is_said(void **state)
{
    struct fixture *fixture = *state;
    fixture->status.state = TURN_CONNECTING;
    fixture->status.is_waiting_for_key = true;
    assert_state(fixture, ROLE_STATE_WAIT, "◌ fetching the key");
}

static void pane_state__connecting__counts_seconds(void **state)
{
    struct fixture *fixture = *state;
    fixture->status.state = TURN_CONNECTING;
    assert_state(fixture, ROLE_STATE_WAIT, "◌ connecting");
    fixture->status.since_ms = NOW - 2999;
    assert_state(fixture, ROLE_STATE_WAIT, "◌ connecting 2 s");
}

static void pane_state__waiting__counts_seconds(void **state)
{
    struct fixture *fixture = *state;
    fixture->status.state = TURN_WAITING;
    assert_state(fixture, ROLE_STATE_WAIT, "◌ waiting");
    fixture->status.since_ms = NOW - 4000;
    assert_state(fixture, ROLE_STATE_WAIT, "◌ waiting 4 s");
    fixture->status.since_ms = NOW + 50; /* clocks are read one after the other */
    assert_state(fixture, ROLE_STATE_WAIT, "◌ waiting");
}

static void pane_state__streaming__has_a_counted_rate(void **state)
{
    struct fixture *fixture = *state;
    fixture->status.state = TURN_STREAMING;
    fixture->status.first_token_ms = NOW - 2000;
    fixture->status.last_byte_ms = NOW;
    fixture->status.delta_count = 82;
    assert_state(fixture, ROLE_STATE_ACTIVE, "● ~41 t/s");
}

static void pane_state__just_streaming__invents_no_rate(void **state)
{
    struct fixture *fixture = *state;
    fixture->status.state = TURN_STREAMING;
    fixture->status.first_token_ms = NOW - 299;
    fixture->status.last_byte_ms = NOW;
    fixture->status.delta_count = 82;
    assert_state(fixture, ROLE_STATE_ACTIVE, "● streaming");
}

static void pane_state__silent_stream__counts_the_silence(void **state)
{
    struct fixture *fixture = *state;
    fixture->status.state = TURN_STREAMING;
    fixture->status.first_token_ms = NOW - 9000;
    fixture->status.last_byte_ms = NOW - 2999;
    fixture->status.delta_count = 9;
    assert_state(fixture, ROLE_STATE_ACTIVE, "● ~1 t/s");
    fixture->status.last_byte_ms = NOW - 7500;
    assert_state(fixture, ROLE_STATE_WAIT, "◌ silent 7 s");
}

static void pane_state__retrying__counts_down(void **state)
{
    struct fixture *fixture = *state;
    fixture->status.state = TURN_RETRYING;
    fixture->status.wait_until_ms = NOW + 2001;
    fixture->status.attempt = 2;
    fixture->status.attempt_max = 5;
    assert_state(fixture, ROLE_STATE_WAIT, "↻ retrying in 3 s (2 of 5)");
    fixture->status.wait_until_ms = NOW - 10;
    assert_state(fixture, ROLE_STATE_WAIT, "↻ retrying in 0 s (2 of 5)");
}

/* --- Metrics ---------------------------------------------------------------------- */

static void pane_metrics__nothing_known__is_empty(void **state)
{
    struct fixture *fixture = *state;
    assert_metrics(fixture, 0, "");
    pane_describe_metrics(&fixture->status, NULL, 0, &fixture->text);
    assert_string_equal(strbuf_text(&fixture->text), "");
}

static void pane_metrics__growing__marks_what_is_counted(void **state)
{
    struct fixture *fixture = *state;
    fixture->answer->state = MESSAGE_GROWING;
    fixture->answer->facts.first_token_ms = 310;
    fixture->status.delta_count = 17;
    assert_metrics(fixture, 0, "TTFT 0.31 s · ~17 tok");
}

static void pane_metrics__whole__says_what_the_provider_said(void **state)
{
    struct fixture *fixture = *state;
    fixture->answer->facts.first_token_ms = 310;
    fixture->answer->facts.total_ms = 5310;
    fixture->answer->facts.usage.output = 212;
    assert_metrics(fixture, 0, "TTFT 0.31 s · 212 tok · 42 t/s · 5.3 s");
}

static void pane_metrics__cost__has_as_many_digits_as_tell_something(void **state)
{
    struct fixture *fixture = *state;
    fixture->answer->facts.cost = 0.00214;
    assert_metrics(fixture, 0, "$0.0021");
    fixture->answer->facts.cost = 1.204;
    assert_metrics(fixture, 2, "$1.20 · 2 queued");
    fixture->answer->facts.cost = 0.00001;
    assert_metrics(fixture, 0, "<$0.0001");
    fixture->answer->facts.cost = 0;
    fixture->answer->facts.total_ms = 5310;
    assert_metrics(fixture, 0, "5.3 s · $0.0000");
}

static void pane_metrics__unknown_tokens__are_a_dash(void **state)
{
    struct fixture *fixture = *state;
    fixture->answer->facts.first_token_ms = 310;
    fixture->answer->facts.total_ms = 5310;
    fixture->status.delta_count = 99;
    assert_metrics(fixture, 0, "TTFT 0.31 s · – tok · 5.3 s");
}

static void pane_metrics__all_at_once__has_no_rate(void **state)
{
    struct fixture *fixture = *state;
    fixture->answer->facts.first_token_ms = 500;
    fixture->answer->facts.total_ms = 500;
    fixture->answer->facts.usage.output = 10;
    assert_metrics(fixture, 0, "TTFT 0.50 s · 10 tok · 0.5 s");
}

static void pane_metrics__failed_before_a_token__has_the_time_only(void **state)
{
    struct fixture *fixture = *state;
    fixture->answer->state = MESSAGE_FAILED;
    fixture->answer->facts.total_ms = 2040;
    assert_metrics(fixture, 0, "2.0 s");
}

static void pane_metrics__queue__is_counted(void **state)
{
    struct fixture *fixture = *state;
    assert_metrics(fixture, 2, "2 queued");
    fixture->answer->facts.total_ms = 1000;
    assert_metrics(fixture, 1, "1.0 s · 1 queued");
}

/* --- Tools ------------------------------------------------------------------------ */

static void pane_state__tools__are_named(void **state)
{
    (void)state;
    struct strbuf out;
    strbuf_init(&out, 1000);
    struct turn_status status = {.state = TURN_APPROVAL, .since_ms = 1000};
    assert_int_equal(pane_describe_state(&status, NULL, 9000, &out), ROLE_STATE_WAIT);
    assert_string_equal(strbuf_text(&out), "⚑ approve");
    strbuf_reset(&out);
    status.state = TURN_TOOLS;
    assert_int_equal(pane_describe_state(&status, NULL, 9000, &out), ROLE_STATE_ACTIVE);
    assert_string_equal(strbuf_text(&out), "● running tools 8 s");
    strbuf_clear(&out);
}

static void assert_running(const struct call_facts *call, const char *expected)
{
    struct strbuf out;
    strbuf_init(&out, 1000);
    if (call->state == CALL_RUNNING)
        pane_describe_running(call, 4500, &out);
    else
        pane_describe_ended(call, &out);
    assert_string_equal(strbuf_text(&out), expected);
    strbuf_clear(&out);
}

static void pane_running__progress__is_told(void **state)
{
    (void)state;
    struct call_facts call = {
        .state = CALL_RUNNING, .started_ms = 1000, .progress = -1, .progress_total = -1};
    assert_running(&call, "runs 3 s");
    call.progress = 2;
    assert_running(&call, "runs 3 s · 2");
    call.progress_total = 10;
    call.progress_text = "page";
    assert_running(&call, "runs 3 s · 2 of 10 · page");
    call.started_ms = -1;
    call.progress = -1;
    call.progress_text = "";
    assert_running(&call, "runs 0 s");
}

static void pane_ended__how__is_told(void **state)
{
    (void)state;
    struct call_facts call = {
        .state = CALL_ENDED, .started_ms = 1000, .ended_ms = 1840, .is_ok = true};
    assert_running(&call, "0.8 s");
    call.is_ok = false;
    assert_running(&call, "failed after 0.8 s");
    call.started_ms = -1;
    assert_running(&call, "failed");
    call.decision = CALL_DENIED;
    assert_running(&call, "denied");
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(pane_state__no_answer_yet__is_empty),
        TEST(pane_state__idle__tells_how_it_ended),
        TEST(pane_state__queued__has_its_place),
        TEST(pane_state__fetching_a_key__is_said),
        TEST(pane_state__connecting__counts_seconds),
        TEST(pane_state__waiting__counts_seconds),
        TEST(pane_state__streaming__has_a_counted_rate),
        TEST(pane_state__just_streaming__invents_no_rate),
        TEST(pane_state__silent_stream__counts_the_silence),
        TEST(pane_state__retrying__counts_down),
        TEST(pane_metrics__nothing_known__is_empty),
        TEST(pane_metrics__growing__marks_what_is_counted),
        TEST(pane_metrics__whole__says_what_the_provider_said),
        TEST(pane_metrics__cost__has_as_many_digits_as_tell_something),
        TEST(pane_metrics__unknown_tokens__are_a_dash),
        TEST(pane_metrics__all_at_once__has_no_rate),
        TEST(pane_metrics__failed_before_a_token__has_the_time_only),
        TEST(pane_metrics__queue__is_counted),
        TEST(pane_state__tools__are_named),
        TEST(pane_running__progress__is_told),
        TEST(pane_ended__how__is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

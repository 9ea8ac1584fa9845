/* Phases of a turn, made from events with times of the test's own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "src/base/mem.h"
#include "src/engine/race.h"

struct fixture {
    struct race race;
    struct chat chat;
};

static int set_up(void **state)
{
    struct fixture *fixture = mem_alloc(sizeof(*fixture));
    chat_init(&fixture->chat);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    race_clear(&fixture->race);
    chat_clear(&fixture->chat);
    mem_free(fixture);
    return 0;
}

static void hear(struct fixture *fixture, enum event_kind kind, int64_t now_ms)
{
    const struct message *tip = chat_tip(&fixture->chat);
    race_hear(&fixture->race,
              &(struct engine_event){
                  .kind = kind, .chat = 1, .message_id = tip != NULL ? tip->id : 0},
              &fixture->chat, now_ms);
}

static void enter(struct fixture *fixture, enum turn_state state, int64_t now_ms)
{
    race_hear(&fixture->race,
              &(struct engine_event){.kind = EVENT_TURN_STATE, .chat = 1, .state = state},
              NULL, now_ms);
}

static const struct race_track *track(const struct fixture *fixture)
{
    return race_find(&fixture->race, 1);
}

static void assert_spans(const struct race_track *track, const struct race_span *spans,
                         size_t count)
{
    assert_int_equal(track->span_count, count);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(track->spans[i].phase, spans[i].phase);
        assert_int_equal(track->spans[i].at_ms, spans[i].at_ms);
    }
}

/* A turn with all that can happen. */
static void run_whole(struct fixture *fixture)
{
    chat_add(&fixture->chat, MESSAGE_USER);
    struct message *answer = chat_add(&fixture->chat, MESSAGE_ASSISTANT);
    hear(fixture, EVENT_TURN_STARTED, 1000);
    enter(fixture, TURN_QUEUED, 1000);
    enter(fixture, TURN_CONNECTING, 1200);
    enter(fixture, TURN_WAITING, 1300);
    enter(fixture, TURN_STREAMING, 1700);
    hear(fixture, EVENT_REASONING, 1700);
    hear(fixture, EVENT_REASONING, 1900);
    hear(fixture, EVENT_TEXT, 2000);
    hear(fixture, EVENT_TEXT, 2500);
    answer->state = MESSAGE_WHOLE;
    answer->facts.usage.output = 80;
    answer->facts.first_token_ms = 500;
    answer->facts.total_ms = 1300;
    answer->facts.cost = 0.25;
    hear(fixture, EVENT_DONE, 2600);
}

static void race_hear__makes_phases__of_a_turn(void **state)
{
    struct fixture *fixture = *state;
    run_whole(fixture);
    static const struct race_span spans[] = {{RACE_QUEUED, 0},
                                             {RACE_CONNECT, 200},
                                             {RACE_WAITING, 300},
                                             {RACE_REASONING, 700},
                                             {RACE_TEXT, 1000}};
    assert_spans(track(fixture), spans, 5);
    assert_int_equal(track(fixture)->end, RACE_DONE);
    assert_int_equal(race_track_length(track(fixture), 99999), 1600);
    assert_int_equal(track(fixture)->first_token_ms, 700);
    assert_int_equal(track(fixture)->tokens, 80);
    assert_true(track(fixture)->rate > 99.9 && track(fixture)->rate < 100.1);
    assert_true(track(fixture)->cost > 0.24 && track(fixture)->cost < 0.26);
}

static void race_track_describe__says__all_of_it(void **state)
{
    struct fixture *fixture = *state;
    struct strbuf out;
    strbuf_init(&out, 1000);
    run_whole(fixture);
    race_track_describe(track(fixture), 5000, &out);
    assert_string_equal(strbuf_text(&out),
                        "queued 0.20 s, connect 0.10 s, first byte 0.40 s, reasoning "
                        "0.30 s, text 0.60 s; done after 1.60 s, first token after 0.70 "
                        "s, 100 tokens a second");
    strbuf_clear(&out);
}

static void race_track_phase__is__what_takes_most_of_a_stretch(void **state)
{
    struct fixture *fixture = *state;
    run_whole(fixture);
    const struct race_track *whole = track(fixture);
    assert_int_equal(race_track_phase(whole, 0, 100), RACE_QUEUED);
    assert_int_equal(race_track_phase(whole, 150, 400), RACE_CONNECT);
    assert_int_equal(race_track_phase(whole, 200, 500), RACE_WAITING);
    assert_int_equal(race_track_phase(whole, 0, 1600), RACE_TEXT);
    assert_int_equal(race_track_phase(whole, 1600, 1600), RACE_TEXT);
    assert_int_equal(race_track_phase(whole, 0, 0), RACE_QUEUED);
}

static void race_hear_wire__tells_tls__from_the_connection(void **state)
{
    struct fixture *fixture = *state;
    const struct http_result result = {.connect_us = 30000, .tls_us = 90000};
    hear(fixture, EVENT_TURN_STARTED, 1000);
    enter(fixture, TURN_CONNECTING, 1000);
    race_hear_wire(
        &fixture->race,
        &(struct wire_event){.kind = WIRE_REQUEST, .chat = 1, .at_us = 1010000});
    race_hear_wire(&fixture->race, &(struct wire_event){.kind = WIRE_CONNECTED,
                                                        .chat = 1,
                                                        .at_us = 1100000,
                                                        .result = &result});
    enter(fixture, TURN_WAITING, 1100);
    static const struct race_span spans[] = {
        {RACE_CONNECT, 0}, {RACE_TLS, 40}, {RACE_WAITING, 100}};
    assert_spans(track(fixture), spans, 3);
}

static void race_hear__counts__tools_and_another_try(void **state)
{
    struct fixture *fixture = *state;
    hear(fixture, EVENT_TURN_STARTED, 0);
    enter(fixture, TURN_CONNECTING, 0);
    enter(fixture, TURN_RETRYING, 10);
    enter(fixture, TURN_CONNECTING, 20);
    hear(fixture, EVENT_CALL_DELTA, 30);
    enter(fixture, TURN_APPROVAL, 40);
    enter(fixture, TURN_TOOLS, 50);
    enter(fixture, TURN_WAITING, 60);
    static const struct race_span spans[] = {
        {RACE_CONNECT, 0},   {RACE_RETRY, 10}, {RACE_CONNECT, 20}, {RACE_TEXT, 30},
        {RACE_APPROVAL, 40}, {RACE_TOOLS, 50}, {RACE_WAITING, 60}};
    assert_spans(track(fixture), spans, 7);
    assert_int_equal(race_track_length(track(fixture), 75), 75);
}

static void race_hear__sums_up__the_answers_of_a_turn(void **state)
{
    struct fixture *fixture = *state;
    chat_add(&fixture->chat, MESSAGE_USER);
    for (int i = 0; i < 2; i++) {
        if (i > 0)
            chat_add(&fixture->chat, MESSAGE_TOOL);
        struct message *answer = chat_add(&fixture->chat, MESSAGE_ASSISTANT);
        answer->state = MESSAGE_WHOLE;
        answer->facts.usage.output = 10;
        answer->facts.first_token_ms = 0;
        answer->facts.total_ms = 100;
        answer->facts.cost = i == 0 ? -1 : 1;
    }
    hear(fixture, EVENT_TURN_STARTED, 0);
    hear(fixture, EVENT_DONE, 300);
    assert_int_equal(track(fixture)->tokens, 20);
    assert_true(track(fixture)->rate > 99.9 && track(fixture)->rate < 100.1);
    assert_true(track(fixture)->cost < 0); /* of one of them it is not known */
}

static void race_hear__keeps_the_last__of_many_changes(void **state)
{
    struct fixture *fixture = *state;
    hear(fixture, EVENT_TURN_STARTED, 0);
    for (int i = 0; i < 2 * RACE_SPAN_MAX; i++)
        hear(fixture, i % 2 == 0 ? EVENT_TEXT : EVENT_REASONING, i);
    assert_int_equal(track(fixture)->span_count, RACE_SPAN_MAX);
    assert_int_equal(race_track_length(track(fixture), 5000), 5000);
}

static void race_hear__begins_anew__with_the_next_turn(void **state)
{
    struct fixture *fixture = *state;
    run_whole(fixture);
    hear(fixture, EVENT_TURN_STARTED, 9000);
    enter(fixture, TURN_CONNECTING, 9000);
    assert_int_equal(track(fixture)->span_count, 1);
    assert_int_equal(track(fixture)->end, RACE_RUNNING);
    assert_int_equal(track(fixture)->tokens, -1);
    hear(fixture, EVENT_CHAT_CLOSED, 9100);
    assert_null(track(fixture));
}

static void race_phase_sign__differs__for_each_phase(void **state)
{
    (void)state;
    for (enum race_phase i = 0; i < RACE_PHASE_COUNT; i++) {
        assert_in_range(race_phase_sign(i), '!', '~');
        for (enum race_phase j = 0; j < i; j++)
            assert_int_not_equal(race_phase_sign(i), race_phase_sign(j));
    }
}

#define RACE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        RACE(race_hear__makes_phases__of_a_turn),
        RACE(race_track_describe__says__all_of_it),
        RACE(race_track_phase__is__what_takes_most_of_a_stretch),
        RACE(race_hear_wire__tells_tls__from_the_connection),
        RACE(race_hear__counts__tools_and_another_try),
        RACE(race_hear__sums_up__the_answers_of_a_turn),
        RACE(race_hear__keeps_the_last__of_many_changes),
        RACE(race_hear__begins_anew__with_the_next_turn),
        RACE(race_phase_sign__differs__for_each_phase),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The line in front of the requests in flight. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "src/base/compiler.h"
#include "src/base/rng.h"
#include "src/engine/gate.h"

#define VISITORS 5

struct visitor {
    struct gate_member member;
    struct visit *visit;
    char letter;
    bool leaves_at_once;
};

/* Visitors a, b, c, … of one gate, and who was let in from the line, in order. */
struct visit {
    struct ev_loop *loop;
    struct endpoint endpoint;
    struct gate gate;
    struct visitor visitors[VISITORS];
    char entered[64];
};

static void on_enter(void *user)
{
    struct visitor *visitor = user;
    struct visit *visit = visitor->visit;
    const size_t len = strlen(visit->entered);
    assert_true(len + 1 < sizeof(visit->entered));
    visit->entered[len] = visitor->letter;
    if (visitor->leaves_at_once)
        gate_leave(&visit->gate, &visitor->member, -1);
}

static void visit_init(struct visit *visit, size_t limit)
{
    *visit = (struct visit){.entered = ""};
    visit->loop = ev_loop_new(EVFLAG_AUTO);
    endpoint_init(&visit->endpoint, "x", "openai-chat", "http://127.0.0.1:1");
    gate_init(&visit->gate, visit->loop, limit);
    for (size_t i = 0; i < VISITORS; i++) {
        struct visitor *visitor = &visit->visitors[i];
        visitor->visit = visit;
        visitor->letter = (char)('a' + i);
        visitor->member = (struct gate_member){.on_enter = on_enter, .user = visitor};
    }
}

static bool enter(struct visit *visit, size_t index)
{
    return gate_enter(&visit->gate, &visit->visitors[index].member, &visit->endpoint,
                      "m");
}

static void leave(struct visit *visit, size_t index)
{
    gate_leave(&visit->gate, &visit->visitors[index].member, -1);
}

static size_t position(const struct visit *visit, size_t index)
{
    return gate_find_place(&visit->gate, &visit->visitors[index].member).position;
}

/* Everybody goes, and the gate with them. */
static void visit_clear(struct visit *visit)
{
    visit->gate.limit = 0;
    for (size_t i = 0; i < VISITORS; i++)
        leave(visit, i);
    gate_clear(&visit->gate);
    endpoint_clear(&visit->endpoint);
    ev_loop_destroy(visit->loop);
}

static void gate_enter__lets_in__up_to_the_limit(void **state)
{
    (void)state;
    struct visit visit;
    visit_init(&visit, 2);
    assert_true(enter(&visit, 0));
    assert_true(enter(&visit, 1));
    assert_false(enter(&visit, 2));
    assert_string_equal(visit.entered, "");
    assert_int_equal(visit.gate.inside, 2);
    visit_clear(&visit);
}

static void gate_position__counts_from_one__in_the_line(void **state)
{
    (void)state;
    struct visit visit;
    visit_init(&visit, 1);
    for (size_t i = 0; i < VISITORS; i++)
        enter(&visit, i);
    for (size_t i = 0; i < VISITORS; i++)
        assert_int_equal(position(&visit, i), i);
    leave(&visit, 0);
    assert_int_equal(position(&visit, 0), 0);
    assert_int_equal(position(&visit, 1), 0);
    assert_int_equal(position(&visit, 2), 1);
    visit_clear(&visit);
}

static void gate_leave__lets_in__first_come_first_served(void **state)
{
    (void)state;
    struct visit visit;
    visit_init(&visit, 1);
    for (size_t i = 0; i < VISITORS; i++)
        enter(&visit, i);
    for (size_t i = 0; i < VISITORS; i++)
        leave(&visit, i);
    assert_string_equal(visit.entered, "bcde");
    assert_int_equal(visit.gate.inside, 0);
    visit_clear(&visit);
}

static void gate_leave__takes_out__of_the_line(void **state)
{
    (void)state;
    const size_t leavers[] = {1, 2, 4}; /* the first, one between, the last */
    for (size_t i = 0; i < COUNT_OF(leavers); i++) {
        struct visit visit;
        visit_init(&visit, 1);
        for (size_t j = 0; j < VISITORS; j++)
            enter(&visit, j);
        leave(&visit, leavers[i]);
        assert_int_equal(position(&visit, leavers[i]), 0);
        assert_string_equal(visit.entered, "");
        for (size_t j = 0; j < VISITORS; j++)
            leave(&visit, j);
        assert_int_equal(strlen(visit.entered), VISITORS - 2);
        assert_null(strchr(visit.entered, visit.visitors[leavers[i]].letter));
        visit_clear(&visit);
    }
}

static void gate_enter__keeps_the_line__after_its_last_has_left(void **state)
{
    (void)state;
    struct visit visit;
    visit_init(&visit, 1);
    enter(&visit, 0);
    enter(&visit, 1);
    leave(&visit, 1);
    enter(&visit, 2);
    leave(&visit, 0);
    assert_string_equal(visit.entered, "c");
    visit_clear(&visit);
}

static void gate_leave__is_harmless__for_who_is_outside(void **state)
{
    (void)state;
    struct visit visit;
    visit_init(&visit, 1);
    enter(&visit, 0);
    leave(&visit, 3);
    leave(&visit, 0);
    leave(&visit, 0);
    assert_int_equal(visit.gate.inside, 0);
    assert_true(enter(&visit, 1));
    visit_clear(&visit);
}

static void gate_leave__serves_all__who_leave_as_they_enter(void **state)
{
    (void)state;
    struct visit visit;
    visit_init(&visit, 1);
    for (size_t i = 0; i < VISITORS; i++) {
        enter(&visit, i);
        visit.visitors[i].leaves_at_once = true;
    }
    leave(&visit, 0);
    assert_string_equal(visit.entered, "bcde");
    assert_int_equal(visit.gate.inside, 0);
    visit_clear(&visit);
}

static void gate_leave__lets_nobody_in__once_the_limit_is_zero(void **state)
{
    (void)state;
    struct visit visit;
    visit_init(&visit, 1);
    enter(&visit, 0);
    enter(&visit, 1);
    visit.gate.limit = 0;
    leave(&visit, 0);
    assert_string_equal(visit.entered, "");
    visit_clear(&visit);
}

static void gate_enter__keeps_a_place__for_who_comes_again(void **state)
{
    (void)state;
    struct visit visit;
    visit_init(&visit, 1);
    enter(&visit, 0);
    enter(&visit, 1);
    enter(&visit, 2);
    leave(&visit, 0);
    /* Its number is the lowest: it is the next, though it comes last. */
    assert_false(enter(&visit, 0));
    assert_int_equal(position(&visit, 0), 1);
    assert_int_equal(position(&visit, 2), 2);
    leave(&visit, 1);
    assert_string_equal(visit.entered, "ba");
    visit_clear(&visit);
}

static void gate_enter__lets_few_in__to_a_local_server(void **state)
{
    (void)state;
    struct visit visit;
    visit_init(&visit, 64);
    visit.endpoint.is_local = true;
    for (size_t i = 0; i < 4; i++)
        assert_true(enter(&visit, i));
    assert_false(enter(&visit, 4));
    const struct gate_place place =
        gate_find_place(&visit.gate, &visit.visitors[4].member);
    assert_int_equal(place.reason, QUEUE_CONCURRENCY);
    assert_int_equal(place.position, 1);
    assert_int_equal(place.wait_ms, -1);
    visit_clear(&visit);
}

static void gate_enter__waits_for_time__with_one_timer(void **state)
{
    (void)state;
    struct visit visit;
    visit_init(&visit, 64);
    visit.endpoint.request_rate = (struct rate){1, 40};
    assert_true(enter(&visit, 0));
    assert_false(ev_is_active(&visit.gate.timer));
    for (size_t i = 1; i < 4; i++)
        assert_false(enter(&visit, i));
    const struct gate_place place =
        gate_find_place(&visit.gate, &visit.visitors[3].member);
    assert_int_equal(place.reason, QUEUE_REQUESTS);
    assert_int_equal(place.position, 3);
    assert_in_range(place.wait_ms, 81, 120);
    /* Three waits of a fortieth of a second each, and then nothing is left to do. */
    ev_run(visit.loop, 0);
    assert_string_equal(visit.entered, "bcd");
    visit_clear(&visit);
}

static void gate__never_exceeds_its_limit__in_a_random_crowd(void **state)
{
    (void)state;
    struct rng rng;
    rng_init(&rng, 7);
    struct visit visit;
    visit_init(&visit, 2);
    for (int step = 0; step < 5000; step++) {
        const size_t index = rng_below(&rng, VISITORS);
        const struct gate_member *member = &visit.visitors[index].member;
        if (member->is_inside || member->is_waiting)
            leave(&visit, index);
        else
            enter(&visit, index);
        size_t inside = 0;
        size_t waiting = 0;
        for (size_t i = 0; i < VISITORS; i++) {
            inside += visit.visitors[i].member.is_inside;
            waiting += visit.visitors[i].member.is_waiting;
            assert_int_equal(visit.visitors[i].member.is_waiting,
                             position(&visit, i) > 0);
        }
        assert_int_equal(inside, visit.gate.inside);
        assert_true(inside <= 2);
        assert_true(waiting == 0 || inside == 2);
        memset(visit.entered, 0, sizeof(visit.entered));
    }
    visit_clear(&visit);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gate_enter__lets_in__up_to_the_limit),
        cmocka_unit_test(gate_position__counts_from_one__in_the_line),
        cmocka_unit_test(gate_leave__lets_in__first_come_first_served),
        cmocka_unit_test(gate_leave__takes_out__of_the_line),
        cmocka_unit_test(gate_enter__keeps_the_line__after_its_last_has_left),
        cmocka_unit_test(gate_leave__is_harmless__for_who_is_outside),
        cmocka_unit_test(gate_leave__serves_all__who_leave_as_they_enter),
        cmocka_unit_test(gate_leave__lets_nobody_in__once_the_limit_is_zero),
        cmocka_unit_test(gate_enter__keeps_a_place__for_who_comes_again),
        cmocka_unit_test(gate_enter__lets_few_in__to_a_local_server),
        cmocka_unit_test(gate_enter__waits_for_time__with_one_timer),
        cmocka_unit_test(gate__never_exceeds_its_limit__in_a_random_crowd),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The four clocks of a turn: each alone, all together, and the defaults. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "src/base/compiler.h"
#include "src/engine/turn_clock.h"

/* Each clock a power of ten of its own, so that a sum says who is in it. */
static const struct turn_limits all_limits = {
    .connect_ms = 10, .first_token_ms = 100, .idle_ms = 1000, .total_ms = 10000};

static void assert_deadline(const struct turn_clock *clock,
                            const struct turn_limits *limits, int64_t deadline,
                            enum error_class expected)
{
    enum error_class class = ERROR_INTERNAL;
    assert_int_equal(turn_clock_deadline(clock, limits, &class), deadline);
    assert_int_equal(class, expected);
}

static void turn_clock_deadline__is_none__before_the_turn_begins(void **state)
{
    (void)state;
    struct turn_clock clock;
    turn_clock_init(&clock);
    assert_deadline(&clock, &all_limits, -1, ERROR_NONE);
}

static void turn_clock_deadline__is_none__without_limits(void **state)
{
    (void)state;
    const struct turn_limits none = {0};
    const struct turn_clock clocks[] = {
        {5, 5, -1, -1, -1}, {5, 5, 6, -1, 6}, {5, 5, 6, 7, 8}};
    for (size_t i = 0; i < COUNT_OF(clocks); i++)
        assert_deadline(&clocks[i], &none, -1, ERROR_NONE);
}

static void turn_clock_deadline__is_connect__until_connected(void **state)
{
    (void)state;
    const struct turn_limits limits = {.connect_ms = 10};
    struct turn_clock clock = {3, 5, -1, -1, -1};
    assert_deadline(&clock, &limits, 15, ERROR_TIMEOUT_CONNECT);
    clock.connected_ms = 9;
    clock.last_byte_ms = 9;
    assert_deadline(&clock, &limits, -1, ERROR_NONE);
}

static void turn_clock_deadline__is_first_token__from_connection_to_token(void **state)
{
    (void)state;
    const struct turn_limits limits = {.first_token_ms = 100};
    struct turn_clock clock = {3, 5, -1, -1, -1};
    assert_deadline(&clock, &limits, -1, ERROR_NONE);
    clock.connected_ms = 9;
    clock.last_byte_ms = 9;
    assert_deadline(&clock, &limits, 109, ERROR_TIMEOUT_FIRST_BYTE);
    /* Comments and headers are bytes but no token. */
    clock.last_byte_ms = 50;
    assert_deadline(&clock, &limits, 109, ERROR_TIMEOUT_FIRST_BYTE);
    clock.first_token_ms = 60;
    assert_deadline(&clock, &limits, -1, ERROR_NONE);
}

static void turn_clock_deadline__is_idle__after_the_last_byte(void **state)
{
    (void)state;
    const struct turn_limits limits = {.idle_ms = 1000};
    struct turn_clock clock = {3, 5, 9, -1, 9};
    assert_deadline(&clock, &limits, -1, ERROR_NONE);
    clock.first_token_ms = 20;
    clock.last_byte_ms = 20;
    assert_deadline(&clock, &limits, 1020, ERROR_TIMEOUT_IDLE);
    clock.last_byte_ms = 500;
    assert_deadline(&clock, &limits, 1500, ERROR_TIMEOUT_IDLE);
}

static void turn_clock_deadline__is_total__in_every_state(void **state)
{
    (void)state;
    const struct turn_limits limits = {.total_ms = 10000};
    const struct turn_clock clocks[] = {
        {3, -1, -1, -1, -1}, {3, 5, -1, -1, -1}, {3, 5, 6, -1, 6}, {3, 5, 6, 7, 9000}};
    for (size_t i = 0; i < COUNT_OF(clocks); i++)
        assert_deadline(&clocks[i], &limits, 10003, ERROR_TIMEOUT_TOTAL);
}

static void turn_clock_deadline__is_the_earliest__of_all(void **state)
{
    (void)state;
    struct turn_clock clock = {3, 5, -1, -1, -1};
    assert_deadline(&clock, &all_limits, 15, ERROR_TIMEOUT_CONNECT);
    clock.connected_ms = clock.last_byte_ms = 9;
    assert_deadline(&clock, &all_limits, 109, ERROR_TIMEOUT_FIRST_BYTE);
    clock.first_token_ms = clock.last_byte_ms = 60;
    assert_deadline(&clock, &all_limits, 1060, ERROR_TIMEOUT_IDLE);
    clock.last_byte_ms = 9500;
    assert_deadline(&clock, &all_limits, 10003, ERROR_TIMEOUT_TOTAL);
}

/* At the same moment the clock that cannot be helped by another try is named. */
static void turn_clock_deadline__names_total__on_a_tie(void **state)
{
    (void)state;
    const struct turn_limits limits = {.idle_ms = 500, .total_ms = 1000};
    const struct turn_clock clock = {0, 0, 1, 2, 500};
    assert_deadline(&clock, &limits, 1000, ERROR_TIMEOUT_TOTAL);
}

static void turn_clock_end_try__stops_all__but_total(void **state)
{
    (void)state;
    struct turn_clock clock = {3, 5, 6, 7, 8};
    turn_clock_end_try(&clock);
    assert_deadline(&clock, &all_limits, 10003, ERROR_TIMEOUT_TOTAL);
    const struct turn_limits no_total = {
        .connect_ms = 1, .first_token_ms = 1, .idle_ms = 1};
    assert_deadline(&clock, &no_total, -1, ERROR_NONE);
}

static void turn_clock_end_try__lets_connect_run_anew__with_the_next_try(void **state)
{
    (void)state;
    struct turn_clock clock = {3, 5, 6, 7, 8};
    turn_clock_end_try(&clock);
    clock.try_ms = 70;
    assert_deadline(&clock, &all_limits, 80, ERROR_TIMEOUT_CONNECT);
}

/* An endpoint without clocks of its own. */
static const int64_t no_own[] = {SETTING_AUTO, SETTING_AUTO, SETTING_AUTO, SETTING_AUTO};

static void turn_limits__are_the_endpoint_s__where_it_has_some(void **state)
{
    (void)state;
    static const int64_t own[] = {SETTING_AUTO, 7000, SETTING_AUTO, 9000};
    struct settings settings;
    settings_init(&settings);
    settings.values[SETTING_FIRST_TOKEN_TIMEOUT] = 1;
    const struct turn_limits limits = turn_limits_from_settings(&settings, own, false);
    assert_int_equal(limits.connect_ms, 10000);
    assert_int_equal(limits.first_token_ms, 7000);
    assert_int_equal(limits.total_ms, 9000);
}

static void turn_limits__have_defaults__for_remote_and_loopback(void **state)
{
    (void)state;
    struct settings settings;
    settings_init(&settings);
    const struct turn_limits remote = turn_limits_from_settings(&settings, no_own, false);
    assert_int_equal(remote.connect_ms, 10000);
    assert_int_equal(remote.first_token_ms, 120000);
    assert_int_equal(remote.idle_ms, 90000);
    assert_int_equal(remote.total_ms, 0);
    const struct turn_limits local = turn_limits_from_settings(&settings, no_own, true);
    assert_int_equal(local.connect_ms, 2000);
    assert_int_equal(local.first_token_ms, 600000);
    assert_int_equal(local.idle_ms, 300000);
    assert_int_equal(local.total_ms, 0);
}

static void turn_limits__are_the_settings__where_given(void **state)
{
    (void)state;
    struct settings settings;
    settings_init(&settings);
    settings.values[SETTING_CONNECT_TIMEOUT] = 1;
    settings.values[SETTING_FIRST_TOKEN_TIMEOUT] = 0; /* never */
    settings.values[SETTING_IDLE_TIMEOUT] = 3;
    settings.values[SETTING_TOTAL_TIMEOUT] = 4;
    for (int is_loopback = 0; is_loopback < 2; is_loopback++) {
        const struct turn_limits limits =
            turn_limits_from_settings(&settings, no_own, is_loopback != 0);
        assert_int_equal(limits.connect_ms, 1);
        assert_int_equal(limits.first_token_ms, 0);
        assert_int_equal(limits.idle_ms, 3);
        assert_int_equal(limits.total_ms, 4);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(turn_clock_deadline__is_none__before_the_turn_begins),
        cmocka_unit_test(turn_clock_deadline__is_none__without_limits),
        cmocka_unit_test(turn_clock_deadline__is_connect__until_connected),
        cmocka_unit_test(turn_clock_deadline__is_first_token__from_connection_to_token),
        cmocka_unit_test(turn_clock_deadline__is_idle__after_the_last_byte),
        cmocka_unit_test(turn_clock_deadline__is_total__in_every_state),
        cmocka_unit_test(turn_clock_deadline__is_the_earliest__of_all),
        cmocka_unit_test(turn_clock_deadline__names_total__on_a_tie),
        cmocka_unit_test(turn_clock_end_try__stops_all__but_total),
        cmocka_unit_test(turn_clock_end_try__lets_connect_run_anew__with_the_next_try),
        cmocka_unit_test(turn_limits__are_the_endpoint_s__where_it_has_some),
        cmocka_unit_test(turn_limits__have_defaults__for_remote_and_loopback),
        cmocka_unit_test(turn_limits__are_the_settings__where_given),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

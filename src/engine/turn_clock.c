/* Each clock has a start and a limit; the earliest end wins. */
#include "src/engine/turn_clock.h"

#include <stddef.h>

#include "src/base/compiler.h"

void turn_clock_init(struct turn_clock *clock)
{
    clock->begin_ms = -1;
    turn_clock_end_try(clock);
}

void turn_clock_end_try(struct turn_clock *clock)
{
    clock->try_ms = -1;
    clock->connected_ms = -1;
    clock->first_token_ms = -1;
    clock->last_byte_ms = -1;
}

void turn_clock_shift(struct turn_clock *clock, int64_t by_ms)
{
    int64_t *const times[] = {&clock->begin_ms, &clock->try_ms, &clock->connected_ms,
                              &clock->first_token_ms, &clock->last_byte_ms};
    for (size_t i = 0; i < COUNT_OF(times); i++) {
        if (*times[i] >= 0)
            *times[i] += by_ms;
    }
}

static int64_t turn_limit(const struct settings *settings, enum setting_id id,
                          int64_t automatic_ms)
{
    const int64_t value = settings->values[id];
    return value == SETTING_AUTO ? automatic_ms : value;
}

struct turn_limits turn_limits_from_settings(const struct settings *settings,
                                             bool is_loopback)
{
    return (struct turn_limits){
        .connect_ms =
            turn_limit(settings, SETTING_CONNECT_TIMEOUT, is_loopback ? 2000 : 10000),
        .first_token_ms = turn_limit(settings, SETTING_FIRST_TOKEN_TIMEOUT,
                                     is_loopback ? 600000 : 120000),
        .idle_ms =
            turn_limit(settings, SETTING_IDLE_TIMEOUT, is_loopback ? 300000 : 90000),
        .total_ms = turn_limit(settings, SETTING_TOTAL_TIMEOUT, 0),
    };
}

/* Lowers the deadline to `start` + `limit` if that clock runs and ends earlier. */
static void turn_clock_consider(int64_t *deadline, enum error_class *class, int64_t end,
                                enum error_class end_class)
{
    if (*deadline >= 0 && *deadline <= end)
        return;
    *deadline = end;
    *class = end_class;
}

int64_t turn_clock_deadline(const struct turn_clock *clock,
                            const struct turn_limits *limits, enum error_class *class)
{
    int64_t deadline = -1;
    *class = ERROR_NONE;
    if (clock->begin_ms >= 0 && limits->total_ms > 0)
        turn_clock_consider(&deadline, class, clock->begin_ms + limits->total_ms,
                            ERROR_TIMEOUT_TOTAL);
    if (clock->try_ms >= 0 && clock->connected_ms < 0 && limits->connect_ms > 0)
        turn_clock_consider(&deadline, class, clock->try_ms + limits->connect_ms,
                            ERROR_TIMEOUT_CONNECT);
    if (clock->connected_ms >= 0 && clock->first_token_ms < 0 &&
        limits->first_token_ms > 0)
        turn_clock_consider(&deadline, class,
                            clock->connected_ms + limits->first_token_ms,
                            ERROR_TIMEOUT_FIRST_BYTE);
    if (clock->first_token_ms >= 0 && limits->idle_ms > 0)
        turn_clock_consider(&deadline, class, clock->last_byte_ms + limits->idle_ms,
                            ERROR_TIMEOUT_IDLE);
    return deadline;
}

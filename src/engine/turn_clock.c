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

struct turn_limits turn_limits_from_settings(const struct settings *settings,
                                             const int64_t *own_ms, bool is_loopback)
{
    static const enum setting_id ids[] = {SETTING_CONNECT_TIMEOUT,
                                          SETTING_FIRST_TOKEN_TIMEOUT,
                                          SETTING_IDLE_TIMEOUT, SETTING_TOTAL_TIMEOUT};
    static const int64_t remote_ms[] = {10000, 120000, 90000, 0};
    static const int64_t loopback_ms[] = {2000, 600000, 300000, 0};
    int64_t limits[COUNT_OF(ids)];
    for (size_t i = 0; i < COUNT_OF(ids); i++) {
        limits[i] = own_ms[i] != SETTING_AUTO ? own_ms[i] : settings->values[ids[i]];
        if (limits[i] == SETTING_AUTO)
            limits[i] = is_loopback ? loopback_ms[i] : remote_ms[i];
    }
    return (struct turn_limits){limits[0], limits[1], limits[2], limits[3]};
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

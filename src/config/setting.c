/* The table of settings, and reading a value against its record. */
#include "src/config/setting.h"

#include "src/base/number.h"

#define SETTING_MAX_MS ((int64_t)1000000000)

static const struct setting_info setting_table[SETTING_COUNT] = {
    [SETTING_CONNECT_TIMEOUT] =
        {"connect-timeout", SETTING_DURATION, 0, SETTING_MAX_MS, SETTING_AUTO, "SECONDS",
         "give up when there is no connection by then (10; loopback 2; 0 = never)"},
    [SETTING_FIRST_TOKEN_TIMEOUT] =
        {"first-token-timeout", SETTING_DURATION, 0, SETTING_MAX_MS, SETTING_AUTO,
         "SECONDS",
         "give up when no first token has come by then (120; loopback 600; 0 = never)"},
    [SETTING_IDLE_TIMEOUT] =
        {"idle-timeout", SETTING_DURATION, 0, SETTING_MAX_MS, SETTING_AUTO, "SECONDS",
         "give up when a stream is silent this long (90; loopback 300; 0 = never)"},
    [SETTING_TOTAL_TIMEOUT] =
        {"total-timeout", SETTING_DURATION, 0, SETTING_MAX_MS, 0, "SECONDS",
         "give up when an answer takes longer than this in all (0 = never)"},
    [SETTING_RETRIES] =
        {"retries", SETTING_NUMBER, 0, 100, SETTING_AUTO, "N",
         "tries after the first, for errors worth it (4, 2 or 1 by the error)"},
    [SETTING_JOBS] = {"jobs", SETTING_NUMBER, 1, 10000, 64, "N",
                      "most requests in flight at once (64)"},
};

const struct setting_info *setting_info_get(enum setting_id id)
{
    return &setting_table[id];
}

void settings_init(struct settings *settings)
{
    for (int id = 0; id < SETTING_COUNT; id++)
        settings->values[id] = setting_table[id].default_value;
}

bool settings_read(struct settings *settings, enum setting_id id, const char *text,
                   struct error *err)
{
    const struct setting_info *info = &setting_table[id];
    int64_t value = 0;
    const bool is_duration = info->type == SETTING_DURATION;
    const bool ok = is_duration ? number_parse_seconds_ms(text, &value)
                                : number_parse_int(text, &value);
    if (ok && value >= info->min && value <= info->max) {
        settings->values[id] = value;
        return true;
    }
    const int64_t scale = is_duration ? 1000 : 1;
    error_set(err, ERROR_USAGE, "--%s takes a %s from %lld to %lld, not \"%s\"",
              info->name, is_duration ? "number of seconds" : "whole number",
              (long long)(info->min / scale), (long long)(info->max / scale), text);
    return false;
}

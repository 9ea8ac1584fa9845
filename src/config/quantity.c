/* Two tables of units, read from the front. */
#include "src/config/quantity.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/number.h"
#include "src/base/strbuf.h"

#define QUANTITY_MAX_MS (1e12)

struct unit {
    const char *name;
    int64_t ms;
};

/* The greater ones first; of one size the one that is printed first. */
static const struct unit duration_units[] = {
    {"h", 3600000}, {"m", 60000}, {"min", 60000}, {"s", 1000}, {"ms", 1},
};

static const struct unit rate_units[] = {
    {"s", 1000},       {"sec", 1000},     {"second", 1000}, {"min", 60000},
    {"m", 60000},      {"minute", 60000}, {"h", 3600000},   {"hour", 3600000},
    {"day", 86400000}, {"d", 86400000},
};

static const struct unit *unit_find(const struct unit *units, size_t count,
                                    const char *name, size_t len)
{
    for (size_t i = 0; i < count; i++) {
        if (strlen(units[i].name) == len && memcmp(units[i].name, name, len) == 0)
            return &units[i];
    }
    return NULL;
}

/* Reads one part, such as "1.5h", and moves on. The unit is smaller than `*below`. */
static bool duration_take_part(const char **at, int64_t *below, double *sum_ms)
{
    char digits[24];
    const size_t len = strspn(*at, "0123456789.");
    const char *name = *at + len;
    const size_t name_len = strspn(name, "hmins");
    const struct unit *unit =
        unit_find(duration_units, COUNT_OF(duration_units), name, name_len);
    double number;
    if (len == 0 || len >= sizeof(digits) || unit == NULL || unit->ms >= *below)
        return false;
    memcpy(digits, *at, len);
    digits[len] = '\0';
    if (!number_parse_double(digits, &number))
        return false;
    *sum_ms += number * (double)unit->ms;
    *below = unit->ms;
    *at = name + name_len;
    return *sum_ms <= QUANTITY_MAX_MS;
}

bool quantity_parse_duration(const char *text, int64_t *value_ms)
{
    if (number_parse_seconds_ms(text, value_ms))
        return true;
    double sum_ms = 0;
    int64_t below = INT64_MAX;
    do {
        if (!duration_take_part(&text, &below, &sum_ms))
            return false;
    } while (*text != '\0');
    *value_ms = (int64_t)(sum_ms + 0.5);
    return true;
}

bool quantity_parse_rate(const char *text, struct rate *rate)
{
    char digits[20];
    const size_t len = strspn(text, "0123456789");
    if (len == 0 || len >= sizeof(digits) || text[len] != '/')
        return false;
    memcpy(digits, text, len);
    digits[len] = '\0';
    const char *name = text + len + 1;
    const struct unit *unit =
        unit_find(rate_units, COUNT_OF(rate_units), name, strlen(name));
    if (unit == NULL || !number_parse_int(digits, &rate->count))
        return false;
    rate->window_ms = unit->ms;
    return true;
}

bool quantity_parse_size(const char *text, int64_t *value)
{
    static const struct {
        const char *name;
        int64_t bytes;
    } size_units[] = {
        {"", 1},           {"B", 1},           {"K", 1024},         {"KB", 1024},
        {"KiB", 1024},     {"M", 1048576},     {"MB", 1048576},     {"MiB", 1048576},
        {"G", 1073741824}, {"GB", 1073741824}, {"GiB", 1073741824},
    };
    const size_t len = strspn(text, "0123456789");
    const char *unit = text + len + strspn(text + len, " ");
    char digits[16];
    if (len == 0 || len >= sizeof(digits))
        return false;
    memcpy(digits, text, len);
    digits[len] = '\0';
    int64_t count;
    for (size_t i = 0; i < COUNT_OF(size_units); i++) {
        if (strcasecmp(size_units[i].name, unit) != 0 ||
            !number_parse_int(digits, &count))
            continue;
        if (count > INT64_MAX / size_units[i].bytes)
            return false;
        *value = count * size_units[i].bytes;
        return true;
    }
    return false;
}

char *quantity_format_duration(int64_t value_ms)
{
    struct strbuf text;
    strbuf_init(&text, 100);
    const int64_t hours = value_ms / 3600000;
    const int64_t minutes = value_ms / 60000 % 60;
    const int64_t rest_ms = value_ms % 60000;
    if (hours > 0)
        strbuf_append_format(&text, "%lldh", (long long)hours);
    if (minutes > 0)
        strbuf_append_format(&text, "%lldm", (long long)minutes);
    if (rest_ms > 0 && rest_ms < 1000)
        strbuf_append_format(&text, "%lldms", (long long)rest_ms);
    else if (rest_ms > 0 || text.len == 0)
        strbuf_append_format(&text, "%gs", (double)rest_ms / 1000);
    return strbuf_take(&text);
}

char *quantity_format_rate(const struct rate *rate)
{
    const char *name = "";
    for (size_t i = 0; i < COUNT_OF(rate_units) && name[0] == '\0'; i++) {
        if (rate_units[i].ms == rate->window_ms)
            name = rate_units[i].name;
    }
    return strbuf_format("%lld/%s", (long long)rate->count, name);
}

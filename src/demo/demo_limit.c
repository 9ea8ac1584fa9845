/* A full bucket lets a whole window's requests through at once, then they drip. */
#include "src/demo/demo_limit.h"

#include <math.h>
#include <stdio.h>
#include <time.h>

#define WINDOW_MS 60000

/* What one too many at once is told: others end at their own time. */
#define CONCURRENT_WAIT_S 1.0

void demo_limit_init(struct demo_limit *limit, const struct demo_limit_options *options,
                     int64_t now_us)
{
    *limit = (struct demo_limit){.options = *options, .updated_us = now_us};
    if (limit->options.window_ms <= 0)
        limit->options.window_ms = WINDOW_MS;
    limit->level = (double)options->requests;
}

/* Seconds in which one more request is allowed. */
static double step_s(const struct demo_limit *limit)
{
    return (double)limit->options.window_ms / 1e3 / (double)limit->options.requests;
}

static void fill(struct demo_limit *limit, int64_t now_us)
{
    const double full = (double)limit->options.requests;
    limit->level += (double)(now_us - limit->updated_us) / 1e6 / step_s(limit);
    if (limit->level > full)
        limit->level = full;
    limit->updated_us = now_us;
}

bool demo_limit_take(struct demo_limit *limit, int64_t now_us, double *wait_s)
{
    const struct demo_limit_options *options = &limit->options;
    if (options->concurrent > 0 && limit->in_flight >= options->concurrent) {
        limit->refused++;
        *wait_s = CONCURRENT_WAIT_S;
        return false;
    }
    if (options->requests > 0) {
        fill(limit, now_us);
        if (limit->level < 1) {
            limit->refused++;
            *wait_s = ceil((1 - limit->level) * step_s(limit) * 1e3) / 1e3;
            return false;
        }
        limit->level -= 1;
    }
    limit->accepted++;
    limit->in_flight++;
    if (limit->in_flight > limit->in_flight_max)
        limit->in_flight_max = limit->in_flight;
    return true;
}

void demo_limit_give_back(struct demo_limit *limit)
{
    limit->in_flight--;
}

/* When the bucket is full again, `left_s` from now: as a duration or a time of day. */
static void format_reset(char *out, size_t size, const struct demo_limit_names *names,
                         double left_s, int64_t now_s)
{
    if (!names->is_date) {
        snprintf(out, size, "%.0fms", ceil(left_s * 1e3));
        return;
    }
    const time_t moment = (time_t)now_s + (time_t)ceil(left_s);
    struct tm parts;
    if (gmtime_r(&moment, &parts) == NULL ||
        strftime(out, size, "%Y-%m-%dT%H:%M:%SZ", &parts) == 0)
        out[0] = '\0';
}

void demo_limit_list_headers(const struct demo_limit *limit,
                             const struct demo_limit_names *names, int64_t now_s,
                             void (*add)(void *user, const char *name, const char *value),
                             void *user)
{
    char value[64];
    if (limit->options.requests <= 0 || names->limit == NULL)
        return;
    const double used = (double)limit->options.requests - limit->level;
    snprintf(value, sizeof(value), "%lld", (long long)limit->options.requests);
    add(user, names->limit, value);
    snprintf(value, sizeof(value), "%.0f", floor(limit->level));
    add(user, names->remaining, value);
    format_reset(value, sizeof(value), names, used * step_s(limit), now_s);
    add(user, names->reset, value);
}

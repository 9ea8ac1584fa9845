/*
 * Waits are read from the places where servers put them, the most precise first. What
 * makes no sense (a date in the past, zero, words where a number should be) counts as
 * absent: the next place is asked, and in the end our own back-off decides.
 */
#include "src/net/retry.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include <curl/curl.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/number.h"
#include "src/base/strbuf.h"
#include "src/net/timestamp.h"

#define WAIT_NONE ((int64_t)-1)
/* No server means more than this; it also keeps the arithmetic far from overflow. */
#define WAIT_LIMIT_MS 1e12

struct duration_unit {
    const char *name;
    double ms;
};

/* A name that begins with another one comes first. */
static const struct duration_unit duration_units[] = {
    {"ms", 1},   {"us", 1e-3}, {"\xc2\xb5s", 1e-3}, {"ns", 1e-6},
    {"s", 1000}, {"m", 60000}, {"h", 60 * 60000},   {"d", 24 * 60 * 60000},
};

/* Units that sentences spell out: "in 20 seconds", "in 1 minute". */
static const struct duration_unit spoken_units[] = {
    {"millisecond", 1},
    {"second", 1000},
    {"minute", 60000},
    {"hour", 60 * 60000},
};

/* Whole milliseconds, rounded up: never earlier than asked. False past the limit. */
static bool retry_round_up(double ms, int64_t *value_ms)
{
    if (!(ms >= 0) || ms > WAIT_LIMIT_MS)
        return false;
    /* A hair of slack: 6.57 s is not quite 6570 in binary. */
    *value_ms = (int64_t)(ms + 1 - 1e-6);
    return true;
}

/* Reads the number `text` begins with; returns what follows, NULL if there is none. */
static const char *read_number(const char *text, double *value)
{
    size_t len = strspn(text, "0123456789");
    if (text[len] == '.' && isdigit((unsigned char)text[len + 1]))
        len += 1 + strspn(text + len + 1, "0123456789");
    char digits[32];
    if (len == 0 || len >= sizeof(digits))
        return NULL;
    memcpy(digits, text, len);
    digits[len] = '\0';
    return number_parse_double(digits, value) ? text + len : NULL;
}

static const struct duration_unit *find_unit(const char *text)
{
    for (size_t i = 0; i < COUNT_OF(duration_units); i++)
        if (strncmp(text, duration_units[i].name, strlen(duration_units[i].name)) == 0)
            return &duration_units[i];
    return NULL;
}

/* Reads as much of `text` as is a duration with units ("1m6.5s"); returns what follows,
 * NULL if it does not begin with one. */
static const char *read_duration(const char *text, double *ms)
{
    const char *end = NULL;
    *ms = 0;
    for (;;) {
        double count;
        const char *unit_text = read_number(text, &count);
        const struct duration_unit *unit =
            unit_text != NULL ? find_unit(unit_text) : NULL;
        if (unit == NULL)
            return end;
        *ms += count * unit->ms;
        text = unit_text + strlen(unit->name);
        end = text;
    }
}

bool retry_parse_duration_ms(const char *text, int64_t *value_ms)
{
    double ms;
    const char *end = read_duration(text, &ms);
    if (end != NULL)
        return *end == '\0' && retry_round_up(ms, value_ms);
    end = read_number(text, &ms);
    return end != NULL && *end == '\0' && retry_round_up(ms * 1000, value_ms);
}

/* A positive number of `unit_ms` each, or WAIT_NONE. */
static int64_t wait_from_number(const char *text, double unit_ms)
{
    double count;
    int64_t wait_ms;
    if (text == NULL || !number_parse_double(text, &count) ||
        !retry_round_up(count * unit_ms, &wait_ms) || wait_ms == 0)
        return WAIT_NONE;
    return wait_ms;
}

static int64_t wait_from_retry_after(const struct header_list *headers,
                                     int64_t now_seconds)
{
    const char *text = header_list_get(headers, "Retry-After");
    if (text == NULL)
        return WAIT_NONE;
    const int64_t wait_ms = wait_from_number(text, 1000);
    /* An HTTP date has a month's name; curl_getdate also takes bare numbers as dates. */
    if (wait_ms != WAIT_NONE || !isalpha((unsigned char)text[0]))
        return wait_ms;
    const time_t until = curl_getdate(text, NULL);
    const int64_t now = timestamp_of_response(headers, now_seconds);
    const double wait = until != -1 ? (double)until - (double)now : 0;
    return wait > 0 && wait * 1000 <= WAIT_LIMIT_MS ? (int64_t)wait * 1000 : WAIT_NONE;
}

/* True if the allowance called `name` is used up; `if_missing` where it is not told. */
static bool is_used_up(const struct header_list *headers, const char *name,
                       bool if_missing)
{
    const char *text = header_list_get(headers, name);
    double left;
    if (text == NULL)
        return if_missing;
    return number_parse_double(text, &left) && left <= 0;
}

static int64_t wait_from_ratelimit(const struct header_list *headers)
{
    static const char *const names[][2] = {
        {"x-ratelimit-reset-requests", "x-ratelimit-remaining-requests"},
        {"x-ratelimit-reset-tokens", "x-ratelimit-remaining-tokens"},
    };
    int64_t longest = WAIT_NONE;
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        const char *text = header_list_get(headers, names[i][0]);
        int64_t wait_ms;
        if (text != NULL && is_used_up(headers, names[i][1], true) &&
            retry_parse_duration_ms(text, &wait_ms) && wait_ms > 0 && wait_ms > longest)
            longest = wait_ms;
    }
    return longest;
}

static int64_t wait_from_anthropic(const struct header_list *headers, int64_t now_seconds)
{
    static const char *const kinds[] = {"requests", "tokens", "input-tokens",
                                        "output-tokens"};
    const double now_ms = (double)timestamp_of_response(headers, now_seconds) * 1000;
    int64_t longest = WAIT_NONE;
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        char *reset = strbuf_format("anthropic-ratelimit-%s-reset", kinds[i]);
        char *remaining = strbuf_format("anthropic-ratelimit-%s-remaining", kinds[i]);
        const char *text = header_list_get(headers, reset);
        double until_ms;
        int64_t wait_ms;
        if (text != NULL && is_used_up(headers, remaining, false) &&
            timestamp_parse(text, &until_ms) &&
            retry_round_up(until_ms - now_ms, &wait_ms) && wait_ms > 0 &&
            wait_ms > longest)
            longest = wait_ms;
        mem_free(reset);
        mem_free(remaining);
    }
    return longest;
}

/* A duration in a sentence: units are needed, and it must end with a word. */
static int64_t wait_from_words_at(const char *text)
{
    double ms;
    const char *end = read_duration(text, &ms);
    if (end == NULL || isalnum((unsigned char)*end)) {
        const char *unit = read_number(text, &ms);
        if (unit == NULL || *unit != ' ')
            return WAIT_NONE;
        double unit_ms = 0;
        for (size_t i = 0; i < COUNT_OF(spoken_units); i++) {
            const size_t len = strlen(spoken_units[i].name);
            if (strncasecmp(unit + 1, spoken_units[i].name, len) == 0)
                unit_ms = spoken_units[i].ms;
        }
        ms *= unit_ms;
    }
    int64_t wait_ms;
    return retry_round_up(ms, &wait_ms) && wait_ms > 0 ? wait_ms : WAIT_NONE;
}

static int64_t wait_from_words(const char *message)
{
    if (message == NULL)
        return WAIT_NONE;
    bool is_word_start = true;
    for (const char *at = message; *at != '\0'; at++) {
        if (is_word_start && strncasecmp(at, "in ", 3) == 0) {
            const int64_t wait_ms = wait_from_words_at(at + 3);
            if (wait_ms != WAIT_NONE)
                return wait_ms;
        }
        is_word_start = !isalnum((unsigned char)*at);
    }
    return WAIT_NONE;
}

int64_t retry_wait_from_headers(const struct header_list *headers, const char *message,
                                int64_t now_seconds)
{
    int64_t wait_ms = wait_from_number(header_list_get(headers, "retry-after-ms"), 1);
    if (wait_ms == WAIT_NONE)
        wait_ms = wait_from_retry_after(headers, now_seconds);
    if (wait_ms == WAIT_NONE)
        wait_ms = wait_from_ratelimit(headers);
    if (wait_ms == WAIT_NONE)
        wait_ms = wait_from_anthropic(headers, now_seconds);
    if (wait_ms == WAIT_NONE)
        wait_ms = wait_from_words(message);
    return wait_ms;
}

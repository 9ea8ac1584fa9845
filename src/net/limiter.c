/*
 * Two sources of limits are kept apart: windows that we count ourselves (what the person
 * allows) and allowances that a server has told, each good until its reset. When a tight
 * allowance has been reset nothing is known of the new one: one request goes ahead, and
 * its answer tells.
 */
#include "src/net/limiter.h"

#include <string.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/number.h"
#include "src/base/strbuf.h"
#include "src/net/limiter_window.h"
#include "src/net/retry.h"
#include "src/net/timestamp.h"

/* Times of day in whole seconds may be cut off: wait for the next second. */
#define LIMITER_ROUNDING_MS 1000
/* A number of requests at once that was learned from refusals is believed this long. */
#define LIMITER_LEARNED_MS 300000
/* After a refusal one request goes, and with each good answer one more may be without an
 * answer; with so many it is over. Were it over early, all that wait would go at once,
 * and a server that takes few of them would refuse the rest again, until they have no
 * tries left. */
#define LIMITER_PROBES 256
/* An allowance that lasts longer than a day is a misunderstanding. */
#define LIMITER_RESET_MAX_MS 86400000

enum allowance_kind {
    ALLOWANCE_REQUESTS,
    ALLOWANCE_TOKENS,
    ALLOWANCE_INPUT_TOKENS,
    ALLOWANCE_OUTPUT_TOKENS,
    ALLOWANCE_COUNT
};

/* What a server has told, until its reset. */
struct allowance {
    bool is_known;
    int64_t limit;     /* -1: not told */
    int64_t remaining; /* when it was told */
    int64_t told_ms;
    int64_t reset_ms;
};

struct limiter {
    struct limiter_limits limits;
    struct limiter_window requests;
    struct limiter_window tokens;
    struct allowance allowances[ALLOWANCE_COUNT];
    size_t in_flight;
    size_t unanswered; /* of those: without a header yet */
    int64_t last_take_ms;
    int64_t hold_ms;     /* nobody goes before */
    size_t probe_max;    /* most without an answer at once; 0: no such limit */
    int64_t learned_max; /* requests at once, from refusals; 0: none */
    int64_t learned_until_ms;
    int64_t average_tokens; /* of a request; 0 before the first */
    int64_t average_ms;     /* -1 before the first */
};

static const char *const allowance_names[ALLOWANCE_COUNT] = {
    [ALLOWANCE_REQUESTS] = "requests",
    [ALLOWANCE_TOKENS] = "tokens",
    [ALLOWANCE_INPUT_TOKENS] = "input-tokens",
    [ALLOWANCE_OUTPUT_TOKENS] = "output-tokens",
};

struct limiter *limiter_new(const struct limiter_limits *limits)
{
    struct limiter *limiter = mem_alloc(sizeof(*limiter));
    limiter->limits = *limits;
    limiter->requests.window_ms = limits->requests.window_ms;
    limiter->tokens.window_ms = limits->tokens.window_ms;
    limiter->last_take_ms = INT64_MIN / 2;
    limiter->hold_ms = INT64_MIN / 2;
    limiter->average_ms = -1;
    return limiter;
}

void limiter_free(struct limiter *limiter)
{
    if (limiter == NULL)
        return;
    limiter_window_clear(&limiter->requests);
    limiter_window_clear(&limiter->tokens);
    mem_free(limiter);
}

/* --- May one go?
 * ------------------------------------------------------------------------
 */

/* What a request is expected to use of an allowance. */
static int64_t limiter_cost(const struct limiter *limiter, enum allowance_kind kind)
{
    if (kind == ALLOWANCE_REQUESTS || limiter->average_tokens < 1)
        return 1;
    return limiter->average_tokens;
}

/* True for an allowance that has to be spread over the time until its reset. */
static bool allowance_is_tight(const struct allowance *allowance, int64_t cost)
{
    return allowance->remaining < cost * 2 ||
           (allowance->limit >= 0 && allowance->remaining * 4 < allowance->limit);
}

/* The time between two requests that makes a tight allowance last until its reset. */
static int64_t allowance_interval_ms(const struct allowance *allowance, int64_t cost)
{
    const int64_t count = allowance->remaining / cost;
    const int64_t span_ms = allowance->reset_ms - allowance->told_ms;
    return count > 0 ? span_ms / count : span_ms;
}

/* When an allowance lets the next request go. */
static int64_t limiter_allowance_at(struct limiter *limiter, enum allowance_kind kind,
                                    int64_t now_ms)
{
    struct allowance *allowance = &limiter->allowances[kind];
    const int64_t cost = limiter_cost(limiter, kind);
    if (!allowance->is_known)
        return now_ms;
    const bool is_tight = allowance_is_tight(allowance, cost);
    if (now_ms >= allowance->reset_ms) {
        allowance->is_known = false;
        if (is_tight && limiter->probe_max == 0)
            limiter->probe_max = 1;
        return now_ms;
    }
    const int64_t used = (int64_t)limiter->unanswered * cost;
    if (allowance->remaining - used < cost)
        return allowance->reset_ms;
    if (!is_tight)
        return now_ms;
    return limiter->last_take_ms + allowance_interval_ms(allowance, cost);
}

static int64_t limiter_places(const struct limiter *limiter, int64_t now_ms)
{
    const int64_t allowed = limiter->limits.in_flight;
    const int64_t learned = now_ms < limiter->learned_until_ms ? limiter->learned_max : 0;
    if (allowed == 0 || (learned > 0 && learned < allowed))
        return learned;
    return allowed;
}

/* The latest of the times that windows and allowances name. */
static struct limiter_wait limiter_look_rates(struct limiter *limiter, int64_t now_ms)
{
    struct limiter_wait wait = {LIMITER_FREE, now_ms};
    const int64_t cost = limiter_cost(limiter, ALLOWANCE_TOKENS);
    const int64_t request_at = limiter_window_room_at(
        &limiter->requests, limiter->limits.requests.count, 1, now_ms);
    const int64_t token_at = limiter_window_room_at(
        &limiter->tokens, limiter->limits.tokens.count, cost, now_ms);
    if (request_at > wait.until_ms)
        wait = (struct limiter_wait){LIMITER_REQUESTS, request_at};
    if (token_at > wait.until_ms)
        wait = (struct limiter_wait){LIMITER_TOKENS, token_at};
    for (int kind = 0; kind < ALLOWANCE_COUNT; kind++) {
        const int64_t at =
            limiter_allowance_at(limiter, (enum allowance_kind)kind, now_ms);
        if (at > wait.until_ms)
            wait = (struct limiter_wait){
                kind == ALLOWANCE_REQUESTS ? LIMITER_REQUESTS : LIMITER_TOKENS, at};
    }
    return wait;
}

struct limiter_wait limiter_look(struct limiter *limiter, int64_t now_ms, bool is_forced)
{
    if (now_ms < limiter->hold_ms && !is_forced)
        return (struct limiter_wait){LIMITER_RETRY_AFTER, limiter->hold_ms};
    const int64_t places = limiter_places(limiter, now_ms);
    if (places > 0 && limiter->in_flight >= (size_t)places)
        return (struct limiter_wait){LIMITER_CONCURRENCY, -1};
    const struct limiter_wait wait = limiter_look_rates(limiter, now_ms);
    if (wait.reason != LIMITER_FREE && !is_forced)
        return wait;
    if (limiter->probe_max > 0 && limiter->unanswered >= limiter->probe_max && !is_forced)
        return (struct limiter_wait){LIMITER_RETRY_AFTER, -1};
    return (struct limiter_wait){LIMITER_FREE, now_ms};
}

void limiter_take(struct limiter *limiter, int64_t now_ms, struct limiter_ticket *ticket)
{
    const int64_t tokens = limiter_cost(limiter, ALLOWANCE_TOKENS);
    *ticket =
        (struct limiter_ticket){.is_taken = true, .taken_ms = now_ms, .tokens = tokens};
    limiter_window_add(&limiter->requests, now_ms, 1);
    ticket->token_entry = limiter_window_add(&limiter->tokens, now_ms, tokens);
    limiter->in_flight++;
    limiter->unanswered++;
    limiter->last_take_ms = now_ms;
}

/* --- What servers say
 * -------------------------------------------------------------------
 */

static bool limiter_read_count(const struct header_list *headers, const char *format,
                               const char *name, int64_t *value)
{
    struct strbuf field;
    double number;
    strbuf_init(&field, 200);
    strbuf_append_format(&field, "%s%s", format, name);
    const char *text = header_list_get(headers, strbuf_text(&field));
    const bool ok = text != NULL && number_parse_double(text, &number) && number >= 0 &&
                    number < 1e15;
    if (ok)
        *value = (int64_t)number;
    strbuf_clear(&field);
    return ok;
}

static void limiter_tell(struct limiter *limiter, enum allowance_kind kind,
                         struct allowance told)
{
    const int64_t span_ms = told.reset_ms - told.told_ms;
    if (span_ms <= 0 || span_ms > LIMITER_RESET_MAX_MS)
        return;
    told.is_known = true;
    limiter->allowances[kind] = told;
}

/* "x-ratelimit-remaining-requests": the reset is a duration. */
static void limiter_read_common(struct limiter *limiter, enum allowance_kind kind,
                                const struct header_list *headers, int64_t now_ms)
{
    const char *name = allowance_names[kind];
    struct allowance told = {.limit = -1, .told_ms = now_ms};
    int64_t reset_ms;
    char *field = strbuf_format("x-ratelimit-reset-%s", name);
    const char *reset = header_list_get(headers, field);
    mem_free(field);
    limiter_read_count(headers, "x-ratelimit-limit-", name, &told.limit);
    if (!limiter_read_count(headers, "x-ratelimit-remaining-", name, &told.remaining) ||
        reset == NULL || !retry_parse_duration_ms(reset, &reset_ms))
        return;
    /* A bare number of seconds may be cut off; one with units is precise. */
    const bool is_bare = reset[strspn(reset, "0123456789")] == '\0';
    told.reset_ms = now_ms + reset_ms + (is_bare ? LIMITER_ROUNDING_MS : 0);
    limiter_tell(limiter, kind, told);
}

/* "anthropic-ratelimit-requests-remaining": the reset is a time of day. */
static void limiter_read_anthropic(struct limiter *limiter, enum allowance_kind kind,
                                   const struct header_list *headers, int64_t now_ms,
                                   int64_t now_seconds)
{
    struct allowance told = {.limit = -1, .told_ms = now_ms};
    char *prefix = strbuf_format("anthropic-ratelimit-%s-", allowance_names[kind]);
    char *field = strbuf_format("%sreset", prefix);
    const char *reset = header_list_get(headers, field);
    double reset_ms = 0;
    limiter_read_count(headers, prefix, "limit", &told.limit);
    const bool ok = limiter_read_count(headers, prefix, "remaining", &told.remaining) &&
                    reset != NULL && timestamp_parse(reset, &reset_ms);
    const double made_ms = (double)timestamp_of_response(headers, now_seconds) * 1000;
    mem_free(field);
    mem_free(prefix);
    if (!ok || reset_ms - made_ms > LIMITER_RESET_MAX_MS || reset_ms <= made_ms)
        return;
    told.reset_ms = now_ms + (int64_t)(reset_ms - made_ms) + LIMITER_ROUNDING_MS;
    limiter_tell(limiter, kind, told);
}

void limiter_note_head(struct limiter *limiter, struct limiter_ticket *ticket, int status,
                       const struct header_list *headers, int64_t now_ms,
                       int64_t now_seconds)
{
    if (!ticket->is_taken || ticket->has_head)
        return;
    ticket->has_head = true;
    limiter->unanswered--;
    for (int kind = 0; kind < ALLOWANCE_COUNT; kind++) {
        limiter_read_common(limiter, (enum allowance_kind)kind, headers, now_ms);
        limiter_read_anthropic(limiter, (enum allowance_kind)kind, headers, now_ms,
                               now_seconds);
    }
    ticket->is_answered = status < 300;
    if (status >= 300 || limiter->probe_max == 0)
        return;
    limiter->probe_max++;
    /* Who tells the allowance has told all there is to find out. */
    if (limiter->probe_max > LIMITER_PROBES ||
        limiter->allowances[ALLOWANCE_REQUESTS].is_known)
        limiter->probe_max = 0;
}

/* True if requests are left in the server's window, so that it must have been another
 * limit that was hit. */
static bool limiter_has_requests_left(const struct limiter *limiter, int64_t now_ms)
{
    const struct allowance *allowance = &limiter->allowances[ALLOWANCE_REQUESTS];
    return allowance->is_known && now_ms < allowance->reset_ms &&
           allowance->remaining > 0;
}

void limiter_note_429(struct limiter *limiter, int64_t wait_ms, bool is_told,
                      int64_t now_ms)
{
    if (wait_ms > 0 && now_ms + wait_ms > limiter->hold_ms)
        limiter->hold_ms = now_ms + wait_ms;
    limiter->probe_max = 1;
    if (limiter->in_flight < 2)
        return;
    if (limiter_has_requests_left(limiter, now_ms) ||
        (!is_told && !limiter->allowances[ALLOWANCE_REQUESTS].is_known)) {
        /* Too many at once, it seems: this one was the one too many. */
        limiter->learned_max = (int64_t)limiter->in_flight - 1;
        limiter->learned_until_ms = now_ms + LIMITER_LEARNED_MS;
    }
}

void limiter_note_done(struct limiter *limiter, struct limiter_ticket *ticket,
                       int64_t tokens, int64_t now_ms)
{
    if (!ticket->is_taken)
        return;
    limiter->in_flight--;
    if (!ticket->has_head)
        limiter->unanswered--;
    if (tokens >= 0) {
        const int64_t old = limiter->average_tokens;
        limiter_window_correct(&limiter->tokens, ticket->token_entry,
                               tokens - ticket->tokens);
        limiter->average_tokens = old > 0 ? (old * 3 + tokens) / 4 : tokens;
    }
    if (ticket->is_answered) {
        const int64_t old_ms = limiter->average_ms;
        const int64_t took_ms = now_ms - ticket->taken_ms;
        limiter->average_ms = old_ms >= 0 ? (old_ms * 3 + took_ms) / 4 : took_ms;
    }
    *ticket = (struct limiter_ticket){0};
}

/* --- For people
 * -------------------------------------------------------------------------
 */

/* The time between two requests that the rates leave room for. */
static int64_t limiter_interval_ms(const struct limiter *limiter)
{
    const struct limiter_rate *rate = &limiter->limits.requests;
    const struct allowance *allowance = &limiter->allowances[ALLOWANCE_REQUESTS];
    int64_t interval_ms =
        rate->window_ms > 0 && rate->count > 0 ? rate->window_ms / rate->count : 0;
    if (allowance->is_known && allowance_is_tight(allowance, 1)) {
        const int64_t told_ms = allowance_interval_ms(allowance, 1);
        interval_ms = told_ms > interval_ms ? told_ms : interval_ms;
    }
    return interval_ms;
}

int64_t limiter_estimate_ms(struct limiter *limiter, size_t place, int64_t now_ms)
{
    const struct limiter_wait wait = limiter_look(limiter, now_ms, false);
    const int64_t before = place > 0 ? (int64_t)place - 1 : 0;
    if (wait.until_ms >= 0)
        return wait.until_ms - now_ms + before * limiter_interval_ms(limiter);
    if (limiter->average_ms < 0)
        return -1;
    const int64_t places = limiter_places(limiter, now_ms);
    return limiter->average_ms * (before + 1) / (places > 0 ? places : 1);
}

int64_t limiter_hold_end_ms(const struct limiter *limiter, int64_t now_ms)
{
    return now_ms < limiter->hold_ms ? limiter->hold_ms : -1;
}

size_t limiter_count_in_flight(const struct limiter *limiter)
{
    return limiter->in_flight;
}

int64_t limiter_average_ms(const struct limiter *limiter)
{
    return limiter->average_ms;
}

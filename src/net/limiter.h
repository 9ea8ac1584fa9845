/*
 * How fast one service may be asked with one key: requests at once, requests and tokens
 * in a window of time. What the person allows is counted here; what the server says in
 * its header fields (x-ratelimit-*, anthropic-ratelimit-*) and its refusals (429) is
 * believed. Pure: the time is an argument, nothing is sent or armed.
 *
 * The rules. A place taken is given back by limiter_note_done, always. While a server's
 * allowance is ample requests go as they come; below a quarter of it they are spread over
 * the time until it is filled up, so that neither kind of server (a window that starts
 * anew, a bucket that fills steadily) has to refuse. What was sent and not answered yet
 * counts as used. After a refusal nobody goes for as long as it says, then one by one.
 */
#ifndef NET_LIMITER_H
#define NET_LIMITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/net/header.h"

struct limiter;

/* So many in each window of time; window 0: no limit. */
struct limiter_rate {
    int64_t count;
    int64_t window_ms;
};

/* What the person allows. */
struct limiter_limits {
    int64_t in_flight; /* 0: no limit */
    struct limiter_rate requests;
    struct limiter_rate tokens;
};

/* What a request waits for. */
enum limiter_reason {
    LIMITER_FREE,
    LIMITER_CONCURRENCY, /* one under way must end first */
    LIMITER_REQUESTS,
    LIMITER_TOKENS,
    LIMITER_RETRY_AFTER /* the server has refused one and said how long */
};

struct limiter_wait {
    enum limiter_reason reason; /* LIMITER_FREE: it may go */
    int64_t until_ms;           /* when to ask again; -1: when a place is given back */
};

/* A place that was taken; zeroed while it is not. */
struct limiter_ticket {
    bool is_taken;
    bool has_head;
    bool is_answered; /* with a good status */
    int64_t taken_ms;
    int64_t tokens; /* charged for it */
    uint64_t token_entry;
};

struct limiter *limiter_new(const struct limiter_limits *limits);

/* NULL is allowed. */
void limiter_free(struct limiter *limiter);

/* Whether a request may go now, and if not what it waits for. `is_forced` passes over
 * a server's refusal, for a person who insists. */
struct limiter_wait limiter_look(struct limiter *limiter, int64_t now_ms, bool is_forced);

/* Takes a place; limiter_look has said that there is one. */
void limiter_take(struct limiter *limiter, int64_t now_ms, struct limiter_ticket *ticket);

/* The header of the answer has come. `now_seconds` is the wall clock, for times of day
 * where the answer has no Date. */
void limiter_note_head(struct limiter *limiter, struct limiter_ticket *ticket, int status,
                       const struct header_list *headers, int64_t now_ms,
                       int64_t now_seconds);

/* The request was refused as one too many; `wait_ms` is how long it will wait,
 * `is_told` whether the server has said so. */
void limiter_note_429(struct limiter *limiter, int64_t wait_ms, bool is_told,
                      int64_t now_ms);

/* The request has ended; `tokens` is what it took in all, -1 where not known. An
 * untaken ticket is allowed. */
void limiter_note_done(struct limiter *limiter, struct limiter_ticket *ticket,
                       int64_t tokens, int64_t now_ms);

/* About how long the one at `place` (from 1) of those who wait will wait; -1 where there
 * is nothing to tell it from. */
int64_t limiter_estimate_ms(struct limiter *limiter, size_t place, int64_t now_ms);

/* Until when a server's refusal holds; -1 if none does. */
int64_t limiter_hold_end_ms(const struct limiter *limiter, int64_t now_ms);

/* Requests under way. */
size_t limiter_count_in_flight(const struct limiter *limiter);

/* How long a request takes on average; -1 before the first. */
int64_t limiter_average_ms(const struct limiter *limiter);

#endif

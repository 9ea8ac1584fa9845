/*
 * How much was used in the last so many milliseconds: entries with a time and an amount,
 * in the order of time. Exact, so that it holds for servers that count in fixed windows
 * as well as for those that let theirs slide. Pure.
 */
#ifndef NET_LIMITER_WINDOW_H
#define NET_LIMITER_WINDOW_H

#include <stddef.h>
#include <stdint.h>

struct limiter_entry {
    int64_t at_ms;
    int64_t amount;
};

struct limiter_window {
    int64_t window_ms; /* 0: nothing is counted */
    int64_t sum;
    struct limiter_entry *entries; /* those from `first` on count */
    size_t first;
    size_t len;
    size_t cap;
    uint64_t dropped; /* entries that are gone: the number of the first that is there */
};

void limiter_window_clear(struct limiter_window *window);

/* Adds a use and returns its number. */
uint64_t limiter_window_add(struct limiter_window *window, int64_t now_ms,
                            int64_t amount);

/* Corrects entry number `entry`, if it still counts, by `change`. */
void limiter_window_correct(struct limiter_window *window, uint64_t entry,
                            int64_t change);

/* When there is room for `amount` below `limit`; `now_ms` if there is already, or if
 * nothing is used at all (what is larger than the limit may go alone). */
int64_t limiter_window_room_at(struct limiter_window *window, int64_t limit,
                               int64_t amount, int64_t now_ms);

#endif

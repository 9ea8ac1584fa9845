/*
 * An array used from the front, moved together when half of it is empty. Past a ceiling
 * new uses are joined with the last entry, which makes them count a little longer.
 */
#include "src/net/limiter_window.h"

#include <string.h>

#include "src/base/mem.h"

#define LIMITER_ENTRY_MAX 16384

void limiter_window_clear(struct limiter_window *window)
{
    mem_free(window->entries);
    *window = (struct limiter_window){0};
}

static void limiter_window_forget(struct limiter_window *window, int64_t now_ms)
{
    while (window->first < window->len &&
           window->entries[window->first].at_ms + window->window_ms <= now_ms) {
        window->sum -= window->entries[window->first].amount;
        window->first++;
        window->dropped++;
    }
    if (window->first * 2 <= window->len)
        return;
    window->len -= window->first;
    memmove(window->entries, window->entries + window->first,
            window->len * sizeof(window->entries[0]));
    window->first = 0;
}

uint64_t limiter_window_add(struct limiter_window *window, int64_t now_ms, int64_t amount)
{
    if (window->window_ms == 0)
        return 0;
    limiter_window_forget(window, now_ms);
    const size_t count = window->len - window->first;
    window->sum += amount;
    if (count >= LIMITER_ENTRY_MAX) {
        window->entries[window->len - 1].at_ms = now_ms;
        window->entries[window->len - 1].amount += amount;
        return window->dropped + count - 1;
    }
    window->entries = mem_grow(window->entries, &window->cap, window->len + 1,
                               sizeof(window->entries[0]));
    window->entries[window->len++] = (struct limiter_entry){now_ms, amount};
    return window->dropped + count;
}

void limiter_window_correct(struct limiter_window *window, uint64_t entry, int64_t change)
{
    const size_t count = window->len - window->first;
    if (entry < window->dropped || entry - window->dropped >= count)
        return;
    window->entries[window->first + (size_t)(entry - window->dropped)].amount += change;
    window->sum += change;
}

int64_t limiter_window_room_at(struct limiter_window *window, int64_t limit,
                               int64_t amount, int64_t now_ms)
{
    if (window->window_ms == 0)
        return now_ms;
    limiter_window_forget(window, now_ms);
    int64_t left = window->sum;
    int64_t at_ms = now_ms;
    for (size_t i = window->first; i < window->len && left > 0; i++) {
        if (left + amount <= limit)
            break;
        left -= window->entries[i].amount;
        at_ms = window->entries[i].at_ms + window->window_ms;
    }
    return at_ms;
}

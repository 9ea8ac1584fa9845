/*
 * What was spent today, over all programs of this person, and in this one: kept in a
 * small file of the state folder ("2026-11-29 1.250000", mode 0600), read, changed and
 * replaced under a lock, so that two programs at once lose nothing. What is reserved
 * counts as spent until it is known better: a program that is killed leaves too much in
 * the file rather than too little. Days are those of the local time.
 */
#ifndef ENGINE_SPENDING_H
#define ENGINE_SPENDING_H

#include <stdbool.h>

#include "src/base/error.h"

struct spending;

struct spending_caps {
    double session; /* negative: none */
    double day;
};

/* `path` is the file, copied; NULL: nothing is kept, and the cap of the day is that of
 * the session. Reads nothing yet. */
struct spending *spending_new(const char *path, const struct spending_caps *caps);

/* NULL is allowed, here and below: no caps, nothing noted. */
void spending_free(struct spending *spending);
bool spending_has_caps(const struct spending *spending);

/* Notes that so much may be spent. False, with class ERROR_BUDGET and nothing noted, if
 * that might cross a cap, or if there is a cap of the day and the file cannot be kept. */
bool spending_reserve(struct spending *spending, double amount, struct error *err);

/* Of what was reserved so much was taken. */
void spending_settle(struct spending *spending, double reserved, double taken);

/* What was spent and reserved today, by all programs; negative if that cannot be read. */
double spending_today(struct spending *spending);

#endif

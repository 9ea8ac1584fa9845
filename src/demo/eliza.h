/*
 * ELIZA: finds keywords by rank, takes the sentence apart by a pattern, and puts it
 * together again with the persons exchanged. Replies of a rule are used in turn; some
 * sentences are remembered and come back when nothing else fits.
 *
 * All state follows from what was heard since eliza_init: hearing the same messages again
 * gives the same replies. Words come from eliza_script.
 */
#ifndef ELIZA_H
#define ELIZA_H

#include <stddef.h>
#include <stdint.h>

#include "src/base/strbuf.h"

#define ELIZA_MEMORY_MAX 8

struct eliza {
    size_t *turns; /* of each rule: how often it replied */
    size_t nothing_turn;
    char *memory[ELIZA_MEMORY_MAX]; /* sentences to come back to, oldest first */
    size_t memory_count;
};

/* Begins a session; the seed (0 = none) chooses where the turns begin. */
void eliza_init(struct eliza *eliza, uint64_t seed);

/* Appends to `reply` what ELIZA says to `text` (any valid UTF-8). */
void eliza_hear(struct eliza *eliza, const char *text, struct strbuf *reply);

void eliza_clear(struct eliza *eliza);

#endif

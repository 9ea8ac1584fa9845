/*
 * "Did you mean": the known word that a mistyped one is nearest to. Small and upper
 * letters are the same to it, and so are '-' and '_'.
 */
#ifndef CONFIG_SUGGEST_H
#define CONFIG_SUGGEST_H

#include <stddef.h>

struct suggestion {
    const char *typed; /* borrowed */
    const char *best;  /* of the words considered, borrowed; NULL while none is near */
    size_t distance;
};

/* Begins for a word that was typed. */
void suggestion_init(struct suggestion *suggestion, const char *typed);

/* Considers a known word, which must stay while the suggestion is in use. */
void suggestion_consider(struct suggestion *suggestion, const char *known);

/*
 * How many letters have to be changed, added, left out or swapped with their neighbour to
 * make one word of the other. Words over 64 bytes are as far apart as words can be.
 */
size_t suggest_distance(const char *one, const char *other);

#endif

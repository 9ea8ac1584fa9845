/*
 * Pseudo-random numbers from a seed (the SplitMix64 generator): for jitter and for the
 * demo's scripts, where the same seed must give the same run. Not for secrets.
 */
#ifndef BASE_RNG_H
#define BASE_RNG_H

#include <stdint.h>

struct rng {
    uint64_t state;
};

/* Starts a sequence; equal seeds give equal sequences. */
void rng_init(struct rng *rng, uint64_t seed);

/* A seed that differs from run to run. */
uint64_t rng_fresh_seed(void);

/* The next 64 bits. */
uint64_t rng_next(struct rng *rng);

/* A whole number in [0, bound); 0 for bound 0. */
uint64_t rng_below(struct rng *rng, uint64_t bound);

/* A number in [0, 1). */
double rng_unit(struct rng *rng);

#endif

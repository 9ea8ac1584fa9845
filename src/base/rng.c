/* SplitMix64: one addition and three xor-multiplies a number, good enough for jitter. */
#include "src/base/rng.h"

#include <unistd.h>

#include "src/base/clock.h"

void rng_init(struct rng *rng, uint64_t seed)
{
    rng->state = seed;
}

uint64_t rng_fresh_seed(void)
{
    struct rng rng = {(uint64_t)clock_now_us() ^ (uint64_t)getpid() << 32 ^
                      (uint64_t)clock_wall_seconds() << 20};
    return rng_next(&rng);
}

uint64_t rng_next(struct rng *rng)
{
    rng->state += 0x9e3779b97f4a7c15u;
    uint64_t z = rng->state;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

uint64_t rng_below(struct rng *rng, uint64_t bound)
{
    return bound > 0 ? rng_next(rng) % bound : 0;
}

double rng_unit(struct rng *rng)
{
    return (double)(rng_next(rng) >> 11) / 9007199254740992.0;
}

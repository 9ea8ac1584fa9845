/*
 * How many tokens an answer took, as the provider says. -1 stands for "did not say":
 * numbers are never invented. `input` is everything read, cached or not; `cached` is a
 * part of it; `output` is everything written, `reasoning` a part of it.
 */
#ifndef CHAT_USAGE_H
#define CHAT_USAGE_H

#include <stdint.h>

struct usage {
    int64_t input;
    int64_t output;
    int64_t reasoning;
    int64_t cached;
};

/* All four unknown. */
struct usage usage_unknown(void);

#endif

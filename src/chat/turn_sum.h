/*
 * What a turn came to, over all its answers: one that calls tools, the next one that is
 * written from their results, and so on. Pure.
 */
#ifndef CHAT_TURN_SUM_H
#define CHAT_TURN_SUM_H

#include <stddef.h>
#include <stdint.h>

#include "src/chat/message.h"

struct turn_sum {
    struct usage usage;     /* a number that one request did not give is not known */
    double cost;            /* -1: not known */
    int64_t first_token_ms; /* of the first answer; -1: not known */
    int64_t total_ms;       /* with the time of the tools */
    int attempts;
    size_t rounds; /* of tools */
};

/* The sum of the turn that ends with `answer`. */
struct turn_sum turn_sum_of(const struct message *answer);

#endif

/*
 * OpenRouter's reasoning_details: the reasoning of whatever model answered, in a form
 * that has to go back unchanged. A stream cuts them in pieces; here the pieces become
 * whole again, in the order in which they came.
 */
#ifndef PROVIDER_REASONING_DETAILS_H
#define PROVIDER_REASONING_DETAILS_H

#include <stdbool.h>
#include <stddef.h>

#include <cjson/cJSON.h>

#include "src/provider/decode_common.h"

/* The most bytes and items that are kept; a reply with more goes back without them. */
#define REASONING_DETAILS_MAX       ((size_t)16 << 20)
#define REASONING_DETAILS_COUNT_MAX 10000

struct reasoning_detail;

/* Zeroed is empty. */
struct reasoning_details {
    struct reasoning_detail *items;
    size_t len;
    size_t cap;
    size_t byte_count;
    bool is_full; /* too much came: nothing is kept */
};

/* Takes the array of a delta; anything else is none. */
void reasoning_details_add(struct reasoning_details *details, const cJSON *array);

/* Emits each item as a PIECE_OPAQUE of no call. */
void reasoning_details_emit(struct reasoning_details *details, struct decode_base *base);

void reasoning_details_clear(struct reasoning_details *details);

#endif

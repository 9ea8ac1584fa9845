/*
 * Tool calls put together from their deltas, for protocols that send them in pieces.
 * Servers number, name and cut calls in many ways; the rules here (see the .c file) give
 * the same calls for all of them. Pieces are emitted as bytes come (PIECE_CALL_DELTA)
 * and once for each whole call (PIECE_CALL).
 */
#ifndef PROVIDER_CALL_SLOTS_H
#define PROVIDER_CALL_SLOTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/base/error.h"
#include "src/base/strbuf.h"
#include "src/provider/piece.h"

/* The most calls of one reply, and the most bytes they may have together. */
#define CALL_SLOTS_MAX 1000
#define CALL_BYTES_MAX ((size_t)64 << 20)

/* What one delta says about a call; text as json_parse gives it, NULL where absent. */
struct call_delta {
    bool has_index;
    int64_t index;
    const char *id;
    const char *name;
    const char *arguments; /* a piece of the arguments' text */
    const char *object;    /* or the arguments whole, as the bytes of a JSON value */
    size_t object_len;
    bool is_all;  /* the text is all of the arguments and replaces what came before */
    bool is_done; /* the server says that this call is finished */
};

struct call_slot;

struct call_slots {
    struct call_slot *items; /* in the order of first appearance */
    size_t len;
    size_t cap;
    size_t byte_count; /* of all that is kept, against CALL_BYTES_MAX */
    size_t last;       /* the number of the call that the last delta belonged to */
    struct strbuf scratch;
    piece_fn on_piece;
    void *user;
};

void call_slots_init(struct call_slots *slots, piece_fn on_piece, void *user);
void call_slots_clear(struct call_slots *slots);

/* Takes a delta. False with class ERROR_PROTOCOL when a ceiling is passed. */
bool call_slots_add(struct call_slots *slots, const struct call_delta *delta,
                    struct error *err);

/*
 * The reply is complete: emits each call that has a name as a PIECE_CALL, with an id of
 * our own where the server gave none or gave one twice. Returns how many they were.
 */
size_t call_slots_finish(struct call_slots *slots);

/* The same for a reply that was cut short: a call that the server has not said to be
 * finished is not valid, however whole it looks. */
size_t call_slots_finish_cut(struct call_slots *slots);

#endif

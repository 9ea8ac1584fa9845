/*
 * What a decoder makes of a stream, the same for every provider: small normalised
 * pieces, in the order they came. Borrowed text is valid during the call only.
 */
#ifndef PROVIDER_PIECE_H
#define PROVIDER_PIECE_H

#include <stdbool.h>
#include <stddef.h>

#include "src/chat/finish.h"
#include "src/chat/usage.h"

enum piece_kind {
    PIECE_TEXT,       /* text, len */
    PIECE_REASONING,  /* text, len */
    PIECE_REFUSAL,    /* text, len */
    PIECE_CALL_DELTA, /* a call is arriving: call_index, call_name (if known yet), and
                         text, len: the new bytes of its arguments */
    PIECE_OPAQUE, /* text, len: JSON that has to go back unchanged, at this place among
                     the pieces; call_index: of the call it belongs to, or
                     PIECE_NO_CALL */
    PIECE_CALL    /* a call is whole; at the end of a complete reply only: call_index,
                     call_id (never NULL: minted if need be), call_name, text, len:
                     the arguments ("{}" for blank), is_valid_call */
};

#define PIECE_NO_CALL ((size_t)-1)

struct piece {
    enum piece_kind kind;
    const char *text;
    size_t len;
    size_t call_index; /* order of first appearance, from 0 */
    const char *call_id;
    const char *call_name;
    bool is_valid_call; /* the arguments are one JSON value */
};

typedef void (*piece_fn)(void *user, const struct piece *piece);

#endif

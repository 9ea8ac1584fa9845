/*
 * Answers that were recorded, in place of the models' own: which of them a request gets,
 * and which of its bytes are due when. Pure: time is handed in as microseconds since the
 * request. Knows nothing of files: whoever has a recording makes takes of it.
 *
 * A request gets the first take that was not given yet for its address and model, the
 * last one again and again when all were. Addresses are the same if their last word is
 * ("/v1/chat/completions": "completions"; Gemini's: what stands behind the colon); where
 * no take has the model, the model does not matter.
 */
#ifndef DEMO_TAPE_H
#define DEMO_TAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/demo/demo_reply.h"

struct demo_field {
    const char *name;
    const char *value;
};

/* What came in one piece. */
struct demo_piece {
    int64_t at_us; /* since the request */
    const char *bytes;
    size_t len;
};

/* One recorded answer. All borrowed. */
struct demo_take {
    const char *url;
    const char *model;
    int status;
    int64_t head_us;
    struct demo_field *fields; /* all that came; some are not for another connection */
    size_t field_count;
    struct demo_piece *pieces;
    size_t piece_count;
    int64_t end_us;
    bool is_broken; /* it ends with the connection, not with its body */
    size_t given;   /* how often it was given */
};

struct demo_tape {
    struct demo_take *takes; /* in their order */
    size_t count;
};

/* The take for a request to that path (with or without a query) and model (NULL: it names
 * none in its body), now given once more; NULL if there is none for this address. */
struct demo_take *demo_tape_give(struct demo_tape *tape, const char *path,
                                 const char *model);

/* True for a field that is sent with the take; false for those that belong to the
 * connection it came over, or hold nothing any more. */
bool demo_tape_sends_field(const struct demo_field *field);

/* How far a take was given to one client. */
struct demo_playing {
    const struct demo_take *take;
    double speed; /* above 0 */
    size_t piece;
    size_t offset; /* in that piece */
};

/* When the next bytes, or the end, are due, in microseconds since the request. */
int64_t demo_playing_due_us(const struct demo_playing *playing);

/* When the head is due. */
int64_t demo_playing_head_us(const struct demo_playing *playing);

/* As demo_reply_read. */
size_t demo_playing_read(struct demo_playing *playing, int64_t elapsed_us, char *buf,
                         size_t max, enum demo_reply_state *state);

#endif

/*
 * The stream of a wire record cut into what it is made of: events, lines or binary
 * messages, each with the time of the read that completed it. A body that is no stream
 * comes as one frame.
 */
#ifndef ENGINE_WIRE_FRAMES_H
#define ENGINE_WIRE_FRAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/engine/wire_log.h"

enum wire_frames_kind {
    WIRE_FRAMES_EVENTS,
    WIRE_FRAMES_LINES,
    WIRE_FRAMES_MESSAGES,
    WIRE_FRAMES_DOCUMENT /* one body, not a stream */
};

/* Valid during the call. */
struct wire_frame {
    const char *type; /* of the event or message; "" where there are no types */
    const char *data; /* bytes of a stranger */
    size_t len;
    int64_t at_us;      /* since the request */
    size_t left_out;    /* bytes before it that were not kept; data is "" then */
    bool is_unfinished; /* the rest of it has not come */
};

typedef void (*wire_frame_fn)(void *user, const struct wire_frame *frame);

/* Which kind of body it is, by what the response says and by its first bytes. */
enum wire_frames_kind wire_frames_kind(const struct wire_record *record);

/* Calls `on_frame` for each frame, in order. */
void wire_frames_each(const struct wire_record *record, wire_frame_fn on_frame,
                      void *user);

#endif

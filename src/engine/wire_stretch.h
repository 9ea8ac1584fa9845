/*
 * A stretch of a stream as it came, with the times of its reads, packed: the events of a
 * stream differ in a few bytes each, so of each one only what differs from the one before
 * is stored. Nothing is lost: the reads come out byte for byte as they went in.
 */
#ifndef ENGINE_WIRE_STRETCH_H
#define ENGINE_WIRE_STRETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/base/strbuf.h"

/* What was packed of a piece: a read, or an event of a read that brought several. */
struct wire_piece {
    uint32_t time; /* since the request, in units of the module */
    uint32_t len;  /* of the piece itself */
    uint16_t
        prefix; /* bytes that it has in common with the beginning of the one before */
    uint16_t suffix; /* … and with its end */
};

/* A zeroed stretch is empty. */
struct wire_stretch {
    struct strbuf packed; /* what the pieces do not have in common */
    struct wire_piece *pieces;
    size_t count;
    size_t cap;
    struct strbuf base; /* the piece that the next one is compared with */
    size_t len;         /* bytes of the stream */
};

/* Bytes that came at a time; `goes_on`: the same read has brought the following, too. */
typedef void (*wire_read_fn)(void *user, int64_t at_us, const char *bytes, size_t len,
                             bool goes_on);

void wire_stretch_init(struct wire_stretch *stretch);
void wire_stretch_clear(struct wire_stretch *stretch);

/* The length of the piece at the beginning of these bytes: to the end of its event. */
size_t wire_stretch_piece(const char *bytes, size_t len);

/* Adds a piece that came at that time. */
void wire_stretch_add(struct wire_stretch *stretch, int64_t at_us, const char *bytes,
                      size_t len, bool goes_on);

/* Drops pieces from the front until it takes no more than `size`, the last one apart;
 * returns how many bytes of the stream have gone. */
size_t wire_stretch_trim(struct wire_stretch *stretch, size_t size);

/* Calls `on_read` for each piece in order. */
void wire_stretch_each(const struct wire_stretch *stretch, wire_read_fn on_read,
                       void *user);

/* The bytes that are needed; those that are allocated. */
size_t wire_stretch_size(const struct wire_stretch *stretch);
size_t wire_stretch_memory(const struct wire_stretch *stretch);

/* Appends the bytes as they came. */
void wire_stretch_append(const struct wire_stretch *stretch, struct strbuf *out);

#endif

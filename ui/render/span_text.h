/*
 * A text of several styles, before it is wrapped: pieces of a source text, of our own
 * text, and forced line breaks. A place in it is a number that counts the bytes of the
 * pieces. Clusters never reach from one piece into the next, so whoever measures, wraps
 * and draws piece by piece sees the same cells.
 */
#ifndef RENDER_SPAN_TEXT_H
#define RENDER_SPAN_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ui/theme/role.h"

/* Where the bytes of a piece are. */
enum span_from { SPAN_SOURCE, SPAN_OWN, SPAN_SIGN, SPAN_BREAK };

struct span_piece {
    uint32_t at;
    uint32_t len;
    uint32_t place; /* of its first byte */
    uint8_t role;   /* enum role */
    uint8_t from;   /* enum span_from; never a sign */
    uint16_t link;  /* the number of an address of span_rows; 0: none */
};

struct span_text {
    struct span_piece *pieces;
    size_t count;
    size_t cap;
    uint32_t end;      /* the place after the last piece */
    bool is_separated; /* the next piece stays apart from the last */
    uint16_t link;     /* what is added now leads there; 0: nowhere */
};

/* The texts that pieces lie in. */
struct span_base {
    const char *source;
    const char *own;
};

/* One line of a text that is being wrapped. */
struct span_line {
    size_t start;
    size_t end;   /* of what is drawn */
    size_t next;  /* where the line after it begins */
    bool is_last; /* nothing follows */
};

void span_text_clear(struct span_text *text);

/* Empties the text and keeps the memory. */
void span_text_reset(struct span_text *text);

/* Adds `len` bytes; joined with the piece before where they continue it in one role. */
void span_text_add(struct span_text *text, enum span_from from, size_t at, size_t len,
                   enum role role);

/* Adds a forced line break. */
void span_text_add_break(struct span_text *text);

/* Adds the pieces `first` to `first + count - 1` of another text. */
void span_text_add_all(struct span_text *text, const struct span_text *other,
                       size_t first, size_t count);

/* Fills one line of `width` cells from line->start; `limit` is where the text ends for
 * this purpose. */
void span_text_fill(const struct span_text *text, const struct span_base *base, int width,
                    size_t limit, struct span_line *line);

/* The cells of the places from `start` to `end` in one line; `widest`, which may be NULL,
 * becomes those of a cluster of it if that has more. */
int span_text_width(const struct span_text *text, const struct span_base *base,
                    size_t start, size_t end, int *widest);

/* The index of the piece that holds a place below text->end. */
size_t span_text_find(const struct span_text *text, size_t place);

/* The bytes of a piece. */
const char *span_piece_bytes(const struct span_piece *piece,
                             const struct span_base *base);

#endif

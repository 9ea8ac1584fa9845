/*
 * Event streams from strangers. Whatever the bytes and wherever the reads cut them, the
 * events must be the same: the input is fed whole, byte by byte and in pieces whose sizes
 * follow from the input, and the three lists of events are compared.
 */
#include "tests/fuzz/fuzz.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/mem.h"
#include "src/base/rng.h"
#include "src/net/sse.h"

enum feeding { FEED_WHOLE, FEED_BYTEWISE, FEED_PIECES };

static void require(bool is_true, const char *what)
{
    if (is_true)
        return;
    fprintf(stderr, "does not hold: %s\n", what);
    abort();
}

/* Writes the event so that two different ones never look the same. */
static bool on_event(void *user, const struct sse_event *event)
{
    struct strbuf *events = user;
    require(event->data[event->len] == '\0', "data ends in NUL");
    require(event->type[0] != '\0', "an event has a type");
    strbuf_append_format(events, "%zu %s %zu %d ", strlen(event->type), event->type,
                         event->len, event->is_unfinished);
    strbuf_append(events, event->data, event->len);
    return true;
}

static size_t piece_len(enum feeding feeding, struct rng *rng, size_t left)
{
    size_t len = left;
    switch (feeding) {
    case FEED_WHOLE: break;
    case FEED_BYTEWISE: len = 1; break;
    case FEED_PIECES: len = 1 + (size_t)rng_below(rng, rng_below(rng, 8) == 0 ? 200 : 6);
    }
    return len < left ? len : left;
}

static void collect(struct strbuf *events, const char *bytes, size_t size,
                    enum feeding feeding)
{
    struct sse sse;
    struct rng rng;
    rng_init(&rng, size);
    sse_init(&sse);
    for (size_t at = 0; at < size;) {
        const size_t len = piece_len(feeding, &rng, size - at);
        /* An allocation of its own: reading past the piece is seen. */
        char *piece = mem_strndup(bytes + at, len);
        require(sse_feed(&sse, piece, len, on_event, events, NULL), "no ceiling is near");
        mem_free(piece);
        at += len;
    }
    require(sse_finish(&sse, on_event, events, NULL), "the end is never too long");
    sse_clear(&sse);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct strbuf whole;
    strbuf_init(&whole, STRBUF_OWN_MAX);
    collect(&whole, (const char *)data, size, FEED_WHOLE);
    for (enum feeding feeding = FEED_BYTEWISE; feeding <= FEED_PIECES; feeding++) {
        struct strbuf cut;
        strbuf_init(&cut, STRBUF_OWN_MAX);
        collect(&cut, (const char *)data, size, feeding);
        require(cut.len == whole.len, "cuts do not change the events");
        require(memcmp(strbuf_text(&cut), strbuf_text(&whole), cut.len) == 0,
                "cuts do not change the events");
        strbuf_clear(&cut);
    }
    strbuf_clear(&whole);
    return 0;
}

/*
 * JSON lines from strangers. Whatever the bytes and wherever the reads cut them, the
 * lines must be the same: the input is fed whole, byte by byte and in pieces whose sizes
 * follow from the input, and the three lists of lines are compared.
 */
#include "tests/fuzz/fuzz.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/mem.h"
#include "src/base/rng.h"
#include "src/net/ndjson.h"

enum feeding { FEED_WHOLE, FEED_BYTEWISE, FEED_PIECES };

static void require(bool is_true, const char *what)
{
    if (is_true)
        return;
    fprintf(stderr, "does not hold: %s\n", what);
    abort();
}

/* Writes the line so that two different ones never look the same. */
static bool on_line(void *user, const char *line, size_t len, bool is_unfinished)
{
    struct strbuf *lines = user;
    require(line[len] == '\0', "a line ends in NUL");
    require(len > 0, "a line is not empty");
    require(memchr(line, '\n', len) == NULL, "a line holds no LF");
    strbuf_append_format(lines, "%zu %d ", len, is_unfinished);
    strbuf_append(lines, line, len);
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

static void collect(struct strbuf *lines, const char *bytes, size_t size,
                    enum feeding feeding)
{
    struct ndjson ndjson;
    struct rng rng;
    rng_init(&rng, size);
    ndjson_init(&ndjson);
    for (size_t at = 0; at < size;) {
        const size_t len = piece_len(feeding, &rng, size - at);
        /* An allocation of its own: reading past the piece is seen. */
        char *piece = mem_strndup(bytes + at, len);
        require(ndjson_feed(&ndjson, piece, len, on_line, lines, NULL),
                "no ceiling is near");
        mem_free(piece);
        at += len;
    }
    ndjson_finish(&ndjson, on_line, lines);
    ndjson_clear(&ndjson);
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
        require(cut.len == whole.len, "cuts do not change the lines");
        require(memcmp(strbuf_text(&cut), strbuf_text(&whole), cut.len) == 0,
                "cuts do not change the lines");
        strbuf_clear(&cut);
    }
    strbuf_clear(&whole);
    return 0;
}

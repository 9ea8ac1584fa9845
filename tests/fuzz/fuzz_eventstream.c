/*
 * Binary event streams from strangers. Any bytes would hardly ever have a sum that fits,
 * so the input is tried twice: as it is, and with every sum made right on the way. What
 * must hold: the cuts between reads change neither the messages nor the outcome.
 */
#include "tests/fuzz/fuzz.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/mem.h"
#include "src/base/rng.h"
#include "src/net/eventstream.h"
#include "tests/support/event_frame.h"

enum feeding { FEED_WHOLE, FEED_BYTEWISE, FEED_PIECES };

static void require(bool is_true, const char *what)
{
    if (is_true)
        return;
    fprintf(stderr, "does not hold: %s\n", what);
    abort();
}

/* Writes the message so that two different ones never look the same. */
static bool on_message(void *user, const struct eventstream_message *message)
{
    struct strbuf *messages = user;
    require(message->payload[message->len] == '\0', "a payload ends in NUL");
    strbuf_append_format(messages, "%zu %s %zu ", strlen(message->type), message->type,
                         message->len);
    strbuf_append(messages, message->payload, message->len);
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

static void collect(struct strbuf *messages, const struct strbuf *bytes,
                    enum feeding feeding)
{
    struct eventstream stream;
    struct rng rng;
    bool ok = true;
    rng_init(&rng, bytes->len);
    eventstream_init(&stream);
    for (size_t at = 0; ok && at < bytes->len;) {
        const size_t len = piece_len(feeding, &rng, bytes->len - at);
        /* An allocation of its own: reading past the piece is seen. */
        char *piece = mem_strndup(bytes->text + at, len);
        ok = eventstream_feed(&stream, piece, len, on_message, messages, NULL);
        mem_free(piece);
        at += len;
    }
    ok = ok && eventstream_finish(&stream, NULL);
    strbuf_append_text(messages, ok ? "good" : "damaged");
    eventstream_clear(&stream);
}

static void check_cuts(const struct strbuf *bytes)
{
    struct strbuf whole;
    strbuf_init(&whole, STRBUF_OWN_MAX);
    collect(&whole, bytes, FEED_WHOLE);
    for (enum feeding feeding = FEED_BYTEWISE; feeding <= FEED_PIECES; feeding++) {
        struct strbuf cut;
        strbuf_init(&cut, STRBUF_OWN_MAX);
        collect(&cut, bytes, feeding);
        require(cut.len == whole.len && memcmp(cut.text, whole.text, cut.len) == 0,
                "cuts do not change the messages");
        strbuf_clear(&cut);
    }
    strbuf_clear(&whole);
}

/* Makes of any bytes messages with sums that fit: each takes two bytes for the length of
 * its headers and two for that of its payload, and as much of the rest as they say. */
static void append_mended(struct strbuf *stream, const uint8_t *data, size_t size)
{
    while (size > 4) {
        const size_t left = size - 4;
        size_t headers_len = (size_t)data[0] << 8 | data[1];
        size_t payload_len = (size_t)data[2] << 8 | data[3];
        headers_len = headers_len < left ? headers_len : left;
        payload_len = payload_len < left - headers_len ? payload_len : left - headers_len;
        struct strbuf headers;
        strbuf_init(&headers, STRBUF_OWN_MAX);
        strbuf_append(&headers, (const char *)data + 4, headers_len);
        event_frame_append(stream, &headers, (const char *)data + 4 + headers_len,
                           payload_len);
        strbuf_clear(&headers);
        data += 4 + headers_len + payload_len;
        size -= 4 + headers_len + payload_len;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct strbuf plain;
    struct strbuf mended;
    strbuf_init(&plain, STRBUF_OWN_MAX);
    strbuf_init(&mended, STRBUF_OWN_MAX);
    strbuf_append(&plain, (const char *)data, size);
    append_mended(&mended, data, size);
    check_cuts(&plain);
    check_cuts(&mended);
    strbuf_clear(&plain);
    strbuf_clear(&mended);
    return 0;
}

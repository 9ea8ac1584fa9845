/*
 * Server-Sent Events framing: bytes in, events out, whatever the cuts between reads.
 * Works on bytes; the grammar is the one of the HTML standard (event stream format),
 * with two leniences: sse_finish dispatches what a clean end of body left pending, and
 * an event of type "error" is dispatched even without any data line. What the fields id
 * and retry say is kept for those who connect again. Ill-formed UTF-8 passes through.
 * Knows nothing of JSON or of any protocol.
 */
#ifndef NET_SSE_H
#define NET_SSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/base/error.h"
#include "src/base/strbuf.h"

struct sse_event {
    const char *type; /* "message" unless an event field said otherwise; never empty */
    const char *data; /* NUL-terminated; lines joined with LF; may hold NULs */
    size_t len;
    bool is_unfinished; /* dispatched by sse_finish, without its closing blank line */
};

/* Called for each event, which is valid during the call; returns false to stop: the rest
 * of the input is dropped. Must not clear the parser. */
typedef bool (*sse_event_fn)(void *user, const struct sse_event *event);

struct sse {
    struct strbuf line; /* the line under way */
    struct strbuf data; /* data lines of the event under way */
    struct strbuf type;
    struct strbuf id; /* of the event under way */
    struct strbuf
        last_id;      /* of the last whole event that had one, with or without data */
    int64_t retry_ms; /* how long to wait before connecting again; -1: not said */
    bool has_id;
    unsigned bom_matched;
    bool is_past_bom;
    bool has_data;
    bool skips_lf; /* the last line ended in a CR: swallow one LF */
    bool is_stopped;
};

/* The longest line and the largest event, 16 MiB. */
#define SSE_MAX ((size_t)16 << 20)

/* An id longer than this is not kept. */
#define SSE_ID_MAX ((size_t)4 << 10)

void sse_init(struct sse *sse);
void sse_clear(struct sse *sse);

/*
 * Takes the next bytes and calls `on_event` for each event that is complete. False with
 * class ERROR_PROTOCOL when a line or an event passes the ceiling.
 */
bool sse_feed(struct sse *sse, const char *bytes, size_t len, sse_event_fn on_event,
              void *user, struct error *err);

/* The body ended cleanly: takes an unterminated last line and dispatches what is pending.
 */
bool sse_finish(struct sse *sse, sse_event_fn on_event, void *user, struct error *err);

#endif

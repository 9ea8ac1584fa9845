/*
 * The binary framing application/vnd.amazon.eventstream: bytes in, messages out, whatever
 * the cuts between reads. Each message has a length, headers, a payload and two CRC-32
 * sums, which are checked. Source of the format: the AWS event stream encoding.
 */
#ifndef NET_EVENTSTREAM_H
#define NET_EVENTSTREAM_H

#include <stdbool.h>
#include <stddef.h>

#include "src/base/error.h"
#include "src/base/strbuf.h"

struct eventstream_message {
    const char *type; /* the event type; "exception/NAME", "error/CODE" for failures */
    /* NUL-terminated. Of a failure without a payload: the words in its header. */
    const char *payload;
    size_t len;
};

/* Called for each message; returns false to stop: the rest of the input is dropped. */
typedef bool (*eventstream_fn)(void *user, const struct eventstream_message *message);

struct eventstream {
    struct strbuf pending; /* the message under way */
    bool is_stopped;
};

/* The largest message, 24 MiB. */
#define EVENTSTREAM_MAX ((size_t)24 << 20)

void eventstream_init(struct eventstream *stream);
void eventstream_clear(struct eventstream *stream);

/*
 * Takes the next bytes. False with class ERROR_PROTOCOL for a length that cannot be or a
 * checksum that does not fit; the messages before it have been handed out.
 */
bool eventstream_feed(struct eventstream *stream, const char *bytes, size_t len,
                      eventstream_fn on_message, void *user, struct error *err);

/* The body ended: false with class ERROR_PROTOCOL if a message was under way. */
bool eventstream_finish(struct eventstream *stream, struct error *err);

#endif

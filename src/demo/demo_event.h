/*
 * The bytes of the protocol: chunks of a stream and the whole answer as one object.
 *
 * Everything that is the same in all chunks of an answer is made once, so that a chunk
 * costs three copies; the fastest model writes hundreds of megabytes a second.
 */
#ifndef DEMO_EVENT_H
#define DEMO_EVENT_H

#include <stddef.h>
#include <stdint.h>

#include "src/base/strbuf.h"
#include "src/demo/demo_chat.h"
#include "src/demo/demo_script.h"

enum demo_channel { DEMO_CHANNEL_TEXT, DEMO_CHANNEL_REASONING };

struct demo_event {
    struct strbuf heads[2]; /* from "data:" to the opening quote, by channel */
    struct strbuf tail;     /* from the closing quote to the blank line */
    struct strbuf base;     /* from "data:" to the opening of choices */
    char id[40];
    int64_t created;
    const struct demo_chat *chat; /* borrowed */
};

struct demo_usage {
    int64_t prompt;
    int64_t completion;
    int64_t reasoning;
};

/* Prepares the fixed parts for an answer to `chat`, which must outlive the event. */
void demo_event_init(struct demo_event *event, const struct demo_chat *chat);

void demo_event_clear(struct demo_event *event);

/* The most bytes that demo_event_write_token can write for these fixed parts. */
size_t demo_event_token_max(const struct demo_event *event);

/*
 * Writes the chunk of one token (at most DEMO_TOKEN_MAX bytes) to `out`, which has room
 * for demo_event_token_max bytes. Returns its length.
 */
size_t demo_event_write_token(const struct demo_event *event, enum demo_channel channel,
                              const char *token, size_t len, char *out);

/* Appends a chunk with this delta object and finish reason (NULL = null). */
void demo_event_append_delta(const struct demo_event *event, struct strbuf *out,
                             const char *delta, const char *finish);

/* Appends the chunk that has no choices but the usage. */
void demo_event_append_usage(const struct demo_event *event, struct strbuf *out,
                             const struct demo_usage *usage);

/*
 * Appends the whole answer as one chat.completion object. The script holds exactly what
 * was said.
 */
void demo_event_append_whole(const struct demo_event *event, struct strbuf *out,
                             const struct demo_script *script, const char *finish,
                             const struct demo_usage *usage);

#endif

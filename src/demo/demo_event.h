/*
 * One answer being written in its protocol's form: what all its events have in common and
 * how far it has come. The record of the protocol fills and reads it.
 *
 * Everything that is the same in all events with text is made once, so that a token costs
 * three copies; the fastest model writes hundreds of megabytes a second.
 */
#ifndef DEMO_EVENT_H
#define DEMO_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/base/strbuf.h"
#include "src/demo/demo_protocol.h"
#include "src/demo/demo_script.h"

enum demo_channel { DEMO_CHANNEL_TEXT, DEMO_CHANNEL_REASONING };

/* What an answer is made of; some protocols open and close each part. */
enum demo_part_kind {
    DEMO_PART_NONE,
    DEMO_PART_TEXT,
    DEMO_PART_REASONING,
    DEMO_PART_CALL
};

struct demo_part {
    enum demo_part_kind kind;
    size_t call; /* index in the script */
};

struct demo_event {
    const struct demo_protocol *protocol;
    const struct demo_chat *chat;     /* borrowed */
    const struct demo_script *script; /* borrowed; the calls that are made */
    char mark[20];                    /* of this answer, for the ids in it */
    int64_t created;
    struct strbuf heads[2]; /* of an event with text, by channel: up to the text */
    struct strbuf tail;     /* and what follows the text */
    int64_t number;         /* events so far, where they are numbered */
    struct demo_part open;
    struct demo_part next;
    size_t part_count;     /* parts opened so far */
    size_t call_len;       /* bytes of arguments given of the open call */
    struct strbuf output;  /* finished parts, where the end repeats them */
    struct strbuf said[2]; /* text so far, by channel, if `keeps_text` */
    bool keeps_text;
};

/* Prepares an answer to `chat` with the calls of `script`; both must outlive it. */
void demo_event_init(struct demo_event *event, const struct demo_chat *chat,
                     const struct demo_script *script);

void demo_event_clear(struct demo_event *event);

/* The most bytes that demo_event_write_token can write. */
size_t demo_event_token_max(const struct demo_event *event);

/*
 * Writes the event of one token (at most DEMO_TOKEN_MAX bytes) to `out`, which has room
 * for demo_event_token_max bytes. Returns its length.
 */
size_t demo_event_write_token(struct demo_event *event, enum demo_channel channel,
                              const char *token, size_t len, char *out);

/* Appends an event with text of any length. */
void demo_event_append_text(struct demo_event *event, struct strbuf *out,
                            enum demo_channel channel, const char *text, size_t len);

/* Appends an event with text that stops behind the text, in the middle of its string. */
void demo_event_append_half(struct demo_event *event, struct strbuf *out,
                            enum demo_channel channel, const char *text, size_t len);

/* Goes over to another part, if the protocol has parts and it is not open already. */
void demo_event_change(struct demo_event *event, struct strbuf *out,
                       struct demo_part part);

/* Appends the end: closes the last part first. */
void demo_event_end(struct demo_event *event, struct strbuf *out,
                    const struct demo_ending *ending);

/* Appends the number that ends an event, and its end: for protocols with numbers. */
void demo_event_append_number(struct demo_event *event, struct strbuf *out);

#endif

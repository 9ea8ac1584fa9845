/*
 * How the last turn of each chat went, as phases on a time axis: who waited for what, and
 * when who was done. Made from the engine's events and from what the taps hear, with the
 * times at which these come: it asks no clock, so a replay at any pace draws true.
 */
#ifndef ENGINE_RACE_H
#define ENGINE_RACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/base/strbuf.h"
#include "src/chat/chat.h"
#include "src/engine/event.h"
#include "src/engine/wire.h"

enum race_phase {
    RACE_QUEUED,
    RACE_CONNECT, /* its key, the name look-up, the connection */
    RACE_TLS,
    RACE_WAITING, /* sent; nothing of the answer has come */
    RACE_REASONING,
    RACE_TEXT,
    RACE_APPROVAL, /* tool calls wait for a person */
    RACE_TOOLS,
    RACE_RETRY, /* waits before another try */
    RACE_PHASE_COUNT
};

enum race_end { RACE_RUNNING, RACE_DONE, RACE_STOPPED, RACE_FAILED };

/* A phase goes on until the next one begins. */
struct race_span {
    enum race_phase phase;
    int64_t at_ms; /* since the turn began */
};

/* A turn that changes its phase more often than that keeps the last one. */
#define RACE_SPAN_MAX 1024

/* Times in ms since the turn began; -1 where not reached or not known. */
struct race_track {
    chat_id chat;
    int64_t begin_ms; /* of the clock that the times came from */
    int64_t end_ms;
    enum race_end end;
    int64_t first_token_ms;
    int64_t tokens;  /* that the model has written, as the service counts */
    double rate;     /* tokens a second, or negative */
    double cost;     /* or negative */
    int64_t sent_ms; /* when the request under way was sent */
    struct race_span *spans;
    size_t span_count;
    size_t span_cap;
};

/* A zeroed race is empty. */
struct race {
    struct race_track *tracks;
    size_t count;
    size_t cap;
};

void race_clear(struct race *race);

/* Takes an event; `chat` is the one it names, or NULL. */
void race_hear(struct race *race, const struct engine_event *event,
               const struct chat *chat, int64_t now_ms);

/* Takes what a tap hears: when the connection was there, and when it was safe. */
void race_hear_wire(struct race *race, const struct wire_event *event);

/* The last turn of the chat, or NULL. Valid until the race hears something. */
const struct race_track *race_find(const struct race *race, chat_id chat);

/* How long it took, or takes so far. */
int64_t race_track_length(const struct race_track *track, int64_t now_ms);

/* The phase that takes most of the time from `from_ms` to `to_ms`, which lie in it. */
enum race_phase race_track_phase(const struct race_track *track, int64_t from_ms,
                                 int64_t to_ms);

/* The name of a phase, and the character that stands for it. */
const char *race_phase_name(enum race_phase phase);
char race_phase_sign(enum race_phase phase);

/* Appends the turn in words: "queued 0.2 s, first byte 1.1 s, text 2.4 s; done". */
void race_track_describe(const struct race_track *track, int64_t now_ms,
                         struct strbuf *out);

#endif

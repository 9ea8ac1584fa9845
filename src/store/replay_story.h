/*
 * How a race went, as plain data on one axis of time: which message of which pane began
 * when, what text it got when, which phases its pane went through. A front end that has
 * played a recording makes it; export_replay.h writes it down. Times in milliseconds
 * since the recording began.
 */
#ifndef STORE_REPLAY_STORY_H
#define STORE_REPLAY_STORY_H

#include <stddef.h>
#include <stdint.h>

#include "src/chat/message.h"

/* Text that came at once. */
struct replay_piece {
    int64_t at_ms;
    enum part_kind kind;
    char *text;
    size_t len;
};

/* A message on its way; a prompt is there at once, without pieces. */
struct replay_message {
    uint64_t id; /* in its chat */
    int64_t begin_ms;
    int64_t end_ms;
    struct replay_piece *pieces;
    size_t piece_count;
    size_t piece_cap;
};

/* A phase goes on until the next one begins. */
struct replay_phase {
    const char *name; /* static text: "queued", "text", …, "done" */
    int64_t at_ms;
};

struct replay_pane {
    struct replay_message *messages; /* in the order they began */
    size_t message_count;
    size_t message_cap;
    struct replay_phase *phases;
    size_t phase_count;
    size_t phase_cap;
};

struct replay_story {
    struct replay_pane *panes; /* of the session's chats, in order */
    size_t pane_count;
    size_t pane_cap;
    int64_t length_ms;
};

/* The pane of that place; made, with those before it, if it is not there yet. */
struct replay_pane *replay_story_pane(struct replay_story *story, size_t place);

/* The message called `id`; NULL: it has not begun. */
struct replay_message *replay_pane_find(struct replay_pane *pane, uint64_t id);

/* A message begins, and is over as soon as that; pieces that are added make it longer. */
struct replay_message *replay_pane_add(struct replay_pane *pane, uint64_t id,
                                       int64_t at_ms);

/* Copies the text. */
void replay_message_add(struct replay_message *message, enum part_kind kind,
                        int64_t at_ms, const char *text, size_t len);

void replay_pane_add_phase(struct replay_pane *pane, const char *name, int64_t at_ms);

void replay_story_clear(struct replay_story *story);

#endif

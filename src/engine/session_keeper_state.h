/*
 * The inside of the keeper, for the files that make it up: session_keeper.c (when
 * something is written), session_restore.c (the way back), session_shelf.c (the store as
 * lists and single sessions), session_title.c. Everybody else uses session_keeper.h.
 */
#ifndef ENGINE_SESSION_KEEPER_STATE_H
#define ENGINE_SESSION_KEEPER_STATE_H

#include <ev.h>

#include "src/engine/session_keeper.h"
#include "src/engine/session_lock.h"
#include "src/engine/session_notes.h"

struct session_keeper {
    struct session_keeper_options options;
    char *path;
    struct store *store; /* NULL: not open */
    struct session_notes notes;
    struct kept_session *current;
    struct kept_chat *last_heard; /* of the last event: the next is mostly of it too */
    int64_t *doomed;              /* stored sessions that are to go */
    size_t doomed_count;
    size_t doomed_cap;
    struct ev_timer due;  /* a write, or another try of one */
    struct ev_timer warm; /* opens the store soon after the first chat */
    enum store_result last_result;
    size_t refusals;             /* in a row */
    int64_t refused_ms;          /* since when */
    bool has_complained;         /* a person knows that nothing is stored just now */
    char *untold;                /* a sentence that nobody was there to hear, or NULL */
    char *title_model;           /* that is asked for titles; NULL: none is */
    chat_id title_chat;          /* in which it is asked just now; 0: it is not */
    struct kept_session *titled; /* what for */
    struct ev_timer title_due;
    bool is_restoring;
    bool wants_new; /* the next chat begins a session */
};

/* session_keeper.c */

/* Opens the store where it is not open yet. */
bool keeper_open(struct session_keeper *keeper, struct error *err);
void keeper_tell(struct session_keeper *keeper, const char *sentence);

/* Plans a write within 200 ms. */
void keeper_plan(struct session_keeper *keeper);

/* Runs `put` as a transaction of its own; false with err filled if it came to nothing. */
bool keeper_change(struct session_keeper *keeper,
                   bool (*put)(struct store *store, void *user), void *user,
                   struct error *err);

/* session_title.c */

/* Hears what the end of an answer means for titles; `kept` may be NULL. */
void keeper_hear_title(struct session_keeper *keeper, const struct engine_event *event,
                       const struct kept_chat *kept);

/* The callback of title_due. */
void keeper_on_title_due(struct ev_loop *loop, struct ev_timer *timer, int events);

#endif

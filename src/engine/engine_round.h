/*
 * The tools of a turn, inside of the engine: a round is the calls of one answer, from the
 * answer that asks to the message with their results.
 */
#ifndef ENGINE_ENGINE_ROUND_H
#define ENGINE_ENGINE_ROUND_H

#include <ev.h>

#include "src/chat/message.h"
#include "src/engine/call.h"
#include "src/engine/event.h"

struct conversation;

/* A call that was made before in the same turn, by its tool and arguments. */
struct made_call {
    char *what;
    size_t count;
};

/* How far a turn's tools have come. A round is the calls of one answer. */
struct tool_round {
    bool is_running;
    bool is_stop_wanted;
    enum turn_state state;
    enum turn_state told; /* the state as told last */
    int64_t since_ms;
    int64_t begin_ms;
    uint64_t answer_id; /* whose calls they are */
    size_t count;       /* of rounds since a person was asked last, this one included */
    size_t misfits;     /* rounds in a row with arguments that did not fit */
    struct made_call *made;
    size_t made_len;
    size_t made_cap;
};

/* Begins a new turn's count of rounds. */
void round_reset(struct conversation *conversation);
void round_clear(struct conversation *conversation);

/* Puts the calls of a settled answer on the desk; false if it has none that are made
 * here: the turn is over then. */
bool round_begin(struct conversation *conversation, struct message *answer);

/* Adds the empty answer that says how a turn ended in the middle of its tools: with that
 * failure, or stopped (NULL). */
struct message *round_add_end(struct conversation *conversation, const char *failure);

/* Ends the round, from the loop, as stopped by the person. */
void round_stop(struct conversation *conversation);

/* Ends it at once without results, for a chat that goes another way or is closed. */
void round_abandon(struct conversation *conversation);

/* A tool_desk_owner's on_call; `user` is the engine. */
void round_on_call(void *user, call_key key, enum call_change change);

/* Concludes rounds that were stopped; the callback of round_due. */
void round_on_due(struct ev_loop *loop, struct ev_timer *timer, int events);

#endif

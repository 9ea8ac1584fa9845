/*
 * What the core tells the outside world: one listener, one tagged event. Events carry
 * ids; the listener looks up the rest (engine_get_chat, engine_get_turn). Borrowed text
 * is valid during the call only. The listener may call any engine function.
 *
 * Of one turn come, in this order: started, state …, text / reasoning / tool calls; where
 * its tools run, word of each call, a message with their results and the next answer's
 * state, text …; then for a failure one error, and always exactly one done.
 */
#ifndef ENGINE_EVENT_H
#define ENGINE_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/base/error.h"

typedef uint32_t chat_id;

enum event_kind {
    EVENT_CHAT_OPENED,
    EVENT_CHAT_CLOSED,
    EVENT_MESSAGE_ADDED, /* message_id: a prompt or an empty answer joined the path */
    EVENT_TURN_STARTED,  /* message_id: the answer */
    EVENT_TURN_STATE,    /* state; see engine_get_turn for since when and how long */
    EVENT_TEXT,          /* message_id, text, len: text was appended */
    EVENT_REASONING,
    EVENT_REFUSAL,
    EVENT_CALL_DELTA, /* message_id: arguments of a tool call are arriving */
    EVENT_TOOL_CALL,  /* message_id, part_index: a call is whole */
    EVENT_ERROR,      /* message_id: see the message's facts */
    EVENT_DONE,       /* message_id: the answer is settled */
    EVENT_QUEUE,      /* the follow-ups waiting in this chat changed */
    EVENT_MODELS,     /* endpoint: its list of models has come, or has failed */
    EVENT_NOTICE,     /* text, len: a sentence about this turn that is worth saying */
    EVENT_FALLBACK,   /* text, len: why another model answers; see the message's facts */
    EVENT_CALL,  /* call, change: what happened to a tool call; see engine_find_call */
    EVENT_TOOLS, /* the tools there are, or the state of a server, changed */
    EVENT_MESSAGE_CHANGED, /* message_id: a person has changed something of it */
    EVENT_PATH /* message_id: the tip, 0: none. The path has changed by no turn: another
                  branch, an answer rewritten or taken over, a chat that was there
                  before. All messages of the chat may be new */
};

/* What happened to a tool call. */
enum call_change {
    CALL_CHANGE_ASKED, /* it waits for a person */
    CALL_CHANGE_EDITED,
    CALL_CHANGE_DECIDED,
    CALL_CHANGE_STARTED,
    CALL_CHANGE_PROGRESS,
    CALL_CHANGE_ENDED
};

/* The states of a turn, in the order it may pass through them. */
enum turn_state {
    TURN_IDLE,
    TURN_QUEUED, /* waits for a free place among the requests in flight */
    TURN_CONNECTING,
    TURN_WAITING, /* sent; no token yet */
    TURN_STREAMING,
    TURN_RETRYING, /* waits before another try */
    TURN_APPROVAL, /* tool calls of it wait for a person */
    TURN_TOOLS,    /* its tools run */
    TURN_STATE_COUNT
};

/* What a queued turn waits for. */
enum queue_reason {
    QUEUE_JOBS,        /* as many requests as the person allows are in flight */
    QUEUE_CONCURRENCY, /* as many as the service allows at once */
    QUEUE_REQUESTS,    /* too many requests in this minute */
    QUEUE_TOKENS,      /* too many tokens in this minute */
    QUEUE_RETRY_AFTER, /* the service has asked to wait */
    QUEUE_REASON_COUNT
};

/* What a front end may show of a running turn. Times in ms of clock_now_ms. */
struct turn_status {
    enum turn_state state;
    int64_t since_ms;       /* when this state began */
    int64_t first_token_ms; /* when the first token came; -1 not yet */
    int64_t last_byte_ms;   /* when bytes came last; -1 not yet */
    int64_t wait_until_ms;  /* while retrying; -1 otherwise */
    enum error_class retry_reason;
    int attempt;           /* from 1 */
    int attempt_max;       /* while retrying: tries in all */
    size_t queue_position; /* while queued, from 1 */
    enum queue_reason queue_reason;
    int64_t queue_wait_ms;   /* while queued: about how long yet; -1 not known */
    bool is_waiting_for_key; /* while connecting: the command that prints the key runs */
    int64_t delta_count;     /* pieces of text that came: about one a token */
};

struct endpoint;

struct engine_event {
    enum event_kind kind;
    chat_id chat; /* 0 for what belongs to no chat */
    uint64_t message_id;
    enum turn_state state;
    const char *text;
    size_t len;
    size_t part_index;
    const struct endpoint *endpoint;
    uint64_t call; /* a call_key of src/engine/call.h */
    enum call_change change;
};

typedef void (*engine_listener_fn)(void *user, const struct engine_event *event);

struct engine;

/*
 * Lets a part of the core hear each event before the listener does, in the order of the
 * calls: what is kept or recorded must have it before anybody can act on it. A watcher
 * changes nothing of the engine while it is told, and may still look at a chat that it is
 * told is closed. At most ENGINE_WATCHER_MAX.
 */
#define ENGINE_WATCHER_MAX 4
void engine_watch(struct engine *engine, engine_listener_fn watcher, void *user);
void engine_unwatch(struct engine *engine, engine_listener_fn watcher, void *user);

/* The state's name in the JSON output: "queued", "connecting", … */
const char *turn_state_name(enum turn_state state);

/* What a turn waits for, in the JSON output: "jobs", "concurrency", … */
const char *queue_reason_name(enum queue_reason reason);

#endif

/* Names of the turn states and of what they wait for, as the JSON output spells them. */
#include "src/engine/event.h"

static const char *const turn_state_names[TURN_STATE_COUNT] = {
    [TURN_IDLE] = "idle",
    [TURN_QUEUED] = "queued",
    [TURN_CONNECTING] = "connecting",
    [TURN_WAITING] = "waiting",
    [TURN_STREAMING] = "streaming",
    [TURN_RETRYING] = "retrying",
    [TURN_APPROVAL] = "approval",
    [TURN_TOOLS] = "tools",
};

const char *turn_state_name(enum turn_state state)
{
    return turn_state_names[state];
}

static const char *const queue_reason_names[QUEUE_REASON_COUNT] = {
    [QUEUE_JOBS] = "jobs",
    [QUEUE_CONCURRENCY] = "concurrency",
    [QUEUE_REQUESTS] = "requests",
    [QUEUE_TOKENS] = "tokens",
    [QUEUE_RETRY_AFTER] = "retry_after",
};

const char *queue_reason_name(enum queue_reason reason)
{
    return queue_reason_names[reason];
}

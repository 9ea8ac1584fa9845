/* Names of the turn states, as the JSON output spells them. */
#include "src/engine/event.h"

static const char *const turn_state_names[TURN_STATE_COUNT] = {
    [TURN_IDLE] = "idle",
    [TURN_QUEUED] = "queued",
    [TURN_CONNECTING] = "connecting",
    [TURN_WAITING] = "waiting",
    [TURN_STREAMING] = "streaming",
    [TURN_RETRYING] = "retrying",
};

const char *turn_state_name(enum turn_state state)
{
    return turn_state_names[state];
}

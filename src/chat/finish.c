/* Names of the finish reasons, in the order of the enum. */
#include "src/chat/finish.h"

static const char *const finish_names[FINISH_COUNT] = {
    [FINISH_NONE] = "none",
    [FINISH_STOP] = "stop",
    [FINISH_LENGTH] = "length",
    [FINISH_TOOL_CALLS] = "tool_calls",
    [FINISH_CONTENT_FILTER] = "content_filter",
    [FINISH_REFUSAL] = "refusal",
    [FINISH_PAUSE] = "pause",
    [FINISH_CANCELLED] = "cancelled",
    [FINISH_ERROR] = "error",
    [FINISH_UNKNOWN] = "unknown",
};

const char *finish_name(enum finish finish)
{
    return finish_names[finish];
}

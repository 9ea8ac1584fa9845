/* Why an answer ended, normalised over all providers; the names are those of the JSON. */
#ifndef CHAT_FINISH_H
#define CHAT_FINISH_H

enum finish {
    FINISH_NONE, /* not ended yet */
    FINISH_STOP,
    FINISH_LENGTH,
    FINISH_TOOL_CALLS,
    FINISH_CONTENT_FILTER,
    FINISH_REFUSAL,
    FINISH_PAUSE,
    FINISH_CANCELLED,
    FINISH_ERROR,
    FINISH_UNKNOWN,
    FINISH_COUNT
};

/* The name in the JSON output, such as "tool_calls". */
const char *finish_name(enum finish finish);

#endif

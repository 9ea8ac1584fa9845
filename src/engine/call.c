/* The names of decisions: of the JSON output, of the store and of exports. */
#include "src/engine/call.h"

const char *call_decision_name(enum call_decision decision)
{
    switch (decision) {
    case CALL_UNDECIDED: return "undecided";
    case CALL_ONCE: return "once";
    case CALL_SESSION: return "session";
    case CALL_ALWAYS: return "always";
    case CALL_EDITED: return "edited";
    case CALL_DENIED: return "denied";
    }
    return "";
}

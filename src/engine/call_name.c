/* A name is looked for among those that are given out. */
#include "src/engine/call_name.h"

#include <string.h>

const char *call_change_name(enum call_change change)
{
    switch (change) {
    case CALL_CHANGE_ASKED: return "asked";
    case CALL_CHANGE_EDITED: return "edited";
    case CALL_CHANGE_DECIDED: return "decided";
    case CALL_CHANGE_STARTED: return "started";
    case CALL_CHANGE_PROGRESS: return "progress";
    case CALL_CHANGE_ENDED: return "ended";
    }
    return "";
}

bool call_change_find(const char *name, enum call_change *change)
{
    for (unsigned i = CALL_CHANGE_ASKED; i <= CALL_CHANGE_ENDED && name != NULL; i++) {
        *change = (enum call_change)i;
        if (strcmp(call_change_name(*change), name) == 0)
            return true;
    }
    return false;
}

bool call_decision_find(const char *name, enum call_decision *decision)
{
    for (unsigned i = CALL_UNDECIDED; i <= CALL_DENIED && name != NULL; i++) {
        *decision = (enum call_decision)i;
        if (strcmp(call_decision_name(*decision), name) == 0)
            return true;
    }
    return false;
}

/* What happened to a call and how it was decided, as words in files and back. */
#ifndef ENGINE_CALL_NAME_H
#define ENGINE_CALL_NAME_H

#include <stdbool.h>

#include "src/engine/call.h"

/* "asked", "edited", "decided", "started", "progress", "ended"; static text. */
const char *call_change_name(enum call_change change);

/* False if there is none of that name, which may be NULL. */
bool call_change_find(const char *name, enum call_change *change);
bool call_decision_find(const char *name, enum call_decision *decision);

#endif

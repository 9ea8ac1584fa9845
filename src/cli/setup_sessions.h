/*
 * The sessions of a run: where they are kept, whether this one is, and which is opened
 * again. Only front ends in which a person talks keep anything.
 */
#ifndef CLI_SETUP_SESSIONS_H
#define CLI_SETUP_SESSIONS_H

#include <stdbool.h>

#include "src/cli/setup.h"

/* Where the database is; NULL: there is no home. Caller frees. */
char *setup_session_path(void);

/* True if the options name a session to be opened again, or the last one. */
bool setup_wants_session(const struct options *options);

/*
 * Makes the keeper of a setup whose engine is there, and finds the session to be opened
 * again. False with err filled if there is none, or the options contradict each other.
 * Without `is_person` (a script talks), and in a demo, nothing is kept unless a session
 * is opened again. `approval` is that of chats that are brought back.
 */
bool setup_keep_sessions(struct setup *setup, bool is_person, enum approval approval,
                         struct error *err);

/* Stores what is not stored yet; says on standard error if that cannot be. */
void setup_flush_sessions(struct setup *setup);

#endif

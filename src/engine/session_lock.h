/*
 * Who has a session open: two programs may use the database at once, but they would
 * number the messages of one chat alike. A lock file for each open session, beside the
 * database; the system lets go of it when the program dies, however it dies.
 */
#ifndef ENGINE_SESSION_LOCK_H
#define ENGINE_SESSION_LOCK_H

#include <stdint.h>

/* What a lock is to somebody who asks for it. */
enum session_lock_result {
    SESSION_LOCK_TAKEN,
    SESSION_LOCK_HELD,  /* by another program, or by this one */
    SESSION_LOCK_UNABLE /* there can be no locks here: a read-only folder, … */
};

/* Takes the lock of a session of the database at `path`; `*lock` is what
 * session_lock_free wants, -1 where none was taken. */
enum session_lock_result session_lock_take(const char *path, int64_t session, int *lock);

/* Lets go, and removes the file. -1 is allowed. */
void session_lock_free(const char *path, int64_t session, int lock);

#endif

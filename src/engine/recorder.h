/*
 * Records what the engine's chats do into a file that can be played again: it listens to
 * the wire and to the engine, and writes lines from the loop, at most 50 ms after what
 * they tell of. Keys reach no line. A file that cannot be written ends the recording,
 * never a chat.
 */
#ifndef ENGINE_RECORDER_H
#define ENGINE_RECORDER_H

#include <ev.h>

#include "src/base/error.h"
#include "src/engine/engine.h"

struct recorder;

struct recorder_options {
    struct engine *engine; /* outlives the recorder; has no chats yet */
    struct ev_loop *loop;
    const char *path;
    const char *program; /* its name and version, for the first line */
};

/* Makes the file; NULL with err filled (ERROR_USAGE) if that cannot be done. */
struct recorder *recorder_new(const struct recorder_options *options, struct error *err);

/* Writes what waits to be written. */
void recorder_flush(struct recorder *recorder);

/* Writes what is not written yet and closes. NULL is allowed. */
void recorder_free(struct recorder *recorder);

/* Who is told, once, that the recording has ended before its time, and why. NULL: nobody.
 * What could not be told before is told now. */
void recorder_listen(struct recorder *recorder,
                     void (*on_trouble)(void *user, const char *sentence), void *user);

#endif

/*
 * Plays a recording through an engine: opens its chats, puts its prompts on their paths,
 * and feeds what services had sent to the same decoders, at the times at which it came
 * or faster. Nothing is sent, no key is needed, no tool runs: decisions and results come
 * from the recording. Whoever listens to the engine hears what was heard then.
 *
 * While an engine has a replay, a person can look and close chats; sending, stopping,
 * answering calls and asking for lists of models are refused (engine_is_replaying).
 */
#ifndef ENGINE_REPLAY_H
#define ENGINE_REPLAY_H

#include <ev.h>

#include "src/config/catalog.h"
#include "src/engine/engine.h"
#include "src/store/recording.h"

struct replay;

struct replay_options {
    struct engine *engine; /* without chats */
    struct ev_loop *loop;
    struct catalog *catalog; /* gets the endpoints; outlives the engine */
    const struct recording *recording;
    double speed;     /* 1: as it was; 2: twice as fast; 0: at once */
    bool keeps_chats; /* those that were closed stay, as they were then */
};

/* Makes a replay of the engine, which is one from now on. All borrowed. */
struct replay *replay_new(const struct replay_options *options);

/* Before engine_free. NULL is allowed. */
void replay_free(struct replay *replay);

/* Begins; everything happens from the loop. When all has been played, on_end (which may
 * be NULL) is told. */
void replay_start(struct replay *replay, void (*on_end)(void *user), void *user);

bool replay_is_over(const struct replay *replay);

/* How many records could not be played: they do not fit what came before them. */
size_t replay_get_skipped(const struct replay *replay);

/* The time of the recording that is being played, in microseconds. */
int64_t replay_get_time_us(const struct replay *replay);

#endif

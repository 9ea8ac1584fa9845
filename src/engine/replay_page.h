/*
 * Watches an engine that plays a recording and writes what it saw as a page that plays it
 * again. Times are those of the recording, however fast it is played.
 */
#ifndef ENGINE_REPLAY_PAGE_H
#define ENGINE_REPLAY_PAGE_H

#include "src/base/strbuf.h"
#include "src/engine/engine.h"
#include "src/engine/replay.h"

struct replay_page;

/* Begins to watch; before replay_start. Both are borrowed. */
struct replay_page *replay_page_new(struct engine *engine, const struct replay *replay);

/* Stops watching; before replay_free and engine_free. NULL is allowed. */
void replay_page_free(struct replay_page *page);

/* Appends the page, once the replay is over; chats that were closed meanwhile are not on
 * it. */
void replay_page_append(const struct replay_page *page, struct strbuf *out);

#endif

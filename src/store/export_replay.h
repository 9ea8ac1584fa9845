/*
 * A race as one HTML file that plays it again: panes side by side that fill with text at
 * the times at which it came, the race strip of each on one axis, play, pause, seek and
 * speed. Without its script it shows how all ended. The one script is the program's own,
 * allowed by its hash; texts of models are data for it, put on the page as text.
 */
#ifndef STORE_EXPORT_REPLAY_H
#define STORE_EXPORT_REPLAY_H

#include "src/base/strbuf.h"
#include "src/chat/session.h"
#include "src/store/replay_story.h"

/* The panes of the story are those of the session's chats. */
void export_replay(const struct session *session, const struct replay_story *story,
                   struct strbuf *out);

#endif

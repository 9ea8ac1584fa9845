/* Keys in a line of a recording, starred out where words stand. */
#ifndef ENGINE_RECORDER_HIDE_H
#define ENGINE_RECORDER_HIDE_H

#include "src/base/strbuf.h"
#include "src/config/endpoint.h"
#include "src/engine/key_source.h"

/* Stars out what the endpoint is opened with in the texts of the line, one JSON object;
 * names of members, and words that a reader of recordings has to know again, stay as they
 * are: the value of an extra header may be a word like any other. */
void recorder_hide(struct key_source *keys, const struct endpoint *endpoint,
                   struct strbuf *line);

#endif

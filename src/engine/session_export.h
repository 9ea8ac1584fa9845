/*
 * Chats that are open, or the whole session that they belong to, as a file's text: for
 * front ends, which do not know the store. The path's ending says in which format.
 */
#ifndef ENGINE_SESSION_EXPORT_H
#define ENGINE_SESSION_EXPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "src/base/error.h"
#include "src/base/strbuf.h"
#include "src/engine/engine.h"
#include "src/engine/session_keeper.h"

struct session_export {
    const struct engine *engine;
    struct session_keeper *keeper; /* or NULL */
    const chat_id *chats;          /* in the order they are shown */
    size_t chat_count;
    bool is_whole; /* the session: its closed chats and other branches too, as far as the
                      format can hold them and as far as it is kept */
};

/* Appends the text. False with err filled if the ending says no format, or the stored
 * session cannot be read. */
bool session_export_append(const struct session_export *export, const char *path,
                           struct strbuf *out, struct error *err);

/* Makes a session (zeroed at first) of those of the chats that are open; it borrows from
 * the engine until the engine is next called, and is ended by session_export_release. */
void session_export_borrow(const struct engine *engine, const chat_id *chats,
                           size_t count, struct session *session);
void session_export_release(struct session *session);

/* The endings that are known, as a sentence has them: ".md, .json, .html or .txt". */
#define SESSION_EXPORT_ENDINGS ".md, .json, .html or .txt"

#endif

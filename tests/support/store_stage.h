/* A database of sessions in the test's own folder, and short ways to use it. */
#ifndef SUPPORT_STORE_STAGE_H
#define SUPPORT_STORE_STAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/base/strbuf.h"
#include "src/chat/session.h"
#include "src/store/store.h"

/* The path of a database that is not there yet (removed if it was). Static text. */
const char *store_stage_path(void);

/* Opens; the test fails if that does not work or if something is to be said. */
struct store *store_stage_open(const char *path);

/* Opens; the test fails if that does not work. The notice or NULL; caller frees. */
struct store *store_stage_open_noticed(const char *path, char **notice);

void store_stage_begin(struct store *store);
void store_stage_commit(struct store *store);

/* Stores the sample of session_sample.h; returns its id. */
int64_t store_stage_put_sample(struct store *store);

/* A session with one chat, stored. Clear with session_clear. */
void store_stage_new(struct store *store, struct session *session, const char *title);

/* Adds a message with this text to the session's first chat, and stores it, in a
 * transaction of its own. */
struct message *store_stage_say(struct store *store, struct session *session,
                                enum message_author author, const char *text);

/* How many hits a search has; the first one's snippet in `first` (may be NULL). */
size_t store_stage_search(struct store *store, const char *words, struct strbuf *first);

/* True if the bytes of the file at PATH or PATH-wal hold the text, in any case of its
 * letters. Call it when no store is open: closing a file drops its locks. */
bool store_stage_file_holds(const char *path, const char *text);

#endif

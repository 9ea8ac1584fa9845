/*
 * The database of sessions: one SQLite file in WAL mode, used by any number of programs
 * at once. All functions are plain calls that return at once: none waits for another
 * program longer than store_options.wait_ms, none waits for the disk's own cache (see
 * docs/decisions/0100), checkpoints are made on a thread of the store.
 *
 * Writing: store_begin, any number of puts, store_commit; what a commit has returned
 * STORE_OK for survives the death of the program at any moment. After STORE_BUSY or
 * STORE_FAILED nothing of the transaction is kept and the caller, who holds the truth,
 * tries again later. Strings and structs are borrowed for the call. Times are in ms of
 * the wall clock. Messages are named by their chat's row and their number in the chat.
 *
 * The schema is described in src/store/README.md. Keys of services never come here.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/base/error.h"
#include "src/chat/session.h"

struct store;

enum store_result {
    STORE_OK,
    STORE_BUSY,  /* another program writes just now: try again soon */
    STORE_FAILED /* err says why: the disk is full, the file read-only, … */
};

struct store_options {
    const char *path; /* of the database; its folder is made, 0700; the file has 0600 */
    int wait_ms;      /* how long a call may wait for another program; 0: not at all */
    bool is_for_reading; /* it must be there already; nothing is written */
};

/*
 * Opens the database, makes it, or migrates it. A damaged one is moved aside (PATH with
 * ".damaged-DATE" behind) and what could be read of it is put into a new one; `notice`
 * (a sentence, caller frees; or NULL) says so. A database of a newer program is refused.
 * NULL with err filled if it cannot be used; nothing was changed then.
 */
struct store *store_open(const struct store_options *options, char **notice,
                         struct error *err);

/* Finishes removals, ends the thread and closes; it may wait for the disk, and up to two
 * seconds for the index. NULL is allowed. */
void store_close(struct store *store);

/* Writing. Puts are only allowed between store_begin and store_commit; each returns false
 * when it fails, and then store_commit does nothing but to say how. */
enum store_result store_begin(struct store *store, struct error *err);
enum store_result store_commit(struct store *store, struct error *err);
void store_rollback(struct store *store);

/* A new session or chat (id 0: it is given one, written into the struct, which counts
 * only once the commit is good) or what has changed of it: the fields of the struct
 * itself, not what hangs from it. A session that another program has removed meanwhile
 * fails with ERROR_NOT_FOUND, and so does everything below it. */
bool store_put_session(struct store *store, struct session *session);
bool store_put_chat(struct store *store, int64_t session, size_t position,
                    struct session_chat *chat);

/* Which message the chat stands at; 0: before the first. */
bool store_put_tip(struct store *store, int64_t chat, uint64_t number);

/* The message as it is now, in the place of what was stored of it; settled ones (not
 * MESSAGE_GROWING) can be found by a search from then on. */
bool store_put_message(struct store *store, int64_t chat, const struct message *message);

/* Text that a growing message has got since it was put: appended to part `part`, which is
 * of `kind`. Fails for a message that was not put as growing. */
bool store_put_piece(struct store *store, int64_t chat, uint64_t number, size_t part,
                     enum part_kind kind, const char *text, size_t len);

/* All drafts of the session, in the place of what was stored of them. */
bool store_put_drafts(struct store *store, int64_t session,
                      const struct session_draft *drafts, size_t count);

/* A whole session with all that hangs from it, as a new one: an import. Its ids and those
 * of its chats are filled in. */
bool store_put_whole(struct store *store, struct session *session);

/* Removes a session and all that hangs from it; its text is gone from the file too, at
 * the latest when store_close returns. False without an error if there is none of that
 * id. */
bool store_remove(struct store *store, int64_t session);

/* Reading. `session` is initialised by the call, to be cleared in any case. Messages that
 * were growing come as MESSAGE_STOPPED with is_interrupted, text as far as it was stored.
 */
bool store_read_session(struct store *store, int64_t id, struct session *session,
                        struct error *err);

/* The session that was changed last; 0: there is none. */
int64_t store_last(struct store *store);

/* Lists the newest first. `words` (NULL: all) must all be found in title, tags or models;
 * `tag` (NULL: any) is the tag they must have. Caller frees the rows. */
bool store_list(struct store *store, const char *words, const char *tag, size_t max,
                struct session_row **rows, size_t *count, struct error *err);

/* Full text over all messages, the best hits first. `words` is what a person types: all
 * words must be there, "…" is a phrase, the last word may be a beginning. Caller frees.
 */
bool store_search(struct store *store, const char *words, size_t max,
                  struct session_hit **hits, size_t *count, struct error *err);

#endif

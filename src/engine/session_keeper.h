/*
 * Keeps what the engine's chats say in the store while they say it, and brings sessions
 * back. It hears every event before the listener does: a person's prompt is stored before
 * it is sent; streamed text at most 200 ms after it came; every change of state at once.
 * The chats are the truth: it only notes how much of each is stored, so a store that is
 * busy, full or gone costs no memory, is said once, and is caught up with later.
 *
 * The store is opened by the first call that needs it, or by the loop soon after the
 * first chat was opened, never before the first frame. With a path of NULL nothing is
 * kept and nothing can be brought back: all functions may be called.
 */
#ifndef ENGINE_SESSION_KEEPER_H
#define ENGINE_SESSION_KEEPER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/chat/session.h"
#include "src/config/catalog.h"
#include "src/engine/engine.h"

struct session_keeper;

struct session_keeper_options {
    struct engine *engine; /* outlives the keeper; NULL, and no loop: stored sessions are
                              looked at and changed, none is open */
    struct ev_loop *loop;
    const struct catalog *catalog; /* where models of stored chats lead; or NULL */
    struct log *log;               /* or NULL */
    const char *path;              /* of the database; NULL: nothing is kept */
    enum approval approval; /* of chats that are brought back: what a person has allowed
                               once is not allowed for ever */
    /* Makes the endpoint of that name where the catalog has none, and adds it there (the
     * demo server is started when it is needed); NULL where that cannot be. May be NULL.
     */
    const struct endpoint *(*find_endpoint)(void *user, const char *name);
    void *find_user;
    const char *title_model; /* the model that is asked once for a session's title; NULL:
                                it stays the first line of the first prompt */
    /* Tells a sentence that a person should read (the disk is full, …). */
    void (*on_notice)(void *user, const char *sentence);
    void *user;
};

struct session_keeper *session_keeper_new(const struct session_keeper_options *options);

/* Writes what is not written yet, as far as that can be done, and lets go. */
void session_keeper_free(struct session_keeper *keeper);

/* Who is told from now on. */
void session_keeper_listen(struct session_keeper *keeper,
                           void (*on_notice)(void *user, const char *sentence),
                           void *user);

/* The session that chats opened from now on belong to; 0: it has not been stored yet, for
 * nothing was said. A new one begins with the first chat after session_keeper_begin. */
int64_t session_keeper_current(const struct session_keeper *keeper);
void session_keeper_begin(struct session_keeper *keeper);

/* What it is called, valid until the next call; NULL: it has no name yet. And whether it
 * is stored, or will be as soon as something is said. */
const char *session_keeper_title(const struct session_keeper *keeper);
bool session_keeper_keeps(const struct session_keeper *keeper);

/* From now on nothing of the current session is kept, and what was stored of it goes;
 * false: it is kept (again, from the start). */
void session_keeper_set_temporary(struct session_keeper *keeper, bool is_temporary);
bool session_keeper_is_temporary(const struct session_keeper *keeper);

/* What the front end wants back when the session is opened again. Copied; stored with
 * the next write, at most 200 ms later. */
void session_keeper_set_layout(struct session_keeper *keeper, const char *layout);
void session_keeper_set_going_on(struct session_keeper *keeper, enum going_on going_on);
void session_keeper_set_drafts(struct session_keeper *keeper,
                               const struct session_draft *drafts, size_t count);
void session_keeper_set_label(struct session_keeper *keeper, chat_id chat,
                              const char *label);

/* Writes now what is not written yet; false: that was not possible. */
bool session_keeper_flush(struct session_keeper *keeper);

/* A session that was brought back: its chats are open in the engine, in their order. */
struct restored_session {
    struct session session; /* without its messages, which the chats have now */
    chat_id *chats;         /* of session.chats, in order; 0: it was closed */
    char *notice; /* what a person should know (a model is not configured any more: the
                     first one that is stands in); or NULL */
    size_t interrupted_count; /* answers that were cut: kept, to be gone on with */
};

/*
 * Opens the chats of a stored session and makes it the current one; chats of the one
 * before are closed by the caller. False with err filled if it is not there, cannot be
 * read, or is open here already. Clear `restored` in any case.
 */
bool session_keeper_restore(struct session_keeper *keeper, int64_t id,
                            struct restored_session *restored, struct error *err);
void restored_session_clear(struct restored_session *restored);

/* Of the store, for lists and pages; as in src/store/store.h. */
int64_t session_keeper_last(struct session_keeper *keeper, struct error *err);
bool session_keeper_list(struct session_keeper *keeper, const char *words,
                         const char *tag, size_t max, struct session_row **rows,
                         size_t *count, struct error *err);
bool session_keeper_search(struct session_keeper *keeper, const char *words, size_t max,
                           struct session_hit **hits, size_t *count, struct error *err);
bool session_keeper_read(struct session_keeper *keeper, int64_t id,
                         struct session *session, struct error *err);
bool session_keeper_rename(struct session_keeper *keeper, int64_t id, const char *title,
                           struct error *err);
/* Tags are words; with "-" before one it is taken away. */
bool session_keeper_tag(struct session_keeper *keeper, int64_t id, const char *tags,
                        struct error *err);
/* The current one goes on as a temporary one. */
bool session_keeper_remove(struct session_keeper *keeper, int64_t id, struct error *err);

#endif

/*
 * How much of each session, chat and message is stored: notes beside the engine's chats,
 * which are the truth. Writing goes over what is marked, puts the differences into the
 * transaction under way and notes them as written; only session_notes_commit makes them
 * stored, so a transaction that came to nothing leaves no trace in the notes.
 *
 * Inside of the keeper: session_keeper.c decides when, this says what.
 */
#ifndef ENGINE_SESSION_NOTES_H
#define ENGINE_SESSION_NOTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/chat/session.h"
#include "src/engine/engine.h"
#include "src/store/store.h"

/* What a draft is for that waits in a chat's queue; the chat's position follows. */
#define SESSION_QUEUE_TARGET "queue/"

/* How far a message is stored. */
struct kept_mark {
    bool is_there;
    bool is_settled; /* as it is at `version`; otherwise its text as far as: */
    uint64_t version;
    size_t part; /* texts of the parts before this one, and … */
    size_t len;  /* … so much of it */
};

struct kept_message {
    struct kept_mark stored;
    struct kept_mark written;
    bool is_dirty;
    bool is_whole_wanted; /* more has changed than that text was added */
};

struct kept_session {
    struct session facts; /* without chats; facts.id is the stored one */
    int64_t written_id;
    uint64_t stored_hash; /* of what the store has of the facts and of the drafts */
    uint64_t written_hash;
    uint64_t stored_drafts;
    uint64_t written_drafts;
    size_t chat_count;    /* positions that were given */
    int lock;             /* of session_lock.h; -1 none */
    bool is_temporary;    /* nothing of it is stored */
    bool has_message;     /* something was said in it */
    bool has_title_asked; /* a model was asked for its title */
    bool are_facts_dirty;
    bool is_touched; /* by the transaction under way: a message came or was settled */
    bool is_written; /* by the transaction under way */
};

struct kept_chat {
    chat_id chat;
    struct kept_session *session;
    size_t position;
    int64_t id; /* the store's, 0: none */
    int64_t written_id;
    uint64_t stored_hash;
    uint64_t written_hash;
    uint64_t stored_tip;
    uint64_t written_tip;
    char *label;                   /* or NULL */
    struct session own_models;     /* of a chat that was brought back where other models
                                      stand in: one chat with what is stored of them */
    uint64_t stand_in_hash;        /* … which stays as long as these are not changed */
    struct kept_message *messages; /* number - 1 is the index */
    size_t message_count;
    size_t message_cap;
    uint64_t *dirty; /* the numbers of those that are */
    size_t dirty_count;
    size_t dirty_cap;
    bool is_dirty;
    bool is_closed;
    bool is_written; /* by the transaction under way */
};

struct session_notes {
    const struct engine *engine;
    struct kept_session **sessions;
    size_t session_count;
    size_t session_cap;
    struct kept_chat **chats;
    size_t chat_count;
    size_t chat_cap;
};

void session_notes_clear(struct session_notes *notes);

struct kept_session *session_notes_add_session(struct session_notes *notes);
struct kept_chat *session_notes_add_chat(struct session_notes *notes,
                                         struct kept_session *session, chat_id chat);

/* The chat, or NULL. */
struct kept_chat *session_notes_find_chat(const struct session_notes *notes,
                                          chat_id chat);

/* The session that is stored under that id, or NULL. */
struct kept_session *session_notes_find_session(const struct session_notes *notes,
                                                int64_t id);

/* Forgets a chat that is closed. */
void session_notes_drop_chat(struct session_notes *notes, struct kept_chat *kept);

/* Forgets the sessions that have no chats, but for `current`; session_lock.h is the
 * caller's: it is told each one that goes. */
void session_notes_drop_sessions(
    struct session_notes *notes, const struct kept_session *current,
    void (*on_drop)(void *user, struct kept_session *session), void *user);

/* Marks what is to be looked at by the next write. */
void kept_chat_mark(struct kept_chat *kept);
void kept_chat_mark_message(struct kept_chat *kept, uint64_t number,
                            bool is_whole_wanted);

/* Makes notes of the chat's messages up to that many; new ones are marked. */
void kept_chat_add_notes(struct kept_chat *kept, size_t count);

/* Notes that all messages of the chat are stored as they are. */
void kept_chat_note_stored(struct kept_chat *kept, const struct chat *chat);

/* Notes that nothing of a session and its chats is stored any more. */
void session_notes_forget_stored(struct session_notes *notes,
                                 struct kept_session *session);

/* Looks at every message, not only at those that were marked. */
void session_notes_mark_all(struct session_notes *notes);

/* True if there is something to be written. */
bool session_notes_are_dirty(const struct session_notes *notes);

/* Puts what is marked into the transaction under way; false if a put failed. */
bool session_notes_write(struct session_notes *notes, struct store *store);

/* What was written is stored. */
void session_notes_commit(struct session_notes *notes);

/* Notes that what the store has of the models of `stored` stays, though the open chat has
 * others; until a person gives it another one. */
void kept_chat_keep_models(const struct session_notes *notes, struct kept_chat *kept,
                           const struct session_chat *stored);

/* What an open chat is like, borrowed but for the list of fallbacks. */
void session_chat_borrow(const struct engine *engine, chat_id id,
                         struct session_chat *out);
#endif

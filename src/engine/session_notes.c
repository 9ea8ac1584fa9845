/* Life of the notes, and marks. What is written of them: session_write.c. */
#include "src/engine/session_notes.h"

#include <string.h>

#include "src/base/mem.h"

static void kept_session_free(struct kept_session *session)
{
    session_clear(&session->facts);
    mem_free(session);
}

static void kept_chat_free(struct kept_chat *kept)
{
    mem_free(kept->label);
    session_clear(&kept->own_models);
    mem_free(kept->messages);
    mem_free(kept->dirty);
    mem_free(kept);
}

void session_notes_clear(struct session_notes *notes)
{
    for (size_t i = 0; i < notes->chat_count; i++)
        kept_chat_free(notes->chats[i]);
    for (size_t i = 0; i < notes->session_count; i++)
        kept_session_free(notes->sessions[i]);
    mem_free(notes->chats);
    mem_free(notes->sessions);
    *notes = (struct session_notes){0};
}

struct kept_session *session_notes_add_session(struct session_notes *notes)
{
    struct kept_session *session = mem_alloc(sizeof(*session));
    session_init(&session->facts);
    session->lock = -1;
    notes->sessions = mem_grow(notes->sessions, &notes->session_cap,
                               notes->session_count + 1, sizeof(notes->sessions[0]));
    notes->sessions[notes->session_count++] = session;
    return session;
}

struct kept_chat *session_notes_add_chat(struct session_notes *notes,
                                         struct kept_session *session, chat_id chat)
{
    struct kept_chat *kept = mem_alloc(sizeof(*kept));
    session_init(&kept->own_models);
    kept->chat = chat;
    kept->session = session;
    kept->position = session->chat_count++;
    kept->is_dirty = true;
    notes->chats = mem_grow(notes->chats, &notes->chat_cap, notes->chat_count + 1,
                            sizeof(notes->chats[0]));
    notes->chats[notes->chat_count++] = kept;
    return kept;
}

struct kept_chat *session_notes_find_chat(const struct session_notes *notes, chat_id chat)
{
    for (size_t i = 0; i < notes->chat_count; i++) {
        if (notes->chats[i]->chat == chat)
            return notes->chats[i];
    }
    return NULL;
}

struct kept_session *session_notes_find_session(const struct session_notes *notes,
                                                int64_t id)
{
    for (size_t i = 0; i < notes->session_count && id != 0; i++) {
        if (notes->sessions[i]->facts.id == id)
            return notes->sessions[i];
    }
    return NULL;
}

void session_notes_drop_chat(struct session_notes *notes, struct kept_chat *kept)
{
    for (size_t i = 0; i < notes->chat_count; i++) {
        if (notes->chats[i] != kept)
            continue;
        notes->chat_count--;
        memmove(notes->chats + i, notes->chats + i + 1,
                (notes->chat_count - i) * sizeof(notes->chats[0]));
        kept_chat_free(kept);
        return;
    }
}

static bool session_has_chats(const struct session_notes *notes,
                              const struct kept_session *session)
{
    for (size_t i = 0; i < notes->chat_count; i++) {
        if (notes->chats[i]->session == session)
            return true;
    }
    return false;
}

void session_notes_drop_sessions(
    struct session_notes *notes, const struct kept_session *current,
    void (*on_drop)(void *user, struct kept_session *session), void *user)
{
    size_t kept = 0;
    for (size_t i = 0; i < notes->session_count; i++) {
        struct kept_session *session = notes->sessions[i];
        if (session == current || session_has_chats(notes, session)) {
            notes->sessions[kept++] = session;
            continue;
        }
        on_drop(user, session);
        kept_session_free(session);
    }
    notes->session_count = kept;
}

/* Marks. */

void kept_chat_mark(struct kept_chat *kept)
{
    kept->is_dirty = true;
}

void kept_chat_mark_message(struct kept_chat *kept, uint64_t number, bool is_whole_wanted)
{
    kept->is_dirty = true;
    if (number == 0 || number > kept->message_count)
        return; /* a new one is found by its number */
    struct kept_message *note = &kept->messages[number - 1];
    note->is_whole_wanted = note->is_whole_wanted || is_whole_wanted;
    if (note->is_dirty)
        return;
    note->is_dirty = true;
    kept->dirty = mem_grow(kept->dirty, &kept->dirty_cap, kept->dirty_count + 1,
                           sizeof(kept->dirty[0]));
    kept->dirty[kept->dirty_count++] = number;
}

void kept_chat_add_notes(struct kept_chat *kept, size_t count)
{
    const size_t known = kept->message_count;
    if (count <= known)
        return;
    kept->messages =
        mem_grow(kept->messages, &kept->message_cap, count, sizeof(kept->messages[0]));
    kept->message_count = count;
    for (size_t i = known; i < count; i++) {
        kept->messages[i] = (struct kept_message){0};
        kept_chat_mark_message(kept, i + 1, true);
    }
}

static void kept_chat_unmark(struct kept_chat *kept)
{
    for (size_t i = 0; i < kept->dirty_count; i++) {
        kept->messages[kept->dirty[i] - 1].is_dirty = false;
        kept->messages[kept->dirty[i] - 1].is_whole_wanted = false;
    }
    kept->dirty_count = 0;
    kept->is_dirty = false;
}

void kept_chat_note_stored(struct kept_chat *kept, const struct chat *chat)
{
    const struct message *tip = chat_tip(chat);
    kept_chat_add_notes(kept, chat->message_count);
    kept_chat_unmark(kept);
    kept->stored_tip = tip != NULL ? tip->id : 0;
    for (size_t i = 0; i < chat->message_count; i++)
        kept->messages[i].stored = (struct kept_mark){
            .is_there = true, .is_settled = true, .version = chat->messages[i]->version};
}

void session_notes_forget_stored(struct session_notes *notes,
                                 struct kept_session *session)
{
    session->facts.id = 0;
    session->stored_hash = session->stored_drafts = 0;
    for (size_t i = 0; i < notes->chat_count; i++) {
        struct kept_chat *kept = notes->chats[i];
        if (kept->session != session)
            continue;
        kept->id = 0;
        kept->stored_hash = 0;
        kept->stored_tip = 0;
        kept_chat_unmark(kept);
        kept->message_count = 0;
        kept->is_dirty = true;
    }
}

void session_notes_mark_all(struct session_notes *notes)
{
    for (size_t i = 0; i < notes->chat_count; i++) {
        kept_chat_mark(notes->chats[i]);
        for (size_t j = 0; j < notes->chats[i]->message_count; j++)
            kept_chat_mark_message(notes->chats[i], j + 1, false);
    }
}

static void kept_chat_commit(struct kept_chat *kept)
{
    kept->id = kept->written_id;
    kept->stored_hash = kept->written_hash;
    kept->stored_tip = kept->written_tip;
    for (size_t i = 0; i < kept->dirty_count; i++) {
        struct kept_message *note = &kept->messages[kept->dirty[i] - 1];
        note->stored = note->written;
    }
    kept_chat_unmark(kept);
}

void session_notes_commit(struct session_notes *notes)
{
    for (size_t i = 0; i < notes->session_count; i++) {
        struct kept_session *session = notes->sessions[i];
        if (!session->is_written)
            continue;
        session->is_written = false;
        session->are_facts_dirty = false;
        session->facts.id = session->written_id;
        session->stored_hash = session->written_hash;
        session->stored_drafts = session->written_drafts;
    }
    for (size_t i = 0; i < notes->chat_count; i++) {
        if (notes->chats[i]->is_written)
            kept_chat_commit(notes->chats[i]);
        notes->chats[i]->is_written = false;
    }
}

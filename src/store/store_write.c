/*
 * Putting. A message is one row, its parts are rows of their own, text that streams in
 * comes as rows of `piece` until the message is put again. A message that is put with the
 * texts it had (an answer's call was decided) keeps them: neither the texts nor the index
 * are written again. The index itself is written by the upkeep: a settled message is only
 * noted for it.
 */
#include <assert.h>
#include <string.h>

#include "src/base/clock.h"
#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "src/chat/facts_json.h"
#include "src/chat/message_words.h"
#include "src/chat/setup_json.h"
#include "src/store/store_connection.h"
#include "src/store/store_state.h"
#include "src/store/store_words.h"

/* False if puts are refused, for there is no transaction or it has failed. */
static bool write_may(struct store *store)
{
    if (!store->is_writing)
        (void)store_fail_with(store, ERROR_INTERNAL, "a put outside of a transaction");
    return store->result == STORE_OK;
}

static bool write_gone(struct store *store)
{
    return store_fail_with(store, ERROR_NOT_FOUND,
                           "the session was removed, by another program perhaps");
}

static void bind_strbuf(sqlite3_stmt *statement, int index, const struct strbuf *text)
{
    (void)sqlite3_bind_text64(statement, index, strbuf_text(text), text->len,
                              SQLITE_STATIC, SQLITE_UTF8);
}

/* --- Sessions and chats ---------------------------------------------------------------
 */

static void session_bind(sqlite3_stmt *statement, const struct session *session,
                         const struct strbuf *tags)
{
    store_bind_text(statement, 1, session->title);
    store_bind_text(statement, 2, store_title_source_word(session->title_source));
    bind_strbuf(statement, 3, tags);
    (void)sqlite3_bind_int64(statement, 4, session->created_ms);
    (void)sqlite3_bind_int64(statement, 5, session->updated_ms);
    store_bind_text(statement, 6, store_going_on_word(session->going_on));
    store_bind_text(statement, 7, session->layout);
}

bool store_put_session(struct store *store, struct session *session)
{
    if (!write_may(store))
        return false;
    const bool is_new = session->id == 0;
    sqlite3_stmt *statement =
        is_new
            ? store_statement(store, SLOT_NEW_SESSION,
                              "INSERT INTO session(title, title_source, tags, created_ms,"
                              " updated_ms, going_on, layout)"
                              " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)")
            : store_statement(store, SLOT_PUT_SESSION,
                              "UPDATE session SET title = ?1, title_source = ?2,"
                              " tags = ?3, created_ms = ?4,"
                              " updated_ms = max(updated_ms, ?5), going_on = ?6,"
                              " layout = ?7 WHERE id = ?8");
    if (statement == NULL)
        return false;
    struct strbuf tags;
    strbuf_init(&tags, STRBUF_OWN_MAX);
    store_tags_append(&tags, &session->tags);
    session_bind(statement, session, &tags);
    if (!is_new)
        (void)sqlite3_bind_int64(statement, 8, session->id);
    bool is_good = store_run(store, statement);
    strbuf_clear(&tags);
    if (is_good && is_new)
        session->id = sqlite3_last_insert_rowid(store->db);
    else if (is_good && sqlite3_changes(store->db) == 0)
        is_good = write_gone(store);
    return is_good;
}

/* The session of a chat; 0, with the transaction failed, if the chat is not there. */
static int64_t write_find_session(struct store *store, int64_t chat)
{
    sqlite3_stmt *statement =
        store_statement(store, SLOT_FIND_CHAT, "SELECT session FROM chat WHERE id = ?1");
    if (statement == NULL)
        return 0;
    (void)sqlite3_bind_int64(statement, 1, chat);
    const int code = sqlite3_step(statement);
    const int64_t session = code == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
    if (code == SQLITE_DONE)
        (void)write_gone(store);
    else if (code != SQLITE_ROW)
        (void)store_fail(store);
    (void)sqlite3_reset(statement);
    return session;
}

bool store_put_chat(struct store *store, int64_t session, size_t position,
                    struct session_chat *chat)
{
    if (!write_may(store))
        return false;
    const bool is_new = chat->id == 0;
    sqlite3_stmt *statement =
        is_new ? store_statement(store, SLOT_NEW_CHAT,
                                 "INSERT INTO chat(session, position, model, setup)"
                                 " SELECT ?1, ?2, ?3, ?4 FROM session WHERE id = ?1")
               : store_statement(store, SLOT_PUT_CHAT,
                                 "UPDATE chat SET position = ?2, model = ?3, setup = ?4"
                                 " WHERE session = ?1 AND id = ?5");
    if (statement == NULL)
        return false;
    struct strbuf setup;
    strbuf_init(&setup, STRBUF_OWN_MAX);
    setup_json_append(&setup, chat);
    (void)sqlite3_bind_int64(statement, 1, session);
    (void)sqlite3_bind_int64(statement, 2, (int64_t)position);
    store_bind_text(statement, 3, chat->model.model);
    bind_strbuf(statement, 4, &setup);
    if (!is_new)
        (void)sqlite3_bind_int64(statement, 5, chat->id);
    bool is_good = store_run(store, statement);
    strbuf_clear(&setup);
    if (is_good && sqlite3_changes(store->db) == 0)
        return write_gone(store);
    if (is_good && is_new)
        chat->id = sqlite3_last_insert_rowid(store->db);
    if (is_good && chat->id >= STORE_CHAT_MAX)
        is_good = store_fail_with(store, ERROR_INTERNAL, "it holds no more chats");
    return is_good;
}

bool store_put_tip(struct store *store, int64_t chat, uint64_t number)
{
    if (!write_may(store))
        return false;
    sqlite3_stmt *statement =
        store_statement(store, SLOT_PUT_TIP, "UPDATE chat SET tip = ?2 WHERE id = ?1");
    if (statement == NULL)
        return false;
    (void)sqlite3_bind_int64(statement, 1, chat);
    (void)sqlite3_bind_int64(statement, 2, (int64_t)number);
    return store_run(store, statement) &&
           (sqlite3_changes(store->db) > 0 || write_gone(store));
}

/* --- Messages -------------------------------------------------------------------------
 */

/* What is stored of a message that is put. */
struct write_old {
    bool is_there;
    bool is_growing;
};

static bool write_find_old(struct store *store, int64_t key, struct write_old *old)
{
    sqlite3_stmt *statement = store_statement(store, SLOT_FIND_STATE,
                                              "SELECT state FROM message WHERE id = ?1");
    if (statement == NULL)
        return false;
    (void)sqlite3_bind_int64(statement, 1, key);
    const int code = sqlite3_step(statement);
    *old = (struct write_old){.is_there = code == SQLITE_ROW};
    if (code == SQLITE_ROW) {
        const char *state = (const char *)sqlite3_column_text(statement, 0);
        old->is_growing =
            state != NULL && strcmp(state, message_state_word(MESSAGE_GROWING)) == 0;
    } else if (code != SQLITE_DONE) {
        (void)store_fail(store);
    }
    (void)sqlite3_reset(statement);
    return store->result == STORE_OK;
}

static bool write_row(struct store *store, int64_t key, const struct message *message)
{
    sqlite3_stmt *statement = store_statement(
        store, SLOT_PUT_MESSAGE,
        "INSERT OR REPLACE INTO message(id, parent, author, state, is_automatic,"
        " is_continuation, is_edited, is_interrupted, created_ms, model, facts)"
        " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)");
    if (statement == NULL)
        return false;
    struct strbuf facts;
    strbuf_init(&facts, STRBUF_OWN_MAX);
    facts_json_append(&facts, &message->facts);
    const uint64_t parent = message->parent != NULL ? message->parent->id : 0;
    (void)sqlite3_bind_int64(statement, 1, key);
    (void)sqlite3_bind_int64(statement, 2, (int64_t)parent);
    store_bind_text(statement, 3, message_author_word(message->author));
    store_bind_text(statement, 4, message_state_word(message->state));
    (void)sqlite3_bind_int(statement, 5, message->is_automatic);
    (void)sqlite3_bind_int(statement, 6, message->is_continuation);
    (void)sqlite3_bind_int(statement, 7, message->is_edited);
    (void)sqlite3_bind_int(statement, 8, message->is_interrupted);
    (void)sqlite3_bind_int64(statement, 9, message->created_ms);
    store_bind_text(statement, 10, message->facts.model);
    bind_strbuf(statement, 11, &facts);
    const bool is_good = store_run(store, statement);
    strbuf_clear(&facts);
    return is_good;
}

/* Binds all of a part but its key and its text. */
static void part_bind(sqlite3_stmt *statement, const struct part *part)
{
    store_bind_text(statement, 2, message_part_word(part->kind));
    store_bind_text(statement, 3, part->call_id);
    store_bind_text(statement, 4, part->name);
    store_bind_text(statement, 5, part->media_type);
    (void)sqlite3_bind_int64(statement, 6, part->call_index);
    (void)sqlite3_bind_int64(statement, 7, part->elapsed_ms);
    (void)sqlite3_bind_int(statement, 8, part->is_error);
    (void)sqlite3_bind_int(statement, 9, part->is_whole);
    store_bind_text(statement, 10, part->decision);
    store_bind_text(statement, 11, part->decided_by);
    store_bind_text(statement, 12, part->reason);
}

static bool write_part(struct store *store, int64_t key, const struct part *part)
{
    sqlite3_stmt *statement = store_statement(
        store, SLOT_PUT_PART,
        "INSERT INTO part(id, kind, call_id, name, media_type, call_index, elapsed_ms,"
        " is_error, is_whole, decision, decided_by, reason, text)"
        " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)");
    if (statement == NULL)
        return false;
    (void)sqlite3_bind_int64(statement, 1, key);
    part_bind(statement, part);
    if (part->kind == PART_IMAGE)
        (void)sqlite3_bind_blob64(statement, 13, strbuf_text(&part->text), part->text.len,
                                  SQLITE_STATIC);
    else
        bind_strbuf(statement, 13, &part->text);
    return store_run(store, statement);
}

static bool write_part_facts(struct store *store, int64_t key, const struct part *part)
{
    sqlite3_stmt *statement = store_statement(
        store, SLOT_PUT_PART_FACTS,
        "UPDATE part SET kind = ?2, call_id = ?3, name = ?4, media_type = ?5,"
        " call_index = ?6, elapsed_ms = ?7, is_error = ?8, is_whole = ?9, decision = ?10,"
        " decided_by = ?11, reason = ?12 WHERE id = ?1");
    if (statement == NULL)
        return false;
    (void)sqlite3_bind_int64(statement, 1, key);
    part_bind(statement, part);
    return store_run(store, statement);
}

/* True if the stored parts have these kinds and texts already. */
static bool write_is_same(struct store *store, int64_t key, const struct message *message)
{
    sqlite3_stmt *statement =
        store_statement(store, SLOT_OLD_PARTS,
                        "SELECT id, kind, text FROM part WHERE id BETWEEN ?1 AND ?2"
                        " ORDER BY id");
    if (statement == NULL)
        return false;
    (void)sqlite3_bind_int64(statement, 1, store_part_key(key, 0));
    (void)sqlite3_bind_int64(statement, 2, store_part_key(key, STORE_PLACE_MAX));
    size_t count = 0;
    bool is_same = true;
    int code = SQLITE_DONE;
    while (is_same && (code = sqlite3_step(statement)) == SQLITE_ROW) {
        const struct part *part =
            count < message->part_count ? &message->parts[count] : NULL;
        const char *kind = (const char *)sqlite3_column_text(statement, 1);
        const void *text = sqlite3_column_blob(statement, 2);
        const size_t len = (size_t)sqlite3_column_bytes(statement, 2);
        is_same =
            part != NULL && kind != NULL && len == part->text.len &&
            sqlite3_column_int64(statement, 0) == store_part_key(key, (int64_t)count) &&
            strcmp(kind, message_part_word(part->kind)) == 0 &&
            (len == 0 || memcmp(text, part->text.text, len) == 0);
        count++;
    }
    if (code != SQLITE_ROW && code != SQLITE_DONE)
        (void)store_fail(store);
    (void)sqlite3_reset(statement);
    return is_same && count == message->part_count && store->result == STORE_OK;
}

/* Runs a statement over a range of keys of parts. */
static bool write_range(struct store *store, enum store_slot slot, const char *sql,
                        int64_t key)
{
    sqlite3_stmt *statement = store_statement(store, slot, sql);
    if (statement == NULL)
        return false;
    (void)sqlite3_bind_int64(statement, 1, store_part_key(key, 0));
    (void)sqlite3_bind_int64(statement, 2, store_part_key(key, STORE_PLACE_MAX));
    return store_run(store, statement);
}

static bool write_parts(struct store *store, int64_t key, const struct message *message,
                        bool is_same)
{
    for (size_t i = 0; i < message->part_count; i++) {
        const struct part *part = &message->parts[i];
        const int64_t part_key = store_part_key(key, (int64_t)i);
        if (is_same ? !write_part_facts(store, part_key, part)
                    : !write_part(store, part_key, part))
            return false;
    }
    return true;
}

/* The texts of the message as they are now, in the place of those that were stored. */
static bool write_texts(struct store *store, int64_t key, const struct message *message,
                        const struct write_old *old)
{
    const bool is_same = old->is_there && write_is_same(store, key, message);
    if (store->result != STORE_OK)
        return false;
    if (old->is_there && !is_same) {
        if (!write_range(store, SLOT_FORGET_TEXT, STORE_FORGET_TEXTS, key) ||
            !write_range(store, SLOT_DROP_PARTS,
                         "DELETE FROM part WHERE id BETWEEN ?1 AND ?2", key))
            return false;
    }
    if (old->is_growing &&
        !write_range(store, SLOT_DROP_PIECES,
                     "DELETE FROM piece WHERE part BETWEEN ?1 AND ?2", key))
        return false;
    return write_parts(store, key, message, is_same);
}

/* Notes a settled message for the index. */
static bool write_queue(struct store *store, int64_t key)
{
    sqlite3_stmt *statement = store_statement(
        store, SLOT_QUEUE_TEXT, "INSERT OR IGNORE INTO unindexed(message) VALUES(?1)");
    if (statement == NULL)
        return false;
    (void)sqlite3_bind_int64(statement, 1, key);
    store->has_work = true;
    return store_run(store, statement);
}

/* The session's counters, and the time it was changed. */
static bool write_touch(struct store *store, int64_t session, int added, int grown)
{
    sqlite3_stmt *statement = store_statement(
        store, SLOT_TOUCH_SESSION,
        "UPDATE session SET message_count = message_count + ?2,"
        " growing_count = growing_count + ?3, updated_ms = max(updated_ms, ?4)"
        " WHERE id = ?1");
    if (statement == NULL)
        return false;
    (void)sqlite3_bind_int64(statement, 1, session);
    (void)sqlite3_bind_int(statement, 2, added);
    (void)sqlite3_bind_int(statement, 3, grown);
    (void)sqlite3_bind_int64(statement, 4, store->is_importing ? 0 : clock_wall_ms());
    return store_run(store, statement);
}

/* True if a key can be made for it. */
static bool write_has_room(struct store *store, int64_t chat, uint64_t number,
                           size_t parts)
{
    return (chat > 0 && chat < STORE_CHAT_MAX && number > 0 &&
            number <= (uint64_t)STORE_NUMBER_MAX && parts <= (size_t)STORE_PLACE_MAX) ||
           store_fail_with(store, ERROR_INTERNAL, "a chat has too many messages");
}

bool store_put_message(struct store *store, int64_t chat, const struct message *message)
{
    struct write_old old;
    if (!write_may(store) ||
        !write_has_room(store, chat, message->id, message->part_count))
        return false;
    const int64_t key = store_message_key(chat, (int64_t)message->id);
    const bool is_growing = message->state == MESSAGE_GROWING;
    const int64_t session = write_find_session(store, chat);
    if (session == 0 || !write_find_old(store, key, &old) ||
        !write_row(store, key, message) || !write_texts(store, key, message, &old))
        return false;
    if (!is_growing && !write_queue(store, key))
        return false;
    return write_touch(store, session, old.is_there ? 0 : 1,
                       (int)is_growing - (int)old.is_growing);
}

bool store_put_piece(struct store *store, int64_t chat, uint64_t number, size_t part,
                     enum part_kind kind, const char *text, size_t len)
{
    if (!write_may(store) || !write_has_room(store, chat, number, part))
        return false;
    /* Only for a message that grows: no other would ever lose its pieces again. */
    sqlite3_stmt *statement = store_statement(
        store, SLOT_PUT_PIECE,
        "INSERT INTO piece(part, kind, text) SELECT ?1, ?2, ?3 FROM message"
        " WHERE id = ?4 AND state = 'growing'");
    if (statement == NULL)
        return false;
    const int64_t key = store_message_key(chat, (int64_t)number);
    (void)sqlite3_bind_int64(statement, 1, store_part_key(key, (int64_t)part));
    store_bind_text(statement, 2, message_part_word(kind));
    (void)sqlite3_bind_text64(statement, 3, len > 0 ? text : "", len, SQLITE_STATIC,
                              SQLITE_UTF8);
    (void)sqlite3_bind_int64(statement, 4, key);
    return store_run(store, statement) &&
           (sqlite3_changes(store->db) > 0 || write_gone(store));
}

/* --- Drafts, whole sessions, removal --------------------------------------------------
 */

static bool write_draft(struct store *store, int64_t session, size_t position,
                        const struct session_draft *draft)
{
    sqlite3_stmt *statement =
        store_statement(store, SLOT_PUT_DRAFT,
                        "INSERT INTO draft(session, position, target, text)"
                        " VALUES(?1, ?2, ?3, ?4)");
    if (statement == NULL)
        return false;
    (void)sqlite3_bind_int64(statement, 1, session);
    (void)sqlite3_bind_int64(statement, 2, (int64_t)position);
    store_bind_text(statement, 3, draft->target != NULL ? draft->target : "");
    store_bind_text(statement, 4, draft->text != NULL ? draft->text : "");
    return store_run(store, statement);
}

/* Runs a statement with a session as its one parameter. */
static bool write_of_session(struct store *store, enum store_slot slot, const char *sql,
                             int64_t session)
{
    sqlite3_stmt *statement = store_statement(store, slot, sql);
    if (statement == NULL)
        return false;
    (void)sqlite3_bind_int64(statement, 1, session);
    return store_run(store, statement);
}

bool store_put_drafts(struct store *store, int64_t session,
                      const struct session_draft *drafts, size_t count)
{
    if (!write_may(store) ||
        !write_of_session(store, SLOT_DROP_DRAFTS, "DELETE FROM draft WHERE session = ?1",
                          session))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (!write_draft(store, session, i, &drafts[i]))
            return false;
    }
    return true;
}

static bool write_whole_chat(struct store *store, struct session *session, size_t index)
{
    struct session_chat *chat = &session->chats[index];
    chat->id = 0;
    if (!store_put_chat(store, session->id, index, chat))
        return false;
    for (size_t i = 0; i < chat->chat.message_count; i++) {
        if (!store_put_message(store, chat->id, chat->chat.messages[i]))
            return false;
    }
    const struct message *tip = chat_tip(&chat->chat);
    return store_put_tip(store, chat->id, tip != NULL ? tip->id : 0);
}

bool store_put_whole(struct store *store, struct session *session)
{
    session->id = 0;
    if (!store_put_session(store, session))
        return false;
    /* It keeps the time at which it was changed last. */
    store->is_importing = true;
    bool is_good = true;
    for (size_t i = 0; i < session->chat_count && is_good; i++)
        is_good = write_whole_chat(store, session, i);
    store->is_importing = false;
    return is_good &&
           store_put_drafts(store, session->id, session->drafts, session->draft_count);
}

bool store_remove(struct store *store, int64_t session)
{
    if (!write_may(store))
        return false;
    /* The messages go by and by; without their chat nobody finds them meanwhile. */
    if (!write_of_session(store, SLOT_REMOVE_CHATS,
                          "INSERT OR IGNORE INTO removed_chat(chat)"
                          " SELECT id FROM chat WHERE session = ?1",
                          session) ||
        !write_of_session(store, SLOT_DROP_CHATS, "DELETE FROM chat WHERE session = ?1",
                          session) ||
        !write_of_session(store, SLOT_DROP_DRAFTS, "DELETE FROM draft WHERE session = ?1",
                          session) ||
        !write_of_session(store, SLOT_DROP_SESSION, "DELETE FROM session WHERE id = ?1",
                          session))
        return false;
    store->has_work = true;
    return sqlite3_changes(store->db) > 0;
}

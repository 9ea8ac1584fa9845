/*
 * Reading a session: three ordered walks a chat (messages, parts, pieces) through rows
 * that lie side by side. What is read may be damaged, or be written by somebody else: a
 * number that is missing becomes a message that says so, because a chat finds its
 * messages by number; a parent is always an earlier message.
 */
#include <string.h>

#include "src/base/mem.h"
#include "src/base/utf8.h"
#include "src/chat/facts_json.h"
#include "src/chat/message_words.h"
#include "src/chat/setup_json.h"
#include "src/store/store_state.h"
#include "src/store/store_words.h"

/* No more messages than that are made up for lost ones in a chat. */
#define GAP_MAX 10000

/* Hands over what went wrong outside of a transaction. */
static bool read_failed(struct store *store, struct error *err)
{
    store_explain(store, err);
    error_clear(&store->error);
    store->result = STORE_OK;
    return false;
}

/* A statement of a reader, with one number; NULL with err filled. */
static sqlite3_stmt *read_start(struct store *store, enum store_slot slot,
                                const char *sql, int64_t key, struct error *err)
{
    sqlite3_stmt *statement = store_statement(store, slot, sql);
    if (statement == NULL) {
        (void)read_failed(store, err);
        return NULL;
    }
    (void)sqlite3_bind_int64(statement, 1, key);
    return statement;
}

/* Ends a walk that ended with `code`. */
static bool read_end(struct store *store, sqlite3_stmt *statement, int code,
                     struct error *err)
{
    const bool is_good = code == SQLITE_DONE || read_failed(store, err);
    (void)sqlite3_reset(statement);
    return is_good;
}

/* Appends a column's text to a buffer as valid UTF-8. */
static void read_text(struct message *message, struct part *part, sqlite3_stmt *statement,
                      int column)
{
    const char *text = sqlite3_column_blob(statement, column);
    const size_t len = (size_t)sqlite3_column_bytes(statement, column);
    if (len == 0)
        return;
    if (part->kind == PART_IMAGE || utf8_is_valid(text, len)) {
        (void)message_append_part(message, part, text, len);
        return;
    }
    struct strbuf valid;
    strbuf_init(&valid, MESSAGE_MAX);
    (void)utf8_append_valid(&valid, text, len);
    (void)message_append_part(message, part, strbuf_text(&valid), valid.len);
    strbuf_clear(&valid);
}

/* --- Messages -------------------------------------------------------------------------
 */

/* Stands for one that could not be read. */
static void read_gap(struct chat *chat)
{
    struct message *message =
        chat_add_after(chat, chat_find(chat, chat->message_count), MESSAGE_ASSISTANT);
    message->state = MESSAGE_FAILED;
    message->facts.finish = FINISH_ERROR;
    error_set(&message->facts.error, ERROR_INTERNAL,
              "this message could not be read from the database of sessions");
}

static void read_message(struct chat *chat, sqlite3_stmt *statement)
{
    enum message_author author = MESSAGE_ASSISTANT;
    enum message_state state = MESSAGE_STOPPED;
    const int64_t parent = sqlite3_column_int64(statement, 1);
    (void)message_author_read((const char *)sqlite3_column_text(statement, 2), &author);
    (void)message_state_read((const char *)sqlite3_column_text(statement, 3), &state);
    struct message *message = chat_add_after(
        chat, parent > 0 ? chat_find(chat, (uint64_t)parent) : NULL, author);
    message->state = state;
    message->is_automatic = sqlite3_column_int(statement, 4) != 0;
    message->is_continuation = sqlite3_column_int(statement, 5) != 0;
    message->is_edited = sqlite3_column_int(statement, 6) != 0;
    message->is_interrupted = sqlite3_column_int(statement, 7) != 0;
    message->created_ms = sqlite3_column_int64(statement, 8);
    const char *facts = (const char *)sqlite3_column_text(statement, 9);
    if (facts != NULL)
        (void)facts_json_read(facts, strlen(facts), &message->facts);
}

/* Limits of a walk over what belongs to a chat. */
static void read_bind_range(sqlite3_stmt *statement, int64_t chat, bool is_of_parts)
{
    const int64_t first = store_message_key(chat, 0);
    const int64_t last = store_message_key(chat, STORE_NUMBER_MAX);
    (void)sqlite3_bind_int64(statement, 1,
                             is_of_parts ? store_part_key(first, 0) : first);
    (void)sqlite3_bind_int64(statement, 2,
                             is_of_parts ? store_part_key(last, STORE_PLACE_MAX) : last);
}

static bool read_messages(struct store *store, int64_t id, struct chat *chat,
                          struct error *err)
{
    sqlite3_stmt *statement = read_start(
        store, SLOT_READ_MESSAGES,
        "SELECT id, parent, author, state, is_automatic, is_continuation, is_edited,"
        " is_interrupted, created_ms, facts FROM message WHERE id BETWEEN ?1 AND ?2"
        " ORDER BY id",
        id, err);
    if (statement == NULL)
        return false;
    read_bind_range(statement, id, false);
    int code;
    size_t gaps = 0;
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
        const uint64_t number =
            (uint64_t)(sqlite3_column_int64(statement, 0) & STORE_NUMBER_MAX);
        while (chat->message_count + 1 < number && gaps++ < GAP_MAX)
            read_gap(chat);
        if (chat->message_count + 1 == number)
            read_message(chat, statement);
    }
    return read_end(store, statement, code, err);
}

/* The message that a key of a part belongs to, or NULL. */
static struct message *read_owner(const struct chat *chat, int64_t part_key)
{
    return chat_find(chat, (uint64_t)(part_key >> STORE_PLACE_BITS & STORE_NUMBER_MAX));
}

static void read_part(struct message *message, sqlite3_stmt *statement)
{
    enum part_kind kind = PART_OPAQUE;
    (void)message_part_read((const char *)sqlite3_column_text(statement, 1), &kind);
    struct part *part = message_add_part(message, kind);
    part->call_id = store_column_text(statement, 2);
    part->name = store_column_text(statement, 3);
    part->media_type = store_column_text(statement, 4);
    part->call_index = sqlite3_column_int64(statement, 5);
    part->elapsed_ms = sqlite3_column_int64(statement, 6);
    part->is_error = sqlite3_column_int(statement, 7) != 0;
    part->is_whole = sqlite3_column_int(statement, 8) != 0;
    part->decision =
        message_decision_word((const char *)sqlite3_column_text(statement, 9));
    part->decided_by =
        message_decided_by_word((const char *)sqlite3_column_text(statement, 10));
    part->reason = store_column_text(statement, 11);
    read_text(message, part, statement, 12);
}

static bool read_parts(struct store *store, int64_t id, const struct chat *chat,
                       struct error *err)
{
    sqlite3_stmt *statement =
        read_start(store, SLOT_READ_PARTS,
                   "SELECT id, kind, call_id, name, media_type, call_index, elapsed_ms,"
                   " is_error, is_whole, decision, decided_by, reason, text FROM part"
                   " WHERE id BETWEEN ?1 AND ?2 ORDER BY id",
                   id, err);
    if (statement == NULL)
        return false;
    read_bind_range(statement, id, true);
    int code;
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
        struct message *message = read_owner(chat, sqlite3_column_int64(statement, 0));
        if (message != NULL)
            read_part(message, statement);
    }
    return read_end(store, statement, code, err);
}

/* Text that came after the message was put: behind what its part has. A part between may
 * not be stored yet (a call of which only a beginning had come): then the places of those
 * behind it do not fit any more, but pieces with one key belong together. */
static void read_piece(struct message *message, bool goes_on, sqlite3_stmt *statement)
{
    enum part_kind kind = PART_TEXT;
    const size_t place = (size_t)(sqlite3_column_int64(statement, 0) & STORE_PLACE_MAX);
    (void)message_part_read((const char *)sqlite3_column_text(statement, 1), &kind);
    struct part *part = NULL;
    if (goes_on)
        part = &message->parts[message->part_count - 1];
    else if (place < message->part_count && message->parts[place].kind == kind)
        part = &message->parts[place];
    else
        part = message_add_part(message, kind);
    read_text(message, part, statement, 2);
}

static bool read_pieces(struct store *store, int64_t id, const struct chat *chat,
                        struct error *err)
{
    sqlite3_stmt *statement =
        read_start(store, SLOT_READ_PIECES,
                   "SELECT part, kind, text FROM piece WHERE part BETWEEN ?1 AND ?2"
                   " ORDER BY part, id",
                   id, err);
    if (statement == NULL)
        return false;
    read_bind_range(statement, id, true);
    int code;
    int64_t added = 0; /* the key whose piece has added the last part */
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
        const int64_t key = sqlite3_column_int64(statement, 0);
        struct message *message = read_owner(chat, key);
        if (message == NULL)
            continue;
        const size_t count = message->part_count;
        read_piece(message, added == key, statement);
        if (message->part_count > count)
            added = key;
    }
    return read_end(store, statement, code, err);
}

/* What was growing will not grow any more. */
static void read_settle(struct chat *chat, int64_t tip)
{
    for (size_t i = 0; i < chat->message_count; i++) {
        struct message *message = chat->messages[i];
        if (message->state != MESSAGE_GROWING)
            continue;
        message->state = MESSAGE_STOPPED;
        message->is_interrupted = true;
    }
    const uint64_t number = tip > 0 ? (uint64_t)tip : 0;
    const uint64_t last = chat->message_count;
    chat_set_tip(chat, chat_find(chat, number > last ? last : number));
}

/* --- Sessions -------------------------------------------------------------------------
 */

static bool read_chats(struct store *store, struct session *session, int64_t **tips,
                       struct error *err)
{
    sqlite3_stmt *statement = read_start(
        store, SLOT_READ_CHATS,
        "SELECT id, tip, setup FROM chat WHERE session = ?1 ORDER BY position, id",
        session->id, err);
    if (statement == NULL)
        return false;
    int code;
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
        struct session_chat *chat = session_add_chat(session);
        chat->id = sqlite3_column_int64(statement, 0);
        const char *setup = (const char *)sqlite3_column_text(statement, 2);
        if (setup != NULL)
            (void)setup_json_read(setup, strlen(setup), chat);
        *tips = mem_resize_array(*tips, session->chat_count, sizeof(**tips));
        (*tips)[session->chat_count - 1] = sqlite3_column_int64(statement, 1);
    }
    return read_end(store, statement, code, err);
}

static bool read_drafts(struct store *store, struct session *session, struct error *err)
{
    sqlite3_stmt *statement = read_start(
        store, SLOT_READ_DRAFTS,
        "SELECT target, text FROM draft WHERE session = ?1 ORDER BY position, id",
        session->id, err);
    if (statement == NULL)
        return false;
    int code;
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
        struct session_draft *draft = session_add_draft(session);
        draft->target = store_column_text(statement, 0);
        draft->text = store_column_text(statement, 1);
    }
    return read_end(store, statement, code, err);
}

static bool read_head(struct store *store, int64_t id, struct session *session,
                      struct error *err)
{
    sqlite3_stmt *statement = read_start(
        store, SLOT_READ_SESSION,
        "SELECT title, title_source, tags, created_ms, updated_ms, going_on, layout"
        " FROM session WHERE id = ?1",
        id, err);
    if (statement == NULL)
        return false;
    int code = sqlite3_step(statement);
    if (code == SQLITE_ROW) {
        session->id = id;
        session->title = store_column_text(statement, 0);
        session->title_source =
            store_title_source_read((const char *)sqlite3_column_text(statement, 1));
        store_tags_read(&session->tags, (const char *)sqlite3_column_text(statement, 2));
        session->created_ms = sqlite3_column_int64(statement, 3);
        session->updated_ms = sqlite3_column_int64(statement, 4);
        session->going_on =
            store_going_on_read((const char *)sqlite3_column_text(statement, 5));
        session->layout = store_column_text(statement, 6);
        code = SQLITE_DONE;
    }
    return read_end(store, statement, code, err);
}

static bool read_all(struct store *store, int64_t id, struct session *session,
                     struct error *err)
{
    int64_t *tips = NULL;
    bool is_good = read_head(store, id, session, err);
    if (is_good && session->id == 0) {
        error_set(err, ERROR_NOT_FOUND, "there is no session %lld", (long long)id);
        is_good = false;
    }
    is_good = is_good && read_chats(store, session, &tips, err) &&
              read_drafts(store, session, err);
    for (size_t i = 0; i < session->chat_count && is_good && tips != NULL; i++) {
        struct session_chat *chat = &session->chats[i];
        is_good = read_messages(store, chat->id, &chat->chat, err) &&
                  read_parts(store, chat->id, &chat->chat, err) &&
                  read_pieces(store, chat->id, &chat->chat, err);
        read_settle(&chat->chat, tips[i]);
    }
    mem_free(tips);
    return is_good;
}

bool store_read_session(struct store *store, int64_t id, struct session *session,
                        struct error *err)
{
    session_init(session);
    /* One transaction: another program may write between two of the walks. */
    const bool is_alone = sqlite3_get_autocommit(store->db) != 0;
    if (is_alone)
        (void)sqlite3_exec(store->db, "BEGIN", NULL, NULL, NULL);
    const bool is_good = read_all(store, id, session, err);
    if (is_alone)
        (void)sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
    return is_good;
}

int64_t store_last(struct store *store)
{
    sqlite3_stmt *statement =
        store_statement(store, SLOT_LAST,
                        "SELECT id FROM session ORDER BY updated_ms DESC, id DESC"
                        " LIMIT 1");
    if (statement == NULL) {
        (void)read_failed(store, NULL);
        return 0;
    }
    const int64_t id =
        sqlite3_step(statement) == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
    (void)sqlite3_reset(statement);
    return id;
}

/*
 * A table is known by its columns: their number and what types they may have. That is
 * why no two tables have the same number of columns (see store_schema.c), and why the key
 * of each is an integer, which stands beside the row and leaves its own column NULL.
 */
#include "src/store/salvage_rows.h"

#include <stdlib.h>
#include <string.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/store/leaf_rows.h"
#include "src/store/store_state.h"

/* N: the key, I: integer, T: text, t: text or NULL, B: text or blob. */
struct salvage_table {
    const char *columns;
    const char *insert;
};

static const struct salvage_table tables[] = {
    {"NtTTIITtII", "INSERT OR IGNORE INTO session VALUES(?,?,?,?,?,?,?,?,?,?)"},
    {"NIIItT", "INSERT OR IGNORE INTO chat VALUES(?,?,?,?,?,?)"},
    {"NITTIIIIItT", "INSERT OR IGNORE INTO message VALUES(?,?,?,?,?,?,?,?,?,?,?)"},
    {"NTtttIIIItttB", "INSERT OR IGNORE INTO part VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?)"},
    {"NITT", "INSERT OR IGNORE INTO piece VALUES(?,?,?,?)"},
    {"NIITT", "INSERT OR IGNORE INTO draft VALUES(?,?,?,?,?)"},
    {"N", "INSERT OR IGNORE INTO removed_chat VALUES(?)"},
};

enum { TABLE_PART = 3, TABLE_REMOVED = 6 };

/* Where the kind and the mark "whole" of a part are. */
enum { PART_KIND_COLUMN = 1, PART_WHOLE_COLUMN = 8 };

/* A column of ids of chats (removed) and of messages (unindexed) look alike; no message
 * has a key below this. */
#define REMOVED_MAX ((int64_t)1 << STORE_NUMBER_BITS)

#define CUT_NOTE "\n[the rest of this text is lost]"

struct salvage {
    sqlite3 *db;
    sqlite3_stmt *inserts[COUNT_OF(tables)];
    bool has_failed;
};

static bool salvage_fits(char column, const struct leaf_value *value)
{
    switch (column) {
    case 'N': return value->type == LEAF_NULL;
    case 'I': return value->type == LEAF_INTEGER;
    case 'T': return value->type == LEAF_TEXT;
    case 't': return value->type == LEAF_TEXT || value->type == LEAF_NULL;
    case 'B': return value->type == LEAF_TEXT || value->type == LEAF_BLOB;
    default: return false;
    }
}

/* The index of the row's table, or -1. */
static int salvage_table(const struct leaf_row *row)
{
    for (size_t i = 0; i < COUNT_OF(tables); i++) {
        const char *columns = tables[i].columns;
        bool fits = strlen(columns) == row->count;
        for (size_t j = 0; j < row->count && fits; j++)
            fits = salvage_fits(columns[j], &row->values[j]);
        if (fits && row->id > 0 && (i != TABLE_REMOVED || row->id < REMOVED_MAX))
            return (int)i;
    }
    return -1;
}

static void salvage_bind(sqlite3_stmt *insert, int index, const struct leaf_value *value)
{
    const char *bytes = (const char *)value->bytes;
    switch (value->type) {
    case LEAF_INTEGER: (void)sqlite3_bind_int64(insert, index, value->integer); break;
    case LEAF_TEXT:
        (void)sqlite3_bind_text64(insert, index, bytes, value->len, SQLITE_STATIC,
                                  SQLITE_UTF8);
        break;
    case LEAF_BLOB:
        (void)sqlite3_bind_blob64(insert, index, bytes, value->len, SQLITE_STATIC);
        break;
    case LEAF_REAL:
    case LEAF_NULL: (void)sqlite3_bind_null(insert, index); break;
    }
}

static bool salvage_is_kind(const struct leaf_row *row, const char *kind)
{
    const struct leaf_value *value = &row->values[PART_KIND_COLUMN];
    return value->len == strlen(kind) && memcmp(value->bytes, kind, value->len) == 0;
}

/* A part without its end: a text says so, a call is not run, what only works when it is
 * whole is left out. Other rows have no use without it. */
static bool salvage_cut(sqlite3_stmt *insert, const struct leaf_row *row, int table)
{
    if (table != TABLE_PART || salvage_is_kind(row, "image") ||
        salvage_is_kind(row, "opaque"))
        return false;
    if (salvage_is_kind(row, "tool_call")) {
        (void)sqlite3_bind_int(insert, PART_WHOLE_COLUMN + 1, 0);
        return true;
    }
    const struct leaf_value *text = &row->values[row->count - 1];
    const size_t note = sizeof(CUT_NOTE) - 1;
    char *joined = sqlite3_malloc64(text->len + note);
    if (joined == NULL)
        return false;
    memcpy(joined, text->bytes, text->len);
    memcpy(joined + text->len, CUT_NOTE, note);
    (void)sqlite3_bind_text64(insert, (int)row->count, joined, text->len + note,
                              sqlite3_free, SQLITE_UTF8);
    return true;
}

static bool salvage_take(void *user, const struct leaf_row *row)
{
    struct salvage *salvage = user;
    const int table = salvage_table(row);
    if (table < 0)
        return true;
    sqlite3_stmt *insert = salvage->inserts[table];
    (void)sqlite3_bind_int64(insert, 1, row->id);
    for (size_t i = 1; i < row->count; i++)
        salvage_bind(insert, (int)i + 1, &row->values[i]);
    if (row->is_cut && !salvage_cut(insert, row, table))
        return true;
    const int code = sqlite3_step(insert);
    (void)sqlite3_reset(insert);
    (void)sqlite3_clear_bindings(insert);
    /* What a row says may be nonsense; only a database that takes no rows is an end. */
    salvage->has_failed = code != SQLITE_DONE && (code & 0xff) != SQLITE_CONSTRAINT &&
                          (code & 0xff) != SQLITE_TOOBIG &&
                          (code & 0xff) != SQLITE_MISMATCH;
    return !salvage->has_failed;
}

/* --- One whole again ------------------------------------------------------------------
 */

#define WORDS_LOST "'Saved from a damaged database', 'first_line', ''"

/* The times of a message's chat's session are those of its messages. */
static const char *const repairs[] = {
    /* What was being removed stays removed. */
    "DELETE FROM part WHERE id >> 39 IN (SELECT chat FROM removed_chat)",
    "DELETE FROM message WHERE id >> 22 IN (SELECT chat FROM removed_chat)",
    "DELETE FROM piece WHERE part >> 39 IN (SELECT chat FROM removed_chat)",
    "DELETE FROM removed_chat",
    /* Parts whose message is lost: people and models mostly take turns. */
    "INSERT INTO message SELECT DISTINCT id >> 17, (id >> 17 & 4194303) - 1,"
    " CASE WHEN kind = 'tool_result' THEN 'tool' WHEN id >> 17 & 1 THEN 'user'"
    " ELSE 'assistant' END, 'stopped', 0, 0, 0, 1, 0, NULL, '{}' FROM part"
    " WHERE NOT EXISTS(SELECT 1 FROM message WHERE message.id = part.id >> 17)"
    " AND (id >> 17 & 4194303) > 0 GROUP BY id >> 17",
    "INSERT INTO message SELECT DISTINCT part >> 17, (part >> 17 & 4194303) - 1,"
    " 'assistant', 'growing', 0, 0, 0, 0, 0, NULL, '{}' FROM piece"
    " WHERE NOT EXISTS(SELECT 1 FROM message WHERE message.id = piece.part >> 17)"
    " AND (part >> 17 & 4194303) > 0 GROUP BY part >> 17",
    "DELETE FROM piece WHERE NOT EXISTS(SELECT 1 FROM message"
    " WHERE message.id = piece.part >> 17 AND state = 'growing')",
    "DELETE FROM part WHERE NOT EXISTS(SELECT 1 FROM message"
    " WHERE message.id = part.id >> 17)",
    /* Messages whose chat is lost, chats whose session is. */
    "INSERT INTO chat SELECT id >> 22, 0, 0, max(id & 4194303), max(model), '{}'"
    " FROM message WHERE NOT EXISTS(SELECT 1 FROM chat WHERE chat.id = message.id >> 22)"
    " GROUP BY id >> 22",
    "UPDATE chat SET session = id + (SELECT coalesce(max(id), 0) FROM session)"
    " + (SELECT max(session) FROM chat) WHERE session = 0",
    "INSERT INTO session SELECT session, " WORDS_LOST ", 0, 0, 'independent', NULL, 0, 0"
    " FROM chat WHERE session NOT IN (SELECT id FROM session) GROUP BY session",
    "DELETE FROM draft WHERE session NOT IN (SELECT id FROM session)",
    "UPDATE chat SET tip = coalesce((SELECT max(message.id & 4194303) FROM message"
    " WHERE message.id BETWEEN chat.id << 22 AND (chat.id << 22) + 4194303), 0)"
    " WHERE tip <> 0 AND NOT EXISTS(SELECT 1 FROM message"
    " WHERE message.id = (chat.id << 22) + tip)",
    "UPDATE session SET (message_count, growing_count) = (SELECT count(message.id),"
    " coalesce(sum(message.state = 'growing'), 0) FROM chat LEFT JOIN message"
    " ON message.id BETWEEN chat.id << 22 AND (chat.id << 22) + 4194303"
    " WHERE chat.session = session.id)",
    "UPDATE session SET (created_ms, updated_ms) = (SELECT"
    " coalesce(min(message.created_ms), 0), coalesce(max(message.created_ms), 0)"
    " FROM chat JOIN message ON message.id BETWEEN chat.id << 22"
    " AND (chat.id << 22) + 4194303 WHERE chat.session = session.id)"
    " WHERE updated_ms = 0",
    "INSERT INTO unindexed SELECT id FROM message WHERE state <> 'growing'",
};

static bool salvage_number(sqlite3 *db, const char *sql, int64_t *number)
{
    sqlite3_stmt *statement = NULL;
    const bool is_good = sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK &&
                         sqlite3_step(statement) == SQLITE_ROW;
    if (is_good)
        *number = sqlite3_column_int64(statement, 0);
    (void)sqlite3_finalize(statement);
    return is_good;
}

static bool salvage_repair(sqlite3 *db)
{
    for (size_t i = 0; i < COUNT_OF(repairs); i++) {
        if (sqlite3_exec(db, repairs[i], NULL, NULL, NULL) != SQLITE_OK)
            return false;
    }
    return true;
}

static bool salvage_fill(struct salvage *salvage, struct page_file *file)
{
    bool is_good = sqlite3_exec(salvage->db, "PRAGMA foreign_keys=OFF; BEGIN", NULL, NULL,
                                NULL) == SQLITE_OK;
    for (size_t i = 0; i < COUNT_OF(tables) && is_good; i++)
        is_good = sqlite3_prepare_v2(salvage->db, tables[i].insert, -1,
                                     &salvage->inserts[i], NULL) == SQLITE_OK;
    if (is_good)
        leaf_rows_walk(file, salvage_take, salvage);
    for (size_t i = 0; i < COUNT_OF(tables); i++)
        (void)sqlite3_finalize(salvage->inserts[i]);
    return is_good && !salvage->has_failed && salvage_repair(salvage->db) &&
           sqlite3_exec(salvage->db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK;
}

bool salvage_rows(struct page_file *file, sqlite3 *db, struct salvage_count *count)
{
    struct salvage salvage = {.db = db};
    return salvage_fill(&salvage, file) &&
           salvage_number(db, "SELECT count(*) FROM session", &count->sessions) &&
           salvage_number(db, "SELECT count(*) FROM message", &count->messages);
}

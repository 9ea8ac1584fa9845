/*
 * Steps are never changed once they are released: a database of any version must find its
 * way. Every table has another number of stored columns and an integer key, so that
 * store_salvage.c can tell by a row alone which table it is from.
 */
#include "src/store/store_schema.h"

#include <stdint.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/strbuf.h"

static const struct store_step steps[] = {
    {"CREATE TABLE session(id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT,"
     " title_source TEXT NOT NULL, tags TEXT NOT NULL, created_ms INTEGER NOT NULL,"
     " updated_ms INTEGER NOT NULL, going_on TEXT NOT NULL, layout TEXT,"
     " message_count INTEGER NOT NULL DEFAULT 0,"
     " growing_count INTEGER NOT NULL DEFAULT 0);"
     "CREATE INDEX session_updated ON session(updated_ms);"
     "CREATE TABLE chat(id INTEGER PRIMARY KEY AUTOINCREMENT,"
     " session INTEGER NOT NULL REFERENCES session(id), position INTEGER NOT NULL,"
     " tip INTEGER NOT NULL DEFAULT 0, model TEXT, setup TEXT NOT NULL);"
     "CREATE INDEX chat_session ON chat(session, position);"
     /* id: chat << 22 | number */
     "CREATE TABLE message(id INTEGER PRIMARY KEY, parent INTEGER NOT NULL,"
     " author TEXT NOT NULL, state TEXT NOT NULL, is_automatic INTEGER NOT NULL,"
     " is_continuation INTEGER NOT NULL, is_edited INTEGER NOT NULL,"
     " is_interrupted INTEGER NOT NULL, created_ms INTEGER NOT NULL,"
     " model TEXT, facts TEXT NOT NULL);"
     /* id: message << 17 | place */
     "CREATE TABLE part(id INTEGER PRIMARY KEY, kind TEXT NOT NULL, call_id TEXT,"
     " name TEXT, media_type TEXT, call_index INTEGER NOT NULL,"
     " elapsed_ms INTEGER NOT NULL, is_error INTEGER NOT NULL,"
     " is_whole INTEGER NOT NULL, decision TEXT, decided_by TEXT, reason TEXT,"
     " text BLOB NOT NULL);"
     "CREATE TABLE piece(id INTEGER PRIMARY KEY, part INTEGER NOT NULL,"
     " kind TEXT NOT NULL, text TEXT NOT NULL);"
     "CREATE INDEX piece_part ON piece(part);"
     "CREATE TABLE draft(id INTEGER PRIMARY KEY,"
     " session INTEGER NOT NULL REFERENCES session(id), position INTEGER NOT NULL,"
     " target TEXT NOT NULL, text TEXT NOT NULL);"
     "CREATE INDEX draft_session ON draft(session, position);"
     "CREATE TABLE unindexed(message INTEGER PRIMARY KEY);"
     "CREATE TABLE removed_chat(chat INTEGER PRIMARY KEY);"
     "CREATE TABLE upkeep(id INTEGER PRIMARY KEY, rounds INTEGER NOT NULL,"
     " is_merge_due INTEGER NOT NULL);"
     "INSERT INTO upkeep VALUES(1, 0, 0);"
     "CREATE VIRTUAL TABLE text_index USING fts5(text, content='part',"
     " content_rowid='id', prefix='2 3', tokenize='unicode61 remove_diacritics 2');"},
};

const struct store_step *store_schema_steps(size_t *count)
{
    *count = COUNT_OF(steps);
    return steps;
}

/* The one number that a query gives. */
static int schema_number(sqlite3 *db, const char *sql, int64_t *number)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_step(statement);
    if (code == SQLITE_ROW) {
        *number = sqlite3_column_int64(statement, 0);
        code = SQLITE_OK;
    } else if (code == SQLITE_DONE) {
        code = SQLITE_CORRUPT;
    }
    sqlite3_finalize(statement);
    return code;
}

static enum store_schema_state schema_failed(sqlite3 *db, const char *path, int code,
                                             struct error *err)
{
    const int kind = code & 0xff;
    if (kind == SQLITE_CORRUPT || kind == SQLITE_NOTADB)
        return SCHEMA_DAMAGED;
    if (kind == SQLITE_CANTOPEN || kind == SQLITE_READONLY)
        error_set(err, ERROR_INTERNAL,
                  "%s: nothing can be saved, the file or its folder is read-only", path);
    else
        error_set(err, ERROR_INTERNAL, "%s: the database of sessions cannot be read: %s",
                  path, sqlite3_errmsg(db));
    return SCHEMA_FAILED;
}

/* A cheap look at every table: its first page and the way to its last row. */
static int schema_touch(sqlite3 *db)
{
    static const char *const looks[] = {
        "SELECT count(*) FROM (SELECT id, title, title_source, tags, created_ms,"
        " updated_ms, going_on, layout, message_count, growing_count"
        " FROM session ORDER BY updated_ms DESC LIMIT 1)",
        "SELECT count(*) FROM (SELECT id, session, position, tip, model, setup"
        " FROM chat ORDER BY id DESC LIMIT 1)",
        "SELECT count(*) FROM (SELECT id, parent, author, state, is_automatic,"
        " is_continuation, is_edited, is_interrupted, created_ms, model, facts"
        " FROM message ORDER BY id DESC LIMIT 1)",
        "SELECT count(*) FROM (SELECT id, kind, call_id, name, media_type, call_index,"
        " elapsed_ms, is_error, is_whole, decision, decided_by, reason"
        " FROM part ORDER BY id DESC LIMIT 1)",
        "SELECT count(*) FROM (SELECT id, part, kind, text FROM piece"
        " ORDER BY id DESC LIMIT 1)",
        "SELECT count(*) FROM (SELECT id, session, position, target, text FROM draft"
        " ORDER BY id DESC LIMIT 1)",
        "SELECT count(*) FROM (SELECT message FROM unindexed LIMIT 1)",
        "SELECT count(*) FROM (SELECT chat FROM removed_chat LIMIT 1)",
        "SELECT count(rounds + is_merge_due) FROM upkeep WHERE id = 1",
        "SELECT count(*) FROM (SELECT rowid FROM text_index"
        " WHERE text_index MATCH '\"a\"' LIMIT 1)",
    };
    int64_t ignored;
    for (size_t i = 0; i < COUNT_OF(looks); i++) {
        const int code = schema_number(db, looks[i], &ignored);
        /* A table or column that is missing from a schema of our version is damage. */
        if (code == SQLITE_ERROR)
            return SQLITE_CORRUPT;
        if (code != SQLITE_OK)
            return code;
    }
    return SQLITE_OK;
}

struct schema_facts {
    int64_t application;
    int64_t version;
    int64_t entries; /* tables and the like */
};

static int schema_look(sqlite3 *db, struct schema_facts *facts)
{
    int code = schema_number(db, "PRAGMA application_id", &facts->application);
    if (code == SQLITE_OK)
        code = schema_number(db, "PRAGMA user_version", &facts->version);
    if (code == SQLITE_OK)
        code = schema_number(db, "SELECT count(*) FROM sqlite_schema", &facts->entries);
    return code;
}

/* GOOD: may be used, or be brought to this version. */
static enum store_schema_state schema_judge(const struct schema_facts *facts,
                                            const char *path, size_t count,
                                            struct error *err)
{
    const bool is_empty = facts->application == 0 && facts->entries == 0;
    if (!is_empty && facts->application != STORE_APPLICATION_ID) {
        error_set(err, ERROR_USAGE,
                  "%s is a database of another program; it stays as it is", path);
        return SCHEMA_FOREIGN;
    }
    if (facts->version > (int64_t)count) {
        error_set(err, ERROR_USAGE,
                  "%s was written by a newer version of motet (schema %lld, this one "
                  "knows %zu) and stays as it is; use that version",
                  path, (long long)facts->version, count);
        return SCHEMA_FOREIGN;
    }
    if (facts->version < 0)
        return SCHEMA_DAMAGED;
    return SCHEMA_GOOD;
}

/* One step, unless another program has made it meanwhile. */
static int schema_step(sqlite3 *db, const char *sql, size_t version)
{
    struct schema_facts facts = {0};
    char *end = NULL;
    int code = sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
    if (code != SQLITE_OK)
        return code;
    code = schema_look(db, &facts);
    if (code == SQLITE_OK && facts.version == (int64_t)version) {
        code = sqlite3_exec(db, sql, NULL, NULL, NULL);
        end = strbuf_format("PRAGMA application_id = %d; PRAGMA user_version = %zu",
                            STORE_APPLICATION_ID, version + 1);
        if (code == SQLITE_OK)
            code = sqlite3_exec(db, end, NULL, NULL, NULL);
    }
    if (code == SQLITE_OK)
        code = sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
    if (code != SQLITE_OK)
        (void)sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
    mem_free(end);
    return code;
}

enum store_schema_state store_schema_look(sqlite3 *db, const char *path, size_t count,
                                          struct error *err)
{
    struct schema_facts facts = {0};
    const int code = schema_look(db, &facts);
    return code == SQLITE_OK ? schema_judge(&facts, path, count, err)
                             : schema_failed(db, path, code, err);
}

enum store_schema_state store_schema_prepare(sqlite3 *db, const char *path,
                                             const struct store_step *table, size_t count,
                                             struct error *err)
{
    struct schema_facts facts = {0};
    int code = schema_look(db, &facts);
    if (code != SQLITE_OK)
        return schema_failed(db, path, code, err);
    const enum store_schema_state state = schema_judge(&facts, path, count, err);
    if (state != SCHEMA_GOOD)
        return state;
    for (size_t i = (size_t)facts.version; i < count; i++) {
        code = schema_step(db, table[i].sql, i);
        if (code != SQLITE_OK)
            return schema_failed(db, path, code, err);
    }
    code = schema_touch(db);
    return code == SQLITE_OK ? SCHEMA_GOOD : schema_failed(db, path, code, err);
}

enum store_schema_state store_schema_check(sqlite3 *db, const char *path, size_t count,
                                           struct error *err)
{
    int64_t version = 0;
    const enum store_schema_state state = store_schema_look(db, path, count, err);
    if (state != SCHEMA_GOOD)
        return state;
    int code = schema_number(db, "PRAGMA user_version", &version);
    if (code == SQLITE_OK && version < (int64_t)count) {
        error_set(err, ERROR_USAGE,
                  "%s was written by an older version of motet, or not yet; a start of "
                  "motet brings it up to date",
                  path);
        return SCHEMA_FOREIGN;
    }
    if (code == SQLITE_OK)
        code = schema_touch(db);
    return code == SQLITE_OK ? SCHEMA_GOOD : schema_failed(db, path, code, err);
}

/*
 * Opening, closing, transactions and what went wrong. A transaction collects its first
 * failure; everything after it is refused until store_commit says so, so that callers
 * test once. The order of opening: look, without writing; then the settings, the steps of
 * the schema, and the thread of the upkeep. A damaged file is mended before that.
 */
#include "src/store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "src/base/clock.h"
#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/base/strbuf.h"
#include "src/store/store_connection.h"
#include "src/store/store_salvage.h"
#include "src/store/store_schema.h"
#include "src/store/store_state.h"
#include "src/store/store_upkeep.h"

/* While it is being opened a database may be migrated by another program. */
#define OPEN_WAIT_MS 3000

/* Between two tries to get the lock. */
#define BUSY_PAUSE_US 300

/* The log of so many pages (4 MB) is worth a checkpoint. */
#define CHECKPOINT_PAGES 1000

int64_t store_message_key(int64_t chat, int64_t number)
{
    return (chat << STORE_NUMBER_BITS) | number;
}

int64_t store_part_key(int64_t message_key, int64_t place)
{
    return (message_key << STORE_PLACE_BITS) | place;
}

void store_bind_text(sqlite3_stmt *statement, int index, const char *text)
{
    if (text == NULL)
        (void)sqlite3_bind_null(statement, index);
    else
        (void)sqlite3_bind_text(statement, index, text, -1, SQLITE_STATIC);
}

char *store_column_text(sqlite3_stmt *statement, int column)
{
    const unsigned char *text = sqlite3_column_text(statement, column);
    return text != NULL ? mem_strdup((const char *)text) : NULL;
}

/* --- What went wrong ------------------------------------------------------------------
 */

void store_explain(struct store *store, struct error *err)
{
    const int code = sqlite3_extended_errcode(store->db);
    const int kind = code & 0xff;
    const int reason = sqlite3_system_errno(store->db);
    const char *path = store->path;
    if (code == SQLITE_IOERR_WRITE && reason != EIO) {
        /* SQLite does not always keep the system's reason. */
        error_set(err, ERROR_INTERNAL,
                  "%s: nothing can be saved, writing fails%s%s; is the disk full, or a "
                  "quota used up?",
                  path, reason != 0 ? ": " : "", reason != 0 ? strerror(reason) : "");
        return;
    }
    switch (kind) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        error_set(err, ERROR_INTERNAL, "%s: another program is writing to it", path);
        break;
    case SQLITE_FULL:
        error_set(err, ERROR_INTERNAL, "%s: nothing can be saved, the disk is full",
                  path);
        break;
    case SQLITE_READONLY:
        error_set(err, ERROR_INTERNAL,
                  "%s: nothing can be saved, the file or its folder is read-only", path);
        break;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        if (!store->is_for_reading)
            store_salvage_note(path);
        error_set(err, ERROR_INTERNAL,
                  "%s is damaged; when motet is started again it keeps the damaged file "
                  "and saves what can be read of it",
                  path);
        break;
    default:
        error_set(err, ERROR_INTERNAL, "%s: %s%s%s", path, sqlite3_errmsg(store->db),
                  reason != 0 ? ": " : "", reason != 0 ? strerror(reason) : "");
        break;
    }
}

bool store_fail(struct store *store)
{
    const int kind = sqlite3_errcode(store->db) & 0xff;
    if (store->result != STORE_OK)
        return false;
    store->result =
        kind == SQLITE_BUSY || kind == SQLITE_LOCKED ? STORE_BUSY : STORE_FAILED;
    store_explain(store, &store->error);
    return false;
}

bool store_fail_with(struct store *store, enum error_class class, const char *sentence)
{
    if (store->result == STORE_OK) {
        store->result = STORE_FAILED;
        error_set(&store->error, class, "%s: %s", store->path, sentence);
    }
    return false;
}

sqlite3_stmt *store_statement(struct store *store, enum store_slot slot, const char *sql)
{
    sqlite3_stmt **statement = &store->statements[slot];
    if (*statement == NULL &&
        sqlite3_prepare_v3(store->db, sql, -1, SQLITE_PREPARE_PERSISTENT, statement,
                           NULL) != SQLITE_OK) {
        (void)store_fail(store);
        return NULL;
    }
    (void)sqlite3_reset(*statement);
    (void)sqlite3_clear_bindings(*statement);
    return *statement;
}

bool store_run(struct store *store, sqlite3_stmt *statement)
{
    if (statement == NULL)
        return false;
    const bool is_done = sqlite3_step(statement) == SQLITE_DONE;
    if (!is_done)
        (void)store_fail(store);
    (void)sqlite3_reset(statement);
    return is_done;
}

/* --- Waiting --------------------------------------------------------------------------
 */

static void store_sleep_us(int us)
{
    const struct timespec pause = {.tv_nsec = us * 1000L};
    (void)nanosleep(&pause, NULL);
}

/* The lock is held: by our own upkeep for a moment, or by another program. Looks again
 * more often than SQLite would. */
static int store_on_busy(void *user, int tries)
{
    struct store *store = user;
    if (tries == 0) {
        store->waiting_us = clock_now_us();
        store_upkeep_yield(store->upkeep, true);
    }
    if (clock_now_us() - store->waiting_us >= store->wait_ms * (int64_t)1000)
        return 0;
    store_sleep_us(BUSY_PAUSE_US);
    return 1;
}

void store_end_waiting(struct store *store)
{
    if (store->waiting_us != 0)
        store_upkeep_yield(store->upkeep, false);
    store->waiting_us = 0;
}

/* --- Transactions ---------------------------------------------------------------------
 */

/* Hands the failure over and forgets it. */
static enum store_result store_take_result(struct store *store, struct error *err)
{
    const enum store_result result = store->result;
    if (result != STORE_OK && err != NULL)
        error_move(err, &store->error);
    error_clear(&store->error);
    store->result = STORE_OK;
    return result;
}

/* Runs one statement without parameters; false: the transaction is marked as failed. */
static bool store_exec(struct store *store, const char *sql)
{
    return sqlite3_exec(store->db, sql, NULL, NULL, NULL) == SQLITE_OK ||
           store_fail(store);
}

enum store_result store_begin(struct store *store, struct error *err)
{
    if (store->is_writing)
        store_rollback(store);
    store->has_work = false;
    if (store->is_for_reading) {
        (void)store_fail_with(store, ERROR_INTERNAL, "it was opened for reading only");
        return store_take_result(store, err);
    }
    const bool is_begun = store_exec(store, "BEGIN IMMEDIATE");
    store_end_waiting(store);
    if (!is_begun)
        return store_take_result(store, err);
    store->is_writing = true;
    return STORE_OK;
}

void store_rollback(struct store *store)
{
    if (store->is_writing && sqlite3_get_autocommit(store->db) == 0)
        (void)sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
    store->is_writing = false;
    (void)store_take_result(store, NULL);
}

enum store_result store_commit(struct store *store, struct error *err)
{
    if (!store->is_writing)
        (void)store_fail_with(store, ERROR_INTERNAL, "there is nothing to commit");
    if (store->result == STORE_OK)
        (void)store_exec(store, "COMMIT");
    const enum store_result result = store_take_result(store, err);
    if (result != STORE_OK)
        store_rollback(store);
    store->is_writing = false;
    const bool is_log_long = store->wal_pages >= CHECKPOINT_PAGES;
    if (result == STORE_OK && (store->has_work || is_log_long))
        store_upkeep_ask(store->upkeep, is_log_long);
    return result;
}

static int store_on_commit(void *user, sqlite3 *db, const char *name, int pages)
{
    struct store *store = user;
    (void)db;
    (void)name;
    store->wal_pages = pages;
    return SQLITE_OK;
}

/* --- Opening --------------------------------------------------------------------------
 */

/* Turns the database to a write-ahead log. Two programs that do so at once get BUSY
 * without any waiting, because one of them must give way. */
static bool store_use_wal(struct store *store)
{
    int code = SQLITE_BUSY;
    for (int waited_ms = 0; waited_ms < OPEN_WAIT_MS; waited_ms += 5) {
        code = sqlite3_exec(store->db, "PRAGMA journal_mode=WAL", NULL, NULL, NULL);
        if ((code & 0xff) != SQLITE_BUSY && (code & 0xff) != SQLITE_LOCKED)
            break;
        store_sleep_us(5000);
    }
    return code == SQLITE_OK;
}

/* The file is there before SQLite opens it, so that nobody else may ever read it; its
 * companions get the same rights from SQLite. */
static bool store_make_file(const struct store_options *options, struct error *err)
{
    struct stat info;
    if (stat(options->path, &info) == 0) {
        if (S_ISREG(info.st_mode))
            return true;
        error_set(err, ERROR_USAGE, "%s is not a file: sessions cannot be kept there",
                  options->path);
        return false;
    }
    if (options->is_for_reading) {
        error_set(err, ERROR_USAGE, "there are no sessions yet: %s does not exist",
                  options->path);
        return false;
    }
    if (!path_make_folders(options->path, err))
        return false;
    const int fd = open(options->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) {
        error_set(err, ERROR_INTERNAL, "%s: sessions cannot be kept: %s", options->path,
                  strerror(errno));
        return false;
    }
    (void)close(fd);
    return true;
}

/* The path as an address that says that nobody writes to the file. Caller frees. */
static char *store_immutable_address(const char *path)
{
    struct strbuf address;
    strbuf_init(&address, STRBUF_OWN_MAX);
    strbuf_append_text(&address, "file:");
    for (const char *at = path; *at != '\0'; at++) {
        if (strchr("?#%", *at) != NULL)
            strbuf_append_format(&address, "%%%02x", (unsigned)*at);
        else
            strbuf_append_char(&address, *at);
    }
    strbuf_append_text(&address, "?immutable=1");
    return strbuf_take(&address);
}

static bool store_connect(struct store *store, bool is_immutable, struct error *err)
{
    const int access =
        store->is_for_reading ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
    char *address = is_immutable ? store_immutable_address(store->path) : NULL;
    const int code =
        address != NULL
            ? sqlite3_open_v2(address, &store->db,
                              access | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI, NULL)
            : sqlite3_open_v2(store->path, &store->db, access | SQLITE_OPEN_NOMUTEX,
                              NULL);
    mem_free(address);
    if (code != SQLITE_OK) {
        store_explain(store, err);
        return false;
    }
    (void)sqlite3_db_config(store->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    store_connection_harden(store->db);
    (void)sqlite3_busy_timeout(store->db, OPEN_WAIT_MS);
    return true;
}

static void store_disconnect(struct store *store)
{
    for (size_t i = 0; i < SLOT_COUNT; i++) {
        (void)sqlite3_finalize(store->statements[i]);
        store->statements[i] = NULL;
    }
    (void)sqlite3_close(store->db);
    store->db = NULL;
}

/* In a folder where nothing may be made, the companions of the file cannot be: then it is
 * read as one that nobody writes to. */
static enum store_schema_state store_prepare_reading(struct store *store, size_t count,
                                                     struct error *err)
{
    enum store_schema_state state =
        store_schema_check(store->db, store->path, count, err);
    const int kind = sqlite3_errcode(store->db) & 0xff;
    if (state != SCHEMA_FAILED || (kind != SQLITE_CANTOPEN && kind != SQLITE_READONLY))
        return state;
    store_disconnect(store);
    error_clear(err);
    return store_connect(store, true, err)
               ? store_schema_check(store->db, store->path, count, err)
               : SCHEMA_FAILED;
}

/* Looks, and only then writes. */
static enum store_schema_state store_prepare(struct store *store, struct error *err)
{
    size_t count;
    const struct store_step *steps = store_schema_steps(&count);
    if (!store_connect(store, false, err))
        return SCHEMA_FAILED;
    if (store->is_for_reading)
        return store_prepare_reading(store, count, err);
    enum store_schema_state state = store_schema_look(store->db, store->path, count, err);
    if (state != SCHEMA_GOOD)
        return state;
    if (sqlite3_db_readonly(store->db, "main") == 1) {
        /* A damaged header can say that nobody may write; the file itself does not. */
        if (access(store->path, W_OK) == 0)
            return SCHEMA_DAMAGED;
        error_set(err, ERROR_INTERNAL,
                  "%s: nothing can be saved, the file or its folder is read-only",
                  store->path);
        return SCHEMA_FAILED;
    }
    if (!store_use_wal(store) || store_connection_configure(store->db) != SQLITE_OK) {
        store_explain(store, err);
        return SCHEMA_FAILED;
    }
    state = store_schema_prepare(store->db, store->path, steps, count, err);
    if (state == SCHEMA_GOOD)
        (void)sqlite3_db_config(store->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
    return state;
}

/* A damage that was met before is looked for in all of the file. */
static bool store_is_whole(struct store *store)
{
    static const char *const checks[] = {
        "PRAGMA quick_check(1)",
        "INSERT INTO text_index(text_index) VALUES('integrity-check')"};
    bool is_whole = true;
    for (size_t i = 0; i < COUNT_OF(checks) && is_whole; i++) {
        sqlite3_stmt *statement = NULL;
        int code = sqlite3_prepare_v2(store->db, checks[i], -1, &statement, NULL);
        if (code == SQLITE_OK)
            code = sqlite3_step(statement);
        is_whole = code == SQLITE_DONE || code == SQLITE_BUSY ||
                   (code == SQLITE_ROW &&
                    strcmp((const char *)sqlite3_column_text(statement, 0), "ok") == 0);
        (void)sqlite3_finalize(statement);
    }
    return is_whole;
}

/* Opens, and looks closer if there was damage before. */
static enum store_schema_state store_try(struct store *store, struct error *err)
{
    enum store_schema_state state = store_prepare(store, err);
    if (state == SCHEMA_GOOD && !store->is_for_reading &&
        store_salvage_is_noted(store->path)) {
        if (store_is_whole(store)) {
            store_salvage_unnote(store->path);
        } else {
            (void)sqlite3_db_config(store->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
            state = SCHEMA_DAMAGED;
        }
    }
    if (state != SCHEMA_GOOD)
        store_disconnect(store);
    return state;
}

/* True if there is work that an earlier program has left. */
static bool store_has_rest(struct store *store)
{
    sqlite3_stmt *statement = NULL;
    bool has_rest = false;
    if (sqlite3_prepare_v2(store->db,
                           "SELECT EXISTS(SELECT 1 FROM unindexed) OR"
                           " EXISTS(SELECT 1 FROM removed_chat) OR"
                           " (SELECT is_merge_due FROM upkeep WHERE id = 1)",
                           -1, &statement, NULL) == SQLITE_OK)
        has_rest = sqlite3_step(statement) == SQLITE_ROW &&
                   sqlite3_column_int(statement, 0) != 0;
    (void)sqlite3_finalize(statement);
    return has_rest;
}

static void store_start(struct store *store, const struct store_options *options)
{
    store->wait_ms = options->wait_ms;
    (void)sqlite3_busy_handler(store->db, store_on_busy, store);
    if (store->is_for_reading)
        return;
    (void)sqlite3_wal_hook(store->db, store_on_commit, store);
    store->upkeep = store_upkeep_start(store->path);
    if (store_has_rest(store))
        store_upkeep_ask(store->upkeep, false);
}

/* Saves what can be saved, unless another program has done so meanwhile. */
static enum store_schema_state store_mend(struct store *store, char **notice,
                                          struct error *err)
{
    const int lock = store_salvage_lock(store->path);
    struct error why = {.class = ERROR_NONE};
    enum store_schema_state state = store_try(store, &why);
    if (state == SCHEMA_DAMAGED && store_salvage(store->path, notice, &why))
        state = store_try(store, &why);
    store_salvage_unlock(lock);
    if (state != SCHEMA_GOOD && err != NULL)
        error_move(err, &why);
    error_clear(&why);
    return state;
}

struct store *store_open(const struct store_options *options, char **notice,
                         struct error *err)
{
    *notice = NULL;
    if (!store_make_file(options, err))
        return NULL;
    struct store *store = mem_alloc(sizeof(*store));
    store->path = mem_strdup(options->path);
    store->is_for_reading = options->is_for_reading;
    enum store_schema_state state = store_try(store, err);
    if (state == SCHEMA_DAMAGED && !store->is_for_reading)
        state = store_mend(store, notice, err);
    if (state == SCHEMA_DAMAGED && (err == NULL || err->class == ERROR_NONE))
        error_set(err, ERROR_INTERNAL,
                  "%s is damaged; a start of motet keeps the damaged file and saves what "
                  "can be read of it",
                  store->path);
    if (state != SCHEMA_GOOD) {
        store_close(store);
        return NULL;
    }
    store_start(store, options);
    return store;
}

void store_close(struct store *store)
{
    if (store == NULL)
        return;
    store_rollback(store);
    store_upkeep_stop(store->upkeep);
    store_disconnect(store);
    error_clear(&store->error);
    mem_free(store->path);
    mem_free(store);
}

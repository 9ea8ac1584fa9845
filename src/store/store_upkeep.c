/*
 * Work comes in slices of a few milliseconds, each a transaction, with a pause between
 * them, so that the writer on the loop's thread finds the lock free. What is to be done
 * stands in the database (tables unindexed, removed_chat, upkeep): a program that dies
 * leaves it to the next one.
 *
 * A checkpoint that has copied all of the log is followed by a write of our own: the
 * first write afterwards begins the log anew, which costs a wait for the disk, and so it
 * is this thread that has it.
 */
#include "src/store/store_upkeep.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <time.h>

#include "src/base/clock.h"
#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/store/store_connection.h"
#include "src/store/store_state.h"

/* How much text is put into the index in one transaction, and what else. */
#define SLICE_BYTES    (48 << 10)
#define SLICE_MESSAGES 64
#define SLICE_PAGES    64

/* How long this thread waits for a lock, and between slices. */
#define LOCK_WAIT_MS   400
#define SLICE_PAUSE_MS 2
#define HELD_PAUSE_MS  300

/* How long the end of the program waits for the index; what is left is done by the next
 * one. What was removed goes in any case. */
#define END_WAIT_MS 2000

/* How long it stands back for the writer, at most. */
#define YIELD_MS 200

/* The log of so many pages (4 MB) is worth a checkpoint, also in the middle of work. */
#define LOG_PAGES 1000

struct store_upkeep {
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t asked;
    bool is_asked; /* these three under the mutex */
    bool is_log_long;
    bool is_ending;
    atomic_bool is_yielding; /* the writer waits for the lock */
    char *path;
    int log_pages; /* after the last commit of the thread */
    sqlite3 *db;   /* of the thread, opened by its first round */
};

/* --- Slices ---------------------------------------------------------------------------
 */

static bool upkeep_exec(sqlite3 *db, const char *sql)
{
    return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK;
}

/* Runs a statement with two numbers. */
static bool upkeep_run(sqlite3 *db, const char *sql, int64_t first, int64_t second)
{
    sqlite3_stmt *statement = NULL;
    bool is_good = sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK;
    if (is_good) {
        (void)sqlite3_bind_int64(statement, 1, first);
        if (sqlite3_bind_parameter_count(statement) > 1)
            (void)sqlite3_bind_int64(statement, 2, second);
        is_good = sqlite3_step(statement) == SQLITE_DONE;
    }
    (void)sqlite3_finalize(statement);
    return is_good;
}

/* A number that a query gives, with as many of the two numbers as it has room for (NULL:
 * it has none); `none` if it gives no row or NULL. False
 * if it fails. */
static bool upkeep_number(sqlite3 *db, const char *sql, const int64_t bounds[2],
                          int64_t none, int64_t *number)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
    *number = none;
    if (code == SQLITE_OK) {
        for (int i = 0; bounds != NULL && i < sqlite3_bind_parameter_count(statement);
             i++)
            (void)sqlite3_bind_int64(statement, i + 1, bounds[i]);
        code = sqlite3_step(statement);
    }
    if (code == SQLITE_ROW && sqlite3_column_type(statement, 0) != SQLITE_NULL)
        *number = sqlite3_column_int64(statement, 0);
    (void)sqlite3_finalize(statement);
    return code == SQLITE_ROW || code == SQLITE_DONE;
}

/* The work of one slice, inside its transaction; UPKEEP_HELD: it failed. */
typedef enum upkeep_rest (*upkeep_work)(sqlite3 *db, int64_t limit);

static enum upkeep_rest upkeep_slice(sqlite3 *db, upkeep_work work, int64_t limit)
{
    if (!upkeep_exec(db, "BEGIN IMMEDIATE"))
        return UPKEEP_HELD;
    const enum upkeep_rest rest = work(db, limit);
    if (rest != UPKEEP_HELD && upkeep_exec(db, "COMMIT"))
        return rest;
    (void)upkeep_exec(db, "ROLLBACK");
    return UPKEEP_HELD;
}

static bool upkeep_index_one(sqlite3 *db, int64_t message, int64_t *bytes)
{
    const int64_t bounds[2] = {store_part_key(message, 0),
                               store_part_key(message, STORE_PLACE_MAX)};
    return upkeep_number(db,
                         "SELECT sum(length(text)) FROM part WHERE id BETWEEN ?1 AND ?2"
                         " AND kind IN " STORE_INDEXED_KINDS,
                         bounds, 0, bytes) &&
           upkeep_run(db,
                      "INSERT INTO text_index(rowid, text) SELECT id,"
                      " " STORE_INDEXED_TEXT " FROM part WHERE id BETWEEN ?1 AND ?2"
                      " AND kind IN " STORE_INDEXED_KINDS
                      " AND NOT EXISTS(SELECT 1 FROM text_index_docsize"
                      " WHERE text_index_docsize.id = part.id)",
                      bounds[0], bounds[1]) &&
           upkeep_run(db, "DELETE FROM unindexed WHERE message = ?1", message, 0);
}

static enum upkeep_rest upkeep_index(sqlite3 *db, int64_t limit)
{
    for (int i = 0; i < SLICE_MESSAGES && limit > 0; i++) {
        int64_t message;
        int64_t bytes = 0;
        if (!upkeep_number(db, "SELECT min(message) FROM unindexed", NULL, -1, &message))
            return UPKEEP_HELD;
        if (message < 0)
            return UPKEEP_DONE;
        if (!upkeep_index_one(db, message, &bytes))
            return UPKEEP_HELD;
        limit -= bytes;
    }
    return UPKEEP_MORE;
}

/* Everything between two messages of a chat that was removed. */
static bool upkeep_purge_range(sqlite3 *db, int64_t first, int64_t last)
{
    const int64_t part = store_part_key(first, 0);
    const int64_t end = store_part_key(last, STORE_PLACE_MAX);
    return upkeep_run(db, STORE_FORGET_TEXTS, part, end) &&
           upkeep_run(db, "DELETE FROM part WHERE id BETWEEN ?1 AND ?2", part, end) &&
           upkeep_run(db, "DELETE FROM piece WHERE part BETWEEN ?1 AND ?2", part, end) &&
           upkeep_run(db, "DELETE FROM unindexed WHERE message BETWEEN ?1 AND ?2", first,
                      last) &&
           upkeep_run(db, "DELETE FROM message WHERE id BETWEEN ?1 AND ?2", first, last);
}

static enum upkeep_rest upkeep_purge(sqlite3 *db, int64_t limit)
{
    int64_t chat;
    int64_t last;
    if (!upkeep_number(db, "SELECT min(chat) FROM removed_chat", NULL, -1, &chat))
        return UPKEEP_HELD;
    if (chat < 0)
        return UPKEEP_DONE;
    const int64_t end = store_message_key(chat, STORE_NUMBER_MAX);
    const int64_t bounds[2] = {store_message_key(chat, 0), limit};
    /* The last of as many messages as one slice takes. */
    if (!upkeep_number(db,
                       "SELECT max(id) FROM (SELECT id FROM message WHERE id >= ?1"
                       " ORDER BY id LIMIT ?2)",
                       bounds, end, &last))
        return UPKEEP_HELD;
    if (last < end && last >= bounds[0])
        return upkeep_purge_range(db, bounds[0], last) ? UPKEEP_MORE : UPKEEP_HELD;
    const bool is_good =
        upkeep_purge_range(db, bounds[0], end) &&
        upkeep_run(db, "DELETE FROM removed_chat WHERE chat = ?1", chat, 0) &&
        upkeep_run(db, "UPDATE upkeep SET is_merge_due = ?1 WHERE id = 1", 1, 0);
    return is_good ? UPKEEP_MORE : UPKEEP_HELD;
}

/* Words of removed texts stay in the index until its segments are merged. */
static enum upkeep_rest upkeep_merge(sqlite3 *db, int64_t limit)
{
    int64_t due;
    if (!upkeep_number(db, "SELECT is_merge_due FROM upkeep WHERE id = 1", NULL, 0, &due))
        return UPKEEP_HELD;
    if (due == 0)
        return UPKEEP_DONE;
    const int before = sqlite3_total_changes(db);
    /* The first call, with a negative number, says that all segments are to be merged. */
    if (!upkeep_run(db, "INSERT INTO text_index(text_index, rank) VALUES('merge', ?1)",
                    due == 1 ? -limit : limit, 0))
        return UPKEEP_HELD;
    const bool is_done = sqlite3_total_changes(db) - before < 2;
    const bool is_good = upkeep_run(
        db, "UPDATE upkeep SET is_merge_due = ?1 WHERE id = 1", is_done ? 0 : 2, 0);
    return is_good ? UPKEEP_MORE : UPKEEP_HELD;
}

static enum upkeep_rest upkeep_turn(sqlite3 *db, int64_t ignored)
{
    (void)ignored;
    return upkeep_run(db, "UPDATE upkeep SET rounds = rounds + ?1 WHERE id = 1", 1, 0)
               ? UPKEEP_DONE
               : UPKEEP_HELD;
}

/* --- Rounds ---------------------------------------------------------------------------
 */

static void upkeep_sleep(int ms)
{
    const struct timespec pause = {.tv_nsec = ms * 1000000L};
    (void)nanosleep(&pause, NULL);
}

static bool upkeep_is_ending(struct store_upkeep *upkeep)
{
    (void)pthread_mutex_lock(&upkeep->mutex);
    const bool is_ending = upkeep->is_ending;
    (void)pthread_mutex_unlock(&upkeep->mutex);
    return is_ending;
}

static int upkeep_on_commit(void *user, sqlite3 *db, const char *name, int pages)
{
    struct store_upkeep *upkeep = user;
    (void)db;
    (void)name;
    upkeep->log_pages = pages;
    return SQLITE_OK;
}

static bool upkeep_open(struct store_upkeep *upkeep)
{
    if (upkeep->db != NULL)
        return true;
    if (sqlite3_open_v2(upkeep->path, &upkeep->db,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) == SQLITE_OK) {
        store_connection_harden(upkeep->db);
        (void)sqlite3_busy_timeout(upkeep->db, LOCK_WAIT_MS);
        const bool is_good = store_connection_configure(upkeep->db) == SQLITE_OK;
        (void)sqlite3_wal_hook(upkeep->db, upkeep_on_commit, upkeep);
        if (is_good)
            return true;
    }
    (void)sqlite3_close(upkeep->db);
    upkeep->db = NULL;
    return false;
}

/* The kinds of work, in this order: each has a question that says whether there is any,
 * which takes no lock, and the size of a slice. */
struct upkeep_job {
    const char *question;
    upkeep_work work;
    int64_t limit;
};

static const struct upkeep_job purge_job = {"SELECT EXISTS(SELECT 1 FROM removed_chat)",
                                            upkeep_purge, SLICE_MESSAGES};
static const struct upkeep_job merge_job = {
    "SELECT is_merge_due FROM upkeep WHERE id = 1", upkeep_merge, SLICE_PAGES};
static const struct upkeep_job index_job = {"SELECT EXISTS(SELECT 1 FROM unindexed)",
                                            upkeep_index, SLICE_BYTES};

static bool upkeep_is_due(sqlite3 *db, const struct upkeep_job *job)
{
    int64_t is_due;
    return upkeep_number(db, job->question, NULL, 0, &is_due) && is_due != 0;
}

enum upkeep_rest store_upkeep_index(sqlite3 *db, int64_t bytes)
{
    return upkeep_is_due(db, &index_job) ? upkeep_slice(db, upkeep_index, bytes)
                                         : UPKEEP_DONE;
}

static void upkeep_checkpoint(sqlite3 *db, bool is_truncating)
{
    int pages = -1;
    int copied = -1;
    if (sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_PASSIVE, &pages, &copied) !=
            SQLITE_OK ||
        pages != copied)
        return;
    if (is_truncating)
        (void)sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    else
        (void)upkeep_slice(db, upkeep_turn, 0);
}

/* Lets the writer go first, if it waits. */
static void upkeep_yield(struct store_upkeep *upkeep)
{
    upkeep_sleep(SLICE_PAUSE_MS);
    for (int waited_ms = 0; waited_ms < YIELD_MS && atomic_load(&upkeep->is_yielding);
         waited_ms++)
        upkeep_sleep(1);
}

/* All slices of a job; false: it could not be finished now. */
static bool upkeep_do(struct store_upkeep *upkeep, const struct upkeep_job *job)
{
    int64_t ending_ms = 0;
    while (upkeep_is_due(upkeep->db, job)) {
        const bool is_ending = upkeep_is_ending(upkeep);
        if (is_ending && ending_ms == 0)
            ending_ms = clock_now_ms();
        if (is_ending && job == &index_job && clock_now_ms() - ending_ms >= END_WAIT_MS)
            return false;
        if (upkeep_slice(upkeep->db, job->work, job->limit) == UPKEEP_HELD)
            return false;
        if (upkeep->log_pages >= LOG_PAGES)
            upkeep_checkpoint(upkeep->db, false);
        if (!is_ending)
            upkeep_yield(upkeep);
    }
    return true;
}

/* False if something is left to do that could not be done now. */
static bool upkeep_round(struct store_upkeep *upkeep, bool is_log_long, bool is_ending)
{
    if (!upkeep_open(upkeep))
        return true; /* what is wrong the writer will find out too, and say it */
    /* What was removed must leave the log too. */
    const bool is_truncating = is_ending || upkeep_is_due(upkeep->db, &purge_job) ||
                               upkeep_is_due(upkeep->db, &merge_job);
    const bool is_done = upkeep_do(upkeep, &purge_job) && upkeep_do(upkeep, &merge_job) &&
                         upkeep_do(upkeep, &index_job);
    if (is_log_long || is_truncating)
        upkeep_checkpoint(upkeep->db, is_truncating);
    return is_done;
}

/* --- The thread -----------------------------------------------------------------------
 */

/* Waits until there is something to do. With work that was held up it is so soon again.
 * Under the mutex. */
static void upkeep_wait(struct store_upkeep *upkeep, bool is_held)
{
    struct timespec until;
    (void)clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += HELD_PAUSE_MS * 1000000L;
    until.tv_sec += until.tv_nsec / 1000000000L;
    until.tv_nsec %= 1000000000L;
    while (!upkeep->is_asked && !upkeep->is_ending) {
        if (!is_held)
            (void)pthread_cond_wait(&upkeep->asked, &upkeep->mutex);
        else if (pthread_cond_timedwait(&upkeep->asked, &upkeep->mutex, &until) != 0)
            break;
    }
}

static void *upkeep_main(void *user)
{
    struct store_upkeep *upkeep = user;
    bool is_held = false;
    bool is_ending = false;
    while (!is_ending) {
        (void)pthread_mutex_lock(&upkeep->mutex);
        upkeep_wait(upkeep, is_held);
        const bool is_log_long = upkeep->is_log_long;
        is_ending = upkeep->is_ending;
        upkeep->is_asked = false;
        upkeep->is_log_long = false;
        (void)pthread_mutex_unlock(&upkeep->mutex);
        is_held = !upkeep_round(upkeep, is_log_long, is_ending);
    }
    (void)sqlite3_close(upkeep->db);
    return NULL;
}

struct store_upkeep *store_upkeep_start(const char *path)
{
    struct store_upkeep *upkeep = mem_alloc(sizeof(*upkeep));
    sigset_t all;
    sigset_t old;
    upkeep->path = mem_strdup(path);
    (void)pthread_mutex_init(&upkeep->mutex, NULL);
    (void)pthread_cond_init(&upkeep->asked, NULL);
    /* Signals are the business of the loop's thread. */
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &old);
    const int code = pthread_create(&upkeep->thread, NULL, upkeep_main, upkeep);
    (void)pthread_sigmask(SIG_SETMASK, &old, NULL);
    if (code == 0)
        return upkeep;
    mem_free(upkeep->path);
    mem_free(upkeep);
    return NULL;
}

void store_upkeep_ask(struct store_upkeep *upkeep, bool is_log_long)
{
    if (upkeep == NULL)
        return;
    (void)pthread_mutex_lock(&upkeep->mutex);
    upkeep->is_asked = true;
    upkeep->is_log_long = upkeep->is_log_long || is_log_long;
    (void)pthread_cond_signal(&upkeep->asked);
    (void)pthread_mutex_unlock(&upkeep->mutex);
}

void store_upkeep_yield(struct store_upkeep *upkeep, bool is_yielding)
{
    if (upkeep != NULL)
        atomic_store(&upkeep->is_yielding, is_yielding);
}

void store_upkeep_stop(struct store_upkeep *upkeep)
{
    if (upkeep == NULL)
        return;
    (void)pthread_mutex_lock(&upkeep->mutex);
    upkeep->is_ending = true;
    (void)pthread_cond_signal(&upkeep->asked);
    (void)pthread_mutex_unlock(&upkeep->mutex);
    (void)pthread_join(upkeep->thread, NULL);
    (void)pthread_cond_destroy(&upkeep->asked);
    (void)pthread_mutex_destroy(&upkeep->mutex);
    mem_free(upkeep->path);
    mem_free(upkeep);
}

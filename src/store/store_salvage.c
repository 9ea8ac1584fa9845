/*
 * The new database is made beside the damaged one and is whole and on the disk before any
 * name changes. Then: the damaged file gets its second name, its log moves, and the new
 * file takes the old name in one step. Whenever that is cut, the next start finds either
 * the damaged database or the new one.
 */
#include "src/store/store_salvage.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include <sqlite3.h>

#include "src/base/clock.h"
#include "src/base/compiler.h"
#include "src/base/file_out.h"
#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "src/store/page_file.h"
#include "src/store/salvage_rows.h"
#include "src/store/store_connection.h"
#include "src/store/store_schema.h"

/* How long another program may take to look at the file or to mend it. */
#define WAIT_MS  3000
#define PAUSE_MS 20

/* Every connection to a database with a log holds a lock on this byte of PATH-shm. */
#define SHM_IN_USE_BYTE 128

int store_salvage_lock(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder =
        slash != NULL ? mem_strndup(path, (size_t)(slash - path) + 1) : mem_strdup(".");
    const int lock = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const struct timespec pause = {.tv_nsec = PAUSE_MS * 1000000L};
    mem_free(folder);
    if (lock < 0)
        return -1;
    for (int waited_ms = 0; flock(lock, LOCK_EX | LOCK_NB) != 0; waited_ms += PAUSE_MS) {
        if (errno != EWOULDBLOCK || waited_ms >= WAIT_MS) {
            (void)close(lock);
            return -1;
        }
        (void)nanosleep(&pause, NULL);
    }
    return lock;
}

void store_salvage_unlock(int lock)
{
    if (lock >= 0)
        (void)close(lock);
}

/* --- Notes of damage ------------------------------------------------------------------
 */

void store_salvage_note(const char *path)
{
    char *name = strbuf_format("%s-damaged", path);
    const int fd = open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (fd >= 0)
        (void)close(fd);
    mem_free(name);
}

bool store_salvage_is_noted(const char *path)
{
    char *name = strbuf_format("%s-damaged", path);
    const bool is_noted = access(name, F_OK) == 0;
    mem_free(name);
    return is_noted;
}

void store_salvage_unnote(const char *path)
{
    char *name = strbuf_format("%s-damaged", path);
    (void)unlink(name);
    mem_free(name);
}

/* --- Names ----------------------------------------------------------------------------
 */

static bool salvage_is_in_use(const char *path)
{
    char *name = strbuf_format("%s-shm", path);
    const int fd = open(name, O_RDWR | O_CLOEXEC);
    struct flock lock = {
        .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = SHM_IN_USE_BYTE, .l_len = 1};
    const bool is_in_use =
        fd >= 0 && fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
    if (fd >= 0)
        (void)close(fd);
    mem_free(name);
    return is_in_use;
}

/* Others may just be looking at it, as we did. */
static bool salvage_wait_for_others(const char *path, struct error *err)
{
    const struct timespec pause = {.tv_nsec = PAUSE_MS * 1000000L};
    for (int waited_ms = 0; salvage_is_in_use(path); waited_ms += PAUSE_MS) {
        if (waited_ms >= WAIT_MS) {
            error_set(err, ERROR_INTERNAL,
                      "%s is damaged, and another program has it open; end that one and "
                      "start again, then what can be read of it is saved",
                      path);
            return false;
        }
        (void)nanosleep(&pause, NULL);
    }
    return true;
}

/* The name for the damaged file: one that nothing has yet. */
static char *salvage_name(const char *path)
{
    const time_t now = (time_t)clock_wall_seconds();
    struct tm date;
    char text[40] = "date";
    if (gmtime_r(&now, &date) != NULL)
        (void)strftime(text, sizeof(text), "%Y-%m-%d-%H%M%S", &date);
    char *name = strbuf_format("%s.damaged-%s", path, text);
    for (int i = 2; file_out_exists(name); i++) {
        mem_free(name);
        name = strbuf_format("%s.damaged-%s-%d", path, text, i);
    }
    return name;
}

/* Moves PATH + end to TO + end; nothing there is as good. */
static bool salvage_move(const char *path, const char *to, const char *end)
{
    char *from = strbuf_format("%s%s", path, end);
    char *target = strbuf_format("%s%s", to, end);
    const bool is_moved = rename(from, target) == 0 || errno == ENOENT;
    mem_free(from);
    mem_free(target);
    return is_moved;
}

static bool salvage_swap(const char *path, const char *fresh, const char *kept,
                         struct error *err)
{
    /* A file system without second names: there is a moment without the database. */
    const bool is_kept = link(path, kept) == 0 || rename(path, kept) == 0;
    char *shared = strbuf_format("%s-shm", path); /* can be made again of the log */
    (void)unlink(shared);
    mem_free(shared);
    if (is_kept && salvage_move(path, kept, "-wal") && rename(fresh, path) == 0)
        return true;
    error_set(err, ERROR_INTERNAL,
              "%s is damaged; what could be read of it cannot take its place: %s", path,
              strerror(errno));
    return false;
}

/* --- The new database -----------------------------------------------------------------
 */

/* Makes the new database; it has no log of its own when this returns. */
static bool salvage_make(struct page_file *file, const char *fresh,
                         struct salvage_count *count, struct error *err)
{
    sqlite3 *db = NULL;
    size_t steps;
    const struct store_step *table = store_schema_steps(&steps);
    const int fd = open(fresh, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    bool is_good =
        fd >= 0 && sqlite3_open_v2(fresh, &db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK;
    if (is_good) {
        store_connection_harden(db);
        /* On the disk at once, at the end: until then nobody needs it. */
        is_good = sqlite3_exec(db, "PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF",
                               NULL, NULL, NULL) == SQLITE_OK &&
                  store_schema_prepare(db, fresh, table, steps, err) == SCHEMA_GOOD &&
                  salvage_rows(file, db, count);
    }
    if (!is_good && err->class == ERROR_NONE)
        error_set(err, ERROR_INTERNAL,
                  "a database is damaged; %s for what can be saved of it cannot be "
                  "written: %s",
                  fresh, db != NULL ? sqlite3_errmsg(db) : strerror(errno));
    (void)sqlite3_close(db);
    if (fd >= 0) {
        is_good = is_good && fsync(fd) == 0;
        (void)close(fd);
    }
    return is_good;
}

static char *salvage_notice(const char *path, const char *kept,
                            const struct salvage_count *count)
{
    if (count->sessions == 0)
        return strbuf_format("%s was damaged and nothing could be read of it; it is kept "
                             "as %s, and a new one begins",
                             path, kept);
    return strbuf_format("%s was damaged: %lld session%s with %lld message%s could be "
                         "saved; the damaged file is kept as %s",
                         path, (long long)count->sessions,
                         count->sessions == 1 ? "" : "s", (long long)count->messages,
                         count->messages == 1 ? "" : "s", kept);
}

bool store_salvage(const char *path, char **notice, struct error *err)
{
    struct salvage_count count = {0};
    *notice = NULL;
    if (!salvage_wait_for_others(path, err))
        return false;
    struct page_file *file = page_file_open(path, err);
    if (file == NULL)
        return false;
    char *fresh = strbuf_format("%s.new-%ld", path, (long)getpid());
    char *kept = salvage_name(path);
    bool is_good = salvage_make(file, fresh, &count, err);
    if (is_good && count.sessions == 0 && !page_file_is_database(file)) {
        error_set(
            err, ERROR_USAGE,
            "%s is not a database of sessions; it stays as it is: name another file "
            "or move this one away",
            path);
        is_good = false;
    }
    is_good = is_good && salvage_swap(path, fresh, kept, err);
    if (is_good) {
        *notice = salvage_notice(path, kept, &count);
        store_salvage_unnote(path);
    } else {
        (void)unlink(fresh);
    }
    page_file_close(file);
    mem_free(fresh);
    mem_free(kept);
    return is_good;
}

/*
 * The lock is a file of its own, beside the one that is replaced: a lock on a file that
 * gets another inode would hold nobody. It is held for a read and a rename, so waiting
 * for it is short. What could not be written is kept and added the next time.
 */
#include "src/engine/spending.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "src/base/mem.h"
#include "src/base/number.h"
#include "src/base/path.h"
#include "src/base/strbuf.h"

#define DATE_LEN 10

struct spending {
    char *path; /* or NULL */
    struct spending_caps caps;
    double session;
    double unwritten; /* not in the file yet */
};

struct spending *spending_new(const char *path, const struct spending_caps *caps)
{
    struct spending *spending = mem_alloc(sizeof(*spending));
    spending->path = mem_strdup(path);
    spending->caps = *caps;
    return spending;
}

void spending_free(struct spending *spending)
{
    if (spending == NULL)
        return;
    mem_free(spending->path);
    mem_free(spending);
}

bool spending_has_caps(const struct spending *spending)
{
    return spending != NULL && (spending->caps.session >= 0 || spending->caps.day >= 0);
}

static void spending_date(char date[DATE_LEN + 1])
{
    const time_t now = time(NULL);
    struct tm parts;
    if (localtime_r(&now, &parts) == NULL ||
        strftime(date, DATE_LEN + 1, "%Y-%m-%d", &parts) != DATE_LEN)
        memcpy(date, "1970-01-01", DATE_LEN + 1);
}

static int spending_lock(const struct spending *spending)
{
    char *path = strbuf_format("%s.lock", spending->path);
    const int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    mem_free(path);
    while (fd >= 0 && flock(fd, LOCK_EX) != 0) {
        if (errno == EINTR)
            continue;
        close(fd);
        return -1;
    }
    return fd;
}

/* What the file says of that day: 0 if it is of another one, or there is none. False if
 * it cannot be understood. */
static bool spending_read(const struct spending *spending, const char *date,
                          double *amount)
{
    struct strbuf text;
    bool ok = true;
    *amount = 0;
    if (access(spending->path, F_OK) != 0 && errno == ENOENT)
        return true;
    strbuf_init(&text, 200);
    ok = path_read_regular_file(spending->path, &text, NULL);
    while (text.len > 0 && text.text[text.len - 1] == '\n')
        strbuf_truncate(&text, text.len - 1);
    if (ok && text.len > DATE_LEN + 1 && memcmp(text.text, date, DATE_LEN) == 0)
        ok = number_parse_double(text.text + DATE_LEN + 1, amount);
    strbuf_clear(&text);
    return ok;
}

static bool spending_replace(const struct spending *spending, const char *date,
                             double amount)
{
    char *path = strbuf_format("%s.new", spending->path);
    char *line = strbuf_format("%s %.9f\n", date, amount > 0 ? amount : 0);
    const size_t len = strlen(line);
    unlink(path);
    const int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    bool ok = fd >= 0 && write(fd, line, len) == (ssize_t)len;
    if (fd >= 0)
        ok = close(fd) == 0 && ok;
    ok = ok && rename(path, spending->path) == 0;
    mem_free(line);
    mem_free(path);
    return ok;
}

/*
 * Adds `amount` and what was not written yet to the day, unless that would cross `cap`
 * (negative: none). `*today` is what was there before. False if the file could not be
 * read or written, or the cap would be crossed (`*is_over`).
 */
static bool spending_add(struct spending *spending, double amount, double cap,
                         double *today, bool *is_over)
{
    char date[DATE_LEN + 1];
    *is_over = false;
    *today = 0;
    if (spending->path == NULL) {
        *today = spending->session;
        *is_over = cap >= 0 && *today + amount > cap;
        return !*is_over;
    }
    const int lock = spending_lock(spending);
    if (lock < 0)
        return false;
    spending_date(date);
    bool ok = spending_read(spending, date, today);
    *today += spending->unwritten;
    *is_over = ok && cap >= 0 && *today + amount > cap;
    ok = ok && !*is_over && spending_replace(spending, date, *today + amount);
    if (ok)
        spending->unwritten = 0;
    close(lock);
    return ok;
}

bool spending_reserve(struct spending *spending, double amount, struct error *err)
{
    double today;
    bool is_over;
    if (spending == NULL || amount == 0)
        return true;
    const double session_cap = spending->caps.session;
    if (session_cap >= 0 && spending->session + amount > session_cap) {
        error_set(err, ERROR_BUDGET,
                  "it might cost more than the %.2f that budget_session allows; %.4f is "
                  "spent or set aside",
                  session_cap, spending->session);
        return false;
    }
    const double day_cap = spending->caps.day;
    const bool ok = spending_add(spending, amount, day_cap, &today, &is_over);
    if (is_over) {
        error_set(err, ERROR_BUDGET,
                  "it might cost more than the %.2f that budget_day allows; %.4f is "
                  "spent or set aside today",
                  day_cap, today);
        return false;
    }
    if (!ok && day_cap >= 0) {
        error_set(err, ERROR_BUDGET,
                  "there is a budget_day, and what was spent today cannot be kept in %s",
                  spending->path);
        return false;
    }
    if (!ok)
        spending->unwritten += amount;
    spending->session += amount;
    return true;
}

void spending_settle(struct spending *spending, double reserved, double taken)
{
    double today;
    bool is_over;
    if (spending == NULL || reserved == taken)
        return;
    spending->session += taken - reserved;
    if (!spending_add(spending, taken - reserved, -1, &today, &is_over))
        spending->unwritten += taken - reserved;
}

double spending_today(struct spending *spending)
{
    double today = -1;
    bool is_over;
    if (spending == NULL || !spending_add(spending, 0, -1, &today, &is_over))
        return -1;
    return today;
}

/*
 * A log that hangs from whoever opened it: two programs in one process may have two.
 * Each line is written at once, so that a crash loses nothing.
 */
#include "src/base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "src/base/mem.h"
#include "src/base/strbuf.h"

struct log {
    int fd;
};

struct log *log_open(const char *path, struct error *err)
{
    const int fd =
        open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, 0600);
    if (fd < 0) {
        error_set(err, ERROR_USAGE, "cannot write the log file %s: %s", path,
                  strerror(errno));
        return NULL;
    }
    struct log *log = mem_alloc(sizeof(*log));
    log->fd = fd;
    return log;
}

void log_close(struct log *log)
{
    if (log == NULL)
        return;
    close(log->fd);
    mem_free(log);
}

static void log_write(struct log *log, const char *head, const char *format, va_list args)
    LIKE_PRINTF(3, 0);
static void log_at(struct log *log, const char *level, const char *area,
                   const char *format, va_list args) LIKE_PRINTF(4, 0);

static void log_write(struct log *log, const char *head, const char *format, va_list args)
{
    struct strbuf line;
    strbuf_init(&line, 16384);
    const time_t now = time(NULL);
    struct tm utc;
    char stamp[32] = "";
    if (gmtime_r(&now, &utc) != NULL)
        strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%SZ", &utc);
    strbuf_append_format(&line, "%s %s ", stamp, head);
    strbuf_append_args(&line, format, args);
    for (size_t i = 0; i < line.len; i++) {
        if ((unsigned char)line.text[i] < 0x20 || line.text[i] == 0x7f)
            line.text[i] = '?';
    }
    strbuf_append_char(&line, '\n');
    /* A full disk must not stop the program: the log is the first thing to give up. */
    const ssize_t written = write(log->fd, strbuf_text(&line), line.len);
    (void)written;
    strbuf_clear(&line);
}

static void log_at(struct log *log, const char *level, const char *area,
                   const char *format, va_list args)
{
    if (log == NULL)
        return;
    char head[64];
    snprintf(head, sizeof(head), "%s %s", level, area);
    log_write(log, head, format, args);
}

void log_warn(struct log *log, const char *area, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    log_at(log, "warn", area, format, args);
    va_end(args);
}

void log_info(struct log *log, const char *area, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    log_at(log, "info", area, format, args);
    va_end(args);
}

/* What is written over is found through its links first: the link stays one. */
#include "src/base/file_out.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/base/mem.h"
#include "src/base/strbuf.h"

bool file_out_exists(const char *path)
{
    struct stat info;
    return lstat(path, &info) == 0;
}

static bool write_all(int file, const char *text, size_t len)
{
    size_t at = 0;
    while (at < len) {
        const ssize_t wrote = write(file, text + at, len - at);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0)
            return false;
        at += (size_t)wrote;
    }
    return true;
}

static bool write_new(const char *path, const char *text, size_t len,
                      const struct stat *like)
{
    const int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (file < 0)
        return false;
    bool ok = write_all(file, text, len);
    ok = ok && (like == NULL || fchmod(file, like->st_mode & 0777) == 0);
    ok = close(file) == 0 && ok;
    const int reason = errno;
    if (!ok)
        unlink(path);
    errno = reason;
    return ok;
}

/* `whole` is the path without links. */
static bool write_over(const char *whole, const char *text, size_t len)
{
    struct stat info;
    if (stat(whole, &info) != 0)
        return false;
    if (!S_ISREG(info.st_mode)) {
        errno = S_ISDIR(info.st_mode) ? EISDIR : EINVAL;
        return false;
    }
    char *beside = strbuf_format("%s.motet-%ld", whole, (long)getpid());
    bool ok = write_new(beside, text, len, &info);
    if (ok && rename(beside, whole) != 0) {
        const int reason = errno;
        unlink(beside);
        errno = reason;
        ok = false;
    }
    mem_free(beside);
    return ok;
}

bool file_out_write(const char *path, const char *text, size_t len, bool is_overwriting,
                    struct error *err)
{
    char *whole = is_overwriting ? realpath(path, NULL) : NULL;
    const bool ok =
        whole != NULL ? write_over(whole, text, len) : write_new(path, text, len, NULL);
    if (!ok)
        error_set(err, ERROR_USAGE, "cannot write %s: %s", path,
                  errno == EINVAL ? "it is no file for text" : strerror(errno));
    free(whole);
    return ok;
}

/* `whole` is the path without links, or one where nothing is. Sets errno. */
static bool replace(const char *whole, const char *text, size_t len)
{
    struct stat info;
    /* A rename takes the place of a device or a pipe, too, if it may. */
    if (stat(whole, &info) == 0 && !S_ISREG(info.st_mode)) {
        errno = S_ISDIR(info.st_mode) ? EISDIR : EINVAL;
        return false;
    }
    char *beside = strbuf_format("%s.XXXXXX", whole);
    const int file = mkstemp(beside); /* mode 0600 */
    bool ok = file >= 0 && write_all(file, text, len) && fsync(file) == 0;
    int reason = errno;
    if (file >= 0 && close(file) != 0 && ok) {
        ok = false;
        reason = errno;
    }
    if (ok && rename(beside, whole) != 0) {
        ok = false;
        reason = errno;
    }
    if (!ok && file >= 0)
        unlink(beside);
    mem_free(beside);
    errno = reason;
    return ok;
}

bool file_out_replace(const char *path, const char *text, size_t len, struct error *err)
{
    char *whole = realpath(path, NULL);
    const bool ok = replace(whole != NULL ? whole : path, text, len);
    if (!ok)
        error_set(err, ERROR_INTERNAL, "cannot write %s: %s", path,
                  errno == EINVAL ? "it is no plain file" : strerror(errno));
    free(whole);
    return ok;
}

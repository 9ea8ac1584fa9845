/* flock on a file that is removed again: whoever gets the lock looks whether the file is
 * still the one of that name. */
#include "src/engine/session_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/base/mem.h"
#include "src/base/strbuf.h"

static char *lock_path(const char *path, int64_t session)
{
    return strbuf_format("%s.open-%lld", path, (long long)session);
}

static bool lock_is_of_name(int fd, const char *name)
{
    struct stat locked;
    struct stat named;
    return fstat(fd, &locked) == 0 && stat(name, &named) == 0 &&
           locked.st_ino == named.st_ino && locked.st_dev == named.st_dev;
}

enum session_lock_result session_lock_take(const char *path, int64_t session, int *lock)
{
    char *name = lock_path(path, session);
    enum session_lock_result result = SESSION_LOCK_UNABLE;
    int fd = -1;
    *lock = -1;
    do {
        if (fd >= 0)
            close(fd);
        fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (fd < 0)
            goto out;
        if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
            result = errno == EWOULDBLOCK ? SESSION_LOCK_HELD : SESSION_LOCK_UNABLE;
            close(fd);
            goto out;
        }
    } while (!lock_is_of_name(fd, name));
    *lock = fd;
    result = SESSION_LOCK_TAKEN;
out:
    mem_free(name);
    return result;
}

void session_lock_free(const char *path, int64_t session, int lock)
{
    if (lock < 0)
        return;
    char *name = lock_path(path, session);
    unlink(name);
    close(lock);
    mem_free(name);
}

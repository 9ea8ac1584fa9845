/* Plain POSIX file reading, and the XDG rule "variable if absolute, else a default". */
#include "src/base/path.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/base/mem.h"

static bool path_read_fd(int fd, const char *path, struct strbuf *out, struct error *err)
{
    char chunk[16384];
    for (;;) {
        const ssize_t got = read(fd, chunk, sizeof(chunk));
        if (got == 0)
            return true;
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            error_set(err, ERROR_USAGE, "cannot read %s: %s", path, strerror(errno));
            return false;
        }
        if (!strbuf_append(out, chunk, (size_t)got)) {
            error_set(err, ERROR_USAGE, "%s is too large: at most %zu bytes are read",
                      path, out->max);
            return false;
        }
    }
}

bool path_read_file(const char *path, struct strbuf *out, struct error *err)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        error_set(err, ERROR_USAGE, "cannot open %s: %s", path, strerror(errno));
        return false;
    }
    const bool ok = path_read_fd(fd, path, out, err);
    close(fd);
    return ok;
}

/* Makes every missing folder of `path` up to its last slash. */
static bool path_make_parents(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash != NULL;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        const bool ok = mkdir(path, 0700) == 0 || errno == EEXIST;
        *slash = '/';
        if (!ok)
            return false;
    }
    return true;
}

char *path_state_file(const char *name, bool create)
{
    const char *state = getenv("XDG_STATE_HOME");
    const char *home = getenv("HOME");
    char *path = NULL;
    if (state != NULL && state[0] == '/')
        path = strbuf_format("%s/motet/%s", state, name);
    else if (home != NULL && home[0] == '/')
        path = strbuf_format("%s/.local/state/motet/%s", home, name);
    if (path != NULL && create && !path_make_parents(path)) {
        mem_free(path);
        return NULL;
    }
    return path;
}

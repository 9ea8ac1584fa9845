/*
 * realpath follows links, and so says where a path really leads; what it gives has no
 * links, so every one that is met while opening is new and refused.
 */
#include "src/base/confined_path.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/base/mem.h"
#include "src/base/rng.h"
#include "src/base/utf8.h"

#define FOLDER_FLAGS (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

/* realpath in our memory; NULL with errno set. */
static char *real_path(const char *path)
{
    char *found = realpath(path, NULL);
    char *copy = mem_strdup(found);
    free(found);
    return copy;
}

/*
 * Resolves a path of which the end may be missing: "FOUND/MISSING". The missing part has
 * names only. NULL if that cannot be done.
 */
static char *resolve_partly(const char *path)
{
    char *start = mem_strdup(path);
    char *real = NULL;
    struct strbuf tail;
    strbuf_init(&tail, STRBUF_OWN_MAX);
    for (;;) {
        real = real_path(start);
        char *slash = strrchr(start, '/');
        if (real != NULL || errno != ENOENT || slash == NULL || slash == start)
            break;
        const char *name = slash + 1;
        if (strcmp(name, "..") == 0 || strcmp(name, ".") == 0)
            break;
        if (name[0] != '\0') {
            strbuf_insert(&tail, 0, name, strlen(name));
            strbuf_insert(&tail, 0, "/", 1);
        }
        *slash = '\0';
    }
    char *whole = NULL;
    if (real != NULL)
        whole = strbuf_format("%s%s", strcmp(real, "/") == 0 && tail.len > 0 ? "" : real,
                              strbuf_text(&tail));
    mem_free(real);
    mem_free(start);
    strbuf_clear(&tail);
    return whole;
}

/* What follows the root in the path, without a slash in front; NULL: it is elsewhere. */
static const char *part_below(const char *root, const char *path)
{
    const size_t len = strlen(root);
    if (strcmp(root, "/") == 0)
        return path + 1;
    if (strncmp(root, path, len) != 0 || (path[len] != '/' && path[len] != '\0'))
        return NULL;
    return path[len] == '/' ? path + len + 1 : path + len;
}

/* Opens the next folder; makes it if it is missing and may be made. */
static int open_folder(int from, const char *name, enum confined_need need)
{
    int fd = openat(from, name, FOLDER_FLAGS);
    if (fd < 0 && errno == ENOENT && need == CONFINED_MAKE_FOLDERS &&
        (mkdirat(from, name, 0777) == 0 || errno == EEXIST))
        fd = openat(from, name, FOLDER_FLAGS);
    return fd;
}

/* Walks from the root to the folder of the last name. */
static bool walk(struct confined_place *place, const char *root, const char *below,
                 enum confined_need need, struct error *err)
{
    int fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const char *slash;
    while (fd >= 0 && (slash = strchr(below, '/')) != NULL) {
        char *name = mem_strndup(below, (size_t)(slash - below));
        const int next = open_folder(fd, name, need);
        const int reason = errno;
        mem_free(name);
        close(fd);
        fd = next;
        errno = reason;
        below = slash + 1;
    }
    if (fd < 0 && !(errno == ENOENT && need == CONFINED_MAY_MISS)) {
        error_set(err, ERROR_USAGE, "%s cannot be opened: %s", place->shown,
                  strerror(errno));
        return false;
    }
    place->folder = fd;
    slash = strrchr(below, '/');
    below = slash != NULL ? slash + 1 : below;
    place->name = mem_strdup(below[0] != '\0' ? below : ".");
    return true;
}

bool confined_find(struct confined_place *place, const char *directory, const char *path,
                   enum confined_need need, struct error *err)
{
    *place = (struct confined_place){.folder = -1};
    char *root = real_path(directory != NULL ? directory : ".");
    char *joined = root == NULL || path[0] == '/' ? mem_strdup(path)
                                                  : strbuf_format("%s/%s", root, path);
    char *real = NULL;
    bool ok = false;
    if (root != NULL)
        real = need == CONFINED_IS_THERE ? real_path(joined) : resolve_partly(joined);
    const int reason = errno;
    const char *below = real != NULL ? part_below(root, real) : NULL;
    if (path[0] == '\0')
        error_set(err, ERROR_USAGE, "a path cannot be empty");
    else if (real == NULL)
        error_set(err, ERROR_USAGE, "%s cannot be opened: %s", path, strerror(reason));
    else if (below == NULL)
        error_set(err, ERROR_USAGE,
                  "%s is outside of the working directory, where this tool cannot go",
                  path);
    else
        ok = true;
    if (ok) {
        place->shown = mem_strdup(below[0] != '\0' ? below : ".");
        ok = walk(place, root, below, need, err);
    }
    if (!ok)
        confined_clear(place);
    mem_free(real);
    mem_free(joined);
    mem_free(root);
    return ok;
}

void confined_clear(struct confined_place *place)
{
    if (place->folder >= 0)
        close(place->folder);
    mem_free(place->name);
    mem_free(place->shown);
    *place = (struct confined_place){.folder = -1};
}

/* Opens a regular file for reading; -1 with err filled if it is something else. */
static int confined_open(const struct confined_place *place, struct stat *info,
                         struct error *err)
{
    /* Not blocking: a pipe that nobody writes to would wait. */
    const int fd = place->folder < 0
                       ? -1
                       : openat(place->folder, place->name,
                                O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0 || fstat(fd, info) != 0) {
        error_set(err, ERROR_USAGE, "%s cannot be opened: %s", place->shown,
                  place->folder < 0 ? strerror(ENOENT) : strerror(errno));
    } else if (S_ISREG(info->st_mode)) {
        return fd;
    } else {
        error_set(err, ERROR_USAGE, "%s is %s, not a file", place->shown,
                  S_ISDIR(info->st_mode) ? "a directory" : "something else");
    }
    if (fd >= 0)
        close(fd);
    return -1;
}

/* Reads to the end; false with err filled. */
static bool read_all(int fd, const char *shown, struct strbuf *out, struct error *err)
{
    char chunk[16384];
    for (;;) {
        const ssize_t got = read(fd, chunk, sizeof(chunk));
        if (got == 0)
            return true;
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            error_set(err, ERROR_USAGE, "%s cannot be read: %s", shown, strerror(errno));
            return false;
        }
        if (!strbuf_append(out, chunk, (size_t)got)) {
            error_set(err, ERROR_USAGE, "%s is too large: more than %zu bytes", shown,
                      out->max);
            return false;
        }
    }
}

bool confined_read_text(const struct confined_place *place, struct strbuf *out,
                        struct error *err)
{
    struct stat info;
    const int fd = confined_open(place, &info, err);
    if (fd < 0)
        return false;
    bool ok = read_all(fd, place->shown, out, err);
    close(fd);
    if (ok && (memchr(strbuf_text(out), '\0', out->len) != NULL ||
               !utf8_is_valid(strbuf_text(out), out->len))) {
        error_set(err, ERROR_USAGE, "%s is not text: it is binary, or not UTF-8",
                  place->shown);
        ok = false;
    }
    return ok;
}

/* --- Writing
 * ------------------------------------------------------------------------------
 */

static bool write_all(int fd, const char *bytes, size_t len)
{
    while (len > 0) {
        const ssize_t sent = write(fd, bytes, len);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent <= 0)
            return false;
        bytes += sent;
        len -= (size_t)sent;
    }
    return true;
}

/* The mode of what is there; false if that may not be replaced. */
static bool find_mode(const struct confined_place *place, mode_t *mode, bool *is_there,
                      struct error *err)
{
    struct stat info;
    *is_there = fstatat(place->folder, place->name, &info, AT_SYMLINK_NOFOLLOW) == 0;
    if (!*is_there && errno == ENOENT)
        return true;
    if (!*is_there)
        error_set(err, ERROR_USAGE, "%s cannot be written: %s", place->shown,
                  strerror(errno));
    else if (!S_ISREG(info.st_mode))
        error_set(err, ERROR_USAGE, "%s is not a regular file", place->shown);
    else if (faccessat(place->folder, place->name, W_OK, 0) != 0)
        error_set(err, ERROR_USAGE, "%s is read-only", place->shown);
    else {
        *mode = info.st_mode & 07777;
        return true;
    }
    return false;
}

bool confined_write(const struct confined_place *place, const char *bytes, size_t len,
                    struct error *err)
{
    mode_t mode = 0666; /* before the umask */
    bool is_there;
    if (place->folder < 0) {
        error_set(err, ERROR_USAGE, "the folder of %s is not there", place->shown);
        return false;
    }
    if (!find_mode(place, &mode, &is_there, err))
        return false;
    char *name = strbuf_format(".motet-%llx.tmp", (unsigned long long)rng_fresh_seed());
    const int fd =
        openat(place->folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
               is_there ? 0600 : mode);
    bool ok = fd >= 0 && write_all(fd, bytes, len) &&
              (!is_there || fchmod(fd, mode) == 0) && fsync(fd) == 0;
    ok = ok && renameat(place->folder, name, place->folder, place->name) == 0;
    if (!ok)
        error_set(err, ERROR_USAGE, "%s cannot be written: %s", place->shown,
                  strerror(errno));
    if (fd >= 0) {
        close(fd);
        if (!ok)
            unlinkat(place->folder, name, 0);
    }
    mem_free(name);
    return ok;
}

/* Plain POSIX file reading, and the XDG rule "variable if absolute, else a default". */
#include "src/base/path.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/base/mem.h"

char *path_from_text(const char *text)
{
    const char *home = getenv("HOME");
    return strncmp(text, "~/", 2) == 0 && home != NULL
               ? strbuf_format("%s%s", home, text + 1)
               : mem_strdup(text);
}

char *path_from_file(const char *file, const char *text)
{
    const char *slash = strrchr(file, '/');
    if (text[0] == '/' || slash == NULL || strncmp(text, "~/", 2) == 0)
        return path_from_text(text);
    return strbuf_format("%.*s/%s", (int)(slash - file), file, text);
}

static bool path_is_program(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && S_ISREG(info.st_mode) && access(path, X_OK) == 0;
}

char *path_find_program(const char *name, const char *search)
{
    const char *at = search != NULL ? search : "/usr/bin:/bin";
    if (strchr(name, '/') != NULL)
        return path_is_program(name) ? mem_strdup(name) : NULL;
    while (*at != '\0') {
        const size_t len = strcspn(at, ":");
        char *path = at[0] == '/' ? strbuf_format("%.*s/%s", (int)len, at, name) : NULL;
        if (path != NULL && path_is_program(path))
            return path;
        mem_free(path);
        at += len + (at[len] == ':');
    }
    return NULL;
}

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

bool path_read_file_info(const char *path, struct strbuf *out, struct stat *info,
                         struct error *err)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, info) != 0) {
        error_set(err, ERROR_USAGE, "cannot open %s: %s", path, strerror(errno));
        if (fd >= 0)
            close(fd);
        return false;
    }
    const bool ok = path_read_fd(fd, path, out, err);
    close(fd);
    return ok;
}

bool path_read_regular_file(const char *path, struct strbuf *out, struct error *err)
{
    struct stat info;
    /* A pipe without a writer would hold a blocking open for ever. */
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    bool ok = fd >= 0 && fstat(fd, &info) == 0;
    if (!ok) {
        error_set(err, ERROR_USAGE, "cannot open %s: %s", path, strerror(errno));
    } else if (!S_ISREG(info.st_mode)) {
        error_set(err, ERROR_USAGE, "%s is %s, not a file", path,
                  S_ISDIR(info.st_mode) ? "a folder" : "a device or a pipe");
        ok = false;
    }
    if (ok)
        ok = path_read_fd(fd, path, out, err);
    if (fd >= 0)
        close(fd);
    return ok;
}

bool path_read_file(const char *path, struct strbuf *out, struct error *err)
{
    struct stat info;
    return path_read_file_info(path, out, &info, err);
}

bool path_make_folders(const char *path, struct error *err)
{
    char *copy = mem_strdup(path);
    bool ok = true;
    for (char *slash = strchr(copy + 1, '/'); slash != NULL && ok;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        ok = mkdir(copy, 0700) == 0 || errno == EEXIST;
        if (!ok)
            error_set(err, ERROR_USAGE, "cannot make the folder %s: %s", copy,
                      strerror(errno));
        *slash = '/';
    }
    mem_free(copy);
    return ok;
}

/* `name` in Motet's folder below the variable's folder or, without that, the home. */
static char *path_own_file(const char *variable, const char *below_home, const char *name)
{
    const char *folder = getenv(variable);
    const char *home = getenv("HOME");
    if (folder != NULL && folder[0] == '/')
        return strbuf_format("%s/motet/%s", folder, name);
    if (home != NULL && home[0] == '/')
        return strbuf_format("%s/%s/motet/%s", home, below_home, name);
    return NULL;
}

static char *path_make(char *path, bool create)
{
    if (path != NULL && create && !path_make_folders(path, NULL)) {
        mem_free(path);
        return NULL;
    }
    return path;
}

char *path_state_file(const char *name, bool create)
{
    return path_make(path_own_file("XDG_STATE_HOME", ".local/state", name), create);
}

char *path_data_file(const char *name, bool create)
{
    return path_make(path_own_file("XDG_DATA_HOME", ".local/share", name), create);
}

char *path_cache_file(const char *name, bool create)
{
    return path_make(path_own_file("XDG_CACHE_HOME", ".cache", name), create);
}

char *path_config_file(const char *name)
{
    return path_own_file("XDG_CONFIG_HOME", ".config", name);
}

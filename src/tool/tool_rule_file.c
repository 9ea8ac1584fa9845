/*
 * Appending to the rules file; see tool_rule.h. One write at the end of the file, so that
 * two programs can add at the same time and nothing that is there is ever rewritten.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/base/mem.h"
#include "src/tool/tool_rule.h"
#include "src/tool/tool_rule_parts.h"

/* Makes the folder that the file is to stand in, and those above it. */
static void make_folders(const char *path)
{
    char *copy = mem_strdup(path);
    for (char *slash = strchr(copy + 1, '/'); slash != NULL;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(copy, 0700);
        *slash = '/';
    }
    mem_free(copy);
}

/* Puts the entry of a new file on disk too. */
static void sync_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder =
        slash != NULL ? mem_strndup(path, (size_t)(slash - path) + 1) : mem_strdup(".");
    const int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        fsync(fd);
        close(fd);
    }
    mem_free(folder);
}

/* True if the last line has no end, so that ours would become part of it. */
static bool is_line_open(int fd, off_t size)
{
    char last = '\n';
    return size > 0 && pread(fd, &last, 1, size - 1) == 1 && last != '\n';
}

static bool append_to(int fd, const char *line, struct error *err, const char *path)
{
    struct stat info;
    bool ok = fstat(fd, &info) == 0;
    if (ok && (!S_ISREG(info.st_mode) || (info.st_mode & (S_IWGRP | S_IWOTH)) != 0)) {
        error_set(err, ERROR_USAGE,
                  "%s may be written by others, so that it is not used: chmod 600 helps",
                  path);
        return false;
    }
    if (ok) {
        char *text =
            strbuf_format("%s%s\n", is_line_open(fd, info.st_size) ? "\n" : "", line);
        const size_t len = strlen(text);
        ok = write(fd, text, len) == (ssize_t)len && fsync(fd) == 0;
        mem_free(text);
    }
    if (!ok)
        error_set(err, ERROR_INTERNAL, "cannot write %s: %s", path, strerror(errno));
    return ok;
}

bool tool_rules_append_file(const char *path, const char *line, struct error *err)
{
    struct tool_rule_parts parts;
    if (!tool_rule_parts_read(&parts, line, err))
        return false;
    make_folders(path);
    const int flags = O_RDWR | O_APPEND | O_CLOEXEC | O_NONBLOCK;
    int fd = open(path, flags);
    const bool is_new = fd < 0 && errno == ENOENT;
    if (is_new)
        fd = open(path, flags | O_CREAT, 0600);
    bool ok = fd >= 0;
    if (!ok)
        error_set(err, ERROR_USAGE, "cannot write %s: %s", path, strerror(errno));
    else
        ok = append_to(fd, parts.text, err, path);
    if (fd >= 0)
        close(fd);
    if (ok && is_new)
        sync_folder(path);
    tool_rule_parts_clear(&parts);
    return ok;
}

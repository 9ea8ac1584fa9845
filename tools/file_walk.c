/* One open folder for each level; names are sorted a folder at a time. */
#include "tools/file_walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/base/confined_path.h"
#include "src/base/mem.h"
#include "tools/motet_tool.h"

#define WALK_LEVELS_MAX 30
#define WALK_NAMES_MAX  50000

struct name_list {
    char **items;
    size_t len;
    size_t cap;
};

static int compare(const void *one, const void *other)
{
    return strcmp(*(char *const *)one, *(char *const *)other);
}

/* Reads the names of an open folder, which is closed. */
static void read_names(struct name_list *list, int fd)
{
    DIR *dir = fdopendir(fd);
    if (dir == NULL) {
        close(fd);
        return;
    }
    const struct dirent *entry;
    while (list->len < WALK_NAMES_MAX && (entry = readdir(dir)) != NULL) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        list->items =
            mem_grow(list->items, &list->cap, list->len + 1, sizeof(list->items[0]));
        list->items[list->len++] = mem_strdup(entry->d_name);
    }
    closedir(dir);
    if (list->len > 1)
        qsort(list->items, list->len, sizeof(list->items[0]), compare);
}

static bool walk_folder(struct file_walk *walk, int fd, const char *path, int level);

static bool walk_entry(struct file_walk *walk, int fd, const char *path, const char *name,
                       int level)
{
    struct stat info;
    if (fstatat(fd, name, &info, AT_SYMLINK_NOFOLLOW) != 0)
        return true;
    if (walk->left == 0)
        return false;
    walk->left--;
    char *whole =
        strcmp(path, ".") == 0 ? mem_strdup(name) : strbuf_format("%s/%s", path, name);
    const struct file_walk_entry entry = {whole, fd, name, &info};
    bool goes_on = walk->visit(walk->user, &entry);
    if (goes_on && walk->is_deep && S_ISDIR(info.st_mode) && !is_left_out(name) &&
        level < WALK_LEVELS_MAX) {
        const int next =
            openat(fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (next >= 0) {
            goes_on = walk_folder(walk, next, whole, level + 1);
            close(next);
        }
    }
    mem_free(whole);
    return goes_on;
}

static bool walk_folder(struct file_walk *walk, int fd, const char *path, int level)
{
    struct name_list list = {0};
    const int copy = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool goes_on = true;
    if (copy >= 0)
        read_names(&list, copy);
    for (size_t i = 0; i < list.len; i++) {
        if (goes_on)
            goes_on = walk_entry(walk, fd, path, list.items[i], level);
        mem_free(list.items[i]);
    }
    mem_free(list.items);
    return goes_on;
}

bool file_walk_run(struct file_walk *walk, const char *path, struct error *err)
{
    struct confined_place place;
    if (!confined_find(&place, NULL, path, CONFINED_IS_THERE, err))
        return false;
    const int fd =
        openat(place.folder, place.name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    const bool ok = fd >= 0;
    if (!ok && errno == ENOTDIR)
        error_set(err, ERROR_USAGE, "%s is not a directory", place.shown);
    else if (!ok)
        error_set(err, ERROR_USAGE, "%s cannot be opened: %s", place.shown,
                  strerror(errno));
    else
        walk_folder(walk, fd, place.shown, 0);
    if (ok)
        close(fd);
    confined_clear(&place);
    return ok;
}

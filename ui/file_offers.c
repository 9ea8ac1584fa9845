/* The list is its own queue: the folders in it are read one after the other, and what is
 * in them is appended. */
#include "ui/file_offers.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "src/base/clock.h"
#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/base/strbuf.h"

#define OFFERS_MAX 4000
#define DEPTH_MAX  6

/* True if the entry is a folder; of a link only a look behind it tells. */
static bool is_folder(DIR *folder, const struct dirent *entry)
{
    struct stat info;
    if (entry->d_type != DT_UNKNOWN && entry->d_type != DT_LNK)
        return entry->d_type == DT_DIR;
    return fstatat(dirfd(folder), entry->d_name, &info, 0) == 0 && S_ISDIR(info.st_mode);
}

/* True if what is below it is worth reading: not behind a link, which may lead back. */
static bool is_entered(const struct file_offer *offer)
{
    const char *name = offer->name;
    const size_t len = strlen(name);
    size_t start = len > 0 ? len - 1 : 0;
    while (start > 0 && name[start - 1] != '/')
        start--;
    return offer->is_folder && offer->depth < DEPTH_MAX && name[start] != '.';
}

static int compare_offers(const void *a, const void *b)
{
    const struct file_offer *left = a;
    const struct file_offer *right = b;
    if (left->is_folder != right->is_folder)
        return left->is_folder ? -1 : 1;
    return strcmp(left->name, right->name);
}

static void offers_add(struct file_offers *offers, const char *below, const char *name,
                       int depth, bool is_folder)
{
    offers->items = mem_grow(offers->items, &offers->cap, offers->count + 1,
                             sizeof(offers->items[0]));
    offers->items[offers->count++] = (struct file_offer){
        .name = strbuf_format("%s%s%s", below, name, is_folder ? "/" : ""),
        .depth = depth,
        .is_folder = is_folder,
    };
}

/* Appends what is in one folder; `below` is its path under the first one. */
static void offers_read_folder(struct file_offers *offers, const char *path,
                               const char *below, int depth)
{
    const size_t first = offers->count;
    /* A link at the end is followed only where the person has typed it. */
    const int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK |
                                  (depth > 0 ? O_NOFOLLOW : 0));
    DIR *folder = fd >= 0 ? fdopendir(fd) : NULL;
    for (struct dirent *entry;
         folder != NULL && offers->count < OFFERS_MAX && (entry = readdir(folder));) {
        const char *name = entry->d_name;
        const bool is_here = strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
        if (!is_here && (name[0] != '.' || (offers->has_hidden && depth == 0)))
            offers_add(offers, below, name, depth, is_folder(folder, entry));
    }
    if (folder != NULL)
        closedir(folder);
    if (offers->count > first)
        qsort(offers->items + first, offers->count - first, sizeof(offers->items[0]),
              compare_offers);
}

void file_offers_read(struct file_offers *offers, const char *folder, bool has_hidden,
                      int max_ms)
{
    const int64_t end_ms = clock_now_ms() + max_ms;
    file_offers_clear(offers);
    offers->folder = mem_strdup(folder);
    offers->has_hidden = has_hidden;
    char *path = path_from_text(folder[0] != '\0' ? folder : "./");
    offers_read_folder(offers, path, "", 0);
    for (size_t i = 0;
         i < offers->count && offers->count < OFFERS_MAX && clock_now_ms() < end_ms;
         i++) {
        if (!is_entered(&offers->items[i]))
            continue;
        const int depth = offers->items[i].depth + 1;
        char *below = mem_strdup(offers->items[i].name);
        char *whole = strbuf_format("%s%.*s", path, (int)strlen(below) - 1, below);
        offers_read_folder(offers, whole, below, depth);
        mem_free(whole);
        mem_free(below);
    }
    mem_free(path);
}

void file_offers_clear(struct file_offers *offers)
{
    for (size_t i = 0; i < offers->count; i++)
        mem_free(offers->items[i].name);
    mem_free(offers->items);
    mem_free(offers->folder);
    *offers = (struct file_offers){.folder = NULL};
}

/* What is in a folder: folders end with '/', links with '@', files have their size. */
#include "tools/motet_tool.h"

#include "tools/file_walk.h"

#define LIST_MAX ((size_t)2000)

static bool list_entry(void *user, const struct file_walk_entry *entry)
{
    struct strbuf *out = user;
    if (S_ISDIR(entry->info->st_mode))
        return strbuf_append_format(out, "%s/\n", entry->path);
    if (S_ISLNK(entry->info->st_mode))
        return strbuf_append_format(out, "%s@\n", entry->path);
    if (S_ISREG(entry->info->st_mode))
        return strbuf_append_format(out, "%s  %lld bytes\n", entry->path,
                                    (long long)entry->info->st_size);
    return strbuf_append_format(out, "%s (special)\n", entry->path);
}

static bool list_files(const cJSON *arguments, struct strbuf *out, struct error *err)
{
    const char *path = argument_text_or(arguments, "path", ".", err);
    struct file_walk walk = {.is_deep = argument_flag(arguments, "recursive"),
                             .visit = list_entry,
                             .user = out,
                             .left = LIST_MAX};
    if (path == NULL || !file_walk_run(&walk, path, err))
        return false;
    if (out->len == 0)
        strbuf_append_text(out, "[nothing is in this directory]");
    if (walk.left == 0 || out->is_full) {
        out->is_full = false;
        strbuf_append_text(out, "[there is more: list a directory below this one]");
    }
    return true;
}

const struct shipped_tool shipped_list_files = {"list_files", list_files};

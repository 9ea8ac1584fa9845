/*
 * Folders of tools; see tool_file.h. A folder is read into a set of its own first, so
 * that two files with one name are told from a file that replaces a shipped one.
 */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/tool/tool_file.h"

void tool_set_init(struct tool_set *set)
{
    *set = (struct tool_set){0};
}

void tool_set_clear(struct tool_set *set)
{
    for (size_t i = 0; i < set->len; i++)
        tool_free(set->items[i]);
    mem_free(set->items);
    tool_set_init(set);
}

/* The place of the name, or where it belongs. */
static size_t tool_set_place(const struct tool_set *set, const char *name)
{
    size_t low = 0;
    size_t high = set->len;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (strcmp(set->items[middle]->name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct tool *tool_set_find(const struct tool_set *set, const char *name)
{
    const size_t at = tool_set_place(set, name);
    return at < set->len && strcmp(set->items[at]->name, name) == 0 ? set->items[at]
                                                                    : NULL;
}

/* Takes the tool, in the place of one with its name. */
static void tool_set_put(struct tool_set *set, struct tool *tool)
{
    const size_t at = tool_set_place(set, tool->name);
    if (at < set->len && strcmp(set->items[at]->name, tool->name) == 0) {
        tool_free(set->items[at]);
        set->items[at] = tool;
        return;
    }
    set->items = mem_grow(set->items, &set->cap, set->len + 1, sizeof(set->items[0]));
    memmove(set->items + at + 1, set->items + at,
            (set->len - at) * sizeof(set->items[0]));
    set->items[at] = tool;
    set->len++;
}

/* --- Problems
 * ----------------------------------------------------------------------------
 */

void tool_problems_clear(struct tool_problems *problems)
{
    for (size_t i = 0; i < problems->len; i++)
        problem_list_clear(&problems->lists[i]);
    mem_free(problems->lists);
    *problems = (struct tool_problems){0};
}

/* Takes the list, unless there is nothing in it. */
static void tool_problems_add(struct tool_problems *problems, struct problem_list *list)
{
    if (list->len == 0) {
        problem_list_clear(list);
        return;
    }
    problems->lists = mem_grow(problems->lists, &problems->cap, problems->len + 1,
                               sizeof(problems->lists[0]));
    problems->lists[problems->len++] = *list;
}

/* --- Reading
 * -----------------------------------------------------------------------------
 */

static struct tool *read_file(const char *path, const struct tool_file_options *options,
                              struct problem_list *list)
{
    static const struct text_place whole = {0, 0};
    struct tool *tool = NULL;
    struct stat info;
    struct strbuf text;
    struct error err = {.class = ERROR_NONE};
    strbuf_init(&text, TOOL_FILE_MAX_BYTES);
    if (stat(path, &info) == 0 && !S_ISREG(info.st_mode))
        problem_list_add(list, whole, "", "this is not a regular file");
    else if (!path_read_file_info(path, &text, &info, &err))
        problem_list_add_error(list, whole, "", &err);
    else if (options->is_own && (info.st_mode & (S_IWGRP | S_IWOTH)) != 0)
        /* Whoever may write it may run what they like. */
        problem_list_add(list, whole, "chmod go-w helps",
                         "others than its owner may write to this file");
    else
        tool = tool_file_parse(path, strbuf_text(&text), text.len, options, list);
    error_clear(&err);
    strbuf_clear(&text);
    return tool;
}

static void add_file(struct tool_set *set, const char *path,
                     const struct tool_file_options *options,
                     struct tool_problems *problems)
{
    struct problem_list list;
    problem_list_init(&list, path);
    struct tool *tool = read_file(path, options, &list);
    const struct tool *other = tool != NULL ? tool_set_find(set, tool->name) : NULL;
    if (other != NULL) {
        problem_list_add(&list, (struct text_place){0, 0},
                         "give one of them another name",
                         "the tool \"%s\" is in %s already; this file is left out",
                         tool->name, other->origin);
        tool_free(tool);
    } else if (tool != NULL) {
        tool_set_put(set, tool);
    }
    tool_problems_add(problems, &list);
}

static int is_tool_file(const struct dirent *entry)
{
    const size_t len = strlen(entry->d_name);
    return len > 5 && entry->d_name[0] != '.' &&
           strcmp(entry->d_name + len - 5, ".yaml") == 0;
}

static int compare_names(const struct dirent **one, const struct dirent **other)
{
    return strcmp((*one)->d_name, (*other)->d_name);
}

void tool_set_read_folder(struct tool_set *set, const char *folder,
                          const struct tool_file_options *options,
                          struct tool_problems *problems)
{
    struct dirent **names = NULL;
    struct tool_set own;
    const int count = scandir(folder, &names, is_tool_file, compare_names);
    tool_set_init(&own);
    for (int i = 0; i < count; i++) {
        char *path = strbuf_format("%s/%s", folder, names[i]->d_name);
        if (i < TOOL_FOLDER_MAX)
            add_file(&own, path, options, problems);
        mem_free(path);
        free(names[i]);
    }
    free(names);
    for (size_t i = 0; i < own.len; i++)
        tool_set_put(set, own.items[i]);
    mem_free(own.items);
}

void tool_set_read_places(struct tool_set *set, const struct tool_places *places,
                          const struct command_host *host, struct tool_problems *problems)
{
    struct tool_file_options options = {.helper_folder = places->helper_folder,
                                        .host = host};
    for (size_t i = 0; i < places->len; i++) {
        tool_set_read_folder(set, places->folders[i], &options, problems);
        options.is_own = true;
    }
}

/* Folders are read in the order in which they win; a sort at the end of each is enough,
 * since the lists are short. */
#include "ui/theme/theme_set.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/base/program_place.h"
#include "src/config/suggest.h"

#define THEME_SUFFIX ".yaml"

/* The most themes that are listed; nobody has more. */
#define THEME_SET_MAX 500

size_t theme_set_find(const struct theme_set *set, const char *name)
{
    size_t index = 0;
    while (index < set->len && strcmp(set->items[index].name, name) != 0)
        index++;
    return index;
}

/* Takes both texts. */
static void add(struct theme_set *set, char *name, char *path)
{
    if (theme_set_find(set, name) < set->len || set->len >= THEME_SET_MAX) {
        mem_free(name);
        mem_free(path);
        return;
    }
    set->items = mem_grow(set->items, &set->cap, set->len + 1, sizeof(set->items[0]));
    set->items[set->len++] = (struct theme_entry){name, path};
}

static bool is_default(const struct theme_entry *entry)
{
    return strcmp(entry->name, THEME_DEFAULT_NAME) == 0;
}

static int compare(const void *one, const void *other)
{
    const struct theme_entry *a = one;
    const struct theme_entry *b = other;
    if (is_default(a) != is_default(b))
        return is_default(a) ? -1 : 1;
    return strcmp(a->name, b->name);
}

void theme_set_add_folder(struct theme_set *set, const char *folder)
{
    DIR *dir = opendir(folder);
    if (dir == NULL)
        return;
    for (const struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        const size_t len = strlen(entry->d_name);
        const size_t suffix = sizeof(THEME_SUFFIX) - 1;
        if (entry->d_name[0] == '.' || len <= suffix ||
            strcmp(entry->d_name + len - suffix, THEME_SUFFIX) != 0)
            continue;
        add(set, mem_strndup(entry->d_name, len - suffix),
            strbuf_format("%s/%s", folder, entry->d_name));
    }
    closedir(dir);
    if (set->len > 1)
        qsort(set->items, set->len, sizeof(set->items[0]), compare);
}

void theme_set_init(struct theme_set *set, const char *program)
{
    struct program_place place;
    char *own = path_config_file("themes");
    *set = (struct theme_set){0};
    if (own != NULL)
        theme_set_add_folder(set, own);
    program_place_init(&place, program);
    char *shipped = strbuf_format("%s/themes", place.data_folder);
    add(set, mem_strdup(THEME_DEFAULT_NAME), NULL);
    theme_set_add_folder(set, shipped);
    mem_free(shipped);
    mem_free(own);
    program_place_clear(&place);
}

void theme_set_clear(struct theme_set *set)
{
    for (size_t i = 0; i < set->len; i++) {
        mem_free(set->items[i].name);
        mem_free(set->items[i].path);
    }
    mem_free(set->items);
    *set = (struct theme_set){0};
}

static void say_unknown(const struct theme_set *set, const char *name, struct error *err)
{
    struct suggestion suggestion;
    suggestion_init(&suggestion, name);
    for (size_t i = 0; i < set->len; i++)
        suggestion_consider(&suggestion, set->items[i].name);
    if (suggestion.best != NULL)
        error_set(err, ERROR_USAGE, "there is no theme \"%s\"; did you mean \"%s\"?",
                  name, suggestion.best);
    else
        error_set(err, ERROR_USAGE,
                  "there is no theme \"%s\"; motet themes lists those there are", name);
}

bool theme_set_check_name(const char *name, struct error *err)
{
    struct theme_set set;
    theme_set_init(&set, NULL);
    const bool is_known = theme_set_find(&set, name) < set.len;
    if (!is_known)
        say_unknown(&set, name, err);
    theme_set_clear(&set);
    return is_known;
}

bool theme_set_read(const struct theme_set *set, const char *name, struct theme *theme,
                    struct error *err)
{
    if (name == NULL)
        name = THEME_DEFAULT_NAME;
    const size_t index = theme_set_find(set, name);
    *theme = (struct theme){0};
    if (index < set->len && set->items[index].path != NULL)
        return theme_read(theme, name, set->items[index].path, err);
    if (index < set->len || strcmp(name, THEME_DEFAULT_NAME) == 0) {
        theme_init_default(theme);
        return true;
    }
    say_unknown(set, name, err);
    return false;
}

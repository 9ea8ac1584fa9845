/* Folders are read when somebody asks; there are few files, and they may change. */
#include "src/prompt/template_folder.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/base/program_place.h"
#include "src/config/suggest.h"

void template_places_init(struct template_places *places, const char *program)
{
    struct program_place place;
    *places = (struct template_places){0};
    program_place_init(&place, program);
    places->folders[places->len++] = strbuf_format("%s/prompts", place.data_folder);
    program_place_clear(&place);
    char *own = path_config_file("prompts");
    if (own != NULL)
        places->folders[places->len++] = own;
}

void template_places_clear(struct template_places *places)
{
    for (size_t i = 0; i < places->len; i++)
        mem_free(places->folders[i]);
    *places = (struct template_places){0};
}

static void entry_clear(struct template_entry *entry)
{
    mem_free(entry->name);
    mem_free(entry->path);
}

void template_list_clear(struct template_list *list)
{
    for (size_t i = 0; i < list->len; i++)
        entry_clear(&list->items[i]);
    mem_free(list->items);
    *list = (struct template_list){0};
}

static bool is_template_name(const char *name)
{
    const size_t len = strlen(name);
    return len > 3 && name[0] != '.' && strcmp(name + len - 3, ".md") == 0 &&
           strcmp(name, "README.md") != 0;
}

static bool is_file(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && S_ISREG(info.st_mode);
}

/* Adds a file, in the place of one with its name. */
static void list_put(struct template_list *list, const struct template_entry *entry)
{
    for (size_t i = 0; i < list->len; i++) {
        if (strcmp(list->items[i].name, entry->name) == 0) {
            entry_clear(&list->items[i]);
            list->items[i] = *entry;
            return;
        }
    }
    list->items =
        mem_grow(list->items, &list->cap, list->len + 1, sizeof(list->items[0]));
    list->items[list->len++] = *entry;
}

static void list_read_folder(struct template_list *list, const char *folder, bool is_own)
{
    DIR *stream = opendir(folder);
    struct dirent *found;
    size_t count = 0;
    while (stream != NULL && count < TEMPLATE_FOLDER_MAX &&
           (found = readdir(stream)) != NULL) {
        if (!is_template_name(found->d_name))
            continue;
        const struct template_entry entry = {
            .name = mem_strndup(found->d_name, strlen(found->d_name) - 3),
            .path = strbuf_format("%s/%s", folder, found->d_name),
            .is_own = is_own,
        };
        if (is_file(entry.path)) {
            list_put(list, &entry);
            count++;
        } else {
            mem_free(entry.name);
            mem_free(entry.path);
        }
    }
    if (stream != NULL)
        closedir(stream);
}

static int compare_entries(const void *one, const void *other)
{
    return strcmp(((const struct template_entry *)one)->name,
                  ((const struct template_entry *)other)->name);
}

void template_list_read(struct template_list *list, const struct template_places *places)
{
    for (size_t i = 0; i < places->len; i++)
        list_read_folder(list, places->folders[i], i > 0);
    if (list->len > 1)
        qsort(list->items, list->len, sizeof(list->items[0]), compare_entries);
}

static bool is_path(const char *name)
{
    const size_t len = strlen(name);
    return strchr(name, '/') != NULL || (len > 3 && strcmp(name + len - 3, ".md") == 0);
}

static void refuse_name(const struct template_places *places, const char *name,
                        struct error *err)
{
    struct template_list list = {0};
    struct suggestion suggestion;
    suggestion_init(&suggestion, name);
    template_list_read(&list, places);
    for (size_t i = 0; i < list.len; i++)
        suggestion_consider(&suggestion, list.items[i].name);
    if (suggestion.best != NULL)
        error_set(err, ERROR_USAGE, "there is no prompt \"%s\"; did you mean \"%s\"?",
                  name, suggestion.best);
    else
        error_set(err, ERROR_USAGE,
                  "there is no prompt \"%s\"; motet prompts lists them, and a file is "
                  "given by its path",
                  name);
    template_list_clear(&list);
}

/* The path of a template; NULL with err filled, which may say what was meant. */
static char *find_path(const struct template_places *places, const char *name,
                       struct error *err)
{
    if (is_path(name))
        return path_from_text(name);
    for (size_t i = places->len; i-- > 0 && name[0] != '\0' && name[0] != '.';) {
        char *path = strbuf_format("%s/%s.md", places->folders[i], name);
        if (is_file(path))
            return path;
        mem_free(path);
    }
    refuse_name(places, name, err);
    return NULL;
}

struct prompt_template *template_open(const struct template_places *places,
                                      const char *name, struct problem_list *problems)
{
    struct error err = {ERROR_NONE, NULL};
    struct strbuf text;
    struct prompt_template *template = NULL;
    char *path = find_path(places, name, &err);
    problem_list_init(problems, path != NULL ? path : name);
    strbuf_init(&text, TEMPLATE_MAX_BYTES);
    if (path != NULL && path_read_regular_file(path, &text, &err))
        template = template_parse(path, strbuf_text(&text), text.len, problems);
    if (err.class != ERROR_NONE)
        problem_list_add_error(problems, (struct text_place){0, 0}, "", &err);
    error_clear(&err);
    strbuf_clear(&text);
    mem_free(path);
    return template;
}

/* JSON, an object with a list; every number is checked before it is believed. */
#include "ui/layout_file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "src/base/file_out.h"
#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/base/path.h"
#include "ui/render/canvas.h"

#define LAYOUT_VERSION 1

/* Longer names are no models of ours. */
#define LAYOUT_NAME_MAX 200

void layout_entry_clear(struct layout_entry *entry)
{
    for (size_t i = 0; i < entry->count; i++)
        mem_free(entry->models[i]);
    *entry = (struct layout_entry){.count = 0};
}

bool layout_entry_is_for(const struct layout_entry *entry, char *const *models,
                         size_t count)
{
    bool is_same = entry->count == count;
    for (size_t i = 0; i < count && is_same; i++)
        is_same = strcmp(entry->models[i], models[i]) == 0;
    return is_same;
}

bool layout_entry_equal(const struct layout_entry *a, const struct layout_entry *b)
{
    return layout_entry_is_for(a, b->models, b->count) && a->mode == b->mode &&
           a->is_zoomed == b->is_zoomed && a->focused == b->focused &&
           memcmp(&a->weights, &b->weights, sizeof(a->weights)) == 0 &&
           memcmp(a->order, b->order, a->count * sizeof(a->order[0])) == 0;
}

void layout_list_clear(struct layout_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        layout_entry_clear(&list->entries[i]);
    mem_free(list->entries);
    *list = (struct layout_list){NULL, 0};
}

/* --- Reading ---------------------------------------------------------------------- */

static bool layout_read_number(const cJSON *value, int64_t max, int64_t *number)
{
    if (!cJSON_IsNumber(value) || value->valuedouble < 0 ||
        value->valuedouble > (double)max)
        return false;
    *number = (int64_t)value->valuedouble;
    return (double)*number == value->valuedouble;
}

static bool layout_read_member(const cJSON *object, const char *name, int64_t max,
                               int64_t *number)
{
    const cJSON *value = json_get(object, name);
    *number = 0;
    return value == NULL || layout_read_number(value, max, number);
}

/* A list of at most TILING_PANE_MAX numbers; missing: none. */
static bool layout_read_numbers(const cJSON *object, const char *name, int64_t max,
                                int64_t numbers[TILING_PANE_MAX], size_t *count)
{
    const cJSON *list = json_get(object, name);
    const cJSON *item;
    *count = 0;
    if (list != NULL && !cJSON_IsArray(list))
        return false;
    cJSON_ArrayForEach(item, list)
    {
        if (*count == TILING_PANE_MAX || !layout_read_number(item, max, &numbers[*count]))
            return false;
        ++*count;
    }
    return true;
}

static bool layout_read_sizes(const cJSON *object, const char *name,
                              uint16_t sizes[TILING_PANE_MAX])
{
    int64_t numbers[TILING_PANE_MAX];
    size_t count;
    if (!layout_read_numbers(object, name, CANVAS_SIDE_MAX, numbers, &count))
        return false;
    for (size_t i = 0; i < count; i++)
        sizes[i] = (uint16_t)numbers[i];
    return true;
}

static bool layout_read_weights(const cJSON *object, struct tiling_weights *weights)
{
    int64_t columns;
    int64_t rows;
    if (!layout_read_member(object, "columns", TILING_PANE_MAX, &columns) ||
        !layout_read_member(object, "rows", TILING_PANE_MAX, &rows))
        return false;
    weights->columns = (uint16_t)columns;
    weights->rows = (uint16_t)rows;
    return layout_read_sizes(object, "widths", weights->widths) &&
           layout_read_sizes(object, "heights", weights->heights) &&
           layout_read_sizes(object, "last_widths", weights->last_widths);
}

static bool layout_read_models(const cJSON *object, struct layout_entry *entry)
{
    const cJSON *list = json_get(object, "models");
    const cJSON *item;
    if (!cJSON_IsArray(list))
        return false;
    cJSON_ArrayForEach(item, list)
    {
        if (entry->count == TILING_PANE_MAX || !cJSON_IsString(item) ||
            strlen(item->valuestring) > LAYOUT_NAME_MAX)
            return false;
        entry->models[entry->count++] = mem_strdup(item->valuestring);
    }
    return entry->count > 0;
}

/* Each model in one place; a missing list is their own order. */
static bool layout_read_order(const cJSON *object, struct layout_entry *entry)
{
    int64_t numbers[TILING_PANE_MAX];
    bool is_placed[TILING_PANE_MAX] = {false};
    size_t count;
    if (!layout_read_numbers(object, "order", TILING_PANE_MAX - 1, numbers, &count))
        return false;
    for (size_t i = 0; i < entry->count; i++)
        entry->order[i] = count > 0 && i < count ? (size_t)numbers[i] : i;
    for (size_t i = 0; i < entry->count; i++) {
        if (entry->order[i] >= entry->count || is_placed[entry->order[i]])
            return false;
        is_placed[entry->order[i]] = true;
    }
    return count == 0 || count == entry->count;
}

static bool layout_read_entry(const cJSON *object, struct layout_entry *entry)
{
    const char *mode = json_get_string(object, "mode");
    int64_t focused;
    if (!layout_read_models(object, entry) || mode == NULL ||
        !tiling_mode_parse(mode, &entry->mode) ||
        !layout_read_member(object, "focused", (int64_t)entry->count - 1, &focused))
        return false;
    entry->focused = (size_t)focused;
    entry->is_zoomed = cJSON_IsTrue(json_get(object, "zoomed"));
    return layout_read_weights(object, &entry->weights) &&
           layout_read_order(object, entry);
}

static bool layout_read_list(const cJSON *root, struct layout_list *list)
{
    const cJSON *entries = json_get(root, "layouts");
    const cJSON *item;
    int64_t version = 0;
    if (!json_get_int(root, "version", &version) || version != LAYOUT_VERSION ||
        !cJSON_IsArray(entries))
        return false;
    list->entries = mem_alloc_array(LAYOUT_ENTRY_MAX, sizeof(list->entries[0]));
    cJSON_ArrayForEach(item, entries)
    {
        if (list->count == LAYOUT_ENTRY_MAX ||
            !layout_read_entry(item, &list->entries[list->count++]))
            return false;
    }
    return true;
}

bool layout_list_parse(const char *text, size_t len, struct layout_list *list,
                       struct error *err)
{
    cJSON *root = json_parse(text, len);
    *list = (struct layout_list){NULL, 0};
    const bool is_ok = root != NULL && layout_read_list(root, list);
    cJSON_Delete(root);
    if (is_ok)
        return true;
    layout_list_clear(list);
    error_set(err, ERROR_USAGE, "it is not a list of layouts");
    return false;
}

/* --- Writing ---------------------------------------------------------------------- */

static void layout_write_sizes(struct strbuf *out, const char *name,
                               const uint16_t *sizes, size_t count)
{
    strbuf_append_format(out, ", \"%s\": [", name);
    for (size_t i = 0; i < count; i++)
        strbuf_append_format(out, "%s%u", i > 0 ? ", " : "", sizes[i]);
    strbuf_append_text(out, "]");
}

static void layout_write_entry(struct strbuf *out, const struct layout_entry *entry)
{
    const struct tiling_weights *weights = &entry->weights;
    strbuf_append_text(out, "{\"models\": [");
    for (size_t i = 0; i < entry->count; i++) {
        strbuf_append_text(out, i > 0 ? ", " : "");
        json_append_string(out, entry->models[i], strlen(entry->models[i]));
    }
    strbuf_append_format(out, "], \"mode\": \"%s\", \"zoomed\": %s, \"focused\": %zu",
                         tiling_mode_name(entry->mode),
                         entry->is_zoomed ? "true" : "false", entry->focused);
    strbuf_append_text(out, ", \"order\": [");
    for (size_t i = 0; i < entry->count; i++)
        strbuf_append_format(out, "%s%zu", i > 0 ? ", " : "", entry->order[i]);
    strbuf_append_text(out, "]");
    if (weights->columns > 0) {
        strbuf_append_format(out, ", \"columns\": %u, \"rows\": %u", weights->columns,
                             weights->rows);
        layout_write_sizes(out, "widths", weights->widths, TILING_PANE_MAX);
        layout_write_sizes(out, "heights", weights->heights, TILING_PANE_MAX);
        layout_write_sizes(out, "last_widths", weights->last_widths, TILING_PANE_MAX);
    }
    strbuf_append_text(out, "}");
}

void layout_list_write(const struct layout_list *list, struct strbuf *out)
{
    strbuf_append_format(out, "{\"version\": %d, \"layouts\": [", LAYOUT_VERSION);
    for (size_t i = 0; i < list->count; i++) {
        strbuf_append_text(out, i > 0 ? ",\n" : "\n");
        layout_write_entry(out, &list->entries[i]);
    }
    strbuf_append_text(out, "\n]}\n");
}

/* --- The file --------------------------------------------------------------------- */

/* Puts a damaged file aside; `err` says what is wrong with it. */
static void layout_put_aside(const char *path, struct error *err)
{
    char *aside = strbuf_format("%s.damaged", path);
    const bool is_aside = rename(path, aside) == 0;
    char *why = mem_strdup(error_text(err));
    error_clear(err);
    if (is_aside)
        error_set(
            err, ERROR_USAGE,
            "the remembered layouts could not be read (%s: %s); the file is kept as "
            "%s",
            path, why, aside);
    else
        error_set(err, ERROR_USAGE,
                  "the remembered layouts could not be read (%s: %s); remove the file",
                  path, why);
    mem_free(why);
    mem_free(aside);
}

/* Reads the file; one that is not there is an empty list. */
static bool layout_read_file(const char *path, struct layout_list *list,
                             struct error *err)
{
    struct strbuf text;
    struct stat info;
    *list = (struct layout_list){NULL, 0};
    if (stat(path, &info) != 0 && errno == ENOENT)
        return true;
    strbuf_init(&text, LAYOUT_FILE_MAX);
    bool is_ok = path_read_regular_file(path, &text, err);
    if (is_ok && !layout_list_parse(strbuf_text(&text), text.len, list, err)) {
        layout_put_aside(path, err);
        is_ok = false;
    }
    strbuf_clear(&text);
    return is_ok;
}

bool layout_file_find(const char *path, struct layout_entry *entry, bool *is_found,
                      struct error *err)
{
    struct layout_list list;
    *is_found = false;
    if (!layout_read_file(path, &list, err))
        return false;
    for (size_t i = 0; i < list.count && !*is_found; i++) {
        if (!layout_entry_is_for(&list.entries[i], entry->models, entry->count))
            continue;
        *is_found = true;
        layout_entry_clear(entry);
        *entry = list.entries[i];
        list.entries[i].count = 0; /* its names are the caller's now */
    }
    layout_list_clear(&list);
    return true;
}

bool layout_file_keep(const char *path, const struct layout_entry *entry,
                      struct error *err)
{
    struct layout_list old;
    struct strbuf text;
    struct layout_entry kept[LAYOUT_ENTRY_MAX];
    struct layout_list list = {kept, 1};
    for (size_t i = 0; i < entry->count; i++) {
        if (strlen(entry->models[i]) > LAYOUT_NAME_MAX)
            return true; /* it would not be read again */
    }
    if (!layout_read_file(path, &old, err))
        return false;
    kept[0] = *entry; /* borrowed, as the others are from `old` */
    for (size_t i = 0; i < old.count && list.count < LAYOUT_ENTRY_MAX; i++) {
        if (!layout_entry_is_for(&old.entries[i], entry->models, entry->count))
            kept[list.count++] = old.entries[i];
    }
    strbuf_init(&text, LAYOUT_FILE_MAX);
    layout_list_write(&list, &text);
    const bool is_ok = path_make_folders(path, err) &&
                       file_out_replace(path, strbuf_text(&text), text.len, err);
    if (!is_ok)
        error_prefix(err, "the layout is not remembered");
    strbuf_clear(&text);
    layout_list_clear(&old);
    return is_ok;
}

/* Ownership, look-up and getters; and the order of reading: file, YAML, table, checks. */
#include "src/config/config.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/config/config_check.h"
#include "src/config/config_read.h"
#include "src/config/yaml_file.h"

static const struct text_place whole_file = {0, 0};

void config_init(struct config *config)
{
    *config = (struct config){.defaults = {.kind = SECTION_DEFAULTS},
                              .keys = {.kind = SECTION_KEYS}};
    config->defaults.name = mem_strdup("");
    config->keys.name = mem_strdup("");
    problem_list_init(&config->problems, "");
}

static void config_section_clear(struct config_section *section)
{
    for (int id = 0; id < SETTING_TABLE_COUNT; id++) {
        setting_value_clear(&section->values[id].value);
        mem_free(section->values[id].places);
    }
    mem_free(section->name);
}

static void config_section_list_clear(struct config_section_list *list)
{
    for (size_t i = 0; i < list->len; i++) {
        config_section_clear(list->items[i]);
        mem_free(list->items[i]);
    }
    mem_free(list->items);
}

void config_clear(struct config *config)
{
    config_section_clear(&config->defaults);
    config_section_clear(&config->keys);
    config_section_list_clear(&config->providers);
    config_section_list_clear(&config->models);
    config_section_list_clear(&config->servers);
    problem_list_clear(&config->problems);
    mem_free(config->path);
    *config = (struct config){0};
}

/* Reading. */

static void config_set_path(struct config *config, const char *path)
{
    problem_list_clear(&config->problems);
    problem_list_init(&config->problems, path);
    mem_free(config->path);
    config->path = mem_strdup(path);
}

bool config_parse(struct config *config, const char *path, const char *bytes, size_t len,
                  const struct config_rules *rules)
{
    if (config->path == NULL || strcmp(config->path, path) != 0)
        config_set_path(config, path);
    config->is_read = true;
    struct yaml_value *root = yaml_file_parse(bytes, len, &config->problems);
    if (root != NULL) {
        config_read_tree(config, root);
        config_check(config, rules);
    }
    yaml_value_free(root);
    problem_list_sort(&config->problems);
    return config->problems.len == 0;
}

/* Whoever may write the file may send keys wherever they like. */
static void config_check_mode(struct config *config, const struct stat *info)
{
    if (!S_ISREG(info->st_mode) || (info->st_mode & (S_IWGRP | S_IWOTH)) == 0)
        return;
    char *remedy = strbuf_format("chmod go-w %s", config->path);
    problem_list_add(&config->problems, whole_file, remedy,
                     "others than its owner may write to this file");
    mem_free(remedy);
}

bool config_load(struct config *config, const char *path,
                 const struct config_rules *rules)
{
    char *usual = path == NULL ? path_config_file("config.yaml") : NULL;
    const char *found = path != NULL ? path : usual;
    if (found != NULL)
        config_set_path(config, found);
    struct stat info;
    if (usual != NULL && stat(usual, &info) != 0 && (errno == ENOENT || errno == ENOTDIR))
        found = NULL;
    if (found != NULL) {
        struct error err = {.class = ERROR_NONE};
        struct strbuf text;
        strbuf_init(&text, YAML_FILE_MAX_BYTES);
        if (path_read_file_info(found, &text, &info, &err)) {
            config_check_mode(config, &info);
            config_parse(config, found, strbuf_text(&text), text.len, rules);
        } else {
            problem_list_add_error(&config->problems, whole_file, "", &err);
        }
        mem_wipe(text.text, text.len);
        strbuf_clear(&text);
        error_clear(&err);
    }
    mem_free(usual);
    return config->problems.len == 0;
}

/* Looking up. */

static struct config_section *section_find(const struct config_section_list *list,
                                           const char *name)
{
    for (size_t i = 0; i < list->len; i++) {
        if (strcmp(list->items[i]->name, name) == 0)
            return list->items[i];
    }
    return NULL;
}

const struct config_section *config_find_provider(const struct config *config,
                                                  const char *name)
{
    return section_find(&config->providers, name);
}

const struct config_section *config_find_model(const struct config *config,
                                               const char *name)
{
    return section_find(&config->models, name);
}

const struct preset_info *config_find_preset(const struct config_rules *rules,
                                             const char *name)
{
    for (size_t i = 0; i < rules->preset_count; i++) {
        if (strcmp(rules->presets[i].name, name) == 0)
            return &rules->presets[i];
    }
    return NULL;
}

const struct preset_info *config_preset_of(const struct config_section *provider,
                                           const struct config_rules *rules)
{
    const char *name = config_text(provider, SETTING_PROVIDER_PRESET);
    if (name == NULL && config_is_set(provider, SETTING_PROVIDER_API))
        return NULL;
    return config_find_preset(rules, name != NULL ? name : provider->name);
}

struct config_section *config_add_provider(struct config *config, const char *name)
{
    struct config_section_list *list = &config->providers;
    struct config_section *section = mem_alloc(sizeof(*section));
    section->kind = SECTION_PROVIDER;
    section->name = mem_strdup(name);
    list->items = mem_grow(list->items, &list->cap, list->len + 1, sizeof(section));
    list->items[list->len++] = section;
    return section;
}

/* Values. */

void config_set(struct config_section *section, enum setting_id id,
                struct setting_value value, enum config_source source)
{
    struct config_value *target = &section->values[id];
    setting_value_clear(&target->value);
    mem_free(target->places);
    *target = (struct config_value){.source = source, .value = value};
}

bool config_is_set(const struct config_section *section, enum setting_id id)
{
    return section->values[id].source != CONFIG_FROM_DEFAULT;
}

const char *config_text(const struct config_section *section, enum setting_id id)
{
    const struct setting_value *value = &section->values[id].value;
    return config_is_set(section, id) && value->text_count > 0 ? value->texts[0] : NULL;
}

int64_t config_whole(const struct config_section *section, enum setting_id id,
                     int64_t otherwise)
{
    return config_is_set(section, id) ? section->values[id].value.whole : otherwise;
}

double config_decimal(const struct config_section *section, enum setting_id id,
                      double otherwise)
{
    return config_is_set(section, id) ? section->values[id].value.decimal : otherwise;
}

struct rate config_rate(const struct config_section *section, enum setting_id id)
{
    return section->values[id].value.rate;
}

const struct setting_value *config_list(const struct config_section *section,
                                        enum setting_id id)
{
    return &section->values[id].value;
}

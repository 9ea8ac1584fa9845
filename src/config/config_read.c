/* One walk over the tree; what is wrong is noted and left out, and the walk goes on. */
#include "src/config/config_read.h"

#include <string.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/config/suggest.h"

#define CONFIG_MAX_SECTIONS   500
#define CONFIG_MAX_NAME_BYTES 60

static const char *const section_names[] = {"defaults", "providers", "models", "mcp",
                                            "keys"};

/* What people call the setting that there is not: the key itself. */
static const char *const words_for_keys[] = {"key",   "api_key", "apikey",
                                             "token", "secret",  "password"};

static bool is_word_for_key(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(words_for_keys); i++) {
        if (suggest_distance(name, words_for_keys[i]) == 0)
            return true;
    }
    return false;
}

/* "did you mean …?" or, without a suggestion, `otherwise`. Caller frees. */
static char *remedy_from(const struct suggestion *suggestion, const char *otherwise)
{
    if (suggestion->best == NULL)
        return mem_strdup(otherwise);
    return strbuf_format("did you mean \"%s\"?", suggestion->best);
}

static void add_unknown_setting(struct config *config, const struct yaml_value *key,
                                enum setting_section kind, const char *where)
{
    struct suggestion suggestion;
    suggestion_init(&suggestion, key->text);
    for (int id = 0; id < SETTING_TABLE_COUNT; id++) {
        const struct setting_info *info = setting_info_get((enum setting_id)id);
        if (info->section == kind)
            suggestion_consider(&suggestion, info->name);
    }
    char *remedy =
        kind == SECTION_PROVIDER && is_word_for_key(key->text)
            ? mem_strdup("a key does not stand in this file: say where it is with "
                         "key_env, key_cmd or key_file")
            : remedy_from(&suggestion, "motet config example shows all settings");
    problem_list_add(&config->problems, key->place, remedy,
                     "there is no setting \"%s\" in %s", key->text, where);
    mem_free(remedy);
}

/* Adds one text of a list or map with its place. */
static bool read_element(struct config *config, struct config_value *target,
                         const struct setting_info *info,
                         const struct yaml_value *element)
{
    if (element->kind != YAML_VALUE_TEXT || element->text[0] == '\0') {
        problem_list_add(&config->problems, element->place, "",
                         "what stands in %s are texts, such as %s", info->name,
                         info->example);
        return false;
    }
    target->places = mem_resize_array(target->places, target->value.text_count + 1,
                                      sizeof(target->places[0]));
    target->places[target->value.text_count] = element->place;
    setting_value_add(&target->value, element->text);
    return true;
}

static bool read_words(struct config *config, struct config_value *target,
                       const struct setting_info *info, const struct yaml_value *list)
{
    bool ok = true;
    for (size_t i = 0; i < list->len; i++)
        ok = read_element(config, target, info, list->items[i]) && ok;
    return ok;
}

static bool read_map(struct config *config, struct config_value *target,
                     const struct setting_info *info, const struct yaml_value *map)
{
    bool ok = true;
    for (size_t i = 0; i < map->len; i++) {
        const bool is_pair = read_element(config, target, info, map->keys[i]) &&
                             read_element(config, target, info, map->items[i]);
        if (!is_pair)
            return false;
        ok = ok && is_pair;
    }
    return ok;
}

static bool read_text(struct config *config, struct config_value *target,
                      const struct setting_info *info, const struct yaml_value *value)
{
    struct error err = {.class = ERROR_NONE};
    char *path = info->type == SETTING_PATH && value->text[0] != '\0'
                     ? path_from_file(config->path, value->text)
                     : NULL;
    const bool ok =
        setting_value_read(&target->value, info, path != NULL ? path : value->text, &err);
    if (!ok)
        problem_list_add_error(&config->problems, value->place, "", &err);
    mem_free(path);
    error_clear(&err);
    return ok;
}

/* Says which form the setting's values have. */
static void add_wrong_form(struct config *config, const struct setting_info *info,
                           const struct yaml_value *value)
{
    const char *form = info->type == SETTING_WORDS ? "a list"
                       : info->type == SETTING_MAP ? "names with their values"
                                                   : "one value";
    problem_list_add(&config->problems, value->place, "", "%s takes %s, such as %s",
                     info->name, form, info->example);
}

static enum yaml_value_kind form_of(const struct setting_info *info)
{
    if (info->type == SETTING_WORDS)
        return YAML_VALUE_LIST;
    return info->type == SETTING_MAP ? YAML_VALUE_MAP : YAML_VALUE_TEXT;
}

static void read_value(struct config *config, struct config_section *section,
                       enum setting_id id, const struct yaml_value *value)
{
    const struct setting_info *info = setting_info_get(id);
    struct config_value target = {.source = CONFIG_FROM_FILE, .place = value->place};
    bool ok = false;
    if (yaml_value_is_nothing(value))
        problem_list_add(&config->problems, value->place,
                         "give it one, or leave the line out", "%s has no value",
                         info->name);
    else if (value->kind != form_of(info))
        add_wrong_form(config, info, value);
    else if (value->kind == YAML_VALUE_LIST)
        ok = read_words(config, &target, info, value);
    else if (value->kind == YAML_VALUE_MAP)
        ok = read_map(config, &target, info, value);
    else
        ok = read_text(config, &target, info, value);
    if (ok) {
        section->values[id] = target;
        return;
    }
    if (id == SETTING_PROVIDER_PRESET || id == SETTING_PROVIDER_URL ||
        id == SETTING_MODEL_PROVIDER)
        section->is_address_unclear = true;
    setting_value_clear(&target.value);
    mem_free(target.places);
}

/* Reads the settings of one section; `where` names it in sentences. */
static void read_section(struct config *config, struct config_section *section,
                         const struct yaml_value *map, const char *where)
{
    if (yaml_value_is_nothing(map))
        return;
    if (map->kind != YAML_VALUE_MAP) {
        problem_list_add(&config->problems, map->place, "",
                         "%s holds settings, each as NAME: VALUE", where);
        section->is_address_unclear = true;
        return;
    }
    for (size_t i = 0; i < map->len; i++) {
        const enum setting_id id = setting_find(section->kind, map->keys[i]->text);
        if (id == SETTING_TABLE_COUNT) {
            add_unknown_setting(config, map->keys[i], section->kind, where);
            section->is_address_unclear = true;
            continue;
        }
        read_value(config, section, id, map->items[i]);
    }
}

/* A name stands in lists with commas, before the slash of PROVIDER/MODEL, and a server's
 * before the dot of SERVER.TOOL. */
static bool check_name(struct config *config, const struct yaml_value *key,
                       const char *kind)
{
    const char *name = key->text;
    bool ok = name[0] != '\0' && name[0] != '-' && strlen(name) <= CONFIG_MAX_NAME_BYTES;
    for (const char *at = name; *at != '\0' && ok; at++)
        ok = (unsigned char)*at > 0x20 && (unsigned char)*at != 0x7f && *at != '/' &&
             *at != ',';
    if (ok && strcmp(kind, "server") == 0 && strpbrk(name, ".*?!") != NULL)
        problem_list_add(&config->problems, key->place, "choose another one",
                         "a server's name has no \".\", \"*\", \"?\" or \"!\"");
    else if (!ok)
        problem_list_add(&config->problems, key->place, "",
                         "a %s's name has 1 to %d bytes, no space, comma or slash, and "
                         "does not begin with \"-\"",
                         kind, CONFIG_MAX_NAME_BYTES);
    else if (strcmp(name, "demo") == 0)
        problem_list_add(&config->problems, key->place, "choose another one",
                         "the name \"demo\" belongs to the built-in models");
    return ok;
}

/* Reads the named sections below "providers" or "models". */
static void read_named(struct config *config, struct config_section_list *list,
                       enum setting_section kind, const struct yaml_value *map)
{
    const char *word = kind == SECTION_PROVIDER ? "provider"
                       : kind == SECTION_MODEL  ? "model"
                                                : "server";
    if (yaml_value_is_nothing(map))
        return;
    if (map->kind != YAML_VALUE_MAP || map->len > CONFIG_MAX_SECTIONS) {
        problem_list_add(&config->problems, map->place, "",
                         map->kind == YAML_VALUE_MAP
                             ? "there are too many %ss"
                             : "%ss holds names, each with its settings below",
                         word);
        return;
    }
    for (size_t i = 0; i < map->len; i++) {
        if (!check_name(config, map->keys[i], word))
            continue;
        struct config_section *section = mem_alloc(sizeof(*section));
        section->kind = kind;
        section->name = mem_strdup(map->keys[i]->text);
        section->place = map->keys[i]->place;
        list->items = mem_grow(list->items, &list->cap, list->len + 1, sizeof(section));
        list->items[list->len++] = section;
        char *where = strbuf_format("the %s %s", word, section->name);
        read_section(config, section, map->items[i], where);
        mem_free(where);
    }
}

static void read_keys(struct config *config, const struct yaml_value *key,
                      const struct yaml_value *map)
{
    config->keys.place = key->place;
    read_section(config, &config->keys, map, "keys");
}

static void add_unknown_section(struct config *config, const struct yaml_value *key)
{
    struct suggestion suggestion;
    suggestion_init(&suggestion, key->text);
    for (size_t i = 0; i < COUNT_OF(section_names); i++)
        suggestion_consider(&suggestion, section_names[i]);
    const bool is_default =
        suggestion.best == NULL &&
        setting_find(SECTION_DEFAULTS, key->text) != SETTING_TABLE_COUNT;
    char *remedy =
        is_default ? mem_strdup("it belongs below \"defaults:\"")
                   : remedy_from(&suggestion,
                                 "there are defaults, providers, models, mcp and keys");
    problem_list_add(&config->problems, key->place, remedy, "there is no section \"%s\"",
                     key->text);
    mem_free(remedy);
}

void config_read_tree(struct config *config, const struct yaml_value *root)
{
    if (yaml_value_is_nothing(root))
        return;
    if (root->kind != YAML_VALUE_MAP) {
        problem_list_add(&config->problems, root->place,
                         "motet config example shows the form",
                         "a configuration holds the sections defaults, providers, "
                         "models, mcp and keys");
        return;
    }
    for (size_t i = 0; i < root->len; i++) {
        const char *name = root->keys[i]->text;
        const struct yaml_value *item = root->items[i];
        if (strcmp(name, "defaults") == 0)
            read_section(config, &config->defaults, item, "defaults");
        else if (strcmp(name, "keys") == 0)
            read_keys(config, root->keys[i], item);
        else if (strcmp(name, "providers") == 0)
            read_named(config, &config->providers, SECTION_PROVIDER, item);
        else if (strcmp(name, "models") == 0)
            read_named(config, &config->models, SECTION_MODEL, item);
        else if (strcmp(name, "mcp") == 0)
            read_named(config, &config->servers, SECTION_SERVER, item);
        else
            add_unknown_section(config, root->keys[i]);
    }
}

/*
 * The configuration: the values that stand in the file (or come from options and the
 * environment), each with its source, and everything that is wrong with them. Reading
 * never stops at a problem; whoever uses a configuration looks at the list first.
 *
 * A file in the current directory is never read by itself: the usual place is in the
 * person's own folder, any other has to be named. What a name of a protocol, a preset or
 * a parameter may be is not known here; the caller hands in those rules.
 */
#ifndef CONFIG_CONFIG_H
#define CONFIG_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/config/preset_info.h"
#include "src/config/problem.h"
#include "src/config/setting.h"

struct config_section;

/* What the program knows. All borrowed; a check that is NULL is left out. */
struct config_rules {
    const struct preset_info *presets;
    size_t preset_count;
    const char *const *apis; /* names, NULL at the end */
    const char *const *params;
    bool (*check_url)(const char *url, struct error *err);
    bool (*check_server_url)(const char *url, struct error *err);
    bool (*check_header)(const char *line, struct error *err);
    bool (*check_param)(const char *assignment, struct error *err);
    bool (*check_permission)(const char *line, struct error *err);
    /* Looks at all keys at once: they may stand in each other's way. */
    void (*check_keys)(const struct config_section *keys, struct problem_list *problems);
    bool (*check_theme)(const char *name, struct error *err);
};

enum config_source {
    CONFIG_FROM_DEFAULT,
    CONFIG_FROM_FILE,
    CONFIG_FROM_ENVIRONMENT,
    CONFIG_FROM_OPTION
};

struct config_value {
    enum config_source source; /* CONFIG_FROM_DEFAULT: not set */
    struct text_place place;   /* in the file */
    struct setting_value value;
    struct text_place *places; /* of each text of a list or map from the file, or NULL */
};

/* Defaults, keys, one provider or one model: a value for each setting of its kind. */
struct config_section {
    enum setting_section kind;
    char *name; /* "" for defaults and keys */
    struct text_place place;
    bool is_address_unclear; /* what says where it is may be among what is wrong */
    struct config_value values[SETTING_TABLE_COUNT];
};

struct config_section_list {
    struct config_section **items; /* owned; addresses stay */
    size_t len;
    size_t cap;
};

struct config {
    char *path;   /* of the file, or NULL if there is no home to look in */
    bool is_read; /* there was a file */
    struct config_section defaults;
    struct config_section keys; /* of the screen */
    struct config_section_list providers;
    struct config_section_list models;
    struct config_section_list servers; /* of the Model Context Protocol */
    struct problem_list problems;
};

/* An empty configuration. */
void config_init(struct config *config);
void config_clear(struct config *config);

/*
 * Reads the file `path`, or the one in the usual place for NULL: there it may be missing.
 * True if there is no problem.
 */
bool config_load(struct config *config, const char *path,
                 const struct config_rules *rules);

/* Reads a configuration from memory; `path` is for messages and relative paths. */
bool config_parse(struct config *config, const char *path, const char *bytes, size_t len,
                  const struct config_rules *rules);

/* The section of that name, or NULL. */
const struct config_section *config_find_provider(const struct config *config,
                                                  const char *name);
const struct config_section *config_find_model(const struct config *config,
                                               const char *name);

/* The preset of that name, or NULL. */
const struct preset_info *config_find_preset(const struct config_rules *rules,
                                             const char *name);

/* The preset that a provider is made from: the one it names or, if it names neither
 * preset nor protocol, the one of its own name. NULL: none. */
const struct preset_info *config_preset_of(const struct config_section *provider,
                                           const struct config_rules *rules);

/* Adds a provider that no file names, and returns it for config_set. */
struct config_section *config_add_provider(struct config *config, const char *name);

/* Sets a value; takes what it owns. */
void config_set(struct config_section *section, enum setting_id id,
                struct setting_value value, enum config_source source);

/* Typed getters: the value of a setting that is set, otherwise `otherwise` or NULL. */
bool config_is_set(const struct config_section *section, enum setting_id id);
const char *config_text(const struct config_section *section, enum setting_id id);
int64_t config_whole(const struct config_section *section, enum setting_id id,
                     int64_t otherwise);
double config_decimal(const struct config_section *section, enum setting_id id,
                      double otherwise);
struct rate config_rate(const struct config_section *section, enum setting_id id);
const struct setting_value *config_list(const struct config_section *section,
                                        enum setting_id id);

/* Writes a commented configuration with every setting of the table, each of them behind
 * a "#". */
void config_write_example(struct strbuf *out);

#endif

/*
 * The settings of the program: THE table (setting_table.c) with section, name, type,
 * range, default and help, and reading values against it. The configuration file, the
 * command-line options of the same name, help texts, the example and "motet config show"
 * are made from the table.
 *
 * The first SETTING_COUNT settings are numbers that every run has; struct settings holds
 * their values. All others stay in the configuration (config.h).
 */
#ifndef CONFIG_SETTING_H
#define CONFIG_SETTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/base/error.h"
#include "src/base/strbuf.h"
#include "src/config/quantity.h"
#include "src/config/setting_id.h"

enum setting_type {
    SETTING_TEXT,
    SETTING_CHOICE, /* one of some words: those of `choices`, or what the program hands in
                       (struct config_rules) */
    SETTING_VARIABLE, /* the name of an environment variable */
    SETTING_PATH,     /* a file; "~/" is the home, other relative paths begin at the
                         folder of the configuration file */
    SETTING_URL,
    SETTING_FLAG,
    SETTING_NUMBER,  /* whole */
    SETTING_DECIMAL, /* with a fraction */
    SETTING_DURATION,
    SETTING_RATE,
    SETTING_WORDS, /* a list of texts */
    SETTING_MAP    /* names and their texts */
};

/* "by the situation": a default that depends on the endpoint or the error. */
#define SETTING_AUTO ((int64_t)-1)

struct setting_info {
    const char *name; /* in the file */
    enum setting_section section;
    enum setting_type type;
    int64_t min; /* of numbers; of the count of a rate; durations in milliseconds */
    int64_t max;
    int64_t default_value;    /* of the first SETTING_COUNT */
    const char *default_text; /* for people, "" where there is none */
    const char *option;       /* --NAME of the command line that says the same, or NULL */
    const char *value_name;   /* of the option: "SECONDS", "N" */
    const char *choices;      /* of a choice that the table knows itself: "none bell" */
    const char *help;
    const char *example; /* a value as the file writes it */
    bool is_private;     /* values may be secrets: never shown */
};

/* A value of any type. */
struct setting_value {
    int64_t whole; /* a flag, a number, milliseconds */
    double decimal;
    struct rate rate;
    char **texts; /* one; one a word; or name, text, name, text … of a map */
    size_t text_count;
};

struct settings {
    int64_t values[SETTING_COUNT]; /* durations in milliseconds */
    bool is_given[SETTING_COUNT];  /* read from the command line */
};

/* The record of a setting. */
const struct setting_info *setting_info_get(enum setting_id id);

/* The setting of that name in a section, or SETTING_TABLE_COUNT. */
enum setting_id setting_find(enum setting_section section, const char *name);

/* Sets every value to its default. */
void settings_init(struct settings *settings);

/* Reads `text` of the command line for one of the first SETTING_COUNT; durations are
 * seconds. The error names the option and its range. */
bool settings_read(struct settings *settings, enum setting_id id, const char *text,
                   struct error *err);

/*
 * Reads `text` as the file writes it, for types of one text; the value is to be cleared.
 * The error names the setting, what it takes and its range.
 */
bool setting_value_read(struct setting_value *value, const struct setting_info *info,
                        const char *text, struct error *err);

/* Appends a text to the value of a list or map. */
void setting_value_add(struct setting_value *value, const char *text);

/* Appends the value as people read it: secrets are left out. */
void setting_value_show(const struct setting_value *value,
                        const struct setting_info *info, struct strbuf *out);

/* Wipes and frees what it owns; a zeroed value is allowed. */
void setting_value_clear(struct setting_value *value);

#endif

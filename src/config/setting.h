/*
 * The settings of the program: one const table (setting.c) with name, type, range,
 * default and help, and a set of values checked against it. Command-line options and
 * help texts are made from the table; later the configuration file is read by it.
 */
#ifndef CONFIG_SETTING_H
#define CONFIG_SETTING_H

#include <stdbool.h>
#include <stdint.h>

#include "src/base/error.h"

enum setting_id {
    SETTING_CONNECT_TIMEOUT,
    SETTING_FIRST_TOKEN_TIMEOUT,
    SETTING_IDLE_TIMEOUT,
    SETTING_TOTAL_TIMEOUT,
    SETTING_RETRIES,
    SETTING_JOBS,
    SETTING_COUNT
};

enum setting_type { SETTING_DURATION, SETTING_NUMBER };

/* "by the situation": a default that depends on the endpoint or the error. */
#define SETTING_AUTO ((int64_t)-1)

struct setting_info {
    const char *name; /* with '-' between words: --NAME on the command line */
    enum setting_type type;
    int64_t min; /* durations in milliseconds */
    int64_t max;
    int64_t default_value;
    const char *value_name; /* "SECONDS", "N" */
    const char *help;
};

struct settings {
    int64_t values[SETTING_COUNT]; /* durations in milliseconds */
};

/* The record of a setting. */
const struct setting_info *setting_info_get(enum setting_id id);

/* Sets every value to its default. */
void settings_init(struct settings *settings);

/* Reads `text` for the setting; the error names it and its range. */
bool settings_read(struct settings *settings, enum setting_id id, const char *text,
                   struct error *err);

#endif

/*
 * Parameters of a request that a person may set (temperature, max_tokens, …): one const
 * table with type, range and help, and a list of values checked against it. How a value
 * is written for a provider is the encoder's business.
 */
#ifndef CHAT_PARAM_H
#define CHAT_PARAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/base/error.h"

enum param_type { PARAM_NUMBER, PARAM_INTEGER, PARAM_CHOICE };

struct param_info {
    const char *name;
    enum param_type type;
    double min; /* for numbers and integers */
    double max;
    const char *choices; /* for choices: words separated by one space */
    const char *help;
};

struct param {
    const struct param_info *info;
    double number; /* the value of a number or integer */
    char *text;    /* the value of a choice; the list owns it */
};

struct param_list {
    struct param *items;
    size_t len;
    size_t cap;
};

/* The table: record `index`, NULL past the end. */
const struct param_info *param_info_get(size_t index);

/* Reads "name=value" and stores it, replacing an earlier value of that name. */
bool param_list_add(struct param_list *list, const char *assignment, struct error *err);

/* The value called `name`, or NULL. */
const struct param *param_list_get(const struct param_list *list, const char *name);

/* Appends copies of all values of `from`. */
void param_list_copy(struct param_list *list, const struct param_list *from);

void param_list_clear(struct param_list *list);

#endif

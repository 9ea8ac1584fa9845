/* The table of request parameters and the list of values read against it. */
#include "src/chat/param.h"

#include <string.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/number.h"

static const struct param_info param_table[] = {
    {"temperature", PARAM_NUMBER, 0, 2, NULL, "how freely tokens are chosen"},
    {"top_p", PARAM_NUMBER, 0, 1, NULL,
     "choose among the likeliest tokens up to this sum"},
    {"max_tokens", PARAM_INTEGER, 1, 1e9, NULL, "the longest answer, in tokens"},
    {"seed", PARAM_INTEGER, -9007199254740991.0, 9007199254740991.0, NULL,
     "ask for repeatable choices"},
    {"presence_penalty", PARAM_NUMBER, -2, 2, NULL, "discourage tokens used at all"},
    {"frequency_penalty", PARAM_NUMBER, -2, 2, NULL, "discourage tokens used often"},
    {"reasoning", PARAM_CHOICE, 0, 0, "none minimal low medium high xhigh max",
     "how much to reason before answering"},
};

const struct param_info *param_info_get(size_t index)
{
    return index < COUNT_OF(param_table) ? &param_table[index] : NULL;
}

static const struct param_info *param_info_find(const char *name, size_t len)
{
    for (size_t i = 0; i < COUNT_OF(param_table); i++) {
        const char *known = param_table[i].name;
        if (strlen(known) == len && memcmp(known, name, len) == 0)
            return &param_table[i];
    }
    return NULL;
}

/* True if `word` is one of the words of `choices`. */
static bool param_is_choice(const char *choices, const char *word)
{
    const size_t len = strcspn(word, " ");
    const char *at = choices;
    if (word[len] != '\0')
        return false; /* several words */
    while (len > 0 && (at = strstr(at, word)) != NULL) {
        const bool starts = at == choices || at[-1] == ' ';
        if (starts && (at[len] == ' ' || at[len] == '\0'))
            return true;
        at += len;
    }
    return false;
}

static bool param_read_number(struct param *param, const char *value, struct error *err)
{
    const struct param_info *info = param->info;
    int64_t whole;
    bool ok;
    if (info->type == PARAM_INTEGER) {
        ok = number_parse_int(value, &whole);
        param->number = ok ? (double)whole : 0;
    } else {
        ok = number_parse_double(value, &param->number);
    }
    if (ok && param->number >= info->min && param->number <= info->max)
        return true;
    error_set(err, ERROR_USAGE, "parameter %s takes a %s from %g to %g, not \"%s\"",
              info->name, info->type == PARAM_INTEGER ? "whole number" : "number",
              info->min, info->max, value);
    return false;
}

static bool param_read(struct param *param, const char *value, struct error *err)
{
    switch (param->info->type) {
    case PARAM_NUMBER:
    case PARAM_INTEGER: return param_read_number(param, value, err);
    case PARAM_CHOICE: break;
    }
    if (!param_is_choice(param->info->choices, value)) {
        error_set(err, ERROR_USAGE, "parameter %s is one of: %s; not \"%s\"",
                  param->info->name, param->info->choices, value);
        return false;
    }
    param->text = mem_strdup(value);
    return true;
}

static void param_list_put(struct param_list *list, struct param param)
{
    for (size_t i = 0; i < list->len; i++) {
        if (list->items[i].info == param.info) {
            mem_free(list->items[i].text);
            list->items[i] = param;
            return;
        }
    }
    list->items =
        mem_grow(list->items, &list->cap, list->len + 1, sizeof(list->items[0]));
    list->items[list->len++] = param;
}

bool param_list_add(struct param_list *list, const char *assignment, struct error *err)
{
    const char *equals = strchr(assignment, '=');
    if (equals == NULL || equals == assignment) {
        error_set(err, ERROR_USAGE, "a parameter is written NAME=VALUE, not \"%s\"",
                  assignment);
        return false;
    }
    struct param param = {.info =
                              param_info_find(assignment, (size_t)(equals - assignment))};
    if (param.info == NULL) {
        error_set(err, ERROR_USAGE,
                  "there is no parameter \"%.*s\"; motet ask --help lists them",
                  (int)(equals - assignment), assignment);
        return false;
    }
    if (!param_read(&param, equals + 1, err))
        return false;
    param_list_put(list, param);
    return true;
}

const struct param *param_list_get(const struct param_list *list, const char *name)
{
    for (size_t i = 0; i < list->len; i++) {
        if (strcmp(list->items[i].info->name, name) == 0)
            return &list->items[i];
    }
    return NULL;
}

void param_list_copy(struct param_list *list, const struct param_list *from)
{
    for (size_t i = 0; i < from->len; i++) {
        struct param param = from->items[i];
        param.text = mem_strdup(param.text);
        param_list_put(list, param);
    }
}

void param_list_clear(struct param_list *list)
{
    for (size_t i = 0; i < list->len; i++)
        mem_free(list->items[i].text);
    mem_free(list->items);
    *list = (struct param_list){0};
}

/*
 * Everything a person can do on the screen: one const table with name, help sentence and
 * default keys. The keymap, the help screen and the manual are made from it; what an
 * action does stands in ui/app_act.c.
 */
#ifndef UI_ACTIONS_H
#define UI_ACTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/action.h"

enum action_group {
    ACTION_GROUP_TEXT,
    ACTION_GROUP_PANES,
    ACTION_GROUP_ANSWERS,
    ACTION_GROUP_BRANCHES,
    ACTION_GROUP_TOOLS,
    ACTION_GROUP_PROMPTS,
    ACTION_GROUP_MATRIX,
    ACTION_GROUP_SCROLL,
    ACTION_GROUP_COPY,
    ACTION_GROUP_PROGRAM,
    ACTION_GROUP_COUNT
};

/* Three sets of keys: while typing, in normal mode (single keys act on panes), and in the
 * matrix (single keys act on cells). */
enum input_mode { MODE_TYPING, MODE_NORMAL, MODE_MATRIX, MODE_COUNT };

struct action_info {
    const char *name; /* "send-focused" */
    const char *help; /* a sentence without subject and period */
    enum action_group group;
    const char *keys[MODE_COUNT]; /* names separated by spaces; "" or NULL for none */
    const char *hint;    /* one or two words for the box of hints; NULL: not in it */
    bool is_by_key_only; /* the palette leaves it out: without its key it is of no use */
};

/* The record of an action. Never NULL. */
const struct action_info *action_get(enum action action);

/* The action of that name, ACTION_COUNT if there is none. */
enum action action_find(const char *name);

/* True if a key of that mode can be of use for the action. */
bool action_fits(enum action action, enum input_mode mode);

/* True if each word of the pattern begins a word of the action's name or sentence. */
bool action_matches(enum action action, const char *pattern);

/* The names of its default keys in a mode, separated by spaces; "" if it has none. */
const char *action_keys(enum action action, enum input_mode mode);

/* The heading of a group. */
const char *action_group_title(enum action_group group);

#endif

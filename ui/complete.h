/*
 * What may stand where the cursor is: the word that is typed there, and a list of what
 * fits it. Pure functions over text; where offers come from is for others to know.
 */
#ifndef UI_COMPLETE_H
#define UI_COMPLETE_H

#include <stdbool.h>
#include <stddef.h>

enum complete_kind {
    COMPLETE_NONE,
    COMPLETE_FILE,    /* @src/ma */
    COMPLETE_COMMAND, /* /re at the start of the text */
    COMPLETE_ARGUMENT /* /model ge: the word behind a command */
};

/* The word at the cursor, in the shown text. */
struct complete_word {
    enum complete_kind kind;
    size_t start;
    size_t end; /* what is replaced: up to the cursor, or to a closing quote */
};

/* Finds the word that the cursor stands in or right behind; COMPLETE_NONE if it is none
 * of these. */
struct complete_word complete_find_word(const char *text, size_t cursor);

struct complete_item {
    char *name;
    char *args; /* shown behind it, or NULL */
    char *help; /* or NULL */
    int depth;  /* of a file, 0: where the person is */
};

/* Items, and in `fits` those that fit, best first. All zero: empty. */
struct complete_list {
    struct complete_item *items;
    size_t count;
    size_t cap;
    size_t *fits;
    size_t fit_count;
};

bool complete_list_has(const struct complete_list *list, const char *name);

/* Adds an item; takes its three texts. */
void complete_list_add(struct complete_list *list, const struct complete_item *item);

/*
 * Finds what fits a pattern: with names that begin with it first, then by how well its
 * letters fit, then in the order in which they were added. An empty pattern is fit by all
 * of depth 0.
 */
void complete_list_find(struct complete_list *list, const char *pattern);

/* The i-th that fits. */
struct complete_item *complete_list_get(const struct complete_list *list, size_t index);

void complete_list_clear(struct complete_list *list);

#endif

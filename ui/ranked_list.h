/* Names that fit what was typed, the best fit first, each once. Equal fits stay in the
 * order in which they came. */
#ifndef UI_RANKED_LIST_H
#define UI_RANKED_LIST_H

#include <stdbool.h>
#include <stddef.h>

struct ranked_name {
    char *name;
    int score;
    size_t order;
};

/* A list that is all zero is empty. */
struct ranked_list {
    struct ranked_name *items;
    size_t len;
    size_t cap;
};

/* Adds a copy of the name if it fits the pattern. */
void ranked_list_add(struct ranked_list *list, const char *pattern, const char *name);

/* Puts the names into their order and takes out those that are there twice. */
void ranked_list_sort(struct ranked_list *list);
void ranked_list_clear(struct ranked_list *list);

#endif

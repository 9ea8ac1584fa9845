/*
 * A list of texts that grows, and its finished form: an array that ends with NULL. Both
 * own their texts.
 */
#ifndef BASE_TEXT_LIST_H
#define BASE_TEXT_LIST_H

#include <stddef.h>

/* Zeroed is empty. `items` ends with NULL as soon as anything was added. */
struct text_list {
    char **items;
    size_t len;
    size_t cap;
};

/* Adds a copy of `len` bytes. */
void text_list_add(struct text_list *list, const char *text, size_t len);

/* Gives the array to the caller, who frees it with texts_free; never NULL. */
char **text_list_take(struct text_list *list);
void text_list_clear(struct text_list *list);

/* How many texts the array has; NULL has none. */
size_t texts_count(char *const *texts);

/* A copy; NULL gives NULL. */
char **texts_copy(char *const *texts);
void texts_free(char **texts);

#endif

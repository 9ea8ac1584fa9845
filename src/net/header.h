/*
 * HTTP header fields as a list of name and value. Names compare without case; a field
 * that came several times is there several times, in order. Values are bytes from
 * outside: sanitise before showing.
 */
#ifndef NET_HEADER_H
#define NET_HEADER_H

#include <stdbool.h>
#include <stddef.h>

#include "src/base/error.h"

struct header {
    char *name;
    char *value;
};

struct header_list {
    struct header *items;
    size_t len;
    size_t cap;
};

/* Frees all fields; a zeroed list is allowed. */
void header_list_clear(struct header_list *list);

/* Appends a copy of the field. */
void header_list_add(struct header_list *list, const char *name, const char *value);

/* Appends copies of all fields of `from`. */
void header_list_copy(struct header_list *list, const struct header_list *from);

/* Removes all fields called `name`. */
void header_list_remove(struct header_list *list, const char *name);

/* The value of the first field called `name`, or NULL. */
const char *header_list_get(const struct header_list *list, const char *name);

/*
 * Reads "Name: value" as a person writes it. False with a sentence if there is no colon,
 * the name is not a token, or the value holds a control character (CR, LF).
 */
bool header_list_add_line(struct header_list *list, const char *line, struct error *err);

#endif

/*
 * Names of tools as models may see them: services allow [A-Za-z0-9_-], 64 characters and
 * no more. A table of them is made for a list of tools and knows the way back. Pure.
 *
 * "SERVER.TOOL" becomes "SERVER__TOOL", any other character that is not allowed "_"; what
 * is too long, and what would be the same as another, ends with a hash of the whole name.
 * The wire name of a tool is the same in every run with the same list, and names that
 * are good already stay as they are.
 */
#ifndef TOOL_WIRE_NAME_H
#define TOOL_WIRE_NAME_H

#include <stdbool.h>
#include <stddef.h>

#define WIRE_NAME_MAX 64

struct wire_names {
    char (*items)[WIRE_NAME_MAX + 1];
    size_t len;
};

/* Makes the table for `count` names; the wire name of names[i] is items[i]. */
void wire_names_init(struct wire_names *table, const char *const *names, size_t count);

/* Frees it; a zeroed table is allowed. */
void wire_names_clear(struct wire_names *table);

/* Where the tool stands that models call `wire`; false if nowhere. */
bool wire_names_find(const struct wire_names *table, const char *wire, size_t *index);

#endif

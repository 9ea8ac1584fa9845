/*
 * The addresses that cells of a canvas lead to, by number: a cell has one byte for it.
 * A number keeps its address until it is swept. Knows nothing of cells.
 */
#ifndef RENDER_LINK_TABLE_H
#define RENDER_LINK_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Numbers go from 1 to this. */
#define LINK_MAX 255

struct link_table {
    char *addresses[LINK_MAX + 1]; /* owned; NULL: the number is free */
    size_t count;
};

void link_table_clear(struct link_table *table);

/* The number of an address, which is added if it is new; 0 if there is no room. */
uint8_t link_table_add(struct link_table *table, const char *address, size_t len);

/* The address of a number, or NULL. */
const char *link_table_get(const struct link_table *table, uint8_t number);

/* Frees the numbers that are not used. */
void link_table_sweep(struct link_table *table, const bool is_used[LINK_MAX + 1]);

/* Makes `to` the same as `from`; true if a number of `to` has come to mean something
 * else. */
bool link_table_copy(struct link_table *to, const struct link_table *from);

#endif

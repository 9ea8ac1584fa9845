/* A screen has few links: the table is searched from its start. */
#include "ui/render/link_table.h"

#include <string.h>

#include "src/base/mem.h"

void link_table_clear(struct link_table *table)
{
    for (size_t i = 1; i <= LINK_MAX && table->count > 0; i++)
        mem_free(table->addresses[i]);
    *table = (struct link_table){.count = 0};
}

uint8_t link_table_add(struct link_table *table, const char *address, size_t len)
{
    size_t free_number = 0;
    for (size_t i = 1; i <= LINK_MAX; i++) {
        const char *known = table->addresses[i];
        if (known == NULL && free_number == 0)
            free_number = i;
        if (known != NULL && strncmp(known, address, len) == 0 && known[len] == '\0')
            return (uint8_t)i;
    }
    if (free_number > 0) {
        table->addresses[free_number] = mem_strndup(address, len);
        table->count++;
    }
    return (uint8_t)free_number;
}

const char *link_table_get(const struct link_table *table, uint8_t number)
{
    return table->addresses[number];
}

void link_table_sweep(struct link_table *table, const bool is_used[LINK_MAX + 1])
{
    for (size_t i = 1; i <= LINK_MAX; i++) {
        if (is_used[i] || table->addresses[i] == NULL)
            continue;
        mem_free(table->addresses[i]);
        table->addresses[i] = NULL;
        table->count--;
    }
}

bool link_table_copy(struct link_table *to, const struct link_table *from)
{
    bool has_changed = false;
    if (to->count == 0 && from->count == 0)
        return false;
    for (size_t i = 1; i <= LINK_MAX; i++) {
        const char *old = to->addresses[i];
        const char *new = from->addresses[i];
        if (old == NULL && new == NULL)
            continue;
        if (old != NULL && new != NULL && strcmp(old, new) == 0)
            continue;
        has_changed = has_changed || old != NULL;
        mem_free(to->addresses[i]);
        to->addresses[i] = new != NULL ? mem_strdup(new) : NULL;
    }
    to->count = from->count;
    return has_changed;
}

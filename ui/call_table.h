/*
 * Which model called which tool with which arguments in the last turn of several chats:
 * equal calls together, and what differs between those of one tool. Made from the
 * conversations alone, so it holds for turns long past as well.
 */
#ifndef UI_CALL_TABLE_H
#define UI_CALL_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "src/base/strbuf.h"
#include "src/chat/chat.h"

struct call_entry {
    char *tool;
    char *arguments;      /* without white space between the parts */
    uint32_t sources;     /* a bit for each number given to call_table_add */
    size_t times;         /* calls in all */
    size_t first_of_tool; /* the entry of the same tool that came first */
};

struct call_table {
    struct call_entry *entries;
    size_t count;
    size_t cap;
    uint32_t callers; /* a bit for each source that called anything */
};

void call_table_init(struct call_table *table);
void call_table_clear(struct call_table *table);

/* Adds the calls that answers have made since the last prompt of a person. `source` is
 * below 32. */
void call_table_add(struct call_table *table, unsigned source, const struct chat *chat);

/*
 * Writes in what the arguments of an entry differ from those of the first one of its
 * tool: "≠ "city": "Rome"", "− "days""; all of them where that cannot be said member by
 * member. Nothing is written for the first one.
 */
void call_table_differ(const struct call_table *table, size_t index, struct strbuf *out);

#endif

/*
 * Plain structs as JSON objects and back, by one table a struct: the name of each member,
 * its type, its place, and the value that stands for "not known" and is left out. Whole
 * numbers keep all 64 bits, fractions come back as they were.
 */
#ifndef CHAT_MEMBER_JSON_H
#define CHAT_MEMBER_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/base/json.h"
#include "src/base/strbuf.h"

enum member_type {
    MEMBER_TEXT,   /* char *, owned by the struct; NULL is left out */
    MEMBER_INT64,  /* int64_t */
    MEMBER_INT,    /* int */
    MEMBER_BOOL,   /* bool */
    MEMBER_DOUBLE, /* double; not finite: left out; negative: left out if `unknown` is */
};

struct member {
    const char *name;
    enum member_type type;
    size_t offset;
    int64_t unknown;
};

/* Appends `"name":`, with a comma before it if `out` does not end with a bracket. */
void member_json_name(struct strbuf *out, const char *name);

/* Appends a member with a text; NULL: nothing. */
void member_json_text(struct strbuf *out, const char *name, const char *text);

/* Appends those members of the struct at `from` that are known, without brackets. */
void member_json_append(struct strbuf *out, const struct member *members, size_t count,
                        const void *from);

/* Takes one item of an object into the struct at `to`; false if no member has its name.
 * A value of another type leaves the member alone. */
bool member_json_take(const struct json_item *item, const struct member *members,
                      size_t count, void *to);

/* True if the item is called `name`. */
bool member_json_is(const struct json_item *item, const char *name);

/* The item's text if it is a string, otherwise NULL; caller frees. */
char *member_json_string(const struct json_item *item);

#endif

/*
 * The members of records that are plain values, as tables: their names in the file beside
 * where they stand in the struct. Writer and reader go by the same tables. Not for use
 * outside of the recording_*.c files.
 */
#ifndef STORE_RECORDING_MEMBER_H
#define STORE_RECORDING_MEMBER_H

#include <stdbool.h>
#include <stddef.h>

#include <cjson/cJSON.h>

#include "src/base/strbuf.h"

enum member_type {
    MEMBER_TEXT,   /* char *, NULL is left out */
    MEMBER_BOOL,   /* false is left out */
    MEMBER_INT,    /* int, 0 is left out */
    MEMBER_COUNT,  /* size_t, 0 is left out */
    MEMBER_AMOUNT, /* int64_t, negative is left out */
    MEMBER_DOUBLE  /* double, negative is left out */
};

struct recording_member {
    const char *name; /* NULL ends a table */
    enum member_type type;
    size_t offset;
};

extern const struct recording_member recording_model_members[];
extern const struct recording_member recording_open_members[];
extern const struct recording_member recording_answer_members[];
extern const struct recording_member recording_state_members[];
extern const struct recording_member recording_request_members[];
extern const struct recording_member recording_end_members[];
extern const struct recording_member recording_call_members[];
extern const struct recording_member recording_message_members[];
extern const struct recording_member recording_part_members[];
extern const struct recording_member recording_facts_members[];

/* Names of enums, by their values; NULL ends a list. */
extern const char *const recording_author_names[];
extern const char *const recording_state_names[];
extern const char *const recording_part_names[];

/* Appends the members of `object`, a comma before each. */
void recording_members_write(const struct recording_member *members, const void *object,
                             struct strbuf *line);

/*
 * Reads them; a member that is not there becomes what is left out when written. False
 * with the member's name in `fault` if one is of another type, or out of its range.
 */
bool recording_members_read(const struct recording_member *members, const cJSON *json,
                            void *object, const char **fault);

/* The index of a name in such a list, or -1. */
int recording_find_name(const char *const *names, const char *name);

#endif

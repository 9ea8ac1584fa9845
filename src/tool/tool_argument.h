/*
 * One argument of a call as the text that rules compare: text as it is, anything else as
 * compact JSON in one spelling only (no white space, escapes resolved, 1.0 as 1), so that
 * a model cannot get past a rule by writing the same thing in another way.
 */
#ifndef TOOL_TOOL_ARGUMENT_H
#define TOOL_TOOL_ARGUMENT_H

#include <stdbool.h>

#include <cjson/cJSON.h>

#include "src/base/strbuf.h"

struct tool_arguments {
    const char *text; /* borrowed */
    cJSON *root;      /* NULL: in doubt as a whole */
};

/* Reads the arguments; nothing but white space counts as "{}". NULL is in doubt. */
void tool_arguments_init(struct tool_arguments *arguments, const char *text);
void tool_arguments_clear(struct tool_arguments *arguments);

/* Appends the argument; false if there is none, or more than one, or it is in doubt. */
bool tool_arguments_get(const struct tool_arguments *arguments, const char *name,
                        struct strbuf *out);

#endif

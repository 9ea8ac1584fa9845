/* A tool as it is offered to a model: plain data, borrowed by the request it goes with.
 */
#ifndef CHAT_TOOL_DEFINITION_H
#define CHAT_TOOL_DEFINITION_H

#include <stddef.h>

struct tool_definition {
    const char *name;        /* letters, digits, '_' and '-', at most 64 */
    const char *description; /* or NULL */
    const char *schema;      /* its parameters, JSON Schema of an object, as text */
};

struct tool_list {
    const struct tool_definition *items;
    size_t len;
};

#endif

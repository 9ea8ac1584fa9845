/*
 * What terminfo says of the terminal that curses has open just now (set_term), as bytes
 * that can be sent: without padding, which no terminal of today needs.
 */
#ifndef TERM_CAPABILITY_H
#define TERM_CAPABILITY_H

#include <stdbool.h>

#include "src/base/strbuf.h"

/* True if the terminal has the string capability of that name ("cup"). */
bool capability_is_there(const char *name);

/* A copy of its bytes, "" where there is none. Caller frees. */
char *capability_copy(const char *name);

/* Appends its bytes for one or two numbers; nothing where there is none. */
void capability_append(const char *name, int first, int second, struct strbuf *out);

#endif

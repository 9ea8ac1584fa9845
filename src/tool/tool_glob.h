/*
 * Patterns of rules: '*' any characters, '?' one character, '\' takes the next one as it
 * is, but \n, \r and \t are line end, carriage return and tab. Nothing else has a
 * meaning, and the whole text must match.
 */
#ifndef TOOL_TOOL_GLOB_H
#define TOOL_TOOL_GLOB_H

#include <stdbool.h>

#include "src/base/strbuf.h"

/* True if the whole text matches. Takes time of their lengths multiplied, at most. */
bool tool_glob_match(const char *pattern, const char *text);

/* Appends the pattern that only `text` itself matches. */
void tool_glob_append_literal(struct strbuf *out, const char *text);

#endif

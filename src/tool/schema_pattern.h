/*
 * Patterns of JSON Schema (the regular expressions of ECMAScript) tried with those of
 * POSIX, as far as the two agree. Bounded: patterns come from strangers.
 */
#ifndef TOOL_SCHEMA_PATTERN_H
#define TOOL_SCHEMA_PATTERN_H

enum schema_match {
    SCHEMA_MATCH_NO,
    SCHEMA_MATCH_YES,
    SCHEMA_MATCH_UNKNOWN /* cannot be said here */
};

/* Is the pattern found anywhere in the text? */
enum schema_match schema_pattern_match(const char *pattern, const char *text);

#endif

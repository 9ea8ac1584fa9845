/*
 * What ELIZA knows: a table of rules for keywords, as the program of 1966 read them from
 * a script. The engine (eliza.c) knows no word of it.
 *
 * Patterns are words separated by blanks: "*" matches any run of words (also none),
 * "@name" one word of a class, anything else itself. Replies may hold $1 … $9 for what
 * the pattern's stars and classes matched, with the persons exchanged. A reply "=word"
 * means: go on with the rules of that keyword.
 */
#ifndef ELIZA_SCRIPT_H
#define ELIZA_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>

#define ELIZA_REPLIES_MAX 6

struct eliza_rule {
    const char *keyword;
    int rank; /* the highest in a sentence is tried first */
    const char *pattern;
    const char
        *replies[ELIZA_REPLIES_MAX]; /* used in turn; NULL-terminated unless full */
    bool is_memory;                  /* kept for a moment when nothing matches */
};

/* Pairs of words: typing habits to plain words, or one person to the other. */
struct eliza_pair {
    const char *from;
    const char *to;
};

struct eliza_class {
    const char *name;
    const char *words; /* separated by blanks */
};

extern const struct eliza_rule eliza_script_rules[];
extern const size_t eliza_script_rule_count;

/* Applied to what was typed, before anything else. */
extern const struct eliza_pair eliza_script_spellings[];
extern const size_t eliza_script_spelling_count;

/* Applied to what goes back; pairs of two words stand first. */
extern const struct eliza_pair eliza_script_persons[];
extern const size_t eliza_script_person_count;

extern const struct eliza_class eliza_script_classes[];
extern const size_t eliza_script_class_count;

/* Said in turn when nothing matches and nothing is remembered. */
extern const char *const eliza_script_nothing[];
extern const size_t eliza_script_nothing_count;

#endif

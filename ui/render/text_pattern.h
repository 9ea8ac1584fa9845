/*
 * What is searched for in texts: a word or sentence as it was typed. Written in small
 * letters it is found in any case ("smart case"); one capital and the case counts. Case
 * is folded letter by letter, by Unicode's simple rules: "straße" is found in "STRAẞE",
 * not in "STRASSE".
 */
#ifndef RENDER_TEXT_PATTERN_H
#define RENDER_TEXT_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

struct text_pattern;

/* Makes one of UTF-8 text; NULL if it is empty. Caller frees. */
struct text_pattern *text_pattern_new(const char *text, size_t len);
void text_pattern_free(struct text_pattern *pattern);

/* Finds the first place at or after `from`, where a character begins; `*match_len` is how
 * many bytes were found there. False if there is none. */
bool text_pattern_find(const struct text_pattern *pattern, const char *text, size_t len,
                       size_t from, size_t *at, size_t *match_len);

/* The most bytes that what it finds can have. */
size_t text_pattern_reach(const struct text_pattern *pattern);

#endif

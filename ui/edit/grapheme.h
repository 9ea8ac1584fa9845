/*
 * Where one may stand in a text: the boundaries between grapheme clusters (what a person
 * takes for one character). The text must be valid UTF-8. Knows nothing of widths or of
 * how a cluster is drawn. A cluster is looked at for at most GRAPHEME_MAX_CODES code
 * points; longer ones, which only hostile text holds, fall into several steps.
 */
#ifndef EDIT_GRAPHEME_H
#define EDIT_GRAPHEME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GRAPHEME_MAX_CODES 128

/* The boundary after `at`, which must be one itself; `len` at the end. */
size_t grapheme_next(const char *text, size_t len, size_t at);

/* The boundary before `at`; 0 at the start. */
size_t grapheme_previous(const char *text, size_t at);

/* The first boundary at or after `offset`. */
size_t grapheme_snap(const char *text, size_t len, size_t offset);

/* True for code points that make words: letters, digits, their marks, underscore. */
bool grapheme_is_word(uint32_t code);

#endif

/*
 * Words of a prompt that begin with @ and may name a file: where they stand, and how a
 * name is written. A plain word ends with a blank. A name with blanks or characters that
 * cannot be typed stands in quotes, @"my file.txt", in one line, where \" \\ \n \r \t and
 * \xHH stand for one byte each.
 *
 * Knows nothing of files: whether a word names one is for others to find out.
 */
#ifndef ENGINE_ATTACHMENT_WORD_H
#define ENGINE_ATTACHMENT_WORD_H

#include <stdbool.h>
#include <stddef.h>

#include "src/base/strbuf.h"

/* The first @ from `at` on with which a word begins and that something follows; NULL if
 * there is none. `text` is where the whole text begins. */
const char *attachment_word_find(const char *text, const char *at);

/* The end of the plain word that begins at `word`. */
const char *attachment_word_end(const char *word);

/* Reads the name in quotes at `word` ("@\"…") up to `stop` at most, and appends it to
 * `name`. Returns the end behind the closing quote; NULL if it is not in quotes or they
 * are not closed in that line: then `name` has what there is of it. */
const char *attachment_word_unquote(const char *word, const char *stop,
                                    struct strbuf *name);

/* Appends the word that names a file, in quotes where it has to be. */
void attachment_word_append(const char *name, struct strbuf *out);

/* Appends its beginning, for a name that is to be gone on with: without a closing quote.
 */
void attachment_word_append_open(const char *name, struct strbuf *out);

#endif

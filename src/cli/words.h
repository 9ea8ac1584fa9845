/* A command as one text, split into words without a shell: blanks part words, '…' and
 * "…" keep them together, a backslash takes the next character as it is. No variables, no
 * patterns. */
#ifndef CLI_WORDS_H
#define CLI_WORDS_H

#include "src/base/error.h"

/* The words with NULL at the end; NULL with err filled for none, or an open quote.
 * Caller frees each and the array. */
char **words_split(const char *text, struct error *err);

#endif

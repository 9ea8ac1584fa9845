/*
 * Cuts text into tokens as a language model would: word pieces of three to five letters
 * with the space before them, runs of punctuation, one or two CJK signs, single emoji.
 * A token never ends inside a UTF-8 sequence, but it may well end inside a grapheme (an
 * emoji from its skin tone, a letter from its accent), as real ones do. Stateless.
 */
#ifndef DEMO_TOKEN_H
#define DEMO_TOKEN_H

#include <stddef.h>

/* No token is longer than this. */
#define DEMO_TOKEN_MAX 32

/* The length in bytes of the token at the start of `text`; 0 only for no text. */
size_t demo_token_len(const char *text, size_t len);

/* How many tokens the text has. */
size_t demo_token_count(const char *text, size_t len);

#endif

/*
 * UTF-8 as bytes from strangers. Decoding follows the Unicode rule for ill-formed
 * input: each maximal ill-formed part counts as one U+FFFD (C3 before a space: one;
 * E2 82 before "!": one; FF: one). Knows nothing of widths or of terminals.
 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/base/strbuf.h"

#define UTF8_REPLACEMENT ((uint32_t)0xfffd)

/*
 * Decodes one code point of `len` (> 0) bytes into `code`; returns the bytes used (at
 * least 1). Ill-formed bytes give UTF8_REPLACEMENT and the length of the ill-formed part.
 */
size_t utf8_decode(const char *bytes, size_t len, uint32_t *code);

/*
 * The length of an incomplete but so far valid sequence at the end of `bytes` (0 to 3):
 * what a stream must hold back until more bytes come.
 */
size_t utf8_incomplete_tail(const char *bytes, size_t len);

/* Writes `code` to `out` and returns its length (1 to 4); surrogates and numbers above
 * U+10FFFF are written as U+FFFD. */
size_t utf8_encode(uint32_t code, char out[4]);

/* True if all bytes are well-formed. */
bool utf8_is_valid(const char *bytes, size_t len);

/* Appends `bytes` with every ill-formed part replaced by U+FFFD; false if `out` is full.
 */
bool utf8_append_valid(struct strbuf *out, const char *bytes, size_t len);

/* The offset of the code point before / after `at`; stays inside [0, len]. */
size_t utf8_previous(const char *bytes, size_t at);
size_t utf8_next(const char *bytes, size_t len, size_t at);

#endif

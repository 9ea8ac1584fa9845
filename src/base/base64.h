/* Bytes written in base64, and read from it (RFC 4648, with the usual alphabet and "=" at
 * the end). */
#ifndef BASE_BASE64_H
#define BASE_BASE64_H

#include <stdbool.h>
#include <stddef.h>

#include "src/base/strbuf.h"

/* Appends the bytes in base64, without line ends. */
void base64_append(struct strbuf *out, const char *bytes, size_t len);

/* Appends the bytes that the text stands for. False, with `out` as it was, if it is not
 * exactly base64 (no white space, "=" at its end only) or does not fit. */
bool base64_append_decoded(struct strbuf *out, const char *text, size_t len);

#endif

/* Bytes written in base64 (RFC 4648, with the usual alphabet and "=" at the end). */
#ifndef BASE_BASE64_H
#define BASE_BASE64_H

#include <stdbool.h>
#include <stddef.h>

#include "src/base/strbuf.h"

/* Appends the bytes in base64, without line ends. */
void base64_append(struct strbuf *out, const char *bytes, size_t len);

/* Appends the bytes that a text in base64 stands for; white space in it is passed over,
 * "=" at the end may be missing. False if it is no base64 or `out` is full. */
bool base64_read(struct strbuf *out, const char *text, size_t len);

#endif

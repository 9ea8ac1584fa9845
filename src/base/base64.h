/* Bytes written in base64 (RFC 4648, with the usual alphabet and "=" at the end). */
#ifndef BASE_BASE64_H
#define BASE_BASE64_H

#include <stddef.h>

#include "src/base/strbuf.h"

/* Appends the bytes in base64, without line ends. */
void base64_append(struct strbuf *out, const char *bytes, size_t len);

#endif

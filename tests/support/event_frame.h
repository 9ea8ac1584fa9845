/* Messages of the binary event stream, made by a test. */
#ifndef SUPPORT_EVENT_FRAME_H
#define SUPPORT_EVENT_FRAME_H

#include <stddef.h>

#include "src/base/strbuf.h"

/* Appends a header with a text as its value. */
void event_frame_add_header(struct strbuf *headers, const char *name, const char *value);

/* Appends a message with those headers and that payload. */
void event_frame_append(struct strbuf *stream, const struct strbuf *headers,
                        const char *payload, size_t len);

/* Appends an event ("messageStop"). */
void event_frame_append_event(struct strbuf *stream, const char *event_type,
                              const char *payload);

/* Appends an exception. */
void event_frame_append_exception(struct strbuf *stream, const char *exception_type,
                                  const char *payload);

/* Appends the CRC-32 of the last `len` bytes, big-endian. */
void event_frame_append_sum(struct strbuf *stream, size_t len);

#endif

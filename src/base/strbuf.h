/*
 * Text and bytes that grow, with a ceiling fixed when the buffer is made.
 *
 * Invariants: `text` is never NULL after the first append and always NUL-terminated
 * at `text[len]` (an empty buffer reads as "" through strbuf_text); bytes may hold
 * NULs. A buffer never holds more than `max` bytes: an append that does not fit
 * changes nothing, marks the buffer `is_full` and returns false. The mark stays until
 * strbuf_reset, so a chain of appends may be checked once at its end.
 */
#ifndef BASE_STRBUF_H
#define BASE_STRBUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "src/base/compiler.h"

struct strbuf {
    char *text;
    size_t len;
    size_t cap;
    size_t max;
    bool is_full;
};

/* The ceiling for text that we write ourselves and that cannot grow without bound. */
#define STRBUF_OWN_MAX ((size_t)1 << 30)

/* Makes an empty buffer that may hold `max` bytes. Allocates nothing yet. */
void strbuf_init(struct strbuf *buf, size_t max);

/* Frees the text and leaves an empty buffer with the same ceiling. */
void strbuf_clear(struct strbuf *buf);

/* Empties the buffer and removes the full mark but keeps the memory for reuse. */
void strbuf_reset(struct strbuf *buf);

/* The contents as a C string, "" when empty. Valid until the next change. */
const char *strbuf_text(const struct strbuf *buf);

/* Gives the text to the caller, who frees it; the buffer is empty afterwards. */
char *strbuf_take(struct strbuf *buf);

bool strbuf_append(struct strbuf *buf, const char *bytes, size_t len);
bool strbuf_append_text(struct strbuf *buf, const char *text);
bool strbuf_append_char(struct strbuf *buf, char byte);
bool strbuf_append_format(struct strbuf *buf, const char *format, ...) LIKE_PRINTF(2, 3);
bool strbuf_append_args(struct strbuf *buf, const char *format, va_list args)
    LIKE_PRINTF(2, 0);

/* Inserts bytes before offset `at` (at most len). */
bool strbuf_insert(struct strbuf *buf, size_t at, const char *bytes, size_t len);

/* Removes `count` bytes from offset `at`; both are cut to what is there. */
void strbuf_remove(struct strbuf *buf, size_t at, size_t count);

/* Shortens to `len` bytes; longer is no change. */
void strbuf_truncate(struct strbuf *buf, size_t len);

/* Returns a formatted string that the caller frees. */
char *strbuf_format(const char *format, ...) LIKE_PRINTF(1, 2);

#endif

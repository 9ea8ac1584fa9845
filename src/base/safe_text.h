/*
 * The one place that decides which characters of foreign text must never reach a
 * terminal, and how they are shown instead: control characters (C0 but LF and TAB, DEL,
 * C1), bidirectional controls, zero-width and other invisible characters, tag characters.
 * Both front ends use it: the command line here, the screen through ui/render/glyph.h.
 */
#ifndef BASE_SAFE_TEXT_H
#define BASE_SAFE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/base/strbuf.h"

/* The longest mark, with its NUL. */
#define SAFE_TEXT_MARK_MAX 24

/*
 * True if the character must not be sent to a terminal as it is. LF and TAB are not
 * hidden (the caller lays them out); U+200D and the variation selectors are not either,
 * because emoji need them.
 */
bool safe_text_is_hidden(uint32_t code);

/*
 * Writes the visible form of a hidden character: a control picture for C0 and DEL
 * ("␛"), otherwise its number in guillemets ("‹U+202E›"). Returns its length in bytes.
 */
size_t safe_text_mark(uint32_t code, char out[SAFE_TEXT_MARK_MAX]);

/*
 * Appends `text` (any bytes) as valid UTF-8 with every hidden character replaced by its
 * mark. CRLF becomes LF, U+2028 and U+2029 become LF. False if `out` is full.
 */
bool safe_text_append(struct strbuf *out, const char *text, size_t len);

/* Like safe_text_append, for one line: white space runs become one space. Cut to
 * `max_bytes` with "…". */
bool safe_text_append_line(struct strbuf *out, const char *text, size_t len,
                           size_t max_bytes);

#endif

/*
 * Words of strangers made fit for a sentence: error messages, bodies that are not JSON,
 * web pages that came instead of an answer. Everything becomes one line of valid UTF-8
 * of bounded length, with marks for what is not seen; pages lose their markup too.
 */
#ifndef PROVIDER_PAGE_TEXT_H
#define PROVIDER_PAGE_TEXT_H

#include <stddef.h>

#include "src/base/strbuf.h"

/*
 * Appends `bytes` as one line of at most `max` bytes: runs of white space become one
 * space, hidden characters the marks of safe_text.h, what is cut off is marked by "…".
 */
void page_text_append_line(struct strbuf *out, const char *bytes, size_t len, size_t max);

/*
 * What a body that is not JSON says, in one line: the title of a page or else its words,
 * without markup. "" if it says nothing. Caller frees.
 */
char *page_text_summary(const char *bytes, size_t len);

#endif

/*
 * Texts of strangers in HTML. What goes through here can be neither mark-up nor the end
 * of an attribute, and holds no character that turns the order of others. Markdown
 * becomes the elements that it stands for; HTML in it is text, links lead to http, https
 * and mailto only, pictures elsewhere become links.
 */
#ifndef STORE_HTML_TEXT_H
#define STORE_HTML_TEXT_H

#include <stddef.h>

#include "src/base/strbuf.h"

/* Appends text for an element or for an attribute in quotes. */
void html_text_append(struct strbuf *out, const char *text, size_t len);

/* Appends Markdown as block elements. */
void html_text_append_markdown(struct strbuf *out, const char *text, size_t len);

/* Appends the hash of an inline style or script as a Content-Security-Policy names it:
 * 'sha256-…' with its quotes. */
void html_text_append_hash(struct strbuf *out, const char *text, size_t len);

#endif

/*
 * What exported pages are made of: their head with its policy, a chat's name and setup, a
 * message with its parts. For this room only.
 */
#ifndef STORE_HTML_PAGE_H
#define STORE_HTML_PAGE_H

#include "src/base/strbuf.h"
#include "src/chat/session.h"

/* Everything up to the session's heading; the body is open afterwards. `more_style` may
 * be "", `script` (which the caller puts on the page) NULL. */
void html_page_begin(struct strbuf *out, const struct session *session,
                     const char *more_style, const char *script);

void html_page_append_name(struct strbuf *out, const struct session_chat *chat);

/* The chat's system prompt, folded, and how much of it is not shown. */
void html_page_append_setup(struct strbuf *out, const struct session_chat *chat);

/* A message as an article; `id` (of letters, digits and "-") may be NULL. */
void html_message_append(struct strbuf *out, const struct message *message,
                         const char *id);
void html_message_append_parts(struct strbuf *out, const struct message *message);

#endif

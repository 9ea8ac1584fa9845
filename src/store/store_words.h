/*
 * How a session's own enums and lists stand in the database. The words never change; see
 * src/chat/message_words.h for those of messages.
 */
#ifndef STORE_STORE_WORDS_H
#define STORE_STORE_WORDS_H

#include "src/base/strbuf.h"
#include "src/base/text_list.h"
#include "src/chat/session.h"

const char *store_title_source_word(enum title_source source);
const char *store_going_on_word(enum going_on going_on);

/* The other way round; a word that is not known (or NULL) is the first of the enum. */
enum title_source store_title_source_read(const char *word);
enum going_on store_going_on_read(const char *word);

/* Tags, one a line: no tag holds a line's end (one in it becomes a blank). */
void store_tags_append(struct strbuf *out, const struct text_list *tags);
void store_tags_read(struct text_list *tags, const char *text);

#endif

/*
 * A message made of another: what was said and how it went, nothing shared. Used where a
 * conversation goes on in a second place.
 */
#ifndef CHAT_MESSAGE_COPY_H
#define CHAT_MESSAGE_COPY_H

#include <stdbool.h>

#include "src/chat/chat.h"

/* Makes `to`, which is new, say what `from` says; its id and its parent stay. */
void message_copy(struct message *to, const struct message *from);

/* Adds a copy of `from` after the tip, which it becomes. */
struct message *chat_add_copy(struct chat *chat, const struct message *from);

/* True if both were written by the same and say the same. */
bool message_is_like(const struct message *a, const struct message *b);

#endif

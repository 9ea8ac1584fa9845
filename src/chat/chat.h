/*
 * A conversation: a tree of messages and the path through it that is in use. Each
 * message knows its parent; the tip is the last message of the path. Answering again or
 * editing an earlier prompt adds a sibling; nothing is overwritten or removed.
 *
 * Pointers to messages stay valid as long as the chat. The path is an array in reading
 * order, valid until the tip moves.
 */
#ifndef CHAT_CHAT_H
#define CHAT_CHAT_H

#include <stddef.h>
#include <stdint.h>

#include "src/chat/message.h"

struct chat {
    struct message **messages; /* all, in the order they were made */
    size_t message_count;
    size_t message_cap;
    size_t first_count;    /* of messages that follow none */
    struct message **path; /* from the first message to the tip */
    size_t path_len;
    size_t path_cap;
};

void chat_init(struct chat *chat);
void chat_clear(struct chat *chat);

/* Adds a message after the tip and makes it the tip. */
struct message *chat_add(struct chat *chat, enum message_author author);

/* Adds a message after `parent` (NULL: as a first one); the path stays. */
struct message *chat_add_after(struct chat *chat, struct message *parent,
                               enum message_author author);

/* Makes `message` (NULL: the empty start) the tip, and the path the way to it. */
void chat_set_tip(struct chat *chat, struct message *message);

/* The last message of the path, or NULL. */
struct message *chat_tip(const struct chat *chat);

/* The message called `id`, or NULL. */
struct message *chat_find(const struct chat *chat, uint64_t id);

/* The last message of the path written by `author`, or NULL. */
struct message *chat_last_by(const struct chat *chat, enum message_author author);

#endif

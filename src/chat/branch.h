/*
 * The branches of a conversation: messages that follow the same one are siblings, each
 * begins a branch of its own. Pure. Only branch_of looks at no other messages.
 */
#ifndef CHAT_BRANCH_H
#define CHAT_BRANCH_H

#include <stdbool.h>
#include <stddef.h>

#include "src/chat/chat.h"

/* Which of its siblings a message is, in the order they were made. */
struct branch {
    size_t number; /* from 1 */
    size_t count;  /* with itself: 1 where there is no other */
};

struct branch branch_of(const struct chat *chat, const struct message *message);

/* The sibling of that number, from 1; NULL where there is none. */
struct message *branch_sibling(const struct chat *chat, const struct message *message,
                               size_t number);

/* The last message that was made below `message`, or itself: nothing follows it. */
struct message *branch_newest_leaf(const struct chat *chat, struct message *message);

/* True for a prompt that a person has typed: a turn begins with it. */
bool branch_begins_turn(const struct message *message);

/* The prompt that begins the turn a message belongs to; NULL where there is none. */
struct message *branch_turn_prompt(struct message *message);

/* Where a message of the path stands in it; path_len where it does not. */
size_t branch_path_index(const struct chat *chat, const struct message *message);

/* The last message of the path that belongs to the same turn as path[index]. */
size_t branch_turn_end(const struct chat *chat, size_t index);

#endif

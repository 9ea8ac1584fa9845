/* A message knows its parent only: who its siblings are is found by going over all. */
#include "src/chat/branch.h"

#include "src/base/mem.h"

struct branch branch_of(const struct chat *chat, const struct message *message)
{
    const struct message *parent = message->parent;
    return (struct branch){message->branch_number,
                           parent != NULL ? parent->child_count : chat->first_count};
}

struct message *branch_sibling(const struct chat *chat, const struct message *message,
                               size_t number)
{
    for (size_t i = 0; i < chat->message_count; i++) {
        struct message *at = chat->messages[i];
        if (at->parent == message->parent && at->branch_number == number)
            return at;
    }
    return NULL;
}

struct message *branch_newest_leaf(const struct chat *chat, struct message *message)
{
    struct message *newest = message;
    bool *is_below = mem_alloc_array(chat->message_count + 1, sizeof(is_below[0]));
    is_below[message->id] = true;
    /* A message is made after the one it follows: the last one below is a leaf. */
    for (size_t i = message->id; i < chat->message_count; i++) {
        struct message *at = chat->messages[i];
        if (at->parent == NULL || !is_below[at->parent->id])
            continue;
        is_below[at->id] = true;
        newest = at;
    }
    mem_free(is_below);
    return newest;
}

bool branch_begins_turn(const struct message *message)
{
    return message->author == MESSAGE_USER && !message->is_automatic;
}

struct message *branch_turn_prompt(struct message *message)
{
    while (message != NULL && !branch_begins_turn(message))
        message = message->parent;
    return message;
}

size_t branch_path_index(const struct chat *chat, const struct message *message)
{
    size_t index = 0;
    while (index < chat->path_len && chat->path[index] != message)
        index++;
    return index;
}

size_t branch_turn_end(const struct chat *chat, size_t index)
{
    while (index + 1 < chat->path_len && !branch_begins_turn(chat->path[index + 1]))
        index++;
    return index;
}

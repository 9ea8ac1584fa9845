/* A message knows its parent only, so who its siblings are is found by going over all. */
#include "src/chat/branch.h"

#include "src/base/mem.h"

struct branch branch_of(const struct chat *chat, const struct message *message)
{
    struct branch branch = {0, 0};
    for (size_t i = 0; i < chat->message_count; i++) {
        const struct message *at = chat->messages[i];
        branch.count += at->parent == message->parent;
        if (at == message)
            branch.number = branch.count;
    }
    return branch;
}

void branch_list(const struct chat *chat, struct branch *branches)
{
    /* How many children each message has so far, by its id; 0 stands for the start. */
    size_t *counts = mem_alloc_array(chat->message_count + 1, sizeof(counts[0]));
    size_t *numbers = mem_alloc_array(chat->message_count + 1, sizeof(numbers[0]));
    for (size_t i = 0; i < chat->message_count; i++) {
        const struct message *at = chat->messages[i];
        numbers[at->id] = ++counts[at->parent != NULL ? at->parent->id : 0];
    }
    for (size_t i = 0; i < chat->path_len; i++) {
        const struct message *at = chat->path[i];
        branches[i].number = numbers[at->id];
        branches[i].count = counts[at->parent != NULL ? at->parent->id : 0];
    }
    mem_free(counts);
    mem_free(numbers);
}

struct message *branch_sibling(const struct chat *chat, const struct message *message,
                               size_t number)
{
    size_t count = 0;
    for (size_t i = 0; i < chat->message_count; i++) {
        count += chat->messages[i]->parent == message->parent;
        if (number > 0 && count == number)
            return chat->messages[i];
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

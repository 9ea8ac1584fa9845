/*
 * The tree is kept as parent pointers; the path is rebuilt when the tip moves (cost: its
 * length) and extended in place when a message is added, which is the common case.
 */
#include "src/chat/chat.h"

#include "src/base/mem.h"

void chat_init(struct chat *chat)
{
    *chat = (struct chat){0};
}

void chat_clear(struct chat *chat)
{
    for (size_t i = 0; i < chat->message_count; i++)
        message_free(chat->messages[i]);
    mem_free(chat->messages);
    mem_free(chat->path);
    chat_init(chat);
}

struct message *chat_tip(const struct chat *chat)
{
    return chat->path_len > 0 ? chat->path[chat->path_len - 1] : NULL;
}

struct message *chat_add_after(struct chat *chat, struct message *parent,
                               enum message_author author)
{
    struct message *message = message_new(chat->message_count + 1, author);
    message->parent = parent;
    message->branch_number = parent != NULL ? ++parent->child_count : ++chat->first_count;
    chat->messages = mem_grow(chat->messages, &chat->message_cap, chat->message_count + 1,
                              sizeof(chat->messages[0]));
    chat->messages[chat->message_count++] = message;
    return message;
}

struct message *chat_add(struct chat *chat, enum message_author author)
{
    struct message *message = chat_add_after(chat, chat_tip(chat), author);
    chat->path =
        mem_grow(chat->path, &chat->path_cap, chat->path_len + 1, sizeof(chat->path[0]));
    chat->path[chat->path_len++] = message;
    return message;
}

void chat_set_tip(struct chat *chat, struct message *message)
{
    size_t len = 0;
    for (const struct message *at = message; at != NULL; at = at->parent)
        len++;
    chat->path = mem_grow(chat->path, &chat->path_cap, len, sizeof(chat->path[0]));
    chat->path_len = len;
    for (struct message *at = message; at != NULL; at = at->parent)
        chat->path[--len] = at;
}

struct message *chat_find(const struct chat *chat, uint64_t id)
{
    return id >= 1 && id <= chat->message_count ? chat->messages[id - 1] : NULL;
}

struct message *chat_last_by(const struct chat *chat, enum message_author author)
{
    for (size_t i = chat->path_len; i > 0; i--) {
        if (chat->path[i - 1]->author == author)
            return chat->path[i - 1];
    }
    return NULL;
}

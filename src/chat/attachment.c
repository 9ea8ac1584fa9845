/* A growing array of owned copies. */
#include "src/chat/attachment.h"

#include <string.h>

#include "src/base/mem.h"

/* What a part takes beside its bytes; not less than message.c counts. */
#define ATTACHMENT_OVERHEAD 128

void attachment_list_add(struct attachment_list *list,
                         const struct attachment *attachment)
{
    list->items =
        mem_grow(list->items, &list->cap, list->len + 1, sizeof(list->items[0]));
    struct attachment *copy = &list->items[list->len++];
    *copy = *attachment;
    copy->name = mem_strdup(attachment->name);
    copy->bytes = mem_alloc(attachment->len);
    if (attachment->len > 0)
        memcpy(copy->bytes, attachment->bytes, attachment->len);
}

void attachment_list_copy(struct attachment_list *list,
                          const struct attachment_list *from)
{
    for (size_t i = 0; from != NULL && i < from->len; i++)
        attachment_list_add(list, &from->items[i]);
}

void attachment_list_clear(struct attachment_list *list)
{
    for (size_t i = 0; i < list->len; i++) {
        mem_free(list->items[i].name);
        mem_free(list->items[i].bytes);
    }
    mem_free(list->items);
    *list = (struct attachment_list){0};
}

bool attachment_list_has(const struct attachment_list *list, const char *name)
{
    for (size_t i = 0; i < list->len; i++) {
        if (strcmp(list->items[i].name, name) == 0)
            return true;
    }
    return false;
}

size_t attachment_list_size(const struct attachment_list *list)
{
    size_t size = 0;
    for (size_t i = 0; i < list->len; i++)
        size += list->items[i].len + ATTACHMENT_OVERHEAD;
    return size;
}

void attachment_list_write(const struct attachment_list *list, struct message *message)
{
    for (size_t i = 0; list != NULL && i < list->len; i++) {
        const struct attachment *attachment = &list->items[i];
        struct part *part = message_add_part(message, attachment->kind);
        part->name = mem_strdup(attachment->name);
        part->media_type = mem_strdup(attachment->media_type);
        message_append_part(message, part, attachment->bytes, attachment->len);
    }
}

/*
 * Files that go with a prompt, as plain data: name, kind and bytes of each. A list owns
 * what it holds. Knows nothing of the file system: see engine/attachment_file.h.
 */
#ifndef CHAT_ATTACHMENT_H
#define CHAT_ATTACHMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "src/chat/message.h"

struct attachment {
    enum part_kind kind;    /* PART_FILE or PART_IMAGE */
    char *name;             /* as the person wrote it */
    const char *media_type; /* of a picture; static text, or NULL */
    char *bytes;            /* of a PART_FILE valid UTF-8 without NUL */
    size_t len;
};

/* A list that is all zero is empty. */
struct attachment_list {
    struct attachment *items;
    size_t len;
    size_t cap;
};

/* Appends copies of name and bytes. */
void attachment_list_add(struct attachment_list *list,
                         const struct attachment *attachment);

/* Appends copies of all of `from` (NULL: none). */
void attachment_list_copy(struct attachment_list *list,
                          const struct attachment_list *from);
void attachment_list_clear(struct attachment_list *list);

/* True if there is one of that name. */
bool attachment_list_has(const struct attachment_list *list, const char *name);

/* What they take of MESSAGE_MAX, all together. */
size_t attachment_list_size(const struct attachment_list *list);

/* Appends a part to the message for each (NULL: none). */
void attachment_list_write(const struct attachment_list *list, struct message *message);

#endif

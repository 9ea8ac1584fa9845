/*
 * How many hidden characters a message has: those that the screen shows as marks
 * (controls, direction overrides, invisible, unassigned, private). Bytes that are no
 * text are not counted: nobody hides anything in them.
 *
 * Counted as the message grows: an update costs what is new and a few hundred bytes.
 */
#ifndef VIEW_HIDDEN_COUNT_H
#define VIEW_HIDDEN_COUNT_H

#include <stddef.h>

#include "src/chat/message.h"

/* Of a text that grows. */
struct hidden_text {
    size_t settled; /* bytes whose characters no further text can change */
    size_t settled_count;
    size_t count; /* of the whole text */
};

struct hidden_count {
    uint64_t version;          /* of the message when it was counted */
    struct hidden_text *parts; /* one a part */
    size_t part_count;
    size_t part_cap;
    size_t count;
};

/* Begins with a zeroed struct; clear frees. */
void hidden_count_clear(struct hidden_count *hidden);

/* Brings the count up to date and returns it. */
size_t hidden_count_update(struct hidden_count *hidden, const struct message *message);

#endif

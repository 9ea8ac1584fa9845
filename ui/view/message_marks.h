/*
 * What a search has found in a message (message_rows.matches), in the message's rows.
 */
#ifndef VIEW_MESSAGE_MARKS_H
#define VIEW_MESSAGE_MARKS_H

#include <stdbool.h>

#include "ui/view/message_rows.h"

/* Marks it in row `row`, which was drawn at `where`; `current` is the index of the one
 * that stands out, matches.count for none. */
void message_marks_draw(const struct message_rows *rows, int row, struct canvas *canvas,
                        struct rect where, size_t current);

/* The row where the index-th of them begins. False if it is folded or cut away there;
 * then it is the row that says so. */
bool message_marks_find(const struct message_rows *rows, size_t index, int *row);

#endif

/*
 * A message that a person has chosen in a transcript: a prompt, or all of an answer. What
 * is done with it knows the caller.
 */
#ifndef VIEW_TRANSCRIPT_CHOOSE_H
#define VIEW_TRANSCRIPT_CHOOSE_H

#include "ui/view/transcript.h"

/* Chooses a prompt, or all of the answer that a message belongs to; 0: nothing. The next
 * update brings it into view. */
void transcript_choose(struct transcript *transcript, uint64_t message_id);

/* Chooses the next prompt or answer, or the one before; where nothing is chosen, what is
 * read. Past the last one nothing is chosen. */
void transcript_choose_step(struct transcript *transcript, bool is_forward);

/* The first message of what is chosen; NULL: nothing is. */
const struct message *transcript_chosen(const struct transcript *transcript);

/* Marks what was drawn last in the column `x` beside it; -1: there is none, the first
 * cells are marked. */
void transcript_draw_chosen(struct transcript *transcript, struct canvas *canvas, int x);

#endif

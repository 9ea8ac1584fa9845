/*
 * A conversation, its transcript and a canvas for it: what the tests of the transcript
 * stand on.
 */
#ifndef SUPPORT_TRANSCRIPT_STAGE_H
#define SUPPORT_TRANSCRIPT_STAGE_H

#include "ui/view/transcript.h"

#define TRANSCRIPT_STAGE_HEIGHT 5
#define TRANSCRIPT_STAGE_HINT   "r retry"

struct transcript_stage {
    struct chat chat;
    struct transcript *transcript;
    struct canvas *canvas;
    int width;
    int height;
};

/* Set-up and tear-down of cmocka: a stage of 20 by TRANSCRIPT_STAGE_HEIGHT as state. */
int transcript_stage_set_up(void **state);
int transcript_stage_tear_down(void **state);

void transcript_stage_update(struct transcript_stage *stage);

/* Updates and draws, as a frame does. */
void transcript_stage_draw(struct transcript_stage *stage);

/* Draws and compares all rows. */
void assert_transcript(struct transcript_stage *stage, const char *expected);

struct message *transcript_stage_add(struct transcript_stage *stage,
                                     enum message_author author, const char *text);

/* Appends the lines "l<first>" … "l<last>" to the tip. */
void transcript_stage_grow(struct transcript_stage *stage, int first, int last);

/* A prompt and a growing answer of `lines` lines, drawn. */
void transcript_stage_begin(struct transcript_stage *stage, int lines);

#endif

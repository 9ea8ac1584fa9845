#include "tests/support/transcript_stage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/mem.h"
#include "tests/support/canvas_text.h"

int transcript_stage_set_up(void **state)
{
    struct transcript_stage *stage = mem_alloc(sizeof(*stage));
    chat_init(&stage->chat);
    stage->transcript = transcript_new();
    stage->canvas = canvas_new(0, 0);
    stage->width = 20;
    stage->height = TRANSCRIPT_STAGE_HEIGHT;
    *state = stage;
    return 0;
}

int transcript_stage_tear_down(void **state)
{
    struct transcript_stage *stage = *state;
    transcript_free(stage->transcript);
    canvas_free(stage->canvas);
    chat_clear(&stage->chat);
    mem_free(stage);
    return 0;
}

void transcript_stage_update(struct transcript_stage *stage)
{
    transcript_update(stage->transcript, &stage->chat, stage->width, stage->height,
                      TRANSCRIPT_STAGE_HINT);
}

/* Updates and draws, as a frame does. */
void transcript_stage_draw(struct transcript_stage *stage)
{
    transcript_stage_update(stage);
    canvas_resize(stage->canvas, stage->width, stage->height);
    transcript_draw(stage->transcript, stage->canvas,
                    (struct rect){0, 0, stage->width, stage->height});
}

void assert_transcript(struct transcript_stage *stage, const char *expected)
{
    transcript_stage_draw(stage);
    assert_canvas(stage->canvas, expected);
}

struct message *transcript_stage_add(struct transcript_stage *stage,
                                     enum message_author author, const char *text)
{
    struct message *message = chat_add(&stage->chat, author);
    message_append(message, PART_TEXT, text, strlen(text));
    return message;
}

/* Appends the lines "first" … "last" to the tip. */
void transcript_stage_grow(struct transcript_stage *stage, int first, int last)
{
    for (int i = first; i <= last; i++) {
        char line[20];
        snprintf(line, sizeof(line), "%sl%d", i > 1 ? "\n" : "", i);
        message_append(chat_tip(&stage->chat), PART_TEXT, line, strlen(line));
    }
}

/* A prompt and an answer of `lines` lines, drawn. */
void transcript_stage_begin(struct transcript_stage *stage, int lines)
{
    transcript_stage_add(stage, MESSAGE_USER, "go");
    chat_add(&stage->chat, MESSAGE_ASSISTANT)->state = MESSAGE_GROWING;
    transcript_stage_grow(stage, 1, lines);
    transcript_stage_draw(stage);
}

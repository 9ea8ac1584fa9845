/*
 * A conversation as rows on the screen: layout of its messages, and where the reader is.
 *
 * The cost of a frame depends on what is visible and what is new, never on the length of
 * the conversation: each message keeps its rows, growing text is laid out again
 * from its last block only, and messages out of sight are laid out when they come into
 * view.
 *
 * Following: while the reader is at the end, the end stays in view. Scrolled up, the
 * view stays where the reader is, whatever arrives and however wide the pane becomes;
 * scrolling back to the end follows again.
 */
#ifndef VIEW_TRANSCRIPT_H
#define VIEW_TRANSCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/chat/chat.h"
#include "ui/render/canvas.h"
#include "ui/view/message_rows.h"

struct transcript;

struct transcript *transcript_new(void);
void transcript_free(struct transcript *transcript);

/*
 * Takes the state of the conversation and the room there is. To be called before each
 * draw or scroll; cheap where nothing changed. `card_hint` is the line of keys under an
 * error (borrowed until the next call).
 */
void transcript_update(struct transcript *transcript, const struct chat *chat, int width,
                       int height, const char *card_hint);

/* Following: how the view keeps up with the end. -1: the end always stands in the last
 * row. A time (milliseconds, now): where rows come quickly the view moves by several at
 * once (scroll_pace.h), for panes whose every move writes them anew. */
void transcript_set_pace(struct transcript *transcript, int64_t now_ms);

/* Names the model of the pane: answers of another one say whose they are. NULL
 * names none. */
void transcript_set_model(struct transcript *transcript, const char *model);

/* Whether answers are shown as they were written, instead of as Markdown. */
void transcript_set_raw(struct transcript *transcript, bool is_raw);

/* How the tool calls of the running turn stand; copied. And whether reasoning and results
 * of tools are shown whole. */
void transcript_set_calls(struct transcript *transcript, const struct call_mark *marks,
                          size_t count, bool is_unfolded);

/* Draws the visible rows into `rect`, which has the size of the last update. */
void transcript_draw(struct transcript *transcript, struct canvas *canvas,
                     struct rect rect);

/* True if what was drawn last at that place of the canvas is a row that a click unfolds,
 * or folds again. */
bool transcript_is_fold(struct transcript *transcript, int x, int y);

/* The rows of the view, as of the last update. */
int transcript_height(const struct transcript *transcript);

/* Moves the view by rows, down if positive. */
void transcript_scroll(struct transcript *transcript, int rows);

/* Goes to the first row, or to the end (and follows it). */
void transcript_go_top(struct transcript *transcript);
void transcript_go_end(struct transcript *transcript);

bool transcript_is_following(const struct transcript *transcript);

/* How many rows have come since the reader left the end; 0 while following. */
size_t transcript_new_rows(struct transcript *transcript);

#endif

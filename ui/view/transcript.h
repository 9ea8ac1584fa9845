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

/* How the end is followed: -1: in the last row; now, in ms: as scroll_pace.h says. */
void transcript_set_pace(struct transcript *transcript, int64_t now_ms);

/* Names the model of the pane, or NULL: answers of another one say whose they are. */
void transcript_set_model(struct transcript *transcript, const char *model);

/* Whether answers are shown as they were written, instead of as Markdown. */
void transcript_set_raw(struct transcript *transcript, bool is_raw);

/* How the tool calls of the running turn stand; copied. And whether reasoning and results
 * of tools are shown whole. */
void transcript_set_calls(struct transcript *transcript, const struct call_mark *marks,
                          size_t count, bool is_unfolded);

/* The hidden characters (hidden_count.h) of the messages that were laid out so far. */
size_t transcript_hidden_count(const struct transcript *transcript);

/* Draws the visible rows into `rect`, which has the size of the last update. */
void transcript_draw(struct transcript *transcript, struct canvas *canvas,
                     struct rect rect);

/* Unfolds what the row stands for that was drawn last at that place of the canvas, or
 * folds it again, and nothing else; false if it is no such row. To be drawn anew. */
bool transcript_flip_fold(struct transcript *transcript, int x, int y);

/* The rows of the view, as of the last update. */
int transcript_height(const struct transcript *transcript);

/* Moves the view by rows, down if positive. */
void transcript_scroll(struct transcript *transcript, int rows);

/* Goes to the first row, or to the end (and follows it). */
void transcript_go_top(struct transcript *transcript);
void transcript_go_end(struct transcript *transcript);

/* A place that means something in another conversation with the same prompts: rows from
 * the beginning of the n-th prompt; 0 stands for what is before the first. */
struct transcript_turn {
    size_t number;
    int row;
};

struct transcript_turn transcript_get_turn(struct transcript *transcript);

/* Goes to that turn, not beyond its last row; to the end where there is no such turn. */
void transcript_go_turn(struct transcript *transcript, struct transcript_turn turn);

bool transcript_is_following(const struct transcript *transcript);

/* Where the reader is, to come back to: as long as the layout is the same. */
struct transcript_spot {
    size_t item;
    int row;
    bool is_end;
};
struct transcript_spot transcript_get_spot(const struct transcript *transcript);
void transcript_set_spot(struct transcript *transcript, struct transcript_spot spot);

/* The message in the middle of the view; NULL where there is none. */
const struct message *transcript_read_message(struct transcript *transcript);

/* How many rows have come since the reader left the end; 0 while following. */
size_t transcript_new_rows(struct transcript *transcript);

/* --- Search, in transcript_search.c ------------------------------------------------ */

/*
 * Searches all messages of the conversation, and from now on what comes, for a pattern
 * (borrowed until the next call); NULL for nothing. No match is current then.
 */
void transcript_search(struct transcript *transcript, const struct chat *chat,
                       const struct text_pattern *pattern);

/* True if a pattern is searched for. */
bool transcript_is_searched(const struct transcript *transcript);

/* How many matches there are, and which of them, from 1, is current; 0 for none. */
size_t transcript_match_count(const struct transcript *transcript);
size_t transcript_match_number(const struct transcript *transcript);

/* Makes a match current, and brings it into view with the next update: the first one in
 * view or below, else the last above; the next or the one before; the first or the last
 * of all. False if there is none. */
bool transcript_match_near(struct transcript *transcript);
bool transcript_match_step(struct transcript *transcript, bool is_forward);
bool transcript_match_end(struct transcript *transcript, bool is_last);

/* No match is current any more. */
void transcript_match_leave(struct transcript *transcript);

/* True if the current match stands in something folded. */
bool transcript_match_is_hidden(struct transcript *transcript);

/* --- Selection of whole lines, in transcript_select.c --------------------------------
 */

/* Begins at the last row of the view where it is the end, else at its first; false where
 * there is nothing. */
bool transcript_select_begin(struct transcript *transcript);
void transcript_select_end(struct transcript *transcript);
bool transcript_is_selecting(const struct transcript *transcript);

/* Moves the end that moves by rows, or to the first or last of all; the view follows. */
void transcript_select_move(struct transcript *transcript, int rows);
void transcript_select_go(struct transcript *transcript, bool is_last);

/* The other end moves from now on. */
void transcript_select_swap(struct transcript *transcript);

/* Appends the lines of the source that the selected rows come from, without the end of
 * the last one. */
void transcript_select_text(struct transcript *transcript, struct strbuf *out);

#endif

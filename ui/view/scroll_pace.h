/*
 * How far a view that follows growing text moves at once. A terminal cannot scroll a pane
 * that stands beside another one: each move writes the whole pane anew. Where rows come
 * quickly a move therefore makes room for several, which then fill from above; where they
 * come slowly each row moves the text by itself.
 *
 * Pure: times come from the caller, in milliseconds of one clock.
 */
#ifndef VIEW_SCROLL_PACE_H
#define VIEW_SCROLL_PACE_H

#include <stdbool.h>
#include <stdint.h>

struct scroll_pace {
    int64_t moved_ms; /* the last move */
    int room;         /* rows that it left empty */
    bool has_moved;
};

/* `missing` rows (1 or more) have come that the view does not show: by how many it moves,
 * at least `missing`. `height` is the view's, in rows. */
int scroll_pace_move(struct scroll_pace *pace, int missing, int height, int64_t now_ms);

/* The whole text is in view, `room` rows above its bottom. True if it may stay so; false
 * if it had better end at the bottom: the rows do not come, or there is too much room. */
bool scroll_pace_keep(struct scroll_pace *pace, int room, int height, int64_t now_ms);

/* The text ends at the bottom: there is no room. */
void scroll_pace_settle(struct scroll_pace *pace);

#endif

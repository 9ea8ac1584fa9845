/*
 * The rows that came since the last move, over the time since then, are the rate. A move
 * makes room for what is expected in PACE_MOVE_MS, so that one or two moves a second are
 * the most, whatever the rate.
 */
#include "ui/view/scroll_pace.h"

#define PACE_MOVE_MS 700

/* Room that is not filled after this time is given up: the stream is slow or waits. */
#define PACE_ROOM_MS 1500

/* The most room: in rows, and as a part of the view. */
#define PACE_ROOM_MAX  8
#define PACE_ROOM_PART 4

static int scroll_pace_room_max(int height)
{
    const int part = height / PACE_ROOM_PART;
    return part < PACE_ROOM_MAX ? part : PACE_ROOM_MAX;
}

int scroll_pace_move(struct scroll_pace *pace, int missing, int height, int64_t now_ms)
{
    const int64_t elapsed_ms = now_ms > pace->moved_ms ? now_ms - pace->moved_ms : 1;
    const int64_t come = (int64_t)pace->room + missing;
    int64_t room = 0;
    if (pace->has_moved && elapsed_ms < PACE_ROOM_MS)
        room = come * PACE_MOVE_MS / elapsed_ms - missing;
    if (room > scroll_pace_room_max(height))
        room = scroll_pace_room_max(height);
    pace->room = room > 0 ? (int)room : 0;
    pace->moved_ms = now_ms;
    pace->has_moved = true;
    return missing + pace->room;
}

bool scroll_pace_keep(struct scroll_pace *pace, int room, int height, int64_t now_ms)
{
    if (room == 0)
        return true;
    /* Text may become shorter, as when its last lines turn out to be a table: there is
     * more room than was made, which the next rows will need. */
    if (room > pace->room && room <= 2 * scroll_pace_room_max(height))
        pace->room = room;
    return room <= pace->room && now_ms - pace->moved_ms < PACE_ROOM_MS;
}

void scroll_pace_settle(struct scroll_pace *pace)
{
    pace->room = 0;
}

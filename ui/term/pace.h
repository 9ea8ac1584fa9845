/*
 * How often streamed text may be painted on a terminal that takes bytes slowly. Frames
 * are made at full speed until the terminal has made us wait again and again; then they
 * are spread so that they use part of what it takes, which lets the buffers on the way
 * run empty: what is on the screen stays near to what was said. A budget of 10 kB/s is
 * enough for four panes on 80 by 24 cells.
 *
 * Pure: told what happens and when. Times in microseconds of clock_now_us.
 */
#ifndef TERM_PACE_H
#define TERM_PACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pace {
    double rate;        /* bytes a second that the terminal takes; 0: fast enough */
    int64_t sampled_us; /* when that was measured */
    int64_t added_us;   /* when the last bytes were added */
    int64_t free_us;    /* when the next frame may be made */
    uint64_t added;     /* bytes since the start */
    bool is_blocked;    /* the terminal does not take bytes */
    int64_t blocked_us; /* since when */
    /* The measure that is under way: */
    int64_t begin_us;    /* it began with a wait; 0: there is none */
    uint64_t begin_done; /* bytes that had been taken then */
    int64_t waited_us;   /* how much of the time since was spent waiting */
};

/* `len` bytes of a frame go to the terminal. */
void pace_add(struct pace *pace, size_t len, int64_t now_us);

/* `len` bytes of it wait, because the terminal does not take them now. */
void pace_block(struct pace *pace, size_t len, int64_t now_us);

/* The terminal has taken what waited. */
void pace_drain(struct pace *pace, int64_t now_us);

/* Forgets what waits: it was dropped. */
void pace_drop(struct pace *pace);

/* How long the next frame of streamed text should wait; 0: not at all. */
int pace_get_wait_ms(const struct pace *pace, int64_t now_us);

#endif

/*
 * Which terminal modes a program has switched on, from the bytes it wrote. Knows the
 * modes that libvterm does not, and counts whole synchronised updates. Bytes may be fed
 * in any pieces.
 */
#ifndef SUPPORT_MODE_TRACKER_H
#define SUPPORT_MODE_TRACKER_H

#include <stdbool.h>
#include <stddef.h>

struct vt_modes {
    bool has_mouse;           /* any of 9, 1000, 1002, 1003 */
    bool has_mouse_encoding;  /* any of 1005, 1006, 1015 */
    bool has_focus;           /* 1004 */
    bool has_bracketed_paste; /* 2004 */
    bool is_updating;         /* 2026 */
    bool is_alternate;        /* any of 47, 1047, 1049 */
    bool is_cursor_hidden;    /* 25 reset */
    bool has_application_cursor;
    bool has_application_keypad;
    bool has_other_keys; /* of xterm: modified keys are reported */
    int kitty_depth;     /* pushes minus pops of keyboard flags */
    int title_depth;     /* and of the window's title */
    int frame_count;     /* synchronised updates that were completed */
};

struct mode_tracker {
    struct vt_modes modes;
    unsigned mouse_bits;    /* which of the mouse modes are on */
    unsigned encoding_bits; /* and which encodings */
    char sequence[64];      /* ESC and what follows, while incomplete */
    size_t len;
};

/* A zeroed tracker is a terminal just switched on. */
void mode_tracker_feed(struct mode_tracker *tracker, const char *bytes, size_t len);

#endif

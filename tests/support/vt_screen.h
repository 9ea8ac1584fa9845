/*
 * What a terminal would show: libvterm behind a few plain functions. Bytes in; text,
 * cells, cursor and modes out. Modes that libvterm does not know (bracketed paste,
 * focus, synchronised update, kitty keys) are tracked from the same bytes.
 */
#ifndef SUPPORT_VT_SCREEN_H
#define SUPPORT_VT_SCREEN_H

#include <stdbool.h>
#include <stddef.h>

#include "src/base/strbuf.h"
#include "tests/support/mode_tracker.h"

struct vt_screen;

/* -1: the terminal's default; 0 to 255: palette; VT_COLOR_RGB | 0xrrggbb otherwise. */
#define VT_COLOR_RGB 0x1000000

struct vt_cell {
    char text[32]; /* UTF-8; "" for a blank cell */
    int width;     /* 1 or 2; 0 for the right half of a wide cell */
    int fg;
    int bg;
    bool is_bold;
    bool is_underline;
    bool is_italic;
    bool is_reverse;
};

struct vt_screen *vt_screen_new(int width, int height);
void vt_screen_free(struct vt_screen *vt);

/* Shows bytes of the program. */
void vt_screen_feed(struct vt_screen *vt, const char *bytes, size_t len);

void vt_screen_resize(struct vt_screen *vt, int width, int height);
void vt_screen_get_size(const struct vt_screen *vt, int *width, int *height);

/* Appends the whole screen, a line each with trailing spaces cut and a newline after. */
void vt_screen_get_text(const struct vt_screen *vt, struct strbuf *out);

/* Appends one line, trailing spaces cut, without a newline. */
void vt_screen_get_line(const struct vt_screen *vt, int y, struct strbuf *out);

/* Fills `cell`; false outside the screen. */
bool vt_screen_get_cell(const struct vt_screen *vt, int x, int y, struct vt_cell *cell);

void vt_screen_get_cursor(const struct vt_screen *vt, int *x, int *y);
const struct vt_modes *vt_screen_get_modes(const struct vt_screen *vt);

/* Moves what the terminal itself answers (device reports) to `out`. */
void vt_screen_take_replies(struct vt_screen *vt, struct strbuf *out);

#endif

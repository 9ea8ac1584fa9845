/*
 * Takes bytes out of a frame that change nothing. Knows only what curses writes.
 */
#ifndef TERM_FRAME_TRIM_H
#define TERM_FRAME_TRIM_H

#include <stddef.h>

/*
 * Drops "ESC ( B" (the usual characters), which xterm's way to end attributes holds each
 * time. For painters that never choose other characters. Works in place; returns the new
 * length.
 */
size_t frame_trim(char *bytes, size_t len);

#endif

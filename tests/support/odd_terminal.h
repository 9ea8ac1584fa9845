/*
 * A small terminal with an opinion of its own about widths: for tests that what it gets
 * lands in the same columns on any. Understands what a VT100 does of it.
 */
#ifndef SUPPORT_ODD_TERMINAL_H
#define SUPPORT_ODD_TERMINAL_H

#include <stddef.h>
#include <stdint.h>

struct odd_terminal;

/* The cells it gives to a code point from U+0080 on: 0, 1 or 2. */
typedef int odd_width(uint32_t code);

struct odd_terminal *odd_terminal_new(int width, int height, odd_width *opinion);
void odd_terminal_free(struct odd_terminal *terminal);

/* Shows bytes; fails the test at a sequence that it does not know. */
void odd_terminal_feed(struct odd_terminal *terminal, const char *bytes, size_t len);

/* The code point in a cell, without marks: ' ' for a blank, 0 for the second half of a
 * wide one. */
uint32_t odd_terminal_get(const struct odd_terminal *terminal, int x, int y);

#endif

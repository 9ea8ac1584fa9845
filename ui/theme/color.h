/*
 * Colours of themes: the terminal's own, a number of the usual table of 256, or red,
 * green and blue; and what becomes of them on a terminal that has fewer. All functions
 * are pure: what a terminal can do is found out by ui/term.
 */
#ifndef THEME_COLOR_H
#define THEME_COLOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ui/theme/role.h"

/* What a terminal can show, from little to much. */
enum color_depth {
    COLOR_DEPTH_NONE,
    COLOR_DEPTH_8,
    COLOR_DEPTH_16,
    COLOR_DEPTH_256,
    COLOR_DEPTH_TRUE
};

/* A color is STYLE_COLOR_DEFAULT, a number from 0 to 255, or this or-ed with 0xrrggbb. */
#define COLOR_RGB 0x1000000

/* The longest written colour with its NUL. */
#define COLOR_TEXT_SIZE 20

/* Reads "default", a name, a number from 0 to 255, "#rrggbb" or "#rgb". */
bool color_parse(const char *text, int32_t *color);

/* Writes the colour as color_parse reads it. */
void color_format(int32_t color, char out[COLOR_TEXT_SIZE]);

/* Name number `index` of the 16 colours, or NULL past the end. */
const char *color_name(size_t index);

/* The colour as 0xrrggbb; numbers under 16, which each terminal shows as it likes, by the
 * usual table. The terminal's own colour has none: -1. */
int32_t color_to_rgb(int32_t color);

/* The nearest colour that a terminal of that depth has. */
int32_t color_reduce(int32_t color, enum color_depth depth);

/*
 * A look for a terminal of that depth: its colours reduced, but never so that text and
 * background become the same; with 8 colours a bright one is the plain one in bold.
 */
struct style style_reduce(const struct style *style, enum color_depth depth);

/* The name of a depth, for people: "256 colours". */
const char *color_depth_name(enum color_depth depth);

#endif

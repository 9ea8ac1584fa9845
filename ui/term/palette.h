/*
 * The looks of a theme as numbers for curses, and true colour without curses' help: a
 * colour that the terminal has but curses cannot name gets a number of the table of 256
 * that the theme does not use, and in the bytes of a frame that number becomes the colour
 * itself. Pure: knows neither curses nor terminfo.
 */
#ifndef TERM_PALETTE_H
#define TERM_PALETTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/base/strbuf.h"
#include "ui/theme/color.h"
#include "ui/theme/role.h"

/* What is known of a terminal, from which its depth follows. */
struct palette_facts {
    int colors;            /* by terminfo */
    bool has_rgb;          /* terminfo promises true colour */
    bool has_usual_bytes;  /* colour 100 is set by ESC [ 38 ; 5 ; 100 m */
    const char *colorterm; /* COLORTERM, or NULL */
    bool is_off;           /* NO_COLOR, or a terminal without */
};

struct palette {
    struct style looks[ROLE_COUNT]; /* colours are numbers for curses */
    int32_t slots[256];             /* the colour behind a number, or -1: itself */
    bool has_slots;
};

/* What the terminal can show. */
enum color_depth palette_find_depth(const struct palette_facts *facts);

/* True if curses itself counts in true colour: COLORS is 2^24. */
bool palette_is_direct(const struct palette_facts *facts);

/* Reduces the looks to a depth, and gives numbers to true colours unless `is_direct`. */
void palette_init(struct palette *palette, const struct style styles[ROLE_COUNT],
                  enum color_depth depth, bool is_direct);

/* Appends the bytes of a frame with numbers turned into colours. False if `out` is full.
 */
bool palette_translate(const struct palette *palette, const char *bytes, size_t len,
                       struct strbuf *out);

#endif

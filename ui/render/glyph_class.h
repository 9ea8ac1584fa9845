/*
 * What kind of code point something is, for drawing: the one list of what is shown, what
 * is left out and what must be made visible. Used by glyph.c, and by loose_cells.c of
 * ui/term; it says nothing of clusters. A code point counts as drawable only when the C
 * library and utf8proc agree on its width, so the answer depends on the locale's
 * character type being UTF-8.
 */
#ifndef RENDER_GLYPH_CLASS_H
#define RENDER_GLYPH_CLASS_H

#include <stdbool.h>
#include <stdint.h>

enum glyph_class {
    GLYPH_BASE,      /* drawn in one or two cells */
    GLYPH_COMBINING, /* drawn on the character before it */
    GLYPH_BLANK,     /* drawn as blank cells */
    GLYPH_JAMO,      /* a Korean vowel or final that composes with what is before it */
    GLYPH_VARIATION, /* asks for another picture of the character before it */
    GLYPH_JOINER,    /* joins or separates the characters around it */
    GLYPH_TONE,      /* the skin colour of an emoji */
    GLYPH_FLAG,      /* a letter that makes a flag together with another */
    GLYPH_HIDDEN     /* anything whose width or effect is not certain */
};

/* The class of any code point. */
enum glyph_class glyph_class_of(uint32_t code);

/* The cells of a code point that is drawn: 0 for combining marks, 1 or 2. */
int glyph_class_width(uint32_t code);

/* True for marks that take a cell of their own, though they belong to the letter before
 * (Devanagari vowel signs). */
bool glyph_class_is_spacing_mark(uint32_t code);

/*
 * True if terminals of all kinds and ages give the code point the cells that
 * glyph_class_width says. False for spacing marks and for pictures, new and old: there
 * is no form of them on which everybody agrees, so whoever draws one must place what
 * follows it.
 */
bool glyph_class_is_settled(uint32_t code);

/* True for what joiners and skin tones may follow. */
bool glyph_class_is_emoji(uint32_t code);

#endif

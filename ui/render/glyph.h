/*
 * The single choke point for text from strangers: whatever models, servers, tools and
 * files say becomes cells here and nowhere else.
 *
 * glyph_next takes one grapheme cluster of the source (any bytes) and gives the form in
 * which it is drawn. That form holds only code points on whose width the C library and
 * utf8proc agree (one or two cells, combining marks none), so layout, curses and the
 * terminal cannot drift apart. Controls, direction overrides, invisible, unassigned and
 * private characters come out as visible marks. The form never holds a control byte.
 * The source is untouched: what is stored, copied and sent stays as it came.
 * Needs the locale's character type to be UTF-8; main sets it.
 */
#ifndef RENDER_GLYPH_H
#define RENDER_GLYPH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GLYPH_TEXT_SIZE 64

/* A tab reaches to the next multiple of this column. */
#define GLYPH_TAB_WIDTH 4

struct glyph {
    size_t bytes;               /* source bytes it stands for, at least 1 */
    char text[GLYPH_TEXT_SIZE]; /* the drawn form, not terminated */
    uint8_t text_len;
    uint8_t width;   /* cells of the drawn form; 0 only for a newline; a tab says 1 */
    uint8_t parts;   /* how many of its code points are not combining marks */
    bool is_mark;    /* a hidden character made visible: drawn in ROLE_MARK */
    bool is_newline; /* LF, CRLF, U+2028, U+2029: draws nothing */
    bool is_tab;     /* draws as blanks up to the next tab stop */
    bool is_space;   /* a blank at which a line may be broken; also set for a tab */
};

/*
 * Reads the cluster at offset `at` of `len` bytes into `out` and returns the source bytes
 * used; 0 at the end of the text. `at` must be 0 or a sum of earlier results. Looks only
 * forward, and at most a few hundred bytes.
 */
size_t glyph_next(const char *text, size_t len, size_t at, struct glyph *out);

/* Cells that `text` takes in one row from a tab stop; a newline counts as its one-cell
 * mark. */
int text_width(const char *text, size_t len);

/*
 * How many bytes of `text` fit in `max_width` cells of one row. When not all do,
 * `*is_cut` is set and one cell is left free for the sign "…".
 */
size_t glyph_fit(const char *text, size_t len, int max_width, bool *is_cut);

/* Splits a drawn form: the bytes and cells of its first code point with the combining
 * marks that follow. `len` is at least 1. */
size_t glyph_part(const char *form, size_t len, int *width);

#endif

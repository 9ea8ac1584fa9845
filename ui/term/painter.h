/*
 * Canvases to terminal bytes, by curses: the one module that includes it. Curses writes
 * to a file in memory, never to the terminal; what it wrote is handed to the caller.
 * Only cells that differ from the canvas painted before are given to curses, and only
 * what curses finds changed becomes bytes.
 *
 * Also the only module that reads terminfo: it makes the bytes that enter and leave the
 * screen. Needs the locale's character type to be UTF-8.
 */
#ifndef TERM_PAINTER_H
#define TERM_PAINTER_H

#include <stdbool.h>

#include "src/base/error.h"
#include "src/base/strbuf.h"
#include "ui/render/canvas.h"
#include "ui/render/notice_form.h"
#include "ui/theme/color.h"

struct painter;

struct painter_options {
    const char *term; /* NULL: TERM is not set */
    int width;
    int height;
    bool use_colors;       /* as far as the terminal has them */
    bool use_ascii;        /* the program's own signs in ASCII */
    bool use_links;        /* cells lead where the canvas says (OSC 8) */
    const char *colorterm; /* the value of COLORTERM, or NULL */
};

/*
 * Makes a painter for a terminal type. NULL with a sentence that says what to do when
 * the type is missing, unknown or cannot place the cursor.
 */
struct painter *painter_new(const struct painter_options *options, struct error *err);

/* What the terminal can show of colours. */
enum color_depth painter_get_depth(const struct painter *painter);

/* Sets the looks of all roles (those of the default theme until then); the next paint
 * repaints everything. */
void painter_set_styles(struct painter *painter, const struct style styles[ROLE_COUNT]);

/* NULL is allowed. */
void painter_free(struct painter *painter);

/* Changes the size; the next paint repaints everything. */
void painter_resize(struct painter *painter, int width, int height);

/* Makes the next paint clear the screen and paint every cell. */
void painter_redraw(struct painter *painter);

/*
 * Appends the bytes that turn the last painted canvas into this one, in synchronised
 * update marks; nothing when they are equal. A canvas of another size is cut, or
 * continued with blanks. False if `out` is full: then call painter_redraw.
 */
bool painter_paint(struct painter *painter, const struct canvas *canvas,
                   struct strbuf *out);

/* Appends what begins the screen: alternate screen, keypad, paste and focus reports. */
void painter_append_enter(const struct painter *painter, struct strbuf *out);

/* Appends what switches mouse reports on or off. */
void painter_append_mouse(const struct painter *painter, bool use_mouse,
                          struct strbuf *out);

/*
 * Appends what sets the window's title, which painter_append_enter has saved and
 * painter_append_leave brings back; nothing where the terminal type has none. The text
 * must be harmless.
 */
void painter_append_title(const struct painter *painter, const char *title,
                          struct strbuf *out);

/*
 * Appends what calls a person: BEL, or one of the terminals' messages (OSC 9 of iTerm2,
 * OSC 777 of urxvt) where the type may know them, otherwise BEL. The text must be
 * harmless.
 */
void painter_append_notice(const struct painter *painter, enum notice_form form,
                           const char *text, struct strbuf *out);

/* Appends what undoes everything that painter_append_enter, _mouse and _paint do. */
void painter_append_leave(const struct painter *painter, struct strbuf *out);

#endif

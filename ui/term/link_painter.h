/*
 * Links in the bytes of a frame (OSC 8), which curses knows nothing of: cells that lead
 * somewhere, and those that did, are written once more after curses' own bytes. Reads
 * terminfo of the current curses terminal.
 *
 * Only addresses that link_address_append made reach the terminal.
 */
#ifndef TERM_LINK_PAINTER_H
#define TERM_LINK_PAINTER_H

#include <stdbool.h>

#include "src/base/strbuf.h"
#include "ui/render/canvas.h"
#include "ui/theme/color.h"

struct link_painter {
    struct link_table shown; /* what the numbers meant in the last frame */
    bool use_ascii;
};

/* True if a terminal of that type shows links, or does not mind them. */
bool link_painter_suits(const char *term);

/* Cleared with link_painter_clear. */
void link_painter_init(struct link_painter *painter, bool use_ascii);
void link_painter_clear(struct link_painter *painter);

/* A row that is being painted. */
struct link_row {
    int y;
    int width;
    const struct cell *old; /* as the terminal shows it; NULL: without links */
    const struct cell *now;
    bool is_last; /* it ends with the screen's last cell */
};

/* True if there is a link in the row now or was one before. */
bool link_painter_concerns(const struct link_row *row);

/* Appends the cells of the row that lead somewhere, and those that no longer do.
 * `looks` are the roles' as curses counts colours. */
void link_painter_append_row(const struct link_painter *painter,
                             const struct link_row *row,
                             const struct style looks[ROLE_COUNT], struct strbuf *out);

/* Appends what leaves attributes and cursor as curses left them; to be called after the
 * rows, if there were any. */
void link_painter_append_end(int x, int y, struct strbuf *out);

#endif

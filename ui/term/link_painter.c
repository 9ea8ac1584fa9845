/*
 * The same text was written just before, so that nothing moves: a link is put on cells
 * that are already right. Loose cells are placed one by one here as well. All links of a
 * screen have an id, so that the rows of one that was wrapped belong together.
 */
#include "ui/term/link_painter.h"

#include <string.h>

#include "src/base/compiler.h"
#include "src/base/utf8.h"
#include "ui/term/capability.h"
#include "ui/term/cell_text.h"
#include "ui/term/look_bytes.h"
#include "ui/term/loose_cells.h"

bool link_painter_suits(const char *term)
{
    /* Types whose terminals have links, or swallow what they do not know. The Linux
     * console and GNU screen print parts of it. */
    static const char *const prefixes[] = {
        "xterm",   "tmux",   "foot",   "alacritty", "wezterm", "kitty", "vte", "gnome",
        "konsole", "iterm2", "mintty", "contour",   "ghostty", "rio",   "st-"};
    for (size_t i = 0; i < COUNT_OF(prefixes); i++) {
        if (strncmp(term, prefixes[i], strlen(prefixes[i])) == 0)
            return true;
    }
    return false;
}

void link_painter_init(struct link_painter *painter, bool use_ascii)
{
    *painter = (struct link_painter){.use_ascii = use_ascii};
}

void link_painter_clear(struct link_painter *painter)
{
    link_table_clear(&painter->shown);
}

/* --- Bytes ------------------------------------------------------------------------ */

static void append_place(int x, int y, struct strbuf *out)
{
    capability_append("cup", y, x, out);
}

static void append_text(const struct link_painter *painter, const struct cell *cell,
                        struct strbuf *out)
{
    wchar_t text[CELL_CHARACTER_MAX + 1];
    char bytes[4];
    cell_text_get(cell, painter->use_ascii, text);
    for (int i = 0; text[i] != L'\0'; i++)
        strbuf_append(out, bytes, utf8_encode((uint32_t)text[i], bytes));
}

/* --- Rows ------------------------------------------------------------------------- */

bool link_painter_concerns(const struct link_row *row)
{
    for (int x = 0; x < row->width; x++) {
        if (row->now[x].link != 0 || (row->old != NULL && row->old[x].link != 0))
            return true;
    }
    return false;
}

static bool is_alike(const struct cell *a, const struct cell *b)
{
    return a->link == b->link && a->role == b->role;
}

/* A row while it is written. */
struct link_pen {
    const struct link_row *row;
    int x;     /* where the next character would be written; -1: terminals disagree */
    int reach; /* up to there a loose cell may have been drawn */
};

/* True if the cell is to be written: it leads somewhere, did so, or may be covered. */
static bool is_written(const struct link_pen *pen, int x)
{
    const struct link_row *row = pen->row;
    const bool is_linked =
        row->now[x].link != 0 || (row->old != NULL && row->old[x].link != 0);
    const bool is_covered = x < pen->reach && !(row->is_last && x + 1 == row->width);
    return (is_linked || is_covered) && x + row->now[x].width <= row->width;
}

static void append_cell(const struct link_painter *painter, struct link_pen *pen, int x,
                        struct strbuf *out)
{
    const struct link_row *row = pen->row;
    const struct cell *cell = &row->now[x];
    const struct loose_row place = {row->now, row->width, row->y, row->is_last};
    if (cell->width == 0)
        return;
    if (pen->x != x && !loose_cells_leans(cell))
        append_place(x, row->y, out);
    if (!loose_cells_has(&place, x)) {
        append_text(painter, cell, out);
        pen->x = x + cell->width;
        return;
    }
    const int reach = loose_cells_reach(cell, x);
    pen->x = -1;
    if (reach > row->width) /* it might go on in the next row: it leads nowhere */
        return;
    loose_cells_append_text(cell, painter->use_ascii, out);
    pen->reach = reach > pen->reach ? reach : pen->reach;
}

void link_painter_append_row(const struct link_painter *painter,
                             const struct link_row *row,
                             const struct style looks[ROLE_COUNT], struct strbuf *out)
{
    struct link_pen pen = {row, -1, 0};
    for (int x = 0; x < row->width; x++) {
        const struct cell *first = &row->now[x];
        if (!is_written(&pen, x) || first->width == 0)
            continue;
        const char *address = link_table_get(&painter->shown, first->link);
        append_place(x, row->y, out);
        pen.x = x;
        look_bytes_append(&looks[first->role < ROLE_COUNT ? first->role : ROLE_TEXT],
                          out);
        if (address != NULL)
            strbuf_append_format(out, "\033]8;id=motet%u;%s\033\\", first->link, address);
        append_cell(painter, &pen, x, out);
        while (x + 1 < row->width && is_alike(first, &row->now[x + 1]) &&
               is_written(&pen, x + 1))
            append_cell(painter, &pen, ++x, out);
        if (address != NULL)
            strbuf_append_text(out, "\033]8;;\033\\");
    }
}

void link_painter_append_end(int x, int y, struct strbuf *out)
{
    capability_append("sgr0", 0, 0, out);
    append_place(x, y, out);
}

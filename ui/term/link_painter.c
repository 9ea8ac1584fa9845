/*
 * Curses has written the same text just before, so that nothing moves: a link is put on
 * cells that are already right. All links of a screen have an id, so that the rows of one
 * that was wrapped belong together.
 */
#define NCURSES_WIDECHAR         1
#define NCURSES_NOMACROS         1
#define NCURSES_ENABLE_STDBOOL_H 1

#include "ui/term/link_painter.h"

#include <string.h>

#include <curses.h>
#include <term.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/utf8.h"
#include "ui/term/cell_text.h"

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

static char *copy_form(const char *name)
{
    const char *form = tigetstr(name);
    return mem_strdup(form != NULL && form != (const char *)-1 ? form : "");
}

void link_painter_init(struct link_painter *painter, bool use_ascii, bool has_colors)
{
    *painter = (struct link_painter){.use_ascii = use_ascii,
                                     .has_colors = has_colors,
                                     .place = copy_form("cup"),
                                     .plain = copy_form("sgr0"),
                                     .bold = copy_form("bold"),
                                     .dim = copy_form("dim"),
                                     .reverse = copy_form("rev"),
                                     .underline = copy_form("smul"),
                                     .italic = copy_form("sitm"),
                                     .foreground = copy_form("setaf"),
                                     .background = copy_form("setab")};
}

void link_painter_clear(struct link_painter *painter)
{
    char *const forms[] = {painter->place,  painter->plain,      painter->bold,
                           painter->dim,    painter->reverse,    painter->underline,
                           painter->italic, painter->foreground, painter->background};
    for (size_t i = 0; i < COUNT_OF(forms); i++)
        mem_free(forms[i]);
    link_table_clear(&painter->shown);
}

/* --- Bytes ------------------------------------------------------------------------ */

static void append_place(const struct link_painter *painter, int x, int y,
                         struct strbuf *out)
{
    strbuf_append_text(out, tiparm(painter->place, y, x));
}

static void append_color(const char *form, int32_t color, struct strbuf *out)
{
    if (color >= 0 && form[0] != '\0')
        strbuf_append_text(out, tiparm(form, (int)color));
}

static void append_look(const struct link_painter *painter, const struct style *look,
                        struct strbuf *out)
{
    strbuf_append_text(out, painter->plain);
    if ((look->attrs & STYLE_BOLD) != 0)
        strbuf_append_text(out, painter->bold);
    if ((look->attrs & STYLE_DIM) != 0)
        strbuf_append_text(out, painter->dim);
    if ((look->attrs & STYLE_REVERSE) != 0)
        strbuf_append_text(out, painter->reverse);
    if ((look->attrs & STYLE_UNDERLINE) != 0)
        strbuf_append_text(out, painter->underline);
    if ((look->attrs & STYLE_ITALIC) != 0)
        strbuf_append_text(out, painter->italic);
    if (!painter->has_colors)
        return;
    append_color(painter->foreground, look->fg, out);
    append_color(painter->background, look->bg, out);
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

static bool is_written(const struct link_row *row, int x)
{
    return row->now[x].link != 0 || (row->old != NULL && row->old[x].link != 0);
}

static bool is_alike(const struct cell *a, const struct cell *b)
{
    return a->link == b->link && a->role == b->role;
}

void link_painter_append_row(const struct link_painter *painter,
                             const struct link_row *row,
                             const struct style looks[ROLE_COUNT], struct strbuf *out)
{
    for (int x = 0; x < row->width; x++) {
        const struct cell *first = &row->now[x];
        if (!is_written(row, x) || first->width == 0 || x + first->width > row->width)
            continue;
        const char *address = link_table_get(&painter->shown, first->link);
        append_place(painter, x, row->y, out);
        append_look(painter, &looks[first->role < ROLE_COUNT ? first->role : ROLE_TEXT],
                    out);
        if (address != NULL)
            strbuf_append_format(out, "\033]8;id=motet%u;%s\033\\", first->link, address);
        append_text(painter, first, out);
        while (x + 1 < row->width && is_alike(first, &row->now[x + 1]) &&
               is_written(row, x + 1) && x + 1 + row->now[x + 1].width <= row->width) {
            x++;
            if (row->now[x].width > 0)
                append_text(painter, &row->now[x], out);
        }
        if (address != NULL)
            strbuf_append_text(out, "\033]8;;\033\\");
    }
}

void link_painter_append_end(const struct link_painter *painter, int x, int y,
                             struct strbuf *out)
{
    strbuf_append_text(out, painter->plain);
    append_place(painter, x, y, out);
}

/*
 * A run is loose cells and those behind them that a terminal may have taken for them. It
 * is wiped first, because what a terminal drew there may not cover it now. Then each
 * character is written at its own place, from left to right, which mends what the one
 * before took; only a spacing mark follows its letter directly, so that a terminal that
 * joins them can.
 */
#include "ui/term/loose_cells.h"

#include "src/base/mem.h"
#include "src/base/utf8.h"
#include "ui/render/ascii_sign.h"
#include "ui/render/glyph_class.h"
#include "ui/term/capability.h"
#include "ui/term/look_bytes.h"

/* The most bytes of one frame. */
#define LOOSE_MAX ((size_t)64 << 20)

void loose_cells_init(struct loose_cells *loose, const struct style *looks,
                      bool use_ascii)
{
    *loose = (struct loose_cells){.looks = looks, .use_ascii = use_ascii};
    strbuf_init(&loose->bytes, LOOSE_MAX);
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    /* Too wide in the last column, a character must not go on in the next row. */
    const bool can_stop_wrap = capability_is_there("smam") && capability_is_there("rmam");
    if (can_stop_wrap)
        capability_append("rmam", 0, 0, &text);
    loose->begin = strbuf_take(&text);
    capability_append("sgr0", 0, 0, &text);
    capability_append("op", 0, 0, &text);
    if (can_stop_wrap)
        capability_append("smam", 0, 0, &text);
    loose->end = strbuf_take(&text);
}

void loose_cells_clear(struct loose_cells *loose)
{
    mem_free(loose->begin);
    mem_free(loose->end);
    strbuf_clear(&loose->bytes);
}

static uint32_t loose_first_code(const struct cell *cell, size_t *used)
{
    uint32_t code;
    *used = utf8_decode(cell->text, cell->text_len, &code);
    return code;
}

bool loose_cells_leans(const struct cell *cell)
{
    size_t used;
    return cell->text_len > 1 &&
           glyph_class_is_spacing_mark(loose_first_code(cell, &used));
}

bool loose_cells_has(const struct loose_row *row, int x)
{
    const struct cell *cell = &row->cells[x];
    const int end = x + cell->width;
    if (cell->width == 0 || end > row->width || (row->is_last && end == row->width))
        return false;
    if (x + 1 < row->width && loose_cells_leans(&cell[1]))
        return true;
    if (cell->text_len <= 1)
        return false;
    /* Curses 6.4 takes the second half of a wide cell for the screen's last cell when it
     * stands right before that, and pushes the real one off the screen. */
    if (row->is_last && cell->width == 2 && end == row->width - 1)
        return true;
    size_t used;
    const uint32_t code = loose_first_code(cell, &used);
    return used < cell->text_len || !glyph_class_is_settled(code);
}

/* Writing. */

static void loose_put_look(struct loose_cells *loose, uint8_t role)
{
    look_bytes_append(&loose->looks[role < ROLE_COUNT ? role : ROLE_TEXT], &loose->bytes);
}

void loose_cells_append_text(const struct cell *cell, bool use_ascii, struct strbuf *out)
{
    uint32_t code;
    for (size_t at = 0; at < cell->text_len;) {
        at += utf8_decode(cell->text + at, cell->text_len - at, &code);
        char bytes[4];
        const size_t len = utf8_encode(use_ascii ? ascii_sign(code) : code, bytes);
        strbuf_append(out, bytes, len);
    }
}

/* Where the next character would be written, and in which look. */
struct loose_pen {
    int role; /* -1: not known */
    int x;    /* -1: not known */
};

static void loose_put_cell(struct loose_cells *loose, const struct loose_row *row, int x,
                           struct loose_pen *pen)
{
    const struct cell *cell = &row->cells[x];
    if (pen->role != cell->role)
        loose_put_look(loose, cell->role);
    pen->role = cell->role;
    if (pen->x != x || !loose_cells_leans(cell))
        capability_append("cup", row->y, x, &loose->bytes);
    loose_cells_append_text(cell, loose->use_ascii, &loose->bytes);
    pen->x = x + 1;
}

static void loose_wipe(struct loose_cells *loose, const struct loose_row *row, int start,
                       int end, struct loose_pen *pen)
{
    capability_append("cup", row->y, start, &loose->bytes);
    for (int x = start; x < end; x++) {
        if (pen->role != row->cells[x].role)
            loose_put_look(loose, row->cells[x].role);
        pen->role = row->cells[x].role;
        strbuf_append_char(&loose->bytes, ' ');
    }
}

/* Pictures may be wider than we believe, and a terminal that does not know a combining
 * mark gives it a cell, or two to an East Asian one. */
int loose_cells_reach(const struct cell *cell, int x)
{
    size_t used;
    const uint32_t code = loose_first_code(cell, &used);
    int reach = x + cell->width;
    if (cell->width == 1 && !glyph_class_is_settled(code))
        reach++;
    for (size_t at = used; at < cell->text_len; at += used) {
        uint32_t mark;
        used = utf8_decode(cell->text + at, cell->text_len - at, &mark);
        reach += mark < 0x2e80 ? 1 : 2;
    }
    return reach;
}

/* Where the run that begins at `start` ends. The screen's last cell is never in one. */
static int loose_find_end(const struct loose_row *row, int start)
{
    const int limit = row->width - (row->is_last ? 1 : 0);
    int reach = start;
    int x = start;
    while (x < limit) {
        const struct cell *cell = &row->cells[x];
        const bool is_loose = loose_cells_has(row, x);
        if ((!is_loose && x >= reach) || x + cell->width > limit)
            break;
        if (is_loose && loose_cells_reach(cell, x) > reach)
            reach = loose_cells_reach(cell, x);
        x += cell->width > 0 ? cell->width : 1;
    }
    return x;
}

/* Writes the run that begins at `start`; returns where it ends. */
static int loose_put_run(struct loose_cells *loose, const struct loose_row *row,
                         int start)
{
    const int end = loose_find_end(row, start);
    struct loose_pen pen = {-1, -1};
    loose_wipe(loose, row, start, end, &pen);
    for (int x = start; x < end; x++) {
        if (row->cells[x].width > 0)
            loose_put_cell(loose, row, x, &pen);
    }
    return end;
}

/* How far behind a loose cell something may have been taken: a cell holds a character and
 * four marks. */
#define LOOSE_REACH_MAX 10

/* Where to begin, so that runs which reach to the cells from `first` on are written
 * whole. */
static int loose_find_start(const struct loose_row *row, int first)
{
    int start = first > 0 ? first - 1 : 0;
    for (int x = first; x >= 0 && x > start - LOOSE_REACH_MAX; x--) {
        if (loose_cells_has(row, x))
            start = x;
    }
    return start;
}

void loose_cells_add(struct loose_cells *loose, const struct loose_row *row, int first,
                     int last)
{
    int x = loose_find_start(row, first);
    while (x < row->width && x <= last + 1) {
        if (loose_cells_has(row, x))
            x = loose_put_run(loose, row, x);
        else
            x++;
    }
}

bool loose_cells_take(struct loose_cells *loose, int cursor_x, int cursor_y,
                      struct strbuf *out)
{
    if (loose->bytes.len == 0)
        return true;
    strbuf_append_text(out, loose->begin);
    strbuf_append(out, strbuf_text(&loose->bytes), loose->bytes.len);
    strbuf_append_text(out, loose->end);
    const size_t start = out->len;
    capability_append("cup", cursor_y, cursor_x, out);
    const bool is_ok = !loose->bytes.is_full && out->len > start;
    strbuf_reset(&loose->bytes);
    return is_ok;
}

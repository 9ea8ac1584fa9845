/*
 * Row by row: backgrounds as rectangles, then text in runs of one style. Each run says
 * its exact length, so columns stay aligned even where the viewer's font is not quite
 * what we measured.
 */
#include "tests/support/svg_screen.h"

#include <stdint.h>
#include <string.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/utf8.h"

#define CELL_WIDTH  8.4
#define CELL_HEIGHT 17
#define FONT_SIZE   14
#define MARGIN      12

#define BACKGROUND 0x16181d
#define FOREGROUND 0xd6d9e0

/* The 16 colours of a quiet dark terminal. */
static const unsigned palette[16] = {
    0x22252b, 0xe06c75, 0x98c379, 0xe5c07b, 0x61afef, 0xc678dd, 0x56b6c2, 0xbfc5d0,
    0x7f8795, 0xff7b86, 0xb5e08d, 0xffd98a, 0x7cc4ff, 0xdd93f2, 0x6fd6e2, 0xffffff,
};

static unsigned rgb_of(int color, unsigned fallback)
{
    static const unsigned steps[] = {0, 95, 135, 175, 215, 255};
    if (color < 0)
        return fallback;
    if ((color & VT_COLOR_RGB) != 0)
        return (unsigned)color & 0xffffff;
    if (color < 16)
        return palette[color];
    if (color >= 232) {
        const unsigned gray = 8 + 10 * ((unsigned)color - 232);
        return gray << 16 | gray << 8 | gray;
    }
    const unsigned cube = (unsigned)color - 16;
    return steps[cube / 36 % 6] << 16 | steps[cube / 6 % 6] << 8 | steps[cube % 6];
}

struct look {
    unsigned fg;
    unsigned bg;
    bool is_bold;
    bool is_italic;
    bool is_underline;
};

static struct look look_of(const struct vt_cell *cell)
{
    struct look look = {.fg = rgb_of(cell->fg, FOREGROUND),
                        .bg = rgb_of(cell->bg, BACKGROUND),
                        .is_bold = cell->is_bold,
                        .is_italic = cell->is_italic,
                        .is_underline = cell->is_underline};
    if (cell->is_reverse) {
        const unsigned fg = look.fg;
        look.fg = look.bg;
        look.bg = fg;
    }
    return look;
}

static bool is_same_look(const struct look *a, const struct look *b)
{
    return a->fg == b->fg && a->bg == b->bg && a->is_bold == b->is_bold &&
           a->is_italic == b->is_italic && a->is_underline == b->is_underline;
}

/* Which way the lines of a frame character go. */
enum { FRAME_UP = 1, FRAME_DOWN = 2, FRAME_LEFT = 4, FRAME_RIGHT = 8 };

static int frame_sides(const char *text)
{
    static const struct {
        const char *text;
        int sides;
    } frames[] = {
        {"─", 12}, {"│", 3},  {"┌", 10}, {"┐", 6},  {"└", 9},
        {"┘", 5},  {"├", 11}, {"┤", 7},  {"┬", 14}, {"┴", 13},
        {"┼", 15}, {"╭", 10}, {"╮", 6},  {"╰", 9},  {"╯", 5},
    };
    for (size_t i = 0; i < COUNT_OF(frames); i++) {
        if (strcmp(text, frames[i].text) == 0)
            return frames[i].sides;
    }
    return 0;
}

static double left_of(int x)
{
    return MARGIN + x * CELL_WIDTH;
}

static int top_of(int y)
{
    return MARGIN + y * CELL_HEIGHT;
}

static void append_frame(struct strbuf *out, int x, int y, int sides, unsigned color)
{
    const double left = left_of(x);
    const double middle_x = left + CELL_WIDTH / 2;
    const double top = top_of(y);
    const double middle_y = top + CELL_HEIGHT / 2.0;
    strbuf_append_text(out, "<path d=\"");
    if ((sides & (FRAME_LEFT | FRAME_RIGHT)) != 0)
        strbuf_append_format(out, "M%.1f %.1fH%.1f",
                             (sides & FRAME_LEFT) != 0 ? left : middle_x, middle_y,
                             (sides & FRAME_RIGHT) != 0 ? left + CELL_WIDTH : middle_x);
    if ((sides & (FRAME_UP | FRAME_DOWN)) != 0)
        strbuf_append_format(out, "M%.1f %.1fV%.1f", middle_x,
                             (sides & FRAME_UP) != 0 ? top : middle_y,
                             (sides & FRAME_DOWN) != 0 ? top + CELL_HEIGHT : middle_y);
    strbuf_append_format(out, "\" stroke=\"#%06x\"/>\n", color);
}

static void append_escaped(struct strbuf *out, const char *text)
{
    for (; *text != '\0'; text++) {
        switch (*text) {
        case '<': strbuf_append_text(out, "&lt;"); break;
        case '>': strbuf_append_text(out, "&gt;"); break;
        case '&': strbuf_append_text(out, "&amp;"); break;
        case '"': strbuf_append_text(out, "&quot;"); break;
        default: strbuf_append_char(out, *text); break;
        }
    }
}

static void append_background(struct strbuf *out, int x, int y, int cells, unsigned color)
{
    strbuf_append_format(
        out, "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"#%06x\"/>\n",
        left_of(x), top_of(y), cells * CELL_WIDTH, CELL_HEIGHT, color);
}

/* Text in one look; blanks at its end are not drawn. */
struct run {
    int x;
    int cells;
    int ink_cells; /* up to the last character that is not a blank */
    size_t ink_len;
    struct look look;
    struct strbuf text;
};

static void run_end(struct run *run, int y, struct strbuf *out)
{
    if (run->ink_cells > 0) {
        strbuf_truncate(&run->text, run->ink_len);
        strbuf_append_format(
            out,
            "<text x=\"%.1f\" y=\"%d\" textLength=\"%.1f\" "
            "fill=\"#%06x\"%s%s%s>",
            left_of(run->x), top_of(y) + 13, run->ink_cells * CELL_WIDTH, run->look.fg,
            run->look.is_bold ? " font-weight=\"bold\"" : "",
            run->look.is_italic ? " font-style=\"italic\"" : "",
            run->look.is_underline ? " text-decoration=\"underline\"" : "");
        append_escaped(out, strbuf_text(&run->text));
        strbuf_append_text(out, "</text>\n");
    }
    strbuf_reset(&run->text);
    run->cells = 0;
    run->ink_cells = 0;
}

/* Backgrounds first: a later rectangle must not cut into an earlier letter. */
static void append_row_backgrounds(const struct vt_screen *vt, int y, struct strbuf *out)
{
    struct vt_cell cell;
    int start = 0;
    unsigned color = BACKGROUND;
    int x = 0;
    for (; vt_screen_get_cell(vt, x, y, &cell); x++) {
        const unsigned bg = cell.width > 0 ? look_of(&cell).bg : color;
        if (bg == color)
            continue;
        if (color != BACKGROUND)
            append_background(out, start, y, x - start, color);
        start = x;
        color = bg;
    }
    if (color != BACKGROUND)
        append_background(out, start, y, x - start, color);
}

static void append_row_text(const struct vt_screen *vt, int y, struct strbuf *out)
{
    struct run run = {0};
    strbuf_init(&run.text, STRBUF_OWN_MAX);
    struct vt_cell cell;
    for (int x = 0; vt_screen_get_cell(vt, x, y, &cell); x++) {
        if (cell.width == 0)
            continue;
        const struct look look = look_of(&cell);
        const int sides = frame_sides(cell.text);
        /* Wide characters stand alone: fonts disagree most about them. */
        if (sides != 0 || cell.width == 2 || !is_same_look(&look, &run.look))
            run_end(&run, y, out);
        if (sides != 0) {
            append_frame(out, x, y, sides, look.fg);
            continue;
        }
        const bool is_blank = cell.text[0] == '\0' || strcmp(cell.text, " ") == 0;
        if (run.cells == 0) {
            if (is_blank && !look.is_underline)
                continue;
            run.x = x;
            run.look = look;
        }
        run.cells += cell.width;
        strbuf_append_text(&run.text, is_blank ? " " : cell.text);
        if (!is_blank || look.is_underline) {
            run.ink_cells = run.cells;
            run.ink_len = run.text.len;
        }
        if (cell.width == 2)
            run_end(&run, y, out);
    }
    run_end(&run, y, out);
    strbuf_clear(&run.text);
}

static void append_cursor(const struct vt_screen *vt, struct strbuf *out)
{
    int x;
    int y;
    vt_screen_get_cursor(vt, &x, &y);
    if (!vt_screen_get_modes(vt)->is_cursor_hidden)
        strbuf_append_format(out,
                             "<rect x=\"%.1f\" y=\"%d\" width=\"2\" height=\"%d\" "
                             "fill=\"#%06x\"/>\n",
                             left_of(x), top_of(y), CELL_HEIGHT, FOREGROUND);
}

void svg_screen_append(const struct vt_screen *vt, const char *title, struct strbuf *out)
{
    int width;
    int height;
    vt_screen_get_size(vt, &width, &height);
    const double full_width = 2 * MARGIN + width * CELL_WIDTH;
    const int full_height = 2 * MARGIN + height * CELL_HEIGHT;
    strbuf_append_format(out,
                         "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" "
                         "height=\"%d\" viewBox=\"0 0 %.0f %d\" role=\"img\" "
                         "font-family=\"ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,"
                         "monospace\" font-size=\"%d\" xml:space=\"preserve\">\n"
                         "<style>text{white-space:pre}</style>\n<title>",
                         full_width, full_height, full_width, full_height, FONT_SIZE);
    append_escaped(out, title);
    strbuf_append_format(out,
                         "</title>\n<rect width=\"100%%\" height=\"100%%\" rx=\"8\" "
                         "fill=\"#%06x\"/>\n",
                         BACKGROUND);
    for (int y = 0; y < height; y++) {
        append_row_backgrounds(vt, y, out);
        append_row_text(vt, y, out);
    }
    append_cursor(vt, out);
    strbuf_append_text(out, "</svg>\n");
}

/*
 * A plain array of cells. The one delicate thing is a wide character: it owns two cells,
 * so whoever overwrites one half must blank the other (canvas_free_cell). All drawing
 * ends in canvas_set, which clips, so the loops above it need no bounds of their own.
 */
#include "ui/render/canvas.h"

#include <string.h>

#include "src/base/mem.h"
#include "ui/render/glyph.h"

/* What a newline looks like where there is only one row. */
#define NEWLINE_SIGN "\xe2\x90\xa4"
#define CUT_SIGN     "\xe2\x80\xa6"

static struct cell canvas_blank(enum role role)
{
    const struct cell blank = {" ", 1, 1, (uint8_t)role, 0};
    return blank;
}

static int canvas_side(int side)
{
    if (side < 0)
        return 0;
    return side > CANVAS_SIDE_MAX ? CANVAS_SIDE_MAX : side;
}

struct canvas *canvas_new(int width, int height)
{
    struct canvas *canvas = mem_alloc(sizeof(*canvas));
    canvas_resize(canvas, width, height);
    return canvas;
}

void canvas_free(struct canvas *canvas)
{
    if (canvas == NULL)
        return;
    mem_free(canvas->cells);
    link_table_clear(&canvas->links);
    mem_free(canvas);
}

void canvas_resize(struct canvas *canvas, int width, int height)
{
    const int new_width = canvas_side(width);
    const int new_height = canvas_side(height);
    if (canvas->cells == NULL ||
        new_width * new_height != canvas->width * canvas->height) {
        mem_free(canvas->cells);
        canvas->cells =
            mem_alloc_array((size_t)new_width * (size_t)new_height, sizeof(struct cell));
    }
    canvas->width = new_width;
    canvas->height = new_height;
    canvas_erase(canvas);
}

void canvas_erase(struct canvas *canvas)
{
    const struct cell blank = canvas_blank(ROLE_TEXT);
    const size_t width = (size_t)canvas->width;
    for (size_t x = 0; x < width && canvas->height > 0; x++)
        canvas->cells[x] = blank;
    for (size_t y = 1; y < (size_t)canvas->height; y++)
        memcpy(canvas->cells + y * width, canvas->cells, width * sizeof(blank));
    canvas->cursor_x = 0;
    canvas->cursor_y = 0;
    canvas->is_cursor_visible = false;
}

void canvas_copy(struct canvas *to, const struct canvas *from)
{
    if (to->width != from->width || to->height != from->height)
        canvas_resize(to, from->width, from->height);
    memcpy(to->cells, from->cells,
           (size_t)from->width * (size_t)from->height * sizeof(from->cells[0]));
    link_table_copy(&to->links, &from->links);
    to->cursor_x = from->cursor_x;
    to->cursor_y = from->cursor_y;
    to->is_cursor_visible = from->is_cursor_visible;
}

static bool canvas_has(const struct canvas *canvas, int x, int y)
{
    return x >= 0 && y >= 0 && x < canvas->width && y < canvas->height;
}

static struct cell *canvas_find(const struct canvas *canvas, int x, int y)
{
    return canvas->cells + (size_t)y * (size_t)canvas->width + (size_t)x;
}

/* Makes a cell ready to be overwritten: the other half of a wide character becomes blank.
 */
static void canvas_free_cell(struct canvas *canvas, int x, int y)
{
    struct cell *cell = canvas_find(canvas, x, y);
    if (cell->width == 0 && x > 0)
        cell[-1] = canvas_blank((enum role)cell[-1].role);
    if (cell->width == 2 && x + 1 < canvas->width)
        cell[1] = canvas_blank((enum role)cell[1].role);
}

/* Writes a cell of width 1 or 2; one that is not wholly on the canvas is left out. */
static void canvas_set(struct canvas *canvas, int x, int y, const struct cell *content)
{
    if (!canvas_has(canvas, x, y) || !canvas_has(canvas, x + content->width - 1, y))
        return;
    struct cell *cell = canvas_find(canvas, x, y);
    if (cell->width != 1)
        canvas_free_cell(canvas, x, y);
    if (content->width == 2) {
        canvas_free_cell(canvas, x + 1, y);
        memset(&cell[1], 0, sizeof(cell[1]));
        cell[1].role = content->role;
        cell[1].link = content->link;
    }
    *cell = *content;
}

/* Where a text is being drawn. */
struct canvas_pen {
    struct canvas *canvas;
    int x; /* where the text began */
    int y;
    int used;  /* cells so far */
    int limit; /* cells at most */
};

/* Draws one character with its combining marks; false if there is no room. */
static bool canvas_draw_part(struct canvas_pen *pen, enum role role, const char *text,
                             size_t len, int width)
{
    if (pen->used + width > pen->limit || len > CELL_TEXT_SIZE)
        return false;
    struct cell cell = {"", (uint8_t)len, (uint8_t)width, (uint8_t)role,
                        pen->canvas->link};
    memcpy(cell.text, text, len);
    canvas_set(pen->canvas, pen->x + pen->used, pen->y, &cell);
    pen->used += width;
    return true;
}

static bool canvas_draw_tab(struct canvas_pen *pen, enum role role)
{
    bool fits = true;
    do
        fits = canvas_draw_part(pen, role, " ", 1, 1);
    while (fits && pen->used % GLYPH_TAB_WIDTH != 0);
    return fits;
}

/* Draws a cluster, which may be several characters side by side; false if it was cut. */
static bool canvas_draw_glyph(struct canvas_pen *pen, enum role role,
                              const struct glyph *glyph)
{
    if (glyph->is_tab)
        return canvas_draw_tab(pen, role);
    if (glyph->is_newline)
        return canvas_draw_part(pen, ROLE_MARK, NEWLINE_SIGN, strlen(NEWLINE_SIGN), 1);
    const enum role own_role = glyph->is_mark ? ROLE_MARK : role;
    if (glyph->parts == 1)
        return canvas_draw_part(pen, own_role, glyph->text, glyph->text_len,
                                glyph->width);
    for (size_t at = 0; at < glyph->text_len;) {
        int width;
        const size_t len = glyph_part(glyph->text + at, glyph->text_len - at, &width);
        if (!canvas_draw_part(pen, own_role, glyph->text + at, len, width))
            return false;
        at += len;
    }
    return true;
}

/*
 * Draws the printable ASCII that the text begins with, as far as nothing can hang on it,
 * and returns its length. glyph_next would say the same of each character; but it is most
 * of most texts, and all that is visible of a pane is drawn again for each new token.
 */
static size_t canvas_draw_plain(struct canvas_pen *pen, enum role role, const char *text,
                                size_t len)
{
    const int first = pen->x + pen->used;
    if (first < 0)
        return 0; /* partly outside: canvas_set clips */
    struct cell *cell = canvas_find(pen->canvas, first, pen->y);
    size_t at = 0;
    for (; at < len && pen->used < pen->limit; at++, cell++, pen->used++) {
        const bool is_last = at + 1 == len;
        if (text[at] < ' ' || text[at] > '~' || (!is_last && (text[at + 1] & 0x80) != 0))
            break;
        if (cell->width != 1)
            canvas_free_cell(pen->canvas, first + (int)at, pen->y);
        *cell = (struct cell){{text[at]}, 1, 1, (uint8_t)role, pen->canvas->link};
    }
    return at;
}

int canvas_put(struct canvas *canvas, int x, int y, int max_width, enum role role,
               const char *text, size_t len)
{
    if (y < 0 || y >= canvas->height || x >= canvas->width)
        return 0;
    const int room = canvas->width - x;
    struct canvas_pen pen = {canvas, x, y, 0, max_width < room ? max_width : room};
    struct glyph glyph;
    bool fits = pen.limit > 0;
    for (size_t at = 0; at < len && fits; at += glyph.bytes) {
        at += canvas_draw_plain(&pen, role, text + at, len - at);
        glyph_next(text, len, at, &glyph);
        fits = at < len && canvas_draw_glyph(&pen, role, &glyph);
    }
    return pen.used;
}

int canvas_put_fit(struct canvas *canvas, int x, int y, int max_width, enum role role,
                   const char *text, size_t len)
{
    bool is_cut;
    const size_t fitting = glyph_fit(text, len, max_width, &is_cut);
    int used = canvas_put(canvas, x, y, max_width, role, text, fitting);
    if (is_cut)
        used += canvas_put(canvas, x + used, y, max_width - used, role, CUT_SIGN,
                           strlen(CUT_SIGN));
    return used;
}

/* The part of a rectangle that lies on the canvas; empty if there is none. */
static struct rect canvas_clip(const struct canvas *canvas, struct rect rect)
{
    const int64_t right = (int64_t)rect.x + (rect.width > 0 ? rect.width : 0);
    const int64_t bottom = (int64_t)rect.y + (rect.height > 0 ? rect.height : 0);
    struct rect inside = {rect.x > 0 ? rect.x : 0, rect.y > 0 ? rect.y : 0, 0, 0};
    const int64_t last_x = right < canvas->width ? right : canvas->width;
    const int64_t last_y = bottom < canvas->height ? bottom : canvas->height;
    if (last_x > inside.x && last_y > inside.y) {
        inside.width = (int)(last_x - inside.x);
        inside.height = (int)(last_y - inside.y);
    }
    return inside;
}

void canvas_fill(struct canvas *canvas, struct rect rect, enum role role)
{
    const struct rect inside = canvas_clip(canvas, rect);
    const struct cell blank = canvas_blank(role);
    const size_t width = (size_t)inside.width;
    const struct cell *first = NULL; /* the first row, which the others copy */
    for (int y = inside.y; y < inside.y + inside.height; y++) {
        struct cell *row = canvas_find(canvas, inside.x, y);
        canvas_free_cell(canvas, inside.x, y);
        canvas_free_cell(canvas, inside.x + inside.width - 1, y);
        if (first != NULL) {
            memcpy(row, first, width * sizeof(blank));
            continue;
        }
        for (size_t i = 0; i < width; i++)
            row[i] = blank;
        first = row;
    }
}

/* --- Links ------------------------------------------------------------------------ */

/* Forgets the addresses that no cell leads to. */
static void canvas_sweep_links(struct canvas *canvas)
{
    bool is_used[LINK_MAX + 1] = {false};
    const size_t count = (size_t)canvas->width * (size_t)canvas->height;
    for (size_t i = 0; i < count; i++)
        is_used[canvas->cells[i].link] = true;
    link_table_sweep(&canvas->links, is_used);
}

void canvas_begin_link(struct canvas *canvas, const char *address, size_t len)
{
    canvas->link = link_table_add(&canvas->links, address, len);
    if (canvas->link == 0) {
        canvas_sweep_links(canvas);
        canvas->link = link_table_add(&canvas->links, address, len);
    }
}

void canvas_end_link(struct canvas *canvas)
{
    canvas->link = 0;
}

const char *canvas_link_at(const struct canvas *canvas, int x, int y)
{
    const struct cell *cell = canvas_cell_at(canvas, x, y);
    return cell != NULL ? link_table_get(&canvas->links, cell->link) : NULL;
}

/* --- Boxes ------------------------------------------------------------------------ */

static struct cell canvas_sign(enum role role, const char *sign)
{
    struct cell cell = {"", (uint8_t)strlen(sign), 1, (uint8_t)role, 0};
    memcpy(cell.text, sign, strlen(sign));
    return cell;
}

static void canvas_set_sign(struct canvas *canvas, int x, int y, enum role role,
                            const char *sign)
{
    const struct cell cell = canvas_sign(role, sign);
    canvas_set(canvas, x, y, &cell);
}

void canvas_box(struct canvas *canvas, struct rect rect, enum role role)
{
    if (rect.width < 2 || rect.height < 2)
        return;
    const struct rect inside = canvas_clip(canvas, rect);
    const int right = rect.x + rect.width - 1;
    const int bottom = rect.y + rect.height - 1;
    const struct cell lying = canvas_sign(role, "\xe2\x94\x80");
    const struct cell standing = canvas_sign(role, "\xe2\x94\x82");
    for (int x = inside.x; x < inside.x + inside.width; x++) {
        canvas_set(canvas, x, rect.y, &lying);
        canvas_set(canvas, x, bottom, &lying);
    }
    for (int y = inside.y; y < inside.y + inside.height; y++) {
        canvas_set(canvas, rect.x, y, &standing);
        canvas_set(canvas, right, y, &standing);
    }
    canvas_set_sign(canvas, rect.x, rect.y, role, "\xe2\x94\x8c");
    canvas_set_sign(canvas, right, rect.y, role, "\xe2\x94\x90");
    canvas_set_sign(canvas, rect.x, bottom, role, "\xe2\x94\x94");
    canvas_set_sign(canvas, right, bottom, role, "\xe2\x94\x98");
}

/* Both halves of a wide character at the edge of the rectangle take the role. */
void canvas_set_role(struct canvas *canvas, struct rect rect, enum role role)
{
    const struct rect inside = canvas_clip(canvas, rect);
    for (int y = inside.y; y < inside.y + inside.height; y++) {
        for (int x = inside.x; x < inside.x + inside.width; x++) {
            struct cell *cell = canvas_find(canvas, x, y);
            cell->role = (uint8_t)role;
            if (cell->width == 0 && x > 0)
                cell[-1].role = (uint8_t)role;
            if (cell->width == 2 && x + 1 < canvas->width)
                cell[1].role = (uint8_t)role;
        }
    }
}

void canvas_set_cursor(struct canvas *canvas, int x, int y)
{
    canvas->is_cursor_visible = canvas_has(canvas, x, y);
    canvas->cursor_x = canvas->is_cursor_visible ? x : 0;
    canvas->cursor_y = canvas->is_cursor_visible ? y : 0;
}

const struct cell *canvas_cell_at(const struct canvas *canvas, int x, int y)
{
    return canvas_has(canvas, x, y) ? canvas_find(canvas, x, y) : NULL;
}

enum role canvas_role_at(const struct canvas *canvas, int x, int y)
{
    return canvas_has(canvas, x, y) ? (enum role)canvas_find(canvas, x, y)->role
                                    : ROLE_TEXT;
}

const struct cell *canvas_row(const struct canvas *canvas, int y)
{
    return canvas_find(canvas, 0, y);
}

bool canvas_to_text(const struct canvas *canvas, struct strbuf *out)
{
    bool ok = true;
    for (int y = 0; y < canvas->height; y++) {
        const struct cell *row = canvas_row(canvas, y);
        int last = canvas->width;
        while (last > 0 && row[last - 1].text_len == 1 && row[last - 1].text[0] == ' ')
            last--;
        for (int x = 0; x < last; x++)
            ok = strbuf_append(out, row[x].text, row[x].text_len) && ok;
        ok = strbuf_append_char(out, '\n') && ok;
    }
    return ok;
}

/*
 * Columns are as wide as the room allows, but not below a least width: then fewer of them
 * are shown. The line of what a cell took is given up first, then its text is cut.
 */
#include "ui/view/matrix_view.h"

#include <string.h>

#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "ui/render/glyph.h"

#define CELL_WIDTH_MIN 18
#define CELL_WIDTH_MAX 60
#define LABEL_MIN      4

/* From this height on there is a title. */
#define TITLE_HEIGHT_MIN 6

/* A cell this wide has room for what it took in its one line. */
#define METRICS_WIDTH_MIN 24

static void lay_out_columns(struct matrix_layout *layout, const struct matrix_size *size)
{
    const int width = layout->rect.width;
    const int most = width / 3 > LABEL_MIN ? width / 3 : LABEL_MIN;
    int label = size->label_width + 2;
    if (label > most)
        label = most;
    if (label < LABEL_MIN)
        label = LABEL_MIN;
    layout->label_width = label;
    const int room = width - label > 1 ? width - label : 1;
    int fitting = room / CELL_WIDTH_MIN;
    if (fitting < 1)
        fitting = 1;
    if (fitting > MATRIX_COLUMNS_MAX)
        fitting = MATRIX_COLUMNS_MAX;
    layout->columns_shown =
        size->column_count < (size_t)fitting ? size->column_count : (size_t)fitting;
    const int share =
        layout->columns_shown > 0 ? room / (int)layout->columns_shown : room;
    layout->cell_width = share < CELL_WIDTH_MAX ? share : CELL_WIDTH_MAX;
}

static void lay_out_rows(struct matrix_layout *layout, const struct matrix_size *size)
{
    layout->has_title = layout->rect.height >= TITLE_HEIGHT_MIN;
    layout->head_y = layout->rect.y + layout->has_title;
    layout->body_y = layout->head_y + 1;
    const int room = layout->rect.y + layout->rect.height - layout->body_y;
    const size_t height = room > 0 ? (size_t)room : 0;
    layout->row_height = size->row_count <= height / 2 ? 2 : 1;
    const size_t fitting = height / (size_t)layout->row_height;
    layout->rows_shown = fitting < MATRIX_ROWS_MAX ? fitting : MATRIX_ROWS_MAX;
}

/* The first place in sight, changed only so far that the chosen one is. */
static size_t settle(size_t first, size_t chosen, size_t shown, size_t count)
{
    if (shown == 0)
        return 0;
    if (chosen < first)
        first = chosen;
    if (chosen >= first + shown)
        first = chosen - shown + 1;
    if (count <= shown)
        return 0;
    return first > count - shown ? count - shown : first;
}

struct matrix_layout matrix_lay_out(const struct matrix_size *size, struct rect rect)
{
    struct matrix_layout layout = {.rect = rect};
    lay_out_columns(&layout, size);
    lay_out_rows(&layout, size);
    layout.first_row =
        settle(size->first_row, size->row, layout.rows_shown, size->row_count);
    layout.first_column = settle(size->first_column, size->column, layout.columns_shown,
                                 size->column_count);
    if (layout.rows_shown > size->row_count)
        layout.rows_shown = size->row_count;
    return layout;
}

bool matrix_is_shown(const struct matrix_layout *layout, size_t row, size_t column)
{
    return row >= layout->first_row && row < layout->first_row + layout->rows_shown &&
           column >= layout->first_column &&
           column < layout->first_column + layout->columns_shown;
}

bool matrix_find(const struct matrix_layout *layout, int x, int y, size_t *row,
                 size_t *column)
{
    const int left = layout->rect.x + layout->label_width;
    if (x < left || y < layout->body_y || layout->cell_width < 1)
        return false;
    *row = layout->first_row + (size_t)((y - layout->body_y) / layout->row_height);
    *column = layout->first_column + (size_t)((x - left) / layout->cell_width);
    return matrix_is_shown(layout, *row, *column);
}

static int column_x(const struct matrix_layout *layout, size_t column)
{
    return layout->rect.x + layout->label_width +
           (int)(column - layout->first_column) * layout->cell_width;
}

static int row_y(const struct matrix_layout *layout, size_t row)
{
    return layout->body_y + (int)(row - layout->first_row) * layout->row_height;
}

void matrix_draw_title(const struct matrix_layout *layout, struct canvas *canvas,
                       const char *title)
{
    const struct rect rect = {layout->rect.x, layout->rect.y, layout->rect.width, 1};
    if (!layout->has_title)
        return;
    canvas_fill(canvas, rect, ROLE_TEXT);
    canvas_put_fit(canvas, rect.x, rect.y, rect.width, ROLE_TITLE_FOCUSED, title,
                   strlen(title));
}

void matrix_draw_head(const struct matrix_layout *layout, struct canvas *canvas,
                      size_t column, const char *name)
{
    if (column < layout->first_column ||
        column >= layout->first_column + layout->columns_shown)
        return;
    const int x = column_x(layout, column);
    canvas_fill(canvas, (struct rect){x, layout->head_y, layout->cell_width, 1},
                ROLE_TEXT);
    canvas_put_fit(canvas, x, layout->head_y, layout->cell_width - 1, ROLE_STRONG, name,
                   strlen(name));
}

void matrix_draw_label(const struct matrix_layout *layout, struct canvas *canvas,
                       size_t row, const char *label, bool is_chosen)
{
    if (row < layout->first_row || row >= layout->first_row + layout->rows_shown)
        return;
    const struct rect rect = {layout->rect.x, row_y(layout, row), layout->label_width,
                              layout->row_height};
    canvas_fill(canvas, rect, ROLE_TEXT);
    canvas_put(canvas, rect.x, rect.y, 1, ROLE_KEY, is_chosen ? "\xe2\x80\xba" : " ",
               is_chosen ? 3 : 1);
    canvas_put_fit(canvas, rect.x + 1, rect.y, rect.width - 2, ROLE_STRONG, label,
                   strlen(label));
}

/* The end of a text that fits into the width, with "…" before it. */
static void put_tail(struct canvas *canvas, struct rect rect, enum role role,
                     const char *text, size_t len)
{
    size_t start = 0;
    int width = text_width(text, len);
    const bool is_cut = width > rect.width;
    while (width > rect.width - is_cut && start < len) {
        struct glyph glyph;
        start += glyph_next(text, len, start, &glyph);
        width = text_width(text + start, len - start);
    }
    if (is_cut)
        canvas_put(canvas, rect.x, rect.y, 1, ROLE_DIM, "\xe2\x80\xa6", 3);
    canvas_put(canvas, rect.x + is_cut, rect.y, rect.width - is_cut, role, text + start,
               len - start);
}

static void put_metrics(struct canvas *canvas, struct rect rect,
                        const struct matrix_cell *cell)
{
    canvas_put_fit(canvas, rect.x, rect.y, rect.width, ROLE_DIM, cell->metrics,
                   strlen(cell->metrics));
}

void matrix_draw_cell(const struct matrix_layout *layout, struct canvas *canvas,
                      size_t row, size_t column, const struct matrix_cell *cell)
{
    if (!matrix_is_shown(layout, row, column))
        return;
    const struct rect rect = {column_x(layout, column), row_y(layout, row),
                              layout->cell_width, layout->row_height};
    struct rect text = {rect.x + 2, rect.y, rect.width - 3, 1};
    canvas_fill(canvas, rect, ROLE_TEXT);
    canvas_put(canvas, rect.x, rect.y, 1, cell->sign_role, cell->sign,
               strlen(cell->sign));
    if (rect.height == 2) {
        put_metrics(canvas, (struct rect){text.x, rect.y + 1, text.width, 1}, cell);
    } else if (rect.width >= METRICS_WIDTH_MIN && cell->metrics[0] != '\0') {
        const int width = text_width(cell->metrics, strlen(cell->metrics));
        if (width < text.width / 2) {
            text.width -= width + 1;
            put_metrics(canvas, (struct rect){text.x + text.width + 1, text.y, width, 1},
                        cell);
        }
    }
    if (cell->is_tail)
        put_tail(canvas, text, ROLE_TEXT, cell->text, cell->len);
    else
        canvas_put_fit(canvas, text.x, text.y, text.width, ROLE_TEXT, cell->text,
                       cell->len);
    if (cell->is_chosen)
        canvas_set_role(canvas,
                        (struct rect){rect.x, rect.y, rect.width - 1, rect.height},
                        ROLE_SELECTED);
}

void matrix_draw_edges(const struct matrix_layout *layout, struct canvas *canvas,
                       const struct matrix_size *size)
{
    const struct rect rect = {layout->rect.x, layout->head_y, layout->label_width, 1};
    const bool has_left = layout->first_column > 0;
    const bool has_right =
        layout->first_column + layout->columns_shown < size->column_count;
    const bool has_up = layout->first_row > 0;
    const bool has_down = layout->first_row + layout->rows_shown < size->row_count;
    char *text = strbuf_format(
        "%s%s%s%s", has_left ? "\xe2\x97\x82" : "", has_right ? "\xe2\x96\xb8" : "",
        has_up ? "\xe2\x96\xb4" : "", has_down ? "\xe2\x96\xbe" : "");
    canvas_fill(canvas, rect, ROLE_TEXT);
    canvas_put(canvas, rect.x, rect.y, rect.width, ROLE_KEY, text, strlen(text));
    mem_free(text);
}

/* What is drawn, the text with the labels of its chips, is wrapped anew when the text or
 * the width is another one, and kept for the frames in between: a text may be long, for
 * chips can be written out. The cursor is looked up for each drawing. */
#include "ui/view/edit_view.h"

#include <string.h>

#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "ui/edit/chip.h"
#include "ui/render/glyph.h"
#include "ui/render/wrap.h"

/* The columns of the sign before the text. */
#define EDIT_INDENT 2

/* The label of a chip in the text that is drawn. */
struct edit_label {
    size_t start;
    size_t end;
    size_t sign; /* where the chip stands in the shown text */
};

struct edit_picture {
    const struct line_edit *edit; /* whose text it is, only to be compared; NULL: none */
    uint64_t version;             /* of that text */
    struct strbuf text;           /* with the labels of its chips */
    struct edit_label *labels;
    size_t label_count;
    size_t label_cap;
    struct wrap wrap;
};

static void edit_view_add_label(struct edit_picture *picture, const struct chip *chip,
                                size_t sign)
{
    picture->labels = mem_grow(picture->labels, &picture->label_cap,
                               picture->label_count + 1, sizeof(picture->labels[0]));
    struct edit_label *label = &picture->labels[picture->label_count++];
    label->sign = sign;
    label->start = picture->text.len;
    chip_append_label(chip, &picture->text);
    label->end = picture->text.len;
}

static void edit_view_init(struct edit_picture *picture)
{
    *picture = (struct edit_picture){.edit = NULL};
    strbuf_init(&picture->text, STRBUF_OWN_MAX);
    wrap_init(&picture->wrap, 1);
}

static void edit_view_clear(struct edit_picture *picture)
{
    wrap_clear(&picture->wrap);
    mem_free(picture->labels);
    strbuf_clear(&picture->text);
}

/* Makes the text that is drawn. */
static void edit_view_compose(struct edit_picture *picture, const struct line_edit *edit)
{
    const char *shown = line_edit_shown(edit);
    const size_t len = line_edit_shown_len(edit);
    strbuf_reset(&picture->text);
    picture->label_count = 0;
    for (size_t at = 0; at < len;) {
        const size_t sign = chip_next_sign(shown, len, at);
        strbuf_append(&picture->text, shown + at, sign - at);
        const struct chip *chip = line_edit_chip_at(edit, sign);
        if (chip != NULL)
            edit_view_add_label(picture, chip, sign);
        at = sign + CHIP_BYTES;
    }
}

/* Brings the picture up to date. */
static void edit_view_update(struct edit_picture *picture, const struct line_edit *edit,
                             int width)
{
    /* One column stays free at the right for a cursor behind a full row. */
    const int room = width - EDIT_INDENT - 1;
    const int columns = room > 0 ? room : 1;
    const bool is_same_text =
        picture->edit == edit && picture->version == line_edit_version(edit);
    if (is_same_text && picture->wrap.width == columns)
        return;
    if (!is_same_text)
        edit_view_compose(picture, edit);
    picture->edit = edit;
    picture->version = line_edit_version(edit);
    wrap_reset(&picture->wrap, columns);
    wrap_extend(&picture->wrap, strbuf_text(&picture->text), picture->text.len);
}

struct edit_picture *edit_picture_new(void)
{
    struct edit_picture *picture = mem_alloc(sizeof(*picture));
    edit_view_init(picture);
    return picture;
}

void edit_picture_free(struct edit_picture *picture)
{
    if (picture == NULL)
        return;
    edit_view_clear(picture);
    mem_free(picture);
}

int edit_picture_height(struct edit_picture *picture, const struct line_edit *edit,
                        int width)
{
    edit_view_update(picture, edit, width);
    return (int)picture->wrap.row_count;
}

int edit_view_height(const struct line_edit *edit, int width)
{
    struct edit_picture picture;
    edit_view_init(&picture);
    const int rows = edit_picture_height(&picture, edit, width);
    edit_view_clear(&picture);
    return rows;
}

/* The place of the editor's cursor in the text that is drawn. */
static size_t edit_view_cursor(const struct edit_picture *picture,
                               const struct line_edit *edit)
{
    const size_t cursor = line_edit_cursor(edit);
    size_t count = 0;
    while (count < picture->label_count &&
           picture->labels[count].sign + CHIP_BYTES <= cursor)
        count++;
    if (count == 0)
        return cursor;
    const struct edit_label *last = &picture->labels[count - 1];
    return last->end + cursor - (last->sign + CHIP_BYTES);
}

/* The cell of the cursor relative to the text's first cell, in the wrapped text. */
static void edit_view_find_cursor(const struct edit_picture *picture,
                                  const struct line_edit *edit, int *x, int *row)
{
    const char *text = strbuf_text(&picture->text);
    const size_t cursor = edit_view_cursor(picture, edit);
    const size_t found = wrap_find_row(&picture->wrap, cursor);
    const size_t start = wrap_row(&picture->wrap, found)->start;
    *row = (int)found;
    *x = cursor > start ? text_width(text + start, cursor - start) : 0;
    /* Blanks that hang at a row's end stand on one place. */
    if (*x > picture->wrap.width)
        *x = picture->wrap.width;
}

/* Gives what a row has of a label its role. */
static void edit_view_mark_label(const struct edit_picture *picture,
                                 struct canvas *canvas, const struct wrap_row *row,
                                 const struct edit_label *label, struct rect at)
{
    const size_t row_end = (size_t)row->start + row->len;
    const size_t start = label->start > row->start ? label->start : row->start;
    const size_t end = label->end < row_end ? label->end : row_end;
    if (start >= end)
        return;
    const char *text = strbuf_text(&picture->text) + row->start;
    const int from = text_width(text, start - row->start);
    const int to = text_width(text, end - row->start);
    canvas_set_role(canvas, (struct rect){at.x + from, at.y, to - from, 1}, ROLE_CHIP_ON);
}

static void edit_view_draw_row(const struct edit_picture *picture, struct canvas *canvas,
                               size_t index, struct rect at)
{
    const struct wrap_row *row = wrap_row(&picture->wrap, index);
    canvas_put(canvas, at.x, at.y, at.width, ROLE_COMPOSER,
               strbuf_text(&picture->text) + row->start, row->len);
    for (size_t i = 0; i < picture->label_count; i++)
        edit_view_mark_label(picture, canvas, row, &picture->labels[i], at);
}

/* The row that is drawn first: of a long text what is around the cursor is in sight,
 * above it and below. */
static int edit_view_find_first(const struct edit_picture *picture, int cursor_row,
                                int height)
{
    const int last = (int)picture->wrap.row_count - height;
    int first = cursor_row - height / 2;
    if (first > last)
        first = last;
    return first > 0 ? first : 0;
}

void edit_picture_draw(struct edit_picture *picture, const struct line_edit *edit,
                       struct canvas *canvas, struct rect rect, bool is_active)
{
    int cursor_x;
    int cursor_row;
    edit_view_update(picture, edit, rect.width);
    edit_view_find_cursor(picture, edit, &cursor_x, &cursor_row);
    const int first = edit_view_find_first(picture, cursor_row, rect.height);
    for (int y = 0; y < rect.height; y++) {
        const size_t index = (size_t)(first + y);
        if (index >= picture->wrap.row_count)
            break;
        edit_view_draw_row(
            picture, canvas, index,
            (struct rect){rect.x + EDIT_INDENT, rect.y + y, rect.width - EDIT_INDENT, 1});
    }
    canvas_put(canvas, rect.x, rect.y, EDIT_INDENT, is_active ? ROLE_KEY : ROLE_DIM,
               first > 0 ? "\xe2\x80\xa6" : ">", first > 0 ? 3 : 1);
    if ((size_t)(first + rect.height) < picture->wrap.row_count && rect.height > 1)
        canvas_put(canvas, rect.x, rect.y + rect.height - 1, EDIT_INDENT, ROLE_DIM,
                   "\xe2\x80\xa6", 3);
    if (is_active)
        canvas_set_cursor(canvas, rect.x + EDIT_INDENT + cursor_x,
                          rect.y + cursor_row - first);
}

void edit_view_draw(const struct line_edit *edit, struct canvas *canvas, struct rect rect,
                    bool is_active)
{
    struct edit_picture picture;
    edit_view_init(&picture);
    edit_picture_draw(&picture, edit, canvas, rect, is_active);
    edit_view_clear(&picture);
}

/*
 * Every field is measured before any is drawn: the rows of the one with the keys have to
 * be in sight, so the rows above it may be scrolled away.
 */
#include "ui/view/form_view.h"

#include <string.h>

#include "src/base/mem.h"
#include "ui/render/glyph.h"
#include "ui/view/edit_view.h"

/* From here on the preview stands beside the fields. */
#define FORM_WIDE 96

/* Below this width names stand above their values. */
#define FORM_SPLIT_WIDTH 36

/* The most rows of a text, with the keys and without. */
#define FORM_TEXT_ROWS 6
#define FORM_REST_ROWS 2

#define FORM_NAME_MAX 24

/* A field where it is drawn. */
struct form_row {
    const struct form_view_field *field;
    struct rect rect; /* of the whole field */
    int name_width;   /* 0: the name has a row of its own */
    bool is_focused;
    bool is_active;
};

static int form_name_width(const struct form_view *view, int width)
{
    int most = 0;
    if (width < FORM_SPLIT_WIDTH)
        return 0;
    for (size_t i = 0; i < view->field_count; i++) {
        const char *name = view->fields[i].name;
        const int used = text_width(name, strlen(name)) + 3;
        if (used > most)
            most = used;
    }
    return most < FORM_NAME_MAX ? most : FORM_NAME_MAX;
}

/* --- Choices --------------------------------------------------------------------- */

/* Draws the choices one after the other, or only measures them (no canvas); returns the
 * rows. */
static int form_put_choices(const struct form_view_field *field, struct canvas *canvas,
                            struct rect rect, bool is_focused)
{
    int x = 0;
    int y = 0;
    for (size_t i = 0; i < field->choice_count; i++) {
        char *text = strbuf_format("%s%s", field->ticks[i] ? "\xe2\x9c\x93" : " ",
                                   field->choices[i]);
        const bool is_chosen = i == field->chosen;
        const int width = text_width(text, strlen(text)) + 1;
        if (x > 0 && x + width > rect.width) {
            x = 0;
            y++;
        }
        if (canvas != NULL && y < rect.height) {
            canvas_put_fit(canvas, rect.x + x, rect.y + y, rect.width - x,
                           is_chosen         ? ROLE_CHIP_ON
                           : field->ticks[i] ? ROLE_STRONG
                                             : ROLE_DIM,
                           text, strlen(text));
            if (is_chosen && is_focused)
                canvas_set_cursor(canvas, rect.x + x, rect.y + y);
        }
        x += width + 1;
        mem_free(text);
    }
    return y + 1;
}

/* --- Fields ---------------------------------------------------------------------- */

static int form_value_rows(const struct form_view_field *field, int width,
                           bool is_focused)
{
    const int most = is_focused ? FORM_TEXT_ROWS : FORM_REST_ROWS;
    const int rows =
        field->choices != NULL
            ? form_put_choices(field, NULL, (struct rect){0, 0, width, 0}, false)
            : edit_view_height(field->edit, width);
    return rows < most ? rows : most;
}

static bool form_has_help(const struct form_view_field *field, bool is_focused)
{
    return is_focused && (field->help[0] != '\0' || field->type[0] != '\0');
}

static int form_field_rows(const struct form_view_field *field, int width, int name_width,
                           bool is_focused)
{
    return form_value_rows(field, width - name_width, is_focused) + (name_width == 0) +
           form_has_help(field, is_focused) + (field->error != NULL);
}

static void form_draw_name(const struct form_row *row, struct canvas *canvas)
{
    const struct form_view_field *field = row->field;
    struct strbuf name;
    const int width = row->name_width > 0 ? row->name_width - 1 : row->rect.width;
    strbuf_init(&name, STRBUF_OWN_MAX);
    strbuf_append_format(&name, "%s%s%s", row->is_focused ? "\xe2\x80\xba" : " ",
                         field->name, field->is_required ? "*" : "");
    if (field->value_count > 1 && row->name_width == 0)
        strbuf_append_format(&name, " \xc2\xb7 %zu values", field->value_count);
    canvas_put_fit(canvas, row->rect.x, row->rect.y, width,
                   row->is_focused ? ROLE_STRONG : ROLE_TEXT, strbuf_text(&name),
                   name.len);
    strbuf_clear(&name);
}

static void form_draw_value(const struct form_row *row, struct canvas *canvas,
                            struct rect rect)
{
    const struct form_view_field *field = row->field;
    if (field->choices != NULL) {
        form_put_choices(field, canvas, rect, row->is_active);
        return;
    }
    edit_view_draw(field->edit, canvas, rect, row->is_active);
    if (line_edit_len(field->edit) == 0 && field->placeholder != NULL)
        canvas_put_fit(canvas, rect.x + 2, rect.y, rect.width - 2, ROLE_DIM,
                       field->placeholder, strlen(field->placeholder));
}

static void form_draw_help(const struct form_view_field *field, struct canvas *canvas,
                           struct rect rect)
{
    struct strbuf help;
    strbuf_init(&help, STRBUF_OWN_MAX);
    strbuf_append_text(&help, field->type);
    if (field->value_count > 1)
        strbuf_append_format(&help, ", %zu values", field->value_count);
    if (field->help[0] != '\0')
        strbuf_append_format(&help, "%s%s", help.len > 0 ? " \xc2\xb7 " : "",
                             field->help);
    canvas_put_fit(canvas, rect.x, rect.y, rect.width, ROLE_DIM, strbuf_text(&help),
                   help.len);
    strbuf_clear(&help);
}

/* Everything of a field goes to a canvas that is cut by nobody: rows outside of `clip`
 * are left out here. */
static void form_draw_field(const struct form_row *row, struct canvas *canvas,
                            struct rect clip)
{
    const struct form_view_field *field = row->field;
    const int x = row->rect.x + row->name_width;
    const int width = row->rect.width - row->name_width;
    const int bottom = clip.y + clip.height;
    int y = row->rect.y;
    if (y >= clip.y && y < bottom)
        form_draw_name(row, canvas);
    y += row->name_width == 0;
    int rows = form_value_rows(field, width, row->is_focused);
    const int value_y = y;
    if (value_y + rows > bottom)
        rows = bottom - value_y;
    if (value_y >= clip.y && rows > 0)
        form_draw_value(row, canvas, (struct rect){x, value_y, width, rows});
    y = value_y + form_value_rows(field, width, row->is_focused);
    if (field->error != NULL && y >= clip.y && y < bottom)
        canvas_put_fit(canvas, x, y, width, ROLE_ERROR, field->error,
                       strlen(field->error));
    y += field->error != NULL;
    if (form_has_help(field, row->is_focused) && y >= clip.y && y < bottom)
        form_draw_help(field, canvas, (struct rect){x, y, width, 1});
}

/* The rows that all fields take, and where the one with the keys begins and ends. */
static int form_measure(const struct form_view *view, int width, int *start, int *end)
{
    const int name_width = form_name_width(view, width);
    int rows = 0;
    for (size_t i = 0; i < view->field_count; i++) {
        const bool is_focused = i == view->focused;
        if (is_focused)
            *start = rows;
        rows += form_field_rows(&view->fields[i], width, name_width, is_focused);
        if (is_focused)
            *end = rows;
    }
    return rows;
}

static void form_draw_fields(const struct form_view *view, struct canvas *canvas,
                             struct rect rect)
{
    int start = 0;
    int end = 0;
    form_measure(view, rect.width, &start, &end);
    const int name_width = form_name_width(view, rect.width);
    int skipped = end > rect.height ? end - rect.height : 0;
    if (skipped > start)
        skipped = start;
    int y = rect.y - skipped;
    for (size_t i = 0; i < view->field_count && y < rect.y + rect.height; i++) {
        const bool is_focused = i == view->focused;
        const int rows =
            form_field_rows(&view->fields[i], rect.width, name_width, is_focused);
        const struct form_row row = {.field = &view->fields[i],
                                     .rect = {rect.x, y, rect.width, rows},
                                     .name_width = name_width,
                                     .is_focused = is_focused,
                                     .is_active = is_focused && view->is_active};
        form_draw_field(&row, canvas, rect);
        y += rows;
    }
}

/* --- Preview --------------------------------------------------------------------- */

static void form_draw_preview(struct form_view *view, struct canvas *canvas,
                              struct rect rect)
{
    view->preview_shown = rect.height - 1;
    if (rect.height < 2 || rect.width < 1)
        return;
    sheet_wrap(view->preview, rect.width);
    const size_t shown = (size_t)rect.height - 1;
    const size_t count = view->preview->row_count;
    if (count <= shown)
        view->preview_first = 0;
    else if (view->preview_first > count - shown)
        view->preview_first = count - shown;
    char *title = count > shown
                      ? strbuf_format("%s \xc2\xb7 lines %zu\xe2\x80\x93%zu of "
                                      "%zu (PgUp PgDn)",
                                      view->preview_title, view->preview_first + 1,
                                      view->preview_first + shown, count)
                      : mem_strdup(view->preview_title);
    canvas_put_fit(canvas, rect.x, rect.y, rect.width, ROLE_TITLE, title, strlen(title));
    mem_free(title);
    for (size_t i = 0; i < shown && view->preview_first + i < count; i++)
        sheet_draw(view->preview, view->preview_first + i, canvas, rect.x,
                   rect.y + 1 + (int)i);
}

/* --- All ------------------------------------------------------------------------- */

/* Shares the room between fields and preview. */
static void form_lay_out(const struct form_view *view, struct rect room,
                         struct rect *fields, struct rect *preview)
{
    int start = 0;
    int end = 0;
    *fields = *preview = room;
    if (room.width >= FORM_WIDE) {
        fields->width = room.width / 2 - 2;
        preview->x += room.width / 2;
        preview->width -= room.width / 2;
        return;
    }
    const int rows = form_measure(view, room.width, &start, &end);
    /* The fields have what they need; of a small room, two thirds. */
    int most = room.height * 2 / 3;
    if (most < end - start)
        most = end - start < room.height ? end - start : room.height;
    fields->height = rows < most ? rows : most;
    preview->y += fields->height + 1;
    preview->height -= fields->height + 1;
}

void form_view_draw(struct form_view *view, struct canvas *canvas, struct rect rect)
{
    struct rect fields;
    struct rect preview;
    canvas_fill(canvas, rect, ROLE_TEXT);
    canvas_put_fit(canvas, rect.x, rect.y, rect.width, ROLE_TITLE_FOCUSED, view->title,
                   strlen(view->title));
    rect.y++;
    rect.height--;
    if (view->estimate[0] != '\0' && rect.height >= 6) {
        rect.height--;
        canvas_put_fit(canvas, rect.x + 1, rect.y + rect.height, rect.width - 2, ROLE_DIM,
                       view->estimate, strlen(view->estimate));
    }
    form_lay_out(view, rect, &fields, &preview);
    form_draw_preview(view, canvas, preview);
    form_draw_fields(view, canvas, fields);
}

/*
 * The page of the matrix: painting what has changed in it, keys, cells that become panes.
 * A cell's chat belongs to the run as long as the cell has it: a pane over it is closed
 * without closing the chat, and before the cell runs again, or the matrix goes, the chat
 * is given to the pane.
 */
#include <string.h>

#include "src/base/clock.h"
#include "src/base/mem.h"
#include "ui/app_state.h"
#include "ui/render/glyph.h"

/* The sums are written anew at most so often while answers come. */
#define MATRIX_LINE_MS 200

/* Rows whose labels are measured. */
#define MATRIX_LABELS 300

/* A page of this height has a line for the sums. */
#define MATRIX_LINE_HEIGHT_MIN 3

#define MATRIX_WHEEL_ROWS 3

static const char *const filter_names[] = {
    [MATRIX_ALL] = "all rows",
    [MATRIX_FAILED] = "rows with a failure",
    [MATRIX_DIFFERS] = "rows whose answers differ",
};

/* --- Life ------------------------------------------------------------------------ */

static bool matrix_has_chat(const struct app *app, const struct pane *pane)
{
    if (app->matrix.matrix == NULL || !pane->is_of_matrix)
        return false;
    const struct run_cell *cell =
        matrix_cell(app->matrix.matrix, pane->row, pane->column);
    return cell != NULL && cell->chat == pane->chat;
}

bool app_matrix_keeps(const struct app *app, const struct pane *pane)
{
    return matrix_has_chat(app, pane);
}

/* The chat of a cell is its pane's from now on. */
static void matrix_give_to_panes(struct app *app, size_t row, size_t column)
{
    for (size_t i = 0; i < app->pane_count; i++) {
        struct pane *pane = &app->panes[i];
        if (!matrix_has_chat(app, pane) || pane->row != row || pane->column != column)
            continue;
        run_take_chat(app->matrix.matrix->run, row, column);
        pane->is_of_matrix = false;
    }
}

void app_clear_matrix(struct app *app)
{
    struct app_matrix *page = &app->matrix;
    for (size_t i = 0; i < app->pane_count; i++) {
        const struct pane *pane = &app->panes[i];
        if (matrix_has_chat(app, pane))
            matrix_give_to_panes(app, pane->row, pane->column);
    }
    struct matrix *matrix = page->matrix;
    page->matrix = NULL;
    matrix_free(matrix);
    mem_free(page->title);
    mem_free(page->dirty);
    mem_free(page->line);
    line_edit_free(page->path);
    sheet_clear(&page->answer);
    *page = (struct app_matrix){0};
    sheet_init(&page->answer);
    if (app->page == PAGE_MATRIX)
        app->page = PAGE_PANES;
}

const char *app_matrix_loss(struct app *app)
{
    if (app->matrix.matrix == NULL)
        return NULL;
    return matrix_is_running(app->matrix.matrix)
               ? "the matrix that runs would be stopped and go"
               : app_say(app, "the results of the old matrix would go ({matrix} leads "
                              "there)");
}

static int matrix_measure_labels(const struct matrix *matrix)
{
    int most = 0;
    struct strbuf label;
    strbuf_init(&label, STRBUF_OWN_MAX);
    for (size_t i = 0; i < matrix->row_count && i < MATRIX_LABELS; i++) {
        strbuf_reset(&label);
        prompt_rows_describe(matrix->rows, i, &label);
        const int width = text_width(strbuf_text(&label), label.len);
        if (width > most)
            most = width;
    }
    strbuf_clear(&label);
    return most;
}

void app_open_matrix(struct app *app)
{
    struct app_matrix *page = &app->matrix;
    if (page->matrix == NULL) {
        app_notify_keys(app, "there is no matrix: send a prompt with several values "
                             "({prompts})");
        return;
    }
    if (page->label_width == 0)
        page->label_width = matrix_measure_labels(page->matrix);
    if (page->dirty == NULL)
        page->dirty = mem_alloc((size_t)MATRIX_ROWS_MAX * MATRIX_COLUMNS_MAX);
    app->page = PAGE_MATRIX;
    app_focus_call(app, 0);
    app_mark_all(app);
}

static void matrix_leave(struct app *app)
{
    app->page = PAGE_PANES;
    app_guard_call(app);
    app_mark_all(app);
}

/* --- What has changed ------------------------------------------------------------ */

bool app_matrix_hear(struct app *app, const struct engine_event *event)
{
    return app->matrix.matrix != NULL && matrix_hear(app->matrix.matrix, event);
}

static bool *matrix_dirty_at(struct app_matrix *page, size_t place, size_t column)
{
    const struct matrix_layout *layout = &page->layout;
    return &page->dirty[(place - layout->first_row) * MATRIX_COLUMNS_MAX +
                        (column - layout->first_column)];
}

void app_mark_cell(struct app *app, size_t row, size_t column, bool is_whole)
{
    struct app_matrix *page = &app->matrix;
    size_t place;
    if (page->matrix == NULL)
        return;
    if (app->overlay == OVERLAY_ANSWER && row == page->answer_row &&
        column == page->answer_column)
        app_refresh_whole(app);
    if (app->page != PAGE_MATRIX)
        return;
    page->is_line_dirty = true;
    if (is_whole && page->matrix->filter != MATRIX_ALL)
        page->is_all_dirty = true;
    else if (matrix_find_place(page->matrix, row, &place) &&
             matrix_is_shown(&page->layout, place, column))
        *matrix_dirty_at(page, place, column) = true;
    app_mark(app);
}

void app_matrix_tick(struct app *app)
{
    struct app_matrix *page = &app->matrix;
    if (page->matrix == NULL || app->page != PAGE_MATRIX)
        return;
    const struct matrix_layout *layout = &page->layout;
    for (size_t i = 0; i < layout->rows_shown; i++) {
        const size_t place = layout->first_row + i;
        if (place >= matrix_listed_count(page->matrix))
            break;
        for (size_t j = 0; j < layout->columns_shown; j++) {
            const size_t column = layout->first_column + j;
            const struct run_cell *cell =
                matrix_cell(page->matrix, matrix_listed_row(page->matrix, place), column);
            if (cell != NULL && cell->state == RUN_CELL_RUNNING)
                *matrix_dirty_at(page, place, column) = true;
        }
    }
    page->is_line_dirty = true;
    page->line_ms = 0;
    app_mark(app);
}

/* --- Painting -------------------------------------------------------------------- */

static void matrix_paint_cell(struct app *app, size_t place, size_t column)
{
    struct app_matrix *page = &app->matrix;
    const size_t row = matrix_listed_row(page->matrix, place);
    struct strbuf text;
    struct strbuf metrics;
    strbuf_init(&text, 16384);
    strbuf_init(&metrics, 1000);
    const struct matrix_sign sign =
        matrix_describe_cell(page->matrix, row, column, &text, &metrics);
    const struct matrix_cell cell = {
        .sign = sign.sign,
        .sign_role = sign.role,
        .text = strbuf_text(&text),
        .len = text.len,
        .is_tail = sign.is_tail,
        .metrics = strbuf_text(&metrics),
        .is_chosen = row == page->matrix->row && column == page->matrix->column,
    };
    matrix_draw_cell(&page->layout, app->canvas, place, column, &cell);
    strbuf_clear(&text);
    strbuf_clear(&metrics);
}

static void matrix_paint_label(struct app *app, size_t place)
{
    const struct matrix *matrix = app->matrix.matrix;
    const size_t row = matrix_listed_row(matrix, place);
    struct strbuf label;
    strbuf_init(&label, STRBUF_OWN_MAX);
    prompt_rows_describe(matrix->rows, row, &label);
    if (label.len == 0)
        strbuf_append_format(&label, "%zu", row + 1);
    matrix_draw_label(&app->matrix.layout, app->canvas, place, strbuf_text(&label),
                      row == matrix->row);
    strbuf_clear(&label);
}

static void matrix_paint_frame(struct app *app, const struct matrix_size *size)
{
    struct app_matrix *page = &app->matrix;
    const struct matrix *matrix = page->matrix;
    char *title = strbuf_format(
        " %s \xc2\xb7 %zu row%s \xc3\x97 %zu model%s \xc2\xb7 %s ", page->title,
        matrix->row_count, matrix->row_count == 1 ? "" : "s", matrix->column_count,
        matrix->column_count == 1 ? "" : "s", filter_names[matrix->filter]);
    canvas_fill(app->canvas, page->layout.rect, ROLE_TEXT);
    matrix_draw_title(&page->layout, app->canvas, title);
    matrix_draw_edges(&page->layout, app->canvas, size);
    for (size_t i = 0; i < page->layout.columns_shown; i++)
        matrix_draw_head(&page->layout, app->canvas, page->layout.first_column + i,
                         matrix->names[page->layout.first_column + i]);
    if (size->row_count == 0)
        canvas_put_fit(app->canvas, page->layout.rect.x + 1, page->layout.body_y,
                       page->layout.rect.width - 1, ROLE_DIM,
                       "no row passes the filter: f shows others", 40);
    mem_free(title);
}

static void matrix_paint_grid(struct app *app, const struct matrix_size *size)
{
    struct app_matrix *page = &app->matrix;
    if (page->is_all_dirty)
        matrix_paint_frame(app, size);
    for (size_t i = 0; i < page->layout.rows_shown; i++) {
        const size_t place = page->layout.first_row + i;
        if (page->is_all_dirty)
            matrix_paint_label(app, place);
        for (size_t j = 0; j < page->layout.columns_shown; j++) {
            const size_t column = page->layout.first_column + j;
            bool *is_dirty = matrix_dirty_at(page, place, column);
            if (*is_dirty || page->is_all_dirty)
                matrix_paint_cell(app, place, column);
            *is_dirty = false;
        }
    }
    page->is_all_dirty = false;
}

static void matrix_paint_line(struct app *app, struct rect rect)
{
    struct app_matrix *page = &app->matrix;
    const int64_t now_ms = clock_now_ms();
    const bool is_due = !matrix_is_running(page->matrix) || page->line == NULL ||
                        now_ms - page->line_ms >= MATRIX_LINE_MS;
    if (page->is_line_dirty && is_due) {
        struct strbuf line;
        strbuf_init(&line, STRBUF_OWN_MAX);
        matrix_describe(page->matrix, &line);
        mem_free(page->line);
        page->line = strbuf_take(&line);
        page->line_ms = now_ms;
        page->is_line_dirty = false;
    }
    canvas_fill(app->canvas, rect, ROLE_TEXT);
    const char *text = page->line != NULL ? page->line : "";
    canvas_put_fit(app->canvas, rect.x + 1, rect.y, rect.width - 2, ROLE_STRONG, text,
                   strlen(text));
}

/* The layout as it is now; everything is painted where it has moved. */
static struct matrix_size matrix_settle_layout(struct app *app, struct rect room)
{
    struct app_matrix *page = &app->matrix;
    struct matrix *matrix = page->matrix;
    const struct matrix_size size = {
        .row_count = matrix_listed_count(matrix),
        .column_count = matrix->column_count,
        .label_width = page->label_width,
        .row = matrix_chosen_place(matrix),
        .column = matrix->column,
        .first_row = matrix->first_row,
        .first_column = matrix->first_column,
    };
    const struct matrix_layout layout = matrix_lay_out(&size, room);
    const struct matrix_layout *old = &page->layout;
    if (layout.first_row != old->first_row || layout.first_column != old->first_column ||
        layout.rows_shown != old->rows_shown || layout.row_height != old->row_height ||
        layout.columns_shown != old->columns_shown || layout.body_y != old->body_y ||
        layout.cell_width != old->cell_width || app->is_all_dirty)
        page->is_all_dirty = true;
    page->layout = layout;
    matrix->first_row = layout.first_row;
    matrix->first_column = layout.first_column;
    return size;
}

void app_paint_matrix(struct app *app, struct rect room)
{
    struct app_matrix *page = &app->matrix;
    const bool has_line = room.height >= MATRIX_LINE_HEIGHT_MIN;
    const struct rect line = {room.x, room.y + room.height - 1, room.width, 1};
    if (app->is_all_dirty)
        page->is_line_dirty = true;
    room.height -= has_line;
    const struct matrix_size size = matrix_settle_layout(app, room);
    matrix_paint_grid(app, &size);
    if (page->path != NULL)
        app_paint_export(app, line);
    else if (has_line)
        matrix_paint_line(app, line);
}

const char *app_matrix_hint(struct app *app)
{
    return app->matrix.path != NULL
               ? "Enter writes the file  Esc "
               : app_say(app, "[{cell-open} pane  ][{cell-view} whole  ][{cell-retry} "
                              "{cells-retry} again  ][{matrix-filter} filter  ]"
                              "[{matrix-export} export  ][{matrix-stop} stop  ]"
                              "[{matrix-leave} ]");
}

/* --- Cells as panes -------------------------------------------------------------- */

/* What is typed next goes to the cell's pane alone. */
static void matrix_focus_pane(struct app *app, size_t index)
{
    for (size_t i = 0; i < app->pane_count; i++)
        app->panes[i].is_ticked = i == index;
    app->focused = index;
    matrix_leave(app);
}

static bool matrix_open_cell(struct app *app, size_t row, size_t column)
{
    struct matrix *matrix = app->matrix.matrix;
    const struct run_cell *cell = matrix_cell(matrix, row, column);
    if (cell == NULL || cell->chat == 0) {
        app_notify(app, cell != NULL && cell->result.is_cached
                            ? "the answer came from the cache: there is no conversation"
                            : "this cell has not begun");
        return false;
    }
    for (size_t i = 0; i < app->pane_count; i++) {
        if (app->panes[i].chat != cell->chat)
            continue;
        matrix_focus_pane(app, i);
        return true;
    }
    struct pane *pane = app_add_pane(app, cell->chat);
    if (pane == NULL)
        return false;
    struct strbuf label;
    strbuf_init(&label, STRBUF_OWN_MAX);
    prompt_rows_describe(matrix->rows, row, &label);
    if (label.len > 0)
        pane->label = strbuf_take(&label);
    strbuf_clear(&label);
    pane->is_of_matrix = true;
    pane->row = row;
    pane->column = column;
    matrix_focus_pane(app, app->pane_count - 1);
    return true;
}

bool app_open_cell_of(struct app *app, chat_id chat)
{
    if (app->matrix.matrix == NULL)
        return false;
    const struct run_cell *cell = run_find_chat(app->matrix.matrix->run, chat);
    return cell != NULL && matrix_open_cell(app, cell->row, cell->column);
}

/* --- Keys ------------------------------------------------------------------------ */

static void matrix_retry_cell(struct app *app)
{
    struct matrix *matrix = app->matrix.matrix;
    const struct run_cell *cell = matrix_cell(matrix, matrix->row, matrix->column);
    if (cell != NULL && cell->state != RUN_CELL_RUNNING &&
        cell->state != RUN_CELL_WAITING)
        matrix_give_to_panes(app, matrix->row, matrix->column);
    if (!matrix_retry(matrix, matrix->row, matrix->column))
        app_notify(app, cell == NULL ? "this cell has not begun: R runs all that were "
                                       "left"
                                     : "this cell runs, or waits for its turn");
}

static void matrix_retry_failed(struct app *app)
{
    struct matrix *matrix = app->matrix.matrix;
    for (size_t i = 0; i < app->pane_count; i++) {
        const struct pane *pane = &app->panes[i];
        if (!matrix_has_chat(app, pane))
            continue;
        const struct run_cell *cell = matrix_cell(matrix, pane->row, pane->column);
        if (cell->state == RUN_CELL_FAILED || cell->state == RUN_CELL_LEFT)
            matrix_give_to_panes(app, pane->row, pane->column);
    }
    const size_t count = matrix_retry_all(matrix);
    char *text = count > 0 ? strbuf_format("%zu cell%s again", count,
                                           count == 1 ? " runs" : "s run")
                           : mem_strdup("no cell has failed or was left");
    app_notify(app, text);
    mem_free(text);
}

static void matrix_cycle_filter(struct app *app)
{
    struct matrix *matrix = app->matrix.matrix;
    matrix_set_filter(matrix,
                      (enum matrix_filter)((matrix->filter + 1) % MATRIX_FILTER_COUNT));
    char *text = strbuf_format("%s: %zu of %zu", filter_names[matrix->filter],
                               matrix_listed_count(matrix), matrix->row_count);
    app_notify(app, text);
    mem_free(text);
}

static void matrix_stop_all(struct app *app)
{
    if (!matrix_is_running(app->matrix.matrix)) {
        app_notify(app, "nothing runs");
        return;
    }
    matrix_stop(app->matrix.matrix);
    app_notify_keys(app, "stopped; {cells-retry} runs what was left");
}

/* Moves; true if it was a key for that. */
static bool matrix_move_by(struct app *app, enum action action)
{
    struct matrix *matrix = app->matrix.matrix;
    const int page =
        app->matrix.layout.rows_shown > 1 ? (int)app->matrix.layout.rows_shown - 1 : 1;
    const int all = (int)matrix->row_count;
    int rows = 0;
    int columns = 0;
    if (action == ACTION_CELL_LEFT || action == ACTION_CELL_RIGHT)
        columns = action == ACTION_CELL_LEFT ? -1 : 1;
    else if (action == ACTION_CELL_UP || action == ACTION_CELL_DOWN)
        rows = action == ACTION_CELL_UP ? -1 : 1;
    else if (action == ACTION_CELL_PAGE_UP || action == ACTION_CELL_PAGE_DOWN)
        rows = action == ACTION_CELL_PAGE_UP ? -page : page;
    else if (action == ACTION_CELL_FIRST || action == ACTION_CELL_LAST)
        rows = action == ACTION_CELL_FIRST ? -all : all;
    else
        return false;
    matrix_move(matrix, rows, columns);
    return true;
}

void app_matrix_act(struct app *app, enum action action, const struct key *key)
{
    struct matrix *matrix = app->matrix.matrix;
    if (action != app->armed && action != ACTION_PALETTE)
        app->armed = ACTION_NONE;
    if (matrix_move_by(app, action))
        return;
    if (action == ACTION_CELL_OPEN)
        matrix_open_cell(app, matrix->row, matrix->column);
    else if (action == ACTION_CELL_VIEW)
        app_open_whole(app);
    else if (action == ACTION_CELL_RETRY)
        matrix_retry_cell(app);
    else if (action == ACTION_CELLS_RETRY)
        matrix_retry_failed(app);
    else if (action == ACTION_MATRIX_FILTER)
        matrix_cycle_filter(app);
    else if (action == ACTION_MATRIX_EXPORT)
        app_ask_export(app);
    else if (action == ACTION_MATRIX_STOP)
        matrix_stop_all(app);
    else if (action == ACTION_MATRIX_LEAVE || action == ACTION_INTERRUPT)
        matrix_leave(app);
    else if (action != ACTION_NONE)
        app_act(app, action, key);
    else if (key->code == INPUT_RUNE && !app_show_hints(app))
        app_notify_keys(app,
                        "that key does nothing in the matrix: {help} shows the keys");
}

static void matrix_mouse(struct app *app, const struct key *key)
{
    struct matrix *matrix = app->matrix.matrix;
    size_t place;
    size_t column;
    if (key->code == INPUT_WHEEL_UP || key->code == INPUT_WHEEL_DOWN)
        matrix_move(matrix,
                    key->code == INPUT_WHEEL_UP ? -MATRIX_WHEEL_ROWS : MATRIX_WHEEL_ROWS,
                    0);
    if (key->code != INPUT_MOUSE_PRESS || key->rune != 1 ||
        !matrix_find(&app->matrix.layout, key->x, key->y, &place, &column))
        return;
    matrix->row = matrix_listed_row(matrix, place);
    matrix->column = column;
}

void app_matrix_key(struct app *app, const struct key *key)
{
    struct app_matrix *page = &app->matrix;
    const bool is_mouse = key->code >= INPUT_MOUSE_PRESS && key->code <= INPUT_WHEEL_DOWN;
    if (is_mouse)
        matrix_mouse(app, key);
    else if (page->path != NULL)
        app_export_key(app, key);
    else
        app_matrix_act(app, keymap_find(app->keymap, MODE_MATRIX, key), key);
    page->is_all_dirty = page->is_line_dirty = true;
    page->line_ms = 0;
    app_mark(app);
}

void app_matrix_paste(struct app *app, const char *text, size_t len)
{
    size_t line_len = 0;
    while (line_len < len && text[line_len] != '\n' && text[line_len] != '\r')
        line_len++;
    if (app->matrix.path != NULL)
        line_edit_insert(app->matrix.path, text, line_len);
    app->matrix.is_overwriting = false;
    app_mark_all(app);
}

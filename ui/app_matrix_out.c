/*
 * What leaves the matrix: all of it as a file, named in a line at the bottom, and one
 * cell's whole prompt and answer in a box over it.
 */
#include <string.h>

#include "src/base/file_out.h"
#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/base/utf8.h"
#include "src/engine/run_export.h"
#include "ui/app_state.h"
#include "ui/view/edit_view.h"

#define EXPORT_PATH_MAX 4000

/* The largest file that is written. */
#define EXPORT_MAX ((size_t)512 << 20)

/* Of a text so much is shown. */
#define ANSWER_MAX ((size_t)4 << 20)

/* --- The file -------------------------------------------------------------------- */

void app_ask_export(struct app *app)
{
    struct app_matrix *page = &app->matrix;
    char *name =
        strbuf_format("%s.md", page->title[0] == '/' ? page->title + 1 : "matrix");
    page->path = line_edit_new(EXPORT_PATH_MAX);
    page->is_overwriting = false;
    line_edit_set_text(page->path, name, strlen(name));
    mem_free(name);
    app_mark_all(app);
}

static void export_end(struct app *app)
{
    line_edit_free(app->matrix.path);
    app->matrix.path = NULL;
    app_mark_all(app);
}

static bool export_to(struct app *app, const char *path, enum run_export_format format,
                      struct error *err)
{
    const struct app_matrix *page = &app->matrix;
    const struct matrix *matrix = page->matrix;
    const struct run_export what = {
        .run = matrix->run,
        .title = page->title,
        .columns = (const char *const *)matrix->names,
        .column_count = matrix->column_count,
        .row_count = matrix->row_count,
    };
    struct strbuf text;
    strbuf_init(&text, EXPORT_MAX);
    bool ok = run_export_write(&what, format, &text);
    if (!ok)
        error_set(err, ERROR_USAGE, "the results are more than the %zu MiB of a file",
                  EXPORT_MAX >> 20);
    ok = ok &&
         file_out_write(path, strbuf_text(&text), text.len, page->is_overwriting, err);
    strbuf_clear(&text);
    return ok;
}

static void export_now(struct app *app)
{
    struct app_matrix *page = &app->matrix;
    struct error err = {ERROR_NONE, NULL};
    enum run_export_format format;
    char *path = path_from_text(line_edit_text(page->path));
    char *text = NULL;
    if (!run_export_format_of(path, &format)) {
        text = mem_strdup("the name has to end with .md, .csv, .json or .html");
    } else if (!page->is_overwriting && file_out_exists(path)) {
        page->is_overwriting = true;
        text = strbuf_format("%s is there: Enter once more writes over it", path);
    } else if (export_to(app, path, format, &err)) {
        text = strbuf_format("written to %s", path);
        export_end(app);
    } else {
        text = mem_strdup(error_text(&err));
    }
    app_notify(app, text);
    error_clear(&err);
    mem_free(text);
    mem_free(path);
}

void app_export_key(struct app *app, const struct key *key)
{
    struct app_matrix *page = &app->matrix;
    char bytes[4];
    if (key->code == INPUT_ENTER) {
        export_now(app);
        return;
    }
    if (key->code == INPUT_ESC || key_is_ctrl(key, 'c')) {
        export_end(app);
        return;
    }
    page->is_overwriting = false;
    const enum action action = keymap_find(app->keymap, MODE_TYPING, key);
    if (action != ACTION_NEWLINE && app_edit_text(page->path, action))
        return;
    if (key->code == INPUT_RUNE && key->mods == 0)
        line_edit_insert(page->path, bytes, utf8_encode(key->rune, bytes));
}

void app_paint_export(struct app *app, struct rect rect)
{
    static const char label[] = " write to (.md .csv .json .html):";
    canvas_fill(app->canvas, rect, ROLE_TEXT);
    const int used = rect.width >= 60
                         ? canvas_put(app->canvas, rect.x, rect.y, rect.width,
                                      ROLE_STRONG, label, strlen(label)) +
                               1
                         : 0;
    rect.x += used;
    rect.width -= used;
    edit_view_draw(app->matrix.path, app->canvas, rect, app->overlay == OVERLAY_NONE);
}

/* --- One cell -------------------------------------------------------------------- */

static void answer_head(struct sheet *sheet, const char *text)
{
    sheet_begin(sheet, ROLE_STRONG, 0);
    sheet_append_line(sheet, text, 400);
}

static void answer_text(struct sheet *sheet, enum role role, const char *text, size_t len)
{
    sheet_begin(sheet, role, 2);
    sheet_append(sheet, text, len < ANSWER_MAX ? len : ANSWER_MAX);
}

static void answer_prompt(struct sheet *sheet, const struct rendered_prompt *prompt)
{
    if (prompt->system != NULL) {
        answer_head(sheet, "system");
        answer_text(sheet, ROLE_DIM, prompt->system, strlen(prompt->system));
    }
    for (size_t i = 0; i < prompt->message_count; i++) {
        const struct message *message = prompt->messages[i];
        struct strbuf text;
        strbuf_init(&text, STRBUF_OWN_MAX);
        message_join(message, PART_TEXT, &text);
        answer_head(sheet, message->author == MESSAGE_USER ? "you" : "assistant");
        answer_text(sheet, ROLE_USER, strbuf_text(&text), text.len);
        strbuf_clear(&text);
    }
}

/* What has come so far of a cell that runs. */
static void answer_growing(const struct app *app, const struct run_cell *cell,
                           struct sheet *sheet)
{
    const struct chat *chat = engine_get_chat(app->engine, cell->chat);
    const struct message *answer =
        chat != NULL ? chat_last_by(chat, MESSAGE_ASSISTANT) : NULL;
    for (size_t i = 0; answer != NULL && i < answer->part_count; i++) {
        const struct part *part = &answer->parts[i];
        if (part->kind == PART_TEXT || part->kind == PART_REASONING)
            answer_text(sheet, part->kind == PART_TEXT ? ROLE_TEXT : ROLE_REASONING,
                        strbuf_text(&part->text), part->text.len);
    }
}

static void answer_fill(struct app *app)
{
    struct app_matrix *page = &app->matrix;
    const struct matrix *matrix = page->matrix;
    const struct run_cell *cell =
        matrix_cell(matrix, page->answer_row, page->answer_column);
    const struct run_row *row = run_get_row(matrix->run, page->answer_row);
    struct strbuf text;
    struct strbuf metrics;
    sheet_reset(&page->answer);
    if (cell == NULL || row == NULL) {
        answer_head(&page->answer, "this cell has not begun");
        return;
    }
    answer_prompt(&page->answer, &row->prompt);
    strbuf_init(&text, STRBUF_OWN_MAX);
    strbuf_init(&metrics, STRBUF_OWN_MAX);
    matrix_describe_cell(matrix, page->answer_row, page->answer_column, &text, &metrics);
    strbuf_reset(&text);
    strbuf_append_format(&text, "%s \xc2\xb7 %s %s", matrix->names[page->answer_column],
                         run_cell_state_name(cell->state), strbuf_text(&metrics));
    answer_head(&page->answer, strbuf_text(&text));
    strbuf_clear(&text);
    strbuf_clear(&metrics);
    if (cell->state == RUN_CELL_RUNNING)
        answer_growing(app, cell, &page->answer);
    else if (cell->result.text != NULL)
        answer_text(&page->answer, ROLE_TEXT, cell->result.text, cell->result.len);
    if (cell->result.error.class == ERROR_NONE)
        return;
    const struct error_class_info *class = error_class_get(cell->result.error.class);
    answer_text(&page->answer, ROLE_ERROR, error_text(&cell->result.error),
                strlen(error_text(&cell->result.error)));
    answer_text(&page->answer, ROLE_DIM, class->advice, strlen(class->advice));
}

void app_open_whole(struct app *app)
{
    struct app_matrix *page = &app->matrix;
    page->answer_row = page->matrix->row;
    page->answer_column = page->matrix->column;
    page->answer_first = 0;
    app->overlay = OVERLAY_ANSWER;
    answer_fill(app);
    app_mark_all(app);
}

void app_refresh_whole(struct app *app)
{
    app->matrix.is_answer_stale = true;
    app_mark(app);
}

void app_whole_key(struct app *app, const struct key *key)
{
    struct app_matrix *page = &app->matrix;
    const bool is_rune = key->code == INPUT_RUNE && key->mods == 0;
    const size_t step = page->answer_shown > 1 ? (size_t)page->answer_shown - 1 : 1;
    size_t back = 0;
    if (key->code == INPUT_UP || key->code == INPUT_WHEEL_UP ||
        (is_rune && key->rune == 'k'))
        back = 1;
    else if (key->code == INPUT_DOWN || key->code == INPUT_WHEEL_DOWN ||
             (is_rune && key->rune == 'j'))
        page->answer_first++;
    else if (key->code == INPUT_PGUP)
        back = step;
    else if (key->code == INPUT_PGDN || (is_rune && key->rune == ' '))
        page->answer_first += step;
    else if (key->code == INPUT_HOME)
        page->answer_first = 0;
    else if (key->code == INPUT_END)
        page->answer_first = page->answer.row_count;
    else if (key->code == INPUT_ENTER ||
             (is_rune && (key->rune == 'q' || key->rune == 'v')))
        app_close_overlay(app);
    page->answer_first -= back < page->answer_first ? back : page->answer_first;
    app_mark_all(app);
}

void app_paint_whole(struct app *app, struct rect room)
{
    struct app_matrix *page = &app->matrix;
    static const char hint[] = " arrows and PgUp PgDn scroll, Esc closes ";
    struct strbuf title;
    if (page->is_answer_stale)
        answer_fill(app);
    page->is_answer_stale = false;
    canvas_fill(app->canvas, room, ROLE_TEXT);
    canvas_box(app->canvas, room, ROLE_BORDER_FOCUSED);
    strbuf_init(&title, STRBUF_OWN_MAX);
    strbuf_append_char(&title, ' ');
    prompt_rows_describe(page->matrix->rows, page->answer_row, &title);
    strbuf_append_format(&title, "%srow %zu ", title.len > 1 ? " \xc2\xb7 " : "",
                         page->answer_row + 1);
    canvas_put_fit(app->canvas, room.x + 1, room.y, room.width - 2, ROLE_TITLE_FOCUSED,
                   strbuf_text(&title), title.len);
    canvas_put_fit(app->canvas, room.x + 1, room.y + room.height - 1, room.width - 2,
                   ROLE_DIM, hint, strlen(hint));
    strbuf_clear(&title);
    sheet_wrap(&page->answer, room.width - 4);
    const size_t shown = room.height > 2 ? (size_t)room.height - 2 : 0;
    const size_t count = page->answer.row_count;
    if (page->answer_first + shown > count)
        page->answer_first = count > shown ? count - shown : 0;
    page->answer_shown = (int)shown;
    for (size_t i = 0; i < shown && page->answer_first + i < count; i++)
        sheet_draw(&page->answer, page->answer_first + i, app->canvas, room.x + 2,
                   room.y + 1 + (int)i);
}

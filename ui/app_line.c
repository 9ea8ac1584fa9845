/* One row to type in, at the composer's place: what is searched for, a file's name, a
 * command. */
#include <string.h>

#include "src/base/mem.h"
#include "src/base/utf8.h"
#include "ui/app_state.h"
#include "ui/render/glyph.h"
#include "ui/view/edit_view.h"

/* Below this width the row is all for what is typed. */
#define LINE_LABEL_MIN 50

void app_open_line(struct app *app, enum reading_line line, const char *text)
{
    struct app_reading *reading = &app->reading;
    reading->line = line;
    reading->is_overwriting = false;
    line_edit_reset(reading->edit);
    line_edit_set_text(reading->edit, text, strlen(text));
    app_mark_all(app);
}

void app_close_line(struct app *app)
{
    app->reading.line = LINE_NONE;
    app_mark_all(app);
}

static void app_leave_line(struct app *app)
{
    if (app->reading.line == LINE_SEARCH)
        app_drop_search(app);
    app_close_line(app);
}

static void app_take_line(struct app *app)
{
    if (app->reading.line == LINE_SEARCH)
        app_keep_search(app);
    else if (app->reading.line == LINE_SAVE)
        app_save(app);
    else if (app->reading.line == LINE_EXPORT)
        app_export_chats(app);
    else
        app_run_pipe(app);
}

/* The text has changed, or may have. */
static void app_line_changed(struct app *app)
{
    app->reading.is_overwriting = false;
    if (app->reading.line == LINE_SEARCH)
        app_seek(app);
    app_mark_all(app);
}

/* Keys that the search line has beside those of any text. */
static bool app_search_line_key(struct app *app, const struct key *key)
{
    struct app_reading *reading = &app->reading;
    if (reading->line != LINE_SEARCH)
        return false;
    if (key->code == INPUT_TAB) {
        reading->is_everywhere = !reading->is_everywhere;
        app_seek(app);
    } else if ((key->code == INPUT_UP || key->code == INPUT_DOWN) &&
               line_edit_len(reading->edit) == 0) {
        const char *last = line_edit_text(reading->sought);
        line_edit_set_text(reading->edit, last, strlen(last));
        app_seek(app);
    } else if (key->code == INPUT_UP || key->code == INPUT_DOWN) {
        app_step_search(app, key->code == INPUT_DOWN);
    } else if (key->code == INPUT_BACKSPACE && line_edit_len(reading->edit) == 0) {
        app_leave_line(app);
    } else {
        return false;
    }
    app_mark_all(app);
    return true;
}

void app_line_key(struct app *app, const struct key *key)
{
    struct line_edit *edit = app->reading.edit;
    char bytes[4];
    if (key->code == INPUT_ESC || key_is_ctrl(key, 'c')) {
        app_leave_line(app);
        return;
    }
    if (key->code == INPUT_ENTER) {
        app_take_line(app);
        return;
    }
    if (app_search_line_key(app, key))
        return;
    const enum action action = keymap_find(app->keymap, MODE_TYPING, key);
    if (action == ACTION_PAGE_UP || action == ACTION_PAGE_DOWN) {
        app_act(app, action, key);
        return;
    }
    if (action != ACTION_NEWLINE && app_edit_text(edit, action))
        app_line_changed(app);
    else if (key->code == INPUT_RUNE && key->mods == 0 &&
             line_edit_insert(edit, bytes, utf8_encode(key->rune, bytes)))
        app_line_changed(app);
}

void app_line_paste(struct app *app, const char *text, size_t len)
{
    size_t line_len = 0;
    while (line_len < len && text[line_len] != '\n' && text[line_len] != '\r')
        line_len++;
    if (line_edit_insert(app->reading.edit, text, line_len))
        app_line_changed(app);
}

/* What stands before the text. Caller frees. */
static char *app_line_label(const struct app *app, int width)
{
    const struct app_reading *reading = &app->reading;
    if (reading->line == LINE_SEARCH)
        return mem_strdup(reading->is_everywhere ? " search all panes" : " search");
    const bool is_for_file = reading->line == LINE_SAVE || reading->line == LINE_EXPORT;
    if (width < LINE_LABEL_MIN)
        return mem_strdup(is_for_file ? " to " : " | ");
    return is_for_file ? strbuf_format(" write %s to", reading->what)
                       : strbuf_format(" give %s to the command", reading->what);
}

void app_paint_line(struct app *app, struct rect rect)
{
    struct strbuf count;
    strbuf_init(&count, 1000);
    canvas_fill(app->canvas, rect, ROLE_COMPOSER);
    if (app->reading.line == LINE_SEARCH && line_edit_len(app->reading.edit) > 0)
        app_count_search(app, &count);
    const int count_width = text_width(strbuf_text(&count), count.len);
    if (count_width > 0 && count_width + 20 <= rect.width) {
        canvas_put(app->canvas, rect.x + rect.width - count_width - 1, rect.y,
                   count_width, ROLE_DIM, strbuf_text(&count), count.len);
        rect.width -= count_width + 2;
    }
    strbuf_clear(&count);
    char *label = app_line_label(app, rect.width);
    const int used = canvas_put_fit(app->canvas, rect.x, rect.y, rect.width / 2,
                                    ROLE_STRONG, label, strlen(label));
    mem_free(label);
    rect.x += used;
    rect.width -= used;
    edit_view_draw(app->reading.edit, app->canvas, rect, app->overlay == OVERLAY_NONE);
}

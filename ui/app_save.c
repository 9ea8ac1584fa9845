/*
 * A text to a file, or to a command. The command is what the person has typed and nothing
 * else; the text is what it reads. What it prints is a stranger's text, shown in a box.
 */
#include <string.h>

#include "src/base/file_out.h"
#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/engine/outlet.h"
#include "ui/app_state.h"
#include "ui/render/wrap.h"

/* The most rows that are shown of what a command prints. */
#define PIPE_ROWS_MAX 5000

/* Texts that leave the screen end with a whole line. */
static void end_last_line(struct strbuf *text)
{
    if (text->len > 0 && text->text[text->len - 1] != '\n')
        strbuf_append_char(text, '\n');
}

/* --- To a file --------------------------------------------------------------------- */

void app_ask_save(struct app *app, const char *name)
{
    if (app->reading.text.len == 0) {
        char *text = strbuf_format("%s has no text to write", app->reading.what);
        app_notify(app, text);
        mem_free(text);
        return;
    }
    app_open_line(app, LINE_SAVE, name);
}

void app_save(struct app *app)
{
    struct app_reading *reading = &app->reading;
    struct error err = {ERROR_NONE, NULL};
    char *path = path_from_text(line_edit_text(reading->edit));
    char *text;
    end_last_line(&reading->text);
    if (path[0] == '\0') {
        text = mem_strdup("type the name of a file, or Esc");
    } else if (!reading->is_overwriting && file_out_exists(path)) {
        reading->is_overwriting = true;
        text = strbuf_format("%s is there: Enter once more writes over it", path);
    } else if (file_out_write(path, strbuf_text(&reading->text), reading->text.len,
                              reading->is_overwriting, &err)) {
        text = strbuf_format("wrote %s to %s", reading->what, path);
        app_close_line(app);
    } else {
        text = mem_strdup(error_text(&err));
    }
    app_notify(app, text);
    error_clear(&err);
    mem_free(text);
    mem_free(path);
}

/* --- To a command ------------------------------------------------------------------ */

void app_wrap_output(struct app *app)
{
    const struct app_reading *reading = &app->reading;
    const int width = list_view_text_width(app->canvas->width);
    const char *text = strbuf_text(&reading->output);
    size_t len = reading->output.len;
    struct wrap wrap;
    if (app->overlay != OVERLAY_PIPE)
        return;
    app_clear_list(app);
    /* How it went comes first, for a long command fills the row. */
    app_add_row(app, NULL,
                strbuf_format("%s: %s",
                              reading->pipe != NULL ? "runs" : reading->pipe_end,
                              line_edit_text(reading->edit)));
    while (len > 0 && text[len - 1] == '\n')
        len--;
    wrap_init(&wrap, width > 0 ? width : 1);
    wrap_extend(&wrap, text, len);
    for (size_t i = 0; i < wrap.row_count && i < PIPE_ROWS_MAX && len > 0; i++) {
        const struct wrap_row *row = wrap_row(&wrap, i);
        app_add_row(app, mem_strdup(""), mem_strndup(text + row->start, row->len));
    }
    if (wrap.row_count > PIPE_ROWS_MAX)
        app_add_row(
            app, NULL,
            strbuf_format("\xe2\x80\xa6 %zu more rows", wrap.row_count - PIPE_ROWS_MAX));
    wrap_clear(&wrap);
    app->list.selected = app->list_row_count;
    app_show_list(app);
}

static void on_pipe_done(void *user, const struct outlet_result *result)
{
    struct app *app = user;
    struct app_reading *reading = &app->reading;
    struct outlet *pipe = reading->pipe;
    reading->pipe = NULL;
    strbuf_append(&reading->output, result->output, result->output_len);
    mem_free(reading->pipe_end);
    reading->pipe_end = mem_strdup(!result->is_ok           ? result->trouble
                                   : result->output_len > 0 ? "done"
                                                            : "done, without a word");
    app_wrap_output(app);
    outlet_free(pipe);
}

void app_run_pipe(struct app *app)
{
    struct app_reading *reading = &app->reading;
    struct error err = {ERROR_NONE, NULL};
    const char *command = line_edit_text(reading->edit);
    const struct outlet_handler handler = {on_pipe_done, app};
    if (command[strspn(command, " \t")] == '\0') {
        app_notify(app, "type a command, or Esc");
        return;
    }
    end_last_line(&reading->text);
    const char **keys = catalog_get_key_variables(app->options.catalog);
    const struct outlet_command what = {command, keys, strbuf_text(&reading->text),
                                        reading->text.len};
    strbuf_reset(&reading->output);
    outlet_free(reading->pipe);
    reading->pipe = outlet_start_command(app->loop, &what, &handler, &err);
    mem_free(keys);
    app_close_line(app);
    if (reading->pipe == NULL) {
        app_notify(app, error_text(&err));
        error_clear(&err);
        return;
    }
    app->overlay = OVERLAY_PIPE;
    app->list = (struct list_view){
        .title = " what the command prints ",
        .hint = " arrows and PgUp PgDn scroll, Esc stops and closes ",
        .left_width = 0,
    };
    app_wrap_output(app);
}

void app_stop_pipe(struct app *app)
{
    struct app_reading *reading = &app->reading;
    if (reading->pipe == NULL)
        return;
    outlet_free(reading->pipe);
    reading->pipe = NULL;
    app_notify(app, "the command was stopped");
}

/* A pane, all panes side by side, or the session to a file; the typed name's ending says
 * in which format. The file is Motet's own: for this user only, and whole. */
#include <string.h>

#include "src/base/file_out.h"
#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/engine/session_export.h"
#include "ui/app_state.h"

static const char *export_name(enum action what)
{
    if (what == ACTION_EXPORT_PANE)
        return "this pane";
    return what == ACTION_EXPORT_COMPARISON ? "all panes" : "the session";
}

void app_ask_chats_export(struct app *app, enum action what)
{
    struct app_reading *reading = &app->reading;
    reading->export_what = what;
    mem_free(reading->what);
    reading->what = mem_strdup(export_name(what));
    app_open_line(app, LINE_EXPORT,
                  what == ACTION_EXPORT_PANE         ? "pane.md"
                  : what == ACTION_EXPORT_COMPARISON ? "comparison.html"
                                                     : "session.json");
}

/* The text of the file; false with err filled. */
static bool make_text(struct app *app, const char *path, struct strbuf *out,
                      struct error *err)
{
    const enum action what = app->reading.export_what;
    chat_id *chats = mem_alloc_array(app->pane_count, sizeof(chats[0]));
    size_t count = 0;
    for (size_t i = 0; i < app->pane_count; i++) {
        if (what != ACTION_EXPORT_PANE || i == app->focused)
            chats[count++] = app->panes[i].chat;
    }
    const struct session_export export = {.engine = app->engine,
                                          .keeper = app->options.keeper,
                                          .chats = chats,
                                          .chat_count = count,
                                          .is_whole = what == ACTION_EXPORT_SESSION};
    const bool ok = session_export_append(&export, path, out, err);
    mem_free(chats);
    return ok;
}

void app_export_chats(struct app *app)
{
    struct app_reading *reading = &app->reading;
    struct error err = {ERROR_NONE, NULL};
    struct strbuf out;
    char *path = path_from_text(line_edit_text(reading->edit));
    char *text = NULL;
    strbuf_init(&out, STRBUF_OWN_MAX);
    if (path[0] == '\0') {
        text = mem_strdup("type the name of a file, or Esc");
    } else if (!make_text(app, path, &out, &err)) {
        text = mem_strdup(error_text(&err));
    } else if (!reading->is_overwriting && file_out_exists(path)) {
        reading->is_overwriting = true;
        text = strbuf_format("%s is there: Enter once more writes over it", path);
    } else if (file_out_replace(path, strbuf_text(&out), out.len, &err)) {
        text = strbuf_format("wrote %s to %s", reading->what, path);
        app_close_line(app);
    } else {
        text = mem_strdup(error_text(&err));
    }
    app_notify(app, text);
    strbuf_clear(&out);
    error_clear(&err);
    mem_free(text);
    mem_free(path);
}

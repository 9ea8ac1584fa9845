/*
 * The person's editor for the text being written: the text goes into a file that nobody
 * else can read, the terminal to the editor, and what it has saved comes back as one
 * change that can be undone. Answers go on arriving meanwhile.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/base/mem.h"
#include "src/base/path.h"
#include "ui/app_state.h"

/* The folder for files of this session, or the one for files that do not matter. */
static const char *app_temp_folder(void)
{
    const char *const names[] = {"XDG_RUNTIME_DIR", "TMPDIR"};
    for (size_t i = 0; i < 2; i++) {
        const char *folder = getenv(names[i]);
        struct stat info;
        if (folder != NULL && folder[0] == '/' && stat(folder, &info) == 0 &&
            S_ISDIR(info.st_mode) && access(folder, W_OK) == 0)
            return folder;
    }
    return "/tmp";
}

/* Removes the folder with the file and what the editor may have left beside it. */
static void app_remove_edited(struct app *app)
{
    if (app->edited_folder == NULL)
        return;
    DIR *folder = opendir(app->edited_folder);
    for (struct dirent *entry; folder != NULL && (entry = readdir(folder)) != NULL;)
        unlinkat(dirfd(folder), entry->d_name, 0);
    if (folder != NULL)
        closedir(folder);
    rmdir(app->edited_folder);
    mem_free(app->edited_file);
    mem_free(app->edited_folder);
    app->edited_file = NULL;
    app->edited_folder = NULL;
}

static bool app_write_file(const char *path, const char *text, struct error *err)
{
    const int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    size_t left = strlen(text);
    ssize_t count = 1;
    while (fd >= 0 && left > 0 && count > 0) {
        count = write(fd, text, left);
        if (count > 0) {
            text += count;
            left -= (size_t)count;
        }
    }
    const bool is_written = fd >= 0 && left == 0;
    if (!is_written)
        error_set(err, ERROR_USAGE, "no file for the editor: %s: %s", path,
                  strerror(errno));
    if (fd >= 0)
        close(fd);
    return is_written;
}

/* Writes the text into a file in a folder of its own (editors put theirs beside it). */
static bool app_write_edited(struct app *app, const char *text, const char *name,
                             struct error *err)
{
    app->edited_folder = strbuf_format("%s/motet-XXXXXX", app_temp_folder());
    if (mkdtemp(app->edited_folder) == NULL) {
        error_set(err, ERROR_USAGE, "no file for the editor: %s: %s", app->edited_folder,
                  strerror(errno));
        mem_free(app->edited_folder);
        app->edited_folder = NULL;
        return false;
    }
    app->edited_file = strbuf_format("%s/%s", app->edited_folder, name);
    return app_write_file(app->edited_file, text, err);
}

void app_open_editor(struct app *app)
{
    struct error err = {ERROR_NONE, NULL};
    const bool is_call = app->call.key != 0;
    struct line_edit *edit = is_call ? app->call.edit : app->edit;
    if (app->edited_file != NULL)
        return;
    app->edits_call = is_call ? app->call.key : 0;
    if (!app_write_edited(app, line_edit_text(edit),
                          is_call ? "arguments.json" : "prompt.md", &err) ||
        !app->display.edit(app->display.user, app->edited_file, &err)) {
        app_notify(app, error_text(&err));
        app_remove_edited(app);
    }
    error_clear(&err);
}

/* True if the editor's text still has a place to go: the dialog may have gone. */
static bool app_has_edited_place(const struct app *app)
{
    return app->edits_call == 0 ||
           (app->edits_call == app->call.key && app->call.stage == CALL_STAGE_EDIT);
}

static void app_take_edited(struct app *app, const struct strbuf *text)
{
    struct line_edit *edit = app->edits_call != 0 ? app->call.edit : app->edit;
    size_t len = text->len;
    /* Editors end the last line. */
    if (len > 0 && text->text[len - 1] == '\n')
        len--;
    if (len == line_edit_len(edit) && memcmp(line_edit_text(edit), text->text, len) == 0)
        return;
    if (!line_edit_set_text(edit, strbuf_text(text), len))
        app_notify(app, "the edited text is too long");
}

void app_edited(struct app *app, bool is_ok)
{
    struct error err = {ERROR_NONE, NULL};
    struct strbuf text;
    strbuf_init(&text, (size_t)16 << 20);
    if (app->edited_file == NULL)
        return;
    if (!is_ok)
        app_notify(app, "the editor failed ($VISUAL and $EDITOR name it): the text stays "
                        "as it was");
    else if (!path_read_file(app->edited_file, &text, &err))
        app_notify(app, error_text(&err));
    else if (!app_has_edited_place(app))
        app_notify(app, "the call was answered meanwhile: the edited text is dropped");
    else
        app_take_edited(app, &text);
    app_remove_edited(app);
    strbuf_clear(&text);
    error_clear(&err);
    /* What was typed last was meant for the editor. */
    app_guard_call(app);
    app_plan_keep(app);
    app_draw_now(app);
}

void app_clear_editor(struct app *app)
{
    app_remove_edited(app);
}

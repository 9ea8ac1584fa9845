/*
 * Wiring only, and the one file that sees both halves of the program: the command line
 * finds out what is wanted; main hands it the screen, which is the app on a terminal.
 */
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/cli/cli.h"
#include "src/proc/process_spawn.h"
#include "src/proc/process_ties.h"
#include "ui/app.h"
#include "ui/term/editor.h"
#include "ui/term/screen.h"

/* The app and the terminal know each other only through this. */
struct wiring {
    struct app *app;
    struct screen *screen;
    struct editor *editor; /* while it has the terminal, or NULL */
    struct ev_loop *loop;
};

static bool display_draw(void *user, const struct canvas *canvas)
{
    const struct wiring *wiring = user;
    return screen_draw(wiring->screen, canvas);
}

static void display_suspend(void *user)
{
    const struct wiring *wiring = user;
    screen_suspend(wiring->screen);
}

static void on_edited(void *user, bool is_ok)
{
    struct wiring *wiring = user;
    editor_free(wiring->editor);
    wiring->editor = NULL;
    screen_take_back(wiring->screen);
    app_edited(wiring->app, is_ok);
}

/* What a person calls their editor. */
static const char *editor_command(void)
{
    const char *command = getenv("VISUAL");
    if (command == NULL || command[0] == '\0')
        command = getenv("EDITOR");
    return command != NULL && command[0] != '\0' ? command : "vi";
}

static bool display_edit(void *user, const char *path, struct error *err)
{
    struct wiring *wiring = user;
    if (wiring->editor != NULL || !screen_lend(wiring->screen)) {
        error_set(err, ERROR_USAGE, "the terminal is not ours to lend now");
        return false;
    }
    /* An editor needs no API keys. */
    char **environment = process_make_environment(
        &(struct process_options){.environment = PROCESS_ENVIRONMENT_WITHOUT_KEYS});
    const struct editor_options options = {.command = editor_command(),
                                           .path = path,
                                           .environment = environment,
                                           .on_done = on_edited,
                                           .user = wiring};
    wiring->editor = editor_start(wiring->loop, &options, err);
    process_free_environment(environment);
    if (wiring->editor == NULL)
        screen_take_back(wiring->screen);
    return wiring->editor != NULL;
}

static void display_redraw(void *user)
{
    const struct wiring *wiring = user;
    screen_redraw(wiring->screen);
}

static void display_set_mouse(void *user, bool use_mouse)
{
    const struct wiring *wiring = user;
    screen_set_mouse(wiring->screen, use_mouse);
}

static void on_key(void *user, const struct key *key)
{
    const struct wiring *wiring = user;
    app_key(wiring->app, key);
}

static void on_paste(void *user, const char *text, size_t len)
{
    const struct wiring *wiring = user;
    app_paste(wiring->app, text, len);
}

static void on_resize(void *user, int width, int height)
{
    const struct wiring *wiring = user;
    app_resize(wiring->app, width, height);
}

static void on_ready(void *user)
{
    const struct wiring *wiring = user;
    app_ready(wiring->app);
}

/* The terminal is gone: the same end as SIGHUP brings. */
static void on_hangup(void *user)
{
    const struct wiring *wiring = user;
    app_quit(wiring->app, 129);
}

static void on_cast_error(void *user, const struct error *err)
{
    const struct wiring *wiring = user;
    app_notify(wiring->app, error_text(err));
}

/* The descriptor keys come from: the terminal, also where the prompt was piped in. */
static int input_fd(void)
{
    return isatty(STDIN_FILENO) ? STDIN_FILENO : STDOUT_FILENO;
}

static int run_screen(const struct cli_screen *wanted, struct error *err)
{
    const struct setup *setup = wanted->setup;
    char *history_path = path_state_file("history", true);
    struct wiring wiring = {.loop = setup->loop};
    struct template_places prompts;
    template_places_init(&prompts, NULL);
    const struct app_options app_options = {
        .loop = setup->loop,
        .engine = setup->engine,
        .catalog = &setup->catalog,
        .chats = setup->chats,
        .chat_count = setup->chat_count,
        .draft = wanted->draft,
        .sends_draft = wanted->sends_draft,
        .attachments = wanted->attachments,
        .notice = wanted->notice,
        .history_path = history_path,
        .prompts = &prompts,
        .spending = wanted->spending,
        .ask_above = wanted->ask_above,
        .use_mouse = wanted->use_mouse,
    };
    const struct screen_options screen_options = {
        .in_fd = input_fd(),
        .out_fd = STDOUT_FILENO,
        .term = getenv("TERM"),
        .use_mouse = wanted->use_mouse,
        .cast_path = wanted->cast_path,
    };
    const struct display display = {display_draw,   display_suspend,   display_edit,
                                    display_redraw, display_set_mouse, &wiring};
    const struct screen_handler handler = {on_key,    on_paste,      on_resize, on_ready,
                                           on_hangup, on_cast_error, &wiring};
    int code = EXIT_CODE_USAGE;
    wiring.screen = screen_start(setup->loop, &screen_options, &handler, err);
    if (wiring.screen != NULL) {
        int width;
        int height;
        wiring.app = app_new(&app_options, &display);
        screen_size(wiring.screen, &width, &height);
        app_resize(wiring.app, width, height);
        if (app_exit_code(wiring.app) < 0)
            ev_run(setup->loop, 0);
        code = app_exit_code(wiring.app);
        editor_free(wiring.editor);
        screen_stop(wiring.screen);
        app_free(wiring.app);
    }
    template_places_clear(&prompts);
    mem_free(history_path);
    return code;
}

int main(int argc, char **argv)
{
    /* Widths and characters only: numbers keep their point, messages their words. The
     * screen speaks UTF-8 whatever the locale says. */
    if (setlocale(LC_CTYPE, "") == NULL || strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
        setlocale(LC_CTYPE, "C.UTF-8");
    process_ties_hide();
    return cli_run(argc, (const char *const *)argv, run_screen);
}

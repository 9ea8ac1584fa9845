/*
 * Wiring only, and the one file that sees both halves of the program: the command line
 * finds out what is wanted; main hands it the screen, which is the app on a terminal.
 */
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "src/base/mem.h"
#include "src/base/number.h"
#include "src/base/path.h"
#include "src/cli/cli.h"
#include "src/engine/recorder.h"
#include "src/engine/replay.h"
#include "src/proc/opener.h"
#include "src/proc/process_spawn.h"
#include "src/proc/process_ties.h"
#include "ui/app.h"
#include "ui/key_config.h"
#include "ui/term/editor.h"
#include "ui/term/osc52.h"
#include "ui/term/painter.h"
#include "ui/term/screen.h"
#include "ui/theme_card.h"

/* The app and the terminal know each other only through this. */
struct wiring {
    struct app *app;
    struct screen *screen;
    struct editor *editor; /* while it has the terminal, or NULL */
    struct ev_loop *loop;
    const struct setting_value *opener;
    struct recorder *recorder; /* of --record, or NULL */
    struct replay *replay;     /* of a recording that is played, or NULL */
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
    char **variables = process_make_environment(
        &(struct process_options){.environment = PROCESS_ENVIRONMENT_WITHOUT_KEYS});
    const struct editor_options options = {.command = editor_command(),
                                           .path = path,
                                           .environment = variables,
                                           .on_done = on_edited,
                                           .user = wiring};
    wiring->editor = editor_start(wiring->loop, &options, err);
    process_free_environment(variables);
    if (wiring->editor == NULL)
        screen_take_back(wiring->screen);
    return wiring->editor != NULL;
}

static bool display_open_link(void *user, const char *address, struct error *err)
{
    const struct wiring *wiring = user;
    return opener_open((const char *const *)wiring->opener->texts,
                       wiring->opener->text_count, address, err);
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

static void display_set_styles(void *user, const struct style styles[ROLE_COUNT])
{
    const struct wiring *wiring = user;
    screen_set_styles(wiring->screen, styles);
}

static void display_set_title(void *user, const char *title)
{
    const struct wiring *wiring = user;
    screen_set_title(wiring->screen, title);
}

static void display_notify(void *user, const char *text)
{
    const struct wiring *wiring = user;
    screen_notify(wiring->screen, text);
}

static enum copy_result display_copy(void *user, const char *text, size_t len)
{
    const struct wiring *wiring = user;
    if (len > OSC52_TEXT_MAX)
        return COPY_TOO_LONG;
    return screen_copy(wiring->screen, text, len) ? COPY_SENT : COPY_UNABLE;
}

static int display_get_wait_ms(void *user)
{
    const struct wiring *wiring = user;
    return screen_get_wait_ms(wiring->screen);
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

/* A recording has ended before its time. */
static void on_record_trouble(void *user, const char *sentence)
{
    const struct wiring *wiring = user;
    app_notify(wiring->app, sentence);
}

static void on_replayed(void *user)
{
    const struct wiring *wiring = user;
    app_notify(wiring->app, replay_get_skipped(wiring->replay) == 0
                                ? "the recording ends here"
                                : "the recording ends here; parts of it do not fit "
                                  "what came before them and were left out");
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

/* True if the person's locale promises no more than ASCII. */
static bool is_locale_poor(void)
{
    const locale_t locale = newlocale(LC_CTYPE_MASK, "", (locale_t)0);
    const bool is_poor =
        locale == (locale_t)0 || strcmp(nl_langinfo_l(CODESET, locale), "UTF-8") != 0;
    if (locale != (locale_t)0)
        freelocale(locale);
    return is_poor;
}

static bool is_color_wanted(void)
{
    const char *no_color = getenv("NO_COLOR");
    return no_color == NULL || no_color[0] == '\0';
}

static enum notice_form notice_form_of(const char *word)
{
    if (word == NULL || strcmp(word, "bell") == 0)
        return NOTICE_BELL;
    if (strcmp(word, "osc9") == 0)
        return NOTICE_OSC9;
    return strcmp(word, "osc777") == 0 ? NOTICE_OSC777 : NOTICE_NONE;
}

static enum clipboard_use clipboard_use_of(const char *word)
{
    if (word == NULL || strcmp(word, "auto") == 0)
        return CLIPBOARD_AUTO;
    if (strcmp(word, "osc52") == 0)
        return CLIPBOARD_OSC52;
    return strcmp(word, "tool") == 0 ? CLIPBOARD_TOOL : CLIPBOARD_NONE;
}

/* What standard output can show of colours. */
static enum color_depth find_output_depth(void)
{
    const struct painter_options options = {.term = getenv("TERM"),
                                            .width = 80,
                                            .height = 24,
                                            .use_colors = is_color_wanted(),
                                            .colorterm = getenv("COLORTERM")};
    struct painter *painter = isatty(STDOUT_FILENO) ? painter_new(&options, NULL) : NULL;
    const enum color_depth depth =
        painter != NULL ? painter_get_depth(painter) : COLOR_DEPTH_NONE;
    painter_free(painter);
    return depth;
}

/* The columns that standard output has. */
static int find_output_width(void)
{
    struct winsize size = {0};
    int64_t columns;
    const char *text = getenv("COLUMNS");
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    if (text == NULL || !number_parse_int(text, &columns) || columns <= 0)
        return 80;
    return columns < CANVAS_SIDE_MAX ? (int)columns : CANVAS_SIDE_MAX;
}

static bool append_themes(const struct cli_screen *wanted, const struct theme_set *themes,
                          struct strbuf *out, struct error *err)
{
    if (wanted->task == CLI_SCREEN_WRITE_THEME) {
        struct theme theme;
        const bool is_ok = theme_set_read(themes, wanted->theme, &theme, err);
        if (is_ok)
            theme_write(&theme, out);
        theme_clear(&theme);
        return is_ok;
    }
    const struct theme_card_options options = {
        .is_list = !isatty(STDOUT_FILENO),
        .depth = find_output_depth(),
        .use_ascii = is_locale_poor(),
        .width = find_output_width(),
        .current = wanted->theme != NULL ? wanted->theme : THEME_DEFAULT_NAME};
    return theme_card_append_all(themes, &options, out, err);
}

static int print_themes(const struct cli_screen *wanted, const struct theme_set *themes,
                        struct error *err)
{
    struct strbuf out;
    strbuf_init(&out, STRBUF_OWN_MAX);
    const int code =
        append_themes(wanted, themes, &out, err) ? EXIT_CODE_OK : EXIT_CODE_USAGE;
    fputs(strbuf_text(&out), stdout);
    strbuf_clear(&out);
    return code;
}

/* Once the terminal is given back a Ctrl-C too many comes as a signal: it must not end
 * what still has to be written and stopped. */
static void block_interrupt(void)
{
    sigset_t interrupt;
    sigemptyset(&interrupt);
    sigaddset(&interrupt, SIGINT);
    sigprocmask(SIG_BLOCK, &interrupt, NULL);
}

/* Opens the app on the screen and runs it to its end; returns the exit code. */
static int talk(struct wiring *wiring, const struct app_options *options,
                const struct display *display, struct error *err)
{
    int width, height;
    wiring->app = app_new(options, display);
    screen_size(wiring->screen, &width, &height);
    app_resize(wiring->app, width, height);
    recorder_listen(wiring->recorder, on_record_trouble, wiring);
    if (wiring->replay != NULL)
        replay_start(wiring->replay, on_replayed, wiring);
    if (app_exit_code(wiring->app) < 0)
        ev_run(wiring->loop, 0);
    recorder_listen(wiring->recorder, NULL, NULL);
    if (app_refusal(wiring->app) != NULL)
        error_set(err, ERROR_USAGE, "%s", app_refusal(wiring->app));
    return app_exit_code(wiring->app);
}

/* A file that survives restarts; what a recording shows leaves no trace. */
static char *state_file(const struct cli_screen *wanted, const char *name)
{
    return wanted->setup->replay == NULL ? path_state_file(name, true) : NULL;
}

/* Runs the app on the terminal. Takes the theme. */
static int run_app(const struct cli_screen *wanted, const struct theme_set *themes,
                   struct theme *theme, struct error *err)
{
    const struct setup *setup = wanted->setup;
    const bool is_replay = setup->replay != NULL;
    char *history_path = state_file(wanted, "history");
    char *layout_path =
        wanted->remembers_layout ? state_file(wanted, "layout.json") : NULL;
    struct wiring wiring = {.loop = setup->loop,
                            .opener = wanted->opener,
                            .recorder = setup->recorder,
                            .replay = setup->replay};
    struct template_places prompts;
    template_places_init(&prompts, NULL);
    const struct app_options app_options = {
        .loop = setup->loop,
        .engine = setup->engine,
        .catalog = &setup->catalog,
        .keeper = setup->keeper,
        .session = setup->session,
        .chats = setup->chats,
        .chat_count = is_replay ? 0 : setup->chat_count,
        .draft = wanted->draft,
        .sends_draft = wanted->sends_draft,
        .attachments = wanted->attachments,
        .notice = wanted->notice,
        .layout_path = layout_path,
        .history_path = history_path,
        .prompts = &prompts,
        .spending = wanted->spending,
        .ask_above = wanted->ask_above,
        .use_mouse = wanted->use_mouse,
        .use_hints = wanted->use_hints,
        .keys = wanted->keys,
        .clipboard = clipboard_use_of(wanted->clipboard),
        .theme = theme,
        .themes = themes,
    };
    const struct screen_options screen_options = {
        .in_fd = input_fd(),
        .out_fd = STDOUT_FILENO,
        .term = getenv("TERM"),
        .colorterm = getenv("COLORTERM"),
        .tmux = getenv("TMUX"),
        .sty = getenv("STY"),
        .use_mouse = wanted->use_mouse,
        .use_ascii = is_locale_poor(),
        .use_colors = is_color_wanted(),
        .links = wanted->links,
        .notice = notice_form_of(wanted->notify),
        .cast_path = wanted->cast_path,
    };
    const struct display display = {.draw = display_draw,
                                    .suspend = display_suspend,
                                    .edit = display_edit,
                                    .open_link = display_open_link,
                                    .redraw = display_redraw,
                                    .set_mouse = display_set_mouse,
                                    .set_styles = display_set_styles,
                                    .set_title = display_set_title,
                                    .notify = display_notify,
                                    .copy = display_copy,
                                    .get_wait_ms = display_get_wait_ms,
                                    .user = &wiring};
    const struct screen_handler handler = {on_key,    on_paste,      on_resize, on_ready,
                                           on_hangup, on_cast_error, &wiring};
    int code = EXIT_CODE_USAGE;
    wiring.screen = screen_start(setup->loop, &screen_options, &handler, err);
    if (wiring.screen != NULL) {
        code = talk(&wiring, &app_options, &display, err);
        block_interrupt();
        editor_free(wiring.editor);
        screen_stop(wiring.screen);
        app_free(wiring.app);
    }
    template_places_clear(&prompts);
    mem_free(history_path);
    mem_free(layout_path);
    return code;
}

/* The half of the program that the command line does not know. */
static int run_screen(const struct cli_screen *wanted, struct error *err)
{
    struct theme_set themes;
    struct theme theme = {0};
    int code = EXIT_CODE_USAGE;
    theme_set_init(&themes, NULL);
    if (wanted->task != CLI_SCREEN_CHATS)
        code = print_themes(wanted, &themes, err);
    else if (theme_set_read(&themes, wanted->theme, &theme, err))
        code = run_app(wanted, &themes, &theme, err);
    theme_clear(&theme);
    theme_set_clear(&themes);
    return code;
}

int main(int argc, char **argv)
{
    /* Widths and characters only: numbers keep their point, messages their words. The
     * screen speaks UTF-8 whatever the locale says. */
    if (setlocale(LC_CTYPE, "") == NULL || strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
        setlocale(LC_CTYPE, "C.UTF-8");
    const struct cli_checks checks = {.check_keys = key_config_check,
                                      .check_theme = theme_set_check_name};
    process_ties_hide();
    return cli_run(argc, (const char *const *)argv, run_screen, &checks);
}

/*
 * Trying on is changing: a chosen row shows its theme at once, Esc goes back to the one
 * before. A file that was edited into something wrong leaves the look as it is and says
 * where the fault stands.
 */
#include "ui/app_theme.h"

#include <string.h>

#include "src/base/mem.h"
#include "ui/app_state.h"

#define THEMES_LEFT_WIDTH 20

static void on_file_changed(struct ev_loop *loop, struct ev_stat *watcher, int events);

/* Moves the theme into its place, and watches its file. */
static void app_use_theme(struct app *app, struct theme *theme)
{
    struct app_theme *look = &app->look;
    ev_stat_stop(app->loop, &look->watch);
    theme_clear(&look->current);
    look->current = *theme;
    *theme = (struct theme){0};
    if (look->current.path != NULL) {
        ev_stat_init(&look->watch, on_file_changed, look->current.path, 0.);
        look->watch.data = app;
        ev_stat_start(app->loop, &look->watch);
    }
    app->display.set_styles(app->display.user, look->current.styles);
    app_mark_all(app);
}

/* The status line is short: the file is named without its folder. */
static void app_tell_fault(struct app *app, const struct error *err)
{
    const char *path = app->look.current.path;
    const char *text = error_text(err);
    const size_t folder_len = (size_t)(strrchr(path, '/') + 1 - path);
    app_notify(app, strncmp(text, path, folder_len) == 0 ? text + folder_len : text);
}

static void on_file_changed(struct ev_loop *loop, struct ev_stat *watcher, int events)
{
    (void)loop;
    (void)events;
    struct app *app = watcher->data;
    struct theme theme;
    struct error err = {ERROR_NONE, NULL};
    if (watcher->attr.st_nlink == 0)
        return; /* an editor that is writing it anew, or it is gone: the look stays */
    if (theme_read(&theme, app->look.current.name, app->look.current.path, &err)) {
        app_use_theme(app, &theme);
        /* A fault that was told before must not stay. */
        app_notify(app, "the theme was read again");
    } else {
        app_tell_fault(app, &err);
    }
    error_clear(&err);
}

void app_init_theme(struct app *app)
{
    struct theme theme;
    ev_init(&app->look.watch, on_file_changed);
    if (app->options.theme == NULL)
        theme_init_default(&theme);
    else
        theme = *app->options.theme;
    if (app->options.theme != NULL)
        *app->options.theme = (struct theme){0};
    app_use_theme(app, &theme);
}

void app_clear_theme(struct app *app)
{
    ev_stat_stop(app->loop, &app->look.watch);
    theme_clear(&app->look.current);
    theme_clear(&app->look.before);
}

/* The box. */

/* What a theme says of itself, or what is wrong with it. Caller frees. */
static char *app_describe_theme(const struct app *app, const char *name)
{
    struct theme theme;
    struct error err = {ERROR_NONE, NULL};
    const bool is_ok = theme_set_read(app->options.themes, name, &theme, &err);
    char *text = mem_strdup(is_ok ? theme.help : error_text(&err));
    theme_clear(&theme);
    error_clear(&err);
    return text;
}

void app_open_themes(struct app *app)
{
    const struct theme_set *set = app->options.themes;
    if (set == NULL || set->len == 0) {
        app_notify(app, "there is no other theme");
        return;
    }
    app->overlay = OVERLAY_THEMES;
    app->list = (struct list_view){
        .title = " themes ",
        .hint = " Up Down try them on, Enter keeps one, Esc brings the old one back ",
        .left_width = THEMES_LEFT_WIDTH,
    };
    app_clear_list(app);
    for (size_t i = 0; i < set->len; i++)
        app_add_row(app, mem_strdup(set->items[i].name),
                    app_describe_theme(app, set->items[i].name));
    app->list.selected = theme_set_find(set, app->look.current.name);
    app_show_list(app);
}

/* Shows the theme of the chosen row; the one that is replaced first is kept. */
static void app_try_theme(struct app *app)
{
    const struct theme_set *set = app->options.themes;
    struct theme theme;
    struct error err = {ERROR_NONE, NULL};
    if (app->list.selected >= set->len)
        return;
    if (theme_set_read(set, set->items[app->list.selected].name, &theme, &err)) {
        if (app->look.before.name == NULL) {
            app->look.before = app->look.current;
            app->look.current = (struct theme){0};
        }
        app_use_theme(app, &theme);
    } else {
        app_notify(app, error_text(&err));
    }
    error_clear(&err);
}

static void app_keep_theme(struct app *app)
{
    char *text = strbuf_format("\"theme: %s\" in the section defaults of the "
                               "configuration keeps it for the next time",
                               app->look.current.name);
    theme_clear(&app->look.before);
    app_close_overlay(app);
    app_notify(app, text);
    mem_free(text);
}

static void app_put_theme_back(struct app *app)
{
    if (app->look.before.name != NULL)
        app_use_theme(app, &app->look.before);
    app_close_overlay(app);
    app_mark_all(app);
}

void app_themes_key(struct app *app, const struct key *key)
{
    const bool is_rune = key->code == INPUT_RUNE && key->mods == 0;
    const size_t selected = app->list.selected;
    if (key->code == INPUT_ENTER) {
        app_keep_theme(app);
        return;
    }
    if (key->code == INPUT_ESC || (is_rune && key->rune == 'q') ||
        key_is_ctrl(key, 'c')) {
        app_put_theme_back(app);
        return;
    }
    if (key->code == INPUT_UP || (is_rune && key->rune == 'k') ||
        key->code == INPUT_WHEEL_UP)
        app_choose(app, -1);
    else if (key->code == INPUT_DOWN || key->code == INPUT_WHEEL_DOWN ||
             (is_rune && (key->rune == 'j' || key->rune == 't')))
        app_choose(app, 1);
    if (app->list.selected != selected)
        app_try_theme(app);
}

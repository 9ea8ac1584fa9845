/*
 * Names are matched by letters in their order; sentences only by whole pieces of words,
 * for in a long sentence any few letters can be found. What was done last comes first
 * among equals, so Enter right away does it again.
 */
#include "ui/app_palette.h"

#include <stdlib.h>
#include <string.h>

#include "src/base/fuzzy.h"
#include "src/base/mem.h"
#include "ui/app_state.h"

/* A name that fits goes before every sentence that does. */
#define NAME_BONUS 100000

/* From this width on there is room for the sentences. */
#define PALETTE_SENTENCE_WIDTH 64

#define PALETTE_NAME_WIDTH 20

struct palette_find {
    enum action action;
    int score;
    size_t order;
};

/* The larger the better; -1: the action does not fit. */
static int rate(enum action action, const char *pattern)
{
    const int by_name = fuzzy_score(pattern, action_get(action)->name);
    if (pattern[0] == '\0')
        return 0;
    if (by_name >= 0)
        return NAME_BONUS + by_name;
    return action_matches(action, pattern) ? 0 : -1;
}

static size_t order_of(const struct app_palette *palette, enum action action)
{
    for (size_t i = 0; i < palette->recent_count; i++) {
        if (palette->recent[i] == action)
            return i;
    }
    return APP_PALETTE_RECENT + (size_t)action;
}

static int compare(const void *a, const void *b)
{
    const struct palette_find *left = a;
    const struct palette_find *right = b;
    if (left->score != right->score)
        return left->score > right->score ? -1 : 1;
    return left->order < right->order ? -1 : left->order > right->order;
}

static size_t find_actions(const struct app *app, struct palette_find *finds)
{
    const char *pattern = line_edit_text(app->filter);
    const enum input_mode mode = app_key_mode(app);
    size_t count = 0;
    for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++) {
        const enum action action = (enum action)i;
        const struct action_info *info = action_get(action);
        const int score = rate(action, pattern);
        if (score < 0 || info->is_by_key_only || !action_fits(action, mode))
            continue;
        finds[count++] =
            (struct palette_find){action, score, order_of(&app->palette, action)};
    }
    qsort(finds, count, sizeof(finds[0]), compare);
    return count;
}

/* The key of this mode, or in brackets that of normal mode. Caller frees. */
static char *name_key(const struct app *app, enum action action)
{
    char key[KEY_NAME_SIZE];
    keymap_first_key(app->keymap, action, app_key_mode(app), key);
    if (key[0] != '\0' || app_key_mode(app) == MODE_MATRIX)
        return mem_strdup(key);
    keymap_first_key(app->keymap, action, MODE_NORMAL, key);
    return key[0] != '\0' ? strbuf_format("[%s]", key) : mem_strdup("");
}

void app_fill_palette(struct app *app)
{
    struct palette_find finds[ACTION_COUNT];
    const size_t count = find_actions(app, finds);
    const bool has_sentences = app->canvas->width >= PALETTE_SENTENCE_WIDTH;
    app_clear_list(app);
    for (size_t i = 0; i < count; i++) {
        const struct action_info *info = action_get(finds[i].action);
        app_add_row(app, mem_strdup(info->name),
                    mem_strdup(has_sentences ? info->help : ""));
        app->list_rows[i].key = name_key(app, finds[i].action);
        app->palette.rows[i] = finds[i].action;
    }
    app->list.left_width = has_sentences ? PALETTE_NAME_WIDTH : 0;
    app->list.input = line_edit_text(app->filter);
    app->list.selected = 0;
    app->list.first = 0;
    app_show_list(app);
}

void app_open_palette(struct app *app)
{
    app->overlay = OVERLAY_PALETTE;
    line_edit_reset(app->filter);
    app->list = (struct list_view){
        .title = " commands ",
        .hint = " type a few letters, Up Down choose, Enter does it, Esc ",
    };
    app_fill_palette(app);
}

static void note_recent(struct app_palette *palette, enum action action)
{
    size_t at = 0;
    while (at < palette->recent_count && palette->recent[at] != action)
        at++;
    if (at == palette->recent_count && palette->recent_count < APP_PALETTE_RECENT)
        palette->recent_count++;
    if (at == APP_PALETTE_RECENT)
        at--;
    memmove(palette->recent + 1, palette->recent, at * sizeof(palette->recent[0]));
    palette->recent[0] = action;
}

void app_pick_command(struct app *app)
{
    if (app->list.selected >= app->list_row_count) {
        app_notify(app, "no command fits what is typed");
        return;
    }
    const enum action action = app->palette.rows[app->list.selected];
    note_recent(&app->palette, action);
    app_close_overlay(app);
    if (app->page == PAGE_MATRIX)
        app_matrix_act(app, action, NULL);
    else
        app_act(app, action, NULL);
}

/*
 * The prompts that were sent before: the Up and Down keys, which go by those that do not
 * begin with what stands before the cursor, and the box that searches all of them.
 */
#include <string.h>

#include "src/base/mem.h"
#include "src/base/utf8.h"
#include "src/engine/session_keeper.h"
#include "ui/app_state.h"
#include "ui/render/glyph.h"
#include "ui/render/text_pattern.h"

/* The most of a prompt in its row, and of it what stands before the found part. */
#define HISTORY_TEXT_MAX   400
#define HISTORY_BEFORE_MAX 20

const char *app_history_path(const struct app *app)
{
    const struct session_keeper *keeper = app->options.keeper;
    const bool is_temporary = keeper != NULL && session_keeper_is_temporary(keeper);
    return is_temporary ? NULL : app->options.history_path;
}

/* --- Walking ---------------------------------------------------------------------- */

static void app_recall(struct app *app, const char *text)
{
    if (text == NULL)
        return;
    /* The draft comes back as it was, chips and all. */
    if (history_is_at_draft(app->history))
        line_edit_set_shown(app->edit, text);
    else
        line_edit_set_text(app->edit, text, strlen(text));
    line_edit_buffer_end(app->edit);
    char *copy = mem_strdup(line_edit_shown(app->edit));
    mem_free(app->recalled);
    app->recalled = copy;
}

/* A recalled prompt that was changed since is a draft of its own. */
static void app_end_walk_if_edited(struct app *app)
{
    if (app->recalled == NULL || strcmp(app->recalled, line_edit_shown(app->edit)) == 0)
        return;
    history_stop(app->history);
    mem_free(app->recalled);
    app->recalled = NULL;
}

void app_cursor_up(struct app *app)
{
    if (line_edit_up(app->edit))
        return;
    app_end_walk_if_edited(app);
    const char *text = history_previous(app->history, line_edit_shown(app->edit),
                                        line_edit_cursor(app->edit));
    if (text == NULL && history_is_at_draft(app->history)) {
        /* Nothing begins so: the next key begins another walk. */
        if (line_edit_cursor(app->edit) > 0)
            app_notify(app,
                       "no earlier prompt begins with what stands before the cursor");
        history_stop(app->history);
    }
    app_recall(app, text);
}

void app_cursor_down(struct app *app)
{
    if (line_edit_down(app->edit))
        return;
    app_end_walk_if_edited(app);
    app_recall(app, history_next(app->history));
}

/* --- Searching -------------------------------------------------------------------- */

/* Finds the pattern in a text; without one everything fits, at its start. */
static bool find_part(const struct text_pattern *pattern, const char *text, size_t *at,
                      size_t *len)
{
    *at = 0;
    *len = 0;
    return pattern == NULL || text_pattern_find(pattern, text, strlen(text), 0, at, len);
}

/* Adds a row that shows a prompt with the part that was found in sight and marked. */
static void app_add_history_row(struct app *app, const char *text, size_t part_at,
                                size_t part_len)
{
    const int columns = list_view_text_width(app->canvas->width);
    size_t start = 0;
    struct strbuf row;
    strbuf_init(&row, STRBUF_OWN_MAX);
    if (text_width(text, part_at + part_len) >= columns) {
        start = part_at;
        for (int i = 0; i < HISTORY_BEFORE_MAX && start > 0; i++)
            start = utf8_previous(text, start);
    }
    if (start > 0)
        strbuf_append_text(&row, "\xe2\x80\xa6");
    const size_t mark_start = row.len + part_at - start;
    strbuf_append(&row, text + start, strnlen(text + start, HISTORY_TEXT_MAX));
    app_add_row(app, mem_strdup(""), strbuf_take(&row));
    app->list_rows[app->list_row_count - 1].mark_start = mark_start;
    app->list_rows[app->list_row_count - 1].mark_len = part_len;
}

void app_fill_history(struct app *app)
{
    const char *filter = line_edit_text(app->filter);
    struct text_pattern *pattern = text_pattern_new(filter, line_edit_len(app->filter));
    app_clear_list(app);
    for (size_t i = history_count(app->history);
         i-- > 0 && app->list_row_count < HISTORY_ROWS_MAX;) {
        const char *text = history_get(app->history, i);
        size_t at;
        size_t len;
        if (!find_part(pattern, text, &at, &len) || history_is_repeated(app->history, i))
            continue;
        app->history_rows[app->list_row_count] = i;
        app_add_history_row(app, text, at, len);
    }
    text_pattern_free(pattern);
    if (app->list_row_count == 0)
        app_add_row(app, NULL, mem_strdup("no earlier prompt has this in it"));
    app->list.selected = 0;
    app->list.first = 0;
    app->list.input = filter;
    app_show_list(app);
}

void app_open_history(struct app *app)
{
    if (history_count(app->history) == 0) {
        app_notify(app, "no prompt was sent yet");
        return;
    }
    app->overlay = OVERLAY_HISTORY;
    line_edit_reset(app->filter);
    app->list = (struct list_view){
        .title = " earlier prompts, the newest first ",
        .hint = " type a part of it, Ctrl-R next, Enter takes it, Esc ",
    };
    app_fill_history(app);
}

/* Puts the chosen prompt into the composer; undo brings back what stood there. */
static void app_pick_history(struct app *app)
{
    if (app->list_rows[app->list.selected].left == NULL)
        return;
    const char *text = history_get(app->history, app->history_rows[app->list.selected]);
    app_close_overlay(app);
    history_stop(app->history);
    line_edit_set_text(app->edit, text, strlen(text));
    app->mode = MODE_TYPING;
    app_mark_all(app);
}

void app_history_key(struct app *app, const struct key *key)
{
    if (key->code == INPUT_ENTER || key->code == INPUT_TAB) {
        app_pick_history(app);
    } else if (key->code == INPUT_DOWN || key_is_ctrl(key, 'r') ||
               key_is_ctrl(key, 'n')) {
        app_choose(app, 1);
    } else if (key->code == INPUT_UP || key_is_ctrl(key, 's') || key_is_ctrl(key, 'p')) {
        app_choose(app, -1);
    } else if (key->code == INPUT_PGDN || key->code == INPUT_PGUP) {
        for (int i = 0; i < app->list_shown; i++)
            app_choose(app, key->code == INPUT_PGDN ? 1 : -1);
    } else if ((key->code == INPUT_BACKSPACE && line_edit_delete_back(app->filter)) ||
               (key_is_ctrl(key, 'w') && line_edit_delete_word_back(app->filter)) ||
               (key_is_ctrl(key, 'u') && line_edit_clear(app->filter))) {
        app_fill_history(app);
    } else if (key->code == INPUT_RUNE && key->mods == 0) {
        char bytes[4];
        line_edit_insert(app->filter, bytes, utf8_encode(key->rune, bytes));
        app_fill_history(app);
    }
}

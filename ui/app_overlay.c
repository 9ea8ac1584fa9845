/*
 * The boxes over the panes: the help screen, made from the action table, and the picker
 * of models, which takes any name that is typed and offers those it knows.
 */
#include <string.h>

#include "src/base/mem.h"
#include "src/base/utf8.h"
#include "ui/app_state.h"
#include "ui/ranked_list.h"
#include "ui/render/glyph.h"

/* The most rows that a picker shows; typing finds the others. */
#define APP_PICKER_MAX 500

/* From this height on the help has its line to type in from the start. */
#define HELP_LINE_HEIGHT 12

void app_clear_list(struct app *app)
{
    for (size_t i = 0; i < app->list_row_count; i++) {
        mem_free(app->list_rows[i].left);
        mem_free(app->list_rows[i].right);
        mem_free(app->list_rows[i].key);
    }
    app->list_row_count = 0;
}

void app_add_row(struct app *app, char *left, char *right)
{
    app->list_rows = mem_grow(app->list_rows, &app->list_row_cap, app->list_row_count + 1,
                              sizeof(app->list_rows[0]));
    app->list_rows[app->list_row_count++] =
        (struct list_row){.left = left, .right = right};
}

void app_show_list(struct app *app)
{
    app->list.rows = app->list_rows;
    app->list.row_count = app->list_row_count;
    app_mark_all(app);
}

/* Help. */

/* The keys of an action in both modes. Caller frees. */
static char *app_list_keys(const struct keymap *keymap, enum action action)
{
    struct strbuf keys;
    struct strbuf normal;
    strbuf_init(&keys, 1000);
    strbuf_init(&normal, 1000);
    keymap_describe(keymap, action, MODE_TYPING, &keys);
    keymap_describe(keymap, action, MODE_NORMAL, &normal);
    if (action_get(action)->group == ACTION_GROUP_MATRIX)
        keymap_describe(keymap, action, MODE_MATRIX, &keys);
    if (normal.len > 0)
        strbuf_append_format(&keys, "%s[%s]", keys.len > 0 ? "  " : "",
                             strbuf_text(&normal));
    strbuf_clear(&normal);
    return strbuf_take(&keys);
}

/* The sentence is wrapped in a column beside the keys, or in the rows below them where
 * there is no room for two columns. */
static void app_add_help_row(struct app *app, enum action action)
{
    const char *help = action_get(action)->help;
    const bool is_split = app->list.left_width > 0;
    const int used = is_split ? app->list.left_width + 1 : 0;
    const int room = list_view_text_width(app->canvas->width) - used;
    char *keys = app_list_keys(app->keymap, action);
    struct wrap wrap;
    const bool has_own_row =
        !is_split || text_width(keys, strlen(keys)) > app->list.left_width;
    if (has_own_row)
        app_add_row(app, mem_strdup(keys), mem_strdup(""));
    wrap_init(&wrap, room > 0 ? room : 1);
    wrap_extend(&wrap, help, strlen(help));
    for (size_t i = 0; i < wrap.row_count; i++) {
        const struct wrap_row *row = wrap_row(&wrap, i);
        const char *left = !is_split ? "" : i == 0 && !has_own_row ? keys : " ";
        app_add_row(app, mem_strdup(left), mem_strndup(help + row->start, row->len));
    }
    wrap_clear(&wrap);
    mem_free(keys);
}

/* True if the action is of the group and has to do with what is typed. */
static bool app_is_help_wanted(const struct app *app, enum action action,
                               enum action_group group)
{
    char *keys = app_list_keys(app->keymap, action);
    const bool is_wanted =
        action_get(action)->group == group &&
        (action_matches(action, line_edit_text(app->filter)) ||
         (keys[0] != '\0' && strstr(keys, line_edit_text(app->filter)) != NULL));
    mem_free(keys);
    return is_wanted;
}

/* Lists the keys, or those that have to do with what is typed. */
static void app_fill_help(struct app *app)
{
    app_clear_list(app);
    for (int group = 0; group < ACTION_GROUP_COUNT; group++) {
        bool has_title = false;
        for (int action = ACTION_NONE + 1; action < ACTION_COUNT; action++) {
            if (!app_is_help_wanted(app, (enum action)action, (enum action_group)group))
                continue;
            if (!has_title && app->list_row_count > 0)
                app_add_row(app, NULL, mem_strdup(""));
            if (!has_title)
                app_add_row(app, NULL,
                            mem_strdup(action_group_title((enum action_group)group)));
            has_title = true;
            app_add_help_row(app, (enum action)action);
        }
    }
    /* On a low screen the empty line would take a row of the keys. */
    const bool has_line =
        line_edit_len(app->filter) > 0 || app->canvas->height >= HELP_LINE_HEIGHT;
    app->list.input = has_line ? line_edit_text(app->filter) : NULL;
    app->list.selected = app->list_row_count;
    app->list.first = 0;
    app_show_list(app);
}

void app_open_help(struct app *app)
{
    app->overlay = OVERLAY_HELP;
    line_edit_reset(app->filter);
    app->list = (struct list_view){
        .title = " keys: while typing, and [in normal mode] ",
        .hint = " type what you look for; arrows and PgUp PgDn scroll, Esc closes ",
        .left_width = app->canvas->width >= 70 ? 30 : 0,
    };
    app_fill_help(app);
}

/* Picker. */

/* Adds what the endpoint says it has, as far as it has answered. */
static void app_rank_listed(struct app *app, const struct endpoint *endpoint,
                            const char *filter, struct ranked_list *ranked)
{
    const struct model_list *list = engine_get_models(app->engine, endpoint);
    const bool is_default = endpoint == app->options.catalog->default_endpoint;
    for (size_t i = 0; list != NULL && i < model_list_get_count(list); i++) {
        const char *model = model_list_get_name(list, i);
        char *name = is_default ? mem_strdup(model)
                                : strbuf_format("%s/%s", endpoint->name, model);
        ranked_list_add(ranked, filter, name);
        mem_free(name);
    }
}

/* Asks every endpoint that is worth it for its models; the answers come by themselves. */
static void app_ask_models(struct app *app, bool again)
{
    const struct catalog *catalog = app->options.catalog;
    for (size_t i = 0; i < catalog->endpoint_count; i++) {
        const struct endpoint *endpoint = catalog->endpoints[i];
        if ((endpoint->is_offered || endpoint->is_probed) && endpoint->trouble == NULL)
            engine_ask_models(app->engine, endpoint, again);
    }
}

/* Offers the known names that fit what was typed, the best fit first, and that itself: it
 * may be a name of its own although it fits others. */
static void app_fill_picker(struct app *app)
{
    const struct catalog *catalog = app->options.catalog;
    const char *filter = line_edit_text(app->filter);
    bool is_known = filter[0] == '\0';
    struct ranked_list ranked = {0};
    for (size_t i = 0; i < catalog->model_count; i++)
        ranked_list_add(&ranked, filter, catalog->models[i]);
    for (size_t i = 0; i < catalog->endpoint_count; i++)
        app_rank_listed(app, catalog->endpoints[i], filter, &ranked);
    ranked_list_sort(&ranked);
    app_clear_list(app);
    app->list.selected = 0;
    for (size_t i = 0; i < ranked.len && i < APP_PICKER_MAX; i++) {
        const char *name = ranked.items[i].name;
        if (strcmp(name, filter) == 0) {
            is_known = true;
            app->list.selected = app->list_row_count;
        }
        app_add_row(app, mem_strdup(""), mem_strdup(name));
    }
    ranked_list_clear(&ranked);
    if (!is_known)
        app_add_row(app, mem_strdup(""), mem_strdup(filter));
    app->list.input = filter;
    app->list.first = 0;
    app_show_list(app);
}

void app_open_picker(struct app *app, enum overlay overlay)
{
    app->overlay = overlay;
    line_edit_reset(app->filter);
    app->list = (struct list_view){
        .title = overlay == OVERLAY_PICK_NEW    ? " open a pane with this model "
                 : overlay == OVERLAY_PICK_FORM ? " send to this model too "
                                                : " another model for this pane ",
        .hint = " type a name, Up Down choose, Enter takes it, Ctrl-R asks again, Esc ",
    };
    app_ask_models(app, false);
    app_fill_picker(app);
}

/* The name that Enter takes: the chosen row; "" where there is none. */
static const char *app_picked_name(const struct app *app)
{
    return app->list.selected < app->list_row_count
               ? app->list_rows[app->list.selected].right
               : "";
}

static bool app_is_model_picker(const struct app *app)
{
    return app->overlay == OVERLAY_PICK_NEW || app->overlay == OVERLAY_PICK_MODEL ||
           app->overlay == OVERLAY_PICK_FORM;
}

void app_models_came(struct app *app)
{
    if (!app_is_model_picker(app))
        return;
    /* The choice stays where the person has put it. */
    const size_t first = app->list.first;
    char *chosen = mem_strdup(app_picked_name(app));
    app_fill_picker(app);
    for (size_t i = 0; i < app->list_row_count; i++) {
        if (strcmp(app->list_rows[i].right, chosen) == 0)
            app->list.selected = i;
    }
    app->list.first = first;
    mem_free(chosen);
}

void app_close_overlay(struct app *app)
{
    app_stop_pipe(app);
    app->overlay = OVERLAY_NONE;
    /* A dialog that had the keys gets them back like one that has just come. */
    app_guard_call(app);
}

void app_open_model_pane(struct app *app, const struct model_ref *ref)
{
    /* A new pane is like those the program was started with, but for the model. */
    struct chat_setup setup = {.is_streaming = true};
    if (app->options.chat_count > 0)
        setup = app->options.chats[0];
    setup.endpoint = ref->endpoint;
    setup.model = ref->model;
    setup.fallbacks = NULL;
    setup.fallback_count = 0;
    if (app_open_pane(app, &setup))
        app->focused = app->pane_count - 1;
}

static void app_pick(struct app *app)
{
    struct error err = {ERROR_NONE, NULL};
    struct model_ref ref;
    char *name = mem_strdup(app_picked_name(app));
    if (!catalog_find(app->options.catalog, name, &ref, &err)) {
        app_notify(app, error_text(&err));
    } else if (app->overlay == OVERLAY_PICK_MODEL) {
        engine_set_model(app->engine, app_focused_pane(app)->chat, ref.endpoint,
                         ref.model);
        app_close_overlay(app);
    } else if (app->overlay == OVERLAY_PICK_FORM) {
        app_close_overlay(app);
        app_form_add_model(app, name);
    } else {
        app_close_overlay(app);
        app_open_model_pane(app, &ref);
    }
    error_clear(&err);
    mem_free(name);
}

void app_choose(struct app *app, int step)
{
    const size_t count = app->list_row_count;
    if (count == 0)
        return;
    if (step < 0 && app->list.selected > 0)
        app->list.selected--;
    if (step > 0 && app->list.selected + 1 < count)
        app->list.selected++;
    app_mark_all(app);
}

/* True if what is typed goes into the line of the box. */
static bool app_has_filter(const struct app *app)
{
    return app_is_model_picker(app) || app->overlay == OVERLAY_PROMPTS ||
           app->overlay == OVERLAY_SESSIONS || app->overlay == OVERLAY_PALETTE ||
           app->overlay == OVERLAY_HELP;
}

/* Offers what fits what is typed now. */
static void app_refill_picker(struct app *app)
{
    if (app->overlay == OVERLAY_PROMPTS)
        app_fill_prompts(app);
    else if (app->overlay == OVERLAY_PALETTE)
        app_fill_palette(app);
    else if (app->overlay == OVERLAY_HELP)
        app_fill_help(app);
    else if (app->overlay == OVERLAY_HISTORY)
        app_fill_history(app);
    else if (app->overlay == OVERLAY_SESSIONS)
        app_refill_sessions(app);
    else
        app_fill_picker(app);
}

void app_overlay_paste(struct app *app, const char *text, size_t len)
{
    if (!app_has_filter(app) && app->overlay != OVERLAY_HISTORY)
        return;
    size_t line_len = 0;
    while (line_len < len && text[line_len] != '\n' && text[line_len] != '\r')
        line_len++;
    line_edit_insert(app->filter, text, line_len);
    app_refill_picker(app);
}

static void app_picker_type(struct app *app, uint32_t rune)
{
    char bytes[4];
    const size_t len = utf8_encode(rune, bytes);
    app_overlay_paste(app, bytes, len);
}

bool app_filter_key(struct app *app, const struct key *key)
{
    bool has_changed = false;
    if (key->code == INPUT_BACKSPACE)
        has_changed = line_edit_delete_back(app->filter);
    else if (key_is_ctrl(key, 'w'))
        has_changed = line_edit_delete_word_back(app->filter);
    else if (key_is_ctrl(key, 'u'))
        has_changed = line_edit_clear(app->filter);
    else if (key->code == INPUT_RUNE && key->mods == 0)
        app_picker_type(app, key->rune);
    else
        return false;
    if (has_changed)
        app_refill_picker(app);
    return true;
}

int app_choice_step(const struct app *app, const struct key *key)
{
    const int page = app->list_shown > 1 ? app->list_shown - 1 : 1;
    if (key->code == INPUT_PGUP || key->code == INPUT_PGDN)
        return key->code == INPUT_PGUP ? -page : page;
    if (key->code == INPUT_UP || key->code == INPUT_WHEEL_UP || key_is_ctrl(key, 'p') ||
        (key->code == INPUT_TAB && (key->mods & INPUT_MOD_SHIFT) != 0))
        return -1;
    return key->code == INPUT_DOWN || key->code == INPUT_WHEEL_DOWN ||
           key->code == INPUT_TAB || key_is_ctrl(key, 'n');
}

static void app_take_choice(struct app *app)
{
    if (app_is_model_picker(app))
        app_pick(app);
    else if (app->overlay == OVERLAY_PALETTE)
        app_pick_command(app);
    else
        app_pick_prompt(app);
}

static void app_picker_key(struct app *app, const struct key *key)
{
    const bool is_again = key_is_ctrl(key, 'r') && app_is_model_picker(app);
    int step = app_choice_step(app, key);
    if (key->code == INPUT_ENTER)
        app_take_choice(app);
    else if (is_again)
        app_ask_models(app, true);
    else if (step == 0)
        app_filter_key(app, key);
    for (; step < 0; step++)
        app_choose(app, -1);
    for (; step > 0; step--)
        app_choose(app, 1);
}

static void app_scroll_list(struct app *app, int rows)
{
    size_t *first = &app->list.first;
    if (rows < 0)
        *first -= *first < (size_t)-rows ? *first : (size_t)-rows;
    else
        *first += (size_t)rows;
    app_mark_all(app);
}

static void app_list_key(struct app *app, const struct key *key)
{
    if (key->code == INPUT_UP || key->code == INPUT_WHEEL_UP)
        app_scroll_list(app, -1);
    else if (key->code == INPUT_DOWN || key->code == INPUT_WHEEL_DOWN)
        app_scroll_list(app, 1);
    else if (key->code == INPUT_PGUP)
        app_scroll_list(app, -app->list_shown);
    else if (key->code == INPUT_PGDN || (key->code == INPUT_RUNE && key->rune == ' '))
        app_scroll_list(app, app->list_shown);
    else if (key->code == INPUT_F1 || key->code == INPUT_ENTER ||
             (key->code == INPUT_RUNE && (key->rune == 'q' || key->rune == '?')))
        app_close_overlay(app);
}

/* Letters look for something; those that close a list do so before the first of them. */
static void app_help_key(struct app *app, const struct key *key)
{
    const bool is_empty = line_edit_len(app->filter) == 0;
    const bool closes = keymap_find(app->keymap, app_key_mode(app), key) == ACTION_HELP;
    if (closes && (is_empty || key->code != INPUT_RUNE))
        app_close_overlay(app);
    else if ((is_empty && key->code == INPUT_RUNE && key->mods == 0 &&
              (key->rune == 'q' || key->rune == '?' || key->rune == ' ')) ||
             !app_filter_key(app, key))
        app_list_key(app, key);
}

void app_overlay_key(struct app *app, const struct key *key)
{
    const bool is_back = key->code == INPUT_ESC || key_is_ctrl(key, 'c');
    if (app->overlay == OVERLAY_THEMES) {
        app_themes_key(app, key);
        return;
    }
    if (app->overlay == OVERLAY_CODE) {
        app_code_key(app, key);
        return;
    }
    if (app->overlay == OVERLAY_SESSIONS && app_sessions_key(app, key))
        return;
    if (is_back && app->overlay == OVERLAY_APPROVALS && app_leave_confirmation(app))
        return;
    if (is_back)
        app_close_overlay(app);
    else if (app->overlay == OVERLAY_HELP)
        app_help_key(app, key);
    else if (app_has_filter(app))
        app_picker_key(app, key);
    else if (app->overlay == OVERLAY_HISTORY)
        app_history_key(app, key);
    else if (app->overlay == OVERLAY_ANSWER)
        app_whole_key(app, key);
    else if (app->overlay == OVERLAY_WIRE)
        app_wire_key(app, key);
    else if (app->overlay == OVERLAY_RACE)
        app_race_key(app, key);
    else if (app->overlay == OVERLAY_APPROVALS)
        app_approvals_key(app, key);
    else if (app->overlay == OVERLAY_TOOLS)
        app_tools_key(app, key);
    else
        app_list_key(app, key);
}

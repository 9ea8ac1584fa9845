/*
 * The list above the composer: files behind an @, commands behind a / at the start, and
 * what may stand behind a command.
 *
 * It opens by typing and closes by itself; it never takes Enter unless the person has
 * moved to one of its rows. Tab takes the row that is chosen, or else the first.
 */
#include <string.h>

#include "src/base/mem.h"
#include "src/engine/attachment_word.h"
#include "ui/app_state.h"
#include "ui/view/complete_view.h"

/* How long a key may wait for the names of files. */
#define COMPLETE_READ_MS 30

void app_close_complete(struct app *app)
{
    struct app_complete *complete = &app->complete;
    if (complete->word.kind != COMPLETE_NONE)
        app_mark_all(app);
    complete->word.kind = COMPLETE_NONE;
    complete_list_clear(&complete->list);
    file_offers_clear(&complete->files);
}

void app_clear_complete(struct app *app)
{
    complete_list_clear(&app->complete.list);
    file_offers_clear(&app->complete.files);
}

static bool app_is_open(const struct app *app)
{
    return app->complete.word.kind != COMPLETE_NONE;
}

/* --- What there is ---------------------------------------------------------------- */

/* The name that the word says up to the cursor: without @ or /, and without quotes.
 * Caller frees. */
static char *app_typed_name(const struct app *app, const struct complete_word *word)
{
    const char *text = line_edit_shown(app->edit);
    const char *start = text + word->start;
    const char *cursor = text + line_edit_cursor(app->edit);
    if (word->kind == COMPLETE_FILE && start[1] == '"') {
        struct strbuf name;
        strbuf_init(&name, STRBUF_OWN_MAX);
        attachment_word_unquote(start, cursor, &name);
        return strbuf_take(&name);
    }
    if (word->kind != COMPLETE_ARGUMENT)
        start++;
    return mem_strndup(start, cursor > start ? (size_t)(cursor - start) : 0);
}

/* How much of a path is the folder. */
static size_t folder_len(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? (size_t)(slash - path) + 1 : 0;
}

/* Resources of servers are written like files: @SERVER:ADDRESS. */
static void app_list_resources(struct app *app, struct complete_list *list)
{
    const struct server_facts *servers;
    const size_t count = engine_get_servers(app->engine, &servers);
    char **names = mem_alloc_array(count, sizeof(names[0]));
    for (size_t i = 0; i < count; i++)
        names[i] = mem_strdup(servers[i].name);
    for (size_t i = 0; i < count; i++) {
        const struct server_entry *entries;
        const size_t own =
            engine_get_server_entries(app->engine, names[i], SERVER_RESOURCES, &entries);
        for (size_t j = 0; j < own; j++) {
            const char *help =
                entries[j].title != NULL ? entries[j].title : entries[j].description;
            complete_list_add(
                list, &(struct complete_item){
                          .name = strbuf_format("%s:%s", names[i], entries[j].name),
                          .help = help != NULL ? mem_strdup(help) : NULL,
                          .depth = 1});
        }
        mem_free(names[i]);
    }
    mem_free(names);
}

/* Reads the folder that the path is in, unless that is the one read last. */
static void app_list_files(struct app *app, const char *path)
{
    struct app_complete *complete = &app->complete;
    struct file_offers *files = &complete->files;
    char *folder = mem_strndup(path, folder_len(path));
    const bool has_hidden = path[folder_len(path)] == '.';
    const bool is_read = files->folder != NULL && strcmp(files->folder, folder) == 0 &&
                         files->has_hidden == has_hidden;
    if (!is_read) {
        file_offers_read(files, folder, has_hidden, COMPLETE_READ_MS);
        complete_list_clear(&complete->list);
        for (size_t i = 0; i < files->count; i++)
            complete_list_add(
                &complete->list,
                &(struct complete_item){.name = mem_strdup(files->items[i].name),
                                        .depth = files->items[i].depth});
        if (folder[0] == '\0')
            app_list_resources(app, &complete->list);
    }
    mem_free(folder);
}

/* Fills the list for a word; false if nothing fits or, unless the person has asked, only
 * what stands there. */
static bool app_list_fits(struct app *app, const struct complete_word *word,
                          bool is_asked)
{
    struct complete_list *list = &app->complete.list;
    char *typed = app_typed_name(app, word);
    const char *pattern = typed;
    if (word->kind == COMPLETE_FILE) {
        app_list_files(app, typed);
        pattern = typed + folder_len(typed);
    } else if (list->count == 0 && word->kind == COMPLETE_COMMAND) {
        app_list_commands(app, list);
    } else if (list->count == 0) {
        app_list_arguments(app, list);
    }
    complete_list_find(list, pattern);
    const bool is_done = !is_asked && list->fit_count == 1 &&
                         word->kind != COMPLETE_COMMAND &&
                         strcmp(complete_list_get(list, 0)->name, pattern) == 0;
    mem_free(typed);
    return list->fit_count > 0 && !is_done;
}

/* --- Opening and closing ---------------------------------------------------------- */

static bool is_same_word(const struct complete_word *a, const struct complete_word *b)
{
    return a->kind == b->kind && a->start == b->start;
}

/* Shows what fits the word; false if nothing does. */
static bool app_open_complete(struct app *app, const struct complete_word *word,
                              bool is_asked)
{
    struct app_complete *complete = &app->complete;
    if (!is_same_word(&complete->word, word))
        app_close_complete(app);
    complete->word = *word;
    if (!app_list_fits(app, word, is_asked)) {
        app_close_complete(app);
        return false;
    }
    complete->selected = complete->list.fit_count;
    complete->first = 0;
    app_mark_all(app);
    return true;
}

/* The word at the cursor, where there is one that may be completed now. */
static struct complete_word app_find_word(const struct app *app)
{
    const struct complete_word none = {.kind = COMPLETE_NONE};
    const bool is_writing = app->page == PAGE_PANES && app->overlay == OVERLAY_NONE &&
                            app->mode == MODE_TYPING && app->call.key == 0;
    const struct complete_word word =
        is_writing
            ? complete_find_word(line_edit_shown(app->edit), line_edit_cursor(app->edit))
            : none;
    const bool is_command =
        word.kind == COMPLETE_COMMAND || word.kind == COMPLETE_ARGUMENT;
    return is_command && app->edited_message != 0 ? none : word;
}

void app_refresh_complete(struct app *app, bool may_open)
{
    struct app_complete *complete = &app->complete;
    const struct complete_word word = app_find_word(app);
    if (!is_same_word(&word, &complete->closed))
        complete->closed.kind = COMPLETE_NONE;
    const bool is_kept = app_is_open(app) && is_same_word(&word, &complete->word);
    const bool is_closed = complete->closed.kind != COMPLETE_NONE;
    if (word.kind == COMPLETE_NONE || is_closed || (!may_open && !is_kept))
        app_close_complete(app);
    else if (may_open || word.end != complete->word.end)
        app_open_complete(app, &word, false);
}

/* --- Taking ----------------------------------------------------------------------- */

/* What stands in the text for an item, up to where one goes on. Caller frees. */
static char *app_item_text(struct app *app, const struct complete_item *item)
{
    const struct complete_word *word = &app->complete.word;
    const char *behind = line_edit_shown(app->edit) + word->end;
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    bool goes_on = false;
    if (word->kind == COMPLETE_FILE) {
        char *typed = app_typed_name(app, word);
        char *path = strbuf_format("%.*s%s", (int)folder_len(typed), typed, item->name);
        const size_t len = strlen(path);
        goes_on = len > 0 && path[len - 1] == '/';
        if (goes_on)
            attachment_word_append_open(path, &text);
        else
            attachment_word_append(path, &text);
        mem_free(path);
        mem_free(typed);
    } else {
        strbuf_append_text(&text, word->kind == COMPLETE_COMMAND ? "/" : "");
        strbuf_append_text(&text, item->name);
        goes_on =
            word->kind == COMPLETE_ARGUMENT || !app_command_takes_text(app, item->name);
    }
    if (!goes_on && (behind[0] == '\0' || behind[0] == '@'))
        strbuf_append_char(&text, ' ');
    return strbuf_take(&text);
}

static void app_take_item(struct app *app, size_t index)
{
    const struct complete_word word = app->complete.word;
    char *text = app_item_text(app, complete_list_get(&app->complete.list, index));
    const size_t len = strlen(text);
    if (!line_edit_replace_range(app->edit, word.start, word.end, text, len))
        app_notify(app, "the text is at its largest: 16 MiB");
    const bool is_folder = word.kind == COMPLETE_FILE && len > 0 && text[len - 1] == '/';
    mem_free(text);
    app_close_complete(app);
    app_refresh_complete(app, is_folder);
}

/* Opens the list for the word at the cursor; the only fit is taken at once. */
static bool app_ask_complete(struct app *app)
{
    const struct complete_word word = app_find_word(app);
    if (word.kind == COMPLETE_NONE)
        return false;
    app->complete.closed.kind = COMPLETE_NONE;
    if (!app_open_complete(app, &word, true)) {
        if (word.kind == COMPLETE_FILE)
            app_notify(app, "no file or folder fits that");
        return word.kind == COMPLETE_FILE;
    }
    if (app->complete.list.fit_count == 1)
        app_take_item(app, 0);
    return true;
}

static void app_step_item(struct app *app, bool is_up)
{
    struct app_complete *complete = &app->complete;
    const size_t count = complete->list.fit_count;
    /* One place of the round is outside of the list. */
    complete->selected = (complete->selected + (is_up ? count : 1)) % (count + 1);
    app_mark_all(app);
}

/* Takes the chosen row; a command is carried out. */
static bool app_enter_item(struct app *app)
{
    const enum complete_kind kind = app->complete.word.kind;
    if (app->complete.selected >= app->complete.list.fit_count)
        return false;
    app_take_item(app, app->complete.selected);
    if (kind != COMPLETE_FILE) {
        app_close_complete(app);
        app_take_command(app);
    }
    return true;
}

bool app_complete_key(struct app *app, const struct key *key, enum action action)
{
    struct app_complete *complete = &app->complete;
    const bool is_tab = key->code == INPUT_TAB && key->mods == 0;
    if (app->mode != MODE_TYPING)
        return false;
    if (!app_is_open(app))
        return is_tab && app_ask_complete(app);
    if (action == ACTION_CURSOR_UP || action == ACTION_CURSOR_DOWN) {
        app_step_item(app, action == ACTION_CURSOR_UP);
    } else if (is_tab) {
        const bool is_chosen = complete->selected < complete->list.fit_count;
        app_take_item(app, is_chosen ? complete->selected : 0);
    } else if (key->code == INPUT_ESC) {
        complete->closed = complete->word;
        app_close_complete(app);
    } else {
        return action == ACTION_SEND && app_enter_item(app);
    }
    return true;
}

/* --- Painting --------------------------------------------------------------------- */

/* Brings the chosen row into sight, and fetches the help of the rows that are. */
static void app_settle_rows(struct app *app, size_t rows)
{
    struct app_complete *complete = &app->complete;
    const size_t count = complete->list.fit_count;
    if (complete->selected < count && complete->selected >= complete->first + rows)
        complete->first = complete->selected - rows + 1;
    if (complete->selected < complete->first)
        complete->first = complete->selected;
    if (complete->selected == count || count <= rows)
        complete->first = 0;
    for (size_t i = complete->first; i < count && i < complete->first + rows; i++) {
        struct complete_item *item = complete_list_get(&complete->list, i);
        if (item->help == NULL && complete->word.kind == COMPLETE_COMMAND)
            item->help = app_describe_command(app, item->name);
    }
}

bool app_paint_complete(struct app *app, struct rect room)
{
    static const char *const titles[] = {
        [COMPLETE_NONE] = "",
        [COMPLETE_FILE] = "files",
        [COMPLETE_COMMAND] = "commands",
        [COMPLETE_ARGUMENT] = "models",
    };
    struct app_complete *complete = &app->complete;
    const size_t rows = complete_view_rows(room.height);
    struct complete_row shown[COMPLETE_ROWS_MAX];
    if (!app_is_open(app) || rows == 0)
        return false;
    app_settle_rows(app, rows);
    struct complete_view view = {
        .title = titles[complete->word.kind],
        .hint = " Tab takes \xc2\xb7 Up Down choose \xc2\xb7 Esc closes ",
        .rows = shown,
        .total = complete->list.fit_count,
    };
    for (size_t i = complete->first;
         i < complete->list.fit_count && view.row_count < rows; i++) {
        const struct complete_item *item = complete_list_get(&complete->list, i);
        shown[view.row_count++] =
            (struct complete_row){item->name, item->args, item->help};
    }
    view.selected = complete->selected < complete->list.fit_count
                        ? complete->selected - complete->first
                        : view.row_count;
    complete_view_draw(&view, app->canvas, room);
    return true;
}

/* Which action and which key leads where; and selecting, which is little more than keys.
 */
#include "ui/app_reading.h"

#include <string.h>

#include "src/base/mem.h"
#include "src/engine/outlet.h"
#include "ui/app_state.h"

#define READING_LINE_MAX 4000

void app_init_reading(struct app *app)
{
    struct app_reading *reading = &app->reading;
    reading->edit = line_edit_new(READING_LINE_MAX);
    reading->sought = line_edit_new(READING_LINE_MAX);
    strbuf_init(&reading->text, STRBUF_OWN_MAX);
    strbuf_init(&reading->output, STRBUF_OWN_MAX);
}

void app_clear_reading(struct app *app)
{
    struct app_reading *reading = &app->reading;
    outlet_free(reading->tool);
    outlet_free(reading->pipe);
    line_edit_free(reading->edit);
    line_edit_free(reading->sought);
    text_pattern_free(reading->pattern);
    code_list_clear(&reading->codes);
    strbuf_clear(&reading->text);
    strbuf_clear(&reading->output);
    mem_free(reading->what);
    mem_free(reading->pipe_end);
}

/* --- Selecting --------------------------------------------------------------------- */

static bool app_is_selecting(const struct app *app)
{
    return app->pane_count > 0 &&
           transcript_is_selecting(app->panes[app->focused].transcript);
}

static void app_end_selecting(struct app *app)
{
    for (size_t i = 0; i < app->pane_count; i++)
        transcript_select_end(app->panes[i].transcript);
    app_mark_all(app);
}

static void app_begin_selecting(struct app *app)
{
    app_end_selecting(app);
    if (transcript_select_begin(app_focused_pane(app)->transcript))
        app->mode = MODE_NORMAL;
    else
        app_notify(app, "there is nothing in this pane to select");
}

/* Takes the selected lines as the text to be written or piped, and ends selecting. */
static void app_take_selection(struct app *app)
{
    struct app_reading *reading = &app->reading;
    strbuf_reset(&reading->text);
    transcript_select_text(app_focused_pane(app)->transcript, &reading->text);
    while (reading->text.len > 0 && reading->text.text[reading->text.len - 1] == '\n')
        strbuf_truncate(&reading->text, reading->text.len - 1);
    mem_free(reading->what);
    reading->what = mem_strdup("the selected lines");
    app_end_selecting(app);
}

static void app_copy_selection(struct app *app)
{
    app_take_selection(app);
    app_copy_text(app, app->reading.what, strbuf_text(&app->reading.text),
                  app->reading.text.len);
}

static void app_move_selection(struct transcript *transcript, const struct key *key)
{
    const int height = transcript_height(transcript);
    const int page = height > 3 ? height - 2 : 1;
    const uint32_t rune = key->code == INPUT_RUNE && key->mods == 0 ? key->rune : 0;
    if (key->code == INPUT_DOWN || rune == 'j')
        transcript_select_move(transcript, 1);
    else if (key->code == INPUT_UP || rune == 'k')
        transcript_select_move(transcript, -1);
    else if (key->code == INPUT_PGDN)
        transcript_select_move(transcript, page);
    else if (key->code == INPUT_PGUP)
        transcript_select_move(transcript, -page);
    else if (key_is_ctrl(key, 'd'))
        transcript_select_move(transcript, page > 1 ? page / 2 : 1);
    else if (key_is_ctrl(key, 'u'))
        transcript_select_move(transcript, page > 1 ? -(page / 2) : -1);
    else if (key->code == INPUT_HOME || rune == 'g')
        transcript_select_go(transcript, false);
    else if (key->code == INPUT_END || rune == 'G')
        transcript_select_go(transcript, true);
    else if (rune == 'o')
        transcript_select_swap(transcript);
}

static bool app_select_key(struct app *app, const struct key *key)
{
    const uint32_t rune = key->code == INPUT_RUNE && key->mods == 0 ? key->rune : 0;
    if (key->code == INPUT_ESC || key_is_ctrl(key, 'c') || rune == 'v' || rune == 'q') {
        app_end_selecting(app);
    } else if (rune == 'y' || rune == 'Y' || key->code == INPUT_ENTER) {
        app_copy_selection(app);
    } else if (rune == 'w') {
        app_take_selection(app);
        app_ask_save(app, "selection.md");
    } else if (rune == '|') {
        app_take_selection(app);
        app_open_line(app, LINE_PIPE, "");
    } else if (rune == '?' || key->code == INPUT_F1) {
        app_notify(app, "j k g G move, o the other end, y copies, w writes to a file, | "
                        "pipes to a command, Esc ends");
    } else {
        app_move_selection(app_focused_pane(app)->transcript, key);
    }
    return true;
}

/* --- Keys and actions -------------------------------------------------------------- */

bool app_reading_key(struct app *app, const struct key *key)
{
    const bool is_rune = key->code == INPUT_RUNE && key->mods == 0;
    if (app->mode != MODE_NORMAL)
        return false;
    if (app_is_selecting(app))
        return app_select_key(app, key);
    if (app->reading.pattern == NULL)
        return false;
    if (is_rune && (key->rune == 'n' || key->rune == 'N'))
        app_step_search(app, key->rune == 'n');
    else if (key->code == INPUT_ESC)
        app_drop_search(app);
    else
        return false;
    return true;
}

static void app_do_reading(struct app *app, enum action action)
{
    if (action == ACTION_SEARCH || action == ACTION_SEARCH_ALL)
        app_open_search(app, action == ACTION_SEARCH_ALL);
    else if (action == ACTION_SEARCH_NEXT || action == ACTION_SEARCH_PREVIOUS)
        app_step_search(app, action == ACTION_SEARCH_NEXT);
    else if (action == ACTION_SELECT)
        app_begin_selecting(app);
    else if (action == ACTION_COPY_ANSWER)
        app_copy_answer(app);
    else if (action == ACTION_COPY_PROMPT)
        app_copy_prompt(app);
    else if (action == ACTION_COPY_CONVERSATION)
        app_copy_conversation(app);
    else if (action == ACTION_COPY_CODE || action == ACTION_SAVE_CODE)
        app_open_codes(app, action == ACTION_COPY_CODE ? CODE_COPY : CODE_SAVE);
    else if (action >= ACTION_EXPORT_PANE && action <= ACTION_EXPORT_SESSION)
        app_ask_chats_export(app, action);
    else if (app_take_answer(app) && action == ACTION_SAVE_ANSWER)
        app_ask_save(app, "answer.md");
    else if (action == ACTION_PIPE && app->reading.text.len > 0)
        app_open_line(app, LINE_PIPE, "");
}

bool app_act_on_reading(struct app *app, enum action action)
{
    if (action < ACTION_SEARCH || action > ACTION_PIPE)
        return false;
    if (app->pane_count == 0)
        app_notify(app, "no pane is open");
    else
        app_do_reading(app, action);
    app_mark_all(app);
    return true;
}

void app_describe_reading(struct app *app, struct strbuf *out)
{
    if (app->page != PAGE_PANES)
        return;
    if (app_is_selecting(app))
        strbuf_append_text(out, " \xc2\xb7 selecting");
    if (app->reading.pattern != NULL && app->reading.line == LINE_NONE) {
        strbuf_append_text(out, " \xc2\xb7 ");
        app_count_search(app, out);
    }
}

const char *app_reading_hint(const struct app *app)
{
    if (app->page != PAGE_PANES)
        return NULL;
    switch (app->reading.line) {
    case LINE_SEARCH: return "Enter keeps the marks  Tab all panes  Esc leaves ";
    case LINE_EXPORT:
        return "Enter writes the file  its ending is the format  Esc leaves ";
    case LINE_SAVE: return "Enter writes the file  Esc leaves ";
    case LINE_PIPE: return "Enter runs the command  Esc leaves ";
    case LINE_NONE: break;
    }
    if (app_is_selecting(app))
        return "y copy  w write  | pipe  o other end  Esc leaves ";
    if (app->reading.pattern != NULL && app->mode == MODE_NORMAL)
        return "n next  N before  Esc clears ";
    return NULL;
}

/*
 * The page of an answer's wire. The sheet is filled anew when there is something new, but
 * not more often than a reader can follow: a fast stream would keep the program busy with
 * laying out what nobody reads.
 */
#include "ui/app_wire.h"

#include <string.h>

#include "src/base/clock.h"
#include "src/base/mem.h"
#include "src/engine/wire_curl.h"
#include "ui/app_state.h"
#include "ui/wire_sheet.h"

/* The least time between two fillings while an answer comes. */
#define WIRE_FILL_MS 250

void app_init_wire(struct app *app)
{
    app->wire.log = wire_log_new(app->engine);
    sheet_init(&app->wire.sheet);
}

void app_clear_wire(struct app *app)
{
    wire_log_free(app->wire.log);
    sheet_clear(&app->wire.sheet);
    mem_free(app->wire.title);
}

/* --- Which answer ------------------------------------------------------------------ */

/* The last answer among the first `count` messages of the path, or NULL. */
static const struct message *find_answer(const struct chat *chat, size_t count)
{
    while (count > 0 && chat->path[count - 1]->author != MESSAGE_ASSISTANT)
        count--;
    return count > 0 ? chat->path[count - 1] : NULL;
}

/* The number of the message on the path, from 1; 0: it is not there. */
static size_t find_place(const struct chat *chat, const struct message *message)
{
    for (size_t i = 0; message != NULL && i < chat->path_len; i++) {
        if (chat->path[i] == message)
            return i + 1;
    }
    return 0;
}

/* The answer in sight: the last one, or where the reader has scrolled to. */
static const struct message *app_answer_in_sight(struct app *app, size_t pane)
{
    struct transcript *transcript = app->panes[pane].transcript;
    const struct chat *chat = engine_get_chat(app->engine, app->panes[pane].chat);
    const size_t place = find_place(chat, transcript_read_message(transcript));
    const struct message *found = NULL;
    if (!transcript_is_following(transcript) && place > 0)
        found = find_answer(chat, place);
    return found != NULL ? found : find_answer(chat, chat->path_len);
}

/* The answer that is shown; NULL if its pane or itself is gone. */
static const struct message *app_wire_answer(const struct app *app)
{
    const struct chat *chat = engine_get_chat(app->engine, app->wire.chat);
    return chat != NULL ? chat_find(chat, app->wire.message_id) : NULL;
}

/* --- The text ---------------------------------------------------------------------- */

static void wire_say(struct app_wire *wire, enum role role, const char *text)
{
    sheet_begin(&wire->sheet, role, 0);
    sheet_append(&wire->sheet, text, strlen(text));
}

static void app_fill_wire(struct app *app)
{
    struct app_wire *wire = &app->wire;
    const struct wire_sheet_style style = {
        .is_raw = wire->is_raw, .room = wire->room, .now_us = clock_now_us()};
    const struct wire_record *record =
        wire_log_find(wire->log, wire->chat, wire->message_id, 0);
    sheet_reset(&wire->sheet);
    wire->is_stale = false;
    wire->filled_ms = clock_now_ms();
    for (size_t i = 1; record != NULL; i++) {
        wire_sheet_append(&wire->sheet, record, &style);
        record = wire_log_find(wire->log, wire->chat, wire->message_id, i);
    }
    if (wire->sheet.line_count > 0)
        return;
    if (engine_is_busy(app->engine, wire->chat))
        wire_say(wire, ROLE_DIM, "nothing of this answer was sent yet");
    else
        wire_say(wire, ROLE_TEXT,
                 "The wire of this answer was not kept: it came in an earlier start of "
                 "the program, was taken over from another pane, or nothing was ever "
                 "sent for it.");
}

/* Shows another answer, from its beginning. */
static void app_show_wire(struct app *app, size_t pane, const struct message *answer)
{
    struct app_wire *wire = &app->wire;
    const struct chat_setup *setup = engine_get_setup(app->engine, app->panes[pane].chat);
    const char *model = answer->facts.model != NULL ? answer->facts.model : setup->model;
    mem_free(wire->title);
    wire->title = strbuf_format(" wire \xc2\xb7 %zu %s ", pane + 1, model);
    wire->pane = pane;
    wire->chat = app->panes[pane].chat;
    wire->message_id = answer->id;
    wire->first = 0;
    wire->room = 0;
    app_mark_all(app);
}

void app_open_wire(struct app *app)
{
    const struct message *answer =
        app->pane_count > 0 ? app_answer_in_sight(app, app->focused) : NULL;
    if (answer == NULL) {
        app_notify(app, "there is no answer in this pane yet");
        return;
    }
    app->overlay = OVERLAY_WIRE;
    app_show_wire(app, app->focused, answer);
}

void app_refresh_wire(struct app *app, chat_id chat)
{
    if (app->overlay != OVERLAY_WIRE || (chat != 0 && chat != app->wire.chat))
        return;
    app->wire.is_stale = true;
    app_mark(app);
}

/* --- Keys -------------------------------------------------------------------------- */

/* The last try, or NULL with a notice. */
static const struct wire_record *app_last_try(struct app *app)
{
    const struct app_wire *wire = &app->wire;
    const struct wire_record *last = NULL;
    for (size_t i = 0;; i++) {
        const struct wire_record *record =
            wire_log_find(wire->log, wire->chat, wire->message_id, i);
        if (record == NULL)
            break;
        last = record;
    }
    if (last == NULL || last->is_dropped) {
        app_notify(app, "nothing of this answer is kept that could be copied");
        return NULL;
    }
    return last;
}

static void app_copy_curl(struct app *app)
{
    const struct wire_record *record = app_last_try(app);
    struct error err = {ERROR_NONE, NULL};
    struct strbuf out;
    if (record == NULL)
        return;
    strbuf_init(&out, STRBUF_OWN_MAX);
    if (wire_curl_append(record, &out, &err))
        app_copy_text(app, "the request as a curl command", strbuf_text(&out), out.len);
    else
        app_notify(app, error_text(&err));
    error_clear(&err);
    strbuf_clear(&out);
}

static void app_copy_stream(struct app *app)
{
    const struct wire_record *record = app_last_try(app);
    struct strbuf out;
    if (record == NULL)
        return;
    strbuf_init(&out, STRBUF_OWN_MAX);
    wire_record_append_raw(record, &out);
    app_copy_text(app, "the raw stream", strbuf_text(&out), out.len);
    strbuf_clear(&out);
}

/* The file's name is asked for in the row of the composer: the page goes. */
static void app_save_stream(struct app *app)
{
    const struct wire_record *record = app_last_try(app);
    struct app_reading *reading = &app->reading;
    if (record == NULL)
        return;
    if (app->page != PAGE_PANES) {
        app_notify(app, "go back to the panes to write it to a file");
        return;
    }
    strbuf_reset(&reading->text);
    wire_record_append_raw(record, &reading->text);
    mem_free(reading->what);
    reading->what = mem_strdup("the raw stream");
    app_close_overlay(app);
    app_ask_save(app, "stream.txt");
    app_mark_all(app);
}

/* The answer before or behind the one that is shown. */
static void app_step_wire(struct app *app, bool is_forward)
{
    const struct chat *chat = engine_get_chat(app->engine, app->wire.chat);
    const struct message *shown = app_wire_answer(app);
    if (shown == NULL)
        return;
    const struct message *found = NULL;
    const size_t place = find_place(chat, shown);
    if (is_forward) {
        for (size_t i = place; i < chat->path_len && found == NULL; i++)
            found = chat->path[i]->author == MESSAGE_ASSISTANT ? chat->path[i] : NULL;
    } else {
        found = find_answer(chat, place > 0 ? place - 1 : 0);
    }
    if (found != NULL)
        app_show_wire(app, app->wire.pane, found);
    else
        app_notify(app, is_forward ? "this is the last answer of the pane"
                                   : "this is the first answer of the pane");
}

/* The next pane that has an answer. */
static void app_step_wire_pane(struct app *app, size_t step)
{
    for (size_t i = 1; i <= app->pane_count; i++) {
        const size_t pane = (app->wire.pane + i * step) % app->pane_count;
        const struct message *answer = app_answer_in_sight(app, pane);
        if (answer == NULL)
            continue;
        app->focused = pane;
        app_show_wire(app, pane, answer);
        return;
    }
}

/* The row of the section before or behind the top one. */
static size_t find_section(const struct app_wire *wire, bool is_forward)
{
    const struct sheet *sheet = &wire->sheet;
    size_t found = is_forward ? sheet->row_count : 0;
    for (size_t i = 0; i < sheet->row_count; i++) {
        const struct sheet_line *line = &sheet->lines[sheet->rows[i].line];
        const bool begins = sheet->rows[i].start == line->start &&
                            (line->role == ROLE_HEADING || line->role == ROLE_TITLE);
        if (begins && is_forward && i > wire->first)
            return i;
        if (begins && !is_forward && i < wire->first)
            found = i;
    }
    return found;
}

/* Keys that scroll; false if it was none. */
static bool app_scroll_wire(struct app_wire *wire, const struct key *key)
{
    const uint32_t rune = key->code == INPUT_RUNE && key->mods == 0 ? key->rune : 0;
    const size_t step = wire->shown > 1 ? (size_t)wire->shown - 1 : 1;
    size_t back = 0;
    if (key->code == INPUT_UP || key->code == INPUT_WHEEL_UP || rune == 'k')
        back = 1;
    else if (key->code == INPUT_DOWN || key->code == INPUT_WHEEL_DOWN || rune == 'j')
        wire->first++;
    else if (key->code == INPUT_PGUP)
        back = step;
    else if (key->code == INPUT_PGDN || rune == ' ')
        wire->first += step;
    else if (key->code == INPUT_HOME || rune == 'g')
        wire->first = 0;
    else if (key->code == INPUT_END || rune == 'G')
        wire->first = wire->sheet.row_count;
    else if (rune == '{' || rune == '}')
        wire->first = find_section(wire, rune == '}');
    else
        return false;
    wire->first -= back < wire->first ? back : wire->first;
    return true;
}

void app_wire_key(struct app *app, const struct key *key)
{
    const uint32_t rune = key->code == INPUT_RUNE && key->mods == 0 ? key->rune : 0;
    const bool is_back = (key->mods & INPUT_MOD_SHIFT) != 0;
    if (app_scroll_wire(&app->wire, key)) {
        app_mark_all(app);
        return;
    }
    if (key->code == INPUT_TAB)
        app_step_wire_pane(app, is_back ? app->pane_count - 1 : 1);
    else if (rune == '[' || rune == ']')
        app_step_wire(app, rune == ']');
    else if (rune == 'y')
        app_copy_curl(app);
    else if (rune == 'Y')
        app_copy_stream(app);
    else if (rune == 's')
        app_save_stream(app);
    else if (rune == 'r')
        app->wire.is_raw = !app->wire.is_raw;
    else if (rune == 'q' || key->code == INPUT_ENTER)
        app_close_overlay(app);
    if (rune == 'r')
        app->wire.room = 0;
    app_mark_all(app);
}

/* --- Painting ---------------------------------------------------------------------- */

/* Fills the sheet where that is due; a reader who is at the end stays there. */
static void app_settle_wire(struct app *app, int width, size_t shown)
{
    struct app_wire *wire = &app->wire;
    const bool is_first = wire->room == 0;
    const bool is_at_end =
        !is_first && wire->first > 0 && wire->first + shown >= wire->sheet.row_count;
    const bool is_due = !engine_is_busy(app->engine, wire->chat) ||
                        clock_now_ms() - wire->filled_ms >= WIRE_FILL_MS;
    if (wire->room != width || (wire->is_stale && is_due)) {
        wire->room = width;
        app_fill_wire(app);
    }
    sheet_wrap(&wire->sheet, width);
    const size_t count = wire->sheet.row_count;
    if (is_at_end || wire->first + shown > count)
        wire->first = count > shown ? count - shown : 0;
    wire->shown = (int)shown;
}

void app_paint_wire(struct app *app, struct rect room)
{
    static const char hint[] = " y curl  Y stream  s save  r raw  { } sections  "
                               "[ ] answers  Tab panes  Esc ";
    struct app_wire *wire = &app->wire;
    const size_t shown = room.height > 2 ? (size_t)room.height - 2 : 0;
    app_settle_wire(app, room.width > 4 ? room.width - 4 : 1, shown);
    canvas_fill(app->canvas, room, ROLE_TEXT);
    canvas_box(app->canvas, room, ROLE_BORDER_FOCUSED);
    canvas_put_fit(app->canvas, room.x + 1, room.y, room.width - 2, ROLE_TITLE_FOCUSED,
                   wire->title, strlen(wire->title));
    canvas_put_fit(app->canvas, room.x + 1, room.y + room.height - 1, room.width - 2,
                   ROLE_DIM, hint, strlen(hint));
    for (size_t i = 0; i < shown && wire->first + i < wire->sheet.row_count; i++)
        sheet_draw(&wire->sheet, wire->first + i, app->canvas, room.x + 2,
                   room.y + 1 + (int)i);
}

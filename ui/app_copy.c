/*
 * What is copied, and where it goes. Always the source of a text, as the model or the
 * person wrote it; control characters and all: it is data on its way, and nothing here
 * shows it.
 */
#include <string.h>

#include "src/base/mem.h"
#include "src/engine/outlet.h"
#include "ui/app_state.h"

#define COPY_CODE_LEFT 16

/* --- Where it goes ----------------------------------------------------------------- */

static size_t count_lines(const char *text, size_t len)
{
    size_t count = len > 0 && text[len - 1] != '\n';
    for (size_t i = 0; i < len; i++)
        count += text[i] == '\n';
    return count;
}

static void on_tool_done(void *user, const struct outlet_result *result)
{
    struct app *app = user;
    struct outlet *tool = app->reading.tool;
    app->reading.tool = NULL;
    if (!result->is_ok) {
        char *text = strbuf_format("not copied: %s", result->trouble);
        app_notify(app, text);
        mem_free(text);
    }
    outlet_free(tool);
}

/* Starts the tool of the desktop; its name, or NULL where there is none. */
static const char *app_copy_to_tool(struct app *app, const char *text, size_t len,
                                    struct error *err)
{
    struct app_reading *reading = &app->reading;
    const struct outlet_handler handler = {on_tool_done, app};
    const enum clipboard_use use = app->options.clipboard;
    const char *tool =
        use == CLIPBOARD_AUTO || use == CLIPBOARD_TOOL ? outlet_find_tool() : NULL;
    if (tool == NULL)
        return NULL;
    outlet_free(reading->tool);
    reading->tool = outlet_start_tool(app->loop, tool, text, len, &handler, err);
    return reading->tool != NULL ? tool : NULL;
}

/* Why a text went nowhere. */
static void append_trouble(const struct app *app, enum copy_result sent, const char *what,
                           const struct error *err, struct strbuf *out)
{
    if (app->options.clipboard == CLIPBOARD_NONE)
        strbuf_append_text(out, "copying is switched off (clipboard: none in the "
                                "configuration)");
    else if (err->class != ERROR_NONE)
        strbuf_append_format(out, "not copied: %s", error_text(err));
    else if (sent == COPY_TOO_LONG)
        strbuf_append_format(out,
                             "not copied: %s is too long for the terminal's clipboard; "
                             "write it to a file",
                             what);
    else
        strbuf_append_text(out, "not copied: this terminal has no clipboard, and no "
                                "wl-copy, xclip or xsel is there to use");
}

void app_copy_text(struct app *app, const char *what, const char *text, size_t len)
{
    struct error err = {ERROR_NONE, NULL};
    const enum clipboard_use use = app->options.clipboard;
    const char *tool = NULL;
    enum copy_result sent = COPY_UNABLE;
    struct strbuf out;
    strbuf_init(&out, STRBUF_OWN_MAX);
    if (len > 0 && (use == CLIPBOARD_AUTO || use == CLIPBOARD_OSC52))
        sent = app->display.copy(app->display.user, text, len);
    if (len > 0)
        tool = app_copy_to_tool(app, text, len, &err);
    if (len == 0) {
        strbuf_append_format(&out, "%s has no text to copy", what);
    } else if (sent != COPY_SENT && tool == NULL) {
        append_trouble(app, sent, what, &err, &out);
    } else {
        const size_t lines = count_lines(text, len);
        strbuf_append_format(
            &out, "copied %s: %zu line%s (%s%s%s%s)", what, lines, lines == 1 ? "" : "s",
            sent == COPY_SENT ? "terminal clipboard" : "",
            sent == COPY_SENT && tool != NULL ? ", " : "", tool != NULL ? tool : "",
            sent == COPY_TOO_LONG ? "; too long for the terminal" : "");
    }
    app_notify(app, strbuf_text(&out));
    strbuf_clear(&out);
    error_clear(&err);
}

/* --- Which answer ------------------------------------------------------------------ */

static bool has_text(const struct message *message)
{
    for (size_t i = 0; i < message->part_count; i++) {
        const enum part_kind kind = message->parts[i].kind;
        if ((kind == PART_TEXT || kind == PART_REFUSAL) && message->parts[i].text.len > 0)
            return true;
    }
    return false;
}

static bool is_answer(const struct message *message)
{
    return message->author == MESSAGE_ASSISTANT && has_text(message);
}

/* The last answer among the first `count` messages of the path, or NULL. */
static const struct message *find_answer(const struct chat *chat, size_t count)
{
    while (count > 0 && !is_answer(chat->path[count - 1]))
        count--;
    return count > 0 ? chat->path[count - 1] : NULL;
}

/* The answer that is meant: the last one; where the reader has scrolled up, the one in
 * the middle of the view, or what is nearest to it. */
static const struct message *app_find_answer(struct app *app, const char **what)
{
    const struct pane *pane = app_focused_pane(app);
    const struct chat *chat = engine_get_chat(app->engine, pane->chat);
    const struct message *last = find_answer(chat, chat->path_len);
    const struct message *read = transcript_read_message(pane->transcript);
    const struct message *found = last;
    *what = "the last answer";
    if (transcript_is_following(pane->transcript) || read == NULL)
        return last;
    size_t at = 0;
    while (at < chat->path_len && chat->path[at] != read)
        at++;
    if (at < chat->path_len)
        found = find_answer(chat, at + 1);
    for (; at < chat->path_len && found == NULL; at++)
        found = is_answer(chat->path[at]) ? chat->path[at] : NULL;
    if (found != last)
        *what = "the answer in view";
    return found;
}

/* The answer, or NULL with a notice. */
static const struct message *app_get_answer(struct app *app, const char **what)
{
    const struct message *answer = app_find_answer(app, what);
    if (answer == NULL)
        app_notify(app, "there is no answer in this pane yet");
    return answer;
}

static void append_message(const struct message *message, struct strbuf *out)
{
    message_join(message, PART_TEXT, out);
    if (out->len == 0)
        message_join(message, PART_REFUSAL, out);
}

void app_copy_answer(struct app *app)
{
    const char *what;
    const struct message *answer = app_get_answer(app, &what);
    struct strbuf text;
    if (answer == NULL)
        return;
    strbuf_init(&text, STRBUF_OWN_MAX);
    append_message(answer, &text);
    app_copy_text(app, what, strbuf_text(&text), text.len);
    strbuf_clear(&text);
}

void app_copy_prompt(struct app *app)
{
    const char *what;
    const struct chat *chat = engine_get_chat(app->engine, app_focused_pane(app)->chat);
    const struct message *prompt = app_find_answer(app, &what);
    struct strbuf text;
    if (prompt == NULL)
        prompt = chat_tip(chat);
    while (prompt != NULL && (prompt->author != MESSAGE_USER || prompt->is_automatic))
        prompt = prompt->parent;
    if (prompt == NULL) {
        app_notify(app, "there is no prompt in this pane yet");
        return;
    }
    strbuf_init(&text, STRBUF_OWN_MAX);
    message_join(prompt, PART_TEXT, &text);
    app_copy_text(app,
                  strcmp(what, "the last answer") == 0 ? "the last prompt"
                                                       : "the prompt in view",
                  strbuf_text(&text), text.len);
    strbuf_clear(&text);
}

bool app_take_answer(struct app *app)
{
    struct app_reading *reading = &app->reading;
    const char *what;
    const struct message *answer = app_get_answer(app, &what);
    strbuf_reset(&reading->text);
    if (answer == NULL)
        return false;
    append_message(answer, &reading->text);
    mem_free(reading->what);
    reading->what = mem_strdup(what);
    return true;
}

/* --- The whole conversation -------------------------------------------------------- */

/* Appends a text as a block of code, between fences that it does not hold. */
static void append_fenced(struct strbuf *out, const char *language,
                          const struct strbuf *text)
{
    size_t longest = 2;
    size_t run = 0;
    for (size_t i = 0; i < text->len; i++) {
        run = text->text[i] == '`' ? run + 1 : 0;
        longest = run > longest ? run : longest;
    }
    for (size_t i = 0; i <= longest; i++)
        strbuf_append_char(out, '`');
    strbuf_append_format(out, "%s\n", language);
    strbuf_append(out, strbuf_text(text), text->len);
    if (text->len > 0 && text->text[text->len - 1] != '\n')
        strbuf_append_char(out, '\n');
    for (size_t i = 0; i <= longest; i++)
        strbuf_append_char(out, '`');
    strbuf_append_char(out, '\n');
}

static void append_part(struct strbuf *out, const struct part *part)
{
    const char *name = part->name != NULL ? part->name : "";
    switch (part->kind) {
    case PART_TEXT:
    case PART_REFUSAL:
        strbuf_append_char(out, '\n');
        strbuf_append(out, strbuf_text(&part->text), part->text.len);
        if (part->text.len > 0 && part->text.text[part->text.len - 1] != '\n')
            strbuf_append_char(out, '\n');
        break;
    case PART_TOOL_CALL:
        strbuf_append_format(out, "\nCall of `%s`:\n\n", name);
        append_fenced(out, "json", &part->text);
        break;
    case PART_TOOL_RESULT:
        strbuf_append_format(out, "\nResult of `%s`:\n\n", name);
        append_fenced(out, "", &part->text);
        break;
    case PART_FILE:
    case PART_IMAGE:
        strbuf_append_format(out, "\n(attached: %s, %zu bytes)\n", name, part->text.len);
        break;
    case PART_REASONING:
    case PART_OPAQUE: break;
    }
}

void app_copy_conversation(struct app *app)
{
    const struct chat *chat = engine_get_chat(app->engine, app_focused_pane(app)->chat);
    struct strbuf out;
    strbuf_init(&out, STRBUF_OWN_MAX);
    for (size_t i = 0; i < chat->path_len; i++) {
        const struct message *message = chat->path[i];
        const char *model = message->facts.model;
        if (message->author == MESSAGE_SYSTEM)
            continue;
        strbuf_append_text(&out, out.len > 0 ? "\n" : "");
        if (message->author == MESSAGE_USER)
            strbuf_append_text(&out, "## Prompt\n");
        else if (message->author == MESSAGE_ASSISTANT)
            strbuf_append_format(
                &out, model != NULL ? "## Answer of %s\n" : "## Answer\n", model);
        for (size_t j = 0; j < message->part_count; j++)
            append_part(&out, &message->parts[j]);
    }
    app_copy_text(app, "the conversation", strbuf_text(&out), out.len);
    strbuf_clear(&out);
}

/* --- Blocks of code ---------------------------------------------------------------- */

/* Does with a block what it was chosen for. */
static void app_use_code(struct app *app, size_t index)
{
    struct app_reading *reading = &app->reading;
    const struct code_block *block = &reading->codes.items[index];
    char *what = strbuf_format("block %u", block->number);
    if (app->overlay == OVERLAY_CODE)
        app_close_overlay(app);
    if (reading->code_use == CODE_COPY) {
        /* Without the end of the last line: pasted into a shell, it does not run. */
        const size_t len = block->text.len > 0 ? block->text.len - 1 : 0;
        app_copy_text(app, what, strbuf_text(&block->text), len);
    } else {
        char *name = strbuf_format("block-%u.%s", block->number,
                                   code_list_ending(block->language));
        strbuf_reset(&reading->text);
        strbuf_append(&reading->text, strbuf_text(&block->text), block->text.len);
        mem_free(reading->what);
        reading->what = mem_strdup(what);
        app_ask_save(app, name);
        mem_free(name);
    }
    mem_free(what);
}

static void app_show_codes(struct app *app)
{
    const struct code_list *codes = &app->reading.codes;
    app->overlay = OVERLAY_CODE;
    app->list = (struct list_view){
        .title = app->reading.code_use == CODE_COPY ? " copy which block of code? "
                                                    : " write which block of code? ",
        .hint = " its number, or Up Down and Enter; Esc closes ",
        .left_width = COPY_CODE_LEFT,
    };
    app_clear_list(app);
    for (size_t i = 0; i < codes->count; i++) {
        const struct code_block *block = &codes->items[i];
        const char *text = strbuf_text(&block->text);
        char *left = strbuf_format("%u %s", block->number, block->language);
        char *right = strbuf_format("%zu line%s  %.*s", block->line_count,
                                    block->line_count == 1 ? "" : "s",
                                    (int)strcspn(text, "\n"), text);
        app_add_row(app, left, right);
    }
    app->list.selected = codes->count - 1;
    app->reading.code_number = 0;
    app_show_list(app);
}

void app_open_codes(struct app *app, enum code_use use)
{
    struct code_list *codes = &app->reading.codes;
    const char *what;
    const struct message *answer = app_get_answer(app, &what);
    if (answer == NULL)
        return;
    code_list_clear(codes);
    for (size_t i = 0; i < answer->part_count; i++) {
        const struct part *part = &answer->parts[i];
        if (part->kind == PART_TEXT)
            code_list_add(codes, strbuf_text(&part->text), part->text.len);
    }
    app->reading.code_use = use;
    if (codes->count > 1) {
        app_show_codes(app);
    } else if (codes->count == 1) {
        app_use_code(app, 0);
    } else {
        char *text = strbuf_format("%s has no block of code", what);
        app_notify(app, text);
        mem_free(text);
    }
}

/* A digit: takes the block once no longer number could be meant. */
static void app_type_code(struct app *app, size_t digit)
{
    struct app_reading *reading = &app->reading;
    size_t number = reading->code_number * 10 + digit;
    if (number < 1 || number > reading->codes.count)
        number = digit;
    reading->code_number = number;
    if (number < 1 || number > reading->codes.count)
        return;
    app->list.selected = number - 1;
    if (number * 10 > reading->codes.count)
        app_use_code(app, number - 1);
}

void app_code_key(struct app *app, const struct key *key)
{
    const uint32_t rune = key->code == INPUT_RUNE && key->mods == 0 ? key->rune : 0;
    if (key->code == INPUT_ESC || key_is_ctrl(key, 'c') || rune == 'q')
        app_close_overlay(app);
    else if (key->code == INPUT_ENTER)
        app_use_code(app, app->list.selected);
    else if (rune >= '0' && rune <= '9')
        app_type_code(app, rune - '0');
    else if (key->code == INPUT_UP || key->code == INPUT_WHEEL_UP || rune == 'k')
        app_choose(app, -1);
    else if (key->code == INPUT_DOWN || key->code == INPUT_WHEEL_DOWN || rune == 'j')
        app_choose(app, 1);
    app_mark_all(app);
}

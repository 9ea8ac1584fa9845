/*
 * For whom the text in the composer is: it goes along when panes are ticked or unticked,
 * can be put aside for those that are ticked, and waits while a sent prompt is edited.
 */
#include <stdlib.h>
#include <string.h>

#include "src/base/mem.h"
#include "ui/app_state.h"

/* What was pasted and is longer than one of these is shown as a chip. */
#define PASTE_LINES_MAX 8
#define PASTE_BYTES_MAX 2000

_Static_assert(DRAFT_CHATS_MAX >= APP_PANE_MAX, "a target holds all panes");

static int compare_chats(const void *a, const void *b)
{
    const chat_id left = *(const chat_id *)a;
    const chat_id right = *(const chat_id *)b;
    return left < right ? -1 : left > right;
}

static struct draft_target app_target(const struct app *app)
{
    struct draft_target target = {.count = 0};
    for (size_t i = 0; i < app->pane_count; i++) {
        if (app->panes[i].is_ticked)
            target.chats[target.count++] = app->panes[i].chat;
    }
    qsort(target.chats, target.count, sizeof(target.chats[0]), compare_chats);
    return target;
}

void app_take_draft(struct app *app)
{
    app->edit = draft_set_edit(app->drafts);
    composer_view_forget(&app->composer);
    history_stop(app->history);
    app_mark_all(app);
}

void app_init_drafts(struct app *app, size_t max_bytes)
{
    app->drafts = draft_set_new(max_bytes);
    app->edit = draft_set_edit(app->drafts);
}

static void app_say_exchanged(struct app *app)
{
    app_take_draft(app);
    app_notify(app, "this text was put aside for the panes that are ticked now");
}

void app_aim_draft(struct app *app)
{
    const struct draft_target target = app_target(app);
    if (draft_set_aim(app->drafts, &target) == DRAFT_IS_EXCHANGED)
        app_say_exchanged(app);
}

void app_begin_prompt_edit(struct app *app, chat_id chat, uint64_t message,
                           const char *text)
{
    const bool was_begun = draft_set_begin_edit(app->drafts, chat, message);
    app_take_draft(app);
    if (!was_begun)
        line_edit_set_text(app->edit, text, strlen(text));
    app->edited_message = message;
    app->edited_chat = chat;
}

void app_end_prompt_edit(struct app *app, bool keeps)
{
    const struct draft_target target = app_target(app);
    if (app->edited_message == 0)
        return;
    app->edited_message = 0;
    const enum draft_move move = draft_set_end_edit(app->drafts, &target, keeps);
    app_take_draft(app);
    if (move == DRAFT_IS_EXCHANGED)
        app_say_exchanged(app);
}

void app_draft_is_sent(struct app *app)
{
    line_edit_reset(app->edit);
    if (app->edited_message != 0)
        app_end_prompt_edit(app, false);
    else if (draft_set_take_back(app->drafts, false))
        app_take_draft(app);
}

void app_put_draft_aside(struct app *app)
{
    if (app->edited_message != 0) {
        app_notify_keys(
            app, "a sent prompt is being edited: send it, or give up with {interrupt}");
    } else if (draft_set_put_aside(app->drafts)) {
        app_take_draft(app);
        app_notify(app, "put aside until the next prompt is sent; the same key brings it "
                        "back sooner");
    } else if (draft_set_take_back(app->drafts, true)) {
        app_take_draft(app);
    } else {
        app_notify(app, "nothing was put aside, and there is no text to put aside");
    }
    app->mode = MODE_TYPING;
}

void app_forget_drafts(struct app *app, chat_id chat)
{
    if (app->edited_chat == chat)
        app->edited_message = 0;
    draft_set_forget_chat(app->drafts, chat);
    app_take_draft(app);
}

/* True for what would push everything else out of sight. */
static bool is_long_paste(const char *text, size_t len)
{
    size_t lines = 1;
    for (size_t i = 0; i < len; i++)
        lines +=
            text[i] == '\n' || (text[i] == '\r' && (i + 1 == len || text[i + 1] != '\n'));
    return len > PASTE_BYTES_MAX || lines > PASTE_LINES_MAX;
}

void app_paste_text(struct app *app, const char *text, size_t len)
{
    const bool ok = is_long_paste(text, len) ? line_edit_insert_chip(app->edit, text, len)
                                             : line_edit_insert(app->edit, text, len);
    if (!ok)
        app_notify(app, "the pasted text is too large: at most 16 MiB");
}

void app_open_paste(struct app *app)
{
    if (!line_edit_open_chip(app->edit))
        app_notify(app, "no pasted text stands at the cursor as a chip");
}

/*
 * The part of struct app that has to do with writing: what may be completed, what was
 * sent before, and for whom the texts are that wait. For the files ui/app*.c only.
 */
#ifndef UI_APP_COMPOSE_H
#define UI_APP_COMPOSE_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/action.h"
#include "ui/complete.h"
#include "ui/draft_set.h"
#include "ui/edit/key.h"
#include "ui/file_offers.h"
#include "ui/render/rect.h"

/* The most earlier prompts that are listed; typing finds the others. */
#define HISTORY_ROWS_MAX 200

struct app;

/* The list above the composer; shown while it has a kind. */
struct app_complete {
    struct complete_word word;
    struct complete_list list;
    size_t selected;             /* of those that fit; their number: none */
    size_t first;                /* the first in sight */
    struct complete_word closed; /* the word for which Esc has closed it */
    struct file_offers files;
};

/* app_complete.c */
/* Brings the list up to date with the text; `may_open`: something was typed. */
void app_refresh_complete(struct app *app, bool may_open);
/* Gives it a key that is bound to `action`; false if the key is for somebody else. */
bool app_complete_key(struct app *app, const struct key *key, enum action action);
/* Draws it at the lower edge of the room; false if there is nothing to draw. */
bool app_paint_complete(struct app *app, struct rect room);
void app_clear_complete(struct app *app);

/* app_commands.c */
/* Adds all commands, without help, and the models that may stand behind one. */
void app_list_commands(struct app *app, struct complete_list *list);
void app_list_arguments(struct app *app, struct complete_list *list);
/* The help of a command. Caller frees. */
char *app_describe_command(struct app *app, const char *name);
/* True if something may stand behind the command's name. */
bool app_command_takes_text(struct app *app, const char *name);
/* Carries out the command that the composer's text is; false if it is none. */
bool app_take_command(struct app *app);
/* How many bytes at the text's start are not sent: of "//retry" one. */
size_t app_slash_escape(struct app *app);

/* app_send.c */
void app_send_text(struct app *app, bool to_focused_only);
/* Stops waiting for what servers have for the prompt; false if nothing is waited for. */
bool app_stop_fetch(struct app *app);

/* app_history.c */
void app_cursor_up(struct app *app);
void app_cursor_down(struct app *app);
void app_open_history(struct app *app);
void app_fill_history(struct app *app);
void app_history_key(struct app *app, const struct key *key);

/* The file that prompts go to; NULL: none, or nothing is kept now. */
const char *app_history_path(const struct app *app);
/* Goes by what the file has (app.c). */
void app_reload_history(struct app *app);

/* app_drafts.c */
void app_init_drafts(struct app *app, size_t max_bytes);
/* Forgets all texts (app.c); another text has become the current one. */
void app_renew_drafts(struct app *app);
void app_take_draft(struct app *app);
/* Looks whether the targets have changed. */
void app_aim_draft(struct app *app);
/* Begins to edit a prompt that was sent; `text` is what it says. */
void app_begin_prompt_edit(struct app *app, chat_id chat, uint64_t message,
                           const char *text);
void app_end_prompt_edit(struct app *app, bool keeps);
/* The text was sent: what waits for the same targets is there again. */
void app_draft_is_sent(struct app *app);
void app_put_draft_aside(struct app *app);
void app_forget_drafts(struct app *app, chat_id chat);
/* Inserts what was pasted; a long one as a chip. */
void app_paste_text(struct app *app, const char *text, size_t len);
void app_open_paste(struct app *app);

#endif

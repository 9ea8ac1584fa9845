/*
 * What a reader does with a conversation: search it, select lines, copy texts, write them
 * to a file, give them to a command. A part of struct app; only ui/app*.c include it.
 */
#ifndef UI_APP_READING_H
#define UI_APP_READING_H

#include <stdbool.h>
#include <stddef.h>

#include "src/base/strbuf.h"
#include "ui/action.h"
#include "ui/edit/key.h"
#include "ui/edit/line_edit.h"
#include "ui/render/code_list.h"
#include "ui/render/rect.h"
#include "ui/render/text_pattern.h"
#include "ui/view/transcript.h"

struct app;
struct outlet;

/* What is typed in the row at the composer's place. */
enum reading_line { LINE_NONE, LINE_SEARCH, LINE_SAVE, LINE_PIPE, LINE_EXPORT };

/* What a chosen block of code is for. */
enum code_use { CODE_COPY, CODE_SAVE };

struct app_reading {
    enum reading_line line;
    struct line_edit *edit;

    struct text_pattern *pattern; /* matches are marked; or NULL */
    struct line_edit *sought;     /* what the last search was for */
    bool is_everywhere;           /* all panes are searched */
    struct transcript_spot spot;  /* where the search began, in the focused pane */

    struct strbuf text; /* to be written or piped */
    char *what;         /* "the last answer" */
    bool is_overwriting;
    enum action export_what; /* while LINE_EXPORT is open */

    struct code_list codes;
    enum code_use code_use;
    size_t code_number; /* typed so far in the list of them */

    struct outlet *tool;  /* has the last copy; or NULL */
    struct outlet *pipe;  /* runs a person's command; or NULL */
    struct strbuf output; /* that it has printed */
    char *pipe_end;       /* how it went, or NULL while it runs */
};

/* app_reading.c */
void app_init_reading(struct app *app);
void app_clear_reading(struct app *app);
/* Carries out an action of the group; false if it is none. */
bool app_act_on_reading(struct app *app, enum action action);
/* Takes a key for what is selected or marked; false if it is not for that. */
bool app_reading_key(struct app *app, const struct key *key);
/* Appends what the status line says of it; the keys that act now, or NULL. */
void app_describe_reading(struct app *app, struct strbuf *out);
const char *app_reading_hint(const struct app *app);

/* app_line.c */
/* Opens the row, with a text in it. */
void app_open_line(struct app *app, enum reading_line line, const char *text);
void app_close_line(struct app *app);
void app_line_key(struct app *app, const struct key *key);
void app_line_paste(struct app *app, const char *text, size_t len);
void app_paint_line(struct app *app, struct rect rect);

/* app_search.c */
void app_open_search(struct app *app, bool is_everywhere);
/* Searches for what the line says now. */
void app_seek(struct app *app);
/* The line was closed: the marks stay, or all is as it was before. */
void app_keep_search(struct app *app);
void app_drop_search(struct app *app);
void app_step_search(struct app *app, bool is_forward);
void app_count_search(struct app *app, struct strbuf *out);

/* app_copy.c */
/* Copies a text; `what` is how it is called. */
void app_copy_text(struct app *app, const char *what, const char *text, size_t len);
void app_copy_answer(struct app *app);
void app_copy_prompt(struct app *app);
void app_copy_conversation(struct app *app);
/* Takes the answer as the text to be written or piped; false, with a notice, without. */
bool app_take_answer(struct app *app);
void app_open_codes(struct app *app, enum code_use use);
void app_code_key(struct app *app, const struct key *key);

/* app_save.c */
/* Writes or pipes reading.text. */
void app_ask_save(struct app *app, const char *name);
void app_save(struct app *app);
void app_run_pipe(struct app *app);
void app_stop_pipe(struct app *app);
/* Shows the output of the command in rows of the screen's width, if it is shown. */
void app_wrap_output(struct app *app);

/* app_export.c */
/* Asks where to; writes it there. */
void app_ask_chats_export(struct app *app, enum action what);
void app_export_chats(struct app *app);

#endif

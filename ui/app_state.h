/*
 * The inside of struct app, shared by the files ui/app*.c and by nobody else. Each of
 * them says at its top what it is for; what only a few share has a header of its own.
 */
#ifndef UI_APP_STATE_H
#define UI_APP_STATE_H

#include "ui/actions.h"
#include "ui/app.h"
#include "ui/app_act.h"
#include "ui/app_alert.h"
#include "ui/app_calls.h"
#include "ui/app_compose.h"
#include "ui/app_hints.h"
#include "ui/app_keep.h"
#include "ui/app_keys.h"
#include "ui/app_layout.h"
#include "ui/app_lists.h"
#include "ui/app_lock.h"
#include "ui/app_pages.h"
#include "ui/app_palette.h"
#include "ui/app_prompts.h"
#include "ui/app_reading.h"
#include "ui/app_server_prompts.h"
#include "ui/app_sessions.h"
#include "ui/app_theme.h"
#include "ui/app_tree.h"
#include "ui/app_wire.h"
#include "ui/edit/history.h"
#include "ui/edit/line_edit.h"
#include "ui/keymap.h"
#include "ui/pane.h"
#include "ui/view/composer_view.h"
#include "ui/view/list_view.h"
#include "ui/view/tiling.h"

#define APP_PANE_MAX TILING_PANE_MAX

struct app {
    struct app_options options;
    struct display display;
    struct ev_loop *loop;
    struct engine *engine;
    struct canvas *canvas;
    struct keymap *keymap;
    struct app_keys keys;

    struct pane panes[APP_PANE_MAX];
    size_t pane_count;
    size_t focused;
    bool is_zoomed;
    bool is_locked; /* panes scroll together */
    enum going_on going_on;
    struct tiling tiling; /* as drawn last */
    struct rect panes_room;
    struct app_layout layout;
    unsigned opened_count; /* panes so far */

    enum input_mode mode;
    struct draft_set *drafts;
    struct line_edit *edit; /* the text that is written now, of the drafts */
    struct history *history;
    size_t history_rows[HISTORY_ROWS_MAX]; /* which prompts the box of them lists */
    struct app_complete complete;
    char *recalled; /* what walking through the history last put there, or NULL */
    uint64_t edited_message; /* the prompt, or answer, that sending replaces; 0: none */
    chat_id edited_chat;
    struct composer_view composer;
    struct composer_chip chips[APP_PANE_MAX];

    enum overlay overlay;
    struct list_view list;
    struct list_row *list_rows; /* owned, with their texts */
    size_t list_row_count;
    size_t list_row_cap;
    struct line_edit *filter; /* what is typed in the picker */
    int list_shown;           /* rows shown last */

    char *edited_folder; /* while the person's editor has the terminal; or NULL */
    char *edited_file;
    call_key edits_call; /* the call whose arguments it edits, 0: the composer's text */

    struct app_call call;
    struct app_approvals approvals;
    enum page page;
    struct server_form server_form;
    struct app_form form;
    struct app_matrix matrix;
    struct app_wire wire;
    struct app_race race;
    bool is_unfolded; /* reasoning and results of tools are shown whole */

    struct app_palette palette;
    struct app_hints hints;
    struct app_reading reading;
    struct app_theme look;
    struct app_alert alert;
    struct app_keep keep;
    struct app_sessions sessions;

    char *notice;
    enum action armed; /* pressed once, waits for the second press */
    int64_t armed_until_ms;
    int64_t last_esc_ms;
    bool uses_mouse;

    bool is_dirty;     /* something changed since the last frame */
    bool is_all_dirty; /* … everything is to be painted */
    bool is_waiting_for_display;
    int64_t last_frame_ms;
    struct ev_timer frame_timer;
    struct ev_timer tick_timer; /* once a second while running numbers are shown */
    struct ev_signal signals[3];
    int exit_code;
    char *refusal; /* or NULL */
    bool has_sent_draft;
    struct server_fetch *fetch; /* what servers have for the prompt; or NULL */
    char *fetch_text;           /* the prompt it is fetched for */
    bool fetch_to_focused_only;
    bool is_sending_draft; /* … at this moment */
    bool has_attached;     /* what was given at the start has gone with a prompt */
};

/* app.c */
void app_mark_pane(struct app *app, chat_id chat);
void app_mark_all(struct app *app);
/* Plans a frame for what was marked elsewhere. */
void app_mark(struct app *app);
void app_draw_now(struct app *app);
struct pane *app_focused_pane(struct app *app);
bool app_open_pane(struct app *app, const struct chat_setup *setup);
/* Adds a pane for a chat that is there; NULL, with a notice, where there is no room. */
struct pane *app_add_pane(struct app *app, chat_id chat);
void app_close_pane(struct app *app, size_t index);
/* Takes back the pane that was added last, which has no chat. */
void app_drop_last_pane(struct app *app);
/* Puts another chat into a pane; takes all panes away. */
void app_renew_pane(struct pane *pane, chat_id chat);
void app_drop_panes(struct app *app);

/* app_draw.c */
void app_paint(struct app *app);

/* app_editor.c */
void app_open_editor(struct app *app);
void app_clear_editor(struct app *app);

#endif

/*
 * The part of struct app that has to do with tools: dialogs of calls, the list of calls,
 * the list of tools. For the files ui/app*.c only.
 */
#ifndef UI_APP_CALLS_H
#define UI_APP_CALLS_H

#include "src/engine/engine.h"
#include "ui/app_sight.h"
#include "ui/edit/key.h"
#include "ui/pane.h"
#include "ui/view/call_sheet.h"
#include "ui/view/call_view.h"

struct app;

/*
 * The dialog that has the keys. Its keys answer only from `ready_ms` on, which is set
 * when a frame has shown it: what was typed before it was there to be read is no answer.
 */
struct app_call {
    call_key key;          /* 0: no dialog has the keys */
    enum call_stage stage; /* KEYS, RULE, REASON or EDIT */
    bool is_unseen;        /* no frame has shown it yet */
    int64_t ready_ms;
    int64_t quiet_until_ms; /* it went by itself: its keys must not land elsewhere */
    struct ev_timer ready_timer;
    bool is_full;          /* over all panes */
    bool is_line;          /* drawn as one line: too small to show what would run */
    size_t first;          /* of the full view */
    struct call_page page; /* of the full view */
    struct app_sight sight;
    struct sheet asked; /* what a server asks, while the answer is written */
    bool with_twins;
    bool is_answering; /* what the engine reports now is our own doing */
    struct call_key_names names;
    struct line_edit *edit;
    char *began;    /* the text that editing began with */
    char *error;    /* why the last answer was not taken, or NULL */
    uint64_t stamp; /* grows with every change of any call */
};

/* The list of calls. */
struct app_approvals {
    call_key *keys; /* of the rows */
    size_t count;
    size_t cap;
    call_key *ticks;
    size_t tick_count;
    size_t tick_cap;
    int64_t ready_ms; /* keys act from then on */

    /* The page that "y" opens for the ticks as they are; a second one approves what
     * stands on it. */
    bool is_confirming;
    bool is_unseen; /* no frame has shown it yet */
    call_key *listed;
    size_t listed_count;
    size_t listed_cap;
    struct sheet sheet;
    size_t first;
    struct app_sight sight;
    char *error;
};

/* app_call.c */
void app_init_calls(struct app *app);
void app_clear_calls(struct app *app);
bool app_is_asking(const struct call_facts *call);
size_t app_count_asking(const struct app *app);
/* The call that a pane's dialog shows, or NULL. Valid until the engine is used again. */
const struct call_facts *app_pane_call(const struct app *app, chat_id chat);
/* The call that has the keys, while it waits; or NULL. */
const struct call_facts *app_focused_call(const struct app *app);
/* Moves the keys to a call, 0: to the text or the panes. */
void app_focus_call(struct app *app, call_key key);
/* Moves to the call `step` further in the list of those that wait; false: there is none.
 */
bool app_step_call(struct app *app, int step);
/* What has the keys was drawn anew, or changed: they rest for a moment. */
void app_guard_call(struct app *app);
bool app_is_call_guarded(const struct app *app);
void app_set_call_error(struct app *app, const char *text);
/* Goes on to another call where the one with the keys waits no more. */
void app_settle_call(struct app *app, bool is_own_answer);
void app_on_call(struct app *app, const struct engine_event *event);
/* A frame was taken by the display. */
void app_call_is_shown(struct app *app);
/* Fills the view of a pane's dialog, which the caller clears; false if it has none. */
bool app_fill_call_view(struct app *app, size_t index, struct call_view *view);
/* Remembers what the painted dialog shows. */
void app_note_call_view(struct app *app, const struct call_view *view);
void app_clear_call_view(struct call_view *view);
void app_paint_full_call(struct app *app, struct rect room);
/* What a call's page is filled from. Borrowed from the call. */
struct call_texts app_call_texts(const struct call_facts *call);
/* Has the keys' sign drawn anew once they have rested. */
void app_start_rest(struct app *app);

/* app_call_input.c */
void app_call_key(struct app *app, const struct key *key);
void app_call_paste(struct app *app, const char *text, size_t len);
/* Denies the call of the focused pane; false if none waits there. */
bool app_deny_pane_call(struct app *app);
/* Moves the first row of a text that scrolls; false if the key does not scroll. */
bool app_scroll_by_key(struct app *app, const struct key *key, size_t *first, int shown,
                       size_t row_count);

/* app_approvals.c */
void app_open_approvals(struct app *app);
void app_refresh_approvals(struct app *app);
void app_approvals_key(struct app *app, const struct key *key);
/* A call has changed: what was to be confirmed is another thing now. */
void app_recheck_approvals(struct app *app, call_key key);
bool app_has_tick(const struct app *app, call_key key);
/* Gives one answer to these calls, whose ticks go, and says what was done. */
void app_answer_ticked(struct app *app, const call_key *keys, size_t count,
                       enum call_decision decision);
void app_deny_ticked(struct app *app);
size_t app_pane_number(const struct app *app, chat_id chat);
void app_clear_approvals(struct app *app);

/* app_confirm.c */
void app_open_confirmation(struct app *app);
/* Back to the list; false if the page is not there. */
bool app_leave_confirmation(struct app *app);
void app_confirm_key(struct app *app, const struct key *key);
void app_paint_confirmation(struct app *app, struct rect room);
/* A frame was taken by the display. */
void app_confirmation_is_shown(struct app *app);

/* app_tools.c */
void app_open_tools(struct app *app);
void app_refresh_tools(struct app *app);
void app_tools_key(struct app *app, const struct key *key);

/* app_tool_calls.c */
void app_open_tool_calls(struct app *app);
void app_refresh_tool_calls(struct app *app);

#endif
